/* The survey's part of a gathering's file and of its copy: what is asked, and whether it is. */
#include <string.h>

#include "base/text.h"
#include "html/translate.h"
#include "surveys/surveys_pages.h"

/* ── Out ── */

static json_t *
question_of(struct arena *a, const struct survey_question *q)
{
    const char *option[SURVEY_OPTIONS];
    size_t n = survey_options(a, q->options, option);
    json_t *o =
        json_pack("{s:s, s:s, s:s, s:b, s:b}", "kind", survey_kind_words[q->kind], "text", q->text,
                  "help", q->help, "required", q->required, "for_needs", q->for_needs);
    json_t *options = json_array();

    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(options, json_string(option[i]));
    (void)json_object_set_new(o, "options", options);
    return o;
}

/* Nothing where nobody has worded or asked for anything. */
static enum status
give(struct request *rq, int64_t gathering_id, json_t **out)
{
    struct survey s;
    struct survey_question *q = NULL;
    size_t n = 0;
    json_t *list;
    enum status rc = survey_of(rq_conn(rq), gathering_id, &s);

    if (rc == ST_NOT_FOUND)
        return ST_OK;
    if (rc == ST_OK)
        rc = survey_questions(rq_conn(rq), rq_arena(rq), gathering_id, &q, &n);
    if (rc != ST_OK)
        return rc;
    list = json_array();
    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(list, question_of(rq_arena(rq), &q[i]));
    *out =
        json_pack("{s:b, s:b, s:o}", "asked", s.asked, "anonymous", s.anonymous, "questions", list);
    return *out != NULL ? ST_OK : ST_NOMEM;
}

/* ── In ── */

/* A text of it; what is not there is "". */
static const char *
text_of(struct arena *a, const json_t *o, const char *name, size_t max, struct survey_draft *d)
{
    const json_t *v = json_object_get(o, name);
    const char *s = "";

    if (json_is_string(v) && text_utf8_ok(json_string_value(v), json_string_length(v)))
        s = text_clean(a, json_string_value(v), true);
    else if (v != NULL)
        d->wrong = name;
    if (text_length(s) > max)
        d->wrong = name;
    return s;
}

static bool
flag_of(const json_t *o, const char *name, const char **wrong)
{
    const json_t *v = json_object_get(o, name);

    if (v != NULL && !json_is_boolean(v))
        *wrong = name;
    return json_is_true(v);
}

static const char *
options_of(struct arena *a, const json_t *o, struct survey_draft *d)
{
    const json_t *list = json_object_get(o, "options");
    const char *all = "";

    if (list != NULL && (!json_is_array(list) || json_array_size(list) > SURVEY_OPTIONS))
        d->wrong = "options";
    for (size_t i = 0; d->wrong == NULL && i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);

        if (json_is_string(one) && text_utf8_ok(json_string_value(one), json_string_length(one)))
            all = arena_printf(a, "%s%s\n", all, text_clean(a, json_string_value(one), true));
        else
            d->wrong = "options";
    }
    return all;
}

static void
read_question(struct arena *a, const json_t *o, size_t place, struct survey_draft *d)
{
    *d = (struct survey_draft){ .prefix = arena_printf(a, "questions[%d].", (int)place) };
    d->q.place = (int64_t)place + 1;
    d->kind = text_of(a, o, "kind", 20, d);
    d->q.text = text_of(a, o, "text", SURVEY_TEXT_MAX, d);
    d->q.help = text_of(a, o, "help", SURVEY_HELP_MAX, d);
    d->q.options = options_of(a, o, d);
    d->q.required = flag_of(o, "required", &d->wrong);
    d->q.for_needs = flag_of(o, "for_needs", &d->wrong);
    survey_look_at(a, NULL, d);
}

/* How many questions; 0: *wrong says where it is not as it should be. */
static size_t
read_questions(struct arena *a, const json_t *part, struct survey_draft draft[SURVEY_QUESTIONS],
               const char **wrong)
{
    const json_t *list = json_object_get(part, "questions");
    size_t n = json_array_size(list);

    *wrong = !json_is_object(part) ? "" : n == 0 || n > SURVEY_QUESTIONS ? "questions" : NULL;
    for (size_t i = 0; *wrong == NULL && i < n; i++) {
        read_question(a, json_array_get(list, i), i, &draft[i]);
        if (draft[i].wrong != NULL)
            *wrong = arena_printf(a, "%s%s", draft[i].prefix, draft[i].wrong);
    }
    return *wrong == NULL ? n : 0;
}

static const char *
look(struct request *rq, const json_t *part, const char **wrong)
{
    struct survey_draft draft[SURVEY_QUESTIONS];
    size_t n = read_questions(rq_arena(rq), part, draft, wrong);

    if (n > 0)
        (void)(flag_of(part, "asked", wrong), flag_of(part, "anonymous", wrong));
    return *wrong == NULL ? tr_format_n(rq_arena(rq), app_translations(rq_app(rq)), rq_lang(rq),
                                        "survey.file", (int64_t)n, NULL)
                          : NULL;
}

static enum status
take(struct work *w, int64_t gathering_id, const json_t *part)
{
    struct survey_draft draft[SURVEY_QUESTIONS];
    struct survey_question q[SURVEY_QUESTIONS];
    const char *wrong;
    size_t n = read_questions(rq_arena(w->rq), part, draft, &wrong);

    for (size_t i = 0; i < n; i++)
        q[i] = draft[i].q;
    return survey_make(w->conn, gathering_id, flag_of(part, "asked", &wrong),
                       flag_of(part, "anonymous", &wrong), q, n);
}

const struct file_part survey_file_parts[] = {
    { GATHERING_FILE, "survey", give, look, take },
    { 0 },
};
