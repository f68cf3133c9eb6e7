/*
 * The API's description, OpenAPI 3.1: addresses, parameters, bodies and roles are read off the
 * route tables, so they cannot drift; what a feature's operations are called and what their answers
 * look like stands in its api.json:
 *
 *     operations  "POST /api/v1/surveys": {operationId, summary,
 *                   status    of success, 200 when absent
 *                   answer    schema of the answer; list: of the items of {items, next};
 *                             text: it is text/plain; none of them: no body
 *                   conflict  it may answer 409
 *                   gone      it may answer 410
 *                   query     schemas of query parameters of which a text says too little
 *                   fields    schemas of body fields whose kind says too little
 *                   example   of a body}
 *     schemas     by name, for #/components/schemas/
 *
 * app/api.json holds the frame around them all.
 */
#include "app.h"
#include "base/asset.h"
#include "base/log.h"
#include "base/text.h"
#include "http/router.h"

/* All api.json as one {frame, operations, schemas}; NULL out of memory. A new reference. */
static json_t *
descriptions(void)
{
    json_t *all = json_pack("{s:{}, s:{}, s:{}}", "frame", "operations", "schemas");

    for (size_t i = 0; i < asset_count && all != NULL; i++) {
        json_error_t wrong;
        const char *key;
        json_t *one, *part;

        if (!text_starts(asset_table[i].name, "app/") ||
            !text_ends(asset_table[i].name, "api.json"))
            continue;
        one = json_loadb(asset_table[i].data, asset_table[i].size, JSON_REJECT_DUPLICATES, &wrong);
        if (one == NULL)
            log_error("app", "%s:%d: %s", asset_table[i].name, wrong.line, wrong.text);
        json_object_foreach(all, key, part)
        {
            json_t *own = json_object_get(one, key);

            if (own != NULL)
                (void)json_object_update(part, own);
        }
        json_decref(one);
    }
    return all;
}

/* Borrowed; NULL when nobody has described it. */
static json_t *
operation_of(json_t *all, const struct route *r)
{
    char key[200];

    (void)snprintf(key, sizeof key, "%s %s", http_method_name(r->method), r->path);
    return json_object_get(json_object_get(all, "operations"), key);
}

static json_t *
ref(const char *kind, const char *name)
{
    char text[100];

    snprintf(text, sizeof text, "#/components/%s/%s", kind, name);
    return json_pack("{s:s}", "$ref", text);
}

/* ── The body, from the declared fields ── */

static json_t *
field_schema(const struct field *f)
{
    const char *type = "string", *format = NULL;
    json_t *s = json_object();
    bool length = true;

    switch (f->kind) {
    case FIELD_EMAIL:
        format = "email";
        break;
    case FIELD_DATE:
        format = "date";
        length = false;
        break;
    case FIELD_TIME:
    case FIELD_DATETIME: /* with or without offset, so not JSON Schema's own date-time */
        length = false;
        break;
    case FIELD_INT:
        type = "integer";
        json_object_set_new(s, "minimum", json_integer(0));
        if (f->max > 0)
            json_object_set_new(s, "maximum", json_integer((json_int_t)f->max));
        length = false;
        break;
    case FIELD_BOOL:
        type = "boolean";
        length = false;
        break;
    case FIELD_LANG:
        json_object_set_new(s, "enum", json_pack("[s, s, s]", "nb", "nn", "en"));
        length = false;
        break;
    case FIELD_LIST:
        type = "array";
        json_object_set_new(s, "items", json_pack("{s:s}", "type", "string"));
        length = false;
        break;
    case FIELD_JSON:
        type = NULL;
        length = false;
        break;
    case FIELD_LINE:
    case FIELD_TEXT:
    case FIELD_SECRET:
        break;
    }
    if (f->kind == FIELD_DATETIME)
        json_object_set_new(s, "description",
                            json_string("RFC 3339; without offset it is local to timezone"));
    if (type != NULL && (f->flags & FIELD_NULLABLE) != 0)
        json_object_set_new(s, "type", json_pack("[s, s]", type, "null"));
    else if (type != NULL)
        json_object_set_new(s, "type", json_string(type));
    if (f->kind == FIELD_LANG && (f->flags & FIELD_NULLABLE) != 0)
        json_array_append_new(json_object_get(s, "enum"), json_null());
    if (format != NULL)
        json_object_set_new(s, "format", json_string(format));
    if (length && f->max > 0)
        json_object_set_new(s, "maxLength", json_integer((json_int_t)f->max));
    return s;
}

