/* The organiser's list of who is invited, and how many there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "contacts/contacts.h"
#include "invitations/invitations_person.h"
#include "invitations/invitations_store.h"
#include "registered.h"

static int wrong;

static void
hear(void *ctx, const char *line)
{
    (void)ctx;
    (void)line;
    wrong++;
}

static int
found_wrong(void)
{
    wrong = 0;
    for (const struct check *k = invitation_checks; k->name != NULL; k++)
        assert_int_equal(k->run(o.c, hear, NULL), ST_OK);
    return wrong;
}

static int64_t
invite(int64_t g, const char *name)
{
    const char *email = arena_printf(o.a, "%s@example.org", name);
    int64_t contact = 0, id = 0;

    assert_int_equal(contact_ensure(o.c, email, name, "", "", "pasted", OPENED_NOW, &contact),
                     ST_OK);
    assert_int_equal(invitation_make(o.c, g, contact, 0, true, OPENED_NOW, &id), ST_OK);
    return id;
}

static void
a_wrong_count_is_seen(void **state)
{
    static const struct {
        const char *script;
        bool seen;
    } row[] = {
        { "UPDATE invitation_count SET n = n + 1 WHERE answer = ''", true },
        { "UPDATE invitation_count SET n = n - 1 WHERE answer = ''", false },
        { "UPDATE invitation_count SET erased = 1", true },
        { "DELETE FROM invitation_count", true },
    };

    (void)state;
    assert_int_not_equal(invite(gathering(-1), "counted"), 0);
    assert_int_equal(found_wrong(), 0);
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        assert_int_equal(db_script(o.c, row[i].script), ST_OK);
        assert_true((found_wrong() > 0) == row[i].seen);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_wrong_count_is_seen, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
