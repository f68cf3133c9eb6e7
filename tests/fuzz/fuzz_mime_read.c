/* Mail from anybody: what is read is bounded and valid text. */
#include "base/text.h"
#include "document/mime.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const char *s)
{
    if (s == NULL || !text_utf8_ok(s, strlen(s)))
        BUG("broken text");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool started;
    struct arena *a;
    struct mime_mail m;

    if (!started)
        mime_start();
    started = true;
    a = arena_new(0);
    if (mime_read(a, data, size, &m) == ST_OK) {
        check(m.subject);
        check(m.from.name);
        check(m.from.email);
        check(m.to.email);
        check(m.message_id);
        check(m.in_reply_to);
        check(m.references);
        check(m.return_path);
        check(m.content_type);
        check(m.report_type);
        if (m.n_leaves > MIME_MAX_PARTS)
            BUG("too many parts");
        for (size_t i = 0; i < m.n_leaves; i++) {
            check(m.leaves[i].type);
            if (m.leaves[i].data[m.leaves[i].size] != '\0')
                BUG("not terminated");
            if (text_starts(m.leaves[i].type, "text/"))
                check(m.leaves[i].data);
        }
    }
    arena_free(&a);
    return 0;
}
