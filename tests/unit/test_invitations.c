#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "contacts/contacts.h"
#include "gatherings/gatherings.h"
#include "invitations/invitations_mail.h"
#include "invitations/invitations_person.h"
#include "invitations/invitations_store.h"
#include "invitations/invitations_words.h"
#include "mailing/mailing_schedule.h"
#include "registered.h"
#include "registrations/registrations_sweep.h"

#define REMINDED (OPENED_START - 3 * MS_DAY) /* without a deadline the start counts */

/* ── Helpers ── */

static int wrong;

static void
hear(void *ctx, const char *line)
{
    (void)ctx;
    print_error("%s\n", line);
    wrong++;
}

static void
assert_whole(void)
{
    wrong = 0;
    for (const struct check *k = registration_checks; k->name != NULL; k++)
        assert_int_equal(k->run(o.c, hear, NULL), ST_OK);
    for (const struct check *k = invitation_checks; k->name != NULL; k++)
        assert_int_equal(k->run(o.c, hear, NULL), ST_OK);
    assert_int_equal(wrong, 0);
}

static int64_t
invite_at(int64_t g, const char *name, int64_t now)
{
    const char *email = arena_printf(o.a, "%s@example.org", name);
    int64_t contact = 0, id = 0;

    assert_int_equal(contact_ensure(o.c, email, name, "Blåfjell", "", "pasted", now, &contact),
                     ST_OK);
    assert_int_equal(invitation_make(o.c, g, contact, 0, false, now, &id), ST_OK);
    return id;
}

static int64_t
invite(int64_t g, const char *name)
{
    return invite_at(g, name, OPENED_NOW);
}

static struct invitation
now_is(int64_t id)
{
    struct invitation i;

    assert_int_equal(invitation_by_id(o.c, o.a, id, &i), ST_OK);
    return i;
}

static enum status
say(int64_t id, enum invitation_answer answer, const char *source, const char *colleague,
    int64_t now)
{
    const struct invitation_reply r = {
        .answer = answer,
        .source = source,
        .colleague_name = colleague,
        .colleague_email = arena_printf(o.a, "%s@example.org", colleague),
        .account_id = strcmp(source, "phone") == 0 ? 1 : 0,
    };

    return invitation_reply(o.c, o.a, id, &r, now);
}

static void
assert_answer(int64_t id, enum invitation_answer answer, const char *source)
{
    struct invitation i = now_is(id);

    assert_string_equal(invitation_answer_name(i.answer), invitation_answer_name(answer));
    assert_string_equal(i.source, source);
    assert_int_equal(i.live, answer == ANSWER_YES || answer == ANSWER_COLLEAGUE);
}

static int64_t
count(const char *sql, int64_t id)
{
    struct db_stmt *st = NULL;
    int64_t n = -1;

    assert_int_equal(db_prepare(o.c, sql, &st), ST_OK);
    db_bind_int(st, 1, id);
    if (db_next(st) == ST_OK)
        n = db_int(st, 0);
    db_finish(&st);
    return n;
}

static int64_t
live(int64_t g)
{
    return count("SELECT COUNT(*) FROM registration WHERE gathering_id = $1"
                 " AND status <> 'cancelled'",
                 g);
}

static int64_t
queued(const char *kind, int64_t id)
{
    static const char sql[] = "SELECT COUNT(*) FROM mail WHERE parent = 'invitation'"
                              " AND parent_id = $1 AND kind = $2 AND state = 'queued'";
    struct db_stmt *st = NULL;
    int64_t n = -1;

    assert_int_equal(db_prepare(o.c, sql, &st), ST_OK);
    db_bind_int(st, 1, id);
    db_bind_text(st, 2, kind);
    if (db_next(st) == ST_OK)
        n = db_int(st, 0);
    db_finish(&st);
    return n;
}

/* ── Answers ── */

/* What should come of a row of answers: oneself, the colleague whom the last answer brought, and
 * colleagues who stay because one said yes after them. */
struct model {
    bool own, brought;
    int stay;
};

static void
model_say(struct model *m, enum invitation_answer answer)
{
    if (answer == ANSWER_YES) {
        m->stay += m->brought;
        m->own = true;
        m->brought = false;
    } else if (answer == ANSWER_NO) {
        m->own = m->brought = false;
    } else {
        m->own = false;
        m->brought = true;
    }
}

