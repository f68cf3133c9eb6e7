/* One need: noted at the table, changed, put into a theme or taken out; and the list of them all.
 */
#include <string.h>

#include "base/text.h"
#include "html/options.h"
#include "needs/needs_pages.h"
#include "organisations/organisations.h"

#define PER_PAGE 50
#define THEMES_OFFERED 100

static const struct field need_fields_of[] = {
    { "text", FIELD_LINE, 0, NEED_TEXT_MAX }, { "more", FIELD_TEXT, 0, NEED_MORE_MAX },
    { "organisation", FIELD_LINE, 0, 200 },   { "kind", FIELD_LINE, 0, 20 },
    { "field", FIELD_LINE, 0, 20 },           { "urgency", FIELD_LINE, 0, 20 },
    { "openness", FIELD_LINE, 0, 20 },        { "state", FIELD_LINE, 0, 20 },
    { "version", FIELD_INT, 0, 1000000 },     { 0 },
};

static enum status
form_check(struct request *rq)
{
    if (rq_text(rq, "text")[0] == '\0')
        rq_error_text(rq, "text", rq_tr(rq, "need.no_text"));
    if (rq_text(rq, "organisation")[0] == '\0')
        rq_error_text(rq, "organisation", rq_tr(rq, "need.no_organisation"));
    need_words_check(rq);
    return ST_OK;
}

/* ── A new one ── */

static enum status
new_page(struct request *rq, struct response *rs, int http, json_t *data)
{
    enum status rc = need_form_fill(rq, data);

    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    if (rq_query(rq, "noted") != NULL)
        (void)json_object_set_new(data, "noted", json_true());
    return rs_page(rs, http, "needs/new", rq_tr(rq, "need.new"), data);
}

static enum status
new_read(struct request *rq, struct response *rs)
{
    return new_page(rq, rs, 200, json_object());
}

static enum status
new_again(struct request *rq, struct response *rs)
{
    return new_page(rq, rs, 422, rq_form_view(rq));
}

static enum status
new_work(struct work *w)
{
    struct request *rq = w->rq;
    struct need n = { .kind = need_chosen(rq, "kind", "need"),
                      .text = rq_text(rq, "text"),
                      .more = rq_text(rq, "more"),
                      .field = rq_text(rq, "field"),
                      .urgency = rq_text(rq, "urgency"),
                      .openness = need_chosen(rq, "openness", "closed"),
                      .lang = rq_lang(rq),
                      .source = "organiser" };
    int64_t id = 0;
    enum status rc = organisation_ensure(w->conn, rq_text(rq, "organisation"), NULL, NULL, w->now,
                                         &n.organisation_id);

    if (rc == ST_OK)
        rc = need_add(w->conn, &n, w->now, &id);
    w->redirect = NEEDS_PATH "/new?noted=1";
    return rc;
}

/* ── One ── */

static const struct field move_fields[] = {
    { "theme", FIELD_LINE, 0, 20 }, /* an id; "" for none */
    { "from", FIELD_LINE, 0, 20 },  /* where whoever moves it saw it */
    { 0 },
};

static int64_t
id_in(struct request *rq, const char *field)
{
    int64_t id = 0;

    return text_int(rq_text(rq, field), &id) && id > 0 ? id : 0;
}

/* What each theme's needs say, for the engine. */
static enum status
read_themes(struct request *rq, const struct theme *t, size_t count, struct need_text *text)
{
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && i < count; i++) {
        struct need *in = NULL;
        size_t needs = 0;

        rc = theme_needs(rq, &t[i], &in, &needs);
        text[i] = theme_text_of(rq_arena(rq), &t[i], in, needs);
    }
    return rc;
}

/* The themes that it can be put into; compared: those that it sounds like first, with the words
 * why. */
static enum status
add_themes(struct request *rq, const struct need *n, bool compared, json_t *data)
{
    const struct theme_query q = {
        .state = "", .sees = { true, true, true }, .before = INT64_MAX, .limit = THEMES_OFFERED
    };
    const struct need_text own = need_text_of(rq_arena(rq), n);
    struct arena *a = rq_arena(rq);
    struct theme *t = NULL;
    struct need_text *text;
    struct need_fit *fit = NULL;
    size_t count = 0, fits = 0, taken = 0;
    json_t *list = json_array();
    enum status rc = theme_list(rq_conn(rq), a, &q, &t, &count);

    text = ARENA_ARRAY(a, struct need_text, count + 1);
    if (rc == ST_OK && compared)
        rc = read_themes(rq, t, count, text);
    if (rc == ST_OK && compared)
        rc = needs_match(a, &own, text, count, &fit, &fits);
    option_add(list, "", rq_tr(rq, "need.theme_none"), NULL, n->theme_id == 0);
    for (size_t i = 0; rc == ST_OK && i < fits + count; i++) {
        const struct theme *one = i < fits ? &t[fit[i].index] : &t[i - fits];
        bool before = false;

        for (size_t j = 0; i >= fits && j < fits; j++)
            before = before || fit[j].index == i - fits;
        if (before)
            continue;
        option_add(list, arena_printf(a, "%lld", (long long)one->id),
                   i < fits && fit[i].shareds > 0
                       ? arena_printf(a, "%s (%s)", one->name, fit[i].shared[0])
                       : one->name,
                   NULL, n->theme_id == one->id);
        taken++;
    }
    (void)json_object_set_new(data, "themes", list);
    (void)json_object_set_new(data, "has_themes", json_boolean(taken > 0));
    return rc;
}

