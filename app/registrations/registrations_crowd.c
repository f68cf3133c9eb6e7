#include "registrations/registrations_crowd.h"

#include <string.h>

#include "base/crypto.h"
#include "base/text.h"
#include "cluster/cluster.h"
#include "registrations/registrations_store.h"

#define NETWORK_BURST 15
#define NETWORK_MS (45 * MS_SECOND)
#define ADDRESS_TRIES 12
#define ADDRESS_MS MS_DAY
#define ADDRESS_LIVE 24
#define TRIES_KEPT (2 * MS_DAY)
#define CODE_BYTES 12
#define SHOWN_GROUPS 3
#define MANY_OF_CLIENT 10
#define MANY_OF_ADDRESS 6

const struct rate crowd_rate = { "register", 600 };

/* The oldest of the last so many: while it is young, no other passes. */
DB_SQL(sql_tries_of_client, "SELECT COUNT(*), MIN(t.at) FROM (SELECT at FROM registration_try"
                            " WHERE gathering_id = $1 AND client = $2 AND at > $3"
                            " ORDER BY at DESC LIMIT $4) t");
DB_SQL(sql_tries_of_address, "SELECT COUNT(*) FROM registration_try WHERE gathering_id = $1"
                             " AND client = $2 AND address = $3 AND at > $4");
DB_SQL(sql_live_of_address, "SELECT COUNT(*), MIN(id) FROM registration WHERE email = $2"
                            " AND gathering_id = $1 AND client <> '' AND status <> 'cancelled'");
DB_SQL(sql_some_of_client, "SELECT COUNT(*) FROM (SELECT id FROM registration"
                           " WHERE gathering_id = $1 AND client = $2 AND client <> '' LIMIT $3) x");
DB_SQL(sql_mark, "INSERT INTO registration_crowd (gathering_id, client, registration_id)"
                 " VALUES ($1, $2, $3)"
                 " ON CONFLICT (gathering_id, client, registration_id) DO NOTHING");
DB_SQL(sql_try, "INSERT INTO registration_try (gathering_id, client, address, at)"
                " VALUES ($1, $2, $3, $4)");
DB_SQL(sql_check, "/* all: a check reads every row */ "
                  "SELECT x.gathering_id, x.n FROM"
                  " (SELECT gathering_id, client, '' AS email, COUNT(*) AS n FROM registration"
                  "   WHERE client <> '' AND status <> 'cancelled' GROUP BY gathering_id, client"
                  "   HAVING COUNT(*) >= $1"
                  "  UNION ALL SELECT gathering_id, '', email, COUNT(*) FROM registration"
                  "   WHERE client <> '' AND status <> 'cancelled' AND email <> ''"
                  "   GROUP BY gathering_id, email HAVING COUNT(*) >= $2) x"
                  " WHERE NOT EXISTS (SELECT 1 FROM registration_crowd m"
                  "   LEFT JOIN registration r ON r.id = m.registration_id"
                  "   WHERE m.gathering_id = x.gathering_id AND m.client = x.client"
                  "     AND (x.client <> '' OR r.email = x.email)) ORDER BY x.gathering_id");
DB_SQL(sql_confirm, "UPDATE registration SET client = '' WHERE id = $1 AND client <> ''");
DB_SQL(sql_drop_tries, "DELETE FROM registration_try WHERE id IN"
                       " (SELECT id FROM registration_try WHERE at <= $1 LIMIT $2)");
DB_SQL(sql_drop_codes, "UPDATE registration SET client = '' WHERE id IN"
                       " (SELECT r.id FROM gathering g CROSS JOIN registration r"
                       "   WHERE r.gathering_id = g.id AND r.client <> '' AND g.ends_at <= $1"
                       "   LIMIT $2)");
DB_SQL(sql_drop_marks, "DELETE FROM registration_crowd WHERE id IN (SELECT x.id"
                       " FROM gathering g JOIN registration_crowd x ON x.gathering_id = g.id"
                       " WHERE g.ends_at <= $1 LIMIT $2)");

static const struct db_column group_columns[] = {
    COL_AS(struct crowd_group, count, "COUNT(*)", DB_READ_ONLY),
    COL_AS(struct crowd_group, addresses, "COUNT(DISTINCT email)", DB_READ_ONLY),
    COL_AS(struct crowd_group, clients, "COUNT(DISTINCT client)", DB_READ_ONLY),
    COL_AS(struct crowd_group, first_id, "MIN(id)", DB_READ_ONLY),
    COL_AS(struct crowd_group, email, "MIN(email)", DB_READ_ONLY),
    COL_AS(struct crowd_group, client, "MIN(client)", DB_READ_ONLY),
};
static const struct db_record group_record = DB_RECORD(struct crowd_group, group_columns);

