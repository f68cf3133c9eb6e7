#include "base/clock.h"

#ifdef SAMLING_TESTING
#include <fcntl.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/text.h"
#endif

static const char month_name[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
static const char day_name[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };

static int64_t
read_clock(clockid_t which)
{
    struct timespec ts;

    (void)clock_gettime(which, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t
clock_mono(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

#ifdef SAMLING_TESTING
static int64_t
test_offset(void)
{
    static _Atomic int64_t offset, read_at = INT64_MIN / 2;
    const char *path = getenv("SAMLING_TEST_CLOCK");
    int64_t mono = clock_mono(), value;
    char text[32];
    ssize_t n;
    int fd;

    if (path == NULL || mono - atomic_load(&read_at) < 50)
        return path == NULL ? 0 : atomic_load(&offset);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        n = read(fd, text, sizeof text - 1);
        close(fd);
        while (n > 0 && text[n - 1] == '\n')
            n--;
        text[n > 0 ? n : 0] = '\0';
        if (text_int(text, &value))
            atomic_store(&offset, value);
    }
    atomic_store(&read_at, mono);
    return atomic_load(&offset);
}
#else
static int64_t
test_offset(void)
{
    return 0;
}
#endif

int64_t
clock_now(void)
{
    return read_clock(CLOCK_REALTIME) + test_offset();
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar; years count from March so that the
 * leap day comes last. */
static int64_t
days_from_date(int64_t year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

int64_t
clock_from_civil(const struct civil *c)
{
    return days_from_date(c->year, c->month, c->day) * MS_DAY + c->hour * MS_HOUR +
           c->minute * MS_MINUTE + c->second * MS_SECOND;
}

void
clock_to_civil(int64_t ms, struct civil *out)
{
    int64_t days = ms / MS_DAY - (ms % MS_DAY < 0 ? 1 : 0);
    int64_t rest = (ms - days * MS_DAY) / MS_SECOND;
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t of_era = z - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    int64_t weekday = (days + 4) % 7;

    out->day = (int)(of_year - (153 * month + 2) / 5 + 1);
    out->month = (int)(month < 10 ? month + 3 : month - 9);
    out->year = (int)(year + era * 400 + (out->month <= 2 ? 1 : 0));
    out->hour = (int)(rest / 3600);
    out->minute = (int)(rest / 60 % 60);
    out->second = (int)(rest % 60);
    out->weekday = (int)(weekday < 0 ? weekday + 7 : weekday);
}

void
clock_rfc3339(int64_t ms, char out[32])
{
    struct civil c;

    clock_to_civil(ms, &c);
    (void)snprintf(out, 32, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year % 10000, c.month % 100,
                   c.day % 100, c.hour % 100, c.minute % 100, c.second % 100);
}

void
clock_rfc5322(int64_t ms, char out[40])
{
    struct civil c;

    clock_to_civil(ms, &c);
    (void)snprintf(out, 40, "%s, %02d %s %04d %02d:%02d:%02d +0000", day_name[c.weekday],
                   c.day % 100, month_name[c.month - 1], c.year % 10000, c.hour % 100,
                   c.minute % 100, c.second % 100);
}

/* Exactly n digits, and moves on. */
static bool
digits(const char **s, int n, int *out)
{
    int v = 0;

    for (int i = 0; i < n; i++) {
        if ((*s)[i] < '0' || (*s)[i] > '9')
            return false;
        v = v * 10 + ((*s)[i] - '0');
    }
    *s += n;
    *out = v;
    return true;
}

static bool
skip(const char **s, char c)
{
    if (**s != c)
        return false;
    (*s)++;
    return true;
}

/* Seconds and their fraction, both optional. */
static bool
parse_seconds(const char **s, int *second, int *ms)
{
    int scale = 100;

    *second = *ms = 0;
    if (!skip(s, ':'))
        return true;
    if (!digits(s, 2, second))
        return false;
    if (!skip(s, '.'))
        return true;
    if (**s < '0' || **s > '9')
        return false;
    for (int i = 0; **s >= '0' && **s <= '9'; (*s)++, scale /= 10)
        if (++i > 9)
            return false;
        else
            *ms += (**s - '0') * scale;
    return true;
}

/* Nothing, Z, or +hh:mm. */
static bool
parse_offset(const char **s, bool *has_offset, int *offset_min)
{
    int hour, minute, sign = **s == '-' ? -1 : 1;

    *offset_min = 0;
    *has_offset = **s != '\0';
    if (!*has_offset || skip(s, 'Z'))
        return true;
    if (!skip(s, '+') && !skip(s, '-'))
        return false;
    if (!digits(s, 2, &hour) || !skip(s, ':') || !digits(s, 2, &minute) || hour > 23 || minute > 59)
        return false;
    *offset_min = sign * (hour * 60 + minute);
    return true;
}

static int
days_in_month(int year, int month)
{
    static const int days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

bool
clock_parse(const char *s, int64_t *ms, bool *has_offset, int *offset_min)
{
    struct civil c = { 0 };
    int fraction;

    if (s == NULL || !digits(&s, 4, &c.year) || !skip(&s, '-') || !digits(&s, 2, &c.month) ||
        !skip(&s, '-') || !digits(&s, 2, &c.day) || !skip(&s, 'T') || !digits(&s, 2, &c.hour) ||
        !skip(&s, ':') || !digits(&s, 2, &c.minute) || !parse_seconds(&s, &c.second, &fraction) ||
        !parse_offset(&s, has_offset, offset_min) || *s != '\0')
        return false;
    if (c.year < 1970 || c.year > 2199 || c.month < 1 || c.month > 12 || c.day < 1 ||
        c.day > days_in_month(c.year, c.month) || c.hour > 23 || c.minute > 59 || c.second > 59)
        return false;
    *ms = clock_from_civil(&c) + fraction - *offset_min * MS_MINUTE;
    return true;
}
