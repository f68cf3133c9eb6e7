#include "document/mime.h"

#include <gmime/gmime.h>
#include <string.h>

#include "base/clock.h"

/* GMime makes objects of some hundred bytes of each header, address and part, so these are counted
 * before it sees them: else two megabytes of commas would become hundreds. */
enum { HEADER_BYTES_MAX = 256 * 1024, BOUNDARY_LINES_MAX = 5000 };

struct walk {
    struct arena *arena;
    struct mime_leaf *leaves;
    size_t n;
    bool over; /* too deep or too many */
};

/* ---- Before parsing ---- */

static bool
looks_like_header(const char *line, size_t n)
{
    size_t i = 0;

    while (i < n && line[i] > 0x20 && line[i] < 0x7f && line[i] != ':')
        i++;
    return i > 0 && i < n && line[i] == ':';
}

static bool
small_enough(const char *p, size_t n)
{
    const char *end = p + n;
    size_t header_bytes = 0, boundaries = 0;
    bool header = false;

    while (p < end) {
        const char *eol = memchr(p, '\n', (size_t)(end - p));
        size_t len = (size_t)((eol == NULL ? end : eol) - p);

        if (len == 0 || (*p != ' ' && *p != '\t'))
            header = looks_like_header(p, len);
        header_bytes += header ? len + 1 : 0;
        boundaries += len >= 2 && p[0] == '-' && p[1] == '-';
        if (header_bytes > HEADER_BYTES_MAX || boundaries > BOUNDARY_LINES_MAX)
            return false;
        p += eol == NULL ? len : len + 1;
    }
    return true;
}

/* ---- Text out of GMime ---- */

/* Valid UTF-8 without NUL, in the arena. */
static const char *
keep(struct arena *a, const char *s, size_t n)
{
    char *copy = arena_alloc(a, n + 1);
    void **valid;

    if (n > 0)
        memcpy(copy, s, n);
    for (size_t i = 0; i < n; i++)
        if (copy[i] == '\0')
            copy[i] = ' ';
    if (g_utf8_validate(copy, (gssize)n, NULL))
        return copy;
    valid = arena_hold(a, g_free);
    *valid = g_utf8_make_valid(copy, (gssize)n);
    copy = arena_strdup(a, *valid);
    arena_drop(valid, g_free);
    return copy;
}

static const char *
keep_str(struct arena *a, const char *s)
{
    return s == NULL ? "" : keep(a, s, strlen(s));
}

static const char *
keep_lower(struct arena *a, const char *s)
{
    char *lower = arena_strdup(a, keep_str(a, s));

    for (char *p = lower; *p != '\0'; p++)
        *p = g_ascii_tolower(*p);
    return lower;
}

static const char *
type_of(struct arena *a, GMimeObject *object)
{
    GMimeContentType *type = g_mime_object_get_content_type(object);

    if (type == NULL)
        return "application/octet-stream";
    return keep_lower(a, arena_printf(a, "%s/%s", g_mime_content_type_get_media_type(type),
                                      g_mime_content_type_get_media_subtype(type)));
}

static void
read_address(struct arena *a, InternetAddressList *list, struct mime_address *out)
{
    *out = (struct mime_address){ "", "" };
    for (int i = 0; list != NULL && i < internet_address_list_length(list); i++) {
        InternetAddress *ia = internet_address_list_get_address(list, i);

        if (!INTERNET_ADDRESS_IS_MAILBOX(ia))
            continue;
        out->name = keep_str(a, internet_address_get_name(ia));
        out->email = keep_str(a, internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(ia)));
        return;
    }
}

/* ---- Parts ---- */

static void
read_content(struct arena *a, GMimePart *part, struct mime_leaf *leaf)
{
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    void **text, **stream;
    GByteArray *bytes;

    leaf->data = "";
    if (content == NULL)
        return;
    if (GMIME_IS_TEXT_PART(part)) {
        text = arena_hold(a, g_free);
        *text = g_mime_text_part_get_text(GMIME_TEXT_PART(part));
        leaf->data = keep_str(a, *text);
        leaf->size = strlen(leaf->data);
        arena_drop(text, g_free);
        return;
    }
    stream = arena_hold(a, g_object_unref);
    *stream = g_mime_stream_mem_new();
    g_mime_data_wrapper_write_to_stream(content, *stream);
    bytes = g_mime_stream_mem_get_byte_array(*stream);
    char *copy = arena_alloc(a, bytes->len + 1);
    if (bytes->len > 0)
        memcpy(copy, bytes->data, bytes->len);
    leaf->data = copy;
    leaf->size = bytes->len;
    arena_drop(stream, g_object_unref);
}

