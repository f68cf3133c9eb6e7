/* What the organiser sees and does of members: who may speak for an organisation, and what it said.
 */
#include <string.h>

#include "base/text.h"
#include "contacts/contacts.h"
#include "database/sql.h"
#include "html/options.h"
#include "members/members_pages.h"
#include "organisations/organisations.h"

#define OFFERED 200 /* contacts to choose from */

DB_SQL(sql_contacts, "/* all: those of one organisation, so many */ "
                     "SELECT id, name, email FROM contact WHERE organisation_id = $1"
                     " ORDER BY sort_key, id LIMIT $2");

/* ── Panels ── */

enum status
members_fill_expectation(struct request *rq, int64_t organisation_id, json_t *data)
{
    struct expectation e;
    struct contact by = { .name = "" };
    bool said, may = (rq_who(rq)->role & ALLOW_ORGANISER) != 0;
    enum status rc = expectation_seen(rq, organisation_id, &e, &said);

    if (rc == ST_OK && said && e.contact_id != 0)
        rc = contact_by_id(rq_conn(rq), rq_arena(rq), e.contact_id, &by);
    if (rc != ST_OK || (!said && !may))
        return rc;
    (void)json_object_set_new(
        data, "expectation",
        json_pack("{s:b, s:s, s:s, s:s, s:s, s:s, s:b, s:s}", "said", said, "expects", e.expects,
                  "brings", e.brings, "openness_text",
                  said ? member_openness_text(rq, e.openness) : "", "by", by.name, "when",
                  member_when(rq, e.said_at), "may_say", may, "href",
                  arena_printf(rq_arena(rq), "/admin/organisations/%lld/expectations",
                               (long long)organisation_id)));
    return ST_OK;
}

static json_t *
speaker_view(struct request *rq, const struct representative *r)
{
    struct arena *a = rq_arena(rq);

    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "name", r->name, "email", r->email,
                     "organisation", r->organisation, "seen", member_when(rq, r->last_seen_at),
                     "asked", member_when(rq, r->link_at), "action",
                     arena_printf(a, "/admin/organisations/%lld/representatives/%lld",
                                  (long long)r->organisation_id, (long long)r->id));
}

static enum status
speakers(struct request *rq, int64_t organisation_id, json_t *list)
{
    struct representative *row = NULL;
    size_t n = 0;
    enum status rc = representatives_of(rq_conn(rq), rq_arena(rq), organisation_id, &row, &n);

    for (size_t i = 0; rc == ST_OK && i < n; i++)
        (void)json_array_append_new(list, speaker_view(rq, &row[i]));
    return rc;
}

enum status
members_fill_representatives(struct request *rq, int64_t organisation_id, json_t *data)
{
    json_t *list = json_array();
    enum status rc = speakers(rq, organisation_id, list);

    (void)json_object_set_new(
        data, "representatives",
        json_pack("{s:o, s:b, s:b, s:s}", "list", list, "none", json_array_size(list) == 0,
                  "may_change", (rq_who(rq)->role & ALLOW_ORGANISER) != 0, "href",
                  arena_printf(rq_arena(rq), "/admin/organisations/%lld/representatives",
                               (long long)organisation_id)));
    return rc;
}

/* On a contact's page: what it may speak for. */
enum status
members_fill_contact(struct request *rq, int64_t contact_id, json_t *data)
{
    struct representative *row = NULL;
    json_t *list = json_array();
    size_t n = 0;
    enum status rc = representatives_of_contact(rq_conn(rq), rq_arena(rq), contact_id, &row, &n);

    for (size_t i = 0; rc == ST_OK && i < n; i++)
        (void)json_array_append_new(
            list, json_pack("{s:s, s:s}", "name", row[i].organisation, "href",
                            arena_printf(rq_arena(rq), "/admin/organisations/%lld",
                                         (long long)row[i].organisation_id)));
    if (n > 0)
        (void)json_object_set_new(data, "speaks_for", json_pack("{s:O}", "list", list));
    json_decref(list);
    return rc;
}

/* ── Who may speak for it ── */

