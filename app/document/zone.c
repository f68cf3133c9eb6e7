#include "document/zone.h"

#include <libical/ical.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/lock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"

enum { ZONES_MAX = 64, NAME_MAX_ = 64, CHANGES_MAX = 800 };

#define TABLE_FROM_S INT64_C(946684800) /* 2000-01-01 */
#define TABLE_TO_S INT64_C(4102444800)  /* 2100-01-01 */
#define STEP_S (7 * INT64_C(86400))     /* no zone changes twice within it and back */

struct span {
    int64_t at_ms; /* first moment; INT64_MIN for the first */
    int32_t offset_s;
    bool summer;
};

struct table {
    char name[NAME_MAX_];
    size_t n;
    struct span span[]; /* n of them, oldest first, at least one */
};

/* Slots are filled in order and never change until zone_stop: readers need no lock. */
static _Atomic(struct table *) tables[ZONES_MAX];
static pthread_mutex_t load_mutex = PTHREAD_MUTEX_INITIALIZER;

static const struct table *
find_loaded(const char *name)
{
    for (size_t i = 0; i < ZONES_MAX; i++) {
        const struct table *t = atomic_load_explicit(&tables[i], memory_order_acquire);

        if (t == NULL)
            return NULL;
        if (strcmp(t->name, name) == 0)
            return t;
    }
    return NULL;
}

/* ---- Loading, under the mutex ---- */

static int
offset_at(icaltimezone *zone, int64_t s, bool *summer)
{
    struct icaltimetype t =
        icaltime_from_timet_with_zone((time_t)s, 0, icaltimezone_get_utc_timezone());
    int is_summer = 0;
    int offset = icaltimezone_get_utc_offset_of_utc_time(zone, &t, &is_summer);

    *summer = is_summer != 0;
    return offset;
}

/* First second in (lo, hi] whose offset is not that of lo. */
static int64_t
find_change(icaltimezone *zone, int64_t lo, int64_t hi, int offset, bool summer)
{
    while (hi - lo > 1) {
        int64_t mid = lo + (hi - lo) / 2;
        bool s;

        if (offset_at(zone, mid, &s) == offset && s == summer)
            lo = mid;
        else
            hi = mid;
    }
    return hi;
}

static size_t
walk(icaltimezone *zone, struct span *out, size_t max)
{
    bool summer;
    int offset = offset_at(zone, TABLE_FROM_S, &summer);
    size_t n = 0;

    out[n++] = (struct span){ INT64_MIN, offset, summer };
    for (int64_t s = TABLE_FROM_S; s < TABLE_TO_S && n < max; s += STEP_S) {
        bool next_summer;
        int next = offset_at(zone, s + STEP_S, &next_summer);

        if (next == offset && next_summer == summer)
            continue;
        int64_t at = find_change(zone, s, s + STEP_S, offset, summer);
        offset = next;
        summer = next_summer;
        out[n++] = (struct span){ at * MS_SECOND, offset, summer };
    }
    return n;
}

/* Only names of the tz database's form reach the library, which makes file names of them. */
static bool
name_ok(const char *name)
{
    size_t n = strlen(name);

    if (n == 0 || n >= NAME_MAX_ || name[0] == '/')
        return false;
    return strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/") == n;
}

static struct table *
load(const char *name)
{
    struct span *span = NULL;
    struct table *t = NULL;
    bool utc = strcmp(name, "UTC") == 0 || strcmp(name, "Etc/UTC") == 0;
    icaltimezone *zone = utc ? NULL : icaltimezone_get_builtin_timezone(name);
    size_t n = 1;

    if (!utc && (zone == NULL || icaltimezone_get_component(zone) == NULL))
        return NULL;
    span = mem_calloc(CHANGES_MAX, sizeof *span);
    if (span == NULL)
        return NULL;
    if (utc)
        span[0] = (struct span){ INT64_MIN, 0, false };
    else
        n = walk(zone, span, CHANGES_MAX);
    t = mem_alloc(sizeof *t + n * sizeof *span);
    if (t != NULL) {
        text_copy(t->name, sizeof t->name, name);
        t->n = n;
        memcpy(t->span, span, n * sizeof *span);
    }
    mem_free(span);
    return t;
}

