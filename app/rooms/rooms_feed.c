/* What calendars subscribe to: of one room or of all, in full, or only when they are taken. */
#include "rooms/rooms_pages.h"

#include <string.h>

#include "base/crypto.h"
#include "base/text.h"
#include "cluster/cluster.h"
#include "document/ical.h"

#define BACK (30 * MS_DAY)
#define FEED_MAX 1000
#define KEY_BYTES 16
#define EVER INT64_C(253402300800000) /* year 10000 */

/* Who has it may read the feed: keyed, so that nobody can try them out. */
static enum status
feed_key(struct request *rq, int64_t id, bool busy, const char **out)
{
    uint8_t secret[32], mac[32];
    struct buf b;
    enum status rc = cluster_secret(rq_conn(rq), ROOM_SECRET, secret);

    if (rc != ST_OK)
        return rc;
    buf_init(&b, 0);
    buf_addf(&b, "room %lld%s", (long long)id, busy ? " busy" : "");
    crypto_hmac(mac, secret, sizeof secret, buf_str(&b), b.len);
    buf_clear(&b);
    buf_add_base64url(&b, mac, KEY_BYTES);
    *out = arena_strdup(rq_arena(rq), buf_str(&b));
    buf_release(&b);
    return ST_OK;
}

enum status
room_feed_url(struct request *rq, int64_t id, bool busy, const char **out)
{
    const char *key = "";
    enum status rc = feed_key(rq, id, busy, &key);

    *out = id == 0 ? arena_printf(rq_arena(rq), "%s/rooms.ics?key=%s", rq_base_url(rq), key)
                   : arena_printf(rq_arena(rq), "%s/rooms/%lld.ics?key=%s", rq_base_url(rq),
                                  (long long)id, key);
    return rc;
}

/* ST_NOT_FOUND: it is neither key. */
static enum status
feed_allowed(struct request *rq, int64_t id, bool *busy)
{
    const char *given = rq_query_text(rq, "key");
    enum status rc = ST_OK;

    for (int i = 0; rc == ST_OK && i < 2; i++) {
        const char *key = "";

        *busy = i == 1;
        rc = feed_key(rq, id, *busy, &key);
        if (rc == ST_OK && strlen(given) == strlen(key) && crypto_equal(given, key, strlen(key)))
            return ST_OK;
    }
    return rc == ST_OK ? ST_NOT_FOUND : rc;
}

static const char *
whose(struct request *rq, const struct booking *b)
{
    return arena_printf(rq_arena(rq), "%s%s%s", b->who,
                        b->who[0] != '\0' && b->organisation[0] != '\0' ? ", " : "",
                        b->organisation);
}

static struct ical_event
event_of(struct request *rq, const struct booking *b, bool busy)
{
    return (struct ical_event){
        .uid = arena_printf(rq_arena(rq), "room-booking-%lld%s@samling", (long long)b->id,
                            busy ? "-busy" : ""),
        .summary = busy ? rq_tr(rq, "room.busy") : b->what,
        .description = busy ? "" : whose(rq, b),
        .location = b->room,
        .start_ms = b->from,
        .end_ms = b->to,
        .stamp_ms = b->changed,
        .modified_ms = b->changed,
        .tentative = b->collides,
    };
}

static enum status
feed(struct request *rq, struct response *rs, int64_t id)
{
    int64_t since = rq_now(rq) - BACK;
    struct room r = { .name = rq_tr(rq, "room.title") };
    struct booking *b = NULL;
    struct ical_event *event;
    struct buf out;
    bool busy = true;
    size_t n = 0;
    enum status rc = feed_allowed(rq, id, &busy);

    if (rc == ST_OK && id != 0)
        rc = room_by_id(rq_conn(rq), rq_arena(rq), id, &r);
    if (rc == ST_OK)
        rc = id == 0 ? bookings_between(rq_conn(rq), rq_arena(rq), since, EVER, FEED_MAX, &b, &n)
                     : bookings_of_room(rq_conn(rq), rq_arena(rq), id, since, EVER, 0, 0, FEED_MAX,
                                        &b, &n);
    if (rc != ST_OK)
        return rc;
    event = ARENA_ARRAY(rq_arena(rq), struct ical_event, n + 1);
    for (size_t i = 0; i < n; i++)
        event[i] = event_of(rq, &b[i], busy);
    buf_init(&out, 0);
    rc = ical_write(&out, ICAL_NONE, r.name, event, n);
    if (rc == ST_OK)
        return rs_bytes(rs, 200, "text/calendar; charset=utf-8", &out, NULL);
    buf_release(&out);
    return rc;
}

static enum status
feed_of_one(struct request *rq, struct response *rs)
{
    return feed(rq, rs, rq_param_id(rq, "id"));
}

static enum status
feed_of_all(struct request *rq, struct response *rs)
{
    return feed(rq, rs, 0);
}

const struct route room_feed_routes[] = {
    { HTTP_GET, "/rooms.ics", ALLOW_ANYONE, RT_SLOW, .slow = feed_of_all },
    { HTTP_GET, "/rooms/{id}.ics", ALLOW_ANYONE, RT_SLOW, .slow = feed_of_one },
    { 0 },
};
