#include "base/steady.h"

#include "base/clock.h"

static int64_t
expected(const struct steady_way *way, int64_t mono)
{
    return way->wall + (mono - way->mono);
}

static bool
goes(const struct steady_way *way, int64_t now, int64_t mono)
{
    int64_t off = now - expected(way, mono);

    return way->wall != 0 && off <= MS_DAY && off >= -MS_DAY;
}

void
steady_begin(struct steady *s, const struct steady_kept *kept, int64_t now, int64_t mono)
{
    int64_t last = kept->seen_at != 0 ? kept->seen_at : kept->believed_at;

    *s = (struct steady){ .believed = { kept->believed_at, mono },
                          .seen = { kept->seen_at, mono },
                          .began = mono - kept->steady_ms };
    /* Up to a day of standstill is none of the clock's doing: counted from here on. */
    if (goes(&s->believed, now, mono)) {
        s->believed.wall = now;
        s->seen.wall = 0;
    } else if (goes(&s->seen, now, mono)) {
        s->seen.wall = now;
    } else {
        s->leapt = last != 0 ? now - last : 0;
        s->seen.wall = now;
        s->began = mono;
    }
}

bool
steady_look(struct steady *s, int64_t now, int64_t mono)
{
    s->leapt = 0;
    if (goes(&s->believed, now, mono)) {
        s->seen.wall = 0;
        return true;
    }
    if (!goes(&s->seen, now, mono)) {
        s->leapt = now - expected(s->seen.wall != 0 ? &s->seen : &s->believed, mono);
        s->seen = (struct steady_way){ now, mono };
        s->began = mono;
    }
    if (mono - s->began < MS_DAY)
        return false;
    s->believed = (struct steady_way){ now, mono };
    s->seen.wall = 0;
    return true;
}

void
steady_keep(const struct steady *s, int64_t now, int64_t mono, struct steady_kept *out)
{
    *out = (struct steady_kept){ 0 };
    if (s->believed.wall != 0)
        out->believed_at = s->seen.wall != 0 ? expected(&s->believed, mono) : now;
    if (s->seen.wall != 0) {
        out->seen_at = now;
        out->steady_ms = mono - s->began;
    }
}
