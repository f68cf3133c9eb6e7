#include "messages/messages_pages.h"

#include "accounts/accounts.h"
#include "base/text.h"
#include "document/zone.h"
#include "gatherings/gatherings.h"
#include "html/date_text.h"
#include "html/options.h"
#include "html/translate.h"

/* ── Panels ── */

static const char *
tab_path(struct request *rq, int64_t id)
{
    return arena_printf(rq_arena(rq), "/admin/gatherings/%lld/messages", (long long)id);
}

enum status
messages_fill_tab(struct request *rq, int64_t gathering_id, json_t *data)
{
    return json_object_set_new(data, "messages",
                               json_pack("{s:s, s:s, s:s}", "key", "messages", "label",
                                         rq_tr(rq, "messages.tab"), "href",
                                         tab_path(rq, gathering_id))) == 0
               ? ST_OK
               : ST_NOMEM;
}

enum status
messages_fill_pick(struct request *rq, int64_t gathering_id, json_t *data)
{
    struct gathering *g = NULL;
    size_t n = 0;
    json_t *list;
    struct arena *a = rq_arena(rq);
    enum status rc = gatherings_with_mail(rq_conn(rq), a, &g, &n);

    if (rc != ST_OK || n == 0)
        return rc;
    list = json_array();
    option_add(list, "", rq_tr(rq, "messages.pick_all"), NULL, gathering_id == 0);
    for (size_t i = 0; i < n; i++) {
        struct civil at;

        zone_local(g[i].timezone, g[i].starts_at, &at, NULL);
        option_add(
            list, arena_printf(a, "%lld", (long long)g[i].id),
            arena_printf(a, "%s, %s", g[i].title, date_short(a, rq_lang(rq), &at, DATE_YEAR)), NULL,
            g[i].id == gathering_id);
    }
    return json_object_set_new(data, "mail_pick", list) == 0 ? ST_OK : ST_NOMEM;
}

/* ── The page ── */

static void
add_count(struct request *rq, json_t *counts, const json_t *group, const char *key)
{
    int64_t n = json_integer_value(json_object_get(group, key));

    /* keys: messages.count.{=keys} */
    if (n > 0)
        (void)json_array_append_new(
            counts, json_string(tr_format_n(rq_arena(rq), app_translations(rq_app(rq)), rq_lang(rq),
                                            arena_printf(rq_arena(rq), "messages.count.%s", key), n,
                                            NULL)));
}

static void
put_counts(struct request *rq, json_t *group)
{
    static const char *const keys[] = { "sent",   "folder",    "waiting",
                                        "failed", "uncertain", "suppressed" };
    json_t *counts = json_array();

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        add_count(rq, counts, group, keys[i]);
    (void)json_object_set_new(group, "counts", counts);
}

static const char *
moment(struct request *rq, const struct gathering *g, int64_t ms)
{
    return gathering_moment(rq_arena(rq), g, rq_lang(rq), ms, 0);
}

static void
sum_up(json_t *into, const json_t *group)
{
    const char *key;
    json_t *v;

    json_object_foreach((json_t *)(uintptr_t)group, key, v)
    {
        if (json_is_integer(v) && strcmp(key, "first_at") != 0)
            (void)json_object_set_new(into, key,
                                      json_integer(json_integer_value(json_object_get(into, key)) +
                                                   json_integer_value(v)));
    }
}

/* Messages to many stand by themselves; confirmations and answers, which go one by one all the
 * time, are one line. */
static enum status
add_sent(struct request *rq, const struct gathering *g, json_t *data)
{
    json_t *groups = NULL, *shown = json_array(), *single = json_object(), *group;
    size_t i;
    enum status rc = mail_sent_of(rq_conn(rq), g->id, &groups);

    (void)json_object_set_new(data, "sent", shown);
    json_array_foreach(groups, i, group)
    {
        if (!json_is_true(json_object_get(group, "bulk"))) {
            sum_up(single, group);
            continue;
        }
        put_counts(rq, group);
        (void)json_object_set_new(
            group, "when",
            json_string(moment(rq, g, json_integer_value(json_object_get(group, "first_at")))));
        (void)json_array_append(shown, group);
    }
    if (json_object_size(single) > 0) {
        put_counts(rq, single);
        (void)json_object_set_new(single, "label", json_string("messages.single"));
        (void)json_array_append(shown, single);
    }
    (void)json_object_set_new(data, "has_sent", json_boolean(json_array_size(shown) > 0));
    json_decref(single);
    json_decref(groups);
    return rc;
}

/* "Til de 52 påmeldte": as many as would get it as things stand. */
static const char *
to_whom(struct request *rq, const struct gathering *g, const json_t *v)
{
    const struct translations *t = app_translations(rq_app(rq));
    const char *rule = json_string_value(json_object_get(v, "rule"));
    /* keys: messages.to.{registration.week,registration.tomorrow,invitation.reminder} */
    const char *key = arena_printf(rq_arena(rq), "messages.to.%s", rule);
    const json_t *people = json_object_get(v, "people");
    bool registered = text_starts(rule, "registration.");

    if (!people && !registered)
        return tr_has(t, rq_lang(rq), key) ? rq_tr(rq, key) : "";
    /* keys: messages.to_count.{registration.tomorrow,invitation.reminder} */
    key = arena_printf(rq_arena(rq), "messages.to_count.%s", rule);
    if (!tr_has(t, rq_lang(rq), key))
        key = "messages.to_count";
    return tr_format_n(rq_arena(rq), t, rq_lang(rq), key,
                       people ? json_integer_value(people) : g->seats_taken, NULL);
}

