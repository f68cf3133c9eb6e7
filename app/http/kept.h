/*
 * What the page cache keeps: an answer that is the same for everybody, or one whose form has a key
 * of its own for each who gets it; as it is, and as gzip where that is smaller. Any thread, as the
 * page cache calls.
 *
 * A form's key is no secret that compression could give away (BREACH): another one each time, it
 * stands in the gzip as it is (gzip.h), and no kept page says anything that its reader sent.
 */
#ifndef SAMLING_HTTP_KEPT_H
#define SAMLING_HTTP_KEPT_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

#define FORM_KEY_LEN 32

struct kept;
struct head;

struct kept_answer {
    struct MHD_Response *r; /* with all its headers; stays the caller's */
    const char *body;       /* its bytes */
    size_t len;
    bool text;            /* may be worth compressing */
    bool public;          /* browsers may have it, and ask whether it is still the same */
    const char *form_key; /* the one given to whom it was made for, in body; "" for none */
};

/* NULL when there is no memory, or the key stands there more than once. */
struct kept *kept_new(const struct kept_answer *a);
/* Accepts a struct kept * or NULL. */
void kept_free(void *object);
/* Queues what the head asks for, with a fresh form key in its place. *http: 200, or 304 for who has
 * it already. */
enum MHD_Result kept_queue(const struct kept *k, struct MHD_Connection *mhd,
                           const struct head *head, int *http);

#endif
