/* A calendar's answer, from anybody. */
#include "base/text.h"
#include "document/ical.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ical_reply r;

    if (ical_read_reply(data, size, &r) != ST_OK)
        return 0;
    if (r.uid[0] == '\0' || r.attendee[0] == '\0' || !text_utf8_ok(r.uid, strlen(r.uid)) ||
        !text_utf8_ok(r.attendee, strlen(r.attendee)) || r.sequence < 0)
        BUG("an answer makes no sense");
    return 0;
}
