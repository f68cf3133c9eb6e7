/* What a report's parts are called. */
#include "base/text.h"
#include "html/date_text.h"
#include "html/translate.h"
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

static const char *
days_name(struct request *rq, const char *first, const char *last)
{
    if (strncmp(first, last, 4) == 0 && strcmp(first + 4, "-01-01") == 0 &&
        strcmp(last + 4, "-12-31") == 0)
        return arena_strndup(rq_arena(rq), first, 4);
    return arena_printf(rq_arena(rq), "%s–%s", report_day_text(rq, first),
                        report_day_text(rq, last));
}

const char *
report_period_name(struct request *rq, const struct report_period *p)
{
    const char *days = days_name(rq, p->first, p->last);

    return p->project[0] != '\0' ? arena_printf(rq_arena(rq), "%s, %s %s", days,
                                                rq_tr(rq, "report.of_project"), p->project)
                                 : days;
}

struct report_period
report_period_of(const json_t *data)
{
    return (struct report_period){ .first = report_text(data, "from"),
                                   .last = report_text(data, "to"),
                                   .project = report_text(data, "project") };
}

const char *
report_group_words(struct request *rq, const char *name)
{
    /* keys: report.group.{structure,management,financing,strategy,services,achievements} */
    return rq_tr(rq, arena_printf(rq_arena(rq), "report.group.%s", name));
}

static const char *
in_unit(struct request *rq, const char *unit, int64_t value)
{
    struct arena *a = rq_arena(rq);
    const char *lang = rq_lang(rq);

    if (strcmp(unit, report_unit_names[REPORT_KRONER]) == 0)
        return tr_kroner(a, lang, value);
    if (strcmp(unit, report_unit_names[REPORT_TENTHS]) == 0)
        return tr_decimal(a, lang, value * 10);
    return strcmp(unit, report_unit_names[REPORT_PERCENT]) == 0
               ? arena_printf(a, "%s %%", tr_number(a, lang, value))
               : tr_number(a, lang, value);
}

const char *
report_value_text(struct request *rq, const json_t *figure)
{
    const json_t *value = json_object_get(figure, "value");

    return json_is_integer(value)
               ? in_unit(rq, report_text(figure, "unit"), json_integer_value(value))
               : "–";
}

const char *
report_detail_text(struct request *rq, const struct report_figure *f, const char *detail)
{
    int64_t n;

    if (f->detail == REPORT_DETAIL_UNIT && text_int(detail, &n))
        return in_unit(rq, report_unit_names[f->unit], n);
    return f->detail == REPORT_DETAIL_KEY ? rq_tr(rq, arena_strdup(rq_arena(rq), detail)) : detail;
}

const char *
report_group_about(struct request *rq, const char *name)
{
    /* keys: report.group_about.{structure,management,financing,strategy,services,achievements} */
    return rq_tr(rq, arena_printf(rq_arena(rq), "report.group_about.%s", name));
}

const char *
report_figure_about(struct request *rq, const json_t *figure)
{
    const char *about = report_about_words(rq, report_text(figure, "name"));

    return json_is_true(json_object_get(figure, "few"))
               ? arena_printf(rq_arena(rq), "%s %s", about, rq_tr(rq, "report.few"))
               : about;
}

const char *
report_day_short(struct request *rq, const char *iso)
{
    struct civil c = { 0 };

    (void)sscanf(iso, "%d-%d-%d", &c.year, &c.month, &c.day);
    return date_short(rq_arena(rq), rq_lang(rq), &c, 0);
}
