/*
 * How often somebody from an organisation has come, on its page: of the last gatherings that were
 * held, and when it was seen last. From it is who registered with its name, one it had, or as a
 * contact of it; came is who was let in, or where no door was kept who had a seat.
 */
#include "database/sql.h"
#include "gatherings/gatherings.h"
#include "html/translate.h"
#include "registrations/registrations_pages.h"

#define LAST 9

DB_SQL(sql_last, "SELECT id, title, language, starts_at, attended FROM gathering"
                 " WHERE status = 'published' AND ends_at < $1"
                 " ORDER BY starts_at DESC, id DESC LIMIT $2");
#define CAME                                                                                       \
    " AND r.status = 'confirmed' AND (CAST($3 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM ticket t"    \
    " WHERE t.registration_id = r.id AND t.cancelled_at IS NULL AND t.admitted_at IS NOT NULL))"
DB_SQL(sql_came,
       "SELECT COUNT(*) FROM ("
       "SELECT r.id FROM registration r WHERE r.gathering_id = $2 AND r.organisation_key <> ''"
       " AND r.organisation_key IN (SELECT sort_key FROM organisation WHERE id = $1"
       " UNION SELECT sort_key FROM organisation_alias WHERE organisation_id = $1)" CAME
       " UNION SELECT r.id FROM contact k JOIN registration r ON r.contact_id = k.id"
       " WHERE k.organisation_id = $1 AND r.gathering_id = $2" CAME ") came");

struct held {
    int64_t id, starts_at, attended;
    const char *title, *language;
};

static enum status
read_held(struct request *rq, struct held *held, size_t *n)
{
    struct db_rows rows;
    struct held g;

    *n = 0;
    db_each(&rows, rq_conn(rq), rq_arena(rq), &sql_last, V(rq_now(rq)), V(LAST));
    while (db_take(&rows, R(&g.id), R(&g.title), R(&g.language), R(&g.starts_at), R(&g.attended)))
        held[(*n)++] = g;
    return db_done(&rows, ST_OK);
}

enum status
registration_fill_attendance(struct request *rq, int64_t organisation, json_t *panels)
{
    struct held held[LAST];
    json_t *list = json_array(), *panel;
    int64_t last = 0, count = 0;
    size_t n = 0;
    enum status rc = read_held(rq, held, &n);

    for (size_t i = 0; rc == ST_OK && i < n; i++) {
        rc = db_get(rq_conn(rq), NULL, &sql_came, R(&count), V(organisation), V(held[i].id),
                    V(held[i].attended));
        if (rc != ST_OK || count == 0)
            continue;
        last = last == 0 ? held[i].starts_at : last;
        (void)json_array_append_new(
            list, json_pack("{s:I, s:I, s:s, s:s, s:I}", "id", (json_int_t)held[i].id, "at",
                            (json_int_t)held[i].starts_at, "title", held[i].title, "language",
                            held[i].language, "count", (json_int_t)count));
    }
    if (rc != ST_OK || n == 0) {
        json_decref(list);
        return rc;
    }
    panel =
        json_pack("{s:I, s:I}", "came", (json_int_t)json_array_size(list), "count", (json_int_t)n);
    (void)json_object_set_new(panel, "gatherings", list);
    if (last != 0)
        (void)json_object_set_new(panel, "when", json_string(gathering_when(rq, last)));
    (void)json_object_set_new(panels, "attendance", panel);
    return ST_OK;
}

/* The same gatherings, as what has happened. */
enum status
registration_happened(struct request *rq, int64_t organisation, const json_t *panels,
                      struct happenings *h)
{
    const json_t *list = json_object_get(json_object_get(panels, "attendance"), "gatherings"), *g;
    struct arena *a = rq_arena(rq);
    size_t i;

    (void)organisation;
    json_array_foreach(list, i, g)
    {
        happened_add(h, json_integer_value(json_object_get(g, "at")),
                     json_string_value(json_object_get(g, "title")),
                     tr_format_n(a, app_translations(rq_app(rq)), rq_lang(rq), "organisation.came",
                                 json_integer_value(json_object_get(g, "count")), NULL),
                     arena_printf(a, "/admin/gatherings/%lld",
                                  (long long)json_integer_value(json_object_get(g, "id"))),
                     json_string_value(json_object_get(g, "language")));
    }
    return ST_OK;
}
