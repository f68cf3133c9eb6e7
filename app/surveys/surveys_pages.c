/*
 * One's own page, by the link out of the mail; the organiser's panel on the gathering's page. What
 * is asked stands in surveys_questions.c, what came of it in surveys_results.c.
 */
#include "surveys/surveys_pages.h"

#include <string.h>

#include "base/text.h"
#include "html/date_text.h"
#include "html/options.h"

DB_SQL(sql_own, "SELECT id FROM survey_answer WHERE registration_id = $1");

/* ── One's own page ── */

/* What is asked of somebody, and what they have answered. */
struct asking {
    struct survey s;
    struct survey_question *q;
    size_t n;
    struct survey_reply *reply; /* of a named answer */
    size_t replies;
    bool answered;
};

/* Of who has left, or where nothing was held, nothing is asked. */
static enum status
asking_of(struct request *rq, struct db_conn *c, struct asking *out)
{
    const struct registration_own *o = rq_subject(rq);
    struct arena *a = rq_arena(rq);
    int64_t id = 0;
    enum status rc;

    *out = (struct asking){ .answered = false };
    if (o->r.status != REG_CONFIRMED || o->g.status != GATHERING_PUBLISHED)
        return ST_GONE;
    rc = survey_of(c, o->g.id, &out->s);
    if (rc == ST_OK)
        rc = survey_questions(c, a, o->g.id, &out->q, &out->n);
    if (rc != ST_OK || (!out->s.asked && out->s.answers == 0))
        return rc == ST_OK ? ST_NOT_FOUND : rc;
    if (out->s.anonymous)
        return survey_has_answered(c, o->r.id, &out->answered);
    rc = db_get(c, NULL, &sql_own, R(&id), V(o->r.id));
    out->answered = rc == ST_OK;
    if (rc == ST_OK)
        rc = survey_replies(c, a, id, &out->reply, &out->replies);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

/* By when it was made: their order may be another by the time somebody answers. */
static const char *
field_of(struct arena *a, const struct asking *as, const struct survey_question *q)
{
    int rank = 0;

    for (size_t i = 0; i < as->n; i++)
        rank += as->q[i].id <= q->id;
    return arena_printf(a, "a%d", rank);
}

/* What stands in a question's field: as typed, as answered before, or as the mail's star says. */
static const char *
chosen(struct request *rq, const struct asking *as, const struct survey_question *q)
{
    struct arena *a = rq_arena(rq);
    const char *star = rq_query_text(rq, "mark");
    bool first = q->kind == SURVEY_MARK;

    if (rq_has_errors(rq))
        return rq_text(rq, field_of(a, as, q));
    for (size_t i = 0; i < as->n && first; i++)
        first = as->q[i].kind != SURVEY_MARK || as->q[i].id >= q->id;
    if (first && strlen(star) == 1 && star[0] >= '1' && star[0] <= '5')
        return star;
    for (size_t i = 0; i < as->replies; i++)
        if (as->reply[i].question_id == q->id)
            return as->reply[i].number != 0
                       ? arena_printf(a, "%lld", (long long)as->reply[i].number)
                       : as->reply[i].text;
    return "";
}

static json_t *
question_view(struct request *rq, const struct asking *as, const struct survey_question *q,
              json_t *values)
{
    const struct registration_own *own = rq_subject(rq);
    struct arena *a = rq_arena(rq);
    const char *name = field_of(a, as, q), *value = chosen(rq, as, q);
    json_t *options = json_array();

    for (size_t i = 1; i <= survey_numbers(q); i++) {
        const char *number = arena_printf(a, "%d", (int)i);

        option_add(options, number, survey_number_text(rq, q, (int64_t)i), NULL,
                   strcmp(value, number) == 0);
    }
    (void)json_object_set_new(values, name, json_string(value));
    return json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:o}", "name", name, "asked", q->text, "about",
                     q->help, "lang", own->g.language, "must", q->required, "writes",
                     q->kind == SURVEY_TEXT, "options", options);
}