static void
answers_agree_with_registrations_in_every_order(void **state)
{
    static const enum invitation_answer answer[] = { ANSWER_YES, ANSWER_NO, ANSWER_COLLEAGUE };

    (void)state;
    for (int row = 0; row < 81; row++) {
        int64_t g = gathering(row % 2 == 0 ? 2 : -1), now = OPENED_NOW;
        int64_t id = invite(g, arena_printf(o.a, "guest%d", row));
        struct model m = { 0 };

        for (int step = 0, rest = row; step < 4; step++, rest /= 3) {
            enum invitation_answer said = answer[rest % 3];
            const char *source = step % 2 == 0 ? "link" : "phone";
            const char *colleague = arena_printf(o.a, "colleague%d-%d", row, step);

            assert_int_equal(say(id, said, source, colleague, ++now), ST_OK);
            model_say(&m, said);
            assert_answer(id, said, source);
            assert_int_equal(now_is(id).answered_at, now);
            assert_int_equal(live(g), m.own + m.brought + m.stay);
            if (said != ANSWER_NO)
                assert_string_equal(now_is(id).registered, said == ANSWER_YES
                                                               ? arena_printf(o.a, "guest%d", row)
                                                               : colleague);
        }
    }
    assert_whole();
}

static void
yes_again_is_one_registration(void **state)
{
    int64_t g = gathering(-1), id = invite(g, "kari");

    (void)state;
    assert_int_equal(say(id, ANSWER_YES, "link", "", OPENED_NOW + 1), ST_OK);
    assert_int_equal(say(id, ANSWER_YES, "phone", "", OPENED_NOW + 2), ST_OK);
    assert_answer(id, ANSWER_YES, "phone");
    assert_int_equal(live(g), 1);
    assert_int_equal(say(id, ANSWER_NO, "link", "", OPENED_NOW + 3), ST_OK);
    assert_int_equal(say(id, ANSWER_NO, "link", "", OPENED_NOW + 4), ST_OK);
    assert_int_equal(live(g), 0);
    assert_int_equal(say(id, ANSWER_YES, "link", "", OPENED_NOW + 5), ST_OK);
    assert_int_equal(live(g), 1);
}

static void
a_full_gathering_has_a_line(void **state)
{
    int64_t g = gathering(1), first = invite(g, "first"), second = invite(g, "second");

    (void)state;
    assert_int_equal(say(first, ANSWER_YES, "link", "", OPENED_NOW + 1), ST_OK);
    assert_int_equal(say(second, ANSWER_YES, "link", "", OPENED_NOW + 2), ST_OK);
    assert_false(now_is(first).waits);
    assert_true(now_is(second).waits);
    assert_int_equal(say(first, ANSWER_NO, "link", "", OPENED_NOW + 3), ST_OK);
    assert_false(now_is(second).waits);
    assert_answer(second, ANSWER_YES, "link");
    assert_whole();
}

static void
a_colleague_is_somebody_else(void **state)
{
    int64_t g = gathering(-1), id = invite(g, "ragnhild"), own = 0;
    struct registration per = make(g, "per");

    (void)state;
    assert_int_equal(say(id, ANSWER_COLLEAGUE, "link", "Ragnhild", OPENED_NOW + 1), ST_CONFLICT);
    assert_int_equal(now_is(id).answer, ANSWER_NONE);
    /* Who had registered alone keeps that, whatever is answered afterwards. */
    assert_int_equal(say(id, ANSWER_COLLEAGUE, "link", "per", OPENED_NOW + 2), ST_OK);
    assert_int_equal(now_is(id).registration_id, per.id);
    assert_int_equal(say(id, ANSWER_NO, "phone", "", OPENED_NOW + 3), ST_OK);
    assert_int_equal(again(per.id).status, REG_CONFIRMED);
    assert_answer(id, ANSWER_NO, "phone");
    /* A colleague's cancellation leaves nobody. */
    assert_int_equal(say(id, ANSWER_COLLEAGUE, "link", "eva", OPENED_NOW + 4), ST_OK);
    own = now_is(id).registration_id;
    assert_int_equal(registration_cancel(o.c, o.a, own, NULL, false, OPENED_NOW + 5), ST_OK);
    assert_answer(id, ANSWER_NO, "public");
    assert_whole();
}

