/* What this folder is to the rest of the program. A gathering holds no person's data: whom it is
 * about stands in registrations and invitations. */
#include "gatherings/gatherings_routes.h"

static const struct menu_entry menu[] = {
    { 10, "/admin", "home", "menu.home", .phone = true },
    { 20, "/admin/gatherings", "calendar", "menu.gatherings", "menu.gatherings_short",
      .phone = true },
    { 0 },
};

const struct db_topic gathering_topic = { "gathering" };
static const struct db_topic *const spoils_pages[] = { &gathering_topic, NULL };

static const struct person_table person_tables[] = {
    { "gathering", "the address is the place's" },
    { "programme_item", "speakers are made public with the programme" },
    { "gathering_topic", "the name is what a gathering is about" },
    { 0 },
};

const struct feature gatherings_feature = {
    .name = "gatherings",
    .routes = { gathering_public_routes, gathering_embed_routes, gathering_admin_routes,
                gathering_edit_routes, gathering_file_routes, gathering_tell_routes,
                gathering_api_routes },
    .menu = menu,
    .spoils_pages = spoils_pages,
    .figures = gathering_figures,
    .person_tables = person_tables,
};
