/* Goals as people read and write them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/text.h"
#include "goals/goals_pages.h"
#include "html/date_text.h"
#include "html/translate.h"
#include "http/route.h"

DB_SQL(sql_account, "SELECT id FROM account WHERE id = $1 AND disabled_at IS NULL");

bool
goals_may_edit(const struct request *rq)
{
    return (rq_who(rq)->role & ALLOW_ORGANISER) != 0;
}

const char *
goal_status_label(struct request *rq, const char *status)
{
    /* keys: goal.status.{=goal_status_names} */
    return rq_tr(rq, arena_printf(rq_arena(rq), "goal.status.%s", status));
}

const char *
goal_day_text(struct request *rq, const char *day)
{
    struct civil c = { 0 };

    if (sscanf(day, "%d-%d-%d", &c.year, &c.month, &c.day) != 3)
        return "";
    return date_short(rq_arena(rq), rq_lang(rq), &c, DATE_YEAR);
}

static const char *
reached_text(struct request *rq, bool known, int64_t value, int64_t target, const char *unit)
{
    json_t *v =
        json_pack("{ss ss ss}", "value", known ? tr_decimal(rq_arena(rq), rq_lang(rq), value) : "–",
                  "target", tr_decimal(rq_arena(rq), rq_lang(rq), target), "unit", unit);
    const char *text = rq_tr_format(rq, "goal.reached_of", v);

    json_decref(v);
    return text;
}

const char *
goal_reached_text(struct request *rq, const json_t *goal)
{
    const json_t *value = json_object_get(goal, "value");
    const char *unit = json_string_value(json_object_get(goal, "unit"));

    return reached_text(rq, json_is_number(value), llround(json_number_value(value) * 100),
                        llround(json_number_value(json_object_get(goal, "target")) * 100),
                        unit != NULL ? unit : "");
}

json_t *
goal_view(struct request *rq, const struct goal *g, const struct goal_standing *s)
{
    static const char *const tones[GOAL_STATUSES] = {
        [GOAL_EARLY] = "neutral",   [GOAL_ON_TRACK] = "info", [GOAL_BEHIND] = "warning",
        [GOAL_REACHED] = "success", [GOAL_MISSED] = "danger",
    };
    struct arena *a = rq_arena(rq);
    bool by_figure = g->figure[0] != '\0';
    /* keys: goal.openness.{closed,members,public} */
    const char *openness = rq_tr(rq, arena_printf(a, "goal.openness.%s", g->openness));
    json_t *o =
        json_pack("{sI ss ss ss ss si ss ss}", "id", (json_int_t)g->id, "href",
                  arena_printf(a, GOALS_PATH "/%lld", (long long)g->id), "title", g->title, "why",
                  g->why, "reached_text", reached_text(rq, s->known, s->value, g->target, g->unit),
                  "progress", s->progress, "status_label",
                  goal_status_label(rq, goal_status_names[s->status]), "tone", tones[s->status]);

    (void)json_object_update_new(
        o, json_pack("{ss sb ss ss ss ss}", "by_text", goal_day_text(rq, s->by), "yearly",
                     g->yearly, "owner", g->owner, "openness_label", openness, "openness_icon",
                     strcmp(g->openness, "closed") == 0 ? "lock" : "eye", "figure_text",
                     by_figure ? report_figure_words(rq, g->figure) : ""));
    if (by_figure)
        (void)json_object_set_new(o, "figure_about",
                                  json_string(report_about_words(rq, g->figure)));
    return o;
}

