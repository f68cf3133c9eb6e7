/* A gathering as a file: what another hub needs to hold it too, and nobody's name but the
 * programme's. Read again it fills in the form for a new one; when it is held is left to be said.
 * What features to the right have in it goes through that form as it was read.
 */
#include "base/memory.h"
#include "base/text.h"
#include "document/zone.h"
#include "gatherings/gatherings_input.h"
#include "gatherings/gatherings_routes.h"
#include "gatherings/gatherings_topics.h"
#include "gatherings/gatherings_view.h"

#define FORMAT "samling_gathering"
#define VERSION 1
#define FILE_CHARS 100000
#define BODY_MAX (FILE_CHARS * 6)

/* ── Out ── */

static enum status
file_download(struct request *rq, struct response *rs)
{
    /* Of what programs see, what is not this hub's own. */
    static const char *const own[] = {
        "id",      "project",  "slug",       "status",     "deadline",     "seats_taken",
        "waiting", "admitted", "created_at", "changed_at", "published_at", "cancelled_at"
    };
    struct gathering g;
    struct buf b;
    json_t *o;
    char *text;
    enum status rc = gathering_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &g);

    if (rc != ST_OK)
        return rc;
    o = gathering_view(rq_conn(rq), rq_arena(rq), &g);
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        (void)json_object_del(o, own[i]);
    (void)json_object_set_new(o, FORMAT, json_integer(VERSION));
    rc = file_parts_give(rq, GATHERING_FILE, g.id, o);
    if (rc != ST_OK) {
        json_decref(o);
        return rc;
    }
    text = json_dumps(o, JSON_INDENT(2) | JSON_SORT_KEYS);
    json_decref(o);
    if (text == NULL)
        return ST_NOMEM;
    buf_init(&b, 0);
    buf_adds(&b, text);
    mem_free(text);
    buf_adds(&b, "\n");
    return rs_bytes(rs, 200, "application/json", &b,
                    arena_printf(rq_arena(rq), "%s.samling.json", g.slug));
}

/* ── In ── */

/* What a file says. */
struct import {
    struct gathering_input gathering;
    const char *parts;
};

/* What cannot be read is said at the one field there is, by the name it has in the file. */
static void
wrong_member(struct request *rq, const char *name)
{
    json_t *values = json_pack("{ss}", "member", name);

    rq_error_as(rq, "file", "member", rq_tr_format(rq, "error.file.member", values));
    json_decref(values);
}

/* A text of it; what is not there is "". */
static const char *
text_of(struct request *rq, const json_t *o, const char *name, bool one_line, size_t max)
{
    const json_t *v = json_object_get(o, name);
    const char *s = "";

    if (v == NULL || json_is_null(v))
        return s;
    if (json_is_string(v) && text_utf8_ok(json_string_value(v), json_string_length(v)))
        s = text_clean(rq_arena(rq), json_string_value(v), one_line);
    if (!json_is_string(v) || text_length(s) > max)
        wrong_member(rq, name);
    return s;
}

static bool
flag_of(struct request *rq, const json_t *o, const char *name)
{
    const json_t *v = json_object_get(o, name);

    if (v != NULL && !json_is_boolean(v))
        wrong_member(rq, name);
    return v == NULL || json_is_true(v);
}

/* 0: it is not there, or wrong (then said). */
static int64_t
moment_of(struct request *rq, const json_t *o, const char *name, const char *zone)
{
    const char *text = text_of(rq, o, name, true, 40);
    int64_t ms = 0;

    if (text[0] != '\0' && gathering_read_time(text, zone, &ms) != NULL) {
        wrong_member(rq, name);
        return 0;
    }
    return ms;
}

static void
read_programme(struct request *rq, const json_t *o, struct gathering_input *in)
{
    const json_t *list = json_object_get(o, "programme"), *item;
    size_t i;

    if (list != NULL && (!json_is_array(list) || json_array_size(list) > PROGRAMME_MAX)) {
        wrong_member(rq, "programme");
        return;
    }
    json_array_foreach((json_t *)(uintptr_t)list, i, item)
    {
        in->row[i].starts = text_of(rq, item, "starts", true, 5);
        in->row[i].title = text_of(rq, item, "title", true, PROGRAMME_TITLE_MAX);
        in->row[i].speaker = text_of(rq, item, "speaker", true, PROGRAMME_TITLE_MAX);
        in->rows++;
    }
}

