#include "gatherings/gatherings_input.h"

#include "base/text.h"
#include "document/zone.h"
#include "gatherings/gatherings_topics.h"

#define ZONE_MAX 64

#define CREATE_FIELD(name, kind, max, needed, ...)                                                 \
    { #name, kind, needed ? FIELD_REQUIRED : 0, max },
#define TEXT_FIELD(name, kind, max, ...) { #name, kind, 0, max },
#define TEXT_LIMIT(name, kind, max, ...) KIND_##name = kind, MAX_##name = max,
#define FORM_TEXT(name)                                                                            \
    {                                                                                              \
#name, (enum field_kind)KIND_##name, 0, MAX_##name                                         \
    }

#define OTHER_FIELDS                                                                               \
    { "ends_at", FIELD_DATETIME, FIELD_NULLABLE, 40 }, { "timezone", FIELD_LINE, 0, ZONE_MAX },    \
        { "capacity", FIELD_INT, FIELD_NULLABLE, 100000 },                                         \
        { "deadline", FIELD_DATETIME, FIELD_NULLABLE, 40 }, { "language", FIELD_LANG, 0, 2 },      \
        { "kind", FIELD_LINE, 0, 10 }, { "programme", FIELD_JSON, FIELD_NULLABLE, 0 },             \
        { "ask_wish", FIELD_BOOL, 0, 0 },                                                          \
    {                                                                                              \
        "ask_requirements", FIELD_BOOL, 0, 0                                                       \
    }

/* clang-format off */
const struct field gathering_api_fields[] = {
    GATHERING_TEXTS(CREATE_FIELD)
    { "starts_at", FIELD_DATETIME, FIELD_REQUIRED, 40 },
    OTHER_FIELDS,
    { 0 },
};

const struct field gathering_patch_fields[] = {
    GATHERING_TEXTS(TEXT_FIELD)
    { "starts_at", FIELD_DATETIME, 0, 40 },
    OTHER_FIELDS,
    { "notify", FIELD_BOOL, 0, 0 },
    { "message", FIELD_TEXT, 0, 2000 },
    { 0 },
};

enum { GATHERING_TEXTS(TEXT_LIMIT) };

/* In the order of the page. Nothing is FIELD_REQUIRED here: "add a row" sends an unfinished form. */
const struct field gathering_form_fields[] = {
    FORM_TEXT(title),
    { "date", FIELD_DATE, 0, 10 },
    { "from", FIELD_TIME, 0, 5 },
    { "to", FIELD_TIME, 0, 5 },
    { "end_for", FIELD_LINE, 0, 16 }, /* the start, as typed, that the end goes with */
    FORM_TEXT(place),
    { "capacity", FIELD_INT, 0, 100000 },
    { "deadline_date", FIELD_DATE, 0, 10 },
    { "deadline_time", FIELD_TIME, 0, 5 },
    FORM_TEXT(summary),
    FORM_TEXT(topics),
    FORM_TEXT(project),
    FORM_TEXT(description),
    { "programme_time", FIELD_LIST, 0, 10 },
    { "programme_title", FIELD_LIST, 0, PROGRAMME_TITLE_MAX },
    { "programme_speaker", FIELD_LIST, 0, PROGRAMME_TITLE_MAX },
    FORM_TEXT(address),
    FORM_TEXT(practical),
    { "ask_wish", FIELD_BOOL, 0, 0 },
    { "ask_requirements", FIELD_BOOL, 0, 0 },
    { "kind", FIELD_LINE, 0, 10 },
    { "language", FIELD_LANG, 0, 2 },
    { "to_date", FIELD_DATE, 0, 10 },
    { "parts", FIELD_LINE, 0, GATHERING_PARTS_MAX },
    { "action", FIELD_LINE, 0, 10 },
    { 0 },
};
/* clang-format on */

const char *
gathering_read_time(const char *text, const char *zone, int64_t *ms)
{
    bool has_offset;
    int offset, local;
    struct civil c;

    if (!clock_parse(text, ms, &has_offset, &offset))
        return "datetime";
    if (!has_offset) {
        clock_to_civil(*ms, &c);
        return zone_utc(zone, &c, ms) == ST_OK ? NULL : "no_such_time";
    }
    if (text_ends(text, "Z") || text_ends(text, "z") || text_ends(text, "-00:00"))
        return NULL;
    zone_local(zone, *ms, &c, &local);
    return local == offset ? NULL : "offset";
}

#define BLANK_TEXT(name, ...) .name = "",

/* A new gathering before anything is read into it. */
/* clang-format off */
static const struct gathering blank = {
    GATHERING_TEXTS(BLANK_TEXT)
    .slug = "",
    .kind = "theme",
    .timezone = ZONE_DEFAULT,
    .language = "nb",
    .calendar_uid = "",
    .capacity = -1,
    .ask_wish = true,
    .ask_requirements = true,
    .told_place = "",
};
/* clang-format on */

static bool
kind_ok(const char *kind)
{
    return strcmp(kind, "theme") == 0 || strcmp(kind, "cluster") == 0;
}

/* Names of the fields at which times are wrong: the API's and the form's differ. */
struct time_fields {
    const char *start, *from, *end, *deadline;
};

static void
check_times(struct request *rq, const struct gathering *base, const struct gathering *g,
            int64_t now, const struct time_fields *name)
{
    if (g->starts_at == 0 || rq_wrong(rq, name->start) || rq_wrong(rq, name->from))
        return; /* not said yet when it is */
    if (g->starts_at < now && (base == NULL || g->starts_at != base->starts_at))
        rq_error(rq, name->start, "in_past");
    if (g->ends_at <= g->starts_at)
        rq_error(rq, name->end, "before_start");
    if (g->deadline != 0 && g->deadline > g->starts_at)
        rq_error(rq, name->deadline, "after_start");
}

static void
check_topics(struct request *rq, const char *text)
{
    struct topic topic[TOPICS_MAX];
    size_t n;
    const char *wrong = topics_read(rq_arena(rq), text, topic, &n);

    /* keys: error.{=topics_read} */
    if (wrong != NULL)
        rq_error(rq, "topics", wrong);
}

/* ── The API ── */

/* What was sent; an empty one that is needed is an error, not a value. */
static void
read_text(struct request *rq, const char *name, bool needed, const char **to)
{
    if (!rq_has(rq, name))
        return;
    *to = rq_text(rq, name);
    if (needed && (*to)[0] == '\0')
        rq_error(rq, name, "required");
}

#define READ_SENT(name, kind, max, needed, ...) read_text(rq, #name, needed, &g->name);

static void
read_texts(struct request *rq, struct gathering *g)
{
    GATHERING_TEXTS(READ_SENT)
    read_text(rq, "timezone", true, &g->timezone);
    read_text(rq, "language", true, &g->language);
    read_text(rq, "kind", true, &g->kind);
    if (g->kind[0] != '\0' && !kind_ok(g->kind))
        rq_error(rq, "kind", "choice");
}

/* 0 when it was not sent, is null, or is wrong (then said). */
static int64_t
read_moment(struct request *rq, const char *name, const char *zone)
{
    int64_t ms;
    const char *wrong;

    if (!rq_has(rq, name) || rq_null(rq, name) || rq_text(rq, name)[0] == '\0')
        return 0;
    wrong = gathering_read_time(rq_text(rq, name), zone, &ms);
    if (wrong == NULL)
        return ms;
    /* keys: error.{=gathering_read_time} */
    rq_error(rq, name, wrong);
    return 0;
}

static void
read_moments(struct request *rq, const struct gathering *base, struct gathering *g)
{
    int64_t length = base != NULL ? base->ends_at - base->starts_at : GATHERING_DEFAULT_LENGTH;
    int64_t start = read_moment(rq, "starts_at", g->timezone);
    int64_t end = read_moment(rq, "ends_at", g->timezone);

    if (base != NULL && rq_has(rq, "starts_at") && rq_text(rq, "starts_at")[0] == '\0')
        rq_error(rq, "starts_at", "required");
    if (start != 0)
        g->starts_at = start;
    if (rq_has(rq, "ends_at") || base == NULL)
        g->open_end = end == 0;
    /* A start that moves takes the end with it. */
    if (end != 0)
        g->ends_at = end;
    else if (rq_has(rq, "ends_at") && !rq_wrong(rq, "ends_at"))
        g->ends_at = g->starts_at + GATHERING_DEFAULT_LENGTH;
    else if (start != 0)
        g->ends_at = start + length;
    if (rq_has(rq, "deadline"))
        g->deadline = read_moment(rq, "deadline", g->timezone);
}

/* A member that may be left out; NULL: it is no text, or too long. */
static const char *
programme_text(struct request *rq, json_t *item, const char *key)
{
    json_t *v = json_object_get(item, key);
    const char *s;

    if (v == NULL || json_is_null(v))
        return "";
    s = json_string_value(v);
    if (s == NULL || !text_utf8_ok(s, json_string_length(v)))
        return NULL;
    s = text_clean(rq_arena(rq), s, true);
    return text_length(s) <= PROGRAMME_TITLE_MAX ? s : NULL;
}

static bool
clock_text_ok(const char *s)
{
    int64_t ms;
    bool has_offset;
    int offset;
    char whole[32];

    if (strlen(s) != 5)
        return false;
    (void)snprintf(whole, sizeof whole, "2000-01-01T%s", s);
    return clock_parse(whole, &ms, &has_offset, &offset) && !has_offset;
}

static bool
read_programme_item(struct request *rq, json_t *item, struct programme_row *row)
{
    row->starts = programme_text(rq, item, "starts");
    row->title = programme_text(rq, item, "title");
    row->speaker = programme_text(rq, item, "speaker");
    return json_is_object(item) && row->starts != NULL && row->title != NULL &&
           row->speaker != NULL && row->title[0] != '\0' &&
           (row->starts[0] == '\0' || clock_text_ok(row->starts));
}

static void
read_programme(struct request *rq, struct gathering_input *out)
{
    json_t *list = rq_json(rq, "programme");

    out->has_programme = rq_has(rq, "programme");
    if (list == NULL || json_is_null(list))
        return;
    if (!json_is_array(list)) {
        rq_error(rq, "programme", "type");
        return;
    }
    if (json_array_size(list) > PROGRAMME_MAX) {
        rq_error(rq, "programme", "invalid");
        return;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!read_programme_item(rq, json_array_get(list, i), &out->row[i])) {
            rq_error(rq, "programme", "invalid");
            return;
        }
    }
    out->rows = json_array_size(list);
}

