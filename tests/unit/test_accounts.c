#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "accounts/accounts_rules.h"
#include "base/crypto.h"
#include "cluster/cluster.h"
#include "database/migrate.h"
#include "mailing/mailing.h"
#include "scratch.h"

#define NOW INT64_C(1800000000000)

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
one_account_an_address(void **state)
{
    int64_t id = 0, n = 0;
    json_t *list = NULL;

    (void)state;
    assert_int_equal(account_add(conn, "a@hub.example", "Åse", "admin", NULL, NOW, &id), ST_OK);
    assert_int_equal(account_add(conn, "a@hub.example", "X", "viewer", NULL, NOW, &id),
                     ST_CONFLICT);
    assert_int_equal(account_add(conn, "b@hub.example", "X", "king", NULL, NOW, &id), ST_CONFLICT);
    assert_int_equal(account_count(conn, &n), ST_OK);
    assert_int_equal(n, 1);
    assert_int_equal(account_list(conn, &list), ST_OK);
    assert_int_equal(json_array_size(list), 1);
    assert_true(json_is_false(json_object_get(json_array_get(list, 0), "disabled")));
    json_decref(list);
}

/* Those who may sign in first, each half in the Norwegian order. */
static void
listed_by_name(void **state)
{
    static const char *const name[] = { "Østen", "aase", "Ærlend", "Zoe", "Berit", "anne", "Åse" };
    static const char *const order[] = { "anne", "Berit", "Zoe", "Ærlend", "aase", "Åse", "Østen" };
    json_t *list = NULL, *row;
    size_t i, k, found = 0;
    int64_t id = 0;

    (void)state;
    for (i = 0; i < ARRAY_LEN(name); i++)
        assert_int_equal(account_add(conn, arena_printf(arena, "list%zu@hub.example", i), name[i],
                                     "viewer", NULL, NOW, &id),
                         ST_OK);
    assert_int_equal(account_disable(conn, "list0@hub.example", NOW), ST_OK);
    assert_int_equal(account_list(conn, &list), ST_OK);
    json_array_foreach(list, k, row)
    {
        if (strncmp(json_string_value(json_object_get(row, "email")), "list", 4) != 0)
            continue;
        assert_true(found < ARRAY_LEN(order));
        assert_string_equal(json_string_value(json_object_get(row, "name")), order[found++]);
    }
    assert_int_equal(found, ARRAY_LEN(order));
    json_decref(list);
}

static void
disabling_ends_sessions(void **state)
{
    int64_t id = 0;
    struct account account;

    (void)state;
    assert_int_equal(account_add(conn, "a@hub.example", "Åse", "organiser", "x", NOW, &id), ST_OK);
    assert_int_equal(
        db_script(conn, "INSERT INTO session (hash, csrf, role, account_id, name, created_at,"
                        " expires_at, idle_ms, used_at) VALUES (x'00', 'c', 1, 1, 'Åse', 0, 9, 9,"
                        " 0)"),
        ST_OK);
    assert_int_equal(account_disable(conn, "nobody@hub.example", NOW), ST_NOT_FOUND);
    assert_int_equal(account_disable(conn, "a@hub.example", NOW), ST_OK);
    assert_int_equal(scratch_number(conn, "SELECT COUNT(*) FROM session"), 0);
    assert_int_equal(account_by_id(conn, arena, id, &account), ST_OK);
    assert_int_equal(account.disabled_at, NOW);
    /* Again: stays as it was. */
    assert_int_equal(account_disable(conn, "a@hub.example", NOW + 1), ST_OK);
    assert_int_equal(account_by_id(conn, arena, id, &account), ST_OK);
    assert_int_equal(account.disabled_at, NOW);
}

static enum status
change(int64_t id, const char *role, int64_t disabled_at)
{
    struct account account = { 0 };

    assert_int_equal(account_by_id(conn, arena, id, &account), ST_OK);
    account.role = role;
    account.disabled_at = disabled_at;
    return account_save_rights(conn, &account);
}

/* The pages' rule and the commands' alike. */
static void
somebody_keeps_the_keys(void **state)
{
    int64_t a = 0, b = 0;

    (void)state;
    assert_int_equal(account_add(conn, "a@hub.example", "A", "admin", "x", NOW, &a), ST_OK);
    assert_int_equal(account_add(conn, "b@hub.example", "B", "viewer", "x", NOW, &b), ST_OK);
    assert_int_equal(change(a, "admin", NOW), ST_CONFLICT);
    assert_int_equal(change(a, "organiser", 0), ST_CONFLICT);
    assert_int_equal(change(a, "admin", 0), ST_OK);
    assert_int_equal(change(b, "admin", 0), ST_OK);
    assert_int_equal(change(b, "admin", NOW), ST_OK);
    assert_int_equal(change(a, "organiser", 0), ST_CONFLICT);
    assert_int_equal(change(b, "viewer", NOW), ST_OK); /* is out already */
    assert_int_equal(change(b, "admin", 0), ST_OK);
    assert_int_equal(change(a, "organiser", 0), ST_OK);
    assert_int_equal(account_disable(conn, "b@hub.example", NOW), ST_CONFLICT);
    assert_int_equal(account_enable(conn, "nobody@hub.example"), ST_NOT_FOUND);
}

