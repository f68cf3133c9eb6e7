/*
 * A pasted list looked through before anything is sent: who is new, who is invited already, who
 * wants no mail, what must be corrected. Private to this folder.
 */
#ifndef SAMLING_INVITATIONS_REVIEW_H
#define SAMLING_INVITATIONS_REVIEW_H

#include "document/address_list.h"
#include "gatherings/gatherings.h"
#include "invitations/invitations.h"

enum review_state {
    REVIEW_NEW,
    REVIEW_INVITED,
    REVIEW_SUPPRESSED, /* asked for it, or the address does not work */
    REVIEW_REGISTERED,
    REVIEW_DUPLICATE, /* the same address stands further up: one mail */
    REVIEW_BAD
};
#define REVIEW_STATES (REVIEW_BAD + 1)

struct review_line {
    enum review_state state;
    const char *name, *email, *organisation; /* as the mail will have them; what is known wins */
    const char *lang;                        /* "" when not known */
    int64_t invitation_id;                   /* REVIEW_INVITED */
    const struct address_entry *written;
};
struct review {
    struct address_list list;
    struct review_line *line; /* list.n of them */
    size_t count[REVIEW_STATES];
    const struct review_line *first; /* the first new one, else NULL */
};

/* All three read the text by address_list_read, whose statuses they have: ST_LIMIT the list is too
 * long; ST_INVALID a cell is, and list says which. */
/* c: a read connection. */
MUST_USE enum status invitation_review_list(struct db_conn *c, struct arena *a,
                                            int64_t gathering_id, const char *pasted,
                                            struct review *out);
/* Adds to data: {reviewed, lines: [{n, name, why, color, icon, label}], fresh (the new ones), left
 * (lines not shown), rest (the others in words)}. */
MUST_USE enum status invitation_review_view(struct request *rq, const struct review *r,
                                            json_t *data);
/* What a list had beside the new ones, in an address: "&invited=1&bad=2"; and out of the address,
 * in words: "1 er invitert fra før, 2 må rettes", with how many they are together. In the arena. */
const char *invitation_rest_query(struct arena *a, const size_t count[REVIEW_STATES]);
const char *invitation_rest_read(struct request *rq, int64_t *together);
/* The state that a why of invitation_send's is. */
enum review_state invitation_review_state(const char *why);
/* Those of a list that invitation_send takes: valid addresses, each once. */
MUST_USE enum status invitation_entries(struct arena *a, const char *pasted,
                                        struct address_list *list, struct invitation_entry **out,
                                        size_t *count);
/* The text with those added that are not in it yet, a line each. who: name, email, organisation. */
MUST_USE enum status invitation_list_add(struct arena *a, const char *pasted,
                                         struct address_list *list, const struct invitation *who,
                                         size_t n, const char **out);

#endif
