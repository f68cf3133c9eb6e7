/* An organisation as pages show it. */
#include <string.h>

#include "base/text.h"
#include "html/date_text.h"
#include "organisations/organisations_store.h"

static const char *
number_text(struct arena *a, const char *number)
{
    return strlen(number) == 9 ? arena_printf(a, "%.3s %.3s %s", number, number + 3, number + 6)
                               : number;
}

/* Without what every address has. */
static const char *
website_text(struct arena *a, const char *website)
{
    const char *rest = strstr(website, "://");
    char *out;

    rest = rest != NULL ? rest + 3 : website;
    out = arena_strdup(a, text_starts(rest, "www.") ? rest + 4 : rest);
    if (out[0] != '\0' && text_ends(out, "/"))
        out[strlen(out) - 1] = '\0';
    return out;
}

/* "2026-01-31" as a date in words; "" for none. */
static const char *
day_text(struct request *rq, const char *day)
{
    struct civil c;
    int64_t ms;
    bool offset;
    int minutes;

    if (strlen(day) != 10 ||
        !clock_parse(arena_printf(rq_arena(rq), "%sT00:00", day), &ms, &offset, &minutes))
        return "";
    clock_to_civil(ms, &c);
    return date_long(rq_arena(rq), rq_lang(rq), &c, DATE_NODAY | DATE_YEAR | DATE_MID);
}

static json_t *
tags_view(struct request *rq, struct db_conn *c, int64_t id, json_t *list)
{
    const char **tags;
    size_t n;

    if (organisation_tags(c, rq_arena(rq), id, &tags, &n) != ST_OK)
        return NULL;
    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(list, json_string(tags[i]));
    return list;
}

json_t *
organisation_view(struct request *rq, struct db_conn *c, const struct organisation *o)
{
    struct arena *a = rq_arena(rq);
    json_t *tags = json_array(), *v;

    if (tags_view(rq, c, o->id, tags) == NULL) {
        json_decref(tags);
        return NULL;
    }
    v = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:o, s:b}", "id",
                  o->id, "href", arena_printf(a, "/admin/organisations/%lld", (long long)o->id),
                  "name", o->name, "role", o->role, "role_label",
                  organisation_role_label(rq, o->role), "trade", o->trade, "number", o->number,
                  "number_text", number_text(a, o->number), "website", o->website, "website_text",
                  website_text(a, o->website), "description", o->description, "in_directory",
                  o->in_directory, "tags", tags, "has_size", o->size >= 0);
    (void)json_object_set_new(v, "any_tags", json_boolean(json_array_size(tags) > 0));
    if (o->size >= 0)
        (void)json_object_set_new(v, "size", json_integer(o->size));
    if (o->member_from[0] != '\0')
        (void)json_object_set_new(v, "since", json_string(arena_strndup(a, o->member_from, 4)));
    (void)json_object_set_new(v, "from_text", json_string(day_text(rq, o->member_from)));
    (void)json_object_set_new(v, "until_text", json_string(day_text(rq, o->member_until)));
    return v;
}
