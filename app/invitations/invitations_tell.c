/*
 * A gathering is moved or cancelled: those invited who have not said no and are not registered are
 * told, many of them in a task (tasks/tasks.h).
 */
#include "invitations/invitations_tell.h"

#include <string.h>

#include "base/fold.h"
#include "base/memory.h"
#include "gatherings/gatherings.h"
#include "invitations/invitations_mail.h"
#include "invitations/invitations_store.h"

static enum status
tell_some(struct db_conn *c, struct task *t,
          enum status (*one)(struct db_conn *c, struct arena *a, const struct task *t,
                             const struct invitation *i))
{
    struct arena *a = arena_new(0);
    struct invitation *open = NULL;
    size_t n = 0, i = 0;
    enum status rc =
        invitation_open(c, a, t->gathering_id, t->begun_at, t->reached, t->room + 1, &open, &n);

    while (rc == ST_OK && i < n && task_goes_on(t)) {
        rc = one(c, a, t, &open[i]);
        task_did(t, open[i++].id);
    }
    t->more = i < n;
    arena_free(&a);
    return rc;
}

static enum status
left(struct db_conn *c, const struct task *t, int64_t *rows)
{
    return invitation_count_after(c, t->gathering_id, t->reached, rows);
}

static enum status
tell_moved(struct db_conn *c, struct arena *a, const struct task *t, const struct invitation *i)
{
    const char *occasion = NULL;
    enum status rc = gathering_move_untold(c, a, t, &invitation_task_moved, &invitation_mail_moved,
                                           "invitation", i->id, &occasion);

    return rc == ST_OK
               ? invitation_mail_note(c, &invitation_mail_moved, i, occasion, t->words, t->begun_at)
               : rc;
}

static enum status
piece_moved(struct db_conn *c, struct task *t, int64_t now)
{
    (void)now;
    return tell_some(c, t, tell_moved);
}

static enum status
tell_cancelled(struct db_conn *c, struct arena *a, const struct task *t, const struct invitation *i)
{
    enum status rc = mail_take_back(c, invitation_mail_moved.name, "invitation", i->id, "off");

    (void)a;
    return rc == ST_OK ? invitation_mail_note(c, &invitation_mail_gathering_cancelled, i,
                                              t->occasion, t->words, t->begun_at)
                       : rc;
}

static enum status
piece_cancelled(struct db_conn *c, struct task *t, int64_t now)
{
    (void)now;
    return tell_some(c, t, tell_cancelled);
}

const struct task_kind invitation_task_moved = {
    .name = "invitations.moved", /* no key */
    .said = "task.said.invited_moved",
    .piece = piece_moved,
    .left = left,
};

const struct task_kind invitation_task_cancelled = {
    .name = "invitations.cancelled", /* no key */
    .said = "task.said.invited_cancelled",
    .piece = piece_cancelled,
    .left = left,
};

/* ── A long list ── */

static void
drop_json(void *json)
{
    json_decref(json);
}

static enum status
send_some(struct db_conn *c, struct arena *a, struct task *t)
{
    json_t *list = json_loads(t->words, 0, NULL), *row;
    struct arena *one = arena_new(0);
    enum status rc = list != NULL ? ST_OK : ST_INVALID;

    *arena_hold(a, drop_json) = list;
    while (rc == ST_OK && (row = json_array_get(list, (size_t)t->reached)) != NULL &&
           task_goes_on(t)) {
        struct invitation_entry e = { .email = json_string_value(json_array_get(row, 0)),
                                      .name = json_string_value(json_array_get(row, 1)),
                                      .organisation = json_string_value(json_array_get(row, 2)) };

        if (e.email != NULL) /* erased meanwhile */
            rc =
                invitation_send_one(c, one, t->gathering_id, t->last, &e, t->occasion, t->begun_at);
        task_did(t, t->reached + 1);
        arena_reset(one);
    }
    t->more = (size_t)t->reached < json_array_size(list);
    arena_free(&one);
    return rc;
}

