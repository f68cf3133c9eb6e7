#include "gatherings/gatherings_topics.h"

#include "base/text.h"

#define CHOICE_MAX 12

DB_SQL(sql_clear, "DELETE FROM gathering_topic WHERE gathering_id = $1");
DB_SQL(sql_add, "INSERT INTO gathering_topic (gathering_id, slug, name) VALUES ($1, $2, $3)");
DB_SQL(sql_name, "SELECT t.name FROM gathering_topic t JOIN gathering g ON g.id = t.gathering_id"
                 " WHERE t.slug = $1 AND g.published_at IS NOT NULL AND g.status <> 'draft'"
                 " ORDER BY t.gathering_id DESC LIMIT 1");

static bool
has(const struct topic *list, size_t n, const char *slug)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i].slug, slug) == 0)
            return true;
    return false;
}

const char *
topics_read(struct arena *a, const char *text, struct topic out[TOPICS_MAX], size_t *count)
{
    *count = 0;
    for (const char *p = text; *p != '\0';) {
        size_t len = strcspn(p, ",;");
        const char *name = text_clean(a, arena_strndup(a, p, len), true);
        const char *slug = text_slug(a, name);

        p += len + (p[len] != '\0');
        if (name[0] == '\0' || has(out, *count, slug))
            continue;
        if (*count == TOPICS_MAX || text_length(name) > TOPIC_CHARS)
            return "topics";
        out[(*count)++] = (struct topic){ slug, name };
    }
    return NULL;
}

enum status
topics_store_set(struct db_conn *c, int64_t gathering_id, const char *text)
{
    struct arena *a = arena_new(0);
    struct topic topic[TOPICS_MAX];
    size_t n = 0;
    enum status rc = db_exec(c, &sql_clear, NULL, V(gathering_id));

    if (topics_read(a, text, topic, &n) != NULL)
        rc = ST_INVALID;
    for (size_t i = 0; rc == ST_OK && i < n; i++)
        rc = db_exec(c, &sql_add, NULL, V(gathering_id), V(topic[i].slug), V(topic[i].name));
    arena_free(&a);
    return rc;
}

enum status
topics_store_name(struct db_conn *c, struct arena *a, const char *slug, const char **name)
{
    return db_get(c, a, &sql_name, R(name), V(slug));
}

enum status
gathering_topic_asked(struct request *rq, struct topic *out)
{
    out->slug = rq_query(rq, "topic");
    out->name = NULL;
    if (out->slug != NULL && out->slug[0] == '\0')
        out->slug = NULL;
    return out->slug != NULL ? topics_store_name(rq_conn(rq), rq_arena(rq), out->slug, &out->name)
                             : ST_OK;
}

static json_t *
link_to(struct arena *a, const struct topic *t)
{
    return json_pack("{ss ss}", "name", t->name, "href", arena_printf(a, "/?topic=%s", t->slug));
}

json_t *
topics_view(struct arena *a, const char *text)
{
    struct topic topic[TOPICS_MAX];
    json_t *list = json_array();
    size_t n;

    if (topics_read(a, text, topic, &n) == NULL)
        for (size_t i = 0; i < n; i++)
            (void)json_array_append_new(list, link_to(a, &topic[i]));
    return list;
}

/* Those of one gathering that are not in the choice yet. */
static size_t
add_topics(struct arena *a, const char *text, struct topic *choice, size_t n)
{
    struct topic topic[TOPICS_MAX];
    size_t count;

    if (topics_read(a, text, topic, &count) != NULL)
        return n;
    for (size_t i = 0; i < count && n < CHOICE_MAX; i++)
        if (!has(choice, n, topic[i].slug))
            choice[n++] = topic[i];
    return n;
}

json_t *
topics_choice(struct arena *a, const struct gathering *list, size_t count,
              const struct topic *current)
{
    struct topic choice[CHOICE_MAX];
    json_t *out = json_array();
    size_t n = 0;

    if (current != NULL)
        choice[n++] = *current;
    for (size_t i = 0; i < count; i++)
        n = add_topics(a, list[i].topics, choice, n);
    for (size_t i = 0; i < n; i++) {
        json_t *o = link_to(a, &choice[i]);

        (void)json_object_set_new(o, "current", json_boolean(current != NULL && i == 0));
        (void)json_array_append_new(out, o);
    }
    return out;
}
