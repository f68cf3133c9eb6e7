/*
 * Addresses and forms as they come over the wire (RFC 3986, WHATWG application/x-www-form-
 * urlencoded): percent-decoding with every check that text from outside needs.
 */
#ifndef SAMLING_HTTP_URL_H
#define SAMLING_HTTP_URL_H

#include <stdbool.h>

#include "base/arena.h"

#define PAIRS_MAX 2000

struct pair {
    const char *name, *value;
};
struct pairs {
    struct pair *at;
    size_t len;
};

/*
 * Decode n bytes into the arena. plus: '+' is a space (queries and forms); strict: a '%' without
 * two hex digits is an error, else it stands for itself. body: control characters are allowed.
 *
 * NULL when it is not valid UTF-8, or holds NUL or (not in a body) another control character.
 */
char *url_decode(struct arena *a, const char *s, size_t n, bool plus, bool strict, bool body);

/* "a=b&c=d". false when a piece does not decode or there are more than PAIRS_MAX. */
bool pairs_parse(struct arena *a, const char *s, size_t n, bool body, struct pairs *out);
/* The first value of that name, NULL when absent. */
const char *pairs_find(const struct pairs *p, const char *name);

#endif
