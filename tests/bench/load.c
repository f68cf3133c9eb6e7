/*
 * A load for one HTTP server on 127.0.0.1: N kept-alive connections in one thread, each with one
 * request at a time, until the time is up. Prints one line of JSON.
 *
 *     load PORT CONNECTIONS SECONDS get /path
 *     load PORT CONNECTIONS SECONDS register GATHERING TOKEN FIRST
 *
 * register posts a person of its own each time, numbered from FIRST.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define REQUEST_MAX 2048
#define HEAD_MAX 8192
#define LATENCIES_MAX 20000000

struct connection {
    int fd;
    char request[REQUEST_MAX];
    size_t request_len;
    char head[HEAD_MAX];
    size_t head_len;
    long body_left; /* -1: still in the head */
    int status;
    int64_t began;
};

static struct {
    int port, n;
    const char *path, *gathering, *token;
    long next;
    uint32_t *latency;
    size_t done, failed;
} load;

static int64_t
now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
make_request(struct connection *c)
{
    if (load.path != NULL) {
        c->request_len =
            (size_t)snprintf(c->request, sizeof c->request,
                             "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", load.path, load.port);
        return;
    }
    char body[512];
    long k = load.next++;
    int n = snprintf(body, sizeof body,
                     "{\"name\":\"Gjest %ld\",\"email\":\"gjest%ld@firma.example\","
                     "\"organisation\":\"Firma %ld\"}",
                     k, k, k % 97);
    c->request_len = (size_t)snprintf(
        c->request, sizeof c->request,
        "POST /api/v1/gatherings/%s/registrations HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
        "Authorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: "
        "%d\r\n\r\n%s",
        load.gathering, load.port, load.token, n, body);
}

static void
start(struct connection *c)
{
    make_request(c);
    c->head_len = 0;
    c->body_left = -1;
    c->began = now_us();
    if (send(c->fd, c->request, c->request_len, MSG_NOSIGNAL) != (ssize_t)c->request_len) {
        perror("send");
        exit(1);
    }
}

static void
finished(struct connection *c)
{
    int want = load.path != NULL ? 200 : 201;

    if (c->status != want) {
        if (load.failed++ == 0)
            fprintf(stderr, "status %d: %.300s\n", c->status, c->head);
    } else if (load.done < LATENCIES_MAX) {
        load.latency[load.done++] = (uint32_t)(now_us() - c->began);
    }
}

/* Takes the head apart once it is whole; what is behind it counts as body. */
static bool
head_done(struct connection *c)
{
    c->head[c->head_len] = '\0';
    char *end = strstr(c->head, "\r\n\r\n");
    if (end == NULL)
        return false;
    char *length = strcasestr(c->head, "\r\nContent-Length:");
    c->status = (int)strtol(c->head + 9, NULL, 10);
    c->body_left = length != NULL ? strtol(length + 17, NULL, 10) : 0;
    c->body_left -= (long)(c->head_len - (size_t)(end + 4 - c->head));
    return true;
}

/* true when a response is complete. */
static bool
take(struct connection *c)
{
    static char sink[65536];

    for (;;) {
        bool in_head = c->body_left < 0;
        char *to = in_head ? c->head + c->head_len : sink;
        size_t room = in_head ? sizeof c->head - 1 - c->head_len : sizeof sink;
        ssize_t n = recv(c->fd, to, room, MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return false;
        if (n <= 0) {
            fprintf(stderr, "connection lost\n");
            exit(1);
        }
        if (in_head) {
            c->head_len += (size_t)n;
            if (!head_done(c))
                continue;
        } else {
            c->body_left -= n;
        }
        if (c->body_left <= 0)
            return true;
    }
}

static int
by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static double
at_part(double part)
{
    return load.done == 0 ? 0 : load.latency[(size_t)(part * (double)(load.done - 1))] / 1000.0;
}

static void
connect_one(struct connection *c, int poll)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)load.port),
                              .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int one = 1;

    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof to) != 0) {
        perror("connect");
        exit(1);
    }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event e = { .events = EPOLLIN, .data = { .ptr = c } };
    epoll_ctl(poll, EPOLL_CTL_ADD, c->fd, &e);
}

int
main(int argc, char **argv)
{
    if (argc < 6) {
        fprintf(stderr, "usage: load PORT CONNECTIONS SECONDS get PATH | register G TOKEN FIRST\n");
        return 2;
    }
    load.port = (int)strtol(argv[1], NULL, 10);
    load.n = (int)strtol(argv[2], NULL, 10);
    double seconds = strtod(argv[3], NULL);
    if (strcmp(argv[4], "get") == 0) {
        load.path = argv[5];
    } else {
        load.gathering = argv[5];
        load.token = argv[6];
        load.next = strtol(argv[7], NULL, 10);
    }
    load.latency = malloc(LATENCIES_MAX * sizeof *load.latency);
    struct connection *all = calloc((size_t)load.n, sizeof *all);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < load.n; i++)
        connect_one(&all[i], poll);
    int64_t began = now_us(), end = began + (int64_t)(seconds * 1e6);
    for (int i = 0; i < load.n; i++)
        start(&all[i]);
    int open = load.n;
    while (open > 0) {
        struct epoll_event ready[256];
        int n = epoll_wait(poll, ready, 256, 5000);
        if (n == 0) {
            fprintf(stderr, "no answer for 5 s, %d waiting\n", open);
            return 1;
        }
        for (int i = 0; i < n; i++) {
            struct connection *c = ready[i].data.ptr;
            if (!take(c))
                continue;
            finished(c);
            if (now_us() < end) {
                start(c);
            } else {
                close(c->fd);
                open--;
            }
        }
    }
    double took = (double)(now_us() - began) / 1e6;
    qsort(load.latency, load.done, sizeof *load.latency, by_value);
    printf("{\"requests\":%zu,\"failed\":%zu,\"seconds\":%.3f,\"rate\":%.1f,\"p50\":%.3f,\"p99\":%."
           "3f}\n",
           load.done, load.failed, took, (double)load.done / took, at_part(0.5), at_part(0.99));
    return 0;
}
