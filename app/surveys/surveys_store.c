/* Surveys, their questions and answers as rows; the counts beside them. */
#include "surveys/surveys_pages.h"

#include "base/rand.h"
#include "document/zone.h"
#include "html/translate.h"

const char *const survey_kind_words[4] = { "mark", "yes_no", "choice", "text" };

static const struct db_column survey_columns[] = {
    COL(struct survey, gathering_id, DB_ONCE), COL(struct survey, asked, 0),
    COL(struct survey, anonymous, 0),          COL(struct survey, version, 0),
    COL(struct survey, answers, DB_ONCE),      COL(struct survey, marks, DB_ONCE),
    COL(struct survey, mark_sum, DB_ONCE),
};
static const struct db_record survey_record = DB_RECORD(struct survey, survey_columns);

static const struct db_column question_columns[] = {
    COL(struct survey_question, id, DB_ID),
    COL(struct survey_question, gathering_id, DB_ONCE),
    COL_AS(struct survey_question, place, "turn", 0),
    COL_WORD(struct survey_question, kind, survey_kind_words, 0),
    COL(struct survey_question, text, 0),
    COL(struct survey_question, help, 0),
    COL(struct survey_question, options, 0),
    COL(struct survey_question, required, 0),
    COL(struct survey_question, for_needs, 0),
};
static const struct db_record question_record = DB_RECORD(struct survey_question, question_columns);

static const struct db_column reply_columns[] = {
    COL(struct survey_reply, answer_id, DB_ONCE),
    COL(struct survey_reply, question_id, DB_ONCE),
    COL(struct survey_reply, number, 0),
    COL(struct survey_reply, text, 0),
};
static const struct db_record reply_record = DB_RECORD(struct survey_reply, reply_columns);

DB_SQL_OF(sql_survey, survey_record, "SELECT {columns} FROM survey WHERE gathering_id = $1");
DB_SQL_OF(sql_make, survey_record,
          "INSERT INTO survey {into} ON CONFLICT (gathering_id) DO NOTHING RETURNING gathering_id");
DB_SQL_OF(sql_change, survey_record, "UPDATE survey SET {set} WHERE gathering_id = $1");
DB_SQL_OF(sql_questions, question_record,
          "SELECT {columns} FROM survey_question WHERE gathering_id = $1 ORDER BY turn, id"
          " LIMIT 8");
DB_SQL_OF(sql_question_add, question_record, "INSERT INTO survey_question {into} RETURNING id");
DB_SQL_OF(sql_question_change, question_record, "UPDATE survey_question SET {set} WHERE id = $1");
DB_SQL(sql_question_drop, "DELETE FROM survey_question WHERE id = $1");
/* The first question for a mark is the one made first: that stays, whatever their order is. */
#define MARK_QUESTION(id)                                                                          \
    "(SELECT MIN(q.id) FROM survey_question q WHERE q.gathering_id = " id " AND q.kind = 'mark')"
#define COUNTED(id) "(SELECT COUNT(*) FROM survey_answer a WHERE a.gathering_id = " id ")"
#define MARKS(id)                                                                                  \
    "(SELECT COUNT(*) FROM survey_reply r WHERE r.question_id = " MARK_QUESTION(id) ")"
#define MARK_SUM(id)                                                                               \
    "(SELECT CAST(COALESCE(SUM(r.number), 0) AS BIGINT) FROM survey_reply r"                       \
    " WHERE r.question_id = " MARK_QUESTION(id) ")"
DB_SQL(sql_count, "UPDATE survey SET answers = " COUNTED("$1") ", marks = " MARKS(
                      "$1") ", mark_sum = " MARK_SUM("$1") " WHERE gathering_id = $1");
DB_SQL(sql_miscounted, "/* all: a check */ SELECT s.whose FROM (SELECT gathering_id AS whose, "
                       "answers, marks, mark_sum FROM survey) s"
                       " WHERE s.answers <> " COUNTED("whose") " OR s.marks <> " MARKS(
                           "whose") " OR s.mark_sum <> " MARK_SUM("whose") " ORDER BY s.whose");
