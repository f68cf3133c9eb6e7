/* POST /api/v1/gatherings/{id}/checkins: the door for other programs. */
#include "door/door_rules.h"
#include "registrations/registrations.h"

struct checkin_out {
    struct gathering g;
    struct admission a;
};

static enum status
checkin_work(struct work *w)
{
    struct checkin_out *out = ARENA_NEW(rq_arena(w->rq), struct checkin_out);
    enum status rc = gathering_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &out->g);

    w->out = out;
    if (rc != ST_OK)
        return rc;
    if (!door_may(w->rq, out->g.id))
        return ST_DENIED;
    struct door_request r = { .gathering_id = out->g.id,
                              .code = rq_text(w->rq, "ticket"),
                              .scan_id = "",
                              .ask_before =
                                  rq_bool(w->rq, "ask_early") ? out->g.starts_at - DOOR_EARLY : 0,
                              .who = rq_who(w->rq),
                              .now = w->now };
    return door_scan(w->conn, rq_arena(w->rq), &r, &out->a);
}

/* {result, registration: {id, name, organisation} | null, first_at | null} */
static enum status
checkin_answer(struct request *rq, const struct work *w, struct response *rs)
{
    const struct checkin_out *out = w->out;
    const struct admission *a = &out->a;
    json_t *body =
        json_pack("{s:s, s:n, s:n}", "result", admission_name(a->kind), "registration", "first_at");

    if (a->registration_id != 0 && a->kind != ADMISSION_WRONG_GATHERING)
        json_object_set_new(
            body, "registration",
            json_pack("{s:s, s:s, s:s}", "id",
                      arena_printf(rq_arena(rq), "%lld", (long long)a->registration_id), "name",
                      a->holder, "organisation", a->organisation));
    if (a->kind == ADMISSION_GIVEN || a->kind == ADMISSION_ALREADY) {
        char at[32];
        clock_rfc3339(a->first_at, at);
        json_object_set_new(body, "first_at", json_string(at));
    }
    return rs_json(rs, 200, body);
}

static const struct field checkin_fields[] = {
    { "ticket", FIELD_LINE, FIELD_REQUIRED, 512 },
    { "ask_early", FIELD_BOOL, 0, 0 }, /* programs let in on any day, unless they can ask */
    { 0 },
};

const struct route door_api_routes[] = {
    { HTTP_POST, "/api/v1/gatherings/{id}/checkins", ALLOW_DOOR, RT_WRITE, 4096, RT_API,
      checkin_fields, .work = checkin_work, .answer = checkin_answer },
    { 0 },
};
