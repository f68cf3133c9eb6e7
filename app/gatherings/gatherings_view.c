/* Gatherings as people and programs see them. */
#include "gatherings/gatherings_view.h"

#include "base/text.h"
#include "document/zone.h"
#include "gatherings/gatherings_topics.h"
#include "html/date_text.h"
#include "html/markdown.h"
#include "html/translate.h"
#include "html/zone_text.h"

#define SUBJECT_TITLE_MAX 60

void
view_text(json_t *o, const char *key, const char *value)
{
    (void)json_object_set_new(o, key, json_string(value != NULL ? value : ""));
}

void
view_int(json_t *o, const char *key, int64_t value)
{
    (void)json_object_set_new(o, key, json_integer(value));
}

void
view_flag(json_t *o, const char *key, bool value)
{
    (void)json_object_set_new(o, key, json_boolean(value));
}

const char *
gathering_text(struct app *app, struct arena *a, const char *lang, const char *key,
               const char *name, const char *value)
{
    json_t *values = name != NULL ? json_pack("{ss}", name, value) : NULL;
    const char *text = tr_format(a, app_translations(app), lang, key, values);

    json_decref(values);
    return text;
}

const char *
gathering_text_n(struct app *app, struct arena *a, const char *lang, const char *key, int64_t n)
{
    return tr_format_n(a, app_translations(app), lang, key, n, NULL);
}

/* Keeps what a buffer holds, and frees the buffer. */
static const char *
take(struct arena *a, struct buf *b)
{
    const char *text = buf_ok(b) ? arena_strndup(a, buf_str(b), b->len) : "";

    buf_release(b);
    return text;
}

const char *
gathering_html(struct arena *a, const char *markdown)
{
    struct buf b;

    if (markdown == NULL || markdown[0] == '\0')
        return "";
    buf_init(&b, MARKDOWN_OUTPUT_MAX);
    if (markdown_html(markdown, strlen(markdown), &b) != ST_OK)
        buf_clear(&b);
    return take(a, &b);
}

static const char *
plain_text(struct arena *a, const char *markdown)
{
    struct buf b;

    if (markdown == NULL || markdown[0] == '\0')
        return "";
    buf_init(&b, MARKDOWN_OUTPUT_MAX);
    if (markdown_text(markdown, strlen(markdown), &b) != ST_OK)
        buf_clear(&b);
    return take(a, &b);
}

json_t *
programme_view(const struct programme_row *row, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++)
        (void)json_array_append_new(list, json_pack("{ss ss ss}", "starts", row[i].starts, "title",
                                                    row[i].title, "speaker", row[i].speaker));
    return list;
}

/* ── For programs ── */

static void
set_time(json_t *o, const char *key, const char *zone, int64_t ms)
{
    char text[40];

    if (ms == 0) {
        (void)json_object_set_new(o, key, json_null());
        return;
    }
    zone_rfc3339(zone, ms, text);
    view_text(o, key, text);
}

