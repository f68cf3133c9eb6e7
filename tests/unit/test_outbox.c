/* The outbox: nothing twice, nothing lost, what becomes of each answer of a server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "mailing/mailing_actions.h"
#include "mailing/mailing_log.h"
#include "mailing/mailing_schedule.h"
#include "queued.h"

static void
queues_nothing_twice(void **state)
{
    (void)state;
    int64_t first = queue(&service, 1, "", "kare@example.org");

    assert_int_equal(queue(&service, 1, "", "kare@example.org"), first);
    assert_int_not_equal(queue(&service, 1, "1799942400000", "kare@example.org"), first);
    assert_int_not_equal(queue(&service, 2, "", "kare@example.org"), first);
    assert_int_not_equal(queue(&bulk, 1, "", "kare@example.org"), first);
    assert_string_equal(row(first).state, "queued");
    assert_non_null(strstr(row(first).mail.message_id, "@localhost"));
    assert_int_equal(outbox_set_host(o.c, "hub.example"), ST_OK);
    assert_non_null(
        strstr(row(queue(&service, 9, "", "a@example.org")).mail.message_id, "@hub.example"));
}

static void
records_what_the_server_said(void **state)
{
    static const struct {
        enum outbox_outcome outcome;
        int code;
        const char *why, *becomes;
        int64_t attempts;
        enum suppression suppressed;
        bool paused;
        int bounces;
    } t[] = {
        { OUTBOX_SENT, 250, "", "sent", 1, SUPPRESSED_NOT, false, 0 },
        { OUTBOX_IN_FOLDER, 0, "", "folder", 1, SUPPRESSED_NOT, false, 0 },
        { OUTBOX_TEMPORARY, 451, "", "deferred", 1, SUPPRESSED_NOT, false, 0 },
        { OUTBOX_LOST_AFTER_END, 0, "", "uncertain", 1, SUPPRESSED_NOT, false, 0 },
        { OUTBOX_DEAD, 550, "no_such_user", "failed", 1, SUPPRESSED_BOUNCE, false, 1 },
        { OUTBOX_ALONE, 552, "full", "failed", 1, SUPPRESSED_NOT, false, 0 },
        { OUTBOX_NOT_RIGHT, 0, "", "suppressed", 1, SUPPRESSED_NOT, false, 0 },
        { OUTBOX_RELEASED, 0, "", "queued", 0, SUPPRESSED_NOT, false, 0 },
        { OUTBOX_CROWDED, 432, "busy", "queued", 0, SUPPRESSED_NOT, false, 0 },
        { OUTBOX_US, 535, "auth", "queued", 0, SUPPRESSED_NOT, true, 0 },
        { OUTBOX_NO_CONNECTION, 0, "nobody", "deferred", 1, SUPPRESSED_NOT, true, 0 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(t); i++) {
        const char *email = arena_printf(o.a, "person%zu@example.org", i);
        int64_t id = queue(&service, 100 + (int64_t)i, "", email);
        struct outbox_claims k = claim(1, NOW + MS_MINUTE / 2);
        struct outbox_sender s = { 0 };
        enum suppression why;

        assert_int_equal(k.n, 1);
        assert_int_equal(k.row[0].id, id);
        bounced = 0;
        record(k.row[0], t[i].outcome, t[i].code, t[i].why, NOW + MS_MINUTE / 2);
        assert_string_equal(row(id).state, t[i].becomes);
        assert_int_equal(row(id).attempts, t[i].attempts);
        assert_int_equal(mail_suppressed(o.c, email, &why), ST_OK);
        assert_int_equal(why, t[i].suppressed);
        assert_int_equal(bounced, t[i].bounces);
        assert_int_equal(outbox_sender_state(o.c, &s), ST_OK);
        assert_int_equal(s.paused_at != 0, t[i].paused);
        assert_int_equal(outbox_unpause(o.c), ST_OK);
        assert_int_equal(mail_take_back(o.c, NULL, "registration", 100 + (int64_t)i, "over"),
                         ST_OK);
    }
}

static void
defers_later_and_later_for_five_days(void **state)
{
    static const int64_t minutes[] = { 1, 5, 15, 60, 240, 240, 240 };
    int64_t id = queue(&service, 1, "", "kare@example.org"), now = NOW;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(minutes); i++) {
        struct outbox_claims k = claim(5, now);
        assert_int_equal(k.n, 1);
        record(k.row[0], OUTBOX_TEMPORARY, 451, "", now);
        assert_string_equal(row(id).state, "deferred");
        assert_int_equal(row(id).due_at, now + minutes[i] * MS_MINUTE);
        assert_int_equal(claim(5, row(id).due_at - 1).n, 0);
        now = row(id).due_at;
    }
    while (strcmp(row(id).state, "deferred") == 0) {
        struct outbox_claims k = claim(5, now);
        record(k.row[0], OUTBOX_TEMPORARY, 451, "", now);
        now = row(id).due_at > now ? row(id).due_at : now;
        assert_true(now <= NOW + OUTBOX_GIVE_UP_MS);
    }
    assert_string_equal(row(id).state, "failed");
    assert_true(now > NOW + 4 * MS_DAY);
}

static void
after_a_crash_sends_again_only_what_did_not_leave(void **state)
{
    int64_t unsent = queue(&service, 1, "", "a@example.org");
    int64_t left = queue(&service, 2, "", "b@example.org");
    int64_t sent = queue(&service, 3, "", "c@example.org");
    struct outbox_claims k = claim(10, NOW);
    int64_t requeued, uncertain;

    (void)state;
    assert_int_equal(k.n, 3);
    for (size_t i = 0; i < k.n; i++)
        if (k.row[i].id != unsent)
            assert_int_equal(outbox_mark_data(o.c, k.row[i].id, k.row[i].attempt, NOW), ST_OK);
    for (size_t i = 0; i < k.n; i++)
        if (k.row[i].id == sent)
            record(k.row[i], OUTBOX_SENT, 250, "", NOW);
    /* Leases that hold: a look in between changes nothing. */
    assert_int_equal(outbox_recover(o.c, false, NOW + 1, &requeued, &uncertain), ST_OK);
    assert_int_equal(requeued + uncertain, 0);
    assert_int_equal(outbox_recover(o.c, true, NOW + 1, &requeued, &uncertain), ST_OK);
    assert_int_equal(requeued, 1);
    assert_int_equal(uncertain, 1);
    assert_string_equal(row(unsent).state, "queued");
    assert_int_equal(row(unsent).attempts,
                     1); /* counted: what brings the program down is not free */
    assert_string_equal(row(left).state, "uncertain");
    assert_string_equal(row(sent).state, "sent");
    k = claim(10, NOW + 2);
    assert_int_equal(k.n, 1);
    assert_int_equal(k.row[0].id, unsent);
    /* What the server said late is still believed, of that attempt and of no other. */
    record((struct outbox_claim){ left, 7, false }, OUTBOX_SENT, 250, "", NOW + 3);
    assert_string_equal(row(left).state, "uncertain");
    record((struct outbox_claim){ left, 1, false }, OUTBOX_SENT, 250, "", NOW + 3);
    assert_string_equal(row(left).state, "sent");
}

