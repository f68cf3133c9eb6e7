#include "html/zone_text.h"

#include <string.h>

#include "base/text.h"
#include "html/lang.h"

/* Where the last part of the zone's name is not what people write (CLDR's exemplar cities); nn NULL
 * as nb, en NULL as the zone's name says. */
static const struct exonym {
    const char *zone, *nb, *nn, *en;
} exonyms[] = {
    { "Africa/Cairo", "Kairo", NULL, NULL },
    { "America/Bogota", "Bogotá", NULL, "Bogotá" },
    { "America/Mexico_City", "Mexico by", NULL, NULL },
    { "America/Sao_Paulo", "São Paulo", NULL, "São Paulo" },
    { "America/St_Johns", "St. John’s", NULL, "St. John’s" },
    { "Asia/Baghdad", "Bagdad", NULL, NULL },
    { "Asia/Hong_Kong", "Hongkong", NULL, NULL },
    { "Asia/Kathmandu", "Katmandu", NULL, NULL },
    { "Asia/Tehran", "Teheran", NULL, NULL },
    { "Atlantic/Azores", "Asorene", "Asorane", NULL },
    { "Atlantic/Canary", "Kanariøyene", "Kanariøyane", "Canary Islands" },
    { "Atlantic/Faroe", "Færøyene", "Færøyane", "Faroe Islands" },
    { "Atlantic/Reykjavik", "Reykjavík", NULL, NULL },
    { "Europe/Athens", "Athen", NULL, NULL },
    { "Europe/Belgrade", "Beograd", NULL, NULL },
    { "Europe/Brussels", "Brussel", NULL, NULL },
    { "Europe/Bucharest", "Bucuresti", NULL, NULL },
    { "Europe/Copenhagen", "København", NULL, NULL },
    { "Europe/Kiev", "Kyiv", NULL, "Kyiv" },
    { "Europe/Lisbon", "Lisboa", NULL, NULL },
    { "Europe/Moscow", "Moskva", NULL, NULL },
    { "Europe/Prague", "Praha", NULL, NULL },
    { "Europe/Rome", "Roma", NULL, NULL },
    { "Europe/Tirane", "Tirana", NULL, "Tirana" },
    { "Europe/Vatican", "Vatikanstaten", NULL, NULL },
    { "Europe/Vienna", "Wien", NULL, NULL },
    { "Europe/Warsaw", "Warszawa", NULL, NULL },
    { "Europe/Zurich", "Zürich", NULL, NULL },
};

static const char *
in_language(const struct exonym *e, const char *lang)
{
    const char *code = lang_norm(lang);

    if (strcmp(code, "en") == 0)
        return e->en;
    return strcmp(code, "nn") == 0 && e->nn != NULL ? e->nn : e->nb;
}

const char *
zone_place(struct arena *a, const char *zone, const char *lang)
{
    const char *last = strrchr(zone, '/'), *known = NULL;
    char *name;

    for (size_t i = 0; i < ARRAY_LEN(exonyms) && known == NULL; i++)
        if (strcmp(exonyms[i].zone, zone) == 0)
            known = in_language(&exonyms[i], lang);
    if (known != NULL)
        return known;
    /* These say how far Greenwich is to the east. */
    if (text_starts(zone, "Etc/GMT+"))
        return arena_printf(a, "UTC−%s", zone + 8);
    if (text_starts(zone, "Etc/GMT-"))
        return arena_printf(a, "UTC+%s", zone + 8);
    name = arena_strdup(a, last != NULL ? last + 1 : zone);
    for (char *p = name; *p != '\0'; p++)
        if (*p == '_')
            *p = ' ';
    return name;
}
