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

bool
span_has_address(struct span s)
{
    for (size_t i = 1; i < s.n; i++)
        if (s.s[i] == '@' && strchr(" \t(\"", s.s[i - 1]) == NULL)
            return true;
    return false;
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

/* A word of the text among the first n. */
static bool
has_word_of(struct arena *a, const char *text, const char *const *words, size_t n)
{
    char *folded = fold_plain(a, text);

    for (char *save = NULL, *w = strtok_r(folded, " ", &save); w != NULL;
         w = strtok_r(NULL, " ", &save))
        for (size_t i = 0; i < n; i++)
            if (strcmp(w, words[i]) == 0)
                return true;
    return false;
}

static const char *const forms[] = {
    "as", "asa", "da",  "ans",     "sa",   "enk", "ab",
    "oy", "aps", "ltd", "limited", "gmbh", "inc", "llc",
};

bool
address_has_form(struct arena *a, const char *text)
{
    return strlen(text) <= NAME_BYTES && has_word_of(a, text, forms, ARRAY_LEN(forms));
}

bool
address_is_organisation(struct arena *a, const char *text)
{
    static const char *const words[] = {
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

    if (strlen(text) > NAME_BYTES)
        return false;
    return strchr(text, '&') != NULL || address_has_form(a, text) ||
           has_word_of(a, text, words, ARRAY_LEN(words));
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

/* A name with @ in it: an address there is no name, "Kåre Nes @ Firma" is two. */
static char *
without_at(struct arena *a, char *text, const char **organisation)
{
    char *out = arena_alloc(a, strlen(text) + 1), *at, *save = NULL;
    size_t n = 0;

    for (char *w = strtok_r(text, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save)) {
        struct address_entry e = { 0 };

        address_judge(a, (struct span){ w, strlen(w) }, &e);
        if (e.ok)
            continue;
        if (n > 0)
            out[n++] = ' ';
        memcpy(out + n, w, strlen(w));
        n += strlen(w);
    }
    out[n] = '\0';
    if (out[0] == '@')
        return out + 1;
    at = strstr(out, " @");
    if (at != NULL) {
        *at = '\0';
        if (has_letter(at + 2))
            *organisation = text_clean(a, at + 2, true);
    }
    return out;
}

const char *
address_name(struct arena *a, struct span written, const char **organisation)
{
    static const char front[] = " \t\"'<>([]{},;:-*.=|", back[] = " \t\"'<>[]{},;:-*=|";
    const char *found = NULL, *name;
    struct span bare = strip(address_unlabelled(a, strip(written, front, back)), front, back);
    char *text = text_clean(a, unquote(a, bare), true);
    size_t n;

    if (strlen(text) > 4 * NAME_BYTES)
        return "";
    if (strchr(text, '@') != NULL)
        text = without_at(a, text, &found);
    if (found == NULL)
        found = take_brackets(a, text);
    n = strlen(text);
    while (n > 0 && strchr(" )\"", text[n - 1]) != NULL)
        text[--n] = '\0';
    name = text_clean(a, turn_round(a, text, &found), true);
    if (found != NULL)
        *organisation = copy(a, (struct span){ found, strlen(found) }, NAME_BYTES);
    return has_letter(name) ? copy(a, (struct span){ name, strlen(name) }, NAME_BYTES) : "";
}
