#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "cluster/cluster.h"
#include "database/migrate.h"
#include "scratch.h"

static struct scratch scratch;
static struct db_conn *conn;
static struct arena *arena;

static int
set_up(void **state)
{
    (void)state;
    arena = arena_new(0);
    if (crypto_start() != ST_OK || !scratch_open(&scratch) ||
        db_connect(scratch.db, DB_WRITE, &conn) != ST_OK || migrate_up(conn) != ST_OK)
        return -1;
    return cluster_secrets_make(conn) == ST_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    db_disconnect(&conn);
    scratch_close(&scratch);
    arena_free(&arena);
    return 0;
}

static void
keeps_what_is_not_set(void **state)
{
    struct cluster c;
    bool done = true;

    (void)state;
    assert_int_equal(cluster_is_set_up(conn, &done), ST_OK);
    assert_false(done);
    assert_int_equal(cluster_get(conn, arena, &c), ST_OK);
    assert_string_equal(c.name, "Samling");
    assert_string_equal(c.language, "nb");
    assert_string_equal(c.phone, "");

    const struct cluster first = { .name = "Hub Æ", .language = "nn", .email = "post@hub.example" };
    const struct cluster second = { .phone = "57 00 00 00", .email = "" };
    assert_int_equal(cluster_set(conn, &first), ST_OK);
    assert_int_equal(cluster_set(conn, &second), ST_OK);
    assert_int_equal(cluster_get(conn, arena, &c), ST_OK);
    assert_string_equal(c.name, "Hub Æ");
    assert_string_equal(c.language, "nn");
    assert_string_equal(c.phone, "57 00 00 00");
    assert_string_equal(c.email, "");
    assert_int_equal(cluster_is_set_up(conn, &done), ST_OK);
    assert_true(done);
}

static void
secrets_are_made_once(void **state)
{
    uint8_t a[32], b[32], pk[32], sk[64], pk2[32], sk2[64];

    (void)state;
    assert_int_equal(cluster_secret(conn, "link_registration", a), ST_OK);
    assert_int_equal(cluster_secret(conn, "link_invitation", b), ST_OK);
    assert_memory_not_equal(a, b, sizeof a);
    assert_int_equal(cluster_ticket_keys(conn, pk, sk), ST_OK);
    assert_int_equal(cluster_secrets_make(conn), ST_OK);
    assert_int_equal(cluster_secret(conn, "link_registration", b), ST_OK);
    assert_memory_equal(a, b, sizeof a);
    assert_int_equal(cluster_ticket_keys(conn, pk2, sk2), ST_OK);
    assert_memory_equal(pk, pk2, sizeof pk);
    assert_memory_equal(sk, sk2, sizeof sk);
    assert_int_equal(cluster_secret(conn, "nothing", a), ST_NOT_FOUND);

    uint8_t sig[CRYPTO_SIGN_BYTES];
    crypto_sign_make(sig, "7:S", 3, sk);
    assert_true(crypto_sign_ok(sig, "7:S", 3, pk));
}

static const struct personal_kind one = { .letter = 'r', .secret = "link_registration" };
static const struct personal_kind other = { .letter = 'i', .secret = "link_invitation" };

static void
links_fit_one_thing_only(void **state)
{
    const char *path, *id, *mac;

    (void)state;
    assert_int_equal(link_make(conn, arena, &one, "rAbc-_9", 3, &path), ST_OK);
    assert_true(strncmp(path, "/r/rAbc-_9.", 11) == 0);
    assert_int_equal(strlen(path), 11 + 22);
    assert_int_equal(link_split(arena, path + 3, &id, &mac), ST_OK);
    assert_string_equal(id, "rAbc-_9");
    assert_int_equal(link_check(conn, &one, id, 3, mac), ST_OK);

    /* Another epoch, another id, another kind: revoked, foreign, not passed for the other. */
    assert_int_equal(link_check(conn, &one, id, 4, mac), ST_DENIED);
    assert_int_equal(link_check(conn, &one, "rAbc-_8", 3, mac), ST_DENIED);
    assert_int_equal(link_check(conn, &other, "iAbc-_9", 3, mac), ST_DENIED);
    assert_int_equal(link_check(conn, &one, "xAbc-_9", 3, mac), ST_DENIED);
    assert_int_equal(link_check(conn, &one, id, 3, ""), ST_DENIED);

    for (size_t i = 0; i < 22; i++) {
        char *wrong = arena_strdup(arena, mac);

        wrong[i] = wrong[i] == 'A' ? 'B' : 'A';
        assert_int_equal(link_check(conn, &one, id, 3, wrong), ST_DENIED);
    }
}

static void
link_forms_are_strict(void **state)
{
    static const char *const bad[] = {
        "",
        ".",
        "r1",
        "r1.",
        "r1.short",
        ".AAAAAAAAAAAAAAAAAAAAAA",
        "r1.AAAAAAAAAAAAAAAAAAAAA",
        "r1.AAAAAAAAAAAAAAAAAAAAAAA",
        "r/1.AAAAAAAAAAAAAAAAAAAAAA",
        "r1.AAAAAAAAAAAAAAAAAAAAA=",
        "r1.AAAAAAAAAA.AAAAAAAAAAA",
        "r\xc3\xa6.AAAAAAAAAAAAAAAAAAAAAA",
    };
    const char *id, *mac;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (link_split(arena, bad[i], &id, &mac) != ST_INVALID)
            fail_msg("%s passed", bad[i]);
}

static int said;

static void
say(void *ctx, const char *line)
{
    (void)ctx;
    assert_true(line[0] != '\0');
    said++;
}

static void
check_finds_keys_that_do_not_fit(void **state)
{
    const struct check *check = cluster_feature.checks;

    (void)state;
    said = 0;
    assert_int_equal(check->run(conn, say, NULL), ST_OK);
    assert_int_equal(said, 0);
    assert_int_equal(db_script(conn, "UPDATE secret SET value = zeroblob(32)"
                                     " WHERE name = 'ticket_public'"),
                     ST_OK);
    assert_int_equal(check->run(conn, say, NULL), ST_OK);
    assert_int_equal(said, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keeps_what_is_not_set, set_up, tear_down),
        cmocka_unit_test_setup_teardown(secrets_are_made_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(links_fit_one_thing_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(link_forms_are_strict, set_up, tear_down),
        cmocka_unit_test_setup_teardown(check_finds_keys_that_do_not_fit, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
