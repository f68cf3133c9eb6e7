/* What came of it: the page with figures, texts and the marks of other gatherings; as a file. */
#include <string.h>

#include "base/text.h"
#include "document/csv.h"
#include "document/zone.h"
#include "html/date_text.h"
#include "surveys/surveys_pages.h"

#define SHOWN 20
#define COMPARED 12

DB_SQL(sql_distribution, "SELECT r.number, COUNT(*) FROM survey_reply r WHERE r.question_id = $1"
                         " GROUP BY r.number ORDER BY r.number");
DB_SQL(sql_texts, "SELECT p.answer_id, p.text, a.registration_id, COALESCE(r.name, '')"
                  " FROM survey_reply p JOIN survey_answer a ON a.id = p.answer_id"
                  " LEFT JOIN registration r ON r.id = a.registration_id"
                  " WHERE p.question_id = $1 AND p.number = 0 AND p.answer_id < $2"
                  " ORDER BY p.answer_id DESC LIMIT $3");
DB_SQL(sql_marks, "SELECT g.id, g.title, g.timezone, g.starts_at, s.marks, s.mark_sum"
                  " FROM gathering g JOIN survey s ON s.gathering_id = g.id"
                  " WHERE s.marks > 0 AND (s.marks >= 3 OR s.anonymous = 0) AND s.marks >= $1"
                  " ORDER BY g.starts_at DESC, g.id DESC LIMIT 12");
DB_SQL_OF(sql_all, survey_answer_record,
          SURVEY_ANSWERS "a.gathering_id = $1 AND a.id > $2 ORDER BY a.id LIMIT 200");

const char *
survey_day(struct request *rq, const char *zone, int64_t at)
{
    struct civil day;

    zone_local(zone, at, &day, NULL);
    return date_short(rq_arena(rq), rq_lang(rq), &day, DATE_YEAR);
}

const char *
survey_average(struct request *rq, int64_t sum, int64_t count)
{
    int64_t tenths = count > 0 ? (sum * 10 + count / 2) / count : 0;

    if (count == 0)
        return "";
    return arena_printf(rq_arena(rq), "%lld%s%lld", (long long)(tenths / 10),
                        strcmp(rq_lang(rq), "en") == 0 ? "." : ",", (long long)(tenths % 10));
}

/* Who came, and so was asked. */
static int64_t
came(const struct gathering *g)
{
    return g->attended > 0 ? g->attended : g->seats_taken;
}

static int64_t
percent(int64_t part, int64_t whole)
{
    int64_t p = whole > 0 ? (part * 100 + whole / 2) / whole : 0;

    return p > 100 ? 100 : p;
}

/* Who may only count is told of no figure that is one or two people. */
static bool
tells(const int64_t *count, size_t n, enum sight_extent seen)
{
    for (size_t i = 0; i < n; i++)
        if (seen < SIGHT_TEXT && count[i] > 0 && count[i] < SIGHT_COUNT_MIN)
            return false;
    return true;
}

static json_t *
distribution(struct request *rq, const struct survey_question *q, const int64_t *count,
             int64_t total)
{
    json_t *list = json_array();

    for (size_t i = 1; i <= survey_numbers(q); i++)
        (void)json_array_append_new(list, json_pack("{s:I, s:s, s:I, s:I}", "value", (json_int_t)i,
                                                    "text", survey_number_text(rq, q, (int64_t)i),
                                                    "count", (json_int_t)count[i], "percent",
                                                    (json_int_t)percent(count[i], total)));
    return list;
}

