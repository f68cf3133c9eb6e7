/* The header that browsers send: any bytes give one of our languages, or none. */
#include "html/lang.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *s = malloc(size + 1);

    if (!s)
        return 0;
    memcpy(s, data, size);
    s[size] = '\0';
    const char *lang = lang_pick(s);
    if (lang && !lang_ok(lang))
        abort();
    free(s);
    return 0;
}