static void
read_leaf(struct walk *w, GMimePart *part)
{
    struct mime_leaf *leaf;
    const char *name = g_mime_part_get_filename(part);
    const char *method = g_mime_object_get_content_type_parameter(GMIME_OBJECT(part), "method");

    if (w->n == MIME_MAX_PARTS) {
        w->over = true;
        return;
    }
    leaf = &w->leaves[w->n++];
    leaf->type = type_of(w->arena, GMIME_OBJECT(part));
    leaf->name = name == NULL ? NULL : keep_str(w->arena, name);
    leaf->method = method == NULL ? NULL : keep_lower(w->arena, method);
    read_content(w->arena, part, leaf);
}

static void
walk_part(struct walk *w, GMimeObject *object, int depth)
{
    if (object == NULL || w->over)
        return;
    if (depth > MIME_MAX_DEPTH) {
        w->over = true;
    } else if (GMIME_IS_MULTIPART(object)) {
        GMimeMultipart *multi = GMIME_MULTIPART(object);
        int n = g_mime_multipart_get_count(multi);

        for (int i = 0; i < n && !w->over; i++)
            walk_part(w, g_mime_multipart_get_part(multi, i), depth + 1);
    } else if (GMIME_IS_MESSAGE_PART(object)) {
        GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));

        if (inner != NULL)
            walk_part(w, g_mime_message_get_mime_part(inner), depth + 1);
    } else if (GMIME_IS_PART(object)) {
        read_leaf(w, GMIME_PART(object));
    }
}

/* ---- The message ---- */

static const char *
header(struct arena *a, GMimeMessage *msg, const char *name)
{
    return keep_str(a, g_mime_object_get_header(GMIME_OBJECT(msg), name));
}

/* The first <...> of a header, without the brackets; else the whole. */
static const char *
bracketed(struct arena *a, GMimeMessage *msg, const char *name)
{
    const char *s = header(a, msg, name);
    const char *open = strchr(s, '<');
    const char *close = open == NULL ? NULL : strchr(open, '>');

    return close == NULL ? s : arena_strndup(a, open + 1, (size_t)(close - open - 1));
}

static void
read_headers(struct arena *a, GMimeMessage *msg, struct mime_mail *out)
{
    GMimeObject *top = g_mime_message_get_mime_part(msg);
    GDateTime *date = g_mime_message_get_date(msg);

    read_address(a, g_mime_message_get_from(msg), &out->from);
    read_address(a, g_mime_message_get_to(msg), &out->to);
    out->subject = keep_str(a, g_mime_message_get_subject(msg));
    out->message_id = keep_str(a, g_mime_message_get_message_id(msg));
    out->in_reply_to = bracketed(a, msg, "In-Reply-To");
    out->references = header(a, msg, "References");
    out->auto_submitted = header(a, msg, "Auto-Submitted");
    out->return_path = bracketed(a, msg, "Return-Path");
    out->content_type = top == NULL ? "" : type_of(a, top);
    out->report_type =
        top == NULL ? ""
                    : keep_lower(a, g_mime_object_get_content_type_parameter(top, "report-type"));
    if (date != NULL)
        out->date_ms = g_date_time_to_unix(date) * MS_SECOND;
}

static enum status
read_message(struct arena *a, GMimeMessage *msg, struct mime_mail *out)
{
    struct walk w = { .arena = a };

    w.leaves = ARENA_ARRAY(a, struct mime_leaf, MIME_MAX_PARTS);
    walk_part(&w, g_mime_message_get_mime_part(msg), 1);
    if (w.over)
        return ST_LIMIT;
    read_headers(a, msg, out);
    out->leaves = w.leaves;
    out->n_leaves = w.n;
    return ST_OK;
}

enum status
mime_read(struct arena *a, const void *bytes, size_t n, struct mime_mail *out)
{
    void **stream, **parser, **msg;
    enum status rc = ST_INVALID;

    *out = (struct mime_mail){ 0 };
    if (n > MIME_MAX_BYTES || !small_enough(bytes, n))
        return ST_LIMIT;
    if (!looks_like_header(bytes, n))
        return ST_INVALID;
    mime_start();
    /* The library's objects hang on a: keeping what they say may throw. */
    stream = arena_hold(a, g_object_unref);
    parser = arena_hold(a, g_object_unref);
    msg = arena_hold(a, g_object_unref);
    *stream = g_mime_stream_mem_new_with_buffer(bytes, n);
    *parser = g_mime_parser_new_with_stream(*stream);
    g_mime_parser_set_persist_stream(*parser, FALSE);
    *msg = g_mime_parser_construct_message(*parser, NULL);
    if (*msg != NULL)
        rc = read_message(a, *msg, out);
    arena_drop(msg, g_object_unref);
    arena_drop(parser, g_object_unref);
    arena_drop(stream, g_object_unref);
    return rc;
}
