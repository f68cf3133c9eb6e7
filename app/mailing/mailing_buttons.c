/* The organiser's buttons: for the sender as a whole, for one message, for the folder. */
#include "base/text.h"
#include "mailing/mailing_actions.h"
#include "mailing/mailing_pages.h"

/* ── The sender ── */

static enum status
resume_work(struct work *w)
{
    w->redirect = "/admin/mail";
    return outbox_try_now(w->conn, w->now);
}

static enum status
release_work(struct work *w)
{
    w->redirect = "/admin/mail";
    return outbox_release(w->conn, true, "", w->now);
}

static enum status
drop_old_work(struct work *w)
{
    w->redirect = "/admin/mail";
    return outbox_release(w->conn, false, "mail.why.restored", w->now);
}

static enum status
pace_work(struct work *w)
{
    w->redirect = "/admin/mail";
    return outbox_set_pace(w->conn, rq_int(w->rq, "per_minute"));
}

/* ── One message ── */

static void
to_message(struct work *w, int64_t id, const char *done)
{
    w->redirect = arena_printf(rq_arena(w->rq), "/admin/mail/%lld?done=%s", (long long)id, done);
}

static enum status
refused(struct work *w, const char *key)
{
    rq_error_text(w->rq, "", rq_tr(w->rq, key));
    return ST_INVALID;
}

/* Asked before the writer is: making the message takes longer than it may have. */
static enum status
again_check(struct request *rq)
{
    enum status rc = mail_still_right(rq, rq_param_id(rq, "id"));

    if (rc == ST_GONE) {
        rq_error_text(rq, "", rq_tr(rq, "mail.note.gone"));
        return ST_OK;
    }
    return rc;
}

static enum status
again_work(struct work *w)
{
    int64_t id = rq_param_id(w->rq, "id");
    enum status rc = mail_send_again(w->conn, id, w->now, &id);

    if (rc == ST_CONFLICT)
        return refused(w, "mail.note.soon");
    if (rc == ST_GONE)
        return refused(w, "mail.note.gone");
    to_message(w, id, "again");
    return rc;
}

static enum status
act(struct work *w, enum status (*action)(struct db_conn *c, int64_t id, int64_t now),
    const char *done)
{
    int64_t id = rq_param_id(w->rq, "id");
    enum status rc = action(w->conn, id, w->now);

    if (rc == ST_CONFLICT)
        return refused(w, "mail.note.left");
    to_message(w, id, done);
    return rc;
}

static enum status
hold_work(struct work *w)
{
    return act(w, mail_hold_one, "held");
}

static enum status
let_go_work(struct work *w)
{
    return act(w, mail_let_go, "let_go");
}

static enum status
drop_work(struct work *w)
{
    return act(w, mail_drop, "dropped");
}

/* The page of a refused button, seen again by its address. */
static enum status
to_page(struct request *rq, struct response *rs)
{
    return rs_redirect(
        rs, arena_printf(rq_arena(rq), "/admin/mail/%lld", (long long)rq_param_id(rq, "id")));
}

/* ── The folder ── */

static enum status
folder_check(struct request *rq)
{
    return mail_has_server(rq) ? ST_OK : ST_CONFLICT;
}

static enum status
folder_work(struct work *w)
{
    struct request *rq = w->rq;
    int64_t gathering = 0, count = 0;
    enum status rc;

    if (rq_has(rq, "gathering") &&
        (!text_int(rq_text(rq, "gathering"), &gathering) || gathering < 1))
        return ST_NOT_FOUND;
    rc = mail_send_folder(w->conn, rq_arena(rq), gathering, w->now, &count);
    w->redirect =
        gathering ? arena_printf(rq_arena(rq), "/admin/mail?gathering=%lld", (long long)gathering)
                  : "/admin/mail";
    return rc;
}

static const struct field pace_fields[] = { { "per_minute", FIELD_INT, 0, 6000 }, { 0 } };
static const struct field folder_fields[] = { { "gathering", FIELD_LINE, 0, 20 }, { 0 } };
static const struct field no_fields[] = { { 0 } };

#define LOG "/admin/mail"
#define ONE "/admin/mail/{id}"
#define SMALL 1024

/* clang-format off */
const struct route mailing_button_routes[] = {
    { HTTP_POST, LOG "/resume", ALLOW_ORGANISER, RT_WRITE, SMALL, 0, no_fields, .work = resume_work },
    { HTTP_POST, LOG "/release", ALLOW_ORGANISER, RT_WRITE, SMALL, 0, no_fields, .work = release_work },
    { HTTP_POST, LOG "/drop-old", ALLOW_ORGANISER, RT_WRITE, SMALL, 0, no_fields, .work = drop_old_work },
    { HTTP_POST, LOG "/pace", ALLOW_ADMIN, RT_WRITE, SMALL, 0, pace_fields,
      .work = pace_work, .form = mail_log_page },
    { HTTP_POST, LOG "/folder", ALLOW_ORGANISER, RT_WRITE, SMALL, 0, folder_fields,
      .check = folder_check, .work = folder_work },
    { HTTP_POST, ONE "/again", ALLOW_ORGANISER, RT_WRITE, SMALL, 0, no_fields,
      .check = again_check, .work = again_work, .form = mail_message_page },
    { HTTP_POST, ONE "/hold", ALLOW_ORGANISER, RT_WRITE, SMALL, 0, no_fields,
      .work = hold_work, .form = mail_message_page },
    { HTTP_POST, ONE "/let-go", ALLOW_ORGANISER, RT_WRITE, SMALL, 0, no_fields,
      .work = let_go_work, .form = mail_message_page },
    { HTTP_POST, ONE "/drop", ALLOW_ORGANISER, RT_WRITE, SMALL, 0, no_fields,
      .work = drop_work, .form = mail_message_page },
    { HTTP_GET, ONE "/again", ALLOW_ORGANISER, RT_READ, 0, .read = to_page },
    { HTTP_GET, ONE "/hold", ALLOW_ORGANISER, RT_READ, 0, .read = to_page },
    { HTTP_GET, ONE "/let-go", ALLOW_ORGANISER, RT_READ, 0, .read = to_page },
    { HTTP_GET, ONE "/drop", ALLOW_ORGANISER, RT_READ, 0, .read = to_page },
    { 0 },
};
/* clang-format on */
