/*
 * What every page gets from the composition root: the cluster it speaks for, the organiser's menu
 * and the links at the foot. The numbers beside the menu's entries are kept for a few seconds. Any
 * thread.
 */
#include <limits.h>
#include <pthread.h>

#include "app.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "cluster/cluster.h"

enum { COUNT_MS = 3000 };

#define MENU_MAX 16

struct item {
    const struct menu_entry *entry;
    unsigned allow; /* of the page's route; 0: no such page */
    int64_t count, count_until;
};

struct decoration {
    struct app *app;
    char *place;                /* of the data, for people */
    struct item menu[MENU_MAX]; /* in order */
    size_t items;
    pthread_mutex_t lock; /* of the items' counts */
};

/* Who may see the page: 0 when no table has it. */
static unsigned
page_allow(const struct route *const *tables, const char *path)
{
    for (; *tables != NULL; tables++)
        for (const struct route *r = *tables; r->path != NULL; r++)
            if (r->method == HTTP_GET && strcmp(r->path, path) == 0)
                return r->allow;
    return 0;
}

static int
by_order(const void *a, const void *b)
{
    const struct item *x = a, *y = b;

    return x->entry->order - y->entry->order;
}

static void
collect_menu(struct decoration *d)
{
    for (const struct feature *const *f = all_features; *f != NULL; f++)
        for (const struct menu_entry *m = (*f)->menu; m != NULL && m->href != NULL; m++) {
            if (d->items == MENU_MAX)
                BUG("more than %d entries in the menu", MENU_MAX);
            d->menu[d->items++] =
                (struct item){ .entry = m, .allow = page_allow(app_tables(d->app), m->href) };
        }
    qsort(d->menu, d->items, sizeof d->menu[0], by_order);
}

struct decoration *
decoration_new(struct app *app)
{
    struct decoration *d = mem_calloc(1, sizeof *d);
    const char *place = db_place(app_db(app));
    char real[PATH_MAX];

    if (d == NULL)
        return NULL;
    d->app = app;
    d->place = mem_strdup(realpath(place, real) != NULL ? real : place);
    if (d->place == NULL) {
        mem_free(d);
        return NULL;
    }
    collect_menu(d);
    pthread_mutex_init(&d->lock, NULL);
    return d;
}

void
decoration_free(struct decoration **pointer)
{
    struct decoration *d = *pointer;

    if (d == NULL)
        return;
    mem_free(d->place);
    pthread_mutex_destroy(&d->lock);
    mem_free(d);
    *pointer = NULL;
}

static void
set_unless_empty(json_t *object, const char *key, const char *value)
{
    if (value[0] != '\0')
        json_object_set_new(object, key, json_string(value));
}

static json_t *
cluster_object(const struct cluster *c)
{
    json_t *o = json_pack("{s:s}", "name", c->name);

    if (o == NULL)
        return NULL;
    set_unless_empty(o, "address", c->address);
    set_unless_empty(o, "email", c->email);
    set_unless_empty(o, "phone", c->phone);
    json_object_set_new(o, "has_contact", json_boolean(c->email[0] != '\0' || c->phone[0] != '\0'));
    return o;
}

/* NULL when it cannot be read. */
static json_t *
cluster_view(struct request *rq)
{
    struct cluster cluster;

    if (cluster_get(rq_conn(rq), rq_arena(rq), &cluster) == ST_OK)
        return cluster_object(&cluster);
    log_error("app", "the cluster's settings cannot be read");
    return NULL;
}

static bool
is_below(const char *path, const char *href)
{
    return href != NULL && text_starts(path, href) &&
           (path[strlen(href)] == '/' || path[strlen(href)] == '\0');
}

/* Below one of the other pages of an entry? */
static bool
is_beside(const char *path, const struct menu_entry *m)
{
    for (size_t i = 0; i < ARRAY_LEN(m->also); i++)
        if (is_below(path, m->also[i]))
            return true;
    return false;
}

/* The item whose page this is: the longest address that the path begins with. */
static size_t
menu_current(const struct decoration *d, const char *path)
{
    size_t best = d->items, length = 0;

    for (size_t i = 0; i < d->items; i++) {
        const char *href = d->menu[i].entry->href;
        size_t n = strlen(href);

        /* Home is itself alone, not everything below it. */
        if (strcmp(href, "/admin") == 0 && path[n] == '/')
            continue;
        if ((is_below(path, href) || is_beside(path, d->menu[i].entry)) && n > length) {
            best = i;
            length = n;
        }
    }
    return best;
}

/* The number beside an entry; 0 when it has none or that cannot be said. */
static int64_t
count_of(struct decoration *d, struct item *it, struct request *rq)
{
    int64_t count, now = clock_mono();
    bool due;

    if (it->entry->count == NULL)
        return 0;
    lock_take(&d->lock);
    count = it->count;
    due = now >= it->count_until;
    if (due) /* this request asks, others go on with the old number meanwhile */
        it->count_until = now + COUNT_MS;
    lock_give(&d->lock);
    if (!due)
        return count;
    if (it->entry->count(rq_conn(rq), &count) != ST_OK)
        count = 0;
    lock_take(&d->lock);
    it->count = count;
    lock_give(&d->lock);
    return count;
}

static json_t *
menu_make(struct decoration *d, struct request *rq)
{
    json_t *menu = json_array();
    size_t current = menu_current(d, rq_path(rq));

    for (size_t i = 0; i < d->items; i++) {
        struct item *it = &d->menu[i];
        int64_t count;

        if ((it->allow & rq_who(rq)->role) == 0)
            continue;
        json_t *item =
            json_pack("{s:s, s:s, s:s, s:b, s:b}", "href", it->entry->href, "icon", it->entry->icon,
                      "key", it->entry->key, "current", i == current, "phone", it->entry->phone);
        if (it->entry->short_key != NULL)
            json_object_set_new(item, "short_key", json_string(it->entry->short_key));
        count = count_of(d, it, rq);
        if (count > 0)
            json_object_set_new(item, "count", json_integer(count));
        json_array_append_new(menu, item);
    }
    return menu;
}

static json_t *
footer_make(struct request *rq)
{
    json_t *footer = json_array();

    for (const struct feature *const *f = all_features; *f != NULL; f++)
        for (const struct footer_entry *e = (*f)->footer; e != NULL && e->href != NULL; e++) {
            bool shown = true;

            if (e->shown != NULL && e->shown(rq_conn(rq), &shown) != ST_OK)
                shown = false;
            if (shown)
                json_array_append_new(footer,
                                      json_pack("{s:s, s:s}", "href", e->href, "key", e->key));
        }
    return footer;
}

void
decorate(struct request *rq, json_t *page)
{
    struct decoration *d = app_decoration(rq_app(rq));

    json_object_set_new(page, "cluster", cluster_view(rq));
    json_object_set_new(page, "footer", footer_make(rq));
    if ((rq_who(rq)->role & ALLOW_VIEWER) != 0) {
        json_object_set_new(page, "menu", menu_make(d, rq));
        if (writer_full(app_writer(d->app)))
            json_object_set_new(page, "disk_full", json_string(d->place));
    }
    if (rq_who(rq)->role == ROLE_MEMBER)
        json_object_set_new(page, "member", json_true());
    if (rq_who(rq)->account_id != 0)
        json_object_set_new(page, "account", json_string("/admin/account"));
}
