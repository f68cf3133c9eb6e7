#include "document/address_list.h"

#include <string.h>
#include <strings.h>

#include "base/fold.h"
#include "base/text.h"
#include "document/address_reader.h"

/* ---- Entries ---- */

static struct address_entry *
add_entry(struct reader *r, struct span written)
{
    struct address_list *l = r->out;
    struct address_entry *e;

    if (l->n == ADDRESS_LIST_MAX) {
        r->full = true;
        return NULL;
    }
    ARENA_GROW(r->arena, l->entries, l->n, &r->capacity);
    e = &l->entries[l->n++];
    *e = (struct address_entry){
        .name = "", .organisation = "", .line = r->line, .duplicate_of = -1
    };
    address_judge(r->arena, written, e);
    return e;
}

bool
address_too_long(struct reader *r, struct span s)
{
    size_t letters = 0;

    s = span_trim(s);
    for (size_t i = 0; i < s.n; i++)
        letters += ((unsigned char)s.s[i] & 0xC0) != 0x80;
    if (letters <= ADDRESS_CELL_MAX)
        return false;
    r->out->long_line = r->line;
    r->out->long_column = r->column;
    r->full = true;
    return true;
}

static void
add_person(struct reader *r, struct span address, struct span name)
{
    struct address_entry *e = address_too_long(r, name) ? NULL : add_entry(r, address);
    const char *organisation = NULL;

    if (e == NULL)
        return;
    e->name = address_name(r->arena, name, &organisation);
    if (organisation != NULL)
        e->organisation = organisation;
}

bool
address_has_word(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.s[i] >= 0x80 || (s.s[i] >= '0' && s.s[i] <= '9') ||
            (s.s[i] >= 'A' && s.s[i] <= 'Z') || (s.s[i] >= 'a' && s.s[i] <= 'z'))
            return true;
    return false;
}

void
address_add_words(struct reader *r, struct span s)
{
    s = span_trim(address_unlabelled(r->arena, s));
    if (address_has_word(s))
        (void)add_entry(r, s);
}

struct shape {
    int addresses; /* fields with @ between ; and , */
    bool semicolon, comma, angle;
    bool words_before; /* in the field with the @: "Nes, Kåre a@b" */
};

static struct shape
shape_of(struct span line)
{
    struct shape sh = { 0 };
    char by = ';';

    while (by != '\0') {
        struct span f = address_next_field(&line, ";,", &by);

        sh.semicolon = sh.semicolon || by == ';';
        sh.comma = sh.comma || by == ',';
        if (span_has_address(f)) {
            sh.addresses++;
            sh.angle = sh.angle || span_has(f, '<');
            f = span_trim(f);
            f.n = (size_t)((const char *)memchr(f.s, '@', f.n) - f.s);
            sh.words_before = sh.words_before || span_has(f, ' ');
        }
    }
    return sh;
}

/* ---- A person in words ---- */

/* "Name <a@b>", also several of them one after the other. */
static void
angle_person(struct reader *r, struct span s)
{
    while (span_has(s, '<') && !r->full) {
        const char *open = memchr(s.s, '<', s.n);
        size_t left = s.n - (size_t)(open + 1 - s.s);
        const char *close = left > 0 ? memchr(open + 1, '>', left) : NULL;
        const char *end = close == NULL ? s.s + s.n : close;
        struct span name = { s.s, (size_t)(open - s.s) };
        struct span address = { open + 1, (size_t)(end - open - 1) };
        struct span rest = { end, (size_t)(s.s + s.n - end) };

        if (rest.n > 0)
            rest = (struct span){ rest.s + 1, rest.n - 1 };
        if (!address_has_word(name) && !span_has_address(rest))
            name = rest; /* "<a@b> Name" */
        add_person(r, address, name);
        if (!span_has_address(rest))
            return;
        s = rest;
    }
    if (span_has_address(s) && !r->full)
        add_person(r, s, (struct span){ 0 });
}