static void
closes_for_those_who_answer_themselves(void **state)
{
    int64_t g = gathering(-1), id = invite(g, "kari"), draft = 0;
    const int64_t started = OPENED_START + MS_MINUTE, over = OPENED_START + 4 * MS_HOUR;

    (void)state;
    assert_int_equal(say(id, ANSWER_YES, "link", "", started), ST_GONE);
    assert_int_equal(now_is(id).answer, ANSWER_NONE);
    assert_int_equal(say(id, ANSWER_NO, "link", "", started), ST_OK);
    assert_int_equal(say(id, ANSWER_YES, "phone", "", started + 1), ST_OK);
    assert_int_equal(say(id, ANSWER_NO, "phone", "", over), ST_GONE);
    assert_answer(id, ANSWER_YES, "phone");

    draft = invite(gathering(-1), "eva");
    assert_int_equal(gathering_cancel(o.c, now_is(draft).gathering_id, false, NULL, OPENED_NOW + 1),
                     ST_OK);
    assert_int_equal(say(draft, ANSWER_YES, "phone", "", OPENED_NOW + 2), ST_GONE);
    assert_int_equal(say(999999, ANSWER_YES, "phone", "", OPENED_NOW), ST_NOT_FOUND);
}

/* ── Other ways ── */

static void
what_is_done_elsewhere_is_an_answer(void **state)
{
    int64_t g = gathering(-1), id = invite(g, "anne");
    struct registration anne, colleague;

    (void)state;
    anne = make(g, "anne");
    assert_answer(id, ANSWER_YES, "public");
    assert_int_equal(registration_cancel(o.c, o.a, anne.id, NULL, false, OPENED_NOW + 1), ST_OK);
    assert_answer(id, ANSWER_NO, "public");
    anne = make(g, "anne");
    assert_answer(id, ANSWER_YES, "public");
    assert_int_equal(registration_hand_over(o.c, o.a, anne.id, "Bo", "bo@example.org", "", "public",
                                            OPENED_NOW + 2, &colleague),
                     ST_OK);
    assert_answer(id, ANSWER_COLLEAGUE, "public");
    assert_string_equal(now_is(id).registered, "Bo");
    assert_whole();
}

/* The second time nothing is made and nothing has failed: what comes after it is done. */
static void
invited_once(void **state)
{
    int64_t g = gathering(-1), id = invite_at(g, "Twice", OPENED_NOW), contact = 0, same = 0;

    (void)state;
    assert_int_equal(db_begin(o.c), ST_OK);
    assert_int_equal(
        contact_ensure(o.c, "Twice@example.org", "Twice", "", "", "pasted", OPENED_NOW, &contact),
        ST_OK);
    assert_int_equal(invitation_make(o.c, g, contact, 0, false, OPENED_NOW, &same), ST_CONFLICT);
    assert_int_equal(same, id);
    (void)invite_at(g, "Behind", OPENED_NOW);
    assert_int_equal(db_commit(o.c), ST_OK);
}

/* Kari and Ola share an address: one's no is not the other's. */
static void
a_shared_address(void **state)
{
    int64_t g = gathering(-1), id = 0, contact = 0;
    struct registration ola = { 0 };

    (void)state;
    assert_int_equal(
        contact_ensure(o.c, "post@example.org", "Kari", "", "", "pasted", OPENED_NOW, &contact),
        ST_OK);
    assert_int_equal(invitation_make(o.c, g, contact, 0, false, OPENED_NOW, &id), ST_OK);
    assert_int_equal(say(id, ANSWER_YES, "link", "", OPENED_NOW + 1), ST_OK);
    assert_int_equal(try_make(g, "Ola", "post@example.org", "public", OPENED_NOW + 2, &ola), ST_OK);
    assert_string_equal(now_is(id).registered, "Kari");
    assert_int_equal(say(id, ANSWER_NO, "link", "", OPENED_NOW + 3), ST_OK);
    assert_int_equal(again(ola.id).status, REG_CONFIRMED);
    assert_int_equal(say(id, ANSWER_YES, "link", "", OPENED_NOW + 4), ST_OK);
    assert_string_equal(now_is(id).registered, "Kari");
    assert_int_equal(live(g), 2);
    assert_whole();
}

