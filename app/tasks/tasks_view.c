#include "html/translate.h"
#include "tasks/tasks.h"

/* What was begun together is one. */
DB_SQL(sql_of, "SELECT kind, CAST(SUM(done) AS BIGINT), CAST(SUM(total) AS BIGINT) FROM task"
               " WHERE gathering_id = $1 GROUP BY kind, begun_at"
               " HAVING SUM(CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END) > 0 ORDER BY MIN(id)"
               " LIMIT 20");

static const char *
said(struct request *rq, const struct task_kind *kind, int64_t done, int64_t total)
{
    struct arena *a = rq_arena(rq);
    json_t *values = json_pack("{s:s, s:s}", "done", tr_number(a, rq_lang(rq), done), "total",
                               tr_number(a, rq_lang(rq), total));
    const char *text =
        tr_format_n(a, app_translations(rq_app(rq)), rq_lang(rq), kind->said, total, values);

    json_decref(values);
    return text;
}

enum status
tasks_view(struct request *rq, int64_t gathering_id, json_t *data)
{
    json_t *list = json_array();
    struct db_rows rows;
    char name[64];
    int64_t done, total;

    db_each(&rows, rq_conn(rq), rq_arena(rq), &sql_of, V(gathering_id));
    while (db_take(&rows, R_CHARS(name), R(&done), R(&total))) {
        const struct task_kind *kind = task_kind_find(name);

        if (kind != NULL && kind->said != NULL && total > 0)
            (void)json_array_append_new(
                list, json_pack("{s:s, s:I, s:I}", "text", said(rq, kind, done, total), "done",
                                (json_int_t)done, "total", (json_int_t)total));
    }
    (void)json_object_set_new(data, "tasks", list);
    return db_done(&rows, ST_OK);
}
