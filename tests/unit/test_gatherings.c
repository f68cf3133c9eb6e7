#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "gatherings/gatherings_rules.h"
#include "gatherings/gatherings_view.h"
#include "html/zone_text.h"
#include "opened.h"

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

static struct gathering
get(int64_t id)
{
    struct gathering g;

    assert_int_equal(gathering_by_id(o.c, o.a, id, &g), ST_OK);
    return g;
}

static const char *
text(json_t *object, const char *key)
{
    const char *s = json_string_value(json_object_get(object, key));

    assert_non_null(s);
    return s;
}

static void
makes_free_slugs(void **state)
{
    static const struct {
        const char *title, *slug;
    } row[] = {
        { "Strategiske innkjøp", "strategiske-innkjop" },
        { "Strategiske innkjøp", "strategiske-innkjop-2" },
        { "Strategiske innkjop!", "strategiske-innkjop-3" },
        { "!!!", "arrangement" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct gathering g = get(opened_gathering(&o, row[i].title, -1, OPENED_START)), again;

        assert_string_equal(g.slug, row[i].slug);
        assert_int_equal(gathering_by_slug(o.c, o.a, row[i].slug, &again), ST_OK);
        assert_int_equal(again.id, g.id);
    }
    assert_int_equal(gathering_by_slug(o.c, o.a, "nope", &(struct gathering){ 0 }), ST_NOT_FOUND);
}

/* However often a title is used, and however fast. */
static void
never_runs_out_of_slugs(void **state)
{
    (void)state;
    assert_int_equal(db_begin(o.c), ST_OK);
    for (int i = 0; i < 230; i++) {
        struct gathering g = get(opened_gathering(&o, "Frokostmøte", -1, OPENED_START));

        assert_int_equal(strncmp(g.slug, "frokostmote", 11), 0);
    }
    db_rollback(o.c);
}

static void
keeps_the_programme(void **state)
{
    const struct gathering plan = { .title = "Program",
                                    .place = "Hub",
                                    .starts_at = OPENED_START,
                                    .ends_at = OPENED_START + 1,
                                    .capacity = 5 };
    struct programme_row *row;
    size_t n;
    int64_t id;
    struct gathering g;

    (void)state;
    assert_int_equal(gathering_create(o.c, &plan,
                                      "17:00|Kaffe|\n17:20|Velkommen|Åse\n|Uten tid|\nbare tull\n",
                                      OPENED_NOW, &id),
                     ST_OK);
    assert_int_equal(programme_store_get(o.c, o.a, id, &row, &n), ST_OK);
    assert_int_equal(n, 3);
    assert_string_equal(row[1].starts, "17:20");
    assert_string_equal(row[1].speaker, "Åse");
    assert_string_equal(row[2].starts, "");
    assert_string_equal(row[2].title, "Uten tid");
    g = get(id);
    assert_int_equal(g.status, GATHERING_DRAFT);
    assert_string_equal(g.timezone, "Europe/Oslo");
    assert_int_equal(g.deadline, 0);
    assert_int_equal(g.capacity, 5);
    assert_int_equal(gathering_change(o.c, &g, row, 1, true, NULL, OPENED_NOW), ST_OK);
    assert_int_equal(programme_store_get(o.c, o.a, id, &row, &n), ST_OK);
    assert_int_equal(n, 1);
}

static void
goes_through_its_states(void **state)
{
    int64_t id = opened_gathering(&o, "States", -1, OPENED_START);
    struct gathering g = get(id);

    (void)state;
    assert_int_equal(g.status, GATHERING_PUBLISHED);
    assert_int_equal(g.published_at, OPENED_NOW);
    assert_int_equal(g.told_start, OPENED_START);
    assert_string_equal(g.told_place, "Hub");
    assert_int_equal(gathering_publish(o.c, id, OPENED_NOW + 1), ST_OK); /* once more is no harm */
    assert_int_equal(get(id).published_at, OPENED_NOW);
    assert_int_equal(gathering_cancel(o.c, id, false, NULL, OPENED_NOW), ST_OK);
    g = get(id);
    assert_int_equal(g.status, GATHERING_CANCELLED);
    assert_int_equal(g.calendar_seq, 1);
    assert_int_equal(gathering_cancel(o.c, id, false, NULL, OPENED_NOW), ST_GONE);
    assert_int_equal(gathering_publish(o.c, id, OPENED_NOW), ST_GONE);
    assert_int_equal(gathering_change(o.c, &g, NULL, 0, false, NULL, OPENED_NOW), ST_GONE);
    assert_int_equal(gathering_publish(o.c, 999, OPENED_NOW), ST_NOT_FOUND);
    assert_int_equal(gathering_cancel(o.c, 999, false, NULL, OPENED_NOW), ST_NOT_FOUND);
}

static void
never_below_what_is_taken(void **state)
{
    static const struct {
        int64_t from, taken, to;
        enum status rc;
    } row
        [] = {
            { 10, 6, 6, ST_OK },   { 10, 6, 5, ST_LIMIT }, { 10, 6, 0, ST_LIMIT },
            { -1, 6, 6, ST_OK },   { -1, 6, 5, ST_LIMIT }, { 10, 6, -1, ST_OK },
            { 4, 6, 4, ST_OK }, /* overfull by the organiser's word: it may stay as it is */
            { 4, 6, 5, ST_OK }, /* and may grow */
            { 4, 6, 3, ST_LIMIT },
        };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        int64_t id = opened_gathering(&o, "Capacity", row[i].from, OPENED_START);
        struct gathering g;

        for (int64_t n = 0; n < row[i].taken; n++)
            assert_int_equal(seat_take_over(o.c, id), ST_OK);
        g = get(id);
        g.capacity = row[i].to;
        if (gathering_change(o.c, &g, NULL, 0, false, NULL, OPENED_NOW) != row[i].rc)
            fail_msg("row %zu", i);
        assert_int_equal(get(id).capacity, row[i].rc == ST_OK ? row[i].to : row[i].from);
    }
}

