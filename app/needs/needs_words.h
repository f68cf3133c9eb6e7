/*
 * A sentence about a company's need as weighed terms, whichever of our three languages it is in.
 *
 * A term is what a word is about, told by one number: the concept that words.txt has it under
 * ("lærling", "apprentice": one term), else its stem, Nynorsk brought to Bokmål first. A compound
 * gives its parts too ("sveiserobot": sveis, robot), where they are known from the table or from
 * the other texts. Words that say nothing give none. A concept of the table may lie under a wider
 * one ("ordre" under "papirflyt"), which then is a term too, of less weight.
 *
 * A name of a place or a person (a capital within a sentence) tells less, and is not parted; words
 * of the table are known without æ, ø, å too.
 *
 * Pure: no SQL, no HTTP, no clock, nothing kept between calls. A struct words is one thread's at a
 * time; all it holds and gives lives in its arena.
 */
#ifndef SAMLING_NEEDS_WORDS_H
#define SAMLING_NEEDS_WORDS_H

#include <stdbool.h>

#include "base/arena.h"

struct words;

/* Of a text so many words are read, and of a list of terms so many kept: the first. */
#define WORDS_READ_MAX 200
#define WORDS_TERMS_MAX 64

struct word_term {
    uint32_t id;       /* the same for the same term within one struct words; from 0, dense */
    bool wider;        /* by way of a wider concept alone */
    double weight;     /* 0 to 1: how much it tells by itself, however rare it is */
    size_t start, end; /* bytes of the text where it stands: a word, or a fixed phrase of some */
    uint32_t form;     /* alike for forms of one word ("timer", "timene"), not for "hours" */
};

/* Reads the table of words (a few ms), so make one and use it for many texts. Never NULL: throws
 * when there is no memory (base/guard.h). */
struct words *words_new(struct arena *a);

/* Makes the text's words known as parts of compounds in the texts that are read afterwards. Who
 * compares texts calls it for all of them first; in which order does not matter. */
void words_learn(struct words *w, const char *text, const char *lang);

/* text: valid UTF-8; NULL is "". lang: "nb", "nn", "en", of who wrote it, which decides only where
 * the text itself does not; "" or NULL. *out: each term as often as it stands there, in the order
 * of the text. Returns how many; 0 for a text without a word that tells something. */
size_t words_read(struct words *w, const char *text, const char *lang, struct word_term **out);
/* The same, each term once, where it first stands, with its greatest weight; by rising id. */
size_t words_terms(struct words *w, const char *text, const char *lang, struct word_term **out);

/* Is the term a concept that others lie close under? So wide that it is never rare, it tells all
 * the same. */
bool words_theme(const struct words *w, uint32_t id);
/* How many terms there are so far: above every id. */
size_t words_count(const struct words *w);

#endif
