#include "document/address_person.h"

#include <string.h>
#include <strings.h>

#include "base/fold.h"
#include "base/text.h"

enum { NAME_BYTES = 200, WORDS_BYTES = 200 };

struct span
span_trim(struct span s)
{
    while (s.n > 0 && (s.s[0] == ' ' || s.s[0] == '\t')) {
        s.s++;
        s.n--;
    }
    while (s.n > 0 && (s.s[s.n - 1] == ' ' || s.s[s.n - 1] == '\t'))
        s.n--;
    return s;
}

bool
span_has(struct span s, char c)
{
    return s.n > 0 && memchr(s.s, c, s.n) != NULL;
}

static struct span
strip(struct span s, const char *front, const char *back)
{
    while (s.n > 0 && strchr(front, s.s[0]) != NULL) {
        s.s++;
        s.n--;
    }
    while (s.n > 0 && strchr(back, s.s[s.n - 1]) != NULL)
        s.n--;
    return s;
}

/* Copy of at most size bytes, never cutting a letter. */
static char *
copy(struct arena *a, struct span s, size_t size)
{
    if (s.n > size) {
        s.n = size;
        while (s.n > 0 && ((unsigned char)s.s[s.n] & 0xC0) == 0x80)
            s.n--;
    }
    return arena_strndup(a, s.n > 0 ? s.s : "", s.n);
}

/* ---- The address ---- */

static enum address_why
why_not(const char *s)
{
    const char *at = strchr(s, '@'), *dot;

    if (at == NULL)
        return ADDRESS_NO_AT;
    if (at == s)
        return ADDRESS_NO_LOCAL;
    if (strlen(s) > 254)
        return ADDRESS_TOO_LONG;
    if (text_email_ok(s))
        return ADDRESS_OK;
    dot = strrchr(at, '.');
    if (strchr(at + 1, '@') == NULL && (dot == NULL || dot[1] == '\0'))
        return ADDRESS_NO_DOMAIN_END;
    return ADDRESS_BAD_CHARACTERS;
}

void
address_judge(struct arena *a, struct span written, struct address_entry *out)
{
    static const char front[] = " \t\"'<>()[]{},;:*.!?=", back[] = " \t\"'<>()[]{},;:*.!?=\\|";
    struct span s = strip(written, front, back);

    if (s.n > 7 && strncasecmp(s.s, "mailto:", 7) == 0) {
        const char *query;

        s = strip((struct span){ s.s + 7, s.n - 7 }, front, back);
        query = s.n > 0 ? memchr(s.s, '?', s.n) : NULL;
        if (query != NULL)
            s.n = (size_t)(query - s.s);
    }
    if (!span_has(s, '@')) { /* the words themselves, for the message */
        s = span_trim(written);
        out->email = text_clean(a, copy(a, s, WORDS_BYTES), true);
        out->why = s.n > 0 && span_has(s, '@') ? ADDRESS_NO_LOCAL : ADDRESS_NO_AT;
    } else {
        out->email = copy(a, s, 512);
        out->why = why_not(out->email);
    }
    out->ok = out->why == ADDRESS_OK;
    out->email_normal = out->ok ? text_email_normal(a, out->email) : "";
}

/* ---- Names ---- */

/* "" and \" inside quotes become ", and quotes around go. */
static char *
unquote(struct arena *a, struct span s)
{
    char *out = copy(a, s, s.n);
    size_t len = 0;

    for (size_t i = 0; out[i] != '\0'; i++) {
        if ((out[i] == '"' || out[i] == '\\') && out[i + 1] == '"')
            i++;
        out[len++] = out[i];
    }
    out[len] = '\0';
    return out;
}

const char *
address_cell(struct arena *a, struct span written)
{
    struct span s = span_trim(written);

    if (s.n >= 2 && s.s[0] == '"' && s.s[s.n - 1] == '"')
        s = (struct span){ s.s + 1, s.n - 2 };
    return text_clean(a, unquote(a, s), true);
}

static bool
has_letter(const char *s)
{
    for (; *s != '\0'; s++)
        if ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || (unsigned char)*s >= 0xC3)
            return true;
    return false;
}

bool
address_is_organisation(struct arena *a, const char *text)
{
    static const char *const words[] = {
        "as",
        "asa",
        "da",
        "ans",
        "sa",
        "enk",
        "ab",
        "oy",
        "aps",
        "ltd",
        "limited",
        "gmbh",
        "inc",
        "kommune",
        "bank",
        "sparebank",
        "nav",
        "avd",
        "avdeling",
        "universitet",
        "hogskole",
        "hogskulen",
        "hogskule",
        "skole",
        "skule",
        "institutt",
        "gruppen",
        "group",
        "holding",
        "firma",
        "naeringshage",
        "naeringsforening",
        "fylkeskommune",
        "cluster",
        "klynge",
        "hub",
        "techhub",
        "ntnu",
        "sintef",
        "norge",
        "norway",
    };
    char *folded;

    if (strlen(text) > NAME_BYTES)
        return false;
    if (strchr(text, '&') != NULL)
        return true;
    folded = fold_plain(a, text);
    for (char *save = NULL, *w = strtok_r(folded, " ", &save); w != NULL;
         w = strtok_r(NULL, " ", &save))
        for (size_t i = 0; i < ARRAY_LEN(words); i++)
            if (strcmp(w, words[i]) == 0)
                return true;
    return false;
}

