/* What rooms are to the rest of the program. */
#include "rooms/rooms_pages.h"

static const struct menu_entry menu[] = {
    { .order = 46,
      .href = "/admin/rooms",
      .icon = "building",
      .key = "menu.rooms",
      .count = bookings_colliding },
    { 0 },
};

static const struct person_table person_tables[] = {
    { "room_booking", NULL },
    { "room", "a room has a name, and no person" },
    { 0 },
};

const struct feature rooms_feature = {
    .name = "rooms",
    .routes = { room_week_routes, room_routes, room_booking_routes, room_gathering_routes,
                room_feed_routes, room_api_routes },
    .secrets = (const char *const[]){ ROOM_SECRET, NULL },
    .hearings = room_hearings,
    .panels = (const struct panel[]){ { "gathering.side", "rooms", "rooms/panel", room_fill_panel },
                                      { 0 } },
    .menu = menu,
    .privacy = (const struct privacy_line[]){ { PRIVACY_WHAT, "privacy.what_room" },
                                              { PRIVACY_HOW_LONG, "privacy.how_long_room" },
                                              { 0 } },
    .figures = room_figures,
    .person_find = rooms_person_find,
    .person_export = rooms_person_export,
    .person_erase = rooms_person_erase,
    .person_tables = person_tables,
    .checks = room_checks,
    .sweep = rooms_sweep,
};
