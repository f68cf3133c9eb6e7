/* What is asked: its rules, and the page where an organiser words it. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "html/options.h"
#include "html/translate.h"
#include "surveys/surveys_pages.h"

#define OPTION_MAX 100 /* characters */

DB_SQL(sql_earlier,
       "SELECT g.id, g.title, g.starts_at, g.timezone FROM gathering g JOIN survey s"
       " ON s.gathering_id = g.id WHERE g.id <> $1 ORDER BY g.starts_at DESC, g.id DESC LIMIT 20");

/* ── Rules ── */

size_t
survey_options(struct arena *a, const char *options, const char *out[SURVEY_OPTIONS])
{
    size_t n = 0;

    while (*options != '\0' && n < SURVEY_OPTIONS) {
        size_t len = strcspn(options, "\n");

        out[n++] = arena_strndup(a, options, len);
        options += len + (options[len] == '\n');
    }
    return n;
}

size_t
survey_numbers(const struct survey_question *q)
{
    size_t n = 1;

    switch (q->kind) {
    case SURVEY_MARK:
        return 5;
    case SURVEY_YES_NO:
        return 2;
    case SURVEY_CHOICE:
        for (const char *s = q->options; *s != '\0'; s++)
            n += *s == '\n';
        return n;
    case SURVEY_TEXT:
        break;
    }
    return 0;
}

const char *
survey_number_text(struct request *rq, const struct survey_question *q, int64_t number)
{
    const char *option[SURVEY_OPTIONS];
    struct arena *a = rq_arena(rq);

    switch (q->kind) {
    case SURVEY_MARK:
        /* keys: survey.mark.{1,2,3,4,5} */
        return rq_tr(rq, arena_printf(a, "survey.mark.%lld", (long long)number));
    case SURVEY_YES_NO:
        return rq_tr(rq, number == 1 ? "common.yes" : "common.no");
    case SURVEY_CHOICE:
        if ((size_t)number <= survey_options(a, q->options, option))
            return option[number - 1];
        break;
    case SURVEY_TEXT:
        break;
    }
    return "";
}

static void
wrong(struct request *rq, struct survey_draft *d, const char *name, const char *code)
{
    struct arena *a;

    if (d->wrong == NULL)
        d->wrong = name;
    if (rq == NULL)
        return;
    a = rq_arena(rq);
    /* keys: survey.wrong.{text,kind,options,same,long,fixed,fixed_options} */
    rq_error_as(rq, arena_printf(a, "%s%s", d->prefix, name), code,
                rq_tr(rq, arena_printf(a, "survey.wrong.%s", code)));
}

/* One option a line, each once, two at least. */
static void
clean_options(struct arena *a, struct request *rq, struct survey_draft *d)
{
    const char *option[SURVEY_OPTIONS + 1], *rest = d->q.options;
    size_t n = 0;

    d->q.options = "";
    while (*rest != '\0' && n <= SURVEY_OPTIONS) {
        size_t len = strcspn(rest, "\n");
        const char *one = text_clean(a, arena_strndup(a, rest, len), true);

        rest += len + (rest[len] == '\n');
        if (one[0] == '\0')
            continue;
        for (size_t i = 0; i < n; i++)
            if (strcmp(option[i], one) == 0) {
                wrong(rq, d, "options", "same");
                return;
            }
        if (text_length(one) > OPTION_MAX) {
            wrong(rq, d, "options", "long");
            return;
        }
        d->q.options = arena_printf(a, "%s%s%s", d->q.options, n > 0 ? "\n" : "", one);
        option[n++] = one;
    }
    if (n < 2 || n > SURVEY_OPTIONS)
        wrong(rq, d, "options", "options");
}

void
survey_look_at(struct arena *a, struct request *rq, struct survey_draft *d)
{
    size_t kind = 0;

    if (d->q.text[0] == '\0')
        wrong(rq, d, "text", "text");
    while (kind < ARRAY_LEN(survey_kind_words) && strcmp(survey_kind_words[kind], d->kind) != 0)
        kind++;
    if (kind == ARRAY_LEN(survey_kind_words)) {
        wrong(rq, d, "kind", "kind");
        return;
    }
    d->q.kind = (enum survey_kind)kind;
    if (d->q.kind == SURVEY_CHOICE)
        clean_options(a, rq, d);
    else
        d->q.options = "";
    d->q.for_needs = d->q.for_needs && d->q.kind == SURVEY_TEXT;
}

