/*
 * Lists to choose from, as html/field's options and radios take them:
 * [{value, text, selected, lang, help}], of which lang and help may be absent.
 */
#ifndef SAMLING_HTML_OPTIONS_H
#define SAMLING_HTML_OPTIONS_H

#include <jansson.h>
#include <stdbool.h>

/* text is the one shown; help is one below it, NULL for none. */
void option_add(json_t *list, const char *value, const char *text, const char *help, bool selected);
/* A new list of the languages by their own names; chosen (may be NULL) is selected. */
json_t *option_languages(const char *chosen);

#endif
