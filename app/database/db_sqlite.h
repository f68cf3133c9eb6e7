/* Private to the SQLite driver's files. */
#ifndef SAMLING_DATABASE_DB_SQLITE_H
#define SAMLING_DATABASE_DB_SQLITE_H

#include <sqlite3.h>

#include "database/driver.h"

struct sqlite_conn {
    sqlite3 *h;
    int64_t log_pages; /* told by the hook after each commit, until asked */
    int64_t version;   /* of the data, when it was last listened */
    bool heard;        /* it was listened before */
};

#define SQLITE_WAIT_MS 5000 /* for another process's lock */

/* The status of an extended result code; logs the engine's words for what is nobody's answer.
 * what: for the log, without personal data. */
enum status sqlite_status(sqlite3 *h, int code, const char *what);

const char *sqlite_care_lost(void *native);
enum status sqlite_care_backup(void *native, const char *path);
enum status sqlite_check(void *native, enum db_check_depth depth,
                         void (*say)(void *ctx, const char *line), void *ctx);
void sqlite_care_log_watch(void *native);
int64_t sqlite_care_log_pages(void *native);
enum status sqlite_care_checkpoint(void *native, enum db_checkpoint how);
enum status sqlite_care_find_room(void *native);

#endif
