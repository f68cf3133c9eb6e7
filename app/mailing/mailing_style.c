#include "mailing/mailing_style.h"

#include "base/text.h"

#define FONT "font-family:Inter,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;"
#define TABLE "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\""
#define WRAP_AT 76

/* Longest first where one begins another. The classes carry the dark colours (parts/top.html). */
static const struct {
    const char *tag, *html;
} tags[] = {
    { "<h1>", "<h1 class=\"t\" style=\"" FONT "margin:0 0 16px;font-size:28px;line-height:34px;"
              "font-weight:700;letter-spacing:-0.6px;color:#13201e;\">" },
    { "<p class=\"quiet\">", "<p class=\"q\" style=\"" FONT "margin:0 0 12px;font-size:15px;"
                             "line-height:23px;color:#4b5855;\">" },
    { "<p class=\"foot\">", "<p class=\"q\" style=\"" FONT "margin:0;font-size:13px;"
                            "line-height:20px;color:#4b5855;\">" },
    /* In the frame around the QR, which stays white in the dark. */
    { "<p class=\"code\">", "<p style=\"" FONT "margin:12px 0 0;font-size:19px;line-height:24px;"
                            "font-weight:600;letter-spacing:2px;color:#13201e;\">" },
    { "<p>", "<p class=\"t\" style=\"" FONT "margin:0 0 16px;font-size:17px;line-height:26px;"
             "color:#13201e;\">" },
    { "<a href=", "<a class=\"l\" style=\"color:#0d5461;text-decoration:underline;\" href=" },
    { "<mail-facts>", TABLE " width=\"100%\" style=\"margin:8px 0 24px;\">" },
    { "</mail-facts>", "</table>" },
    { "<mail-name>", "<tr><td class=\"q r\" valign=\"top\" width=\"92\" style=\"" FONT
                     "width:92px;padding:12px 12px 12px 0;border-top:1px solid #dbe2e0;"
                     "font-size:15px;line-height:23px;color:#4b5855;\">" },
    { "</mail-name>", "</td>" },
    { "<mail-value>", "<td class=\"t r\" valign=\"top\" style=\"" FONT
                      "padding:12px 0;border-top:1px solid #dbe2e0;font-size:16px;"
                      "line-height:23px;color:#13201e;\">" },
    { "</mail-value>", "</td></tr>" },
    { "<mail-button href=",
      TABLE " class=\"w\" style=\"margin:8px 0 24px;\"><tr><td class=\"b\""
            " bgcolor=\"#0d5461\" align=\"center\" style=\"background-color:#0d5461;"
            "border-radius:10px;\"><a class=\"bt\" style=\"" FONT
            "display:block;padding:16px 28px;font-size:17px;line-height:22px;"
            "font-weight:600;color:#ffffff;text-decoration:none;\" href=" },
    { "</mail-button>", "</a></td></tr></table>" },
    { "<mail-stars>", TABLE " width=\"100%\" style=\"margin:0 0 16px;table-layout:fixed;\"><tr>" },
    { "</mail-stars>", "</tr></table>" },
    { "<mail-star href=",
      "<td align=\"center\" width=\"20%\" style=\"padding:0 2px;\"><a class=\"l\""
      " style=\"" FONT "display:block;padding:12px 0;font-size:17px;"
      "line-height:26px;font-weight:600;color:#0d5461;text-decoration:none;"
      "border:1px solid #0d5461;border-radius:10px;\" href=" },
    { "</mail-star>", "</a></td>" },
    { "<mail-frame>", TABLE " width=\"100%\" style=\"margin:8px 0 24px;\"><tr><td align=\"center\""
                            " bgcolor=\"#ffffff\" style=\"background-color:#ffffff;border:1px solid"
                            " #dbe2e0;border-radius:14px;padding:20px;\">" },
    { "</mail-frame>", "</td></tr></table>" },
};

void
mail_style(struct buf *out, const char *html)
{
    const char *s = html;

    while (*s) {
        size_t run = strcspn(s, "<"), i;

        buf_add(out, s, run);
        s += run;
        if (!*s)
            break;
        for (i = 0; i < ARRAY_LEN(tags) && !text_starts(s, tags[i].tag); i++)
            ;
        if (i < ARRAY_LEN(tags)) {
            buf_adds(out, tags[i].html);
            s += strlen(tags[i].tag);
        } else {
            buf_addc(out, *s++);
        }
    }
}

/* ── Organiser's words ── */

/* Length of the web address at s, without punctuation that ends a sentence; 0: none. */
static size_t
web_address(const char *s)
{
    size_t n;

    if (!text_starts(s, "https://") && !text_starts(s, "http://"))
        return 0;
    n = strcspn(s, " \n\t<>\"");
    while (n > 0 && strchr(".,;:!?)", s[n - 1]))
        n--;
    return n > strlen("https://") ? n : 0;
}