static json_t *
body_of(const struct route *r, json_t *d)
{
    json_t *properties = json_object(), *required = json_array();
    json_t *schema = json_pack("{s:s, s:b}", "type", "object", "additionalProperties", 0);
    json_t *content, *media;
    const char *type;
    bool must;

    for (const struct field *f = r->fields; f->name != NULL; f++) {
        json_t *shape = json_object_get(json_object_get(d, "fields"), f->name);

        json_object_set_new(properties, f->name,
                            shape != NULL ? json_incref(shape) : field_schema(f));
        /* Of a change nothing need be sent: what is required must not be emptied. */
        if ((f->flags & FIELD_REQUIRED) != 0 && r->method != HTTP_PATCH)
            json_array_append_new(required, json_string(f->name));
    }
    must = json_array_size(required) > 0;
    json_object_set_new(schema, "properties", properties);
    if (must)
        json_object_set(schema, "required", required);
    json_decref(required);
    content = json_pack("{s:{s:O}}", "application/json", "schema", schema);
    if (r->method == HTTP_PATCH)
        json_object_set_new(content, "application/merge-patch+json",
                            json_pack("{s:O}", "schema", schema));
    json_object_foreach(content, type, media)
    {
        if (json_object_get(d, "example") != NULL)
            json_object_set(media, "example", json_object_get(d, "example"));
    }
    json_decref(schema);
    return json_pack("{s:b, s:o}", "required", must ? 1 : 0, "content", content);
}

/* ── Parameters ── */

static void
query_parameter(json_t *list, const char *name, json_t *schema)
{
    json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:o}", "name", name, "in", "query",
                                          "required", 0, "schema", schema));
}

static void
query_parameters(const char *names, json_t *list, json_t *schemas)
{
    for (const char *at = names; at != NULL && *at != '\0'; at += *at == ' ') {
        size_t n = strcspn(at, " ");
        char name[40];
        json_t *schema;

        (void)snprintf(name, sizeof name, "%.*s", (int)n, at);
        schema = json_incref(json_object_get(schemas, name));
        if (schema == NULL)
            schema = strcmp(name, "limit") == 0 ? json_pack("{s:s, s:i, s:i}", "type", "integer",
                                                            "minimum", 1, "maximum", 500)
                                                : json_pack("{s:s}", "type", "string");
        query_parameter(list, name, schema);
        at += n;
    }
}

static json_t *
parameters_of(const struct route *r, json_t *d)
{
    json_t *list = json_array();

    for (const char *p = strchr(r->path, '{'); p != NULL; p = strchr(p, '{')) {
        size_t n = strcspn(++p, "}");

        json_array_append_new(list, json_pack("{s:s%, s:s, s:b, s:{s:s}}", "name", p, n, "in",
                                              "path", "required", 1, "schema", "type", "string"));
    }
    if (r->where == RT_WRITE)
        json_array_append_new(list, ref("parameters", "IdempotencyKey"));
    if (r->shown != NULL)
        json_array_append_new(list,
                              ref("parameters", r->method == HTTP_GET ? "IfNoneMatch" : "IfMatch"));
    query_parameters(r->query, list, json_object_get(d, "query"));
    return list;
}

/* ── Answers ── */

static json_t *
success_of(json_t *d)
{
    json_t *summary = json_object_get(d, "summary"), *list = json_object_get(d, "list");
    json_t *answer = json_object_get(d, "answer"), *schema;

    if (json_is_true(json_object_get(d, "text")))
        return json_pack("{s:O, s:{s:{s:{s:s}}}}", "description", summary, "content", "text/plain",
                         "schema", "type", "string");
    if (list != NULL)
        schema =
            json_pack("{s:s, s:[s, s], s:{s:{s:s, s:o}, s:{s:[s, s]}}}", "type", "object",
                      "required", "items", "next", "properties", "items", "type", "array", "items",
                      ref("schemas", json_string_value(list)), "next", "type", "string", "null");
    else if (json_is_string(answer))
        schema = ref("schemas", json_string_value(answer));
    else if (json_is_null(answer))
        schema = json_pack("{s:s}", "type", "object");
    else
        return json_pack("{s:s}", "description", "Done");
    return json_pack("{s:O, s:{s:{s:o}}}", "description", summary, "content", "application/json",
                     "schema", schema);
}

static void
headers_of(const struct route *r, json_int_t status, json_t *success)
{
    json_t *headers = json_object();

    if (r->made != NULL)
        json_object_set_new(headers, "Location", ref("headers", "Location"));
    if (r->shown != NULL && status == 0)
        json_object_set_new(headers, "ETag", ref("headers", "ETag"));
    if ((r->allow & ROLE_NOBODY) == 0) {
        json_object_set_new(headers, "RateLimit-Policy", ref("headers", "RateLimitPolicy"));
        json_object_set_new(headers, "RateLimit", ref("headers", "RateLimit"));
    }
    if (json_object_size(headers) > 0)
        json_object_set(success, "headers", headers);
    json_decref(headers);
}

