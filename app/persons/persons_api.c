/* The API: what is kept at an address, and its erasure. */
#include "base/text.h"
#include "persons/persons_pages.h"

/* ST_INVALID: without an address. */
static enum status
gather(struct request *rq, struct db_conn *c, struct person *out)
{
    const struct person_query q = { .email = rq_query(rq, "email"),
                                    .name = rq_query(rq, "name"),
                                    .follow = true };

    if (q.email == NULL || !text_email_ok(q.email)) {
        rq_error(rq, "email", q.email == NULL || q.email[0] == '\0' ? "required" : "email");
        return ST_INVALID;
    }
    /* A name that came out empty does not mean everybody. */
    if (q.name != NULL && *text_clean(rq_arena(rq), q.name, true) == '\0') {
        rq_error(rq, "name", "required");
        return ST_INVALID;
    }
    return person_gather(c, rq_arena(rq), &q, out);
}

static enum status
read_person(struct request *rq, struct response *rs)
{
    struct person p;
    json_t *out;
    enum status rc = gather(rq, rq_conn(rq), &p);

    if (rc != ST_OK)
        return rc;
    out = json_object();
    rc = person_export_all(rq_conn(rq), &p, out);
    if (rc == ST_OK)
        return rs_json(rs, 200, out);
    json_decref(out);
    return rc;
}

static enum status
erase_prepare(struct request *rq)
{
    struct person *p = ARENA_NEW(rq_arena(rq), struct person);
    enum status rc = gather(rq, rq_conn(rq), p);

    rq_leave(rq, p);
    return rc == ST_OK ? person_list_all(rq_conn(rq), p) : rc;
}

static enum status
erase_work(struct work *w)
{
    struct person p;
    enum status rc;

    if (person_is_much(rq_left(w->rq)))
        return person_erase_much(w->conn, rq_left(w->rq), w->now);
    rc = gather(w->rq, w->conn, &p);
    return rc == ST_OK ? person_erase_all(w->conn, &p) : rc;
}

static enum status
erase_answer(struct request *rq, const struct work *w, struct response *rs)
{
    (void)rq;
    (void)w;
    return rs_empty(rs, 204);
}

/* clang-format off */
const struct route persons_api_routes[] = {
    { HTTP_GET, "/api/v1/persons", ALLOW_ORGANISER, RT_SLOW, 0, RT_API, .slow = read_person,
      .query = "email name" },
    { HTTP_DELETE, "/api/v1/persons", ALLOW_ADMIN, RT_WRITE, 0, RT_API,
      .prepare = erase_prepare, .work = erase_work, .answer = erase_answer, .query = "email name" },
    { 0 },
};
/* clang-format on */
