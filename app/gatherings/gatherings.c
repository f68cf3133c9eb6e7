/* The rules of gatherings: what a change is allowed to be, and who is told of it. */
#include "gatherings/gatherings_rules.h"

#include "base/text.h"

#define LINKS_LIVE_AFTER (30 * MS_DAY)

int64_t
gathering_closes_at(const struct gathering *g)
{
    return g->deadline != 0 && g->deadline < g->starts_at ? g->deadline : g->starts_at;
}

int64_t
gathering_said_end(const struct gathering *g)
{
    return g->open_end ? 0 : g->ends_at;
}

int64_t
gathering_links_end(const struct gathering *g)
{
    return g->ends_at + LINKS_LIVE_AFTER;
}

static bool
few_left(const struct gathering *g)
{
    int64_t left = g->capacity - g->seats_taken;

    return left <= 10 && left * 5 <= g->capacity;
}

enum gathering_sign
gathering_sign_of(const struct gathering *g, int64_t now)
{
    if (g->status == GATHERING_CANCELLED)
        return SIGN_CANCELLED;
    if (now >= g->ends_at)
        return SIGN_PAST;
    if (now >= gathering_closes_at(g))
        return SIGN_CLOSED;
    if (g->capacity < 0)
        return SIGN_OPEN;
    if (g->seats_taken >= g->capacity || g->waiting > 0)
        return SIGN_WAITING;
    return few_left(g) ? SIGN_FEW : SIGN_OPEN;
}

int64_t
gathering_sign_until(const struct gathering *g, int64_t now)
{
    int64_t closes = gathering_closes_at(g);

    if (now < closes)
        return closes;
    return now < g->ends_at ? g->ends_at : INT64_MAX;
}

bool
gathering_moved(const struct gathering *old, const struct gathering *g)
{
    return old->starts_at != g->starts_at || gathering_said_end(old) != gathering_said_end(g) ||
           strcmp(old->place, g->place) != 0;
}

bool
gathering_untold(const struct gathering *g)
{
    return g->status == GATHERING_PUBLISHED && g->told_start != 0 &&
           (g->told_start != g->starts_at || g->told_end != gathering_said_end(g) ||
            strcmp(g->told_place, g->place) != 0);
}

/* "HH:MM|title|speaker" lines into rows; lines without a title are left out. */
static size_t
read_lines(struct arena *a, const char *lines, struct programme_row *row, size_t max)
{
    size_t n = 0;

    while (lines != NULL && *lines != '\0' && n < max) {
        size_t len = strcspn(lines, "\n");
        char *starts = arena_strndup(a, lines, len);
        char *title = strchr(starts, '|');
        char *speaker = title != NULL ? strchr(title + 1, '|') : NULL;

        if (speaker != NULL)
            *speaker++ = '\0';
        if (title != NULL)
            *title++ = '\0';
        if (title != NULL && title[0] != '\0')
            row[n++] = (struct programme_row){ starts, title, speaker != NULL ? speaker : "" };
        lines += len + (lines[len] == '\n');
    }
    return n;
}

enum status
gathering_create(struct db_conn *c, const struct gathering *g, const char *programme, int64_t now,
                 int64_t *id)
{
    struct arena *a = arena_new(0);
    struct programme_row row[PROGRAMME_MAX];
    size_t n = read_lines(a, programme, row, ARRAY_LEN(row));
    enum status rc = gathering_store_insert(c, g, 0, now, id);

    if (rc == ST_OK)
        rc = programme_store_set(c, *id, row, n);
    arena_free(&a);
    return rc;
}

EVENT_KIND(gathering_event_published, struct gathering_event);
EVENT_KIND(gathering_event_moved, struct gathering_event);
EVENT_KIND(gathering_event_cancelled, struct gathering_event);
EVENT_KIND(gathering_event_raised, struct gathering_event);
EVENT_KIND(gathering_event_rescheduled, struct gathering_event);

