/* Parts of files: what a feature to the right knows of a thing that is saved and made anew. */
#include <string.h>

#include "feature.h"

#define EACH_PART(p, of)                                                                           \
    for (const struct feature *const *f = all_features; *f != NULL; f++)                           \
        for (const struct file_part *p = (*f)->file_parts; p != NULL && p->file != NULL; p++)      \
            if (strcmp(p->file, (of)) == 0)

enum status
file_parts_give(struct request *rq, const char *file, int64_t id, json_t *o)
{
    enum status rc = ST_OK;

    EACH_PART(p, file)
    {
        json_t *part = NULL;

        if (rc == ST_OK)
            rc = p->give(rq, id, &part);
        if (part != NULL && json_object_set_new(o, p->name, part) != 0)
            rc = ST_NOMEM;
    }
    return rc;
}

json_t *
file_parts_look(struct request *rq, const char *file, const json_t *o, json_t *said,
                const char **wrong)
{
    json_t *out = json_object();

    *wrong = NULL;
    EACH_PART(p, file)
    {
        json_t *part = json_object_get(o, p->name);
        const char *inner = "", *words;

        if (part == NULL)
            continue;
        words = p->look(rq, part, &inner);
        if (words != NULL) {
            (void)json_object_set(out, p->name, part);
            (void)json_array_append_new(said, json_string(words));
        } else if (*wrong == NULL)
            *wrong =
                arena_printf(rq_arena(rq), "%s%s%s", p->name, inner[0] != '\0' ? "." : "", inner);
    }
    return out;
}

enum status
file_parts_take(struct work *w, const char *file, int64_t id, const json_t *o)
{
    enum status rc = ST_OK;

    EACH_PART(p, file)
    {
        const json_t *part = json_object_get(o, p->name);

        if (rc == ST_OK && part != NULL)
            rc = p->take(w, id, part);
    }
    return rc;
}
