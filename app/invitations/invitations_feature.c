/* What invitations are to the rest of the program. */
#include "invitations/invitations.h"

#include "invitations/invitations_mail.h"
#include "invitations/invitations_pages.h"
#include "invitations/invitations_person.h"
#include "invitations/invitations_tell.h"

static const struct personal_kind *const personal[] = { &invitation_personal, NULL };

static const struct task_kind *const task_kinds[] = {
    &invitation_task_send,
    &invitation_task_moved,
    &invitation_task_cancelled,
    NULL,
};

static const struct privacy_line privacy[] = {
    { PRIVACY_WHAT, "privacy.what_invited" },
    { 0 },
};

static const struct person_table person_tables[] = {
    { "invitation", NULL },
    { 0 },
};

const struct feature invitations_feature = {
    .name = "invitations",
    .routes = { invitations_own_routes, invitations_admin_routes, invitations_invite_routes,
                invitations_api_routes },
    .personal = personal,
    .task_kinds = task_kinds,
    .mail_kinds = invitation_mail_kinds,
    .reminder_rules = invitation_reminder_rules,
    .hearings = invitation_hearings,
    .panels = invitations_panels,
    .privacy = privacy,
    .person_find = invitation_person_find,
    .person_export = invitation_person_export,
    .person_erase = invitation_person_erase,
    .person_tables = person_tables,
    .checks = invitation_checks,
};
