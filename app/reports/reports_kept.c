/* Reports that were handed in: kept as they were, on a page, as a sheet and on paper. */
#include "base/memory.h"
#include "cluster/cluster.h"
#include "reports/reports_pages.h"

static enum status
kept_data(struct request *rq, struct report *r, json_t **data)
{
    enum status rc = report_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), r);

    *data = rc == ST_OK ? json_loads(r->data, 0, NULL) : NULL;
    if (rc == ST_OK && *data == NULL)
        return ST_IO;
    if (rc == ST_OK)
        report_veil(*data, sight_viewer_of(rq_who(rq)));
    return rc;
}

static enum status
kept_page(struct request *rq, struct response *rs)
{
    struct cluster cluster;
    struct report r;
    json_t *data, *view;
    enum status rc = cluster_get(rq_conn(rq), rq_arena(rq), &cluster);

    if (rc == ST_OK)
        rc = kept_data(rq, &r, &data);
    if (rc != ST_OK)
        return rc;
    view = report_view(rq, data);
    json_decref(data);
    (void)json_object_update_new(
        view, json_pack("{s:s, s:s, s:s, s:s}", "cluster", cluster.name, "name", r.name, "made",
                        report_moment_text(rq, r.made_at), "sheet",
                        arena_printf(rq_arena(rq), "/admin/report/%lld.xlsx", (long long)r.id)));
    (void)json_object_set_new(
        view, "pdf",
        json_string(arena_printf(rq_arena(rq), "/admin/report/%lld.pdf", (long long)r.id)));
    rs_script(rs, "print.js");
    return rs_page(rs, 200, "reports/report", r.name, view);
}

static enum status
kept_sheet(struct request *rq, struct response *rs)
{
    struct report r;
    json_t *data;
    enum status rc = kept_data(rq, &r, &data);

    if (rc != ST_OK)
        return rc;
    rc = report_send_sheet(rq, rs, data);
    json_decref(data);
    return rc;
}

static enum status
kept_pdf(struct request *rq, struct response *rs)
{
    struct report r;
    json_t *data;
    enum status rc = kept_data(rq, &r, &data);

    if (rc != ST_OK)
        return rc;
    rc = report_send_pdf(rq, rs, data, r.name, r.made_at);
    json_decref(data);
    return rc;
}

/* What is kept is counted before the writer has its turn. */
struct keeping {
    struct report_period p;
    char *text;
};

enum status
report_keep_prepare(struct request *rq)
{
    struct keeping *k = ARENA_NEW(rq_arena(rq), struct keeping);
    json_t *data = NULL;
    char *text;
    enum status rc;

    if (!report_asked_period(rq, rq_text(rq, "from"), rq_text(rq, "to"), rq_text(rq, "project"),
                             &k->p) ||
        rq_has_errors(rq))
        return ST_OK;
    rc = report_data(rq_conn(rq), &k->p, rq_now(rq), &data);
    if (rc == ST_OK) {
        text = json_dumps(data, JSON_COMPACT | JSON_SORT_KEYS);
        k->text = text != NULL ? arena_strdup(rq_arena(rq), text) : NULL;
        mem_free(text);
        rc = k->text != NULL ? ST_OK : ST_NOMEM;
    }
    json_decref(data);
    rq_leave(rq, k);
    return rc;
}

enum status
report_keep_work(struct work *w, int64_t *id)
{
    const struct keeping *k = rq_left(w->rq);
    const struct report r = { .name = rq_text(w->rq, "name"),
                              .from_at = k->p.from,
                              .to_at = k->p.to,
                              .data = k->text,
                              .account_id = rq_who(w->rq)->account_id,
                              .made_at = w->now };

    return report_keep(w->conn, &r, id);
}

static enum status
keep_work(struct work *w)
{
    int64_t id = 0;
    enum status rc = report_keep_work(w, &id);

    w->redirect = arena_printf(rq_arena(w->rq), "/admin/report/%lld", (long long)id);
    return rc;
}

static enum status
keep_render(struct request *rq, struct response *rs, int http, const struct report_period *p,
            json_t *form)
{
    (void)json_object_update_new(
        form, json_pack("{s:s, s:s, s:s, s:s, s:s}", "first", p->first, "last", p->last, "project",
                        p->project, "period", report_period_name(rq, p), "back",
                        arena_printf(rq_arena(rq), "/admin/report%s",
                                     report_period_query(rq_arena(rq), p))));
    return rs_page(rs, http, "reports/keep", rq_tr(rq, "report.keep"), form);
}

static enum status
keep_page(struct request *rq, struct response *rs)
{
    struct report_period p;

    if (!report_asked_period(rq, rq_query(rq, "from"), rq_query(rq, "to"),
                             rq_query_text(rq, "project"), &p))
        return ST_NOT_FOUND;
    return keep_render(rq, rs, 200, &p, json_object());
}

static enum status
keep_form(struct request *rq, struct response *rs)
{
    struct report_period p;
    struct report_wrong wrong;

    /* The form's own hidden fields: wrong only where somebody else made it. */
    if (!report_period_read(rq_arena(rq), rq_text(rq, "from"), rq_text(rq, "to"),
                            rq_text(rq, "project"), &p, &wrong))
        p = report_year(rq_arena(rq), report_year_of(rq_now(rq)));
    return keep_render(rq, rs, 422, &p, rq_form_view(rq));
}

static const struct field keep_fields[] = {
    { "from", FIELD_LINE, FIELD_REQUIRED, 10 },
    { "to", FIELD_LINE, FIELD_REQUIRED, 10 },
    { "name", FIELD_LINE, FIELD_REQUIRED, 120 },
    { "project", FIELD_LINE, 0, 60 },
    { 0 },
};

const struct route report_kept_routes[] = {
    { HTTP_GET, "/admin/report/keep", ALLOW_ORGANISER, RT_READ, .read = keep_page },
    { HTTP_POST, "/admin/report/keep", ALLOW_ORGANISER, RT_WRITE, 4096, RT_FORM_KEY,
      .fields = keep_fields, .prepare = report_keep_prepare, .work = keep_work, .form = keep_form },
    { HTTP_GET, "/admin/report/{id}", ALLOW_VIEWER, RT_READ, .read = kept_page },
    { HTTP_GET, "/admin/report/{id}.xlsx", ALLOW_VIEWER, RT_SLOW, .slow = kept_sheet },
    { HTTP_GET, "/admin/report/{id}.pdf", ALLOW_VIEWER, RT_SLOW, .slow = kept_pdf },
    { 0 },
};
