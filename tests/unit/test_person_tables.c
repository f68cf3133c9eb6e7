/*
 * Nothing that refers to a person is forgotten: every such table of the schema is named by a
 * feature, and after an erasure nothing of the person is left in any of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <regex.h>

#include "base/memory.h"
#include "contacts/contacts_pages.h"
#include "invitations/invitations.h"
#include "mailing/mailing.h"
#include "members/members.h"
#include "registered.h"
#include "tickets/tickets.h"

#define EMAIL "sporlaus@example.org"
/* In everything that the person is asked for; nothing else says it. */
#define MARK "sporlaus"

/* Columns that refer to a person, or that are one. */
static const char telling[] = "^((.*_)?(email|name|holder|speaker|phone|address|requirements|wish)"
                              "|(contact|registration|invitation|ticket|account)_id)$";

static const struct person_table *
named(const char *table)
{
    for (const struct feature *const *f = all_features; *f != NULL; f++)
        for (const struct person_table *t = (*f)->person_tables; t != NULL && t->table; t++)
            if (strcmp(t->table, table) == 0)
                return t;
    return NULL;
}

/* The texts of a query's first column, NULL at the end, in the arena. */
static const char **
texts(const char *sql)
{
    const char **all = NULL;
    size_t n = 0, room = 0;
    struct db_stmt *st = NULL;

    assert_int_equal(db_prepare_text(o.c, sql, &st), ST_OK);
    do {
        ARENA_GROW(o.a, all, n, &room);
        all[n] = db_next(st) == ST_OK ? arena_strdup(o.a, db_text(st, 0)) : NULL;
    } while (all[n++] != NULL);
    db_finish(&st);
    return all;
}

