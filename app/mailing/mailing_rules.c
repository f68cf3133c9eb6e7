/* Which automatic message is due, which comes too late, which is overtaken; which are to come. */
#include "mailing/mailing_schedule.h"

#include "base/clock.h"
#include "document/zone.h"

#define COMING_DAYS 400

DB_SQL(sql_done,
       "SELECT outcome FROM reminder_run WHERE rule = $1 AND gathering_id = $2 AND moment = $3");
DB_SQL(sql_take,
       "INSERT INTO reminder_run (rule, gathering_id, moment, done_at, outcome, mails)"
       " VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT (rule, gathering_id, moment) DO NOTHING");
DB_SQL(sql_mails,
       "UPDATE reminder_run SET mails = $1 WHERE rule = $2 AND gathering_id = $3 AND moment = $4");
DB_SQL(sql_unskip, "DELETE FROM reminder_run WHERE rule = $1 AND gathering_id = $2 AND moment = $3"
                   "   AND outcome = 'skipped'");

int64_t
reminder_time(const char *zone, int64_t target, int days)
{
    return zone_reminder_moment(zone, target, days);
}

const struct reminder_rule *const *
reminder_rules(struct arena *a)
{
    const struct reminder_rule **all;
    size_t n = 0;

    for (size_t i = 0; all_features[i]; i++)
        for (size_t j = 0; all_features[i]->reminder_rules && all_features[i]->reminder_rules[j];
             j++)
            n++;
    all = ARENA_ARRAY(a, const struct reminder_rule *, n + 1);
    n = 0;
    for (size_t i = 0; all_features[i]; i++)
        for (size_t j = 0; all_features[i]->reminder_rules && all_features[i]->reminder_rules[j];
             j++)
            all[n++] = all_features[i]->reminder_rules[j];
    return all;
}