#define SET_SHORT(name, kind, max, needed, flags)                                                  \
    if (((flags)&DB_LONG) == 0)                                                                    \
        view_text(o, #name, g->name);
#define SET_LONG(name, kind, max, needed, flags)                                                   \
    if (((flags)&DB_LONG) != 0)                                                                    \
        view_text(o, #name, g->name);

json_t *
gathering_list_view(struct arena *a, const struct gathering *g)
{
    json_t *o = json_object();

    view_text(o, "id", arena_printf(a, "%lld", (long long)g->id));
    view_text(o, "slug", g->slug);
    view_text(o, "status", gathering_status_words[g->status]);
    view_text(o, "kind", g->kind);
    GATHERING_TEXTS(SET_SHORT)
    view_text(o, "timezone", g->timezone);
    view_text(o, "language", g->language);
    set_time(o, "starts_at", g->timezone, g->starts_at);
    set_time(o, "ends_at", g->timezone, gathering_said_end(g));
    set_time(o, "deadline", g->timezone, g->deadline);
    (void)json_object_set_new(o, "capacity",
                              g->capacity < 0 ? json_null() : json_integer(g->capacity));
    view_int(o, "seats_taken", g->seats_taken);
    view_int(o, "waiting", g->waiting);
    view_int(o, "admitted", g->attended);
    view_flag(o, "ask_wish", g->ask_wish);
    view_flag(o, "ask_requirements", g->ask_requirements);
    set_time(o, "created_at", g->timezone, g->created_at);
    set_time(o, "changed_at", g->timezone, g->changed_at);
    set_time(o, "published_at", g->timezone, g->published_at);
    set_time(o, "cancelled_at", g->timezone, g->cancelled_at);
    return o;
}

json_t *
gathering_view(struct db_conn *c, struct arena *a, const struct gathering *g)
{
    struct programme_row *row = NULL;
    size_t rows = 0;
    json_t *o = gathering_list_view(a, g);

    GATHERING_TEXTS(SET_LONG)
    if (programme_store_get(c, a, g->id, &row, &rows) != ST_OK)
        rows = 0;
    (void)json_object_set_new(o, "programme", programme_view(row, rows));
    return o;
}

/* ── For people ── */

static const struct {
    const char *state, *icon, *key;
} sign_look[] = {
    [SIGN_OPEN] = { "ledig", "seats-open", "gathering.sign.open" },
    [SIGN_FEW] = { "faa", "seats-few", "gathering.sign.few" },
    [SIGN_WAITING] = { "venteliste", "seats-wait", "gathering.sign.waiting" },
    [SIGN_CLOSED] = { "lukket", "lock", "gathering.sign.closed" },
    [SIGN_PAST] = { "lukket", "clock", "gathering.sign.past" },
    [SIGN_CANCELLED] = { "avlyst", "cross-octagon", "gathering.sign.cancelled" },
};

json_t *
gathering_sign_view(struct app *app, struct arena *a, const struct gathering *g, const char *lang,
                    int64_t now)
{
    enum gathering_sign sign = gathering_sign_of(g, now);
    json_t *o = json_object();

    view_text(o, "state", sign_look[sign].state);
    view_text(o, "icon", arena_printf(a, "i/%s", sign_look[sign].icon));
    view_text(o, "text", gathering_text(app, a, lang, sign_look[sign].key, NULL, NULL));
    view_flag(o, "open", sign == SIGN_OPEN || sign == SIGN_FEW);
    view_flag(o, "few", sign == SIGN_FEW);
    view_flag(o, "waiting", sign == SIGN_WAITING);
    view_flag(o, "closed", sign == SIGN_CLOSED);
    return o;
}

static const char *
map_url(struct arena *a, const struct gathering *g)
{
    const char *where = g->address[0] != '\0' ? g->address : NULL;

    /* A room's name alone finds nothing on a map. */
    if (where == NULL)
        return "";
    return arena_printf(a, "https://www.openstreetmap.org/search?query=%s",
                        text_url_encode(a, where));
}

static bool
is_foreign(const char *zone)
{
    return strcmp(zone, ZONE_DEFAULT) != 0 && zone_known(zone);
}

const char *
gathering_zone_note(struct arena *a, const char *zone, const char *lang)
{
    return is_foreign(zone) ? arena_printf(a, " (%s)", zone_place(a, zone, lang)) : "";
}

const char *
gathering_moment(struct arena *a, const struct gathering *g, const char *lang, int64_t at,
                 unsigned flags)
{
    struct civil c;

    zone_local(g->timezone, at, &c, NULL);
    return arena_printf(a, "%s%s", date_long(a, lang, &c, flags | DATE_TIME),
                        gathering_zone_note(a, g->timezone, lang));
}

/* Those who come were last told of another time. */
static bool
time_untold(const struct gathering *g)
{
    return g->status == GATHERING_PUBLISHED && g->told_start != 0 && g->told_start != g->starts_at;
}

/* Date, time and place in words: what pages and mails have in common. */
static void
add_when_where(struct arena *a, const struct gathering *g, const char *lang, json_t *o)
{
    struct civil start, end;
    char iso[40];
    const char *range, *note = gathering_zone_note(a, g->timezone, lang);

    zone_local(g->timezone, g->starts_at, &start, NULL);
    zone_local(g->timezone, g->open_end ? g->starts_at : g->ends_at, &end, NULL);
    range = arena_printf(a, "%s%s", date_range(a, lang, &start, &end), note);
    view_text(o, "title", g->title);
    view_text(o, "language", g->language);
    view_text(o, "date_long", date_long(a, lang, &start, DATE_YEAR));
    view_text(o, "date_plain", date_long(a, lang, &start, 0));
    view_text(o, "date_mid", date_long(a, lang, &start, DATE_MID));
    view_text(o, "date_short", date_short(a, lang, &start, 0));
    view_text(o, "date_short_year", date_short(a, lang, &start, DATE_YEAR));
    view_text(o, "weekday", date_weekday_short(lang, &start));
    view_text(o, "day", date_day(a, lang, &start));
    view_text(o, "month", date_month_short(lang, &start));
    view_text(o, "clock", arena_printf(a, "%s%s", date_clock(a, lang, &start), note));
    view_text(o, "time_range", range);
    view_text(o, "starts", gathering_moment(a, g, lang, g->starts_at, 0));
    view_text(o, "zone", is_foreign(g->timezone) ? zone_place(a, g->timezone, lang) : "");
    view_text(o, "moved_from",
              time_untold(g) ? gathering_moment(a, g, lang, g->told_start, DATE_MID) : "");
    view_flag(o, "one_day", date_days_between(&start, &end) == 0);
    view_text(o, "when", arena_printf(a, "%s %s", date_long(a, lang, &start, 0), range));
    zone_rfc3339(g->timezone, g->starts_at, iso);
    view_text(o, "starts_iso", iso);
    view_text(o, "place", g->place);
    view_text(o, "address", g->address);
    view_text(o, "map_url", map_url(a, g));
}

const char *
gathering_were_text(struct app *app, struct arena *a, const char *lang, const struct gathering *g)
{
    if (g->attended > 0)
        return gathering_text_n(app, a, lang, "gathering.attended", g->attended);
    return g->seats_taken > 0 ? gathering_text_n(app, a, lang, "gathering.were", g->seats_taken)
                              : "";
}

/* What everybody may know of how many come, in tens: who sends a name to the form and counts before
 * and after must not learn whether that person was registered already. */
static const char *
seats_told(struct app *app, struct arena *a, const struct gathering *g, const char *lang,
           enum gathering_sign sign)
{
    const struct translations *t = app_translations(app);
    int64_t tens = g->seats_taken / 10 * 10;
    json_t *numbers;
    const char *told;

    if (sign == SIGN_PAST)
        return gathering_were_text(app, a, lang, g);
    if (g->capacity >= 0 && (tens == 0 || sign == SIGN_WAITING))
        return tr_format_n(a, t, lang, "gathering.seats", g->capacity, NULL);
    if (tens == 0)
        return "";
    numbers = json_pack("{sI sI}", "taken", (json_int_t)tens, "capacity", (json_int_t)g->capacity);
    told =
        tr_format(a, t, lang, g->capacity >= 0 ? "gathering.told_of" : "gathering.told", numbers);
    json_decref(numbers);
    return told;
}

/* How many come, and until when to answer. */
static void
add_seats(struct app *app, struct arena *a, const struct gathering *g, const char *lang,
          int64_t now, json_t *o)
{
    const struct translations *t = app_translations(app);
    enum gathering_sign sign = gathering_sign_of(g, now);
    json_t *numbers = json_pack("{sI sI sI}", "taken", (json_int_t)g->seats_taken, "capacity",
                                (json_int_t)g->capacity, "waiting", (json_int_t)g->waiting);
    const char *seats = "";

    view_int(o, "taken", g->seats_taken);
    view_int(o, "waiting", g->waiting);
    view_flag(o, "limited", g->capacity >= 0);
    if (g->capacity >= 0) {
        view_int(o, "capacity", g->capacity);
        view_int(o, "left", g->capacity > g->seats_taken ? g->capacity - g->seats_taken : 0);
        seats = g->seats_taken > 0 ? tr_format(a, t, lang, "gathering.taken_of", numbers)
                                   : tr_format_n(a, t, lang, "gathering.seats", g->capacity, NULL);
    }
    if (g->capacity < 0)
        seats = "";
    if (sign == SIGN_PAST)
        seats = gathering_were_text(app, a, lang, g);
    else if (g->capacity < 0 && g->seats_taken > 0)
        seats = tr_format_n(a, t, lang, "gathering.taken", g->seats_taken, NULL);
    view_text(o, "seats_text", seats);
    view_text(o, "waiting_text",
              g->waiting > 0 ? tr_format_n(a, t, lang, "gathering.in_line", g->waiting, NULL) : "");
    view_text(o, "seats_told", seats_told(app, a, g, lang, sign));
    json_decref(numbers);
    if (g->deadline != 0) {
        const char *when = gathering_moment(a, g, lang, g->deadline, DATE_MID);

        view_text(o, "deadline_when", when);
        view_text(o, "deadline_text",
                  sign == SIGN_CLOSED || now >= g->deadline
                      ? gathering_text(app, a, lang, "gathering.deadline_was", "when", when)
                      : gathering_text(app, a, lang, "gathering.answer_by", "when", when));
    }
}

json_t *
gathering_card_view(struct app *app, struct arena *a, const struct gathering *g, const char *lang,
                    int64_t now)
{
    json_t *o = json_object();
    const char *path = arena_printf(a, "/g/%s", g->slug);

    view_text(o, "id", arena_printf(a, "%lld", (long long)g->id));
    view_text(o, "slug", g->slug);
    view_text(o, "status", gathering_status_words[g->status]);
    view_text(o, "kind", g->kind);
    view_text(o, "kind_label",
              gathering_text(app, a, lang,
                             strcmp(g->kind, "cluster") == 0 ? "gathering.kind.cluster"
                                                             : "gathering.kind.theme",
                             NULL, NULL));
    view_text(o, "summary", g->summary);
    add_when_where(a, g, lang, o);
    add_seats(app, a, g, lang, now, o);
    (void)json_object_set_new(o, "sign", gathering_sign_view(app, a, g, lang, now));
    view_text(o, "path", path);
    view_text(o, "url", arena_printf(a, "%s%s", app_settings(app)->base_url, path));
    view_flag(o, "is_draft", g->status == GATHERING_DRAFT);
    view_flag(o, "is_published", g->status == GATHERING_PUBLISHED);
    view_flag(o, "is_cancelled", g->status == GATHERING_CANCELLED);
    view_flag(o, "is_past", now >= g->ends_at);
    view_flag(o, "ask_wish", g->ask_wish);
    view_flag(o, "ask_requirements", g->ask_requirements);
    return o;
}

json_t *
gathering_page_view(struct app *app, struct db_conn *c, struct arena *a, const struct gathering *g,
                    const char *lang, int64_t now)
{
    json_t *o = gathering_card_view(app, a, g, lang, now);
    struct programme_row *row = NULL;
    size_t rows = 0;

    if (programme_store_get(c, a, g->id, &row, &rows) != ST_OK)
        rows = 0;
    (void)json_object_set_new(o, "programme", programme_view(row, rows));
    view_flag(o, "has_programme", rows > 0);
    (void)json_object_set_new(o, "topics", topics_view(a, g->topics));
    view_flag(o, "has_topics", json_array_size(json_object_get(o, "topics")) > 0);
    view_text(o, "description_html", gathering_html(a, g->description));
    view_text(o, "practical_html", gathering_html(a, g->practical));
    return o;
}

const char *
gathering_subject_title(struct arena *a, const char *title)
{
    size_t chars = 0, word = 0;

    for (size_t i = 0; title[i] != '\0'; i++) {
        if (((unsigned char)title[i] & 0xC0) == 0x80)
            continue;
        if (title[i] == ' ')
            word = i;
        if (++chars > SUBJECT_TITLE_MAX)
            return arena_printf(a, "%.*s…", (int)(word > 0 ? word : i), title);
    }
    return title;
}

json_t *
gathering_mail_view(struct app *app, struct db_conn *c, struct arena *a, const struct gathering *g,
                    const char *lang)
{
    json_t *o = json_object();
    const char *practical = plain_text(a, g->practical);

    (void)c;
    add_when_where(a, g, lang, o);
    view_text(o, "subject_title", gathering_subject_title(a, g->title));
    view_text(o, "summary", g->summary);
    view_text(o, "practical_text", practical);
    view_text(o, "practical_html", gathering_html(a, g->practical));
    view_text(o, "url", arena_printf(a, "%s/g/%s", app_settings(app)->base_url, g->slug));
    view_flag(o, "is_cancelled", g->status == GATHERING_CANCELLED);
    if (g->deadline != 0)
        view_text(o, "deadline", gathering_moment(a, g, lang, g->deadline, DATE_MID));
    return o;
}

const char *
gathering_when(struct request *rq, int64_t at)
{
    struct civil c, now;

    zone_local(ZONE_DEFAULT, at, &c, NULL);
    zone_local(ZONE_DEFAULT, rq_now(rq), &now, NULL);
    return date_relative(rq_arena(rq), rq_lang(rq), &c, &now);
}
