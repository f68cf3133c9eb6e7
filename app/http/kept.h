/*
 * What the page cache keeps: an answer that is the same for everybody, or one whose form has a key
 * of its own for each who gets it. Any thread, as the page cache calls.
 */
#ifndef SAMLING_HTTP_KEPT_H
#define SAMLING_HTTP_KEPT_H

#include <microhttpd.h>
#include <stddef.h>

#define FORM_KEY_LEN 32

struct kept;

/* r: the whole answer, whose reference is taken over, also when there is no memory for this (NULL).
 * body: its bytes; form_key: the one that was given to whom it was made for, in body, "" for none.
 * NULL too when the key stands there more than once. */
struct kept *kept_new(struct MHD_Response *r, const char *body, size_t len, const char *form_key);
/* Accepts a struct kept * or NULL. */
void kept_free(void *object);
/* Queues it, with a fresh form key in its place. */
enum MHD_Result kept_queue(const struct kept *k, struct MHD_Connection *mhd);

#endif
