#include "cmd/config.h"

#include <ctype.h>
#include <errno.h>
#include <strings.h>

#include "base/buf.h"
#include "base/owner.h"
#include "base/text.h"

const struct setting_def setting_defs[SETTING_COUNT] = {
    [SETTING_DATA] = { "data", "DIR", "SAMLING_DATA", "data folder (./data)" },
    [SETTING_LISTEN] = { "listen", "ADDR:PORT", "SAMLING_LISTEN",
                         "where to answer (127.0.0.1:8080)" },
    [SETTING_URL] = { "url", "URL", "SAMLING_URL", "address in links (http:// + listen)" },
    [SETTING_TLS_CERT] = { "tls-cert", "FILE", "SAMLING_TLS_CERT", "certificate chain, PEM" },
    [SETTING_TLS_KEY] = { "tls-key", "FILE", "SAMLING_TLS_KEY", "its private key, PEM" },
    [SETTING_PROXY] = { "proxy", "ADDR", "SAMLING_PROXY",
                        "trusted proxy whose X-Forwarded headers count" },
    [SETTING_SMTP] = { "smtp", "URL", "SAMLING_SMTP",
                       "smtp://user:pass@host:587 or smtps://... (mail goes to DIR/mailbox)" },
    [SETTING_SMTP_CA] = { "smtp-ca", "FILE", "SAMLING_SMTP_CA", "who vouches for the mail server" },
    [SETTING_FROM] = { "from", "ADDRESS", "SAMLING_FROM", "sender (Samling <samling@localhost>)" },
    [SETTING_BOUNCE] = { "bounce", "PATTERN", "SAMLING_BOUNCE",
                         "envelope sender; * in it becomes the mail's own mark" },
    [SETTING_IMAP] = { "imap", "URL", "SAMLING_IMAP", NULL },
    [SETTING_DB] = { "db", "URL", "SAMLING_DB", "database (sqlite:DIR/samling.db)" },
};

enum { CONFIG_FILE_MAX = 64 * 1024 };

static void __attribute__((format(printf, 2, 3))) complain(char *error, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(error, CONFIG_ERROR_MAX, fmt, ap);
    va_end(ap);
}

static const char *
trimmed(struct arena *a, const char *s, size_t n)
{
    while (n > 0 && isspace((unsigned char)*s)) {
        s++;
        n--;
    }
    while (n > 0 && isspace((unsigned char)s[n - 1]))
        n--;
    return arena_strndup(a, s, n);
}

static int
setting_by_env(const char *name)
{
    for (int i = 0; i < SETTING_COUNT; i++)
        if (strcmp(setting_defs[i].env, name) == 0)
            return i;
    return -1;
}

static enum status
config_line(struct arena *a, const char *line, size_t n, int number, const char **values,
            char *error)
{
    const char *whole = trimmed(a, line, n);

    if (*whole == '\0' || *whole == '#')
        return ST_OK;

    const char *equals = strchr(whole, '=');
    if (equals == NULL) {
        complain(error, "line %d: expected NAME=value", number);
        return ST_INVALID;
    }

    const char *name = trimmed(a, whole, (size_t)(equals - whole));
    const char *value = trimmed(a, equals + 1, strlen(equals + 1));
    size_t len = strlen(value);
    int i = setting_by_env(name);

    if (i < 0) {
        complain(error,
                 "line %d: unknown name \"%.60s\" (names are those of the environment, "
                 "such as SAMLING_SMTP)",
                 number, name);
        return ST_INVALID;
    }
    if (values[i] != NULL) {
        complain(error, "line %d: %s stands there twice", number, name);
        return ST_INVALID;
    }
    if (len >= 2 && value[0] == '"' && value[len - 1] == '"')
        value = arena_strndup(a, value + 1, len - 2);
    values[i] = value;
    return ST_OK;
}

enum status
config_parse(struct arena *a, const char *text, size_t n, const char *values[SETTING_COUNT],
             char *error)
{
    if (!text_utf8_ok(text, n)) {
        complain(error, "the file is not UTF-8 text");
        return ST_INVALID;
    }

    int number = 0;
    const char *end = text + n;
    while (text < end) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        size_t len = (size_t)((stop != NULL ? stop : end) - text);
        enum status rc = config_line(a, text, len, ++number, values, error);

        if (rc != ST_OK)
            return rc;
        text += len + 1;
    }
    return ST_OK;
}

static enum status
read_file(struct arena *a, const char *file, const char *values[SETTING_COUNT], char *error)
{
    FILE *f = fopen(file, "re");
    char denied[OWNER_WHY_MAX];

    if (f == NULL) {
        complain(error, "cannot read %.400s: %s", file, owner_why(errno, file, denied));
        return ST_IO;
    }

    char *text = arena_alloc(a, CONFIG_FILE_MAX + 1);
    size_t n = fread(text, 1, CONFIG_FILE_MAX + 1, f);
    int failed = ferror(f) ? errno : 0;
    fclose(f);
    if (failed != 0) {
        complain(error, "cannot read %.400s: %s", file, strerror(failed));
        return ST_IO;
    }
    if (n > CONFIG_FILE_MAX) {
        complain(error, "%s: over 64 KB is no settings file", file);
        return ST_INVALID;
    }

    char why[CONFIG_ERROR_MAX] = "";
    enum status rc = config_parse(a, text, n, values, why);
    if (rc != ST_OK)
        complain(error, "%.400s: %.1000s", file, why);
    return rc;
}

