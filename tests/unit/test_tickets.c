#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "opened.h"
#include "tickets/ticket_text.h"
#include "tickets/tickets.h"

static struct opened o;
static int64_t here, there;

static int
set_up(void **state)
{
    (void)state;
    if (!opened_begin(&o))
        return -1;
    here = opened_gathering(&o, "Here", -1, OPENED_START);
    there = opened_gathering(&o, "There", -1, OPENED_START);
    return here != 0 && there != 0 ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    opened_end(&o);
    return 0;
}

static struct ticket
issue(int64_t gathering, int64_t registration)
{
    struct ticket t;

    assert_int_equal(
        ticket_issue(o.c, o.a, gathering, registration, "Kåre Nes", "Blåfjell", OPENED_NOW, &t),
        ST_OK);
    return t;
}

static enum admission_kind
scan(int64_t gathering, const char *text)
{
    struct admission a;

    assert_int_equal(ticket_admit(o.c, gathering, text, "door", OPENED_START, &a), ST_OK);
    return a.kind;
}

static void
reads_what_is_scanned(void **state)
{
    static const char code[] = "S0123456789abcdefABCD-_";
    static const struct {
        const char *text;
        enum status rc;
        bool is_short;
        const char *code;
    } row[] = {
        { "7K4M2XQ9", ST_OK, true, "7K4M2XQ9" },
        { " 7k4m 2xq9\r\n", ST_OK, true, "7K4M2XQ9" },
        { "7K4M-2XQ9", ST_OK, true, "7K4M2XQ9" },
        { "iLo0 1111", ST_OK, true, "11001111" },
        { "7K4M2XQU", ST_NOT_FOUND, false, NULL }, /* no U */
        { "7K4M2XQ", ST_NOT_FOUND, false, NULL },
        { "7K4M2XQ99", ST_NOT_FOUND, false, NULL },
        { "7K4M 2XQ\xc3\xa9", ST_NOT_FOUND, false, NULL },
        { code, ST_OK, false, code },
        { "https://x.example/t/S0123456789abcdefABCD-_", ST_OK, false, code },
        { "http://x/t/y/t/S0123456789abcdefABCD-_\n", ST_OK, false, code },
        { "https://x.example/t/S0123456789abcdefABCD-_x", ST_NOT_FOUND, false, NULL },
        { "https://x.example/t/S0123456789abcdefABCD-_.png", ST_NOT_FOUND, false, NULL },
        { "https://x.example/t/", ST_NOT_FOUND, false, NULL },
        { "https://x.example/t/7K4M2XQ9", ST_NOT_FOUND, false, NULL },
        { "S0123456789abcdefABCD-", ST_NOT_FOUND, false, NULL },
        { "s0123456789abcdefABCD-_", ST_NOT_FOUND, false, NULL },
        /* A US scanner on a Nordic machine, and the other way round. */
        { "https\xc3\x98--x.example-t-S0123456789abcdefABCD+?", ST_OK, false, code },
        { "S0123456789abcdefABCD+?", ST_OK, false, code },
        { "https>&&x.example&t&S0123456789abcdefABCD/?", ST_OK, false, code },
        { "https\xc3\x98--x.example-t-S0123456789abcdefABCD+?x", ST_NOT_FOUND, false, NULL },
        { "", ST_INVALID, false, NULL },
        { "  \n", ST_INVALID, false, NULL },
    };
    struct ticket_text t;
    char longest[TICKET_TEXT_MAX + 2];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        assert_int_equal(ticket_text_read(row[i].text, &t), row[i].rc);
        if (row[i].rc == ST_OK) {
            assert_string_equal(t.code, row[i].code);
            assert_int_equal(t.is_short, row[i].is_short);
            assert_false(t.is_signed);
        }
    }
    memset(longest, 'A', sizeof longest);
    longest[TICKET_TEXT_MAX + 1] = '\0';
    assert_int_equal(ticket_text_read(longest, &t), ST_INVALID);
    longest[TICKET_TEXT_MAX] = '\0';
    assert_int_equal(ticket_text_read(longest, &t), ST_NOT_FOUND);
    assert_int_equal(ticket_text_read("S0123456789abcdefABCD-_#", &t), ST_OK);
    assert_true(t.is_signed && !t.signature_ok);
    assert_int_equal(ticket_text_read("S0123456789abcdefABCD-_#abc", &t), ST_OK);
    assert_true(t.is_signed && !t.signature_ok);
}

