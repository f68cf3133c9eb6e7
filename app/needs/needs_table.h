/*
 * The table of words, words.txt, as it is looked up; and words as keys of it. Of needs_words alone.
 */
#ifndef SAMLING_NEEDS_TABLE_H
#define SAMLING_NEEDS_TABLE_H

#include "needs/needs_map.h"

/* Bytes of a word that are looked at. */
#define WORD_MAX 120
/* Words of a fixed phrase. */
#define PHRASE_MAX 4

enum tongue { NORDIC, ENGLISH, TONGUES };

struct concept {
    double weight;
    uint32_t wider; /* MAP_NONE: of none */
    bool close;     /* the two mean nearly the same */
    bool theme;     /* something lies close under it */
};

struct phrase {
    uint32_t concept, next; /* next: of those that begin with the same word; MAP_NONE: last */
    size_t words;
    const char *key[PHRASE_MAX];
};

struct table {
    struct arena *a;
    void *stemmer[TONGUES];
    struct map stop[TONGUES];  /* words as they are written, lower case */
    struct map exact[TONGUES]; /* words as they are written, to concepts */
    struct map known[TONGUES]; /* keys, to concepts */
    struct map plain;          /* Nordic keys without æ, ø, å, to concepts */
    struct map begin[TONGUES]; /* key of a phrase's first word to the phrase */
    struct map name;           /* of a concept */
    struct concept *concept;
    struct phrase *phrase;
    struct nynorsk *root;
    size_t concepts, phrases, roots;
    size_t concept_room, phrase_room, root_room;
};

void table_read(struct arena *a, struct table *t);

/* The key of a word of n bytes in lower case: its stem, Nynorsk brought to Bokmål. key: WORD_MAX +
 * 1 bytes; NUL-terminated. Returns its length. */
size_t table_key(const struct table *t, enum tongue in, const char *word, size_t n, char *key);
/* The concept of a word and its key, or MAP_NONE; without -ing where it is not there with it;
 * of one written without æ, ø, å too. */
uint32_t table_concept(const struct table *t, enum tongue in, const char *word, size_t n,
                       const char *key, size_t keys);

#endif
