#include "database/swept.h"

void
swept_begin(struct swept *s, int64_t rows)
{
    *s = (struct swept){ .room = rows };
}

int64_t
swept_pace(int64_t rows, int64_t ms)
{
    if (ms > SWEPT_MS)
        return rows / 2 > SWEPT_LEAST ? rows / 2 : SWEPT_LEAST;
    if (ms < SWEPT_MS / 2)
        return rows * 2 < SWEPT_ROWS ? rows * 2 : SWEPT_ROWS;
    return rows;
}

void
swept_add(struct swept *s, const char *kind, int64_t count)
{
    if (count == 0)
        return;
    for (size_t i = 0; i < s->kinds; i++)
        if (strcmp(s->of[i].kind, kind) == 0) {
            s->of[i].count += count;
            return;
        }
    if (s->kinds == SWEPT_KINDS)
        BUG("more than %d kinds in one sweep", SWEPT_KINDS);
    s->of[s->kinds].kind = kind;
    s->of[s->kinds++].count = count;
}

enum status
swept_exec_args(struct db_conn *c, const struct db_sql *sql, struct swept *swept, const char *kind,
                const struct db_arg *arg, size_t n)
{
    int64_t count = 0;

    if (swept->room <= 0)
        return ST_OK;

    enum status rc = db_exec_args(c, sql, &count, arg, n);

    if (rc != ST_OK)
        return rc;
    swept_add(swept, kind, count);
    swept->room -= count;
    swept->more = swept->more || swept->room <= 0;
    return ST_OK;
}

const char *
swept_text(const struct swept *s, char *out, size_t size)
{
    size_t n = 0;

    out[0] = '\0';
    for (size_t i = 0; i < s->kinds && n < size; i++) {
        int put = snprintf(out + n, size - n, " %s=%lld", s->of[i].kind, (long long)s->of[i].count);

        n += put > 0 ? (size_t)put : 0;
    }
    return out;
}
