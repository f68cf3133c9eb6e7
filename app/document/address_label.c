/* What stands before a colon in the head of a pasted mail, and in lists written by hand. */
#include <string.h>

#include "base/fold.h"
#include "document/address_person.h"

enum { LABEL_BYTES = 32 };

/* Folded (fold_plain): whom a mail is from and to, in Bokmål, Nynorsk and Danish, English, German
 * and Swedish. */
static const char *const people[] = {
    "fra",       "til",          "kopi",       "kopi til",   "blindkopi",  "svar til", "from",
    "to",        "cc",           "bcc",        "reply to",   "sender",     "von",      "an",
    "kopie",     "fran",         "till",       "blindkopie", "antwort an", "kopia",    "blindkopia",
    "svar till", "hemlig kopia", "avsender",   "mottaker",   "mottakere",  "mottakar", "recipients",
    "absender",  "mottagare",    "empfaenger",
};
/* What else is in such a head, and nobody. */
static const char *const others[] = {
    "sendt",      "dato",      "emne",       "vedlegg",     "prioritet",
    "viktighet",  "sent",      "date",       "subject",     "attachments",
    "importance", "priority",  "gesendet",   "datum",       "betreff",
    "anlagen",    "skickat",   "amne",       "aemne",       "bifogade filer",
    "bilagor",    "prioritat", "prioritaet", "wichtigkeit", "vedhaeftede filer",
    "viktigheit",
};
/* One person's, in a list. */
static const char *const fields[] = {
    "e post",         "epost",        "e mail",      "email",          "mail",
    "e postadresse",  "epostadresse", "mailadresse", "e post adresse", "email address",
    "e mail address", "navn",         "namn",        "name",           "kontakt",
    "kontaktperson",  "contact",      "deltaker",    "deltakar",       "att",
    "attn",
};

static bool
among(const char *word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(word, list[i]) == 0)
            return true;
    return false;
}

enum address_label
address_label(struct arena *a, struct span s, struct span *rest)
{
    static const char marks[] = " \t*>-|\"_";
    const char *colon, *word;
    enum address_label label;

    while (s.n > 0 && strchr(marks, s.s[0]) != NULL)
        s = (struct span){ s.s + 1, s.n - 1 };
    colon = s.n > 0 ? memchr(s.s, ':', s.n < LABEL_BYTES ? s.n : LABEL_BYTES) : NULL;
    if (colon == NULL || colon == s.s)
        return LABEL_NONE;
    word = fold_plain(a, arena_strndup(a, s.s, (size_t)(colon - s.s)));
    label = among(word, people, ARRAY_LEN(people))   ? LABEL_PEOPLE
            : among(word, others, ARRAY_LEN(others)) ? LABEL_OTHER
            : among(word, fields, ARRAY_LEN(fields)) ? LABEL_FIELD
                                                     : LABEL_NONE;
    if (label == LABEL_NONE)
        return label;
    s = (struct span){ colon + 1, s.n - (size_t)(colon + 1 - s.s) };
    while (s.n > 0 && strchr(" \t*_", s.s[0]) != NULL)
        s = (struct span){ s.s + 1, s.n - 1 };
    *rest = s;
    return label;
}

struct span
address_unlabelled(struct arena *a, struct span s)
{
    struct span rest = s;
    enum address_label label = address_label(a, s, &rest);

    return label == LABEL_PEOPLE || label == LABEL_FIELD ? rest : s;
}
