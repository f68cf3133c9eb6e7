/* What somebody typed in another's name and address does not count as theirs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "contacts/contacts.h"
#include "registered.h"
#include "registrations/registrations_crowd.h"
#include "registrations/registrations_sweep.h"
#include "swept_all.h"

/* With what they say of health to be kept; client "": by who reads the mailbox. The gathering is
 * over, and its week. */
static void
say_and_sweep(const char *requirements, const char *client, const char *more, int64_t start)
{
    struct registration_new n = { .gathering_id = opened_gathering(&o, "Said", -1, start),
                                  .name = "Siri Dal",
                                  .email = "siri@x.no",
                                  .requirements = requirements,
                                  .source = "public",
                                  .client = client,
                                  .keep_requirements = true };
    struct registration r;
    struct swept swept = { 0 };

    assert_int_equal(registration_make(o.c, o.a, &n, start - MS_DAY, &r), ST_OK);
    if (more != NULL) {
        n.gathering_id = opened_gathering(&o, "More", -1, start);
        n.requirements = more;
        n.client = "another";
        assert_int_equal(registration_make(o.c, o.a, &n, start - MS_DAY, &r), ST_OK);
    }
    sweep_to_the_end(registration_sweep, o.c, start + 8 * MS_DAY, &swept);
}

static const char *
kept(void)
{
    static char text[100];
    struct db_stmt *st = NULL;

    assert_int_equal(db_prepare_text(o.c, "SELECT requirements FROM requirement_kept", &st), ST_OK);
    assert_int_equal(db_next(st), ST_OK);
    (void)snprintf(text, sizeof text, "%s", db_text(st, 0));
    db_finish(&st);
    return text;
}

static int64_t
kept_at(void)
{
    return scratch_number(o.c, "SELECT kept_at FROM requirement_kept");
}

static void
strangers_replace_nothing_that_is_remembered(void **state)
{
    int64_t start = OPENED_START;

    (void)state;
    /* The first that was said, by whomever. */
    say_and_sweep("Uten nøtter", "network", "Alt", start);
    assert_string_equal(kept(), "Uten nøtter");
    say_and_sweep("Alt", "network", NULL, start += 30 * MS_DAY);
    assert_string_equal(kept(), "Uten nøtter");
    assert_int_equal(kept_at(), OPENED_START + 8 * MS_DAY);
    /* Used is used. */
    say_and_sweep("", "network", NULL, start += 30 * MS_DAY);
    assert_string_equal(kept(), "Uten nøtter");
    assert_int_equal(kept_at(), start + 8 * MS_DAY);
    /* Who reads the mailbox says something else, and a stranger after them. */
    say_and_sweep("Uten melk", "", "Alt", start += 30 * MS_DAY);
    assert_string_equal(kept(), "Uten melk");
}

/* Also when it began with a stranger's. */
static void
who_corrects_their_own_is_known(void **state)
{
    const struct registration_change ch = { .requirements = "Uten fisk" };
    const struct registration_change by_organiser = { .phone = "1", .by_organiser = true };
    struct registration_new n = { .gathering_id = gathering(-1),
                                  .name = "Siri Dal",
                                  .email = "siri@x.no",
                                  .source = "public",
                                  .client = "network",
                                  .keep_requirements = true };
    struct registration r;
    struct swept swept = { 0 };

    (void)state;
    say_and_sweep("Uten nøtter", "", NULL, OPENED_START - 20 * MS_DAY);
    assert_int_equal(registration_make(o.c, o.a, &n, OPENED_NOW, &r), ST_OK);
    assert_int_equal(registration_correct(o.c, o.a, r.id, &by_organiser, true, OPENED_NOW), ST_OK);
    assert_string_equal(again(r.id).client, "network");
    assert_int_equal(registration_correct(o.c, o.a, r.id, &ch, true, OPENED_NOW), ST_OK);
    assert_string_equal(again(r.id).client, "");
    sweep_to_the_end(registration_sweep, o.c, OPENED_START + 8 * MS_DAY, &swept);
    assert_string_equal(kept(), "Uten fisk");
}

