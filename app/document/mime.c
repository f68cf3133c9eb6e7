#include "document/mime.h"

#include <gmime/gmime.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "base/clock.h"

void
mime_start(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, g_mime_init);
}

/* ---- Checks ---- */

static bool
set(const char *s)
{
    return s != NULL && s[0] != '\0';
}

static bool
is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f;
}

/* An address goes into the header as it is: nothing in it may end it. */
static bool
email_ok(const char *s)
{
    if (!set(s) || strchr(s, '@') == NULL || s[0] == '@')
        return false;
    for (; *s != '\0'; s++)
        if (is_control(*s) || strchr(" <>,;:\"()[]\\", *s) != NULL)
            return false;
    return true;
}

static bool
header_name_ok(const char *s)
{
    static const char *const ours[] = { "from", "reply-to",   "to",          "subject",
                                        "date", "message-id", "mime-version" };

    if (!set(s) || strncasecmp(s, "content-", 8) == 0)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(ours); i++)
        if (strcasecmp(s, ours[i]) == 0)
            return false;
    for (; *s != '\0'; s++)
        if (*s <= 0x20 || *s >= 0x7f || *s == ':')
            return false;
    return true;
}

static bool
message_id_ok(const char *s)
{
    return email_ok(s) && strlen(s) < 250;
}

static bool
message_ok(const struct mime_message *m)
{
    if (!email_ok(m->from.email) || !email_ok(m->to.email) || !set(m->subject) ||
        !message_id_ok(m->message_id) || !set(m->text))
        return false;
    if (set(m->reply_to.email) && !email_ok(m->reply_to.email))
        return false;
    for (size_t i = 0; i < m->n_extra; i++)
        if (!header_name_ok(m->extra[i].name) || m->extra[i].value == NULL)
            return false;
    return true;
}

/* ---- Pieces ---- */

/* On one line, ends trimmed; to be freed by g_free. */
static char *
one_line(const char *s)
{
    char *copy = g_strdup(s == NULL ? "" : s);

    for (char *p = copy; *p != '\0'; p++)
        if (is_control(*p))
            *p = ' ';
    return g_strstrip(copy);
}

static GMimeDataWrapper *
wrap(const void *data, size_t n)
{
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(data, n);
    GMimeDataWrapper *w =
        g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);

    g_object_unref(stream);
    return w;
}

static GMimeObject *
text_part(const char *subtype, const char *text)
{
    GMimePart *part = g_mime_part_new_with_type("text", subtype);
    GString *lf = g_string_new(NULL);

    /* LF here: the writer makes CRLF of it, and quoted-printable would spell out a CR. */
    for (const char *p = text; *p != '\0'; p++)
        if (*p != '\r')
            g_string_append_c(lf, *p);
        else if (p[1] != '\n')
            g_string_append_c(lf, '\n');
    if (lf->len == 0 || lf->str[lf->len - 1] != '\n')
        g_string_append_c(lf, '\n');

    GMimeDataWrapper *w = wrap(lf->str, lf->len);
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
    g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    g_mime_part_set_content(part, w);
    g_object_unref(w);
    g_string_free(lf, TRUE);
    return GMIME_OBJECT(part);
}

static GMimeObject *
file_part(const struct mime_part *p, const char *disposition)
{
    char *type_text = one_line(set(p->type) ? p->type : "application/octet-stream");
    GMimeContentType *type = g_mime_content_type_parse(NULL, type_text);
    GMimePart *part = g_mime_part_new();
    GMimeDataWrapper *w = wrap(p->data, p->size);

    g_mime_object_set_content_type(GMIME_OBJECT(part), type);
    g_mime_object_set_disposition(GMIME_OBJECT(part), disposition);
    if (set(p->name)) {
        char *name = one_line(p->name);

        g_mime_part_set_filename(part, name);
        g_free(name);
    }
    if (set(p->cid)) {
        char *cid = one_line(p->cid);

        g_mime_part_set_content_id(part, cid);
        g_free(cid);
    }
    g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
    g_mime_part_set_content(part, w);
    g_object_unref(w);
    g_object_unref(type);
    g_free(type_text);
    return GMIME_OBJECT(part);
}

/* "=_" cannot stand in quoted-printable nor base64, so no body can hold a boundary. */
static GMimeMultipart *
multipart(const struct mime_message *m, const char *subtype, int level)
{
    GMimeMultipart *multi = g_mime_multipart_new_with_subtype(subtype);
    char boundary[64];

    (void)snprintf(boundary, sizeof boundary, "=_%08x_%d", g_str_hash(m->message_id), level);
    g_mime_multipart_set_boundary(multi, boundary);
    return multi;
}

/* Takes over the part. */
static void
add_part(GMimeMultipart *multi, GMimeObject *part)
{
    g_mime_multipart_add(multi, part);
    g_object_unref(part);
}

