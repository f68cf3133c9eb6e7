/* The API of organisations. */
#include <string.h>

#include "base/fold.h"
#include "organisations/organisations_pages.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 500

static json_t *
text_or_null(const char *s)
{
    return s[0] != '\0' ? json_string(s) : json_null();
}

/* A new reference, also beside a failure. */
static enum status
view(struct request *rq, const struct organisation *o, json_t **out)
{
    const char **tags = NULL;
    json_t *list = json_array();
    size_t n = 0;
    char created[32], changed[32];
    enum status rc = organisation_tags(rq_conn(rq), rq_arena(rq), o->id, &tags, &n);

    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(list, json_string(tags[i]));
    clock_rfc3339(o->created_at, created);
    clock_rfc3339(o->changed_at, changed);
    *out = json_pack("{s:s, s:s, s:o, s:s, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:b, s:s, s:s}", "id",
                     arena_printf(rq_arena(rq), "%lld", (long long)o->id), "name", o->name, "role",
                     text_or_null(o->role), "trade", o->trade, "size",
                     o->size >= 0 ? json_integer(o->size) : json_null(), "number",
                     text_or_null(o->number), "website", text_or_null(o->website), "description",
                     o->description, "member_from", text_or_null(o->member_from), "member_until",
                     text_or_null(o->member_until), "tags", list, "in_directory", o->in_directory,
                     "created_at", created, "changed_at", changed);
    return rc;
}

static enum status
list(struct request *rq, struct response *rs)
{
    struct arena *a = rq_arena(rq);
    struct organisation_query q = { .search = rq_query_text(rq, "q"),
                                    .role = rq_query_text(rq, "role"),
                                    .tag = fold_name(a, rq_query_text(rq, "tag")),
                                    .since = rq_query_time(rq, "since"),
                                    .after = rq_query_int(rq, "cursor", 0, 0, INT64_MAX) };
    struct organisation *row = NULL;
    size_t shown, n = 0;
    const char *next = NULL;
    json_t *items;
    enum status rc;

    q.limit = (int)rq_query_int(rq, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
    if (q.role[0] != '\0' && !organisation_role_ok(q.role))
        rq_error(rq, "role", "choice");
    if (rq_has_errors(rq))
        return ST_INVALID;
    shown = (size_t)q.limit++;
    rc = organisation_store_found(rq_conn(rq), a, &q, &row, &n);
    items = json_array();
    for (size_t i = 0; rc == ST_OK && i < n && i < shown; i++) {
        json_t *item = NULL;

        rc = view(rq, &row[i], &item);
        (void)json_array_append_new(items, item);
    }
    if (rc != ST_OK) {
        json_decref(items);
        return rc;
    }
    if (n > shown)
        next = arena_printf(a, "%lld", (long long)row[shown - 1].id);
    return rs_json(rs, 200, json_pack("{s:o, s:s?}", "items", items, "next", next));
}

static enum status
view_by_id(struct request *rq, int64_t id, json_t **out)
{
    struct organisation o;
    enum status rc = organisation_by_id(rq_conn(rq), rq_arena(rq), id, &o);

    return rc == ST_OK ? view(rq, &o, out) : rc;
}

static enum status
shown(struct request *rq, json_t **out)
{
    return view_by_id(rq, rq_param_id(rq, "id"), out);
}

static const struct field fields[] = {
    { "name", FIELD_LINE, FIELD_REQUIRED, 200 },
    { "role", FIELD_LINE, FIELD_NULLABLE, 20 },
    { "trade", FIELD_LINE, FIELD_NULLABLE, 100 },
    { "size", FIELD_INT, FIELD_NULLABLE, 0 },
    { "number", FIELD_LINE, FIELD_NULLABLE, 30 },
    { "website", FIELD_LINE, FIELD_NULLABLE, 200 },
    { "description", FIELD_TEXT, FIELD_NULLABLE, 1000 },
    { "member_from", FIELD_DATE, FIELD_NULLABLE, 0 },
    { "member_until", FIELD_DATE, FIELD_NULLABLE, 0 },
    { "tags", FIELD_LIST, 0, ORGANISATION_TAG_CHARS },
    { "in_directory", FIELD_BOOL, 0, 0 },
    { 0 },
};

static enum status
check(struct request *rq)
{
    struct organisation_change ch;

    organisation_read_change(rq, &ch);
    return ST_OK;
}

static enum status
refuse(struct request *rq, const char *field, enum status rc)
{
    rc = organisation_refuse(rq, field, rc);
    if (rc == ST_CONFLICT)
        return rq_refuse(rq, "organisation_exists", rc);
    return rc;
}

static enum status
new_work(struct work *w)
{
    int64_t *id = ARENA_NEW(rq_arena(w->rq), int64_t);
    struct organisation_change ch;
    const char *field;
    enum status rc;

    w->out = id;
    organisation_read_change(w->rq, &ch);
    rc = organisation_store_new(w->conn, rq_arena(w->rq), &ch, w->now, id, &field);
    return refuse(w->rq, field, rc);
}

static enum status
new_answer(struct request *rq, const struct work *w, struct response *rs)
{
    json_t *made = NULL;
    enum status rc = view_by_id(rq, *(const int64_t *)w->out, &made);

    if (rc == ST_OK)
        return rs_json(rs, 201, made);
    json_decref(made);
    return rc;
}

static enum status
change_work(struct work *w)
{
    struct organisation_change ch;
    const char *field;
    enum status rc;

    organisation_read_change(w->rq, &ch);
    rc = organisation_change(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &ch, w->now,
                             &field);
    return refuse(w->rq, field, rc);
}

#define ALL "/api/v1/organisations"
#define ONE ALL "/{id}"

/* clang-format off */
const struct route organisations_api_routes[] = {
    { HTTP_GET, ALL, ALLOW_VIEWER, RT_SLOW, 0, RT_API, .slow = list,
      .query = "limit cursor q role tag since" },
    { HTTP_POST, ALL, ALLOW_ORGANISER, RT_WRITE, 16384, RT_API, fields, .check = check,
      .work = new_work, .answer = new_answer, .made = ALL "/" },
    { HTTP_GET, ONE, ALLOW_VIEWER, RT_READ, 0, RT_API, .read = rs_shown, .shown = shown },
    { HTTP_PATCH, ONE, ALLOW_ORGANISER, RT_WRITE, 16384, RT_API, fields, .check = check,
      .work = change_work, .answer = rs_shown_then, .shown = shown },
    { 0 },
};
/* clang-format on */
