/*
 * Code points in and out of UTF-8 (RFC 3629), and the little that the program knows of them.
 * For text.c, fold.c and whoever walks text letter by letter.
 */
#ifndef SAMLING_BASE_UTF8_H
#define SAMLING_BASE_UTF8_H

#include <stdbool.h>

#include "base/status.h"

#define UTF8_BAD UINT32_MAX

/* The code point at *s, which moves behind it. At the NUL: 0, and *s stays. UTF8_BAD for a byte
 * that begins no valid sequence; *s moves by that one byte. Never reads past the NUL. */
uint32_t utf8_next(const char **s);
/* Writes cp (valid) and returns the bytes written, 1 to 4; no NUL. */
size_t utf8_put(char *out, uint32_t cp);

/* Simple lower case of Latin, Greek and Cyrillic; everything else as it is. The same number of
 * bytes or fewer. */
uint32_t utf8_lower(uint32_t cp);
/* Letters, marks that belong to letters, and digits of any script; not punctuation, symbols,
 * pictures, spaces or controls. Blocks are judged as a whole past U+0250. */
bool utf8_is_word(uint32_t cp);
/* White space of any kind, line breaks among it. */
bool utf8_is_space(uint32_t cp);
/* Controls, and the invisible ones that reorder or hide text (zero width space, byte order mark,
 * the bidirectional overrides). Line breaks and tab are not among them. */
bool utf8_is_control(uint32_t cp);

#endif
