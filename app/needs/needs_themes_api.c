/* The API of themes: made, merged, split, proposed; the gathering that one becomes, and its needs.
 */
#include <string.h>

#include "base/text.h"
#include "needs/needs_api.h"
#include "needs/needs_meetings.h"
#include "needs/needs_pages.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 500
#define AT_ONCE 200

static const char *const theme_states[] = { "open", "done", NULL };
static const char *const states_asked[] = { "open", "done", "merged", "dissolved", NULL };

/* To who sees only how many there are: that, and what it is called. */
static json_t *
theme_json(struct request *rq, const struct theme *t)
{
    bool all = theme_extent(rq, t) == SIGHT_ALL;
    char created[32], changed[32];

    clock_rfc3339(t->created_at, created);
    clock_rfc3339(t->changed_at, changed);
    return json_pack("{ss ss ss? ss ss ss? sI sI so ss ss}", "id", need_id_text(rq, t->id), "name",
                     t->name, "description", all ? t->description : NULL, "openness", t->openness,
                     "state", t->state, "merged_into", need_id_text(rq, t->merged_into),
                     "organisations", (json_int_t)t->companies, "trades", (json_int_t)t->trades,
                     "needs", all ? json_integer(t->needs) : json_null(), "created_at", created,
                     "changed_at", changed);
}

