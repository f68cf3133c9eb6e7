/* The API of needs and offers: what a token sees of them goes by the same table as pages do. */
#include <string.h>

#include "base/text.h"
#include "needs/needs_api.h"
#include "needs/needs_meetings.h"
#include "needs/needs_pages.h"
#include "organisations/organisations.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 500

const char *
need_id_text(struct request *rq, int64_t id)
{
    return id != 0 ? arena_printf(rq_arena(rq), "%lld", (long long)id) : NULL;
}

bool
need_id_sent(struct request *rq, const char *field, int64_t *id)
{
    *id = 0;
    if (rq_text(rq, field)[0] == '\0' || (text_int(rq_text(rq, field), id) && *id > 0))
        return true;
    rq_error(rq, field, "choice");
    return false;
}

json_t *
need_json(struct request *rq, const struct need *n)
{
    char created[32], changed[32];

    clock_rfc3339(n->created_at, created);
    clock_rfc3339(n->changed_at, changed);
    return json_pack("{ss ss ss ss ss ss? ss? ss ss ss ss ss? ss? ss ss ss}", "id",
                     need_id_text(rq, n->id), "organisation_id",
                     need_id_text(rq, n->organisation_id), "organisation", n->organisation, "kind",
                     n->kind, "text", n->text, "field", n->field[0] != '\0' ? n->field : NULL,
                     "urgency", n->urgency[0] != '\0' ? n->urgency : NULL, "more", n->more,
                     "openness", n->openness, "state", n->state, "source", n->source, "theme_id",
                     needs_may_edit(rq) ? need_id_text(rq, n->theme_id) : NULL, "gathering_id",
                     need_id_text(rq, n->gathering_id), "lang", n->lang, "created_at", created,
                     "changed_at", changed);
}

/* A word of a list in the query; "" is any. */
static const char *
word_asked(struct request *rq, const char *name, const char *const *words, const char *more)
{
    const char *word = rq_query_text(rq, name);

    if (word[0] != '\0' && !need_word_ok(words, word) && (more == NULL || strcmp(word, more) != 0))
        rq_error(rq, name, "choice");
    return word;
}

static enum status
list(struct request *rq, struct response *rs)
{
    struct need_query q = { .search = rq_query_text(rq, "q"),
                            .kind = word_asked(rq, "kind", need_kinds, "needs"),
                            .state = word_asked(rq, "state", need_states, NULL),
                            .theme_id = -1,
                            .organisation_id = rq_query_int(rq, "organisation_id", 0, 1, INT64_MAX),
                            .since = rq_query_time(rq, "since"),
                            .sees = need_sight_of(sight_viewer_of(rq_who(rq))),
                            .after = rq_query_int(rq, "cursor", 0, 0, INT64_MAX) };
    int64_t limit = rq_query_int(rq, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
    struct need *n = NULL;
    size_t count = 0, shown;
    json_t *items;
    enum status rc;

    /* Which theme one is in says what it has in common with others: that is the organiser's. */
    if (needs_may_edit(rq))
        q.theme_id = rq_query_int(rq, "theme_id", -1, 1, INT64_MAX);
    if (rq_has_errors(rq))
        return ST_INVALID;
    q.limit = (int)limit + 1;
    rc = need_list(rq_conn(rq), rq_arena(rq), &q, &n, &count);
    if (rc != ST_OK)
        return rc;
    shown = count > (size_t)limit ? (size_t)limit : count;
    items = json_array();
    for (size_t i = 0; i < shown; i++)
        (void)json_array_append_new(items, need_json(rq, &n[i]));
    return rs_json(rs, 200,
                   json_pack("{so ss?}", "items", items, "next",
                             count > shown ? need_id_text(rq, n[shown - 1].id) : NULL));
}

/* One that the reader sees; another is not there. */
static enum status
by_id(struct request *rq, int64_t id, json_t **out)
{
    const struct need_sight sees = need_sight_of(sight_viewer_of(rq_who(rq)));
    struct need n;
    enum status rc = need_by_id(rq_conn(rq), rq_arena(rq), id, &n);

    if (rc == ST_OK && ((!sees.closed && strcmp(n.openness, "closed") == 0) ||
                        (!sees.members && strcmp(n.openness, "members") == 0)))
        rc = ST_NOT_FOUND;
    *out = rc == ST_OK ? need_json(rq, &n) : NULL;
    return rc;
}

static enum status
shown(struct request *rq, json_t **out)
{
    return by_id(rq, rq_param_id(rq, "id"), out);
}

static const struct field fields[] = {
    { "text", FIELD_LINE, FIELD_REQUIRED, NEED_TEXT_MAX },
    { "more", FIELD_TEXT, 0, NEED_MORE_MAX },
    { "organisation", FIELD_LINE, 0, 200 },
    { "organisation_id", FIELD_LINE, 0, 20 },
    { "kind", FIELD_LINE, 0, 20 },
    { "field", FIELD_LINE, FIELD_NULLABLE, 20 },
    { "urgency", FIELD_LINE, FIELD_NULLABLE, 20 },
    { "openness", FIELD_LINE, 0, 20 },
    { "state", FIELD_LINE, 0, 20 },
    { "lang", FIELD_LANG, 0, 0 },
    { 0 },
};
static const struct field change_fields[] = {
    { "text", FIELD_LINE, FIELD_REQUIRED, NEED_TEXT_MAX },
    { "more", FIELD_TEXT, 0, NEED_MORE_MAX },
    { "organisation", FIELD_LINE, 0, 200 },
    { "organisation_id", FIELD_LINE, 0, 20 },
    { "kind", FIELD_LINE, 0, 20 },
    { "field", FIELD_LINE, FIELD_NULLABLE, 20 },
    { "urgency", FIELD_LINE, FIELD_NULLABLE, 20 },
    { "openness", FIELD_LINE, 0, 20 },
    { "state", FIELD_LINE, 0, 20 },
    { "theme_id", FIELD_LINE, FIELD_NULLABLE, 20 },
    { 0 },
};

static enum status
check(struct request *rq)
{
    int64_t id;

    need_words_check(rq);
    if (rq_text(rq, "state")[0] != '\0' && !need_word_ok(need_states, rq_text(rq, "state")))
        rq_error(rq, "state", "choice");
    (void)need_id_sent(rq, "organisation_id", &id);
    return ST_OK;
}

static enum status
new_check(struct request *rq)
{
    if (!rq_has(rq, "organisation") && !rq_has(rq, "organisation_id"))
        rq_error(rq, "organisation", "required");
    return check(rq);
}

static enum status
change_check(struct request *rq)
{
    int64_t id;

    (void)need_id_sent(rq, "theme_id", &id);
    return check(rq);
}

/* Whose it is, by id or name; 0: nothing was said of that. */
static enum status
owner_sent(struct work *w, int64_t *id)
{
    struct organisation o;
    enum status rc;

    *id = 0;
    if (rq_text(w->rq, "organisation_id")[0] != '\0') {
        (void)text_int(rq_text(w->rq, "organisation_id"), id);
        rc = organisation_by_id(w->conn, rq_arena(w->rq), *id, &o);
        if (rc == ST_NOT_FOUND) {
            rq_error(w->rq, "organisation_id", "choice");
            rc = ST_INVALID;
        }
        return rc;
    }
    return rq_text(w->rq, "organisation")[0] != '\0'
               ? organisation_ensure(w->conn, rq_text(w->rq, "organisation"), NULL, NULL, w->now,
                                     id)
               : ST_OK;
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
                      .state = need_chosen(rq, "state", "open"),
                      .lang = rq_text(rq, "lang"),
                      .source = "api" };
    int64_t *id = ARENA_NEW(rq_arena(rq), int64_t);
    enum status rc = owner_sent(w, &n.organisation_id);

    w->out = id;
    if (rc == ST_OK && n.organisation_id == 0) {
        rq_error(rq, "organisation", "required");
        return ST_INVALID;
    }
    return rc == ST_OK ? need_add(w->conn, &n, w->now, id) : rc;
}