static enum status
add_contacts(struct request *rq, int64_t organisation_id, json_t *data)
{
    const char *name, *email,
        *current = json_string_value(json_object_get(json_object_get(data, "values"), "contact"));
    json_t *list = json_array();
    int64_t id;
    struct db_rows rows;

    option_add(list, "", rq_tr(rq, "member.choose"), NULL, current == NULL || current[0] == '\0');
    db_each(&rows, rq_conn(rq), rq_arena(rq), &sql_contacts, V(organisation_id), V(OFFERED));
    while (db_take(&rows, R(&id), R(&name), R(&email))) {
        const char *value = arena_printf(rq_arena(rq), "%lld", (long long)id);

        option_add(list, value, arena_printf(rq_arena(rq), "%s (%s)", name, email), NULL,
                   current != NULL && strcmp(current, value) == 0);
    }
    (void)json_object_set_new(data, "contacts", list);
    return db_done(&rows, ST_OK);
}

static enum status
speakers_show(struct request *rq, struct response *rs, int http, json_t *data)
{
    struct organisation o;
    json_t *list = json_array();
    enum status rc = organisation_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &o);

    (void)json_object_set_new(data, "list", list);
    if (rc == ST_OK)
        rc = speakers(rq, o.id, list);
    if (rc == ST_OK)
        rc = add_contacts(rq, o.id, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    (void)json_object_update_new(
        data, json_pack("{s:s, s:s, s:b, s:b, s:b, s:b, s:b}", "name", o.name, "href",
                        arena_printf(rq_arena(rq), "/admin/organisations/%lld", (long long)o.id),
                        "none", json_array_size(list) == 0, "added", rq_query(rq, "added") != NULL,
                        "sent", rq_query(rq, "sent") != NULL, "removed",
                        rq_query(rq, "removed") != NULL, "colleague", 1));
    return rs_page(rs, http, "members/representatives", rq_tr(rq, "member.speakers"), data);
}

static enum status
speakers_page(struct request *rq, struct response *rs)
{
    return speakers_show(rq, rs, 200, json_object());
}

static enum status
speakers_again(struct request *rq, struct response *rs)
{
    return speakers_show(rq, rs, 422, rq_form_view(rq));
}

static const struct field add_fields[] = {
    { "contact", FIELD_LINE, 0, 20 },
    { "email", FIELD_EMAIL, 0, 254 },
    { "send", FIELD_BOOL, 0, 0 },
    { 0 },
};

static enum status
add_check(struct request *rq)
{
    if (rq_text(rq, "contact")[0] == '\0' && rq_text(rq, "email")[0] == '\0')
        rq_error_text(rq, "contact", rq_tr(rq, "member.nobody"));
    return ST_OK;
}

/* Who was chosen, or who is known at the address that was typed. */
static enum status
who_is_meant(struct work *w, struct contact *out)
{
    struct arena *a = rq_arena(w->rq);
    int64_t id;

    if (rq_text(w->rq, "email")[0] != '\0')
        return contact_of_person(w->conn, a, text_email_normal(a, rq_text(w->rq, "email")), "",
                                 out);
    return text_int(rq_text(w->rq, "contact"), &id) ? contact_by_id(w->conn, a, id, out)
                                                    : ST_NOT_FOUND;
}

static enum status
add_work(struct work *w)
{
    struct request *rq = w->rq;
    struct contact k;
    int64_t id = 0, organisation = rq_param_id(rq, "id");
    enum status rc = who_is_meant(w, &k);

    if (rc == ST_NOT_FOUND) {
        rq_error_text(rq, rq_text(rq, "email")[0] != '\0' ? "email" : "contact",
                      rq_tr(rq, "member.unknown"));
        return ST_INVALID;
    }
    if (rc == ST_OK)
        rc = representative_add(w->conn, rq_arena(rq), organisation, k.id, w->now, &id);
    if (rc == ST_OK && rq_bool(rq, "send"))
        rc = representative_send(w->conn, rq_arena(rq), id, "organiser", w->now);
    if (rc == ST_LIMIT) {
        rq_error_text(rq, "contact", rq_tr(rq, "member.too_many"));
        return ST_INVALID;
    }
    w->redirect = arena_printf(rq_arena(rq), "/admin/organisations/%lld/representatives?added=1",
                               (long long)organisation);
    return rc;
}

/* The row of the address, if it is of that organisation. */
static enum status
one_of(struct work *w, struct representative *out)
{
    enum status rc =
        representative_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "representative"), out);

    return rc == ST_OK && out->organisation_id != rq_param_id(w->rq, "id") ? ST_NOT_FOUND : rc;
}

static enum status
send_work(struct work *w)
{
    struct representative r;
    enum status rc = one_of(w, &r);

    if (rc != ST_OK)
        return rc;
    w->redirect = arena_printf(rq_arena(w->rq), "/admin/organisations/%lld/representatives?sent=1",
                               (long long)r.organisation_id);
    return representative_send(w->conn, rq_arena(w->rq), r.id, "organiser", w->now);
}

