/* Which automatic message is due, which comes too late, which is overtaken; which are to come. */
#include "mailing/mailing_schedule.h"

#include "base/clock.h"
#include "document/zone.h"

#define LOOK_BACK (60 * MS_DAY)
#define COMING (400 * MS_DAY)
#define KNOWN_BEFORE MS_DAY

#define RUN "rule = $1 AND subject = $2 AND subject_id = $3 AND moment = $4"
/* Let be by a clock that had gone ahead: it is to be looked at again. */
#define AHEAD "begun_at > $5 AND outcome IN ('missed', 'overtaken')"
DB_SQL(sql_done,
       "SELECT outcome, mails, reached FROM reminder_run WHERE " RUN " AND NOT (" AHEAD ")");
DB_SQL(sql_anew, "DELETE FROM reminder_run WHERE " RUN " AND " AHEAD);
DB_SQL(sql_take, "INSERT INTO reminder_run (rule, subject, subject_id, moment, begun_at, outcome)"
                 " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (rule, subject, subject_id, moment)"
                 " DO NOTHING");
DB_SQL(sql_went, "UPDATE reminder_run SET mails = mails + $5, reached = $6, outcome = $7"
                 " WHERE " RUN);
DB_SQL(sql_unskip, "DELETE FROM reminder_run WHERE " RUN " AND outcome = 'skipped'");

#define SENDING "sending"

int64_t
reminder_at(const char *zone, int64_t time, int days)
{
    return zone_reminder_moment(zone, time, -days);
}

const struct reminder_rule *const *
reminder_rules(struct arena *a)
{
    const struct reminder_rule **all = NULL;
    size_t n = 0, room = 0;

    for (size_t i = 0; all_features[i]; i++)
        for (size_t j = 0; all_features[i]->reminder_rules && all_features[i]->reminder_rules[j];
             j++) {
            ARENA_GROW(a, all, n, &room);
            all[n++] = all_features[i]->reminder_rules[j];
        }
    ARENA_GROW(a, all, n, &room);
    all[n] = NULL;
    return all;
}

/* ── Moments ── */

static void
place(const struct reminder_rule *r, const char *zone, struct reminder_moment *m)
{
    m->at = reminder_at(zone, m->time, r->days);
    m->until = r->grace ? m->at + r->grace : m->time;
    if (r->days < 0 && m->until > m->time)
        m->until = m->time;
}

/* Those due within the last 60 days or soon. */
static enum status
moments(struct db_conn *c, struct arena *a, const struct reminder_rule *r, int64_t now,
        struct reminder_moment **out, size_t *count)
{
    struct reminder_moment *all = NULL, m = { 0 };
    size_t n = 0, room = 0;
    struct db_rows rows;
    char zone[64];

    /* One day more on each side, for the hours the moment is moved into the day. */
    db_each(&rows, c, a, r->subject->when[r->time].between,
            V(now - LOOK_BACK - (r->days + 1) * MS_DAY), V(now - (r->days - 2) * MS_DAY));
    while (db_take(&rows, R(&m.subject_id), R(&m.gathering_id), R(&m.time), R_CHARS(zone))) {
        place(r, zone, &m);
        if (m.at <= now - LOOK_BACK || m.at > now + MS_DAY)
            continue;
        ARENA_GROW(a, all, n, &room);
        all[n++] = m;
    }
    *out = all;
    *count = n;
    return db_done(&rows, ST_OK);
}

/* The rule's moment of one subject as it stands now; *found false: it has none. */
static enum status
moment_of(struct db_conn *c, const struct reminder_rule *r, int64_t subject_id,
          struct reminder_moment *out, bool *found)
{
    char zone[64];
    enum status rc = db_get(c, NULL, r->subject->when[r->time].of, R(&out->subject_id),
                            R(&out->gathering_id), R(&out->time), R_CHARS(zone), V(subject_id));

