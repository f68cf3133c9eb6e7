#include "mailing/mailing_sender.h"

#include "base/clock.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "mailing/mailing_folder.h"
#include "mailing/mailing_sender_private.h"

void
sender_wait_until(struct sender *s, pthread_cond_t *cond, int64_t mono)
{
    (void)bell_wait(cond, &s->lock, mono);
}

void
sender_ring(struct sender *s)
{
    lock_take(&s->lock);
    sender_ring_locked(s);
    lock_give(&s->lock);
}

struct beginning {
    struct sender *s;
    int64_t now, requeued, uncertain, moved;
    char host[256];
};

static enum status
begin_work(struct db_conn *c, void *arg)
{
    struct beginning *b = arg;
    enum status rc = outbox_recover(c, true, b->now, &b->requeued, &b->uncertain);

    if (rc == ST_OK)
        rc = outbox_clock_back(c, b->now, &b->moved);
    if (rc == ST_OK)
        rc = outbox_set_host(c, b->host);
    if (rc == ST_OK)
        rc = b->s->folder ? outbox_unpause(c) : outbox_wake(c, b->now);
    return rc;
}

enum status
sender_begin(struct sender *s)
{
    struct beginning b = { .s = s, .now = clock_now() };
    struct mail_from from;
    enum status rc;

    mail_from_parse(s->env.settings->from, &from);
    (void)text_copy(b.host, sizeof b.host, from.host);
    rc = writer_run(s->writer, begin_work, &b);
    s->begun = rc == ST_OK;
    if (rc == ST_OK && (b.requeued || b.uncertain))
        log_info("mailing", "after a crash requeued=%lld uncertain=%lld", (long long)b.requeued,
                 (long long)b.uncertain);
    return rc;
}

static enum status
read_connections(struct sender *s, int64_t *connections)
{
    struct db_conn *c = NULL;
    int64_t per_minute;
    enum status rc = db_connect(s->db, DB_READ, &c);

    if (rc == ST_OK)
        rc = outbox_settings(c, &per_minute, connections);
    db_disconnect(&c);
    return rc;
}

static enum status
configure(struct sender *s)
{
    const struct app_settings *set = s->env.settings;
    char why[256];

    s->folder = !set->smtp_url || !*set->smtp_url;
    if (s->folder)
        return folder_make(set->data_dir);
    if (smtp_config_parse(set->smtp_url, set->smtp_ca, &s->smtp, why) == ST_OK)
        return ST_OK;
    log_error("mailing", "mail server: %s", why);
    return ST_INVALID;
}

static void
init_locks(struct sender *s)
{
    (void)pthread_mutex_init(&s->lock, NULL);
    (void)pthread_mutex_init(&s->order, NULL);
    bell_init(&s->work);
    bell_init(&s->bell);
}

enum status
sender_start(struct app *app, struct sender **out)
{
    struct sender *s = mem_calloc(1, sizeof *s);
    int64_t connections = 0;
    enum status rc;

    *out = s;
    if (!s)
        return ST_NOMEM;
    init_locks(s);
    s->env = mail_env_of(app);
    s->db = app_db(app);
    s->writer = app_writer(app);
    rc = configure(s);
    if (rc == ST_OK)
        rc = sender_begin(s);
    if (rc == ST_FULL) { /* pages are shown meanwhile; the dispatcher tries again */
        log_warn("mailing", "mail waits until there is room on the disk");
        rc = ST_OK;
    }
    if (rc == ST_OK)
        rc = read_connections(s, &connections);
    s->low = (size_t)connections;
    s->active = (size_t)connections;
    if (rc == ST_OK && pthread_create(&s->dispatcher, NULL, sender_dispatch_main, s) != 0)
        rc = ST_NOMEM;
    s->dispatching = rc == ST_OK;
    for (int64_t i = 0; rc == ST_OK && i < connections; i++) {
        if (pthread_create(&s->worker[i], NULL, sender_work_main, s) != 0)
            rc = ST_NOMEM;
        else
            s->workers++;
    }
    if (rc != ST_OK)
        sender_stop(out);
    return rc;
}

void
sender_stop(struct sender **pointer)
{
    struct sender *s = *pointer;

    if (!s)
        return;
    atomic_store(&s->stop, true);
    lock_take(&s->lock);
    pthread_cond_broadcast(&s->work);
    lock_give(&s->lock);
    for (size_t i = 0; i < s->workers; i++)
        (void)pthread_join(s->worker[i], NULL);
    lock_take(&s->lock);
    s->finished = true;
    sender_ring_locked(s);
    lock_give(&s->lock);
    if (s->dispatching)
        (void)pthread_join(s->dispatcher, NULL);
    for (size_t i = 0; i < s->n_results; i++)
        outbox_result_release(&s->results[i]);
    (void)pthread_mutex_destroy(&s->lock);
    (void)pthread_mutex_destroy(&s->order);
    (void)pthread_cond_destroy(&s->work);
    (void)pthread_cond_destroy(&s->bell);
    mem_free(s);
    *pointer = NULL;
}