/* Each of those who share it answers for themselves. */
static void
each_of_a_shared_address(void **state)
{
    static const char *const name[] = { "Kari", "Ola", "Åse" };
    int64_t g = gathering(-1), id[3], contact = 0;
    struct registration r = { 0 };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(name); i++) {
        assert_int_equal(contact_ensure(o.c, "felles@example.org", name[i], "", "", "pasted",
                                        OPENED_NOW, &contact),
                         ST_OK);
        assert_int_equal(invitation_make(o.c, g, contact, 0, false, OPENED_NOW, &id[i]), ST_OK);
    }
    for (size_t i = ARRAY_LEN(name); i-- > 0;) {
        for (size_t k = 0; k < ARRAY_LEN(name); k++)
            assert_int_equal(now_is(id[k]).answer, k > i ? ANSWER_YES : ANSWER_NONE);
        assert_int_equal(try_make(g, name[i], "felles@example.org", "public", OPENED_NOW + 2, &r),
                         ST_OK);
    }
    assert_int_equal(now_is(id[0]).answer, ANSWER_YES);
    assert_whole();
}

/* ── Lists ── */

static void
a_list_is_invited_once(void **state)
{
    int64_t g = gathering(-1), invited = 0, before = invite(g, "before");
    struct invitation_entry e[] = {
        { .name = "New", .email = "new@list.example", .organisation = "List AS" },
        { .name = "Twin", .email = "new@list.example", .organisation = "" },
        { .name = "new", .email = "new@list.example", .organisation = "" },
        { .name = "Before", .email = "before@example.org", .organisation = "" },
        { .name = "Tired", .email = "tired@list.example", .organisation = "" },
        { .name = "In", .email = "in@example.org", .organisation = "" },
        { .name = "", .email = "post@list.example", .organisation = "" },
    };
    static const char *const why[] = { NULL,         NULL,         "duplicate", "already_invited",
                                       "suppressed", "registered", NULL };
    const int64_t later = OPENED_NOW + 1;

    (void)state;
    (void)make(g, "in");
    assert_int_equal(mail_suppress(o.c, "tired@list.example", SUPPRESSED_ASKED, "", OPENED_NOW),
                     ST_OK);
    assert_int_equal(invitation_send(o.c, o.a, g, "Subject", "Hei {fornavn}!\n\nKom!", e,
                                     ARRAY_LEN(e), "pasted", 1, later, &invited),
                     ST_OK);
    assert_int_equal(invited, 3);
    for (size_t i = 0; i < ARRAY_LEN(e); i++) {
        assert_int_equal(e[i].why == NULL, why[i] == NULL);
        if (why[i] != NULL)
            assert_string_equal(e[i].why, why[i]);
    }
    assert_int_equal(e[3].id, before);
    assert_int_equal(queued("invitation.invite", e[1].id), 1);
    assert_int_equal(queued("invitation.invite", e[0].id), 1);
    assert_string_equal(now_is(e[0].id).name, "New");

    assert_int_equal(gathering_cancel(o.c, g, false, NULL, later), ST_OK);
    assert_int_equal(invitation_send(o.c, o.a, g, "", "", e, 1, "pasted", 1, later + 1, &invited),
                     ST_GONE);
}

static void
drafts_invite_nobody(void **state)
{
    const struct gathering draft = { .kind = "theme",
                                     .title = "Draft",
                                     .place = "Hub",
                                     .timezone = "Europe/Oslo",
                                     .language = "nb",
                                     .starts_at = OPENED_START,
                                     .ends_at = OPENED_START + MS_HOUR,
                                     .capacity = -1 };
    struct invitation_entry e = { .name = "A", .email = "a@list.example", .organisation = "" };
    int64_t g = 0, invited = -1;

    (void)state;
    assert_int_equal(gathering_create(o.c, &draft, NULL, OPENED_NOW, &g), ST_OK);
    assert_int_equal(invitation_send(o.c, o.a, g, "", "", &e, 1, "api", 0, OPENED_NOW, &invited),
                     ST_CONFLICT);
    assert_int_equal(invited, 0);
}

