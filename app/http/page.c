/* Pages: the `page` object around a handler's data, and its place among the kept ones. */
#include "base/log.h"
#include "base/rand.h"
#include "base/text.h"
#include "html/lang.h"
#include "http/connection.h"
#include "http/kept.h"
#include "http/page_cache.h"
#include "http/server_private.h"

#define PAGE_MAX ((size_t)8 << 20)

static const char *
role_name(unsigned role)
{
    switch (role) {
    case ROLE_ADMIN:
        return "admin";
    case ROLE_ORGANISER:
        return "organiser";
    case ROLE_VIEWER:
        return "viewer";
    case ROLE_DOOR:
        return "door";
    case ROLE_MEMBER:
        return "member";
    default:
        return "";
    }
}

/* Where nothing answers, who is signed in keeps the menu. */
static const char *
layout_of(const struct response *rs)
{
    const struct request *rq = rs->rq;
    unsigned who = rq->route != NULL ? rq->route->allow : rq->who.role;

    if (rs->layout != NULL)
        return rs->layout;
    if (rq->route != NULL && rq->route->layout != NULL)
        return rq->route->layout;
    return (who & ROLE_NOBODY) == 0 && (rq->who.role & ALLOW_VIEWER) != 0 ? "app" : "public";
}

static json_t *
languages(const char *now)
{
    json_t *list = json_array();

    for (const char *const *code = lang_codes; *code != NULL; code++)
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:b}", "code", *code, "name", lang_name(*code),
                                        "current", strcmp(*code, now) == 0));
    return list;
}

static void
add_form_key(struct response *rs, json_t *page)
{
    _Static_assert(sizeof rs->form_key == FORM_KEY_LEN + 1, "kept.c puts another in its place");
    rand_base64url(rs->form_key, FORM_KEY_LEN);
    json_object_set_new(page, "form_key", json_string(rs->form_key));
}

static json_t *
make_page(struct response *rs)
{
    struct request *rq = rs->rq;
    const char *lang = rq_lang(rq);
    struct civil today;
    json_t *page;

    clock_to_civil(rq->now, &today);
    page = json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:o, s:b}", "lang", lang, "title",
                     rs->title != NULL ? rs->title : "", "path", rq->path, "csrf", rq->session.csrf,
                     "base_url", rq->server->config.base_url, "year", today.year, "languages",
                     languages(lang), "home", strcmp(rq->path, "/") == 0);
    if (page == NULL)
        return NULL;
    add_form_key(rs, page);
    if (rq->route == NULL || (rq->route->flags & RT_PUBLIC) == 0 || rs->http >= 400)
        json_object_set_new(page, "noindex", json_true());
    /* Who hears the page read is told first what it is about. */
    json_object_set_new(page, "wrong", json_boolean(rs->http == 422 && rq_has_errors(rq)));
    json_object_set_new(page, "user",
                        rq->session.id != 0 ? json_pack("{s:s, s:s}", "name", rq->who.name, "role",
                                                        role_name(rq->who.role))
                                            : json_null());
    json_t *scripts = json_array();
    for (size_t i = 0; i < rs->script_count; i++)
        json_array_append_new(scripts, json_string(rs->scripts[i]));
    json_object_set_new(page, "scripts", scripts);
    if (rq->server->config.decorate != NULL && rq->conn != NULL)
        rq->server->config.decorate(rq, page);
    return page;
}

/* What a handler put into data.page itself (description, refresh) is kept. */
static bool
join_page(json_t *data, json_t *page)
{
    json_t *own = json_object_get(data, "page");

    if (page == NULL)
        return false;
    if (json_is_object(own))
        (void)json_object_update(page, own);
    return json_object_set_new(data, "page", page) == 0;
}

enum status
page_prepare(struct response *rs)
{
    struct request *rq = rs->rq;
    const struct templates *templates = rq->server->config.templates;
    struct buf html;
    enum status rc;

    if (templates == NULL || !join_page(rs->data, make_page(rs)))
        return ST_NOMEM;
    buf_init(&html, PAGE_MAX);
    rc = template_render_page(templates, layout_of(rs), rs->template_name, rq_lang(rq), rs->data,
                              &html);
    json_decref(rs->data);
    rs->data = NULL;
    if (rc != ST_OK || !buf_ok(&html)) {
        log_error("http", "page %s: %s", rs->template_name, status_name(rc));
        buf_release(&html);
        return rc != ST_OK ? rc : ST_LIMIT;
    }
    rs->kind = ANSWER_BYTES;
    rs->content_type = "text/html; charset=utf-8";
    rs->body_len = html.len;
    rs->body = buf_take(&html);
    return ST_OK;
}

/* A valid rendering has been sent before any handler was asked: whoever comes here has none. */
bool
rs_kept(struct request *rq, struct response *rs)
{
    (void)rq;
    (void)rs;
    return false;
}

void
rs_keep(struct response *rs, int64_t valid_until)
{
    const struct request *rq = rs->rq;

    if (rq->link != NULL && rq->link->hot && rs->http == 200 && valid_until > rq->now)
        rs->keep_until = valid_until;
}