static enum status
result_of(struct request *rq, const struct survey_question *q, enum sight_extent seen, json_t *list)
{
    int64_t count[SURVEY_OPTIONS + 1] = { 0 }, number, n, total = 0, sum = 0;
    struct db_rows rows;
    json_t *o, *spread = NULL;
    struct arena *a = rq_arena(rq);

    db_each(&rows, rq_conn(rq), NULL, &sql_distribution, V(q->id));
    while (db_take(&rows, R(&number), R(&n))) {
        if (number >= 0 && number <= SURVEY_OPTIONS)
            count[number] = n;
        total += n;
        sum += number * n;
    }
    enum status rc = db_done(&rows, ST_OK);
    bool counted =
        seen != SIGHT_NOTHING && (seen >= SIGHT_TEXT || total == 0 || total >= SIGHT_COUNT_MIN);
    if (counted && q->kind != SURVEY_TEXT && tells(count, ARRAY_LEN(count), seen))
        spread = distribution(rq, q, count, total);
    o = json_pack("{s:s, s:s, s:s, s:b, s:n, s:n, s:o}", "id",
                  arena_printf(a, "%lld", (long long)q->id), "kind", survey_kind_words[q->kind],
                  "text", q->text, "for_needs", q->for_needs, "count", "average", "distribution",
                  spread != NULL ? spread : json_null());
    if (counted) {
        (void)json_object_set_new(o, "count", json_integer(total));
        if (q->kind == SURVEY_MARK && total > 0)
            (void)json_object_set_new(o, "average",
                                      json_real((double)((sum * 100 + total / 2) / total) / 100.0));
    }
    (void)json_array_append_new(list, o);
    return rc;
}

enum status
survey_results(struct request *rq, const struct gathering *g, const struct survey *s, json_t **out)
{
    struct survey_question *q = NULL;
    size_t n = 0;
    enum sight_extent seen = survey_sight(rq, s);
    json_t *list = json_array();
    enum status rc = survey_questions(rq_conn(rq), rq_arena(rq), g->id, &q, &n);
    /* That there are fewer is said only to who sees them. */
    bool counted = seen != SIGHT_NOTHING;

    for (size_t i = 0; rc == ST_OK && i < n; i++)
        rc = result_of(rq, &q[i], seen, list);
    *out = json_pack("{s:b, s:I, s:n, s:n, s:o}", "anonymous", s->anonymous, "came",
                     (json_int_t)came(g), "answers", "rate", "questions", list);
    if (counted || s->answers == 0 || sight_viewer_of(rq_who(rq)) == SIGHT_BY_ORGANISER) {
        (void)json_object_set_new(*out, "answers", json_integer(s->answers));
        (void)json_object_set_new(*out, "rate", json_integer(percent(s->answers, came(g))));
    }
    return rc;
}

/* ── The page ── */

static const char *
page_path(struct request *rq, int64_t gathering_id)
{
    return arena_printf(rq_arena(rq), "/admin/gatherings/%lld/survey", (long long)gathering_id);
}

/* Some texts of one question, the newest first (of anonymous ones in no order). */
static enum status
texts(struct request *rq, const struct gathering *g, json_t *question)
{
    struct arena *a = rq_arena(rq);
    const char *id = json_string_value(json_object_get(question, "id")), *text, *name;
    const char *asked = rq_query_text(rq, "texts");
    int64_t before = INT64_MAX, answer = 0, registration, question_id = 0, last = 0, n = 0;
    json_t *list = json_array();
    struct db_rows rows;

    (void)text_int(id, &question_id);
    if (strcmp(asked, id) == 0)
        before = rq_query_int(rq, "before", INT64_MAX, 1, INT64_MAX);
    db_each(&rows, rq_conn(rq), a, &sql_texts, V(question_id), V(before), V(SHOWN + 1));
    while (db_take(&rows, R(&answer), R(&text), R(&registration), R(&name))) {
        if (++n > SHOWN)
            continue;
        last = answer;
        (void)json_array_append_new(
            list,
            json_pack("{s:s, s:s?, s:s?}", "said", text, "who", name[0] != '\0' ? name : NULL,
                      "href",
                      registration != 0 ? arena_printf(a, "/admin/gatherings/%lld/people/%lld",
                                                       (long long)g->id, (long long)registration)
                                        : NULL));
    }
    (void)json_object_set_new(question, "texts", list);
    if (n > SHOWN)
        (void)json_object_set_new(
            question, "older",
            json_string(arena_printf(a, "%s?texts=%s&before=%lld#q%s", page_path(rq, g->id), id,
                                     (long long)last, id)));
    if (before != INT64_MAX)
        (void)json_object_set_new(question, "newest",
                                  json_string(arena_printf(a, "%s#q%s", page_path(rq, g->id), id)));
    return db_done(&rows, ST_OK);
}

