#include "accounts/common_password.h"

#include <ctype.h>
#include <string.h>

#include "accounts/accounts.h"
#include "base/asset.h"
#include "base/status.h"

#define LIST "app/accounts/common_passwords.txt"
#define BYTES_MAX (4 * PASSWORD_MAX + 1)

/* memcmp, and at its end the shorter comes first: the order of the list. */
static int
compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
    int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

    return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

/* One a line, sorted by bytes: halves what is left, and takes the line around its middle. */
static bool
listed(const char *word, size_t len)
{
    const struct asset *list = asset_find(LIST);
    size_t from = 0, to;

    if (list == NULL)
        BUG("no " LIST);
    for (to = list->size; from < to;) {
        size_t start = from + (to - from) / 2, end;
        int order;

        while (start > from && list->data[start - 1] != '\n')
            start--;
        end = start + strcspn(list->data + start, "\n");
        order = compare(word, len, list->data + start, end - start);
        if (order == 0)
            return true;
        if (order < 0)
            to = start;
        else
            from = end + 1;
    }
    return false;
}

static bool
is_letter(char c)
{
    return isalpha((unsigned char)c) || (unsigned char)c >= 0x80;
}

static bool
with_something_behind(const char *text, size_t len)
{
    while (len > 1 && !is_letter(text[len - 1]))
        if (listed(text, --len))
            return true;
    return false;
}

static bool
said_again(const char *text, size_t len)
{
    for (size_t n = 1; n <= len / 2; n++)
        if (len % n == 0 && memcmp(text, text + n, len - n) == 0)
            return n <= 3 || listed(text, n);
    return false;
}

bool
common_password(const char *password)
{
    char text[BYTES_MAX];
    size_t len = strlen(password);

    if (len >= sizeof text)
        return false;
    for (size_t i = 0; i < len; i++)
        text[i] = (char)tolower((unsigned char)password[i]);
    return listed(text, len) || with_something_behind(text, len) || said_again(text, len);
}
