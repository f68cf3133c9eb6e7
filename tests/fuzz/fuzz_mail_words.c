/* Words that people write into mails: never markup of their own, always whole. */
#include <stdint.h>

#include "base/text.h"
#include "mailing/mailing_style.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    const char *text = arena_strndup(a, (const char *)data, size);
    struct buf html, out;

    buf_init(&html, 0);
    buf_init(&out, 0);
    mail_words_html(&html, text);
    for (const char *at = strchr(buf_str(&html), '<'); at; at = strchr(at + 1, '<'))
        if (!text_starts(at, "<p>") && !text_starts(at, "</p>") && !text_starts(at, "<br>") &&
            !text_starts(at, "<a href=\"http") && !text_starts(at, "</a>"))
            BUG("a tag that is not ours");
    mail_style(&out, buf_str(&html));
    buf_clear(&out);
    mail_style(&out, text);
    buf_clear(&out);
    mail_lines_html(&out, text);
    buf_clear(&out);
    mail_wrap(&out, text);
    if (out.len > 0 && out.data[out.len - 1] != '\n')
        BUG("the last line has no end");
    mail_inline_images(&out, text, &(struct mail_inline){ "qr", "image/png", "x", 1 }, 1);
    buf_release(&html);
    buf_release(&out);
    arena_free(&a);
    return 0;
}