static GMimeObject *
html_part(const struct mime_message *m)
{
    GMimeObject *html = text_part("html", m->html);
    GMimeMultipart *related;

    if (m->n_inlines == 0)
        return html;
    related = multipart(m, "related", 3);
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(related), "type", "text/html");
    add_part(related, html);
    for (size_t i = 0; i < m->n_inlines; i++)
        add_part(related, file_part(&m->inlines[i], GMIME_DISPOSITION_INLINE));
    return GMIME_OBJECT(related);
}

static GMimeObject *
body(const struct mime_message *m)
{
    GMimeObject *top = text_part("plain", m->text);

    if (set(m->html)) {
        GMimeMultipart *alternative = multipart(m, "alternative", 2);

        add_part(alternative, top);
        add_part(alternative, html_part(m));
        top = GMIME_OBJECT(alternative);
    }
    if (m->n_attachments > 0) {
        GMimeMultipart *mixed = multipart(m, "mixed", 1);

        add_part(mixed, top);
        for (size_t i = 0; i < m->n_attachments; i++)
            add_part(mixed, file_part(&m->attachments[i], GMIME_DISPOSITION_ATTACHMENT));
        top = GMIME_OBJECT(mixed);
    }
    return top;
}

static void
add_address(InternetAddressList *list, const struct mime_address *a)
{
    struct arena *arena = arena_new(4096);
    char *name = one_line(a->name);
    InternetAddress *mailbox =
        internet_address_mailbox_new(set(name) ? name : NULL, text_email_wire(arena, a->email));

    internet_address_set_charset(mailbox, "utf-8");
    internet_address_list_add(list, mailbox);
    g_object_unref(mailbox);
    g_free(name);
    arena_free(&arena);
}

/* The longest line that RFC 5322 section 2.1.1 allows, without its end. */
#define LINE_MAX_BYTES 998

/* In printable ASCII as it is, on one line: what reads List-Unsubscribe (RFC 8058) knows no encoded
 * words, which the library makes of a long link. */
static bool
add_as_it_is(GMimeMessage *msg, const char *name, const char *value)
{
    GMimeHeaderList *list = g_mime_object_get_header_list(GMIME_OBJECT(msg));
    char *raw;

    for (const char *p = value; *p != '\0'; p++)
        if ((unsigned char)*p < ' ' || (unsigned char)*p > '~')
            return false;
    if (strlen(name) + strlen(": ") + strlen(value) > LINE_MAX_BYTES)
        return false;
    g_mime_header_list_append(list, name, value, "utf-8");
    raw = g_strdup_printf(" %s\n", value);
    g_mime_header_set_raw_value(
        g_mime_header_list_get_header_at(list, g_mime_header_list_get_count(list) - 1), raw);
    g_free(raw);
    return true;
}

static void
add_headers(GMimeMessage *msg, const struct mime_message *m)
{
    char *subject = one_line(m->subject);
    char date[40];

    clock_rfc5322(m->date_ms, date);
    add_address(g_mime_message_get_from(msg), &m->from);
    if (set(m->reply_to.email))
        add_address(g_mime_message_get_reply_to(msg), &m->reply_to);
    add_address(g_mime_message_get_to(msg), &m->to);
    g_mime_message_set_subject(msg, subject, "utf-8");
    g_mime_object_set_header(GMIME_OBJECT(msg), "Date", date, "utf-8");
    g_mime_message_set_message_id(msg, m->message_id);
    for (size_t i = 0; i < m->n_extra; i++) {
        char *value = one_line(m->extra[i].value);

        if (!add_as_it_is(msg, m->extra[i].name, value))
            g_mime_object_append_header(GMIME_OBJECT(msg), m->extra[i].name, value, "utf-8");
        g_free(value);
    }
    g_free(subject);
}

static void
free_format(void *format)
{
    g_mime_format_options_free(format);
}

/* The library's objects hang on a, since adding to out may throw. */
static void
write_message(struct arena *a, struct buf *out, const struct mime_message *m)
{
    void **msg = arena_hold(a, g_object_unref), **stream = arena_hold(a, g_object_unref);
    void **format = arena_hold(a, free_format);
    GMimeObject *top;
    GByteArray *bytes;

    *msg = g_mime_message_new(TRUE);
    add_headers(*msg, m);
    top = body(m);
    g_mime_message_set_mime_part(*msg, top);
    g_object_unref(top);

    *format = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(*format, GMIME_NEWLINE_FORMAT_DOS);
    *stream = g_mime_stream_mem_new();
    g_mime_object_write_to_stream(*msg, *format, *stream);
    bytes = g_mime_stream_mem_get_byte_array(*stream);
    buf_add(out, bytes->data, bytes->len);
}

enum status
mime_build(struct buf *out, const struct mime_message *m)
{
    struct arena *a;

    if (!message_ok(m))
        return ST_INVALID;
    mime_start();
    a = arena_new(0);
    write_message(a, out, m);
    arena_free(&a);
    return buf_status(out);
}
