/*
 * Writing CSV (RFC 4180) as Excel in Norwegian opens it: UTF-8 with byte order mark, semicolons,
 * CRLF. A field that a spreadsheet would take as a formula (starting with = + - @, fullwidth ones
 * too, tab or line break) gets a leading apostrophe; plain numbers and phone numbers such as "-5",
 * "+47 99 88 77 66" stay as they are. Pure: any thread. Errors stick in the buffer: buf_ok at the
 * end.
 */
#ifndef SAMLING_DOCUMENT_CSV_H
#define SAMLING_DOCUMENT_CSV_H

#include "base/buf.h"

struct csv {
    struct buf *out;
    char separator;
    bool started; /* something stands on this line */
};

/* Writes the byte order mark. separator: ';' for people, ',' for programs. */
void csv_init(struct csv *c, struct buf *out, char separator);
/* NULL is an empty field. */
void csv_field(struct csv *c, const char *text);
void csv_end_row(struct csv *c);

#endif
