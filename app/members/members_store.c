/* The rows of who may speak for an organisation. */
#include "cluster/cluster.h"
#include "contacts/contacts.h"
#include "database/sql.h"
#include "http/session.h"
#include "mailing/mailing.h"
#include "members/members_pages.h"
#include "organisations/organisations.h"

#include <string.h>

#define SELF_FOR MS_HOUR
#define ASKED_FOR (7 * MS_DAY)
#define PAUSE (5 * MS_MINUTE)

static const struct db_column columns[] = {
    COL(struct representative, id, DB_ID),
    COL(struct representative, public_id, DB_ONCE),
    COL(struct representative, epoch, DB_ONCE),
    COL(struct representative, organisation_id, DB_ONCE),
    COL(struct representative, contact_id, DB_ONCE),
    COL(struct representative, since, DB_ONCE),
    COL(struct representative, link_at, DB_ONCE),
    COL(struct representative, link_until, DB_ONCE),
    COL(struct representative, last_seen_at, DB_ONCE),
    COL_AS(struct representative, name, "k.name", DB_READ_ONLY),
    COL_AS(struct representative, email, "k.email", DB_READ_ONLY),
    COL_AS(struct representative, lang, "k.lang", DB_READ_ONLY),
    COL_AS(struct representative, organisation, "o.name", DB_READ_ONLY),
};
static const struct db_record record = DB_RECORD(struct representative, columns);

#define FROM                                                                                       \
    " FROM representative r JOIN contact k ON k.id = r.contact_id"                                 \
    " JOIN organisation o ON o.id = r.organisation_id"
DB_SQL_OF(sql_by_id, record, "SELECT {columns r}" FROM " WHERE r.id = $1");
DB_SQL_OF(sql_by_public_id, record, "SELECT {columns r}" FROM " WHERE r.public_id = $1");
DB_SQL_OF(sql_of, record,
          "/* all: those of one organisation, bounded when they are made */ "
          "SELECT {columns r}" FROM " WHERE r.organisation_id = $1 ORDER BY r.id LIMIT $2");
DB_SQL_OF(sql_of_contact, record,
          "/* all: those of one person */ "
          "SELECT {columns r}" FROM " WHERE r.contact_id = $1 ORDER BY r.id LIMIT $2");
DB_SQL_OF(sql_at, record,
          "/* all: those of one address */ "
          "SELECT {columns r}" FROM " WHERE k.email = $1 ORDER BY r.contact_id, r.id LIMIT $2");
DB_SQL_OF(sql_add, record, "INSERT INTO representative {into} RETURNING id");
DB_SQL(sql_there, "SELECT id FROM representative WHERE organisation_id = $1 AND contact_id = $2");
DB_SQL(sql_many, "/* all: those of one organisation */ "
                 "SELECT COUNT(*) FROM representative WHERE organisation_id = $1");
DB_SQL(sql_remove, "DELETE FROM representative WHERE id = $1");
DB_SQL(sql_asked, "UPDATE representative SET link_at = $2,"
                  " link_until = CASE WHEN link_until < $3 THEN $3 ELSE link_until END"
                  " WHERE id = $1");
DB_SQL(sql_use, "UPDATE representative SET epoch = epoch + 1, link_until = 0, last_seen_at = $3"
                " WHERE id = $1 AND epoch = $2");
DB_SQL(sql_seen, "UPDATE representative SET last_seen_at = $2 WHERE id = $1");

enum status
representative_by_id(struct db_conn *c, struct arena *a, int64_t id, struct representative *out)
{
    return db_one(c, a, &sql_by_id, out, V(id));
}

enum status
representative_find(struct db_conn *c, struct arena *a, const char *public_id,
                    struct representative *out)
{
    return db_one(c, a, &sql_by_public_id, out, V(public_id));
}

enum status
representatives_of(struct db_conn *c, struct arena *a, int64_t organisation_id,
                   struct representative **out, size_t *count)
{
    return db_all(c, a, &sql_of, out, count, V(organisation_id), V(REPRESENTATIVES));
}

enum status
representatives_of_contact(struct db_conn *c, struct arena *a, int64_t contact_id,
                           struct representative **out, size_t *count)
{
    return db_all(c, a, &sql_of_contact, out, count, V(contact_id), V(REPRESENTATIVES));
}

enum status
representatives_at(struct db_conn *c, struct arena *a, const char *email,
                   struct representative **out, size_t *count)
{
    return db_all(c, a, &sql_at, out, count, V(email), V(REPRESENTATIVES));
}

enum status
representative_add(struct db_conn *c, struct arena *a, int64_t organisation_id, int64_t contact_id,
                   int64_t now, int64_t *id)
{
    struct representative r = { .public_id = link_public_id(a, &member_personal),
                                .epoch = 1,
                                .organisation_id = organisation_id,
                                .contact_id = contact_id,
                                .since = now };
    struct organisation o;
    struct contact k;
    int64_t many = 0;
    enum status rc = organisation_by_id(c, a, organisation_id, &o);

    if (rc == ST_OK)
        rc = contact_by_id(c, a, contact_id, &k);
    if (rc != ST_OK)
        return rc;
    rc = db_get(c, NULL, &sql_there, R(id), V(organisation_id), V(contact_id));
    if (rc != ST_NOT_FOUND)
        return rc;
    rc = db_get(c, NULL, &sql_many, R(&many), V(organisation_id));
    if (rc == ST_OK && many >= REPRESENTATIVES)
        rc = ST_LIMIT;
    return rc == ST_OK ? db_insert(c, &sql_add, &r, id) : rc;
}

enum status
representative_remove(struct db_conn *c, int64_t id)
{
    enum status rc = mail_take_back(c, NULL, "representative", id, "removed");

    if (rc == ST_OK)
        rc = session_end_representative(c, id);
    return rc == ST_OK ? db_change(c, &sql_remove, V(id)) : rc;
}

enum status
representative_use(struct db_conn *c, int64_t id, int64_t epoch, int64_t now)
{
    return db_change(c, &sql_use, V(id), V(epoch), V(now));
}

enum status
representative_seen(struct db_conn *c, int64_t id, int64_t now)
{
    return db_change(c, &sql_seen, V(id), V(now));
}

enum status
representative_send(struct db_conn *c, struct arena *a, int64_t id, const char *why, int64_t now)
{
    bool self = strcmp(why, "self") == 0;
    struct representative r;
    struct cluster cluster;
    enum status rc = representative_by_id(c, a, id, &r);

    if (rc == ST_OK)
        rc = cluster_get(c, a, &cluster);
    if (rc != ST_OK || r.link_at + PAUSE > now)
        return rc;
    rc = db_change(c, &sql_asked, V(id), V(now), V(now + (self ? SELF_FOR : ASKED_FOR)));
    if (rc != ST_OK)
        return rc;
    const struct mail_new m = {
        .kind = &member_mail_signin,
        .parent = "representative",
        .parent_id = id,
        .occasion = arena_printf(a, "%s:%lld", why, (long long)now),
        .to_name = r.name,
        .to_email = r.email,
        .lang = r.lang[0] != '\0' ? r.lang : cluster.language,
        .now = now,
    };
    return mail_queue(c, &m, NULL);
}
