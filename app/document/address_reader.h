/*
 * The state of reading one pasted text, shared by address_list.c and address_table.c. Private to
 * document/.
 */
#ifndef SAMLING_DOCUMENT_ADDRESS_READER_H
#define SAMLING_DOCUMENT_ADDRESS_READER_H

#include "document/address_person.h"

enum { CELLS_MAX = 64 /* of a row; more are not looked at */ };

struct reader {
    struct arena *arena;
    struct address_list *out;
    size_t capacity;
    int line, column;
    bool full; /* nothing more is read: too many entries, or a cell that is too long */
    int headings;
    char separator; /* of the table whose headings we know, else NUL */
    enum address_role roles[CELLS_MAX];
};

/* More than ADDRESS_CELL_MAX characters: then the place is noted, and reading ends. */
bool address_too_long(struct reader *r, struct span s);
/* Letters, digits or anything past ASCII. */
bool address_has_word(struct span s);
/* Takes the next field off *rest, minding quotes and brackets. What ended it is *by: one of
 * separators, or NUL at the end. */
struct span address_next_field(struct span *rest, const char *separators, char *by);

/* An entry that is no address, if there are words. */
void address_add_words(struct reader *r, struct span s);
/* Persons between ; and , : Outlook's To field, one address alone, and what is between. */
void address_read_list(struct reader *r, struct span line);

/* One row of a table: cells in any order, by headings if there were any, else guessed. */
void address_table_row(struct reader *r, struct span line, char separator);
/* Whether the row holds headings; then they are remembered. */
bool address_heading_row(struct reader *r, struct span line, char separator);

#endif
