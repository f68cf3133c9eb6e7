/*
 * Text from outside: checking, trimming, comparing. All text in the program is valid UTF-8
 * (RFC 3629) without NUL; it is checked once, where it comes in.
 */
#ifndef SAMLING_BASE_TEXT_H
#define SAMLING_BASE_TEXT_H

#include <stdbool.h>

#include "base/arena.h"

/* Copies at most size - 1 bytes, never cutting a UTF-8 sequence; always terminates.
 * false when src did not fit. src NULL gives "". */
bool text_copy(char *dst, size_t size, const char *src);

/* Valid UTF-8: no overlong forms, no surrogates, nothing past U+10FFFF, no NUL. */
bool text_utf8_ok(const char *s, size_t n);
/* Number of code points. */
size_t text_length(const char *s);

/* A cleaned copy: control characters (but \n and \t) dropped, CR LF and CR made LF, white space at
 * both ends trimmed; invisible characters that hide or reorder text are dropped too. one_line: line
 * breaks, tabs and runs of white space become one space. */
char *text_clean(struct arena *a, const char *s, bool one_line);

/* An address for SMTP as this program takes it: local@domain, both parts present, the domain with a
 * dot and letters, digits, hyphens (or UTF-8 letters that IDNA2008 takes, or their A-labels), local
 * part of RFC 5321 dot-atom characters or UTF-8 letters, at most 254 bytes, no white space, no
 * control characters, no quoting. */
bool text_email_ok(const char *s);
/* The one form of an address, into the arena, that is kept and shown and that uniqueness is decided
 * on: lower case, composed (NFC), the domain in U-labels (UTS #46, non-transitional). */
char *text_email_normal(struct arena *a, const char *s);
/* As it goes over the wire, in envelopes, headers and calendars: the domain in A-labels (RFC 5890);
 * the local part as it is (RFC 6531 where it is not ASCII). s itself where nothing is to be done.
 */
const char *text_email_wire(struct arena *a, const char *s);

bool text_starts(const char *s, const char *prefix);
bool text_ends(const char *s, const char *suffix);
bool text_equal_ci(const char *a, const char *b); /* ASCII letters without case */

/* Whole decimal number, optional '-', nothing else. false when it is not one or does not fit. */
bool text_int(const char *s, int64_t *out);
/* A number of 0 or more as people write it, with spaces between its digits and a comma or a point
 * before at most `decimals` (0 to 2) more: "1 250,5" of two decimals is 125050, and so is
 * "1,250.5"; "1,250" is it of none. false when it is none, or more than 10^15. */
bool text_decimal(const char *s, int decimals, int64_t *out);

/* Address slug: "Digitalisering og robotisering" -> "digitalisering-og-robotisering"; æ ae, ø o,
 * å a, other letters folded, at most 60 bytes, never empty ("arrangement"). */
char *text_slug(struct arena *a, const char *s);

/* Would a mail program make a link of something in it? A host name, "//" or an address. */
bool text_has_link(const char *s);
/* The same text so that it does not: what strangers wrote, in a mail to somebody else. In the
 * arena.
 */
char *text_unlinked(struct arena *a, const char *s);

/* First word of a name ("Kåre" of "Kåre Nes"); "Nes, Kåre" gives "Kåre". */
char *text_first_name(struct arena *a, const char *name);

/* RFC 4648 section 5 without padding. Returns bytes written, or SIZE_MAX when s is not valid or out
 * is too small. */
size_t text_base64url_decode(const char *s, size_t n, uint8_t *out, size_t size);
void text_hex(const uint8_t *p, size_t n, char *out); /* out: 2n + 1 bytes */
/* Percent-encoded for one path segment or query value (RFC 3986 unreserved kept). */
char *text_url_encode(struct arena *a, const char *s);

#endif