static const struct table *
find(const char *name)
{
    const struct table *found = find_loaded(name);

    if (found != NULL || !name_ok(name))
        return found;
    lock_take(&load_mutex);
    found = find_loaded(name); /* another thread may have been first */
    for (size_t i = 0; found == NULL && i < ZONES_MAX; i++) {
        struct table *t = NULL;

        if (atomic_load(&tables[i]) != NULL)
            continue;
        t = load(name);
        if (t != NULL)
            atomic_store_explicit(&tables[i], t, memory_order_release);
        found = t;
        break;
    }
    lock_give(&load_mutex);
    return found;
}

static const struct table *
table_of(const char *zone)
{
    const struct table *t = NULL;

    if (zone != NULL && zone[0] != '\0')
        t = find(zone);
    if (t == NULL)
        t = find(ZONE_DEFAULT);
    return t != NULL ? t : find("UTC");
}

/* To work out when its clocks change takes longer than all else at the start: who needs that first
 * waits for it, nobody else. */
static pthread_t ahead;
static bool ahead_runs;

static void *
read_ahead(void *arg)
{
    (void)arg;
    (void)find(ZONE_DEFAULT);
    return NULL;
}

static bool
is_there(const char *name)
{
    icaltimezone *zone;
    bool there;

    lock_take(&load_mutex);
    zone = icaltimezone_get_builtin_timezone(name);
    there = zone != NULL && icaltimezone_get_component(zone) != NULL;
    lock_give(&load_mutex);
    return there;
}

enum status
zone_start(const char *const *names, size_t n)
{
    if (!is_there(ZONE_DEFAULT) || find("UTC") == NULL) {
        log_error("zone", "no time zones: is tzdata installed?");
        return ST_IO;
    }
    ahead_runs = pthread_create(&ahead, NULL, read_ahead, NULL) == 0; /* else when it is needed */
    for (size_t i = 0; i < n; i++)
        if (!zone_known(names[i]))
            log_warn("zone",
                     "a time zone in use is not known here; its times show as " ZONE_DEFAULT);
    return ST_OK;
}

void
zone_stop(void)
{
    if (ahead_runs)
        pthread_join(ahead, NULL);
    ahead_runs = false;
    lock_take(&load_mutex);
    for (size_t i = 0; i < ZONES_MAX; i++)
        mem_free(atomic_exchange(&tables[i], NULL));
    icaltimezone_free_builtin_timezones();
    lock_give(&load_mutex);
}

bool
zone_known(const char *zone)
{
    return zone != NULL && zone[0] != '\0' && find(zone) != NULL;
}

/* ---- Looking up ---- */

