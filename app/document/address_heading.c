/* Headings of columns, as people write them and as contacts are exported by Google, Outlook
 * (English and Norwegian) and Thunderbird. */
#include <string.h>

#include "base/fold.h"
#include "document/address_person.h"

enum { HEADING_BYTES = 60 };

/* Folded (fold_plain), numbers left out: "E-mail 1 - Value" is "e mail value". */
static const char *const mail[] = {
    "e post",
    "epost",
    "e postadresse",
    "epostadresse",
    "e post adresse",
    "e mail",
    "email",
    "mail",
    "e mail address",
    "email address",
    "mail address",
    "mailadresse",
    "e mail adresse",
    "email adresse",
    "e mail value",
    "primary email",
    "secondary email",
    "primary e mail",
    "secondary e mail",
    "primaer e post",
    "sekundaer e post",
    "primaer e postadresse",
    "sekundaer e postadresse",
    "primaer epost",
    "sekundaer epost",
    "primaere e mail adresse",
    "sekundaere e mail adresse",
    "e postadress",
    "epostadress",
    "mejl",
    "mejladress",
    "primaer e postadress",
    "sekundaer e postadress",
    "primaer e mail",
    "sekundaer e mail",
};
static const char *const name[] = {
    "navn",
    "namn",
    "name",
    "fullt navn",
    "fullt namn",
    "full name",
    "kontakt",
    "kontaktperson",
    "contact",
    "deltaker",
    "deltakar",
    "for og etternavn",
    "for og etternamn",
    "vollstandiger name",
    "deltager",
    "deltagare",
};
static const char *const first[] = {
    "fornavn", "fornamn", "first name", "given name", "firstname", "vorname", "tilltalsnamn",
};
static const char *const middle[] = {
    "mellomnavn", "mellomnamn", "middle name",      "additional name",
    "mellemnavn", "mellannamn", "weitere vornamen",
};
static const char *const last[] = {
    "etternavn",   "etternamn", "last name", "lastname",  "surname",
    "family name", "nachname",  "efternavn", "efternamn",
};
static const char *const display[] = {
    "display name",        "e mail display name", "visningsnavn", "visningsnamn",
    "visingsnamn",         "vist navn",           "vist namn",    "visningsnavn for e post",
    "e post visningsnavn", "visningsnavn e post", "anzeigename",  "file as",
    "arkiver som",         "lagre som",
};
static const char *const organisation[] = {
    "organisasjon", "organisation", "organization", "organization name", "organisasjonsnavn",
    "firma",        "firmanavn",    "firmanamn",    "bedrift",           "bedriftsnavn",
    "selskap",      "selskapsnavn", "verksemd",     "virksomhet",        "virksomhed",
    "company",      "company name", "arbeidsgiver", "arbeidsgjevar",     "employer",
    "unternehmen",  "foretag",
};

static bool
among(const char *word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(word, list[i]) == 0)
            return true;
    return false;
}

/* Takes the words that are numbers out. */
static char *
without_numbers(char *folded)
{
    size_t len = 0;

    for (const char *at = folded; *at != '\0';) {
        size_t n = strcspn(at, " ");
        const char *next = at + n + (at[n] == ' ');

        if (strspn(at, "0123456789") < n) {
            if (len > 0)
                folded[len++] = ' ';
            memmove(folded + len, at, n);
            len += n;
        }
        at = next;
    }
    folded[len] = '\0';
    return folded;
}

enum address_role
address_heading(struct arena *a, const char *cell)
{
    static const struct {
        const char *const *list;
        size_t n;
        enum address_role role;
    } known[] = {
        { mail, ARRAY_LEN(mail), ROLE_MAIL },
        { name, ARRAY_LEN(name), ROLE_NAME },
        { first, ARRAY_LEN(first), ROLE_FIRST },
        { middle, ARRAY_LEN(middle), ROLE_MIDDLE },
        { last, ARRAY_LEN(last), ROLE_LAST },
        { display, ARRAY_LEN(display), ROLE_DISPLAY },
        { organisation, ARRAY_LEN(organisation), ROLE_ORGANISATION },
    };
    char *folded;

    if (cell[0] == '\0' || strlen(cell) > HEADING_BYTES)
        return ROLE_NONE;
    folded = without_numbers(fold_plain(a, cell));
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (among(folded, known[i].list, known[i].n))
            return known[i].role;
    return ROLE_NONE;
}
