/* Fields of every kind, and what must hold of their values when no error was told. */
#ifndef SAMLING_TESTS_FUZZ_FIELDS_H
#define SAMLING_TESTS_FUZZ_FIELDS_H

#include "base/text.h"
#include "html/lang.h"
#include "http/fields.h"

static const struct field fuzz_fields[] = {
    { "l", FIELD_LINE, FIELD_REQUIRED, 10 },
    { "t", FIELD_TEXT, 0, 20 },
    { "e", FIELD_EMAIL, 0, 0 },
    { "i", FIELD_INT, FIELD_NULLABLE, 100 },
    { "b", FIELD_BOOL, 0, 0 },
    { "d", FIELD_DATE, 0, 0 },
    { "h", FIELD_TIME, 0, 0 },
    { "m", FIELD_DATETIME, 0, 0 },
    { "g", FIELD_LANG, 0, 0 },
    { "s", FIELD_SECRET, 0, 30 },
    { "a", FIELD_LIST, 0, 5 },
    { "j", FIELD_JSON, 0, 0 },
    { 0 },
};

static inline void
fuzz_error(void *ctx, const char *field, const char *code, int64_t max)
{
    (void)max;
    if (field == NULL || code[0] == '\0')
        BUG("an error without a name");
    ++*(int *)ctx;
}

static inline void
fuzz_judge(const struct values *v, int errors)
{
    for (size_t i = 0; i < v->len && errors == 0; i++) {
        const struct value *it = &v->at[i];
        const struct field *f = it->field;

        if (!text_utf8_ok(it->text, strlen(it->text)))
            BUG("field %s is not UTF-8", f->name);
        if (f->kind != FIELD_TEXT && f->kind != FIELD_SECRET && strpbrk(it->text, "\r\n") != NULL)
            BUG("field %s has a line break", f->name);
        if (f->max != 0 && f->kind != FIELD_INT && text_length(it->text) > f->max)
            BUG("field %s is too long", f->name);
        if (f->kind == FIELD_INT && (it->number < 0 || it->number > (int64_t)f->max))
            BUG("a number out of its bounds");
        if (f->kind == FIELD_EMAIL && it->text[0] != '\0' && !text_email_ok(it->text))
            BUG("not an address");
        if (f->kind == FIELD_LANG && it->text[0] != '\0' && !lang_ok(it->text))
            BUG("not a language");
        for (size_t n = 0; n < it->list_len; n++)
            if (text_length(it->list[n]) > f->max)
                BUG("an item is too long");
    }
}

#endif