static size_t
span_at(const struct table *t, int64_t ms)
{
    size_t lo = 0, hi = t->n;

    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;

        if (t->span[mid].at_ms <= ms)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

static int64_t
offset_ms(const struct table *t, size_t i)
{
    return t->span[i].offset_s * MS_SECOND;
}

void
zone_local(const char *zone, int64_t ms, struct civil *out, int *offset_min)
{
    const struct table *t = table_of(zone);
    size_t i = span_at(t, ms);

    clock_to_civil(ms + offset_ms(t, i), out);
    if (offset_min != NULL)
        *offset_min = t->span[i].offset_s / 60;
}

bool
zone_twice(const char *zone, int64_t ms)
{
    const struct table *t = table_of(zone);
    size_t i = span_at(t, ms);
    int64_t local = ms + offset_ms(t, i);

    if (i + 1 < t->n && local - offset_ms(t, i + 1) >= t->span[i + 1].at_ms)
        return true;
    return i > 0 && local - offset_ms(t, i - 1) < t->span[i].at_ms;
}

/* The moment whose local time is `local` (as if UTC). In a gap: false, and the time moved on by it.
 */
static bool
from_local(const struct table *t, int64_t local, int64_t *ms)
{
    size_t mid = span_at(t, local);
    size_t first = mid > 1 ? mid - 2 : 0;
    size_t last = mid + 2 < t->n ? mid + 2 : t->n - 1;

    for (size_t i = first; i <= last; i++) {
        int64_t at = local - offset_ms(t, i);

        if (at < t->span[i].at_ms) { /* before this span but after the one before: the gap */
            *ms = local - offset_ms(t, i > 0 ? i - 1 : 0);
            return false;
        }
        if (i + 1 == t->n || at < t->span[i + 1].at_ms) {
            *ms = at;
            return true;
        }
    }
    *ms = local - offset_ms(t, last);
    return true;
}

static bool
civil_valid(const struct civil *c)
{
    struct civil back;

    if (c->month < 1 || c->month > 12 || c->day < 1 || c->day > 31 || c->hour < 0 || c->hour > 23 ||
        c->minute < 0 || c->minute > 59 || c->second < 0 || c->second > 59 || c->year < 1970 ||
        c->year > 2199)
        return false;
    clock_to_civil(clock_from_civil(c), &back);
    return back.day == c->day && back.month == c->month && back.year == c->year;
}

enum status
zone_utc(const char *zone, const struct civil *c, int64_t *ms)
{
    int64_t at;

    if (!civil_valid(c) || !from_local(table_of(zone), clock_from_civil(c), &at))
        return ST_INVALID;
    *ms = at;
    return ST_OK;
}

int64_t
zone_utc_near(const char *zone, const struct civil *c)
{
    struct civil first = { .year = c->year, .month = c->month, .day = 1 };
    int month0 = c->month - 1;
    int64_t at;

    first.year += month0 / 12 - (month0 % 12 < 0 ? 1 : 0);
    first.month = (month0 % 12 + 12) % 12 + 1;
    from_local(table_of(zone),
               clock_from_civil(&first) + (c->day - 1) * MS_DAY + c->hour * MS_HOUR +
                   c->minute * MS_MINUTE + c->second * MS_SECOND,
               &at);
    return at;
}

/* ---- Days ---- */

int64_t
zone_day_start(const char *zone, int64_t ms, int days)
{
    struct civil c;

    zone_local(zone, ms, &c, NULL);
    c.day += days;
    c.hour = c.minute = c.second = 0;
    return zone_utc_near(zone, &c);
}

int64_t
zone_reminder_moment(const char *zone, int64_t target_ms, int days_before)
{
    struct civil c;

    zone_local(zone, target_ms, &c, NULL);
    c.day -= days_before;
    if (c.hour < 8) {
        c.hour = 8;
        c.minute = c.second = 0;
    } else if (c.hour >= 20) {
        c.hour = 20;
        c.minute = c.second = 0;
    }
    return zone_utc_near(zone, &c);
}

int
zone_days_between(const char *zone, int64_t a, int64_t b)
{
    struct civil ca, cb;

    zone_local(zone, a, &ca, NULL);
    zone_local(zone, b, &cb, NULL);
    ca.hour = ca.minute = ca.second = 0;
    cb.hour = cb.minute = cb.second = 0;
    return (int)((clock_from_civil(&cb) - clock_from_civil(&ca)) / MS_DAY);
}

void
zone_rfc3339(const char *zone, int64_t ms, char out[40])
{
    const struct table *t = table_of(zone);
    int offset = t->span[span_at(t, ms)].offset_s / 60;
    struct civil c;

    clock_to_civil(ms + offset * MS_MINUTE, &c);
    int n = snprintf(out, 40, "%04d-%02d-%02dT%02d:%02d:%02d", c.year, c.month, c.day, c.hour,
                     c.minute, c.second);
    if (n < 0 || n > 30)
        return;
    if (strcmp(t->name, "UTC") == 0)
        (void)snprintf(out + n, (size_t)(40 - n), "Z");
    else
        (void)snprintf(out + n, (size_t)(40 - n), "%c%02d:%02d", offset < 0 ? '-' : '+',
                       abs(offset) / 60, abs(offset) % 60);
}

size_t
zone_changes(const char *zone, int64_t from_ms, int64_t to_ms, struct zone_change *out, size_t max)
{
    const struct table *t = table_of(zone);
    size_t n = 0;

    for (size_t i = span_at(t, from_ms); i < t->n && n < max; i++) {
        const struct span *s = &t->span[i];

        if (n > 0 && s->at_ms > to_ms)
            break;
        out[n++] = (struct zone_change){ .at_ms = i > 0 ? s->at_ms : 0,
                                         .offset_from_s = t->span[i > 0 ? i - 1 : 0].offset_s,
                                         .offset_s = s->offset_s,
                                         .summer = s->summer };
    }
    return n;
}
