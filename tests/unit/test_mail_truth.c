/* What a refusal is about, what an organiser does with one message, and whether a mail arrived. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/asset.h"
#include "html/lang.h"
#include "html/translate.h"
#include "mailing/mailing_actions.h"
#include "mailing/mailing_verdict.h"
#include "queued.h"

/* ── This one, or us? ── */

static int64_t
queue_one(int64_t parent)
{
    return queue(&service, parent, "", arena_printf(o.a, "p%lld@example.org", (long long)parent));
}

/* Claims the one that is next, refuses it. */
static int64_t
refuse_next(enum outbox_outcome outcome, int code, int64_t at)
{
    struct outbox_claims k = claim(1, at);

    assert_int_equal(k.n, 1);
    record_as(k.row[0], outcome, true, code, "refused", at);
    return k.row[0].id;
}

static int64_t
take_next(int64_t at)
{
    struct outbox_claims k = claim(1, at);

    assert_int_equal(k.n, 1);
    assert_int_equal(outbox_mark_data(o.c, k.row[0].id, k.row[0].attempt, at), ST_OK);
    record(k.row[0], OUTBOX_SENT, 250, "", at);
    return k.row[0].id;
}

static void
one_that_is_refused_fails_alone(void **state)
{
    int64_t now = NOW;

    (void)state;
    for (int i = 1; i <= 12; i++)
        (void)queue_one(i);
    for (int i = 0; i < 4; i++) { /* two refused, one taken, over and over: no row of three */
        int64_t a = refuse_next(OUTBOX_ALONE, 550, ++now),
                b = refuse_next(OUTBOX_ALONE, 550, ++now);

        (void)take_next(++now);
        assert_string_equal(row(a).state, "failed");
        assert_string_equal(row(b).state, "failed");
        assert_string_equal(row(a).why, "refused");
        assert_int_equal(sender().paused_at, 0);
    }
}

static void
several_in_a_row_are_kept_and_the_sender_pauses(void **state)
{
    enum suppression why;
    int64_t id[3];

    (void)state;
    for (int i = 1; i <= 6; i++)
        (void)queue_one(i);
    for (int i = 0; i < 3; i++)
        id[i] = refuse_next(OUTBOX_ALONE, 550, NOW + i);
    for (int i = 0; i < 3; i++) {
        assert_string_equal(row(id[i]).state, "queued");
        assert_int_equal(row(id[i]).attempts, 0);
        assert_int_equal(mail_suppressed(o.c, row(id[i]).mail.to_email, &why), ST_OK);
        assert_int_equal(why, SUPPRESSED_NOT);
    }
    assert_string_equal(sender().reason, "several");
    assert_int_equal(claim(9, NOW + 3).n, 0);
    /* What finds out is another one, and it is taken: then the three were their own. */
    int64_t probe = take_next(sender().retry_at);
    for (int i = 0; i < 3; i++)
        assert_int_not_equal(probe, id[i]);
    assert_int_equal(sender().paused_at, 0);
    int64_t at = NOW + 20 * MS_MINUTE;
    (void)take_next(at);
    (void)take_next(at);
    for (int i = 0; i < 3; i++)
        assert_int_equal(refuse_next(OUTBOX_ALONE, 550, at + 1), id[i]);
    for (int i = 0; i < 3; i++)
        assert_string_equal(row(id[i]).state, "failed");
    assert_int_equal(sender().paused_at, 0);
}

static void
the_same_recipient_is_no_row(void **state)
{
    (void)state;
    for (int i = 1; i <= 5; i++)
        (void)queue(&service, i, "", "gruppe@example.org");
    for (int i = 0; i < 5; i++)
        assert_string_equal(row(refuse_next(OUTBOX_ALONE, 550, NOW + i)).state, "failed");
    assert_int_equal(sender().paused_at, 0);
}

