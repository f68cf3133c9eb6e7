#include "cmd/demo_members.h"

#include <string.h>

#include "contacts/contacts.h"
#include "members/members.h"
#include "organisations/organisations.h"

static const struct {
    const char *name;
    int64_t size;
    const char *from, *until, *website, *tags, *description;
    bool shown;
} firm[] = {
    { "Blåfjell Mekaniske", 24, "2024-03-01", "", "https://blafjell.example",
      "stål, sveising, robot",
      "Vi bøyer, sveiser og maskinerer i stål og rustfritt, mest i små serier.", true },
    { "Havglimt Sjømat", 38, "2023-01-01", "", "https://havglimt.example", "sjømat, eksport",
      "Hvitfisk fra egne båter, pakket samme dag.", true },
    { "Bakke Energi", 12, "2023-06-15", "", "https://bakkeenergi.example", "strøm, måling",
      "Vi eier småkraftverk og hjelper bedrifter å bruke mindre strøm.", true },
    { "Ærøy Emballasje", 19, "2024-01-01", "", "https://aeroy.example", "emballasje, eksport", "",
      false },
    { "Steinvik Betong", 31, "2022-09-01", "", "", "betong", "", false },
    { "Vik Verft", 64, "2022-09-01", "", "https://vikverft.example", "sveising, verft",
      "Reparasjon og ombygging av fiskebåter og ferjer.", true },
    { "Nes Havbruk", 15, "2025-02-01", "", "https://neshavbruk.example", "oppdrett, sensor", "",
      false },
    { "Strømsund Elektro", 22, "2023-01-01", "", "https://stromsund.example", "sensor, automasjon",
      "Elektrikere som også programmerer styringene.", true },
    { "Sandane Plast", 9, "2021-01-01", "2025-12-31", "", "plast", "", false },
    { "Nordlys Design", 4, "2025-08-01", "", "https://nordlysdesign.example", "design", "", false },
};

/* by: whose address said it; "" is the organiser's word. */
static const struct {
    const char *name, *expects, *brings, *openness, *by;
} said[] = {
    { "Blåfjell Mekaniske", "Treffe kunder utenfor kommunen og slippe å finne opp alt selv.",
      "40 timer egeninnsats i år og ett temamøte hos oss.", "members", "ingrid@blafjell.example" },
    { "Havglimt Sjømat", "Noen å dele utstyr til sortering med, og folk som kan kamera.",
      "Vi viser fram linja vår til dem som vil lære.", "closed", "marius@havglimt.example" },
    { "Vik Verft", "Underleverandører i nærheten som holder tidsfristene.",
      "Plass i hallen til utprøving, to dager i måneden.", "public", "" },
    { "Bakke Energi", "Flere bedrifter som vil måle strømmen sin sammen.",
      "Måleutstyr til låns og hjelp til å lese tallene.", "members", "" },
    { "Strømsund Elektro", "Kurs for lærlingene, helst sammen med andre.", "", "closed", "" },
};
static const char *const speakers[] = {
    "ingrid@blafjell.example",       "marius@havglimt.example",        "kari@neshavbruk.example",
    "ragnhild@sandaneplast.example", "sigrid@fjordautomasjon.example", "pal@ytredata.example",
    "jorn@hjelle.example",           "hanne@amdalbygg.example",
};

/* "a, b": as the form takes it, each by itself. */
static const char *const *
tags_of(struct arena *a, const char *text)
{
    const char **out = ARENA_ARRAY(a, const char *, ORGANISATION_TAGS + 1);
    size_t n = 0;

    while (*text != '\0' && n < ORGANISATION_TAGS) {
        size_t len = strcspn(text, ",");

        out[n++] = arena_strndup(a, text, len);
        text += len;
        text += strspn(text, ", ");
    }
    return out;
}

static enum status
firms(struct db_conn *c, struct arena *a, int64_t now)
{
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && i < ARRAY_LEN(firm); i++) {
        const struct organisation_change ch = { .size = &firm[i].size,
                                                .member_from = firm[i].from,
                                                .member_until = firm[i].until,
                                                .website = firm[i].website,
                                                .description = firm[i].description,
                                                .in_directory = &firm[i].shown,
                                                .tags = tags_of(a, firm[i].tags) };
        const char *field;
        int64_t id = 0;

        rc = organisation_ensure(c, firm[i].name, NULL, NULL, now, &id);
        if (rc == ST_OK)
            rc = organisation_change(c, a, id, &ch, now, &field);
    }
    return rc;
}

/* Whoever has the address speaks for where it is from. */
static enum status
speaker(struct db_conn *c, struct arena *a, const char *email, int64_t now)
{
    struct contact k;
    int64_t organisation = 0, id = 0;
    enum status rc = contact_of_person(c, a, email, "", &k);

    if (rc == ST_OK)
        rc = organisation_ensure(c, k.organisation, NULL, NULL, now, &organisation);
    return rc == ST_OK ? representative_add(c, a, organisation, k.id, now - 90 * MS_DAY, &id) : rc;
}

static enum status
says(struct db_conn *c, struct arena *a, size_t i, int64_t now)
{
    struct expectation e = { .expects = said[i].expects,
                             .brings = said[i].brings,
                             .openness = said[i].openness,
                             .source = said[i].by[0] != '\0' ? "member" : "organiser",
                             .said_at = now - (int64_t)(7 + 9 * i) * MS_DAY };
    struct contact k = { .id = 0 };
    enum status rc = organisation_ensure(c, said[i].name, NULL, NULL, now, &e.organisation_id);

    if (rc == ST_OK && said[i].by[0] != '\0')
        rc = contact_of_person(c, a, said[i].by, "", &k);
    e.contact_id = k.id;
    return rc == ST_OK ? expectation_say(c, &e) : rc;
}

enum status
demo_members_load(struct db_conn *c, int64_t now)
{
    struct arena *a = arena_new(0);
    enum status rc = firms(c, a, now);

    for (size_t i = 0; rc == ST_OK && i < ARRAY_LEN(speakers); i++)
        rc = speaker(c, a, speakers[i], now);
    for (size_t i = 0; rc == ST_OK && i < ARRAY_LEN(said); i++)
        rc = says(c, a, i, now);
    arena_free(&a);
    return rc;
}
