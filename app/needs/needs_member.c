/*
 * What an organisation has said, on the pages of who speaks for it: stated, changed, opened,
 * withdrawn; and what others have opened to the members.
 */
#include <string.h>

#include "members/members.h"
#include "needs/needs_match_view.h"

#define MEMBER_NEEDS "/member/needs"
#define ON_HOME 5
#define OWN_MAX 200
#define HAPPENED 15
#define PER_PAGE 50

static const struct field member_fields[] = {
    { "text", FIELD_LINE, 0, NEED_TEXT_MAX },
    { "more", FIELD_TEXT, 0, NEED_MORE_MAX },
    { "kind", FIELD_LINE, 0, 20 },
    { "field", FIELD_LINE, 0, 20 },
    { "urgency", FIELD_LINE, 0, 20 },
    { "openness", FIELD_LINE, 0, 20 },
    { "state", FIELD_LINE, 0, 20 },
    { "version", FIELD_INT, 0, 1000000 },
    { 0 },
};

/* What may be said of how far it has come; withdrawing is another button. */
static const char *const own_states[] = { "open", "going_on", "solved", NULL };

static enum status
own_list(struct request *rq, int64_t organisation_id, struct need_sight sees, int limit,
         struct need **out, size_t *count)
{
    const struct need_query q = { .search = "",
                                  .kind = "",
                                  .state = "",
                                  .theme_id = -1,
                                  .organisation_id = organisation_id,
                                  .sees = sees,
                                  .before = INT64_MAX,
                                  .limit = limit };

    return need_list(rq_conn(rq), rq_arena(rq), &q, out, count);
}

/* Those that are not withdrawn, with the member's own address. */
static json_t *
own_views(struct request *rq, const struct need *need, size_t n)
{
    json_t *list = json_array();

    for (size_t i = 0; i < n; i++) {
        json_t *view;

        if (strcmp(need[i].state, "withdrawn") == 0)
            continue;
        view = need_page_view(rq, &need[i]);
        (void)json_object_del(view,
                              "theme"); /* what it is put together with is not theirs to see */
        (void)json_object_set_new(
            view, "href",
            json_string(arena_printf(rq_arena(rq), MEMBER_NEEDS "/%lld", (long long)need[i].id)));
        (void)json_array_append_new(list, view);
    }
    return list;
}

/* "member.home" */
enum status
needs_fill_member(struct request *rq, int64_t organisation_id, json_t *panels)
{
    struct need *need = NULL;
    size_t n = 0;
    enum status rc =
        own_list(rq, organisation_id, need_sight_of(SIGHT_BY_OWNER), ON_HOME, &need, &n);

    (void)json_object_set_new(panels, "member_needs",
                              json_pack("{so sb}", "items", own_views(rq, need, n), "some", n > 0));
    return rc;
}

/* "organisation.page": of organisers and viewers. */
enum status
needs_fill_organisation(struct request *rq, int64_t organisation_id, json_t *panels)
{
    struct need_sight sees = need_sight_of(sight_viewer_of(rq_who(rq)));
    struct need *need = NULL;
    size_t n = 0;
    json_t *needs = json_array(), *offers = json_array();
    enum status rc = own_list(rq, organisation_id, sees, OWN_MAX, &need, &n);

    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(need_is_offer(&need[i]) ? offers : needs,
                                    need_page_view(rq, &need[i]));
    (void)json_object_set_new(panels, "organisation_needs",
                              json_pack("{so so}", "needs", needs, "offers", offers));
    return rc;
}

/* What they have said, and whom they were introduced to. */
enum status
needs_happened(struct request *rq, int64_t organisation_id, const json_t *panels,
               struct happenings *h)
{
    struct need *need = NULL;
    struct match *m = NULL;
    size_t n = 0, matches = 0;
    const char *sides[] = { "need", "offer" };
    enum status rc = own_list(rq, organisation_id, need_sight_of(sight_viewer_of(rq_who(rq))),
                              HAPPENED, &need, &n);