/* Whoever types an address says nothing of whose contact it is; who reads it does. */
static void
strangers_name_no_contact(void **state)
{
    struct registration_new n = { .gathering_id = gathering(-1),
                                  .name = "Siri Dal",
                                  .email = "post@x.no",
                                  .source = "public",
                                  .client = "network",
                                  .invite_later = true };
    const bool yes = true;
    const struct registration_change ch = { .invite_later = &yes };
    struct registration r;
    struct contact k;
    int64_t id = 0, named = 0;

    (void)state;
    assert_int_equal(contact_ensure(o.c, n.email, "", "", "", "pasted", OPENED_NOW, &id), ST_OK);
    assert_int_equal(registration_make(o.c, o.a, &n, OPENED_NOW, &r), ST_OK);
    assert_int_equal(contact_by_id(o.c, o.a, id, &k), ST_OK);
    assert_string_equal(k.name_key, "");
    assert_string_equal(k.name, "post");
    assert_int_equal(contact_by_id(o.c, o.a, again(r.id).contact_id, &k), ST_OK);
    assert_string_equal(k.name, "Siri Dal");
    named = k.id;
    /* Once more is the same contact. */
    n.gathering_id = gathering(-1);
    assert_int_equal(registration_make(o.c, o.a, &n, OPENED_NOW, &r), ST_OK);
    assert_int_equal(again(r.id).contact_id, named);

    n.name = "Ola Dal";
    n.invite_later = false;
    assert_int_equal(registration_make(o.c, o.a, &n, OPENED_NOW, &r), ST_OK);
    assert_int_equal(registration_correct(o.c, o.a, r.id, &ch, true, OPENED_NOW), ST_OK);
    assert_int_equal(again(r.id).contact_id, id);
    assert_int_equal(contact_by_id(o.c, o.a, id, &k), ST_OK);
    assert_string_equal(k.name, "Ola Dal");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static int lines;

static void
said(void *ctx, const char *line)
{
    (void)ctx;
    (void)line;
    lines++;
}

static int
unmarked(void)
{
    lines = 0;
    assert_int_equal(registration_crowd_check(o.c, said, NULL), ST_OK);
    return lines;
}

static int64_t
stranger(int64_t g, const char *name, const char *email)
{
    struct registration_new n = {
        .gathering_id = g, .name = name, .email = email, .source = "public"
    };
    struct crowd crowd;
    struct registration r;

    assert_int_equal(registration_crowd_try(o.c, o.a, g, name, email, OPENED_NOW, &crowd), ST_OK);
    assert_int_equal(crowd.answer, CROWD_PASSES);
    n.client = crowd.client;
    assert_int_equal(registration_make(o.c, o.a, &n, OPENED_NOW, &r), ST_OK);
    return r.id;
}

static size_t
groups(int64_t g)
{
    struct crowd_group *group;
    size_t n = 0;

    assert_int_equal(registration_crowd_groups(o.c, o.a, g, &group, &n), ST_OK);
    return n;
}

/* Many at one address stay a crowd that is seen when the one that marked them is erased. */
static void
a_crowd_keeps_its_mark(void **state)
{
    const struct person_query q = { .email = "mange@firma.example", .name = "P 0" };
    int64_t g = opened_gathering(&o, "Mange", 50, OPENED_START);
    struct person p;

    (void)state;
    for (int i = 0; i < 8; i++)
        (void)stranger(g, arena_printf(o.a, "P %d", i), "mange@firma.example");
    assert_int_equal(groups(g), 1);
    assert_int_equal(unmarked(), 0);
    assert_int_equal(person_gather(o.c, o.a, &q, &p), ST_OK);
    assert_int_equal(person_erase_all(o.c, &p), ST_OK);
    assert_int_equal(groups(g), 1);
    assert_int_equal(unmarked(), 0);
    assert_int_equal(db_script(o.c, "DELETE FROM registration_crowd"), ST_OK);
    assert_int_equal(groups(g), 0);
    assert_int_equal(unmarked(), 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(strangers_replace_nothing_that_is_remembered),
        TEST(who_corrects_their_own_is_known),
        TEST(strangers_name_no_contact),
        TEST(a_crowd_keeps_its_mark),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
