/* The API of matches: the organiser's alone. */
#include <string.h>

#include "base/text.h"
#include "needs/needs_api.h"
#include "needs/needs_matches.h"
#include "needs/needs_pages.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 500

static json_t *
side_json(struct request *rq, const struct match_side *s)
{
    return json_pack("{ss? ss? ss?}", "contact_id", need_id_text(rq, s->contact_id), "contact",
                     s->name[0] != '\0' ? s->name : NULL, "answer",
                     s->answer[0] != '\0' ? s->answer : NULL);
}

static enum status
match_json(struct request *rq, const struct match *m, json_t **out)
{
    struct match_side side[2];
    char made[32], introduced[32];
    enum status rc = strcmp(m->state, "dismissed") != 0
                         ? match_sides(rq_conn(rq), rq_arena(rq), m->id, side)
                         : ST_OK;

    if (rc != ST_OK)
        return rc;
    if (strcmp(m->state, "dismissed") == 0)
        side[0] = side[1] = (struct match_side){ .name = "", .answer = "" };
    clock_rfc3339(m->made_at, made);
    clock_rfc3339(m->introduced_at, introduced);
    *out = json_pack("{ss ss ss ss ss ss ss ss ss so so ss ss?}", "id", need_id_text(rq, m->id),
                     "need_id", need_id_text(rq, m->need_id), "need", m->need_text,
                     "need_organisation", m->need_organisation, "offer_id",
                     need_id_text(rq, m->offer_id), "offer", m->offer_text, "offer_organisation",
                     m->offer_organisation, "state", m->state, "reason", m->reason, "need_side",
                     side_json(rq, &side[0]), "offer_side", side_json(rq, &side[1]), "made_at",
                     made, "introduced_at", m->introduced_at != 0 ? introduced : NULL);
    return ST_OK;
}