enum status
gathering_read_api(struct request *rq, const struct gathering *base, int64_t now,
                   struct gathering_input *out)
{
    static const struct time_fields names = { "starts_at", "starts_at", "ends_at", "deadline" };
    struct gathering *g = &out->g;

    *out = (struct gathering_input){ .g = base != NULL ? *base : blank };
    read_texts(rq, g);
    if (g->timezone[0] != '\0' && !zone_known(g->timezone)) {
        rq_error(rq, "timezone", "timezone");
        return ST_INVALID;
    }
    read_moments(rq, base, g);
    if (rq_has(rq, "capacity"))
        g->capacity = rq_null(rq, "capacity") ? -1 : rq_int(rq, "capacity");
    if (rq_has(rq, "ask_wish"))
        g->ask_wish = rq_bool(rq, "ask_wish");
    if (rq_has(rq, "ask_requirements"))
        g->ask_requirements = rq_bool(rq, "ask_requirements");
    read_programme(rq, out);
    check_topics(rq, g->topics);
    check_times(rq, base, g, now, &names);
    return rq_has_errors(rq) ? ST_INVALID : ST_OK;
}

enum status
gathering_capacity_error(struct request *rq, struct db_conn *c, int64_t id)
{
    struct gathering g;
    json_t *values;
    enum status rc = gathering_by_id(c, rq_arena(rq), id, &g);

    if (rc != ST_OK)
        return rc;
    values = json_pack("{sI}", "taken", (json_int_t)g.seats_taken);
    rq_error_as(rq, "capacity", "taken", rq_tr_format(rq, "error.capacity.taken", values));
    json_decref(values);
    return ST_INVALID;
}

