/* API tokens: made, shown once, revoked. */
#include "accounts/accounts_rules.h"
#include "base/fold.h"
#include "database/sql.h"
#include "document/zone.h"
#include "html/date_text.h"

struct token {
    int64_t id, created_at;
    const char *name, *role;
};
static const struct db_column token_columns[] = {
    COL(struct token, id, DB_ID),
    COL(struct token, created_at, 0),
    COL(struct token, name, 0),
    COL(struct token, role, 0),
};
static const struct db_record token_record = DB_RECORD(struct token, token_columns);
DB_SQL_OF(sql_tokens, token_record,
          "SELECT {columns} FROM api_token WHERE revoked_at IS NULL ORDER BY id");

/* Those that live, by name. */
static enum status
tokens_list(struct request *rq, json_t *list)
{
    struct token *t;
    struct civil made;
    size_t n;
    enum status rc = db_all(rq_conn(rq), rq_arena(rq), &sql_tokens, &t, &n);

    if (rc != ST_OK)
        return rc;
    fold_order(rq_arena(rq), t, n, sizeof *t, offsetof(struct token, name));
    for (size_t i = 0; i < n; i++) {
        zone_local(ZONE_DEFAULT, t[i].created_at, &made, NULL);
        json_array_append_new(list,
                              json_pack("{s:I, s:s, s:s, s:s}", "id", (json_int_t)t[i].id, "name",
                                        t[i].name, "role", t[i].role, "made",
                                        date_short(rq_arena(rq), rq_lang(rq), &made, DATE_YEAR)));
    }
    return ST_OK;
}

/* data is taken over. */
static enum status
tokens_render(struct request *rq, struct response *rs, int http, json_t *data)
{
    static const char *const names[] = { "organiser", "viewer", "door", "admin" };
    const char *chosen =
        json_string_value(json_object_get(json_object_get(data, "values"), "role"));
    json_t *tokens = json_array(), *roles = json_array();
    enum status rc = tokens_list(rq, tokens);

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        role_option(rq, roles, names[i], strcmp(names[i], chosen != NULL ? chosen : names[0]) == 0);
    json_object_set_new(data, "tokens", tokens);
    json_object_set_new(data, "new_roles", roles);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    rs_script(rs, "copy.js");
    return rs_page(rs, http, "accounts/tokens", rq_tr(rq, "tokens.title"), data);
}

static enum status
tokens_page(struct request *rq, struct response *rs)
{
    return tokens_render(rq, rs, 200, json_object());
}

static enum status
tokens_form(struct request *rq, struct response *rs)
{
    return tokens_render(rq, rs, 422, rq_form_view(rq));
}

static enum status
make_check(struct request *rq)
{
    if (role_of(rq_text(rq, "role")) == 0)
        rq_error(rq, "role", "choice");
    return ST_OK;
}

static enum status
make_work(struct work *w)
{
    char *token = arena_alloc(rq_arena(w->rq), 64);

    w->out = token;
    return token_create(w->conn, rq_text(w->rq, "name"), rq_text(w->rq, "role"), TOKEN_PER_MINUTE,
                        w->now, token);
}

static enum status
make_answer(struct request *rq, const struct work *w, struct response *rs)
{
    return tokens_render(rq, rs, 200,
                         json_pack("{s:{s:s, s:s}}", "made", "name", rq_text(rq, "name"), "token",
                                   (const char *)w->out));
}

static enum status
revoke_work(struct work *w)
{
    w->redirect = "/admin/settings/tokens";
    return token_revoke(w->conn, rq_param_id(w->rq, "id"), w->now);
}

static const struct field make_fields[] = {
    { "name", FIELD_LINE, FIELD_REQUIRED | FIELD_OTHER, 200 },
    { "role", FIELD_LINE, FIELD_REQUIRED, 20 },
    { 0 },
};

const struct route tokens_routes[] = {
    { HTTP_GET, "/admin/settings/tokens", ALLOW_ADMIN, RT_READ, 0, .read = tokens_page },
    { HTTP_POST, "/admin/settings/tokens", ALLOW_ADMIN, RT_WRITE, 4096, .fields = make_fields,
      .check = make_check, .work = make_work, .answer = make_answer, .form = tokens_form },
    { HTTP_POST, "/admin/settings/tokens/{id}/revoke", ALLOW_ADMIN, RT_WRITE, 1024,
      .work = revoke_work },
    { 0 },
};
