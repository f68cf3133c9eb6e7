/* What calendars and readers subscribe to: /feed.ics, /feed.atom, /g/{slug}.ics. */
#include "gatherings/gatherings_feed.h"

#include "base/text.h"
#include "cluster/cluster.h"
#include "document/ical.h"
#include "document/zone.h"
#include "gatherings/gatherings.h"
#include "gatherings/gatherings_rules.h"
#include "gatherings/gatherings_topics.h"
#include "gatherings/gatherings_view.h"
#include "html/date_text.h"
#include "mailing/mailing.h"

#define FEED_MAX 200
#define FEED_PAST 50

static const char *
location_of(struct arena *a, const struct gathering *g)
{
    return g->address[0] != '\0' ? arena_printf(a, "%s, %s", g->place, g->address) : g->place;
}

/* A title that says that it is off, where calendars show no more than the title. */
static const char *
title_off(struct app *app, struct arena *a, const char *lang, const char *key,
          const struct gathering *g)
{
    return gathering_text(app, a, lang, key, "title", g->title);
}

static struct ical_event
event_of(struct app *app, struct arena *a, const struct gathering *g, const char *url)
{
    const char *text = g->summary[0] != '\0' ? arena_printf(a, "%s\n\n%s", g->summary, url) : url;
    bool off = g->status == GATHERING_CANCELLED;

    return (struct ical_event){
        .uid = g->calendar_uid,
        .sequence = (int)g->calendar_seq,
        .summary = off ? title_off(app, a, g->language, "gathering.ics.off", g) : g->title,
        .description = text,
        .location = location_of(a, g),
        .url = url,
        .start_ms = g->starts_at,
        .end_ms = g->ends_at,
        .zone = g->timezone,
        .stamp_ms = g->changed_at,
        .created_ms = g->published_at,
        .modified_ms = g->changed_at,
        .cancelled = off,
    };
}

/* One event in a file: a message when it is cancelled. */
static enum status
write_file(struct app *app, struct db_conn *c, struct arena *a, struct ical_event *e,
           struct buf *out, const char **type)
{
    struct cluster cluster;
    enum status rc;

    *type = e->cancelled ? CALENDAR_TYPE "; method=CANCEL" : CALENDAR_TYPE;
    if (!e->cancelled)
        return ical_write(out, ICAL_NONE, NULL, e, 1);
    rc = cluster_get(c, a, &cluster);
    if (rc != ST_OK)
        return rc;
    e->organizer_name = cluster.name;
    e->organizer_email = mail_sender_address(app, a);
    return ical_write(out, ICAL_CANCEL, NULL, e, 1);
}

enum status
gathering_ics(struct app *app, struct db_conn *c, struct arena *a, const struct gathering *g,
              const struct calendar_entry *entry, struct buf *out, const char **type)
{
    struct ical_event e = event_of(app, a, g, entry->url);

    e.uid = entry->uid;
    e.sequence = (int)(g->calendar_seq + entry->sequence);
    e.stamp_ms = e.modified_ms =
        entry->changed_at > g->changed_at ? entry->changed_at : g->changed_at;
    e.created_ms = 0;
    e.attendee_name = entry->name;
    e.attendee_email = entry->email;
    e.accepted = true;
    if (e.cancelled)
        e.summary = title_off(app, a, entry->lang, "gathering.ics.off", g);
    else if (entry->withdrawn)
        e.summary = title_off(app, a, entry->lang, "gathering.ics.withdrawn", g);
    e.cancelled = e.cancelled || entry->withdrawn;
    return write_file(app, c, a, &e, out, type);
}

/* Those to come, and the last of those that were, oldest first: of a topic, where one is asked for.
 * title: what the feed is called. */
static enum status
feed_list(struct request *rq, const char *cluster, struct topic *topic, const char **title,
          struct gathering **out, size_t *count)
{
    struct arena *a = rq_arena(rq);
    struct gathering *past = NULL, *coming = NULL;
    size_t pasts = 0, comings = 0;
    struct gathering_query q = { .list = LIST_PUBLIC_PAST, .at = rq_now(rq), .limit = FEED_PAST };
    enum status rc = gathering_topic_asked(rq, topic);

    q.topic = topic->slug;
    *title = topic->slug != NULL ? arena_printf(a, "%s: %s", cluster, topic->name) : cluster;
    if (rc == ST_OK)
        rc = gathering_store_list(rq_conn(rq), a, &q, &past, &pasts);
    if (rc != ST_OK)
        return rc;
    q.list = LIST_PUBLIC_COMING;
    q.limit = FEED_MAX;
    rc = gathering_store_list(rq_conn(rq), a, &q, &coming, &comings);
    if (rc != ST_OK)
        return rc;
    *count = pasts + comings;
    *out = ARENA_ARRAY(a, struct gathering, *count + 1);
    for (size_t i = 0; i < pasts; i++)
        (*out)[i] = past[pasts - 1 - i];
    if (comings > 0)
        memcpy(*out + pasts, coming, comings * sizeof *coming);
    return ST_OK;
}

static const char *
page_url(struct request *rq, const struct gathering *g)
{
    return arena_printf(rq_arena(rq), "%s/g/%s", rq_base_url(rq), g->slug);
}

/* Kept until one of those in it is over, or something is changed. */
static enum status
feed_answer(struct request *rq, struct response *rs, const char *type, struct buf *b,
            const char *filename, const struct gathering *list, size_t n)
{
    enum status rc = rs_bytes(rs, 200, type, b, filename);

    rs_keep(rs, gatherings_sign_until(list, n, rq_now(rq)));
    return rc;
}

