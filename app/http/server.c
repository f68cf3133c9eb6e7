#include "http/server.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "http/connection.h"
#include "http/dispatch.h"
#include "http/file_cache.h"
#include "http/guesses.h"
#include "http/kept.h"
#include "http/limits.h"
#include "http/page_cache.h"
#include "http/pool.h"
#include "http/sse.h"
#include "http/static.h"
#include "http/tls.h"
#include "http/workers.h"

/* URL and headers at their limits, what the library notes about them, and the head of the answer.
 */
#define CONNECTION_MEMORY ((size_t)48 << 10)
#define CONNECTIONS_MAX 4096
/* A hundred people behind one address, each browser with its six: their oldest idle ones go. */
#define CONNECTIONS_OF_ONE 512
/* Beyond the most there are: to be told that there is no place. */
#define CONNECTIONS_REFUSED 256
#define FILES_WANTED 16384
#define BACKLOG 1024
#define THREADS_MAX 16
#define STOP_MS (8 * MS_SECOND)
/* Ciphers with authentication of their own: no CBC, no CCM with its short tags. */
#define TLS_PRIORITIES                                                                             \
    "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:-CIPHER-ALL:+AES-256-GCM:+CHACHA20-POLY1305:+AES-128-GCM:"   \
    "%SERVER_PRECEDENCE"

/* ── Listening ── */

/* "127.0.0.1:8080", "[::1]:8080" into host and port. */
static bool
split_listen(const char *listen_at, char *host, size_t size, const char **port)
{
    const char *colon = strrchr(listen_at, ':');
    size_t n;

    if (colon == NULL || colon[1] == '\0')
        return false;
    n = (size_t)(colon - listen_at);
    if (n >= 2 && listen_at[0] == '[' && colon[-1] == ']') {
        listen_at++;
        n -= 2;
    }
    if (n >= size)
        return false;
    memcpy(host, listen_at, n);
    host[n] = '\0';
    *port = colon + 1;
    return true;
}

static int
open_socket(const struct addrinfo *ai)
{
    int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1, off = 0;

    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (ai->ai_family == AF_INET6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, ai->ai_addr, ai->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0) {
        int saved = errno;

        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

static int
port_of(int fd)
{
    struct sockaddr_storage sa = { 0 };
    socklen_t n = sizeof sa;

    if (getsockname(fd, (struct sockaddr *)&sa, &n) != 0)
        return 0;
    return ntohs(sa.ss_family == AF_INET6
                     ? ((const struct sockaddr_in6 *)(const void *)&sa)->sin6_port
                     : ((const struct sockaddr_in *)(const void *)&sa)->sin_port);
}

static int
listen_socket(const char *listen_at, int *port)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE };
    struct addrinfo *list = NULL;
    const char *service;
    char host[256];
    int fd = -1, error;

    if (!split_listen(listen_at, host, sizeof host, &service)) {
        log_error("http", "not an address with a port: %s", listen_at);
        return -1;
    }
    error = getaddrinfo(host[0] != '\0' ? host : NULL, service, &hints, &list);
    if (error != 0) {
        log_error("http", "%s: %s", listen_at, gai_strerror(error));
        return -1;
    }
    for (const struct addrinfo *ai = list; ai != NULL && fd < 0; ai = ai->ai_next)
        fd = open_socket(ai);
    if (fd < 0)
        log_error("http", "cannot listen on %s: %s", listen_at, strerror(errno));
    else
        *port = port_of(fd);
    freeaddrinfo(list);
    return fd;
}

/* Each connection is a file; the usual soft limit of 1024 is there for select(), not used here. */
static void
raise_files(void)
{
    struct rlimit r;

    if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_cur >= FILES_WANTED)
        return;
    r.rlim_cur = r.rlim_max < FILES_WANTED ? r.rlim_max : FILES_WANTED;
    (void)setrlimit(RLIMIT_NOFILE, &r);
}

static int
connections_max(void)
{
    struct rlimit r;

    /* The rest is for the database, the mail and the pages' files. */
    if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_cur / 2 >= CONNECTIONS_MAX)
        return CONNECTIONS_MAX;
    return (int)(r.rlim_cur / 2);
}

/* ── The daemon ── */

/* What the library has to say is about broken clients: nobody's business but theirs. */
static void
library_log(void *ctx, const char *fmt, va_list ap)
{
    (void)ctx;
    (void)fmt;
    (void)ap;
}

static unsigned
threads_of(const struct server_config *c)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    if (c->threads > 0)
        return c->threads > THREADS_MAX ? THREADS_MAX : (unsigned)c->threads;
    return cores < 2 ? 2 : cores > THREADS_MAX ? THREADS_MAX : (unsigned)cores;
}

/* Poll, never the library's own epoll: that stops answering when one thread has exactly 128 or 256
 * sockets ready. */
