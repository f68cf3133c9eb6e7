/* Requests to the program in this process, and what came back, whole. */
#ifndef SAMLING_TESTS_TORTURE_CLIENT_H
#define SAMLING_TESTS_TORTURE_CLIENT_H

#include "http_client.h"

struct reply {
    int status; /* 0: closed without an answer; -1: none in time */
    char text[4 << 20];
    size_t len;
    const char *body;
    size_t body_len;
};

/* Sends, and reads to the end of the connection. */
static inline int
reply_ask(int port, const char *request, size_t n, struct reply *r)
{
    int fd = client_open(port);
    int64_t until = clock_mono() + 20000;
    char *end;

    r->status = -1;
    r->len = r->body_len = 0;
    r->body = "";
    (void)client_send(fd, request, n);
    while (clock_mono() < until && r->len < sizeof r->text - 1) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        ssize_t got;

        if (poll(&p, 1, 1000) <= 0)
            continue;
        got = recv(fd, r->text + r->len, sizeof r->text - 1 - r->len, 0);
        if (got <= 0) {
            r->status = 0;
            break;
        }
        r->len += (size_t)got;
    }
    close(fd);
    r->text[r->len] = '\0';
    end = strstr(r->text, "\r\n\r\n");
    if (r->status == 0 && end != NULL && strncmp(r->text, "HTTP/1.", 7) == 0) {
        r->status = (int)strtol(r->text + 9, NULL, 10);
        r->body = end + 4;
        r->body_len = r->len - (size_t)(r->body - r->text);
    }
    return r->status;
}

/* What stands between two texts, in out; "" when they are not there. */
static inline const char *
reply_between(const struct reply *r, const char *before, const char *after, char *out, size_t size)
{
    const char *from = strstr(r->text, before), *to;

    out[0] = '\0';
    if (from == NULL)
        return out;
    from += strlen(before);
    to = strstr(from, after);
    if (to != NULL && (size_t)(to - from) < size) {
        memcpy(out, from, (size_t)(to - from));
        out[to - from] = '\0';
    }
    return out;
}

#endif