static struct span
next_word(struct span *rest)
{
    struct span s = span_trim(*rest);
    size_t n = 0;

    while (n < s.n && s.s[n] != ' ')
        n++;
    *rest = (struct span){ s.s + n, s.n - n };
    return (struct span){ s.s, n };
}

/* "Name a@b", "a@b Name", "a@b (Name)", "a@b c@d". */
static void
bare_person(struct reader *r, struct span s)
{
    struct span rest = s, address = { 0 }, word;
    int found = 0;

    while ((word = next_word(&rest)).n > 0) {
        if (!span_has_address(word))
            continue;
        if (found++ > 0 && !r->full) {
            if (found == 2)
                add_person(r, address, (struct span){ 0 });
            add_person(r, word, (struct span){ 0 });
        }
        address = word;
    }
    if (found != 1)
        return;
    struct span before = { s.s, (size_t)(address.s - s.s) };
    struct span after = { address.s + address.n, s.n - before.n - address.n };
    add_person(r, address, address_has_word(before) ? before : after);
}

static void
person(struct reader *r, struct span s)
{
    s = span_trim(address_unlabelled(r->arena, s));
    if (span_has(s, '<'))
        angle_person(r, s);
    else
        bare_person(r, s);
}

/* ---- Lists: groups between ;, in them persons between , whose names may hold one ---- */

/* Is it the organisation of the person before it? */
static bool
organisation_after(struct reader *r, struct span s)
{
    struct address_list *l = r->out;
    struct address_entry *e = l->n > 0 ? &l->entries[l->n - 1] : NULL;
    const char *cell;

    if (e == NULL || e->line != r->line || e->organisation[0] != '\0')
        return false;
    if (address_too_long(r, s))
        return true;
    cell = address_cell(r->arena, s);
    if (!address_is_organisation(r->arena, cell) && !address_is_at(r, e, cell))
        return false;
    e->organisation = cell;
    return true;
}

static void
group(struct reader *r, struct span s)
{
    struct span pending = { 0 };
    int found = 0;
    bool angle = false;
    char by = ',';

    while (by != '\0' && !r->full) {
        struct span f = address_next_field(&s, ",", &by);

        r->column++;
        if (pending.n == 0)
            pending = f;
        else
            pending.n = (size_t)(f.s + f.n - pending.s);
        if (!span_has_address(f)) {
            if (!address_has_word(pending))
                pending.n = 0;
            continue;
        }
        angle = span_has(f, '<');
        person(r, pending);
        pending.n = 0;
        found++;
    }
    if (pending.n == 0 || r->full)
        return;
    if (found != 1 || !angle || !organisation_after(r, pending)) /* "Kåre <a@b>, Firma AS" */
        address_add_words(r, pending);
}

void
address_read_list(struct reader *r, struct span line)
{
    char by = ';';

    while (by != '\0' && !r->full)
        group(r, address_next_field(&line, ";", &by));
}

/* ---- Lines ---- */

static void
words_only(struct reader *r, struct span line, const struct shape *sh)
{
    char by = ';';

    if (address_heading_row(r, line, sh->semicolon ? ';' : ','))
        return;
    if (sh->comma && !sh->semicolon) { /* "Nes, Kåre": one person */
        address_add_words(r, line);
        return;
    }
    while (by != '\0' && !r->full)
        address_add_words(r, address_next_field(&line, ";", &by));
}

/* "sep=;", with which Excel is told what is between cells. */
static bool
declares(struct reader *r, struct span line)
{
    line = span_trim(line);
    if (line.n == 7 && line.s[0] == '"' && line.s[6] == '"')
        line = (struct span){ line.s + 1, 5 };
    if (r->line != 1 || line.n < 4 || line.n > 5 || strncasecmp(line.s, "sep=", 4) != 0)
        return false;
    if (line.n == 5 && strchr(";,|", line.s[4]) == NULL)
        return false;
    r->declared = (char)(line.n == 5 ? line.s[4] : '\t');
    return true;
}

