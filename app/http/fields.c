#include "http/fields.h"

#include "base/text.h"
#include "html/lang.h"

struct reader {
    struct arena *arena;
    field_error_fn error;
    void *ctx;
    bool partial;
};

static void
fail(const struct reader *r, const struct field *f, const char *code, int64_t max)
{
    r->error(r->ctx, f->name, code, max);
}

void
fields_empty(struct arena *a, const struct field *fields, struct values *out)
{
    size_t n = 0;

    while (fields != NULL && fields[n].name != NULL)
        n++;
    out->len = n;
    out->at = ARENA_ARRAY(a, struct value, n + 1);
    for (size_t i = 0; i < n; i++) {
        out->at[i].field = &fields[i];
        out->at[i].text = "";
    }
}

struct value *
values_find(const struct values *v, const char *name)
{
    for (size_t i = 0; i < v->len; i++)
        if (strcmp(v->at[i].field->name, name) == 0)
            return &v->at[i];
    return NULL;
}

/* ── What both kinds of body share ── */

static bool
is_date(const char *s)
{
    char full[32];
    int64_t ms;
    bool has_offset;
    int offset;

    if (strlen(s) != 10)
        return false;
    (void)snprintf(full, sizeof full, "%sT00:00", s);
    return clock_parse(full, &ms, &has_offset, &offset);
}

static bool
is_time(const char *s)
{
    char full[32];
    int64_t ms;
    bool has_offset;
    int offset;

    if (strlen(s) != 5)
        return false;
    (void)snprintf(full, sizeof full, "2000-01-01T%s", s);
    return clock_parse(full, &ms, &has_offset, &offset) && !has_offset;
}

static bool
is_datetime(const char *s)
{
    int64_t ms;
    bool has_offset;
    int offset;

    return clock_parse(s, &ms, &has_offset, &offset);
}

static const char *
clean(const struct reader *r, const struct field *f, const char *s)
{
    return f->kind == FIELD_SECRET ? s : text_clean(r->arena, s, f->kind != FIELD_TEXT);
}

/* Length and form of a text that is there. */
static void
judge_text(const struct reader *r, const struct field *f, const char *s)
{
    size_t max = f->max != 0 ? f->max : f->kind == FIELD_EMAIL ? 254 : 0;

    if (max != 0 && text_length(s) > max)
        fail(r, f, "too_long", (int64_t)max);
    else if ((f->flags & FIELD_NO_LINK) != 0 && text_has_link(s))
        fail(r, f, "link", -1);
    else if (f->kind == FIELD_EMAIL && !text_email_ok(s))
        fail(r, f, "email", -1);
    else if (f->kind == FIELD_DATE && !is_date(s))
        fail(r, f, "date", -1);
    else if (f->kind == FIELD_TIME && !is_time(s))
        fail(r, f, "time", -1);
    else if (f->kind == FIELD_DATETIME && !is_datetime(s))
        fail(r, f, "datetime", -1);
    else if (f->kind == FIELD_LANG && !lang_ok(s))
        fail(r, f, "language", -1);
}

static void
set_int(const struct reader *r, struct value *v, int64_t n)
{
    int64_t max = v->field->max != 0 ? (int64_t)v->field->max : FIELD_INT_MAX;

    if (n < 0)
        fail(r, v->field, "number", -1);
    else if (n > max)
        fail(r, v->field, "too_large", max);
    else
        v->number = n;
}

static void
judge_list(const struct reader *r, struct value *v)
{
    for (size_t i = 0; i < v->list_len; i++) {
        if (v->field->max != 0 && text_length(v->list[i]) > v->field->max) {
            fail(r, v->field, "too_long", (int64_t)v->field->max);
            return;
        }
    }
}

/* Nothing was given: is that right? */
static void
judge_empty(const struct reader *r, const struct value *v)
{
    if ((v->field->flags & FIELD_REQUIRED) != 0 && (v->sent || !r->partial))
        fail(r, v->field, "required", -1);
}

static bool
list_has_text(const struct value *v)
{
    for (size_t i = 0; i < v->list_len; i++)
        if (v->list[i][0] != '\0')
            return true;
    return false;
}

/* ── Forms ── */

static void
form_list(const struct reader *r, const struct pairs *form, struct value *v)
{
    size_t n = 0;

    for (size_t i = 0; i < form->len; i++)
        if (strcmp(form->at[i].name, v->field->name) == 0)
            n++;
    v->sent = n > 0;
    if (n > FIELD_LIST_MAX) {
        fail(r, v->field, "too_many", FIELD_LIST_MAX);
        return;
    }
    v->list = ARENA_ARRAY(r->arena, const char *, n + 1);
    for (size_t i = 0; i < form->len; i++)
        if (strcmp(form->at[i].name, v->field->name) == 0)
            v->list[v->list_len++] = text_clean(r->arena, form->at[i].value, true);
    if (!list_has_text(v))
        judge_empty(r, v);
    else
        judge_list(r, v);
}