static const struct survey_question *
find(const struct survey_question *q, size_t n, int64_t id)
{
    for (size_t i = 0; i < n; i++)
        if (id != 0 && q[i].id == id)
            return &q[i];
    return NULL;
}

/* Where people have answered, a question stays what they answered to. */
static void
same_meaning(struct request *rq, const struct survey_question *old, size_t olds,
             struct survey_draft *draft, size_t n)
{
    size_t met = 0;

    for (size_t i = 0; i < n; i++) {
        const struct survey_question *was = find(old, olds, draft[i].q.id);

        met += was != NULL;
        if (was != NULL && was->kind != draft[i].q.kind)
            wrong(rq, &draft[i], "kind", "fixed");
        else if (was != NULL && survey_numbers(was) != survey_numbers(&draft[i].q))
            wrong(rq, &draft[i], "options", "fixed_options");
        if (was != NULL && was->required != draft[i].q.required)
            wrong(rq, &draft[i], "required", "fixed");
    }
    if (met != olds || n != olds)
        rq_error_as(rq, "questions", "answered", rq_tr(rq, "survey.wrong.answered"));
}

static int
by_place(const void *a, const void *b)
{
    const struct survey_draft *x = a, *y = b;

    return (x->q.place > y->q.place) - (x->q.place < y->q.place);
}

enum status
survey_ensure(struct work *w, const struct gathering *g, struct survey *out)
{
    struct survey_question q[SURVEY_DEFAULTS];
    enum status rc = survey_of(w->conn, g->id, out);

    if (rc != ST_NOT_FOUND)
        return rc;
    survey_defaults(app_translations(rq_app(w->rq)), g->language, q);
    rc = survey_make(w->conn, g->id, false, false, q, SURVEY_DEFAULTS);
    return rc == ST_OK ? survey_of(w->conn, g->id, out) : rc;
}

enum status
survey_reword(struct work *w, const struct gathering *g, struct survey_draft *draft, size_t n)
{
    struct request *rq = w->rq;
    struct arena *a = rq_arena(rq);
    struct survey s;
    struct survey_question *old = NULL, q[SURVEY_QUESTIONS];
    size_t olds = 0;
    enum status rc = survey_ensure(w, g, &s);

    if (rc == ST_OK)
        rc = survey_questions(w->conn, a, g->id, &old, &olds);
    if (rc != ST_OK)
        return rc;
    if (n == 0)
        rq_error_as(rq, "questions", "none", rq_tr(rq, "survey.wrong.none"));
    if (n > SURVEY_QUESTIONS)
        rq_error_as(rq, "questions", "too_many", rq_tr(rq, "survey.wrong.too_many"));
    for (size_t i = 0; i < n; i++) {
        survey_look_at(a, rq, &draft[i]);
        if (draft[i].q.id != 0 && find(old, olds, draft[i].q.id) == NULL)
            rq_error_as(rq, "questions", "gone", rq_tr(rq, "survey.wrong.gone"));
    }
    if (s.answers > 0 && !rq_has_errors(rq))
        same_meaning(rq, old, olds, draft, n);
    if (rq_has_errors(rq))
        return ST_INVALID;
    qsort(draft, n, sizeof *draft, by_place);
    for (size_t i = 0; i < n; i++) {
        q[i] = draft[i].q;
        q[i].place = (int64_t)i + 1;
    }
    s.version += s.answers == 0;
    rc = survey_store(w->conn, &s);
    return rc == ST_OK ? survey_questions_store(w->conn, a, g->id, q, n) : rc;
}

enum status
survey_set(struct work *w, const struct gathering *g, const bool *asked, const bool *anonymous)
{
    struct survey s;
    enum status rc = survey_ensure(w, g, &s);

    if (rc != ST_OK)
        return rc;
    if (anonymous != NULL && *anonymous != s.anonymous) {
        if (s.answers > 0) {
            rq_error_as(w->rq, "anonymous", "answered", rq_tr(w->rq, "survey.wrong.promise"));
            return ST_INVALID;
        }
        s.anonymous = *anonymous;
        s.version++;
    }
    if (asked != NULL && *asked != s.asked) {
        if (g->status == GATHERING_CANCELLED ||
            w->now >= reminder_at(g->timezone, g->ends_at, 1) + (*asked ? SURVEY_GRACE : 0))
            return ST_GONE;
        s.asked = *asked;
    }
    return survey_store(w->conn, &s);
}