static void
a_lease_that_ran_out_is_freed(void **state)
{
    int64_t id = queue(&service, 1, "", "a@example.org"), requeued, uncertain;
    bool expired;

    (void)state;
    assert_int_equal(claim(1, NOW).n, 1);
    assert_int_equal(outbox_has_expired(o.c, NOW + 1, &expired), ST_OK);
    assert_false(expired);
    assert_int_equal(outbox_has_expired(o.c, NOW + OUTBOX_LEASE_MS, &expired), ST_OK);
    assert_true(expired);
    assert_int_equal(outbox_recover(o.c, false, NOW + OUTBOX_LEASE_MS, &requeued, &uncertain),
                     ST_OK);
    assert_int_equal(requeued, 1);
    assert_string_equal(row(id).state, "queued");
}

/* A clock that went ahead ten days and is back: what waits, waits as long as it was to. */
static void
a_clock_that_went_ahead_keeps_nothing(void **state)
{
    int64_t now = queue(&service, 1, "", "a@example.org"),
            later = queue(&service, 2, "", "b@example.org"),
            meant = queue(&service, 3, "", "c@example.org"), moved = 0;

    (void)state;
    assert_int_equal(
        db_script(o.c,
                  arena_printf(o.a,
                               "UPDATE mail SET changed_at = %lld, due_at = %lld + CASE id"
                               " WHEN %lld THEN 0 ELSE 3600000 END WHERE id <> %lld;"
                               "UPDATE mail SET due_at = %lld WHERE id = %lld;"
                               "UPDATE mail_sender SET paused_at = 1, retry_at = %lld",
                               (long long)(NOW + 10 * MS_DAY), (long long)(NOW + 10 * MS_DAY),
                               (long long)now, (long long)meant, (long long)(NOW + 2 * MS_HOUR),
                               (long long)meant, (long long)(NOW + 10 * MS_DAY))),
        ST_OK);
    assert_int_equal(outbox_clock_back(o.c, NOW, &moved), ST_OK);
    assert_int_equal(moved, 2);
    assert_int_equal(row(now).due_at, NOW);
    assert_int_equal(row(later).due_at, NOW + MS_HOUR);
    assert_int_equal(row(meant).due_at, NOW + 2 * MS_HOUR);
    assert_int_equal(sender().retry_at, NOW);
    assert_int_equal(outbox_clock_back(o.c, NOW + MS_MINUTE, &moved), ST_OK);
    assert_int_equal(moved, 0);
}

