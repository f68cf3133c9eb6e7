/* Finding people at the door by what is typed of their name, organisation or short code. */
#include "tickets/tickets_store.h"

#include <string.h>

#include "base/fold.h"

DB_SQL_OF(sql_search, ticket_record,
          "SELECT {columns} FROM ticket WHERE gathering_id = $1 AND cancelled_at IS NULL"
          " AND ((" FOLD_LIKE(search_key, 2, 3, 4, 5, 6, 7, 8,
                              9) ") OR short LIKE $10) ORDER BY sort_key, id LIMIT $11");

/* "7k4m 2x" -> "7K4M2X%"; what cannot be a code matches nothing. */
static const char *
short_pattern(struct arena *a, const char *query)
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
    return n >= 3 ? arena_printf(a, "%s%%", out) : "";
}

enum status
ticket_search(struct db_conn *c, struct arena *a, int64_t gathering_id, const char *query,
              struct ticket *out, size_t max, size_t *count)
{
    const char *pattern[FOLD_ASKED];
    struct db_rows rows;

    *count = 0;
    fold_patterns(a, query, pattern);
    db_each(&rows, c, a, &sql_search, V(gathering_id), FOLD_VALUES(pattern),
            V(short_pattern(a, query)), V((int64_t)max));
    while (*count < max && db_row(&rows, &out[*count]))
        (*count)++;
    return db_done(&rows, ST_OK);
}
