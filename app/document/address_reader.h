/*
 * The state of reading one pasted text, shared by address_list.c and address_table.c. Private to
 * document/.
 */
#ifndef SAMLING_DOCUMENT_ADDRESS_READER_H
#define SAMLING_DOCUMENT_ADDRESS_READER_H

#include "document/address_person.h"

enum { CELLS_MAX = 128 /* of a row; more are not looked at */ };

/* A cell of a row without headings that may be an organisation: it is one if its column holds
 * organisations. */
struct address_guess {
    size_t entry, column;
    const char *cell;
};

struct reader {
    struct arena *arena;
    struct address_list *out;
    size_t capacity;
    int line, column;
    bool full; /* nothing more is read: too many entries, or a cell that is too long */
    int headings;
    char separator; /* of the table whose headings we know, else NUL */
    char declared;  /* by a first line such as sep=; else NUL */
    bool head;      /* of a mail: a line "From:" or the like was there */
    enum address_role roles[CELLS_MAX];
    struct address_guess *guesses;
    size_t n_guesses, guesses_capacity;
    int filled[CELLS_MAX], organisations[CELLS_MAX]; /* cells of rows without headings */
};

/* More than ADDRESS_CELL_MAX characters: then the place is noted, and reading ends. */
bool address_too_long(struct reader *r, struct span s);
/* Letters, digits or anything past ASCII. */
bool address_has_word(struct span s);
/* The text with invisible characters gone, every kind of space a space, every line end LF,
 * quotation marks ". */
char *address_normalised(struct arena *a, const char *text);
/* The length of the line at s: a cell in quotes may go on over its end. */
size_t address_line(struct span s);
/* Makes it one line; how many there were less one. */
int address_join(char *s, size_t n);
/* Length of a cell in quotes (RFC 4180) with which s begins, and behind which it ends; else 0. */
size_t address_quoted(struct span s);
/* Takes the next field off *rest, minding quotes and brackets. What ended it is *by: one of
 * separators, or NUL at the end. */
struct span address_next_field(struct span *rest, const char *separators, char *by);

/* An entry that is no address, if there are words. */
void address_add_words(struct reader *r, struct span s);
/* Persons between ; and , : Outlook's To field, one address alone, and what is between. */
void address_read_list(struct reader *r, struct span line);

/* One row of a table: cells in any order, by headings if there were any, else guessed. */
void address_table_row(struct reader *r, struct span line, char separator);
/* The end of the text: what was left open is decided. */
void address_table_end(struct reader *r);
/* Whether the address is at the word: "Fjordtech" and kare@fjordtech.no. */
bool address_is_at(struct reader *r, const struct address_entry *e, const char *word);
/* Whether the row holds headings; then they are remembered. */
bool address_heading_row(struct reader *r, struct span line, char separator);

#endif
