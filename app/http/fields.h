/*
 * Declared fields out of a form or a JSON body: cleaned, typed, bounded. Knows no request, so that
 * it can be fuzzed alone.
 */
#ifndef SAMLING_HTTP_FIELDS_H
#define SAMLING_HTTP_FIELDS_H

#include "http/route.h"
#include "http/url.h"

#define FIELD_LIST_MAX 500 /* items of a FIELD_LIST */
#define FIELD_INT_MAX 1000000

struct value {
    const struct field *field;
    bool sent, null;
    const char *text; /* cleaned; "" when absent */
    int64_t number;
    json_t *json; /* FIELD_JSON, borrowed from the body */
    const char **list;
    size_t list_len;
};

struct values {
    struct value *at;
    size_t len;
};

/* Told once for each field that is not right. max: what {max} stands for, -1 for none. */
typedef void (*field_error_fn)(void *ctx, const char *field, const char *code, int64_t max);

/* partial: a PATCH, where FIELD_REQUIRED speaks only of what was sent. fields may be NULL. */
void fields_from_form(struct arena *a, const struct field *fields, const struct pairs *form,
                      bool partial, struct values *out, field_error_fn error, void *ctx);
/* body: an object. Members that are not declared are errors ("unknown"). */
void fields_from_json(struct arena *a, const struct field *fields, json_t *body, bool partial,
                      struct values *out, field_error_fn error, void *ctx);
/* All absent, no errors: for pages that show an empty form. */
void fields_empty(struct arena *a, const struct field *fields, struct values *out);

/* NULL when it is not declared. */
struct value *values_find(const struct values *v, const char *name);

#endif
