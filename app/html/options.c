#include "html/options.h"

#include <string.h>

#include "html/lang.h"

void
option_add(json_t *list, const char *value, const char *text, const char *help, bool selected)
{
    (void)json_array_append_new(list, json_pack("{s:s, s:s, s:s*, s:b}", "value", value, "text",
                                                text, "help", help, "selected", selected));
}

json_t *
option_languages(const char *chosen)
{
    json_t *list = json_array();

    for (const char *const *code = lang_codes; *code; code++)
        (void)json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}", "value", *code, "text",
                                                    lang_name(*code), "lang", *code, "selected",
                                                    chosen && strcmp(*code, chosen) == 0));
    return list;
}