    *found = rc == ST_OK;
    if (*found)
        place(r, zone, out);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

/* What became of it so far: outcome "" when it was not begun. */
struct run {
    char outcome[12];
    int64_t mails, reached;
};

static enum status
run_of(struct db_conn *c, const struct reminder_rule *r, const struct reminder_moment *m,
       int64_t now, struct run *out)
{
    enum status rc;

    *out = (struct run){ 0 };
    rc = db_get(c, NULL, &sql_done, R_CHARS(out->outcome), R(&out->mails), R(&out->reached),
                V(r->name), V(r->subject->name), V(m->subject_id), V(m->time), V(now));
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

static bool
is_open(const struct run *run)
{
    return !*run->outcome || strcmp(run->outcome, SENDING) == 0;
}

/* ── Due ── */

struct moments {
    struct reminder_moment *at;
    size_t n;
};

/* One of its group that comes later is due as well. Equal moments: the rule listed later goes. */
static bool
overtaken(const struct reminder_rule *const *rules, const struct moments *all, size_t rule,
          const struct reminder_moment *m, int64_t now)
{
    for (size_t r = 0; rules[r]; r++) {
        if (r == rule || rules[r]->subject != rules[rule]->subject ||
            strcmp(rules[r]->group, rules[rule]->group) != 0)
            continue;
        for (size_t i = 0; i < all[r].n; i++) {
            const struct reminder_moment *o = &all[r].at[i];
            if (o->subject_id == m->subject_id && o->at <= now && o->until > now &&
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
        rc = moments(c, a, rules[r], now, &all[r].at, &all[r].n);
        total += all[r].n;
    }
    *out = ARENA_ARRAY(a, struct reminder_due, total + 1);
    for (size_t r = 0; rc == ST_OK && r < n_rules; r++) {
        for (size_t i = 0; rc == ST_OK && i < all[r].n; i++) {
            const struct reminder_moment *m = &all[r].at[i];
            struct run run;

            if (m->at > now)
                continue;
            rc = run_of(c, rules[r], m, now, &run);
            if (rc != ST_OK || !is_open(&run))
                continue;
            (*out)[(*count)++] =
                (struct reminder_due){ .rule = rules[r],
                                       .moment = *m,
                                       .outcome = m->until <= now ? REMINDER_MISSED
                                                  : overtaken(rules, all, r, m, now)
                                                      ? REMINDER_OVERTAKEN
                                                      : REMINDER_SENT };
        }
    }
    qsort(*out, *count, sizeof **out, by_time);
    return rc;
}

/* ── Doing it ── */

/* Unless it is taken already. */
static enum status
take(struct db_conn *c, const struct reminder_rule *r, const struct reminder_moment *m,
     const char *outcome, int64_t now)
{
    enum status rc = db_exec(c, &sql_anew, NULL, V(r->name), V(r->subject->name), V(m->subject_id),
                             V(m->time), V(now));

    return rc == ST_OK ? db_exec(c, &sql_take, NULL, V(r->name), V(r->subject->name),
                                 V(m->subject_id), V(m->time), V(now), V(outcome))
                       : rc;
}

/* Since it was read the subject may have moved or been cancelled. */
static enum status
still_stands(struct db_conn *c, const struct reminder_due *d, bool *stands)
{
    struct reminder_moment m;
    enum status rc = moment_of(c, d->rule, d->moment.subject_id, &m, stands);

    *stands = *stands && m.time == d->moment.time && m.at == d->moment.at;
    return rc;
}

struct reached {
    int64_t id;
    const char *name, *email, *lang;
};

/* Who has asked for no more of them is let be, without a word in the log. */
static enum status
remind(struct db_conn *c, const struct reminder_due *d, const struct reached *p, int64_t now,
       int64_t *mails)
{
    enum suppression suppressed = SUPPRESSED_NOT;
    char occasion[24];
    const struct mail_new mail = { .kind = d->rule->kind,
                                   .parent = d->rule->parent,
                                   .parent_id = p->id,
                                   .gathering_id = d->moment.gathering_id,
                                   .occasion = occasion,
                                   .to_name = p->name,
                                   .to_email = p->email,
                                   .lang = p->lang,
                                   .now = now };
    enum status rc = ST_OK;

    (void)snprintf(occasion, sizeof occasion, "%lld", (long long)d->moment.time);
    if (d->rule->kind->class_ == MAIL_INVITATION)
        rc = mail_suppressed(c, p->email, &suppressed);
    if (rc != ST_OK || suppressed != SUPPRESSED_NOT)
        return rc;
    ++*mails;
    return mail_queue(c, &mail, NULL);
}

static enum status
piece(struct db_conn *c, const struct reminder_due *d, int64_t now, int64_t *reached,
      struct reminder_piece *out)
{
    const struct reminder_moment *m = &d->moment;
    struct arena *a = arena_new(0);
    struct db_rows rows;
    struct reached p;
    int64_t until = clock_mono() + out->ms;
    bool late = false;
    int people = 0;
    enum status rc = ST_OK;

    db_each(&rows, c, a, d->rule->audience, V(m->subject_id), V(m->at - KNOWN_BEFORE), V(*reached),
            V(REMINDER_PIECE));
    while (rc == ST_OK && !late && db_take(&rows, R(&p.id), R(&p.name), R(&p.email), R(&p.lang))) {
        rc = remind(c, d, &p, now, &out->mails);
        *reached = p.id;
        people++;
        late = out->ms > 0 && clock_mono() >= until;
        arena_reset(a);
    }
    rc = db_done(&rows, rc);
    arena_free(&a);
    out->more = late || people == REMINDER_PIECE;
    return rc;
}

enum status
reminder_run(struct db_conn *c, const struct reminder_due *d, int64_t now,
             struct reminder_piece *out)
{
    static const char *const begun[] = { SENDING, "missed", "overtaken" };
    const struct reminder_moment *m = &d->moment;
    struct run run = { 0 };
    bool stands = false;
    enum status rc = still_stands(c, d, &stands);

    *out = (struct reminder_piece){ .ms = out->ms };
    if (rc != ST_OK || !stands)
        return rc;
    rc = take(c, d->rule, m, begun[d->outcome], now);
    if (rc == ST_OK)
        rc = run_of(c, d->rule, m, now, &run);
    if (rc != ST_OK || strcmp(run.outcome, SENDING) != 0)
        return rc;
    /* Begun, and too late now for the rest: what went has gone. */
    if (d->outcome == REMINDER_SENT)
        rc = piece(c, d, now, &run.reached, out);
    if (rc != ST_OK)
        return rc;
    return db_exec(c, &sql_went, NULL, V(d->rule->name), V(d->rule->subject->name),
                   V(m->subject_id), V(m->time), V(out->mails), V(run.reached),
                   V(out->more ? SENDING : "sent"));
}

/* ── To come ── */

static enum status
coming_view(struct db_conn *c, const struct reminder_rule *rule, const struct reminder_moment *m,
            int64_t now, json_t *list)
{
    struct run run;
    int64_t people = 0;
    enum status rc = run_of(c, rule, m, now, &run);
    json_t *v;

    if (rc != ST_OK || (*run.outcome && strcmp(run.outcome, "skipped") != 0))
        return rc;
    v = json_pack("{s:s, s:s, s:I, s:I, s:b}", "rule", rule->name, "label", rule->kind->label, "at",
                  (json_int_t)m->at, "time", (json_int_t)m->time, "skipped", *run.outcome != '\0');
    if (rule->size) {
        rc = db_get(c, NULL, rule->size, R(&people), V(m->subject_id), V(m->at - KNOWN_BEFORE));
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

/* The rule's moment of the subject, where that is still to come. */
static enum status
next_moment(struct db_conn *c, const struct reminder_rule *rule, int64_t subject_id, int64_t now,
            struct reminder_moment *out, bool *found)
{
    enum status rc = moment_of(c, rule, subject_id, out, found);

    *found = *found && out->at > now && out->at <= now + COMING;
    return rc;
}

enum status
reminder_coming(struct db_conn *c, struct arena *a, const struct reminder_subject *subject,
                int64_t subject_id, int64_t now, json_t **out)
{
    const struct reminder_rule *const *rules = reminder_rules(a);
    json_t *list = json_array();
    enum status rc = ST_OK;

    for (size_t r = 0; rc == ST_OK && rules[r]; r++) {
        struct reminder_moment m;
        bool found = false;

        if (rules[r]->subject == subject)
            rc = next_moment(c, rules[r], subject_id, now, &m, &found);
        if (rc == ST_OK && found)
            rc = coming_view(c, rules[r], &m, now, list);
    }
    if (rc == ST_OK)
        *out = sorted(a, list);
    else
        json_decref(list);
    return rc;
}

enum status
reminder_skip(struct db_conn *c, const char *rule, const struct reminder_subject *subject,
              int64_t subject_id, int64_t time, bool skip, int64_t now)
{
    struct arena *a = arena_new(0);
    const struct reminder_rule *const *rules = reminder_rules(a), *r = NULL;
    struct reminder_moment m = { 0 };
    bool found = false;
    enum status rc = ST_OK;

    for (size_t i = 0; rules[i]; i++)
        if (rules[i]->subject == subject && strcmp(rules[i]->name, rule) == 0)
            r = rules[i];
    if (r)
        rc = next_moment(c, r, subject_id, now, &m, &found);
    if (rc == ST_OK && (!found || m.time != time))
        rc = ST_NOT_FOUND;
    if (rc == ST_OK && skip)
        rc = take(c, r, &m, "skipped", now);
    else if (rc == ST_OK)
        rc = db_exec(c, &sql_unskip, NULL, V(r->name), V(r->subject->name), V(m.subject_id),
                     V(m.time));
    arena_free(&a);
    return rc;
}
