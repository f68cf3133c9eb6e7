/* Text that a mail program would make a link of: of a stranger it must not come under our name. */
#include "base/text.h"

#include <string.h>

#define ONE_DOT_LEADER "\xe2\x80\xa4" /* U+2024: looks like a full stop, parts no host name */

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}

static bool
in_word(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9');
}

/* A full stop with a word of at least two on its right: "finn.no", not "J.R. Olsen". */
static bool
parts_host(const char *start, const char *dot)
{
    return *dot == '.' && dot > start && in_word(dot[-1]) && in_word(dot[1]) && in_word(dot[2]);
}

/* The same with two on the left too, and a small letter to follow, as hosts are written and
 * "Dr.Nes" or "St.Clair" are not. */
static bool
names_host(const char *start, const char *dot)
{
    return parts_host(start, dot) && dot - start > 1 && in_word(dot[-2]) &&
           ((dot[1] >= 'a' && dot[1] <= 'z') || (dot[1] & 0x80) != 0);
}

bool
text_has_link(const char *s)
{
    if (strstr(s, "//") != NULL || strchr(s, '@') != NULL)
        return true;
    for (const char *p = s; *p != '\0'; p++)
        if (names_host(s, p))
            return true;
    return false;
}

char *
text_unlinked(struct arena *a, const char *s)
{
    char *out = arena_alloc(a, 3 * strlen(s) + 1), *to = out;

    for (const char *p = s; *p != '\0'; p++) {
        if (parts_host(s, p)) {
            memcpy(to, ONE_DOT_LEADER, 3);
            to += 3;
        } else if (*p == '@' || (*p == '/' && p[1] == '/')) {
            *to++ = ' ';
            *to++ = *p;
            *to++ = ' ';
        } else {
            *to++ = *p;
        }
    }
    *to = '\0';
    return out;
}
