/* How messages look on pages: state, reason, and the buttons that make sense. */
#include "base/text.h"
#include "document/zone.h"
#include "html/date_text.h"
#include "html/translate.h"
#include "mailing/mailing_actions.h"
#include "mailing/mailing_pages.h"

bool
mail_has_server(struct request *rq)
{
    const char *url = app_settings(rq_app(rq))->smtp_url;

    return url && *url;
}

const char *
mail_reply_text(struct request *rq, const char *reply)
{
    const struct translations *t = app_translations(rq_app(rq));
    const char *key =
        /* keys: mail.why.{asked,bounce,replaced,answered,cancelled,moved_again,off,unsubscribed}
         * mail.why.{withdrawn} */
        text_starts(reply, "mail.why.") ? reply : arena_printf(rq_arena(rq), "mail.why.%s", reply);

    return *reply && tr_has(t, rq_lang(rq), key) ? rq_tr(rq, key) : reply;
}

const char *
mail_is_text(struct request *rq, const char *why)
{
    /* keys: mail.is.{=faults,bad_address,utf8,several,busy,signin_later,limit,sender,client,relay}
     * mail.is.{too_big,no_such_domain,no_such_user,disabled,full,restricted,refused,blocked_there}
     * mail.is.{auth,auth_off,auth_app,needs_auth,needs_tls,account,blocklist,proof,server,policy}
     * mail.is.{content,no_route} */
    return *why ? rq_tr(rq, arena_printf(rq_arena(rq), "mail.is.%s", why)) : "";
}

const char *
mail_time_text(struct request *rq, int64_t ms)
{
    struct civil at, now;

    zone_local(NULL, ms, &at, NULL);
    zone_local(NULL, rq_now(rq), &now, NULL);
    return date_relative(rq_arena(rq), rq_lang(rq), &at, &now);
}

static const struct {
    const char *state, *icon, *color;
} looks[] = {
    { "queued", "clock", "info" },          { "sending", "clock", "info" },
    { "held", "clock", "warning" },         { "sent", "check", "success" },
    { "folder", "paper", "warning" },       { "deferred", "refresh", "warning" },
    { "uncertain", "question", "warning" }, { "failed", "cross-octagon", "danger" },
    { "suppressed", "skip", "neutral" },
};

void
mail_state_view(json_t *row, const char *state)
{
    size_t i = 0;
    char key[64];

    while (i + 1 < ARRAY_LEN(looks) && strcmp(looks[i].state, state) != 0)
        i++;
    /* keys: mail.state.{=looks,-sending} */
    (void)snprintf(key, sizeof key, "mail.state.%s",
                   strcmp(looks[i].state, "sending") == 0 ? "queued" : looks[i].state);
    (void)json_object_set_new(row, "state", json_string(looks[i].state));
    (void)json_object_set_new(row, "state_label", json_string(key));
    (void)json_object_set_new(row, "icon", json_string(looks[i].icon));
    (void)json_object_set_new(row, "color", json_string(looks[i].color));
}

static const char *
text_of(const json_t *row, const char *key)
{
    const char *s = json_string_value(json_object_get(row, key));

    return s ? s : "";
}

static void
put(json_t *row, const char *key, const char *value)
{
    if (*value)
        (void)json_object_set_new(row, key, json_string(value));
    else
        (void)json_object_del(row, key);
}

static bool
is_late(struct request *rq, const json_t *row)
{
    const struct mail_kind *kind = mail_kind_find(text_of(row, "kind"));
    bool late = true;

    return !kind ||
           mail_too_late(rq_conn(rq), kind,
                         json_integer_value(json_object_get(row, "gathering_id")), rq_now(rq),
                         &late) != ST_OK ||
           late;
}

static void
put_action(struct request *rq, json_t *row, const char *key, const char *action)
{
    long long id = json_integer_value(json_object_get(row, "id"));

    put(row, key, arena_printf(rq_arena(rq), "/admin/mail/%lld/%s", id, action));
}

static void
put_buttons(struct request *rq, json_t *row, const char *state)
{
    static const char *const labels[] = { [MAIL_AGAIN_RETRY] = "mail.again",
                                          [MAIL_AGAIN_FOLDER] = "mail.again_folder",
                                          [MAIL_AGAIN_NEW] = "mail.again_new" };
    bool held = strcmp(state, "held") == 0;
    enum mail_again again = mail_again_of(state, text_of(row, "last_reply"),
                                          json_is_true(json_object_get(row, "secret")));

    if (again != MAIL_AGAIN_NOT && (again != MAIL_AGAIN_FOLDER || mail_has_server(rq)) &&
        !is_late(rq, row)) {
        put_action(rq, row, "again", "again");
        put(row, "again_label", labels[again]);
    }
    if (held)
        put_action(rq, row, "let_go", "let-go");
    else if (strcmp(state, "queued") == 0 || strcmp(state, "deferred") == 0)
        put_action(rq, row, "hold", "hold");
    else
        return;
    put_action(rq, row, "drop", "drop");
}

void
mail_row_view(struct request *rq, json_t *row)
{
    struct arena *a = rq_arena(rq);
    const char *state = arena_strdup(a, text_of(row, "state"));
    const char *reply = text_of(row, "last_reply");

    mail_state_view(row, state);
    if (text_starts(reply, "mailbox/")) /* the file's name stands on the message's own page */
        reply = "";
    put(row, "reply", mail_reply_text(rq, reply));
    put(row, "is", mail_is_text(rq, text_of(row, "why")));
    if ((rq_who(rq)->role & ALLOW_ORGANISER) == 0)
        return;
    put(row, "href",
        arena_printf(a, "/admin/mail/%lld",
                     (long long)json_integer_value(json_object_get(row, "id"))));
    put_buttons(rq, row, state);
}

json_t *
mail_standing_view(struct request *rq, const struct mail_standing *s)
{
    const char *is = mail_is_text(rq, s->why);
    json_t *v;

    if (strcmp(s->state, "failed") != 0 && strcmp(s->state, "uncertain") != 0 &&
        strcmp(s->state, "folder") != 0)
        return NULL;
    if (!*is && strcmp(s->state, "failed") == 0)
        is = mail_reply_text(rq, s->last_reply);
    v = json_pack("{s:b, s:s}", s->state, 1, "is", is);
    if ((rq_who(rq)->role & ALLOW_ORGANISER) != 0)
        put(v, "href", arena_printf(rq_arena(rq), "/admin/mail/%lld", (long long)s->id));
    return v;
}

enum status
mail_folder_view(struct request *rq, int64_t gathering_id, json_t *data)
{
    int64_t count = 0;
    json_t *v;
    enum status rc;

    if (!mail_has_server(rq))
        return json_object_set_new(data, "mail_folder",
                                   json_pack("{s:b, s:b}", "no_server", 1, "elsewhere",
                                             strcmp(rq_path(rq), "/admin/mail") != 0)) == 0
                   ? ST_OK
                   : ST_NOMEM;
    rc = mail_in_folder(rq_conn(rq), rq_arena(rq), gathering_id, rq_now(rq), &count);
    if (rc != ST_OK || count == 0)
        return rc;
    v = json_pack("{s:I, s:s, s:b}", "count", (json_int_t)count, "base_url",
                  app_settings(rq_app(rq))->base_url, "may_send",
                  (rq_who(rq)->role & ALLOW_ORGANISER) != 0);
    if (gathering_id)
        (void)json_object_set_new(v, "gathering", json_integer(gathering_id));
    return json_object_set_new(data, "mail_folder", v) == 0 ? ST_OK : ST_NOMEM;
}