static void
judges_passwords_by_length(void **state)
{
    char longest[PASSWORD_MAX + 2];

    (void)state;
    assert_int_equal(password_judge("elleve tegn", "a@hub.example"), PASSWORD_SHORT);
    assert_int_equal(password_judge("tolv tegn ja", "a@hub.example"), PASSWORD_GOOD);
    /* Characters, not bytes. */
    assert_int_equal(password_judge("æøåæøåæøåæø", "a@hub.example"), PASSWORD_SHORT);
    assert_int_equal(password_judge("æøåæøåæøåæøå", "a@hub.example"), PASSWORD_GOOD);
    assert_int_equal(password_judge("AAA@hub.example", "aaa@hub.example"), PASSWORD_ADDRESS);
    memset(longest, 'x', sizeof longest - 1);
    longest[0] = 'y';
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(password_judge(longest, ""), PASSWORD_LONG);
    longest[PASSWORD_MAX] = '\0';
    assert_int_equal(password_judge(longest, ""), PASSWORD_GOOD);

    static const char *const common[] = { "LeaveMeAlone",  "PasswordPassword", "password1234",
                                          "Qwertyuiop123", "123456789012",     "aaaaaaaaaaaa",
                                          "abcabcabcabc",  "football!!!!" };
    for (size_t i = 0; i < ARRAY_LEN(common); i++)
        assert_int_equal(password_judge(common[i], ""), PASSWORD_COMMON);
    assert_int_equal(password_judge("fire fjell og en hest", ""), PASSWORD_GOOD);
    assert_int_equal(password_judge("2027-01-14 fjellet", ""), PASSWORD_GOOD);
}

static void
tokens_are_found_until_revoked(void **state)
{
    char token[64], other[64];
    uint8_t hash[CRYPTO_HASH_BYTES];
    struct identity who;

    (void)state;
    assert_int_equal(token_create(conn, "web", "viewer", 0, NOW, token), ST_OK);
    assert_int_equal(token_create(conn, "web", "door", 60, NOW, other), ST_OK);
    assert_string_not_equal(token, other);
    assert_true(strlen(token) >= 43);
    crypto_hash(hash, token, strlen(token), NULL, 0);
    assert_int_equal(token_by_hash(conn, hash, &who), ST_OK);
    assert_int_equal(who.role, ROLE_VIEWER);
    assert_int_equal(who.account_id, 0);
    assert_true(who.by_token);
    assert_string_equal(who.name, "web");
    assert_int_equal(token_revoke(conn, who.token_id, NOW), ST_OK);
    assert_int_equal(token_revoke(conn, who.token_id, NOW), ST_NOT_FOUND);
    assert_int_equal(token_by_hash(conn, hash, &who), ST_NOT_FOUND);
    crypto_hash(hash, other, strlen(other), NULL, 0);
    assert_int_equal(token_by_hash(conn, hash, &who), ST_OK);
    assert_int_equal(who.role, ROLE_DOOR);
}

static void
the_first_link_works_once_and_for_nobody_else(void **state)
{
    char old[64], link[64];
    struct account_link l;
    int64_t id = 0;

    (void)state;
    assert_int_equal(first_link_create(conn, NOW, old), ST_OK);
    assert_int_equal(first_link_create(conn, NOW, link), ST_OK);
    const char *key = link + strlen("/start/");
    assert_int_equal(first_link_find(conn, old + strlen("/start/"), NOW, &l), ST_NOT_FOUND);
    assert_int_equal(first_link_find(conn, "short", NOW, &l), ST_NOT_FOUND);
    assert_int_equal(password_link_find(conn, key, NOW, &l), ST_NOT_FOUND);
    assert_int_equal(first_link_find(conn, key, NOW + 7 * MS_DAY, &l), ST_GONE);
    assert_int_equal(first_link_find(conn, key, NOW + 7 * MS_DAY - 1, &l), ST_OK);
    assert_int_equal(link_use(conn, l.id, NOW), ST_OK);
    assert_int_equal(link_use(conn, l.id, NOW), ST_GONE);
    assert_int_equal(first_link_find(conn, key, NOW, &l), ST_GONE);

    assert_int_equal(first_link_create(conn, NOW, link), ST_OK);
    assert_int_equal(account_add(conn, "a@hub.example", "Åse", "admin", NULL, NOW, &id), ST_OK);
    assert_int_equal(first_link_find(conn, key, NOW, &l), ST_GONE);
    assert_int_equal(first_link_create(conn, NOW, link), ST_CONFLICT);
}

