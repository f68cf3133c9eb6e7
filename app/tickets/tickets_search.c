/* Finding people at the door by the beginning of their short code. */
#include "tickets/tickets_store.h"

/* The last letter of codes is Z: what comes behind all that begin so. */
#define BEHIND "["

DB_SQL_OF(sql_search, ticket_record,
          "SELECT {columns} FROM ticket WHERE gathering_id = $1 AND short >= $2 AND short < $3"
          " AND cancelled_at IS NULL ORDER BY short LIMIT $4");

/* "7k4m 2x" -> "7K4M2X"; "" for what cannot be a code. */
static const char *
short_begin(struct arena *a, const char *query)
{
    char out[10];
    size_t n = 0;

    for (const char *p = query; *p != '\0'; p++) {
        if (*p == ' ' || *p == '-')
            continue;
        char ch = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
        if (n >= 8 || !((ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z')))
            return "";
        out[n++] = ch;
    }
    out[n] = '\0';
    return n >= 3 ? arena_strdup(a, out) : "";
}

enum status
ticket_search(struct db_conn *c, struct arena *a, int64_t gathering_id, const char *query,
              struct ticket *out, size_t max, size_t *count)
{
    const char *begin = short_begin(a, query);
    struct db_rows rows;

    *count = 0;
    if (begin[0] == '\0')
        return ST_OK;
    db_each(&rows, c, a, &sql_search, V(gathering_id), V(begin),
            V(arena_printf(a, "%s" BEHIND, begin)), V((int64_t)max));
    while (*count < max && db_row(&rows, &out[*count]))
        (*count)++;
    return db_done(&rows, ST_OK);
}
