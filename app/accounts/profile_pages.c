/* One's own account: name, language, password. */
#include "accounts/accounts_rules.h"
#include "base/crypto.h"
#include "html/options.h"

/* The account of the session; API tokens and door sessions have none. */
static enum status
own_account(struct request *rq, struct db_conn *c, struct account *out)
{
    return rq_who(rq)->account_id != 0 ? account_by_id(c, rq_arena(rq), rq_who(rq)->account_id, out)
                                       : ST_DENIED;
}

static enum status
profile_render(struct request *rq, struct response *rs, int http, json_t *data)
{
    struct account account;
    enum status rc = own_account(rq, rq_conn(rq), &account);

    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    if (json_object_get(data, "values") == NULL)
        json_object_set_new(data, "values", json_object());

    /* Each of the page's two forms comes back alone: what the other holds is as it is stored. */
    json_t *values = json_object_get(data, "values");
    if (json_object_get(values, "name") == NULL) {
        json_object_set_new(values, "name", json_string(account.name));
        json_object_set_new(values, "lang", json_string(account.lang));
    }
    const char *chosen = json_string_value(json_object_get(values, "lang"));
    json_t *any = json_array(), *languages = option_languages(chosen);
    option_add(any, "", rq_tr(rq, "profile.lang_any"), NULL, chosen == NULL || chosen[0] == '\0');
    (void)json_array_extend(any, languages);
    json_decref(languages);
    json_object_set_new(data, "languages", any);
    json_object_set_new(data, "email", json_string(account.email));
    json_object_set_new(data, "password_min", json_integer(PASSWORD_MIN));
    if (http == 200 && rq_query(rq, "saved") != NULL)
        json_object_set_new(data, "saved", json_true());
    return rs_page(rs, http, "accounts/profile", rq_tr(rq, "profile.title"), data);
}

static enum status
profile_page(struct request *rq, struct response *rs)
{
    return profile_render(rq, rs, 200, json_object());
}

static enum status
profile_form(struct request *rq, struct response *rs)
{
    return profile_render(rq, rs, rq_form_status(rq), rq_form_view(rq));
}

/* The session carries name and language: it is made anew. */
static enum status
profile_work(struct work *w)
{
    struct account account;
    enum status rc = own_account(w->rq, w->conn, &account);

    if (rc == ST_OK) {
        account.name = rq_text(w->rq, "name");
        account.lang = rq_text(w->rq, "lang");
        rc = account_save(w->conn, &account);
    }
    w->redirect = "/admin/account?saved=1";
    return rc == ST_OK ? account_session(w, &account) : rc;
}

struct change {
    struct work work; /* for session_begin */
    struct account account;
    char hash[CRYPTO_PASSWORD_BYTES];
};

static enum status
change_work(struct db_conn *c, void *arg)
{
    struct change *ch = arg;
    struct account now;
    enum status rc = own_account(ch->work.rq, c, &now);

    ch->work.conn = c;
    if (rc == ST_OK && (now.disabled_at != 0 || strcmp(now.password, ch->account.password) != 0))
        rc = ST_CONFLICT;
    now.password = ch->hash;
    if (rc == ST_OK)
        rc = account_save(c, &now);
    if (rc == ST_OK)
        rc = session_end_account(c, now.id);
    return rc == ST_OK ? account_session(&ch->work, &now) : rc;
}

static enum status
change_slow(struct request *rq, struct response *rs)
{
    struct change ch = { .work = { .rq = rq, .now = rq_now(rq) } };
    const char *password = rq_text(rq, "password");
    enum status rc = own_account(rq, rq_conn(rq), &ch.account);

    if (rc != ST_OK)
        return rc;
    /* Both mistakes in one answer. */
    password_check(rq, "password", password, ch.account.email);
    if (!rq_guess(rq, ch.account.email))
        return profile_form(rq, rs);
    if (crypto_password_ok(ch.account.password, rq_text(rq, "current"))) {
        rq_guess_right(rq, ch.account.email);
    } else {
        rq_guess_wrong(rq);
        rq_error(rq, "current", "wrong");
    }
    if (rq_has_errors(rq))
        return profile_form(rq, rs);
    rc = crypto_password_hash(ch.hash, password);
    if (rc == ST_OK)
        rc = rq_write(rq, change_work, &ch);
    return rc == ST_OK ? rs_redirect(rs, "/admin/account?saved=1") : rc;
}

static const struct field profile_fields[] = {
    { "name", FIELD_LINE, FIELD_REQUIRED, 200 },
    { "lang", FIELD_LANG, 0, 2 },
    { 0 },
};
static const struct field change_fields[] = {
    { "current", FIELD_SECRET, FIELD_REQUIRED, 1000 },
    { "password", FIELD_SECRET, FIELD_REQUIRED, 1000 },
    { 0 },
};

const struct route profile_routes[] = {
    { HTTP_GET, "/admin/account", ALLOW_VIEWER, RT_READ, 0, .read = profile_page },
    { HTTP_POST, "/admin/account", ALLOW_VIEWER, RT_WRITE, 4096, .fields = profile_fields,
      .work = profile_work, .form = profile_form },
    { HTTP_POST, "/admin/account/password", ALLOW_VIEWER, RT_SLOW, 8192, .crew = CREW_HASH,
      .rate = &rate_secret, .fields = change_fields, .slow = change_slow, .form = profile_form },
    { 0 },
};
