#include "http/etag.h"

#include <string.h>

#include "base/buf.h"
#include "base/crypto.h"

#define TAG_BYTES 12 /* 96 bits: nobody gains by finding two alike */

const char *
etag_of(struct arena *a, const void *bytes, size_t n)
{
    uint8_t hash[CRYPTO_HASH_BYTES];
    const char *out;
    struct buf b;

    crypto_hash(hash, bytes, n, NULL, 0);
    buf_init(&b, 0);
    buf_adds(&b, "\"");
    buf_add_base64url(&b, hash, TAG_BYTES);
    buf_adds(&b, "\"");
    out = arena_strdup(a, buf_str(&b));
    buf_release(&b);
    return out;
}

bool
etag_among(const char *list, const char *tag, bool weak)
{
    size_t size = strlen(tag);

    for (const char *s = list + strspn(list, " \t,"); *s != '\0'; s += strspn(s, " \t,")) {
        bool is_weak = s[0] == 'W' && s[1] == '/';
        const char *end;

        if (s[0] == '*')
            return true;
        s += is_weak ? 2 : 0;
        end = s[0] == '"' ? strchr(s + 1, '"') : NULL;
        if (end == NULL)
            return false;
        if ((weak || !is_weak) && (size_t)(end + 1 - s) == size && memcmp(s, tag, size) == 0)
            return true;
        s = end + 1;
    }
    return false;
}
