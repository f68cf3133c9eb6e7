/*
 * The house's short tags in mail templates, written out for mail programs: one column, tables,
 * style on each element. Templates say <h1>, <p>, <p class="quiet">, <a href>, <mail-facts> with
 * <mail-name> and <mail-value>, <mail-button href>, <mail-frame>; this makes what Outlook and
 * phones understand. Values are escaped before, so that only templates can say a tag. Pure.
 */
#ifndef SAMLING_MAILING_STYLE_H
#define SAMLING_MAILING_STYLE_H

#include "base/arena.h"
#include "base/buf.h"

/* Appends html with its tags written out. */
void mail_style(struct buf *out, const char *html);

/* Organiser's words as HTML: paragraphs apart by blank lines, line breaks kept, addresses of the
 * web as links, everything else escaped. */
void mail_words_html(struct buf *out, const char *text);

/* The same within one cell: its lines with <br> between, blank ones left out. */
void mail_lines_html(struct buf *out, const char *text);

/* Text for the plain part: lines over 76 characters are broken at spaces (never an address), runs
 * of blank lines become one, blank lines at both ends go. Ends with one newline. */
void mail_wrap(struct buf *out, const char *text);
/* The same for the screen, which breaks lines itself. */
void mail_unwrapped(struct buf *out, const char *text);

/* src="cid:name" becomes a data: address of those bytes. */
struct mail_inline {
    const char *cid, *type;
    const void *bytes;
    size_t size;
};
void mail_inline_images(struct buf *out, const char *html, const struct mail_inline *images,
                        size_t n);

#endif