static void
what_is_unclear_waits_for_another(void **state)
{
    int64_t id = queue_one(1);

    (void)state;
    assert_int_equal(refuse_next(OUTBOX_UNCLEAR, 550, NOW), id);
    assert_string_equal(row(id).state, "deferred");
    (void)queue_one(2);
    (void)take_next(NOW + 1);
    assert_int_equal(row(id).due_at, NOW + 1); /* once more at once, and then it is believed */
    assert_int_equal(refuse_next(OUTBOX_UNCLEAR, 550, NOW + 2), id);
    assert_string_equal(row(id).state, "failed");
}

static void
what_is_unclear_with_nobody_else_is_believed_in_the_end(void **state)
{
    int64_t id = queue_one(1), at = NOW;

    (void)state;
    for (int i = 0; i < 2; i++) {
        (void)refuse_next(OUTBOX_UNCLEAR, 550, at);
        assert_string_equal(row(id).state, "deferred");
        at = row(id).due_at;
    }
    (void)refuse_next(OUTBOX_UNCLEAR, 550, at);
    assert_string_equal(row(id).state, "failed");
    assert_int_equal(sender().paused_at, 0);
    /* It still counts in a row with those that come. */
    for (int i = 2; i <= 3; i++) {
        (void)queue_one(i);
        (void)refuse_next(OUTBOX_UNCLEAR, 550, at + i);
    }
    assert_string_equal(sender().reason, "several");
    assert_string_equal(row(id).state, "queued");
}

/* A dot that was answered before the refusal, and booked after it, tells nothing. */
static void
who_was_taken_before_tells_nothing(void **state)
{
    int64_t a = queue_one(1), b = queue_one(2);
    struct outbox_claims k = claim(2, NOW);

    (void)state;
    assert_int_equal(k.n, 2);
    assert_int_equal(k.row[0].id, a);
    assert_int_equal(outbox_mark_data(o.c, b, k.row[1].attempt, NOW), ST_OK);
    record_as(k.row[0], OUTBOX_UNCLEAR, true, 550, "refused", NOW + 1);
    record(k.row[1], OUTBOX_SENT, 250, "", NOW + 2);
    assert_string_equal(row(a).state, "deferred");
    assert_int_equal(row(a).due_at, NOW + 1 + MS_MINUTE);
}

static void
a_message_that_pauses_alone_fails_alone(void **state)
{
    int64_t poison = queue_one(1), good = queue_one(2);

    (void)state;
    assert_int_equal(refuse_next(OUTBOX_US, 550, NOW), poison);
    assert_string_equal(row(poison).state, "queued");
    assert_int_equal(row(poison).attempts, 0);
    assert_true(sender().paused_at != 0);
    assert_int_equal(take_next(sender().retry_at), good);
    assert_int_equal(sender().paused_at, 0);
    assert_int_equal(refuse_next(OUTBOX_US, 550, NOW + 5 * MS_MINUTE), poison);
    assert_string_equal(row(poison).state, "failed");
    assert_int_equal(sender().paused_at, 0);
}

/* ── What an organiser does with one ── */

static void
one_is_held_let_go_dropped(void **state)
{
    int64_t a = queue_one(1), b = queue_one(2), c, now_id;
    struct outbox_claims k;

    (void)state;
    assert_int_equal(mail_hold_one(o.c, a, NOW), ST_OK);
    assert_string_equal(row(a).state, "held");
    assert_int_equal(mail_drop(o.c, b, NOW), ST_OK);
    assert_string_equal(row(b).state, "suppressed");
    assert_int_equal(claim(9, NOW + MS_DAY).n, 0);
    assert_int_equal(mail_let_go(o.c, b, NOW), ST_CONFLICT);
    assert_int_equal(mail_let_go(o.c, a, NOW + 1), ST_OK);
    k = claim(9, NOW + 1);
    assert_int_equal(k.n, 1);
    /* One that is claimed can be held until its data leaves. */
    assert_int_equal(mail_hold_one(o.c, a, NOW + 2), ST_OK);
    assert_int_equal(outbox_mark_data(o.c, a, k.row[0].attempt, NOW + 2), ST_GONE);
    record(k.row[0], OUTBOX_RELEASED, 0, "", NOW + 2);
    assert_string_equal(row(a).state, "held");
    assert_int_equal(mail_send_again(o.c, b, NOW + 3, &now_id), ST_OK);
    assert_string_equal(row(b).state, "queued");
    c = take_next(NOW + 3);
    assert_int_equal(c, b);
    assert_int_equal(mail_drop(o.c, b, NOW + 4), ST_CONFLICT);
    assert_int_equal(mail_take_back(o.c, NULL, "registration", 1, "cancelled"), ST_OK);
    assert_string_equal(row(a).state, "suppressed");
}