/* Nobody is invited to what is cancelled or has begun meanwhile. */
static enum status
send(struct db_conn *c, struct task *t, int64_t now)
{
    struct arena *a = arena_new(0);
    struct gathering g = { 0 };
    enum status rc = gathering_by_id(c, a, t->gathering_id, &g);

    if (rc == ST_OK && g.status == GATHERING_PUBLISHED && g.starts_at > now)
        rc = send_some(c, a, t);
    arena_free(&a);
    return rc;
}

const struct task_kind invitation_task_send = {
    .name = "invitations.send", /* no key */
    .said = "task.said.invited",
    .piece = send,
};

static const char *
dumped(struct arena *a, const json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    const char *copy = text != NULL ? arena_strdup(a, text) : NULL;

    mem_free(text);
    return copy;
}

/* Others who share the address stay on the list, also where nothing is kept of them yet. */
static bool
is_theirs(struct arena *a, const struct person *p, const char *name)
{
    const char *key = fold_name(a, name), *theirs = p->name_key != NULL ? p->name_key : p->asked;

    return theirs == NULL || strcmp(key, theirs) == 0 || (key[0] == '\0' && p->name_key == NULL);
}

/* A list without somebody; NULL: they do not stand on it. */
static const char *
without(struct arena *a, const char *words, void *ctx)
{
    const struct person *p = ctx;
    json_t *address = json_string(p->email), *list, *row;
    const char *quoted = dumped(a, address);
    bool found = false;
    size_t i;

    json_decref(address);
    if (quoted == NULL || strstr(words, quoted) == NULL)
        return NULL;
    list = json_loads(words, 0, NULL);
    *arena_hold(a, drop_json) = list;
    json_array_foreach(list, i, row)
    {
        const char *email = json_string_value(json_array_get(row, 0)),
                   *name = json_string_value(json_array_get(row, 1));

        if (email == NULL || name == NULL || strcmp(email, p->email) != 0 || !is_theirs(a, p, name))
            continue;
        (void)json_array_clear(row);
        found = true;
    }
    return found ? dumped(a, list) : NULL;
}

enum status
invitation_list_forget(struct db_conn *c, const struct person *p)
{
    return task_reword(c, &invitation_task_send, without, (void *)p);
}

/* ── What gatherings tell ── */

enum status
invitation_hear_moved(struct db_conn *c, const void *detail, int64_t now)
{
    const struct gathering_event *e = detail;
    struct arena *a = arena_new(0);
    struct gathering g = { 0 };
    struct invitation_counts invited = { 0 };
    bool overtaken = false;
    enum status rc =
        e->anybody != NULL ? invitation_count_listed(c, e->gathering_id, &invited) : ST_OK;

    if (invited.none > 0)
        *e->anybody = true;
    if (rc != ST_OK || !e->notify)
        goto out;
    rc = gathering_by_id(c, a, e->gathering_id, &g);
    if (rc == ST_OK)
        rc = task_overtake(c, &invitation_task_moved, g.id, now, &overtaken);
    if (rc == ST_OK)
        rc = task_begin(
            c,
            &(struct task_new){
                .kind = &invitation_task_moved,
                .gathering_id = g.id,
                .last = INT64_MAX,
                .occasion = arena_printf(a, "%lld.%lld.%lld", (long long)g.starts_at,
                                         (long long)g.calendar_seq, (long long)e->old_start),
                .words = e->message,
                .later = overtaken,
            },
            now);
out:
    arena_free(&a);
    return rc;
}

enum status
invitation_hear_cancelled(struct db_conn *c, const void *detail, int64_t now)
{
    const struct gathering_event *e = detail;
    enum status rc = task_overtake(c, &invitation_task_moved, e->gathering_id, now, NULL);

    if (rc != ST_OK || !e->notify)
        return rc;
    return task_begin(c,
                      &(struct task_new){ .kind = &invitation_task_cancelled,
                                          .gathering_id = e->gathering_id,
                                          .occasion = "cancelled",
                                          .words = e->message },
                      now);
}
