/* Pages of who works here: home, the list, a gathering's overview. */
#include "gatherings/gatherings_routes.h"

#include "base/text.h"
#include "document/zone.h"
#include "gatherings/gatherings_rules.h"
#include "gatherings/gatherings_view.h"
#include "html/date_text.h"
#include "html/translate.h"
#include "tasks/tasks.h"

#define HOME_SHOWN 8
#define LIST_SHOWN 200
#define PAST_SHOWN 50
#define PAST_MAX 1000

static bool
may_edit(const struct request *rq)
{
    return (rq_who(rq)->role & ALLOW_ORGANISER) != 0;
}

/* "8 dager igjen", "I dag", "I morgen"; "" once it has begun. */
static const char *
countdown(struct request *rq, const struct gathering *g, const char *key)
{
    struct app *app = rq_app(rq);
    struct arena *a = rq_arena(rq);
    int days = zone_days_between(g->timezone, rq_now(rq), g->starts_at);

    if (rq_now(rq) >= g->starts_at)
        return "";
    if (days <= 1)
        return gathering_text(app, a, rq_lang(rq),
                              days <= 0 ? "gathering.today" : "gathering.tomorrow", NULL, NULL);
    return gathering_text_n(app, a, rq_lang(rq), key, days);
}

/* ── What all pages of a gathering begin with ── */

static void
add_tab(json_t *tabs, json_t *tab, const char *current)
{
    const char *key = json_string_value(json_object_get(tab, "key"));

    view_flag(tab, "current", key != NULL && strcmp(key, current) == 0);
    (void)json_array_append(tabs, tab);
}

static enum status
fill_tabs(struct request *rq, int64_t id, const char *current, json_t *data)
{
    json_t *tabs = json_array();
    json_t *panels, *own;
    enum status rc;

    (void)json_object_set_new(data, "tabs", tabs);
    rc = panels_fill(rq, "gathering.tabs", id, data);
    if (rc != ST_OK)
        return rc;
    own = json_pack("{ss ss ss}", "key", "overview", "label", rq_tr(rq, "gathering.tab.overview"),
                    "href", arena_printf(rq_arena(rq), "/admin/gatherings/%lld", (long long)id));
    add_tab(tabs, own, current);
    json_decref(own);
    panels = json_object_get(data, "panels");
    for (const struct feature *const *f = all_features; *f != NULL; f++)
        for (const struct panel *p = (*f)->panels; p != NULL && p->place != NULL; p++) {
            json_t *tab = json_object_get(panels, p->key);

            if (strcmp(p->place, "gathering.tabs") == 0 && tab != NULL)
                add_tab(tabs, tab, current);
        }
    return ST_OK;
}

enum status
gathering_admin_head(struct request *rq, int64_t id, const char *current_tab, struct gathering *g,
                     json_t *data)
{
    struct arena *a = rq_arena(rq);
    json_t *view;
    enum status rc = gathering_by_id(rq_conn(rq), a, id, g);

    if (rc != ST_OK)
        return rc;
    view = gathering_page_view(rq_app(rq), rq_conn(rq), a, g, rq_lang(rq), rq_now(rq));
    view_text(view, "href", arena_printf(a, "/admin/gatherings/%lld", (long long)id));
    view_flag(view, "may_edit", may_edit(rq) && g->status != GATHERING_CANCELLED);
    view_flag(view, "may_publish", may_edit(rq) && g->status == GATHERING_DRAFT);
    view_flag(view, "may_cancel",
              may_edit(rq) && g->status != GATHERING_CANCELLED && rq_now(rq) < g->ends_at);
    view_flag(view, "untold", may_edit(rq) && gathering_untold(g) && rq_now(rq) < g->ends_at);
    view_text(view, "countdown",
              g->status == GATHERING_CANCELLED ? "" : countdown(rq, g, "gathering.days_left"));
    (void)json_object_set_new(data, "gathering", view);
    rc = tasks_view(rq, id, data);
    return rc == ST_OK ? fill_tabs(rq, id, current_tab, data) : rc;
}

/* ── Overview ── */