static void
what_was_sent_goes_once_more_as_another(void **state)
{
    int64_t first = queue_one(1), second = 0, third = 0, late = NOW + MAIL_AGAIN_MS + 1;

    (void)state;
    assert_int_equal(mail_send_again(o.c, first, NOW, &second), ST_CONFLICT); /* on its way */
    assert_int_equal(take_next(NOW), first);
    assert_int_equal(mail_send_again(o.c, first, late - 2, &second), ST_CONFLICT);
    assert_int_equal(mail_send_again(o.c, first, late, &second), ST_OK);
    assert_int_not_equal(second, first);
    assert_string_equal(row(second).state, "queued");
    assert_string_equal(row(second).mail.occasion, row(first).mail.occasion);
    assert_string_not_equal(row(second).mail.message_id, row(first).mail.message_id);
    assert_int_equal(mail_send_again(o.c, first, late + MS_HOUR, &third), ST_CONFLICT);
    assert_int_equal(take_next(late), second);
    assert_int_equal(mail_send_again(o.c, second, late + MS_MINUTE, &third), ST_CONFLICT);
    assert_int_equal(mail_send_again(o.c, second, late + MS_HOUR, &third), ST_OK);
    assert_int_not_equal(third, second);
    /* The same occasion is still queued once only. */
    assert_int_equal(queue_one(1), first);
    /* Nor does it go to an address that was corrected since. */
    assert_int_equal(take_next(late + MS_HOUR), third);
    (void)queue(&service, 1, "corrected", "riktig@example.org");
    assert_int_equal(mail_send_again(o.c, third, late + MS_DAY, &second), ST_GONE);
}

static void
a_secret_does_not_go_again(void **state)
{
    const struct mail_new m = { .kind = &service,
                                .parent = "account",
                                .parent_id = 1,
                                .to_name = "Kari",
                                .to_email = "kari@example.org",
                                .now = NOW };
    static const enum outbox_outcome all[] = { OUTBOX_SENT, OUTBOX_IN_FOLDER, OUTBOX_ALONE };
    int64_t id = 0, again = 0, count = 0;

    (void)state;
    assert_int_equal(mail_queue(o.c, &m, &id), ST_OK);
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        struct outbox_claims k = claim(1, NOW);

        record(k.row[0], all[i], 0, "", NOW);
        assert_int_equal(mail_send_again(o.c, id, NOW + MS_DAY, &again), ST_CONFLICT);
        assert_int_equal(mail_send_folder(o.c, o.a, 0, NOW + MS_DAY, &count), ST_OK);
        assert_int_equal(count, 0);
        assert_int_equal(db_script(o.c, "UPDATE mail SET state = 'queued', sent_at = NULL"), ST_OK);
    }
}

/* Kinds of the program: the folder asks them until when they are of use. */
static int64_t
invite_to(int64_t gathering, int64_t parent, const char *email)
{
    const struct mail_new m = { .kind = mail_kind_find("invitation.invite"),
                                .parent = "invitation",
                                .parent_id = parent,
                                .gathering_id = gathering,
                                .to_name = "Kari",
                                .to_email = email,
                                .now = NOW };
    int64_t id = 0;

    assert_int_equal(mail_queue(o.c, &m, &id), ST_OK);
    return id;
}