static void
codes_have_their_form(void **state)
{
    struct ticket t = issue(here, 100);

    (void)state;
    assert_true(ticket_code_ok(t.code));
    assert_int_equal(strlen(t.code), 23);
    assert_int_equal(strlen(t.short_code), 8);
    assert_string_equal(ticket_short_shown(o.a, "7K4M2XQ9"), "7K4M 2XQ9");
}

static void
admits_a_ticket_once(void **state)
{
    struct ticket t = issue(here, 200);
    struct admission a;

    (void)state;
    assert_int_equal(ticket_admit(o.c, here, t.code, "Front", OPENED_START, &a), ST_OK);
    assert_int_equal(a.kind, ADMISSION_GIVEN);
    assert_string_equal(a.holder, "Kåre Nes");
    assert_string_equal(a.organisation, "Blåfjell");
    assert_int_equal(a.registration_id, 200);
    assert_int_equal(ticket_admit(o.c, here, t.code, "Back", OPENED_START + 5000, &a), ST_OK);
    assert_int_equal(a.kind, ADMISSION_ALREADY);
    assert_int_equal(a.first_at, OPENED_START);
    assert_int_equal(ticket_admit_undo(o.c, here, t.id), ST_OK);
    assert_int_equal(ticket_admit_undo(o.c, here, t.id), ST_NOT_FOUND);
    assert_int_equal(scan(here, t.short_code), ADMISSION_GIVEN);
}

/* What a scanner with US keys types on a Norwegian machine. */
static char *
retyped(const char *text)
{
    static const char us[] = "-_/:", norwegian[] = "+?-@"; /* any letter for the colon's */
    char *out = arena_strdup(o.a, text);

    for (char *p = out; *p != '\0'; p++) {
        const char *at = strchr(us, *p);

        if (at != NULL)
            *p = norwegian[at - us];
    }
    return out;
}

