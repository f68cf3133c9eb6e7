/* Finding people at the door by what is typed of their name, organisation or short code. */
#include "tickets/tickets_store.h"

#include <string.h>

#include "base/fold.h"

#define SEARCH_WORDS 3

static const char sql_search[] =
    "SELECT " TICKET_COLUMNS "  FROM ticket"
    " WHERE gathering_id = $1 AND cancelled_at IS NULL"
    "   AND (((' ' || search_key) LIKE $2 AND (' ' || search_key) LIKE $3"
    "         AND (' ' || search_key) LIKE $4) OR short LIKE $5)"
    " ORDER BY sort_key, id LIMIT $6";

const char *const ticket_search_sql[] = { sql_search, NULL };

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
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_search, &st);

    *count = 0;
    if (rc != ST_OK)
        return rc;
    word_patterns(a, query, pattern);
    db_bind_int(st, 1, gathering_id);
    for (int i = 0; i < SEARCH_WORDS; i++)
        db_bind_text(st, 2 + i, pattern[i]);
    db_bind_text(st, 5, short_pattern(a, query));
    db_bind_int(st, 6, (int64_t)max);
    while ((rc = db_next(st)) == ST_OK && *count < max)
        ticket_store_row(st, a, &out[(*count)++]);
    db_finish(&st);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
ticket_by_id(struct db_conn *c, struct arena *a, int64_t id, struct ticket *out)
{
    return ticket_store_by_id(c, a, id, out);
}
