/*
 * One's own page, by the link out of the mail; the organiser's panel on the gathering's page; the
 * API's list.
 */
#include "surveys/surveys_pages.h"

#include "html/date_text.h"
#include "html/options.h"

#define SHOWN 20
#define LIMIT_DEFAULT 100
#define LIMIT_MAX 500

DB_SQL(sql_asked, "SELECT 1 FROM survey WHERE gathering_id = $1");
DB_SQL(sql_ask, "INSERT INTO survey (gathering_id, asked_at) VALUES ($1, $2)"
                " ON CONFLICT (gathering_id) DO NOTHING");
DB_SQL(sql_stop, "DELETE FROM survey WHERE gathering_id = $1");
DB_SQL_OF(sql_answer, survey_answer_record,
          "INSERT INTO survey_answer {into} ON CONFLICT (registration_id) DO UPDATE"
          " SET mark = excluded.mark, text = excluded.text, answered_at = excluded.answered_at");
DB_SQL_OF(sql_of, survey_answer_record, SURVEY_ANSWERS "a.registration_id = $1");
DB_SQL_OF(sql_list, survey_answer_record,
          SURVEY_ANSWERS "a.gathering_id = $1 AND a.id < $2 ORDER BY a.id DESC LIMIT $3");
DB_SQL(sql_sum, "SELECT COUNT(*), CAST(COALESCE(SUM(mark), 0) AS BIGINT) FROM survey_answer"
                " WHERE gathering_id = $1");

/* ── One's own page ── */

/* Of who has left, or where nothing was held, nothing is asked. */
static bool
may_answer(const struct registration_own *o)
{
    return o->r.status == REG_CONFIRMED && o->g.status == GATHERING_PUBLISHED;
}

static enum status
own_page(struct request *rq, struct response *rs)
{
    const struct registration_own *o = rq_subject(rq);
    struct survey_answer before = { .text = "" };
    struct arena *a = rq_arena(rq);
    json_t *marks, *data;
    enum status rc = may_answer(o) ? db_one(rq_conn(rq), a, &sql_of, &before, V(o->r.id)) : ST_GONE;

    if (rc != ST_OK && rc != ST_NOT_FOUND)
        return rc;
    bool again = rq_has_errors(rq), answered = before.mark != 0;
    const char *kept = arena_printf(a, "%lld", (long long)before.mark);
    const char *chosen = again ? rq_text(rq, "mark") : kept;
    marks = json_array();
    for (int i = 1; i <= 5; i++) {
        const char *mark = arena_printf(a, "%d", i);

        /* keys: survey.mark.{1,2,3,4,5} */
        option_add(marks, mark, rq_tr(rq, arena_printf(a, "survey.mark.%d", i)), NULL,
                   strcmp(chosen, mark) == 0);
    }
    data = again ? rq_form_view(rq) : json_pack("{s:{s:s}}", "values", "text", before.text);
    (void)json_object_update_new(
        data,
        json_pack("{s:o, s:o, s:s, s:s, s:b, s:b, s:b}", "marks", marks, "g",
                  gathering_page_view(rq_app(rq), rq_conn(rq), a, &o->g, rq_lang(rq), rq_now(rq)),
                  "href", rq_subject_path(rq), "until",
                  gathering_moment(a, &o->g, rq_lang(rq), gathering_links_end(&o->g), DATE_MID),
                  "answered", answered, "thanks",
                  answered && !again && rq_query(rq, "done") != NULL, "narrow", 1));
    return rs_page(rs, again ? 422 : 200, "surveys/own", rq_tr(rq, "survey.title"), data);
}

static const struct field answer_fields[] = {
    { "mark", FIELD_INT, FIELD_REQUIRED, 5 },
    { "text", FIELD_TEXT, 0, 1000 },
    { 0 },
};

static enum status
answer_check(struct request *rq)
{
    if (!rq_wrong(rq, "mark") && rq_int(rq, "mark") < 1)
        rq_error(rq, "mark", "choice");
    return ST_OK;
}

static enum status
answer_work(struct work *w)
{
    const struct registration_own *o = rq_subject(w->rq);
    const struct survey_answer answer = {
        .registration_id = o->r.id,
        .gathering_id = o->g.id,
        .mark = rq_int(w->rq, "mark"),
        .text = rq_text(w->rq, "text"),
        .answered_at = w->now,
    };

    w->redirect = arena_printf(rq_arena(w->rq), "%s?done=1", rq_subject_path(w->rq));
    return may_answer(o) ? db_insert(w->conn, &sql_answer, &answer, NULL) : ST_GONE;
}

/* ── The organiser's side ── */

