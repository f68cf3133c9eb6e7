/*
 * PDF pages. Any thread, but slow (some ms): RT_SLOW routes only; runs one at a time behind a
 * mutex, and gives back the memory of the text shaping when it is done.
 */
#ifndef SAMLING_DOCUMENT_PDF_H
#define SAMLING_DOCUMENT_PDF_H

#include "base/buf.h"
#include "base/crypto.h"

/* All texts in the reader's language, made by the caller; NULL or "" leaves a field out. */
struct pdf_ticket {
    const char *cluster, *title;
    const char *label_date, *date;   /* "Dato", "Torsdag 14. januar" */
    const char *label_time, *time;   /* "Klokken", "17:00–20:30" */
    const char *label_place, *place; /* may have line breaks */
    const char *label_name, *name;
    const char *label_organisation, *organisation;
    const char *qr_text;    /* what the QR holds; required unless off is given */
    const char *short_code; /* "7K4M2XQ9", printed in groups of four; likewise */
    const char *off;        /* "Avlyst": stands instead of the codes */
    const char *hint;     /* under the ticket: "Vis koden i døren, på mobilen eller på papir." */
    const char *url;      /* the ticket's address, small at the foot; a link */
    const char *language; /* "nb", "nn", "en": document language */
    int64_t created_ms;   /* document date */
};

/*
 * Appends one A4 page with the ticket. The same input gives the same bytes.
 * ST_OK; ST_INVALID a code missing, or too long; ST_LIMIT out is over its limit;
 * ST_NOMEM cairo could not draw.
 */
MUST_USE enum status pdf_ticket(struct buf *out, const struct pdf_ticket *t);

/* The same for what looks the same: a hash of all of t but the date. */
void pdf_ticket_key(const struct pdf_ticket *t, uint8_t out[CRYPTO_HASH_BYTES]);
/* Of a report. All texts in the reader's language, made by the caller; NULL or "" leaves one out.
 */
struct pdf_figure {
    const char *value, *name, *about;
};
struct pdf_bar {
    const char *name;
    double one, other; /* from 0 on */
};
struct pdf_block {
    const char *heading, *about;
    const struct pdf_figure *figure;
    size_t figures;
    const struct pdf_bar *bar;
    size_t bars;
    const char *bar_one, *bar_other; /* what they are */
    const char *const *cell;         /* lines of so many columns, the first is the table's head */
    size_t columns, lines;
};
struct pdf_report {
    const char *cluster, *title, *lead;
    const char *foot;     /* on each page, above its number */
    const char *language; /* as of a ticket */
    const struct pdf_block *block;
    size_t blocks;
    int64_t created_ms;
};
/* Appends as many A4 pages as it takes. The same input gives the same bytes. Statuses of
 * pdf_ticket.
 */
MUST_USE enum status pdf_report(struct buf *out, const struct pdf_report *r);

#endif
