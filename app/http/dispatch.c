#include "http/dispatch.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/log.h"
#include "base/text.h"
#include "html/lang.h"
#include "http/begin.h"
#include "http/connection.h"
#include "http/inspect.h"
#include "http/kept.h"
#include "http/page_cache.h"
#include "http/send.h"
#include "http/static.h"
#include "http/workers.h"

#define HEADER_MS (10 * MS_SECOND)
#define BODY_MS (30 * MS_SECOND)
#define FILES "/static/"
/* Of the files, the one that is asked for at a place of its own, by whom no page has told another.
 */
#define ICON "/favicon.ico"

/* ── Connections ── */

static struct connection *
link_of(struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info->socket_context;
}

static void
address_text(struct MHD_Connection *mhd, char *out, socklen_t size)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *sa = info != NULL ? info->client_addr : NULL;

    out[0] = '\0';
    if (sa == NULL)
        return;
    if (sa->sa_family == AF_INET)
        (void)inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)sa)->sin_addr, out,
                        size);
    else if (sa->sa_family == AF_INET6)
        (void)inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr, out,
                        size);
    /* A socket for both families writes IPv4 like this. */
    if (text_starts(out, "::ffff:") && strchr(out, '.') != NULL)
        memmove(out, out + 7, strlen(out + 7) + 1);
}

static int64_t
header_ms(const struct server *s)
{
    return s->config.header_ms > 0 ? s->config.header_ms : HEADER_MS;
}

void
dispatch_connection(void *cls, struct MHD_Connection *mhd, void **socket_context,
                    enum MHD_ConnectionNotificationCode toe)
{
    struct server *s = cls;

    if (toe == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
        char address[48];

        address_text(mhd, address, sizeof address);
        *socket_context = connection_add(s->connections, info->connect_fd, address, header_ms(s));
    } else if (*socket_context != NULL) {
        connection_remove(s->connections, *socket_context);
        *socket_context = NULL;
    }
}

/* ── The target, as it came ── */

struct keeping {
    struct request *rq;
    const char *query;
};

static enum status
keep_query(void *arg)
{
    const struct keeping *k = arg;

    k->rq->raw_query = arena_strdup(k->rq->arena, k->query);
    return ST_OK;
}

void *
dispatch_uri(void *cls, const char *uri, struct MHD_Connection *mhd)
{
    struct server *s = cls;
    struct connection *link = link_of(mhd);
    const char *query;

    if (link == NULL)
        return NULL;
    link->seen = link->has_query = link->hot = link->file = link->no_memory = false;
    link->uri = uri;
    link->uri_len = uri != NULL ? strlen(uri) : 0;
    link->has_space = uri != NULL && strchr(uri, ' ') != NULL;
    query = uri != NULL ? strchr(uri, '?') : NULL;
    if (query == NULL || link->uri_len > URL_MAX)
        return NULL;
    /* The library cuts the query to pieces after this. */
    link->has_query = true;
    if (text_starts(uri, FILES))
        return NULL; /* of it, v alone is asked for */
    struct request *rq = request_new(s);
    struct keeping k = { rq, query + 1 };
    enum status rc;
    if (rq == NULL || !guard_try(&rq->scope, keep_query, &k, &rc))
        link->no_memory = true;
    return rq;
}

size_t
dispatch_unescape(void *cls, struct MHD_Connection *mhd, char *text)
{
    (void)cls;
    (void)mhd;
    return strlen(text); /* the router unescapes */
}

/* ── Answers ── */

/* MHD_NO closes the connection. */
static enum MHD_Result
answer(struct request *rq)
{
    return rq->lost ? MHD_NO : send_answer(rq);
}

static void
refuse_step(struct request *rq)
{
    flow_error(rq, rq->refuse);
    if (rq->link->refused)
        rs_header(&rq->rs, "Connection", "close");
}

/* A body that follows is not waited for. */
static enum MHD_Result
refuse_now(struct request *rq, int http)
{
    connection_linger(rq->server->connections, rq->link);
    rq->refuse = http;
    (void)rescue_step(rq, refuse_step);
    return answer(rq);
}

static void
written(struct writer_job *job, enum status rc)
{
    struct request *rq = job->arg;
    struct server *s = rq->server;

    rq->rc = rc;
    rq->phase = PHASE_ANSWER;
    MHD_resume_connection(rq->mhd);
    /* From here on the request is its event thread's. */
    atomic_fetch_sub(&s->waiting, 1);
}

/* Too much waits already. */
static void
busy(struct request *rq)
{
    atomic_fetch_add(&rq->server->counters.busy, 1);
    written(&(struct writer_job){ .arg = rq }, ST_BUSY);
}

