/*
 * Private to this room: what an engine provides, and what lies behind the opaque handles of db.h.
 * A driver is one constant table; native handles are its own. Everything here runs on the thread
 * that owns the connection. Statuses are those of db.h; a driver logs what it maps to ST_IO.
 */
#ifndef SAMLING_DATABASE_DRIVER_H
#define SAMLING_DATABASE_DRIVER_H

#include "database/db.h"

enum db_checkpoint {
    CHECKPOINT_PASSIVE,  /* copies what it can without waiting for anybody */
    CHECKPOINT_RESTART,  /* waits briefly for readers, then has the log begun anew, over the old */
    CHECKPOINT_TRUNCATE, /* the same, and the log's file is empty */
};

struct db_driver {
    const char *scheme; /* of the URL, with its colon: "sqlite:" */
    const char *name;   /* of the folder of its migrations */

    /* place: the URL behind the scheme. Makes the database if there is none. */
    enum status (*create)(const char *place);
    enum status (*connect)(const char *place, enum db_mode mode, void **native);
    void (*disconnect)(void *native);

    /* keep: it will live as long as the connection. */
    enum status (*prepare)(void *native, const char *sql, bool keep, void **stmt);
    void (*finalize)(void *stmt);
    void (*reset)(void *stmt); /* forgets its parameters too */
    enum status (*bind_int)(void *stmt, int n, int64_t v);
    /* Never NULL. copy: it need not outlive the call; else it stands until reset. */
    enum status (*bind_text)(void *stmt, int n, const char *s, bool copy);
    enum status (*bind_blob)(void *stmt, int n, const void *p, size_t len, bool copy);
    enum status (*bind_null)(void *stmt, int n);
    enum status (*next)(void *stmt);
    int (*columns)(void *stmt);                      /* of the rows that it gives */
    int64_t (*column_int)(void *stmt, int col);      /* a truth value is 0 or 1 */
    const char *(*column_text)(void *stmt, int col); /* NULL for SQL's NULL */
    const void *(*column_blob)(void *stmt, int col, size_t *len);
    bool (*column_null)(void *stmt, int col);

    int64_t (*changes)(void *native);
    enum status (*script)(void *native, const char *sql);
    /* While a migration runs: it may reword what it would take long to build anew, such as the
     * order in which a constraint is asked. */
    void (*rewording)(void *native, bool may);
    /* Static SQL that begins a transaction: one snapshot for all that is read in it, and nothing
     * changed; or one that may write. */
    const char *begin_read, *begin_write;
    bool (*in_transaction)(void *native);
    /* A constraint that is checked only at the commit stands violated just now. */
    bool (*constraint_pending)(void *native);
    enum status (*table_exists)(void *native, const char *table, bool *out);

    /*
     * Other processes on the same database; all on the writer's thread. tell: word of a change,
     * within the transaction that makes it; they hear it once it is on disk. hear: outside one; fn
     * is called with what they have told since the call before, and the first call only begins.
     * An engine that knows no more than that something changed tells nothing, and says
     * db_topic_all.
     */
    enum status (*tell)(void *native, const struct db_topic *topic, int64_t id);
    enum status (*hear)(void *native,
                        void (*fn)(void *ctx, const struct db_topic *topic, int64_t id), void *ctx);
    /* Of all servers on a database one leads: does what must be done once. Asked again and again;
     * who leads does so until the connection ends. */
    enum status (*lead)(void *native, bool *leads);

    /* From now on the caller keeps the write-ahead log short, not the engine after a commit. */
    void (*log_watch)(void *native);
    /* In the log after the last commit; -1 when there was none since this was asked. */
    int64_t (*log_pages)(void *native);
    enum status (*checkpoint)(void *native, enum db_checkpoint how);

    /* After the disk was full: is there room again? Outside a transaction. ST_OK, ST_FULL; others
     * when it cannot be said. */
    enum status (*find_room)(void *native);

    const char *(*lost)(void *native); /* as db_lost */
    enum status (*backup)(void *native, const char *path);
    enum status (*check)(void *native, enum db_check_depth depth,
                         void (*say)(void *ctx, const char *line), void *ctx);
};

extern const struct db_driver db_sqlite_driver;

struct db {
    const struct db_driver *driver;
    char place[];
};

struct db_note {
    const struct db_topic *topic;
    int64_t id;
};

#define DB_NOTES_MAX 64

struct db_conn {
    const struct db_driver *driver;
    void *native;
    enum db_mode mode;
    struct db_stmt **slot; /* hash table of kept statements, by the address of their SQL */
    size_t slots, kept;    /* slots is a power of two */
    int open;              /* statements in use */
    bool failed;           /* a statement of this transaction: nothing may follow but its undoing */
    struct db_note note[DB_NOTES_MAX];
    size_t notes;
    bool notes_over; /* more than fit */
};

#endif
