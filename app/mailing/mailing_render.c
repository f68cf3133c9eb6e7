#include "mailing/mailing_render.h"

#include "base/asset.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "document/mime.h"
#include "html/lang.h"

#define SUBJECT_MARK "Subject:"

struct mail_env
mail_env_of(struct app *app)
{
    return (struct mail_env){ app, app_templates(app), app_settings(app) };
}

static void
drop_json(void *json)
{
    json_decref(json);
}

/* ── Data ── */

static void
set_text(json_t *data, const char *key, const char *value)
{
    (void)json_object_set_new(data, key, json_string(value ? value : ""));
}

/* "" for a name that is only the address again: "Hei post!" helps nobody. */
static const char *
first_name(struct arena *a, const struct mail *m)
{
    size_t local = strcspn(m->to_email, "@");

    if (!*m->to_name || strchr(m->to_name, '@') ||
        (strlen(m->to_name) == local && strncasecmp(m->to_name, m->to_email, local) == 0))
        return "";
    return text_first_name(a, m->to_name);
}

static void
add_words(struct arena *a, json_t *data, const struct mail *m)
{
    const char *said = json_string_value(json_object_get(data, "message"));
    const char *text = text_clean(a, said && *said ? said : m->note ? m->note : "", false);
    struct buf html;

    buf_init(&html, 0);
    mail_words_html(&html, text);
    set_text(data, "message_text", text);
    set_text(data, "message_html", buf_str(&html));
    buf_release(&html);
}

/* Practical facts as lines, for a cell of the table. */
static void
add_practical(json_t *data)
{
    const char *text =
        json_string_value(json_object_get(json_object_get(data, "gathering"), "practical_text"));
    struct buf out;

    buf_init(&out, 0);
    mail_lines_html(&out, text ? text : "");
    set_text(data, "practical_br", buf_str(&out));
    buf_release(&out);
}

/* A reminder that was late says "today". Kept with the kind's own data: it was true when it went.
 */
static void
add_today(json_t *data)
{
    const char *iso =
        json_string_value(json_object_get(json_object_get(data, "gathering"), "starts_iso"));
    int64_t start = 0, now = clock_now();
    int offset = 0;
    bool has_offset = false;

    if (!iso || !clock_parse(iso, &start, &has_offset, &offset))
        return;
    int64_t shift = (int64_t)offset * MS_MINUTE;
    (void)json_object_set_new(data, "is_today",
                              json_boolean((start + shift) / MS_DAY == (now + shift) / MS_DAY));
}

static json_t *
cluster_view(const struct cluster *cl)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", cl->name, "address", cl->address, "email",
                     cl->email, "phone", cl->phone, "sender_name", cl->sender_name);
}

static void
add_common(const struct mail_env *env, struct arena *a, json_t *data, const struct mail *m,
           const struct mail_message *msg)
{
    bool qr = false;

    for (size_t i = 0; i < msg->extra.parts; i++)
        qr |= msg->extra.part[i].content_id && strcmp(msg->extra.part[i].content_id, "qr") == 0;
    set_text(data, "to_name", text_unlinked(a, m->to_name));
    set_text(data, "first_name", text_unlinked(a, first_name(a, m)));
    set_text(data, "lang", lang_norm(m->lang));
    set_text(data, "base_url", env->settings->base_url);
    (void)json_object_set_new(data, "has_qr", json_boolean(qr));
    (void)json_object_set_new(data, "cluster", cluster_view(&msg->cluster));
    if (msg->extra.unsubscribe_url)
        set_text(data, "unsubscribe_url", msg->extra.unsubscribe_url);
    add_words(a, data, m);
    add_practical(data);
}

/* The kind's data into *data (a new reference), its own form kept as text. */
static enum status
get_data(const struct mail_env *env, struct db_conn *c, struct arena *a,
         const struct mail_kind *kind, const struct mail *m, const char *stored,
         struct mail_message *out, json_t **data)
{
    json_t *built = NULL;
    enum status rc = kind->build(env->app, c, a, m, &built, &out->extra);
    char *text = NULL;

    if (stored) {
        json_decref(built);
        if (rc != ST_OK)
            out->extra = (struct mail_extra){ 0 };
        built = json_loads(stored, 0, NULL);
        if (!built)
            return ST_INVALID;
    } else if (rc != ST_OK) {
        json_decref(built);
        return rc;
    }
    if (!stored)
        add_today(built);
    text = json_dumps(built, JSON_COMPACT);
    out->own_data = arena_strdup(a, text);
    mem_free(text);
    *data = built;
    return ST_OK;
}

/* ── Rendering ── */

