#include "invitations/invitations_review.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "contacts/contacts.h"

/* ── Looking it through ── */

enum review_state
invitation_review_state(const char *why)
{
    static const struct {
        const char *why;
        enum review_state state;
    } known[] = {
        { "already_invited", REVIEW_INVITED },
        { "suppressed", REVIEW_SUPPRESSED },
        { "registered", REVIEW_REGISTERED },
    };

    for (size_t i = 0; why != NULL && i < ARRAY_LEN(known); i++)
        if (strcmp(why, known[i].why) == 0)
            return known[i].state;
    return REVIEW_NEW;
}

/* A contact keeps its name if it has one; what is missing there is filled in from the list. */
static enum status
known_as(struct db_conn *c, struct arena *a, const struct address_entry *e, struct review_line *l)
{
    struct contact contact = { 0 };
    enum status rc = contact_of_person(c, a, e->email_normal, e->name, &contact);

    if (rc != ST_OK)
        return rc == ST_NOT_FOUND ? ST_OK : rc;
    if (contact.name_key[0] != '\0' || l->name[0] == '\0')
        l->name = contact.name;
    l->lang = contact.lang;
    if (contact.organisation[0] != '\0')
        l->organisation = contact.organisation;
    return ST_OK;
}

/* one: for what is not kept. */
static enum status
look_at(struct db_conn *c, struct arena *a, struct arena *one, int64_t gathering_id,
        const struct address_entry *e, struct review_line *l)
{
    struct invitation_entry entry = { .name = e->name,
                                      .email = e->email_normal,
                                      .organisation = e->organisation };
    enum status rc;

    *l = (struct review_line){ .state = REVIEW_BAD,
                               .name = e->name,
                               .email = e->ok ? e->email_normal : e->email,
                               .organisation = e->organisation,
                               .lang = "",
                               .written = e };
    if (!e->ok)
        return ST_OK;
    if (e->duplicate_of >= 0) {
        l->state = REVIEW_DUPLICATE;
        return ST_OK;
    }
    rc = invitation_review(c, one, gathering_id, &entry);
    if (rc != ST_OK)
        return rc;
    l->state = invitation_review_state(entry.why);
    l->invitation_id = entry.id;
    return known_as(c, a, e, l);
}

enum status
invitation_review_list(struct db_conn *c, struct arena *a, int64_t gathering_id, const char *pasted,
                       struct review *out)
{
    enum status rc = address_list_read(a, pasted, &out->list);
    struct arena *one;

    memset(out->count, 0, sizeof out->count);
    out->first = NULL;
    if (rc != ST_OK)
        return rc;
    out->line = ARENA_ARRAY(a, struct review_line, out->list.n + 1);
    one = arena_new(0);
    for (size_t i = 0; rc == ST_OK && i < out->list.n; i++) {
        rc = look_at(c, a, one, gathering_id, &out->list.entries[i], &out->line[i]);
        arena_reset(one);
        out->count[out->line[i].state]++;
        if (out->first == NULL && out->line[i].state == REVIEW_NEW)
            out->first = &out->line[i];
    }
    arena_free(&one);
    return rc;
}

enum status
invitation_entries(struct arena *a, const char *pasted, struct address_list *list,
                   struct invitation_entry **out, size_t *count)
{
    struct invitation_entry *all;
    size_t n = 0;
    enum status rc = address_list_read(a, pasted, list);

    if (rc != ST_OK)
        return rc;
    all = ARENA_ARRAY(a, struct invitation_entry, list->n + 1);
    for (size_t i = 0; i < list->n; i++) {
        const struct address_entry *e = &list->entries[i];

        if (e->ok && e->duplicate_of < 0)
            all[n++] = (struct invitation_entry){ .name = e->name,
                                                  .email = e->email_normal,
                                                  .organisation = e->organisation };
    }
    *out = all;
    *count = n;
    return ST_OK;
}

/* ── Adding to it ── */

static int
by_person(const void *x, const void *y)
{
    const struct address_entry *p = x, *q = y;
    int order = strcmp(p->email_normal, q->email_normal);

    return order != 0 ? order : strcmp(p->name_key, q->name_key);
}

static bool
on_list(const struct address_entry *sorted, size_t n, const char *email, const char *name_key)
{
    const struct address_entry sought = { .email_normal = email, .name_key = name_key };

    return bsearch(&sought, sorted, n, sizeof *sorted, by_person) != NULL;
}

/* "Kåre Nes (Nes Havbruk) <kare@neshavbruk.example.no>". What would be read as something else is
 * left out of a name. */
static void
write_person(struct buf *b, const struct invitation *i)
{
    bool named = i->name_key[0] != '\0' && strpbrk(i->name, "\"<>;()@") == NULL;

    if (named)
        buf_adds(b, i->name);
    if (named && i->organisation[0] != '\0' && strpbrk(i->organisation, "\"<>;()@") == NULL)
        buf_addf(b, " (%s)", i->organisation);
    if (named)
        buf_addf(b, " <%s>\n", i->email);
    else
        buf_addf(b, "%s\n", i->email);
}

enum status
invitation_list_add(struct arena *a, const char *pasted, struct address_list *list,
                    const struct invitation *who, size_t n, const char **out)
{
    struct address_entry *there;
    size_t len = strlen(pasted);
    struct buf b;
    enum status rc = address_list_read(a, pasted, list);

    if (rc != ST_OK)
        return rc;
    there = ARENA_ARRAY(a, struct address_entry, list->n + 1);
    if (list->n > 0)
        memcpy(there, list->entries, list->n * sizeof *there);
    qsort(there, list->n, sizeof *there, by_person);
    buf_init(&b, ADDRESS_LIST_MAX_BYTES);
    buf_adds(&b, pasted);
    if (len > 0 && pasted[len - 1] != '\n')
        buf_addc(&b, '\n');
    for (size_t i = 0; i < n; i++)
        if (!on_list(there, list->n, who[i].email, who[i].name_key) &&
            !on_list(there, list->n, who[i].email, ""))
            write_person(&b, &who[i]);
    rc = buf_ok(&b) ? ST_OK : ST_LIMIT;
    *out = arena_strdup(a, buf_str(&b));
    buf_release(&b);
    return rc;
}
