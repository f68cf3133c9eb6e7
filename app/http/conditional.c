/* Conditions on what a request found before (RFC 9110, 13): its route's `shown` has an entity tag.
 */
#include "base/memory.h"
#include "http/connection.h"
#include "http/etag.h"
#include "http/server_private.h"

void
conditional_tag(struct response *rs)
{
    const struct request *rq = rs->rq;

    if (rq->route == NULL || rq->route->shown == NULL || rs->http != 200)
        return;
    rs->tag = etag_of(rq->arena, rs->body, rs->body_len);
    rs_header(rs, "ETag", rs->tag);
}

enum status
rs_shown(struct request *rq, struct response *rs)
{
    json_t *shown = NULL;
    enum status rc = rq->route->shown(rq, &shown);

    if (rc == ST_OK)
        return rs_json(rs, 200, shown);
    json_decref(shown);
    return rc;
}

enum status
rs_shown_then(struct request *rq, const struct work *w, struct response *rs)
{
    (void)w;
    return rs_shown(rq, rs);
}

void
conditional_read(struct request *rq)
{
    const char *known = rq->link->head.if_none_match;

    if (rq->rs.tag != NULL && known != NULL && etag_among(known, rq->rs.tag, true))
        (void)rs_empty(&rq->rs, 304);
}

/* Of what stands on the writer's connection; NULL: there is no such thing. */
static enum status
tag_now(struct request *rq, const char **tag)
{
    struct db_conn *outside = rq->conn;
    json_t *shown = NULL;
    char *text = NULL;
    enum status rc;

    *tag = NULL;
    if (rq->route->shown == NULL)
        return ST_OK;
    rq->conn = rq->work.conn;
    rc = rq->route->shown(rq, &shown);
    rq->conn = outside;
    if (rc == ST_OK) {
        text = response_dump(shown);
        if (text == NULL)
            rc = ST_NOMEM;
        else
            *tag = etag_of(rq->arena, text, strlen(text));
    }
    mem_free(text);
    json_decref(shown);
    return rc;
}

enum status
conditional_work(struct request *rq)
{
    const char *match = rq->link->head.if_match, *none = rq->link->head.if_none_match, *tag;
    enum status rc;

    if ((rq->route->flags & RT_API) == 0 || (match == NULL && none == NULL))
        return rq->route->work(&rq->work);
    rc = tag_now(rq, &tag);
    if (rc != ST_OK)
        return rc;
    if ((match != NULL && !etag_among(match, tag != NULL ? tag : "", false)) ||
        (none != NULL && tag != NULL && etag_among(none, tag, true))) {
        rq->unmatched = true;
        return rq_refuse(rq, "precondition_failed", ST_CONFLICT);
    }
    return rq->route->work(&rq->work);
}
