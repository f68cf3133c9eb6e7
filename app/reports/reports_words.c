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
report_group_words(struct request *rq, const char *name)
{
    /* keys: report.group.{structure,management,financing,strategy,services,achievements} */
    return rq_tr(rq, arena_printf(rq_arena(rq), "report.group.%s", name));
}