/* ── The form ── */

/* date "YYYY-MM-DD" and time "HH:MM", both valid, as a moment; false and an error at field when the
 * clock jumps over it. */
static bool
form_moment(struct request *rq, const char *date, const char *time, const char *zone,
            const char *field, int64_t *ms)
{
    const char *text = arena_printf(rq_arena(rq), "%sT%s", date, time);
    const char *wrong = gathering_read_time(text, zone, ms);

    if (wrong == NULL)
        return true;
    /* keys: error.{=gathering_read_time} */
    rq_error(rq, field, wrong);
    return false;
}

static bool
need(struct request *rq, const char *name)
{
    if (rq_text(rq, name)[0] != '\0')
        return true;
    rq_error(rq, name, "required");
    return false;
}

/* The end of a stored one as the form has it. */
static const char *
form_clock(struct request *rq, const struct gathering *g)
{
    struct civil c;

    zone_local(g->timezone, g->ends_at, &c, NULL);
    return arena_printf(rq_arena(rq), "%02d:%02d", c.hour, c.minute);
}

static void
read_form_times(struct request *rq, struct gathering *g)
{
    const char *last = rq_text(rq, "to_date");
    bool dated = need(rq, "date");
    bool timed = need(rq, "from");

    if (!dated || !timed || rq_wrong(rq, "date") || rq_wrong(rq, "from"))
        return;
    if (last[0] == '\0')
        last = rq_text(rq, "date");
    if (!form_moment(rq, rq_text(rq, "date"), rq_text(rq, "from"), g->timezone, "from",
                     &g->starts_at))
        return;
    g->open_end = rq_text(rq, "to")[0] == '\0';
    if (g->open_end)
        g->ends_at = g->starts_at + GATHERING_DEFAULT_LENGTH;
    else if (!rq_wrong(rq, "to_date"))
        (void)form_moment(rq, last, rq_text(rq, "to"), g->timezone, "to", &g->ends_at);
}