/* "127.0.0.1:8080", "[::1]:8080": an address, a colon, a port. */
static bool
listen_ok(const char *s)
{
    const char *colon = strrchr(s, ':');
    int64_t port = 0;

    if (colon == NULL || colon == s || !text_int(colon + 1, &port) || port < 0 || port > 65535)
        return false;
    if (s[0] == '[')
        return colon[-1] == ']' && colon - s > 2;
    return memchr(s, ':', (size_t)(colon - s)) == NULL;
}

static bool
starts_with_any(const char *s, const char *a, const char *b)
{
    return (text_starts(s, a) && s[strlen(a)] != '\0') ||
           (text_starts(s, b) && s[strlen(b)] != '\0');
}

static bool
plain_ascii(const char *s)
{
    for (; *s != '\0'; s++)
        if ((unsigned char)*s <= ' ' || (unsigned char)*s >= 127)
            return false;
    return true;
}

/* "Name <address>" or the address alone. */
static bool
sender_ok(struct arena *a, const char *s)
{
    const char *open = strrchr(s, '<');
    const char *address = s;

    for (const char *p = s; *p != '\0'; p++)
        if ((unsigned char)*p < ' ')
            return false;
    if (open != NULL) {
        if (!text_ends(s, ">"))
            return false;
        address = arena_strndup(a, open + 1, strlen(open) - 2);
    }
    /* samling@localhost is the default, so a domain without a dot passes. */
    const char *at = strchr(address, '@');
    return text_email_ok(address) ||
           (at != NULL && at != address && strcmp(at, "@localhost") == 0 && plain_ascii(address));
}

static enum status
config_check(struct arena *a, const struct config *c, char *error)
{
    if (!listen_ok(c->listen))
        complain(error, "--listen %s: expected ADDR:PORT, such as 127.0.0.1:8080 or [::]:8080",
                 c->listen);
    else if (!starts_with_any(c->base_url, "http://", "https://") || !plain_ascii(c->base_url) ||
             strpbrk(c->base_url, "?#\"<>") != NULL)
        complain(error, "--url %s: expected http://... or https://...", c->base_url);
    else if ((c->tls_cert == NULL) != (c->tls_key == NULL))
        complain(error, "%s is missing: a certificate and its key are only of use together",
                 c->tls_cert == NULL ? "--tls-cert" : "--tls-key");
    else if (c->smtp != NULL && !starts_with_any(c->smtp, "smtp://", "smtps://"))
        complain(error, "--smtp: expected smtp://... or smtps://...");
    else if (c->imap != NULL && !starts_with_any(c->imap, "imap://", "imaps://"))
        complain(error, "--imap: expected imap://... or imaps://...");
    else if (!sender_ok(a, c->from))
        complain(error, "--from %s: expected an address, such as \"Hub <post@hub.example>\"",
                 c->from);
    else if (!text_starts(c->db_url, "sqlite:") || c->db_url[7] == '\0')
        complain(error, "--db: this program knows sqlite:PATH");
    else
        return ST_OK;
    return ST_INVALID;
}

enum status
config_load(struct arena *a, const char *const flags[SETTING_COUNT], const char *file,
            char *(*env)(const char *name), struct config *out, char *error)
{
    const char *from_file[SETTING_COUNT] = { NULL };
    const char *v[SETTING_COUNT];

    if (file != NULL) {
        enum status rc = read_file(a, file, from_file, error);

        if (rc != ST_OK)
            return rc;
    }
    for (int i = 0; i < SETTING_COUNT; i++) {
        const char *e = env(setting_defs[i].env);

        v[i] = flags[i] != NULL ? flags[i] : e != NULL && *e != '\0' ? e : from_file[i];
        if (v[i] != NULL && *v[i] == '\0')
            v[i] = NULL;
        if (v[i] != NULL && !text_utf8_ok(v[i], strlen(v[i]))) {
            complain(error, "--%s: not UTF-8", setting_defs[i].flag);
            return ST_INVALID;
        }
    }

    *out = (struct config){
        .data_dir = v[SETTING_DATA] != NULL ? v[SETTING_DATA] : "./data",
        .listen = v[SETTING_LISTEN] != NULL ? v[SETTING_LISTEN] : "127.0.0.1:8080",
        .url_given = v[SETTING_URL] != NULL,
        .listen_given = v[SETTING_LISTEN] != NULL,
        .tls_cert = v[SETTING_TLS_CERT],
        .tls_key = v[SETTING_TLS_KEY],
        .proxy = v[SETTING_PROXY],
        .smtp = v[SETTING_SMTP],
        .smtp_ca = v[SETTING_SMTP_CA],
        .from = v[SETTING_FROM] != NULL ? v[SETTING_FROM] : "Samling <samling@localhost>",
        .bounce = v[SETTING_BOUNCE],
        .imap = v[SETTING_IMAP],
    };
    out->base_url =
        v[SETTING_URL] != NULL
            ? v[SETTING_URL]
            : arena_printf(a, "http%s://%s", out->tls_cert != NULL ? "s" : "", out->listen);
    size_t n = strlen(out->base_url);
    while (n > 0 && out->base_url[n - 1] == '/')
        n--;
    out->base_url = arena_strndup(a, out->base_url, n);
    out->db_url = v[SETTING_DB] != NULL ? v[SETTING_DB]
                                        : arena_printf(a, "sqlite:%s/samling.db", out->data_dir);
    return config_check(a, out, error);
}

bool
config_has_password(const char *url)
{
    const char *start = strstr(url, "://");

    if (start == NULL)
        return false;
    start += 3;
    size_t n = strcspn(start, "/");
    const char *at = memrchr(start, '@', n);
    return at != NULL && memchr(start, ':', (size_t)(at - start)) != NULL;
}
