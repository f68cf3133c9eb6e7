/* What a request throws, and what its client is told then. */
#include "base/log.h"
#include "http/begin.h"
#include "http/pool.h"
#include "http/server_private.h"

struct step {
    struct request *rq;
    void (*run)(struct request *rq);
};

static enum status
run_step(void *arg)
{
    const struct step *s = arg;

    s->run(s->rq);
    return ST_OK;
}

static bool
run(struct request *rq, void (*step)(struct request *rq), enum status *why)
{
    struct step s = { rq, step };

    return guard_try(&rq->scope, run_step, &s, why);
}

/* What was said so far is left where it is: the scope has it. */
static void
forget(struct request *rq)
{
    if (rq->own != NULL)
        db_abandon(rq->own);
    rq->rs = (struct response){ .rq = rq };
    rq->rs.headers_end = &rq->rs.headers;
    rq->json = NULL;
    rq->cookie[0] = '\0';
    rq->cookie_drop = false;
    request_clear_errors(rq);
    if (rq->route == NULL)
        rq->json_out = begin_wants_json(rq);
}

static void
say_413(struct request *rq)
{
    flow_error(rq, 413);
}

static void
say_503(struct request *rq)
{
    flow_error(rq, 503);
}

void
rescue(struct request *rq, enum status why)
{
    struct arena *fresh = pool_arena(rq->server->pool);

    if (fresh == NULL) {
        rq->lost = true;
        return;
    }
    if (rq->arena != rq->home) /* once before */
        pool_arena_back(rq->server->pool, &rq->arena);
    rq->arena = fresh;
    rq->thrown = true;
    forget(rq);
    if (!run(rq, why == ST_LIMIT ? say_413 : say_503, &why)) {
        forget(rq);
        rq->lost = true;
    }
}

bool
rescue_step(struct request *rq, void (*step)(struct request *rq))
{
    enum status why;

    if (run(rq, step, &why))
        return true;
    log_error("http", "%s: %s", rq->route != NULL ? rq->route->path : "-", status_name(why));
    rescue(rq, why);
    return false;
}
