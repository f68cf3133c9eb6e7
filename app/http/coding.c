#include "http/coding.h"

#include <string.h>
#include <strings.h>

/* Weights are thousandths, doubled; what is taken though nobody named it comes after all others. */
#define WHOLE 2000
#define LEAST 1

const char *
coding_name(enum coding c)
{
    static const char *const name[CODINGS] = { "identity", "gzip", "br" };

    return name[c];
}

/* "0.5" up to n bytes: its weight, -1 when it is none. */
static int
weight(const char *s, size_t n)
{
    int value = 0, unit = WHOLE;

    if (n == 0 || n > 5 || (s[0] != '0' && s[0] != '1') || (n > 1 && s[1] != '.'))
        return -1;
    value = (s[0] - '0') * WHOLE;
    for (size_t i = 2; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        unit /= 10;
        value += (s[i] - '0') * unit;
    }
    return value <= WHOLE ? value : -1;
}

/* What is said after a coding's name: WHOLE when nothing is. */
static int
weight_of(const char *s, size_t n)
{
    size_t at = strspn(s, " \t");

    if (at >= n)
        return WHOLE;
    if (s[at] != ';')
        return -1;
    at++;
    at += strspn(s + at, " \t");
    if (at + 2 > n || (s[at] != 'q' && s[at] != 'Q') || s[at + 1] != '=')
        return -1;
    at += 2;
    while (n > at && (s[n - 1] == ' ' || s[n - 1] == '\t'))
        n--;
    return weight(s + at, n - at);
}

static int *
place_of(const char *s, size_t n, int said[CODINGS], int *any)
{
    if (n == 1 && s[0] == '*')
        return any;
    if (n == 6 && strncasecmp(s, "x-gzip", n) == 0)
        return &said[CODING_GZIP];
    for (enum coding c = 0; c < CODINGS; c++)
        if (n == strlen(coding_name(c)) && strncasecmp(s, coding_name(c), n) == 0)
            return &said[c];
    return NULL;
}

int
coding_pick(const char *accept, unsigned has)
{
    int said[CODINGS] = { -1, -1, -1 }, any = -1, best = -1, most = 0;

    for (const char *s = accept; s != NULL && *s != '\0';) {
        s += strspn(s, " \t,");
        size_t whole = strcspn(s, ","), name = strcspn(s, " \t;,");
        int *place = place_of(s, name, said, &any), q = weight_of(s + name, whole - name);

        if (place != NULL && q >= 0)
            *place = q;
        s += whole;
    }
    for (enum coding c = 0; c < CODINGS; c++) {
        int q = said[c] >= 0 ? said[c] : any >= 0 ? any : c == CODING_IDENTITY ? LEAST : 0;

        if ((has & 1u << c) != 0 && q > 0 && q >= most) {
            best = (int)c;
            most = q;
        }
    }
    return best;
}
