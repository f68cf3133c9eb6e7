/* Finding, sorting and paging people, against sorting them all here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fold.h"
#include "registered.h"
#include "registrations/registrations_list.h"
#include "registrations/registrations_words.h"

#define MANY 350 /* three rows of words and a half */

static struct registration_found
find(const struct registration_query *q)
{
    struct registration_found found;

    assert_int_equal(registration_list_find(o.c, o.a, q, &found), ST_OK);
    return found;
}

static void
finds_people(void **state)
{
    int64_t g = gathering(-1);
    struct registration_query q = {
        .gathering_id = g, .status = "", .sort = SORT_NAME, .limit = 10
    };
    struct registration_found found;
    struct registration r;

    (void)state;
    assert_int_equal(try_make(g, "Bjørn Åsebø", "b@x.no", "public", OPENED_NOW, &r), ST_OK);
    assert_int_equal(try_make(g, "Åse Nes", "a@x.no", "public", OPENED_NOW, &r), ST_OK);
    assert_int_equal(try_make(g, "Øyvind Dal", "o@x.no", "public", OPENED_NOW, &r), ST_OK);
    assert_int_equal(try_make(g, "Zeta Dal", "z@x.no", "public", OPENED_NOW, &r), ST_OK);
    q.search = "bjorn";
    found = find(&q);
    assert_int_equal(found.count, 1);
    assert_string_equal(again(found.id[0]).name, "Bjørn Åsebø");
    q.search = "dal blafjell";
    found = find(&q);
    assert_int_equal(found.count, 2);
    assert_string_equal(again(found.id[0]).name, "Zeta Dal"); /* ø comes after z */
    q.search = "blafjell dal z";
    assert_int_equal(find(&q).count, 1);
    q.search = "no";
    assert_int_equal(find(&q).count, 4); /* by their address */
    q.names_only = true;
    assert_int_equal(find(&q).count, 0);
    q.search = "%"; /* no pattern, no word: everybody */
    found = find(&q);
    assert_int_equal(found.total, 4);
    assert_string_equal(again(found.id[3]).name, "Åse Nes");
}

/* ── Pages ── */

static int
by_name(const void *a, const void *b)
{
    const struct registration *x = a, *y = b;
    int order = strcmp(fold_sort(o.a, x->name), fold_sort(o.a, y->name));

    return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

/* Forward from the first page, then back from the last. */
static void
pages_are(struct registration_query q, const struct registration *all, size_t n)
{
    struct registration_found found;
    size_t at = 0;

    q.after = q.before = 0;
    for (;;) {
        found = find(&q);
        assert_int_equal(found.total, n);
        if (found.count == 0)
            break;
        assert_int_equal(found.first, at + 1);
        for (size_t i = 0; i < found.count; i++)
            assert_int_equal(found.id[i], all[at++].id);
        q.after = found.id[found.count - 1];
    }
    assert_int_equal(at, n);
    q.after = 0;
    for (q.before = REGISTRATION_LAST; at > 0; q.before = found.id[0]) {
        found = find(&q);
        at -= found.count;
        assert_int_not_equal(found.count, 0);
        assert_int_equal(found.first, at + 1);
        for (size_t i = 0; i < found.count; i++)
            assert_int_equal(found.id[i], all[at + i].id);
    }
}

static size_t
those(int64_t g, const char *status, struct registration *all)
{
    size_t n = 0;

    for (int64_t id = 1; id <= 2 * MANY; id++) {
        struct registration r;

        if (registration_by_id(o.c, o.a, id, &r) == ST_OK && r.gathering_id == g &&
            (status[0] == '\0' || strcmp(registration_status_words[r.status], status) == 0))
            all[n++] = r;
    }
    return n;
}

static void
pages_go_both_ways(void **state)
{
    static const char *const statuses[] = { "", "confirmed", "waiting", "cancelled" };
    static struct registration all[2 * MANY];
    static const char *const names[] = { "Åse", "Bjørn", "Ola", "Øyvind", "Ærlig", "Zoe", "Kari" };
    int64_t g = gathering(250), other = gathering(-1);
    struct registration_query q = { .gathering_id = g, .search = "", .limit = 7 };
    struct registration r;

    (void)state;
    for (int i = 0; i < MANY; i++) {
        const char *name = arena_printf(o.a, "%s Nes %d", names[i % 7], i / 50);
        const char *email = arena_printf(o.a, "p%d@example.org", i);

        assert_int_equal(try_make(g, name, email, "public", OPENED_NOW + i, &r), ST_OK);
        if (i % 5 == 0)
            assert_int_equal(try_make(other, name, email, "public", OPENED_NOW, &r), ST_OK);
        if (i % 9 == 0)
            assert_int_equal(registration_cancel(o.c, o.a, r.id, "", true, OPENED_NOW + i), ST_OK);
    }
    for (size_t s = 0; s < ARRAY_LEN(statuses); s++) {
        size_t n = those(g, statuses[s], all);

        q.status = statuses[s];
        q.sort = SORT_CREATED;
        pages_are(q, all, n);
        qsort(all, n, sizeof all[0], by_name);
        q.sort = SORT_NAME;
        pages_are(q, all, n);
        q.sort = SORT_ORGANISATION; /* all of one */
        pages_are(q, all, n);
    }
}

/* ── What changed is found by what it is now ── */

static void
lines_said(void *ctx, const char *line)
{
    print_message("    %s\n", line);
    ++*(int *)ctx;
}

static void
changes_are_found(void **state)
{
    int64_t g = gathering(-1);
    struct registration_query q = { .gathering_id = g, .status = "", .sort = SORT_NAME };
    struct registration_change ch = { .name = "Solveig Ny", .by_organiser = true };
    struct registration r = { 0 };
    const struct task_new again_packed = { .kind = &registration_task_words, .later = true };
    int64_t third = 0;
    int lines = 0;

    (void)state;
    for (int i = 0; i < MANY; i++) {
        r = make(g, arena_printf(o.a, "Gammel%d", i));
        third = i == 3 ? r.id : third;
    }
    q.search = "solveig";
    assert_int_equal(find(&q).count, 0);
    assert_int_equal(registration_correct(o.c, o.a, third, &ch, true, OPENED_NOW), ST_OK);
    ch.name = "Solveig Sist";
    assert_int_equal(registration_correct(o.c, o.a, r.id, &ch, true, OPENED_NOW), ST_OK);
    assert_int_equal(find(&q).count, 2);
    q.search = "gammel3 example"; /* 3, 30 to 39, 300 to 349, renamed or not: by the address */
    assert_int_equal(find(&q).count, 1 + 10 + 50);
    assert_int_equal(registration_words_check(o.c, lines_said, &lines), ST_OK);
    assert_int_equal(lines, 0);
    assert_int_equal(registration_words_drop(o.c), ST_OK);
    assert_int_equal(task_begin(o.c, &again_packed, OPENED_NOW), ST_OK);
    run_tasks(OPENED_NOW);
    assert_int_equal(scratch_number(o.c, "SELECT COUNT(*) FROM registration_words"), MANY / 100);
    assert_int_equal(registration_words_check(o.c, lines_said, &lines), ST_OK);
    assert_int_equal(lines, 0);
    q.search = "solveig";
    assert_int_equal(find(&q).count, 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(finds_people, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pages_go_both_ways, set_up, tear_down),
        cmocka_unit_test_setup_teardown(changes_are_found, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