static enum status
list(struct request *rq, struct response *rs)
{
    struct theme_query q = { .state = rq_query_text(rq, "state"),
                             .sees = theme_sight_of(sight_viewer_of(rq_who(rq))),
                             .since = rq_query_time(rq, "since"),
                             .after = rq_query_int(rq, "cursor", 0, 0, INT64_MAX) };
    int64_t limit = rq_query_int(rq, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
    struct theme *t = NULL;
    size_t n = 0, shown;
    json_t *items;
    enum status rc;

    if (q.state[0] != '\0' && !need_word_ok(states_asked, q.state))
        rq_error(rq, "state", "choice");
    if (rq_has_errors(rq))
        return ST_INVALID;
    q.limit = (int)limit + 1;
    rc = theme_list(rq_conn(rq), rq_arena(rq), &q, &t, &n);
    if (rc != ST_OK)
        return rc;
    shown = n > (size_t)limit ? (size_t)limit : n;
    items = json_array();
    for (size_t i = 0; i < shown; i++)
        if (theme_extent(rq, &t[i]) != SIGHT_NOTHING)
            (void)json_array_append_new(items, theme_json(rq, &t[i]));
    return rs_json(rs, 200,
                   json_pack("{so ss?}", "items", items, "next",
                             n > shown ? need_id_text(rq, t[shown - 1].id) : NULL));
}

static enum status
by_id(struct request *rq, int64_t id, json_t **out)
{
    struct theme t;
    enum status rc = theme_by_id(rq_conn(rq), rq_arena(rq), id, &t);

    if (rc == ST_OK && theme_extent(rq, &t) == SIGHT_NOTHING)
        rc = ST_NOT_FOUND;
    *out = rc == ST_OK ? theme_json(rq, &t) : NULL;
    return rc;
}

static enum status
shown(struct request *rq, json_t **out)
{
    return by_id(rq, rq_param_id(rq, "id"), out);
}

/* ── Made, changed, merged ── */

static const struct field new_fields[] = {
    { "name", FIELD_LINE, FIELD_REQUIRED, THEME_NAME_MAX },
    { "description", FIELD_TEXT, 0, NEED_MORE_MAX },
    { "need_ids", FIELD_LIST, FIELD_REQUIRED, 20 },
    { "from", FIELD_LINE, FIELD_NULLABLE, 20 },
    { 0 },
};

static enum status
new_check(struct request *rq)
{
    int64_t *id, from;
    size_t n = rq_list_len(rq, "need_ids");

    (void)need_id_sent(rq, "from", &from);
    if (n > AT_ONCE || needs_picked(rq, "need_ids", &id) != n)
        rq_error(rq, "need_ids", "choice");
    return ST_OK;
}

static enum status
new_work(struct work *w)
{
    struct request *rq = w->rq;
    struct theme_new n = { .name = rq_text(rq, "name"),
                           .description = rq_text(rq, "description"),
                           .account_id = needs_account(rq) };
    int64_t *picked, *id = ARENA_NEW(rq_arena(rq), int64_t);
    struct need moved;
    enum status rc;

    w->out = id;
    (void)need_id_sent(rq, "from", &n.from);
    n.needs = needs_picked(rq, "need_ids", &picked);
    n.need = picked;
    rc = theme_make(w->conn, rq_arena(rq), &n, w->now, id, &moved);
    if (rc == ST_INVALID)
        rq_error_as(rq, "need_ids", "one_organisation", rq_tr(rq, "theme.one_company"));
    if (rc == ST_NOT_FOUND) {
        rq_error(rq, "need_ids", "choice");
        rc = ST_INVALID;
    }
    return rc == ST_CONFLICT ? rq_refuse(rq, "need_elsewhere", rc) : rc;
}

static enum status
new_answer(struct request *rq, const struct work *w, struct response *rs)
{
    json_t *made = NULL;
    enum status rc = by_id(rq, *(const int64_t *)w->out, &made);

    return rc == ST_OK ? rs_json(rs, 201, made) : rc;
}

static const struct field change_fields[] = {
    { "name", FIELD_LINE, FIELD_REQUIRED, THEME_NAME_MAX },
    { "description", FIELD_TEXT, 0, NEED_MORE_MAX },
    { "openness", FIELD_LINE, 0, 20 },
    { "state", FIELD_LINE, 0, 20 },
    { 0 },
};

static enum status
change_check(struct request *rq)
{
    enum sight_openness openness;

    if (rq_has(rq, "openness") && !sight_openness_of(rq_text(rq, "openness"), &openness))
        rq_error(rq, "openness", "choice");
    if (rq_has(rq, "state") && !need_word_ok(theme_states, rq_text(rq, "state")))
        rq_error(rq, "state", "choice");
    return ST_OK;
}

static const char *
sent(struct request *rq, const char *field)
{
    return rq_has(rq, field) ? rq_text(rq, field) : NULL;
}

/* Merged or dissolved: nothing is done with it any more. */
static enum status
gone(struct request *rq, enum status rc)
{
    return rc == ST_GONE ? rq_refuse(rq, "theme_gone", ST_CONFLICT) : rc;
}

static enum status
change_work(struct work *w)
{
    struct request *rq = w->rq;
    const struct theme_change ch = { .name = sent(rq, "name"),
                                     .description = sent(rq, "description"),
                                     .openness = sent(rq, "openness"),
                                     .state = sent(rq, "state") };

    return gone(rq, theme_change(w->conn, rq_arena(rq), rq_param_id(rq, "id"), &ch, 0,
                                 needs_account(rq), w->now));
}

static const struct field merge_fields[] = { { "into", FIELD_LINE, FIELD_REQUIRED, 20 }, { 0 } };

static enum status
merge_work(struct work *w)
{
    struct request *rq = w->rq;
    int64_t *into = ARENA_NEW(rq_arena(rq), int64_t);
    enum status rc = ST_INVALID;

    w->out = into;
    if (need_id_sent(rq, "into", into))
        rc = theme_merge(w->conn, rq_arena(rq), rq_param_id(rq, "id"), *into, needs_account(rq),
                         w->now);
    if (rc == ST_INVALID)
        rq_error(rq, "into", "choice");
    return gone(rq, rc);
}

static enum status
merge_answer(struct request *rq, const struct work *w, struct response *rs)
{
    json_t *view = NULL;
    enum status rc = by_id(rq, *(const int64_t *)w->out, &view);

    return rc == ST_OK ? rs_json(rs, 200, view) : rc;
}

static enum status
dissolve_work(struct work *w)
{
    return gone(w->rq, theme_dissolve(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"),
                                      needs_account(w->rq), w->now));
}

static enum status
nothing(struct request *rq, const struct work *w, struct response *rs)
{
    (void)rq;
    (void)w;
    return rs_empty(rs, 204);
}

/* ── Proposed ── */

static enum status
proposals(struct request *rq, struct response *rs)
{
    struct need *need = NULL;
    struct need_group *group = NULL;
    size_t groups = 0;
    json_t *items;
    enum status rc = needs_proposed(rq, &need, &group, &groups);

    if (rc != ST_OK)
        return rc;
    items = json_array();
    for (size_t i = 0; i < groups; i++) {
        json_t *ids = json_array(), *words = json_array();

        for (size_t j = 0; j < group[i].members; j++)
            (void)json_array_append_new(ids,
                                        json_string(need_id_text(rq, need[group[i].member[j]].id)));
        for (size_t j = 0; j < group[i].shareds; j++)
            (void)json_array_append_new(words, json_string(group[i].shared[j]));
        (void)json_array_append_new(items,
                                    json_pack("{so so sI sI sI}", "need_ids", ids, "words", words,
                                              "score", (json_int_t)(group[i].score * 100),
                                              "organisations", (json_int_t)group[i].organisations,
                                              "trades", (json_int_t)group[i].trades));
    }
    return rs_json(rs, 200, json_pack("{so}", "items", items));
}

static const struct field apart_fields[] = {
    { "need_ids", FIELD_LIST, FIELD_REQUIRED, 20 },
    { 0 },
};

static enum status
apart_check(struct request *rq)
{
    int64_t *id;
    size_t n = rq_list_len(rq, "need_ids");

    if (n < 2 || n > NEED_APART_MAX || needs_picked(rq, "need_ids", &id) != n)
        rq_error(rq, "need_ids", "choice");
    return ST_OK;
}

static enum status
apart_work(struct work *w)
{
    int64_t *id;
    size_t n = needs_picked(w->rq, "need_ids", &id);
    struct need need;
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && i < n; i++)
        rc = need_by_id(w->conn, rq_arena(w->rq), id[i], &need);
    if (rc == ST_NOT_FOUND) {
        rq_error(w->rq, "need_ids", "choice");
        return ST_INVALID;
    }
    return rc == ST_OK ? need_set_apart(w->conn, id, n) : rc;
}

