/* The gatherings' own times: what other features remind of, and until when mail is of use. */
#include "gatherings/gatherings_rules.h"
#include "mailing/mailing.h"

#define PUBLISHED(time)                                                                            \
    "SELECT id, id, " time ", timezone FROM gathering WHERE status = 'published' AND "
#define BETWEEN(time) PUBLISHED(time) time " > $1 AND " time " < $2 ORDER BY 3, 1"
#define OF(time) PUBLISHED(time) "id = $1"
#define CLOSES "COALESCE(deadline, starts_at)"
DB_SQL(sql_published, BETWEEN("published_at"));
DB_SQL(sql_published_of, OF("published_at"));
DB_SQL(sql_closing, BETWEEN(CLOSES));
DB_SQL(sql_closing_of, OF(CLOSES));
DB_SQL(sql_starting, BETWEEN("starts_at"));
DB_SQL(sql_starting_of, OF("starts_at"));
DB_SQL(sql_ending, BETWEEN("ends_at"));
DB_SQL(sql_ending_of, OF("ends_at"));
DB_SQL(sql_times, "SELECT starts_at, ends_at FROM gathering WHERE id = $1");

const struct reminder_subject gathering_reminders = {
    .name = "gathering",
    .topic = &gathering_topic,
    .when = { [REMINDER_PUBLISHED] = { &sql_published, &sql_published_of },
              [REMINDER_CLOSES] = { &sql_closing, &sql_closing_of },
              [REMINDER_STARTS] = { &sql_starting, &sql_starting_of },
              [REMINDER_ENDS] = { &sql_ending, &sql_ending_of } },
};

enum status
gathering_mail_until_end(struct db_conn *c, int64_t gathering_id, int64_t *until)
{
    int64_t start;

    return db_get(c, NULL, &sql_times, R(&start), R(until), V(gathering_id));
}

enum status
gathering_mail_until_start(struct db_conn *c, int64_t gathering_id, int64_t *until)
{
    int64_t end;

    return db_get(c, NULL, &sql_times, R(until), R(&end), V(gathering_id));
}

int64_t
gatherings_sign_until(const struct gathering *list, size_t count, int64_t now)
{
    int64_t until = INT64_MAX;

    for (size_t i = 0; i < count; i++) {
        int64_t at = gathering_sign_until(&list[i], now);

        until = at < until ? at : until;
    }
    return until;
}