/* Only those are looked at that were many once. */
#define UNCONFIRMED "WHERE gathering_id = $1 AND client <> '' AND status <> 'cancelled'"
#define GREATEST " HAVING COUNT(*) >= $2 ORDER BY 1 DESC, 4 LIMIT $3"
#define CROWDS "/* all: of crowds alone */ SELECT {columns} FROM registration "
DB_SQL_OF(sql_by_client, group_record,
          CROWDS UNCONFIRMED " AND client IN (SELECT x.client FROM registration_crowd x"
                             "  WHERE x.gathering_id = $1 AND x.client <> '')"
                             " GROUP BY client" GREATEST);
DB_SQL_OF(sql_by_address, group_record,
          CROWDS UNCONFIRMED " AND email IN (SELECT r.email FROM registration_crowd x"
                             "  JOIN registration r ON r.id = x.registration_id"
                             "  WHERE x.gathering_id = $1 AND x.client = '' AND r.email <> '')"
                             " GROUP BY email" GREATEST);
DB_SQL_OF(sql_of_client, registration_record,
          "SELECT {brief} FROM registration " UNCONFIRMED " AND client = $2 ORDER BY id LIMIT $3");
DB_SQL_OF(sql_of_address, registration_record,
          "SELECT {brief} FROM registration WHERE email = $2 AND gathering_id = $1"
          " AND client <> '' AND status <> 'cancelled' ORDER BY id LIMIT $3");

/* So short that they are no address any more, and keyed, so that nobody can try them out. */
static enum status
code_of(struct db_conn *c, struct arena *a, const char *kind, const char *text, const char **out)
{
    uint8_t secret[32], mac[32];
    struct buf b;
    enum status rc = cluster_secret(c, CROWD_SECRET, secret);

    if (rc != ST_OK)
        return rc;
    buf_init(&b, 0);
    buf_addf(&b, "%s:%s", kind, text);
    crypto_hmac(mac, secret, sizeof secret, buf_str(&b), b.len);
    buf_clear(&b);
    buf_add_base64url(&b, mac, CODE_BYTES);
    *out = arena_strdup(a, buf_str(&b));
    buf_release(&b);
    return ST_OK;
}

static enum status
judge_client(struct db_conn *c, int64_t gathering_id, int64_t now, struct crowd *out)
{
    int64_t tries, at;
    enum status rc = db_get(c, NULL, &sql_tries_of_client, R(&tries), R(&at), V(gathering_id),
                            V(out->client), V(now - NETWORK_MS), V(NETWORK_BURST));

    if (rc != ST_OK || tries < NETWORK_BURST)
        return rc;
    out->answer = CROWD_WAITS;
    out->wait_s = 1 + (at + NETWORK_MS - now) / MS_SECOND;
    return rc;
}

/* live: how many there are of the address; first: one of them. */
static enum status
judge_address(struct db_conn *c, int64_t gathering_id, const char *email, const char *address,
              int64_t now, struct crowd *out, int64_t *live, int64_t *first)
{
    int64_t tries = 0;
    enum status rc = db_get(c, NULL, &sql_tries_of_address, R(&tries), V(gathering_id),
                            V(out->client), V(address), V(now - ADDRESS_MS));

    if (rc == ST_OK)
        rc = db_get(c, NULL, &sql_live_of_address, R(live), R(first), V(gathering_id), V(email));
    if (tries >= ADDRESS_TRIES || (*live >= ADDRESS_LIVE && tries > 0))
        out->answer = CROWD_ADDRESS;
    return rc;
}

/* One more comes: does that make them many? */
static enum status
mark(struct db_conn *c, int64_t gathering_id, const char *client, int64_t live, int64_t first)
{
    int64_t of_client = 0;
    enum status rc = ST_OK;

    if (live + 1 >= MANY_OF_ADDRESS)
        rc = db_exec(c, &sql_mark, NULL, V(gathering_id), V(""), V(first));
    if (rc == ST_OK)
        rc = db_get(c, NULL, &sql_some_of_client, R(&of_client), V(gathering_id), V(client),
                    V(MANY_OF_CLIENT - 1));
    if (rc == ST_OK && of_client + 1 >= MANY_OF_CLIENT)
        rc = db_exec(c, &sql_mark, NULL, V(gathering_id), V(client), V(0));
    return rc;
}

enum status
registration_crowd_try(struct db_conn *c, struct arena *a, int64_t gathering_id,
                       const char *network, const char *email, int64_t now, struct crowd *out)
{
    const char *normal = text_email_normal(a, email), *address = NULL;
    int64_t live = 0, first = 0;
    enum status rc;

    *out = (struct crowd){ .answer = CROWD_PASSES };
    rc = code_of(c, a, "client", network, &out->client);
    if (rc == ST_OK)
        rc = code_of(c, a, "address", normal, &address);
    if (rc == ST_OK)
        rc = judge_client(c, gathering_id, now, out);
    if (rc == ST_OK && out->answer == CROWD_PASSES)
        rc = judge_address(c, gathering_id, normal, address, now, out, &live, &first);
    if (rc != ST_OK || out->answer != CROWD_PASSES)
        return rc;
    rc = db_exec(c, &sql_try, NULL, V(gathering_id), V(out->client), V(address), V(now));
    return rc == ST_OK ? mark(c, gathering_id, out->client, live, first) : rc;
}

