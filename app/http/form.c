/* Declared fields as handlers read them, and what is wrong with them. */
#include "base/text.h"
#include "html/translate.h"
#include "http/server_private.h"

static const struct value *
find(const struct request *rq, const char *name)
{
    const struct value *v = values_find(&rq->values, name);

    /* Before a body is read (a GET that shows the form) nothing has been given. */
    if (v == NULL && rq->values.len > 0)
        MISFIT("route %s declares no field %s", rq->route != NULL ? rq->route->path : "-", name);
    return v;
}

const char *
rq_text(const struct request *rq, const char *name)
{
    const struct value *v = find(rq, name);

    return v != NULL ? v->text : "";
}

bool
rq_has(const struct request *rq, const char *name)
{
    const struct value *v = find(rq, name);

    return v != NULL && v->sent;
}

const char *
rq_sent(const struct request *rq, const char *name)
{
    return rq_has(rq, name) ? rq_text(rq, name) : NULL;
}

bool
rq_null(const struct request *rq, const char *name)
{
    const struct value *v = find(rq, name);

    return v != NULL && v->null;
}

int64_t
rq_int(const struct request *rq, const char *name)
{
    const struct value *v = find(rq, name);

    return v != NULL ? v->number : 0;
}

bool
rq_bool(const struct request *rq, const char *name)
{
    return rq_int(rq, name) != 0;
}

json_t *
rq_json(const struct request *rq, const char *name)
{
    const struct value *v = find(rq, name);

    return v != NULL ? v->json : NULL;
}

size_t
rq_list_len(const struct request *rq, const char *name)
{
    const struct value *v = find(rq, name);

    return v != NULL ? v->list_len : 0;
}

const char *
rq_list_at(const struct request *rq, const char *name, size_t i)
{
    const struct value *v = find(rq, name);

    return v != NULL && i < v->list_len ? v->list[i] : "";
}

/* ── Errors ── */

/* Nobody reads more, and a body of nothing but unknown names would give one for each. */
#define ERRORS_MAX 100

void
request_clear_errors(struct request *rq)
{
    rq->errors = NULL;
    rq->error_count = 0;
    rq->refusal = NULL;
}

bool
rq_wrong(const struct request *rq, const char *field)
{
    for (const struct field_error *e = rq->errors; e != NULL; e = e->next)
        if (strcmp(e->field, field) == 0)
            return true;
    return false;
}

/* Where a field stands among those of its route, which is its place on the page; the whole form,
 * and what is not declared, after them all. */
static size_t
place_of(const struct request *rq, const char *field)
{
    const struct field *f = rq->route != NULL ? rq->route->fields : NULL;
    size_t n = 0;

    while (f != NULL && f[n].name != NULL && strcmp(f[n].name, field) != 0)
        n++;
    return f != NULL && f[n].name != NULL ? n : SIZE_MAX;
}

/* As they are met on the page, whoever found them first. */
static void
insert_error(struct request *rq, struct field_error *e)
{
    struct field_error **at = &rq->errors;
    size_t place = place_of(rq, e->field);

    while (*at != NULL && place_of(rq, (*at)->field) <= place)
        at = &(*at)->next;
    e->next = *at;
    *at = e;
    rq->error_count++;
}

/* label: what the field is called, where the text is not about it alone; or NULL. */
static void
add_error(struct request *rq, const char *field, const char *label, const char *code,
          const char *text)
{
    struct field_error *e;

    /* One word a field is enough; the whole form may have several. */
    if (rq->error_count == ERRORS_MAX || (field[0] != '\0' && rq_wrong(rq, field)))
        return;
    e = ARENA_NEW(rq->arena, struct field_error);
    e->field = arena_strdup(rq->arena, field);
    e->text = arena_strdup(rq->arena, text);
    e->code = code;
    e->label = label;
    insert_error(rq, e);
}

void
rq_error_text(struct request *rq, const char *field, const char *text)
{
    rq_error_as(rq, field, "invalid", text);
}

void
rq_error_as(struct request *rq, const char *field, const char *code, const char *text)
{
    add_error(rq, field, NULL, code, text);
}

enum status
rq_refuse(struct request *rq, const char *code, enum status rc)
{
    rq->refusal = code;
    return rc;
}