enum status
gathering_publish(struct db_conn *c, int64_t id, int64_t now)
{
    enum status rc = gathering_store_publish(c, id, now);
    struct arena *a;
    struct gathering g;

    if (rc == ST_OK)
        return event_tell(c, &gathering_event_published,
                          &(struct gathering_event){ .gathering_id = id }, now);
    if (rc != ST_NOT_FOUND)
        return rc;
    a = arena_new(0);
    rc = gathering_by_id(c, a, id, &g);
    if (rc == ST_OK && g.status == GATHERING_CANCELLED)
        rc = ST_GONE;
    arena_free(&a);
    return rc;
}

enum status
gathering_cancel(struct db_conn *c, int64_t id, bool notify, const char *message, int64_t now)
{
    struct arena *a = arena_new(0);
    struct gathering g;
    enum status rc = gathering_by_id(c, a, id, &g);
    struct gathering_event e = { .gathering_id = id };

    if (rc == ST_OK)
        rc = gathering_store_cancel(c, id, now) == ST_OK ? ST_OK : ST_GONE;
    if (rc == ST_OK && g.status == GATHERING_PUBLISHED) {
        e.old_start = g.starts_at;
        e.notify = notify;
        e.message = message != NULL && message[0] != '\0' ? message : NULL;
        rc = event_tell(c, &gathering_event_cancelled, &e, now);
    }
    if (rc == ST_OK)
        rc = event_tell(c, &gathering_event_rescheduled,
                        &(struct gathering_event){ .gathering_id = id }, now);
    arena_free(&a);
    return rc;
}

/* What happened to a published gathering, said to those on the right. */
static enum status
say_changes(struct db_conn *c, const struct gathering *old, const struct gathering *g,
            const struct gathering_tell *tell, int64_t now)
{
    enum status rc = ST_OK;

    if (gathering_moved(old, g)) {
        bool notify = tell != NULL && tell->notify;
        bool anybody = old->seats_taken + old->waiting > 0;
        const struct gathering_event e = {
            .gathering_id = g->id,
            .old_start = old->told_start != 0 ? old->told_start : old->starts_at,
            .notify = notify,
            .message = notify ? tell->message : NULL,
            .anybody = &anybody,
        };

        rc = event_tell(c, &gathering_event_moved, &e, now);
        /* Nobody to tell, or told, or the caller's answer is no: nothing left to ask. */
        if (rc == ST_OK && (tell != NULL || !anybody))
            rc = gathering_store_told(c, g->id);
    }
    if (rc == ST_OK && old->capacity >= 0 && (g->capacity < 0 || g->capacity > old->capacity))
        rc = event_tell(c, &gathering_event_raised,
                        &(struct gathering_event){ .gathering_id = g->id }, now);
    return rc;
}

enum status
gathering_change(struct db_conn *c, const struct gathering *g, const struct programme_row *row,
                 size_t rows, bool set_programme, const struct gathering_tell *tell, int64_t now)
{
    struct arena *a = arena_new(0);
    struct gathering old;
    enum status rc = gathering_by_id(c, a, g->id, &old);

    if (rc == ST_OK && old.status == GATHERING_CANCELLED)
        rc = ST_GONE;
    if (rc == ST_OK)
        rc = gathering_store_update(c, g, gathering_moved(&old, g), now);
    if (rc == ST_OK && set_programme)
        rc = programme_store_set(c, g->id, row, rows);
    if (rc == ST_OK && old.status == GATHERING_PUBLISHED)
        rc = say_changes(c, &old, g, tell, now);
    if (rc == ST_OK && (g->starts_at != old.starts_at || g->ends_at != old.ends_at))
        rc = event_tell(c, &gathering_event_rescheduled,
                        &(struct gathering_event){ .gathering_id = g->id }, now);
    arena_free(&a);
    return rc;
}

enum status
gathering_tell_moved(struct db_conn *c, int64_t id, const struct gathering_tell *tell, int64_t now)
{
    struct arena *a = arena_new(0);
    struct gathering g;
    enum status rc = gathering_by_id(c, a, id, &g);

    if (rc == ST_OK && !gathering_untold(&g))
        rc = ST_GONE;
    if (rc == ST_OK && tell->notify) {
        const struct gathering_event e = {
            .gathering_id = id, .old_start = g.told_start, .notify = true, .message = tell->message
        };

        rc = event_tell(c, &gathering_event_moved, &e, now);
    }
    if (rc == ST_OK)
        rc = gathering_store_told(c, id);
    arena_free(&a);
    return rc;
}
