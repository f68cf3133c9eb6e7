/* A person's right to see and to be forgotten: what all features know, through their constants. */
#include "contacts/contacts_pages.h"

#include "base/memory.h"

#define EXPORT_MAX ((size_t)64 << 20)

enum status
person_export_all(struct db_conn *c, const struct person *p, json_t *out)
{
    enum status rc = ST_OK;

    for (const struct feature *const *f = all_features; rc == ST_OK && *f != NULL; f++)
        if ((*f)->person_export != NULL)
            rc = (*f)->person_export(c, p, out);
    return rc;
}

enum status
person_erase_all(struct db_conn *c, const struct person *p)
{
    const struct feature *const *f = all_features;
    enum status rc = ST_OK;

    while (*f != NULL)
        f++;
    while (rc == ST_OK && f-- != all_features)
        if ((*f)->person_erase != NULL)
            rc = (*f)->person_erase(c, p);
    return rc;
}

static enum status
find(struct request *rq, struct db_conn *c, struct contact_row *row, struct person *p)
{
    enum status rc = contact_store_row(c, rq_arena(rq), rq_param_id(rq, "id"), row);

    if (rc == ST_OK)
        *p = (struct person){ .email = row->contact.email, .contact_id = row->contact.id };
    return rc;
}

static enum status
export_json(struct request *rq, struct response *rs)
{
    struct contact_row row;
    struct person p;
    struct buf b;
    json_t *out;
    char *text;
    enum status rc = find(rq, rq_conn(rq), &row, &p);

    if (rc != ST_OK)
        return rc;
    out = json_object();
    rc = person_export_all(rq_conn(rq), &p, out);
    if (rc != ST_OK) {
        json_decref(out);
        return rc;
    }
    text = json_dumps(out, JSON_INDENT(2));
    json_decref(out);
    if (text == NULL)
        return ST_NOMEM;
    buf_init(&b, EXPORT_MAX);
    buf_adds(&b, text);
    buf_addc(&b, '\n');
    mem_free(text);
    return rs_bytes(rs, 200, "application/json; charset=utf-8", &b,
                    arena_printf(rq_arena(rq), "person-%lld.json", (long long)row.contact.id));
}

static enum status
erase_page(struct request *rq, struct response *rs)
{
    struct contact_row row;
    struct person p;
    json_t *view;
    enum status rc = find(rq, rq_conn(rq), &row, &p);

    if (rc != ST_OK)
        return rc;
    view = contact_view(rq, rq_conn(rq), &row);
    if (view == NULL)
        return ST_IO;
    return rs_page(rs, 200, "contacts/erase", rq_tr(rq, "contact.erase"),
                   json_pack("{so}", "contact", view));
}

static enum status
erase_work(struct work *w)
{
    struct contact_row row;
    struct person p;
    enum status rc = find(w->rq, w->conn, &row, &p);

    if (rc == ST_OK)
        rc = person_erase_all(w->conn, &p);
    w->redirect = "/admin/contacts";
    return rc;
}

const struct route contacts_person_routes[] = {
    { HTTP_GET, "/admin/contacts/{id}/export", ALLOW_ORGANISER, RT_READ, .read = export_json },
    { HTTP_GET, "/admin/contacts/{id}/erase", ALLOW_ADMIN, RT_READ, .read = erase_page },
    { HTTP_POST, "/admin/contacts/{id}/erase", ALLOW_ADMIN, RT_WRITE, 1024, .work = erase_work },
    { 0 },
};
