#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fold.h"
#include "contacts/contacts_pages.h"
#include "mailing/mailing.h"
#include "opened.h"
#include "organisations/organisations.h"

static struct opened o;

static int
set_up(void **state)
{
    (void)state;
    return opened_begin(&o) ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    opened_end(&o);
    return 0;
}

static int64_t
ensure(const char *email, const char *name, const char *organisation, const char *lang)
{
    int64_t id = 0;

    assert_int_equal(
        contact_ensure(o.c, email, name, organisation, lang, "pasted", OPENED_NOW, &id), ST_OK);
    return id;
}

static void
one_contact_a_person(void **state)
{
    int64_t id = ensure("kare@nes.example", "Kåre Nes", "", "");
    struct contact k;

    (void)state;
    /* A name stays as it was first written; what was empty is filled in, once. */
    assert_int_equal(ensure("kare@nes.example", "KARE  nes", "Nes Havbruk", ""), id);
    assert_int_equal(ensure("kare@nes.example", "", "Annet", "nn"), id);
    /* Another name is another person at the same address. */
    assert_int_not_equal(ensure("kare@nes.example", "Anne Nes", "Annet", ""), id);
    assert_int_equal(ensure("kare@nes.example", "ka\xCC\x8Are Nes", "", ""), id);
    assert_int_equal(contact_by_id(o.c, o.a, id, &k), ST_OK);
    assert_string_equal(k.name, "Kåre Nes");
    assert_string_equal(k.organisation, "Nes Havbruk");
    assert_string_equal(k.lang, "nn");
    assert_int_equal(ensure("post@firma.example", "", NULL, NULL) == id, false);
    assert_int_equal(contact_of_person(o.c, o.a, "post@firma.example", "", &k), ST_OK);
    assert_string_equal(k.name, "post");
    /* Whose name nobody has said takes the first one. */
    id = k.id;
    assert_int_equal(ensure("post@firma.example", "Kari Nes", "", ""), id);
    assert_int_not_equal(ensure("post@firma.example", "post", "", ""), id);
    assert_int_equal(contact_by_id(o.c, o.a, id, &k), ST_OK);
    assert_string_equal(k.name, "Kari Nes");
    assert_int_equal(contact_of_person(o.c, o.a, "nobody@firma.example", "", &k), ST_NOT_FOUND);
}

/* A program of before knew an address; the keys are made from what it wrote. */
static void
contacts_of_before_get_their_keys(void **state)
{
    int64_t kari = ensure("kari@before.example", "Kåri  Nes", "", "");
    int64_t post = ensure("post@before.example", "post", "", "");
    struct contact k;

    (void)state;
    assert_int_equal(
        db_script(o.c, "UPDATE contact SET name_key = '' WHERE email LIKE '%@before.example'"),
        ST_OK);
    assert_int_equal(contacts_feature.upgrade(o.c), ST_OK);
    assert_int_equal(contact_by_id(o.c, o.a, kari, &k), ST_OK);
    assert_string_equal(k.name_key, "kari nes");
    assert_int_equal(contact_by_id(o.c, o.a, post, &k), ST_OK);
    assert_string_equal(k.name_key, "");
}

static void
addresses_of_before_get_their_one_form(void **state)
{
    int64_t id = ensure("info@xn--blbr-roah.example", "Info", "", "");
    struct contact k;
    enum suppression stopped = SUPPRESSED_NOT;

    (void)state;
    assert_int_equal(mail_suppress(o.c, "info@xn--blbr-roah.example", SUPPRESSED_ASKED, "", 1),
                     ST_OK);
    for (const struct feature *const *f = all_features; *f != NULL; f++)
        if ((*f)->upgrade != NULL)
            assert_int_equal((*f)->upgrade(o.c), ST_OK);
    assert_int_equal(contact_by_id(o.c, o.a, id, &k), ST_OK);
    assert_string_equal(k.email, "info@blåbær.example");
    assert_int_equal(mail_suppressed(o.c, k.email, &stopped), ST_OK);
    assert_int_equal(stopped, SUPPRESSED_ASKED);
}

