#include <string.h>
#include <strings.h>

#include "base/fold.h"
#include "document/address_reader.h"

enum { HEADINGS_MAX = 10 /* else a text of headings would never come to its limit */ };

struct row {
    const char *cell[CELLS_MAX];
    size_t n;
    size_t mail; /* first with @, or n */
};

static void
split_row(struct reader *r, struct span line, char separator, struct row *row)
{
    char separators[2] = { separator, '\0' };
    char by = separator;

    row->n = 0;
    while (by != '\0' && row->n < CELLS_MAX)
        row->cell[row->n++] = address_cell(r->arena, address_next_field(&line, separators, &by));
    row->mail = 0;
    while (row->mail < row->n && strchr(row->cell[row->mail], '@') == NULL)
        row->mail++;
}

/* A row of headings, remembered if so. */
static bool
is_heading(struct reader *r, const struct row *row, char separator)
{
    enum address_role roles[CELLS_MAX] = { ROLE_NONE };
    size_t known = 0, filled = 0;
    bool mail = false;

    if (r->headings == HEADINGS_MAX)
        return false;
    for (size_t i = 0; i < row->n; i++) {
        roles[i] = address_heading(r->arena, row->cell[i]);
        known += roles[i] != ROLE_NONE;
        filled += row->cell[i][0] != '\0';
        mail = mail || roles[i] == ROLE_MAIL;
    }
    if (!mail && known < 2 && (known == 0 || filled > 1))
        return false;
    r->headings++;
    if (row->n > 1) {
        r->separator = separator;
        memcpy(r->roles, roles, sizeof roles);
    }
    return true;
}

static bool
one_word(const char *s)
{
    return s[0] != '\0' && strchr(s, ' ') == NULL && strchr(s, ',') == NULL;
}

static bool
could_be_name(const char *s)
{
    return address_has_word((struct span){ s, strlen(s) }) && strpbrk(s, "0123456789@:/") == NULL;
}

/* Is there a cell too long to be the name or the organisation that it would be taken for? */
static bool
too_long(struct reader *r, const struct row *row, bool headings)
{
    for (size_t i = 0; i < row->n; i++) {
        const char *c = row->cell[i];

        r->column = (int)i + 1;
        if ((headings ? r->roles[i] != ROLE_NONE && r->roles[i] != ROLE_MAIL : could_be_name(c)) &&
            address_too_long(r, (struct span){ c, strlen(c) }))
            return true;
    }
    return false;
}

/* Whether the address is at the word: "Fjordtech" and kare@fjordtech.no. */
static bool
domain_is(struct reader *r, const struct address_entry *e, const char *word)
{
    const char *at = strchr(e->email, '@');
    const char *folded = fold_plain(r->arena, word);

    return at != NULL && folded[0] != '\0' && strncasecmp(at + 1, folded, strlen(folded)) == 0;
}

/* No headings: what looks like an organisation is one; first and last name may stand apart. */
static void
guess(struct reader *r, const struct row *row, char separator, struct address_entry *e)
{
    const char *name = NULL, *organisation = NULL;
    size_t name_at = 0;

    for (size_t i = 0; i < row->n; i++) {
        const char *c = row->cell[i];

        if (i == row->mail || !could_be_name(c))
            continue;
        if (address_is_organisation(r->arena, c)) {
            organisation = organisation == NULL ? c : organisation;
        } else if (name == NULL) {
            name = c;
            name_at = i;
        } else if (i == name_at + 1 && one_word(name) && one_word(c) && !domain_is(r, e, c)) {
            name = separator == ','
                       ? arena_printf(r->arena, "%s %s", c, name) /* "Nes, Kåre, a@b" */
                       : arena_printf(r->arena, "%s %s", name, c);
        } else if (one_word(name) && !one_word(c) && organisation == NULL) {
            organisation = name;
            name = c;
            name_at = i;
        } else if (organisation == NULL) {
            organisation = c;
        }
    }
    if (name != NULL && e->name[0] == '\0')
        e->name = address_name(r->arena, (struct span){ name, strlen(name) }, &organisation);
    if (organisation != NULL && e->organisation[0] == '\0')
        e->organisation = organisation;
}

static void
by_headings(struct reader *r, const struct row *row, struct address_entry *e)
{
    const char *first = "", *last = "", *name = "", *organisation = NULL;

    for (size_t i = 0; i < row->n; i++) {
        if (r->roles[i] == ROLE_NAME && name[0] == '\0')
            name = row->cell[i];
        else if (r->roles[i] == ROLE_FIRST)
            first = row->cell[i];
        else if (r->roles[i] == ROLE_LAST)
            last = row->cell[i];
        else if (r->roles[i] == ROLE_ORGANISATION && organisation == NULL)
            organisation = row->cell[i];
    }
    if (name[0] == '\0')
        name = arena_printf(r->arena, "%s %s", first, last);
    const char *in_name = NULL;
    if (e->name[0] == '\0')
        e->name = address_name(r->arena, (struct span){ name, strlen(name) }, &in_name);
    if (organisation != NULL && organisation[0] != '\0')
        e->organisation = organisation;
    else if (in_name != NULL && e->organisation[0] == '\0')
        e->organisation = in_name;
}

void
address_table_row(struct reader *r, struct span line, char separator)
{
    struct row row;
    size_t before = r->out->n;

    split_row(r, line, separator, &row);
    if (row.mail == row.n) {
        if (!is_heading(r, &row, separator))
            address_add_words(r, line);
        return;
    }
    if (too_long(r, &row, r->separator == separator))
        return;
    for (size_t i = row.mail; i < row.n && !r->full; i++)
        if (strchr(row.cell[i], '@') != NULL)
            address_read_list(r, (struct span){ row.cell[i], strlen(row.cell[i]) });
    if (r->out->n == before)
        return;
    if (r->separator == separator)
        by_headings(r, &row, &r->out->entries[before]);
    else
        guess(r, &row, separator, &r->out->entries[before]);
}

bool
address_heading_row(struct reader *r, struct span line, char separator)
{
    struct row row;

    split_row(r, line, separator, &row);
    return row.mail == row.n && is_heading(r, &row, separator);
}
