/* Preview and publish; and the question after a move and before a cancellation: tell those
 * registered, in which words, and what the mail will look like. */
#include "gatherings/gatherings_routes.h"

#include "gatherings/gatherings_rules.h"
#include "gatherings/gatherings_view.h"

#define MESSAGE_MAX 2000

static bool
action_is(const struct request *rq, const char *action)
{
    return strcmp(rq_text(rq, "action"), action) == 0;
}

static const char *
overview_path(struct request *rq)
{
    return arena_printf(rq_arena(rq), "/admin/gatherings/%lld", (long long)rq_param_id(rq, "id"));
}

static enum status
preview(struct request *rq, struct response *rs)
{
    struct gathering g;
    enum status rc = gathering_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &g);

    return rc == ST_OK ? gathering_page(rq, rs, &g, true) : rc;
}

/* ── Publish ── */

static enum status
publish_page(struct request *rq, struct response *rs)
{
    struct gathering g;
    json_t *data = json_object();
    enum status rc = gathering_admin_head(rq, rq_param_id(rq, "id"), "overview", &g, data);

    if (rc == ST_OK && g.status != GATHERING_DRAFT) {
        json_decref(data);
        return rs_redirect(rs, overview_path(rq));
    }
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    view_flag(data, "late", g.starts_at < rq_now(rq));
    return rs_page(rs, 200, "gatherings/publish", rq_tr(rq, "gathering.publish"), data);
}

static enum status
publish_work(struct work *w)
{
    struct gathering g;
    enum status rc = gathering_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &g);

    if (rc != ST_OK)
        return rc;
    w->redirect = overview_path(w->rq);
    if (g.status == GATHERING_DRAFT && g.starts_at < w->now) {
        rq_error(w->rq, "", "in_past");
        return ST_INVALID;
    }
    return gathering_publish(w->conn, g.id, w->now);
}

/* Too late to publish: the same page, where "late" says it and leads to the form. */
static enum status
publish_form(struct request *rq, struct response *rs)
{
    struct gathering g;
    json_t *data = rq_form_view(rq);
    enum status rc = gathering_admin_head(rq, rq_param_id(rq, "id"), "overview", &g, data);

    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    view_flag(data, "late", g.starts_at < rq_now(rq));
    return rs_page(rs, 422, "gatherings/publish", rq_tr(rq, "gathering.publish"), data);
}

/* ── Move and cancel: the question ── */

static const char *
message_of(struct request *rq)
{
    return rq_has(rq, "message") ? rq_text(rq, "message") : "";
}

/* cancelling: before a cancellation; else after a move. */
static enum status
question(struct request *rq, struct response *rs, int http, bool cancelling, const char *message,
         json_t *data)
{
    struct gathering g;
    json_t *panels, *tell;
    enum status rc = gathering_admin_head(rq, rq_param_id(rq, "id"), "overview", &g, data);

    if (rc == ST_OK && !(cancelling ? g.status != GATHERING_CANCELLED : gathering_untold(&g))) {
        json_decref(data);
        return rs_redirect(rs, overview_path(rq));
    }
    if (rc == ST_OK) {
        panels = json_object_get(data, "panels");
        if (panels == NULL) {
            panels = json_object();
            (void)json_object_set_new(data, "panels", panels);
        }
        view_text(panels, "tell_kind", cancelling ? "cancelled" : "moved");
        view_int(panels, "tell_old_start", g.told_start != 0 ? g.told_start : g.starts_at);
        view_text(panels, "tell_message", message);
        if (g.status == GATHERING_PUBLISHED)
            rc = panels_fill(rq, "gathering.tell", g.id, data);
    }
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    tell = json_object_get(json_object_get(data, "panels"), "tell");
    if (json_integer_value(json_object_get(tell, "count")) > 0)
        (void)json_object_set(data, "tell", tell);
    view_flag(data, "asking", true);
    (void)json_object_set_new(data, "values", json_pack("{ss}", "message", message));
    view_flag(data, "draft", g.status == GATHERING_DRAFT);
    return rs_page(rs, http, cancelling ? "gatherings/cancel" : "gatherings/move",
                   rq_tr(rq, cancelling ? "gathering.cancel" : "gathering.tell.moved"), data);
}

static enum status
move_page(struct request *rq, struct response *rs)
{
    return question(rq, rs, 200, false, "", json_object());
}

