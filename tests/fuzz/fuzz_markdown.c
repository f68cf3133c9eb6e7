/* Descriptions of any bytes: the HTML holds no tag, attribute or address but those we let through.
 */
#include "html/markdown.h"

#include <stdbool.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
starts(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

static void
tag_check(const char *s)
{
    static const char *const plain[] = {
        "p>",          "/p>",          "em>",
        "/em>",        "strong>",      "/strong>",
        "code>",       "/code>",       "code class=\"language-",
        "pre>",        "/pre>",        "ul>",
        "/ul>",        "ol>",          "ol start=\"",
        "/ol>",        "li>",          "/li>",
        "blockquote>", "/blockquote>", "hr />",
        "br />",       "h3>",          "/h3>",
        "h4>",         "/h4>",         "h5>",
        "/h5>",        "h6>",          "/h6>",
        "/a>",
    };
    static const char *const schemes[] = { "http://", "https://", "mailto:", "tel:", "/", "#" };

    for (size_t i = 0; i < ARRAY_LEN(plain); i++)
        if (starts(s, plain[i]))
            return;
    if (!starts(s, "a href=\""))
        abort();
    s += strlen("a href=\"");
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        if (strncasecmp(s, schemes[i], strlen(schemes[i])) != 0)
            continue;
        const char *quote = strchr(s, '"');
        if (!quote || !starts(quote, "\" rel=\"nofollow noopener\">") || starts(s, "//"))
            abort();
        return;
    }
    abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf out;

    buf_init(&out, 0);
    if (markdown_html((const char *)data, size, &out) == ST_OK)
        for (const char *s = strchr(buf_str(&out), '<'); s; s = strchr(s + 1, '<'))
            tag_check(s + 1);
    buf_clear(&out);
    if (markdown_text((const char *)data, size, &out) == ST_OK && out.len > 0 &&
        out.data[out.len - 1] != '\n')
        abort();
    buf_release(&out);
    return 0;
}
