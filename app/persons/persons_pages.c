/*
 * Everything about an address, for organisers: found, downloaded, erased. Reached by typing one,
 * from a registration and from a contact.
 */
#include "persons/persons_pages.h"

#include "base/text.h"
#include "tasks/tasks.h"

#define SHARERS 200

/* Out of the address of the page, or the form that is sent. */
static const char *
asked(const struct request *rq, bool sent, const char *name)
{
    const char *s = sent ? rq_text(rq, name) : rq_query(rq, name);

    return s != NULL ? s : "";
}

/* ST_INVALID: nobody is asked for. */
static enum status
gather(struct request *rq, struct db_conn *c, bool sent, struct person *out)
{
    struct person_query q = { .email = text_clean(rq_arena(rq), asked(rq, sent, "email"), true),
                              .name = text_clean(rq_arena(rq), asked(rq, sent, "name"), true),
                              .follow = true };

    if (text_int(asked(rq, sent, "registration"), &q.id) && q.id > 0)
        q.table = "registration";
    else if (text_int(asked(rq, sent, "contact"), &q.id) && q.id > 0)
        q.table = "contact";
    if (q.table == NULL && !text_email_ok(q.email))
        return ST_INVALID;
    return person_gather(c, rq_arena(rq), &q, out);
}

/* "email=kari%40firma.example&name=kari%20nes": the same question again. */
static const char *
question(struct request *rq, const struct person *p)
{
    struct arena *a = rq_arena(rq);

    if (p->table != NULL)
        return arena_printf(a, "%s=%lld", p->table, (long long)p->id);
    return arena_printf(a, "email=%s%s%s", text_url_encode(a, p->email),
                        p->name_key != NULL ? "&name=" : "",
                        p->name_key != NULL ? text_url_encode(a, p->name_key) : "");
}

