/* What needs are to the rest of the program, and what of them is a person's. */
#include "needs/needs_api.h"
#include "needs/needs_matches.h"
#include "needs/needs_meetings.h"
#include "needs/needs_pages.h"
#include "organisations/organisations.h"
#include "registrations/registrations.h"

DB_SQL(sql_person, "SELECT n.text, n.more, n.kind, n.state, o.name, n.created_at FROM need n"
                   " JOIN organisation o ON o.id = n.organisation_id WHERE n.contact_id = $1"
                   " ORDER BY n.id");
/* Of a registration without a contact of its own. */
DB_SQL(sql_registered,
       "SELECT n.text, n.more, n.kind, n.state, o.name, n.created_at FROM need n"
       " JOIN organisation o ON o.id = n.organisation_id WHERE n.registration_id = $1"
       " AND n.contact_id IS NULL ORDER BY n.id");
DB_SQL(sql_merged, "UPDATE need SET organisation_id = $2, changed_at = $3, version = version + 1"
                   " WHERE organisation_id = $1");
DB_SQL(sql_has, "SELECT 1 FROM need WHERE organisation_id = $1 LIMIT 1");
DB_SQL(sql_forget, "UPDATE need SET contact_id = NULL WHERE contact_id = $1");
DB_SQL(sql_forget_registration,
       "UPDATE need SET registration_id = NULL WHERE registration_id = $1");

static enum status
export_rows(struct db_conn *c, const struct db_sql *sql, const struct person *p, const char *table,
            json_t *list)
{
    struct arena *a = arena_new(0);
    const char *text, *more, *kind, *state, *organisation;
    char at[32];
    int64_t id, created;
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && person_row_of(p, table, &i, &id); arena_reset(a)) {
        struct db_rows rows;

        db_each(&rows, c, a, sql, V(id));
        while (db_take(&rows, R(&text), R(&more), R(&kind), R(&state), R(&organisation),
                       R(&created))) {
            clock_rfc3339(created, at);
            (void)json_array_append_new(
                list, json_pack("{ss ss ss ss ss ss}", "text", text, "more", more, "kind", kind,
                                "state", state, "organisation", organisation, "created_at", at));
        }
        rc = db_done(&rows, rc);
    }
    arena_free(&a);
    return rc;
}

static enum status
export_answers(struct db_conn *c, const struct person *p, json_t *out)
{
    struct arena *a = arena_new(0);
    json_t *list = json_array();
    int64_t id;
    enum status rc = json_object_set_new(out, "need_answers", list) == 0 ? ST_OK : ST_NOMEM;

    for (size_t i = 0; rc == ST_OK && person_row_of(p, "contact", &i, &id); arena_reset(a))
        rc = meeting_export(c, a, id, list);
    arena_free(&a);
    return rc;
}

static enum status
export_matches(struct db_conn *c, const struct person *p, json_t *out)
{
    struct arena *a = arena_new(0);
    json_t *list = json_array();
    int64_t id;
    enum status rc = json_object_set_new(out, "matches", list) == 0 ? ST_OK : ST_NOMEM;

    for (size_t i = 0; rc == ST_OK && person_row_of(p, "contact", &i, &id); arena_reset(a))
        rc = match_export(c, a, id, list);
    arena_free(&a);
    return rc;
}

/* What somebody said for their company: the need is the company's, that they said it is theirs. */
static enum status
person_export(struct db_conn *c, const struct person *p, json_t *out)
{
    json_t *list = json_array();
    enum status rc = json_object_set_new(out, "needs", list) == 0 ? ST_OK : ST_NOMEM;

    if (rc == ST_OK)
        rc = export_rows(c, &sql_person, p, "contact", list);
    if (rc == ST_OK)
        rc = export_rows(c, &sql_registered, p, "registration", list);
    if (rc == ST_OK)
        rc = export_answers(c, p, out);
    return rc == ST_OK ? export_matches(c, p, out) : rc;
}

/* Mails that ask are about rows of theirs. */
static enum status
person_find(struct db_conn *c, struct person *p)
{
    enum status rc = meeting_person_find(c, p);

    return rc == ST_OK ? match_person_find(c, p) : rc;
}

static enum status
person_erase(struct db_conn *c, const struct person *p)
{
    int64_t id;
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && person_row_of(p, "contact", &i, &id);)
        rc = meeting_forget(c, id);
    for (size_t i = 0; rc == ST_OK && person_row_of(p, "contact", &i, &id);)
        rc = match_forget(c, id, clock_now());
    for (size_t i = 0; rc == ST_OK && person_row_of(p, "contact", &i, &id);)
        rc = db_exec(c, &sql_forget, NULL, V(id));
    for (size_t i = 0; rc == ST_OK && person_row_of(p, "registration", &i, &id);)
        rc = db_exec(c, &sql_forget_registration, NULL, V(id));
    return rc;
}

/* ── For others ── */

