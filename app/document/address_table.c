#include <string.h>
#include <strings.h>

#include "base/fold.h"
#include "base/text.h"
#include "document/address_reader.h"

enum { HEADINGS_MAX = 10 /* else a text of headings would never come to its limit */ };

struct row {
    const char *cell[CELLS_MAX];
    size_t n;
    size_t mail; /* first with an address, or n */
};

static bool
has_address(const char *cell)
{
    return span_has_address((struct span){ cell, strlen(cell) });
}

static void
split_row(struct reader *r, struct span line, char separator, struct row *row)
{
    char separators[2] = { separator, '\0' };
    char by = separator;

    row->n = 0;
    while (by != '\0' && row->n < CELLS_MAX)
        row->cell[row->n++] = address_cell(r->arena, address_next_field(&line, separators, &by));
    row->mail = 0;
    while (row->mail < row->n && !has_address(row->cell[row->mail]))
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
    return address_has_word((struct span){ s, strlen(s) }) && strpbrk(s, "0123456789:/") == NULL &&
           !has_address(s);
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

bool
address_is_at(struct reader *r, const struct address_entry *e, const char *word)
{
    const char *at = strchr(e->email, '@');
    char *folded = fold_plain(r->arena, word);
    size_t n = 0;

    for (const char *s = folded; *s != '\0'; s++)
        if (*s != ' ')
            folded[n++] = *s;
    return at != NULL && n > 0 && strncasecmp(at + 1, folded, n) == 0;
}

/* "7Sense Products AS"; not "Bord 7", "6783 Stryn", a number or a link. */
static bool
organisation_with_digits(struct reader *r, const struct address_entry *e, const char *c)
{
    return strpbrk(c, "@:/") == NULL && strpbrk(c, "0123456789") != NULL &&
           (address_has_form(r->arena, c) || address_is_at(r, e, c));
}

/* It is an organisation if its column turns out to hold them. */
static void
guess_later(struct reader *r, const struct address_entry *e, size_t column, const char *cell)
{
    ARENA_GROW(r->arena, r->guesses, r->n_guesses, &r->guesses_capacity);
    r->guesses[r->n_guesses++] =
        (struct address_guess){ (size_t)(e - r->out->entries), column, cell };
}

/* One cell in five is known for one, and none was found otherwise. */
void
address_table_end(struct reader *r)
{
    for (size_t i = 0; i < r->n_guesses; i++) {
        const struct address_guess *g = &r->guesses[i];
        struct address_entry *e = &r->out->entries[g->entry];

        if (e->organisation[0] == '\0' && r->organisations[g->column] > 0 &&
            5 * r->organisations[g->column] >= r->filled[g->column])
            e->organisation = g->cell;
    }
}

struct guessed {
    const char *name, *organisation;
    size_t name_at;
};

/* A cell that may be a name, or what one belongs to. */
static void
guess_words(struct reader *r, struct guessed *g, size_t i, const char *c, char separator,
            const struct address_entry *e)
{
    if (g->name == NULL) {
        g->name = c;
        g->name_at = i;
    } else if (i == g->name_at + 1 && one_word(g->name) && one_word(c) && !address_is_at(r, e, c)) {
        g->name = separator == ','
                      ? arena_printf(r->arena, "%s %s", c, g->name) /* "Nes, Kåre, a@b" */
                      : arena_printf(r->arena, "%s %s", g->name, c);
    } else if (one_word(g->name) && !one_word(c) && g->organisation == NULL) {
        if (address_is_at(r, e, g->name))
            g->organisation = g->name;
        else
            guess_later(r, e, g->name_at, g->name);
        g->name = c;
        g->name_at = i;
    } else if (g->organisation == NULL && address_is_at(r, e, c)) {
        g->organisation = c;
        r->organisations[i]++;
    } else {
        guess_later(r, e, i, c);
    }
}

/* "Navn: Kåre Nes" */
static const char *
unlabelled(struct reader *r, const char *cell)
{
    struct span s = { cell, strlen(cell) }, bare = address_unlabelled(r->arena, s);

    return bare.s == s.s ? cell : arena_strndup(r->arena, bare.s, bare.n);
}

/* No headings: what looks like an organisation is one; first and last name may stand apart. */
static void
guess(struct reader *r, const struct row *row, char separator, struct address_entry *e)
{
    struct guessed g = { 0 };

    for (size_t i = 0; i < row->n; i++) {
        const char *c = unlabelled(r, row->cell[i]);

        r->filled[i] += c[0] != '\0';
        if (i == row->mail)
            continue;
        if ((could_be_name(c) && address_is_organisation(r->arena, c)) ||
            organisation_with_digits(r, e, c)) {
            g.organisation = g.organisation == NULL ? c : g.organisation;
            r->organisations[i]++;
        } else if (could_be_name(c)) {
            guess_words(r, &g, i, c, separator, e);
        }
    }
    if (g.name != NULL && e->name[0] == '\0')
        e->name = address_name(r->arena, (struct span){ g.name, strlen(g.name) }, &g.organisation);
    if (g.organisation != NULL && e->organisation[0] == '\0')
        e->organisation = g.organisation;
}

/* ---- By headings ---- */

/* The first cell of a role with something in it; "" */
static const char *
cell_of(const struct reader *r, const struct row *row, enum address_role role)
{
    for (size_t i = 0; i < row->n; i++)
        if (r->roles[i] == role && row->cell[i][0] != '\0')
            return row->cell[i];
    return "";
}

static const char *
name_of(const struct reader *r, const struct row *row)
{
    const char *first = cell_of(r, row, ROLE_FIRST), *last = cell_of(r, row, ROLE_LAST);
    const char *name = cell_of(r, row, ROLE_NAME);

    if (name[0] != '\0')
        return name;
    if (first[0] == '\0' && last[0] == '\0')
        return cell_of(r, row, ROLE_DISPLAY);
    name = cell_of(r, row, ROLE_MIDDLE);
    return name[0] != '\0' ? arena_printf(r->arena, "%s %s %s", first, name, last)
                           : arena_printf(r->arena, "%s %s", first, last);
}

static void
by_headings(struct reader *r, const struct row *row, struct address_entry *e)
{
    const char *name = name_of(r, row), *organisation = cell_of(r, row, ROLE_ORGANISATION);
    const char *in_name = NULL;

    if (e->name[0] == '\0')
        e->name = address_name(r->arena, (struct span){ name, strlen(name) }, &in_name);
    if (organisation[0] != '\0')
        e->organisation = organisation;
    else if (in_name != NULL && e->organisation[0] == '\0')
        e->organisation = in_name;
}

/* The one cell to read addresses from, where headings say it: one person's others, and what stands
 * in notes, are left alone. NULL: all of the row, for it is not as the headings say. */
static const char *
mail_cell(const struct reader *r, const struct row *row)
{
    const char *mail = NULL;

    for (size_t i = 0; i < row->n && mail == NULL; i++)
        if (r->roles[i] == ROLE_MAIL && has_address(row->cell[i]))
            mail = row->cell[i];
    for (size_t i = 0; i < row->n && mail != NULL; i++)
        if (r->roles[i] != ROLE_MAIL && r->roles[i] != ROLE_NONE && text_email_ok(row->cell[i]) &&
            strcmp(row->cell[i], mail) != 0)
            return NULL;
    return mail;
}

static void
nobody_at_any_address(struct reader *r, const struct row *row, struct span line, bool headings)
{
    const char *said = headings ? cell_of(r, row, ROLE_MAIL) : "";

    if (headings && said[0] == '\0')
        said = name_of(r, row);
    if (headings && said[0] == '\0')
        said = cell_of(r, row, ROLE_ORGANISATION);
    address_add_words(r, said[0] != '\0' ? (struct span){ said, strlen(said) } : line);
}

void
address_table_row(struct reader *r, struct span line, char separator)
{
    bool headings = r->separator == separator;
    struct row row;
    size_t before = r->out->n;
    const char *mail;

    split_row(r, line, separator, &row);
    mail = headings ? mail_cell(r, &row) : NULL;
    if (row.mail == row.n) {
        if (!is_heading(r, &row, separator))
            nobody_at_any_address(r, &row, line, headings);
        return;
    }
    if (too_long(r, &row, headings))
        return;
    if (mail != NULL)
        address_read_list(r, (struct span){ mail, strlen(mail) });
    for (size_t i = row.mail; mail == NULL && i < row.n && !r->full; i++)
        if (has_address(row.cell[i]))
            address_read_list(r, (struct span){ row.cell[i], strlen(row.cell[i]) });
    if (r->out->n == before)
        return;
    if (headings)
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
