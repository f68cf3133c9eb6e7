/* The format is that of GNU gettext's manual, "The Format of GNU MO Files"; the hash table in it is
 * not used, the keys are sorted. */
#include "html/mo.h"

#define MAGIC 0x950412deu
#define HEADER_SIZE 20u

static uint32_t
read32(const struct mo *m, size_t at)
{
    const unsigned char *p = m->data + at;

    if (m->swapped)
        return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

/* Tables hold pairs of length and offset. */
static size_t
entry(const struct mo *m, uint32_t table, uint32_t i, const char **text)
{
    *text = (const char *)m->data + read32(m, table + (size_t)i * 8 + 4);
    return read32(m, table + (size_t)i * 8);
}

static bool
entry_ok(const struct mo *m, uint32_t table, uint32_t i)
{
    size_t len = read32(m, table + (size_t)i * 8);
    size_t at = read32(m, table + (size_t)i * 8 + 4);

    return at < m->size && len < m->size - at && m->data[at + len] == '\0';
}

static bool
table_ok(const struct mo *m, uint32_t table)
{
    return table >= HEADER_SIZE && table <= m->size && m->count <= (m->size - table) / 8;
}

enum status
mo_open(struct mo *m, const void *data, size_t size)
{
    *m = (struct mo){ .data = data, .size = size };
    if (size < HEADER_SIZE)
        return ST_INVALID;
    if (read32(m, 0) != MAGIC) {
        m->swapped = true;
        if (read32(m, 0) != MAGIC)
            return ST_INVALID;
    }
    if (read32(m, 4) >> 16 > 1) /* major revision */
        return ST_INVALID;
    m->count = read32(m, 8);
    m->keys = read32(m, 12);
    m->texts = read32(m, 16);
    if (!table_ok(m, m->keys) || !table_ok(m, m->texts))
        return ST_INVALID;
    for (uint32_t i = 0; i < m->count; i++) {
        if (!entry_ok(m, m->keys, i) || !entry_ok(m, m->texts, i))
            return ST_INVALID;
        if (i > 0 && strcmp(mo_key(m, i - 1), mo_key(m, i)) >= 0)
            return ST_INVALID;
    }
    return ST_OK;
}

const char *
mo_key(const struct mo *m, uint32_t i)
{
    const char *key = NULL;

    (void)entry(m, m->keys, i, &key);
    return key;
}

const char *
mo_text(const struct mo *m, uint32_t i, unsigned form)
{
    const char *text = NULL;
    size_t left = entry(m, m->texts, i, &text);

    /* Forms stand behind one another, each ended by NUL; entry_ok saw the last one's. */
    for (; form > 0; form--) {
        size_t n = strlen(text);
        if (n >= left)
            break;
        text += n + 1;
        left -= n + 1;
    }
    return text;
}

const char *
mo_find(const struct mo *m, const char *key, unsigned form)
{
    uint32_t from = 0, to = m->count;

    while (from < to) {
        uint32_t mid = from + (to - from) / 2;
        int c = strcmp(key, mo_key(m, mid));

        if (c == 0)
            return mo_text(m, mid, form);
        if (c < 0)
            to = mid;
        else
            from = mid + 1;
    }
    return NULL;
}
