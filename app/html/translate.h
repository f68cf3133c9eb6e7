/*
 * Interface texts in Bokmål (nb), Nynorsk (nn) and English (en), from the embedded catalogues
 * po/nb.mo, po/nn.mo, po/en.mo. Immutable after loading; safe from any thread; nothing to free.
 *
 * A text that a catalogue lacks is taken from the next of nn -> nb -> en -> the key itself.
 * Placeholders are {name} or {a.b}; what has no value stays as it is written.
 */
#ifndef SAMLING_HTML_TRANSLATE_H
#define SAMLING_HTML_TRANSLATE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"

struct translations;

/* ST_NOT_FOUND: a catalogue is missing; ST_INVALID: it is no catalogue. Both logged. */
MUST_USE enum status translations_load(struct translations **out);
void translations_free(struct translations **t);

/* The text; the key when there is none anywhere. lang: anything but the three (NULL too) is nb.
 * t may be NULL: the key. For a text with plural forms, the first. */
const char *tr(const struct translations *t, const char *lang, const char *key);
/* The form for n: one for n == 1, the other for the rest (the same in all three languages). */
const char *tr_n(const struct translations *t, const char *lang, const char *key, int64_t n);
/* Is there a text in this very language, without falling back? */
bool tr_has(const struct translations *t, const char *lang, const char *key);

/* With placeholders filled from values (an object or NULL, borrowed). Plain text, not HTML. */
const char *tr_format(struct arena *a, const struct translations *t, const char *lang,
                      const char *key, json_t *values);
/* Plural form for n; {count} is n. */
const char *tr_format_n(struct arena *a, const struct translations *t, const char *lang,
                        const char *key, int64_t n, json_t *values);

/* A number as people write it: "47 500" with a space that does not break, in English "47,500". */
const char *tr_number(struct arena *a, const char *lang, int64_t n);
/* The same of n hundredths: "12,5", in English "12.5"; "12" where there are none. */
const char *tr_decimal(struct arena *a, const char *lang, int64_t hundredths);
/* The same without what parts thousands: as a form has it. */
const char *tr_decimal_typed(struct arena *a, const char *lang, int64_t hundredths);
/* "12 400 kr", in English "NOK 12,400"; no space breaks. */
const char *tr_kroner(struct arena *a, const char *lang, int64_t n);

/* Append the value of a placeholder name[0..len); false leaves the placeholder as it is written. */
typedef bool (*tr_value)(void *ctx, const char *name, size_t len, struct buf *out);
/* The machine behind tr_format: text to out, placeholders by value(). html: what is between them is
 * escaped; value() escapes its own. */
void tr_fill(struct buf *out, bool html, const char *text, tr_value value, void *ctx);

#endif