static enum status
list(struct request *rq, struct response *rs)
{
    const char *state = rq_query_text(rq, "state");
    int64_t limit = rq_query_int(rq, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
    int64_t after = rq_query_int(rq, "cursor", 0, 0, INT64_MAX);
    struct match *m = NULL;
    size_t n = 0, shown;
    json_t *items;
    enum status rc;

    if (state[0] != '\0' && !need_word_ok(match_states, state))
        rq_error(rq, "state", "choice");
    if (rq_has_errors(rq))
        return ST_INVALID;
    rc = match_list(rq_conn(rq), rq_arena(rq), state, after, 0, (int)limit + 1, &m, &n);
    if (rc != ST_OK)
        return rc;
    shown = n > (size_t)limit ? (size_t)limit : n;
    items = json_array();
    for (size_t i = 0; rc == ST_OK && i < shown; i++) {
        json_t *one = NULL;

        rc = match_json(rq, &m[i], &one);
        if (rc == ST_OK)
            (void)json_array_append_new(items, one);
    }
    if (rc == ST_OK)
        return rs_json(rs, 200,
                       json_pack("{so ss?}", "items", items, "next",
                                 n > shown ? need_id_text(rq, m[shown - 1].id) : NULL));
    json_decref(items);
    return rc;
}

static enum status
proposals(struct request *rq, struct response *rs)
{
    struct match_proposal *p = NULL;
    size_t n = 0;
    json_t *items = json_array();
    enum status rc = match_proposed(rq_conn(rq), rq_arena(rq), &p, &n);

    for (size_t i = 0; rc == ST_OK && i < n; i++) {
        json_t *words = json_array();

        for (size_t k = 0; k < p[i].shareds; k++)
            (void)json_array_append_new(words, json_string(p[i].shared[k]));
        (void)json_array_append_new(
            items, json_pack("{ss ss so}", "need_id", need_id_text(rq, p[i].need->id), "offer_id",
                             need_id_text(rq, p[i].offer->id), "words", words));
    }
    if (rc == ST_OK)
        return rs_json(rs, 200, json_pack("{so}", "items", items));
    json_decref(items);
    return rc;
}

static enum status
by_id(struct request *rq, int64_t id, json_t **out)
{
    struct match m;
    enum status rc = match_by_id(rq_conn(rq), rq_arena(rq), id, &m);

    *out = NULL;
    return rc == ST_OK ? match_json(rq, &m, out) : rc;
}

static enum status
shown(struct request *rq, json_t **out)
{
    return by_id(rq, rq_param_id(rq, "id"), out);
}

static const struct field ask_fields[] = {
    { "need_id", FIELD_LINE, FIELD_REQUIRED, 20 },
    { "offer_id", FIELD_LINE, FIELD_REQUIRED, 20 },
    { "reason", FIELD_LINE, 0, 300 },
    { 0 },
};

static enum status
ask_check(struct request *rq)
{
    int64_t id;

    (void)need_id_sent(rq, "need_id", &id);
    (void)need_id_sent(rq, "offer_id", &id);
    return ST_OK;
}

static enum status
refuse(struct request *rq, enum status rc)
{
    if (rc == ST_INVALID)
        rq_error_as(rq, "offer_id", "no_pair", rq_tr(rq, "match.no_pair"));
    return rc == ST_CONFLICT ? rq_refuse(rq, "matched", rc) : rc;
}

static enum status
ask_work(struct work *w)
{
    struct request *rq = w->rq;
    int64_t need = 0, offer = 0, *id = ARENA_NEW(rq_arena(rq), int64_t);

    w->out = id;
    (void)text_int(rq_text(rq, "need_id"), &need);
    (void)text_int(rq_text(rq, "offer_id"), &offer);
    return refuse(
        rq, match_ask(w->conn, rq_arena(rq), need, offer, rq_text(rq, "reason"), true, w->now, id));
}

static enum status
ask_answer(struct request *rq, const struct work *w, struct response *rs)
{
    json_t *made = NULL;
    enum status rc = by_id(rq, *(const int64_t *)w->out, &made);

    return rc == ST_OK ? rs_json(rs, 201, made) : rc;
}

static enum status
dismiss_work(struct work *w)
{
    int64_t need = 0, offer = 0;

    (void)text_int(rq_text(w->rq, "need_id"), &need);
    (void)text_int(rq_text(w->rq, "offer_id"), &offer);
    return refuse(w->rq, match_dismiss(w->conn, need, offer, w->now));
}

static enum status
nothing(struct request *rq, const struct work *w, struct response *rs)
{
    (void)rq;
    (void)w;
    return rs_empty(rs, 204);
}

static const struct field say_fields[] = {
    { "side", FIELD_LINE, FIELD_REQUIRED, 5 },
    { "answer", FIELD_LINE, FIELD_REQUIRED, 3 },
    { 0 },
};

static enum status
say_check(struct request *rq)
{
    static const char *const sides[] = { "need", "offer", NULL };
    static const char *const answers[] = { "yes", "no", NULL };

    if (!rq_wrong(rq, "side") && !need_word_ok(sides, rq_text(rq, "side")))
        rq_error(rq, "side", "choice");
    if (!rq_wrong(rq, "answer") && !need_word_ok(answers, rq_text(rq, "answer")))
        rq_error(rq, "answer", "choice");
    return ST_OK;
}

static enum status
over(struct request *rq, enum status rc)
{
    return rc == ST_GONE ? rq_refuse(rq, "match_over", ST_CONFLICT) : rc;
}

static enum status
say_work(struct work *w)
{
    return over(w->rq, match_answer(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"),
                                    rq_text(w->rq, "side"), rq_text(w->rq, "answer"), w->now));
}

static enum status
introduce_work(struct work *w)
{
    enum status rc =
        match_introduce(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), true, w->now);

    if (rc == ST_GONE)
        return rq_refuse(w->rq, "match_not_wanted", ST_CONFLICT);
    return rc == ST_INVALID ? rq_refuse(w->rq, "match_nobody", ST_CONFLICT) : rc;
}

static enum status
end_work(struct work *w)
{
    return over(w->rq, match_end(w->conn, rq_param_id(w->rq, "id"), w->now));
}

#define ALL "/api/v1/matches"
#define ONE ALL "/{id}"

/* clang-format off */
const struct route matches_api_routes[] = {
    { HTTP_GET, ALL, ALLOW_ORGANISER, RT_SLOW, 0, RT_API, .slow = list,
      .query = "state limit cursor" },
    { HTTP_GET, ALL "/proposals", ALLOW_ORGANISER, RT_SLOW, 0, RT_API, .slow = proposals },
    { HTTP_POST, ALL, ALLOW_ORGANISER, RT_WRITE, 2048, RT_API, ask_fields, .check = ask_check,
      .work = ask_work, .answer = ask_answer, .made = ALL "/" },
    { HTTP_POST, ALL "/dismissed", ALLOW_ORGANISER, RT_WRITE, 2048, RT_API, ask_fields,
      .check = ask_check, .work = dismiss_work, .answer = nothing },
    { HTTP_GET, ONE, ALLOW_ORGANISER, RT_READ, 0, RT_API, .read = rs_shown, .shown = shown },
    { HTTP_POST, ONE "/answers", ALLOW_ORGANISER, RT_WRITE, 1024, RT_API, say_fields,
      .check = say_check, .work = say_work, .answer = rs_shown_then, .shown = shown },
    { HTTP_POST, ONE "/introduction", ALLOW_ORGANISER, RT_WRITE, 1024, RT_API,
      .work = introduce_work, .answer = rs_shown_then, .shown = shown },
    { HTTP_DELETE, ONE, ALLOW_ORGANISER, RT_WRITE, 1024, RT_API, .work = end_work,
      .answer = nothing },
    { 0 },
};
/* clang-format on */
