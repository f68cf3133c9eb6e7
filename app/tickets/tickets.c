#include "tickets/tickets.h"

#include "base/crypto.h"
#include "base/fold.h"
#include "base/rand.h"
#include "base/text.h"
#include "cluster/cluster.h"
#include "document/qr.h"
#include "gatherings/gatherings.h"
#include "tickets/ticket_text.h"
#include "tickets/tickets_pages.h"
#include "tickets/tickets_store.h"

/* 40 random bits within one gathering: a clash is rare, several in a row are a fault. */
#define SHORT_TRIES 5
#define MAIL_QR_SCALE 8

DB_SQL_OF(sql_issue, ticket_record,
          "INSERT INTO ticket {into} ON CONFLICT (gathering_id, short) DO NOTHING RETURNING id");
DB_SQL(sql_cancel, "UPDATE ticket SET cancelled_at = $2"
                   " WHERE registration_id = $1 AND cancelled_at IS NULL"
                   " RETURNING CASE WHEN admitted_at IS NOT NULL THEN gathering_id ELSE 0 END");
DB_SQL(sql_revive,
       "UPDATE ticket SET cancelled_at = NULL WHERE id = (SELECT MAX(d.id) FROM ticket d"
       " WHERE d.registration_id = $1 AND d.cancelled_at IS NOT NULL)"
       " RETURNING CASE WHEN admitted_at IS NOT NULL THEN gathering_id ELSE 0 END");
DB_SQL_OF(sql_rename, ticket_record,
          "UPDATE ticket SET {set} WHERE registration_id = $1 AND cancelled_at IS NULL");
/* The live one and the dead ones, each by an index of its own. */
DB_SQL_OF(sql_rename_all, ticket_record,
          "UPDATE ticket SET {set} WHERE (registration_id = $1 AND cancelled_at IS NULL)"
          " OR (registration_id = $1 AND cancelled_at IS NOT NULL)");
DB_SQL_OF(sql_by_short, ticket_record,
          "SELECT {columns} FROM ticket WHERE gathering_id = $1 AND short = $2");
DB_SQL(sql_admit, "UPDATE ticket SET admitted_at = $3, admitted_by = $4"
                  " WHERE id = $1 AND gathering_id = $2"
                  " AND admitted_at IS NULL AND cancelled_at IS NULL");
DB_SQL(sql_admit_undo, "UPDATE ticket SET admitted_at = NULL, admitted_by = ''"
                       " WHERE id = $1 AND gathering_id = $2 AND admitted_at IS NOT NULL");

static void
set_keys(struct arena *a, struct ticket *t)
{
    t->search_key = ""; /* found by registration_words */
    t->sort_key = fold_sort(a, t->holder);
}

enum status
ticket_issue(struct db_conn *c, struct arena *a, int64_t gathering_id, int64_t registration_id,
             const char *holder, const char *organisation, int64_t now, struct ticket *out)
{
    char code[TICKET_CODE_LEN + 1] = "S", short_code[TICKET_SHORT_LEN + 1];
    enum status rc = ST_NOT_FOUND;

    rand_base64url(code + 1, TICKET_CODE_LEN - 1);
    *out = (struct ticket){
        .gathering_id = gathering_id,
        .registration_id = registration_id,
        .code = arena_strdup(a, code),
        .holder = arena_strdup(a, holder),
        .organisation = arena_strdup(a, organisation != NULL ? organisation : ""),
        .created_at = now,
    };
    set_keys(a, out);
    for (int i = 0; i < SHORT_TRIES && rc == ST_NOT_FOUND; i++) {
        rand_crockford(short_code, TICKET_SHORT_LEN);
        out->short_code = arena_strdup(a, short_code);
        rc = db_insert(c, &sql_issue, out, &out->id);
    }
    return rc == ST_NOT_FOUND ? ST_CONFLICT : rc;
}

enum status
ticket_cancel(struct db_conn *c, int64_t registration_id, int64_t now)
{
    int64_t left = 0; /* the gathering whose door had let its holder in */
    enum status rc = db_get(c, NULL, &sql_cancel, R(&left), V(registration_id), V(now));

    if (rc == ST_NOT_FOUND)
        return ST_OK;
    db_notify(c, &ticket_topic, registration_id);
    return rc == ST_OK && left != 0 ? seat_attend(c, left, -1) : rc;
}

