#include "cmd/demo_services.h"

#include <stdio.h>

#include "base/clock.h"
#include "services/services.h"

static const struct service_offer offer[] = {
    { "Prosessledelse", "process", "Vi leder møtene når flere bedrifter skal få noe til sammen.",
      1200 },
    { "Opplæring", "training", "Kurs hos dere eller i laben, for noen få eller for alle.", 950 },
    { "Rådgivning", "advice", "Et par timer med noen som har gjort det før.", 1100 },
    { "Innkjøp sammen", "sourcing", "Vi spør leverandørene for flere på én gang.", 950 },
    { "Markedsundersøkelse", "market", "Hvem kjøper, hva betaler de, og hvem leverer i dag?",
      1100 },
    { "Strategi og søknader", "strategy", "Fra idé til søknad om midler.", 1200 },
};
/* days: how long ago it was asked for; done: how long ago it was delivered; next: days until it is
 * looked at again. */
static const struct {
    int offer;
    const char *organisation, *email, *text, *state, *answer;
    int days, done, next, hours;
    bool free;
} asked[] = {
    { 0, "Blåfjell Mekaniske", "ingrid@blafjell.example",
      "Lede arbeidet med en robotcelle som vi kan dele.", "done",
      "Vi har ledet fire møter, og planen er klar.", 190, 120, 0, 26, true },
    { 4, "Lia Gartneri", NULL, "Finnes det kjøpere til urter hele året?", "done",
      "Rapporten ligger hos dere. Tre hoteller vil ha prøver.", 150, 90, 0, 18, true },
    { 1, "Ærøy Emballasje", NULL, "Kurs i 3D-tegning for tre ansatte.", "done", "Kurset er holdt.",
      100, 60, 0, 8, false },
    { 5, "Nes Havbruk", "kari@neshavbruk.example", "Søknad om midler til forskning på fôr.",
      "going_on", "Vi skriver utkastet sammen med dere.", 40, 0, -2, 0, true },
    { 3, "Steinvik Betong", NULL, "Felles tilbud på frakt av stål.", "agreed",
      "Vi spør tre transportører i neste uke.", 21, 0, 9, 0, true },
    { 2, "Hjelle Hotell", "jorn@hjelle.example", "Hvordan fyller vi huset utenom sesongen?",
      "asked", NULL, 4, 0, 0, 0, false },
    { 5, "Åmdal Bygg", "hanne@amdalbygg.example",
      "Vi trenger en plan for å slippe papir i kranbilen.", "asked", NULL, 1, 0, 0, 0, false },
};

static const char *
day(char *out, size_t size, int64_t at)
{
    struct civil c;

    clock_to_civil(at, &c);
    (void)snprintf(out, size, "%04d-%02d-%02d", c.year, c.month, c.day);
    return out;
}

enum status
demo_services_load(struct db_conn *c, int64_t now)
{
    int64_t id[ARRAY_LEN(offer)], made;
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && i < ARRAY_LEN(offer); i++)
        rc = services_offer(c, &offer[i], &id[i]);
    for (size_t i = 0; rc == ST_OK && i < ARRAY_LEN(asked); i++) {
        char next[32];
        const struct service_asked one = {
            .service_id = id[asked[i].offer],
            .organisation = asked[i].organisation,
            .email = asked[i].email,
            .text = asked[i].text,
            .state = asked[i].state,
            .answer = asked[i].answer,
            .follow_up =
                asked[i].next != 0 ? day(next, sizeof next, now + asked[i].next * MS_DAY) : "",
            .minutes = asked[i].hours * 60,
            .value = asked[i].hours * offer[asked[i].offer].rate,
            .free = asked[i].free,
            .done_at = asked[i].done != 0 ? now - asked[i].done * MS_DAY : 0,
        };

        rc = services_ask(c, &one, now - asked[i].days * MS_DAY, &made);
    }
    return rc;
}
