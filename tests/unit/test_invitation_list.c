/* The organiser's list of who is invited, and how many there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "contacts/contacts.h"
#include "contacts/contacts_store.h"
#include "invitations/invitations_list.h"
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
        { "UPDATE invitation_count SET erased = 0", false },
        { "UPDATE invitation SET sort_key = 'x'", true },
        { "UPDATE contact SET sort_key = 'y'", false },
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

/* ── Pages ── */

static struct invitation_found
list(const struct invitation_query *q)
{
    struct invitation_found f;

    assert_int_equal(invitation_list(o.c, o.a, q, &f), ST_OK);
    return f;
}

static void
reply(int64_t id, enum invitation_answer answer)
{
    const struct invitation_reply r = {
        .answer = answer,
        .source = "phone",
        .colleague_name = "En Annen",
        .colleague_email = arena_printf(o.a, "annen%lld@example.org", (long long)id),
        .account_id = 1,
    };

    assert_int_equal(invitation_reply(o.c, o.a, id, &r, OPENED_NOW), ST_OK);
}

/* 25 with five names, so that many are alike; every fifth has said so, and two are erased. */
#define PEOPLE 25
static int64_t
fill(void)
{
    static const char *const name[] = { "Åse", "Bjørn Åsebø", "Øystein", "Kari", "Ærøy" };
    static const enum invitation_answer answer[] = { ANSWER_NONE, ANSWER_YES, ANSWER_NO,
                                                     ANSWER_COLLEAGUE, ANSWER_NONE };
    int64_t g = gathering(-1), id = 0;

    for (int i = 0; i < PEOPLE + 2; i++) {
        int64_t contact = 0;
        const char *email = arena_printf(o.a, "p%d@firma.example", i);

        assert_int_equal(
            contact_ensure(o.c, email, name[i % 5], "Verft", "", "pasted", OPENED_NOW, &contact),
            ST_OK);
        assert_int_equal(invitation_make(o.c, g, contact, 0, true, OPENED_NOW, &id), ST_OK);
        if (answer[i / 5 % 5] != ANSWER_NONE)
            reply(id, answer[i / 5 % 5]);
        if (i >= PEOPLE) {
            const struct person_query q = { .email = email };
            struct person p;

            assert_int_equal(person_gather(o.c, o.a, &q, &p), ST_OK);
            assert_int_equal(person_erase_all(o.c, &p), ST_OK);
        }
    }
    return g;
}

static size_t
walk(struct invitation_query q, bool back, int64_t id[])
{
    struct invitation_found f;
    int64_t at = 0;
    size_t n = 0;

    if (back)
        q.before = INVITATION_LAST;
    do {
        f = list(&q);
        if (at != 0)
            assert_int_equal(f.first, back ? at - (int64_t)f.count : at);
        at = back ? f.first : f.first + (int64_t)f.count;
        for (size_t i = 0; i < f.count; i++, n++)
            id[n] = f.row[back ? f.count - 1 - i : i].id;
        q.after = back ? 0 : f.row[f.count - 1].id;
        q.before = back ? f.row[0].id : 0;
        q.at = back ? at - q.limit : at;
        assert_true((int64_t)f.count == q.limit || (back ? !f.earlier : !f.later));
    } while (back ? f.earlier : f.later);
    assert_int_equal(n, f.total);
    return n;
}

static void
pages_have_everybody_once_in_order(void **state)
{
    static const struct {
        const char *filter, *search;
        size_t n;
    } row[] = {
        { "", "", PEOPLE },       { "none", "", 10 },      { "yes", "", 10 },
        { "no", "", 5 },          { "", "verft", PEOPLE }, { "yes", "verft", 10 },
        { "", "asebo bjorn", 5 }, { "", "sebo", 0 },
    };
    int64_t g = fill();

    (void)state;
    for (size_t k = 0; k < ARRAY_LEN(row); k++)
        for (int64_t limit = 1; limit <= PEOPLE + 1; limit += 3) {
            const struct invitation_query q = {
                .gathering_id = g, .filter = row[k].filter, .search = row[k].search, .limit = limit
            };
            int64_t up[PEOPLE], down[PEOPLE];

            if (row[k].n == 0) {
                assert_int_equal(list(&q).total, 0);
                continue;
            }
            assert_int_equal(walk(q, false, up), row[k].n);
            assert_int_equal(walk(q, true, down), row[k].n);
            for (size_t i = 0; i < row[k].n; i++)
                assert_int_equal(up[i], down[row[k].n - 1 - i]);
        }
    assert_int_equal(found_wrong(), 0);
}

static void
a_list_is_in_norwegian_order(void **state)
{
    const struct invitation_query q = {
        .gathering_id = fill(), .filter = "", .search = "", .limit = PEOPLE
    };
    static const char *const order[] = { "Bjørn Åsebø", "Kari", "Ærøy", "Øystein", "Åse" };
    struct invitation_found f = list(&q);

    (void)state;
    for (size_t i = 0; i < f.count; i++)
        assert_string_equal(f.row[i].name, order[i / 5]);
}

static void
a_place_that_is_gone_is_no_dead_end(void **state)
{
    int64_t g = fill(), elsewhere = invite(gathering(-1), "elsewhere");
    struct invitation_query q = { .gathering_id = g, .filter = "", .search = "", .limit = 10 };
    int64_t last;

    (void)state;
    q.after = elsewhere;
    assert_int_equal(list(&q).first, 1);
    q.after = 999999;
    assert_int_equal(list(&q).first, 1);
    q.after = 0;
    q.before = INVITATION_LAST;
    last = list(&q).row[9].id;
    q.before = 0;
    q.after = last;
    assert_int_equal(list(&q).first, 1);
    q.search = "verft";
    assert_int_equal(list(&q).first, 1);
    q.after = list(&(struct invitation_query){ g, "", "", 0, 0, 0, 10 }).row[9].id;
    q.search = "";
    q.at = 99999; /* typed by hand */
    assert_int_equal(list(&q).first, 15);
    q.at = -5;
    assert_int_equal(list(&q).first, 2);
}

/* Another name is another place, at once. */
static void
a_new_name_moves_along(void **state)
{
    int64_t g = gathering(-1), kari = invite(g, "kari"), ola = invite(g, "ola");
    const struct invitation_query q = {
        .gathering_id = g, .filter = "", .search = "", .limit = 10
    };
    struct invitation i;
    struct contact k;

    (void)state;
    assert_int_equal(list(&q).row[0].id, kari);
    assert_int_equal(invitation_by_id(o.c, o.a, kari, &i), ST_OK);
    assert_int_equal(contact_by_id(o.c, o.a, i.contact_id, &k), ST_OK);
    k.name = "Petra";
    assert_int_equal(contact_store_update(o.c, &k, OPENED_NOW), ST_OK);
    assert_int_equal(list(&q).row[0].id, ola);
    assert_int_equal(found_wrong(), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_wrong_count_is_seen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pages_have_everybody_once_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_list_is_in_norwegian_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_place_that_is_gone_is_no_dead_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_new_name_moves_along, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