/* Kept for some minutes: the page for everybody is asked for by anybody, in any way. */
static enum status
count_kept(struct request *rq, const struct goal *g, struct goal_count *out)
{
    const char *what = arena_printf(rq_arena(rq), "goal %s %s %s %d %s", g->figure, g->from_day,
                                    g->by_day, g->yearly, goal_day_of(rq_arena(rq), rq_now(rq)));
    uint8_t key[CRYPTO_HASH_BYTES];
    struct buf b;
    enum status rc = ST_OK;

    crypto_hash(key, what, strlen(what), NULL, 0);
    buf_init(&b, 0);
    if (rq_kept_bytes(rq, key, &b) && b.len == sizeof *out) {
        memcpy(out, buf_str(&b), sizeof *out);
    } else {
        rc = goal_count(rq_conn(rq), rq_arena(rq), g, rq_now(rq), out);
        buf_clear(&b);
        buf_add(&b, (const char *)out, sizeof *out);
        if (rc == ST_OK)
            rq_keep_bytes(rq, key, &b);
    }
    buf_release(&b);
    return rc;
}

enum status
goals_view(struct request *rq, enum sight_viewer viewer, json_t **out)
{
    struct goal *g = NULL;
    size_t n = 0;
    enum status rc = goals_seen(rq_conn(rq), rq_arena(rq), viewer, &g, &n);
    bool kept = viewer != SIGHT_BY_ORGANISER && viewer != SIGHT_BY_VIEWER;

    *out = json_array();
    for (size_t i = 0; rc == ST_OK && i < n; i++) {
        struct goal_standing s;
        struct goal_count count = { .known = false };
        bool counted = kept && g[i].figure[0] != '\0';

        if (counted)
            rc = count_kept(rq, &g[i], &count);
        if (rc == ST_OK)
            rc = goal_stands(rq_conn(rq), rq_arena(rq), &g[i], rq_now(rq), counted ? &count : NULL,
                             &s);
        if (rc == ST_OK)
            (void)json_array_append_new(*out, goal_view(rq, &g[i], &s));
    }
    return rc;
}

/* ── Written ── */

#define FIELDS(kind)                                                                               \
    { "why", FIELD_TEXT, 0, GOAL_TEXT_MAX }, { "unit", FIELD_LINE, 0, GOAL_UNIT_MAX },             \
        { "start_value", kind, FIELD_NULLABLE, 20 }, { "yearly", FIELD_BOOL, 0, 0 },               \
        { "figure", FIELD_LINE, FIELD_NULLABLE, 60 }, { "owner", FIELD_LINE, FIELD_NULLABLE, 20 }, \
    {                                                                                              \
        "openness", FIELD_LINE, 0, 10                                                              \
    }
#define TITLE(need)                                                                                \
    {                                                                                              \
        "title", FIELD_LINE, need, GOAL_TITLE_MAX                                                  \
    }
#define DAY(name, need)                                                                            \
    {                                                                                              \
        name, FIELD_DATE, need, 10                                                                 \
    }
const struct field goal_fields[] = {
    TITLE(FIELD_REQUIRED),
    { "target", FIELD_LINE, FIELD_REQUIRED, 20 },
    DAY("from", FIELD_REQUIRED),
    DAY("by", FIELD_REQUIRED),
    FIELDS(FIELD_LINE),
    { "version", FIELD_INT, 0, 1000000 },
    { 0 },
};
const struct field goal_api_new_fields[] = {
    TITLE(FIELD_REQUIRED), { "target", FIELD_JSON, FIELD_REQUIRED, 0 },
    DAY("from", 0),        DAY("by", FIELD_REQUIRED),
    FIELDS(FIELD_JSON),    { 0 },
};
const struct field goal_api_fields[] = {
    TITLE(FIELD_REQUIRED), { "target", FIELD_JSON, FIELD_REQUIRED, 0 },
    DAY("from", 0),        DAY("by", 0),
    FIELDS(FIELD_JSON),    { 0 },
};

/* A number of 0 or more that was sent; what was not leaves it. */
static void
read_number(struct request *rq, const char *field, bool api, int64_t *out)
{
    int64_t n = 0;
    bool ok;

    if (!rq_has(rq, field) || rq_wrong(rq, field))
        return;
    if (api) {
        const json_t *v = rq_json(rq, field);
        double d = json_number_value(v);

        ok = v == NULL || json_is_null(v) || (json_is_number(v) && d >= 0 && d <= 1e9);
        n = ok ? llround(d * 100) : 0;
    } else
        ok = rq_text(rq, field)[0] == '\0' || text_decimal(rq_text(rq, field), 2, &n);
    if (ok && n <= GOAL_VALUE_MAX)
        *out = n;
    else
        rq_error(rq, field, "decimal");
}

