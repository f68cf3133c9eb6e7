/*
 * What every page gets from the composition root: the cluster it speaks for and the organiser's
 * menu.
 *
 * Both are kept: the cluster until a commit changes a setting, the numbers beside its entries for a
 * few seconds. Any thread; one lock, held for a copy or one read.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "app.h"
#include "base/log.h"
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
    atomic_uint_fast64_t generation; /* of the settings, counted up by the writer */
    pthread_mutex_t lock;
    uint_fast64_t kept; /* generation that cluster was read at; 0: never */
    json_t *cluster;
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
    struct decoration *d = calloc(1, sizeof *d);

    if (d == NULL)
        return NULL;
    d->app = app;
    d->place = realpath(db_place(app_db(app)), NULL);
    if (d->place == NULL)
        d->place = strdup(db_place(app_db(app)));
    if (d->place == NULL) {
        free(d);
        return NULL;
    }
    collect_menu(d);
    atomic_init(&d->generation, 1);
    pthread_mutex_init(&d->lock, NULL);
    return d;
}

void
decoration_free(struct decoration **pointer)
{
    struct decoration *d = *pointer;

    if (d == NULL)
        return;
    json_decref(d->cluster);
    free(d->place);
    pthread_mutex_destroy(&d->lock);
    free(d);
    *pointer = NULL;
}

void
decoration_listen(void *ctx, enum db_topic topic, int64_t id)
{
    struct decoration *d = app_decoration(ctx);

    (void)id;
    if (topic == TOPIC_SETTINGS || topic == TOPIC_ALL)
        atomic_fetch_add(&d->generation, 1);
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

/* Reads the cluster on a connection of its own: the request's snapshot may be older than the
 * generation, and what it shows would then be kept as new. Called with the lock held. */
static enum status
cluster_read(struct decoration *d)
{
    uint_fast64_t generation = atomic_load(&d->generation);
    struct arena *a = arena_new(0);
    struct db_conn *c = NULL;
    struct cluster cluster;
    json_t *object = NULL;
    enum status rc = db_connect(app_db(d->app), DB_READ, &c);

    if (rc == ST_OK)
        rc = cluster_get(c, a, &cluster);
    if (rc == ST_OK && (object = cluster_object(&cluster)) == NULL)
        rc = ST_NOMEM;
    if (rc == ST_OK) {
        json_decref(d->cluster);
        d->cluster = object;
        d->kept = generation;
    }
    db_disconnect(&c);
    arena_free(&a);
    return rc;
}

static json_t *
cluster_copy(struct decoration *d)
{
    json_t *copy = NULL;

    pthread_mutex_lock(&d->lock);
    if (d->kept != atomic_load(&d->generation) && cluster_read(d) != ST_OK)
        log_error("app", "the cluster's settings cannot be read");
    if (d->cluster != NULL)
        copy = json_copy(d->cluster);
    pthread_mutex_unlock(&d->lock);
    return copy;
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
        if (text_starts(path, href) && (path[n] == '/' || path[n] == '\0') && n > length) {
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
    int64_t count;

    if (it->entry->count == NULL)
        return 0;
    pthread_mutex_lock(&d->lock);
    if (clock_mono() >= it->count_until) {
        if (it->entry->count(rq_conn(rq), &it->count) != ST_OK)
            it->count = 0;
        it->count_until = clock_mono() + COUNT_MS;
    }
    count = it->count;
    pthread_mutex_unlock(&d->lock);
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

void
decorate(struct request *rq, json_t *page)
{
    struct decoration *d = app_decoration(rq_app(rq));

    json_object_set_new(page, "cluster", cluster_copy(d));
    if ((rq_who(rq)->role & ALLOW_VIEWER) != 0) {
        json_object_set_new(page, "menu", menu_make(d, rq));
        if (writer_full(app_writer(d->app)))
            json_object_set_new(page, "disk_full", json_string(d->place));
    }
    if (rq_who(rq)->account_id != 0)
        json_object_set_new(page, "account", json_string("/admin/account"));
}