static void
asks_until_people_are_told(void **state)
{
    static const struct gathering_tell quiet = { .notify = false };
    int64_t id = opened_gathering(&o, "Moved", 10, OPENED_START);
    struct gathering g = get(id);

    (void)state;
    /* Nobody registered: nobody to ask about. */
    g.place = "Quay";
    assert_int_equal(gathering_change(o.c, &g, NULL, 0, false, NULL, OPENED_NOW), ST_OK);
    assert_false(gathering_untold(&(struct gathering){ 0 }));
    g = get(id);
    assert_false(gathering_untold(&g));
    assert_int_equal(g.calendar_seq, 1);

    assert_int_equal(seat_take(o.c, id), ST_OK);
    g = get(id);
    g.summary = "Only words";
    assert_int_equal(gathering_change(o.c, &g, NULL, 0, false, NULL, OPENED_NOW), ST_OK);
    assert_int_equal(get(id).calendar_seq, 1);

    g.starts_at += MS_HOUR;
    g.ends_at += MS_HOUR;
    assert_int_equal(gathering_change(o.c, &g, NULL, 0, false, NULL, OPENED_NOW), ST_OK);
    g = get(id);
    assert_true(gathering_untold(&g));
    assert_int_equal(g.told_start, OPENED_START);
    assert_int_equal(g.calendar_seq, 2);

    assert_int_equal(gathering_tell_moved(o.c, id, &quiet, OPENED_NOW), ST_OK);
    g = get(id);
    assert_false(gathering_untold(&g));
    assert_int_equal(gathering_tell_moved(o.c, id, &quiet, OPENED_NOW), ST_GONE);

    /* Moved and moved back before anybody was told. */
    g.place = "Elsewhere";
    assert_int_equal(gathering_change(o.c, &g, NULL, 0, false, NULL, OPENED_NOW), ST_OK);
    g.place = "Quay";
    assert_int_equal(gathering_change(o.c, &g, NULL, 0, false, NULL, OPENED_NOW), ST_OK);
    g = get(id);
    assert_false(gathering_untold(&g));

    /* With the answer given at once. */
    g.place = "Hall";
    assert_int_equal(gathering_change(o.c, &g, NULL, 0, false, &quiet, OPENED_NOW), ST_OK);
    g = get(id);
    assert_false(gathering_untold(&g));
}

static void
speaks_three_languages(void **state)
{
    static const struct {
        const char *lang, *date, *when, *few, *kind;
    } row[] = {
        { "nb", "Torsdag 14. januar 2027", "Torsdag 14. januar kl. 17:00–20:00", "Få plasser igjen",
          "Temamøte" },
        { "nn", "Torsdag 14. januar 2027", "Torsdag 14. januar kl. 17:00–20:00", "Få plassar igjen",
          "Temamøte" },
        { "en", "Thursday 14 January 2027", "Thursday 14 January 17:00–20:00", "Few seats left",
          "Theme meeting" },
    };
    int64_t id = opened_gathering(&o, "Words", 5, OPENED_START);
    struct gathering g;

    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(seat_take(o.c, id), ST_OK);
    g = get(id);
    g.description = "Se **her** <script>alert(1)</script>";
    g.address = "Kaigata 14, Nordfjordeid";
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        json_t *v = gathering_page_view(o.app, o.c, o.a, &g, row[i].lang, OPENED_NOW);
        json_t *m = gathering_mail_view(o.app, o.c, o.a, &g, row[i].lang);

        assert_string_equal(text(v, "date_long"), row[i].date);
        assert_string_equal(text(v, "when"), row[i].when);
        assert_string_equal(text(m, "when"), row[i].when);
        assert_string_equal(text(v, "kind_label"), row[i].kind);
        assert_string_equal(text(json_object_get(v, "sign"), "text"), row[i].few);
        assert_string_equal(text(v, "url"), "https://hub.example.org/g/words");
        assert_non_null(strstr(text(v, "map_url"), "Kaigata%2014%2C%20Nordfjordeid"));
        assert_non_null(strstr(text(v, "description_html"), "<strong>her</strong>"));
        assert_null(strstr(text(v, "description_html"), "<script"));
        json_decref(v);
        json_decref(m);
    }
}

