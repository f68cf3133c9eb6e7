#include "door/door.h"

#include <string.h>

#include "base/text.h"
#include "database/sql.h"
#include "door/door_rules.h"

#define SCANS_KEPT (90 * MS_DAY) /* who came stands on the ticket */

/* One answered scan. */
struct scan {
    int64_t gathering_id, ticket_id, at, door_id, account_id, token_id; /* 0: none */
    const char *result; /* admission_name() or "undone" */
    const char *scan_id;
};
static const struct db_column scan_columns[] = {
    COL(struct scan, gathering_id, 0), COL_OR(struct scan, ticket_id, 0, 0),
    COL(struct scan, at, 0),           COL(struct scan, door_id, 0),
    COL(struct scan, account_id, 0),   COL(struct scan, token_id, 0),
    COL(struct scan, result, 0),       COL_MAYBE(struct scan, scan_id, 0),
};
static const struct db_record scan_record = DB_RECORD(struct scan, scan_columns);

DB_SQL_OF(sql_scan_add, scan_record, "INSERT INTO admission {into}");
DB_SQL_OF(sql_scan_find, scan_record,
          "SELECT {columns} FROM admission WHERE scan_id = $1 AND gathering_id = $2");
/* Of each gathering in turn, so that the index is of use. */
DB_SQL(sql_scan_sweep, "DELETE FROM admission WHERE id IN"
                       " (SELECT a.id FROM gathering g CROSS JOIN admission a"
                       "   WHERE a.gathering_id = g.id AND a.at < $1 LIMIT $2)");

enum status
door_gathering(struct request *rq, struct db_conn *c, struct gathering *out)
{
    enum status rc = gathering_by_slug(c, rq_arena(rq), rq_param(rq, "slug"), out);

    if (rc == ST_OK && out->status == GATHERING_DRAFT)
        rc = ST_NOT_FOUND;
    return rc;
}

bool
door_may(const struct request *rq, int64_t gathering_id)
{
    const struct identity *who = rq_who(rq);

    if (who->role == ROLE_DOOR)
        return who->gathering_id == gathering_id || (who->by_token && who->gathering_id == 0);
    return who->role == ROLE_ORGANISER || who->role == ROLE_ADMIN;
}

void
door_key_hash(const char *key, uint8_t out[CRYPTO_HASH_BYTES])
{
    crypto_hash(out, key, strlen(key), NULL, 0);
}

static enum admission_kind
kind_of_name(const char *name)
{
    for (int k = ADMISSION_GIVEN; k <= ADMISSION_WRONG_GATHERING; k++) {
        if (strcmp(admission_name((enum admission_kind)k), name) == 0)
            return (enum admission_kind)k;
    }
    return ADMISSION_UNKNOWN;
}

/* The answer to a scan that was answered before. */
static enum status
answered(struct db_conn *c, struct arena *a, const struct scan *before, struct admission *out)
{
    struct ticket t = { 0 };
    enum status rc = ST_OK;

    *out = (struct admission){ .kind = kind_of_name(before->result), .first_at = before->at };
    if (before->ticket_id == 0)
        return ST_OK;
    rc = ticket_by_id(c, a, before->ticket_id, &t);
    if (rc != ST_OK)
        return rc == ST_NOT_FOUND ? ST_OK : rc;
    out->ticket_id = t.id;
    out->registration_id = t.registration_id;
    if (t.admitted_at != 0)
        out->first_at = t.admitted_at;
    text_copy(out->holder, sizeof out->holder, t.holder);
    text_copy(out->organisation, sizeof out->organisation, t.organisation);
    return ST_OK;
}

static enum status
write_down(struct db_conn *c, const struct door_request *r, int64_t ticket_id, const char *result)
{
    const struct scan s = {
        .gathering_id = r->gathering_id,
        .ticket_id = ticket_id,
        .at = r->now,
        .door_id = r->who->door_id,
        .account_id = r->who->account_id,
        .token_id = r->who->token_id,
        .result = result,
        .scan_id = r->scan_id,
    };
    return db_insert(c, &sql_scan_add, &s, NULL);
}

/* Whether a ticket lets in is known by trying; nobody else sees it before the commit. */
static enum status
only_asked(struct db_conn *c, const struct door_request *r, struct admission *out)
{
    out->kind = ADMISSION_EARLY;
    out->first_at = 0;
    return ticket_admit_undo(c, r->gathering_id, out->ticket_id);
}

enum status
door_scan(struct db_conn *c, struct arena *a, const struct door_request *r, struct admission *out)
{
    struct scan before;
    enum status rc = ST_NOT_FOUND;

    if (r->scan_id[0] != '\0')
        rc = db_one(c, a, &sql_scan_find, &before, V(r->scan_id), V(r->gathering_id));
    if (rc == ST_OK)
        return answered(c, a, &before, out);
    if (rc != ST_NOT_FOUND)
        return rc;
    if (r->code != NULL)
        rc = ticket_admit(c, r->gathering_id, r->code, r->who->name, r->now, out);
    else
        rc = ticket_admit_id(c, r->gathering_id, r->ticket_id, r->who->name, r->now, out);
    if (rc == ST_OK && out->kind == ADMISSION_GIVEN && r->now < r->ask_before)
        return only_asked(c, r, out);
    return rc == ST_OK ? write_down(c, r, out->ticket_id, admission_name(out->kind)) : rc;
}

enum status
door_undo(struct db_conn *c, const struct door_request *r)
{
    enum status rc = ticket_admit_undo(c, r->gathering_id, r->ticket_id);

    return rc == ST_OK ? write_down(c, r, r->ticket_id, "undone") : rc;
}

enum status
door_counts_event(struct db_conn *c, int64_t gathering_id, struct buf *out)
{
    int64_t live = 0, admitted = 0;
    enum status rc = ticket_counts(c, gathering_id, &live, &admitted);

    if (rc == ST_OK)
        buf_addf(out, "{\"live\":%lld,\"admitted\":%lld}", (long long)live, (long long)admitted);
    return rc;
}

static enum status
sweep(struct db_conn *c, int64_t now, struct swept *swept)
{
    return swept_exec(c, &sql_scan_sweep, swept, "scans", V(now - SCANS_KEPT));
}

const struct panel door_panels[] = {
    { "gathering.tabs", "door", NULL, door_fill_tab },
    { "gathering.overview", "arrivals", "door/overview", door_fill_overview },
    { "registration.person", "let_in", "door/let_in", door_fill_person },
    { 0 },
};

static const struct privacy_line privacy[] = {
    { PRIVACY_WHAT, "privacy.what_door" },
    { 0 },
};

static const struct person_table person_tables[] = {
    { "admission", "an hour and a ticket, which has no name any more" },
    { 0 },
};

const struct feature door_feature = {
    .name = "door",
    .routes = { door_page_routes, door_admin_routes, door_out_routes, door_api_routes },
    .panels = door_panels,
    .privacy = privacy,
    .person_tables = person_tables,
    .sweep = sweep,
};
