/* What everybody sees: the calendar and a gathering's page. Both are hot, so both are kept. */
#include "gatherings/gatherings_routes.h"

#include "cluster/cluster.h"
#include "document/zone.h"
#include "gatherings/gatherings_feed.h"
#include "gatherings/gatherings_rules.h"
#include "gatherings/gatherings_share.h"
#include "gatherings/gatherings_topics.h"
#include "gatherings/gatherings_view.h"
#include "html/date_text.h"
#include "html/template.h"

#define COMING_MAX 200
#define PAST_SHOWN 5
#define PAST_MAX 500

/* ── Calendar ── */

/* The month that g starts in: appended when it is another than the last one. Borrowed. */
static json_t *
month_of(struct request *rq, json_t *months, const struct gathering *g)
{
    struct arena *a = rq_arena(rq);
    struct civil c;
    json_t *last = json_array_get(months, json_array_size(months) - 1);
    const char *id;

    zone_local(g->timezone, g->starts_at, &c, NULL);
    id = arena_printf(a, "m%d-%02d", c.year, c.month);
    if (last == NULL || strcmp(json_string_value(json_object_get(last, "id")), id) != 0) {
        const char *name = date_month(a, rq_lang(rq), &c, 0);

        last =
            json_pack("{ss ss si so}", "id", id, "name", arena_strndup(a, name, strcspn(name, " ")),
                      "year", c.year, "events", json_array());
        (void)json_array_append_new(months, last);
    }
    return json_object_get(last, "events");
}

static json_t *
months_view(struct request *rq, const struct gathering *row, size_t n)
{
    json_t *months = json_array();

    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(
            month_of(rq, months, &row[i]),
            gathering_card_view(rq_app(rq), rq_arena(rq), &row[i], rq_lang(rq), rq_now(rq)));
    return months;
}

static json_t *
past_view(struct request *rq, const struct gathering *row, size_t n)
{
    struct arena *a = rq_arena(rq);
    json_t *list = json_array();

    for (size_t i = 0; i < n; i++) {
        const struct gathering *g = &row[i];
        struct civil c;
        json_t *o;

        zone_local(g->timezone, g->starts_at, &c, NULL);
        o = json_pack("{ss ss ss ss}", "title", g->title, "language", g->language, "path",
                      arena_printf(a, "/g/%s", g->slug), "date",
                      date_short(a, rq_lang(rq), &c, DATE_YEAR));
        view_text(o, "iso", arena_printf(a, "%04d-%02d-%02d", c.year, c.month, c.day));
        view_text(o, "count", gathering_were_text(rq_app(rq), a, rq_lang(rq), g));
        (void)json_array_append_new(list, o);
    }
    return list;
}

/* What the calendar shows. */
struct shown {
    bool all;           /* of what is past */
    struct topic topic; /* narrowed to it; slug NULL: everything */
    struct gathering *coming, *past;
    size_t comings, pasts;
    int64_t past_total;
};

static enum status
read_shown(struct request *rq, struct shown *s)
{
    struct db_conn *c = rq_conn(rq);
    struct arena *a = rq_arena(rq);
    const char *past = rq_query(rq, "past");
    struct gathering_query q = { .list = LIST_PUBLIC_COMING,
                                 .at = rq_now(rq),
                                 .limit = COMING_MAX };
    enum status rc;

    *s = (struct shown){ .all = past != NULL && strcmp(past, "all") == 0 };
    rc = gathering_topic_asked(rq, &s->topic);
    q.topic = s->topic.slug;
    if (rc == ST_OK)
        rc = gathering_store_list(c, a, &q, &s->coming, &s->comings);
    q.list = LIST_PUBLIC_PAST;
    q.limit = s->all ? PAST_MAX : PAST_SHOWN;
    if (rc == ST_OK)
        rc = gathering_store_list(c, a, &q, &s->past, &s->pasts);
    if (rc != ST_OK)
        return rc;
    return q.topic == NULL ? gathering_store_count_past(c, true, rq_now(rq), &s->past_total)
                           : gathering_store_count_topic(c, q.topic, rq_now(rq), &s->past_total);
}

/* What can be chosen between stands above the list: what the coming ones are about, then the past
 * ones. */
static void
add_topics(struct request *rq, json_t *data, const struct shown *s)
{
    struct arena *a = rq_arena(rq);
    const struct topic *current = s->topic.slug != NULL ? &s->topic : NULL;
    struct gathering *both = ARENA_ARRAY(a, struct gathering, s->comings + s->pasts + 1);
    json_t *topics;

    if (s->comings > 0)
        memcpy(both, s->coming, s->comings * sizeof *both);
    if (s->pasts > 0)
        memcpy(both + s->comings, s->past, s->pasts * sizeof *both);
    topics = topics_choice(a, both, s->comings + s->pasts, current);
    view_flag(data, "has_topics", current != NULL || json_array_size(topics) > 1);
    (void)json_object_set_new(data, "topics", topics);
    view_text(data, "feed_query",
              current != NULL ? arena_printf(a, "?topic=%s", current->slug) : "");
    view_text(data, "past_query",
              current != NULL ? arena_printf(a, "topic=%s&", current->slug) : "");
    if (current != NULL)
        view_text(data, "topic", current->name);
}

