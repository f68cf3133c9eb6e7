/* What this folder is to the rest of the program. */
#include "members/members.h"

#include "members/members_pages.h"
#include "members/members_signin.h"
#include "organisations/organisations.h"

static const struct hearing hearings[] = {
    { &organisation_event_merged, members_hear_merged },
    { 0 },
};
static const struct panel panels[] = {
    { "organisation.page", "expectation", "members/panel_expectation", members_fill_expectation },
    { "organisation.side", "representatives", "members/panel_representatives",
      members_fill_representatives },
    { "contact.page", "speaks_for", "members/panel_contact", members_fill_contact },
    { "directory.page", "expectations", "members/panel_directory", members_fill_directory },
    { 0 },
};
static const struct privacy_line privacy[] = {
    { PRIVACY_WHAT, "privacy.what_member" },
    { PRIVACY_HOW_LONG, "privacy.long_member" },
    { 0 },
};
static const struct person_table person_tables[] = {
    { "representative", NULL },
    { "expectation", NULL },
    { 0 },
};

const struct feature members_feature = {
    .name = "members",
    .routes = { members_signin_routes, members_routes, members_admin_routes, members_shared_routes,
                members_api_routes },
    .personal = (const struct personal_kind *const[]){ &member_personal, NULL },
    .mail_kinds = (const struct mail_kind *const[]){ &member_mail_signin, NULL },
    .hearings = hearings,
    .panels = panels,
    .privacy = privacy,
    .person_find = members_person_find,
    .person_export = members_person_export,
    .person_erase = members_person_erase,
    .person_tables = person_tables,
};