static void
slow_task(void *arg)
{
    struct request *rq = arg;
    struct server *s = rq->server;

    if (rescue_step(rq, flow_slow) && rq->flow == FLOW_WRITE) {
        rq->job.done = written;
        if (writer_submit(s->config.writer, &rq->job) == ST_OK)
            return;
        busy(rq);
        return;
    }
    rq->phase = PHASE_READY;
    MHD_resume_connection(rq->mhd);
    atomic_fetch_sub(&s->waiting, 1);
}

/* The connection sleeps until writer or worker are done; they may be before this returns. */
static enum MHD_Result
hand_over(struct request *rq, enum flow flow)
{
    struct server *s = rq->server;
    enum status rc;

    connection_deadline(rq->link, CONNECTION_NO_DEADLINE);
    rq->phase = PHASE_WAITING;
    atomic_fetch_add(&s->waiting, 1);
    MHD_suspend_connection(rq->mhd);
    if (flow == FLOW_WRITE) {
        rq->job.done = written;
        rc = writer_submit(s->config.writer, &rq->job);
    } else {
        rc = workers_submit(s->crew[rq->route->crew], rq->client, slow_task, rq);
    }
    if (rc != ST_OK)
        busy(rq);
    return MHD_YES;
}

static void
run_step(struct request *rq)
{
    rq->flow = flow_run(rq);
}

static enum MHD_Result
run(struct request *rq)
{
    if (!rescue_step(rq, run_step) || rq->flow == FLOW_ANSWER)
        return answer(rq);
    return hand_over(rq, rq->flow);
}

static enum MHD_Result
resumed(struct request *rq)
{
    if (rq->phase == PHASE_ANSWER && rq->job.thrown)
        rescue(rq, rq->rc);
    else if (rq->phase == PHASE_ANSWER)
        (void)rescue_step(rq, flow_written);
    return answer(rq);
}

/* ── Static files ── */

static const char *
file_name(const char *url)
{
    return text_starts(url, FILES) ? url + strlen(FILES) : strcmp(url, ICON) == 0 ? url + 1 : NULL;
}

/* true: it was one. Neither arena nor route is asked for; a name with escapes is nobody's. */
static bool
answer_static(struct server *s, struct connection *link, struct MHD_Connection *mhd,
              const char *url, enum MHD_Result *result)
{
    struct static_ask ask = { file_name(url), NULL, link->head.if_none_match,
                              link->head.accept_encoding };
    struct MHD_Response *r;
    int http = 200;

    if (link->has_query)
        ask.version = MHD_lookup_connection_value(mhd, MHD_GET_ARGUMENT_KIND, "v");
    r = static_find(s->files, &ask, &http);
    if (r == NULL)
        return false;
    connection_deadline(link, CONNECTION_SEND_MS);
    atomic_fetch_add_explicit(&s->counters.answers[http / 100], 1, memory_order_relaxed);
    *result = MHD_queue_response(mhd, (unsigned)http, r);
    return true;
}

/* ── The hot page ── */

