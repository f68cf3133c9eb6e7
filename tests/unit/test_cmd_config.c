#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "cmd/config.h"
#include "scratch.h"

static struct arena *arena;
static char error[CONFIG_ERROR_MAX];

static int
set_up(void **state)
{
    (void)state;
    arena = arena_new(0);
    error[0] = '\0';
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static enum status
parse(const char *text, const char **values)
{
    return config_parse(arena, text, strlen(text), values, error);
}

static void
reads_lines(void **state)
{
    const char *v[SETTING_COUNT] = { NULL };

    (void)state;
    assert_int_equal(parse("# ours\n\n  SAMLING_URL = https://hub.example/ \r\n"
                           "SAMLING_SMTP=smtp://a:b=c@h:587\n"
                           "SAMLING_FROM=\"Hub <post@hub.example>\"\nSAMLING_DATA=",
                           v),
                     ST_OK);
    assert_string_equal(v[SETTING_URL], "https://hub.example/");
    assert_string_equal(v[SETTING_SMTP], "smtp://a:b=c@h:587");
    assert_string_equal(v[SETTING_FROM], "Hub <post@hub.example>");
    assert_string_equal(v[SETTING_DATA], "");
    assert_null(v[SETTING_LISTEN]);
}

static void
names_the_line(void **state)
{
    static const struct {
        const char *text, *says;
    } row[] = {
        { "SAMLING_URL=http://x\nSAMLING_TULL=1\n", "line 2: unknown name \"SAMLING_TULL\"" },
        { "\n\nnothing here\n", "line 3: expected NAME=value" },
        { "SAMLING_URL=http://x\n\nSAMLING_URL=http://y",
          "line 3: SAMLING_URL stands there twice" },
        { "=x", "line 1: unknown name" },
        { "samling_url=x", "line 1: unknown name" },
        { "SAMLING_URL=\xff", "not UTF-8" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        const char *v[SETTING_COUNT] = { NULL };

        assert_int_equal(parse(row[i].text, v), ST_INVALID);
        assert_non_null(strstr(error, row[i].says));
    }
}

static const char *env_url, *env_data;

static char *
fake_env(const char *name)
{
    const char *v = strcmp(name, "SAMLING_URL") == 0    ? env_url
                    : strcmp(name, "SAMLING_DATA") == 0 ? env_data
                                                        : NULL;

    return (char *)(uintptr_t)v;
}

static void
flags_beat_environment_beats_file(void **state)
{
    char path[64];
    const char *flags[SETTING_COUNT] = { NULL };
    struct config c;
    FILE *f;

    (void)state;
    scratch_template(path, "config");
    f = fdopen(mkstemp(path), "w");
    assert_non_null(f);
    fputs("SAMLING_URL=http://file\nSAMLING_DATA=/file\nSAMLING_PROXY=10.0.0.1\n", f);
    fclose(f);

    env_url = "http://env/";
    env_data = "";
    assert_int_equal(config_load(arena, flags, path, fake_env, &c, error), ST_OK);
    assert_string_equal(c.base_url, "http://env");
    assert_string_equal(c.data_dir, "/file");
    assert_string_equal(c.db_url, "sqlite:/file/samling.db");
    assert_string_equal(c.proxy, "10.0.0.1");

    flags[SETTING_URL] = "https://flag.example/under/";
    assert_int_equal(config_load(arena, flags, path, fake_env, &c, error), ST_OK);
    assert_string_equal(c.base_url, "https://flag.example/under");
    remove(path);
    assert_int_equal(config_load(arena, flags, path, fake_env, &c, error), ST_IO);
    env_url = env_data = NULL;
}

static void
has_defaults(void **state)
{
    const char *flags[SETTING_COUNT] = { NULL };
    struct config c;

    (void)state;
    assert_int_equal(config_load(arena, flags, NULL, fake_env, &c, error), ST_OK);
    assert_string_equal(c.data_dir, "./data");
    assert_string_equal(c.listen, "127.0.0.1:8080");
    assert_string_equal(c.base_url, "http://127.0.0.1:8080");
    assert_string_equal(c.from, "Samling <samling@localhost>");
    assert_null(c.smtp);
    flags[SETTING_TLS_CERT] = "a";
    flags[SETTING_TLS_KEY] = "b";
    assert_int_equal(config_load(arena, flags, NULL, fake_env, &c, error), ST_OK);
    assert_string_equal(c.base_url, "https://127.0.0.1:8080");
}

static void
refuses_what_cannot_be(void **state)
{
    static const struct {
        enum setting which;
        const char *value;
        enum status rc;
    } row[] = {
        { SETTING_LISTEN, "8080", ST_INVALID },
        { SETTING_LISTEN, ":8080", ST_INVALID },
        { SETTING_LISTEN, "127.0.0.1:99999", ST_INVALID },
        { SETTING_LISTEN, "::1:80", ST_INVALID },
        { SETTING_LISTEN, "[::1]:80", ST_OK },
        { SETTING_LISTEN, "0.0.0.0:0", ST_OK },
        { SETTING_URL, "hub.example", ST_INVALID },
        { SETTING_URL, "https://", ST_INVALID },
        { SETTING_URL, "https://hub.example/?x", ST_INVALID },
        { SETTING_URL, "https://hub example", ST_INVALID },
        { SETTING_TLS_CERT, "alone.pem", ST_INVALID },
        { SETTING_SMTP, "mail.example", ST_INVALID },
        { SETTING_SMTP, "smtps://u:p@mail.example", ST_OK },
        { SETTING_IMAP, "http://x", ST_INVALID },
        { SETTING_FROM, "Hub", ST_INVALID },
        { SETTING_FROM, "Hub <post@hub.example>", ST_OK },
        { SETTING_FROM, "Hub\nBcc: x <post@hub.example>", ST_INVALID },
        { SETTING_FROM, "post@hub.example", ST_OK },
        { SETTING_DB, "postgres:x", ST_INVALID },
        { SETTING_DATA, "\xff", ST_INVALID },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        const char *flags[SETTING_COUNT] = { NULL };
        struct config c;

        flags[row[i].which] = row[i].value;
        if (config_load(arena, flags, NULL, fake_env, &c, error) != row[i].rc)
            fail_msg("%s: %s", row[i].value, error);
        /* What went wrong is said, a password never. */
        assert_true(row[i].rc == ST_OK || error[0] != '\0');
    }
}

static void
sees_a_password(void **state)
{
    (void)state;
    assert_true(config_has_password("smtp://u:p@h:587"));
    assert_false(config_has_password("smtp://u@h:587"));
    assert_false(config_has_password("smtp://h:587"));
    assert_false(config_has_password("smtp://h/u:p@x"));
    assert_false(config_has_password("nothing"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_the_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(flags_beat_environment_beats_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(has_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_what_cannot_be, set_up, tear_down),
        cmocka_unit_test(sees_a_password),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
