#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "database/migrate.h"
#include "http/idempotency.h"
#include "scratch.h"

struct bench {
    struct scratch scratch;
    struct db_conn *conn;
    struct arena *arena;
};

static const uint8_t hash_a[32] = { 1 }, hash_b[32] = { 2 };

static void
stores_answers(void **state)
{
    struct bench *b = *state;
    struct idempotency id = { 1, "POST /a", "k", hash_a };
    const char *answer = NULL;
    int status = 0;

    assert_int_equal(idempotency_find(b->conn, &id, 1000, b->arena, &status, &answer),
                     ST_NOT_FOUND);
    assert_int_equal(idempotency_store(b->conn, &id, 1000, 201, "{\"id\":\"1\"}"), ST_OK);
    assert_int_equal(idempotency_find(b->conn, &id, 2000, b->arena, &status, &answer), ST_OK);
    assert_int_equal(status, 201);
    assert_string_equal(answer, "{\"id\":\"1\"}");
    assert_int_equal(idempotency_store(b->conn, &id, 1000, 201, "twice"), ST_CONFLICT);
    id.body_hash = hash_b;
    assert_int_equal(idempotency_find(b->conn, &id, 2000, b->arena, &status, &answer), ST_CONFLICT);
    id = (struct idempotency){ 2, "POST /a", "k", hash_b }; /* another token */
    assert_int_equal(idempotency_find(b->conn, &id, 2000, b->arena, &status, &answer),
                     ST_NOT_FOUND);
    id = (struct idempotency){ 1, "POST /b", "k", hash_b }; /* another address */
    assert_int_equal(idempotency_find(b->conn, &id, 2000, b->arena, &status, &answer),
                     ST_NOT_FOUND);
    /* A day later the key is free again, whatever the body. */
    id = (struct idempotency){ 1, "POST /a", "k", hash_b };
    assert_int_equal(
        idempotency_find(b->conn, &id, 1001 + IDEMPOTENCY_KEEP_MS, b->arena, &status, &answer),
        ST_NOT_FOUND);
    assert_int_equal(idempotency_store(b->conn, &id, 1001 + IDEMPOTENCY_KEEP_MS, 204, ""), ST_OK);
}

static void
takes_forms_once(void **state)
{
    struct bench *b = *state;
    const struct form_sent form = { "aaaaaaaaaaaaaaaa", hash_a }, other = { form.key, hash_b };
    const char *location = NULL;
    int64_t late = 1001 + FORM_KEY_KEEP_MS;

    assert_int_equal(form_key_find(b->conn, &form, 1000, b->arena, &location), ST_NOT_FOUND);
    assert_int_equal(form_key_take(b->conn, &form, 1000, b->arena, &location), ST_OK);
    assert_int_equal(form_key_leads(b->conn, form.key, "/r/x"), ST_OK);
    assert_int_equal(form_key_take(b->conn, &form, 2000, b->arena, &location), ST_CONFLICT);
    assert_string_equal(location, "/r/x");
    assert_int_equal(form_key_find(b->conn, &form, 2000, b->arena, &location), ST_OK);
    assert_string_equal(location, "/r/x");
    /* Another form with the same key is a new one; it leads nowhere yet. */
    assert_int_equal(form_key_find(b->conn, &other, 2000, b->arena, &location), ST_NOT_FOUND);
    assert_int_equal(form_key_take(b->conn, &other, 1000, b->arena, &location), ST_OK);
    assert_int_equal(form_key_take(b->conn, &other, 2000, b->arena, &location), ST_CONFLICT);
    assert_string_equal(location, "");
    /* And the first again is what was meant last. */
    assert_int_equal(form_key_take(b->conn, &form, 1000, b->arena, &location), ST_OK);
    /* An hour later the key is free. */
    assert_int_equal(form_key_find(b->conn, &form, late, b->arena, &location), ST_NOT_FOUND);
    assert_int_equal(form_key_take(b->conn, &form, late, b->arena, &location), ST_OK);
}

static void
sweeps(void **state)
{
    struct bench *b = *state;
    struct swept swept;
    char text[100];

    swept_begin(&swept, SWEPT_ROWS);
    assert_int_equal(idempotency_sweep(b->conn, 10 * IDEMPOTENCY_KEEP_MS, &swept), ST_OK);
    assert_int_equal(scratch_number(b->conn, "SELECT COUNT(*) FROM form_key"), 0);
    assert_int_equal(scratch_number(b->conn, "SELECT COUNT(*) FROM idempotency_key"), 0);
    assert_string_equal(swept_text(&swept, text, sizeof text), " idempotency_keys=1 form_keys=1");
}

static void
knows_keys(void **state)
{
    char long_key[300];

    (void)state;
    memset(long_key, 'a', sizeof long_key);
    assert_true(idempotency_key_ok("550e8400-e29b-41d4-a716-446655440000"));
    assert_false(idempotency_key_ok(""));
    assert_false(idempotency_key_ok("a b"));
    assert_false(idempotency_key_ok("æ"));
    long_key[200] = '\0';
    assert_true(idempotency_key_ok(long_key));
    assert_false(form_key_ok(long_key));
    long_key[64] = '\0';
    assert_true(form_key_ok(long_key));
    long_key[15] = '\0';
    assert_false(form_key_ok(long_key));
    assert_false(form_key_ok("aaaaaaaaaaaaaaaa'"));
}

static int
set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);

    *state = b;
    b->arena = arena_new(0);
    if (!scratch_open(&b->scratch) || db_connect(b->scratch.db, DB_WRITE, &b->conn) != ST_OK)
        return -1;
    return migrate_up(b->conn) == ST_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
    struct bench *b = *state;

    db_disconnect(&b->conn);
    scratch_close(&b->scratch);
    arena_free(&b->arena);
    free(b);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stores_answers),
        cmocka_unit_test(takes_forms_once),
        cmocka_unit_test(sweeps),
        cmocka_unit_test(knows_keys),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
