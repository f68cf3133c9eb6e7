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

#define AUDIENCE                                                                                   \
    "FROM registration WHERE gathering_id = $1 AND status = 'confirmed' AND confirmed_at <= $2"    \
    " AND email <> ''"
DB_SQL_OF(sql_audience, registration_record,
          "SELECT {brief} " AUDIENCE " AND id > $3 ORDER BY id LIMIT $4");
DB_SQL(sql_size, "SELECT COUNT(*) " AUDIENCE);

static enum status
queue(struct db_conn *c, const struct mail_kind *kind, const struct reminder_moment *m, int64_t now,
      int64_t *mails)
{
    struct arena *a = arena_new(0);
    struct registration *who = NULL;
    int64_t after = 0;
    size_t n = 1;
    char occasion[24];
    enum status rc = ST_OK;

    (void)snprintf(occasion, sizeof occasion, "%lld", (long long)m->subject_time);
    *mails = 0;
    while (rc == ST_OK && n > 0) {
        arena_reset(a);
        rc = db_all(c, a, &sql_audience, &who, &n, V(m->gathering_id), V(m->at - KNOWN_BEFORE),
                    V(after), V(REGISTRATION_PIECE));
        for (size_t i = 0; i < n && rc == ST_OK; i++) {
            rc = registration_mail(c, kind, &who[i], occasion, NULL, now);
            *mails += rc == ST_OK;
        }
        after = n > 0 ? who[n - 1].id : after;
    }
    arena_free(&a);
    return rc;
}

static enum status
size(struct db_conn *c, const struct reminder_moment *m, int64_t *people)
{
    return db_get(c, NULL, &sql_size, R(people), V(m->gathering_id), V(m->at - KNOWN_BEFORE));
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
