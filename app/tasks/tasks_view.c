/* How far work has come, for pages: as they are made, and by itself after that. */
#include "base/clock.h"
#include "document/zone.h"
#include "html/date_text.h"
#include "html/translate.h"
#include "tasks/tasks.h"
#include "tasks/tasks_run.h"

#define DONE_SHOWN_MS (7 * MS_DAY)

/* What was begun together is one. */
#define TOGETHER "SELECT kind, begun_at, CAST(SUM(done) AS BIGINT), CAST(SUM(total) AS BIGINT)"
#define OF " FROM task WHERE gathering_id = $1 GROUP BY kind, begun_at"
#define STILL_OPEN "SUM(CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END)"
DB_SQL(sql_going,
       TOGETHER OF " HAVING " STILL_OPEN " > 0 AND SUM(total) > 0 ORDER BY MIN(id) LIMIT 20");
DB_SQL(sql_ended,
       TOGETHER ", MAX(ended_at),"
                " MAX(CASE outcome WHEN 'overtaken' THEN 1 ELSE 0 END)" OF " HAVING " STILL_OPEN
                " = 0 AND SUM(total) > 0 AND MAX(ended_at) > $2 ORDER BY MAX(id) DESC LIMIT 5");

/* done, total: numbers, or what stands for them. */
static const char *
said(struct request *rq, const struct task_kind *kind, int64_t number, const char *done,
     const char *total)
{
    json_t *values = json_pack("{s:s, s:s}", "done", done, "total", total);
    const char *text = tr_format_n(rq_arena(rq), app_translations(rq_app(rq)), rq_lang(rq),
                                   kind->said, number, values);

    json_decref(values);
    return text;
}

static const char *
said_of(struct request *rq, const struct task_kind *kind, int64_t done, int64_t total)
{
    struct arena *a = rq_arena(rq);

    return said(rq, kind, total, tr_number(a, rq_lang(rq), done), tr_number(a, rq_lang(rq), total));
}

static const struct task_kind *
shown_kind(const char *name, int64_t total)
{
    const struct task_kind *kind = task_kind_find(name);

    return kind != NULL && kind->said != NULL && total > 0 ? kind : NULL;
}

enum status
tasks_view(struct request *rq, int64_t gathering_id, json_t *data)
{
    struct arena *a = rq_arena(rq);
    json_t *list = json_array();
    struct db_rows rows;
    char name[64];
    int64_t begun_at, done, total;

    db_each(&rows, rq_conn(rq), a, &sql_going, V(gathering_id));
    while (db_take(&rows, R_CHARS(name), R(&begun_at), R(&done), R(&total))) {
        const struct task_kind *kind = shown_kind(name, total);

        if (kind != NULL)
            (void)json_array_append_new(
                list, json_pack("{s:s, s:s, s:s, s:I, s:I}", "key",
                                arena_printf(a, "%s:%lld", name, (long long)begun_at), "text",
                                said_of(rq, kind, done, total), "template",
                                said(rq, kind, total, "%d", "%t"), "done", (json_int_t)done,
                                "total", (json_int_t)total));
    }
    if (json_array_size(list) > 0)
        (void)json_object_set_new(
            data, "tasks_events",
            json_string(arena_printf(a, "/admin/tasks/%lld/events", (long long)gathering_id)));
    (void)json_object_set_new(data, "tasks", list);
    return db_done(&rows, ST_OK);
}

/* "i dag 09:31" */
static const char *
when(struct request *rq, int64_t at)
{
    struct civil then, now;

    zone_local(ZONE_DEFAULT, at, &then, NULL);
    zone_local(ZONE_DEFAULT, rq_now(rq), &now, NULL);
    return date_relative(rq_arena(rq), rq_lang(rq), &then, &now);
}

enum status
tasks_view_ended(struct request *rq, int64_t gathering_id, json_t *data)
{
    json_t *list = json_array();
    struct db_rows rows;
    char name[64];
    int64_t begun_at, done, total, ended_at, overtaken;

    db_each(&rows, rq_conn(rq), rq_arena(rq), &sql_ended, V(gathering_id),
            V(rq_now(rq) - DONE_SHOWN_MS));
    while (db_take(&rows, R_CHARS(name), R(&begun_at), R(&done), R(&total), R(&ended_at),
                   R(&overtaken))) {
        const struct task_kind *kind = shown_kind(name, total);

        if (kind != NULL)
            (void)json_array_append_new(
                list, json_pack("{s:s, s:s, s:b}", "text", said_of(rq, kind, done, total), "when",
                                when(rq, ended_at), "overtaken", overtaken != 0));
    }
    (void)json_object_set_new(data, "any_ended", json_boolean(json_array_size(list) > 0));
    (void)json_object_set_new(data, "tasks_ended", list);
    return db_done(&rows, ST_OK);
}

/* {"registrations.moved:1795677416888": [1200, 47500], ...}: those that are not there any more have
 * ended. */
static enum status
progress_event(struct db_conn *c, int64_t gathering_id, struct buf *out)
{
    struct db_rows rows;
    char name[64];
    const char *before = "";
    int64_t begun_at, done, total;

    buf_addc(out, '{');
    db_each(&rows, c, NULL, &sql_going, V(gathering_id));
    while (db_take(&rows, R_CHARS(name), R(&begun_at), R(&done), R(&total))) {
        if (shown_kind(name, total) == NULL)
            continue;
        buf_addf(out, "%s\"%s:%lld\":[%lld,%lld]", before, name, (long long)begun_at,
                 (long long)done, (long long)total);
        before = ",";
    }
    buf_addc(out, '}');
    return db_done(&rows, ST_OK);
}

static enum status
events(struct request *rq, struct response *rs)
{
    return rs_events(rs, &task_progress_topic, rq_param_id(rq, "id"), progress_event);
}

const struct route task_routes[] = {
    { HTTP_GET, "/admin/tasks/{id}/events", ALLOW_VIEWER, RT_READ, .read = events },
    { 0 },
};