static void
read_figure(struct request *rq, struct goal *g)
{
    if (!rq_has(rq, "figure"))
        return;
    g->figure = rq_text(rq, "figure");
    if (g->figure[0] != '\0' && goal_figure(g->figure) == NULL)
        rq_error(rq, "figure", "choice");
}

static void
read_openness(struct request *rq, struct goal *g)
{
    enum sight_openness openness;

    if (rq_text(rq, "openness")[0] == '\0')
        return;
    g->openness = rq_text(rq, "openness");
    if (!sight_openness_of(g->openness, &openness))
        rq_error(rq, "openness", "choice");
}

void
goal_read(struct request *rq, bool api, struct goal *g)
{
    g->title = rq_has(rq, "title") ? rq_text(rq, "title") : g->title;
    g->why = rq_has(rq, "why") ? rq_text(rq, "why") : g->why;
    g->unit = rq_has(rq, "unit") ? rq_text(rq, "unit") : g->unit;
    g->from_day = rq_has(rq, "from") ? rq_text(rq, "from") : g->from_day;
    g->by_day = rq_has(rq, "by") ? rq_text(rq, "by") : g->by_day;
    if (rq_has(rq, "yearly") || !api) /* a box that is not ticked is not sent */
        g->yearly = rq_bool(rq, "yearly");
    read_number(rq, "start_value", api, &g->start_value);
    read_number(rq, "target", api, &g->target);
    read_figure(rq, g);
    read_openness(rq, g);
    if (g->yearly)
        g->start_value = 0;
    if (g->target == g->start_value && !rq_wrong(rq, "target") && !rq_wrong(rq, "start_value"))
        rq_error(rq, "target", "same_as_start");
    if (strcmp(g->by_day, g->from_day) <= 0 && !rq_wrong(rq, "by") && !rq_wrong(rq, "from"))
        rq_error(rq, "by", "before_start");
}

enum status
goal_read_owner(struct work *w, struct goal *g)
{
    int64_t id = 0;
    bool there = false;
    enum status rc;

    if (!rq_has(w->rq, "owner"))
        return ST_OK;
    g->account_id = 0;
    if (rq_text(w->rq, "owner")[0] == '\0')
        return ST_OK;
    if (!text_int(rq_text(w->rq, "owner"), &id))
        id = 0;
    rc = db_any(w->conn, &sql_account, &there, V(id));
    if (rc == ST_OK && !there) {
        rq_error(w->rq, "owner", "choice");
        return ST_INVALID;
    }
    g->account_id = id;
    return rc;
}

void
goal_read_measurement(struct request *rq, bool api, const struct goal *g,
                      struct goal_measurement *m)
{
    struct arena *a = rq_arena(rq);
    const char *today = goal_day_of(a, rq_now(rq));
    const char *first = g->yearly ? arena_printf(a, "%.4s-01-01", g->from_day) : g->from_day;
    const char *last = g->yearly ? arena_printf(a, "%.4s-12-31", g->by_day) : g->by_day;

    *m = (struct goal_measurement){ .goal_id = g->id,
                                    .value = -1,
                                    .day =
                                        rq_text(rq, "day")[0] != '\0' ? rq_text(rq, "day") : today,
                                    .note = rq_text(rq, "note") };
    read_number(rq, "value", api, &m->value);
    if (m->value < 0 && !rq_wrong(rq, "value"))
        rq_error(rq, "value", "decimal");
    if (rq_wrong(rq, "day"))
        return;
    if (strcmp(m->day, today) > 0)
        rq_error(rq, "day", "in_future");
    else if (strcmp(m->day, first) < 0)
        rq_error(rq, "day", "before_start");
    else if (strcmp(m->day, last) > 0)
        rq_error(rq, "day", "after_end");
}