static enum status
overview(struct request *rq, struct response *rs)
{
    static const char *const places[] = { "gathering.next", "gathering.stats", "gathering.overview",
                                          "gathering.side" };
    struct gathering g;
    json_t *data = json_object();
    int64_t id = rq_param_id(rq, "id");
    enum status rc = gathering_admin_head(rq, id, "overview", &g, data);

    for (size_t i = 0; rc == ST_OK && i < ARRAY_LEN(places); i++)
        rc = panels_fill(rq, places[i], id, data);
    if (rc == ST_OK)
        rc = tasks_view_ended(rq, id, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    rs_script(rs, "copy.js");
    return rs_page(rs, 200, "gatherings/overview", g.title, data);
}

/* ── List ── */

static json_t *
row_view(struct request *rq, const struct gathering *g)
{
    struct arena *a = rq_arena(rq);
    json_t *o = gathering_card_view(rq_app(rq), a, g, rq_lang(rq), rq_now(rq));

    view_text(o, "href", arena_printf(a, "/admin/gatherings/%lld", (long long)g->id));
    view_flag(o, "untold", gathering_untold(g) && rq_now(rq) < g->ends_at);
    return o;
}

static json_t *
rows_view(struct request *rq, const struct gathering *row, size_t n)
{
    json_t *list = json_array();

    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(list, row_view(rq, &row[i]));
    return list;
}

static enum status
list(struct request *rq, struct response *rs)
{
    const char *all = rq_query(rq, "past");
    struct gathering_query q = { .list = LIST_ADMIN_COMING, .at = rq_now(rq), .limit = LIST_SHOWN };
    struct gathering *coming, *past;
    size_t comings, pasts;
    int64_t total;
    json_t *data;
    enum status rc = gathering_store_list(rq_conn(rq), rq_arena(rq), &q, &coming, &comings);

    q.list = LIST_ADMIN_PAST;
    q.limit = all != NULL && strcmp(all, "all") == 0 ? PAST_MAX : PAST_SHOWN;
    if (rc == ST_OK)
        rc = gathering_store_list(rq_conn(rq), rq_arena(rq), &q, &past, &pasts);
    if (rc == ST_OK)
        rc = gathering_store_count_past(rq_conn(rq), false, rq_now(rq), &total);
    if (rc != ST_OK)
        return rc;
    data = json_object();
    (void)json_object_set_new(data, "coming", rows_view(rq, coming, comings));
    (void)json_object_set_new(data, "past", rows_view(rq, past, pasts));
    view_flag(data, "has_coming", comings > 0);
    view_flag(data, "has_past", pasts > 0);
    if (total > (int64_t)pasts)
        view_int(data, "past_total", total);
    view_flag(data, "may_edit", may_edit(rq));
    return rs_page(rs, 200, "gatherings/list", rq_tr(rq, "menu.gatherings"), data);
}

/* ── Home ── */

static const char *
greeting(struct request *rq)
{
    struct civil c;
    const char *first = text_first_name(rq_arena(rq), rq_who(rq)->name);
    const char *key = "home.evening";

    zone_local(ZONE_DEFAULT, rq_now(rq), &c, NULL);
    if (c.hour >= 4 && c.hour < 10)
        key = "home.morning";
    else if (c.hour >= 10 && c.hour < 17)
        key = "home.day";
    return gathering_text(rq_app(rq), rq_arena(rq), rq_lang(rq), key, "name", first);
}

static const char *
today(struct request *rq)
{
    struct civil c;

    zone_local(ZONE_DEFAULT, rq_now(rq), &c, NULL);
    return date_long(rq_arena(rq), rq_lang(rq), &c, 0);
}

/* The first to come that people can register for; those after it; what nobody was told of. */
static enum status
add_gatherings(struct request *rq, const struct gathering *row, size_t n, json_t *data)
{
    json_t *later = json_array(), *untold = json_array();
    const struct gathering *next = NULL;

    (void)json_object_set_new(data, "later", later);
    (void)json_object_set_new(data, "untold", untold);
    for (size_t i = 0; i < n; i++) {
        const struct gathering *g = &row[i];

        if (gathering_untold(g))
            (void)json_array_append_new(untold, row_view(rq, g));
        if (next == NULL && g->status == GATHERING_PUBLISHED)
            next = g;
        else if (g->status != GATHERING_CANCELLED && json_array_size(later) < HOME_SHOWN)
            (void)json_array_append_new(later, row_view(rq, g));
    }
    view_flag(data, "has_later", json_array_size(later) > 0);
    view_flag(data, "has_untold", may_edit(rq) && json_array_size(untold) > 0);
    if (next != NULL) {
        json_t *o = row_view(rq, next);
        const char *in = countdown(rq, next, "gathering.in_days");
        enum status rc;

        view_text(o, "in", in[0] != '\0' ? in : rq_tr(rq, "gathering.now"));
        (void)json_object_set_new(data, "next", o);
        rc = panels_fill(rq, "gathering.stats", next->id, data);
        return rc == ST_OK ? panels_fill(rq, "home_next", next->id, data) : rc;
    }
    return ST_OK;
}

static enum status
home(struct request *rq, struct response *rs)
{
    struct gathering_query q = { .list = LIST_ADMIN_COMING, .at = rq_now(rq), .limit = LIST_SHOWN };
    struct gathering *row;
    size_t n;
    json_t *data;
    enum status rc = gathering_store_list(rq_conn(rq), rq_arena(rq), &q, &row, &n);

    if (rc != ST_OK)
        return rc;
    data = json_object();
    view_text(data, "greeting", greeting(rq));
    view_text(data, "today", today(rq));
    view_flag(data, "may_edit", may_edit(rq));
    rc = add_gatherings(rq, row, n, data);
    if (rc == ST_OK)
        rc = panels_fill(rq, "home_top", 0, data);
    if (rc == ST_OK)
        rc = panels_fill(rq, "home", 0, data);
    if (rc == ST_OK)
        rc = panels_fill(rq, "home_side", 0, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    return rs_page(rs, 200, "gatherings/home", rq_tr(rq, "menu.home"), data);
}

const struct route gathering_admin_routes[] = {
    { HTTP_GET, "/admin", ALLOW_VIEWER, RT_READ, .read = home },
    { HTTP_GET, "/admin/gatherings", ALLOW_VIEWER, RT_READ, .read = list },
    { HTTP_GET, "/admin/gatherings/{id}", ALLOW_VIEWER, RT_READ, .read = overview },
    { 0 },
};