/* {items: those with smaller ids than before, the newest first; next: where the older ones are}. */
static enum status
answers(struct request *rq, int64_t gathering_id, int64_t before, int64_t limit, json_t **out)
{
    struct survey_answer *row = NULL;
    size_t n = 0, shown;
    json_t *items = json_array();
    const char *next = NULL;
    enum status rc = db_all(rq_conn(rq), rq_arena(rq), &sql_list, &row, &n, V(gathering_id),
                            V(before), V(limit + 1));

    shown = n > (size_t)limit ? (size_t)limit : n;
    for (size_t i = 0; i < shown; i++)
        (void)json_array_append_new(items, survey_answer_view(&row[i]));
    if (n > shown)
        next = arena_printf(rq_arena(rq), "%lld", (long long)row[shown - 1].id);
    *out = json_pack("{s:o, s:s?}", "items", items, "next", next);
    return rc;
}

enum status
survey_fill_panel(struct request *rq, int64_t gathering_id, json_t *data)
{
    int64_t before = rq_query_int(rq, "answers", INT64_MAX, 1, INT64_MAX), count = 0, sum = 0;
    bool asked = false, may = (rq_who(rq)->role & ALLOW_ORGANISER) != 0;
    struct gathering g;
    json_t *panel = NULL;
    enum status rc = gathering_by_id(rq_conn(rq), rq_arena(rq), gathering_id, &g);

    if (rc == ST_OK)
        rc = db_any(rq_conn(rq), &sql_asked, &asked, V(gathering_id));
    if (rc != ST_OK || g.status == GATHERING_CANCELLED)
        return rc;
    int64_t at = reminder_at(g.timezone, g.ends_at, 1);
    if (!asked && (!may || rq_now(rq) >= at + SURVEY_GRACE))
        return ST_OK;
    rc = db_get(rq_conn(rq), NULL, &sql_sum, R(&count), R(&sum), V(g.id));
    if (rc == ST_OK)
        rc = answers(rq, g.id, before, SHOWN, &panel);
    int64_t tenths = count > 0 ? (sum * 10 + count / 2) / count : 0;
    (void)json_object_update_new(
        panel,
        json_pack("{s:b, s:b, s:b, s:b, s:I, s:I, s:I, s:s, s:s}", "asked", asked, "gone",
                  rq_now(rq) >= at, "may_stop", may && rq_now(rq) < at, "back", before != INT64_MAX,
                  "count", count, "whole", tenths / 10, "tenth", tenths % 10, "when",
                  gathering_moment(rq_arena(rq), &g, rq_lang(rq), at, DATE_MID), "path",
                  arena_printf(rq_arena(rq), "/admin/gatherings/%lld", (long long)g.id)));
    (void)json_object_set_new(data, "survey", panel);
    return rc;
}

static const struct field ask_fields[] = { { "ask", FIELD_BOOL, 0, 0 }, { 0 } };

static enum status
ask_work(struct work *w)
{
    bool ask = rq_bool(w->rq, "ask");
    struct gathering g;
    enum status rc = gathering_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &g);

    if (rc != ST_OK)
        return rc;
    if (g.status == GATHERING_CANCELLED ||
        w->now >= reminder_at(g.timezone, g.ends_at, 1) + (ask ? SURVEY_GRACE : 0))
        return ST_GONE;
    w->redirect = arena_printf(rq_arena(w->rq), "/admin/gatherings/%lld#survey", (long long)g.id);
    return ask ? db_exec(w->conn, &sql_ask, NULL, V(g.id), V(w->now))
               : db_exec(w->conn, &sql_stop, NULL, V(g.id));
}

static enum status
api_list(struct request *rq, struct response *rs)
{
    int64_t limit = rq_query_int(rq, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
    int64_t before = rq_query_int(rq, "cursor", INT64_MAX, 1, INT64_MAX);
    struct gathering g;
    json_t *list = NULL;
    enum status rc = gathering_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &g);

    if (rc == ST_OK)
        rc = rq_has_errors(rq) ? ST_INVALID : answers(rq, g.id, before, limit, &list);
    if (rc == ST_OK)
        return rs_json(rs, 200, list);
    json_decref(list);
    return rc;
}

/* clang-format off */
const struct route survey_routes[] = {
    { HTTP_GET, "/r/s{link}", ALLOW_ANYONE, RT_READ, 0, .read = own_page, .personal = &survey_personal },
    { HTTP_POST, "/r/s{link}", ALLOW_ANYONE, RT_WRITE, 8192, RT_FORM_KEY, answer_fields,
      .check = answer_check, .work = answer_work, .form = own_page, .personal = &survey_personal },
    { HTTP_POST, "/admin/gatherings/{id}/survey", ALLOW_ORGANISER, RT_WRITE, 1024,
      .fields = ask_fields, .work = ask_work },
    { HTTP_GET, "/api/v1/gatherings/{id}/survey", ALLOW_VIEWER, RT_READ, 0, RT_API, .read = api_list,
      .query = "limit cursor" },
    { 0 },
};
/* clang-format on */