static enum status
render(const struct mail_env *env, struct arena *a, const char *lang, const char *kind,
       const char *suffix, json_t *data, struct buf *out)
{
    const char *name = arena_printf(a, "mail-templates/%s/%s.%s", lang, kind, suffix);

    if (!template_exists(env->templates, name))
        name = arena_printf(a, "mail-templates/nb/%s.%s", kind, suffix);
    return template_render(env->templates, name, lang, data, out);
}

/* The first line is the subject. */
static enum status
render_text(const struct mail_env *env, struct arena *a, const struct mail *m, json_t *data,
            struct mail_message *out)
{
    struct buf raw, wrapped, whole;
    enum status rc;

    buf_init(&raw, 0);
    buf_init(&wrapped, 0);
    buf_init(&whole, 0);
    rc = render(env, a, lang_norm(m->lang), m->kind, "txt", data, &raw);
    if (rc != ST_OK)
        goto out;
    if (!text_starts(buf_str(&raw), SUBJECT_MARK)) {
        log_error("mailing", "template has no subject kind=%s", m->kind);
        rc = ST_INVALID;
        goto out;
    }
    size_t line = strcspn(raw.data, "\n");
    size_t mark = strlen(SUBJECT_MARK);
    out->subject = text_clean(a, arena_strndup(a, raw.data + mark, line - mark), true);
    mail_wrap(&wrapped, raw.data + line);
    out->text = arena_strdup(a, buf_str(&wrapped));
    mail_unwrapped(&whole, raw.data + line);
    out->text_unwrapped = arena_strdup(a, buf_str(&whole));
    if (!buf_ok(&wrapped) || !buf_ok(&whole))
        rc = ST_LIMIT;
out:
    buf_release(&raw);
    buf_release(&wrapped);
    buf_release(&whole);
    return rc;
}

static enum status
render_html(const struct mail_env *env, struct arena *a, const struct mail *m, json_t *data,
            struct mail_message *out)
{
    struct buf raw, styled;
    enum status rc;

    buf_init(&raw, 0);
    buf_init(&styled, 0);
    rc = render(env, a, lang_norm(m->lang), m->kind, "html", data, &raw);
    if (rc == ST_OK) {
        mail_style(&styled, buf_str(&raw));
        out->html = arena_strdup(a, buf_str(&styled));
        if (!buf_ok(&styled))
            rc = ST_LIMIT;
    }
    buf_release(&raw);
    buf_release(&styled);
    return rc;
}

/* The mark comes last: who shows the first picture of a mail shows the QR. */
static void
collect_inlines(struct mail_message *out)
{
    const struct asset *mark = asset_find("static/mark.png");

    out->n_inlines = 0;
    for (size_t i = 0; i < out->extra.parts && out->n_inlines + 1 < MAIL_INLINES_MAX; i++) {
        const struct mail_part *p = &out->extra.part[i];
        if (p->content_id)
            out->inlines[out->n_inlines++] =
                (struct mail_inline){ p->content_id, p->type, p->bytes, p->size };
    }
    if (mark)
        out->inlines[out->n_inlines++] =
            (struct mail_inline){ "mark", "image/png", mark->data, mark->size };
}

enum status
mail_compose(const struct mail_env *env, struct db_conn *c, struct arena *a,
             const struct mail_kind *kind, const struct mail *m, const char *stored,
             struct mail_message *out)
{
    json_t *data = NULL;
    enum status rc;

    *out = (struct mail_message){ 0 };
    rc = cluster_get(c, a, &out->cluster);
    if (rc == ST_OK)
        rc = get_data(env, c, a, kind, m, stored, out, &data);
    if (rc != ST_OK)
        return rc;
    *arena_hold(a, drop_json) = data;
    add_common(env, a, data, m, out);
    rc = render_text(env, a, m, data, out);
    if (rc != ST_OK)
        return rc;
    set_text(data, "subject", out->subject);
    rc = render_html(env, a, m, data, out);
    collect_inlines(out);
    return rc;
}

const char *
mail_self_contained(struct arena *a, const struct mail_message *msg)
{
    struct buf out;
    const char *html;

    buf_init(&out, 0);
    mail_inline_images(&out, msg->html, msg->inlines, msg->n_inlines);
    html = arena_strdup(a, buf_str(&out));
    buf_release(&out);
    return html;
}

