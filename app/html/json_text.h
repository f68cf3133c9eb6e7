/*
 * How a JSON value is printed into a page: texts as they are, integers as integers, other numbers
 * as short as they can be, true and false by name; null, arrays and objects not at all.
 */
#ifndef SAMLING_HTML_JSON_TEXT_H
#define SAMLING_HTML_JSON_TEXT_H

#include <jansson.h>
#include <stdbool.h>

#include "base/buf.h"

/* html: escaped. v may be NULL. */
void json_text(struct buf *out, json_t *v, bool html);

#endif
