/* The app's own addresses: is it well, how is it doing, what does the API say. */
#include <unistd.h>

#include "app.h"
#include "cluster/cluster.h"
#include "mailing/mailing.h"
#include "registrations/registrations.h"
#include "tasks/tasks.h"

/* ── /healthz ── */

static enum status
healthz(struct request *rq, struct response *rs)
{
    struct buf text;
    bool set_up;
    enum status rc = cluster_is_set_up(rq_conn(rq), &set_up); /* whatever it says: it can read */

    bool full = writer_full(app_writer(rq_app(rq)));
    bool well = rc == ST_OK && !full && writer_well(app_writer(rq_app(rq)));
    buf_init(&text, 64);
    buf_adds(&text, well ? "ok\n" : full ? "unwell: no room on the disk\n" : "unwell\n");
    return rs_bytes(rs, well ? 200 : 503, "text/plain; charset=utf-8", &text, NULL);
}

/* ── /metrics: Prometheus text, version 0.0.4 ── */

static void
head(struct buf *b, const char *name, const char *type, const char *help)
{
    buf_addf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void
figure(struct buf *b, const char *name, const char *type, const char *help, int64_t value)
{
    head(b, name, type, help);
    buf_addf(b, "%s %lld\n", name, (long long)value);
}

/* One line a state. The states are words of our own schema. */
static enum status
figures_by(struct buf *b, struct db_rows *rows, const char *name, const char *label,
           const char *help)
{
    const char *state;
    int64_t count;

    head(b, name, "gauge", help);
    while (db_take(rows, R(&state), R(&count)))
        buf_addf(b, "%s{%s=\"%s\"} %lld\n", name, label, state, (long long)count);
    return db_done(rows, ST_OK);
}

static int64_t
resident_bytes(void)
{
    long long whole = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "re");

    if (f == NULL)
        return 0;
    if (fscanf(f, "%lld %lld", &whole, &resident) != 2)
        resident = 0;
    fclose(f);
    return resident * sysconf(_SC_PAGESIZE);
}

static enum status
metrics(struct request *rq, struct response *rs)
{
    struct app *app = rq_app(rq);
    struct db_conn *c = rq_conn(rq);
    struct writer_stats w;
    struct db_rows rows;
    struct buf b;
    enum status rc;

    buf_init(&b, 0);
    server_metrics(app_server(app), &b);
    writer_read_stats(app_writer(app), &w);
    figure(&b, "samling_writer_commits_total", "counter", "Commits of the writer.", w.commits);
    figure(&b, "samling_writer_jobs_total", "counter", "Changes that are on disk.", w.jobs);
    figure(&b, "samling_writer_refused_total", "counter", "Changes undone alone.", w.refused);
    figure(&b, "samling_writer_failed_total", "counter", "Changes lost with a commit.", w.failed);
    figure(&b, "samling_resident_bytes", "gauge", "Resident memory.", resident_bytes());

    gathering_tally(&rows, c, rq_arena(rq));
    rc = figures_by(&b, &rows, "samling_gatherings", "status", "Gatherings by status.");
    if (rc == ST_OK) {
        registration_tally(&rows, c, rq_arena(rq));
        rc = figures_by(&b, &rows, "samling_registrations", "status", "Registrations by status.");
    }
    if (rc == ST_OK) {
        mail_tally(&rows, c, rq_arena(rq));
        rc = figures_by(&b, &rows, "samling_mails", "state", "Mail by state.");
    }
    if (rc == ST_OK) {
        task_tally(&rows, c, rq_arena(rq));
        rc = figures_by(&b, &rows, "samling_tasks", "kind", "Tasks under way, by kind.");
    }
    if (rc == ST_OK) {
        task_tally_left(&rows, c, rq_arena(rq));
        rc = figures_by(&b, &rows, "samling_task_rows_left", "kind",
                        "What is left of them, in rows.");
    }
    if (rc != ST_OK) {
        buf_release(&b);
        return rc;
    }
    return rs_bytes(rs, 200, "text/plain; version=0.0.4; charset=utf-8", &b, NULL);
}

/* ── /api/v1/openapi.json ── */

static enum status
openapi(struct request *rq, struct response *rs)
{
    return rs_json(rs, 200, openapi_make(app_tables(rq_app(rq)), rq_base_url(rq), NULL));
}

/* ── /robots.txt ── */

/* Personal links are not named: they say noindex themselves, which who is kept out never reads. */
static enum status
robots(struct request *rq, struct response *rs)
{
    struct buf b;

    (void)rq;
    buf_init(&b, 0);
    buf_adds(&b, "User-agent: *\nDisallow: /admin\nDisallow: /api/\nDisallow: /door/\n"
                 "Disallow: /signin\nDisallow: /healthz\nDisallow: /metrics\n");
    rs_cache(rs, 24 * 60 * 60);
    return rs_bytes(rs, 200, "text/plain; charset=utf-8", &b, NULL);
}

const struct route app_routes[] = {
    { HTTP_GET, "/robots.txt", ALLOW_ANYONE, RT_READ, 0, RT_PUBLIC, .read = robots },
    { HTTP_GET, "/healthz", ALLOW_ANYONE, RT_READ, 0, .read = healthz },
    { HTTP_GET, "/metrics", ALLOW_VIEWER | ROLE_DOOR, RT_READ, 0, RT_API, .read = metrics },
    { HTTP_GET, "/api/v1/openapi.json", ALLOW_ANYONE, RT_READ, 0, RT_API | RT_PUBLIC,
      .read = openapi },
    { 0 },
};