static enum status
add_coming(struct request *rq, const struct gathering *g, json_t *data)
{
    json_t *list = NULL, *v;
    size_t i;
    enum status rc;

    if (g->status == GATHERING_CANCELLED)
        return ST_OK;
    rc = reminder_coming(rq_conn(rq), rq_arena(rq), &gathering_reminders, g->id, rq_now(rq), &list);
    json_array_foreach(list, i, v)
    {
        bool skipped = json_is_true(json_object_get(v, "skipped"));
        (void)json_object_set_new(
            v, "when", json_string(moment(rq, g, json_integer_value(json_object_get(v, "at")))));
        (void)json_object_set_new(
            v, "to", json_string(skipped ? rq_tr(rq, "messages.skipped") : to_whom(rq, g, v)));
    }
    (void)json_object_set_new(data, "has_coming", json_boolean(json_array_size(list) > 0));
    (void)json_object_set_new(data, "coming", list ? list : json_array());
    return rc;
}

static enum status
messages_page(struct request *rq, struct response *rs)
{
    struct gathering g = { 0 };
    json_t *data = json_object();
    enum status rc = gathering_admin_head(rq, rq_param_id(rq, "id"), "messages", &g, data);

    if (rc == ST_OK)
        rc = add_sent(rq, &g, data);
    if (rc == ST_OK)
        rc = add_coming(rq, &g, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    (void)json_object_set_new(data, "is_draft", json_boolean(g.status == GATHERING_DRAFT));
    (void)json_object_set_new(
        data, "skip_action",
        json_string(arena_printf(rq_arena(rq), "%s/skip", tab_path(rq, g.id))));
    (void)json_object_set_new(
        data, "log_href",
        json_string(arena_printf(rq_arena(rq), "/admin/mail?gathering=%lld", (long long)g.id)));
    (void)json_object_set_new(data, "organiser",
                              json_boolean((rq_who(rq)->role & ALLOW_ORGANISER) != 0));
    return rs_page(rs, 200, "messages/page",
                   arena_printf(rq_arena(rq), "%s: %s", rq_tr(rq, "messages.tab"), g.title), data);
}

/* ── Leaving one out ── */

static enum status
skip_work(struct work *w)
{
    int64_t id = rq_param_id(w->rq, "id"), subject = 0;
    enum status rc;

    if (!text_int(rq_text(w->rq, "moment"), &subject))
        return ST_NOT_FOUND;
    rc = reminder_skip(w->conn, rq_text(w->rq, "rule"), &gathering_reminders, id, subject,
                       rq_bool(w->rq, "skip"), w->now);
    w->redirect = tab_path(w->rq, id);
    return rc;
}

/* ── A test mail to oneself ── */

static enum status
test_build(struct app *app, struct db_conn *c, struct arena *a, const struct mail *m, json_t **data,
           struct mail_extra *extra)
{
    (void)app;
    (void)c;
    (void)a;
    (void)m;
    (void)extra;
    *data = json_object();
    return *data ? ST_OK : ST_NOMEM;
}

const struct mail_kind messages_test_kind = {
    .name = "test.message",
    .label = "mail.kind.test",
    .class_ = MAIL_SERVICE,
    .priority = 0,
    .build = test_build,
    .good_until = mail_good_always,
};

static enum status
test_work(struct work *w)
{
    struct arena *a = rq_arena(w->rq);
    const struct identity *me = rq_who(w->rq);
    struct mail_new m = { .kind = &messages_test_kind,
                          .parent = "test",
                          .parent_id = me->account_id,
                          .occasion = arena_printf(a, "%lld", (long long)w->now),
                          .to_name = me->name,
                          .lang = me->lang[0] != '\0' ? me->lang : rq_lang(w->rq),
                          .now = w->now };
    enum status rc = account_email(w->conn, a, me->account_id, &m.to_email);

    w->redirect = "/admin/mail";
    return rc == ST_OK ? mail_queue(w->conn, &m, NULL) : rc;
}

static const struct field skip_fields[] = {
    { "rule", FIELD_LINE, FIELD_REQUIRED, 64 },
    { "moment", FIELD_LINE, FIELD_REQUIRED, 24 },
    { "skip", FIELD_BOOL, 0, 0 },
    { 0 },
};
static const struct field no_fields[] = { { 0 } };

const struct route messages_routes[] = {
    { .method = HTTP_GET,
      .path = "/admin/gatherings/{id}/messages",
      .allow = ALLOW_VIEWER,
      .where = RT_READ,
      .read = messages_page },
    { .method = HTTP_POST,
      .path = "/admin/gatherings/{id}/messages/skip",
      .allow = ALLOW_ORGANISER,
      .where = RT_WRITE,
      .body_max = 2048,
      .fields = skip_fields,
      .work = skip_work },
    { .method = HTTP_POST,
      .path = "/admin/mail/test",
      .allow = ALLOW_ORGANISER,
      .where = RT_WRITE,
      .body_max = 1024,
      .fields = no_fields,
      .work = test_work },
    { 0 },
};
