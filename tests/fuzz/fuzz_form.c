/* Form bodies and queries: whatever comes, names and values are text, and fields keep their
 * promises. */
#include "base/text.h"
#include "fuzz_fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    const char *s = (const char *)data;
    struct pairs p;
    struct values v;
    int errors = 0;

    if (pairs_parse(a, s, size, true, &p)) {
        for (size_t i = 0; i < p.len; i++)
            if (!text_utf8_ok(p.at[i].name, strlen(p.at[i].name)) ||
                !text_utf8_ok(p.at[i].value, strlen(p.at[i].value)))
                BUG("not UTF-8");
        fields_from_form(a, fuzz_fields, &p, size % 2 == 0, &v, fuzz_error, &errors);
        fuzz_judge(&v, errors);
    }
    if (pairs_parse(a, s, size, false, &p))
        for (size_t i = 0; i < p.len; i++)
            if (strpbrk(p.at[i].value, "\r\n") != NULL)
                BUG("a line break in a query");
    arena_free(&a);
    return 0;
}