/* The start was moved by hand, and the end stands where it stood: was that meant? The form is shown
 * with the end moved along (gathering_form_end). */
static void
check_end_moved(struct request *rq, const struct gathering *base, const struct gathering *g)
{
    const char *start =
        arena_printf(rq_arena(rq), "%sT%s", rq_text(rq, "date"), rq_text(rq, "from"));

    if (base == NULL || base->open_end || g->open_end || rq_text(rq, "end_for")[0] == '\0' ||
        strcmp(rq_text(rq, "end_for"), start) == 0 ||
        g->ends_at - g->starts_at == base->ends_at - base->starts_at ||
        g->starts_at == base->starts_at || rq_has_errors(rq))
        return;
    if (g->ends_at == base->ends_at || strcmp(rq_text(rq, "to"), form_clock(rq, base)) == 0)
        rq_error_text(rq, "to", rq_tr(rq, "gathering.form.end_moved"));
}

static void
read_form_deadline(struct request *rq, struct gathering *g)
{
    const char *time = rq_text(rq, "deadline_time");

    g->deadline = 0;
    if (rq_text(rq, "deadline_date")[0] == '\0') {
        if (time[0] != '\0')
            rq_error(rq, "deadline_date", "required");
        return;
    }
    if (rq_wrong(rq, "deadline_date") || rq_wrong(rq, "deadline_time"))
        return;
    (void)form_moment(rq, rq_text(rq, "deadline_date"), time[0] != '\0' ? time : "23:59",
                      g->timezone, "deadline_time", &g->deadline);
}

static void
read_form_row(struct request *rq, size_t i, struct gathering_input *out)
{
    struct arena *a = rq_arena(rq);
    const struct programme_row row = { rq_list_at(rq, "programme_time", i),
                                       rq_list_at(rq, "programme_title", i),
                                       rq_list_at(rq, "programme_speaker", i) };

    if (row.starts[0] == '\0' && row.title[0] == '\0' && row.speaker[0] == '\0')
        return;
    if (out->rows == PROGRAMME_MAX) {
        rq_error(rq, arena_printf(a, "programme_title_%zu", i + 1), "invalid");
        return;
    }
    if (row.title[0] == '\0')
        rq_error(rq, arena_printf(a, "programme_title_%zu", i + 1), "required");
    if (row.starts[0] != '\0' && !clock_text_ok(row.starts))
        rq_error(rq, arena_printf(a, "programme_time_%zu", i + 1), "time");
    out->row[out->rows++] = row;
}

#define READ_FORM(name, ...) g->name = rq_text(rq, #name);

enum status
gathering_read_form(struct request *rq, const struct gathering *base, int64_t now,
                    struct gathering_input *out)
{
    static const struct time_fields names = { "date", "from", "to", "deadline_date" };
    struct gathering *g = &out->g;
    size_t rows = rq_list_len(rq, "programme_title");

    *out = (struct gathering_input){ .g = base != NULL ? *base : blank, .has_programme = true };
    /* In the order of the page, as the list of errors above it shows them. */
    (void)need(rq, "title");
    read_form_times(rq, g);
    check_end_moved(rq, base, g);
    (void)need(rq, "place");
    GATHERING_TEXTS(READ_FORM)
    g->language = rq_text(rq, "language")[0] != '\0' ? rq_text(rq, "language") : g->language;
    g->kind = kind_ok(rq_text(rq, "kind")) ? rq_text(rq, "kind") : g->kind;
    g->capacity = rq_text(rq, "capacity")[0] != '\0' ? rq_int(rq, "capacity") : -1;
    g->ask_wish = rq_bool(rq, "ask_wish");
    g->ask_requirements = rq_bool(rq, "ask_requirements");
    read_form_deadline(rq, g);
    check_topics(rq, g->topics);
    for (size_t i = 0; i < rows; i++)
        read_form_row(rq, i, out);
    check_times(rq, base, g, now, &names);
    return rq_has_errors(rq) ? ST_INVALID : ST_OK;
}