/* Cuts "(...)" off the end; its inside, or NULL. */
static const char *
take_brackets(struct arena *a, char *name)
{
    size_t n = strlen(name);
    char *open = strrchr(name, '(');
    const char *inside;

    if (n < 3 || name[n - 1] != ')' || open == NULL || open == name)
        return NULL;
    name[n - 1] = '\0';
    inside = text_clean(a, open + 1, true);
    *open = '\0';
    return has_letter(inside) && strchr(inside, '@') == NULL ? inside : NULL;
}

/* "Nes, Kåre" and "Nes, Kåre, Firma AS"; "Berg, jr." and "Nes, Firma AS" are not turned round. */
static const char *
turn_round(struct arena *a, char *name, const char **organisation)
{
    char *comma = strchr(name, ','), *more;
    const char *first;

    if (comma == NULL)
        return name;
    *comma = '\0';
    more = strchr(comma + 1, ',');
    if (more != NULL)
        *more = '\0';
    first = text_clean(a, comma + 1, true);
    if (more != NULL && *organisation == NULL && has_letter(more + 1))
        *organisation = text_clean(a, more + 1, true);
    if (!has_letter(first))
        return name;
    if (more == NULL && address_is_organisation(a, name) && *organisation == NULL) {
        *organisation = text_clean(a, name, true); /* "Nes Mekaniske AS, Kåre Nes" */
        return first;
    }
    if (address_is_organisation(a, first)) {
        if (*organisation == NULL)
            *organisation = first;
        return name;
    }
    if (text_equal_ci(first, "jr") || text_equal_ci(first, "jr.") || text_equal_ci(first, "sr."))
        return arena_printf(a, "%s, %s", name, first);
    return arena_printf(a, "%s %s", first, text_clean(a, name, true));
}

const char *
address_name(struct arena *a, struct span written, const char **organisation)
{
    static const char front[] = " \t\"'<>([]{},;:-*.=|", back[] = " \t\"'<>[]{},;:-*=|";
    const char *found = NULL, *name;
    char *text = text_clean(a, unquote(a, strip(written, front, back)), true);
    size_t n;

    if (strchr(text, '@') != NULL || strlen(text) > 4 * NAME_BYTES)
        return "";
    found = take_brackets(a, text);
    n = strlen(text);
    while (n > 0 && strchr(" )\"", text[n - 1]) != NULL)
        text[--n] = '\0';
    name = text_clean(a, turn_round(a, text, &found), true);
    if (found != NULL)
        *organisation = copy(a, (struct span){ found, strlen(found) }, NAME_BYTES);
    return has_letter(name) ? copy(a, (struct span){ name, strlen(name) }, NAME_BYTES) : "";
}

/* ---- Headings ---- */

enum address_role
address_heading(struct arena *a, const char *cell)
{
    static const struct {
        const char *word;
        enum address_role role;
    } known[] = {
        { "e post", ROLE_MAIL },
        { "epost", ROLE_MAIL },
        { "e postadresse", ROLE_MAIL },
        { "epostadresse", ROLE_MAIL },
        { "e mail", ROLE_MAIL },
        { "email", ROLE_MAIL },
        { "mail", ROLE_MAIL },
        { "e mail address", ROLE_MAIL },
        { "email address", ROLE_MAIL },
        { "mailadresse", ROLE_MAIL },
        { "navn", ROLE_NAME },
        { "namn", ROLE_NAME },
        { "name", ROLE_NAME },
        { "fullt navn", ROLE_NAME },
        { "full name", ROLE_NAME },
        { "kontakt", ROLE_NAME },
        { "kontaktperson", ROLE_NAME },
        { "deltaker", ROLE_NAME },
        { "deltakar", ROLE_NAME },
        { "fornavn", ROLE_FIRST },
        { "fornamn", ROLE_FIRST },
        { "first name", ROLE_FIRST },
        { "etternavn", ROLE_LAST },
        { "etternamn", ROLE_LAST },
        { "last name", ROLE_LAST },
        { "surname", ROLE_LAST },
        { "organisasjon", ROLE_ORGANISATION },
        { "organisation", ROLE_ORGANISATION },
        { "organization", ROLE_ORGANISATION },
        { "firma", ROLE_ORGANISATION },
        { "bedrift", ROLE_ORGANISATION },
        { "selskap", ROLE_ORGANISATION },
        { "verksemd", ROLE_ORGANISATION },
        { "virksomhet", ROLE_ORGANISATION },
        { "company", ROLE_ORGANISATION },
        { "arbeidsgiver", ROLE_ORGANISATION },
    };
    char *folded;

    if (cell[0] == '\0' || strlen(cell) > 40)
        return ROLE_NONE;
    folded = fold_plain(a, cell);
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strcmp(folded, known[i].word) == 0)
            return known[i].role;
    return ROLE_NONE;
}
