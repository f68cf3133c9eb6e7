/* The API: the questions, the answers, the results. */
#include <string.h>

#include "base/text.h"
#include "surveys/surveys_pages.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 500
#define OPTIONS_MAX 50 /* that are read, to say that they are too many */

DB_SQL_OF(sql_list, survey_answer_record,
          SURVEY_ANSWERS "a.gathering_id = $1 AND a.id < $2 ORDER BY a.id DESC LIMIT $3");

/* ── The survey ── */

static json_t *
question_view(struct request *rq, const struct survey_question *q)
{
    const char *option[SURVEY_OPTIONS];
    struct arena *a = rq_arena(rq);
    size_t n = survey_options(a, q->options, option);
    json_t *options = json_array();

    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(options, json_string(option[i]));
    return json_pack("{s:s?, s:s, s:s, s:s, s:b, s:b, s:o}", "id",
                     q->id != 0 ? arena_printf(a, "%lld", (long long)q->id) : NULL, "kind",
                     survey_kind_words[q->kind], "text", q->text, "help", q->help, "required",
                     q->required, "for_needs", q->for_needs, "options", options);
}

static enum status
shown(struct request *rq, json_t **out)
{
    struct gathering g;
    struct survey s = { 0 };
    struct survey_question *q = NULL;
    size_t n = 0;
    char closes[32];
    json_t *questions = json_array();
    enum status rc = gathering_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &g);

    if (rc == ST_OK)
        rc = survey_now(rq, &g, &s, &q, &n);
    if (rc != ST_OK) {
        json_decref(questions);
        return rc;
    }
    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(questions, question_view(rq, &q[i]));
    clock_rfc3339(gathering_links_end(&g), closes);
    *out = json_pack("{s:s, s:b, s:b, s:s, s:b, s:o}", "gathering_id",
                     arena_printf(rq_arena(rq), "%lld", (long long)g.id), "asked", s.asked,
                     "anonymous", s.anonymous, "closes_at", closes, "answered", s.answers > 0,
                     "questions", questions);
    return ST_OK;
}

static const struct field patch_fields[] = {
    { "asked", FIELD_BOOL, 0, 0 },
    { "anonymous", FIELD_BOOL, 0, 0 },
    { "questions", FIELD_JSON, 0, 0 },
    { 0 },
};

static const char *
line_of(struct request *rq, const json_t *o, const char *name, const char *prefix, size_t max)
{
    const json_t *value = json_object_get(o, name);
    const char *text = json_string_value(value);

    if (value != NULL && !json_is_null(value) && (text == NULL || text_length(text) > max))
        rq_error_as(rq, arena_printf(rq_arena(rq), "%s%s", prefix, name), "invalid",
                    rq_tr(rq, "error.invalid"));
    return text != NULL ? text_clean(rq_arena(rq), text, true) : "";
}

/* A list of texts as one line each. */
static const char *
lines_of(struct request *rq, const json_t *list)
{
    struct arena *a = rq_arena(rq);
    const char *all = "";

    for (size_t i = 0; i < json_array_size(list) && i < OPTIONS_MAX; i++) {
        const char *one = json_string_value(json_array_get(list, i));

        all = arena_printf(a, "%s%s\n", all, one != NULL ? text_clean(a, one, true) : "");
    }
    return all;
}

static void
read_question(struct request *rq, const json_t *o, size_t i, struct survey_draft *out)
{
    const char *prefix = arena_printf(rq_arena(rq), "questions[%d].", (int)i);

    *out = (struct survey_draft){ .prefix = prefix, .kind = line_of(rq, o, "kind", prefix, 20) };
    out->q.place = (int64_t)i + 1;
    out->q.text = line_of(rq, o, "text", prefix, SURVEY_TEXT_MAX);
    out->q.help = line_of(rq, o, "help", prefix, SURVEY_HELP_MAX);
    out->q.options = lines_of(rq, json_object_get(o, "options"));
    out->q.required = json_is_true(json_object_get(o, "required"));
    out->q.for_needs = json_is_true(json_object_get(o, "for_needs"));
    (void)text_int(line_of(rq, o, "id", prefix, 20), &out->q.id);
}

