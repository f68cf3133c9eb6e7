/* Signing in and out, and asking for a new password. */
#include "accounts/accounts_rules.h"
#include "base/crypto.h"
#include "base/text.h"
#include "database/sql.h"

/* What is verified when there is no account, or none that may sign in: the same work either way, so
 * that the time says nothing. Nobody knows a password to it (its salt and digest are random). */
static const char nobody_hash[] = "$argon2id$v=19$m=65536,t=2,p=1$mJd0Rr9bC1cW3hZ6m0kYxQ$"
                                  "n2Jb0pX8tVw4q7Zs1eRkG5yLhC9dMfT3uAoB6xNiPjE";

static enum status
signin_render(struct request *rq, struct response *rs, int http, json_t *data)
{
    rs_layout(rs, "plain");
    return rs_page(rs, http, "accounts/signin", rq_tr(rq, "signin.title"), data);
}

static enum status
signin_page(struct request *rq, struct response *rs)
{
    const char *next = rq_query(rq, "next");

    if ((rq_who(rq)->role & ALLOW_VIEWER) != 0)
        return rs_redirect(rs, local_path(next));

    json_t *data = json_pack("{s:{s:s}}", "values", "next", next != NULL ? next : "");
    if (rq_query(rq, "changed") != NULL)
        json_object_set_new(data, "changed", json_true());
    return signin_render(rq, rs, 200, data);
}

static enum status
signin_form(struct request *rq, struct response *rs)
{
    return signin_render(rq, rs, rq_form_status(rq), rq_form_view(rq));
}

static const char *
signin_email(struct request *rq)
{
    return text_email_normal(rq_arena(rq), rq_text(rq, "email"));
}

/* Before it costs a hash, and before the worker. */
static enum status
signin_check(struct request *rq)
{
    return rq_has_errors(rq) || rq_guess(rq, signin_email(rq)) ? ST_OK : ST_INVALID;
}

struct signin {
    struct work work; /* for session_begin */
    struct account account;
};

/* Between the check of the password and here the account may have been disabled, or given another
 * password: then it is as if it had been wrong. */
static enum status
signin_work(struct db_conn *c, void *arg)
{
    struct signin *s = arg;
    struct account now;
    enum status rc = account_by_id(c, rq_arena(s->work.rq), s->account.id, &now);

    s->work.conn = c;
    if (rc == ST_OK && (now.disabled_at != 0 || strcmp(now.password, s->account.password) != 0))
        rc = ST_DENIED;
    return rc == ST_OK ? account_sign_in(&s->work, &now) : rc;
}

static enum status
signin_slow(struct request *rq, struct response *rs)
{
    struct signin s = { .work = { .rq = rq, .now = rq_now(rq) } };
    const char *email = signin_email(rq);
    enum status rc = account_by_email(rq_conn(rq), rq_arena(rq), email, &s.account);

    if (rc != ST_OK && rc != ST_NOT_FOUND)
        return rc;

    bool may = rc == ST_OK && s.account.disabled_at == 0 && s.account.password[0] != '\0';
    bool right =
        crypto_password_ok(may ? s.account.password : nobody_hash, rq_text(rq, "password"));
    rc = may && right ? rq_write(rq, signin_work, &s) : ST_DENIED;
    if (rc == ST_DENIED || rc == ST_NOT_FOUND) {
        rq_guess_wrong(rq);
        rq_error(rq, "", "signin");
        return signin_form(rq, rs);
    }
    if (rc != ST_OK)
        return rc;
    rq_guess_right(rq, email);
    return rs_redirect(rs, local_path(rq_text(rq, "next")));
}

static enum status
signout_work(struct work *w)
{
    w->redirect = "/";
    return rq_who(w->rq)->role == ROLE_NOBODY ? ST_OK : session_end(w);
}

/* ── A new password by mail ── */

enum { FORGOT_PAUSE_MS = 5 * 60 * 1000 };

DB_SQL(sql_last_link, "SELECT created_at FROM account_link WHERE account_id = $1"
                      " AND purpose = 'password' ORDER BY id DESC LIMIT 1");

static enum status
forgot_page(struct request *rq, struct response *rs)
{
    json_t *data = json_pack("{s:b}", "sent", rq_query(rq, "sent") != NULL ? 1 : 0);

    rs_layout(rs, "plain");
    return rs_page(rs, 200, "accounts/forgot", rq_tr(rq, "forgot.title"), data);
}

static enum status
forgot_form(struct request *rq, struct response *rs)
{
    rs_layout(rs, "plain");
    return rs_page(rs, 422, "accounts/forgot", rq_tr(rq, "forgot.title"), rq_form_view(rq));
}

/* The answer is the same whoever asks. Not more than one mail in five minutes. */
static enum status
forgot_work(struct work *w)
{
    struct arena *a = rq_arena(w->rq);
    struct account account;
    int64_t last;
    enum status rc =
        account_by_email(w->conn, a, text_email_normal(a, rq_text(w->rq, "email")), &account);

    w->redirect = "/signin/forgot?sent=1";
    if (rc == ST_NOT_FOUND || (rc == ST_OK && account.disabled_at != 0))
        return ST_OK;
    if (rc == ST_OK)
        rc = db_get(w->conn, NULL, &sql_last_link, R(&last), V(account.id));
    if (rc == ST_OK && w->now - last < FORGOT_PAUSE_MS)
        return ST_OK;
    if (rc == ST_OK || rc == ST_NOT_FOUND)
        rc = password_link_send(w->conn, a, account.id, false, w->now, NULL);
    return rc;
}

static const struct field signin_fields[] = {
    { "email", FIELD_LINE, FIELD_REQUIRED, 254 },
    { "password", FIELD_SECRET, FIELD_REQUIRED, 1000 },
    { "next", FIELD_LINE, 0, 500 },
    { 0 },
};
static const struct field forgot_fields[] = {
    { "email", FIELD_EMAIL, FIELD_REQUIRED, 254 },
    { 0 },
};

const struct route signin_routes[] = {
    { HTTP_GET, SIGN_IN_PATH, ALLOW_ANYONE, RT_READ, 0, .read = signin_page },
    { HTTP_POST, SIGN_IN_PATH, ALLOW_ANYONE, RT_SLOW, 8192, .crew = CREW_HASH, .rate = &rate_secret,
      .fields = signin_fields, .check = signin_check, .slow = signin_slow, .form = signin_form },
    { HTTP_POST, "/signout", ALLOW_ANYONE, RT_WRITE, 1024, .work = signout_work },
    { HTTP_GET, "/signin/forgot", ALLOW_ANYONE, RT_READ, 0, .read = forgot_page },
    { HTTP_POST, "/signin/forgot", ALLOW_ANYONE, RT_WRITE, 4096, RT_FORM_KEY, .rate = &rate_secret,
      .fields = forgot_fields, .work = forgot_work, .form = forgot_form },
    { 0 },
};
