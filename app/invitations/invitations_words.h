/*
 * The organiser's words with an invitation, filled in for one guest. Private to this folder; all in
 * the arena.
 */
#ifndef SAMLING_INVITATIONS_WORDS_H
#define SAMLING_INVITATIONS_WORDS_H

#include "gatherings/gatherings.h"
#include "invitations/invitations.h"

struct buf;

/* What the words can have in them. */
struct invitation_words {
    const char *name, *email, *organisation;
    const char *deadline; /* invitation_deadline_text, or when it begins */
    const char *lang;
};
/* For a guest of g, in its language, which is the one the organiser writes in; name and the like
 * may be "". */
struct invitation_words invitation_words_of(struct arena *a, const struct gathering *g,
                                            const struct invitation *i);
/* {fornavn} {bedrift} {frist} (and first_name, company, deadline) filled in; without a first name
 * the space before it goes too ("Hei!"), without a company it says "dere". */
const char *invitation_fill_in(struct arena *a, const char *text, const struct invitation_words *w);
/* The same as HTML, what was filled in marked; line breaks stay as they are. */
void invitation_fill_in_html(struct arena *a, const char *text, const struct invitation_words *w,
                             struct buf *out);
/* Past a first line that only greets ("Hei {fornavn}!"): the mail greets by itself. Points into
 * text. */
const char *invitation_past_greeting(const char *text);
/* A guest's first name; "" when the name is only a piece of the address. */
const char *invitation_first_name(struct arena *a, const char *name, const char *email);
/* "mandag 11. januar kl. 12:00", "" without a deadline. */
const char *invitation_deadline_text(struct arena *a, const struct gathering *g, const char *lang);

#endif