enum status
registration_crowd_recount(struct db_conn *c, int64_t gathering_id, const char *email)
{
    int64_t live = 0, first = 0;
    enum status rc;

    if (email[0] == '\0')
        return ST_OK;
    rc = db_get(c, NULL, &sql_live_of_address, R(&live), R(&first), V(gathering_id), V(email));
    if (rc == ST_OK && live >= MANY_OF_ADDRESS)
        rc = db_exec(c, &sql_mark, NULL, V(gathering_id), V(""), V(first));
    return rc;
}

enum status
registration_crowd_confirm(struct db_conn *c, int64_t id)
{
    return db_exec(c, &sql_confirm, NULL, V(id));
}

enum status
registration_crowd_check(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    int64_t gathering_id, count;
    char line[120];
    struct db_rows rows;

    db_each(&rows, c, NULL, &sql_check, V(MANY_OF_CLIENT), V(MANY_OF_ADDRESS));
    while (db_take(&rows, R(&gathering_id), R(&count))) {
        (void)snprintf(line, sizeof line, "crowds of gathering %lld: %lld are not marked",
                       (long long)gathering_id, (long long)count);
        say(ctx, line);
    }
    return db_done(&rows, ST_OK);
}

enum status
registration_crowd_sweep(struct db_conn *c, int64_t now, int64_t ended, struct swept *swept)
{
    enum status rc = swept_exec(c, &sql_drop_codes, swept, "registration_codes", V(ended));

    if (rc == ST_OK)
        rc = swept_exec(c, &sql_drop_marks, swept, "registration_codes", V(ended));
    return rc == ST_OK
               ? swept_exec(c, &sql_drop_tries, swept, "registration_tries", V(now - TRIES_KEPT))
               : rc;
}

/* ── For organisers ── */

/* All of one address, and that is a group. */
static bool
is_of_address(const struct crowd_group *client, const struct crowd_group *address, size_t n)
{
    for (size_t i = 0; client->addresses == 1 && i < n; i++)
        if (strcmp(client->email, address[i].email) == 0)
            return true;
    return false;
}

/* All of one network, and that is a group already. */
static bool
is_of_client(const struct crowd_group *address, const struct crowd_group *group, size_t n)
{
    for (size_t i = 0; address->clients == 1 && i < n; i++)
        if (group[i].by == CROWD_BY_CLIENT && strcmp(address->client, group[i].client) == 0)
            return true;
    return false;
}

enum status
registration_crowd_groups(struct db_conn *c, struct arena *a, int64_t gathering_id,
                          struct crowd_group **out, size_t *count)
{
    struct crowd_group *client = NULL, *address = NULL, *all;
    size_t clients = 0, addresses = 0;
    enum status rc = db_all(c, a, &sql_by_client, &client, &clients, V(gathering_id),
                            V(MANY_OF_CLIENT), V(SHOWN_GROUPS));

    if (rc == ST_OK)
        rc = db_all(c, a, &sql_by_address, &address, &addresses, V(gathering_id),
                    V(MANY_OF_ADDRESS), V(SHOWN_GROUPS));
    if (rc != ST_OK)
        return rc;
    all = ARENA_ARRAY(a, struct crowd_group, 2 * SHOWN_GROUPS);
    *count = 0;
    for (size_t i = 0; i < clients; i++) {
        if (is_of_address(&client[i], address, addresses))
            continue;
        all[*count] = client[i];
        all[*count].email = "";
        all[(*count)++].by = CROWD_BY_CLIENT;
    }
    for (size_t i = 0; i < addresses; i++) {
        if (is_of_client(&address[i], all, *count))
            continue;
        all[*count] = address[i];
        all[(*count)++].by = CROWD_BY_ADDRESS;
    }
    *out = all;
    return ST_OK;
}

enum status
registration_crowd_of(struct db_conn *c, struct arena *a, int64_t gathering_id, int64_t first_id,
                      enum crowd_by by, struct registration **out, size_t *count)
{
    struct registration first;
    enum status rc = registration_by_id(c, a, first_id, &first);

    *count = 0;
    if (rc == ST_OK && first.gathering_id != gathering_id)
        rc = ST_NOT_FOUND;
    if (rc != ST_OK || first.client[0] == '\0')
        return rc;
    return db_all(c, a, by == CROWD_BY_CLIENT ? &sql_of_client : &sql_of_address, out, count,
                  V(gathering_id), V(by == CROWD_BY_CLIENT ? first.client : first.email),
                  V(CROWD_SHOWN));
}