static void
the_folder_is_sent_when_there_is_a_server(void **state)
{
    int64_t early = opened_gathering(&o, "Over", -1, OPENED_START - 20 * MS_DAY);
    int64_t g = opened_gathering(&o, "En", -1, OPENED_START);
    int64_t h = opened_gathering(&o, "To", -1, OPENED_START), now = OPENED_START - 10 * MS_DAY;
    int64_t a = invite_to(g, 1, "a@example.org"), b = invite_to(g, 2, "b@example.org");
    int64_t c = invite_to(h, 3, "c@example.org"), d = invite_to(early, 4, "d@example.org");
    int64_t e = invite_to(h, 5, "nei@example.org"), count = 0, same = 0;
    const char *before = row(a).mail.message_id;
    struct outbox_claims k = claim(9, NOW);

    (void)state;
    assert_int_equal(k.n, 5);
    for (size_t i = 0; i < k.n; i++)
        record(k.row[i], OUTBOX_IN_FOLDER, 0, "", NOW);
    assert_int_equal(row(a).sent_at, 0);
    assert_int_equal(mail_suppress(o.c, "nei@example.org", SUPPRESSED_ASKED, "", NOW), ST_OK);
    assert_int_equal(outbox_set_host(o.c, "hub.example"), ST_OK);
    assert_int_equal(mail_in_folder(o.c, o.a, 0, now, &count), ST_OK);
    assert_int_equal(count, 4);
    assert_int_equal(mail_in_folder(o.c, o.a, g, now, &count), ST_OK);
    assert_int_equal(count, 2);
    assert_int_equal(mail_send_again(o.c, a, now, &same), ST_OK);
    assert_int_equal(same, a);
    assert_string_not_equal(row(a).mail.message_id, before);
    assert_non_null(strstr(row(a).mail.message_id, "@hub.example"));
    assert_int_equal(mail_send_folder(o.c, o.a, g, now, &count), ST_OK);
    assert_int_equal(count, 1);
    assert_string_equal(row(b).state, "queued");
    assert_string_equal(row(c).state, "folder");
    assert_int_equal(mail_send_folder(o.c, o.a, 0, now, &count), ST_OK);
    assert_int_equal(count, 1);
    assert_string_equal(row(c).state, "queued");
    assert_string_equal(row(d).state, "folder"); /* over */
    assert_string_equal(row(e).state, "folder"); /* asked for no more */
    assert_int_equal(mail_send_again(o.c, e, now, &same), ST_GONE);
}

static void
the_newest_mail_tells_whether_it_arrived(void **state)
{
    int64_t id = queue_one(7);
    struct mail_standing s;
    struct outbox_claims k = claim(1, NOW);

    (void)state;
    assert_int_equal(mail_standing_of(o.c, o.a, "registration", 8, &s), ST_OK);
    assert_int_equal(s.id, 0);
    assert_string_equal(s.state, "");
    record(k.row[0], OUTBOX_DEAD, 550, "no_such_user", NOW);
    assert_int_equal(mail_standing_of(o.c, o.a, "registration", 7, &s), ST_OK);
    assert_int_equal(s.id, id);
    assert_string_equal(s.state, "failed");
    assert_string_equal(s.why, "no_such_user");
    /* One that was stopped says nothing; one that went does. */
    int64_t later = queue(&service, 7, "x", "ny@example.org");
    assert_int_equal(mail_drop(o.c, later, NOW), ST_OK);
    assert_int_equal(mail_standing_of(o.c, o.a, "registration", 7, &s), ST_OK);
    assert_int_equal(s.id, id);
    later = queue(&service, 7, "y", "ny@example.org");
    assert_int_equal(take_next(NOW + 1), later);
    assert_int_equal(mail_standing_of(o.c, o.a, "registration", 7, &s), ST_OK);
    assert_string_equal(s.state, "sent");
}

/* Not forgotten by any feature. */
static void
every_kind_says_until_when_it_is_of_use(void **state)
{
    int64_t g = opened_gathering(&o, "Digitalisering", -1, OPENED_START), until;

    (void)state;
    for (size_t i = 0; all_features[i]; i++)
        for (size_t j = 0; all_features[i]->mail_kinds && all_features[i]->mail_kinds[j]; j++) {
            const struct mail_kind *kind = all_features[i]->mail_kinds[j];

            assert_non_null(kind->good_until);
            assert_int_equal(kind->good_until(o.c, g, &until), ST_OK);
            bool about = strncmp(kind->name, "registration.", 13) == 0 ||
                         strncmp(kind->name, "invitation.", 11) == 0;
            assert_int_equal(until != 0, about);
            assert_true(until <= OPENED_START + 3 * MS_HOUR);
        }
}