enum status
gathering_feed_ics(struct request *rq, struct response *rs)
{
    struct arena *a = rq_arena(rq);
    struct cluster cluster;
    struct gathering *list;
    struct ical_event *events;
    struct topic topic;
    const char *title;
    size_t n;
    struct buf b;
    enum status rc = cluster_get(rq_conn(rq), a, &cluster);

    if (rc == ST_OK)
        rc = feed_list(rq, cluster.name, &topic, &title, &list, &n);
    if (rc != ST_OK)
        return rc;
    events = ARENA_ARRAY(a, struct ical_event, n + 1);
    for (size_t i = 0; i < n; i++)
        events[i] = event_of(rq_app(rq), a, &list[i], page_url(rq, &list[i]));
    buf_init(&b, 0);
    rc = ical_write(&b, ICAL_NONE, title, events, n);
    if (rc != ST_OK) {
        buf_release(&b);
        return rc;
    }
    return feed_answer(rq, rs, CALENDAR_TYPE, &b, NULL, list, n);
}

enum status
gathering_public_ics(struct request *rq, struct response *rs)
{
    struct gathering g;
    struct ical_event e;
    struct buf b;
    const char *type;
    enum status rc = gathering_by_slug(rq_conn(rq), rq_arena(rq), rq_param(rq, "slug"), &g);

    if (rc != ST_OK || g.published_at == 0)
        return rc != ST_OK ? rc : ST_NOT_FOUND;
    e = event_of(rq_app(rq), rq_arena(rq), &g, page_url(rq, &g));
    buf_init(&b, 0);
    rc = write_file(rq_app(rq), rq_conn(rq), rq_arena(rq), &e, &b, &type);
    if (rc != ST_OK) {
        buf_release(&b);
        return rc;
    }
    return feed_answer(rq, rs, type, &b, arena_printf(rq_arena(rq), "%s.ics", g.slug), &g, 1);
}

/* ── Atom (RFC 4287) ── */

static void
add_element(struct buf *b, const char *name, const char *text)
{
    buf_addf(b, "<%s>", name);
    buf_add_html(b, text, strlen(text));
    buf_addf(b, "</%s>\n", name);
}

static void
add_entry(struct request *rq, struct buf *b, const struct gathering *g, const char *author)
{
    struct arena *a = rq_arena(rq);
    const char *url = page_url(rq, g);
    struct civil start, end;
    char updated[32], published[32];

    zone_local(g->timezone, g->starts_at, &start, NULL);
    zone_local(g->timezone, g->open_end ? g->starts_at : g->ends_at, &end, NULL);
    clock_rfc3339(g->changed_at, updated);
    clock_rfc3339(g->published_at, published);
    buf_adds(b, "<entry>\n");
    add_element(b, "title",
                g->status == GATHERING_CANCELLED
                    ? title_off(rq_app(rq), a, g->language, "gathering.ics.off", g)
                    : g->title);
    buf_addf(b, "<link rel=\"alternate\" type=\"text/html\" href=\"");
    buf_add_html(b, url, strlen(url));
    buf_adds(b, "\"/>\n");
    add_element(b, "id", arena_printf(a, "urn:samling:%s", g->calendar_uid));
    add_element(b, "updated", updated);
    add_element(b, "published", published);
    buf_adds(b, "<author>");
    add_element(b, "name", author);
    buf_adds(b, "</author>\n");
    add_element(b, "summary",
                arena_printf(a, "%s %s%s, %s. %s", date_long(a, rq_lang(rq), &start, DATE_YEAR),
                             date_range(a, rq_lang(rq), &start, &end),
                             gathering_zone_note(a, g->timezone, rq_lang(rq)), location_of(a, g),
                             g->summary));
    buf_adds(b, "</entry>\n");
}

enum status
gathering_feed_atom(struct request *rq, struct response *rs)
{
    struct cluster cluster;
    struct gathering *list;
    struct topic topic;
    const char *title, *about;
    size_t n;
    int64_t latest;
    char updated[32];
    const char *base = rq_base_url(rq);
    struct buf b;
    enum status rc = cluster_get(rq_conn(rq), rq_arena(rq), &cluster);

    if (rc != ST_OK)
        return rc;
    rq_lang_hint(rq, cluster.language);
    rc = feed_list(rq, cluster.name, &topic, &title, &list, &n);
    if (rc == ST_OK)
        rc = gathering_store_latest(rq_conn(rq), &latest);
    if (rc != ST_OK)
        return rc;
    about = topic.slug != NULL ? arena_printf(rq_arena(rq), "?topic=%s", topic.slug) : "";
    clock_rfc3339(latest, updated);
    buf_init(&b, 0);
    buf_addf(&b,
             "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
             "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"%s\">\n",
             rq_lang(rq));
    add_element(&b, "title", title);
    add_element(&b, "id", arena_printf(rq_arena(rq), "%s/feed.atom%s", base, about));
    add_element(&b, "updated", updated);
    buf_adds(&b, "<link rel=\"self\" type=\"application/atom+xml\" href=\"");
    buf_add_html(&b, base, strlen(base));
    buf_addf(&b, "/feed.atom%s\"/>\n<link rel=\"alternate\" type=\"text/html\" href=\"", about);
    buf_add_html(&b, base, strlen(base));
    buf_addf(&b, "/%s\"/>\n", about);
    for (size_t i = n; i-- > 0;)
        add_entry(rq, &b, &list[i], cluster.name);
    buf_adds(&b, "</feed>\n");
    return feed_answer(rq, rs, "application/atom+xml; charset=utf-8", &b, NULL, list, n);
}
