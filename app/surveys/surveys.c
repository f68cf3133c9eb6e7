/* An answer's row, a person's answers, and what surveys are to the rest of the program. */
#include "surveys/surveys_pages.h"

static const struct db_column columns[] = {
    COL(struct survey_answer, id, DB_ID),
    COL(struct survey_answer, registration_id, DB_ONCE),
    COL(struct survey_answer, gathering_id, DB_ONCE),
    COL(struct survey_answer, mark, 0),
    COL(struct survey_answer, text, 0),
    COL(struct survey_answer, answered_at, 0),
    COL_AS(struct survey_answer, name, "r.name", DB_READ_ONLY),
    COL_AS(struct survey_answer, gathering, "g.title", DB_READ_ONLY),
};
const struct db_record survey_answer_record = DB_RECORD(struct survey_answer, columns);

DB_SQL_OF(sql_person, survey_answer_record, SURVEY_ANSWERS "a.registration_id = $1");
DB_SQL(sql_erase, "DELETE FROM survey_answer WHERE registration_id = $1");

json_t *
survey_answer_view(const struct survey_answer *a)
{
    char registration[24], at[32];

    (void)snprintf(registration, sizeof registration, "%lld", (long long)a->registration_id);
    clock_rfc3339(a->answered_at, at);
    return json_pack("{s:s, s:s, s:s, s:I, s:s, s:s}", "registration_id", registration, "name",
                     a->name, "gathering", a->gathering, "mark", a->mark, "text", a->text,
                     "answered_at", at);
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
            (void)json_array_append_new(list, survey_answer_view(&answer));
        else if (rc == ST_NOT_FOUND)
            rc = ST_OK;
    }
    arena_free(&one);
    return rc;
}

static enum status
person_erase(struct db_conn *c, const struct person *p)
{
    int64_t id;
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && person_row_of(p, "registration", &i, &id);)
        rc = db_exec(c, &sql_erase, NULL, V(id));
    return rc;
}

const struct feature surveys_feature = {
    .name = "surveys",
    .routes = { survey_routes },
    .personal = (const struct personal_kind *const[]){ &survey_personal, NULL },
    .mail_kinds = (const struct mail_kind *const[]){ &survey_ask, NULL },
    .reminder_rules = (const struct reminder_rule *const[]){ &survey_day_after, NULL },
    .panels =
        (const struct panel[]){
            { "gathering.overview", "survey", "surveys/panel", survey_fill_panel }, { 0 } },
    .privacy = (const struct privacy_line[]){ { PRIVACY_WHAT, "privacy.what_survey" }, { 0 } },
    .person_export = person_export,
    .person_erase = person_erase,
    .person_tables = (const struct person_table[]){ { "survey_answer", NULL }, { 0 } },
};
