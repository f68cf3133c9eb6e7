/*
 * Finding and sorting names the Norwegian way, in any database engine: keys are made here and
 * stored beside the name.
 *
 * Three keys, three questions. fold_name: are two names one person's? fold_sort: which stands first
 * in a list? fold_words and fold_ask: is it found by what somebody typed? The last two belong
 * together and may become more forgiving; the first decides who is who and must stay as it is.
 */
#ifndef SAMLING_BASE_FOLD_H
#define SAMLING_BASE_FOLD_H

#include <stdbool.h>

#include "base/arena.h"

/* Lower case, æ ae, ø o, å a, ä ae, ö o, other Latin letters without their marks, everything but
 * letters and digits one space, trimmed. "Bjørn Åsebø" -> "bjorn asebo". For comparing words with
 * known ones, and for addresses of pages; not for searching. */
char *fold_plain(struct arena *a, const char *s);

/* By what two names are the same person's: fold_plain, or the name as it is where that leaves
 * nothing. "" for "" alone. Stored, under rules of uniqueness. */
char *fold_name(struct arena *a, const char *s);

/* Sort key, compared as bytes: case folded, other marks dropped, æ (and ä) after z, then ø (and ö),
 * then å and aa last. Never contains NUL. */
char *fold_sort(struct arena *a, const char *s);

/*
 * Searching: a text is stored as fold_words(text), what is typed is fold_ask(typed), and the text
 * is found when EVERY word asked is the BEGINNING of SOME word stored, bytes compared as they are.
 * Nothing else is done to either on the way: no LOWER, no stripping.
 *
 * fold_words gives words with one space between and none around. Each is stored in the spellings
 * by which somebody may look for it:
 *   "Håkon"      hakon haakon          "Haakon"   haakon hakon
 *   "Jürgen"     jurgen juergen        "Bjørn"    bjorn bjoern
 *   "Bærum"      baerum barum          "Strauß"   strauss
 *   "O'Brien"    obrien brien          "Anne-Lise Moe"  annelise anne lise moe   (joined and apart)
 * A word with which another one of the text begins is left out (it would find nothing more), and
 * the words are in no order that means anything. One name gives two to eight words. A text may be
 * put together of several (name, organisation, address) before it is folded; two keys with a space
 * between are a key too.
 *
 * fold_ask gives each word once, in one spelling: å a, ø o, ü u, æ ae, marks dropped, aa oe ue as
 * they stand, apostrophes left out, hyphens and everything else apart: "O'Brien" obrien, "håkon"
 * hakon, "haakon" haakon, "anne-lise" anne lise. So håkon, haakon and hakon each find Håkon and
 * Haakon, and håkon and hakon find Hakon. Both keep letters and digits of any script; nothing in
 * them means anything to LIKE.
 */
char *fold_words(struct arena *a, const char *s);

#define FOLD_ASKED 8
/* The first FOLD_ASKED words of the query, the others left out (it finds more, not less). Returns
 * how many; the rest of the array is "". */
size_t fold_ask(struct arena *a, const char *query, const char *word[FOLD_ASKED]);
/* Is a text of that key (fold_words) found by the n words asked? */
bool fold_found(const char *key, const char *const word[], size_t n);
/* The same as patterns for (' ' || key) LIKE: "% hakon%", and "%" where there is no word. */
void fold_patterns(struct arena *a, const char *query, const char *pattern[FOLD_ASKED]);
/* The condition in SQL, with the column and the numbers of its parameters, and the patterns as its
 * values. */
#define FOLD_LIKE(key, a, b, c, d, e, f, g, h)                                                     \
    "(' ' || " #key ") LIKE $" #a " AND "                                                          \
    "(' ' || " #key ") LIKE $" #b " AND "                                                          \
    "(' ' || " #key ") LIKE $" #c " AND "                                                          \
    "(' ' || " #key ") LIKE $" #d " AND "                                                          \
    "(' ' || " #key ") LIKE $" #e " AND "                                                          \
    "(' ' || " #key ") LIKE $" #f " AND "                                                          \
    "(' ' || " #key ") LIKE $" #g " AND "                                                          \
    "(' ' || " #key ") LIKE $" #h
#define FOLD_VALUES(p)                                                                             \
    V((p)[0]), V((p)[1]), V((p)[2]), V((p)[3]), V((p)[4]), V((p)[5]), V((p)[6]), V((p)[7])

/* Puts rows into the order of that key: n of `size` bytes, each with a name (const char *) at
 * `name_at`. Those alike stay as they were. For short lists whose key is not stored. */
void fold_order(struct arena *a, void *rows, size_t n, size_t size, size_t name_at);

#endif
