/*
 * The board: what stands alone, what is proposed, what belongs together. Proposals are made anew
 * each time, of those that stand alone; an organiser takes one, or says that these are different
 * things.
 */
#include <string.h>

#include "base/text.h"
#include "needs/needs_pages.h"

#define ALONE_SHOWN 12
#define OFFERS_SHOWN 6
#define THEMES_SHOWN 12
#define PROPOSALS_SHOWN 3
#define PROPOSALS_ALL 20
#define SAID_SHOWN 6  /* sentences of a proposal */
#define COMPARED 1000 /* the newest of those that stand alone */
#define OFFERS_READ 500
#define NAMED_SHOWN 6

DB_SQL(sql_aparts, "/* all: pairs that an organiser has parted by hand */ "
                   "SELECT one, other FROM need_apart ORDER BY one, other LIMIT $1");

const struct db_topic needs_topic = { "need" };

/* ── Proposals ── */

static enum status
read_aparts(struct db_conn *c, struct arena *a, struct need_apart **out, size_t *count)
{
    struct need_apart *pair = NULL, one;
    size_t n = 0, room = 0;
    struct db_rows rows;

    db_each(&rows, c, a, &sql_aparts, V(100000));
    while (db_take(&rows, R(&one.one), R(&one.other))) {
        ARENA_GROW(a, pair, n, &room);
        pair[n++] = one;
    }
    *out = pair;
    *count = n;
    return db_done(&rows, ST_OK);
}

/* "Timer, ordre": a name to begin with. */
static const char *
name_of(struct arena *a, const struct need_group *g)
{
    const char *name = "";

    for (size_t i = 0; i < g->shareds && i < 3; i++)
        name = arena_printf(a, "%s%s%s", name, i > 0 ? ", " : "", g->shared[i]);
    char *out = arena_strdup(a, name);
    if (out[0] >= 'a' && out[0] <= 'z')
        out[0] = (char)(out[0] - 'a' + 'A');
    else if ((unsigned char)out[0] == 0xc3 && (unsigned char)out[1] >= 0xa0)
        out[1] = (char)(out[1] - 0x20); /* æ ø å */
    return out;
}

/* need: the newest first; who said it first stands first here. */
static json_t *
proposal_view(struct request *rq, struct need_marker *marker, const struct need_group *g,
              const struct need *need, size_t nth)
{
    struct arena *a = rq_arena(rq);
    json_t *words = json_array(), *said = json_array(), *picks = json_array(), *out;
    size_t shown = g->members > SAID_SHOWN ? SAID_SHOWN : g->members;

    for (size_t i = 0; i < g->shareds; i++)
        (void)json_array_append_new(words, json_string(g->shared[i]));
    for (size_t i = 0; i < g->members; i++)
        (void)json_array_append_new(picks, json_integer(need[g->member[g->members - 1 - i]].id));
    for (size_t i = 0; i < shown; i++) {
        const struct need *n = &need[g->member[g->members - 1 - i]];

        (void)json_array_append_new(
            said,
            json_pack("{so ss ss}", "pieces", need_marked(a, marker, n, g->shared, g->shareds),
                      "organisation", n->organisation, "href",
                      arena_printf(a, NEEDS_PATH "/%lld", (long long)n->id)));
    }
    out = json_pack("{sI ss ss so so so sI s{ss}}", "n", (json_int_t)nth, "name", name_of(a, g),
                    "figures", theme_figures(rq, g->organisations, g->trades), "words", words,
                    "said", said, "picks", picks, "left", (json_int_t)(g->members - shown),
                    "values", "name", name_of(a, g));
    (void)json_object_set_new(out, "errors", json_object());
    return out;
}

