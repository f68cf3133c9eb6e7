/*
 * The anchor of the registrations' figure: the same four changes (seat, registration, ticket,
 * outbox row), bare, written in process through the one writer, by N callers that each wait for the
 * disk. Prints one line of JSON.
 *
 *     rows DATABASE CALLERS SECONDS
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/rand.h"
#include "database/migrate.h"
#include "database/statement.h"
#include "database/writer.h"

static const char sql_gathering[] =
    "INSERT INTO gathering (slug, title, place, starts_at, ends_at, calendar_uid, created_at,"
    " changed_at, status) VALUES ('rows', 'Rows', 'Here', 1, 2, 'rows', 1, 1, 'published')";
static const char sql_seat[] = "UPDATE gathering SET seats_taken = seats_taken + 1 WHERE id = 1"
                               " AND (capacity IS NULL OR seats_taken < capacity)";
static const char sql_registration[] =
    "INSERT INTO registration (public_id, gathering_id, status, name, email, organisation, "
    "name_key,"
    " search_key, sort_key, source, calendar_uid, created_at, confirmed_at)"
    " VALUES ($1, 1, 'confirmed', $2, $3, 'Firma', $2, $2, $2, 'api', $4, $5, $5) RETURNING id";
static const char sql_ticket[] =
    "INSERT INTO ticket (gathering_id, registration_id, code, short, holder, organisation,"
    " search_key, sort_key, created_at) VALUES (1, $1, $2, $3, $4, 'Firma', $4, $4, $5)";
static const char sql_mail[] =
    "INSERT INTO mail (kind, parent, parent_id, occasion, gathering_id, to_name, to_email, lang,"
    " message_id, due_at, created_at, changed_at)"
    " VALUES ('registration.confirmed', 'registration', $1, '', 1, $2, $3, 'nb', $4, $5, $5, $5)";

static atomic_long next_person;
static _Atomic int64_t end_at;
static struct writer *writer;

static enum status
add_gathering(struct db_conn *c, void *arg)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_gathering, &st);

    (void)arg;
    return rc == ST_OK ? db_run(&st) : rc;
}

static enum status
add_rows(struct db_conn *c, void *arg)
{
    long k = *(long *)arg;
    char public_id[24], uid[24], code[24], brief[9], message[48], name[32], email[48];
    struct db_stmt *st = NULL;
    int64_t id = 0, now = clock_now();

    rand_base64url(public_id, 12);
    rand_base64url(uid, 22);
    rand_base64url(code, 22);
    rand_crockford(brief, 8);
    rand_rising(message, 22);
    (void)snprintf(name, sizeof name, "gjest %ld", k);
    (void)snprintf(email, sizeof email, "gjest%ld@firma.example", k);
    enum status rc = db_prepare(c, sql_seat, &st);
    if (rc == ST_OK)
        rc = db_run(&st);
    if (rc == ST_OK)
        rc = db_prepare(c, sql_registration, &st);
    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, public_id);
    db_bind_text(st, 2, name);
    db_bind_text(st, 3, email);
    db_bind_text(st, 4, uid);
    db_bind_int(st, 5, now);
    rc = db_next(st);
    id = rc == ST_OK ? db_int(st, 0) : 0;
    db_finish(&st);
    if (rc == ST_OK)
        rc = db_prepare(c, sql_ticket, &st);
    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    db_bind_text(st, 2, code);
    db_bind_text(st, 3, brief);
    db_bind_text(st, 4, name);
    db_bind_int(st, 5, now);
    rc = db_run(&st);
    if (rc == ST_OK)
        rc = db_prepare(c, sql_mail, &st);
    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    db_bind_text(st, 2, name);
    db_bind_text(st, 3, email);
    db_bind_text(st, 4, message);
    db_bind_int(st, 5, now);
    return db_run(&st);
}

/* As writer_run, but that it may run again, as what comes over HTTP may. */
struct waiter {
    struct writer_job job;
    sem_t done;
};

static void
wake(struct writer_job *job, enum status rc)
{
    (void)rc;
    sem_post(&((struct waiter *)(void *)job)->done);
}

static enum status
write_rows(long *k)
{
    struct waiter w = { .job = { .work = add_rows, .arg = k, .again = true, .done = wake } };
    enum status rc;

    sem_init(&w.done, 0, 0);
    rc = writer_submit(writer, &w.job);
    if (rc == ST_OK) {
        while (sem_wait(&w.done) != 0)
            continue;
        rc = w.job.rc;
    }
    sem_destroy(&w.done);
    return rc;
}

static void *
caller(void *arg)
{
    long *done = arg;

    while (clock_mono() < end_at) {
        long k = atomic_fetch_add(&next_person, 1);
        if (write_rows(&k) != ST_OK)
            BUG("a row was refused");
        (*done)++;
    }
    return NULL;
}

int
main(int argc, char **argv)
{
    struct db *db = NULL;
    struct db_conn *c = NULL;
    long callers = argc == 4 ? strtol(argv[2], NULL, 10) : 0, total = 0;

    if (callers < 1 || callers > 1024) {
        fprintf(stderr, "usage: rows DATABASE CALLERS SECONDS\n");
        return 2;
    }
    char url[4096];
    (void)snprintf(url, sizeof url, "sqlite:%s", argv[1]);
    if (crypto_start() != ST_OK || db_open(url, &db) != ST_OK ||
        db_connect(db, DB_WRITE, &c) != ST_OK || migrate_up(c) != ST_OK)
        return 1;
    db_disconnect(&c);
    if (writer_start(db, &writer) != ST_OK || writer_run(writer, add_gathering, NULL) != ST_OK)
        return 1;
    pthread_t *thread = calloc((size_t)callers, sizeof *thread);
    long *done = calloc((size_t)callers, sizeof *done);
    int64_t began = clock_mono();
    end_at = began + (int64_t)(strtod(argv[3], NULL) * 1000);
    for (long i = 0; i < callers; i++)
        pthread_create(&thread[i], NULL, caller, &done[i]);
    for (long i = 0; i < callers; i++) {
        pthread_join(thread[i], NULL);
        total += done[i];
    }
    double took = (double)(clock_mono() - began) / 1000;
    printf("{\"requests\":%ld,\"seconds\":%.3f,\"rate\":%.1f}\n", total, took,
           (double)total / took);
    writer_stop(&writer);
    db_close(&db);
    free(thread);
    free(done);
    return 0;
}
