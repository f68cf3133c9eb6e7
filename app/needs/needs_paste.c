#include "needs/needs_paste.h"

#include <string.h>

#include "base/fold.h"
#include "base/text.h"
#include "needs/needs_store.h"

#define CELLS 3
#define ORGANISATION_MAX 200

/* What the kinds are called, folded; "" is a need. */
static const struct {
    const char *word, *kind;
} called[] = {
    { "", "need" },
    { "behov", "need" },
    { "need", "need" },
    { "needs", "need" },
    { "utfordring", "challenge" },
    { "challenge", "challenge" },
    { "mulighet", "opportunity" },
    { "moglegheit", "opportunity" },
    { "hove", "opportunity" },
    { "opportunity", "opportunity" },
    { "kan bidra med", "offer" },
    { "tilbud", "offer" },
    { "tilbod", "offer" },
    { "bidrag", "offer" },
    { "offer", "offer" },
    { "can help with", "offer" },
};

static const char *
kind_of(const char *folded)
{
    for (size_t i = 0; i < ARRAY_LEN(called); i++)
        if (strcmp(called[i].word, folded) == 0)
            return called[i].kind;
    return NULL;
}

struct reader {
    struct arena *a;
    const char *at;
    char separator;
    int line;
    struct need_row *row;
    size_t n, room;
};

/* One cell; *at stands behind it, on the separator, the line break or the end. */
static char *
read_cell(struct reader *r)
{
    char *out = arena_alloc(r->a, strlen(r->at) + 1), *to = out;
    const char *p = r->at;
    bool quoted = *p == '"';

    for (p += quoted; *p != '\0'; p++) {
        if (quoted && *p == '"' && *++p != '"')
            quoted = false;
        if (*p == '\0' || (!quoted && (*p == r->separator || *p == '\n')))
            break;
        r->line += *p == '\n';
        *to++ = *p;
    }
    *to = '\0';
    r->at = p;
    return text_clean(r->a, out, true);
}

static enum need_row_fault
fault_of(const struct need_row *row, bool more)
{
    if (more)
        return NEED_ROW_CELLS;
    if (row->organisation[0] == '\0')
        return NEED_ROW_NO_ORGANISATION;
    if (row->text[0] == '\0')
        return NEED_ROW_NO_TEXT;
    if (text_length(row->organisation) > ORGANISATION_MAX)
        return NEED_ROW_LONG_ORGANISATION;
    if (text_length(row->text) > NEED_TEXT_MAX)
        return NEED_ROW_LONG_TEXT;
    return row->kind == NULL ? NEED_ROW_KIND : NEED_ROW_GOOD;
}

/* "Bedrift; Behov; Type" */
static bool
names_columns(struct arena *a, const struct need_row *row)
{
    static const char *const first[] = { "organisasjon", "bedrift",  "organisation", "company",
                                         "firma",        "verksemd", "virksomhet" };
    const char *folded = fold_plain(a, row->organisation);

    for (size_t i = 0; i < ARRAY_LEN(first); i++)
        if (strcmp(first[i], folded) == 0)
            return kind_of(fold_plain(a, row->text)) != NULL;
    return false;
}

static void
read_row(struct reader *r)
{
    const char *cell[CELLS] = { "", "", "" };
    struct need_row row = { .line = r->line };
    bool more = false;

    for (size_t i = 0;; i++) {
        const char *text = read_cell(r);

        if (i < CELLS)
            cell[i] = text;
        else
            more = more || text[0] != '\0';
        if (*r->at != r->separator)
            break;
        r->at++;
    }
    r->line += *r->at == '\n';
    r->at += *r->at == '\n';
    if (cell[0][0] == '\0' && cell[1][0] == '\0' && cell[2][0] == '\0' && !more)
        return;
    row.organisation = cell[0];
    row.text = cell[1];
    row.typed = cell[2];
    row.kind = kind_of(fold_plain(r->a, cell[2]));
    row.fault = fault_of(&row, more);
    if (r->n == 0 && names_columns(r->a, &row))
        return;
    ARENA_GROW(r->a, r->row, r->n, &r->room);
    r->row[r->n++] = row;
}

static void
mark_twice(struct arena *a, struct need_row *row, size_t n)
{
    const char **key = ARENA_ARRAY(a, const char *, n + 1);

    for (size_t i = 0; i < n; i++) {
        key[i] = arena_printf(a, "%s|%s", fold_plain(a, row[i].organisation), row[i].text);
        for (size_t j = 0; j < i && row[i].fault == NEED_ROW_GOOD; j++)
            if (strcmp(key[i], key[j]) == 0)
                row[i].fault = NEED_ROW_TWICE;
    }
}

enum status
need_rows_read(struct arena *a, const char *pasted, struct need_row **out, size_t *count)
{
    struct reader r = {
        .a = a, .at = pasted, .separator = strchr(pasted, '\t') != NULL ? '\t' : ';', .line = 1
    };

    while (*r.at != '\0' && r.n <= NEED_ROWS_MAX)
        read_row(&r);
    *out = r.row;
    *count = r.n;
    if (r.n > NEED_ROWS_MAX)
        return ST_LIMIT;
    mark_twice(a, r.row, r.n);
    return ST_OK;
}