/* Of a field that people fill in; NULL for others. */
static const char *
label_of(struct request *rq, const char *field)
{
    char key[80];

    /* keys:
     * field.{name,email,organisation,phone,wish,requirements,message,reason,subject,title,place} */
    (void)snprintf(key, sizeof key, "field.%.60s", field);
    return tr_has(rq->server->config.translations, rq_lang(rq), key) ? rq_tr(rq, key) : NULL;
}

/* Is this about somebody else than who fills in the form? */
static bool
is_other(const struct request *rq, const char *field)
{
    for (const struct field *f = rq->route != NULL ? rq->route->fields : NULL;
         f != NULL && f->name != NULL; f++)
        if (strcmp(f->name, field) == 0)
            return (f->flags & FIELD_OTHER) != 0;
    return false;
}

void
request_field_error(void *ctx, const char *field, const char *code, int64_t max)
{
    struct request *rq = ctx;

    if (rq->error_count == ERRORS_MAX)
        return;
    const struct translations *texts = rq->server->config.translations;
    const char *lang = rq_lang(rq);
    char key[160];
    json_t *values = max >= 0 ? json_pack("{s:I}", "max", (json_int_t)max) : NULL;

    /* A member that is not declared has a name of the sender's choice: no text is its own. */
    if (request_of_program(rq))
        /* keys:
         * problem.field.{required,unknown,type,choice,invalid,bool,email,number,registered,datetime}
         * problem.field.{contact_exists,required_for_role,too_long,too_large,too_many,date,time}
         * problem.field.{language,link,in_past,no_such_time,offset,timezone,before_start,after_start}
         * problem.field.{room_exists,rooms_many,room_empty,room_out_of_use,booking_long,booker}
         * problem.field.{service_exists,services_many,kroner,decimal,same_as_start,in_future}
         * problem.field.{goals_many,after_end}
         */
        (void)snprintf(key, sizeof key, "problem.field.%.60s", code);
    else if (is_other(rq, field))
        /* keys: error.other.{name,email}.required */
        (void)snprintf(key, sizeof key, "error.other.%.60s.%.60s", field, code);
    else
        (void)snprintf(key, sizeof key, "error.%.60s.%.60s", field, code);
    if (!tr_has(texts, lang, key) ||
        (!request_of_program(rq) && (field[0] == '\0' || strcmp(code, "unknown") == 0)))
        (void)snprintf(key, sizeof key, "error.%.60s", code);
    add_error(rq, field, strcmp(code, "too_long") == 0 ? label_of(rq, field) : NULL, code,
              tr_format(rq->arena, texts, lang, key, values));
    json_decref(values);
}

void
rq_error(struct request *rq, const char *field, const char *code)
{
    const struct value *v = values_find(&rq->values, field);
    int64_t max = v != NULL && v->field->max != 0 ? (int64_t)v->field->max : -1;

    request_field_error(rq, field, code, max);
}

bool
rq_has_errors(const struct request *rq)
{
    return rq->errors != NULL;
}

/* ── The form again ── */

static json_t *
value_view(const struct value *v)
{
    json_t *list;

    switch (v->field->kind) {
    case FIELD_LIST:
        list = json_array();
        for (size_t i = 0; i < v->list_len; i++)
            json_array_append_new(list, json_string(v->list[i]));
        return list;
    case FIELD_BOOL:
        return json_boolean(v->number != 0);
    case FIELD_JSON:
        return json_incref(v->json);
    default:
        return json_string(v->text);
    }
}

json_t *
rq_form_view(const struct request *rq)
{
    json_t *values = json_object(), *errors = json_object(), *list = json_array();
    bool mendable = false;

    for (size_t i = 0; i < rq->values.len; i++) {
        const struct value *v = &rq->values.at[i];

        if (v->field->kind != FIELD_SECRET && !(v->field->kind == FIELD_JSON && v->json == NULL))
            json_object_set_new(values, v->field->name, value_view(v));
    }
    for (const struct field_error *e = rq->errors; e != NULL; e = e->next) {
        mendable = mendable || e->field[0] != '\0';
        if (e->field[0] != '\0')
            json_object_set_new(errors, e->field, json_pack("{s:s}", "text", e->text));
        json_array_append_new(list, json_pack("{s:s, s:s, s:s*}", "field", e->field, "text",
                                              e->text, "label", e->label));
    }
    return json_pack("{s:o, s:o, s:o, s:b, s:b, s:I}", "values", values, "errors", errors,
                     "error_list", list, "has_errors", rq->errors != NULL, "mendable", mendable,
                     "error_count", (json_int_t)rq->error_count);
}