/* ── Mails ── */

static int64_t
remind(int64_t g)
{
    const struct reminder_due due = {
        .rule = invitation_reminder_rules[0],
        .moment = { .subject_id = g, .gathering_id = g, .at = REMINDED, .time = OPENED_START },
    };
    struct reminder_piece p = { 0 };

    assert_int_equal(reminder_run(o.c, &due, REMINDED, &p), ST_OK);
    return p.mails;
}

static void
only_the_silent_are_reminded(void **state)
{
    int64_t g = gathering(-1), silent = invite(g, "silent"), yes = invite(g, "yes");
    int64_t no = invite(g, "no"), other = invite(g, "other"), tired = invite(g, "tired");
    int64_t fresh = invite_at(g, "fresh", REMINDED - MS_DAY + 1);
    int64_t just = invite_at(g, "just", REMINDED - MS_DAY);
    struct gathering now;

    (void)state;
    assert_int_equal(gathering_by_id(o.c, o.a, g, &now), ST_OK);
    assert_int_equal(invitation_reminder_at(&now), REMINDED);
    assert_int_equal(say(yes, ANSWER_YES, "link", "", OPENED_NOW + 1), ST_OK);
    assert_int_equal(say(no, ANSWER_NO, "phone", "", OPENED_NOW + 1), ST_OK);
    (void)make(g, "other");
    assert_int_equal(mail_suppress(o.c, "tired@example.org", SUPPRESSED_ASKED, "", OPENED_NOW),
                     ST_OK);
    assert_int_equal(remind(g), 2);
    assert_int_equal(queued("invitation.reminder", silent), 1);
    assert_int_equal(queued("invitation.reminder", just), 1);
    assert_int_equal(queued("invitation.reminder", yes), 0);
    assert_int_equal(queued("invitation.reminder", no), 0);
    assert_int_equal(queued("invitation.reminder", other), 0);
    assert_int_equal(queued("invitation.reminder", tired), 0);
    assert_int_equal(queued("invitation.reminder", fresh), 0);
    /* Answered before it has left: it does not go. */
    assert_int_equal(say(silent, ANSWER_YES, "phone", "", REMINDED + 1), ST_OK);
    assert_int_equal(queued("invitation.reminder", silent), 0);
}

static void
a_move_is_told_to_the_open_ones(void **state)
{
    int64_t g = gathering(-1), open = invite(g, "open"), yes = invite(g, "coming");
    int64_t no = invite(g, "declined");
    struct gathering_event e = { .gathering_id = g, .old_start = OPENED_START - MS_HOUR };

    (void)state;
    assert_int_equal(say(yes, ANSWER_YES, "link", "", OPENED_NOW + 1), ST_OK);
    assert_int_equal(say(no, ANSWER_NO, "link", "", OPENED_NOW + 1), ST_OK);
    assert_int_equal(event_tell(o.c, &gathering_event_moved, &e, OPENED_NOW + 2), ST_OK);
    assert_int_equal(queued("invitation.moved", open), 0);
    e.notify = true;
    e.message = "Ferry";
    assert_int_equal(event_tell(o.c, &gathering_event_moved, &e, OPENED_NOW + 2), ST_OK);
    assert_int_equal(event_tell(o.c, &gathering_event_moved, &e, OPENED_NOW + 2), ST_OK);
    assert_int_equal(queued("invitation.moved", open), 1);
    assert_int_equal(queued("invitation.moved", yes), 0);
    assert_int_equal(queued("invitation.moved", no), 0);
    assert_int_equal(event_tell(o.c, &gathering_event_cancelled, &e, OPENED_NOW + 2), ST_OK);
    assert_int_equal(queued("invitation.gathering_cancelled", open), 1);
    assert_int_equal(queued("invitation.gathering_cancelled", no), 0);
}

