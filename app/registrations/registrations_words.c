#include "registrations/registrations_words.h"

#include <string.h>

#include "base/fold.h"

#define PACKED_AT_ONCE 5 /* rows, by one who registers */

#define SOURCE                                                                                     \
    "SELECT id, name, organisation, email, sort_key, organisation_key FROM registration"           \
    " WHERE gathering_id = $1 AND id > $2 AND id <= $3 ORDER BY id LIMIT $4"
DB_SQL(sql_source, SOURCE);
DB_SQL(sql_rows, "SELECT last_id, entries FROM registration_words WHERE gathering_id = $1"
                 " ORDER BY last_id");
DB_SQL(sql_end, "SELECT last_id FROM registration_words WHERE gathering_id = $1 AND last_id < $2"
                " ORDER BY last_id DESC LIMIT 1");
DB_SQL(sql_row_of, "SELECT last_id FROM registration_words WHERE gathering_id = $1"
                   " AND last_id >= $2 ORDER BY last_id LIMIT 1");
DB_SQL(sql_add, "INSERT INTO registration_words (gathering_id, last_id, entries)"
                " VALUES ($1, $2, $3)");
DB_SQL(sql_set, "UPDATE registration_words SET entries = $3 WHERE gathering_id = $1"
                " AND last_id = $2");
DB_SQL(sql_clear, "DELETE FROM registration_words");
DB_SQL(sql_gatherings, "SELECT MIN(id) FROM gathering WHERE id > $1");

static void
add_words(struct buf *out, const char *folded)
{
    for (const char *at = folded; *at != '\0'; at += strspn(at, " ")) {
        size_t n = strcspn(at, " ");

        buf_addc(out, '/');
        buf_add(out, at, n);
        at += n;
    }
}

/* The lines of at most max registrations behind `after`, up to `to`. *last: the last one's id. */
static enum status
lines_of(struct db_conn *c, struct arena *a, int64_t gathering_id, int64_t after, int64_t to,
         int64_t max, struct buf *out, int64_t *last, int64_t *count)
{
    const char *name, *organisation, *email, *sort, *organisation_sort;
    struct db_rows rows;

    *count = 0;
    db_each(&rows, c, a, &sql_source, V(gathering_id), V(after), V(to), V(max));
    while (db_take(&rows, R(last), R(&name), R(&organisation), R(&email), R(&sort),
                   R(&organisation_sort))) {
        buf_addf(out, "%lld\t%s\t%s\t", (long long)*last, sort, organisation_sort);
        add_words(out, fold_words(a, arena_printf(a, "%s %s", name, organisation)));
        buf_addc(out, '|');
        add_words(out, fold_words(a, email));
        buf_addc(out, '\n');
        (*count)++;
        arena_reset(a);
    }
    return db_done(&rows, buf_ok(out) ? ST_OK : ST_NOMEM);
}

/* The last that is packed, before `before`; 0: none. */
static enum status
packed_to(struct db_conn *c, int64_t gathering_id, int64_t before, int64_t *last)
{
    enum status rc = db_get(c, NULL, &sql_end, R(last), V(gathering_id), V(before));

    if (rc != ST_NOT_FOUND)
        return rc;
    *last = 0;
    return ST_OK;
}

/* At most max rows; *rows: how many there were enough for. */
static enum status
pack(struct db_conn *c, int64_t gathering_id, int max, int *rows)
{
    struct arena *a = arena_new(0);
    struct buf lines;
    int64_t last = 0, n = REGISTRATION_WORDS_ROW;
    enum status rc = packed_to(c, gathering_id, INT64_MAX, &last);

    *rows = 0;
    buf_init(&lines, 0);
    while (rc == ST_OK && n == REGISTRATION_WORDS_ROW && *rows < max) {
        buf_clear(&lines);
        rc = lines_of(c, a, gathering_id, last, INT64_MAX, REGISTRATION_WORDS_ROW, &lines, &last,
                      &n);
        if (rc != ST_OK || n < REGISTRATION_WORDS_ROW)
            break;
        rc = db_exec(c, &sql_add, NULL, V(gathering_id), V(last), V(buf_str(&lines)));
        ++*rows;
    }
    buf_release(&lines);
    arena_free(&a);
    return rc;
}

enum status
registration_words_came(struct db_conn *c, int64_t gathering_id, int64_t count)
{
    int rows;

    return count % REGISTRATION_WORDS_ROW == 0 ? pack(c, gathering_id, PACKED_AT_ONCE, &rows)
                                               : ST_OK;
}

