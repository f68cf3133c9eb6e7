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
#include "registrations/registrations_tasks.h"

/* ── Events ── */

/* One mail to each who is registered now. occasion lets the same kind go again for another change.
 */
static enum status
tell(struct db_conn *c, const struct task_kind *kind, const struct gathering_event *e,
     const char *occasion, bool later, int64_t now)
{
    struct task_new t = { .kind = kind,
                          .gathering_id = e->gathering_id,
                          .occasion = occasion,
                          .words = e->message,
                          .later = later };
    enum status rc = registration_list_last(c, e->gathering_id, &t.last);

    return rc == ST_OK && t.last > 0 ? task_begin(c, &t, now) : rc;
}

/* Also a start that is ahead again lets the line move on. */
static enum status
raised(struct db_conn *c, const void *detail, int64_t now)
{
    const struct gathering_event *e = detail;

    return registration_promote(c, e->gathering_id, now);
}

/* A telling that has not reached all yet goes no further: this one says what is true now, and to
 * those who were not reached what they do not know either. It needs its row for the next to see. */
static enum status
tell_moved(struct db_conn *c, struct arena *a, const struct gathering_event *e, int64_t now)
{
    struct gathering g;
    bool overtaken = false;
    enum status rc = gathering_by_id(c, a, e->gathering_id, &g);

    if (rc == ST_OK)
        rc = task_overtake(c, &registration_task_moved, e->gathering_id, now, &overtaken);
    if (rc != ST_OK)
        return rc;
    return tell(c, &registration_task_moved, e,
                arena_printf(a, "%lld.%lld.%lld", (long long)g.starts_at, (long long)g.calendar_seq,
                             (long long)e->old_start),
                overtaken, now);
}

static enum status
moved(struct db_conn *c, const void *detail, int64_t now)
{
    const struct gathering_event *e = detail;
    struct arena *a = arena_new(0);
    enum status rc = e->notify ? tell_moved(c, a, e, now) : ST_OK;

    arena_free(&a);
    return rc == ST_OK ? raised(c, detail, now) : rc;
}

static enum status
cancelled(struct db_conn *c, const void *detail, int64_t now)
{
    const struct gathering_event *e = detail;
    enum status rc = task_overtake(c, &registration_task_moved, e->gathering_id, now, NULL);

    if (rc == ST_OK)
        rc = task_overtake(c, &registration_task_promote, e->gathering_id, now, NULL);
    if (rc != ST_OK || !e->notify)
        return rc;
    return tell(c, &registration_task_cancelled, e, "cancelled", false, now);
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
    { "registration_words", "what registrations are found by: changes with them" },
    { "registration_try", "keyed codes of networks and addresses, thrown away after a day" },
    { "registration_crowd", "which registrations were many; gone when the gathering is over" },
    { 0 },
};

const struct feature registrations_feature = {
    .name = "registrations",
    .routes = { registrations_public_routes, registrations_own_routes, registrations_people_routes,
                registrations_api_routes },
    .figures = registration_figures,
    .happened = registration_happened,
    .personal = personal,
    .secrets = secrets,
    .task_kinds = registration_task_kinds,
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