static void
the_words_are_filled_in(void **state)
{
    static const struct {
        const char *name, *email, *organisation, *text, *filled;
    } row[] = {
        { "Nes, Kåre", "k@x.example", "Nes AS", "Hei {fornavn}! {bedrift} {frist}",
          "Hei Kåre! Nes AS mandag" },
        { "post", "post@x.example", "", "Hei {fornavn}! Fint å ha {bedrift} med",
          "Hei! Fint å ha dere med" },
        { "A", "a@x.example", "{fornavn} AS", "{bedrift} {ukjent} {", "{fornavn} AS {ukjent} {" },
        { "A", "a@x.example", "", "", "" },
    };
    static const struct {
        const char *text, *rest;
    } greeting[] = {
        { "Hei {fornavn}!\n\nBli med", "Bli med" },
        { "Hei alle sammen,\nBli med", "Bli med" },
        { "Hei!", "" },
        { "Hei, bli med!", "Hei, bli med!" },
        { "Heia klyngen!\nx", "Heia klyngen!\nx" },
        { "Kjære {fornavn}\nx", "x" },
        { "", "" },
    };
    struct buf html;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        const struct invitation_words w = { .name = row[i].name,
                                            .email = row[i].email,
                                            .organisation = row[i].organisation,
                                            .deadline = "mandag",
                                            .lang = "nb" };

        assert_string_equal(invitation_fill_in(o.a, row[i].text, &w), row[i].filled);
    }
    for (size_t i = 0; i < ARRAY_LEN(greeting); i++)
        assert_string_equal(invitation_past_greeting(greeting[i].text), greeting[i].rest);

    const struct invitation_words w = { "<b>", "b@x.example", "", "", "nb" };
    buf_init(&html, 0);
    invitation_fill_in_html(o.a, "{fornavn} & {fornavn}", &w, &html);
    assert_string_equal(buf_str(&html), "<mark class=\"sm-mark\">&lt;b&gt;</mark> &amp; "
                                        "<mark class=\"sm-mark\">&lt;b&gt;</mark>");
    buf_release(&html);
}

/* ── A person ── */

static void
a_person_is_exported_and_erased(void **state)
{
    int64_t g = gathering(-1), id = invite(g, "forgotten");
    const struct person_query q = { .email = "forgotten@example.org" };
    struct person p;
    struct invitation_counts n = { 0 };
    struct invitation i = { 0 };
    json_t *out = json_object();

    (void)state;
    assert_int_equal(say(id, ANSWER_YES, "link", "", OPENED_NOW + 1), ST_OK);
    assert_int_equal(person_gather(o.c, o.a, &q, &p), ST_OK);
    assert_int_equal(invitation_person_export(o.c, &p, out), ST_OK);
    assert_int_equal(json_array_size(json_object_get(out, "invitations")), 1);
    json_decref(out);
    for (const struct feature *const *f = all_features; *f != NULL; f++)
        if (strcmp((*f)->name, "invitations") == 0)
            assert_int_equal((*f)->person_erase(o.c, &p), ST_OK);
    assert_int_equal(invitation_by_id(o.c, o.a, id, &i), ST_NOT_FOUND);
    assert_int_equal(invitation_count(o.c, g, &n), ST_OK);
    assert_int_equal(n.all, 1);
    assert_int_equal(n.yes, 1);
    /* Their registration goes after it, and nothing is left that disagrees. */
    assert_int_equal(registration_person_erase(o.c, &p), ST_OK);
    assert_whole();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_agree_with_registrations_in_every_order),
        cmocka_unit_test(yes_again_is_one_registration),
        cmocka_unit_test(a_full_gathering_has_a_line),
        cmocka_unit_test(a_colleague_is_somebody_else),
        cmocka_unit_test(closes_for_those_who_answer_themselves),
        cmocka_unit_test(what_is_done_elsewhere_is_an_answer),
        cmocka_unit_test(invited_once),
        cmocka_unit_test(a_shared_address),
        cmocka_unit_test(each_of_a_shared_address),
        cmocka_unit_test(a_list_is_invited_once),
        cmocka_unit_test(drafts_invite_nobody),
        cmocka_unit_test(only_the_silent_are_reminded),
        cmocka_unit_test(a_move_is_told_to_the_open_ones),
        cmocka_unit_test(the_words_are_filled_in),
        cmocka_unit_test(a_person_is_exported_and_erased),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