enum status
mail_preview(struct app *app, struct db_conn *c, struct arena *a, const struct mail_kind *kind,
             const struct mail *m, struct mail_preview *out)
{
    struct mail_env env = mail_env_of(app);
    struct mail_message msg;
    struct mail asked = *m;
    enum status rc;

    asked.kind = kind->name;
    rc = mail_compose(&env, c, a, kind, &asked, NULL, &msg);
    if (rc == ST_OK)
        *out =
            (struct mail_preview){ msg.subject, msg.text_unwrapped, mail_self_contained(a, &msg) };
    return rc;
}

/* ── MIME ── */

void
mail_from_parse(const char *from, struct mail_from *out)
{
    const char *open = strrchr(from, '<'), *close = open ? strchr(open, '>') : NULL;
    const char *at;

    *out = (struct mail_from){ 0 };
    if (open && close) {
        size_t n = (size_t)(open - from);
        while (n > 0 && (from[n - 1] == ' ' || from[n - 1] == '"'))
            n--;
        if (n > 0 && *from == '"') {
            from++;
            n--;
        }
        (void)snprintf(out->name, sizeof out->name, "%.*s", (int)n, from);
        (void)snprintf(out->email, sizeof out->email, "%.*s", (int)(close - open - 1), open + 1);
    } else {
        (void)text_copy(out->email, sizeof out->email, from);
    }
    at = strrchr(out->email, '@');
    (void)text_copy(out->host, sizeof out->host, at && at[1] ? at + 1 : "localhost");
}

const char *
mail_sender_address(struct app *app, struct arena *a)
{
    struct mail_from from;

    mail_from_parse(app_settings(app)->from, &from);
    return arena_strdup(a, from.email);
}

const char *
mail_envelope_from(const struct mail_env *env, struct arena *a, const struct mail *m)
{
    const char *pattern = env->settings->bounce, *star;
    struct mail_from from;

    if (pattern && *pattern) {
        star = strchr(pattern, '*');
        if (!star)
            return pattern;
        return arena_printf(a, "%.*s%.*s%s", (int)(star - pattern), pattern,
                            (int)strcspn(m->message_id, "@"), m->message_id, star + 1);
    }
    mail_from_parse(env->settings->from, &from);
    return arena_strdup(a, from.email);
}

static size_t
extra_headers(struct arena *a, const struct mail_message *msg, struct mime_header out[4])
{
    size_t n = 0;

    /* RFC 3834 section 5; the second is what Exchange heeds. */
    out[n++] = (struct mime_header){ "Auto-Submitted", "auto-generated" };
    out[n++] = (struct mime_header){ "X-Auto-Response-Suppress", "OOF, AutoReply" };
    if (msg->extra.unsubscribe_url) { /* RFC 8058 */
        out[n++] = (struct mime_header){ "List-Unsubscribe",
                                         arena_printf(a, "<%s>", msg->extra.unsubscribe_url) };
        out[n++] = (struct mime_header){ "List-Unsubscribe-Post", "List-Unsubscribe=One-Click" };
    }
    return n;
}

enum status
mail_mime(const struct mail_env *env, struct arena *a, const struct mail *m,
          const struct mail_message *msg, int64_t now, struct buf *out)
{
    struct mime_part inlines[MAIL_INLINES_MAX], files[ARRAY_LEN(msg->extra.part)];
    struct mime_header extra[4];
    struct mime_message mime = { .subject = msg->subject, .text = msg->text, .html = msg->html };
    struct mail_from from;

    mail_from_parse(env->settings->from, &from);
    bool named = *from.name && strcmp(from.name, "Samling") != 0;
    mime.from = (struct mime_address){ named ? from.name : msg->cluster.name, from.email };
    mime.to = (struct mime_address){ text_unlinked(a, m->to_name), m->to_email };
    if (text_email_ok(msg->cluster.email) && strcasecmp(msg->cluster.email, from.email) != 0)
        mime.reply_to = (struct mime_address){ msg->cluster.name, msg->cluster.email };
    mime.date_ms = now;
    mime.message_id = m->message_id;
    for (size_t i = 0; i < msg->n_inlines; i++) {
        const struct mail_inline *p = &msg->inlines[i];
        inlines[i] = (struct mime_part){ p->type, arena_printf(a, "%s.png", p->cid), p->cid,
                                         p->bytes, p->size };
    }
    for (size_t i = 0; i < msg->extra.parts; i++) {
        const struct mail_part *p = &msg->extra.part[i];
        if (!p->content_id)
            files[mime.n_attachments++] =
                (struct mime_part){ p->type, p->name, NULL, p->bytes, p->size };
    }
    mime.inlines = inlines;
    mime.n_inlines = msg->n_inlines;
    mime.attachments = files;
    mime.extra = extra;
    mime.n_extra = extra_headers(a, msg, extra);
    return mime_build(out, &mime);
}
