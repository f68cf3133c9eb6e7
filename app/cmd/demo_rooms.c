#include "cmd/demo_rooms.h"

#include "base/clock.h"
#include "database/sql.h"
#include "document/zone.h"
#include "organisations/organisations.h"
#include "rooms/rooms.h"

static const struct room room[] = {
    { .name = "Laben",
      .place = "1. etasje",
      .note = "3D-printere, laserkutter og to loddebord",
      .kind = ROOM_LAB,
      .capacity = 12 },
    { .name = "Storsalen",
      .place = "2. etasje, mot fjorden",
      .note = "Skjerm, lydanlegg og kjøkken",
      .kind = ROOM_INNOVATION,
      .capacity = 80 },
    { .name = "Prosjektrom Kaia",
      .place = "2. etasje",
      .note = "Tavler på to vegger, skjerm",
      .kind = ROOM_PROJECT,
      .capacity = 8 },
};
/* day: from this week's Monday on. */
static const struct {
    int room, day, from, to;
    const char *what, *organisation, *who;
} plan[] = {
    { 0, 0, 9, 12, "Prøvetrykk av festebraketter", "Blåfjell Mekaniske", "Jonas Blåfjell" },
    { 2, 0, 13, 15, "Søknad om forskningsmidler", "Nes Havbruk", "" },
    { 1, 1, 8, 10, "Frokost for nye medlemmer", "", "Åse" },
    { 0, 1, 12, 16, "Sensorer til veksthus", "Lia Gartneri", "" },
    { 2, 2, 9, 11, "Felles innkjøp av stål", "Steinvik Betong", "" },
    { 0, 3, 10, 14, "Opplæring i laserkutter", "", "Åse" },
    { 2, 3, 12, 15, "Lærling vi kan dele", "Strømsund Elektro", "" },
    { 2, 4, 9, 12, "Robotcelle, tredje økt", "Vik Verft", "" },
    { 0, 8, 9, 12, "Prøvetrykk av festebraketter", "Blåfjell Mekaniske", "Jonas Blåfjell" },
    { 2, 9, 9, 11, "Felles innkjøp av stål", "Steinvik Betong", "" },
};

DB_SQL(sql_coming, "SELECT id FROM gathering WHERE status = 'published' AND starts_at > $1"
                   " ORDER BY starts_at, id LIMIT 1");

static enum status
book(struct db_conn *c, struct arena *a, const int64_t *id, size_t i, int64_t monday, int64_t now)
{
    int64_t day = zone_day_start(ZONE_DEFAULT, monday, plan[i].day);
    struct booking taken, b = { .room_id = id[plan[i].room],
                                .what = plan[i].what,
                                .who = plan[i].who,
                                .email = "",
                                .from = day + plan[i].from * MS_HOUR,
                                .to = day + plan[i].to * MS_HOUR };
    enum status rc = ST_OK;

    if (plan[i].organisation[0] != '\0')
        rc = organisation_ensure(c, plan[i].organisation, NULL, NULL, now, &b.organisation_id);
    return rc == ST_OK ? room_book(c, a, &b, now, &taken) : rc;
}

/* The next gathering has the largest room; what would stand there then gives way. */
static enum status
gathers(struct db_conn *c, struct arena *a, int64_t room_id, int64_t now)
{
    struct booking taken,
        b = { .room_id = room_id, .what = "", .who = "", .email = "", .before = 60, .after = 30 };
    enum status rc = db_get(c, NULL, &sql_coming, R(&b.gathering_id), V(now));

    if (rc == ST_OK)
        rc = room_book(c, a, &b, now, &taken);
    return rc == ST_NOT_FOUND || rc == ST_CONFLICT ? ST_OK : rc;
}

enum status
demo_rooms_load(struct db_conn *c, int64_t now)
{
    struct arena *a = arena_new(0);
    int64_t id[ARRAY_LEN(room)], monday;
    struct civil today;
    enum status rc = ST_OK;

    zone_local(ZONE_DEFAULT, now, &today, NULL);
    monday = zone_day_start(ZONE_DEFAULT, now, -((today.weekday + 6) % 7));
    for (size_t i = 0; rc == ST_OK && i < ARRAY_LEN(room); i++)
        rc = room_add(c, a, &room[i], &id[i]);
    if (rc == ST_OK)
        rc = gathers(c, a, id[1], now);
    for (size_t i = 0; rc == ST_OK && i < ARRAY_LEN(plan); i++) {
        rc = book(c, a, id, i, monday, now);
        rc = rc == ST_CONFLICT ? ST_OK : rc;
    }
    arena_free(&a);
    return rc;
}
