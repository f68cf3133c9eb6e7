#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <unistd.h>

#include "base/clock.h"

static const char *const level_name[] = { "info", "warn", "error" };

/* One write a line, so that lines of several threads do not mix. */
static void
write_all(const char *p, size_t n)
{
    while (n > 0) {
        ssize_t done = write(STDERR_FILENO, p, n);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return;
        p += done;
        n -= (size_t)done;
    }
}

void
log_line(enum log_level level, const char *room, const char *fmt, ...)
{
    char line[2048], when[32];
    int saved = errno;
    size_t len, head;
    va_list ap;
    int n;

    clock_rfc3339(clock_now(), when);
    n = snprintf(line, sizeof line - 1, "%s %s %s: ", when, level_name[level], room);
    head = n < 0 ? 0 : (size_t)n;
    if (head > sizeof line - 2)
        head = sizeof line - 2;
    va_start(ap, fmt);
    n = vsnprintf(line + head, sizeof line - 1 - head, fmt, ap);
    va_end(ap);
    len = head + (n < 0 ? 0 : (size_t)n);
    if (len > sizeof line - 2)
        len = sizeof line - 2;
    /* A line break from outside must not look like another event. */
    for (size_t i = head; i < len; i++)
        if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
            line[i] = ' ';
    line[len++] = '\n';
    write_all(line, len);
    errno = saved;
}