static struct MHD_Daemon *
start_daemon(struct server *s, int fd)
{
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_ALLOW_SUSPEND_RESUME |
                     MHD_USE_ERROR_LOG | (s->tls ? (unsigned)MHD_USE_TLS : 0u);
    const struct MHD_OptionItem tls[] = {
        { MHD_OPTION_HTTPS_CERT_CALLBACK, 0, tls_callback() },
        { MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES },
        { MHD_OPTION_END, 0, NULL },
    };
    const struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };

    return MHD_start_daemon(
        flags, 0, NULL, NULL, dispatch, s,                   /* */
        MHD_OPTION_EXTERNAL_LOGGER, library_log, NULL,       /* first: it hears the rest */
        MHD_OPTION_LISTEN_SOCKET, fd,                        /* */
        MHD_OPTION_THREAD_POOL_SIZE, threads_of(&s->config), /* */
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)connections_max() + CONNECTIONS_REFUSED, /* */
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY,                          /* */
        MHD_OPTION_CONNECTION_TIMEOUT, 0u,                    /* connection.h */
        MHD_OPTION_NOTIFY_CONNECTION, dispatch_connection, s, /* */
        MHD_OPTION_NOTIFY_COMPLETED, dispatch_completed, s,   /* */
        MHD_OPTION_URI_LOG_CALLBACK, dispatch_uri, s,         /* */
        MHD_OPTION_UNESCAPE_CALLBACK, dispatch_unescape, s,   /* */
        MHD_OPTION_ARRAY, s->tls ? tls : none,                /* */
        MHD_OPTION_END);
}

/* ── Listening to commits ── */

static void
bump_cache(void *ctx, const struct db_topic *topic, int64_t id)
{
    struct server *s = ctx;

    (void)id;
    for (const struct db_topic *const *t = s->config.spoils_pages; t != NULL && *t != NULL; t++)
        if (db_topic_is(topic, *t)) {
            page_cache_bump(s->cache);
            return;
        }
}

static void
tick(void *ctx, int64_t now)
{
    struct server *s = ctx;

    sse_tick(s->sse, now);
}

/* ── Start ── */

/* For tests of the whole program, which cannot wait as long as clients may. */
static void
test_deadlines(struct server_config *c)
{
#ifdef SAMLING_TESTING
    const char *text = getenv("SAMLING_TEST_DEADLINES");
    long long header, body;

    if (text != NULL && c->header_ms == 0 && sscanf(text, "%lld,%lld", &header, &body) == 2) {
        c->header_ms = header;
        c->body_ms = body;
    }
#else
    (void)c;
#endif
}

/* scheme://host[:port] of --url. */
static char *
origin_of(const char *url)
{
    const char *host = url != NULL ? strstr(url, "://") : NULL;

    if (host == NULL)
        return NULL;
    host += 3;
    return mem_strndup(url, (size_t)(host - url) + strcspn(host, "/"));
}

static void
server_free(struct server *s)
{
    if (s == NULL)
        return;
    writer_unsubscribe(s->config.writer, bump_cache, s);
    writer_unsubscribe(s->config.writer, sse_listen, s->sse);
    connections_stop(&s->connections);
    tls_forget();
    page_cache_free(&s->cache);
    file_cache_free(&s->drawn);
    static_files_free(&s->files);
    sse_free(&s->sse);
    guesses_free(&s->guesses);
    limits_free(&s->limits);
    pool_free(&s->pool);
    router_free(&s->router);
    mem_free(s->origin);
    mem_free(s->proxy);
    mem_free(s);
}

/* What is drawn may be wanted by a hundred people at the door at once, behind one address. */
static const struct workers_size crew_sizes[CREWS] = {
    [CREW_LISTS] = { .threads = 2, .waiting = 64, .of_one = 16 },
    [CREW_DRAW] = { .threads = 2, .waiting = 256, .of_one = 128 },
    [CREW_HASH] = { .threads = 2, .waiting = 64, .of_one = 32 },
};

static void
crews_stop(struct server *s)
{
    for (enum crew crew = 0; crew < CREWS; crew++)
        workers_stop(&s->crew[crew]);
}

static bool
make_parts(struct server *s)
{
    const struct server_config *c = &s->config;

    s->router = router_new(c->tables);
    s->pool = pool_new(c->db);
    s->limits = limits_new();
    s->guesses = guesses_new();
    s->cache = page_cache_new(kept_free);
    s->drawn = file_cache_new();
    s->files =
        static_files_load(c->templates != NULL ? templates_static(c->templates) : NULL, s->https);
    s->origin = origin_of(c->base_url);
    s->proxy = c->proxy != NULL ? mem_strdup(c->proxy) : NULL;
    if (s->pool == NULL || s->limits == NULL || s->guesses == NULL || s->cache == NULL ||
        s->drawn == NULL || s->files == NULL)
        return false;
    s->sse = sse_new(s->pool);
    if (s->sse == NULL)
        return false;
    s->connections = connections_start(&(struct connections_most){ .all = connections_max(),
                                                                   .of_one = CONNECTIONS_OF_ONE,
                                                                   .proxy = s->proxy },
                                       tick, s, &s->counters.cut);
    for (enum crew crew = 0; crew < CREWS; crew++) {
        s->crew[crew] = workers_start(&crew_sizes[crew]);
        if (s->crew[crew] == NULL)
            return false;
    }
    return s->connections != NULL;
}

