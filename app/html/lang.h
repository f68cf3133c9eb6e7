/*
 * The three languages people can read Samling in: "nb", "nn", "en".
 */
#ifndef SAMLING_HTML_LANG_H
#define SAMLING_HTML_LANG_H

#include <stdbool.h>

#include "base/status.h"

#define LANG_COUNT 3
/* "nb", "nn", "en", and NULL. */
extern const char *const lang_codes[LANG_COUNT + 1];
/* Their own names: "Bokmål", "Nynorsk", "English". NULL for an unknown code. */
const char *lang_name(const char *code);
bool lang_ok(const char *code);
/* The static "nb", "nn" or "en" for a code; "nb" for anything else and NULL. */
const char *lang_norm(const char *code);

/*
 * The language for an Accept-Language header (RFC 9110 section 12.5.4): of those we have, the one
 * with the greatest quality, the first of equals. no, nb, da and sv give nb; nn gives nn; en gives
 * en; when only other languages are named, en. Static text.
 *
 * NULL when the header is NULL, says nothing we can read, or takes anything ("*"): then the next
 * rule (the gathering's language, nb) decides. At most the first 1000 bytes and 32 ranges count.
 */
const char *lang_pick(const char *accept_language);

#endif
