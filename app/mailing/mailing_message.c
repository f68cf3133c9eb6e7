/* One message of the log, as it was sent; its HTML stands in a frame of its own. */
#include "base/text.h"
#include "mailing/mailing_actions.h"
#include "mailing/mailing_pages.h"
#include "mailing/mailing_render.h"

/* The frame may show the mail's own style and pictures, and nothing else: no script, no loading, no
 * links that lead anywhere (sandbox), so that looking at a mail never answers for its recipient. */
#define POLICY_MESSAGE                                                                             \
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "       \
    "base-uri 'none'; form-action 'none'; sandbox"
/* The page around it: as all pages, and it may have the frame. */
#define POLICY_AROUND                                                                              \
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "                \
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "            \
    "manifest-src 'self'; script-src 'self'; frame-src 'self'"

enum shown { SHOWN, SHOWN_SECRET, SHOWN_NOT_KEPT };

struct look {
    struct outbox_row row;
    const struct mail_kind *kind;
    struct mail_message msg;
    enum shown shown;
};

/* Rendered from what it was made from when it left, or as it would go now. */
static enum status
compose(struct request *rq, struct look *l)
{
    struct mail_env env = mail_env_of(rq_app(rq));
    bool waits;
    enum status rc = outbox_row(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &l->row);

    if (rc != ST_OK)
        return rc;
    waits = strcmp(l->row.state, "queued") == 0 || strcmp(l->row.state, "held") == 0 ||
            strcmp(l->row.state, "sending") == 0 || strcmp(l->row.state, "deferred") == 0;
    l->kind = mail_kind_find(l->row.mail.kind);
    l->shown = SHOWN_NOT_KEPT;
    if (!l->kind || l->row.secret) {
        l->shown = l->kind ? SHOWN_SECRET : SHOWN_NOT_KEPT;
        return ST_OK;
    }
    if (!*l->row.data && !waits)
        return ST_OK;
    rc = mail_compose(&env, rq_conn(rq), rq_arena(rq), l->kind, &l->row.mail,
                      waits ? NULL : l->row.data, &l->msg);
    if (rc == ST_OK)
        l->shown = SHOWN;
    return rc == ST_IO || rc == ST_NOMEM ? rc : ST_OK;
}

static void
put(json_t *data, const char *key, const char *value)
{
    (void)json_object_set_new(data, key, json_string(value));
}

static void
add_files(json_t *data, const struct mail_message *msg)
{
    json_t *list = json_array();

    for (size_t i = 0; i < msg->extra.parts; i++)
        if (!msg->extra.part[i].content_id)
            (void)json_array_append_new(list,
                                        json_pack("{s:s, s:I}", "name", msg->extra.part[i].name,
                                                  "size", (json_int_t)msg->extra.part[i].size));
    (void)json_object_set_new(data, "has_files", json_boolean(json_array_size(list) > 0));
    (void)json_object_set_new(data, "files", list);
}

static void
add_message(struct request *rq, json_t *data, const struct look *l)
{
    (void)json_object_set_new(data, "shown", json_boolean(l->shown == SHOWN));
    (void)json_object_set_new(data, "not_kept", json_boolean(l->shown == SHOWN_NOT_KEPT));
    if (l->shown != SHOWN)
        return;
    put(data, "text", l->msg.text);
    put(data, "frame",
        arena_printf(rq_arena(rq), "/admin/mail/%lld/message", (long long)l->row.mail.id));
    add_files(data, &l->msg);
}

/* What has just been done, by the address that its button leads to. */
static void
add_done(struct request *rq, json_t *data)
{
    static const char *const known[] = { "again", "held", "let_go", "dropped" };
    const char *done = rq_query(rq, "done");

    for (size_t i = 0; done && i < ARRAY_LEN(known); i++)
        if (strcmp(done, known[i]) == 0)
            /* keys: mail.done.{=known} */
            put(data, "done_key", arena_printf(rq_arena(rq), "mail.done.%s", done));
}

