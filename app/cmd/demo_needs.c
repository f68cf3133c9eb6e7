#include "cmd/demo_needs.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "gatherings/gatherings.h"
#include "needs/needs.h"

/* theme: of which of those below, from 1; 0 it stands alone. days: how long ago it was said. */
static const struct {
    const char *organisation, *text, *kind, *field, *openness;
    int theme, days;
} said[] = {
    { "Blåfjell Mekaniske", "Sveiserobot til små serier", "need", "production", "members", 1, 70 },
    { "Vik Verft", "Robot som sveiser i trange rom", "need", "production", "closed", 1, 66 },
    { "Ærøy Emballasje", "Robot som stabler paller", "need", "production", "closed", 1, 61 },
    { "Løvtre Trevare", "Vi har ikke jobb nok til en robot alene", "challenge", "production",
      "members", 1, 52 },
    { "Sandane Plast", "Robotcelle vi kan leie noen dager i måneden", "opportunity", "production",
      "closed", 1, 44 },
    { "Steinvik Betong", "Bedre pris på stål", "need", "materials", "closed", 2, 90 },
    { "Førde Rør", "Kjøpe inn stål og rør sammen med andre", "opportunity", "materials", "members",
      2, 88 },
    { "Bakke Energi", "Felles avtale om frakt", "need", "transport", "closed", 2, 84 },
    { "Kvitnes Transport", "Fylle bilen på vei hjem", "need", "transport", "public", 2, 83 },
    { "Brekke Meieri", "Billigere strøm til kjøling", "challenge", "energy", "closed", 2, 80 },
    { "Tallvakt Regnskap", "Slippe å taste inn timer to ganger", "need", "digital", "closed", 0,
      30 },
    { "Åmdal Bygg", "Timer på papir i kranbilen", "challenge", "digital", "closed", 0, 28 },
    { "Nes Havbruk", "Føre timer og ordre bare én gang", "need", "digital", "closed", 0, 21 },
    { "Ørsta Lakkering", "Timer fra verkstedet rett i lønn", "need", "digital", "members", 0, 17 },
    { "Steinvik Betong", "Vi kaster varme nok til å varme opp en skole", "opportunity", "energy",
      "public", 0, 15 },
    { "Havglimt Sjømat", "Finne noen som kan bygge om emballasjen til papir", "need", "materials",
      "closed", 0, 14 },
    { "Strømsund Elektro", "Lærling vi kan dele", "need", "people", "members", 0, 12 },
    { "Kvitnes Transport", "Hjelp til å regne på klimaavtrykk", "need", "energy", "closed", 0, 9 },
    { "Hjelle Hotell", "Gjester utenom sesongen", "challenge", "market", "closed", 0, 7 },
    { "Lia Gartneri", "Sensorar som seier frå når plantene tørstar", "need", "digital", "closed", 0,
      5 },
    { "Innsikt Vest", "Måle strøm og temperatur i sanntid", "offer", "digital", "public", 0, 40 },
    { "Fjordkraft Automasjon", "Låne bort en robot for å prøve", "offer", "production", "public", 0,
      35 },
    { "Blåfjell Mekaniske", "Laserskjæring i stål", "offer", "production", "members", 0, 33 },
    { "Ytre Data", "Koble timer og ordre til lønn og faktura", "offer", "digital", "members", 0,
      25 },
    { "Høgda Fagskule", "Studentar som reknar på klimaavtrykk", "offer", "people", "closed", 0,
      20 },
};
static const char *const theme[] = { "Robot vi kan dele", "Innkjøp sammen" };

/* A meeting that a theme became, which is over, and what came of some of it. */
#define HELD 2 /* of the second theme */
static const char held[] = "Strategisk innkjøp";
static const struct {
    const char *text, *outcome, *note;
} answered[] = {
    { "Bedre pris på stål", "solved", "Vi kjøper sammen med Førde Rør nå." },
    { "Felles avtale om frakt", "going_on", "" },
    { "Fylle bilen på vei hjem", "open", "" },
};

/* Needs beside offers: texts of those above. */
static const struct {
    const char *need, *offer, *reason;
    bool introduced;
    int days;
} matched[] = {
    { "Føre timer og ordre bare én gang", "Koble timer og ordre til lønn og faktura",
      "timer, ordre", true, 12 },
    { "Robotcelle vi kan leie noen dager i måneden", "Låne bort en robot for å prøve", "robot",
      false, 3 },
};

static int64_t
id_of(const char *text, const int64_t *id)
{
    for (size_t i = 0; i < ARRAY_LEN(said); i++)
        if (strcmp(said[i].text, text) == 0)
            return id[i];
    return 0;
}

static enum status
match(struct db_conn *c, const int64_t *id, int64_t now)
{
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && i < ARRAY_LEN(matched); i++)
        rc =
            needs_matched(c, id_of(matched[i].need, id), id_of(matched[i].offer, id),
                          matched[i].reason, matched[i].introduced, now - matched[i].days * MS_DAY);
    return rc;
}

static enum status
gather(struct db_conn *c, int nth, const int64_t *id, int64_t now, int64_t *made)
{
    int64_t in[ARRAY_LEN(said)];
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(said); i++)
        if (said[i].theme == nth)
            in[n++] = id[i];
    return needs_gather(c, theme[nth - 1], in, n, now, made);
}

static enum status
meet(struct db_conn *c, int64_t theme_id, const int64_t *id)
{
    struct arena *a = arena_new(0);
    struct gathering g;
    enum status rc = gathering_by_slug(c, a, text_slug(a, held), &g);

    if (rc == ST_OK)
        rc = needs_meeting(c, theme_id, g.id, g.starts_at - 20 * MS_DAY);
    for (size_t i = 0; rc == ST_OK && i < ARRAY_LEN(answered); i++)
        for (size_t j = 0; rc == ST_OK && j < ARRAY_LEN(said); j++)
            if (strcmp(said[j].text, answered[i].text) == 0)
                rc = needs_meeting_said(c, id[j], g.id, answered[i].outcome, answered[i].note,
                                        g.ends_at + (int64_t)(i + 3) * MS_DAY);
    arena_free(&a);
    return rc;
}

enum status
demo_needs_load(struct db_conn *c, int64_t now)
{
    int64_t id[ARRAY_LEN(said)], made = 0;
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && i < ARRAY_LEN(said); i++) {
        const struct need_said one = { .organisation = said[i].organisation,
                                       .text = said[i].text,
                                       .kind = said[i].kind,
                                       .field = said[i].field,
                                       .openness = said[i].openness,
                                       .lang = "nb",
                                       .source = "example" };

        rc = need_say(c, &one, now - said[i].days * MS_DAY, &id[i]);
    }
    for (int nth = (int)ARRAY_LEN(theme); rc == ST_OK && nth > 0; nth--) {
        rc = gather(c, nth, id, now - 62 * MS_DAY, &made);
        if (rc == ST_OK && nth == HELD)
            rc = meet(c, made, id);
    }
    return rc == ST_OK ? match(c, id, now) : rc;
}