static enum status
own_page(struct request *rq, struct response *rs)
{
    const struct registration_own *o = rq_subject(rq);
    struct arena *a = rq_arena(rq);
    struct asking as;
    json_t *data, *list = json_array();
    bool again = rq_has_errors(rq);
    enum status rc = asking_of(rq, rq_conn(rq), &as);

    if (rc != ST_OK) {
        json_decref(list);
        return rc;
    }
    data = again ? rq_form_view(rq) : json_pack("{s:{}}", "values");
    for (size_t i = 0; i < as.n; i++)
        (void)json_array_append_new(
            list, question_view(rq, &as, &as.q[i], json_object_get(data, "values")));
    bool closed = as.answered && as.s.anonymous;
    (void)json_object_update_new(
        data,
        json_pack("{s:o, s:o, s:s, s:s, s:s, s:b, s:b, s:b, s:b}", "questions", list, "g",
                  gathering_page_view(rq_app(rq), rq_conn(rq), a, &o->g, rq_lang(rq), rq_now(rq)),
                  "href", rq_subject_path(rq), "until",
                  gathering_moment(a, &o->g, rq_lang(rq), gathering_links_end(&o->g), DATE_MID),
                  "version", arena_printf(a, "%lld", (long long)as.s.version), "answered",
                  as.answered, "anonymous", as.s.anonymous, "thanks",
                  as.answered && !again && (closed || rq_query(rq, "done") != NULL), "narrow", 1));
    (void)json_object_set_new(data, "twice", json_boolean(closed && rq_query(rq, "done") == NULL));
    return rs_page(rs, again ? 422 : 200, "surveys/own", rq_tr(rq, "survey.title"), data);
}

/* One for each question that there can be. */
static const struct field answer_fields[] = {
    { "a1", FIELD_TEXT, 0, SURVEY_REPLY_MAX }, { "a2", FIELD_TEXT, 0, SURVEY_REPLY_MAX },
    { "a3", FIELD_TEXT, 0, SURVEY_REPLY_MAX }, { "a4", FIELD_TEXT, 0, SURVEY_REPLY_MAX },
    { "a5", FIELD_TEXT, 0, SURVEY_REPLY_MAX }, { "a6", FIELD_TEXT, 0, SURVEY_REPLY_MAX },
    { "a7", FIELD_TEXT, 0, SURVEY_REPLY_MAX }, { "a8", FIELD_TEXT, 0, SURVEY_REPLY_MAX },
    { "version", FIELD_LINE, 0, 20 },          { 0 },
};

/* The reply to one question, if there is one. */
static void
read_reply(struct request *rq, const struct asking *as, const struct survey_question *q,
           struct survey_reply *reply, size_t *n)
{
    const char *name = field_of(rq_arena(rq), as, q), *typed = rq_text(rq, name);
    struct survey_reply r = { .question_id = q->id, .text = "" };

    if (rq_wrong(rq, name))
        return;
    if (typed[0] == '\0') {
        if (q->required)
            rq_error_as(rq, name, "required",
                        rq_tr(rq, q->kind == SURVEY_TEXT ? "error.required" : "error.choice"));
        return;
    }
    if (q->kind == SURVEY_TEXT) {
        r.text = typed;
    } else if (!text_int(typed, &r.number) || r.number < 1 ||
               (size_t)r.number > survey_numbers(q)) {
        rq_error(rq, name, "choice");
        return;
    }
    reply[(*n)++] = r;
}