static void
add_line(struct buf *out, const char *s, size_t n)
{
    const char *end = s + n, *from = s;

    for (; s < end; s++) {
        size_t len = *s == 'h' ? web_address(s) : 0;

        if (len == 0 || s + len > end)
            continue;
        buf_add_html(out, from, (size_t)(s - from));
        buf_adds(out, "<a href=\"");
        buf_add_html(out, s, len);
        buf_adds(out, "\">");
        buf_add_html(out, s, len);
        buf_adds(out, "</a>");
        from = s + len;
        s = from - 1;
    }
    buf_add_html(out, from, (size_t)(end - from));
}

void
mail_words_html(struct buf *out, const char *text)
{
    bool open = false;

    while (*text) {
        size_t n = strcspn(text, "\n"), seen = n;
        while (seen > 0 && (text[seen - 1] == '\r' || text[seen - 1] == ' '))
            seen--;
        if (seen == 0) {
            buf_adds(out, open ? "</p>\n" : "");
            open = false;
        } else {
            buf_adds(out, open ? "<br>\n" : "<p>");
            add_line(out, text, seen);
            open = true;
        }
        text += n + (text[n] == '\n');
    }
    buf_adds(out, open ? "</p>\n" : "");
}

void
mail_lines_html(struct buf *out, const char *text)
{
    bool any = false;

    while (*text) {
        size_t n = strcspn(text, "\n"), seen = n;
        while (seen > 0 && (text[seen - 1] == '\r' || text[seen - 1] == ' '))
            seen--;
        if (seen > 0) {
            buf_adds(out, any ? "<br>\n" : "");
            add_line(out, text, seen);
            any = true;
        }
        text += n + (text[n] == '\n');
    }
}

/* ── The plain part ── */

/* Bytes of s (n of them) that fit into WRAP_AT characters, up to a space; n when they all do, or
 * when there is no space to break at. */
static size_t
fitting(const char *s, size_t n)
{
    size_t chars = 0, last = 0;

    for (size_t i = 0; i < n; i++) {
        if (((unsigned char)s[i] & 0xC0) != 0x80)
            chars++;
        if (s[i] != ' ')
            continue;
        if (chars > WRAP_AT + 1 && last > 0)
            return last;
        if (i > 0 && s[i - 1] != ' ')
            last = i;
    }
    return chars > WRAP_AT && last > 0 ? last : n;
}

static void
wrap_line(struct buf *out, const char *s, size_t n)
{
    while (n > 0) {
        size_t take = fitting(s, n);

        buf_add(out, s, take);
        buf_addc(out, '\n');
        s += take;
        n -= take;
        while (n > 0 && *s == ' ') {
            s++;
            n--;
        }
    }
}

static void
whole_line(struct buf *out, const char *s, size_t n)
{
    buf_add(out, s, n);
    buf_addc(out, '\n');
}

static void
tidy(struct buf *out, const char *text, void (*add)(struct buf *, const char *, size_t))
{
    bool blank = false, any = false;

    while (*text) {
        size_t n = strcspn(text, "\n"), seen = n;
        /* "-- " before a signature keeps its space (RFC 3676 section 4.3). */
        while (seen > 0 && (text[seen - 1] == '\r' || text[seen - 1] == ' ') &&
               !(seen == 3 && text_starts(text, "-- ")))
            seen--;
        if (seen == 0) {
            blank = any;
        } else {
            buf_adds(out, blank ? "\n" : "");
            add(out, text, seen);
            blank = false;
            any = true;
        }
        text += n + (text[n] == '\n');
    }
}

void
mail_wrap(struct buf *out, const char *text)
{
    tidy(out, text, wrap_line);
}

void
mail_unwrapped(struct buf *out, const char *text)
{
    tidy(out, text, whole_line);
}

/* ── Pictures in previews ── */

static void
add_base64(struct buf *out, const uint8_t *p, size_t n)
{
    static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < n; i += 3) {
        uint32_t v = (uint32_t)p[i] << 16;
        v |= i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0;
        v |= i + 2 < n ? p[i + 2] : 0;
        buf_addc(out, set[v >> 18]);
        buf_addc(out, set[v >> 12 & 63]);
        buf_addc(out, i + 1 < n ? set[v >> 6 & 63] : '=');
        buf_addc(out, i + 2 < n ? set[v & 63] : '=');
    }
}

void
mail_inline_images(struct buf *out, const char *html, const struct mail_inline *images, size_t n)
{
    static const char mark[] = "src=\"cid:";
    const char *s = html, *at;

    while ((at = strstr(s, mark)) != NULL) {
        const char *name = at + strlen(mark);
        size_t len = strcspn(name, "\""), i;

        for (i = 0; i < n; i++)
            if (strlen(images[i].cid) == len && strncmp(images[i].cid, name, len) == 0)
                break;
        buf_add(out, s, (size_t)(at - s));
        if (i < n) {
            buf_addf(out, "src=\"data:%s;base64,", images[i].type);
            add_base64(out, images[i].bytes, images[i].size);
        } else {
            buf_add(out, at, strlen(mark) + len);
        }
        s = name + len;
    }
    buf_adds(out, s);
}
