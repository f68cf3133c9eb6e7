/*
 * Rows out of a spreadsheet: organisation, need, kind. Cells are parted by tabs, or by semicolons
 * in a text without any; a cell in quotation marks may hold both, line breaks and doubled marks.
 * Empty rows, and a first row that only names the columns, are left out.
 *
 * Pure: any thread.
 */
#ifndef SAMLING_NEEDS_PASTE_H
#define SAMLING_NEEDS_PASTE_H

#include "base/arena.h"

#define NEED_ROWS_MAX 500

enum need_row_fault {
    NEED_ROW_GOOD,
    NEED_ROW_TWICE, /* the same stands further up: it is read once */
    NEED_ROW_NO_ORGANISATION,
    NEED_ROW_NO_TEXT,
    NEED_ROW_LONG_ORGANISATION,
    NEED_ROW_LONG_TEXT,
    NEED_ROW_KIND,  /* no such kind */
    NEED_ROW_CELLS, /* more than three cells */
    NEED_ROW_FAULTS
};
struct need_row {
    int line; /* of the text, where it begins, from 1 */
    const char *organisation, *text;
    const char *kind;  /* of the schema; "need" where none is said */
    const char *typed; /* the kind as it was written */
    enum need_row_fault fault;
};
/* In the arena. ST_LIMIT: more than NEED_ROWS_MAX rows. */
MUST_USE enum status need_rows_read(struct arena *a, const char *pasted, struct need_row **out,
                                    size_t *count);

#endif
