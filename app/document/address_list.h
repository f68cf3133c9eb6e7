/*
 * Reads addresses as people paste them: Outlook's To field, one a line, a column or several from a
 * spreadsheet (tabs), CSV with ; or , between, with or without names, in any order. Pure: any
 * thread.
 */
#ifndef SAMLING_DOCUMENT_ADDRESS_LIST_H
#define SAMLING_DOCUMENT_ADDRESS_LIST_H

#include <stdbool.h>

#include "base/arena.h"

enum {
    ADDRESS_LIST_MAX = 5000,
    ADDRESS_LIST_MAX_BYTES = 2 * 1024 * 1024,
    ADDRESS_CELL_MAX = 200 /* characters of a name or an organisation */
};

enum address_why {
    ADDRESS_OK,
    ADDRESS_NO_AT,          /* words without @: "Kåre Nes" alone on a line */
    ADDRESS_NO_LOCAL,       /* "@firma.no" */
    ADDRESS_NO_DOMAIN_END,  /* "kare@firma": no dot with letters after it */
    ADDRESS_BAD_CHARACTERS, /* two @, white space inside, quotes, control characters ... */
    ADDRESS_TOO_LONG        /* over 254 bytes */
};

struct address_entry {
    const char *name;         /* "Kåre Nes": turned round when written "Nes, Kåre"; "" if none */
    const char *email;        /* as written, or the words that are no address */
    const char *name_key;     /* fold_name(name): with email_normal, who it is */
    const char *email_normal; /* text_email_normal; "" unless ok */
    const char *organisation; /* "" if none */
    bool ok;
    enum address_why why;
    int line;         /* in the pasted text, from 1 */
    int duplicate_of; /* index of the earlier entry of the same person; -1: none */
};

struct address_list {
    struct address_entry *entries;
    size_t n;
    size_t n_ok;        /* ok and no duplicate */
    size_t n_duplicate; /* ok but there before: at the same address with the same name, or where
                           one of the two has no name */
    size_t n_bad;
    int long_line, long_column; /* with ST_INVALID: where, from 1 */
};

/*
 * text  valid UTF-8, NUL-terminated; any mix of line ends.
 * out   lives in the arena.
 * ST_OK (also with no entries); ST_LIMIT over ADDRESS_LIST_MAX entries or ADDRESS_LIST_MAX_BYTES;
 * ST_INVALID a cell that would be a name or an organisation has more than ADDRESS_CELL_MAX.
 */
MUST_USE enum status address_list_read(struct arena *a, const char *text, struct address_list *out);

/* Key of the reason for messages: "no_at", "no_local", "no_domain_end", "bad_characters",
 * "too_long"; "ok". */
const char *address_why_key(enum address_why why);

#endif
