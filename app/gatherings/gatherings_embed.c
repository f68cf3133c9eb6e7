/* The calendar as a list in a frame of another web site: the cluster's own. */
#include "cluster/cluster.h"
#include "gatherings/gatherings_routes.h"
#include "gatherings/gatherings_rules.h"
#include "gatherings/gatherings_topics.h"
#include "gatherings/gatherings_view.h"

#define EMBED_MAX 20

/* Nothing is sent from it, and only the sites in the settings may hold it; a page of our own too,
 * for a look. */
#define POLICY                                                                                     \
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "                \
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

static enum status
embed_page(struct request *rq, struct response *rs)
{
    struct arena *a = rq_arena(rq);
    struct gathering_query q = { .list = LIST_PUBLIC_COMING, .at = rq_now(rq), .limit = EMBED_MAX };
    struct cluster cluster;
    struct topic topic;
    struct gathering *list = NULL;
    size_t n = 0;
    json_t *data, *events;
    enum status rc;

    if (rs_kept(rq, rs))
        return ST_OK;
    rc = cluster_get(rq_conn(rq), a, &cluster);
    if (rc == ST_OK)
        rc = gathering_topic_asked(rq, &topic);
    q.topic = rc == ST_OK ? topic.slug : NULL;
    if (rc == ST_OK)
        rc = gathering_store_list(rq_conn(rq), a, &q, &list, &n);
    if (rc != ST_OK)
        return rc;
    rq_lang_hint(rq, cluster.language);
    events = json_array();
    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(
            events, gathering_card_view(rq_app(rq), a, &list[i], rq_lang(rq), rq_now(rq)));
    data = json_pack(
        "{s:o, s:b, s:b, s:s, s:s, s:{s:b}}", "events", events, "empty", n == 0, "embedded", 1,
        "calendar_of", topic.slug != NULL ? topic.name : cluster.name, "calendar",
        topic.slug != NULL ? arena_printf(a, "/?topic=%s", topic.slug) : "/", "page", "noindex", 1);
    rs_header(rs, "Content-Security-Policy", arena_printf(a, POLICY " %s", cluster.embed_sites));
    rs_layout(rs, "embed");
    rc = rs_page(rs, 200, "gatherings/embed", rq_tr(rq, "calendar.title"), data);
    rs_keep(rs, gatherings_sign_until(list, n, rq_now(rq)));
    return rc;
}

const struct route gathering_embed_routes[] = {
    { HTTP_GET, "/embed/calendar", ALLOW_ANYONE, RT_READ, 0, RT_PUBLIC, .read = embed_page },
    { 0 },
};