/* What the page needs beside the figures: their words, and which sections there are. */
static enum status
dress(struct request *rq, const struct gathering *g, const struct survey *s, json_t *question)
{
    const char *kind = json_string_value(json_object_get(question, "kind"));
    json_t *average = json_object_get(question, "average"), *spread;
    bool is_text = strcmp(kind, "text") == 0, seen = survey_sight(rq, s) >= SIGHT_TEXT;
    enum status rc = ST_OK;

    spread = json_object_get(question, "distribution");
    if (json_is_real(average))
        (void)json_object_set_new(question, "average_text",
                                  json_string(survey_average(
                                      rq, (int64_t)(json_real_value(average) * 100.0 + 0.5), 100)));
    (void)json_object_set_new(question, "is_text", json_boolean(is_text));
    (void)json_object_set_new(question, "spread", json_boolean(json_is_array(spread)));
    (void)json_object_set_new(question, "hidden",
                              json_boolean(is_text ? !seen : !json_is_array(spread)));
    if (is_text && seen)
        rc = texts(rq, g, question);
    return rc;
}

/* The mark over gatherings, the oldest first; who may only count has none of one or two. */
static enum status
compare(struct request *rq, int64_t gathering_id, json_t *data)
{
    int64_t id, at, marks, sum;
    const char *title, *zone;
    struct arena *a = rq_arena(rq);
    json_t *list = json_array();
    struct db_rows rows;
    bool all = sight(SIGHT_SURVEY_ANSWER, SIGHT_MEMBERS, sight_viewer_of(rq_who(rq))) >= SIGHT_TEXT;

    db_each(&rows, rq_conn(rq), a, &sql_marks, V(all ? 1 : SIGHT_COUNT_MIN));
    while (db_take(&rows, R(&id), R(&title), R(&zone), R(&at), R(&marks), R(&sum)))
        (void)json_array_insert_new(
            list, 0,
            json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:b}", "href", page_path(rq, id), "title",
                      title, "day", survey_day(rq, zone, at), "mark",
                      survey_average(rq, sum, marks), "marks", (json_int_t)marks, "percent",
                      (json_int_t)(sum * 20 / marks), "here", id == gathering_id));
    (void)json_object_set_new(data, "comparing", json_boolean(json_array_size(list) > 1));
    (void)json_object_set_new(data, "compared", list);
    return db_done(&rows, ST_OK);
}

static enum status
results_page(struct request *rq, struct response *rs)
{
    struct gathering g;
    struct survey s;
    json_t *data = json_object(), *results = NULL, *question;
    size_t i;
    enum status rc = gathering_admin_head(rq, rq_param_id(rq, "id"), "", &g, data);

    if (rc == ST_OK)
        rc = survey_of(rq_conn(rq), g.id, &s);
    if (rc == ST_OK)
        rc = survey_results(rq, &g, &s, &results);
    json_array_foreach(json_object_get(results, "questions"), i, question)
    {
        if (rc == ST_OK)
            rc = dress(rq, &g, &s, question);
    }
    (void)json_object_set_new(data, "results", results);
    if (rc == ST_OK)
        rc = compare(rq, g.id, data);
    if (rc == ST_OK && rq_has_errors(rq))
        rc = ST_INVALID;
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    bool organiser = (rq_who(rq)->role & ALLOW_ORGANISER) != 0;
    enum sight_extent seen = survey_sight(rq, &s);
    (void)json_object_update_new(
        data, json_pack("{s:s, s:b, s:b, s:b, s:b, s:I}", "path", page_path(rq, g.id), "organiser",
                        organiser, "few", s.answers > 0 && seen == SIGHT_NOTHING, "none",
                        s.answers == 0, "file", organiser && seen >= SIGHT_TEXT && s.answers > 0,
                        "least", (json_int_t)SIGHT_COUNT_MIN));
    return rs_page(rs, 200, "surveys/results", rq_tr(rq, "survey.results"), data);
}

