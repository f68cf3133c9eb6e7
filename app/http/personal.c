/* Personal links: who is meant by one, and whether it still holds. */
#include "http/server_private.h"

/* The public id of the link in the path: kind's letter and what the route matched. */
static const char *
link_of(struct request *rq)
{
    return arena_printf(rq->arena, "%c%s", rq->route->personal->letter, rq_param(rq, "link"));
}

const void *
rq_subject(const struct request *rq)
{
    if (rq->personal.subject == NULL)
        MISFIT("%s has no personal link", rq->route->path);
    return rq->personal.subject;
}

const char *
rq_subject_path(struct request *rq)
{
    return arena_printf(rq->arena, "/r/%s", link_of(rq));
}

static enum status
find(struct request *rq, struct db_conn *c, const char *public_id)
{
    enum status rc = rq->route->personal->find(rq, c, public_id, &rq->personal);

    rq->personal.gone = rc == ST_NOT_FOUND;
    return rc;
}

enum status
personal_find(struct request *rq, struct db_conn *c)
{
    const struct personal_kind *kind = rq->route->personal;
    const struct link_checker *links = &rq->server->config.links;
    struct personal *p = &rq->personal;
    const char *public_id, *code;
    enum status rc;

    *p = (struct personal){ 0 };
    if (kind == NULL)
        return ST_OK;
    rc = links->split(rq->arena, link_of(rq), &public_id, &code);
    if (rc == ST_OK)
        rc = find(rq, c, public_id);
    if (rc == ST_OK)
        rc = links->check(c, kind, public_id, p->epoch, code);
    if (rc == ST_DENIED || rc == ST_INVALID)
        rc = ST_NOT_FOUND;
    if (rc == ST_OK && rq->now > p->ends_at && (rq->route->flags & RT_EXPIRED) == 0)
        rc = ST_GONE;
    return rc;
}

bool
personal_lost(struct request *rq, enum status rc)
{
    const struct personal_kind *kind = rq->route->personal;

    if (kind == NULL || rq->json_out || (rc != ST_NOT_FOUND && rc != ST_GONE) ||
        request_open(rq) != ST_OK)
        return false;
    response_reset(&rq->rs);
    if (kind->lost(rq, &rq->rs, rc == ST_GONE) != ST_OK)
        return false;
    response_prepare(&rq->rs);
    return true;
}
