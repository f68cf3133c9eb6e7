/* Finding people at the door by what is typed of their name, organisation or short code. */
#include "tickets/tickets_store.h"

#include <string.h>

#include "base/fold.h"

#define SEARCH_WORDS 3

DB_SQL_OF(sql_search, ticket_record,
          "SELECT {columns} FROM ticket WHERE gathering_id = $1 AND cancelled_at IS NULL"
          " AND (((' ' || search_key) LIKE $2 AND (' ' || search_key) LIKE $3"
          "       AND (' ' || search_key) LIKE $4) OR short LIKE $5)"
          " ORDER BY sort_key, id LIMIT $6");

/* Up to three words as patterns; the folded key holds letters, digits and spaces only, so that
 * nothing in it means anything to LIKE. The last pattern takes the rest of the query as it is. */
static void
word_patterns(struct arena *a, const char *query, const char *pattern[SEARCH_WORDS])
{
    const char *rest = fold_search(a, query);

    for (size_t i = 0; i < SEARCH_WORDS; i++) {
        size_t n = i + 1 < SEARCH_WORDS ? strcspn(rest, " ") : strlen(rest);
        pattern[i] = n > 0 ? arena_printf(a, "%% %.*s%%", (int)n, rest) : "%";
        rest += n;
        rest += strspn(rest, " ");
    }
}

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
    const char *pattern[SEARCH_WORDS];
    struct db_rows rows;

    *count = 0;
    word_patterns(a, query, pattern);
    db_each(&rows, c, a, &sql_search, V(gathering_id), V(pattern[0]), V(pattern[1]), V(pattern[2]),
            V(short_pattern(a, query)), V((int64_t)max));
    while (*count < max && db_row(&rows, &out[*count]))
        (*count)++;
    return db_done(&rows, ST_OK);
}