#define READ_TEXT(name, kind, max, ...)                                                            \
    in->g.name = text_of(rq, o, #name, (kind) == FIELD_LINE, max);

static void
read_members(struct request *rq, const json_t *o, struct gathering_input *in)
{
    const json_t *capacity = json_object_get(o, "capacity");
    struct gathering *g = &in->g;
    int64_t end;

    GATHERING_TEXTS(READ_TEXT)
    if (g->title[0] == '\0')
        wrong_member(rq, "title");
    g->kind = text_of(rq, o, "kind", true, 10);
    g->language = text_of(rq, o, "language", true, 2);
    g->timezone = text_of(rq, o, "timezone", true, 64);
    if (!zone_known(g->timezone))
        g->timezone = ZONE_DEFAULT;
    g->starts_at = moment_of(rq, o, "starts_at", g->timezone);
    end = moment_of(rq, o, "ends_at", g->timezone);
    g->open_end = end <= g->starts_at;
    g->ends_at = g->open_end ? g->starts_at + GATHERING_DEFAULT_LENGTH : end;
    g->capacity = json_is_integer(capacity) && json_integer_value(capacity) >= 0 &&
                          json_integer_value(capacity) <= 100000
                      ? json_integer_value(capacity)
                      : -1;
    g->ask_wish = flag_of(rq, o, "ask_wish");
    g->ask_requirements = flag_of(rq, o, "ask_requirements");
    read_programme(rq, o, in);
}

/* ── What comes with it ── */

/* In the arena; "" of nothing. */
static const char *
parts_text(struct request *rq, json_t *parts)
{
    char *text = json_object_size(parts) > 0 ? json_dumps(parts, JSON_COMPACT) : NULL;
    const char *kept = text != NULL ? arena_strdup(rq_arena(rq), text) : "";

    mem_free(text);
    return kept;
}

enum status
gathering_parts_copy(struct request *rq, int64_t id, const char **out)
{
    json_t *parts = json_object();
    enum status rc = file_parts_give(rq, GATHERING_FILE, id, parts);

    *out = rc == ST_OK ? parts_text(rq, parts) : "";
    json_decref(parts);
    return rc;
}

json_t *
gathering_parts_said(struct request *rq, const char *text)
{
    json_t *o = json_loads(text, JSON_REJECT_DUPLICATES, NULL), *said = json_array();
    const char *wrong;

    json_decref(file_parts_look(rq, GATHERING_FILE, o, said, &wrong));
    json_decref(o);
    return said;
}

enum status
gathering_parts_take(struct work *w, int64_t id, const char *text)
{
    json_t *o = json_loads(text, JSON_REJECT_DUPLICATES, NULL), *said = json_array(), *right;
    const char *wrong;
    enum status rc;

    right = file_parts_look(w->rq, GATHERING_FILE, o, said, &wrong);
    rc = file_parts_take(w, GATHERING_FILE, id, right);
    json_decref(right);
    json_decref(said);
    json_decref(o);
    return rc;
}

static void
read_parts(struct request *rq, const json_t *o, struct import *in)
{
    json_t *said = json_array();
    const char *wrong;
    json_t *parts = file_parts_look(rq, GATHERING_FILE, o, said, &wrong);

    if (wrong != NULL)
        wrong_member(rq, wrong);
    in->parts = parts_text(rq, parts);
    if (text_length(in->parts) > GATHERING_PARTS_MAX) /* more than the form can carry */
        rq_error(rq, "file", "format");
    json_decref(parts);
    json_decref(said);
}

/* ── The page ── */

static enum status
import_check(struct request *rq)
{
    struct import *in = ARENA_NEW(rq_arena(rq), struct import);
    const char *text = rq_text(rq, "file");
    json_t *o = rq_wrong(rq, "file") ? NULL : json_loads(text, JSON_REJECT_DUPLICATES, NULL);

    if (text[0] == '\0')
        rq_error(rq, "file", "required");
    else if (!rq_wrong(rq, "file") &&
             (!json_is_object(o) || json_integer_value(json_object_get(o, FORMAT)) != VERSION))
        rq_error(rq, "file", "format");
    else if (o != NULL) {
        read_members(rq, o, &in->gathering);
        read_parts(rq, o, in);
    }
    json_decref(o);
    rq_leave(rq, in);
    return ST_OK;
}

/* Nothing is written before the form that follows is sent. */
static enum status
import_work(struct work *w)
{
    (void)w;
    return ST_OK;
}

static enum status
import_answer(struct request *rq, const struct work *w, struct response *rs)
{
    const struct import *in = rq_left(rq);

    (void)w;
    return gathering_new_form(rq, rs, &in->gathering.g, in->gathering.row, in->gathering.rows,
                              in->parts);
}

static enum status
import_render(struct request *rq, struct response *rs, int http, json_t *form)
{
    rs_script(rs, "gathering-import.js");
    return rs_page(rs, http, "gatherings/import", rq_tr(rq, "gathering.import"), form);
}

static enum status
import_page(struct request *rq, struct response *rs)
{
    return import_render(rq, rs, 200, json_object());
}

static enum status
import_form(struct request *rq, struct response *rs)
{
    return import_render(rq, rs, 422, rq_form_view(rq));
}

static const struct field import_fields[] = {
    { "file", FIELD_TEXT, 0, FILE_CHARS },
    { 0 },
};

const struct route gathering_file_routes[] = {
    { HTTP_GET, "/admin/gatherings/{id}/file", ALLOW_ORGANISER, RT_READ, .read = file_download },
    { HTTP_GET, "/admin/gatherings/import", ALLOW_ORGANISER, RT_READ, .read = import_page },
    { HTTP_POST, "/admin/gatherings/import", ALLOW_ORGANISER, RT_WRITE, BODY_MAX,
      .fields = import_fields, .check = import_check, .work = import_work, .answer = import_answer,
      .form = import_form },
    { 0 },
};
