/* When the rules of other features remind: found by the gatherings' own times. */
#include "gatherings/gatherings.h"
#include "mailing/mailing.h"

#define LOOK_BACK (60 * MS_DAY)

#define SOON(time)                                                                                 \
    "SELECT id, " time ", timezone FROM gathering WHERE status = 'published' AND " time " > $1"    \
    " AND " time " < $2 ORDER BY 2, id"
DB_SQL(sql_starting, SOON("starts_at"));
DB_SQL(sql_closing, SOON("COALESCE(deadline, starts_at)"));
DB_SQL(sql_times, "SELECT starts_at, ends_at FROM gathering WHERE id = $1");

enum status
gathering_moments(struct db_conn *c, struct arena *a, enum gathering_time target, int days,
                  int64_t now, struct reminder_moment **out, size_t *count)
{
    struct reminder_moment *all = NULL, m = { 0 };
    size_t n = 0, room = 0;
    struct db_rows rows;
    char zone[64];

    /* One day more on each side, for the hours the moment is moved into the day. */
    db_each(&rows, c, a, target == GATHERING_STARTS ? &sql_starting : &sql_closing,
            V(now - LOOK_BACK - MS_DAY), V(now + (days + 2) * MS_DAY));
    while (db_take(&rows, R(&m.gathering_id), R(&m.target), R_CHARS(zone))) {
        m.at = reminder_time(zone, m.target, days);
        m.subject_time = m.target;
        if (m.at <= now - LOOK_BACK || m.at > now + MS_DAY)
            continue;
        ARENA_GROW(a, all, n, &room);
        all[n++] = m;
    }
    *out = all;
    *count = n;
    return db_done(&rows, ST_OK);
}

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