DB_SQL(sql_told, "SELECT s.gathering_id FROM survey s WHERE s.anonymous = 1 AND EXISTS"
                 " (SELECT 1 FROM survey_answer a WHERE a.gathering_id = s.gathering_id"
                 "   AND a.registration_id IS NOT NULL) ORDER BY s.gathering_id");
/* Who is erased is not among them any more, their answer is: so there may be more answers. */
DB_SQL(sql_more_told, "/* all: a check */ SELECT t.gathering_id FROM survey_answered t"
                      " GROUP BY t.gathering_id HAVING COUNT(*) > (SELECT s.answers FROM survey s"
                      "   WHERE s.gathering_id = t.gathering_id) ORDER BY t.gathering_id");
DB_SQL(sql_answered, "INSERT INTO survey_answered (registration_id, gathering_id)"
                     " VALUES ($1, $2) ON CONFLICT (registration_id, gathering_id) DO NOTHING");
DB_SQL(sql_has_answered, "SELECT 1 FROM survey_answered WHERE registration_id = $1");
DB_SQL(sql_add_anonymous, "INSERT INTO survey_answer (id, gathering_id, answered_at)"
                          " VALUES ($1, $2, $3)");
DB_SQL(sql_add_named,
       "INSERT INTO survey_answer (gathering_id, registration_id, answered_at) VALUES ($1, $2, $3)"
       " ON CONFLICT (registration_id) DO UPDATE SET answered_at = excluded.answered_at"
       " RETURNING id");
DB_SQL(sql_replies_drop, "DELETE FROM survey_reply WHERE answer_id = $1");
DB_SQL_OF(sql_reply_add, reply_record, "INSERT INTO survey_reply {into}");
DB_SQL_OF(sql_replies, reply_record,
          "SELECT {columns} FROM survey_reply WHERE answer_id = $1 ORDER BY question_id LIMIT 8");

enum status
survey_of(struct db_conn *c, int64_t gathering_id, struct survey *out)
{
    return db_one(c, NULL, &sql_survey, out, V(gathering_id));
}

enum status
survey_questions(struct db_conn *c, struct arena *a, int64_t gathering_id,
                 struct survey_question **out, size_t *count)
{
    return db_all(c, a, &sql_questions, out, count, V(gathering_id));
}

void
survey_defaults(const struct translations *t, const char *lang,
                struct survey_question out[SURVEY_DEFAULTS])
{
    static const struct survey_question plan[SURVEY_DEFAULTS] = {
        { .kind = SURVEY_MARK, .text = "survey.default.mark", .required = true },
        { .kind = SURVEY_YES_NO, .text = "survey.default.met" },
        { .kind = SURVEY_TEXT, .text = "survey.default.better" },
        { .kind = SURVEY_TEXT, .text = "survey.default.next", .for_needs = true },
    };

    for (int i = 0; i < SURVEY_DEFAULTS; i++) {
        out[i] = plan[i];
        out[i].place = i + 1;
        out[i].text = tr(t, lang, plan[i].text);
        out[i].help = plan[i].for_needs ? tr(t, lang, "survey.default.next_help") : "";
        out[i].options = "";
    }
}

static enum status
question_add(struct db_conn *c, int64_t gathering_id, const struct survey_question *q)
{
    struct survey_question row = *q;

    row.gathering_id = gathering_id;
    return db_insert(c, &sql_question_add, &row, NULL);
}

enum status
survey_make(struct db_conn *c, int64_t gathering_id, bool asked, bool anonymous,
            const struct survey_question *q, size_t n)
{
    const struct survey s = {
        .gathering_id = gathering_id, .asked = asked, .anonymous = anonymous, .version = 1
    };
    enum status rc = db_insert(c, &sql_make, &s, NULL);

    if (rc == ST_NOT_FOUND)
        return ST_CONFLICT;
    for (size_t i = 0; rc == ST_OK && i < n; i++)
        rc = question_add(c, gathering_id, &q[i]);
    return rc;
}

enum status
survey_store(struct db_conn *c, const struct survey *s)
{
    return db_update(c, &sql_change, s, V(s->gathering_id));
}

