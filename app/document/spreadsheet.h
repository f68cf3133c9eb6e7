/*
 * Workbooks as Excel, LibreOffice and Numbers open them (ECMA-376). Text is text: a cell that
 * begins like a formula is none. Any thread, but some ms: RT_SLOW routes only.
 */
#ifndef SAMLING_DOCUMENT_SPREADSHEET_H
#define SAMLING_DOCUMENT_SPREADSHEET_H

#include "base/buf.h"

struct sheet_cell {
    const char *text; /* NULL: the number */
    double number;
    bool empty;
};
struct sheet {
    const char *name; /* at most 31 characters are kept, and none of []:*?/\ */
    size_t columns, rows;
    const char *const *heading;    /* of each column; the row is bold and stays in sight */
    const struct sheet_cell *cell; /* rows × columns */
};

/* Appends a workbook. ST_OK; ST_NOMEM; ST_LIMIT out is over its limit. */
MUST_USE enum status spreadsheet_xlsx(struct buf *out, const struct sheet *sheet, size_t sheets);

#define SPREADSHEET_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#endif
