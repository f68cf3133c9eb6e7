/* Addresses that asked for no more invitations, or bounced. */
#include "mailing/mailing_outbox.h"

static const char sql_find[] = "SELECT reason FROM mail_suppression WHERE email = $1";
/* Who asked stays one who asked, also after a bounce. */
static const char sql_add[] =
    "INSERT INTO mail_suppression (email, reason, reply, created_at) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (email) DO UPDATE SET reason = excluded.reason, reply = excluded.reply,"
    "  created_at = excluded.created_at WHERE mail_suppression.reason <> 'asked'";
static const char sql_remove[] = "DELETE FROM mail_suppression WHERE email = $1";

const char *const suppression_sql[] = { sql_find, sql_add, sql_remove, NULL };

enum status
mail_suppressed(struct db_conn *c, const char *email, enum suppression *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_find, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, email);
    rc = db_next(st);
    *out = SUPPRESSED_NOT;
    if (rc == ST_OK)
        *out = strcmp(db_text(st, 0), "asked") == 0 ? SUPPRESSED_ASKED : SUPPRESSED_BOUNCE;
    db_finish(&st);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
mail_suppress(struct db_conn *c, const char *email, enum suppression why, const char *reply,
              int64_t now)
{
    struct db_stmt *st = NULL;
    enum status rc;

    if (why == SUPPRESSED_NOT)
        return mail_unsuppress(c, email);
    rc = db_prepare(c, sql_add, &st);
    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, email);
    db_bind_text(st, 2, why == SUPPRESSED_ASKED ? "asked" : "bounce");
    db_bind_text(st, 3, reply ? reply : "");
    db_bind_int(st, 4, now);
    return db_run(&st);
}

enum status
mail_unsuppress(struct db_conn *c, const char *email)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_remove, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, email);
    return db_run(&st);
}