static bool
reads(const char *method)
{
    return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

/* An anonymous GET without query: its language, "" for none said; NULL when it is not such. Our
 * links have no escapes, which could write one page in so many ways that it took every place. */
static const char *
hot_language(const struct connection *link, const char *url, const char *method)
{
    const char *browser;

    if (link->has_query || strchr(url, '%') != NULL || link->head.has_body ||
        link->head.authorization != NULL || !reads(method))
        return NULL;
    if (link->head.cookie != NULL) {
        const char *value = link->head.cookie + 5;

        return strncmp(link->head.cookie, "lang=", 5) == 0 && lang_ok(value) ? lang_norm(value)
                                                                             : NULL;
    }
    browser = lang_pick(link->head.accept_language);
    return browser != NULL ? browser : "";
}

struct hot {
    struct MHD_Connection *mhd;
    const struct head *head;
    enum MHD_Result result;
    int http;
};

static void
queue_hot(void *ctx, void *object)
{
    struct hot *hot = ctx;

    hot->result = kept_queue(object, hot->mhd, hot->head, &hot->http);
}

static bool
answer_hot(struct server *s, struct connection *link, struct MHD_Connection *mhd, const char *url,
           enum MHD_Result *result)
{
    struct hot hot = { .mhd = mhd, .head = &link->head, .result = MHD_NO };

    if (!page_cache_use(s->cache, url, link->hot_lang, clock_now(), queue_hot, &hot))
        return false;
    connection_deadline(link, CONNECTION_SEND_MS);
    atomic_fetch_add_explicit(&s->counters.kept, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&s->counters.answers[hot.http / 100], 1, memory_order_relaxed);
    *result = hot.result;
    return true;
}

/* ── The library's handler ── */

/* NULL when there is no memory. */
static struct request *
adopt(struct server *s, struct MHD_Connection *mhd, struct connection *link, void **con_cls)
{
    struct request *rq = *con_cls != NULL ? *con_cls : request_new(s);

    if (rq == NULL)
        return NULL;
    rq->mhd = mhd;
    rq->link = link;
    *con_cls = rq;
    return rq;
}

static void
begin_step(struct request *rq)
{
    rq->refuse = request_begin(rq);
}

/* false: it threw, and the answer is that. */
static bool
begin(struct request *rq, const char *url, const char *method)
{
    rq->begun = true;
    rq->raw_path = url;
    rq->method_name = method;
    return rescue_step(rq, begin_step);
}

/* The head is in. What has a body is judged before that is read. */
static enum MHD_Result
first_call(struct server *s, struct MHD_Connection *mhd, struct connection *link, const char *url,
           const char *method, const char *version, void **con_cls)
{
    int http = inspect_head(mhd, link, method, version);
    struct request *rq;

    link->seen = true;
    connection_busy(link);
    if (http == 0 && (link->refused || atomic_load(&s->stopping)))
        http = 503;
    if (http != 0) {
        rq = adopt(s, mhd, link, con_cls);
        if (rq == NULL)
            return MHD_NO;
        rq->client = link->address;
        rq->https = s->https;
        return refuse_now(rq, http);
    }
    connection_deadline(link, s->config.body_ms > 0 ? s->config.body_ms : BODY_MS);
    if (!link->head.has_body) {
        link->file = file_name(url) != NULL && reads(method);
        link->hot_lang = hot_language(link, url, method);
        link->hot = link->hot_lang != NULL;
        return MHD_YES;
    }
    rq = adopt(s, mhd, link, con_cls);
    if (rq == NULL)
        return MHD_NO;
    if (!begin(rq, url, method)) {
        connection_linger(s->connections, link);
        return answer(rq);
    }
    if (rq->refuse == 413 || (rq->refuse != 0 && rq->content_length > BEGIN_DISCARD_MAX))
        return refuse_now(rq, rq->refuse);
    buf_init_kept(&rq->body, rq->refuse != 0 ? 1 : begin_body_max(rq->route));
    return MHD_YES;
}

static enum MHD_Result
more_body(struct request *rq, const char *data, size_t *size)
{
    if (rq->refuse == 0) {
        buf_add(&rq->body, data, *size);
        if (!buf_ok(&rq->body)) /* chunked, and longer than it may be; or no memory */
            rq->refuse = response_http(buf_status(&rq->body));
    } else {
        rq->discarded += *size;
    }
    *size = 0;
    /* Nobody waits for the end of a flood; the library allows no answer here. */
    return rq->discarded > ((uint64_t)16 << 20) ? MHD_NO : MHD_YES;
}

enum MHD_Result
dispatch(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
         const char *version, const char *upload_data, size_t *upload_data_size, void **con_cls)
{
    struct server *s = cls;
    struct connection *link = link_of(mhd);
    struct request *rq = *con_cls;
    enum MHD_Result result;

    if (link == NULL || link->no_memory)
        return MHD_NO; /* when it came */
    if (!link->seen)
        return first_call(s, mhd, link, url, method, version, con_cls);
    if (rq != NULL && (rq->phase == PHASE_ANSWER || rq->phase == PHASE_READY))
        return resumed(rq);
    if (*upload_data_size > 0)
        return rq != NULL ? more_body(rq, upload_data, upload_data_size) : MHD_NO;
    if (link->file && answer_static(s, link, mhd, url, &result))
        return result;
    if (link->hot && answer_hot(s, link, mhd, url, &result))
        return result;
    rq = adopt(s, mhd, link, con_cls);
    if (rq == NULL)
        return MHD_NO;
    if (!rq->begun && !begin(rq, url, method))
        return answer(rq);
    return run(rq);
}

void
dispatch_completed(void *cls, struct MHD_Connection *mhd, void **con_cls,
                   enum MHD_RequestTerminationCode toe)
{
    struct server *s = cls;
    struct connection *link = link_of(mhd);

    (void)toe;
    if (*con_cls != NULL)
        request_free(*con_cls);
    *con_cls = NULL;
    if (link == NULL)
        return;
    connection_deadline(link, CONNECTION_IDLE_MS + header_ms(s));
    connection_idle(link);
}