static enum status
new_answer(struct request *rq, const struct work *w, struct response *rs)
{
    json_t *made = NULL;
    enum status rc = by_id(rq, *(const int64_t *)w->out, &made);

    return rc == ST_OK ? rs_json(rs, 201, made) : rc;
}

/* Into a theme or out of it. */
static enum status
move(struct work *w, int64_t id)
{
    struct need n;
    int64_t to = 0;
    enum status rc = need_by_id(w->conn, rq_arena(w->rq), id, &n);

    (void)text_int(rq_text(w->rq, "theme_id"), &to);
    if (rc == ST_OK)
        rc = need_move(w->conn, rq_arena(w->rq), id, n.theme_id, to, needs_account(w->rq), w->now,
                       &n);
    if (rc == ST_GONE)
        rq_error(w->rq, "theme_id", "choice");
    if (rc == ST_INVALID)
        rq_error_as(w->rq, "theme_id", "offer", rq_tr(w->rq, "need.offer_no_theme"));
    return rc == ST_GONE ? ST_INVALID : rc;
}

/* NULL leaves what was not sent; null is nothing. */
static const char *
sent(struct request *rq, const char *field)
{
    return rq_has(rq, field) ? rq_text(rq, field) : NULL;
}

static enum status
change_work(struct work *w)
{
    struct request *rq = w->rq;
    struct need_change ch = { .kind = sent(rq, "kind"),
                              .text = sent(rq, "text"),
                              .more = sent(rq, "more"),
                              .field = sent(rq, "field"),
                              .urgency = sent(rq, "urgency"),
                              .openness = sent(rq, "openness"),
                              .state = sent(rq, "state") };
    struct need n;
    int64_t id = rq_param_id(rq, "id");
    enum status rc = owner_sent(w, &ch.organisation_id);

    if (rc == ST_OK && rq_has(rq, "theme_id"))
        rc = move(w, id);
    return rc == ST_OK ? need_change(w->conn, rq_arena(rq), id, &ch, 0, w->now, &n) : rc;
}

#define ALL "/api/v1/needs"
#define ONE ALL "/{id}"

/* clang-format off */
const struct route needs_api_routes[] = {
    { HTTP_GET, ALL, ALLOW_VIEWER, RT_SLOW, 0, RT_API, .slow = list,
      .query = "q kind state organisation_id theme_id since limit cursor" },
    { HTTP_POST, ALL, ALLOW_ORGANISER, RT_WRITE, 16384, RT_API, fields, .check = new_check,
      .work = new_work, .answer = new_answer, .made = ALL "/" },
    { HTTP_GET, ONE, ALLOW_VIEWER, RT_READ, 0, RT_API, .read = rs_shown, .shown = shown },
    { HTTP_PATCH, ONE, ALLOW_ORGANISER, RT_WRITE, 16384, RT_API, change_fields,
      .check = change_check, .work = change_work, .answer = rs_shown_then, .shown = shown },
    { 0 },
};
/* clang-format on */
