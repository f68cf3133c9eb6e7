/* What services are to the rest of the program, and what of them is a person's. */
#include "services/services.h"

#include <string.h>

#include "contacts/contacts.h"
#include "organisations/organisations.h"
#include "services/services_pages.h"

DB_SQL(sql_of_contact, "SELECT id FROM service_request WHERE contact_id = $1 ORDER BY id");
DB_SQL(sql_forget, "UPDATE service_request SET contact_id = NULL WHERE contact_id = $1");
DB_SQL(sql_merged, "UPDATE service_request SET organisation_id = $2, changed_at = $3,"
                   " version = version + 1 WHERE organisation_id = $1");
DB_SQL(sql_has, "SELECT 1 FROM service_request WHERE organisation_id = $1 LIMIT 1");
DB_SQL(sql_asked, "SELECT COUNT(*) FROM service_request WHERE state = 'asked'");

/* ── A person's ── */

static enum status
person_find(struct db_conn *c, struct person *p)
{
    return person_add_of_contact(c, p, "service_request", &sql_of_contact);
}

static enum status
person_export(struct db_conn *c, const struct person *p, json_t *out)
{
    struct arena *a = arena_new(0);
    json_t *list = json_array();
    int64_t id;
    enum status rc = json_object_set_new(out, "services", list) == 0 ? ST_OK : ST_NOMEM;

    for (size_t i = 0; rc == ST_OK && person_row_of(p, "service_request", &i, &id);
         arena_reset(a)) {
        struct service_request r;
        char at[32];

        rc = service_request_by_id(c, a, id, &r);
        if (rc != ST_OK)
            break;
        clock_rfc3339(r.asked_at, at);
        (void)json_array_append_new(list, json_pack("{ss ss ss ss ss ss}", "service", r.service,
                                                    "organisation", r.organisation, "text", r.text,
                                                    "state", r.state, "answer", r.answer,
                                                    "asked_at", at));
    }
    arena_free(&a);
    return rc;
}

static enum status
person_erase(struct db_conn *c, const struct person *p)
{
    int64_t id;
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && person_row_of(p, "contact", &i, &id);)
        rc = db_exec(c, &sql_forget, NULL, V(id));
    return rc;
}

/* ── Organisations ── */

static enum status
merged(struct db_conn *c, const void *detail, int64_t now)
{
    const struct organisation_merged *m = detail;

    return db_exec(c, &sql_merged, NULL, V(m->from), V(m->to), V(now));
}

static enum status
leaving(struct db_conn *c, const void *detail, int64_t now)
{
    const struct organisation_leaving *l = detail;
    bool has = false;
    enum status rc = db_any(c, &sql_has, &has, V(l->id));

    (void)now;
    return rc == ST_OK && has ? ST_CONFLICT : rc;
}

/* ── For the example data ── */

static enum status
contact_at(struct db_conn *c, const char *email, int64_t *id)
{
    struct arena *a = arena_new(0);
    struct contact k = { .id = 0 };
    enum status rc = contact_of_person(c, a, email, "", &k);

    *id = k.id;
    arena_free(&a);
    return rc;
}

enum status
services_ask(struct db_conn *c, const struct service_asked *s, int64_t now, int64_t *id)
{
    struct service_request r = { .service_id = s->service_id,
                                 .text = s->text,
                                 .state = s->state,
                                 .answer = s->answer,
                                 .follow_up = s->follow_up,
                                 .minutes = s->minutes,
                                 .value = s->value != 0 ? s->value : -1,
                                 .free = s->free,
                                 .done_at = s->done_at,
                                 .source = "example" };
    enum status rc = organisation_ensure(c, s->organisation, NULL, NULL, now, &r.organisation_id);

    if (rc == ST_OK && s->email != NULL)
        rc = contact_at(c, s->email, &r.contact_id);
    r.answered_at = s->answer != NULL ? now + MS_DAY : 0;
    return rc == ST_OK ? service_request_add(c, &r, now, id) : rc;
}

static enum status
waiting(struct db_conn *c, int64_t *count)
{
    return db_get(c, NULL, &sql_asked, R(count));
}

static const struct person_table person_tables[] = {
    { "service_request", NULL },
    { "service", "what the hub offers, and no person" },
    { "service_limit", "a sum that rules name" },
    { 0 },
};

const struct feature services_feature = {
    .name = "services",
    .routes = { services_routes, services_catalogue_routes, services_member_routes,
                services_api_routes },
    .mail_kinds =
        (const struct mail_kind *const[]){ &service_mail_asked, &service_mail_answer, NULL },
    .hearings = (const struct hearing[]){ { &organisation_event_merged, merged },
                                          { &organisation_event_leaving, leaving },
                                          { 0 } },
    .panels =
        (const struct panel[]){
            { "home_side", "services_home", "services/panel_home", services_fill_home },
            { "member.home", "member_services", "services/panel_member", services_fill_member },
            { "organisation.page", "organisation_services", "services/panel_organisation",
              services_fill_organisation },
            { 0 } },
    .menu = (const struct menu_entry[]){ { .order = 44,
                                           .href = SERVICES_PATH,
                                           .icon = "question",
                                           .key = "menu.services",
                                           .count = waiting },
                                         { 0 } },
    .privacy = (const struct privacy_line[]){ { PRIVACY_WHAT, "privacy.what_service" }, { 0 } },
    .figures = services_figures,
    .happened = services_happened,
    .person_find = person_find,
    .person_export = person_export,
    .person_erase = person_erase,
    .person_tables = person_tables,
};
