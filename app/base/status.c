#include "base/status.h"

#include <stdarg.h>

#include "base/log.h"

const char *
status_name(enum status rc)
{
    switch (rc) {
    case ST_OK:
        return "ok";
    case ST_NOT_FOUND:
        return "not found";
    case ST_CONFLICT:
        return "conflict";
    case ST_INVALID:
        return "invalid";
    case ST_DENIED:
        return "denied";
    case ST_GONE:
        return "gone";
    case ST_LIMIT:
        return "limit";
    case ST_BUSY:
        return "busy";
    case ST_FULL:
        return "no room on the disk";
    case ST_IO:
        return "it cannot be read or written";
    case ST_NOMEM:
        return "out of memory";
    }
    return "unknown";
}

void
bug_at(const char *file, int line, const char *fmt, ...)
{
    char text[512];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    log_error("bug", "%s:%d: %s", file, line, text);
    abort();
}
