/*
 * Which encoding of a file a client gets (RFC 9110 section 12.5.3).
 */
#ifndef SAMLING_HTTP_CODING_H
#define SAMLING_HTTP_CODING_H

/* The smaller one later. */
enum coding { CODING_IDENTITY, CODING_GZIP, CODING_BR };
#define CODINGS 3

/* accept: the Accept-Encoding header, NULL for none; has: those there are, by bit. Which one the
 * client likes best, the smallest of those it likes equally; -1: it takes none of them. */
int coding_pick(const char *accept, unsigned has);
/* "gzip" */
const char *coding_name(enum coding c);

#endif
