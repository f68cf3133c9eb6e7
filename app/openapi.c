/*
 * The API's description, OpenAPI 3.1: addresses, parameters, bodies and roles are read off the
 * route tables, so they cannot drift; what the answers look like stands in the table below and in
 * openapi_schemas.c.
 */
#include "app.h"
#include "base/text.h"
#include "openapi_schemas.h"

struct description {
    enum http_method method;
    const char *path;
    const char *name; /* operationId */
    const char *summary;
    int success;
    const char *schema;   /* of the answer; NULL: none */
    bool list;            /* {items, next}, with limit, cursor */
    bool conflict;        /* may answer 409 */
    const char *query[2]; /* more parameters */
};

static const struct description descriptions[] = {
    { HTTP_GET, "/api/v1/openapi.json", "describe", "This description", 200, "Any", .list = false },
    { HTTP_GET, "/metrics", "metrics", "Figures for Prometheus", 200, "Text", .list = false },
    { HTTP_GET, "/api/v1/gatherings", "listGatherings", "Gatherings, oldest first", 200,
      "Gathering", .list = true, .query = { "status" } },
    { HTTP_POST, "/api/v1/gatherings", "createGathering", "Make a draft", 201, "Gathering",
      .list = false },
    { HTTP_GET, "/api/v1/gatherings/{id}", "getGathering", "One gathering", 200, "Gathering",
      .list = false },
    { HTTP_PATCH, "/api/v1/gatherings/{id}", "changeGathering",
      "Change what is sent; those registered are told of a new time or place unless notify is "
      "false",
      200, "Gathering", .conflict = true },
    { HTTP_POST, "/api/v1/gatherings/{id}/publish", "publishGathering", "Open for registration",
      200, "Gathering", .conflict = true },
    { HTTP_POST, "/api/v1/gatherings/{id}/cancel", "cancelGathering",
      "Call it off; those registered are told unless notify is false", 200, "Gathering",
      .list = false },
    { HTTP_GET, "/api/v1/gatherings/{id}/registrations", "listRegistrations",
      "Who comes; cancelled ones only with status=cancelled", 200, "Registration", .list = true,
      .query = { "status" } },
    { HTTP_POST, "/api/v1/gatherings/{id}/registrations", "register",
      "Take a seat, or a place in the waiting list", 201, "Registration", .conflict = true },
    { HTTP_DELETE, "/api/v1/registrations/{id}", "cancelRegistration",
      "Give the seat back; the first in line gets it", 204, NULL, .list = false },
    { HTTP_GET, "/api/v1/gatherings/{id}/invitations", "listInvitations", "Who was invited", 200,
      "Invitation", .list = true },
    { HTTP_POST, "/api/v1/gatherings/{id}/invitations", "invite", "Send personal invitations", 202,
      "Invited", .conflict = true },
    { HTTP_POST, "/api/v1/invitations/{id}/answer", "answerInvitation",
      "Note what somebody said by phone; the latest answer wins", 200, "Invitation",
      .conflict = true },
    { HTTP_POST, "/api/v1/gatherings/{id}/checkins", "checkIn",
      "Admit the holder of a ticket, exactly once", 200, "Checkin", .list = false },
    { HTTP_GET, "/api/v1/mail", "listMail", "What was mailed and how it went", 200, "Mail",
      .list = true, .query = { "gathering", "state" } },
};

static const struct description *
description_of(const struct route *r)
{
    for (size_t i = 0; i < ARRAY_LEN(descriptions); i++)
        if (descriptions[i].method == r->method && strcmp(descriptions[i].path, r->path) == 0)
            return &descriptions[i];
    return NULL;
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
body_of(const struct route *r)
{
    json_t *properties = json_object(), *required = json_array();
    json_t *schema = json_pack("{s:s, s:b}", "type", "object", "additionalProperties", 0);
    bool must;

    for (const struct field *f = r->fields; f->name != NULL; f++) {
        json_t *shape = schema_of_field(r->path, f->name);

        json_object_set_new(properties, f->name, shape != NULL ? shape : field_schema(f));
        if ((f->flags & FIELD_REQUIRED) != 0)
            json_array_append_new(required, json_string(f->name));
    }
    must = json_array_size(required) > 0;
    json_object_set_new(schema, "properties", properties);
    if (must)
        json_object_set(schema, "required", required);
    json_decref(required);
    return json_pack("{s:b, s:{s:{s:o}}}", "required", must ? 1 : 0, "content", "application/json",
                     "schema", schema);
}

/* ── Parameters ── */

static void
query_parameter(json_t *list, const char *name, json_t *schema)
{
    json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:o}", "name", name, "in", "query",
                                          "required", 0, "schema", schema));
}