static enum status
patch_questions(struct work *w, const struct gathering *g)
{
    struct survey_draft draft[SURVEY_QUESTIONS + 1];
    const json_t *list = rq_json(w->rq, "questions");
    size_t n = json_array_size(list);

    if (!json_is_array(list)) {
        rq_error(w->rq, "questions", "invalid");
        return ST_INVALID;
    }
    if (n > ARRAY_LEN(draft))
        n = ARRAY_LEN(draft); /* one more than there may be: enough to be refused */
    for (size_t i = 0; i < n; i++)
        read_question(w->rq, json_array_get(list, i), i, &draft[i]);
    return survey_reword(w, g, draft, n);
}

static enum status
patch_work(struct work *w)
{
    struct gathering g;
    bool asked = rq_bool(w->rq, "asked"), anonymous = rq_bool(w->rq, "anonymous");
    enum status rc = gathering_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &g);

    if (rc == ST_OK)
        rc = survey_set(w, &g, rq_has(w->rq, "asked") ? &asked : NULL,
                        rq_has(w->rq, "anonymous") ? &anonymous : NULL);
    if (rc == ST_OK && rq_has(w->rq, "questions"))
        rc = patch_questions(w, &g);
    return rc;
}

/* ── Answers and results ── */

static enum status
answers(struct request *rq, struct response *rs)
{
    int64_t limit = rq_query_int(rq, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
    int64_t before = rq_query_int(rq, "cursor", INT64_MAX, 1, INT64_MAX);
    struct survey_answer *row = NULL;
    struct survey s;
    size_t n = 0, shown_n;
    json_t *items = json_array();
    const char *next = NULL;
    enum status rc =
        rq_has_errors(rq) ? ST_INVALID : survey_of(rq_conn(rq), rq_param_id(rq, "id"), &s);

    if (rc == ST_OK && survey_sight(rq, &s) >= SIGHT_TEXT)
        rc = db_all(rq_conn(rq), rq_arena(rq), &sql_list, &row, &n, V(s.gathering_id), V(before),
                    V(limit + 1));
    if (rc != ST_OK) {
        json_decref(items);
        return rc;
    }
    shown_n = n > (size_t)limit ? (size_t)limit : n;
    for (size_t i = 0; i < shown_n; i++)
        (void)json_array_append_new(items, survey_answer_view(rq_conn(rq), rq_arena(rq), &row[i]));
    if (n > shown_n)
        next = arena_printf(rq_arena(rq), "%lld", (long long)row[shown_n - 1].id);
    return rs_json(rs, 200, json_pack("{s:o, s:s?}", "items", items, "next", next));
}

static enum status
results(struct request *rq, struct response *rs)
{
    struct gathering g;
    struct survey s;
    json_t *out = NULL;
    enum status rc = gathering_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &g);

    if (rc == ST_OK)
        rc = survey_of(rq_conn(rq), g.id, &s);
    if (rc == ST_OK)
        rc = survey_results(rq, &g, &s, &out);
    if (rc == ST_OK)
        return rs_json(rs, 200, out);
    json_decref(out);
    return rc;
}

#define SURVEY "/api/v1/gatherings/{id}/survey"

/* clang-format off */
const struct route survey_api_routes[] = {
    { HTTP_GET, SURVEY, ALLOW_VIEWER, RT_READ, 0, RT_API, .shown = shown, .read = rs_shown },
    { HTTP_PATCH, SURVEY, ALLOW_ORGANISER, RT_WRITE, 65536, RT_API, patch_fields,
      .shown = shown, .work = patch_work, .answer = rs_shown_then },
    { HTTP_GET, SURVEY "/answers", ALLOW_ORGANISER, RT_SLOW, 0, RT_API, .slow = answers,
      .query = "limit cursor" },
    { HTTP_GET, SURVEY "/results", ALLOW_VIEWER, RT_SLOW, 0, RT_API, .slow = results },
    { 0 },
};
/* clang-format on */