static json_t *
responses_of(const struct route *r, json_t *d)
{
    json_int_t status = json_integer_value(json_object_get(d, "status"));
    json_t *all = json_object();
    char success[8];

    (void)snprintf(success, sizeof success, "%d", status != 0 ? (int)status : 200);
    json_object_set_new(all, success, success_of(d));
    headers_of(r, status, json_object_get(all, success));
    if (r->shown != NULL && r->method == HTTP_GET)
        json_object_set_new(all, "304",
                            json_pack("{s:s}", "description", "It is as If-None-Match says"));
    if (r->shown != NULL && r->method != HTTP_GET)
        json_object_set_new(all, "412", ref("responses", "Problem"));
    if ((r->allow & ROLE_NOBODY) == 0) {
        json_object_set_new(all, "401", ref("responses", "Problem"));
        json_object_set_new(all, "403", ref("responses", "Problem"));
    }
    if (strchr(r->path, '{') != NULL)
        json_object_set_new(all, "404", ref("responses", "Problem"));
    if (json_is_true(json_object_get(d, "conflict")))
        json_object_set_new(all, "409", ref("responses", "Problem"));
    if (json_is_true(json_object_get(d, "gone")))
        json_object_set_new(all, "410", ref("responses", "Problem"));
    if (r->fields != NULL)
        json_object_set_new(all, "415", ref("responses", "Problem"));
    if ((r->allow & ROLE_NOBODY) == 0)
        json_object_set_new(all, "429", ref("responses", "TooMany"));
    json_object_set_new(all, "400", ref("responses", "Problem"));
    if (r->fields != NULL || r->query != NULL)
        json_object_set_new(all, "422", ref("responses", "Problem"));
    json_object_set_new(all, "default", ref("responses", "Problem"));
    return all;
}

/* Whose token may: in words, for OpenAPI has no roles of bearer tokens. */
static json_t *
roles_text(unsigned allow)
{
    static const struct {
        unsigned role;
        const char *name;
    } names[] = { { ROLE_ADMIN, "admin" },
                  { ROLE_ORGANISER, "organiser" },
                  { ROLE_VIEWER, "viewer" },
                  { ROLE_DOOR, "door" } };
    char text[100] = "Roles:";
    size_t used = strlen(text);

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if ((allow & names[i].role) != 0) {
            int n = snprintf(text + used, sizeof text - used, " %s", names[i].name);

            used += n > 0 ? (size_t)n : 0;
        }
    return json_string(text);
}

static json_t *
operation(const struct route *r, json_t *d)
{
    json_t *op =
        json_pack("{s:O, s:O, s:o}", "operationId", json_object_get(d, "operationId"), "summary",
                  json_object_get(d, "summary"), "responses", responses_of(r, d));
    json_t *parameters = parameters_of(r, d);

    if (json_array_size(parameters) > 0)
        json_object_set(op, "parameters", parameters);
    json_decref(parameters);
    if (r->fields != NULL)
        json_object_set_new(op, "requestBody", body_of(r, d));
    if ((r->allow & ROLE_NOBODY) != 0)
        json_object_set_new(op, "security", json_array());
    else
        json_object_set_new(op, "description", roles_text(r->allow));
    return op;
}

static void
add_route(json_t *paths, const struct route *r, json_t *d)
{
    static const char *const methods[] = {
        [HTTP_GET] = "get", [HTTP_POST] = "post", [HTTP_PATCH] = "patch", [HTTP_DELETE] = "delete"
    };
    json_t *path = json_object_get(paths, r->path);

    if (path == NULL) {
        path = json_object();
        json_object_set_new(paths, r->path, path);
    }
    json_object_set_new(path, methods[r->method], operation(r, d));
}

json_t *
openapi_make(const struct route *const *tables, const char *base_url, const char **undescribed)
{
    json_t *all = descriptions(), *paths = json_object();
    json_t *api = json_deep_copy(json_object_get(all, "frame"));

    for (; *tables != NULL; tables++)
        for (const struct route *r = *tables; r->path != NULL; r++) {
            json_t *d = operation_of(all, r);

            if ((r->flags & RT_API) == 0)
                continue;
            if (d != NULL)
                add_route(paths, r, d);
            else if (undescribed != NULL)
                *undescribed = r->path;
        }
    json_object_set_new(api, "servers", json_pack("[{s:s}]", "url", base_url));
    json_object_set(json_object_get(api, "components"), "schemas", json_object_get(all, "schemas"));
    json_object_set_new(api, "paths", paths);
    json_decref(all);
    return api;
}