static void
a_password_link_belongs_to_one_account(void **state)
{
    const char *mine = NULL, *theirs = NULL, *again = NULL;
    struct account_link l;
    int64_t a = 0, b = 0;
    const size_t n = strlen("/password/");

    (void)state;
    assert_int_equal(account_add(conn, "a@hub.example", "Åse", "admin", NULL, NOW, &a), ST_OK);
    assert_int_equal(account_add(conn, "b@hub.example", "Kari", "viewer", NULL, NOW, &b), ST_OK);
    assert_int_equal(password_link_create(conn, arena, a, NOW, &mine), ST_OK);
    assert_int_equal(password_link_create(conn, arena, b, NOW, &theirs), ST_OK);
    assert_int_equal(password_link_find(conn, mine + n, NOW, &l), ST_OK);
    assert_int_equal(l.account_id, a);
    assert_int_equal(password_link_find(conn, theirs + n, NOW, &l), ST_OK);
    assert_int_equal(l.account_id, b);
    /* A new one kills the older, of this account alone. */
    assert_int_equal(password_link_create(conn, arena, a, NOW, &again), ST_OK);
    assert_int_equal(password_link_find(conn, mine + n, NOW, &l), ST_NOT_FOUND);
    assert_int_equal(password_link_find(conn, theirs + n, NOW, &l), ST_OK);
    assert_int_equal(account_disable(conn, "b@hub.example", NOW), ST_OK);
    assert_int_equal(password_link_create(conn, arena, b, NOW, &again), ST_NOT_FOUND);
    assert_int_equal(password_link_create(conn, arena, 99, NOW, &again), ST_NOT_FOUND);
}

static void
the_link_is_mailed_to_its_owner(void **state)
{
    int64_t id = 0;

    (void)state;
    assert_int_equal(account_add(conn, "a@hub.example", "Åse", "admin", NULL, NOW, &id), ST_OK);
    assert_int_equal(password_link_send(conn, arena, id, true, NOW, NULL), ST_OK);
    assert_int_equal(scratch_number(conn, "SELECT COUNT(*) FROM mail WHERE kind ="
                                          " 'account.password' AND to_email = 'a@hub.example'"
                                          "   AND parent = 'account' AND occasion LIKE 'first:%'"),
                     1);
    /* Asked again: a mail of its own. */
    assert_int_equal(password_link_send(conn, arena, id, false, NOW + 1, NULL), ST_OK);
    assert_int_equal(scratch_number(conn, "SELECT COUNT(*) FROM mail"), 2);
}

static void
next_stays_on_this_site(void **state)
{
    static const struct {
        const char *next, *path;
    } row[] = {
        { NULL, "/admin" },
        { "", "/admin" },
        { "/admin/mail?state=sent", "/admin/mail?state=sent" },
        { "//evil.example", "/admin" },
        { "/\\evil.example", "/admin" },
        { "https://evil.example", "/admin" },
        { "/a\nLocation: x", "/admin" },
        { "/a b", "/admin" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        assert_string_equal(local_path(row[i].next), row[i].path);
}

static int said;

static void
say(void *ctx, const char *line)
{
    (void)ctx;
    (void)line;
    said++;
}

static void
check_wants_an_admin(void **state)
{
    const struct check *check = accounts_feature.checks;
    int64_t id = 0;

    (void)state;
    said = 0;
    assert_int_equal(check->run(conn, say, NULL), ST_OK);
    assert_int_equal(said, 0);
    assert_int_equal(account_add(conn, "v@hub.example", "V", "viewer", NULL, NOW, &id), ST_OK);
    assert_int_equal(check->run(conn, say, NULL), ST_OK);
    assert_int_equal(said, 1);
    assert_int_equal(account_add(conn, "a@hub.example", "A", "admin", NULL, NOW, &id), ST_OK);
    assert_int_equal(check->run(conn, say, NULL), ST_OK);
    assert_int_equal(said, 1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(one_account_an_address),
        T(listed_by_name),
        T(disabling_ends_sessions),
        T(somebody_keeps_the_keys),
        cmocka_unit_test(judges_passwords_by_length),
        T(tokens_are_found_until_revoked),
        T(the_first_link_works_once_and_for_nobody_else),
        T(a_password_link_belongs_to_one_account),
        T(the_link_is_mailed_to_its_owner),
        cmocka_unit_test(next_stays_on_this_site),
        T(check_wants_an_admin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
