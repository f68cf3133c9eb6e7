#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "http/cookie.h"
#include "http/fields.h"

static const struct field all[] = {
    { "line", FIELD_LINE, FIELD_REQUIRED, 5 },
    { "text", FIELD_TEXT, 0, 20 },
    { "email", FIELD_EMAIL, 0, 0 },
    { "int", FIELD_INT, FIELD_NULLABLE, 100 },
    { "bool", FIELD_BOOL, 0, 0 },
    { "date", FIELD_DATE, 0, 0 },
    { "time", FIELD_TIME, 0, 0 },
    { "datetime", FIELD_DATETIME, 0, 0 },
    { "lang", FIELD_LANG, 0, 0 },
    { "secret", FIELD_SECRET, 0, 0 },
    { "list", FIELD_LIST, 0, 3 },
    { "json", FIELD_JSON, 0, 0 },
    { 0 },
};

/* All errors as "field:code " in the order they are told. */
struct heard {
    char text[500];
    int64_t max;
};

static void
hear(void *ctx, const char *field, const char *code, int64_t max)
{
    struct heard *h = ctx;
    size_t n = strlen(h->text);

    (void)snprintf(h->text + n, sizeof h->text - n, "%s:%s ", field, code);
    h->max = max;
}

static const char *
form(struct arena *a, const char *body, bool partial, struct values *v)
{
    static struct heard h;
    struct pairs p;

    h = (struct heard){ 0 };
    assert_true(pairs_parse(a, body, strlen(body), true, &p));
    fields_from_form(a, all, &p, partial, v, hear, &h);
    return h.text;
}

static const char *
json(struct arena *a, const char *body, bool partial, struct values *v)
{
    static struct heard h;
    json_t *o = json_loads(body, 0, NULL);

    assert_non_null(o);
    h = (struct heard){ 0 };
    fields_from_json(a, all, o, partial, v, hear, &h);
    json_decref(o);
    return h.text;
}

static void
forms(void **state)
{
    static const struct {
        const char *body, *errors;
    } row[] = {
        { "line=a", "" },
        { "", "line:required " },
        { "line=++%0a", "line:required " },
        { "line=%C3%A6%C3%B8%C3%A5ab", "" },
        { "line=abcdef", "line:too_long " },
        { "line=a&email=x", "email:email " },
        { "line=a&email=kari%40b.no", "" },
        { "line=a&email=a%40b.no%0d%0aBcc:c%40d.no", "email:email " },
        { "line=a&int=7", "" },
        { "line=a&int=101", "int:too_large " },
        { "line=a&int=-1", "int:number " },
        { "line=a&int=7x", "int:number " },
        { "line=a&date=2027-02-29", "date:date " },
        { "line=a&date=2028-02-29&time=23:59&datetime=2027-01-14T17:00", "" },
        { "line=a&time=24:00", "time:time " },
        { "line=a&time=1:00", "time:time " },
        { "line=a&datetime=torsdag", "datetime:datetime " },
        { "line=a&lang=de", "lang:language " },
        { "line=a&list=a&list=b", "" },
        { "line=a&list=abcd", "list:too_long " },
        { "line=a&unknown=b", "" },
    };
    struct arena *a = arena_new(0);
    struct values v;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        assert_string_equal(form(a, row[i].body, false, &v), row[i].errors);
    assert_string_equal(form(a, "int=1", true, &v), "");
    assert_string_equal(form(a, "line=", true, &v), "line:required ");
    (void)form(a, "line=+a++b+&text=a%0d%0ab&secret=+x+&bool=on&list=x&list=&int=5", false, &v);
    assert_string_equal(values_find(&v, "line")->text, "a b");
    assert_string_equal(values_find(&v, "text")->text, "a\nb");
    assert_string_equal(values_find(&v, "secret")->text, " x ");
    assert_int_equal(values_find(&v, "bool")->number, 1);
    assert_int_equal(values_find(&v, "int")->number, 5);
    assert_int_equal(values_find(&v, "list")->list_len, 2);
    assert_string_equal(values_find(&v, "list")->list[0], "x");
    assert_false(values_find(&v, "email")->sent);
    assert_null(values_find(&v, "nothing"));
    arena_free(&a);
}

