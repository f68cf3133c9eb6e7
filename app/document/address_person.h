/*
 * One person out of pasted words: the pieces of address_list.c. Private to document/.
 */
#ifndef SAMLING_DOCUMENT_ADDRESS_PERSON_H
#define SAMLING_DOCUMENT_ADDRESS_PERSON_H

#include "document/address_list.h"

struct span {
    const char *s;
    size_t n;
};

/* Without white space at both ends. */
struct span span_trim(struct span s);
bool span_has(struct span s, char c);
/* Is there an @ with something before it? "Kåre @ Firma" has none. */
bool span_has_address(struct span s);

/* What a line or a name begins with before a colon; *rest is what is behind. */
enum address_label {
    LABEL_NONE,
    LABEL_PEOPLE, /* "Til:", "Cc:" */
    LABEL_OTHER,  /* "Emne:", "Sent:" */
    LABEL_FIELD   /* "E-post:", "Navn:" */
};
enum address_label address_label(struct arena *a, struct span s, struct span *rest);
/* Without one of people or a field. */
struct span address_unlabelled(struct arena *a, struct span s);

/* Fills email, email_normal, ok and why: brackets, quotes, mailto: and full stops around it are
 * taken off first. */
void address_judge(struct arena *a, struct span written, struct address_entry *out);

/* A name as people read it: quotes and brackets off, "Nes, Kåre" turned round, "Kåre Nes (Firma
 * AS)", "Nes, Kåre, Firma AS" and "Kåre Nes @ Firma" split. *organisation is set only when there is
 * one in it. "" when it holds no letter or is an address. */
const char *address_name(struct arena *a, struct span written, const char **organisation);

/* One cell of a table: quotes off, on one line. */
const char *address_cell(struct arena *a, struct span written);

/* "Nes Mekaniske AS", "Eid kommune": rather an organisation than a person. */
bool address_is_organisation(struct arena *a, const char *text);
/* Has it AS, Ltd and the like? */
bool address_has_form(struct arena *a, const char *text);

/* What a column heading says the column holds. */
enum address_role {
    ROLE_NONE,
    ROLE_MAIL,
    ROLE_NAME,
    ROLE_FIRST,
    ROLE_MIDDLE,
    ROLE_LAST,
    ROLE_DISPLAY, /* a name to fall back on */
    ROLE_ORGANISATION
};
enum address_role address_heading(struct arena *a, const char *cell);

#endif
