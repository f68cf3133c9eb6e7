/* What a report's parts are called. */
#include "html/date_text.h"
#include "reports/reports_pages.h"

const char *
report_text(const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));

    return s != NULL ? s : "";
}

const char *
report_day_text(struct request *rq, const char *iso)
{
    struct civil c = { 0 };

    (void)sscanf(iso, "%d-%d-%d", &c.year, &c.month, &c.day);
    return date_long(rq_arena(rq), rq_lang(rq), &c, DATE_NODAY | DATE_YEAR);
}

/* "2026" for a whole year, else its days. */
const char *
report_period_name(struct request *rq, const char *first, const char *last)
{
    if (strncmp(first, last, 4) == 0 && strcmp(first + 4, "-01-01") == 0 &&
        strcmp(last + 4, "-12-31") == 0)
        return arena_strndup(rq_arena(rq), first, 4);
    return arena_printf(rq_arena(rq), "%s–%s", report_day_text(rq, first),
                        report_day_text(rq, last));
}

const char *
report_figure_words(struct request *rq, const char *name)
{
    /* keys: report.figure.{gatherings_planned,gatherings_held,participations,hours,participants} */
    /* keys: report.figure.{participants_new,participants_again,companies,companies_again} */
    /* keys: report.figure.{members_active,room_bookings,room_hours,room_members} */
    /* keys: report.figure.{services_asked,services_done,service_companies,service_hours} */
    /* keys: report.figure.{services_free,needs_said,offers_said,themes_made,theme_meetings} */
    /* keys: report.figure.needs_solved */
    return rq_tr(rq, arena_printf(rq_arena(rq), "report.figure.%s", name));
}

const char *
report_about_words(struct request *rq, const char *name)
{
    /* keys: report.about.{gatherings_planned,gatherings_held,participations,hours,participants} */
    /* keys: report.about.{participants_new,participants_again,companies,companies_again} */
    /* keys: report.about.{members_active,room_bookings,room_hours,room_members} */
    /* keys: report.about.{services_asked,services_done,service_companies,service_hours} */
    /* keys: report.about.{services_free,needs_said,offers_said,themes_made,theme_meetings} */
    /* keys: report.about.needs_solved */
    return rq_tr(rq, arena_printf(rq_arena(rq), "report.about.%s", name));
}

const char *
report_group_words(struct request *rq, const char *name)
{
    /* keys: report.group.{structure,management,financing,strategy,services,achievements} */
    return rq_tr(rq, arena_printf(rq_arena(rq), "report.group.%s", name));
}