enum status
registration_words_changed(struct db_conn *c, int64_t gathering_id, int64_t id)
{
    struct arena *a = arena_new(0);
    struct buf lines;
    int64_t last, after = 0, end, n;
    enum status rc = db_get(c, NULL, &sql_row_of, R(&last), V(gathering_id), V(id));

    buf_init(&lines, 0);
    if (rc == ST_OK)
        rc = packed_to(c, gathering_id, last, &after);
    if (rc == ST_OK)
        rc = lines_of(c, a, gathering_id, after, last, INT64_MAX, &lines, &end, &n);
    if (rc == ST_OK)
        rc = db_exec(c, &sql_set, NULL, V(gathering_id), V(last), V(buf_str(&lines)));
    buf_release(&lines);
    arena_free(&a);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

/* Each gathering's id behind *id; ST_NOT_FOUND behind the last. */
static enum status
next_gathering(struct db_conn *c, int64_t *id)
{
    int64_t next = 0;
    enum status rc = db_get(c, NULL, &sql_gatherings, R(&next), V(*id));

    *id = next;
    return rc == ST_OK && next == 0 ? ST_NOT_FOUND : rc;
}

enum status
registration_words_drop(struct db_conn *c)
{
    return db_exec(c, &sql_clear, NULL);
}

/* reached: the last gathering of which all is packed. */
static enum status
piece(struct db_conn *c, struct task *t, int64_t now)
{
    int64_t gathering = t->reached;
    int rows;
    enum status rc = next_gathering(c, &gathering);

    (void)now;
    while (rc == ST_OK && task_goes_on(t)) {
        rc = pack(c, gathering, 1, &rows);
        if (rc == ST_OK)
            task_did(t, rows > 0 ? t->reached : gathering);
        if (rc == ST_OK && rows == 0)
            rc = next_gathering(c, &gathering);
    }
    t->more = rc == ST_OK;
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

const struct task_kind registration_task_words = {
    .name = "registrations.words", /* no key: begun by 0029_contact_words.sql */
    .piece = piece,
};

enum status
registration_words_read(struct db_conn *c, int64_t gathering_id,
                        void (*some)(void *ctx, const char *lines, size_t n), void *ctx)
{
    struct arena *a = arena_new(0);
    struct buf lines;
    struct db_rows rows;
    const char *entries;
    int64_t last = 0, n = REGISTRATION_WORDS_ROW;
    enum status rc;

    db_each(&rows, c, a, &sql_rows, V(gathering_id));
    while (db_take(&rows, R(&last), R(&entries))) {
        some(ctx, entries, strlen(entries));
        arena_reset(a);
    }
    rc = db_done(&rows, ST_OK);
    buf_init(&lines, 0);
    while (rc == ST_OK && n == REGISTRATION_WORDS_ROW) {
        buf_clear(&lines);
        rc = lines_of(c, a, gathering_id, last, INT64_MAX, REGISTRATION_WORDS_ROW, &lines, &last,
                      &n);
        if (rc == ST_OK && n > 0)
            some(ctx, buf_str(&lines), lines.len);
    }
    buf_release(&lines);
    arena_free(&a);
    return rc;
}

/* ── Check ── */

static enum status
check_gathering(struct db_conn *c, struct arena *a, int64_t gathering_id,
                void (*say)(void *ctx, const char *line), void *ctx)
{
    struct arena *row = arena_new(0);
    struct db_rows rows;
    const char *entries;
    struct buf lines;
    int64_t last, after = 0, end, n;
    char text[120];
    enum status rc = ST_OK;

    buf_init(&lines, 0);
    db_each(&rows, c, row, &sql_rows, V(gathering_id));
    while (rc == ST_OK && db_take(&rows, R(&last), R(&entries))) {
        buf_clear(&lines);
        rc = lines_of(c, a, gathering_id, after, last, INT64_MAX, &lines, &end, &n);
        if (rc == ST_OK && strcmp(entries, buf_str(&lines)) != 0) {
            (void)snprintf(text, sizeof text, "gathering %lld: what is found up to %lld is not so",
                           (long long)gathering_id, (long long)last);
            say(ctx, text);
        }
        after = last;
        arena_reset(row);
    }
    rc = db_done(&rows, rc);
    buf_release(&lines);
    arena_free(&row);
    return rc;
}

enum status
registration_words_check(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    struct arena *a = arena_new(0);
    int64_t id = 0;
    enum status rc = next_gathering(c, &id);

    while (rc == ST_OK) {
        rc = check_gathering(c, a, id, say, ctx);
        if (rc == ST_OK)
            rc = next_gathering(c, &id);
    }
    arena_free(&a);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}