static enum status
one_page(struct request *rq, struct response *rs, int http, const char *conflict, json_t *data)
{
    struct arena *a = rq_arena(rq);
    struct need_sight sees = need_sight_of(sight_viewer_of(rq_who(rq)));
    struct need n;
    bool seen = false;
    enum status rc = need_by_id(rq_conn(rq), a, rq_param_id(rq, "id"), &n);

    if (rc == ST_OK)
        seen = (sees.closed || strcmp(n.openness, "closed") != 0) &&
               (sees.members || strcmp(n.openness, "members") != 0);
    if (rc == ST_OK && !seen)
        rc = ST_NOT_FOUND;
    if (rc == ST_OK)
        need_values_put(data, need_values(a, &n));
    if (rc == ST_OK && needs_may_edit(rq))
        rc = need_form_fill(rq, data);
    if (rc == ST_OK && needs_may_edit(rq) && !need_is_offer(&n))
        rc = add_themes(rq, &n, http == 200, data); /* else on an event thread */
    if (rc == ST_OK)
        rc = panels_fill(rq, "need.page", n.id, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    (void)json_object_set_new(data, "need", need_page_view(rq, &n));
    (void)json_object_set_new(
        data, "states",
        need_options(rq, need_states, "need.state", NULL, need_value(data, "state")));
    (void)json_object_update_new(data,
                                 json_pack("{sb sb ss*}", "may_edit", needs_may_edit(rq), "saved",
                                           rq_query(rq, "saved") != NULL, "conflict", conflict));
    return rs_page(rs, http, "needs/need", n.text, data);
}

static enum status
show(struct request *rq, struct response *rs)
{
    return one_page(rq, rs, 200, NULL, json_object());
}

enum status
need_again(struct request *rq, struct response *rs)
{
    return one_page(rq, rs, 422, NULL, rq_form_view(rq));
}

static enum status
save_check(struct request *rq)
{
    if (rq_text(rq, "state")[0] != '\0' && !need_word_ok(need_states, rq_text(rq, "state")))
        rq_error(rq, "state", "choice");
    return form_check(rq);
}

/* What somebody else has changed meanwhile stays; what was typed comes back in the form. */
static enum status
save_work(struct work *w)
{
    struct request *rq = w->rq;
    struct arena *a = rq_arena(rq);
    struct need_change ch = need_change_sent(rq);
    struct need now_is;
    bool *stale = ARENA_NEW(a, bool);
    int64_t id = rq_param_id(rq, "id");
    enum status rc = organisation_ensure(w->conn, rq_text(rq, "organisation"), NULL, NULL, w->now,
                                         &ch.organisation_id);

    w->out = stale;
    if (rc == ST_OK)
        rc = need_change(w->conn, a, id, &ch, rq_int(rq, "version"), w->now, &now_is);
    if (rc == ST_CONFLICT) {
        *stale = true;
        return ST_OK;
    }
    w->redirect = arena_printf(a, NEEDS_PATH "/%lld?saved=1", (long long)id);
    return rc;
}

static enum status
save_answer(struct request *rq, const struct work *w, struct response *rs)
{
    json_t *data, *version;
    struct need n;
    enum status rc;

    if (!*(const bool *)w->out)
        return rs_redirect(rs, w->redirect);
    rc = need_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &n);
    if (rc != ST_OK)
        return rc;
    data = rq_form_view(rq);
    version = json_string(arena_printf(rq_arena(rq), "%lld", (long long)n.version));
    (void)json_object_set_new(json_object_get(data, "values"), "version", version);
    return one_page(rq, rs, 409, rq_tr(rq, "need.changed_since"), data);
}

struct moving {
    bool conflict;
    struct need now_is;
};