/* Of three companies or more: fewer may be chance. */
enum status
needs_proposed(struct request *rq, struct need **need, struct need_group **group, size_t *groups)
{
    const struct need_query q = { .search = "",
                                  .kind = "needs",
                                  .state = "",
                                  .live = true,
                                  .sees = { true, true, true },
                                  .before = INT64_MAX,
                                  .limit = COMPARED };
    struct arena *a = rq_arena(rq);
    struct need_text *text;
    struct need_apart *apart = NULL;
    size_t n = 0, aparts = 0, kept = 0;
    enum status rc = need_list(rq_conn(rq), a, &q, need, &n);

    text = ARENA_ARRAY(a, struct need_text, n + 1);
    for (size_t i = 0; i < n; i++)
        text[i] = need_text_of(a, *need + i);
    if (rc == ST_OK)
        rc = read_aparts(rq_conn(rq), a, &apart, &aparts);
    if (rc == ST_OK)
        rc = needs_propose(a, text, n, apart, aparts, group, groups);
    for (size_t i = 0; rc == ST_OK && i < *groups; i++)
        if ((*group)[i].organisations >= SIGHT_COUNT_MIN)
            (*group)[kept++] = (*group)[i];
    *groups = kept;
    return rc;
}

static enum status
add_proposals(struct request *rq, json_t *data)
{
    size_t most = rq_query(rq, "proposals") != NULL ? PROPOSALS_ALL : PROPOSALS_SHOWN;
    struct need *need = NULL;
    struct need_group *group = NULL;
    size_t groups = 0;
    json_t *list = json_array();
    struct need_marker *marker = NULL;
    enum status rc = needs_proposed(rq, &need, &group, &groups);

    (void)json_object_set_new(data, "proposals", list);
    for (size_t i = 0; rc == ST_OK && i < groups && i < most; i++) {
        if (marker == NULL)
            marker = needs_marker(rq_arena(rq));
        (void)json_array_append_new(list, proposal_view(rq, marker, &group[i], need, i + 1));
    }
    if (groups > most)
        (void)json_object_set_new(data, "more_proposals",
                                  json_integer((json_int_t)(groups - most)));
    return rc;
}

/* ── Themes ── */

static bool
again_of(const int64_t *seen, size_t n, int64_t id)
{
    for (size_t i = 0; i < n; i++)
        if (seen[i] == id)
            return true;
    return false;
}

/* "Blåfjell Mekaniske, Vik Verft og 3 til": whose needs they are, each once. */
static void
add_names(struct request *rq, const struct need *need, size_t n, json_t *view)
{
    struct arena *a = rq_arena(rq);
    int64_t *seen = ARENA_ARRAY(a, int64_t, n + 1);
    const char *names = "";
    size_t shown = 0;
    json_int_t left = 0;

    for (size_t i = 0; i < n; i++) {
        if (again_of(seen, shown, need[i].organisation_id))
            continue;
        if (shown < NAMED_SHOWN)
            names = arena_printf(a, "%s%s%s", names, names[0] != '\0' ? ", " : "",
                                 need[i].organisation);
        else
            left++;
        seen[shown++] = need[i].organisation_id;
    }
    (void)json_object_set_new(view, "names", json_string(names));
    (void)json_object_set_new(view, "names_left", json_integer(left));
}

struct need_text
theme_text_of(struct arena *a, const struct theme *t, const struct need *need, size_t n)
{
    size_t room = strlen(t->name) + 1, used = strlen(t->name);
    char *all;

    for (size_t i = 0; i < n; i++)
        room += strlen(need[i].text) + 1;
    all = ARENA_ARRAY(a, char, room);
    memcpy(all, t->name, used);
    for (size_t i = 0; i < n; i++) {
        size_t len = strlen(need[i].text);

        all[used] = '\n';
        memcpy(all + used + 1, need[i].text, len);
        used += len + 1;
    }
    all[used] = '\0';
    return (struct need_text){ .id = -t->id, .text = all };
}

