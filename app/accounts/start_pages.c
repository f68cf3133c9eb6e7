/* One-time links: the first organiser, a new password. Opening one uses nothing up. */
#include "accounts/accounts_rules.h"
#include "base/crypto.h"
#include "base/text.h"
#include "cluster/cluster.h"
#include "html/lang.h"
#include "html/options.h"

/* ── The first start ── */

static enum status
start_render(struct request *rq, struct response *rs, int http, json_t *data)
{
    json_t *values = json_object_get(data, "values");
    const char *chosen = lang_norm(json_string_value(json_object_get(values, "language")));

    json_object_set_new(data, "languages", option_languages(chosen));
    json_object_set_new(data, "wide", json_true());
    json_object_set_new(data, "password_min", json_integer(PASSWORD_MIN));
    rs_layout(rs, "plain");
    return rs_page(rs, http, "accounts/start", rq_tr(rq, "start.title"), data);
}

static enum status
start_page(struct request *rq, struct response *rs)
{
    struct account_link l;
    enum status rc = first_link_find(rq_conn(rq), rq_param(rq, "key"), rq_now(rq), &l);

    if (rc != ST_OK)
        return rc;
    return start_render(rq, rs, 200, json_pack("{s:{s:s}}", "values", "language", rq_lang(rq)));
}

static enum status
start_form(struct request *rq, struct response *rs)
{
    struct account_link l;
    enum status rc = first_link_find(rq_conn(rq), rq_param(rq, "key"), rq_now(rq), &l);

    return rc == ST_OK ? start_render(rq, rs, 422, rq_form_view(rq)) : rc;
}

struct start {
    struct work work; /* for session_begin */
    char hash[CRYPTO_PASSWORD_BYTES];
};

static enum status
start_work(struct db_conn *c, void *arg)
{
    struct start *s = arg;
    struct request *rq = s->work.rq;
    struct arena *a = rq_arena(rq);
    struct account_link l;
    struct account account = { 0 };
    int64_t id = 0;
    enum status rc = first_link_find(c, rq_param(rq, "key"), s->work.now, &l);

    s->work.conn = c;
    if (rc == ST_OK)
        rc = link_use(c, l.id, s->work.now);
    if (rc == ST_OK)
        rc = account_add(c, text_email_normal(a, rq_text(rq, "email")), rq_text(rq, "name"),
                         "admin", s->hash, s->work.now, &id);
    if (rc != ST_OK)
        return rc;

    const struct cluster cluster = {
        .name = rq_text(rq, "cluster"),
        .language = rq_text(rq, "language"),
        .address = rq_text(rq, "address"),
        .email = rq_text(rq, "privacy_email"),
        .privacy_email = rq_text(rq, "privacy_email"),
        .sender_name = text_first_name(a, rq_text(rq, "name")),
    };
    rc = cluster_set(c, &cluster);
    if (rc == ST_OK)
        rc = account_by_id(c, a, id, &account);
    return rc == ST_OK ? account_sign_in(&s->work, &account) : rc;
}

static enum status
start_check(struct request *rq)
{
    password_check(rq, "password", rq_text(rq, "password"), rq_text(rq, "email"));
    return ST_OK;
}

static enum status
start_slow(struct request *rq, struct response *rs)
{
    struct start s = { .work = { .rq = rq, .now = rq_now(rq) } };
    struct account_link l;
    enum status rc = first_link_find(rq_conn(rq), rq_param(rq, "key"), rq_now(rq), &l);

    if (rc != ST_OK)
        return rc;
    rc = crypto_password_hash(s.hash, rq_text(rq, "password"));
    if (rc == ST_OK)
        rc = rq_write(rq, start_work, &s);
    return rc == ST_OK ? rs_redirect(rs, "/admin") : rc;
}

/* ── A new password ── */