static void
bodies_that_are_no_forms(void **state)
{
    struct arena *a = arena_new(0);
    struct pairs p;
    char *many = malloc(3 * (PAIRS_MAX + 2));

    (void)state;
    assert_false(pairs_parse(a, "a=%ff", 5, true, &p));
    assert_false(pairs_parse(a, "a=%00", 5, true, &p));
    assert_false(pairs_parse(a, "a=\0b", 4, true, &p));
    assert_true(pairs_parse(a, "a=%0b&=&b&&%", 12, true, &p));
    assert_false(pairs_parse(a, "a=%0b", 5, false, &p));
    assert_true(pairs_parse(a, "a=100%", 6, true, &p));
    assert_string_equal(pairs_find(&p, "a"), "100%");
    for (size_t i = 0; i <= PAIRS_MAX; i++)
        memcpy(many + 2 * i, "a&", 2);
    assert_false(pairs_parse(a, many, 2 * (PAIRS_MAX + 1), true, &p));
    free(many);
    arena_free(&a);
}

static void
bodies_of_json(void **state)
{
    static const struct {
        const char *body, *errors;
    } row[] = {
        { "{\"line\":\"a\"}", "" },
        { "{}", "line:required " },
        { "{\"line\":7}", "line:type " },
        { "{\"line\":[\"a\"]}", "line:type " },
        { "{\"line\":null}", "line:required " },
        { "{\"line\":\"a\",\"text\":null}", "text:type " },
        { "{\"line\":\"a\",\"int\":null}", "" },
        { "{\"line\":\"a\",\"int\":-1}", "int:number " },
        { "{\"line\":\"a\",\"int\":1.5}", "int:number " },
        { "{\"line\":\"a\",\"int\":\"mange\"}", "int:number " },
        { "{\"line\":\"a\",\"int\":101}", "int:too_large " },
        { "{\"line\":\"a\",\"bool\":\"on\"}", "bool:bool " },
        { "{\"line\":\"a\",\"list\":\"x\"}", "list:type " },
        { "{\"line\":\"a\",\"list\":[\"x\",1]}", "list:type " },
        { "{\"line\":\"a\",\"list\":[\"x\",\"y\"]}", "" },
        { "{\"line\":\"a\",\"json\":{\"b\":[1]}}", "" },
        { "{\"line\":\"a\",\"tittel\":1}", "tittel:unknown " },
    };
    struct arena *a = arena_new(0);
    struct values v;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        assert_string_equal(json(a, row[i].body, false, &v), row[i].errors);
    assert_string_equal(json(a, "{\"int\":null}", true, &v), "");
    assert_true(values_find(&v, "int")->null);
    assert_true(values_find(&v, "int")->sent);
    assert_false(values_find(&v, "line")->sent);
    arena_free(&a);
}

static void
cookies(void **state)
{
    static const struct {
        const char *header, *value;
    } row[] = {
        { "samling=abc", "abc" },
        { "a=b; samling=abc", "abc" },
        { "a=b;samling=abc ;c=d", "abc" },
        { "samling=\"abc\"", "abc" },
        { "xsamling=abc", NULL },
        { "samlingx=abc", NULL },
        { "samling", NULL },
        { "", NULL },
        { ";;; =;samling=", "" },
        { "samling=a; samling=b", "a" },
    };
    struct arena *a = arena_new(0);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        const char *v = cookie_find(a, row[i].header, "samling");

        assert_int_equal(v != NULL, row[i].value != NULL);
        if (v != NULL)
            assert_string_equal(v, row[i].value);
    }
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms),
        cmocka_unit_test(bodies_that_are_no_forms),
        cmocka_unit_test(bodies_of_json),
        cmocka_unit_test(cookies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
