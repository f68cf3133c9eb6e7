/*
 * A request that comes again, by a double click, a reload or a client that heard no answer, is
 * carried out once and answered as it was. The event thread looks before anything else is asked;
 * the writer looks again, for two that come at the same time.
 */
#include "base/crypto.h"
#include "http/idempotency.h"
#include "http/server_private.h"

static bool
is_api(const struct request *rq)
{
    return (rq->route->flags & RT_API) != 0;
}

/* ── Programs: Idempotency-Key ── */

static struct idempotency
keyed(struct request *rq)
{
    return (struct idempotency){ .token_id = rq->who.token_id,
                                 .key = rq->once,
                                 .route = arena_printf(rq->arena, "%s %s",
                                                       http_method_name(rq->method), rq->path),
                                 .body_hash = rq->body_hash };
}

/* ST_NOT_FOUND: the key is new. */
static enum status
find_answer(struct request *rq, struct db_conn *c)
{
    const struct idempotency id = keyed(rq);
    const char *answer = NULL;
    int http = 0;
    enum status rc = idempotency_find(c, &id, rq->now, rq->arena, &http, &answer);

    rq->key_reused = rc == ST_CONFLICT;
    if (rq->key_reused)
        rq_error_as(rq, "Idempotency-Key", "key_reused", rq_tr(rq, "error.key_reused"));
    if (rc != ST_OK)
        return rq->key_reused ? rq_refuse(rq, "key_reused", rc) : rc;
    rq->rs.kind = ANSWER_BYTES;
    rq->rs.http = http;
    rq->rs.content_type = answer[0] != '\0' ? "application/json" : NULL;
    rq->rs.body_len = strlen(answer);
    rq->rs.body = rq->rs.body_len > 0 ? scope_alloc(rq->rs.body_len) : NULL;
    if (rq->rs.body != NULL)
        memcpy(rq->rs.body, answer, rq->rs.body_len);
    conditional_tag(&rq->rs);
    if (http == 201) {
        json_t *made = json_loads(answer, 0, NULL);

        response_location(&rq->rs, made);
        json_decref(made);
    }
    rq->answered = true;
    return ST_OK;
}

/* The answer, made from what the savepoint holds, is stored with it. */
static enum status
answer_within(struct request *rq)
{
    const struct idempotency id = keyed(rq);
    struct db_conn *outside = rq->conn;
    enum status rc;

    rq->conn = rq->work.conn;
    rc = rq->route->answer(rq, &rq->work, &rq->rs);
    rq->conn = outside;
    if (rc != ST_OK)
        return rc;
    if (rq->rs.kind != ANSWER_BYTES)
        MISFIT("%s answers with something else than JSON", rq->route->path);
    rq->answered = true;
    return idempotency_store(rq->work.conn, &id, rq->now, rq->rs.http,
                             rq->rs.body != NULL ? rq->rs.body : "");
}

static enum status
work_of_program(struct request *rq)
{
    enum status rc = find_answer(rq, rq->work.conn);

    if (rc != ST_NOT_FOUND)
        return rc;
    rc = conditional_work(rq);
    return rc == ST_OK ? answer_within(rq) : rc;
}

/* ── People: form_key ── */

/* Where a form that came before led; a form without a way on leads to itself. */
static const char *
way_of(const struct request *rq, const char *location)
{
    return location[0] != '\0' ? location : rq->path;
}

static enum status
work_of_form(struct request *rq)
{
    const struct form_sent form = { .key = rq->once, .hash = rq->body_hash };
    const char *location = "";
    enum status rc = form_key_take(rq->work.conn, &form, rq->now, rq->arena, &location);

    if (rc == ST_CONFLICT) {
        rq->repeat = way_of(rq, location);
        return ST_OK;
    }
    if (rc == ST_OK)
        rc = rq->route->work(&rq->work);
    if (rc == ST_OK && rq->work.redirect != NULL)
        rc = form_key_leads(rq->work.conn, rq->once, rq->work.redirect);
    return rc;
}

/* ── Both ── */

/* false: the key is none. */
static bool
take_key(struct request *rq)
{
    const char *key;

    if (is_api(rq)) {
        key = rq->who.by_token ? rq_header(rq, "Idempotency-Key") : NULL;
        if (key != NULL && !idempotency_key_ok(key))
            return false;
        rq->once = rq->route->answer != NULL ? key : NULL;
    } else if ((rq->route->flags & RT_FORM_KEY) != 0) {
        key = pairs_find(&rq->form, "form_key");
        rq->once = key != NULL && form_key_ok(key) ? key : NULL;
    }
    if (rq->once == NULL)
        return true;
    crypto_hash(rq->body_hash, rq->body.data, rq->body.len, NULL, 0);
    if (!is_api(rq)) {
        uint8_t body[CRYPTO_HASH_BYTES];

        memcpy(body, rq->body_hash, sizeof body);
        crypto_hash(rq->body_hash, rq->path, strlen(rq->path), body, sizeof body);
    }
    return true;
}

/* The path is in the hash, with the code of a personal link: the same code was good then. */
static enum status
find_way(struct request *rq, struct db_conn *c, const char **way)
{
    const struct form_sent form = { .key = rq->once, .hash = rq->body_hash };
    const char *location = "";
    enum status rc = form_key_find(c, &form, rq->now, rq->arena, &location);

    *way = rc == ST_OK ? way_of(rq, location) : NULL;
    return rc;
}

static enum status
form_answered(struct request *rq)
{
    const char *way;
    enum status rc = find_way(rq, rq->conn, &way);

    return rc == ST_OK ? rs_redirect(&rq->rs, way) : rc;
}

bool
repeat_answered(struct request *rq)
{
    enum status rc;

    if (!take_key(rq)) {
        flow_error(rq, 400);
        return true;
    }
    if (rq->once == NULL)
        return false;
    rc = is_api(rq) ? find_answer(rq, rq->conn) : form_answered(rq);
    if (rc == ST_NOT_FOUND)
        return false;
    if (rc == ST_OK)
        response_prepare(&rq->rs);
    else
        flow_error(rq, rq->key_reused ? 422 : response_http(rc));
    return true;
}

enum status
repeat_work(struct request *rq)
{
    if (rq->once == NULL)
        return conditional_work(rq);
    return is_api(rq) ? work_of_program(rq) : work_of_form(rq);
}

enum status
repeat_of_gone(struct request *rq)
{
    return rq->once != NULL && !is_api(rq) ? find_way(rq, rq->work.conn, &rq->repeat)
                                           : ST_NOT_FOUND;
}
