/* What a camera or a keyboard hands in at the door. */
#include <stdint.h>

#include "tickets/ticket_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ticket_text t;
    char *s = malloc(size + 1);

    if (s == NULL)
        return 0;
    memcpy(s, data, size);
    s[size] = '\0';
    if (ticket_text_read(s, &t) == ST_OK) {
        size_t n = strlen(t.code);

        if (n != (t.is_short ? TICKET_SHORT_LEN : TICKET_CODE_LEN) ||
            (!t.is_short && !ticket_code_ok(t.code)))
            BUG("a code without its form");
    }
    free(s);
    return 0;
}