static void
pauses_as_a_whole_and_finds_out_with_one(void **state)
{
    static const int64_t minutes[] = { 1, 5, 15, 15 };
    struct outbox_claims k;
    struct outbox_sender s = { 0 };
    int64_t now = NOW;
    bool due;

    (void)state;
    for (int i = 1; i <= 5; i++)
        (void)queue(&service, i, "", arena_printf(o.a, "p%d@example.org", i));
    k = claim(2, now);
    record(k.row[0], OUTBOX_US, 535, "auth", now);
    record(k.row[1], OUTBOX_US, 535, "auth", now); /* counts once */
    for (size_t i = 0; i < ARRAY_LEN(minutes); i++) {
        assert_int_equal(outbox_sender_state(o.c, &s), ST_OK);
        assert_string_equal(s.reason, "auth");
        assert_string_equal(s.reply, "the server's words");
        assert_int_equal(s.paused_at, NOW);
        assert_int_equal(s.retry_at, now + minutes[i] * MS_MINUTE);
        assert_int_equal(outbox_has_due(o.c, s.retry_at - 1, &due), ST_OK);
        assert_false(due);
        assert_int_equal(claim(5, s.retry_at - 1).n, 0);
        now = s.retry_at;
        k = claim(5, now);
        assert_int_equal(k.n, 1);
        assert_true(k.row[0].probe);
        assert_int_equal(claim(5, now).n, 0); /* one probe at a time */
        record(k.row[0], OUTBOX_US, 535, "auth", now);
        assert_int_equal(row(k.row[0].id).attempts, 0);
    }
    assert_int_equal(outbox_try_now(o.c, now), ST_OK);
    k = claim(5, now);
    assert_int_equal(k.n, 1);
    record(k.row[0], OUTBOX_SENT, 250, "", now);
    assert_int_equal(outbox_sender_state(o.c, &s), ST_OK);
    assert_int_equal(s.paused_at, 0);
    k = claim(10, now);
    assert_int_equal(k.n, 4);
    assert_false(k.row[0].probe);
}

static void
what_is_taken_back_does_not_leave(void **state)
{
    int64_t waits = queue(&service, 1, "", "a@example.org");
    int64_t claimed = queue(&service, 1, "x", "a@example.org");
    int64_t other = queue(&bulk, 1, "y", "a@example.org");
    struct outbox_claims k = claim(2, NOW);

    (void)state;
    assert_int_equal(k.n, 2);
    assert_int_equal(mail_take_back(o.c, "test.service", "registration", 1, "cancelled"), ST_OK);
    for (size_t i = 0; i < k.n; i++)
        assert_int_equal(outbox_mark_data(o.c, k.row[i].id, k.row[i].attempt, NOW), ST_GONE);
    assert_string_equal(row(waits).state, "suppressed");
    assert_string_equal(row(claimed).state, "suppressed");
    assert_string_equal(row(claimed).last_reply, "cancelled");
    assert_string_equal(row(other).state, "queued");
    record(k.row[0], OUTBOX_RELEASED, 0, "", NOW);
    assert_string_equal(row(k.row[0].id).state, "suppressed");
}

static int64_t
queue_at(int64_t parent, int64_t now)
{
    const struct mail_new m = { .kind = &service,
                                .parent = "registration",
                                .parent_id = parent,
                                .to_name = "B",
                                .to_email = "b@example.org",
                                .now = now };
    int64_t id = 0;

    assert_int_equal(mail_queue(o.c, &m, &id), ST_OK);
    return id;
}

static void
held_mail_waits_for_an_organiser(void **state)
{
    int64_t now = clock_now(), old = queue_at(1, now - MS_HOUR), late;

    (void)state;
    assert_int_equal(mail_hold(o.c), ST_OK);
    late = queue_at(2, now + MS_HOUR);
    assert_int_equal(claim(9, now + MS_DAY).n, 0);
    assert_int_equal(outbox_release(o.c, false, "mail.why.restored", now), ST_OK);
    assert_string_equal(row(old).state, "suppressed");
    assert_string_equal(row(late).state, "queued");
    assert_int_equal(claim(9, now + MS_DAY).n, 1);
    assert_int_equal(mail_hold(o.c), ST_OK);
    old = queue_at(3, now - MS_HOUR);
    assert_int_equal(outbox_release(o.c, true, "", now), ST_OK);
    assert_string_equal(row(old).state, "queued");
}

