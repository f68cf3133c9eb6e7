#include "html/date_text.h"

#include "html/lang.h"

struct names {
    const char *days[7], *days_short[7]; /* from Sunday, in a sentence */
    const char *months[12], *months_short[12];
    const char *at;    /* before a time of day after a date */
    const char *clock; /* before a time of day alone */
    const char *today, *yesterday, *tomorrow;
};

#define MONTHS_NO                                                                                  \
    {                                                                                              \
        "januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september",        \
            "oktober", "november", "desember"                                                      \
    }
#define MONTHS_SHORT_NO                                                                            \
    {                                                                                              \
        "jan.", "feb.", "mars", "apr.", "mai", "juni", "juli", "aug.", "sep.", "okt.", "nov.",     \
            "des."                                                                                 \
    }

static const struct names nb = {
    .days = { "søndag", "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag" },
    .days_short = { "søn.", "man.", "tir.", "ons.", "tor.", "fre.", "lør." },
    .months = MONTHS_NO,
    .months_short = MONTHS_SHORT_NO,
    .at = " kl. ",
    .clock = "kl. ",
    .today = "i dag",
    .yesterday = "i går",
    .tomorrow = "i morgen",
};

static const struct names nn = {
    .days = { "sundag", "måndag", "tysdag", "onsdag", "torsdag", "fredag", "laurdag" },
    .days_short = { "sun.", "mån.", "tys.", "ons.", "tor.", "fre.", "lau." },
    .months = MONTHS_NO,
    .months_short = MONTHS_SHORT_NO,
    .at = " kl. ",
    .clock = "kl. ",
    .today = "i dag",
    .yesterday = "i går",
    .tomorrow = "i morgon",
};

static const struct names en = {
    .days = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" },
    .days_short = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" },
    .months = { "January", "February", "March", "April", "May", "June", "July", "August",
                "September", "October", "November", "December" },
    .months_short = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
                      "Dec" },
    .at = " at ",
    .clock = "",
    .today = "today",
    .yesterday = "yesterday",
    .tomorrow = "tomorrow",
};

static const struct names *
names_of(const char *lang)
{
    const char *l = lang_norm(lang);

    return l == lang_codes[2] ? &en : l == lang_codes[1] ? &nn : &nb;
}

static const char *
at(const char *const *list, int count, int i)
{
    if (i < 0 || i >= count)
        BUG("no such day or month: %d", i);
    return list[i];
}

/* Names of days and months begin with ASCII, or with a letter that is never first here. */
static const char *
upper(struct arena *a, const char *s, unsigned flags)
{
    char *copy = arena_strdup(a, s);

    if (!(flags & DATE_MID) && copy[0] >= 'a' && copy[0] <= 'z')
        copy[0] = (char)(copy[0] - 'a' + 'A');
    return copy;
}

const char *
date_time(struct arena *a, const struct civil *c)
{
    return arena_printf(a, "%02d:%02d", c->hour, c->minute);
}

const char *
date_day(struct arena *a, const char *lang, const struct civil *c)
{
    return arena_printf(a, names_of(lang) == &en ? "%d" : "%d.", c->day);
}

const char *
date_weekday_short(const char *lang, const struct civil *c)
{
    return at(names_of(lang)->days_short, 7, c->weekday);
}

const char *
date_month_short(const char *lang, const struct civil *c)
{
    return at(names_of(lang)->months_short, 12, c->month - 1);
}

const char *
date_month_name(const char *lang, const struct civil *c)
{
    return at(names_of(lang)->months, 12, c->month - 1);
}

static const char *
year_text(struct arena *a, const struct civil *c, unsigned flags)
{
    return flags & DATE_YEAR ? arena_printf(a, " %d", c->year) : "";
}

static const char *
time_text(struct arena *a, const struct names *n, const struct civil *c, unsigned flags)
{
    return flags & DATE_TIME ? arena_printf(a, "%s%02d:%02d", n->at, c->hour, c->minute) : "";
}

const char *
date_long(struct arena *a, const char *lang, const struct civil *c, unsigned flags)
{
    const struct names *n = names_of(lang);
    bool weekday = !(flags & DATE_NODAY);

    const char *s = arena_printf(a, "%s%s%s %s%s%s", weekday ? at(n->days, 7, c->weekday) : "",
                                 weekday ? " " : "", date_day(a, lang, c), date_month_name(lang, c),
                                 year_text(a, c, flags), time_text(a, n, c, flags));
    return upper(a, s, flags);
}

const char *
date_short(struct arena *a, const char *lang, const struct civil *c, unsigned flags)
{
    return arena_printf(a, "%s %s%s%s", date_day(a, lang, c), date_month_short(lang, c),
                        year_text(a, c, flags), time_text(a, names_of(lang), c, flags));
}

const char *
date_month(struct arena *a, const char *lang, const struct civil *c, unsigned flags)
{
    return upper(a, arena_printf(a, "%s %d", date_month_name(lang, c), c->year), flags);
}

const char *
date_clock(struct arena *a, const char *lang, const struct civil *c)
{
    return arena_printf(a, "%s%02d:%02d", names_of(lang)->clock, c->hour, c->minute);
}

static int64_t
date_number(const struct civil *c)
{
    struct civil day = { .year = c->year, .month = c->month, .day = c->day };

    return clock_from_civil(&day) / MS_DAY;
}

int64_t
date_days_between(const struct civil *now, const struct civil *c)
{
    return date_number(c) - date_number(now);
}

const char *
date_range(struct arena *a, const char *lang, const struct civil *start, const struct civil *end)
{
    const char *from = date_clock(a, lang, start);

    if (!end)
        return from;
    if (date_days_between(start, end) != 0) {
        unsigned year = start->year != end->year ? DATE_YEAR : 0;
        return arena_printf(a, "%s – %s", from,
                            date_long(a, lang, end, DATE_MID | DATE_TIME | year));
    }
    if (start->hour == end->hour && start->minute == end->minute)
        return from;
    return arena_printf(a, "%s–%s", from, date_time(a, end));
}

const char *
date_relative(struct arena *a, const char *lang, const struct civil *c, const struct civil *now)
{
    const struct names *n = names_of(lang);

    switch (date_days_between(now, c)) {
    case 0:
        return arena_printf(a, "%s %02d:%02d", n->today, c->hour, c->minute);
    case -1:
        return n->yesterday;
    case 1:
        return n->tomorrow;
    default:
        return date_short(a, lang, c, c->year != now->year ? DATE_YEAR : 0);
    }
}
