#include "http/cookie.h"

char *
cookie_find(struct arena *a, const char *header, const char *name)
{
    size_t name_len = strlen(name);

    for (const char *s = header; *s != '\0';) {
        s += strspn(s, " \t;");
        size_t n = strcspn(s, ";");

        if (n > name_len && s[name_len] == '=' && memcmp(s, name, name_len) == 0) {
            const char *v = s + name_len + 1;
            size_t len = n - name_len - 1;

            while (len > 0 && (v[len - 1] == ' ' || v[len - 1] == '\t'))
                len--;
            if (len >= 2 && v[0] == '"' && v[len - 1] == '"') {
                v++;
                len -= 2;
            }
            return arena_strndup(a, v, len);
        }
        s += n;
    }
    return NULL;
}