enum status
survey_now(struct request *rq, const struct gathering *g, struct survey *s,
           struct survey_question **q, size_t *n)
{
    enum status rc = survey_of(rq_conn(rq), g->id, s);

    if (rc == ST_OK)
        return survey_questions(rq_conn(rq), rq_arena(rq), g->id, q, n);
    if (rc != ST_NOT_FOUND)
        return rc;
    *s = (struct survey){ .gathering_id = g->id };
    *q = ARENA_ARRAY(rq_arena(rq), struct survey_question, SURVEY_DEFAULTS);
    *n = SURVEY_DEFAULTS;
    survey_defaults(app_translations(rq_app(rq)), g->language, *q);
    return ST_OK;
}

/* ── The page ── */

#define SLOT(n)                                                                                    \
    { "q" #n "_there", FIELD_BOOL, 0, 0 }, { "q" #n "_fresh", FIELD_BOOL, 0, 0 },                  \
        { "q" #n "_id", FIELD_LINE, 0, 20 }, { "q" #n "_kind", FIELD_LINE, 0, 20 },                \
        { "q" #n "_text", FIELD_LINE, 0, SURVEY_TEXT_MAX },                                        \
        { "q" #n "_help", FIELD_LINE, 0, SURVEY_HELP_MAX },                                        \
        { "q" #n "_options", FIELD_TEXT, 0, 1000 }, { "q" #n "_required", FIELD_BOOL, 0, 0 },      \
        { "q" #n "_for_needs", FIELD_BOOL, 0, 0 }, { "q" #n "_place", FIELD_INT, 0, 99 },          \
    {                                                                                              \
        "q" #n "_drop", FIELD_BOOL, 0, 0                                                           \
    }
static const struct field form_fields[] = {
    SLOT(1), SLOT(2), SLOT(3),
    SLOT(4), SLOT(5), SLOT(6),
    SLOT(7), SLOT(8), { "anonymous", FIELD_INT, 0, 1 },
    { 0 },
};
static const char *const slot_parts[] = { "there",     "fresh", "id",      "kind",
                                          "text",      "help",  "options", "required",
                                          "for_needs", "place", "drop" };

static const char *
part(struct arena *a, size_t slot, const char *name)
{
    return arena_printf(a, "q%d_%s", (int)slot + 1, name);
}

static const char *
page_path(struct request *rq, int64_t gathering_id)
{
    return arena_printf(rq_arena(rq), "/admin/gatherings/%lld/survey", (long long)gathering_id);
}

/* What stands in the form's fields before anybody has typed. */
static void
put_values(struct arena *a, json_t *values, size_t slot, const struct survey_question *q)
{
    const char *id = q->id != 0 ? arena_printf(a, "%lld", (long long)q->id) : "";

    (void)json_object_set_new(values, part(a, slot, "id"), json_string(id));
    (void)json_object_set_new(values, part(a, slot, "kind"),
                              json_string(survey_kind_words[q->kind]));
    (void)json_object_set_new(values, part(a, slot, "text"), json_string(q->text));
    (void)json_object_set_new(values, part(a, slot, "help"), json_string(q->help));
    (void)json_object_set_new(values, part(a, slot, "options"), json_string(q->options));
    (void)json_object_set_new(values, part(a, slot, "required"), json_boolean(q->required));
    (void)json_object_set_new(values, part(a, slot, "for_needs"), json_boolean(q->for_needs));
    (void)json_object_set_new(values, part(a, slot, "place"),
                              json_string(arena_printf(a, "%lld", (long long)q->place)));
}

static bool
slot_wrong(struct request *rq, size_t slot)
{
    bool is = false;

    for (size_t i = 0; i < ARRAY_LEN(slot_parts); i++)
        is = is || rq_wrong(rq, part(rq_arena(rq), slot, slot_parts[i]));
    return is;
}

/* A fold of the form: names of its fields, what they can be, and whether it stands open. */
static json_t *
slot_view(struct request *rq, size_t slot, const json_t *values, bool fresh)
{
    struct arena *a = rq_arena(rq);
    const char *kind = json_string_value(json_object_get(values, part(a, slot, "kind")));
    const char *text = json_string_value(json_object_get(values, part(a, slot, "text")));
    const char *id = json_string_value(json_object_get(values, part(a, slot, "id")));
    const char *place = json_string_value(json_object_get(values, part(a, slot, "place")));
    json_t *o = json_object(), *kinds = json_array(), *places = json_array();

    for (size_t i = 0; i < ARRAY_LEN(slot_parts); i++)
        (void)json_object_set_new(o, arena_printf(a, "name_%s", slot_parts[i]),
                                  json_string(part(a, slot, slot_parts[i])));
    for (size_t i = 0; i < ARRAY_LEN(survey_kind_words); i++) {
        const char *word = survey_kind_words[i];

        /* keys: survey.kind_of.{=survey_kind_words} */
        option_add(kinds, word, rq_tr(rq, arena_printf(a, "survey.kind_of.%s", word)), NULL,
                   kind != NULL && strcmp(kind, word) == 0);
    }
    for (int i = 1; i <= SURVEY_QUESTIONS; i++) {
        const char *number = arena_printf(a, "%d", i);

        option_add(places, number, number, NULL, place != NULL && strcmp(place, number) == 0);
    }
    const char *said = kind != NULL && kind[0] != '\0' ? kind : "text";
    /* keys: survey.kind_of.{=survey_kind_words} */
    const char *kind_text = rq_tr(rq, arena_printf(a, "survey.kind_of.%s", said));
    (void)json_object_update_new(
        o, json_pack("{s:o, s:o, s:s, s:s, s:s, s:s, s:b, s:b}", "kinds", kinds, "places", places,
                     "id", id != NULL ? id : "", "kind", said, "kind_text", kind_text, "title",
                     text != NULL ? text : "", "fresh", fresh, "open", slot_wrong(rq, slot)));
    return o;
}

static enum status
earlier(struct request *rq, int64_t gathering_id, json_t *data)
{
    int64_t id, at;
    const char *title, *zone;
    struct arena *a = rq_arena(rq);
    json_t *list = json_array();
    struct db_rows rows;

    db_each(&rows, rq_conn(rq), a, &sql_earlier, V(gathering_id));
    while (db_take(&rows, R(&id), R(&title), R(&at), R(&zone)))
        option_add(list, arena_printf(a, "%lld", (long long)id),
                   arena_printf(a, "%s, %s", title, survey_day(rq, zone, at)), NULL, false);
    (void)json_object_set_new(data, "earlier", list);
    return db_done(&rows, ST_OK);
}

/* typed: the questions as they were sent; else as they are, with what is wrong beside them. */
static enum status
page(struct request *rq, struct response *rs, bool typed)
{
    bool again = rq_has_errors(rq);
    struct gathering g;
    struct survey s = { 0 };
    struct survey_question *q = NULL;
    size_t n = 0, slots;
    json_t *data = json_object(), *list = json_array(), *keeps = json_array(), *values;
    enum status rc = gathering_admin_head(rq, rq_param_id(rq, "id"), "", &g, data);

    if (rc == ST_OK)
        rc = survey_now(rq, &g, &s, &q, &n);
    if (rc == ST_OK)
        rc = earlier(rq, g.id, data);
    if (rc != ST_OK) {
        json_decref(data);
        json_decref(list);
        json_decref(keeps);
        return rc;
    }
    if (again)
        (void)json_object_update_new(data, rq_form_view(rq));
    if (typed) {
        for (n = 0; n < SURVEY_QUESTIONS && rq_bool(rq, part(rq_arena(rq), n, "there"));)
            n++;
        values = json_object_get(data, "values");
    } else {
        values = json_object();
        for (size_t i = 0; i < n; i++)
            put_values(rq_arena(rq), values, i, &q[i]);
        (void)json_object_set_new(data, "values", values);
    }
    slots = typed || n == SURVEY_QUESTIONS || s.answers > 0 ? n : n + 1;
    for (size_t i = 0; i < slots; i++)
        (void)json_array_append_new(
            list,
            slot_view(rq, i, values, typed ? rq_bool(rq, part(rq_arena(rq), i, "fresh")) : i >= n));
    bool anonymous = typed ? rq_int(rq, "anonymous") == 1 : s.anonymous;
    option_add(keeps, "0", rq_tr(rq, "survey.named"), rq_tr(rq, "survey.named_help"), !anonymous);
    option_add(keeps, "1", rq_tr(rq, "survey.anonymous"), rq_tr(rq, "survey.anonymous_help"),
               anonymous);
    (void)json_object_update_new(
        data, json_pack("{s:o, s:o, s:b, s:b, s:s, s:b, s:b}", "slots", list, "keeps", keeps,
                        "locked", s.answers > 0, "anonymous", s.anonymous, "path",
                        page_path(rq, g.id), "saved", rq_query(rq, "saved") != NULL, "any_earlier",
                        json_array_size(json_object_get(data, "earlier")) > 0));
    return rs_page(rs, again ? 422 : 200, "surveys/questions", rq_tr(rq, "survey.questions"), data);
}

/* Also after a copy that was refused. */
static enum status
questions_page(struct request *rq, struct response *rs)
{
    return page(rq, rs, false);
}

static enum status
questions_again(struct request *rq, struct response *rs)
{
    return page(rq, rs, true);
}

/* false: an empty fold, or one that is to go. */
static bool
read_slot(struct request *rq, size_t slot, struct survey_draft *out)
{
    struct arena *a = rq_arena(rq);
    int64_t place = rq_int(rq, part(a, slot, "place"));

    *out = (struct survey_draft){ .prefix = part(a, slot, ""),
                                  .kind = rq_text(rq, part(a, slot, "kind")) };
    out->q.text = rq_text(rq, part(a, slot, "text"));
    out->q.help = rq_text(rq, part(a, slot, "help"));
    out->q.options = rq_text(rq, part(a, slot, "options"));
    out->q.required = rq_bool(rq, part(a, slot, "required"));
    out->q.for_needs = rq_bool(rq, part(a, slot, "for_needs"));
    out->q.place = place > 0 ? place : (int64_t)slot + 1;
    (void)text_int(rq_text(rq, part(a, slot, "id")), &out->q.id);
    if (!rq_bool(rq, part(a, slot, "there")) || rq_bool(rq, part(a, slot, "drop")))
        return false;
    return !rq_bool(rq, part(a, slot, "fresh")) || out->q.text[0] != '\0' ||
           out->q.help[0] != '\0' || out->q.options[0] != '\0';
}

static enum status
questions_work(struct work *w)
{
    struct request *rq = w->rq;
    struct survey_draft draft[SURVEY_QUESTIONS];
    size_t n = 0;
    struct gathering g;
    bool anonymous = rq_int(rq, "anonymous") == 1;
    enum status rc = gathering_by_id(w->conn, rq_arena(rq), rq_param_id(rq, "id"), &g);

    for (size_t i = 0; i < SURVEY_QUESTIONS; i++)
        n += read_slot(rq, i, &draft[n]);
    if (rc == ST_OK)
        rc = survey_set(w, &g, NULL, rq_null(rq, "anonymous") ? NULL : &anonymous);
    if (rc == ST_OK)
        rc = survey_reword(w, &g, draft, n);
    w->redirect = arena_printf(rq_arena(rq), "%s/questions?saved=1", page_path(rq, g.id));
    return rc;
}

static const struct field copy_fields[] = { { "from", FIELD_LINE, FIELD_REQUIRED, 20 }, { 0 } };

static enum status
copy_work(struct work *w)
{
    struct survey_draft draft[SURVEY_QUESTIONS] = { 0 };
    struct survey_question *q = NULL;
    struct gathering g;
    struct survey from;
    int64_t id = 0;
    size_t n = 0;
    enum status rc = gathering_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &g);

    (void)text_int(rq_text(w->rq, "from"), &id);
    if (rc == ST_OK)
        rc = survey_of(w->conn, id, &from);
    if (rc == ST_OK)
        rc = survey_questions(w->conn, rq_arena(w->rq), id, &q, &n);
    for (size_t i = 0; rc == ST_OK && i < n; i++) {
        draft[i] =
            (struct survey_draft){ .q = q[i], .prefix = "", .kind = survey_kind_words[q[i].kind] };
        draft[i].q.id = 0;
    }
    if (rc == ST_OK)
        rc = survey_set(w, &g, NULL, &from.anonymous);
    if (rc == ST_OK)
        rc = survey_reword(w, &g, draft, n);
    w->redirect = arena_printf(rq_arena(w->rq), "%s/questions", page_path(w->rq, g.id));
    return rc;
}

#define QUESTIONS "/admin/gatherings/{id}/survey/questions"

/* clang-format off */
const struct route survey_question_routes[] = {
    { HTTP_GET, QUESTIONS, ALLOW_ORGANISER, RT_READ, 0, .read = questions_page },
    { HTTP_POST, QUESTIONS, ALLOW_ORGANISER, RT_WRITE, 65536, 0, form_fields,
      .work = questions_work, .form = questions_again },
    { HTTP_POST, QUESTIONS "/copy", ALLOW_ORGANISER, RT_WRITE, 1024, 0, copy_fields,
      .work = copy_work, .form = questions_page },
    { 0 },
};
/* clang-format on */