/* A database of before: mail of a time without a server had been called sent. */
static void
the_step_knows_what_lay_in_the_folder(void **state)
{
    static const char rows[] =
        "INSERT INTO mail (kind, parent, parent_id, occasion, to_name, to_email, lang, state,"
        "  message_id, due_at, sent_at, last_reply, created_at, changed_at) VALUES"
        " ('invitation.invite', 'invitation', 1, '', 'A', 'a@x.no', 'nb', 'sent', 'a@l', 1, 2,"
        "  'mailbox/a@l.eml', 1, 2),"
        " ('invitation.invite', 'invitation', 2, '', 'B', 'b@x.no', 'nb', 'sent', 'b@l', 1, 2,"
        "  '250 2.0.0 OK', 1, 2),"
        " ('account.password', 'account', 1, '', 'C', 'c@x.no', 'nb', 'failed', 'c@l', 1, NULL,"
        "  '550 5.1.1', 1, 2);"
        "UPDATE mail_sender SET paused_at = 1, reason = 'quota', message_host = 'hub.example';";
    struct scratch old;
    struct db_conn *c = NULL;

    (void)state;
    assert_true(scratch_open(&old));
    assert_int_equal(db_connect(old.db, DB_WRITE, &c), ST_OK);
    assert_int_equal(db_script(c, asset_find("db/migrations/sqlite/0003_mailing.sql")->data),
                     ST_OK);
    assert_int_equal(db_script(c, rows), ST_OK);
    assert_int_equal(db_script(c, asset_find("db/migrations/sqlite/0011_mail_truth.sql")->data),
                     ST_OK);
    struct outbox_row r = { 0 };
    assert_int_equal(outbox_row(c, o.a, 1, &r), ST_OK);
    assert_string_equal(r.state, "folder");
    assert_int_equal(r.sent_at, 0);
    assert_false(r.secret);
    assert_int_equal(outbox_row(c, o.a, 2, &r), ST_OK);
    assert_string_equal(r.state, "sent");
    assert_int_equal(r.sent_at, 2);
    assert_int_equal(outbox_row(c, o.a, 3, &r), ST_OK);
    assert_string_equal(r.state, "failed");
    assert_true(r.secret);
    struct outbox_sender s;
    assert_int_equal(outbox_sender_state(c, &s), ST_OK);
    assert_string_equal(s.reason, "limit");
    db_disconnect(&c);
    scratch_close(&old);
}

/* What a refusal is about, and what to do about a pause, in each language. */
static void
every_reason_has_words(void **state)
{
    const struct translations *t = app_translations(o.app);

    (void)state;
    for (size_t i = 0; verdict_name(i); i++) {
        const char *why = verdict_name(i);

        for (size_t l = 0; *why && l < LANG_COUNT; l++) {
            if (!tr_has(t, lang_codes[l], arena_printf(o.a, "mail.is.%s", why)) ||
                !tr_has(t, lang_codes[l], arena_printf(o.a, "mail.todo.%s", verdict_todo(why))))
                fail_msg("%s has no words in %s", why, lang_codes[l]);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_that_is_refused_fails_alone),
        TEST(several_in_a_row_are_kept_and_the_sender_pauses),
        TEST(the_same_recipient_is_no_row),
        TEST(what_is_unclear_waits_for_another),
        TEST(what_is_unclear_with_nobody_else_is_believed_in_the_end),
        TEST(who_was_taken_before_tells_nothing),
        TEST(a_message_that_pauses_alone_fails_alone),
        TEST(one_is_held_let_go_dropped),
        TEST(what_was_sent_goes_once_more_as_another),
        TEST(a_secret_does_not_go_again),
        TEST(the_folder_is_sent_when_there_is_a_server),
        TEST(the_newest_mail_tells_whether_it_arrived),
        TEST(every_kind_says_until_when_it_is_of_use),
        TEST(the_step_knows_what_lay_in_the_folder),
        TEST(every_reason_has_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