static void
shows_programs_the_zone(void **state)
{
    int64_t id = opened_gathering(&o, "Zone", -1, OPENED_START);
    struct gathering g = get(id);
    json_t *v = gathering_view(o.c, o.a, &g);

    (void)state;
    assert_string_equal(text(v, "starts_at"), "2027-01-14T17:00:00+01:00");
    assert_string_equal(text(v, "status"), "published");
    assert_true(json_is_null(json_object_get(v, "capacity")));
    assert_true(json_is_null(json_object_get(v, "deadline")));
    assert_true(json_is_string(json_object_get(v, "id")));
    json_decref(v);
}

/* Another clock than the cluster's names its place wherever a time of day is shown. */
static void
names_a_foreign_zone(void **state)
{
    static const struct {
        const char *zone, *lang, *time_range, *clock, *when, *deadline;
    } row[] = {
        { "Europe/Oslo", "nb", "kl. 17:00–20:00", "kl. 17:00", "Torsdag 14. januar kl. 17:00–20:00",
          "torsdag 14. januar kl. 16:00" },
        { "Europe/Helsinki", "nb", "kl. 18:00–21:00 (Helsinki)", "kl. 18:00 (Helsinki)",
          "Torsdag 14. januar kl. 18:00–21:00 (Helsinki)",
          "torsdag 14. januar kl. 17:00 (Helsinki)" },
        { "Europe/Copenhagen", "nn", "kl. 17:00–20:00 (København)", "kl. 17:00 (København)",
          "Torsdag 14. januar kl. 17:00–20:00 (København)",
          "torsdag 14. januar kl. 16:00 (København)" },
        { "Europe/Copenhagen", "en", "17:00–20:00 (Copenhagen)", "17:00 (Copenhagen)",
          "Thursday 14 January 17:00–20:00 (Copenhagen)",
          "Thursday 14 January at 16:00 (Copenhagen)" },
        { "No/Such_Zone", "en", "17:00–20:00", "17:00", "Thursday 14 January 17:00–20:00",
          "Thursday 14 January at 16:00" },
    };
    struct gathering g = get(opened_gathering(&o, "Foreign", -1, OPENED_START));

    (void)state;
    g.deadline = OPENED_START - MS_HOUR;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        g.timezone = row[i].zone;
        json_t *page = gathering_page_view(o.app, o.c, o.a, &g, row[i].lang, OPENED_NOW);
        json_t *mail = gathering_mail_view(o.app, o.c, o.a, &g, row[i].lang);

        for (int k = 0; k < 2; k++) {
            json_t *v = k == 0 ? page : mail;

            assert_string_equal(text(v, "time_range"), row[i].time_range);
            assert_string_equal(text(v, "clock"), row[i].clock);
            assert_string_equal(text(v, "when"), row[i].when);
            assert_string_equal(text(v, k == 0 ? "deadline_when" : "deadline"), row[i].deadline);
        }
        assert_string_equal(text(page, "zone"), strstr(row[i].clock, "(") != NULL
                                                    ? zone_place(o.a, row[i].zone, row[i].lang)
                                                    : "");
        json_decref(page);
        json_decref(mail);
    }
}

