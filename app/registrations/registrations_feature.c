/*
 * What registrations are to the rest of the program: what they hear, what they throw away, a
 * person's data, and what `samling check` looks at.
 */
#include "registrations/registrations.h"

#include "mailing/mailing.h"
#include "registrations/registrations_crowd.h"
#include "registrations/registrations_list.h"
#include "registrations/registrations_mail.h"
#include "registrations/registrations_pages.h"
#include "registrations/registrations_sweep.h"

/* ── Events ── */

/* One mail to each who is registered. occasion lets the same kind go again for another change. */
static enum status
tell(struct db_conn *c, const struct mail_kind *kind, const struct gathering_event *e,
     const char *occasion, int64_t now)
{
    struct arena *piece = arena_new(0);
    struct registration *who = NULL;
    int64_t after = 0;
    size_t n = 1;
    enum status rc = ST_OK;

    while (rc == ST_OK && n > 0) {
        arena_reset(piece);
        rc = registration_list_live(c, piece, e->gathering_id, after, &who, &n);
        for (size_t i = 0; i < n && rc == ST_OK; i++)
            rc = registration_mail(c, kind, &who[i], occasion, e->message, now);
        after = n > 0 ? who[n - 1].id : after;
    }
    arena_free(&piece);
    return rc;
}

/* Also a start that is ahead again lets the line move on. */
static enum status
raised(struct db_conn *c, const void *detail, int64_t now)
{
    const struct gathering_event *e = detail;
    struct arena *a = arena_new(0);
    enum status rc = registration_promote(c, a, e->gathering_id, now);

    arena_free(&a);
    return rc;
}

static enum status
moved(struct db_conn *c, const void *detail, int64_t now)
{
    const struct gathering_event *e = detail;
    struct arena *a = arena_new(0);
    struct gathering g;
    enum status rc = gathering_by_id(c, a, e->gathering_id, &g);

    if (rc == ST_OK && e->notify)
        rc = tell(c, &registration_mail_moved, e,
                  arena_printf(a, "%lld.%lld.%lld", (long long)g.starts_at,
                               (long long)g.calendar_seq, (long long)e->old_start),
                  now);
    arena_free(&a);
    return rc == ST_OK ? raised(c, detail, now) : rc;
}

static enum status
cancelled(struct db_conn *c, const void *detail, int64_t now)
{
    const struct gathering_event *e = detail;

    return e->notify ? tell(c, &registration_mail_gathering_cancelled, e, "cancelled", now) : ST_OK;
}

static const struct hearing hearings[] = {
    { &gathering_event_moved, moved },
    { &gathering_event_cancelled, cancelled },
    { &gathering_event_raised, raised },
    { 0 },
};

/* ── The feature ── */

static const struct personal_kind *const personal[] = { &registration_personal, NULL };

static const char *const secrets[] = { CROWD_SECRET, NULL };

static const struct privacy_line privacy[] = {
    { PRIVACY_WHAT, "privacy.what_registered" },
    { PRIVACY_WHAT, "privacy.what_requirements" },
    { PRIVACY_WHAT, "privacy.what_network" },
    { PRIVACY_HOW_LONG, "privacy.long_requirements" },
    { PRIVACY_HOW_LONG, "privacy.long_network" },
    { PRIVACY_HOW_LONG, "privacy.long_links" },
    { 0 },
};

static const struct person_table person_tables[] = {
    { "registration", NULL },
    { "requirement_kept", NULL },
    { "registration_try", "keyed codes of networks and addresses, thrown away after a day" },
    { 0 },
};

const struct feature registrations_feature = {
    .name = "registrations",
    .routes = { registrations_public_routes, registrations_own_routes, registrations_people_routes,
                registrations_api_routes },
    .personal = personal,
    .secrets = secrets,
    .mail_kinds = registration_mail_kinds,
    .reminder_rules = registration_reminder_rules,
    .hearings = hearings,
    .panels = registrations_panels,
    .privacy = privacy,
    .upgrade = registration_upgrade,
    .person_find = registration_person_find,
    .person_export = registration_person_export,
    .person_erase = registration_person_erase,
    .person_tables = person_tables,
    .checks = registration_checks,
    .sweep = registration_sweep,
};