static const char **
tables(void)
{
    return texts("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
}

static const char **
columns(const char *table)
{
    return texts(arena_printf(o.a, "SELECT name FROM pragma_table_info('%s')", table));
}

static bool
refers_to_people(const char *table, const regex_t *of)
{
    for (const char **col = columns(table); *col != NULL; col++)
        if (regexec(of, *col, 0, NULL, 0) == 0)
            return true;
    return false;
}

static void
every_table_that_refers_to_people_is_named(void **state)
{
    regex_t of;
    int n = 0;

    (void)state;
    assert_int_equal(regcomp(&of, telling, REG_EXTENDED | REG_NOSUB), 0);
    for (const char **t = tables(); *t != NULL; t++) {
        if (!refers_to_people(*t, &of))
            continue;
        if (named(*t) == NULL)
            fail_msg("%s refers to people: name it in a feature's person_tables, and see to it in "
                     "person_export and person_erase (or say why not)",
                     *t);
        n++;
    }
    assert_true(n > 10);
    regfree(&of);
}

static void
what_is_named_is_there_and_somebodys(void **state)
{
    (void)state;
    for (const struct feature *const *f = all_features; *f != NULL; f++)
        for (const struct person_table *t = (*f)->person_tables; t != NULL && t->table; t++) {
            if (*columns(t->table) == NULL)
                fail_msg("%s names %s, and there is no such table", (*f)->name, t->table);
            assert_ptr_equal(named(t->table), t); /* once */
            if (t->exempt != NULL)
                assert_true(strlen(t->exempt) > 10);
        }
}

/* ── Filled, exported, erased, looked at ── */

/* How many values of a table say the mark. */
static int64_t
marks(const char *table)
{
    int64_t n = 0;

    for (const char **col = columns(table); *col != NULL; col++)
        n += scratch_number(o.c, arena_printf(o.a,
                                              "SELECT COUNT(*) FROM \"%s\" WHERE"
                                              " CAST(\"%s\" AS TEXT) LIKE '%%" MARK "%%'",
                                              table, *col));
    return n;
}

static int64_t
rows(const char *table)
{
    return scratch_number(o.c, arena_printf(o.a, "SELECT COUNT(*) FROM \"%s\"", table));
}

/* May speak for an organisation, and has said something for it. */
static void
speaks(void)
{
    struct expectation said = {
        .expects = "said", .brings = "", .openness = "closed", .source = "member", .said_at = 1
    };
    struct contact k;
    int64_t id = 0;

    assert_int_equal(contact_of_person(o.c, o.a, EMAIL, "Nora " MARK, &k), ST_OK);
    said.contact_id = k.id;
    said.organisation_id = scratch_number(o.c, "SELECT MIN(id) FROM organisation");
    assert_int_equal(representative_add(o.c, o.a, said.organisation_id, k.id, 1, &id), ST_OK);
    assert_int_equal(representative_send(o.c, o.a, id, "self", OPENED_NOW), ST_OK);
    assert_int_equal(expectation_say(o.c, &said), ST_OK);
}

/* One who does everything that leaves something behind. */
static void
fill(void)
{
    struct invitation_entry entry = { .name = "Nora " MARK,
                                      .email = EMAIL,
                                      .organisation = "Blåfjell" };
    int64_t g = gathering(-1), other = gathering(-1), invited = 0;
    const struct registration_new n = { .gathering_id = g,
                                        .name = "Nora " MARK,
                                        .email = EMAIL,
                                        .organisation = "Blåfjell",
                                        .phone = "phone-" MARK,
                                        .wish = "wish-" MARK,
                                        .requirements = "requirements-" MARK,
                                        .source = "public",
                                        .keep_requirements = true,
                                        .invite_later = true };
    struct registration r;
    struct admission admitted;

    assert_int_equal(
        invitation_send(o.c, o.a, other, "", "", &entry, 1, "pasted", 0, OPENED_NOW, &invited),
        ST_OK);
    assert_int_equal(invited, 1);
    assert_int_equal(registration_make(o.c, o.a, &n, OPENED_NOW, &r), ST_OK);
    /* Kept when the seven days are over. */
    assert_int_equal(db_script(o.c, "INSERT INTO requirement_kept VALUES ('" EMAIL "', 'nora " MARK
                                    "', 'requirements-" MARK "', 1)"),
                     ST_OK);
    assert_int_equal(ticket_admit(o.c, g, r.ticket, "door", OPENED_START, &admitted), ST_OK);
    assert_int_equal(
        db_script(o.c, arena_printf(
                           o.a,
                           "INSERT INTO survey (gathering_id, asked, anonymous, version, answers,"
                           " marks, mark_sum) VALUES (%lld, 1, 0, 1, 1, 0, 0);"
                           "INSERT INTO survey_question (id, gathering_id, turn, kind, text,"
                           " help, options, required, for_needs) VALUES (1, %lld, 1, 'text',"
                           " '?', '', '', 0, 0);"
                           "INSERT INTO survey_answer (id, registration_id, gathering_id,"
                           " answered_at) VALUES (1, %lld, %lld, 1);"
                           "INSERT INTO survey_reply VALUES (1, 1, 0, 'answer-" MARK "');"
                           "INSERT INTO survey_answered VALUES (%lld, %lld)",
                           (long long)g, (long long)g, (long long)r.id, (long long)g,
                           (long long)r.id, (long long)g)),
        ST_OK);
    speaks();
    assert_int_equal(
        db_script(o.c,
                  arena_printf(o.a,
                               "INSERT INTO need (organisation_id, contact_id, registration_id,"
                               " kind, text, source, search_key, created_at, changed_at)"
                               " SELECT o.id, r.contact_id, r.id, 'need', 'What we need',"
                               " 'registration', '', 1, 1 FROM organisation o, registration r"
                               " WHERE r.id = %lld AND r.contact_id > 0 LIMIT 1",
                               (long long)r.id)),
        ST_OK);
    assert_int_equal(
        db_script(o.c,
                  arena_printf(o.a,
                               "INSERT INTO gathering_need (public_id, gathering_id, need_id,"
                               " contact_id, outcome, note, answered_at, added_at)"
                               " SELECT 'n', %lld, id, contact_id, 'solved', 'What came of it',"
                               " 1, 1 FROM need",
                               (long long)g)),
        ST_OK);
    assert_int_equal(
        db_script(o.c, "INSERT INTO need (organisation_id, kind, text, source, search_key,"
                       " created_at, changed_at) SELECT organisation_id, 'offer', 'What fits',"
                       " 'member', '', 1, 1 FROM need;"
                       "INSERT INTO need_match (need_id, offer_id, state, made_at, changed_at)"
                       " SELECT MIN(id), MAX(id), 'asked', 1, 1 FROM need;"
                       "INSERT INTO need_match_side (match_id, side, public_id, contact_id)"
                       " SELECT m.id, 'need', 'k', n.contact_id FROM need_match m"
                       " JOIN need n ON n.id = m.need_id"),
        ST_OK);
    assert_int_equal(
        db_script(o.c, "INSERT INTO service (id, name, name_key, sort_key, kind) VALUES (1, 'Help',"
                       " 'help', 'help', 'other');"
                       "INSERT INTO service_request (service_id, organisation_id, contact_id, text,"
                       " source, asked_at, changed_at) SELECT 1, organisation_id, contact_id,"
                       " 'What was asked for', 'member', 1, 1 FROM need WHERE contact_id > 0"),
        ST_OK);
    assert_int_equal(
        db_script(o.c, "INSERT INTO room (id, name, name_key, sort_key, kind) VALUES (1, 'Lab',"
                       " 'lab', 'lab', 'lab');"
                       "INSERT INTO room_booking (room_id, what, who, who_key, email, from_at,"
                       " to_at, changed_at) VALUES (1, 'Booked for', 'Nora " MARK "', 'nora " MARK
                       "', '" EMAIL "', 1, 2, 1)"),
        ST_OK);
    assert_int_equal(mail_suppress(o.c, EMAIL, SUPPRESSED_ASKED, "", OPENED_NOW), ST_OK);
    assert_int_equal(db_script(o.c, "INSERT INTO person_request (public_id, email, lang,"
                                    " created_at) VALUES ('p', '" EMAIL "', 'nb', 1)"),
                     ST_OK);
}

static void
what_is_erased_is_gone(void **state)
{
    static const char *const exported[] = { "Nora " MARK,         EMAIL,
                                            "phone-" MARK,        "wish-" MARK,
                                            "requirements-" MARK, "invitation.invite",
                                            "mail_stopped",       "answer-" MARK,
                                            "speaks_for",         "\"said\"",
                                            "What we need",       "Booked for",
                                            "What came of it",    "What was asked for" };
    const struct person_query q = { .email = EMAIL };
    struct person p;
    json_t *out = json_object();
    char *text;

    (void)state;
    fill();
    /* A table that a feature erases is filled above; else this would look at nothing. */
    for (const struct feature *const *f = all_features; *f != NULL; f++)
        for (const struct person_table *t = (*f)->person_tables; t != NULL && t->table; t++)
            if (t->exempt == NULL && rows(t->table) == 0)
                fail_msg("%s holds nothing of the person: fill it in this test", t->table);
    assert_int_equal(person_gather(o.c, o.a, &q, &p), ST_OK);
    assert_int_equal(person_export_all(o.c, &p, out), ST_OK);
    text = json_dumps(out, 0);
    for (size_t i = 0; i < ARRAY_LEN(exported); i++)
        if (strstr(text, exported[i]) == NULL)
            fail_msg("not exported: %s", exported[i]);
    mem_free(text);
    json_decref(out);
    assert_int_equal(person_erase_all(o.c, &p), ST_OK);
    for (const char **t = tables(); *t != NULL; t++)
        if (marks(*t) != 0)
            fail_msg("%s still says who it was", *t);
    assert_int_equal(rows("contact"), 0);
    assert_int_equal(rows("representative"), 0);
    assert_int_equal(
        scratch_number(o.c, "SELECT COUNT(*) FROM gathering_need WHERE contact_id IS NULL"), 1);
    assert_int_equal(
        scratch_number(o.c, "SELECT COUNT(*) FROM service_request WHERE contact_id IS NULL"), 1);
    assert_int_equal(scratch_number(o.c, "SELECT COUNT(*) FROM need_match WHERE state = 'ended'"),
                     1);
    assert_int_equal(scratch_number(o.c, "SELECT COUNT(*) FROM expectation"
                                         " WHERE contact_id IS NULL AND expects = 'said'"),
                     1);
    assert_int_equal(scratch_number(o.c, "SELECT COUNT(*) FROM invitation"
                                         " WHERE contact_id IS NOT NULL"),
                     0);
}

/* A contact without a name is whoever is met at the address, and not all who share it. */
static void
nobody_by_name_is_not_everybody(void **state)
{
    int64_t id = 0;
    const struct person_query q = { .table = "contact", .follow = true };
    struct person_query at = q;
    const struct registration_new kari = { .gathering_id = gathering(-1),
                                           .name = "Kari",
                                           .email = EMAIL,
                                           .organisation = "Blåfjell",
                                           .source = "public" };
    struct registration r;
    struct person p;
    json_t *out = json_object();

    (void)state;
    assert_int_equal(registration_make(o.c, o.a, &kari, OPENED_NOW, &r), ST_OK);
    assert_int_equal(
        db_script(o.c, "INSERT INTO requirement_kept VALUES ('" EMAIL "', 'kari', 'nuts', 1)"),
        ST_OK);
    assert_int_equal(contact_ensure(o.c, EMAIL, "", "", "nb", "pasted", OPENED_NOW, &id), ST_OK);
    at.id = id;
    assert_int_equal(person_gather(o.c, o.a, &at, &p), ST_OK);
    assert_int_equal(person_export_all(o.c, &p, out), ST_OK);
    assert_int_equal(json_array_size(json_object_get(out, "requirements_kept")), 0);
    json_decref(out);
    assert_int_equal(person_erase_all(o.c, &p), ST_OK);
    assert_int_equal(rows("contact"), 0);
    assert_int_equal(rows("requirement_kept"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_table_that_refers_to_people_is_named),
        TEST(what_is_named_is_there_and_somebodys),
        TEST(what_is_erased_is_gone),
        TEST(nobody_by_name_is_not_everybody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