static enum status
calendar(struct request *rq, struct response *rs)
{
    struct arena *a = rq_arena(rq);
    struct shown s;
    struct cluster cluster;
    json_t *data, *page;
    const char *title;
    enum status rc;

    if (rs_kept(rq, rs))
        return ST_OK;
    rc = cluster_get(rq_conn(rq), a, &cluster);
    if (rc == ST_OK)
        rc = read_shown(rq, &s);
    if (rc != ST_OK)
        return rc;
    rq_lang_hint(rq, cluster.language);
    data = json_object();
    (void)json_object_set_new(data, "months", months_view(rq, s.coming, s.comings));
    (void)json_object_set_new(data, "past", past_view(rq, s.past, s.pasts));
    view_flag(data, "has_past", s.pasts > 0);
    view_flag(data, "empty", s.comings == 0);
    if (s.past_total > (int64_t)s.pasts)
        view_int(data, "past_total", s.past_total);
    add_topics(rq, data, &s);
    title = s.topic.slug != NULL ? s.topic.name : rq_tr(rq, "calendar.title");
    page = json_pack(
        "{s[{ss ss ss}]}", "feeds", "type", "application/atom+xml", "href",
        arena_printf(a, "/feed.atom%s", json_string_value(json_object_get(data, "feed_query"))),
        "title", cluster.name);
    if (s.topic.slug == NULL)
        calendar_share_view(rq, &cluster, page);
    (void)json_object_set_new(data, "page", page);
    rc = rs_page(rs, 200, "gatherings/calendar", title, data);
    rs_keep(rs, gatherings_sign_until(s.coming, s.comings, rq_now(rq)));
    return rc;
}

/* ── A gathering's page ── */

static const char *
render(struct request *rq, const char *name, json_t *data)
{
    struct buf b;
    const char *out;

    buf_init(&b, 64 * 1024);
    if (template_render(app_templates(rq_app(rq)), name, rq_lang(rq), data, &b) != ST_OK)
        buf_clear(&b);
    out = arena_strdup(rq_arena(rq), buf_str(&b));
    buf_release(&b);
    return out;
}

enum status
gathering_page(struct request *rq, struct response *rs, const struct gathering *g, bool preview)
{
    json_t *data = json_object();
    json_t *view, *page;
    struct cluster cluster;
    enum status rc = cluster_get(rq_conn(rq), rq_arena(rq), &cluster);

    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    view = gathering_page_view(rq_app(rq), rq_conn(rq), rq_arena(rq), g, rq_lang(rq), rq_now(rq));
    (void)json_object_set_new(data, "gathering", view);
    view_flag(data, "preview", preview);
    if (cluster.email[0] != '\0')
        view_text(data, "contact_email", cluster.email);
    if (cluster.phone[0] != '\0')
        view_text(data, "contact_phone", cluster.phone);
    page = json_pack("{s:s, s:b}", "description", g->summary[0] != '\0' ? g->summary : g->title,
                     "in_calendar", 1);
    if (!preview)
        gathering_share_view(rq, g, &cluster, page);
    (void)json_object_set_new(data, "page", page);
    view_text(data, "dock_html", render(rq, "gatherings/dock", data));
    if (preview)
        rs_layout(rs, "public");
    return rs_page(rs, 200, "gatherings/public", g->title, data);
}

static enum status
public_page(struct request *rq, struct response *rs)
{
    struct gathering g;
    enum status rc;

    if (rs_kept(rq, rs))
        return ST_OK;
    rc = gathering_by_slug(rq_conn(rq), rq_arena(rq), rq_param(rq, "slug"), &g);
    /* A draft is nobody's business, and neither is one that was thrown away. */
    if (rc == ST_OK && g.published_at == 0)
        rc = ST_NOT_FOUND;
    if (rc != ST_OK)
        return rc;
    rq_lang_hint(rq, g.language);
    rc = gathering_page(rq, rs, &g, false);
    rs_keep(rs, gathering_sign_until(&g, rq_now(rq)));
    return rc;
}

const struct route gathering_public_routes[] = {
    { HTTP_GET, "/", ALLOW_ANYONE, RT_READ, 0, RT_PUBLIC, .read = calendar },
    { HTTP_GET, "/g/{slug}", ALLOW_ANYONE, RT_READ, 0, RT_PUBLIC, .read = public_page },
    { HTTP_GET, "/g/{slug}.ics", ALLOW_ANYONE, RT_READ, 0, RT_PUBLIC,
      .read = gathering_public_ics },
    { HTTP_GET, "/g/{slug}.png", ALLOW_ANYONE, RT_SLOW, 0, RT_PUBLIC, .crew = CREW_DRAW,
      .slow = gathering_share_picture },
    { HTTP_GET, "/calendar.png", ALLOW_ANYONE, RT_SLOW, 0, RT_PUBLIC, .crew = CREW_DRAW,
      .slow = calendar_share_picture },
    { HTTP_GET, "/feed.ics", ALLOW_ANYONE, RT_READ, 0, RT_PUBLIC, .read = gathering_feed_ics },
    { HTTP_GET, "/feed.atom", ALLOW_ANYONE, RT_READ, 0, RT_PUBLIC, .read = gathering_feed_atom },
    { 0 },
};
