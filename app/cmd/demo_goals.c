#include "cmd/demo_goals.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "cmd/demo_data.h"
#include "goals/goals.h"

/* years: from this one's first day, to the last one of so many years on. */
static const struct {
    const char *title, *why, *unit, *figure, *openness;
    int target, years;
    bool yearly;
    struct {
        int days, value; /* how long ago, and what it was */
        const char *note;
    } measured[3];
} goal[] = {
    { "Minst én ny bedrift i året",
      "Det som begynner hos oss, skal bli arbeidsplasser her.",
      "nye bedrifter",
      NULL,
      "public",
      1,
      2,
      true,
      { { 30, 1, "Sensorene fra Lia Gartneri er blitt et eget selskap." } } },
    { "30 bedrifter på samlingene i år",
      "Jo flere bransjer, jo flere fellesnevnere.",
      "bedrifter",
      "companies",
      "public",
      30,
      0,
      true,
      { { 0 } } },
    { "Fem felles prosjekter",
      "Tillit bygges av å gjøre noe sammen.",
      "prosjekter",
      NULL,
      "members",
      5,
      1,
      false,
      { { 200, 1, "Robotcellen" }, { 120, 2, "Innkjøp av stål" }, { 20, 3, "Frakt sammen" } } },
    { "Åtte millioner til forskning",
      "Mer av det som skjer, skal synes i regnskapet.",
      "millioner kroner",
      NULL,
      "closed",
      8,
      2,
      false,
      { { 150, 1, "" }, { 60, 2, "Nes Havbruk" } } },
};

static const char *
day(char out[32], int64_t at)
{
    struct civil c;

    clock_to_civil(at, &c);
    (void)snprintf(out, 32, "%04d-%02d-%02d", c.year, c.month, c.day);
    return out;
}

static enum status
measure(struct db_conn *c, size_t i, int64_t id, const char *from, int64_t now)
{
    enum status rc = ST_OK;
    char on[32];

    for (size_t j = 0; rc == ST_OK && j < ARRAY_LEN(goal[i].measured); j++)
        if (goal[i].measured[j].note != NULL &&
            strcmp(day(on, now - goal[i].measured[j].days * MS_DAY), from) >= 0)
            rc = goals_measure(c, id, on, goal[i].measured[j].value * 100, goal[i].measured[j].note,
                               now);
    return rc;
}

enum status
demo_goals_load(struct db_conn *c, int64_t now)
{
    struct civil today;
    enum status rc = ST_OK;

    clock_to_civil(now, &today);
    for (size_t i = 0; rc == ST_OK && i < ARRAY_LEN(goal); i++) {
        char from[32], by[32];
        int64_t id = 0;
        const struct goal_new g = { .title = goal[i].title,
                                    .why = goal[i].why,
                                    .unit = goal[i].unit,
                                    .figure = goal[i].figure,
                                    .openness = goal[i].openness,
                                    .owner_email = DEMO_EMAIL,
                                    .target = goal[i].target * 100,
                                    .from_day = from,
                                    .by_day = by,
                                    .yearly = goal[i].yearly };

        (void)snprintf(from, sizeof from, "%04d-01-01", today.year);
        (void)snprintf(by, sizeof by, "%04d-12-31", today.year + goal[i].years);
        rc = goals_make(c, &g, now, &id);
        if (rc == ST_OK)
            rc = measure(c, i, id, from, now);
    }
    return rc;
}
