/* Parts of forms: fields that a feature to the right adds to a form of one to the left. */
#include <string.h>

#include "app.h"

#define EACH_PART(p, form)                                                                         \
    for (const struct feature *const *f = all_features; *f != NULL; f++)                           \
        for (const struct form_part *p = (*f)->form_parts; p != NULL && p->form != NULL; p++)      \
            if (strcmp(p->form, (form)) == 0)

static size_t
fields_of(const struct field *field)
{
    size_t n = 0;

    while (field != NULL && field[n].name != NULL)
        n++;
    return n;
}

static const struct field *
with_parts(struct arena *a, const char *form, const struct field *own)
{
    size_t n = fields_of(own), at = n;
    struct field *all;

    EACH_PART(p, form)
    n += fields_of(p->fields);
    all = ARENA_ARRAY(a, struct field, n + 1);
    memcpy(all, own, at * sizeof *all);
    EACH_PART(p, form)
    {
        memcpy(all + at, p->fields, fields_of(p->fields) * sizeof *all);
        at += fields_of(p->fields);
    }
    return all;
}

const struct route *
form_parts_routes(struct arena *a, const struct route *table)
{
    size_t n = 0;
    bool any = false;
    struct route *all;

    for (; table[n].path != NULL; n++)
        any = any || table[n].form_parts != NULL;
    if (!any)
        return table;
    all = ARENA_ARRAY(a, struct route, n + 1);
    memcpy(all, table, n * sizeof *all);
    for (size_t i = 0; i < n; i++)
        if (all[i].form_parts != NULL)
            all[i].fields = with_parts(a, all[i].form_parts, all[i].fields);
    return all;
}

enum status
form_parts_check(struct request *rq, const char *form)
{
    enum status rc = ST_OK;

    EACH_PART(p, form)
    if (rc == ST_OK && p->check != NULL)
        rc = p->check(rq);
    return rc;
}

enum status
form_parts_work(struct work *w, const char *form, int64_t id)
{
    enum status rc = ST_OK;

    EACH_PART(p, form)
    if (rc == ST_OK)
        rc = p->work(w, id);
    return rc;
}