static void
who_asked_gets_no_invitations_but_their_ticket(void **state)
{
    enum suppression why;

    (void)state;
    assert_int_equal(mail_suppress(o.c, "nei@example.org", SUPPRESSED_ASKED, "", NOW), ST_OK);
    assert_int_equal(mail_suppress(o.c, "nei@example.org", SUPPRESSED_BOUNCE, "550", NOW), ST_OK);
    assert_int_equal(mail_suppressed(o.c, "nei@example.org", &why), ST_OK);
    assert_int_equal(why, SUPPRESSED_ASKED);
    assert_string_equal(row(queue(&bulk, 1, "", "nei@example.org")).state, "suppressed");
    assert_string_equal(row(queue(&service, 1, "", "nei@example.org")).state, "queued");
    assert_int_equal(mail_unsuppress(o.c, "nei@example.org"), ST_OK);
    assert_string_equal(row(queue(&bulk, 2, "", "nei@example.org")).state, "queued");
}

static void
sends_again_only_when_asked(void **state)
{
    int64_t id = queue(&service, 1, "", "a@example.org");
    struct outbox_claims k = claim(1, NOW);
    const char *message_id = row(id).mail.message_id;
    enum suppression why;
    int64_t same = 0;

    (void)state;
    assert_int_equal(mail_send_again(o.c, id, NOW, &same), ST_CONFLICT);
    record(k.row[0], OUTBOX_DEAD, 550, "no_such_user", NOW);
    assert_int_equal(claim(9, NOW + 30 * MS_DAY).n, 0);
    assert_int_equal(mail_send_again(o.c, id, NOW + 1, &same), ST_OK);
    assert_int_equal(mail_suppressed(o.c, "a@example.org", &why), ST_OK);
    assert_int_equal(why, SUPPRESSED_NOT);
    assert_int_equal(same, id);
    assert_string_equal(row(id).state, "queued");
    assert_string_equal(row(id).mail.message_id, message_id);
    k = claim(1, NOW + 1);
    assert_int_equal(k.n, 1);
    assert_int_equal(outbox_mark_data(o.c, id, k.row[0].attempt, NOW + 1), ST_OK);
    record(k.row[0], OUTBOX_LOST_AFTER_END, 0, "", NOW + 1);
    assert_string_equal(row(id).state, "uncertain");
    assert_int_equal(claim(9, NOW + 30 * MS_DAY).n, 0);
    assert_int_equal(mail_send_again(o.c, id, NOW + 2, &same), ST_OK);
    assert_int_equal(claim(9, NOW + 2).n, 1);
}

static void
tickets_go_before_bulk(void **state)
{
    struct outbox_claims k;

    (void)state;
    for (int i = 1; i <= 20; i++)
        (void)queue(&bulk, i, "", "a@example.org");
    int64_t ticket = queue(&service, 1, "", "a@example.org");
    k = claim(1, NOW);
    assert_int_equal(k.row[0].id, ticket);
}

static void
log_counts_and_pages(void **state)
{
    struct log_query q = { .filter = LOG_WAITING, .limit = 2 };
    int64_t counts[LOG_FILTERS], attention;
    json_t *rows = NULL;

    (void)state;
    for (int i = 1; i <= 3; i++)
        (void)queue(&service, i, "", "a@example.org");
    struct outbox_claims k = claim(1, NOW);
    record(k.row[0], OUTBOX_ALONE, 554, "content", clock_now());
    assert_int_equal(log_counts(o.c, 0, counts), ST_OK);
    assert_int_equal(counts[LOG_ALL], 3);
    assert_int_equal(counts[LOG_WAITING], 2);
    assert_int_equal(counts[LOG_FAILED], 1);
    assert_int_equal(mail_attention(o.c, &attention), ST_OK);
    assert_int_equal(attention, 1);
    assert_int_equal(log_rows(o.c, &q, &rows), ST_OK);
    assert_int_equal(json_array_size(rows), 2);
    q.before = json_integer_value(json_object_get(json_array_get(rows, 1), "id"));
    json_decref(rows);
    assert_int_equal(log_rows(o.c, &q, &rows), ST_OK);
    assert_int_equal(json_array_size(rows), 0);
    json_decref(rows);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(queues_nothing_twice),
        TEST(records_what_the_server_said),
        TEST(defers_later_and_later_for_five_days),
        TEST(after_a_crash_sends_again_only_what_did_not_leave),
        TEST(a_lease_that_ran_out_is_freed),
        TEST(a_clock_that_went_ahead_keeps_nothing),
        TEST(pauses_as_a_whole_and_finds_out_with_one),
        TEST(what_is_taken_back_does_not_leave),
        TEST(held_mail_waits_for_an_organiser),
        TEST(who_asked_gets_no_invitations_but_their_ticket),
        TEST(sends_again_only_when_asked),
        TEST(tickets_go_before_bulk),
        TEST(log_counts_and_pages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