static enum status
remove_work(struct work *w)
{
    struct representative r;
    enum status rc = one_of(w, &r);

    if (rc != ST_OK)
        return rc;
    w->redirect =
        arena_printf(rq_arena(w->rq), "/admin/organisations/%lld/representatives?removed=1",
                     (long long)r.organisation_id);
    return representative_remove(w->conn, r.id);
}

/* ── What it expects, noted for it ── */

static const struct field said_fields[] = {
    { "expects", FIELD_TEXT, 0, 2000 },
    { "brings", FIELD_TEXT, 0, 2000 },
    { "openness", FIELD_LINE, 0, 10 },
    { "contact", FIELD_LINE, 0, 20 },
    { 0 },
};

static enum status
said_show(struct request *rq, struct response *rs, int http, json_t *data)
{
    struct organisation o;
    struct expectation e;
    struct arena *a = rq_arena(rq);
    const char *openness;
    bool said = false;
    enum status rc = organisation_by_id(rq_conn(rq), a, rq_param_id(rq, "id"), &o);

    if (rc == ST_OK)
        rc = expectation_seen(rq, o.id, &e, &said);
    if (rc == ST_OK && json_object_get(data, "values") == NULL)
        (void)json_object_set_new(
            data, "values",
            json_pack("{s:s, s:s, s:s, s:s}", "expects", e.expects, "brings", e.brings, "openness",
                      e.openness, "contact",
                      e.contact_id != 0 ? arena_printf(a, "%lld", (long long)e.contact_id) : ""));
    if (rc == ST_OK)
        rc = add_contacts(rq, o.id, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    openness = json_string_value(json_object_get(json_object_get(data, "values"), "openness"));
    (void)json_object_update_new(
        data, json_pack("{s:s, s:s, s:o}", "name", o.name, "href",
                        arena_printf(a, "/admin/organisations/%lld", (long long)o.id), "opennesses",
                        member_openness_options(rq, openness != NULL ? openness : "closed")));
    return rs_page(rs, http, "members/said_for", rq_tr(rq, "member.expectations"), data);
}

static enum status
said_page(struct request *rq, struct response *rs)
{
    return said_show(rq, rs, 200, json_object());
}

static enum status
said_again(struct request *rq, struct response *rs)
{
    return said_show(rq, rs, 422, rq_form_view(rq));
}

static enum status
said_work(struct work *w)
{
    struct request *rq = w->rq;
    struct organisation o;
    struct contact k = { .id = 0 };
    int64_t id = 0;
    enum status rc = organisation_by_id(w->conn, rq_arena(rq), rq_param_id(rq, "id"), &o);

    if (rc == ST_OK && text_int(rq_text(rq, "contact"), &id))
        rc = contact_by_id(w->conn, rq_arena(rq), id, &k);
    if (rc != ST_OK)
        return rc;
    const struct expectation e = { .organisation_id = o.id,
                                   .expects = rq_text(rq, "expects"),
                                   .brings = rq_text(rq, "brings"),
                                   .openness = rq_text(rq, "openness"),
                                   .contact_id = k.id,
                                   .source = "organiser",
                                   .said_at = w->now };

    w->redirect = arena_printf(rq_arena(rq), "/admin/organisations/%lld", (long long)o.id);
    return expectation_say(w->conn, &e);
}

#define ONE "/admin/organisations/{id}"
#define SPEAKER ONE "/representatives/{representative}"

/* clang-format off */
const struct route members_admin_routes[] = {
    { HTTP_GET, ONE "/representatives", ALLOW_ORGANISER, RT_READ, .read = speakers_page },
    { HTTP_POST, ONE "/representatives", ALLOW_ORGANISER, RT_WRITE, 2048, 0, add_fields,
      .check = add_check, .work = add_work, .form = speakers_again },
    { HTTP_POST, SPEAKER "/send", ALLOW_ORGANISER, RT_WRITE, 1024, .work = send_work },
    { HTTP_POST, SPEAKER "/remove", ALLOW_ORGANISER, RT_WRITE, 1024, .work = remove_work },
    { HTTP_GET, ONE "/expectations", ALLOW_ORGANISER, RT_READ, .read = said_page },
    { HTTP_POST, ONE "/expectations", ALLOW_ORGANISER, RT_WRITE, 16384, 0, said_fields,
      .check = member_said_check, .work = said_work, .form = said_again },
    { 0 },
};
/* clang-format on */
