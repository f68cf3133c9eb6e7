/* Somebody let in by mistake, or when the door was tried out, is taken out again by an organiser.
 */
#include "door/door_rules.h"
#include "html/date_text.h"
#include "registrations/registrations.h"

static const char *
out_path(struct request *rq, int64_t gathering_id, int64_t registration_id)
{
    return arena_printf(rq_arena(rq), "/admin/gatherings/%lld/door/%lld/out",
                        (long long)gathering_id, (long long)registration_id);
}

static const char *
person_path(struct request *rq, int64_t gathering_id, int64_t registration_id)
{
    return arena_printf(rq_arena(rq), "/admin/gatherings/%lld/people/%lld", (long long)gathering_id,
                        (long long)registration_id);
}

/* On a participant's page, once they are in. */
enum status
door_fill_person(struct request *rq, int64_t registration_id, json_t *data)
{
    struct ticket t;
    enum status rc = ST_NOT_FOUND;

    if ((rq_who(rq)->role & ALLOW_ORGANISER) != 0)
        rc = ticket_of(rq_conn(rq), rq_arena(rq), registration_id, &t);
    if (rc == ST_OK && t.admitted_at != 0)
        json_object_set_new(
            data, "let_in",
            json_pack("{s:s}", "href", out_path(rq, t.gathering_id, t.registration_id)));
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

/* The live ticket of {rid}, which must be of {id}: else ST_NOT_FOUND. */
static enum status
find(struct request *rq, struct db_conn *c, struct ticket *t)
{
    enum status rc = ticket_of(c, rq_arena(rq), rq_param_id(rq, "rid"), t);

    return rc == ST_OK && t->gathering_id != rq_param_id(rq, "id") ? ST_NOT_FOUND : rc;
}

/* Asks first. */
static enum status
out_form(struct request *rq, struct response *rs)
{
    struct gathering g;
    struct ticket t;
    json_t *data, *values;
    enum status rc = find(rq, rq_conn(rq), &t);

    if (rc != ST_OK)
        return rc;
    data = json_object();
    rc = gathering_admin_head(rq, t.gathering_id, "people", &g, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    values = json_pack("{s:s}", "name", t.holder);
    (void)json_object_update_new(
        data, json_pack("{s:s, s:b, s:s, s:s, s:s}", "question",
                        rq_tr_format(rq, "door.out_question", values), "in", t.admitted_at != 0,
                        "when", t.admitted_at != 0 ? gathering_when(rq, t.admitted_at) : "",
                        "action", out_path(rq, g.id, t.registration_id), "person",
                        person_path(rq, g.id, t.registration_id)));
    json_decref(values);
    return rs_page(rs, 200, "door/out", rq_tr(rq, "door.out"), data);
}

/* Out already, perhaps by the same button pressed twice: it is so. */
static enum status
out_work(struct work *w)
{
    struct ticket t;
    enum status rc = find(w->rq, w->conn, &t);

    if (rc != ST_OK)
        return rc;
    const struct door_request r = {
        .gathering_id = t.gathering_id, .ticket_id = t.id, .who = rq_who(w->rq), .now = w->now
    };
    rc = door_undo(w->conn, &r);
    w->redirect = arena_printf(rq_arena(w->rq), "%s?done=out",
                               person_path(w->rq, t.gathering_id, t.registration_id));
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

const struct route door_out_routes[] = {
    { HTTP_GET, "/admin/gatherings/{id}/door/{rid}/out", ALLOW_ORGANISER, RT_READ,
      .read = out_form },
    { HTTP_POST, "/admin/gatherings/{id}/door/{rid}/out", ALLOW_ORGANISER, RT_WRITE, 1024, 0, NULL,
      .work = out_work },
    { 0 },
};
