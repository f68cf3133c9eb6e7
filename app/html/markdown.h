/*
 * Descriptions written by organisers: CommonMark to safe HTML and to plain text.
 */
#ifndef SAMLING_HTML_MARKDOWN_H
#define SAMLING_HTML_MARKDOWN_H

#include "base/buf.h"
#include "base/status.h"

#define MARKDOWN_SOURCE_MAX (32u * 1024)
#define MARKDOWN_OUTPUT_MAX (512u * 1024)

/*
 * Append HTML for md (n bytes of valid UTF-8) to out. Headings start at h3 and leave out no level;
 * links are http, https, mailto, tel or within the site, with rel="nofollow noopener"; other links
 * become their text, images their description, raw HTML is dropped.
 *
 * Returns ST_OK;
 *         ST_LIMIT  source or result too large; out then holds nothing of it;
 *         ST_NOMEM.
 */
MUST_USE enum status markdown_html(const char *md, size_t n, struct buf *out);

/* The same as text for mail and calendar: paragraphs apart by a blank line, list items with "- " or
 * their number, links as "text (address)". Ends with one newline unless empty. Same statuses. */
MUST_USE enum status markdown_text(const char *md, size_t n, struct buf *out);

#endif
