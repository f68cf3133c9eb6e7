/* Addresses that asked for no more invitations, or bounced. */
#include "mailing/mailing_outbox.h"

static const char *const reasons[] = {
    [SUPPRESSED_ASKED] = "asked", [SUPPRESSED_BOUNCE] = "bounce"
};

DB_SQL(sql_find, "SELECT reason FROM mail_suppression WHERE email = $1");
/* Who asked stays one who asked, also after a bounce. */
DB_SQL(sql_add,
       "INSERT INTO mail_suppression (email, reason, reply, created_at) VALUES ($1, $2, $3, $4)"
       " ON CONFLICT (email) DO UPDATE SET reason = excluded.reason, reply = excluded.reply,"
       "  created_at = excluded.created_at WHERE mail_suppression.reason <> 'asked'");
DB_SQL(sql_remove, "DELETE FROM mail_suppression WHERE email = $1");

enum status
mail_suppressed(struct db_conn *c, const char *email, enum suppression *out)
{
    char reason[8];
    enum status rc = db_get(c, NULL, &sql_find, R_CHARS(reason), V(email));

    *out = SUPPRESSED_NOT;
    if (rc == ST_OK)
        *out =
            strcmp(reason, reasons[SUPPRESSED_ASKED]) == 0 ? SUPPRESSED_ASKED : SUPPRESSED_BOUNCE;
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
mail_suppress(struct db_conn *c, const char *email, enum suppression why, const char *reply,
              int64_t now)
{
    if (why == SUPPRESSED_NOT)
        return mail_unsuppress(c, email);
    return db_exec(c, &sql_add, NULL, V(email), V(reasons[why]), V(reply ? reply : ""), V(now));
}

enum status
mail_unsuppress(struct db_conn *c, const char *email)
{
    return db_exec(c, &sql_remove, NULL, V(email));
}
