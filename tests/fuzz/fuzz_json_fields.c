/* JSON bodies as the API takes them. */
#include "fuzz_fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *o = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);

    if (json_is_object(o)) {
        struct arena *a = arena_new(0);
        struct values v;
        int errors = 0;

        fields_from_json(a, fuzz_fields, o, size % 2 == 0, &v, fuzz_error, &errors);
        fuzz_judge(&v, errors);
        arena_free(&a);
    }
    json_decref(o);
    return 0;
}
