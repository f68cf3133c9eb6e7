#include "tickets/tickets.h"

#include "base/crypto.h"
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
#define ADMIT_ARENA (256u * 1024)
#define MAIL_QR_SCALE 8

enum status
ticket_issue(struct db_conn *c, struct arena *a, int64_t gathering_id, int64_t registration_id,
             const char *holder, const char *organisation, int64_t now, struct ticket *out)
{
    char code[TICKET_CODE_LEN + 1] = "S", short_code[TICKET_SHORT_LEN + 1];
    enum status rc = ST_CONFLICT;

    rand_base64url(code + 1, TICKET_CODE_LEN - 1);
    *out = (struct ticket){
        .gathering_id = gathering_id,
        .registration_id = registration_id,
        .code = arena_strdup(a, code),
        .holder = arena_strdup(a, holder),
        .organisation = arena_strdup(a, organisation != NULL ? organisation : ""),
    };
    for (int i = 0; i < SHORT_TRIES && rc == ST_CONFLICT; i++) {
        rand_crockford(short_code, TICKET_SHORT_LEN);
        out->short_code = arena_strdup(a, short_code);
        rc = ticket_store_insert(c, a, out, now);
    }
    return rc;
}

enum status
ticket_cancel(struct db_conn *c, int64_t registration_id, int64_t now)
{
    int64_t left = 0;
    enum status rc = ticket_store_cancel(c, registration_id, now, &left);

    return rc == ST_OK && left != 0 ? seat_attend(c, left, -1) : rc;
}

static enum status
rename_as(struct db_conn *c, int64_t registration_id, const char *holder, const char *organisation,
          bool live_only)
{
    struct arena *a = arena_new(ADMIT_ARENA);
    enum status rc = ticket_store_rename(c, a, registration_id, holder, organisation, live_only);

    arena_free(&a);
    return rc;
}

enum status
ticket_rename(struct db_conn *c, int64_t registration_id, const char *holder,
              const char *organisation)
{
    return rename_as(c, registration_id, holder, organisation, true);
}

enum status
ticket_erase(struct db_conn *c, int64_t registration_id)
{
    return rename_as(c, registration_id, "–", "", false);
}

enum status
ticket_of(struct db_conn *c, struct arena *a, int64_t registration_id, struct ticket *out)
{
    return ticket_store_of(c, a, registration_id, out);
}

enum status
ticket_by_code(struct db_conn *c, struct arena *a, const char *code, struct ticket *out)
{
    if (!ticket_code_ok(code))
        return ST_NOT_FOUND;
    return ticket_store_by_code(c, a, code, out);
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

enum status
ticket_svg(struct app *app, struct db_conn *c, struct arena *a, const struct ticket *t,
           struct buf *out)
{
    const char *text = NULL;
    enum status rc = ticket_qr_text(app, c, a, t, &text);

    return rc == ST_OK ? qr_svg(out, text) : rc;
}

/* ── Admission ── */

const char *
admission_name(enum admission_kind kind)
{
    static const char *const name[] = { "admitted", "already", "unknown", "cancelled",
                                        "wrong_gathering" };

    return name[kind];
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
        return ticket_store_by_short(c, a, gathering_id, text.code, t);
    if (text.is_signed && !text.signature_ok)
        return ST_NOT_FOUND;
    rc = ticket_store_by_code(c, a, text.code, t);
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
    bool given = false;
    enum status rc;

    out->ticket_id = t->id;
    out->registration_id = t->registration_id;
    (void)text_copy(out->holder, sizeof out->holder, t->holder);
    (void)text_copy(out->organisation, sizeof out->organisation, t->organisation);
    if (t->gathering_id != gathering_id) {
        out->kind = ADMISSION_WRONG_GATHERING;
        return name_other(c, a, t->gathering_id, out);
    }
    rc = ticket_store_admit(c, gathering_id, t->id, by, now, &given);
    if (rc != ST_OK)
        return rc;
    if (given) {
        out->kind = ADMISSION_GIVEN;
        out->first_at = now;
        db_notify(c, TOPIC_DOOR, gathering_id);
        return seat_attend(c, gathering_id, +1);
    }
    out->kind = t->cancelled_at != 0 ? ADMISSION_CANCELLED : ADMISSION_ALREADY;
    out->first_at = t->admitted_at;
    return ST_OK;
}

enum status
ticket_admit(struct db_conn *c, int64_t gathering_id, const char *code, const char *by, int64_t now,
             struct admission *out)
{
    struct arena *a = arena_new(ADMIT_ARENA);
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
    struct arena *a = arena_new(ADMIT_ARENA);
    struct ticket t = { 0 };
    enum status rc = ticket_store_by_id(c, a, ticket_id, &t);

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
    bool changed = false;
    enum status rc = ticket_store_admit_undo(c, gathering_id, ticket_id, &changed);

    if (rc != ST_OK)
        return rc;
    if (!changed)
        return ST_NOT_FOUND;
    db_notify(c, TOPIC_DOOR, gathering_id);
    return seat_attend(c, gathering_id, -1);
}

enum status
ticket_counts(struct db_conn *c, int64_t gathering_id, int64_t *live, int64_t *admitted)
{
    return ticket_store_counts(c, gathering_id, live, admitted);
}

/* ── The feature. People's data in tickets goes with their registration: export and erasure are
 * registrations' (ticket_of, ticket_erase). ── */

static const struct check ticket_checks[] = {
    { "tickets.admitted", ticket_store_check },
    { "tickets.attended", ticket_store_check_attended },
    { 0 },
};

const struct feature tickets_feature = {
    .name = "tickets",
    .routes = { tickets_routes },
    .checks = ticket_checks,
    .sql = ticket_store_sql,
};