enum status
ticket_revive(struct db_conn *c, int64_t registration_id)
{
    int64_t in = 0; /* the gathering whose door had let its holder in */
    enum status rc = db_get(c, NULL, &sql_revive, R(&in), V(registration_id));

    db_notify(c, &ticket_topic, registration_id);
    return rc == ST_OK && in != 0 ? seat_attend(c, in, 1) : rc;
}

static enum status
rename_as(struct db_conn *c, const struct db_sql *sql, int64_t registration_id, const char *holder,
          const char *organisation)
{
    struct arena *a = arena_new(0);
    struct ticket t = { .holder = holder, .organisation = organisation };
    enum status rc;

    set_keys(a, &t);
    rc = db_update(c, sql, &t, V(registration_id));
    arena_free(&a);
    db_notify(c, &ticket_topic, registration_id);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
ticket_rename(struct db_conn *c, int64_t registration_id, const char *holder,
              const char *organisation)
{
    return rename_as(c, &sql_rename, registration_id, holder, organisation);
}

enum status
ticket_erase(struct db_conn *c, int64_t registration_id)
{
    return rename_as(c, &sql_rename_all, registration_id, "–", "");
}

const char *
ticket_short_shown(struct arena *a, const char *short_code)
{
    return arena_printf(a, "%.4s %s", short_code, short_code + 4);
}

/* ── Signature and QR ── */

/* What the signature is over: the gathering stands in it, so that a code cannot move. */
static size_t
signed_text(char out[64], int64_t gathering_id, const char *code)
{
    int n = snprintf(out, 64, "%lld:%s", (long long)gathering_id, code);

    return n < 0 || n >= 64 ? 0 : (size_t)n;
}

enum status
ticket_qr_text(struct app *app, struct db_conn *c, struct arena *a, const struct ticket *t,
               const char **out)
{
    uint8_t pk[CRYPTO_SIGN_PUBLIC], sk[CRYPTO_SIGN_SECRET], sig[CRYPTO_SIGN_BYTES];
    char text[64];
    struct buf b;
    enum status rc = cluster_ticket_keys(c, pk, sk);

    if (rc != ST_OK)
        return rc;
    crypto_sign_make(sig, text, signed_text(text, t->gathering_id, t->code), sk);
    buf_init(&b, TICKET_TEXT_MAX);
    buf_addf(&b, "%s/t/%s#", app_settings(app)->base_url, t->code);
    buf_add_base64url(&b, sig, sizeof sig);
    rc = buf_ok(&b) ? ST_OK : ST_LIMIT;
    *out = arena_strdup(a, buf_str(&b));
    buf_release(&b);
    return rc;
}

enum status
ticket_png(struct app *app, struct db_conn *c, struct arena *a, const struct ticket *t,
           struct buf *out)
{
    const char *text = NULL;
    enum status rc = ticket_qr_text(app, c, a, t, &text);

    return rc == ST_OK ? qr_png(out, text, MAIL_QR_SCALE) : rc;
}

/* ── Admission ── */

const char *
admission_name(enum admission_kind kind)
{
    static const char *const name[] = { "admitted",  "already",         "unknown",
                                        "cancelled", "wrong_gathering", "early" };

    return name[kind];
}

bool
ticket_scan_garbled(const char *scanned)
{
    return ticket_text_garbled(scanned);
}

static bool
signature_fits(struct db_conn *c, const struct ticket_text *text, const struct ticket *t,
               enum status *rc)
{
    uint8_t pk[CRYPTO_SIGN_PUBLIC], sk[CRYPTO_SIGN_SECRET];
    char words[64];

    *rc = cluster_ticket_keys(c, pk, sk);
    if (*rc != ST_OK)
        return false;
    return crypto_sign_ok(text->signature, words, signed_text(words, t->gathering_id, t->code), pk);
}

/* ST_NOT_FOUND: unknown, or signed wrongly. */
static enum status
find_scanned(struct db_conn *c, struct arena *a, int64_t gathering_id, const char *scanned,
             struct ticket *t)
{
    struct ticket_text text;
    enum status rc = ticket_text_read(scanned, &text);

    if (rc != ST_OK)
        return rc;
    if (text.is_short)
        return db_one(c, a, &sql_by_short, t, V(gathering_id), V(text.code));
    if (text.is_signed && !text.signature_ok)
        return ST_NOT_FOUND;
    rc = ticket_by_code(c, a, text.code, t);
    if (rc == ST_OK && text.is_signed && !signature_fits(c, &text, t, &rc) && rc == ST_OK)
        return ST_NOT_FOUND;
    return rc;
}

static enum status
name_other(struct db_conn *c, struct arena *a, int64_t gathering_id, struct admission *out)
{
    struct gathering other;
    enum status rc = gathering_by_id(c, a, gathering_id, &other);

    if (rc == ST_OK)
        (void)text_copy(out->other_title, sizeof out->other_title, other.title);
    return rc;
}

/* Decides for a ticket that exists; the guarded UPDATE and its row count have the last word. */
static enum status
admit(struct db_conn *c, struct arena *a, int64_t gathering_id, struct ticket *t, const char *by,
      int64_t now, struct admission *out)
{
    enum status rc;

    out->ticket_id = t->id;
    out->registration_id = t->registration_id;
    (void)text_copy(out->holder, sizeof out->holder, t->holder);
    (void)text_copy(out->organisation, sizeof out->organisation, t->organisation);
    if (t->gathering_id != gathering_id) {
        out->kind = ADMISSION_WRONG_GATHERING;
        return name_other(c, a, t->gathering_id, out);
    }
    rc = db_change(c, &sql_admit, V(t->id), V(gathering_id), V(now), V(by != NULL ? by : ""));
    if (rc == ST_OK) {
        out->kind = ADMISSION_GIVEN;
        out->first_at = now;
        db_notify(c, &admission_topic, gathering_id);
        return seat_attend(c, gathering_id, +1);
    }
    if (rc != ST_NOT_FOUND)
        return rc;
    out->kind = t->cancelled_at != 0 ? ADMISSION_CANCELLED : ADMISSION_ALREADY;
    out->first_at = t->admitted_at;
    return ST_OK;
}

enum status
ticket_admit(struct db_conn *c, int64_t gathering_id, const char *code, const char *by, int64_t now,
             struct admission *out)
{
    struct arena *a = arena_new(0);
    struct ticket t = { 0 };
    enum status rc = find_scanned(c, a, gathering_id, code, &t);

    *out = (struct admission){ .kind = ADMISSION_UNKNOWN };
    if (rc == ST_OK)
        rc = admit(c, a, gathering_id, &t, by, now, out);
    else if (rc == ST_NOT_FOUND)
        rc = ST_OK;
    arena_free(&a);
    return rc;
}

enum status
ticket_admit_id(struct db_conn *c, int64_t gathering_id, int64_t ticket_id, const char *by,
                int64_t now, struct admission *out)
{
    struct arena *a = arena_new(0);
    struct ticket t = { 0 };
    enum status rc = ticket_by_id(c, a, ticket_id, &t);

    /* Numbers can be guessed, codes cannot: of others' tickets a number tells nothing. */
    if (rc == ST_OK && t.gathering_id != gathering_id)
        rc = ST_NOT_FOUND;
    *out = (struct admission){ .kind = ADMISSION_UNKNOWN };
    if (rc == ST_OK)
        rc = admit(c, a, gathering_id, &t, by, now, out);
    else if (rc == ST_NOT_FOUND)
        rc = ST_OK;
    arena_free(&a);
    return rc;
}

enum status
ticket_admit_undo(struct db_conn *c, int64_t gathering_id, int64_t ticket_id)
{
    enum status rc = db_change(c, &sql_admit_undo, V(ticket_id), V(gathering_id));

    if (rc != ST_OK)
        return rc;
    db_notify(c, &admission_topic, gathering_id);
    return seat_attend(c, gathering_id, -1);
}

/* ── The feature. People's data in tickets goes with their registration: export and erasure are
 * registrations' (ticket_of, ticket_erase). ── */

const struct db_topic admission_topic = { "admission" };

static const struct person_table person_tables[] = {
    { "ticket", NULL },
    { 0 },
};

const struct db_topic ticket_topic = { "ticket" };
static const struct db_topic *const spoils_pages[] = { &ticket_topic, NULL };

const struct feature tickets_feature = {
    .name = "tickets",
    .routes = { tickets_routes },
    .spoils_pages = spoils_pages,
    .person_tables = person_tables,
    .checks = ticket_checks,
};
