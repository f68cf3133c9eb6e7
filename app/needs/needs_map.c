#include "needs/needs_map.h"

#include <string.h>

struct map_slot {
    const char *key; /* NULL: free */
    size_t n;
    uint64_t hash;
    uint32_t value;
};

/* FNV-1a. */
static uint64_t
hash_of(const char *key, size_t n)
{
    uint64_t h = 0xcbf29ce484222325;

    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)key[i]) * 0x100000001b3;
    return h;
}

static struct map_slot *
find(const struct map *m, const char *key, size_t n, uint64_t hash)
{
    size_t i = (size_t)hash & (m->room - 1);

    while (m->slot[i].key != NULL &&
           (m->slot[i].hash != hash || m->slot[i].n != n || memcmp(m->slot[i].key, key, n) != 0))
        i = (i + 1) & (m->room - 1);
    return &m->slot[i];
}

uint32_t
map_get(const struct map *m, const char *key, size_t n)
{
    if (m->room == 0)
        return MAP_NONE;
    const struct map_slot *s = find(m, key, n, hash_of(key, n));
    return s->key != NULL ? s->value : MAP_NONE;
}

static void
grow(struct map *m)
{
    struct map_slot *old = m->slot;
    size_t room = m->room;

    m->room = room == 0 ? 64 : room * 2;
    m->slot = ARENA_ARRAY(m->a, struct map_slot, m->room);
    for (size_t i = 0; i < room; i++)
        if (old[i].key != NULL)
            *find(m, old[i].key, old[i].n, old[i].hash) = old[i];
}

uint32_t
map_put(struct map *m, const char *key, size_t n, uint32_t value)
{
    uint64_t hash = hash_of(key, n);

    if (m->n * 4 >= m->room * 3)
        grow(m);
    struct map_slot *s = find(m, key, n, hash);
    if (s->key == NULL) {
        *s = (struct map_slot){ arena_strndup(m->a, key, n), n, hash, value };
        m->n++;
    }
    return s->value;
}
