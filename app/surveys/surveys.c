/* An answer's row, a person's answers, and what surveys are to the rest of the program. */
#include "surveys/surveys_pages.h"

#include "http/route.h"

static const struct db_column columns[] = {
    COL(struct survey_answer, id, DB_ID),
    COL(struct survey_answer, gathering_id, DB_ONCE),
    COL_OR(struct survey_answer, registration_id, 0, DB_ONCE),
    COL(struct survey_answer, answered_at, 0),
    COL_AS(struct survey_answer, name, "COALESCE(r.name, '')", DB_READ_ONLY),
    COL_AS(struct survey_answer, gathering, "g.title", DB_READ_ONLY),
};
const struct db_record survey_answer_record = DB_RECORD(struct survey_answer, columns);

DB_SQL_OF(sql_person, survey_answer_record, SURVEY_ANSWERS "a.registration_id = $1");
DB_SQL(sql_erase, "DELETE FROM survey_answer WHERE registration_id = $1 RETURNING gathering_id");
DB_SQL(sql_forget, "DELETE FROM survey_answered WHERE registration_id = $1");
DB_SQL(sql_asked_text, "SELECT q.text FROM survey_question q WHERE q.id = $1");
DB_SQL(sql_option, "SELECT q.kind, q.options FROM survey_question q WHERE q.id = $1");

/* "4", "yes", an option's words, or what was written; a new reference. */
static enum status
reply_value(struct db_conn *c, struct arena *a, const struct survey_reply *r, json_t **out)
{
    const char *kind = "", *options = "", *option[SURVEY_OPTIONS];
    enum status rc = ST_OK;

    *out = NULL;
    if (r->number == 0) {
        *out = json_string(r->text);
        return ST_OK;
    }
    rc = db_get(c, a, &sql_option, R(&kind), R(&options), V(r->question_id));
    if (strcmp(kind, survey_kind_words[SURVEY_MARK]) == 0)
        *out = json_integer(r->number);
    else if (strcmp(kind, survey_kind_words[SURVEY_YES_NO]) == 0)
        *out = json_boolean(r->number == 1);
    else if ((size_t)r->number <= survey_options(a, options, option))
        *out = json_string(option[r->number - 1]);
    return rc;
}

static enum status
reply_view(struct db_conn *c, struct arena *a, const struct survey_reply *r, json_t *list)
{
    const char *asked = "";
    json_t *value = NULL;
    enum status rc = db_get(c, a, &sql_asked_text, R(&asked), V(r->question_id));

    if (rc == ST_OK)
        rc = reply_value(c, a, r, &value);
    (void)json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "question_id",
                                                arena_printf(a, "%lld", (long long)r->question_id),
                                                "question", asked, "value",
                                                value != NULL ? value : json_null()));
    return rc;
}

json_t *
survey_answer_view(struct db_conn *c, struct arena *a, const struct survey_answer *answer)
{
    struct survey_reply *reply = NULL;
    size_t n = 0;
    json_t *replies = json_array();
    bool named = answer->registration_id != 0;
    char at[32];
    enum status rc = survey_replies(c, a, answer->id, &reply, &n);

    for (size_t i = 0; rc == ST_OK && i < n; i++)
        rc = reply_view(c, a, &reply[i], replies);
    clock_rfc3339(answer->answered_at, at);
    if (rc != ST_OK) {
        json_decref(replies);
        return NULL;
    }
    return json_pack("{s:s, s:s?, s:s?, s:s, s:s, s:o}", "id",
                     arena_printf(a, "%lld", (long long)answer->id), "registration_id",
                     named ? arena_printf(a, "%lld", (long long)answer->registration_id) : NULL,
                     "name", named ? answer->name : NULL, "gathering", answer->gathering,
                     "answered_at", at, "replies", replies);
}

enum sight_extent
survey_sight(const struct request *rq, const struct survey *s)
{
    enum sight_extent seen = sight(SIGHT_SURVEY_ANSWER, s->anonymous ? SIGHT_CLOSED : SIGHT_MEMBERS,
                                   sight_viewer_of(rq_who(rq)));

    return seen < SIGHT_ALL && s->answers < SIGHT_COUNT_MIN ? SIGHT_NOTHING : seen;
}

static enum status
person_export(struct db_conn *c, const struct person *p, json_t *out)
{
    struct arena *one = arena_new(0);
    struct survey_answer answer;
    json_t *list = json_array();
    int64_t id;
    enum status rc = json_object_set_new(out, "survey_answers", list) == 0 ? ST_OK : ST_NOMEM;

    for (size_t i = 0; rc == ST_OK && person_row_of(p, "registration", &i, &id); arena_reset(one)) {
        rc = db_one(c, one, &sql_person, &answer, V(id));
        if (rc == ST_OK)
            rc = json_array_append_new(list, survey_answer_view(c, one, &answer)) == 0 ? ST_OK
                                                                                       : ST_NOMEM;
        else if (rc == ST_NOT_FOUND)
            rc = ST_OK;
    }
    arena_free(&one);
    return rc;
}

/* A named answer goes; an anonymous one stays, for nobody knows whose it was. */
static enum status
forget(struct db_conn *c, int64_t registration_id)
{
    int64_t gathering_id = 0;
    enum status rc = db_exec(c, &sql_forget, NULL, V(registration_id));

    if (rc == ST_OK)
        rc = db_get(c, NULL, &sql_erase, R(&gathering_id), V(registration_id));
    if (rc == ST_NOT_FOUND)
        return ST_OK;
    return rc == ST_OK ? survey_count(c, gathering_id) : rc;
}

static enum status
person_erase(struct db_conn *c, const struct person *p)
{
    int64_t id;
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && person_row_of(p, "registration", &i, &id);)
        rc = forget(c, id);
    return rc;
}

const struct feature surveys_feature = {
    .name = "surveys",
    .figures = survey_figures,
    .routes = { survey_routes, survey_question_routes, survey_result_routes, survey_api_routes },
    .personal = (const struct personal_kind *const[]){ &survey_personal, NULL },
    .mail_kinds = (const struct mail_kind *const[]){ &survey_ask, NULL },
    .reminder_rules = (const struct reminder_rule *const[]){ &survey_day_after, NULL },
    .panels =
        (const struct panel[]){
            { "gathering.overview", "survey", "surveys/panel", survey_fill_panel }, { 0 } },
    .file_parts = survey_file_parts,
    .privacy = (const struct privacy_line[]){ { PRIVACY_WHAT, "privacy.what_survey" }, { 0 } },
    .person_export = person_export,
    .person_erase = person_erase,
    .person_tables = (const struct person_table[]){ { "survey_answer", NULL },
                                                    { "survey_answered", NULL },
                                                    { 0 } },
    .checks = survey_checks,
};