/* Whose it is. */
static enum status
password_owner(struct request *rq, struct account *account)
{
    struct account_link l;
    enum status rc = password_link_find(rq_conn(rq), rq_param(rq, "key"), rq_now(rq), &l);

    if (rc == ST_OK)
        rc = account_by_id(rq_conn(rq), rq_arena(rq), l.account_id, account);
    return rc == ST_OK && account->disabled_at != 0 ? ST_GONE : rc;
}

static enum status
password_render(struct request *rq, struct response *rs, int http, json_t *data)
{
    struct account account;
    enum status rc = password_owner(rq, &account);

    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    json_object_set_new(data, "email", json_string(account.email));
    json_object_set_new(data, "password_min", json_integer(PASSWORD_MIN));
    rs_layout(rs, "plain");
    return rs_page(rs, http, "accounts/password", rq_tr(rq, "password.title"), data);
}

static enum status
password_page(struct request *rq, struct response *rs)
{
    return password_render(rq, rs, 200, json_object());
}

static enum status
password_form(struct request *rq, struct response *rs)
{
    return password_render(rq, rs, 422, rq_form_view(rq));
}

static enum status
password_work(struct db_conn *c, void *arg)
{
    struct start *s = arg;
    struct request *rq = s->work.rq;
    struct account_link l;
    struct account account = { 0 };
    enum status rc = password_link_find(c, rq_param(rq, "key"), s->work.now, &l);

    s->work.conn = c;
    if (rc == ST_OK)
        rc = link_use(c, l.id, s->work.now);
    if (rc == ST_OK)
        rc = account_by_id(c, rq_arena(rq), l.account_id, &account);
    if (rc == ST_OK && account.disabled_at != 0)
        rc = ST_GONE;
    if (rc == ST_OK)
        rc = session_end_account(c, l.account_id);
    account.password = s->hash;
    return rc == ST_OK ? account_sign_in(&s->work, &account) : rc;
}

static enum status
password_check_new(struct request *rq)
{
    struct account account;
    enum status rc = password_owner(rq, &account);

    if (rc == ST_OK)
        password_check(rq, "password", rq_text(rq, "password"), account.email);
    return rc;
}

static enum status
password_slow(struct request *rq, struct response *rs)
{
    struct start s = { .work = { .rq = rq, .now = rq_now(rq) } };
    enum status rc = crypto_password_hash(s.hash, rq_text(rq, "password"));

    if (rc == ST_OK)
        rc = rq_write(rq, password_work, &s);
    return rc == ST_OK ? rs_redirect(rs, "/admin") : rc;
}

static const struct field start_fields[] = {
    { "cluster", FIELD_LINE, FIELD_REQUIRED, 100 },
    { "address", FIELD_LINE, 0, 200 },
    { "language", FIELD_LANG, FIELD_REQUIRED, 2 },
    { "privacy_email", FIELD_EMAIL, FIELD_REQUIRED, 254 },
    { "name", FIELD_LINE, FIELD_REQUIRED, 200 },
    { "email", FIELD_EMAIL, FIELD_REQUIRED, 254 },
    { "password", FIELD_SECRET, FIELD_REQUIRED, 1000 },
    { 0 },
};
static const struct field password_fields[] = {
    { "password", FIELD_SECRET, FIELD_REQUIRED, 1000 },
    { 0 },
};

const struct route start_routes[] = {
    { HTTP_GET, "/start/{key}", ALLOW_ANYONE, RT_READ, 0, .read = start_page },
    { HTTP_POST, "/start/{key}", ALLOW_ANYONE, RT_SLOW, 16384, .crew = CREW_HASH,
      .rate = &rate_secret, .fields = start_fields, .check = start_check, .slow = start_slow,
      .form = start_form },
    { HTTP_GET, "/password/{key}", ALLOW_ANYONE, RT_READ, 0, .read = password_page },
    { HTTP_POST, "/password/{key}", ALLOW_ANYONE, RT_SLOW, 8192, .crew = CREW_HASH,
      .rate = &rate_secret, .fields = password_fields, .check = password_check_new,
      .slow = password_slow, .form = password_form },
    { 0 },
};