static void
one_organisation_a_folded_name(void **state)
{
    int64_t a, b, c;

    (void)state;
    assert_int_equal(organisation_ensure(o.c, "Blåfjell Mekaniske AS", "supplier", "Metall", 1, &a),
                     ST_OK);
    assert_int_equal(organisation_ensure(o.c, "blafjell  MEKANISKE as", NULL, NULL, 2, &b), ST_OK);
    assert_int_equal(organisation_ensure(o.c, "Blåfjell", NULL, NULL, 2, &c), ST_OK);
    assert_int_equal(a, b);
    assert_int_not_equal(a, c);
    assert_int_equal(scratch_number(o.c, "SELECT COUNT(*) FROM organisation WHERE role = 'supplier'"
                                         " AND trade = 'Metall'"),
                     1);
    assert_int_equal(organisation_ensure(o.c, "Blåfjell Mekaniske AS", "partner", NULL, 3, &b),
                     ST_OK);
    assert_int_equal(scratch_number(o.c, "SELECT COUNT(*) FROM organisation WHERE role = 'partner'"
                                         " AND trade = 'Metall'"),
                     1);
    assert_int_equal(organisation_ensure(o.c, "!!!", NULL, NULL, 2, &c), ST_OK);
}

static void
found_by_those_who_type_without_accents(void **state)
{
    static const struct {
        const char *typed, *role;
        const char *names; /* in their order */
    } row[] = {
        { "sok bjorn", "", "Bjørn Åsebø;" },
        { "sok BJØRN", "", "Bjørn Åsebø;" },
        { "asebo sok", "", "Bjørn Åsebø;" },
        { "sok havbruk", "", "Zoe Lie;" },
        { "sok bjorn@", "", "Bjørn Åsebø;" },
        { "sok bjorn nobody", "", "" },
        { "sok %", "", "Anne Vik;Bjørn Åsebø;Zoe Lie;Ærlend Moe;Østen Dal;Aase Berg;Åse Nordbø;" },
        { "sok ly_s", "", "" },
        { "sok", "research", "Zoe Lie;" },
        { "sok", "funder", "" },
    };
    static const char *const people[][2] = {
        { "Åse Nordbø", "ase.sok@x.example" },     { "Zoe Lie", "zoe.sok@x.example" },
        { "Aase Berg", "aase.sok@x.example" },     { "Østen Dal", "osten.sok@x.example" },
        { "Ærlend Moe", "aerlend.sok@x.example" }, { "Anne Vik", "anne.sok@x.example" },
        { "Bjørn Åsebø", "bjorn@sok.example" },
    };
    int64_t id;

    (void)state;
    assert_int_equal(organisation_ensure(o.c, "Nes Havbruk Lab", "research", NULL, 1, &id), ST_OK);
    for (size_t i = 0; i < ARRAY_LEN(people); i++)
        (void)ensure(people[i][1], people[i][0], i == 1 ? "Nes Havbruk Lab" : "", "");
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        const struct contact_query q = { .search = row[i].typed, .role = row[i].role, .limit = 50 };
        struct contact_row *found;
        size_t n;
        bool more;
        char names[400] = "";

        assert_int_equal(contact_store_list(o.c, o.a, &q, &found, &n, &more), ST_OK);
        assert_false(more);
        for (size_t j = 0; j < n; j++) {
            size_t len = strlen(names);

            (void)snprintf(names + len, sizeof names - len, "%s;", found[j].contact.name);
        }
        assert_string_equal(names, row[i].names);
    }
}

static void
changes_are_found_at_once(void **state)
{
    struct contact k;
    struct contact_row row;
    const struct contact_query q = { .search = "kvitnes", .role = "", .limit = 5 };
    struct contact_row *found;
    size_t n;
    bool more;

    (void)state;
    assert_int_equal(contact_by_id(o.c, o.a, ensure("tor@x.example", "Tor Åmdal", "", ""), &k),
                     ST_OK);
    k.organisation = "Kvitnes Transport";
    assert_int_equal(contact_store_update(o.c, &k, OPENED_NOW), ST_OK);
    assert_int_equal(contact_store_list(o.c, o.a, &q, &found, &n, &more), ST_OK);
    assert_int_equal(n, 1);
    assert_string_equal(found[0].role, "");
    assert_int_equal(contact_store_row(o.c, o.a, k.id, &row), ST_OK);
    assert_int_not_equal(row.organisation_id, 0);
    k.id = 9999;
    assert_int_equal(contact_store_update(o.c, &k, OPENED_NOW), ST_NOT_FOUND);
}

