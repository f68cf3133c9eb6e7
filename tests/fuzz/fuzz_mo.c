/* A catalogue of any bytes: what mo_open lets through can be read everywhere. */
#include "html/mo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mo m;
    size_t total = 0;

    if (mo_open(&m, data, size) != ST_OK)
        return 0;
    for (uint32_t i = 0; i < m.count; i++) {
        total += strlen(mo_key(&m, i));
        for (unsigned form = 0; form < 4; form++)
            total += strlen(mo_text(&m, i, form));
        if (mo_find(&m, mo_key(&m, i), 0) != mo_text(&m, i, 0))
            abort();
    }
    (void)mo_find(&m, "common.name", 1);
    (void)total;
    return 0;
}
