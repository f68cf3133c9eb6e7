/* The address of a mail server, as an operator writes it. */
#include "base/text.h"
#include "smtp/smtp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct smtp_config c;
    char why[256], url[2048];

    if (size >= sizeof url)
        return 0;
    memcpy(url, data, size);
    url[size] = '\0';
    if (smtp_config_parse(url, NULL, &c, why) != ST_OK) {
        if (why[0] == '\0')
            BUG("no reason given");
        return 0;
    }
    if (c.host[0] == '\0' || c.port < 1 || c.port > 65535 ||
        (c.user[0] == '\0') != (c.password[0] == '\0') || !text_utf8_ok(c.user, strlen(c.user)))
        BUG("a configuration makes no sense");
    if (strpbrk(c.host, "/?#@ \r\n") != NULL || strpbrk(c.helo, "/?#@ \r\n") != NULL)
        BUG("a name would end the URL");
    return 0;
}