/* Takes "Til:" and the like off *line; true: the line is about nobody, "Emne: ...". */
static bool
of_a_head(struct reader *r, struct span *line)
{
    struct span rest;
    enum address_label label = address_label(r->arena, *line, &rest);

    if (label == LABEL_PEOPLE) {
        r->head = true;
        *line = rest;
    }
    return label == LABEL_OTHER && r->head;
}

static void
read_line(struct reader *r, struct span whole)
{
    struct span line;
    struct shape sh;

    if (!address_has_word(whole) || declares(r, whole) || of_a_head(r, &whole))
        return;
    line = span_trim(whole);
    if (r->declared != '\0' && span_has(line, r->declared)) {
        address_table_row(r, whole, r->declared);
        return;
    }
    if (span_has(line, '\t')) {
        address_table_row(r, whole, '\t');
        return;
    }
    sh = shape_of(line);
    if (sh.semicolon && r->separator == ';' && !sh.angle)
        address_table_row(r, line, ';');
    else if (sh.comma && r->separator == ',' && !sh.angle)
        address_table_row(r, line, ',');
    else if (sh.addresses == 0)
        words_only(r, line, &sh);
    else if (sh.addresses == 1 && !sh.angle && (sh.semicolon || (sh.comma && !sh.words_before)))
        address_table_row(r, line, sh.semicolon ? ';' : ',');
    else
        address_read_list(r, line);
}

/* ---- Duplicates ---- */

static uint32_t
hash(const char *s)
{
    uint32_t h = 2166136261u; /* FNV-1a */

    for (; *s != '\0'; s++)
        h = (h ^ (unsigned char)*s) * 16777619u;
    return h;
}

/* An address without a name is whoever has it. */
static bool
same_person(const struct address_entry *x, const struct address_entry *y)
{
    return strcmp(x->email_normal, y->email_normal) == 0 &&
           (x->name_key[0] == '\0' || y->name_key[0] == '\0' ||
            strcmp(x->name_key, y->name_key) == 0);
}

static void
find_duplicates(struct arena *a, struct address_list *l)
{
    size_t size = 2;

    while (size < 2 * l->n)
        size *= 2;
    /* As large as the list asks for: a list of one is read for each contact of a program. */
    int *table = ARENA_ARRAY(a, int, size); /* index + 1 */

    for (size_t i = 0; i < l->n; i++) {
        struct address_entry *e = &l->entries[i];

        e->name_key = fold_name(a, e->name);
        if (!e->ok) {
            l->n_bad++;
            continue;
        }
        size_t at = hash(e->email_normal) % size;
        while (table[at] != 0 && !same_person(&l->entries[table[at] - 1], e))
            at = (at + 1) % size;
        if (table[at] != 0) {
            e->duplicate_of = table[at] - 1;
            l->n_duplicate++;
        } else {
            table[at] = (int)i + 1;
            l->n_ok++;
        }
    }
}

enum status
address_list_read(struct arena *a, const char *text, struct address_list *out)
{
    struct reader r = { .arena = a, .out = out };
    char *p;

    *out = (struct address_list){ 0 };
    if (strnlen(text, (size_t)ADDRESS_LIST_MAX_BYTES + 1) > ADDRESS_LIST_MAX_BYTES)
        return ST_LIMIT;
    p = address_normalised(a, text);
    for (size_t left = strlen(p); left > 0 && !r.full;) {
        size_t n = address_line((struct span){ p, left });
        int breaks = address_join(p, n);

        r.line++;
        r.column = 0;
        read_line(&r, (struct span){ p, n });
        r.line += breaks;
        n += n < left;
        p += n;
        left -= n;
    }
    if (out->long_line != 0)
        return ST_INVALID;
    if (r.full)
        return ST_LIMIT;
    address_table_end(&r);
    find_duplicates(a, out);
    return ST_OK;
}

const char *
address_why_key(enum address_why why)
{
    static const char *const keys[] = {
        "ok", "no_at", "no_local", "no_domain_end", "bad_characters", "too_long"
    };

    return keys[why];
}