enum status
server_renew_tls(struct server *s, const char *cert, const char *key)
{
    char why[TLS_WHY_MAX];
    enum status rc = s->tls ? tls_use(cert, key, why) : ST_INVALID;

    if (rc == ST_INVALID && s->tls)
        log_error("http", "%s", why);
    else if (rc == ST_OK && *why != '\0')
        log_warn("http", "%s", why);
    return rc;
}

enum status
server_start(const struct server_config *config, struct server **out)
{
    struct server *s = mem_calloc(1, sizeof *s);
    int fd = -1;

    *out = NULL;
    if (s == NULL)
        return ST_NOMEM;
    s->config = *config;
    s->listen_fd = -1;
    s->tls = config->tls_cert != NULL && config->tls_key != NULL;
    s->https = s->tls || (config->base_url != NULL && text_starts(config->base_url, "https://"));
    test_deadlines(&s->config);
    raise_files();
    if (s->tls && server_renew_tls(s, config->tls_cert, config->tls_key) != ST_OK)
        goto out;
    if (!make_parts(s))
        goto out;
    fd = listen_socket(config->listen, &s->port);
    if (fd < 0)
        goto out;
    writer_subscribe(config->writer, bump_cache, s);
    writer_subscribe(config->writer, sse_listen, s->sse);
    s->daemon = start_daemon(s, fd);
    if (s->daemon == NULL) {
        log_error("http", "the server does not start");
        close(fd);
        goto out;
    }
    *out = s;
    return ST_OK;
out:
    crews_stop(s);
    server_free(s);
    return ST_IO;
}

int
server_port(const struct server *s)
{
    return s->port;
}

/* ── Stop ── */

static void
wait_zero(const _Atomic int *n, int64_t until)
{
    const struct timespec bit = { .tv_nsec = 5 * 1000 * 1000 };

    while (atomic_load(n) > 0 && clock_mono() < until)
        (void)nanosleep(&bit, NULL);
}

void
server_stop(struct server **pointer)
{
    struct server *s = *pointer;

    *pointer = NULL;
    if (s == NULL)
        return;
    atomic_store(&s->stopping, true);
    s->listen_fd = MHD_quiesce_daemon(s->daemon);
    if (s->listen_fd >= 0)
        close(s->listen_fd);
    sse_stop(s->sse);
    wait_zero(&s->in_flight, clock_mono() + STOP_MS);
    crews_stop(s);
    /* The library must not be stopped with a connection asleep. The writer never keeps a job. */
    wait_zero(&s->waiting, INT64_MAX);
    MHD_stop_daemon(s->daemon);
    server_free(s);
}

/* ── Figures ── */

void
server_metrics(const struct server *s, struct buf *out)
{
    const struct server_counters *c = &s->counters;
    static const char *const name[] = { NULL, "1xx", "2xx", "3xx", "4xx", "5xx" };

    buf_adds(out, "# HELP samling_http_answers_total Answers by class of their status.\n"
                  "# TYPE samling_http_answers_total counter\n");
    for (size_t i = 2; i < ARRAY_LEN(name); i++)
        buf_addf(out, "samling_http_answers_total{class=\"%s\"} %lld\n", name[i],
                 (long long)atomic_load(&c->answers[i]));
    buf_addf(out,
             "# HELP samling_http_kept_total Pages answered from a kept rendering.\n"
             "# TYPE samling_http_kept_total counter\nsamling_http_kept_total %lld\n",
             (long long)atomic_load(&c->kept));
    buf_addf(out,
             "# HELP samling_http_cut_total Connections cut past a deadline.\n"
             "# TYPE samling_http_cut_total counter\nsamling_http_cut_total %lld\n",
             (long long)atomic_load(&c->cut));
    buf_addf(out,
             "# HELP samling_http_limited_total Tries refused by a rate limit.\n"
             "# TYPE samling_http_limited_total counter\nsamling_http_limited_total %lld\n",
             (long long)atomic_load(&c->limited));
    buf_addf(out,
             "# HELP samling_http_busy_total Requests refused for want of room.\n"
             "# TYPE samling_http_busy_total counter\nsamling_http_busy_total %lld\n",
             (long long)atomic_load(&c->busy));
    buf_addf(out,
             "# HELP samling_http_connections Connections open.\n"
             "# TYPE samling_http_connections gauge\nsamling_http_connections %d\n",
             connections_count(s->connections));
    buf_addf(out,
             "# HELP samling_http_in_flight Requests under way.\n"
             "# TYPE samling_http_in_flight gauge\nsamling_http_in_flight %d\n",
             atomic_load(&s->in_flight));
    buf_addf(out,
             "# HELP samling_http_streams Event streams open.\n"
             "# TYPE samling_http_streams gauge\nsamling_http_streams %d\n",
             sse_count(s->sse));
}