    (void)panels;
    for (size_t i = 0; rc == ST_OK && i < n; i++)
        happened_add(h, need[i].created_at, need[i].text,
                     rq_tr(rq, need_is_offer(&need[i]) ? "need.happened_offer" : "need.happened"),
                     arena_printf(rq_arena(rq), NEEDS_PATH "/%lld", (long long)need[i].id),
                     need[i].lang);
    for (int s = 0; rc == ST_OK && s < 2 && needs_may_edit(rq); s++) {
        rc = matches_of_organisation(rq_conn(rq), rq_arena(rq), organisation_id, sides[s], 0, &m,
                                     &matches);
        for (size_t i = 0; rc == ST_OK && i < matches; i++)
            if (m[i].introduced_at != 0)
                happened_add(h, m[i].introduced_at,
                             s == 0 ? m[i].offer_organisation : m[i].need_organisation,
                             match_state_label(rq, m[i].state), NEEDS_PATH "/matches", "");
    }
    return rc;
}

/* ── The list, and one more ── */

static enum status
list_page(struct request *rq, struct response *rs, int http, json_t *data)
{
    struct need *need = NULL;
    size_t n = 0;
    enum status rc = own_list(rq, rq_who(rq)->organisation_id, need_sight_of(SIGHT_BY_OWNER),
                              OWN_MAX, &need, &n);

    if (rc == ST_OK)
        rc = need_form_words(rq, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    (void)json_object_update_new(data, json_pack("{so sb sb}", "items", own_views(rq, need, n),
                                                 "saved", rq_query(rq, "saved") != NULL,
                                                 "withdrawn", rq_query(rq, "withdrawn") != NULL));
    return rs_page(rs, http, "needs/member", rq_tr(rq, "need.member_title"), data);
}

static enum status
list(struct request *rq, struct response *rs)
{
    return list_page(rq, rs, 200, json_object());
}

static enum status
list_again(struct request *rq, struct response *rs)
{
    return list_page(rq, rs, 422, rq_form_view(rq));
}

static enum status
check(struct request *rq)
{
    if (rq_text(rq, "text")[0] == '\0' && !rq_wrong(rq, "text"))
        rq_error_text(rq, "text", rq_tr(rq, "need.no_text"));
    if (rq_text(rq, "state")[0] != '\0' && !need_word_ok(own_states, rq_text(rq, "state")))
        rq_error(rq, "state", "choice");
    need_words_check(rq);
    return ST_OK;
}

static enum status
add_work(struct work *w)
{
    struct request *rq = w->rq;
    struct need n = { .organisation_id = rq_who(rq)->organisation_id,
                      .kind = need_chosen(rq, "kind", "need"),
                      .text = rq_text(rq, "text"),
                      .more = rq_text(rq, "more"),
                      .field = rq_text(rq, "field"),
                      .urgency = rq_text(rq, "urgency"),
                      .openness = need_chosen(rq, "openness", "closed"),
                      .lang = rq_lang(rq),
                      .source = "member" };
    struct representative r;
    int64_t id = 0;
    enum status rc = representative_by_id(w->conn, rq_arena(rq), rq_who(rq)->representative_id, &r);

    if (rc == ST_OK) {
        n.contact_id = r.contact_id;
        rc = need_add(w->conn, &n, w->now, &id);
    }
    w->redirect = MEMBER_NEEDS "?saved=1";
    return rc;
}

/* ── One ── */

/* ST_NOT_FOUND also for another's: not even that it is there. */
static enum status
own_by_id(struct request *rq, struct db_conn *c, struct need *out)
{
    enum status rc = need_by_id(c, rq_arena(rq), rq_param_id(rq, "id"), out);

    return rc == ST_OK && (out->organisation_id != rq_who(rq)->organisation_id ||
                           strcmp(out->state, "withdrawn") == 0)
               ? ST_NOT_FOUND
               : rc;
}

static enum status
one_page(struct request *rq, struct response *rs, int http, const char *conflict, json_t *data)
{
    struct need n;
    enum status rc = own_by_id(rq, rq_conn(rq), &n);

    if (rc == ST_OK)
        need_values_put(data, need_values(rq_arena(rq), &n));
    if (rc == ST_OK)
        rc = need_form_words(rq, data);
    if (rc == ST_OK)
        rc = panels_fill(rq, "member.need", n.id, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    (void)json_object_update_new(
        data, json_pack("{ss so sb ss*}", "href",
                        arena_printf(rq_arena(rq), MEMBER_NEEDS "/%lld", (long long)n.id), "states",
                        need_options(rq, own_states, "need.state", NULL, need_value(data, "state")),
                        "narrow", 1, "conflict", conflict));
    return rs_page(rs, http, "needs/member_need", n.text, data);
}

static enum status
show(struct request *rq, struct response *rs)
{
    return one_page(rq, rs, 200, NULL, json_object());
}

static enum status
again(struct request *rq, struct response *rs)
{
    return one_page(rq, rs, 422, NULL, rq_form_view(rq));
}

static enum status
change_work(struct work *w)
{
    struct request *rq = w->rq;
    struct need_change ch = need_change_sent(rq);
    struct need n;
    bool *stale = ARENA_NEW(rq_arena(rq), bool);
    enum status rc = own_by_id(rq, w->conn, &n);

    w->out = stale;
    w->redirect = MEMBER_NEEDS "?saved=1";
    if (rc == ST_OK)
        rc = need_change(w->conn, rq_arena(rq), n.id, &ch, rq_int(rq, "version"), w->now, &n);
    if (rc != ST_CONFLICT)
        return rc;
    *stale = true;
    return ST_OK;
}

static enum status
change_answer(struct request *rq, const struct work *w, struct response *rs)
{
    json_t *data;
    struct need n;
    enum status rc;

    if (!*(const bool *)w->out)
        return rs_redirect(rs, w->redirect);
    rc = own_by_id(rq, rq_conn(rq), &n);
    if (rc != ST_OK)
        return rc;
    data = rq_form_view(rq);
    (void)json_object_set_new(
        json_object_get(data, "values"), "version",
        json_string(arena_printf(rq_arena(rq), "%lld", (long long)n.version)));
    return one_page(rq, rs, 409, rq_tr(rq, "need.changed_since"), data);
}

static enum status
withdraw_work(struct work *w)
{
    const struct need_change ch = { .state = "withdrawn" };
    struct need n;
    enum status rc = own_by_id(w->rq, w->conn, &n);

    if (rc == ST_OK)
        rc = need_change(w->conn, rq_arena(w->rq), n.id, &ch, 0, w->now, &n);
    w->redirect = MEMBER_NEEDS "?withdrawn=1";
    return rc;
}

/* ── What others have opened ── */

static json_t *
opened_views(struct request *rq, const struct need *need, size_t n)
{
    json_t *list = json_array();

    for (size_t i = 0; i < n; i++) {
        json_t *view = need_page_view(rq, &need[i]);

        (void)json_object_del(view, "theme");
        (void)json_object_del(view, "href");
        (void)json_array_append_new(list, view);
    }
    return list;
}

/* Themes of so many companies that nobody is told by the number. */
static enum status
add_themes(struct request *rq, enum sight_viewer viewer, json_t *data)
{
    const struct theme_query q = {
        .state = "", .sees = theme_sight_of(viewer), .before = INT64_MAX, .limit = PER_PAGE
    };
    struct theme *t = NULL;
    size_t n = 0;
    json_t *list = json_array();
    enum status rc = theme_list(rq_conn(rq), rq_arena(rq), &q, &t, &n);

    for (size_t i = 0; i < n; i++)
        if (t[i].companies >= SIGHT_COUNT_MIN)
            (void)json_array_append_new(list,
                                        json_pack("{ss ss}", "name", t[i].name, "figures",
                                                  theme_figures(rq, t[i].companies, t[i].trades)));
    (void)json_object_set_new(data, "themes", list);
    return rc;
}

/* viewer: who is meant, not who asks: the page for everybody is the same for everybody. */
static enum status
opened_page(struct request *rq, struct response *rs, enum sight_viewer viewer, const char *path)
{
    struct need_query q = { .search = "",
                            .kind = "",
                            .state = "",
                            .theme_id = -1,
                            .live = true,
                            .sees = need_sight_of(viewer),
                            .before = rq_query_int(rq, "before", INT64_MAX, 1, INT64_MAX),
                            .limit = PER_PAGE + 1 };
    struct need *need = NULL;
    size_t n = 0, shown;
    json_t *data;
    enum status rc = need_list(rq_conn(rq), rq_arena(rq), &q, &need, &n);

    if (rc != ST_OK)
        return rc;
    shown = n > PER_PAGE ? PER_PAGE : n;
    data = json_pack("{so sb ss sb}", "items", opened_views(rq, need, shown), "for_members",
                     viewer != SIGHT_BY_NOBODY, "path", path, "first", q.before == INT64_MAX);
    if (n > shown)
        (void)json_object_set_new(data, "next", json_integer(need[shown - 1].id));
    if (q.before == INT64_MAX)
        rc = add_themes(rq, viewer, data);
    (void)json_object_set_new(
        data, "empty",
        json_boolean(n == 0 && json_array_size(json_object_get(data, "themes")) == 0));
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    return rs_page(rs, 200, "needs/opened", rq_tr(rq, "need.opened"), data);
}

static enum status
others(struct request *rq, struct response *rs)
{
    return opened_page(rq, rs, SIGHT_BY_MEMBER, MEMBER_NEEDS "/others");
}

static enum status
public_page(struct request *rq, struct response *rs)
{
    enum status rc;

    if (rs_kept(rq, rs))
        return ST_OK;
    rc = opened_page(rq, rs, SIGHT_BY_NOBODY, "/needs");
    if (rc == ST_OK)
        rs_keep(rs, INT64_MAX);
    return rc;
}

/* "directory.page": the way there, where there is anything. */
enum status
needs_fill_directory(struct request *rq, int64_t id, json_t *panels)
{
    const struct need_query q = { .search = "",
                                  .kind = "",
                                  .state = "",
                                  .theme_id = -1,
                                  .live = true,
                                  .sees = need_sight_of(SIGHT_BY_NOBODY),
                                  .before = INT64_MAX,
                                  .limit = 1 };
    struct need *need = NULL;
    size_t n = 0;
    enum status rc = need_list(rq_conn(rq), rq_arena(rq), &q, &need, &n);

    (void)id;
    if (rc == ST_OK && n > 0)
        (void)json_object_set_new(panels, "needs_link", json_object());
    return rc;
}

/* clang-format off */
const struct route needs_member_routes[] = {
    { HTTP_GET, MEMBER_NEEDS, ALLOW_MEMBER, RT_READ, .layout = "public", .read = list },
    { HTTP_POST, MEMBER_NEEDS, ALLOW_MEMBER, RT_WRITE, 16384, RT_FORM_KEY, member_fields,
      .layout = "public", .check = check, .work = add_work, .form = list_again },
    { HTTP_GET, MEMBER_NEEDS "/others", ALLOW_MEMBER, RT_SLOW, .layout = "public", .slow = others },
    { HTTP_GET, MEMBER_NEEDS "/{id}", ALLOW_MEMBER, RT_READ, .layout = "public", .read = show },
    { HTTP_POST, MEMBER_NEEDS "/{id}", ALLOW_MEMBER, RT_WRITE, 16384, 0, member_fields,
      .layout = "public", .check = check, .work = change_work, .answer = change_answer,
      .form = again },
    { HTTP_POST, MEMBER_NEEDS "/{id}/withdraw", ALLOW_MEMBER, RT_WRITE, 1024,
      .work = withdraw_work },
    { HTTP_GET, "/needs", ALLOW_ANYONE, RT_READ, 0, RT_PUBLIC, .layout = "public",
      .read = public_page },
    { 0 },
};
/* clang-format on */
