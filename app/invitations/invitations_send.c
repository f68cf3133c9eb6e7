/* Many invited at once: who of a list may be, in one go or by tasks. */
#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "contacts/contacts.h"
#include "invitations/invitations_store.h"
#include "invitations/invitations_tell.h"
#include "mailing/mailing.h"
#include "registrations/registrations.h"

DB_SQL_OF(sql_batch_add, invitation_batch_record,
          "/* all: nothing waits for a batch that is only made */ "
          "INSERT INTO invitation_batch {into} RETURNING id");

/* invited: the invitation that stands in the way; id 0 without one. */
static enum status
review(struct db_conn *c, struct arena *a, int64_t gathering_id, struct invitation_entry *entry,
       struct invitation *invited)
{
    struct registration r = { 0 };
    enum suppression suppressed = SUPPRESSED_NOT;
    const char *key = fold_name(a, entry->name);
    enum status rc = invitation_of_person(c, a, gathering_id, entry->email, key, invited);

    entry->why = NULL;
    entry->id = invited->id;
    if (rc == ST_OK) {
        entry->why = "already_invited";
        return ST_OK;
    }
    if (rc == ST_NOT_FOUND)
        rc = mail_suppressed(c, entry->email, &suppressed);
    if (rc == ST_OK && suppressed != SUPPRESSED_NOT) {
        entry->why = "suppressed";
        return ST_OK;
    }
    if (rc == ST_OK)
        rc = registration_of_person(c, a, gathering_id, entry->email, key, &r);
    if (rc == ST_OK)
        entry->why = "registered";
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
invitation_review(struct db_conn *c, struct arena *a, int64_t gathering_id,
                  struct invitation_entry *entry)
{
    struct invitation invited = { 0 };

    return review(c, a, gathering_id, entry, &invited);
}

/* What the organiser wrote, where invitations may go. */
static enum status
begin_batch(struct db_conn *c, struct arena *a, struct invitation_batch *batch)
{
    struct gathering g = { 0 };
    enum status rc = gathering_by_id(c, a, batch->gathering_id, &g);

    if (rc == ST_OK && g.status == GATHERING_DRAFT)
        rc = ST_CONFLICT;
    else if (rc == ST_OK && (g.status != GATHERING_PUBLISHED || g.starts_at <= batch->created_at))
        rc = ST_GONE;
    return rc == ST_OK ? db_insert(c, &sql_batch_add, batch, &batch->id) : rc;
}

enum status
invitation_send_one(struct db_conn *c, struct arena *a, int64_t gathering_id, int64_t batch_id,
                    struct invitation_entry *entry, const char *source, int64_t now)
{
    struct invitation before = { 0 };
    int64_t contact = 0;
    enum status rc = review(c, a, gathering_id, entry, &before);