static json_t *
message_view(struct request *rq, const struct look *l)
{
    const struct outbox_row *r = &l->row;
    const char *label = l->kind ? l->kind->label : r->mail.kind;
    const char *subject = l->shown == SHOWN ? l->msg.subject : r->subject;
    struct mail_from from;
    json_t *data = rq_form_view(rq);

    mail_from_parse(app_settings(rq_app(rq))->from, &from);
    (void)json_object_update_new(
        data, json_pack("{s:I, s:s, s:I, s:s, s:s, s:s, s:b}", "id", (json_int_t)r->mail.id, "kind",
                        r->mail.kind, "gathering_id", (json_int_t)r->mail.gathering_id, "state",
                        r->state, "last_reply", r->last_reply, "why", r->why, "secret", r->secret));
    mail_row_view(rq, data);
    (void)json_object_set_new(data, "is_secret", json_boolean(l->shown == SHOWN_SECRET));
    (void)json_object_update_new(
        data, json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:s}", "label", label, "to_name",
                        r->mail.to_name, "to", r->mail.to_email, "from", from.email, "attempts",
                        (json_int_t)r->attempts, "message_id", r->mail.message_id, "queued",
                        mail_time_text(rq, r->mail.created_at)));
    put(data, "subject", *subject ? subject : rq_tr(rq, label));
    if (text_starts(r->last_reply, "mailbox/"))
        put(data, "file", r->last_reply);
    if (r->sent_at)
        put(data, "sent", mail_time_text(rq, r->sent_at));
    if (strcmp(r->state, "deferred") == 0)
        put(data, "due", mail_time_text(rq, r->due_at));
    add_done(rq, data);
    add_message(rq, data, l);
    return data;
}

enum status
mail_message_page(struct request *rq, struct response *rs)
{
    struct look l = { 0 };
    enum status rc = compose(rq, &l);

    if (rc != ST_OK)
        return rc;
    rs_header(rs, "Content-Security-Policy", POLICY_AROUND);
    return rs_page(rs, rq_has_errors(rq) ? 422 : 200, "mailing/message", rq_tr(rq, "mail.title"),
                   message_view(rq, &l));
}

enum status
mail_still_right(struct request *rq, int64_t id)
{
    struct mail_env env = mail_env_of(rq_app(rq));
    struct outbox_row row = { 0 };
    struct mail_message msg;
    const struct mail_kind *kind;
    bool late = false;
    enum status rc = outbox_row(rq_conn(rq), rq_arena(rq), id, &row);

    if (rc != ST_OK)
        return rc;
    kind = mail_kind_find(row.mail.kind);
    if (!kind)
        return ST_GONE;
    rc = mail_too_late(rq_conn(rq), kind, row.mail.gathering_id, rq_now(rq), &late);
    if (rc == ST_OK && !late)
        rc = mail_compose(&env, rq_conn(rq), rq_arena(rq), kind, &row.mail, NULL, &msg);
    return late || rc == ST_NOT_FOUND ? ST_GONE : rc;
}

static enum status
message_html(struct request *rq, struct response *rs)
{
    struct look l = { 0 };
    struct buf body;
    enum status rc = compose(rq, &l);

    if (rc == ST_OK && l.shown != SHOWN)
        rc = ST_NOT_FOUND;
    if (rc != ST_OK)
        return rc;
    buf_init(&body, 0);
    buf_adds(&body, mail_self_contained(rq_arena(rq), &l.msg));
    rs_header(rs, "Content-Security-Policy", POLICY_MESSAGE);
    return rs_bytes(rs, 200, "text/html; charset=utf-8", &body, NULL);
}

const struct route mailing_message_routes[] = {
    { .method = HTTP_GET,
      .path = "/admin/mail/{id}",
      .allow = ALLOW_ORGANISER,
      .where = RT_READ,
      .read = mail_message_page },
    { .method = HTTP_GET,
      .path = "/admin/mail/{id}/message",
      .allow = ALLOW_ORGANISER,
      .where = RT_READ,
      .read = message_html },
    { 0 },
};
