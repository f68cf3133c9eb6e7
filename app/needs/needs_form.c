/*
 * Said in passing: a need or an offer, in one sentence, with the registration or later on one's own
 * page of it. It is the organisation's that the registration names, closed until they open it.
 */
#include <string.h>

#include "needs/needs_pages.h"
#include "organisations/organisations.h"
#include "registrations/registrations.h"

#define SHOWN 5

DB_SQL(sql_there, "SELECT 1 FROM need WHERE organisation_id = $1 AND text = $2 AND kind = $3");
DB_SQL(sql_said, "SELECT n.text, n.kind FROM need n WHERE n.registration_id = $1"
                 " AND n.state <> 'withdrawn' ORDER BY n.id LIMIT $2");

/* Two kinds are enough here: what one lacks, what one has. */
static json_t *
kinds(struct request *rq, const char *chosen)
{
    static const char *const two[] = { "need", "offer", NULL };

    return need_options(rq, two, "need.kind", NULL, chosen[0] != '\0' ? chosen : "need");
}

/* The panel of the form: what stands there is the same for everybody. */
enum status
needs_fill_form(struct request *rq, int64_t gathering_id, json_t *panels)
{
    bool again = rq_has_errors(rq);

    (void)gathering_id;
    (void)json_object_set_new(panels, "need_part",
                              json_pack("{so sb}", "need_kinds",
                                        kinds(rq, again ? rq_text(rq, "need_kind") : ""), "open",
                                        again && rq_text(rq, "need")[0] != '\0'));
    return ST_OK;
}

static const struct field part_fields[] = {
    { "need", FIELD_LINE, FIELD_NO_LINK, NEED_TEXT_MAX },
    { "need_kind", FIELD_LINE, 0, 20 },
    { 0 },
};

static void
kind_check(struct request *rq)
{
    if (rq_text(rq, "need_kind")[0] != '\0' && !need_word_ok(need_kinds, rq_text(rq, "need_kind")))
        rq_error(rq, "need_kind", "choice");
}

static enum status
part_check(struct request *rq)
{
    if (rq_text(rq, "need")[0] != '\0' &&
        (rq_bool(rq, "private") || rq_text(rq, "organisation")[0] == '\0'))
        rq_error_text(rq, "need", rq_tr(rq, "need.whose"));
    kind_check(rq);
    return ST_OK;
}

static enum status
say(struct work *w, const struct registration *r, const char *organisation)
{
    struct request *rq = w->rq;
    struct need n = { .kind =
                          rq_text(rq, "need_kind")[0] != '\0' ? rq_text(rq, "need_kind") : "need",
                      .text = rq_text(rq, "need"),
                      .lang = rq_lang(rq),
                      .source = "registration" };
    bool there = false;
    int64_t id;
    enum status rc =
        organisation_ensure(w->conn, organisation, NULL, NULL, w->now, &n.organisation_id);

    if (r != NULL) {
        n.contact_id = r->contact_id;
        n.registration_id = r->id;
        n.gathering_id = r->gathering_id;
    }
    if (rc == ST_OK)
        rc = db_any(w->conn, &sql_there, &there, V(n.organisation_id), V(n.text), V(n.kind));
    return rc == ST_OK && !there ? need_add(w->conn, &n, w->now, &id) : rc;
}

static enum status
part_work(struct work *w, int64_t id)
{
    struct registration r;
    enum status rc = ST_OK;

    if (rq_text(w->rq, "need")[0] == '\0' || rq_bool(w->rq, "private"))
        return ST_OK;
    if (id != 0)
        rc = registration_by_id(w->conn, rq_arena(w->rq), id, &r);
    return rc == ST_OK ? say(w, id != 0 ? &r : NULL, rq_text(w->rq, "organisation")) : rc;
}

const struct form_part need_form_parts[] = {
    { REGISTRATION_FORM, part_fields, part_check, part_work },
    { 0 },
};

/* ── On one's own page ── */

/* "registration.own": what they have said with it, and a field for more; of who comes for no
 * organisation, nothing. */
enum status
needs_fill_own(struct request *rq, int64_t registration_id, json_t *panels)
{
    struct arena *a = rq_arena(rq);
    struct registration r;
    const char *text, *kind;
    json_t *said = json_array();
    struct db_rows rows;
    enum status rc = registration_by_id(rq_conn(rq), a, registration_id, &r);

    if (rc != ST_OK || r.organisation[0] == '\0' || r.status == REG_CANCELLED) {
        json_decref(said);
        return rc;
    }
    db_each(&rows, rq_conn(rq), a, &sql_said, V(registration_id), V(SHOWN));
    while (db_take(&rows, R(&text), R(&kind)))
        /* keys: need.kind.{=need_kinds} */
        (void)json_array_append_new(said,
                                    json_pack("{ss ss}", "text", text, "kind_label",
                                              rq_tr(rq, arena_printf(a, "need.kind.%s", kind))));
    (void)json_object_set_new(panels, "need_own",
                              json_pack("{so so ss ss}", "said", said, "need_kinds", kinds(rq, ""),
                                        "href", arena_printf(a, "%s/need", rq_subject_path(rq)),
                                        "organisation", r.organisation));
    return db_done(&rows, rc);
}

static enum status
own_page(struct request *rq, struct response *rs, int http, json_t *data)
{
    const struct registration_own *o = rq_subject(rq);

    (void)json_object_update_new(
        data, json_pack("{so so ss ss sb}", "g",
                        gathering_page_view(rq_app(rq), rq_conn(rq), rq_arena(rq), &o->g,
                                            rq_lang(rq), rq_now(rq)),
                        "need_kinds", kinds(rq, need_value(data, "need_kind")), "href",
                        rq_subject_path(rq), "organisation", o->r.organisation, "narrow", 1));
    return rs_page(rs, http, "needs/own", rq_tr(rq, "need.fold"), data);
}

static enum status
own_read(struct request *rq, struct response *rs)
{
    return own_page(rq, rs, 200, json_object());
}

static enum status
own_again(struct request *rq, struct response *rs)
{
    return own_page(rq, rs, 422, rq_form_view(rq));
}

static enum status
own_check(struct request *rq)
{
    if (rq_text(rq, "need")[0] == '\0' && !rq_wrong(rq, "need"))
        rq_error_text(rq, "need", rq_tr(rq, "need.no_text"));
    kind_check(rq);
    return ST_OK;
}

static enum status
own_work(struct work *w)
{
    const struct registration_own *o = rq_subject(w->rq);

    if (o->r.organisation[0] == '\0' || o->r.status == REG_CANCELLED)
        return ST_GONE;
    w->redirect = arena_printf(rq_arena(w->rq), "%s#needs", rq_subject_path(w->rq));
    return say(w, &o->r, o->r.organisation);
}

/* clang-format off */
const struct route needs_own_routes[] = {
    { HTTP_GET, "/r/r{link}/need", ALLOW_ANYONE, RT_READ, 0, .read = own_read,
      .personal = &registration_personal },
    { HTTP_POST, "/r/r{link}/need", ALLOW_ANYONE, RT_WRITE, 4096, RT_FORM_KEY, part_fields,
      .rate = &rate_form, .check = own_check, .work = own_work, .form = own_again,
      .personal = &registration_personal },
    { 0 },
};
/* clang-format on */