/* Those that are not among the new ones. */
static enum status
drop_others(struct db_conn *c, const struct survey_question *old, size_t olds,
            const struct survey_question *q, size_t n)
{
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && i < olds; i++) {
        bool stays = false;

        for (size_t k = 0; k < n; k++)
            stays = stays || q[k].id == old[i].id;
        if (!stays)
            rc = db_exec(c, &sql_question_drop, NULL, V(old[i].id));
    }
    return rc;
}

enum status
survey_questions_store(struct db_conn *c, struct arena *a, int64_t gathering_id,
                       const struct survey_question *q, size_t n)
{
    struct survey_question *old = NULL;
    size_t olds = 0;
    enum status rc = survey_questions(c, a, gathering_id, &old, &olds);

    if (rc == ST_OK)
        rc = drop_others(c, old, olds, q, n);
    for (size_t i = 0; rc == ST_OK && i < n; i++)
        rc = q[i].id != 0 ? db_update(c, &sql_question_change, &q[i], V(q[i].id))
                          : question_add(c, gathering_id, &q[i]);
    return rc;
}

/* ── Answers ── */

/* By chance: a row's number must not say that it came beside another row. */
static int64_t
chance_id(void)
{
    uint64_t r;

    rand_bytes(&r, sizeof r);
    return (int64_t)(r >> 11) + 1;
}

enum status
survey_has_answered(struct db_conn *c, int64_t registration_id, bool *out)
{
    return db_any(c, &sql_has_answered, out, V(registration_id));
}

static enum status
answer_add(struct db_conn *c, const struct survey *s, int64_t registration_id, const char *zone,
           int64_t now, int64_t *id)
{
    int64_t fresh = 0;
    enum status rc;

    if (!s->anonymous) {
        rc = db_get(c, NULL, &sql_add_named, R(id), V(s->gathering_id), V(registration_id), V(now));
        return rc == ST_OK ? db_exec(c, &sql_replies_drop, NULL, V(*id)) : rc;
    }
    rc = db_exec(c, &sql_answered, &fresh, V(registration_id), V(s->gathering_id));
    if (rc == ST_OK && fresh == 0)
        return ST_CONFLICT;
    *id = chance_id();
    return rc == ST_OK ? db_exec(c, &sql_add_anonymous, NULL, V(*id), V(s->gathering_id),
                                 V(zone_day_start(zone, now, 0)))
                       : rc;
}

enum status
survey_give(struct db_conn *c, const struct survey *s, int64_t registration_id, const char *zone,
            const struct survey_reply *reply, size_t n, int64_t now)
{
    int64_t id = 0;
    enum status rc = answer_add(c, s, registration_id, zone, now, &id);

    for (size_t i = 0; rc == ST_OK && i < n; i++) {
        struct survey_reply row = reply[i];

        row.answer_id = id;
        rc = db_insert(c, &sql_reply_add, &row, NULL);
    }
    return rc == ST_OK ? survey_count(c, s->gathering_id) : rc;
}

enum status
survey_count(struct db_conn *c, int64_t gathering_id)
{
    return db_exec(c, &sql_count, NULL, V(gathering_id));
}

enum status
survey_replies(struct db_conn *c, struct arena *a, int64_t answer_id, struct survey_reply **out,
               size_t *count)
{
    return db_all(c, a, &sql_replies, out, count, V(answer_id));
}

/* ── Checks ── */

static enum status
say_each(struct db_conn *c, const struct db_sql *sql, const char *what,
         void (*say)(void *ctx, const char *line), void *ctx)
{
    int64_t id;
    char line[120];
    struct db_rows rows;

    db_each(&rows, c, NULL, sql);
    while (db_take(&rows, R(&id))) {
        (void)snprintf(line, sizeof line, "survey of gathering %lld: %s", (long long)id, what);
        say(ctx, line);
    }
    return db_done(&rows, ST_OK);
}

static enum status
check_counts(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    return say_each(c, &sql_miscounted, "its answers or marks are counted wrong", say, ctx);
}

static enum status
check_anonymous(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    enum status rc = say_each(c, &sql_told, "anonymous, but an answer says whose it is", say, ctx);

    return rc == ST_OK
               ? say_each(c, &sql_more_told, "more have answered than there are answers", say, ctx)
               : rc;
}

const struct check survey_checks[] = {
    { "surveys.counts", check_counts },
    { "surveys.anonymous", check_anonymous },
    { 0 },
};