/* ── Its gathering, and what came of the needs ── */

static enum status
gathering_work(struct work *w)
{
    struct request *rq = w->rq;
    int64_t *id = ARENA_NEW(rq_arena(rq), int64_t);
    enum status rc = meeting_make(w->conn, rq_app(rq), rq_arena(rq), rq_param_id(rq, "id"),
                                  needs_account(rq), w->now, id);

    w->out = id;
    return rc == ST_INVALID ? rq_refuse(rq, "theme_one_organisation", ST_CONFLICT) : gone(rq, rc);
}

static enum status
gathering_answer(struct request *rq, const struct work *w, struct response *rs)
{
    struct gathering g;
    enum status rc = gathering_by_id(rq_conn(rq), rq_arena(rq), *(const int64_t *)w->out, &g);

    return rc == ST_OK ? rs_json(rs, 201, gathering_api_view(rq, rq_conn(rq), &g)) : rc;
}

static json_t *
at_json(struct request *rq, const struct meeting_need *m)
{
    char at[32];

    clock_rfc3339(m->answered_at, at);
    return json_pack("{ss ss ss ss ss ss? ss ss?}", "need_id", need_id_text(rq, m->need_id),
                     "organisation_id", need_id_text(rq, m->organisation_id), "organisation",
                     m->organisation, "text", m->text, "state", m->state, "outcome",
                     m->outcome[0] != '\0' ? m->outcome : NULL, "note", m->note, "answered_at",
                     m->answered_at != 0 ? at : NULL);
}

static enum status
at_list(struct request *rq, struct response *rs)
{
    int64_t limit = rq_query_int(rq, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX), id;
    int64_t cursor = rq_query_int(rq, "cursor", 0, 0, INT64_MAX);
    struct meeting_need *m = NULL;
    struct gathering g;
    size_t n = 0, shown;
    json_t *items;
    enum status rc = rq_has_errors(rq) ? ST_INVALID : ST_OK;

    id = rq_param_id(rq, "id");
    if (rc == ST_OK)
        rc = gathering_by_id(rq_conn(rq), rq_arena(rq), id, &g);
    if (rc == ST_OK)
        rc = meeting_needs(rq_conn(rq), rq_arena(rq), id, cursor, (int)limit + 1, &m, &n);
    if (rc != ST_OK)
        return rc;
    shown = n > (size_t)limit ? (size_t)limit : n;
    items = json_array();
    for (size_t i = 0; i < shown; i++)
        (void)json_array_append_new(items, at_json(rq, &m[i]));
    return rs_json(rs, 200,
                   json_pack("{so ss?}", "items", items, "next",
                             n > shown ? need_id_text(rq, m[shown - 1].id) : NULL));
}

