/* Who has not answered is reminded three days before the deadline; not who was invited on the last
 * day before that. */
#include "invitations/invitations_mail.h"
#include "invitations/invitations_store.h"

#define REMIND_DAYS (-3)

#define SILENT                                                                                     \
    "FROM invitation i JOIN contact p ON p.id = i.contact_id"                                      \
    " JOIN gathering g ON g.id = i.gathering_id WHERE i.gathering_id = $1 AND i.created_at <= $2"  \
    " AND i.answer IS NULL" INVITATION_NOT_REGISTERED
DB_SQL(sql_silent, "SELECT i.id, p.name, p.email, COALESCE(NULLIF(p.lang, ''), g.language) " SILENT
                   " AND i.id > $3 ORDER BY i.id LIMIT $4");
DB_SQL(sql_silent_count, "SELECT COUNT(*) " SILENT);

int64_t
invitation_reminder_at(const struct gathering *g)
{
    return reminder_at(g->timezone, gathering_closes_at(g), REMIND_DAYS);
}

static const struct reminder_rule reminder = {
    .name = "invitation.reminder",
    .kind = &invitation_mail_reminder,
    .parent = "invitation",
    .group = "invited",
    .subject = &gathering_reminders,
    .time = REMINDER_CLOSES,
    .days = REMIND_DAYS,
    .audience = &sql_silent,
    .size = &sql_silent_count,
};
const struct reminder_rule *const invitation_reminder_rules[] = { &reminder, NULL };
