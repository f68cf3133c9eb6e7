/* What a mail server says, in whatever lines: read into a bounded, clean text, and judged. */
#include "base/text.h"
#include "mailing/mailing_verdict.h"
#include "smtp/smtp_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_reply(const struct smtp_reply *r)
{
    if (r->code < 0 || r->code > 999 || memchr(r->text, '\0', sizeof r->text) == NULL ||
        memchr(r->enhanced, '\0', sizeof r->enhanced) == NULL)
        BUG("a reply out of its bounds");
    if (!text_utf8_ok(r->text, strlen(r->text)) || strpbrk(r->text, "\r\n\t") != NULL)
        BUG("not a clean line");
}

/* Whatever it says and wherever: it means something that has a name. */
static void
check_verdicts(const struct smtp_reply *r)
{
    struct smtp_result result = { .outcome = SMTP_REFUSED, .code = r->code };

    memcpy(result.enhanced, r->enhanced, sizeof result.enhanced);
    memcpy(result.text, r->text, sizeof result.text);
    for (int at = STAGE_CONNECT; at <= STAGE_END; at++) {
        result.stage = (enum smtp_stage)at;
        struct verdict v = verdict_of(&result);
        if (strlen(v.why) > 20 || (v.kind != VERDICT_LATER && v.why[0] == '\0'))
            BUG("a verdict without a name");
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *s = (const char *)data, *end = s + size;
    struct smtp_reply r = { 0 };
    enum smtp_stage stage = STAGE_CONNECT;

    while (s < end) {
        const char *line_end = memchr(s, '\n', (size_t)(end - s));
        size_t n = line_end != NULL ? (size_t)(line_end - s) + 1 : (size_t)(end - s);

        smtp_reply_line(&r, s, n);
        check_reply(&r);
        stage = smtp_stage_of(s, n, stage);
        check_verdicts(&r);
        s += n;
    }
    return 0;
}