static enum status
move_work(struct work *w)
{
    struct request *rq = w->rq;
    struct moving *m = ARENA_NEW(rq_arena(rq), struct moving);
    int64_t to = id_in(rq, "theme");
    enum status rc = need_move(w->conn, rq_arena(rq), rq_param_id(rq, "id"), id_in(rq, "from"), to,
                               needs_account(rq), w->now, &m->now_is);

    w->out = m;
    w->redirect =
        to != 0 ? arena_printf(rq_arena(rq), NEEDS_PATH "#theme-%lld", (long long)to) : NEEDS_PATH;
    if (rc == ST_CONFLICT) {
        m->conflict = true;
        return ST_OK;
    }
    if (rc == ST_INVALID)
        rq_error_text(rq, "theme", rq_tr(rq, "need.offer_no_theme"));
    if (rc == ST_GONE) {
        rq_error_text(rq, "theme", rq_tr(rq, "theme.gone"));
        rc = ST_INVALID;
    }
    return rc;
}

static enum status
move_answer(struct request *rq, const struct work *w, struct response *rs)
{
    const struct moving *m = w->out;
    const char *text = NULL;
    enum status rc;

    if (!m->conflict)
        return rs_redirect(rs, w->redirect);
    rc = need_moved_text(rq, &m->now_is, &text);
    return rc == ST_OK ? needs_board(rq, rs, 409, text, json_object()) : rc;
}

static enum status
to_need(struct request *rq, struct response *rs)
{
    return rs_redirect(
        rs, arena_printf(rq_arena(rq), NEEDS_PATH "/%lld", (long long)rq_param_id(rq, "id")));
}

/* ── The list ── */

static const char *
list_href(struct request *rq, const char *kind, const char *state, const char *q, int64_t before)
{
    struct arena *a = rq_arena(rq);

    return arena_printf(a, NEEDS_PATH "/list?kind=%s&state=%s&q=%s&before=%lld", kind, state,
                        text_url_encode(a, q), (long long)before);
}

static const char *
one_of(struct request *rq, const char *name, const char *const *words)
{
    const char *word = rq_query_text(rq, name);

    return need_word_ok(words, word) ? word : "";
}

static enum status
list(struct request *rq, struct response *rs)
{
    const char *kind = one_of(rq, "kind", need_kinds), *state = one_of(rq, "state", need_states);
    struct need_query q = { .search = rq_query_text(rq, "q"),
                            .kind = kind,
                            .state = state,
                            .theme_id = -1,
                            .sees = need_sight_of(sight_viewer_of(rq_who(rq))),
                            .before = rq_query_int(rq, "before", INT64_MAX, 1, INT64_MAX),
                            .limit = PER_PAGE + 1 };
    struct need *need = NULL;
    size_t n = 0, shown;
    json_t *data;
    enum status rc = need_list(rq_conn(rq), rq_arena(rq), &q, &need, &n);

    if (rc != ST_OK)
        return rc;
    shown = n > PER_PAGE ? PER_PAGE : n;
    data = json_pack("{so so so s{ss} sb sb}", "items", need_page_views(rq, need, shown), "kinds",
                     need_options(rq, need_kinds, "need.kind", "need.kind_any", kind), "states",
                     need_options(rq, need_states, "need.state", "need.state_any", state), "values",
                     "q", q.search, "empty", n == 0, "may_edit", needs_may_edit(rq));
    if (n > shown)
        (void)json_object_set_new(
            data, "next", json_string(list_href(rq, kind, state, q.search, need[shown - 1].id)));
    if (q.before != INT64_MAX)
        (void)json_object_set_new(data, "first",
                                  json_string(list_href(rq, kind, state, q.search, INT64_MAX)));
    return rs_page(rs, 200, "needs/list", rq_tr(rq, "needs.all"), data);
}

#define ONE NEEDS_PATH "/{id}"

/* clang-format off */
const struct route needs_edit_routes[] = {
    { HTTP_GET, NEEDS_PATH "/new", ALLOW_ORGANISER, RT_READ, 0, .read = new_read },
    { HTTP_POST, NEEDS_PATH "/new", ALLOW_ORGANISER, RT_WRITE, 16384, RT_FORM_KEY, need_fields_of,
      .check = form_check, .work = new_work, .form = new_again },
    { HTTP_GET, NEEDS_PATH "/list", ALLOW_VIEWER, RT_SLOW, 0, .slow = list },
    { HTTP_GET, ONE, ALLOW_VIEWER, RT_SLOW, 0, .slow = show },
    { HTTP_POST, ONE, ALLOW_ORGANISER, RT_WRITE, 16384, 0, need_fields_of,
      .check = save_check, .work = save_work, .answer = save_answer, .form = need_again },
    { HTTP_GET, ONE "/move", ALLOW_ORGANISER, RT_READ, 0, .read = to_need },
    { HTTP_POST, ONE "/move", ALLOW_ORGANISER, RT_WRITE, 1024, 0, move_fields,
      .work = move_work, .answer = move_answer, .form = need_again },
    { 0 },
};
/* clang-format on */
