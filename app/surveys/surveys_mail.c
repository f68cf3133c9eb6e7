/* The mail the day after: when, to whom, and what it says. */
#include "html/date_text.h"
#include "html/translate.h"
#include "surveys/surveys_pages.h"

/* Gatherings whose guests are asked; others have no such moment. */
#define ASKED                                                                                      \
    "SELECT g.id, g.id, g.ends_at, g.timezone FROM gathering g JOIN survey s"                      \
    " ON s.gathering_id = g.id WHERE s.asked = 1 AND g.status = 'published' AND "
DB_SQL(sql_ended, ASKED "g.ends_at > $1 AND g.ends_at < $2 ORDER BY 3, 1");
DB_SQL(sql_ended_of, ASKED "g.id = $1");
/* $2 is a day before the mail: that may be before the last guests of a late evening came. */
DB_SQL(sql_guests,
       "SELECT r.id, r.name, r.email, r.language FROM registration r"
       " JOIN gathering g ON g.id = r.gathering_id"
       " LEFT JOIN ticket t ON t.registration_id = r.id AND t.cancelled_at IS NULL"
       " WHERE r.gathering_id = $1 AND r.status = 'confirmed' AND r.confirmed_at - 86400000 <= $2"
       " AND r.email <> '' AND (g.attended = 0 OR t.admitted_at IS NOT NULL)"
       " AND r.id > $3 ORDER BY r.id LIMIT $4");

/* The stars of the first question for a mark, each a link into the page: [{n, text, url}]. */
static json_t *
stars(struct app *app, struct arena *a, const char *lang, const char *url)
{
    json_t *list = json_array();

    for (int i = 1; i <= 5; i++)
        (void)json_array_append_new(
            list, json_pack("{s:i, s:s, s:s}", "n", i, "text",
                            /* keys: survey.mark.{1,2,3,4,5} */
                            tr(app_translations(app), lang, arena_printf(a, "survey.mark.%d", i)),
                            "url", arena_printf(a, "%s?mark=%d", url, i)));
    return list;
}

/* What the mail says of what is asked: how many, whether named, and the question with the stars. */
static enum status
put_questions(struct app *app, struct db_conn *c, struct arena *a, const struct survey *s,
              const char *lang, const char *url, json_t *data)
{
    struct survey_question *q = NULL;
    const struct survey_question *mark = NULL;
    size_t n = 0;
    enum status rc = survey_questions(c, a, s->gathering_id, &q, &n);

    for (size_t i = 0; i < n; i++)
        if (q[i].kind == SURVEY_MARK && (mark == NULL || q[i].id < mark->id))
            mark = &q[i];
    (void)json_object_update_new(data,
                                 json_pack("{s:b, s:b}", "anonymous", s->anonymous, "one", n == 1));
    (void)json_object_set_new(data, "questions", json_integer((json_int_t)n));
    if (mark != NULL)
        (void)json_object_update_new(data, json_pack("{s:s, s:o}", "mark_question", mark->text,
                                                     "stars", stars(app, a, lang, url)));
    return rc;
}

static enum status
build(struct app *app, struct db_conn *c, struct arena *a, const struct mail *m, json_t **data,
      struct mail_extra *extra)
{
    struct registration r;
    struct gathering g;
    struct survey s;
    const char *link = NULL, *url;
    enum status rc = registration_by_id(c, a, m->parent_id, &r);

    (void)extra;
    if (rc == ST_OK)
        rc = gathering_by_id(c, a, r.gathering_id, &g);
    if (rc == ST_OK)
        rc = survey_of(c, r.gathering_id, &s);
    if (rc == ST_OK)
        rc = registration_link_as(c, a, &survey_personal, &r, &link);
    if (rc != ST_OK)
        return rc == ST_NOT_FOUND ? ST_GONE : rc;
    if (g.status != GATHERING_PUBLISHED || r.status != REG_CONFIRMED || r.email[0] == '\0' ||
        clock_now() >= gathering_links_end(&g))
        return ST_GONE;
    url = arena_printf(a, "%s%s", app_settings(app)->base_url, link);
    *data = json_pack("{s:o, s:s, s:s}", "gathering", gathering_mail_view(app, c, a, &g, m->lang),
                      "link", url, "until",
                      gathering_moment(a, &g, m->lang, gathering_links_end(&g), DATE_MID));
    return *data != NULL ? put_questions(app, c, a, &s, m->lang, url, *data) : ST_NOMEM;
}

/* Thirty days after, nobody is asked any more; a link that is none is as any other such. */
static enum status
lost(struct request *rq, struct response *rs, bool expired)
{
    if (!expired)
        return registration_own_lost(rq, rs, false);
    return rs_page(rs, 410, "surveys/closed", rq_tr(rq, "survey.closed"),
                   json_pack("{s:b}", "narrow", 1));
}

const struct personal_kind survey_personal = { 's', "link_survey", registration_own_find, lost };

const struct mail_kind survey_ask = {
    .name = "survey.ask",
    .label = "survey.kind.ask",
    .class_ = MAIL_SERVICE,
    .priority = 3,
    .build = build,
    .good_until = mail_good_always, /* build looks how long the link lives */
};

static const struct reminder_subject asked = {
    .name = "survey",
    .topic = &gathering_topic,
    .when = { [REMINDER_ENDS] = { &sql_ended, &sql_ended_of } },
};
const struct reminder_rule survey_day_after = {
    .name = "survey.ask",
    .kind = &survey_ask,
    .parent = "registration",
    .group = "survey",
    .subject = &asked,
    .time = REMINDER_ENDS,
    .days = 1,
    .grace = SURVEY_GRACE,
    .audience = &sql_guests,
};
