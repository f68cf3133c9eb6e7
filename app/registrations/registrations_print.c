/*
 * The list of people on paper, to be ticked with a pen at a door without a net: all of them, 40 a
 * sheet, without what the kitchen must know. Made while it is sent, a sheet at a time.
 */
#include "registrations/registrations_people.h"

#include "base/utf8.h"
#include "html/template.h"
#include "registrations/registrations_list.h"

#define SHEET_ROWS 40
#define PIECE ((size_t)64 << 10)

struct print {
    struct gathering g;
    struct registration_found found;
    const char *when, *back;
    size_t at;
};

/* What stands in one line of a row in the usual size, and in two in the small one (tick-list.css).
 */
struct room {
    size_t line, small;
};
static const struct room name_room = { 40, 110 }, organisation_room = { 26, 80 };

/* How many letters wide: those of East Asia are two. */
static size_t
width_of(const char *text)
{
    size_t width = 0;
    uint32_t cp;

    while ((cp = utf8_next(&text)) != 0)
        width += cp >= 0x1100 && cp != UTF8_BAD ? 2 : 1;
    return width;
}

/* The class of what does not; "" for most. */
static const char *
size_of(const struct room *room, const char *text)
{
    size_t chars = width_of(text);

    return chars <= room->line ? "" : chars <= room->small ? "small" : "tiny";
}

static enum status
add_rows(struct request *rq, struct print *p, json_t *rows)
{
    struct arena *a = arena_new(0);
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && i < SHEET_ROWS && p->at < p->found.count; i++) {
        struct registration r;

        rc = registration_by_id(rq_conn(rq), a, p->found.id[p->at++], &r);
        if (rc == ST_NOT_FOUND) { /* erased since it began */
            rc = ST_OK;
            continue;
        }
        if (rc == ST_OK)
            (void)json_array_append_new(
                rows, json_pack("{s:s, s:s, s:s, s:s}", "name", r.name, "organisation",
                                r.organisation, "name_size", size_of(&name_room, r.name),
                                "organisation_size", size_of(&organisation_room, r.organisation)));
    }
    arena_free(&a);
    return rc;
}

static enum status
render(struct request *rq, const char *name, json_t *data, struct buf *out)
{
    enum status rc = template_render(app_templates(rq_app(rq)), name, rq_lang(rq), data, out);

    json_decref(data);
    return rc;
}

static enum status
begin(struct request *rq, struct print *p, struct buf *out)
{
    return render(rq, "registrations/print_begin",
                  json_pack("{s:s, s:s, s:s, s:I, s:b}", "lang", rq_lang(rq), "title", p->g.title,
                            "back", p->back, "count", (json_int_t)p->found.count, "nobody",
                            p->found.count == 0),
                  out);
}

static enum status
sheet(struct request *rq, struct print *p, struct buf *out)
{
    json_t *rows = json_array();
    json_t *data = json_pack(
        "{s:s, s:s, s:s, s:s, s:I, s:I, s:o}", "title", p->g.title, "language", p->g.language,
        "when", p->when, "place", p->g.place, "page", (json_int_t)(p->at / SHEET_ROWS + 1), "pages",
        (json_int_t)((p->found.count + SHEET_ROWS - 1) / SHEET_ROWS), "rows", rows);
    enum status rc = add_rows(rq, p, rows);

    if (rc == ST_OK)
        return render(rq, "registrations/print_sheet", data, out);
    json_decref(data);
    return rc;
}

/* Each row as it is when it is sent. */
static enum status
more(struct request *rq, void *state, struct buf *out, bool *last)
{
    struct print *p = state;
    enum status rc = p->at == 0 ? begin(rq, p, out) : ST_OK;

    while (rc == ST_OK && p->at < p->found.count && out->len < PIECE)
        rc = sheet(rq, p, out);
    *last = p->at == p->found.count;
    return rc == ST_OK && *last ? render(rq, "registrations/print_end", json_object(), out) : rc;
}

enum status
people_print(struct request *rq, struct response *rs)
{
    struct print *p = ARENA_NEW(rq_arena(rq), struct print);
    struct registration_query q;
    enum status rc = gathering_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &p->g);

    p->at = 0;
    if (rc != ST_OK)
        return rc;
    people_query(rq, p->g.id, &q);
    /* Who is to be ticked comes, and is looked for by name. */
    if (q.status[0] == '\0')
        q.status = "confirmed";
    if (q.sort == SORT_CREATED)
        q.sort = SORT_NAME;
    q.after = q.before = 0;
    q.limit = 0;
    p->back = people_path(rq, p->g.id);
    p->when = gathering_moment(rq_arena(rq), &p->g, rq_lang(rq), p->g.starts_at, 0);
    rc = registration_list_find(rq_conn(rq), rq_arena(rq), &q, &p->found);
    return rc == ST_OK ? rs_stream(rs, "text/html; charset=utf-8", NULL, more, p) : rc;
}
