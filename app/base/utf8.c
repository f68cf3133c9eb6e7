#include "base/utf8.h"

uint32_t
utf8_next(const char **s)
{
    const unsigned char *p = (const unsigned char *)*s;
    uint32_t cp, least;
    int more;

    if (p[0] < 0x80) {
        *s += p[0] != 0 ? 1 : 0;
        return p[0];
    }
    if (p[0] >= 0xC2 && p[0] < 0xE0) {
        cp = p[0] & 0x1FU;
        more = 1;
        least = 0x80;
    } else if (p[0] >= 0xE0 && p[0] < 0xF0) {
        cp = p[0] & 0x0FU;
        more = 2;
        least = 0x800;
    } else if (p[0] >= 0xF0 && p[0] < 0xF5) {
        cp = p[0] & 0x07U;
        more = 3;
        least = 0x10000;
    } else {
        *s += 1;
        return UTF8_BAD;
    }
    for (int i = 1; i <= more; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            *s += 1;
            return UTF8_BAD;
        }
        cp = cp << 6 | (p[i] & 0x3FU);
    }
    if (cp < least || cp > 0x10FFFF || (cp >= 0xD800 && cp < 0xE000)) {
        *s += 1;
        return UTF8_BAD;
    }
    *s += more + 1;
    return cp;
}

size_t
utf8_put(char *out, uint32_t cp)
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xC0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3F));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xE0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
        out[2] = (char)(0x80 | (cp & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
    out[3] = (char)(0x80 | (cp & 0x3F));
    return 4;
}

struct range {
    uint32_t from, to;
};

static bool
among(const struct range *r, size_t n, uint32_t cp)
{
    for (size_t i = 0; i < n; i++)
        if (cp >= r[i].from && cp <= r[i].to)
            return true;
    return false;
}

/* Upper and lower case alternate here: the upper one even, or odd. */
static const struct range even_pairs[] = {
    { 0x0100, 0x012F }, { 0x0132, 0x0137 }, { 0x014A, 0x0177 }, { 0x01DE, 0x01EF },
    { 0x01F8, 0x021F }, { 0x0222, 0x0233 }, { 0x0460, 0x0481 }, { 0x048A, 0x04BF },
    { 0x04D0, 0x052F }, { 0x1E00, 0x1E95 }, { 0x1EA0, 0x1EFF },
};
static const struct range odd_pairs[] = {
    { 0x0139, 0x0148 },
    { 0x0179, 0x017E },
    { 0x01CD, 0x01DC },
    { 0x04C1, 0x04CE },
};

uint32_t
utf8_lower(uint32_t cp)
{
    if (cp < 0x80)
        return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
    if (cp < 0x100)
        return cp >= 0xC0 && cp <= 0xDE && cp != 0xD7 ? cp + 32 : cp;
    if (cp == 0x0130)
        return 'i';
    if (cp == 0x0178)
        return 0xFF;
    if (cp == 0x1E9E)
        return 0xDF;
    if ((cp >= 0x0391 && cp <= 0x03A9 && cp != 0x03A2) || (cp >= 0x0410 && cp <= 0x042F))
        return cp + 32;
    if (cp >= 0x0400 && cp <= 0x040F)
        return cp + 80;
    if (cp % 2 == 0)
        return among(even_pairs, ARRAY_LEN(even_pairs), cp) ? cp + 1 : cp;
    return among(odd_pairs, ARRAY_LEN(odd_pairs), cp) ? cp + 1 : cp;
}

/* Not words, past ASCII. */
static const struct range symbols[] = {
    { 0x0080, 0x00A9 },   { 0x00AB, 0x00B4 },    { 0x00B6, 0x00B9 }, { 0x00BB, 0x00BF },
    { 0x00D7, 0x00D7 },   { 0x00F7, 0x00F7 },    { 0x02C2, 0x02DF }, { 0x02E5, 0x02FF },
    { 0x034F, 0x034F },   { 0x037E, 0x037E },    { 0x0387, 0x0387 }, { 0x0482, 0x0482 },
    { 0x055A, 0x055F },   { 0x0589, 0x058F },    { 0x05BE, 0x05BE }, { 0x05C0, 0x05C0 },
    { 0x05C3, 0x05C3 },   { 0x05F3, 0x05F4 },    { 0x0600, 0x060F }, { 0x061B, 0x061F },
    { 0x066A, 0x066D },   { 0x06D4, 0x06D4 },    { 0x1680, 0x1680 }, { 0x180E, 0x180E },
    { 0x2000, 0x206F },   { 0x207A, 0x207E },    { 0x208A, 0x208E }, { 0x20A0, 0x20CF },
    { 0x2100, 0x2BFF },   { 0x2E00, 0x2FFF },    { 0x3000, 0x3004 }, { 0x3008, 0x3020 },
    { 0x3030, 0x3030 },   { 0x303D, 0x303F },    { 0xE000, 0xF8FF }, { 0xFD3E, 0xFD3F },
    { 0xFE00, 0xFE1F },   { 0xFE30, 0xFE6F },    { 0xFEFF, 0xFF0F }, { 0xFF1A, 0xFF20 },
    { 0xFF3B, 0xFF40 },   { 0xFF5B, 0xFF65 },    { 0xFFE0, 0xFFFF }, { 0x1D000, 0x1D1FF },
    { 0x1F000, 0x1FAFF }, { 0xE0000, 0x10FFFF },
};

bool
utf8_is_word(uint32_t cp)
{
    if (cp < 0x80)
        return (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z');
    return cp <= 0x10FFFF && !among(symbols, ARRAY_LEN(symbols), cp);
}

bool
utf8_is_space(uint32_t cp)
{
    if (cp <= 0x20)
        return cp == ' ' || (cp >= '\t' && cp <= '\r');
    return cp == 0x85 || cp == 0xA0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200A) ||
           cp == 0x2028 || cp == 0x2029 || cp == 0x202F || cp == 0x205F || cp == 0x3000;
}

bool
utf8_is_control(uint32_t cp)
{
    if (cp < 0x20)
        return cp != '\t' && cp != '\n' && cp != '\r';
    if (cp >= 0x7F && cp < 0xA0)
        return cp != 0x85;
    return cp == 0xAD || cp == 0x200B || cp == 0x2060 || cp == 0x200E || cp == 0x200F ||
           cp == 0x061C || (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069) ||
           cp == 0xFEFF || cp >= 0xE0000;
}