    if (rc == ST_OK && before.id != 0 && before.batch_id == batch_id)
        entry->why = "duplicate";
    if (rc != ST_OK || entry->why != NULL)
        return rc;
    rc = contact_ensure(c, entry->email, entry->name, entry->organisation, "", source, now,
                        &contact);
    return rc == ST_OK ? invitation_make(c, gathering_id, contact, batch_id, false, now, &entry->id)
                       : rc;
}

enum status
invitation_send(struct db_conn *c, struct arena *a, int64_t gathering_id, const char *subject,
                const char *message, struct invitation_entry *entries, size_t n, const char *source,
                int64_t account_id, int64_t now, int64_t *invited)
{
    struct invitation_batch batch = { .gathering_id = gathering_id,
                                      .subject = subject,
                                      .message = message,
                                      .made_by = account_id,
                                      .created_at = now };
    struct arena *one = arena_new(0);
    enum status rc = begin_batch(c, a, &batch);

    *invited = 0;
    for (size_t i = 0; rc == ST_OK && i < n; i++) {
        arena_reset(one);
        rc = invitation_send_one(c, one, gathering_id, batch.id, &entries[i], source, now);
        if (rc == ST_OK && entries[i].why == NULL)
            (*invited)++;
    }
    arena_free(&one);
    return rc;
}

/* ── Long lists ── */

static int
by_person(const void *x, const void *y)
{
    const struct invitation_entry *p = *(const struct invitation_entry *const *)x,
                                  *q = *(const struct invitation_entry *const *)y;
    int order = strcmp(p->email, q->email);

    return order != 0 ? order : (p > q) - (p < q);
}

static bool
same_person(struct arena *a, const struct invitation_entry *p, const struct invitation_entry *q)
{
    const char *x = fold_name(a, p->name), *y = fold_name(a, q->name);

    return strcmp(p->email, q->email) == 0 && (x[0] == '\0' || y[0] == '\0' || strcmp(x, y) == 0);
}

/* The later of two that would be one person's. */
static void
mark_duplicates(struct arena *a, struct invitation_entry *entries, size_t n)
{
    struct invitation_entry **sorted = ARENA_ARRAY(a, struct invitation_entry *, n + 1);

    for (size_t i = 0; i < n; i++)
        sorted[i] = &entries[i];
    qsort(sorted, n, sizeof(struct invitation_entry *), by_person);
    for (size_t i = 0; i < n; i++)
        for (size_t k = i; k > 0 && strcmp(sorted[k - 1]->email, sorted[i]->email) == 0; k--)
            if (sorted[i]->why == NULL && sorted[k - 1]->why == NULL &&
                same_person(a, sorted[k - 1], sorted[i]))
                sorted[i]->why = "duplicate";
}

enum status
invitation_prepare(struct db_conn *c, struct arena *a, int64_t gathering_id,
                   struct invitation_entry *entries, size_t n)
{
    struct arena *one = arena_new(0);
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && i < n; i++) {
        arena_reset(one);
        rc = invitation_review(c, one, gathering_id, &entries[i]);
    }
    arena_free(&one);
    if (rc == ST_OK)
        mark_duplicates(a, entries, n);
    return rc;
}

/* The next of them that go, at most a piece, as [[email, name, organisation], ...]. */
static const char *
list_of(struct arena *a, const struct invitation_entry *entries, size_t n, size_t *from,
        int64_t *count)
{
    json_t *list = json_array();
    size_t size;
    char *text;

    for (*count = 0; *from < n && *count < INVITATIONS_LONG; ++*from) {
        const struct invitation_entry *e = &entries[*from];

        if (e->why != NULL)
            continue;
        (void)json_array_append_new(list,
                                    json_pack("[s, s, s]", e->email, e->name, e->organisation));
        ++*count;
    }
    size = json_dumpb(list, NULL, 0, JSON_COMPACT);
    text = arena_alloc(a, size + 1);
    text[json_dumpb(list, text, size, JSON_COMPACT)] = '\0';
    json_decref(list);
    return text;
}

enum status
invitation_send_later(struct db_conn *c, struct arena *a, int64_t gathering_id, const char *subject,
                      const char *message, struct invitation_entry *entries, size_t n,
                      const char *source, int64_t account_id, int64_t now, int64_t *invited)
{
    struct invitation_batch batch = { .gathering_id = gathering_id,
                                      .subject = subject,
                                      .message = message,
                                      .made_by = account_id,
                                      .created_at = now };
    enum status rc = begin_batch(c, a, &batch);

    *invited = 0;
    for (size_t i = 0; rc == ST_OK && i < n;) {
        struct task_new t = { .kind = &invitation_task_send,
                              .gathering_id = gathering_id,
                              .last = batch.id,
                              .occasion = source,
                              .later = true };

        t.words = list_of(a, entries, n, &i, &t.rows);
        if (t.rows > 0)
            rc = task_begin(c, &t, now);
        *invited += t.rows;
    }
    return rc;
}