static enum status
answer_work(struct work *w)
{
    const struct registration_own *o = rq_subject(w->rq);
    struct survey_reply reply[SURVEY_QUESTIONS];
    struct asking as;
    size_t n = 0;
    int64_t version = 0;
    enum status rc = asking_of(w->rq, w->conn, &as);

    if (rc != ST_OK)
        return rc;
    /* An anonymous one that came before stays: whose it is nobody knows. */
    w->redirect = rq_subject_path(w->rq);
    if (as.answered && as.s.anonymous)
        return ST_OK;
    (void)text_int(rq_text(w->rq, "version"), &version);
    if (version != as.s.version)
        rq_error_as(w->rq, "", "changed", rq_tr(w->rq, "survey.wrong.changed"));
    for (size_t i = 0; i < as.n; i++)
        read_reply(w->rq, &as, &as.q[i], reply, &n);
    if (!rq_has_errors(w->rq) && n == 0)
        rq_error_as(w->rq, "", "empty", rq_tr(w->rq, "survey.wrong.empty"));
    if (rq_has_errors(w->rq))
        return ST_INVALID;
    w->redirect = arena_printf(rq_arena(w->rq), "%s?done=1", rq_subject_path(w->rq));
    return survey_give(w->conn, &as.s, o->r.id, o->g.timezone, reply, n, w->now);
}

/* ── The organiser's panel ── */

enum status
survey_fill_panel(struct request *rq, int64_t gathering_id, json_t *data)
{
    bool may = (rq_who(rq)->role & ALLOW_ORGANISER) != 0;
    struct gathering g;
    struct survey s = { 0 };
    json_t *results = NULL;
    enum status rc = gathering_by_id(rq_conn(rq), rq_arena(rq), gathering_id, &g);

    if (rc == ST_OK)
        rc = survey_of(rq_conn(rq), gathering_id, &s);
    if ((rc != ST_OK && rc != ST_NOT_FOUND) || g.status == GATHERING_CANCELLED)
        return rc == ST_NOT_FOUND ? ST_OK : rc;
    int64_t at = reminder_at(g.timezone, g.ends_at, 1);
    bool late = rq_now(rq) >= at + SURVEY_GRACE;
    if (!s.asked && s.answers == 0 && (!may || late))
        return ST_OK;
    rc = survey_results(rq, &g, &s, &results);
    bool shown = survey_sight(rq, &s) != SIGHT_NOTHING && s.answers > 0;
    (void)json_object_update_new(
        results,
        json_pack("{s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:s, s:s, s:s, s:I}", "asked",
                  s.asked || s.answers > 0, "gone", rq_now(rq) >= at, "may_ask", may && !late,
                  "may_word", may, "may_stop", may && s.asked && rq_now(rq) < at, "shown", shown,
                  "few", s.answers > 0 && !shown, "mark", survey_average(rq, s.mark_sum, s.marks),
                  "when", gathering_moment(rq_arena(rq), &g, rq_lang(rq), at, DATE_MID), "path",
                  arena_printf(rq_arena(rq), "/admin/gatherings/%lld/survey", (long long)g.id),
                  "least", (json_int_t)SIGHT_COUNT_MIN));
    (void)json_object_set_new(data, "survey", results);
    return rc;
}

static const struct field ask_fields[] = { { "ask", FIELD_BOOL, 0, 0 }, { 0 } };

static enum status
ask_work(struct work *w)
{
    bool ask = rq_bool(w->rq, "ask");
    struct gathering g;
    enum status rc = gathering_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &g);

    if (rc == ST_OK)
        rc = survey_set(w, &g, &ask, NULL);
    w->redirect = arena_printf(rq_arena(w->rq), "/admin/gatherings/%lld#survey", (long long)g.id);
    return rc;
}

/* clang-format off */
const struct route survey_routes[] = {
    { HTTP_GET, "/r/s{link}", ALLOW_ANYONE, RT_READ, 0, .read = own_page, .personal = &survey_personal },
    /* No RT_FORM_KEY: what that keeps of a form would tell whose an anonymous answer is. */
    { HTTP_POST, "/r/s{link}", ALLOW_ANYONE, RT_WRITE, 65536, 0, answer_fields,
      .work = answer_work, .form = own_page, .personal = &survey_personal },
    { HTTP_POST, "/admin/gatherings/{id}/survey", ALLOW_ORGANISER, RT_WRITE, 1024,
      .fields = ask_fields, .work = ask_work },
    { 0 },
};
/* clang-format on */