/* *outcome "" when it was not done; else in the arena. */
static enum status
done_as(struct db_conn *c, struct arena *a, const char *rule, const struct reminder_moment *m,
        const char **outcome)
{
    enum status rc =
        db_get(c, a, &sql_done, R(outcome), V(rule), V(m->gathering_id), V(m->subject_time));

    if (rc == ST_NOT_FOUND)
        *outcome = "";
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

/* ── Due ── */

struct moments {
    struct reminder_moment *at;
    size_t n;
};

/* One of its audience that comes later is due as well. Equal moments: the rule listed later goes.
 */
static bool
overtaken(const struct reminder_rule *const *rules, const struct moments *all, size_t rule,
          const struct reminder_moment *m, int64_t now)
{
    for (size_t r = 0; rules[r]; r++) {
        if (r == rule || strcmp(rules[r]->audience, rules[rule]->audience) != 0)
            continue;
        for (size_t i = 0; i < all[r].n; i++) {
            const struct reminder_moment *o = &all[r].at[i];
            if (o->gathering_id == m->gathering_id && o->at <= now && o->target > now &&
                (o->at > m->at || (o->at == m->at && r > rule)))
                return true;
        }
    }
    return false;
}

static int
by_time(const void *a, const void *b)
{
    const struct reminder_due *x = a, *y = b;

    return (x->moment.at > y->moment.at) - (x->moment.at < y->moment.at);
}

enum status
reminders_due(struct db_conn *c, struct arena *a, const struct reminder_rule *const *rules,
              int64_t now, struct reminder_due **out, size_t *count)
{
    size_t n_rules = 0, total = 0;
    struct moments *all;
    enum status rc = ST_OK;

    *count = 0;
    while (rules[n_rules])
        n_rules++;
    all = ARENA_ARRAY(a, struct moments, n_rules + 1);
    for (size_t r = 0; rc == ST_OK && r < n_rules; r++) {
        rc = rules[r]->moments(c, a, now, &all[r].at, &all[r].n);
        total += all[r].n;
    }
    *out = ARENA_ARRAY(a, struct reminder_due, total + 1);
    for (size_t r = 0; rc == ST_OK && r < n_rules; r++) {
        for (size_t i = 0; rc == ST_OK && i < all[r].n; i++) {
            const struct reminder_moment *m = &all[r].at[i];
            const char *before = "";

            if (m->at > now)
                continue;
            rc = done_as(c, a, rules[r]->name, m, &before);
            if (rc != ST_OK || *before)
                continue;
            (*out)[(*count)++] =
                (struct reminder_due){ .rule = rules[r],
                                       .moment = *m,
                                       .outcome = m->target <= now ? REMINDER_MISSED
                                                  : overtaken(rules, all, r, m, now)
                                                      ? REMINDER_OVERTAKEN
                                                      : REMINDER_SENT };
        }
    }
    qsort(*out, *count, sizeof **out, by_time);
    return rc;
}

/* ── Doing it ── */

/* ST_CONFLICT: somebody was faster. */
static enum status
take(struct db_conn *c, const char *rule, const struct reminder_moment *m, const char *outcome,
     int64_t now)
{
    enum status rc = db_change(c, &sql_take, V(rule), V(m->gathering_id), V(m->subject_time),
                               V(now), V(outcome));

    return rc == ST_NOT_FOUND ? ST_CONFLICT : rc;
}

/* Since it was read the gathering may have moved or been cancelled. */
static enum status
still_stands(struct db_conn *c, const struct reminder_due *d, int64_t now, bool *stands)
{
    struct arena *a = arena_new(0);
    struct reminder_moment *m = NULL;
    size_t n = 0;
    enum status rc = d->rule->moments(c, a, now, &m, &n);

    *stands = false;
    for (size_t i = 0; rc == ST_OK && i < n; i++)
        if (m[i].gathering_id == d->moment.gathering_id && m[i].at == d->moment.at &&
            m[i].subject_time == d->moment.subject_time)
            *stands = true;
    arena_free(&a);
    return rc;
}

enum status
reminder_run(struct db_conn *c, const struct reminder_due *d, int64_t now, int64_t *mails)
{
    static const char *const names[] = { "sent", "missed", "overtaken" };
    bool stands = false;
    enum status rc = still_stands(c, d, now, &stands);

    *mails = 0;
    if (rc != ST_OK || !stands)
        return rc;
    rc = take(c, d->rule->name, &d->moment, names[d->outcome], now);
    if (rc == ST_CONFLICT)
        return ST_OK;
    if (rc != ST_OK || d->outcome != REMINDER_SENT)
        return rc;
    rc = d->rule->queue(c, &d->moment, now, mails);
    if (rc == ST_OK && *mails > 0)
        rc = db_exec(c, &sql_mails, NULL, V(*mails), V(d->rule->name), V(d->moment.gathering_id),
                     V(d->moment.subject_time));
    return rc;
}

/* ── To come ── */

/* The rule's next moments of one gathering after now. Asked day by day: rules look one day ahead.
 */
static enum status
next_moment(struct db_conn *c, struct arena *a, const struct reminder_rule *rule,
            int64_t gathering_id, int64_t now, struct reminder_moment *out, bool *found)
{
    enum status rc = ST_OK;

    *found = false;
    for (int day = 0; rc == ST_OK && !*found && day <= COMING_DAYS; day += day < 60 ? 1 : 59) {
        struct reminder_moment *m = NULL;
        size_t n = 0;

        rc = rule->moments(c, a, now + day * MS_DAY, &m, &n);
        for (size_t i = 0; rc == ST_OK && i < n; i++) {
            if (m[i].gathering_id != gathering_id || m[i].at <= now)
                continue;
            *out = m[i];
            *found = true;
        }
    }
    return rc;
}

static enum status
coming_view(struct db_conn *c, struct arena *a, const struct reminder_rule *rule,
            const struct reminder_moment *m, json_t *list)
{
    const struct mail_kind *kind = mail_kind_find(rule->name);
    const char *outcome = "";
    int64_t people = 0;
    enum status rc = done_as(c, a, rule->name, m, &outcome);
    json_t *v;

    if (rc != ST_OK || (*outcome && strcmp(outcome, "skipped") != 0))
        return rc;
    v = json_pack("{s:s, s:s, s:I, s:I, s:b}", "rule", rule->name, "label",
                  kind ? kind->label : rule->name, "at", (json_int_t)m->at, "subject_time",
                  (json_int_t)m->subject_time, "skipped", *outcome != '\0');
    if (rule->size) {
        rc = rule->size(c, m, &people);
        (void)json_object_set_new(v, "people", json_integer(people));
    }
    (void)json_array_append_new(list, v);
    return rc;
}

static int
by_at(const void *a, const void *b)
{
    json_int_t x = json_integer_value(json_object_get(*(json_t *const *)a, "at"));
    json_int_t y = json_integer_value(json_object_get(*(json_t *const *)b, "at"));

    return (x > y) - (x < y);
}

/* A new array in order of time, which takes the references of list. */
static json_t *
sorted(struct arena *a, json_t *list)
{
    size_t n = json_array_size(list);
    json_t **all = ARENA_ARRAY(a, json_t *, n + 1), *out = json_array();

    for (size_t i = 0; i < n; i++)
        all[i] = json_array_get(list, i);
    qsort(all, n, sizeof *all, by_at);
    for (size_t i = 0; i < n; i++)
        (void)json_array_append(out, all[i]);
    json_decref(list);
    return out;
}

enum status
reminders_coming(struct db_conn *c, struct arena *a, const struct reminder_rule *const *rules,
                 int64_t gathering_id, int64_t now, json_t **out)
{
    json_t *list = json_array();
    enum status rc = ST_OK;

    for (size_t r = 0; rc == ST_OK && rules[r]; r++) {
        struct reminder_moment m;
        bool found = false;

        rc = next_moment(c, a, rules[r], gathering_id, now, &m, &found);
        if (rc == ST_OK && found)
            rc = coming_view(c, a, rules[r], &m, list);
    }
    if (rc == ST_OK)
        *out = sorted(a, list);
    else
        json_decref(list);
    return rc;
}

enum status
reminder_coming(struct db_conn *c, struct arena *a, int64_t gathering_id, int64_t now, json_t **out)
{
    return reminders_coming(c, a, reminder_rules(a), gathering_id, now, out);
}

enum status
reminder_skip(struct db_conn *c, const char *rule, int64_t gathering_id, int64_t subject_time,
              bool skip, int64_t now)
{
    struct arena *a = arena_new(0);
    const struct reminder_rule *const *rules = reminder_rules(a);
    struct reminder_moment m;
    bool found = false;
    enum status rc = ST_OK;

    for (size_t r = 0; rc == ST_OK && rules[r]; r++)
        if (strcmp(rules[r]->name, rule) == 0)
            rc = next_moment(c, a, rules[r], gathering_id, now, &m, &found);
    if (rc == ST_OK && (!found || m.subject_time != subject_time))
        rc = ST_NOT_FOUND;
    if (rc == ST_OK && skip)
        rc = take(c, rule, &m, "skipped", now);
    else if (rc == ST_OK)
        rc = db_exec(c, &sql_unskip, NULL, V(rule), V(m.gathering_id), V(m.subject_time));
    arena_free(&a);
    return rc == ST_CONFLICT ? ST_OK : rc;
}
