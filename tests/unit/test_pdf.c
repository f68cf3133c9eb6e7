#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <zlib.h>

#include "document/pdf.h"

static struct pdf_ticket
example(void)
{
    return (struct pdf_ticket){
        .cluster = "TechHub Nordfjord",
        .title = "Digitalisering og robotisering",
        .label_date = "Dato",
        .date = "Torsdag 14. januar",
        .label_time = "Klokken",
        .time = "17:00–20:30",
        .label_place = "Sted",
        .place = "TechHub, Prosjektrommet\nKaigata 14, Nordfjordeid",
        .label_name = "Navn",
        .name = "Ingrid Sæther",
        .label_organisation = "Organisasjon",
        .organisation = "Blåfjell Mekaniske",
        .qr_text = "https://samling.example.no/t/SAbCdEfGhIjKlMnOpQrStUv#c2lnbmF0dXJl",
        .short_code = "7K4M2XQ9",
        .hint = "Vis koden i døren, på mobilen eller på papir.",
        .url = "https://samling.example.no/t/SAbCdEfGhIjKlMnOpQrStUv",
        .language = "nb",
        .created_ms = INT64_C(1799942400000),
    };
}

static size_t
count(const struct buf *b, const char *what)
{
    size_t n = 0, len = strlen(what);

    for (size_t i = 0; i + len <= b->len; i++)
        n += memcmp(b->data + i, what, len) == 0;
    return n;
}

/* The page's drawing commands, unpacked: the first stream. */
static char *
drawing(const struct buf *b)
{
    const char *start = memmem(b->data, b->len, "stream\n", 7);
    const char *end;
    uLongf size = 1 << 20;
    char *out = calloc(1, size + 1);

    assert_non_null(start);
    assert_non_null(out);
    start += 7;
    end = memmem(start, b->len - (size_t)(start - b->data), "endstream", 9);
    assert_non_null(end);
    assert_int_equal(uncompress((Bytef *)out, &size, (const Bytef *)start, (uLong)(end - start)),
                     Z_OK);
    return out;
}

static void
one_page_with_text_and_code(void **state)
{
    struct pdf_ticket t = example();
    struct buf b;
    size_t shapes = 0;

    (void)state;
    buf_init(&b, 0);
    assert_int_equal(pdf_ticket(&b, &t), ST_OK);
    assert_memory_equal(b.data, "%PDF-1.", 7);
    assert_int_equal(count(&b, "/Count 1"), 1);
    assert_true(count(&b, "Inter") > 2); /* the fonts are inside */
    assert_true(count(&b, "CreationDate (20270114160000Z)") == 1);
    assert_true(count(&b, t.url) == 1); /* a link */
    char *page = drawing(&b);
    for (const char *p = page; (p = strstr(p, " h")) != NULL; p++)
        shapes++;
    assert_true(shapes > 200); /* the QR is drawn, not a picture */
    assert_non_null(strstr(page, "TJ"));
    assert_int_equal(count(&b, "/Image"), 0);
    free(page);
    buf_release(&b);
}

/* Of a gathering that is cancelled: no code, though there is one. */
static void
off_has_no_code(void **state)
{
    struct pdf_ticket t = example();
    struct buf b;
    size_t shapes = 0;

    (void)state;
    t.off = "Avlyst";
    buf_init(&b, 0);
    assert_int_equal(pdf_ticket(&b, &t), ST_OK);
    char *page = drawing(&b);
    for (const char *p = page; (p = strstr(p, " h")) != NULL; p++)
        shapes++;
    assert_true(shapes < 20);
    free(page);
    buf_clear(&b);
    t.qr_text = t.short_code = NULL;
    assert_int_equal(pdf_ticket(&b, &t), ST_OK);
    buf_release(&b);
}

static void
the_same_gives_the_same(void **state)
{
    struct pdf_ticket t = example();
    struct buf a, b;

    (void)state;
    buf_init(&a, 0);
    buf_init(&b, 0);
    assert_int_equal(pdf_ticket(&a, &t), ST_OK);
    assert_int_equal(pdf_ticket(&b, &t), ST_OK);
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.data, b.data, a.len);
    buf_clear(&b);
    t.name = "Kåre Nes";
    assert_int_equal(pdf_ticket(&b, &t), ST_OK);
    assert_true(a.len != b.len || memcmp(a.data, b.data, a.len) != 0);
    buf_release(&a);
    buf_release(&b);
}

static void
odd_tickets_are_drawn_or_refused(void **state)
{
    static char lines[2000], word[3000];
    struct pdf_ticket t = example();
    struct buf b;

    (void)state;
    for (size_t i = 0; i + 1 < sizeof lines; i++)
        lines[i] = i % 2 == 0 ? 'x' : '\n';
    memset(word, 'w', sizeof word - 1);
    buf_init(&b, 0);
    t.place = lines;
    t.title = t.name = t.organisation = t.date = word;
    t.url = "https://x/'uri='y";
    assert_int_equal(pdf_ticket(&b, &t), ST_OK);
    assert_int_equal(count(&b, "/Count 1"), 1);
    assert_int_equal(count(&b, "/URI"), 0);
    t = (struct pdf_ticket){ .qr_text = "x", .short_code = "7K4M2XQ9" };
    buf_clear(&b);
    assert_int_equal(pdf_ticket(&b, &t), ST_OK);
    buf_clear(&b);
    t.qr_text = "";
    assert_int_equal(pdf_ticket(&b, &t), ST_INVALID);
    t.qr_text = word;
    assert_int_equal(pdf_ticket(&b, &t), ST_INVALID);
    t = example();
    t.short_code = NULL;
    assert_int_equal(pdf_ticket(&b, &t), ST_INVALID);
    assert_int_equal(b.len, 0);
    buf_release(&b);
    buf_init(&b, 1000);
    t = example();
    assert_int_equal(pdf_ticket(&b, &t), ST_LIMIT);
    buf_release(&b);
}

static char draw_mark; /* its address says that drawing failed */

static void *
draw_some(void *arg)
{
    struct pdf_ticket t = example();

    (void)arg;
    for (int i = 0; i < 5; i++) {
        struct buf b;

        buf_init(&b, 0);
        if (pdf_ticket(&b, &t) != ST_OK)
            return &draw_mark;
        buf_release(&b);
    }
    return NULL;
}

static void
threads_may_draw(void **state)
{
    pthread_t thread[4];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(thread); i++)
        assert_int_equal(pthread_create(&thread[i], NULL, draw_some, NULL), 0);
    for (size_t i = 0; i < ARRAY_LEN(thread); i++) {
        void *failed = NULL;

        pthread_join(thread[i], &failed);
        assert_null(failed);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_page_with_text_and_code),
        cmocka_unit_test(off_has_no_code),
        cmocka_unit_test(the_same_gives_the_same),
        cmocka_unit_test(odd_tickets_are_drawn_or_refused),
        cmocka_unit_test(threads_may_draw),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