static const char *
page_of(const struct contact_query *q, int64_t *first, int64_t *last, bool *more)
{
    struct contact_row *found;
    size_t n;
    char *text = arena_strdup(o.a, "");

    assert_int_equal(contact_store_list(o.c, o.a, q, &found, &n, more), ST_OK);
    for (size_t i = 0; i < n; i++)
        text = arena_printf(o.a, "%s%s ", text, found[i].contact.email);
    *first = n > 0 ? found[0].contact.id : 0;
    *last = n > 0 ? found[n - 1].contact.id : 0;
    return text;
}

/* Two by two, there and back again, of which three are called the same; who comes in between is met
 * on the way, and nobody twice. */
static void
pages_both_ways(void **state)
{
    struct contact_query q = { .search = "", .role = "", .limit = 2 };
    int64_t first, last, at;
    bool more;

    (void)state;
    q.search = "blad";
    (void)ensure("c@blad.example", "Kari Lik", "", "");
    (void)ensure("e@blad.example", "Åge Sist", "", "");
    (void)ensure("b@blad.example", "Kari Lik", "", "");
    (void)ensure("a@blad.example", "Arne Fyrst", "", "");
    (void)ensure("d@blad.example", "Kari Lik", "", "");
    assert_string_equal(page_of(&q, &first, &last, &more), "a@blad.example c@blad.example ");
    assert_true(more);
    q.after = last;
    assert_string_equal(page_of(&q, &first, &last, &more), "b@blad.example d@blad.example ");
    assert_true(more);
    at = last;
    (void)ensure("n@blad.example", "Nina Ny", "", "");
    (void)ensure("f@blad.example", "Birk Bak", "", "");
    q.after = at;
    assert_string_equal(page_of(&q, &first, &last, &more), "n@blad.example e@blad.example ");
    assert_false(more);
    q = (struct contact_query){ .search = "blad", .role = "", .limit = 2, .before = first };
    assert_string_equal(page_of(&q, &first, &last, &more), "b@blad.example d@blad.example ");
    assert_true(more);
    q.before = first;
    assert_string_equal(page_of(&q, &first, &last, &more), "f@blad.example c@blad.example ");
    assert_true(more);
    q.before = first;
    assert_string_equal(page_of(&q, &first, &last, &more), "a@blad.example ");
    assert_false(more);
    q.before = INT64_MAX;
    assert_string_equal(page_of(&q, &first, &last, &more), "n@blad.example e@blad.example ");
    assert_true(more);
    q = (struct contact_query){ .search = "blad", .role = "", .limit = 2, .after = 999999 };
    struct contact_row *found;
    size_t n;
    assert_int_equal(contact_store_list(o.c, o.a, &q, &found, &n, &more), ST_NOT_FOUND);
}

static void
shows_and_forgets_a_person(void **state)
{
    int64_t id = ensure("glem@meg.example", "Glem Meg", "Firma", "nb");
    int64_t other = ensure("husk@meg.example", "Husk Meg", "Firma", "nb");
    const struct person_query q = { .table = "contact", .id = id };
    struct person p;
    json_t *out = json_object();
    struct contact k;

    (void)state;
    assert_int_equal(person_gather(o.c, o.a, &q, &p), ST_OK);
    assert_int_equal(person_export_all(o.c, &p, out), ST_OK);
    assert_string_equal(json_string_value(json_object_get(
                            json_array_get(json_object_get(out, "contacts"), 0), "name")),
                        "Glem Meg");
    json_decref(out);
    assert_int_equal(person_erase_all(o.c, &p), ST_OK);
    assert_int_equal(contact_by_id(o.c, o.a, id, &k), ST_NOT_FOUND);
    assert_int_equal(contact_by_id(o.c, o.a, other, &k), ST_OK);
    out = json_object();
    assert_int_equal(person_export_all(o.c, &p, out), ST_OK);
    assert_int_equal(json_array_size(json_object_get(out, "contacts")), 0);
    json_decref(out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_contact_a_person),
        cmocka_unit_test(contacts_of_before_get_their_keys),
        cmocka_unit_test(addresses_of_before_get_their_one_form),
        cmocka_unit_test(one_organisation_a_folded_name),
        cmocka_unit_test(found_by_those_who_type_without_accents),
        cmocka_unit_test(changes_are_found_at_once),
        cmocka_unit_test(pages_both_ways),
        cmocka_unit_test(shows_and_forgets_a_person),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
