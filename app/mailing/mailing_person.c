/* What the outbox knows of a person: mails to them, and mails about what is theirs, wherever those
 * went before an address was corrected. */
#include "mailing/mailing_person.h"

#include "base/fold.h"
#include "mailing/mailing.h"

#define COLUMNS "id, kind, to_name, to_email, state, subject, created_at, COALESCE(sent_at, 0)"

DB_SQL(sql_to, "SELECT " COLUMNS " FROM mail WHERE to_email = $1 ORDER BY id");
DB_SQL(sql_about, "SELECT " COLUMNS " FROM mail WHERE parent = $1 AND parent_id = $2 ORDER BY id");
DB_SQL(sql_stopped, "SELECT reason, created_at FROM mail_suppression WHERE email = $1");
DB_SQL(sql_erase, "DELETE FROM mail WHERE id = $1");
DB_SQL(sql_erase_stopped, "DELETE FROM mail_suppression WHERE email = $1");

DB_SQL(sql_emails, "SELECT MIN(to_email) FROM mail WHERE to_email > $1");
DB_SQL(sql_move, "UPDATE mail SET to_email = $2 WHERE to_email = $1");
DB_SQL(sql_stopped_emails, "SELECT MIN(email) FROM mail_suppression WHERE email > $1");
/* The old form stays: somebody may still be kept under it. */
DB_SQL(sql_stop_too, "INSERT INTO mail_suppression (email, reason, reply, created_at)"
                     " SELECT $2, reason, reply, created_at FROM mail_suppression WHERE email = $1"
                     " ON CONFLICT (email) DO NOTHING");

enum status
mailing_upgrade(struct db_conn *c)
{
    enum status rc = person_move_addresses(c, &sql_emails, &sql_move);

    return rc == ST_OK ? person_move_addresses(c, &sql_stopped_emails, &sql_stop_too) : rc;
}

struct letter {
    int64_t id, created_at, sent_at;
    const char *kind, *name, *to, *state, *subject;
};

/* Those found, in the order they are met; no letter twice. */
struct letters {
    struct arena *a;
    struct letter *row;
    size_t n, capacity;
    struct person met;
};

/* name_key: only to who has that name; NULL: to anybody. */
static enum status
take(struct db_rows *rows, struct letters *out, const char *name_key)
{
    struct letter l;

    while (db_take(rows, R(&l.id), R(&l.kind), R(&l.name), R(&l.to), R(&l.state), R(&l.subject),
                   R(&l.created_at), R(&l.sent_at))) {
        if (person_has(&out->met, "mail", l.id) ||
            (name_key != NULL && strcmp(fold_name(out->a, l.name), name_key) != 0))
            continue;
        person_add(&out->met, "mail", l.id, "", "");
        ARENA_GROW(out->a, out->row, out->n, &out->capacity);
        out->row[out->n++] = l;
    }
    return db_done(rows, ST_OK);
}

static enum status
find(struct db_conn *c, const struct person *p, struct letters *out)
{
    struct db_rows rows;
    enum status rc = ST_OK;

    out->met.arena = out->a;
    if (p->email[0] != '\0' && !p->listed) {
        db_each(&rows, c, out->a, &sql_to, V(p->email));
        rc = take(&rows, out, p->name_key);
    }
    for (size_t i = 0; rc == ST_OK && i < p->rows; i++) {
        db_each(&rows, c, out->a, &sql_about, V(p->row[i].table), V(p->row[i].id));
        rc = take(&rows, out, NULL);
    }
    return rc;
}

static void
set_time(json_t *o, const char *key, int64_t at)
{
    char text[32];

    clock_rfc3339(at, text);
    (void)json_object_set_new(o, key, at ? json_string(text) : json_null());
}

static json_t *
letter_view(const struct letter *l)
{
    json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s}", "kind", l->kind, "to_name", l->name, "to",
                          l->to, "state", l->state, "subject", l->subject);

    set_time(o, "queued_at", l->created_at);
    set_time(o, "sent_at", l->sent_at);
    return o;
}

static enum status
export_stopped(struct db_conn *c, struct arena *a, const char *email, json_t *out)
{
    const char *reason;
    int64_t at;
    enum status rc = db_get(c, a, &sql_stopped, R(&reason), R(&at), V(email));

    if (rc == ST_OK) {
        json_t *o = json_pack("{s:s}", "reason", reason);

        set_time(o, "at", at);
        (void)json_object_set_new(out, "mail_stopped", o);
    }
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
mailing_person_export(struct db_conn *c, const struct person *p, json_t *out)
{
    struct letters found = { .a = arena_new(0) };
    json_t *list = json_array();
    enum status rc = find(c, p, &found);

    (void)json_object_set_new(out, "mail", list);
    for (size_t i = 0; rc == ST_OK && i < found.n; i++)
        (void)json_array_append_new(list, letter_view(&found.row[i]));
    if (rc == ST_OK)
        rc = export_stopped(c, found.a, p->email, out);
    arena_free(&found.a);
    return rc;
}

enum status
mailing_person_list(struct db_conn *c, struct person *p)
{
    struct letters found = { .a = arena_new(0) };
    enum status rc = find(c, p, &found);

    for (size_t i = 0; rc == ST_OK && i < found.n; i++)
        person_add(p, "mail", found.row[i].id, "", "");
    arena_free(&found.a);
    return rc;
}

enum status
mailing_person_erase(struct db_conn *c, const struct person *p)
{
    struct letters found = { .a = arena_new(0) };
    int64_t id;
    enum status rc = find(c, p, &found);

    for (size_t i = 0; rc == ST_OK && i < found.n; i++)
        rc = db_exec(c, &sql_erase, NULL, V(found.row[i].id));
    for (size_t i = 0; rc == ST_OK && person_row_of(p, "mail", &i, &id);)
        rc = db_exec(c, &sql_erase, NULL, V(id));
    /* Others who share the address stay without mail if they asked for that. */
    if (rc == ST_OK && p->name_key == NULL && p->email[0] != '\0')
        rc = db_exec(c, &sql_erase_stopped, NULL, V(p->email));
    arena_free(&found.a);
    return rc;
}