/* Who has said that they can help with it. */
static enum status
add_helpers(struct request *rq, const struct theme *t, const struct need *need, size_t n,
            const struct need_text *offer, const struct need *offers, size_t count, json_t *view)
{
    struct arena *a = rq_arena(rq);
    const struct need_text text = theme_text_of(a, t, need, n);
    struct need_fit *fit = NULL;
    int64_t seen[NAMED_SHOWN];
    const char *names = "";
    size_t fits = 0, shown = 0;
    enum status rc = needs_match(a, &text, offer, count, &fit, &fits);

    for (size_t i = 0; rc == ST_OK && i < fits && i < NAMED_SHOWN; i++) {
        const struct need *one = &offers[fit[i].index];

        if (again_of(seen, shown, one->organisation_id))
            continue;
        seen[shown++] = one->organisation_id;
        names = arena_printf(a, "%s%s%s", names, names[0] != '\0' ? ", " : "", one->organisation);
    }
    if (fits > 0)
        (void)json_object_update_new(
            view, json_pack("{sI ss}", "helpers", (json_int_t)fits, "helpers_names", names));
    return rc;
}

enum status
theme_needs(struct request *rq, const struct theme *t, struct need **out, size_t *count)
{
    const struct need_query q = { .search = "",
                                  .kind = "",
                                  .state = "",
                                  .theme_id = t->id,
                                  .sees = need_sight_of(sight_viewer_of(rq_who(rq))),
                                  .limit = 1000 };

    return need_list(rq_conn(rq), rq_arena(rq), &q, out, count);
}

static enum status
live_offers(struct request *rq, int limit, struct need **out, size_t *count)
{
    const struct need_query q = { .search = "",
                                  .kind = "offer",
                                  .state = "",
                                  .live = true,
                                  .theme_id = -1,
                                  .sees = need_sight_of(sight_viewer_of(rq_who(rq))),
                                  .before = INT64_MAX,
                                  .limit = limit };

    return need_list(rq_conn(rq), rq_arena(rq), &q, out, count);
}

static enum status
theme_card(struct request *rq, const struct theme *t, const struct need_text *text,
           const struct need *offer, size_t offers, json_t *list)
{
    struct need *need = NULL;
    size_t n = 0;
    json_t *view;
    enum sight_extent extent = theme_extent(rq, t);
    enum status rc = ST_OK;

    if (extent == SIGHT_NOTHING)
        return ST_OK;
    view = theme_page_view(rq, t);
    if (extent == SIGHT_ALL)
        rc = theme_needs(rq, t, &need, &n);
    if (rc == ST_OK && extent == SIGHT_ALL) {
        add_names(rq, need, n, view);
        rc = add_helpers(rq, t, need, n, text, offer, offers, view);
    }
    if (extent == SIGHT_ALL)
        (void)json_object_set_new(view, "all", json_true());
    (void)json_array_append_new(list, view);
    return rc;
}

/* compared: with the offers that fit each. */
static enum status
add_themes(struct request *rq, bool compared, json_t *data)
{
    const struct theme_query q = { .state = "",
                                   .sees = theme_sight_of(sight_viewer_of(rq_who(rq))),
                                   .before = rq_query_int(rq, "themes", INT64_MAX, 1, INT64_MAX),
                                   .limit = THEMES_SHOWN + 1 };
    struct arena *a = rq_arena(rq);
    struct theme *t = NULL;
    struct need *offer = NULL;
    struct need_text *text;
    size_t n = 0, offers = 0;
    json_t *list = json_array();
    enum status rc = theme_list(rq_conn(rq), a, &q, &t, &n);

    (void)json_object_set_new(data, "themes", list);
    if (rc == ST_OK && compared)
        rc = live_offers(rq, OFFERS_READ, &offer, &offers);
    text = ARENA_ARRAY(a, struct need_text, offers + 1);
    for (size_t i = 0; i < offers; i++)
        text[i] = need_text_of(a, &offer[i]);
    for (size_t i = 0; rc == ST_OK && i < n && i < THEMES_SHOWN; i++)
        rc = theme_card(rq, &t[i], text, offer, offers, list);
    if (n > THEMES_SHOWN)
        (void)json_object_set_new(data, "more_themes", json_integer(t[THEMES_SHOWN - 1].id));
    return rc;
}

