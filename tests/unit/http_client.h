/* A client over raw sockets, for tests that want to send what no proper client sends. */
#ifndef SAMLING_TESTS_HTTP_CLIENT_H
#define SAMLING_TESTS_HTTP_CLIENT_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

/* How long is waited for what must come; how fast it comes, the slowest machine decides. */
#define PATIENCE_MS 60000

struct answer {
    int status; /* 0: closed without an answer; -1: none in time */
    char text[65536];
    size_t len;
    const char *body; /* into text; "" when there is none */
};

static inline int
client_open(int port)
{
    struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&sa, sizeof sa) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static inline bool
client_send(int fd, const char *text, size_t n)
{
    while (n > 0) {
        ssize_t w = send(fd, text, n, MSG_NOSIGNAL);

        if (w <= 0)
            return false;
        text += w;
        n -= (size_t)w;
    }
    return true;
}

/* Has the whole answer come? head: an answer without a body. */
static inline bool
client_complete(struct answer *a, bool head)
{
    char *end = strstr(a->text, "\r\n\r\n"), *length;

    if (end == NULL)
        return false;
    a->body = end + 4;
    length = strcasestr(a->text, "\r\nContent-Length:");
    if (head || length == NULL || length > end)
        return head || strncmp(a->text + 9, "204", 3) == 0 || strncmp(a->text + 9, "304", 3) == 0;
    return a->len >= (size_t)(end + 4 - a->text) + strtoul(length + 17, NULL, 10);
}

static inline void
client_read(int fd, struct answer *a, bool head, int64_t ms)
{
    int64_t until = clock_mono() + ms;

    a->status = -1;
    a->len = 0;
    a->text[0] = '\0';
    a->body = "";
    while (clock_mono() < until && !client_complete(a, head)) {
        struct pollfd p = { .fd = fd, .events = POLLIN };

        if (poll(&p, 1, (int)(until - clock_mono())) <= 0)
            break;
        ssize_t n = recv(fd, a->text + a->len, sizeof a->text - 1 - a->len, 0);
        if (n <= 0) {
            a->status = 0;
            break;
        }
        a->len += (size_t)n;
        a->text[a->len] = '\0';
    }
    if (strncmp(a->text, "HTTP/1.", 7) == 0)
        a->status = (int)strtol(a->text + 9, NULL, 10);
}

/* Reads on a stream until `what` has come; false when it does not. */
static inline bool
client_hears(int fd, struct answer *a, const char *what)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };

    a->len = 0;
    a->text[0] = '\0';
    while (strstr(a->text, what) == NULL) {
        ssize_t n = poll(&p, 1, PATIENCE_MS) != 1
                        ? -1
                        : recv(fd, a->text + a->len, sizeof a->text - 1 - a->len, 0);

        if (n <= 0)
            return false;
        a->len += (size_t)n;
        a->text[a->len] = '\0';
    }
    return true;
}

/* One connection, one question. */
static inline int
client_ask_n(int port, const char *text, size_t n, struct answer *a)
{
    int fd = client_open(port);

    (void)client_send(fd, text, n);
    client_read(fd, a, strncmp(text, "HEAD", 4) == 0, PATIENCE_MS);
    close(fd);
    return a->status;
}

static inline int
client_ask(int port, const char *text, struct answer *a)
{
    return client_ask_n(port, text, strlen(text), a);
}

/* The value of a header, in buf; "" when it is not there. */
static inline const char *
client_header(const struct answer *a, const char *name, char *buf, size_t size)
{
    char want[80];
    const char *at, *end = strstr(a->text, "\r\n\r\n");

    (void)snprintf(want, sizeof want, "\r\n%s: ", name);
    at = strcasestr(a->text, want);
    buf[0] = '\0';
    if (at != NULL && at < end) {
        size_t n = strcspn(at + strlen(want), "\r\n");

        n = n < size ? n : size - 1;
        memcpy(buf, at + strlen(want), n);
        buf[n] = '\0';
    }
    return buf;
}

#endif