/* ── As a file ── */

struct download {
    struct csv csv;
    struct survey s;
    struct survey_question *q;
    size_t n;
    const char *zone;
    int64_t after;
    bool begun;
};

static void
file_head(struct request *rq, struct download *d)
{
    if (!d->s.anonymous)
        csv_field(&d->csv, rq_tr(rq, "registration.csv.name"));
    csv_field(&d->csv, rq_tr(rq, "survey.csv.day"));
    for (size_t i = 0; i < d->n; i++)
        csv_field(&d->csv, d->q[i].text);
    csv_end_row(&d->csv);
}

static enum status
file_row(struct request *rq, struct arena *a, struct download *d, const struct survey_answer *row)
{
    struct survey_reply *reply = NULL;
    size_t n = 0;
    struct civil day;
    enum status rc = survey_replies(rq_conn(rq), a, row->id, &reply, &n);

    zone_local(d->zone, row->answered_at, &day, NULL);
    if (!d->s.anonymous)
        csv_field(&d->csv, row->name);
    csv_field(&d->csv, arena_printf(a, "%04d-%02d-%02d", day.year, day.month, day.day));
    for (size_t i = 0; i < d->n; i++) {
        const char *said = "";

        for (size_t k = 0; k < n; k++)
            if (reply[k].question_id == d->q[i].id)
                said = reply[k].number == 0 ? reply[k].text
                       : d->q[i].kind == SURVEY_MARK
                           ? arena_printf(a, "%lld", (long long)reply[k].number)
                           : survey_number_text(rq, &d->q[i], reply[k].number);
        csv_field(&d->csv, said);
    }
    csv_end_row(&d->csv);
    return rc;
}

static enum status
more_answers(struct request *rq, void *state, struct buf *out, bool *last)
{
    struct download *d = state;
    struct arena *a = arena_new(0);
    struct survey_answer *row = NULL;
    size_t n = 0;
    enum status rc = db_all(rq_conn(rq), a, &sql_all, &row, &n, V(d->s.gathering_id), V(d->after));

    d->csv.out = out;
    if (!d->begun) {
        csv_init(&d->csv, out, ';');
        file_head(rq, d);
        d->begun = true;
    }
    for (size_t i = 0; rc == ST_OK && i < n; i++) {
        rc = file_row(rq, a, d, &row[i]);
        d->after = row[i].id;
    }
    *last = n == 0;
    arena_free(&a);
    return rc;
}

static enum status
download(struct request *rq, struct response *rs)
{
    struct download *d = ARENA_NEW(rq_arena(rq), struct download);
    struct gathering g;
    enum status rc = gathering_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &g);

    *d = (struct download){ .after = 0 };
    if (rc == ST_OK)
        rc = survey_of(rq_conn(rq), g.id, &d->s);
    if (rc == ST_OK)
        rc = survey_questions(rq_conn(rq), rq_arena(rq), g.id, &d->q, &d->n);
    if (rc == ST_OK && survey_sight(rq, &d->s) < SIGHT_TEXT)
        rc = ST_NOT_FOUND; /* so few that they would say whose they are */
    if (rc != ST_OK)
        return rc;
    d->zone = g.timezone;
    return rs_stream(rs, "text/csv; charset=utf-8",
                     arena_printf(rq_arena(rq), "%s-%s.csv", g.slug, rq_tr(rq, "survey.csv.file")),
                     more_answers, d);
}

/* clang-format off */
const struct route survey_result_routes[] = {
    { HTTP_GET, "/admin/gatherings/{id}/survey", ALLOW_VIEWER, RT_SLOW, 0, .slow = results_page },
    { HTTP_GET, "/admin/gatherings/{id}/survey.csv", ALLOW_ORGANISER, RT_SLOW, 0, .slow = download },
    { 0 },
};
/* clang-format on */
