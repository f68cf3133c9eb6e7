/*
 * Reminders to those who have a seat: a week before, and the day before. They reach who was
 * confirmed 24 hours before the moment; so nobody who just registered is reminded.
 */
#include "registrations/registrations_mail.h"

#define AUDIENCE                                                                                   \
    "FROM registration WHERE gathering_id = $1 AND status = 'confirmed' AND confirmed_at <= $2"    \
    " AND email <> ''"
DB_SQL(sql_audience,
       "SELECT id, name, email, language " AUDIENCE " AND id > $3 ORDER BY id LIMIT $4");
DB_SQL(sql_size, "SELECT COUNT(*) " AUDIENCE);

static const struct reminder_rule week = {
    .name = "registration.week",
    .kind = &registration_mail_week,
    .parent = "registration",
    .group = "registered",
    .subject = &gathering_reminders,
    .time = REMINDER_STARTS,
    .days = -7,
    .audience = &sql_audience,
    .size = &sql_size,
};
static const struct reminder_rule tomorrow = {
    .name = "registration.tomorrow",
    .kind = &registration_mail_tomorrow,
    .parent = "registration",
    .group = "registered",
    .subject = &gathering_reminders,
    .time = REMINDER_STARTS,
    .days = -1,
    .audience = &sql_audience,
    .size = &sql_size,
};

const struct reminder_rule *const registration_reminder_rules[] = { &week, &tomorrow, NULL };
