/*
 * Reminders to those who have a seat: a week before, and the day before. They reach who was
 * confirmed 24 hours before the moment; so nobody who just registered is reminded.
 */
#include "registrations/registrations_list.h"
#include "registrations/registrations_mail.h"
#include "registrations/registrations_store.h"

#define WEEK_DAYS 7
#define TOMORROW_DAYS 1
#define KNOWN_BEFORE MS_DAY

static const char sql_audience[] =
    "SELECT " REGISTRATION_ADDRESSES " FROM registration WHERE gathering_id = $1"
    " AND status = 'confirmed' AND confirmed_at <= $2 AND email <> '' ORDER BY sort_key, id";

static const char sql_size[] = "SELECT COUNT(*) FROM registration WHERE gathering_id = $1"
                               " AND status = 'confirmed' AND confirmed_at <= $2 AND email <> ''";

const char *const registration_reminder_sql[] = { sql_audience, sql_size, NULL };

static enum status
audience(struct db_conn *c, struct arena *a, const struct reminder_moment *m,
         struct registration **out, size_t *count)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_audience, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, m->gathering_id);
    db_bind_int(st, 2, m->at - KNOWN_BEFORE);
    return registration_list_take(&st, a, out, count);
}

static enum status
queue(struct db_conn *c, const struct mail_kind *kind, const struct reminder_moment *m, int64_t now,
      int64_t *mails)
{
    struct arena *a = arena_new(0);
    struct registration *who = NULL;
    size_t n = 0;
    char occasion[24];
    enum status rc = audience(c, a, m, &who, &n);

    (void)snprintf(occasion, sizeof occasion, "%lld", (long long)m->subject_time);
    *mails = 0;
    for (size_t i = 0; i < n && rc == ST_OK; i++) {
        rc = registration_mail(c, kind, &who[i], occasion, NULL, now);
        if (rc == ST_OK)
            (*mails)++;
    }
    arena_free(&a);
    return rc;
}

static enum status
size(struct db_conn *c, const struct reminder_moment *m, int64_t *people)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_size, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, m->gathering_id);
    db_bind_int(st, 2, m->at - KNOWN_BEFORE);
    rc = db_next(st);
    if (rc == ST_OK)
        *people = db_int(st, 0);
    db_finish(&st);
    return rc;
}

static enum status
week_moments(struct db_conn *c, struct arena *a, int64_t now, struct reminder_moment **out,
             size_t *count)
{
    return gathering_moments(c, a, GATHERING_STARTS, WEEK_DAYS, now, out, count);
}

static enum status
tomorrow_moments(struct db_conn *c, struct arena *a, int64_t now, struct reminder_moment **out,
                 size_t *count)
{
    return gathering_moments(c, a, GATHERING_STARTS, TOMORROW_DAYS, now, out, count);
}

static enum status
week_queue(struct db_conn *c, const struct reminder_moment *m, int64_t now, int64_t *mails)
{
    return queue(c, &registration_mail_week, m, now, mails);
}

static enum status
tomorrow_queue(struct db_conn *c, const struct reminder_moment *m, int64_t now, int64_t *mails)
{
    return queue(c, &registration_mail_tomorrow, m, now, mails);
}

static const struct reminder_rule week = {
    .name = "registration.week",
    .audience = "registered",
    .moments = week_moments,
    .queue = week_queue,
    .size = size,
};
static const struct reminder_rule tomorrow = {
    .name = "registration.tomorrow",
    .audience = "registered",
    .moments = tomorrow_moments,
    .queue = tomorrow_queue,
    .size = size,
};

const struct reminder_rule *const registration_reminder_rules[] = { &week, &tomorrow, NULL };