static bool
truthy(const char *s)
{
    return strcmp(s, "on") == 0 || strcmp(s, "1") == 0 || strcmp(s, "true") == 0 ||
           strcmp(s, "yes") == 0;
}

static void
form_value(const struct reader *r, const char *given, struct value *v)
{
    const struct field *f = v->field;
    int64_t n;

    v->sent = given != NULL;
    v->text = given != NULL ? clean(r, f, given) : "";
    v->null = v->sent && v->text[0] == '\0';
    if (f->kind == FIELD_BOOL)
        v->number = truthy(v->text);
    if (v->text[0] == '\0' || (f->kind == FIELD_BOOL && v->number == 0)) {
        judge_empty(r, v);
        return;
    }
    if (f->kind == FIELD_BOOL)
        return;
    if (f->kind != FIELD_INT)
        judge_text(r, f, v->text);
    else if (text_int(v->text, &n))
        set_int(r, v, n);
    else
        fail(r, f, "number", -1);
}

void
fields_from_form(struct arena *a, const struct field *fields, const struct pairs *form,
                 bool partial, struct values *out, field_error_fn error, void *ctx)
{
    const struct reader r = { a, error, ctx, partial };

    fields_empty(a, fields, out);
    for (size_t i = 0; i < out->len; i++) {
        struct value *v = &out->at[i];

        if (v->field->kind == FIELD_LIST)
            form_list(&r, form, v);
        else
            form_value(&r, pairs_find(form, v->field->name), v);
    }
}

/* ── JSON ── */

static void
json_list(const struct reader *r, json_t *given, struct value *v)
{
    size_t n = json_array_size(given), i;
    json_t *item;

    if (!json_is_array(given)) {
        fail(r, v->field, "type", -1);
        return;
    }
    if (n > FIELD_LIST_MAX) {
        fail(r, v->field, "too_many", FIELD_LIST_MAX);
        return;
    }
    v->list = ARENA_ARRAY(r->arena, const char *, n + 1);
    json_array_foreach(given, i, item)
    {
        if (!json_is_string(item)) {
            fail(r, v->field, "type", -1);
            return;
        }
        v->list[v->list_len++] = text_clean(r->arena, json_string_value(item), true);
    }
    if (!list_has_text(v))
        judge_empty(r, v);
    else
        judge_list(r, v);
}

static void
json_number(const struct reader *r, json_t *given, struct value *v)
{
    if (json_is_integer(given)) {
        v->text = arena_printf(r->arena, "%lld", (long long)json_integer_value(given));
        set_int(r, v, json_integer_value(given));
        return;
    }
    if (json_is_string(given))
        v->text = text_clean(r->arena, json_string_value(given), true);
    fail(r, v->field, "number", -1);
}

static void
json_text_value(const struct reader *r, json_t *given, struct value *v)
{
    if (!json_is_string(given)) {
        fail(r, v->field, "type", -1);
        return;
    }
    v->text = clean(r, v->field, json_string_value(given));
    if (v->text[0] == '\0')
        judge_empty(r, v);
    else
        judge_text(r, v->field, v->text);
}

static void
json_value(const struct reader *r, json_t *given, struct value *v)
{
    const struct field *f = v->field;

    v->sent = given != NULL;
    if (given == NULL) {
        judge_empty(r, v);
        return;
    }
    if (f->kind == FIELD_JSON) {
        v->json = given;
        v->null = json_is_null(given);
        if (v->null)
            judge_empty(r, v);
        return;
    }
    if (json_is_null(given)) {
        v->null = true;
        if ((f->flags & FIELD_REQUIRED) != 0)
            judge_empty(r, v);
        else if ((f->flags & FIELD_NULLABLE) == 0)
            fail(r, f, "type", -1);
        return;
    }
    if (f->kind == FIELD_LIST) {
        json_list(r, given, v);
    } else if (f->kind == FIELD_INT) {
        json_number(r, given, v);
    } else if (f->kind == FIELD_BOOL) {
        v->number = json_is_true(given);
        if (!json_is_boolean(given))
            fail(r, f, "bool", -1);
        else if (v->number == 0)
            judge_empty(r, v);
    } else {
        json_text_value(r, given, v);
    }
}

void
fields_from_json(struct arena *a, const struct field *fields, json_t *body, bool partial,
                 struct values *out, field_error_fn error, void *ctx)
{
    const struct reader r = { a, error, ctx, partial };
    const char *name;
    json_t *member;

    fields_empty(a, fields, out);
    for (size_t i = 0; i < out->len; i++)
        json_value(&r, json_object_get(body, out->at[i].field->name), &out->at[i]);
    json_object_foreach(body, name, member)
    {
        if (values_find(out, name) == NULL)
            error(ctx, arena_strdup(a, name), "unknown", -1);
    }
}