static json_t *
parameters_of(const struct route *r, const struct description *d)
{
    json_t *list = json_array();

    for (const char *p = strchr(r->path, '{'); p != NULL; p = strchr(p, '{')) {
        size_t n = strcspn(++p, "}");

        json_array_append_new(list, json_pack("{s:s%, s:s, s:b, s:{s:s}}", "name", p, n, "in",
                                              "path", "required", 1, "schema", "type", "string"));
    }
    if (r->method == HTTP_POST)
        json_array_append_new(list, ref("parameters", "IdempotencyKey"));
    if (d->list) {
        query_parameter(
            list, "limit",
            json_pack("{s:s, s:i, s:i}", "type", "integer", "minimum", 1, "maximum", 500));
        query_parameter(list, "cursor", json_pack("{s:s}", "type", "string"));
    }
    for (size_t i = 0; i < ARRAY_LEN(d->query) && d->query[i] != NULL; i++)
        query_parameter(list, d->query[i], json_pack("{s:s}", "type", "string"));
    return list;
}

/* ── Answers ── */

static json_t *
success_of(const struct description *d)
{
    json_t *schema;

    if (d->schema == NULL)
        return json_pack("{s:s}", "description", "Done");
    if (strcmp(d->schema, "Text") == 0)
        return json_pack("{s:s, s:{s:{s:{s:s}}}}", "description", d->summary, "content",
                         "text/plain", "schema", "type", "string");
    if (strcmp(d->schema, "Any") == 0)
        schema = json_pack("{s:s}", "type", "object");
    else
        schema = ref("schemas", d->schema);
    if (d->list)
        schema = json_pack("{s:s, s:[s, s], s:{s:{s:s, s:o}, s:{s:[s, s]}}}", "type", "object",
                           "required", "items", "next", "properties", "items", "type", "array",
                           "items", schema, "next", "type", "string", "null");
    return json_pack("{s:s, s:{s:{s:o}}}", "description", d->summary, "content", "application/json",
                     "schema", schema);
}

static json_t *
responses_of(const struct route *r, const struct description *d)
{
    json_t *all = json_object();
    char success[8];

    snprintf(success, sizeof success, "%d", d->success);
    json_object_set_new(all, success, success_of(d));
    if ((r->allow & ROLE_NOBODY) == 0) {
        json_object_set_new(all, "401", ref("responses", "Problem"));
        json_object_set_new(all, "403", ref("responses", "Problem"));
    }
    if (strchr(r->path, '{') != NULL)
        json_object_set_new(all, "404", ref("responses", "Problem"));
    if (d->conflict)
        json_object_set_new(all, "409", ref("responses", "Problem"));
    if (r->fields != NULL || d->list)
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
operation(const struct route *r, const struct description *d)
{
    json_t *op = json_pack("{s:s, s:s, s:o}", "operationId", d->name, "summary", d->summary,
                           "responses", responses_of(r, d));
    json_t *parameters = parameters_of(r, d);

    if (json_array_size(parameters) > 0)
        json_object_set(op, "parameters", parameters);
    json_decref(parameters);
    if (r->fields != NULL)
        json_object_set_new(op, "requestBody", body_of(r));
    if ((r->allow & ROLE_NOBODY) != 0)
        json_object_set_new(op, "security", json_array());
    else
        json_object_set_new(op, "description", roles_text(r->allow));
    return op;
}

static void
add_route(json_t *paths, const struct route *r, const struct description *d)
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
    json_t *paths = json_object();

    for (; *tables != NULL; tables++)
        for (const struct route *r = *tables; r->path != NULL; r++) {
            const struct description *d = description_of(r);

            if ((r->flags & RT_API) == 0)
                continue;
            if (d != NULL)
                add_route(paths, r, d);
            else if (undescribed != NULL)
                *undescribed = r->path;
        }
    return json_pack("{s:s, s:{s:s, s:s, s:s, s:{s:s, s:s}}, s:[{s:s}], s:[{s:[]}], s:o, s:o}",
                     "openapi", "3.1.0", "info", "title", "Samling", "version", "1", "description",
                     "Gatherings, who comes to them, and what was mailed. Errors are problem "
                     "details (RFC 9457). Times are RFC 3339.",
                     "license", "name", "MIT", "identifier", "MIT", "servers", "url", base_url,
                     "security", "token", "components", openapi_components(), "paths", paths);
}