/* Those who share the address, the first of them, to choose between; nothing where there is one. */
static enum status
add_sharers(struct request *rq, const struct person *p, json_t *data)
{
    struct arena *a = rq_arena(rq);
    const struct person_query q = { .email = p->email, .follow = true };
    struct person all;
    json_t *names = json_object(), *list = json_array();
    const char *key;
    json_t *name;
    enum status rc = p->email[0] != '\0' ? person_gather(rq_conn(rq), a, &q, &all) : ST_NOT_FOUND;

    for (size_t i = 0; rc == ST_OK && i < all.rows; i++)
        if (all.row[i].name_key[0] != '\0')
            (void)json_object_set_new(names, all.row[i].name_key, json_string(all.row[i].name));
    if (json_object_size(names) > 1)
        json_object_foreach(names, key, name) if (json_array_size(list) < SHARERS)(void)
            json_array_append_new(
                list, json_pack("{s:O, s:s, s:b}", "name", name, "href",
                                arena_printf(a, "/admin/persons?email=%s&name=%s",
                                             text_url_encode(a, p->email), text_url_encode(a, key)),
                                "here", p->name_key != NULL && strcmp(p->name_key, key) == 0));
    (void)json_object_set_new(data, "sharers", list);
    (void)json_object_set_new(data, "shared", json_boolean(json_object_size(names) > 1));
    (void)json_object_set_new(
        data, "all_href",
        json_string(arena_printf(a, "/admin/persons?email=%s", text_url_encode(a, p->email))));
    json_decref(names);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

/* The name by which the page speaks of them. */
static const char *
shown_name(const struct person *p)
{
    for (size_t i = 0; p->name_key != NULL && i < p->rows; i++)
        if (strcmp(p->row[i].name_key, p->name_key) == 0)
            return p->row[i].name;
    return p->email;
}

static enum status
found_view(struct request *rq, const struct person *p, json_t **out)
{
    const char *ask = question(rq, p);
    enum status rc = person_view(rq, rq_conn(rq), p, out);

    if (rc != ST_OK)
        return rc;
    (void)json_object_update_new(
        *out, json_pack("{s:b, s:s, s:s, s:b, s:s, s:s, s:s, s:b}", "asked", 1, "who",
                        shown_name(p), "email", p->email, "everybody", p->name_key == NULL, "href",
                        arena_printf(rq_arena(rq), "/admin/persons?%s", ask), "export_href",
                        arena_printf(rq_arena(rq), "/admin/persons/export?%s", ask), "erase_href",
                        arena_printf(rq_arena(rq), "/admin/persons/erase?%s", ask), "may_erase",
                        (rq_who(rq)->role & ALLOW_ADMIN) != 0));
    return add_sharers(rq, p, *out);
}

static enum status
show(struct request *rq, struct response *rs)
{
    struct person p;
    json_t *data = NULL;
    const char *typed = asked(rq, false, "email");
    enum status rc = gather(rq, rq_conn(rq), false, &p);

    if (rc == ST_INVALID) {
        data = json_pack("{s:{s:s}}", "values", "email", typed);
        if (typed[0] != '\0')
            (void)json_object_set_new(
                data, "errors", json_pack("{s:{s:s}}", "email", "text", rq_tr(rq, "error.email")));
        return rs_page(rs, 200, "persons/person", rq_tr(rq, "person.title"), data);
    }
    if (rc == ST_OK)
        rc = found_view(rq, &p, &data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    (void)json_object_set_new(data, "values", json_pack("{s:s}", "email", p.email));
    return rs_page(rs, 200, "persons/person", rq_tr(rq, "person.title"), data);
}

static enum status
export_json(struct request *rq, struct response *rs)
{
    struct person p;
    enum status rc = gather(rq, rq_conn(rq), false, &p);

    return rc == ST_OK ? person_file(rq, rs, &p) : rc == ST_INVALID ? ST_NOT_FOUND : rc;
}

static enum status
erase_page(struct request *rq, struct response *rs)
{
    struct person p;
    json_t *data = NULL;
    enum status rc = gather(rq, rq_conn(rq), false, &p);

    if (rc == ST_OK)
        rc = found_view(rq, &p, &data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc == ST_INVALID ? ST_NOT_FOUND : rc;
    }
    if (p.table != NULL)
        (void)json_object_set_new(data, p.table, json_integer(p.id));
    else if (p.name_key != NULL)
        (void)json_object_set_new(data, "name", json_string(p.name_key));
    return rs_page(rs, 200, "persons/erase", rq_tr(rq, "person.erase"), data);
}

static enum status
erase_prepare(struct request *rq)
{
    struct person *p = ARENA_NEW(rq_arena(rq), struct person);
    enum status rc = gather(rq, rq_conn(rq), true, p);

    if (rc == ST_OK)
        rc = person_list_all(rq_conn(rq), p);
    rq_leave(rq, p);
    return rc == ST_INVALID ? ST_NOT_FOUND : rc;
}

static enum status
erase_work(struct work *w)
{
    struct person p;
    enum status rc;

    w->redirect = "/admin/persons/erased";
    if (person_is_much(rq_left(w->rq)))
        return person_erase_much(w->conn, rq_left(w->rq), w->now);
    rc = gather(w->rq, w->conn, true, &p);
    if (rc == ST_OK)
        rc = person_erase_all(w->conn, &p);
    return rc == ST_INVALID ? ST_NOT_FOUND : rc;
}

static enum status
erased(struct request *rq, struct response *rs)
{
    json_t *data = json_object();
    enum status rc = tasks_view(rq, 0, data);

    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    (void)json_object_set_new(data, "erased",
                              json_boolean(json_array_size(json_object_get(data, "tasks")) == 0));
    return rs_page(rs, 200, "persons/person", rq_tr(rq, "person.title"), data);
}

static const struct field erase_fields[] = {
    { "email", FIELD_LINE, 0, 254 },
    { "name", FIELD_LINE, 0, 200 },
    { "registration", FIELD_LINE, 0, 20 },
    { "contact", FIELD_LINE, 0, 20 },
    { 0 },
};

const struct route persons_routes[] = {
    { HTTP_GET, "/admin/persons", ALLOW_ORGANISER, RT_SLOW, .slow = show },
    { HTTP_GET, "/admin/persons/export", ALLOW_ORGANISER, RT_SLOW, .slow = export_json },
    { HTTP_GET, "/admin/persons/erase", ALLOW_ADMIN, RT_SLOW, .slow = erase_page },
    { HTTP_POST, "/admin/persons/erase", ALLOW_ADMIN, RT_WRITE, 4096, .fields = erase_fields,
      .prepare = erase_prepare, .work = erase_work },
    { HTTP_GET, "/admin/persons/erased", ALLOW_ADMIN, RT_READ, .read = erased },
    { 0 },
};
