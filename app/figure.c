/* What all features count, one by one, through their constants. */
#include <string.h>

#include "database/sql.h"
#include "feature.h"

const char *const report_unit_names[REPORT_UNITS] = {
    [REPORT_NUMBER] = "number", [REPORT_HOURS] = "hours",   [REPORT_PERCENT] = "percent",
    [REPORT_KRONER] = "kroner", [REPORT_TENTHS] = "tenths",
};

const struct report_figure *
report_figure_named(const char *name)
{
    for (const struct feature *const *f = all_features; *f != NULL; f++)
        for (const struct report_figure *g = (*f)->figures; g != NULL && g->name != NULL; g++)
            if (strcmp(g->name, name) == 0)
                return g;
    return NULL;
}

enum status
report_figure_value(struct db_conn *c, const struct report_figure *f, int64_t from, int64_t to,
                    int64_t now, const char *project, int64_t *value, bool *known)
{
    return f->by_project
               ? db_get(c, NULL, f->value, R(value), R(known), V(from), V(to), V(now), V(project))
               : db_get(c, NULL, f->value, R(value), R(known), V(from), V(to), V(now));
}

enum status
report_figure_of(struct db_conn *c, const struct report_figure *f, int64_t from, int64_t to,
                 int64_t now, const char *project, int64_t *of)
{
    *of = 0;
    if (f->of == NULL)
        return ST_OK;
    return f->by_project ? db_get(c, NULL, f->of, R(of), V(from), V(to), V(now), V(project))
                         : db_get(c, NULL, f->of, R(of), V(from), V(to), V(now));
}

const char *
report_figure_words(struct request *rq, const char *name)
{
    /* keys: report.figure.{gatherings_planned,gatherings_held,participations,hours,participants}
     * report.figure.{participants_new,participants_again,companies,companies_again}
     * report.figure.{members_active,room_bookings,room_hours,room_members}
     * report.figure.{services_asked,services_done,service_companies,service_hours}
     * report.figure.{services_free,needs_said,offers_said,themes_made,theme_meetings}
     * report.figure.{survey_answers,survey_mark}
     * report.figure.{needs_solved,matches_made,own_effort_hours,own_effort} */
    return rq_tr(rq, arena_printf(rq_arena(rq), "report.figure.%s", name));
}

const char *
report_about_words(struct request *rq, const char *name)
{
    /* keys: report.about.{gatherings_planned,gatherings_held,participations,hours,participants}
     * report.about.{participants_new,participants_again,companies,companies_again}
     * report.about.{members_active,room_bookings,room_hours,room_members}
     * report.about.{services_asked,services_done,service_companies,service_hours}
     * report.about.{services_free,needs_said,offers_said,themes_made,theme_meetings}
     * report.about.{survey_answers,survey_mark}
     * report.about.{needs_solved,matches_made,own_effort_hours,own_effort} */
    return rq_tr(rq, arena_printf(rq_arena(rq), "report.about.%s", name));
}