static void
writes_one_calendar_entry(void **state)
{
    int64_t id = opened_gathering(&o, "Calendar", -1, OPENED_START);
    struct gathering g = get(id);
    struct calendar_entry e = {
        .uid = "uid-1",
        .url = "https://x.example/r/1",
        .lang = "en",
        .sequence = 3,
        .changed_at = OPENED_START,
        .name = "Kari",
        .email = "kari@example.org",
    };
    static const char *const going[] = { "UID:uid-1\r\n",
                                         "SEQUENCE:5\r\n",
                                         "DTSTAMP:20270114T160000Z\r\n",
                                         "STATUS:CONFIRMED\r\n",
                                         "SUMMARY:Calendar\r\n",
                                         "DTSTART;TZID=Europe/Oslo:20270114T170000\r\n",
                                         "URL:https://x.example/r/1\r\n" };
    static const char *const gone[] = { "METHOD:CANCEL\r\n", "STATUS:CANCELLED\r\n",
                                        "TRANSP:TRANSPARENT\r\n",
                                        "ORGANIZER;CN=\"Samling\":mailto:samling@localhost\r\n",
                                        "PARTSTAT=ACCEPTED;CN=\"Kari\":mailto" };
    const char *type;
    struct buf b;

    (void)state;
    g.calendar_seq = 2;
    buf_init(&b, 0);
    assert_int_equal(gathering_ics(o.app, o.c, o.a, &g, &e, &b, &type), ST_OK);
    for (size_t i = 0; i < ARRAY_LEN(going); i++)
        assert_non_null(strstr(buf_str(&b), going[i]));
    assert_string_equal(type, "text/calendar; charset=utf-8");
    assert_null(strstr(buf_str(&b), "METHOD"));
    assert_null(strstr(buf_str(&b), "mailto"));

    /* Not coming; then it is off for all, whoever came. */
    for (int off = 0; off < 2; off++) {
        e.withdrawn = off == 0;
        g.status = off == 0 ? GATHERING_PUBLISHED : GATHERING_CANCELLED;
        buf_clear(&b);
        assert_int_equal(gathering_ics(o.app, o.c, o.a, &g, &e, &b, &type), ST_OK);
        for (size_t i = 0; i < ARRAY_LEN(gone); i++)
            assert_non_null(strstr(buf_str(&b), gone[i]));
        assert_string_equal(type, "text/calendar; charset=utf-8; method=CANCEL");
        assert_non_null(strstr(buf_str(&b), off == 0 ? "SUMMARY:Registration cancelled: Calendar"
                                                     : "SUMMARY:Cancelled: Calendar"));
    }
    buf_release(&b);
}

static size_t
listed(const struct gathering_query *q, const char *title)
{
    struct gathering *row;
    size_t n, found = 0;

    assert_int_equal(gathering_store_list(o.c, o.a, q, &row, &n), ST_OK);
    for (size_t i = 0; i < n; i++)
        found += strcmp(row[i].title, title) == 0;
    return found;
}

static void
lists_what_each_may_see(void **state)
{
    static const struct {
        const char *title;
        bool coming, past, admin_coming, api, api_cancelled;
    } row[] = {
        { "L draft", false, false, true, true, false },
        { "L thrown away", false, false, false, false, true },
        { "L open", true, false, true, true, false },
        { "L called off", true, false, true, false, true },
        { "L over", false, true, false, true, false },
    };
    const struct gathering plan = { .title = "L draft",
                                    .place = "Hub",
                                    .starts_at = OPENED_START,
                                    .ends_at = OPENED_START + 1,
                                    .capacity = -1 };
    struct gathering away = plan;
    int64_t id;

    (void)state;
    assert_int_equal(gathering_create(o.c, &plan, NULL, OPENED_NOW, &id), ST_OK);
    away.title = "L thrown away";
    assert_int_equal(gathering_create(o.c, &away, NULL, OPENED_NOW, &id), ST_OK);
    assert_int_equal(gathering_cancel(o.c, id, false, NULL, OPENED_NOW), ST_OK);
    assert_int_not_equal(opened_gathering(&o, "L open", -1, OPENED_START), 0);
    id = opened_gathering(&o, "L called off", -1, OPENED_START);
    assert_int_equal(gathering_cancel(o.c, id, false, NULL, OPENED_NOW), ST_OK);
    assert_int_not_equal(opened_gathering(&o, "L over", -1, OPENED_NOW - MS_DAY), 0);
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct gathering_query q = { .list = LIST_PUBLIC_COMING, .at = OPENED_NOW, .limit = 100 };

        assert_int_equal(listed(&q, row[i].title), row[i].coming);
        q.list = LIST_PUBLIC_PAST;
        assert_int_equal(listed(&q, row[i].title), row[i].past);
        q.list = LIST_ADMIN_COMING;
        assert_int_equal(listed(&q, row[i].title), row[i].admin_coming);
        q = (struct gathering_query){ .list = LIST_API, .at = INT64_MIN, .limit = 100 };
        assert_int_equal(listed(&q, row[i].title), row[i].api);
        q.status = "cancelled";
        assert_int_equal(listed(&q, row[i].title), row[i].api_cancelled);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_free_slugs),          cmocka_unit_test(never_runs_out_of_slugs),
        cmocka_unit_test(keeps_the_programme),       cmocka_unit_test(goes_through_its_states),
        cmocka_unit_test(never_below_what_is_taken), cmocka_unit_test(asks_until_people_are_told),
        cmocka_unit_test(speaks_three_languages),    cmocka_unit_test(shows_programs_the_zone),
        cmocka_unit_test(writes_one_calendar_entry), cmocka_unit_test(names_a_foreign_zone),
        cmocka_unit_test(lists_what_each_may_see),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