static enum status
at_shown(struct request *rq, json_t **out)
{
    struct meeting_need m;
    enum status rc = meeting_need_at(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "need_id"),
                                     rq_param_id(rq, "id"), &m);

    *out = rc == ST_OK ? at_json(rq, &m) : NULL;
    return rc;
}

static const struct field at_fields[] = {
    { "outcome", FIELD_LINE, FIELD_REQUIRED, 20 },
    { "note", FIELD_TEXT, 0, MEETING_NOTE_MAX },
    { 0 },
};

static enum status
at_check(struct request *rq)
{
    if (rq_has(rq, "outcome") && !need_word_ok(meeting_outcomes, rq_text(rq, "outcome")))
        rq_error(rq, "outcome", "choice");
    return ST_OK;
}

static enum status
at_work(struct work *w)
{
    struct request *rq = w->rq;
    struct meeting_need m;
    enum status rc = meeting_need_at(w->conn, rq_arena(rq), rq_param_id(rq, "need_id"),
                                     rq_param_id(rq, "id"), &m);

    if (rc == ST_OK && w->now < m.ends_at)
        return rq_refuse(rq, "gathering_not_over", ST_CONFLICT);
    if (rc == ST_OK)
        rc = meeting_answer(w->conn, rq_arena(rq), &m, need_chosen(rq, "outcome", m.outcome),
                            sent(rq, "note"), w->now);
    if (rc == ST_GONE)
        return rq_refuse(rq, "need_withdrawn", ST_CONFLICT);
    return rc;
}

#define ALL "/api/v1/themes"
#define ONE ALL "/{id}"
#define AT "/api/v1/gatherings/{id}/needs"

/* clang-format off */
const struct route themes_api_routes[] = {
    { HTTP_GET, ALL, ALLOW_VIEWER, RT_SLOW, 0, RT_API, .slow = list,
      .query = "state since limit cursor" },
    { HTTP_POST, ALL, ALLOW_ORGANISER, RT_WRITE, 16384, RT_API, new_fields, .check = new_check,
      .work = new_work, .answer = new_answer, .made = ALL "/" },
    { HTTP_GET, ALL "/proposals", ALLOW_ORGANISER, RT_SLOW, 0, RT_API, .slow = proposals },
    { HTTP_POST, ALL "/apart", ALLOW_ORGANISER, RT_WRITE, 4096, RT_API, apart_fields,
      .check = apart_check, .work = apart_work, .answer = nothing },
    { HTTP_GET, ONE, ALLOW_VIEWER, RT_READ, 0, RT_API, .read = rs_shown, .shown = shown },
    { HTTP_PATCH, ONE, ALLOW_ORGANISER, RT_WRITE, 16384, RT_API, change_fields,
      .check = change_check, .work = change_work, .answer = rs_shown_then, .shown = shown },
    { HTTP_POST, ONE "/merge", ALLOW_ORGANISER, RT_WRITE, 1024, RT_API, merge_fields,
      .work = merge_work, .answer = merge_answer },
    { HTTP_DELETE, ONE, ALLOW_ORGANISER, RT_WRITE, 0, RT_API, .work = dissolve_work,
      .answer = nothing, .shown = shown },
    { HTTP_POST, ONE "/gathering", ALLOW_ORGANISER, RT_WRITE, 0, RT_API, .work = gathering_work,
      .answer = gathering_answer, .made = "/api/v1/gatherings/" },
    { HTTP_GET, AT, ALLOW_ORGANISER, RT_READ, 0, RT_API, .read = at_list,
      .query = "limit cursor" },
    { HTTP_GET, AT "/{need_id}", ALLOW_ORGANISER, RT_READ, 0, RT_API, .read = rs_shown,
      .shown = at_shown },
    { HTTP_PATCH, AT "/{need_id}", ALLOW_ORGANISER, RT_WRITE, 4096, RT_API, at_fields,
      .check = at_check, .work = at_work, .answer = rs_shown_then, .shown = at_shown },
    { 0 },
};
/* clang-format on */