/* ── The page ── */

static enum status
add_alone(struct request *rq, json_t *data)
{
    struct need_query q = { .search = "",
                            .kind = "needs",
                            .state = "",
                            .live = true,
                            .sees = need_sight_of(sight_viewer_of(rq_who(rq))),
                            .before = rq_query_int(rq, "before", INT64_MAX, 1, INT64_MAX),
                            .limit = ALONE_SHOWN + 1 };
    struct need *need = NULL;
    size_t n = 0, shown;
    json_t *views;
    enum status rc = need_list(rq_conn(rq), rq_arena(rq), &q, &need, &n);

    shown = n > ALONE_SHOWN ? ALONE_SHOWN : n;
    views = need_page_views(rq, need, shown);
    need_mark_picked(data, views);
    (void)json_object_set_new(data, "alone", views);
    if (n > shown)
        (void)json_object_set_new(data, "alone_next", json_integer(need[shown - 1].id));
    if (q.before != INT64_MAX)
        (void)json_object_set_new(data, "alone_back", json_true());
    if (rc == ST_OK)
        rc = live_offers(rq, OFFERS_SHOWN, &need, &n);
    (void)json_object_set_new(data, "offers", need_page_views(rq, need, rc == ST_OK ? n : 0));
    return rc;
}

enum status
needs_board(struct request *rq, struct response *rs, int http, const char *conflict, json_t *data)
{
    /* An answer to a change is made on an event thread, where nothing may take long. */
    bool compared = http == 200 && needs_may_edit(rq);
    struct need_figures f = { 0 };
    enum status rc = need_figures_of(rq_conn(rq), need_sight_of(sight_viewer_of(rq_who(rq))), &f);

    if (rc == ST_OK)
        rc = add_alone(rq, data);
    if (rc == ST_OK)
        rc = add_themes(rq, compared, data);
    if (rc == ST_OK && compared)
        rc = add_proposals(rq, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    (void)json_object_update_new(
        data, json_pack("{sI sI sI sI sb sb ss*}", "needs", f.needs, "companies", f.companies,
                        "alone_count", f.alone, "offer_count", f.offers, "may_edit",
                        needs_may_edit(rq), "none", f.needs + f.offers == 0, "conflict", conflict));
    (void)json_object_set_new(data, "uncompared", json_boolean(!compared && needs_may_edit(rq)));
    rs_script(rs, "needs.js");
    return rs_page(rs, http, "needs/board", rq_tr(rq, "menu.needs"), data);
}

static enum status
show(struct request *rq, struct response *rs)
{
    json_t *data = json_object();

    if (rq_query(rq, "added") != NULL)
        (void)json_object_set_new(data, "added",
                                  json_integer(rq_query_int(rq, "added", 0, 0, 1000)));
    return needs_board(rq, rs, 200, NULL, data);
}

static enum status
again(struct request *rq, struct response *rs)
{
    return needs_board(rq, rs, 422, NULL, rq_form_view(rq));
}

/* ── What is done on it ── */

static const struct field pick_fields[] = {
    { "pick", FIELD_LIST, 0, 20 },
    { "name", FIELD_LINE, 0, THEME_NAME_MAX },
    { "proposed", FIELD_LINE, 0, THEME_NAME_MAX }, /* a name for who leaves it empty */
    { 0 },
};

size_t
needs_picked(struct request *rq, const char *field, int64_t **out)
{
    size_t n = 0, len = rq_list_len(rq, field);

    *out = ARENA_ARRAY(rq_arena(rq), int64_t, len + 1);
    for (size_t i = 0; i < len; i++)
        n += text_int(rq_list_at(rq, field, i), *out + n);
    return n;
}

static const char *
name_asked(struct request *rq)
{
    return rq_text(rq, rq_text(rq, "name")[0] != '\0' ? "name" : "proposed");
}

static enum status
make_check(struct request *rq)
{
    if (name_asked(rq)[0] == '\0')
        rq_error_text(rq, "name", rq_tr(rq, "theme.no_name"));
    if (rq_list_len(rq, "pick") == 0)
        rq_error_text(rq, "", rq_tr(rq, "theme.none_picked"));
    return ST_OK;
}

struct need_conflict {
    bool is;
    struct need moved;
};

static enum status
make_work(struct work *w)
{
    struct request *rq = w->rq;
    struct arena *a = rq_arena(rq);
    struct need_conflict *conflict = ARENA_NEW(a, struct need_conflict);
    struct theme_new n = { .name = name_asked(rq), .account_id = needs_account(rq) };
    int64_t *picked, id = 0;
    enum status rc;

    n.needs = needs_picked(rq, "pick", &picked);
    n.need = picked;
    rc = theme_make(w->conn, a, &n, w->now, &id, &conflict->moved);
    w->out = conflict;
    if (rc == ST_CONFLICT) {
        conflict->is = true;
        return ST_OK;
    }
    if (rc == ST_INVALID)
        rq_error_text(rq, "", rq_tr(rq, "theme.one_company"));
    w->redirect = arena_printf(a, NEEDS_PATH "#theme-%lld", (long long)id);
    return rc;
}

static enum status
make_answer(struct request *rq, const struct work *w, struct response *rs)
{
    const struct need_conflict *conflict = w->out;
    const char *text = NULL;
    enum status rc;

    if (!conflict->is)
        return rs_redirect(rs, w->redirect);
    rc = need_moved_text(rq, &conflict->moved, &text);
    return rc == ST_OK ? needs_board(rq, rs, 409, text, json_object()) : rc;
}

static enum status
apart_check(struct request *rq)
{
    if (rq_list_len(rq, "pick") < 2)
        rq_error_text(rq, "", rq_tr(rq, "theme.none_picked"));
    return ST_OK;
}

static enum status
apart_work(struct work *w)
{
    int64_t *id;
    size_t n = needs_picked(w->rq, "pick", &id);
    enum status rc = ST_OK;
    struct need need;

    for (size_t i = 0; rc == ST_OK && i < n; i++)
        rc = need_by_id(w->conn, rq_arena(w->rq), id[i], &need);
    w->redirect = NEEDS_PATH;
    return rc == ST_OK ? need_set_apart(w->conn, id, n < NEED_APART_MAX ? n : NEED_APART_MAX) : rc;
}

/* A page seen again by its address, or in another language. */
static enum status
to_board(struct request *rq, struct response *rs)
{
    (void)rq;
    return rs_redirect(rs, NEEDS_PATH);
}

/* clang-format off */
const struct route needs_board_routes[] = {
    { HTTP_GET, NEEDS_PATH, ALLOW_VIEWER, RT_SLOW, 0, .slow = show },
    { HTTP_GET, THEMES_PATH, ALLOW_VIEWER, RT_READ, 0, .read = to_board },
    { HTTP_POST, THEMES_PATH, ALLOW_ORGANISER, RT_WRITE, 32768, 0, pick_fields,
      .check = make_check, .work = make_work, .answer = make_answer, .form = again },
    { HTTP_GET, NEEDS_PATH "/apart", ALLOW_ORGANISER, RT_READ, 0, .read = to_board },
    { HTTP_POST, NEEDS_PATH "/apart", ALLOW_ORGANISER, RT_WRITE, 32768, 0, pick_fields,
      .check = apart_check, .work = apart_work, .form = again },
    { 0 },
};
/* clang-format on */
