/* When the rules of other features remind: found by the gatherings' own times. */
#include "gatherings/gatherings_moments.h"

#include "mailing/mailing.h"

#define LOOK_BACK (60 * MS_DAY)

#define SOON(time)                                                                                 \
    "SELECT id, " time ", timezone FROM gathering WHERE status = 'published' AND " time " > $1"    \
    " AND " time " < $2 ORDER BY 2, id"
static const char sql_starting[] = SOON("starts_at");
static const char sql_closing[] = SOON("COALESCE(deadline, starts_at)");

const char *const gathering_moments_sql[] = { sql_starting, sql_closing, NULL };

enum status
gathering_moments(struct db_conn *c, struct arena *a, enum gathering_time target, int days,
                  int64_t now, struct reminder_moment **out, size_t *count)
{
    struct reminder_moment *all = NULL;
    size_t n = 0, room = 0;
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, target == GATHERING_STARTS ? sql_starting : sql_closing, &st);

    if (rc != ST_OK)
        return rc;
    /* One day more on each side, for the hours the moment is moved into the day. */
    db_bind_int(st, 1, now - LOOK_BACK - MS_DAY);
    db_bind_int(st, 2, now + (days + 2) * MS_DAY);
    while ((rc = db_next(st)) == ST_OK) {
        int64_t time = db_int(st, 1), at = reminder_time(db_text(st, 2), time, days);

        if (at <= now - LOOK_BACK || at > now + MS_DAY)
            continue;
        ARENA_GROW(a, all, n, &room);
        all[n++] = (struct reminder_moment){
            .gathering_id = db_int(st, 0), .at = at, .target = time, .subject_time = time
        };
    }
    db_finish(&st);
    *out = all;
    *count = n;
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}
