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

/* Fills email, email_normal, ok and why: brackets, quotes, mailto: and full stops around it are
 * taken off first. */
void address_judge(struct arena *a, struct span written, struct address_entry *out);

/* A name as people read it: quotes and brackets off, "Nes, Kåre" turned round, "Kåre Nes (Firma
 * AS)" and "Nes, Kåre, Firma AS" split. *organisation is set only when there is one in it. "" when
 * it holds no letter or is an address. */
const char *address_name(struct arena *a, struct span written, const char **organisation);

/* One cell of a table: quotes off, on one line. */
const char *address_cell(struct arena *a, struct span written);

/* "Nes Mekaniske AS", "Eid kommune": rather an organisation than a person. */
bool address_is_organisation(struct arena *a, const char *text);

/* What a column heading says the column holds. */
enum address_role { ROLE_NONE, ROLE_MAIL, ROLE_NAME, ROLE_FIRST, ROLE_LAST, ROLE_ORGANISATION };
enum address_role address_heading(struct arena *a, const char *cell);

#endif