enum status
need_say(struct db_conn *c, const struct need_said *said, int64_t now, int64_t *id)
{
    struct need n = { .contact_id = said->contact_id,
                      .gathering_id = said->gathering_id,
                      .registration_id = said->registration_id,
                      .kind = said->kind != NULL ? said->kind : "need",
                      .text = said->text,
                      .more = said->more,
                      .field = said->field,
                      .urgency = said->urgency,
                      .openness = said->openness,
                      .state = said->state,
                      .lang = said->lang,
                      .source = said->source };
    enum status rc =
        organisation_ensure(c, said->organisation, NULL, NULL, now, &n.organisation_id);

    return rc == ST_OK ? need_add(c, &n, now, id) : rc;
}

enum status
needs_gather(struct db_conn *c, const char *name, const int64_t *need, size_t n, int64_t now,
             int64_t *id)
{
    const struct theme_new theme = { .name = name, .need = need, .needs = n };
    struct arena *a = arena_new(0);
    struct need moved;
    enum status rc = theme_make(c, a, &theme, now, id, &moved);

    arena_free(&a);
    return rc;
}

enum status
needs_meeting(struct db_conn *c, int64_t theme_id, int64_t gathering_id, int64_t now)
{
    struct arena *a = arena_new(0);
    enum status rc = meeting_link(c, a, theme_id, gathering_id, now);

    arena_free(&a);
    return rc;
}

enum status
needs_meeting_said(struct db_conn *c, int64_t need_id, int64_t gathering_id, const char *outcome,
                   const char *note, int64_t now)
{
    struct arena *a = arena_new(0);
    struct meeting_need m;
    enum status rc = meeting_need_at(c, a, need_id, gathering_id, &m);

    if (rc == ST_OK)
        rc = meeting_answer(c, a, &m, outcome, note, now);
    arena_free(&a);
    return rc;
}

/* Daily: a company that nobody was known for may have somebody by now. */
static enum status
sweep(struct db_conn *c, int64_t now, struct swept *swept)
{
    (void)now;
    (void)swept;
    return meeting_find_asked(c);
}

/* ── Organisations ── */

static enum status
heard_merged(struct db_conn *c, const void *detail, int64_t now)
{
    const struct organisation_merged *m = detail;

    return db_exec(c, &sql_merged, NULL, V(m->from), V(m->to), V(now));
}

static enum status
heard_leaving(struct db_conn *c, const void *detail, int64_t now)
{
    const struct organisation_leaving *l = detail;
    bool has = false;
    enum status rc = db_any(c, &sql_has, &has, V(l->id));

    (void)now;
    return rc == ST_OK && has ? ST_CONFLICT : rc;
}

static const struct hearing hearings[] = {
    { &organisation_event_merged, heard_merged },
    { &organisation_event_leaving, heard_leaving },
    { 0 },
};

static const struct menu_entry menu[] = {
    { 40, NEEDS_PATH, "bulb", "menu.needs", .phone = true },
    { 0 },
};

static const struct person_table person_tables[] = {
    { "need", NULL },
    { "theme", "its name is no person's" },
    { "theme_step", "whose account did it; accounts are not erased" },
    { "gathering_need", NULL },
    { "need_match_side", NULL },
    { "need_match", "of two organisations; who is asked is its sides'" },
    { "theme_gathering", "what a gathering came out of" },
    { 0 },
};

const struct feature needs_feature = {
    .name = "needs",
    .routes = { needs_board_routes, needs_edit_routes, needs_paste_routes, themes_routes,
                needs_member_routes, needs_own_routes, needs_meeting_routes, needs_asked_routes,
                needs_api_routes, themes_api_routes, matches_routes, matches_api_routes },
    .personal = (const struct personal_kind *const[]){ &need_personal, &match_personal, NULL },
    .mail_kinds = (const struct mail_kind *const[]){ &need_mail_ask, &match_mail_ask,
                                                     &match_mail_made, NULL },
    .reminder_rules = (const struct reminder_rule *const[]){ &need_meeting_over, NULL },
    .invites = &meeting_source,
    .hearings = hearings,
    .panels =
        (const struct panel[]){
            { REGISTRATION_FORM, "need_part", "needs/part", needs_fill_form },
            { "registration.own", "need_own", "needs/panel_own", needs_fill_own },
            { "member.home", "member_needs", "needs/panel_member", needs_fill_member },
            { "organisation.page", "organisation_needs", "needs/panel_organisation",
              needs_fill_organisation },
            { "theme.page", "theme_meetings", "needs/panel_theme", meeting_fill_theme },
            { "gathering.overview", "gathering_needs", "needs/panel_gathering",
              meeting_fill_gathering },
            { "need.page", "need_meetings", "needs/panel_need", meeting_fill_need },
            { "need.page", "need_matches", "needs/panel_matches", match_fill_need },
            { "member.home", "member_matches", "needs/panel_matched", match_fill_member },
            { "member.home", "member_after", "needs/panel_after", meeting_fill_member },
            { "directory.page", "needs_link", "needs/panel_directory", needs_fill_directory },
            { 0 } },
    .form_parts = need_form_parts,
    .menu = menu,
    .spoils_pages = (const struct db_topic *const[]){ &needs_topic, NULL },
    .privacy = (const struct privacy_line[]){ { PRIVACY_WHAT, "privacy.what_need" }, { 0 } },
    .figures = needs_figures,
    .happened = needs_happened,
    .person_find = person_find,
    .person_export = person_export,
    .person_erase = person_erase,
    .person_tables = person_tables,
    .sweep = sweep,
};
