/*
 * How often people are mailed about what they, or a stranger in their name, do.
 *
 * - the same mail to the same person about the same gathering: once in five minutes. What comes
 *   meanwhile waits, and a mail is built when it leaves: it tells what is so then. One that a later
 *   step has made untrue is taken back. So whoever says yes and no in turn gets the last word;
 * - to one address, whatever the names: six an hour, the others in the hours after. So that nobody
 *   holds back somebody else's own mail by that: the first in an hour of a network that strangers
 *   come from goes at once, and who has used a mailed link waits for no stranger.
 *
 * What an organiser does is mailed at once.
 */
#include "base/fold.h"
#include "registrations/registrations_mail.h"

#define SAME_MAIL_MS (5 * MS_MINUTE)
#define ADDRESS_MAILS 6
#define ADDRESS_MS MS_HOUR

#define ASKED_FOR                                                                                  \
    "m.to_email = $1 AND m.parent = 'registration' AND m.state <> 'suppressed'"                    \
    " AND m.kind IN ('registration.confirmed', 'registration.waiting', 'registration.cancelled',"  \
    " 'registration.changed', 'registration.link') AND m.due_at > $2"
#define NOT_LEFT "state IN ('queued', 'held', 'deferred')"

DB_SQL(sql_same_mail, "SELECT MAX(m.due_at) FROM mail m JOIN registration r ON r.id = m.parent_id"
                      " WHERE m.to_email = $1 AND m.parent = 'registration' AND m.kind = $2"
                      " AND m.gathering_id = $3 AND m.state <> 'suppressed' AND r.name_key = $4");
/* The oldest of the last so many; $4: those alone that nobody else can have asked for. */
DB_SQL(sql_of_address, "/* all: mails to one address */ "
                       "SELECT COUNT(*), MIN(x.due_at) FROM"
                       " (SELECT m.due_at FROM mail m JOIN registration r ON r.id = m.parent_id"
                       "   WHERE " ASKED_FOR " AND (CAST($4 AS BIGINT) = 0 OR r.client = '')"
                       "   ORDER BY m.due_at DESC LIMIT $3) x");
DB_SQL(sql_of_network, "SELECT 1 FROM mail m JOIN registration r ON r.id = m.parent_id"
                       " WHERE " ASKED_FOR " AND r.client = $3 LIMIT 1");
DB_SQL(sql_client, "SELECT client FROM registration WHERE id = $1");
DB_SQL(sql_on_its_way, "SELECT 1 FROM mail WHERE parent = 'registration' AND parent_id = $1"
                       " AND to_email = $2 AND " NOT_LEFT " AND kind IN ('registration.confirmed',"
                       " 'registration.waiting', 'registration.promoted', 'registration.changed',"
                       " 'registration.link')");
DB_SQL(sql_untrue, "SELECT m.parent_id FROM mail m JOIN registration r ON r.id = m.parent_id"
                   " WHERE m.to_email = $1 AND m.parent = 'registration'"
                   " AND m.kind = 'registration.cancelled' AND m.gathering_id = $2"
                   " AND m." NOT_LEFT " AND r.name_key = $3 ORDER BY m.id DESC LIMIT 1");

/* Whose address is new to us is not asked after any further. */
DB_SQL(sql_known, "SELECT 1 FROM mail WHERE to_email = $1 LIMIT 1");

static int64_t
later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* When the address has its next, by the measure that holds for who asks. */
static enum status
turn_of(struct db_conn *c, struct arena *a, const struct registration *r, int64_t now, int64_t *due)
{
    const char *client = NULL;
    int64_t mails = 0, oldest = 0;
    bool again = true;
    enum status rc = db_get(c, a, &sql_client, R(&client), V(r->id));

    if (rc == ST_OK && client[0] != '\0')
        rc = db_any(c, &sql_of_network, &again, V(r->email), V(now - ADDRESS_MS), V(client));
    if (rc != ST_OK || !again)
        return rc;
    rc = db_get(c, NULL, &sql_of_address, R(&mails), R(&oldest), V(r->email), V(now - ADDRESS_MS),
                V(ADDRESS_MAILS), V(client[0] == '\0'));
    if (rc == ST_OK && mails == ADDRESS_MAILS)
        *due = later(*due, oldest + ADDRESS_MS);
    return rc;
}

static enum status
due_of(struct db_conn *c, struct arena *a, const struct mail_kind *kind,
       const struct registration *r, const char *name_key, int64_t now, int64_t *due)
{
    int64_t same = 0;
    enum status rc = db_get(c, NULL, &sql_same_mail, R(&same), V(r->email), V(kind->name),
                            V(r->gathering_id), V(name_key));

    *due = later(now, same != 0 ? same + SAME_MAIL_MS : 0);
    return rc == ST_OK ? turn_of(c, a, r, now, due) : rc;
}

/* Back on the list: that they are off it is not to be said any more. */
static enum status
take_back_untrue(struct db_conn *c, const struct registration *r, const char *name_key)
{
    int64_t earlier = 0;
    enum status rc =
        db_get(c, NULL, &sql_untrue, R(&earlier), V(r->email), V(r->gathering_id), V(name_key));

    if (rc == ST_OK)
        rc = mail_take_back(c, registration_mail_cancelled.name, "registration", earlier,
                            "registered");
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

static bool
tells_what_is_so(const struct mail_kind *kind, const struct registration *r)
{
    return r->status != REG_CANCELLED &&
           (kind == &registration_mail_changed || kind == &registration_mail_link_again);
}

enum status
registration_mail_paced(struct db_conn *c, const struct mail_kind *kind,
                        const struct registration *r, const char *occasion, int64_t now)
{
    struct arena *a = arena_new(0);
    const char *name_key = fold_name(a, r->name);
    bool known = false, on_its_way = false;
    int64_t due = now;
    enum status rc = ST_OK;

    if (r->email[0] == '\0')
        goto out;
    rc = db_any(c, &sql_known, &known, V(r->email));
    if (rc == ST_OK && known && tells_what_is_so(kind, r))
        rc = db_any(c, &sql_on_its_way, &on_its_way, V(r->id), V(r->email));
    if (rc != ST_OK || on_its_way)
        goto out;
    if (known && (kind == &registration_mail_confirmed || kind == &registration_mail_waiting))
        rc = take_back_untrue(c, r, name_key);
    if (rc == ST_OK && known)
        rc = due_of(c, a, kind, r, name_key, now, &due);
    if (rc == ST_OK)
        rc = registration_mail_at(c, kind, r, occasion, NULL, due, now);
out:
    arena_free(&a);
    return rc;
}