static enum status
cancel_page(struct request *rq, struct response *rs)
{
    return question(rq, rs, 200, true, "", json_object());
}

/* ── ... and the answers ── */

/* Back to where and when it was when people were last told. */
static enum status
move_back(struct work *w)
{
    static const struct gathering_tell nobody = { 0 };
    struct gathering g;
    enum status rc = gathering_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &g);

    if (rc != ST_OK || !gathering_untold(&g))
        return rc;
    g.starts_at = g.told_start;
    g.open_end = g.told_end == 0;
    g.ends_at = g.open_end ? g.told_start + GATHERING_DEFAULT_LENGTH : g.told_end;
    g.place = g.told_place;
    return gathering_change(w->conn, &g, NULL, 0, false, &nobody, w->now);
}

static enum status
move_work(struct work *w)
{
    const char *message = message_of(w->rq);
    const struct gathering_tell tell = { .notify = action_is(w->rq, "tell"),
                                         .message = message[0] != '\0' ? message : NULL };
    enum status rc;

    if (action_is(w->rq, "preview"))
        return ST_OK;
    w->redirect = overview_path(w->rq);
    if (action_is(w->rq, "undo"))
        return move_back(w);
    if (!tell.notify && !action_is(w->rq, "quiet"))
        return ST_INVALID;
    rc = gathering_tell_moved(w->conn, rq_param_id(w->rq, "id"), &tell, w->now);
    /* Answered already, by this button pressed twice or by a colleague. */
    return rc == ST_GONE ? ST_OK : rc;
}

static enum status
move_answer(struct request *rq, const struct work *w, struct response *rs)
{
    if (w->redirect != NULL)
        return rs_redirect(rs, w->redirect);
    return question(rq, rs, 200, false, message_of(rq), json_object());
}

static enum status
move_form(struct request *rq, struct response *rs)
{
    return question(rq, rs, 422, false, message_of(rq), rq_form_view(rq));
}

static enum status
cancel_work(struct work *w)
{
    bool notify = action_is(w->rq, "tell");
    struct gathering g;
    enum status rc;

    if (action_is(w->rq, "preview"))
        return ST_OK;
    if (!notify && !action_is(w->rq, "quiet"))
        return ST_INVALID;
    rc = gathering_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &g);
    if (rc != ST_OK)
        return rc;
    w->redirect = g.published_at != 0 ? overview_path(w->rq) : "/admin/gatherings";
    rc = gathering_cancel(w->conn, g.id, notify, message_of(w->rq), w->now);
    return rc == ST_GONE ? ST_OK : rc;
}

static enum status
cancel_answer(struct request *rq, const struct work *w, struct response *rs)
{
    if (w->redirect != NULL)
        return rs_redirect(rs, w->redirect);
    return question(rq, rs, 200, true, message_of(rq), json_object());
}

static enum status
cancel_form(struct request *rq, struct response *rs)
{
    return question(rq, rs, 422, true, message_of(rq), rq_form_view(rq));
}

static const struct field tell_fields[] = {
    { "message", FIELD_TEXT, 0, MESSAGE_MAX },
    { "action", FIELD_LINE, 0, 10 }, /* tell, quiet, undo, preview */
    { 0 },
};

#define PAGE "/admin/gatherings/{id}"
#define BODY (16u * 1024)

const struct route gathering_tell_routes[] = {
    { HTTP_GET, PAGE "/preview", ALLOW_VIEWER, RT_READ, .read = preview },
    { HTTP_GET, PAGE "/publish", ALLOW_ORGANISER, RT_READ, .read = publish_page },
    { HTTP_POST, PAGE "/publish", ALLOW_ORGANISER, RT_WRITE, 1024, .work = publish_work,
      .form = publish_form },
    { HTTP_GET, PAGE "/move", ALLOW_ORGANISER, RT_READ, .read = move_page },
    { HTTP_POST, PAGE "/move", ALLOW_ORGANISER, RT_WRITE, BODY, .fields = tell_fields,
      .work = move_work, .answer = move_answer, .form = move_form },
    { HTTP_GET, PAGE "/cancel", ALLOW_ORGANISER, RT_READ, .read = cancel_page },
    { HTTP_POST, PAGE "/cancel", ALLOW_ORGANISER, RT_WRITE, BODY, .fields = tell_fields,
      .work = cancel_work, .answer = cancel_answer, .form = cancel_form },
    { 0 },
};