static void
says_when_the_keys_are_others(void **state)
{
    static const struct {
        const char *text;
        bool garbled;
    } row[] = {
        { "https:!!x.example!t!S0123456789abcdefABCD)_#", true }, /* keys of nowhere */
        { "HTTPS://X.EXAMPLE/T/s0123456789ABCDEFabcd-_", true },  /* Caps Lock */
        { "https\xc3\x98--x.example-t-S0123456789abcdefABCD+?", false },
        { "https://x.example/menu", false },
        { "7K4M 2XQ9", false },
        { "", false },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        assert_int_equal(ticket_scan_garbled(row[i].text), row[i].garbled);
}

static void
believes_only_its_own_signature(void **state)
{
    struct ticket t = issue(here, 300), other = issue(here, 301);
    const char *text, *other_text;
    char *forged;

    (void)state;
    assert_int_equal(ticket_qr_text(o.app, o.c, o.a, &t, &text), ST_OK);
    assert_int_equal(ticket_qr_text(o.app, o.c, o.a, &other, &other_text), ST_OK);
    assert_int_equal(strlen(text), strlen("https://hub.example.org/t/") + 23 + 1 + 86);

    /* Another ticket's signature under this code. */
    forged =
        arena_printf(o.a, "%.*s%s", (int)(strchr(text, '#') - text), text, strchr(other_text, '#'));
    assert_int_equal(scan(here, forged), ADMISSION_UNKNOWN);
    forged = arena_strdup(o.a, text);
    forged[strlen(forged) - 40] = forged[strlen(forged) - 40] == 'A' ? 'B' : 'A';
    assert_int_equal(scan(here, forged), ADMISSION_UNKNOWN);
    assert_int_equal(scan(here, arena_printf(o.a, "%s#", t.code)), ADMISSION_UNKNOWN);
    /* The signature decides, whatever keys a scanner has. */
    assert_int_equal(scan(here, retyped(forged)), ADMISSION_UNKNOWN);
    assert_int_equal(scan(here, retyped(text)), ADMISSION_GIVEN);
    assert_int_equal(ticket_admit_undo(o.c, here, t.id), ST_OK);
    assert_int_equal(scan(here, text), ADMISSION_GIVEN);
    assert_int_equal(scan(here, other.code), ADMISSION_GIVEN); /* none: looked up */
}

/* The gathering is signed too: a row moved in the database does not pass with its old QR. */
static void
signature_names_the_gathering(void **state)
{
    struct ticket t = issue(here, 350), moved;
    const char *text;

    (void)state;
    assert_int_equal(ticket_qr_text(o.app, o.c, o.a, &t, &text), ST_OK);
    moved = t;
    moved.gathering_id = there;
    const char *moved_text;
    assert_int_equal(ticket_qr_text(o.app, o.c, o.a, &moved, &moved_text), ST_OK);
    assert_string_not_equal(text, moved_text);
    assert_int_equal(scan(there, moved_text), ADMISSION_UNKNOWN);
}

static void
knows_other_and_dead_tickets(void **state)
{
    struct ticket t = issue(there, 400), dead = issue(here, 401), next, found;
    struct admission a;

    (void)state;
    assert_int_equal(ticket_admit(o.c, here, t.code, "door", OPENED_START, &a), ST_OK);
    assert_int_equal(a.kind, ADMISSION_WRONG_GATHERING);
    assert_string_equal(a.other_title, "There");
    /* A short code is a gathering's own. */
    assert_int_equal(scan(here, t.short_code), ADMISSION_UNKNOWN);

    assert_int_equal(ticket_cancel(o.c, 401, OPENED_NOW), ST_OK);
    assert_int_equal(ticket_cancel(o.c, 401, OPENED_NOW), ST_OK);
    assert_int_equal(scan(here, dead.code), ADMISSION_CANCELLED);
    assert_int_equal(ticket_of(o.c, o.a, 401, &found), ST_NOT_FOUND);
    next = issue(here, 401);
    assert_string_not_equal(next.code, dead.code);
    assert_int_equal(scan(here, dead.code), ADMISSION_CANCELLED);
    assert_int_equal(scan(here, next.code), ADMISSION_GIVEN);
    assert_int_equal(scan(here, "S0123456789abcdefABCD-_"), ADMISSION_UNKNOWN);
    assert_int_equal(scan(here, "hello"), ADMISSION_UNKNOWN);
    assert_int_equal(ticket_admit(o.c, here, "", "door", OPENED_START, &a), ST_INVALID);
}

/* One live ticket a registration. */
static void
refuses_a_second_live_ticket(void **state)
{
    struct ticket t;

    (void)state;
    (void)issue(here, 500);
    assert_int_equal(ticket_issue(o.c, o.a, here, 500, "A", "", OPENED_NOW, &t), ST_CONFLICT);
}

static void
renames_and_erases(void **state)
{
    struct ticket t = issue(here, 600), found;

    (void)state;
    assert_int_equal(ticket_rename(o.c, 600, "Ågot Berg", "Ny AS"), ST_OK);
    assert_int_equal(ticket_by_code(o.c, o.a, t.code, &found), ST_OK);
    assert_string_equal(found.holder, "Ågot Berg");
    assert_string_equal(found.organisation, "Ny AS");
    assert_int_equal(ticket_cancel(o.c, 600, OPENED_NOW), ST_OK);
    assert_int_equal(ticket_erase(o.c, 600), ST_OK);
    assert_int_equal(ticket_by_code(o.c, o.a, t.code, &found), ST_OK);
    assert_string_equal(found.holder, "–");
    assert_string_equal(found.organisation, "");
}

static int64_t
attended(int64_t gathering)
{
    struct gathering g;

    assert_int_equal(gathering_by_id(o.c, o.a, gathering, &g), ST_OK);
    return g.attended;
}

static void
keeps_count_of_who_came(void **state)
{
    int64_t g = opened_gathering(&o, "Counted", -1, OPENED_START);
    struct ticket one = issue(g, 801), two = issue(g, 802);

    (void)state;
    assert_int_equal(attended(g), 0);
    assert_int_equal(scan(g, one.code), ADMISSION_GIVEN);
    assert_int_equal(scan(g, one.code), ADMISSION_ALREADY);
    assert_int_equal(scan(g, two.code), ADMISSION_GIVEN);
    assert_int_equal(attended(g), 2);
    assert_int_equal(ticket_admit_undo(o.c, g, one.id), ST_OK);
    assert_int_equal(ticket_admit_undo(o.c, g, one.id), ST_NOT_FOUND);
    assert_int_equal(attended(g), 1);
    assert_int_equal(ticket_cancel(o.c, 801, OPENED_NOW), ST_OK);
    assert_int_equal(attended(g), 1);
    assert_int_equal(ticket_cancel(o.c, 802, OPENED_NOW), ST_OK);
    assert_int_equal(ticket_cancel(o.c, 802, OPENED_NOW), ST_OK);
    assert_int_equal(attended(g), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_is_scanned),
        cmocka_unit_test(codes_have_their_form),
        cmocka_unit_test(admits_a_ticket_once),
        cmocka_unit_test(keeps_count_of_who_came),
        cmocka_unit_test(believes_only_its_own_signature),
        cmocka_unit_test(says_when_the_keys_are_others),
        cmocka_unit_test(signature_names_the_gathering),
        cmocka_unit_test(knows_other_and_dead_tickets),
        cmocka_unit_test(refuses_a_second_live_ticket),
        cmocka_unit_test(renames_and_erases),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
