/*
 * Each allocation on the main paths fails in turn: the answer is an error, or right; the program
 * lives, the next request is served, and nothing leaks (AddressSanitizer says so at the end).
 * Allocations are those of our own code, of SQLite, jansson and cmark.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "accounts/accounts.h"
#include "base/guard.h"
#include "invitations/invitations.h"
#include "mailing/mailing_courier.h"
#include "mailing/mailing_schedule.h"
#include "tickets/tickets.h"
#include "torture_client.h"
#include "torture_paths.h"

/* So many of the first, one after the other, and of the rest so many evenly spread. */
#define FIRST 40
#define SPREAD 250

static struct reply reply;

/* ── One request ── */

static void
put_target(const char *target, char *out, size_t size)
{
    const struct {
        const char *name, *text;
        int64_t number;
    } hole[] = { { "{slug}", slug, 0 },     { "{code}", code, 0 },
                 { "{own}", own_path, 0 },  { "{g}", NULL, gathering_id },
                 { "{d}", NULL, draft_id }, { "{c}", NULL, contact_id },
                 { "{m}", NULL, mail_id } };
    size_t len = 0;

    for (const char *s = target; *s != '\0' && len + 1 < size;) {
        size_t k = 0;

        while (k < ARRAY_LEN(hole) && strncmp(s, hole[k].name, strlen(hole[k].name)) != 0)
            k++;
        if (k == ARRAY_LEN(hole)) {
            out[len++] = *s++;
            continue;
        }
        len += (size_t)(hole[k].text != NULL
                            ? snprintf(out + len, size - len, "%s", hole[k].text)
                            : snprintf(out + len, size - len, "%lld", (long long)hole[k].number));
        s += strlen(hole[k].name);
    }
    out[len] = '\0';
}

/* A client of its own each time: rates are no matter here. */
static int
ask(const struct path *p)
{
    char request[8192], target[400], body[2048] = "", who[256] = "";

    put_target(p->target, target, sizeof target);
    if (p->body != NULL)
        p->body(body, sizeof body);
    if (p->signed_in)
        (void)snprintf(who, sizeof who, "Cookie: %s\r\n", cookie);
    if (p->by_token)
        (void)snprintf(who, sizeof who,
                       "Authorization: Bearer %s\r\nIdempotency-Key: k%d-key-%d\r\n", token, serial,
                       serial);
    int n = snprintf(request, sizeof request,
                     "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                     "X-Forwarded-For: 10.%d.%d.1\r\nSec-Fetch-Site: same-origin\r\n%s"
                     "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n%s",
                     p->method != NULL ? p->method : "GET", target, serial / 250, serial % 250, who,
                     p->type != NULL ? p->type : "application/x-www-form-urlencoded", strlen(body),
                     body);

    assert_true(n > 0 && (size_t)n < sizeof request);
    return reply_ask(app_port(o.app), request, (size_t)n, &reply);
}

static bool
marked(const struct path *p)
{
    return memmem(reply.text, reply.len, p->marker, strlen(p->marker)) != NULL;
}

static bool
right(const struct path *p, size_t length)
{
    return reply.status == p->status && marked(p) &&
           (p->varies || length == 0 || reply.body_len == length);
}

static void
must_be_right(const struct path *p, size_t length)
{
    if (!right(p, length))
        print_error("%s: status %d, %zu bytes (%zu wanted):\n%.1200s\n", p->name, reply.status,
                    reply.body_len, length, reply.text);
    assert_true(right(p, length));
}

/* As it is when nothing fails: right, how long, and by how many allocations. */
static int64_t
measure(const struct path *p, size_t *length)
{
    int64_t n;

    for (int i = 0; i < 2; i++) {
        serial++;
        if (p->prepare != NULL)
            p->prepare();
        mem_fail_at(0);
        (void)ask(p);
        n = mem_count();
        must_be_right(p, 0);
    }
    *length = reply.body_len;
    return n;
}

/* A stream that failed on the way has no last chunk (RFC 9112 section 7.1): nobody takes it for
 * whole. */
static bool
cut(void)
{
    static const char last[] = "0\r\n\r\n";
    size_t n = sizeof last - 1;

    return memmem(reply.text, reply.len, "Transfer-Encoding: chunked", 26) != NULL &&
           (reply.len < n || memcmp(reply.text + reply.len - n, last, n) != 0);
}

/* The nth fails. An error, or right; and the same again, if it is harmless, is right. */
static void
fail_once(const struct path *p, int64_t n, size_t length)
{
    serial++;
    if (p->prepare != NULL)
        p->prepare();
    mem_fail_at(n);
    (void)ask(p);
    mem_fail_at(0);
    if (cut())
        reply.status = 0;
    if (reply.status != 503 && reply.status != 0 && !right(p, length))
        print_error("%s, allocation %lld: ", p->name, (long long)n);
    if (reply.status != 503 && reply.status != 0)
        must_be_right(p, length);
    else if (reply.status == 503)
        assert_true(memmem(reply.text, reply.len, "</html>", 7) != NULL ||
                    memmem(reply.text, reply.len, "urn:samling", 11) != NULL);
    /* Sent again, as people do. */
    if (n % 8 == 0 && (p->method == NULL || p->body == registration_form)) {
        (void)ask(p);
        must_be_right(p, length);
    }
}

static void
torture(const struct path *p)
{
    int64_t first = p->tries > 0 ? 0 : FIRST, spread = p->tries > 0 ? p->tries : SPREAD, all, step;
    int64_t began = clock_mono();
    size_t length = 0;

    for (int64_t n = 1; n <= first; n++) /* connections are cold, nothing is prepared */
        fail_once(p, n, 0);
    all = measure(p, &length);
    step = all / spread + 1;
    for (int64_t n = 1; n <= all + step; n += step)
        fail_once(p, n, length);
    (void)measure(p, &length);
    print_message("%-20s %5lld allocations, every %lld: %lld ms\n", p->name, (long long)all,
                  (long long)step, (long long)(clock_mono() - began));
}

static void
every_path_lives(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(paths); i++)
        torture(&paths[i]);
}

/* ── What no request asks for ── */

/* A mail made and put into the folder. */
static void
a_mail_is_sent_or_waits(void **state)
{
    const struct courier_config config = { .env = mail_env_of(o.app), .db = app_db(o.app) };
    struct courier *k = courier_new(&config);
    const struct outbox_claim claim = { .id = mail_id, .attempt = 1 };
    struct outbox_result r;
    int64_t all, sent = 0;

    (void)state;
    assert_non_null(k);
    mem_fail_at(0);
    courier_deliver(k, &claim, &r);
    assert_int_equal(r.outcome, OUTBOX_IN_FOLDER);
    outbox_result_release(&r);
    all = mem_count();
    for (int64_t n = 1; n <= all; n += all / 300 + 1) {
        mem_fail_at(n);
        courier_deliver(k, &claim, &r);
        mem_fail_at(0);
        assert_true(r.outcome == OUTBOX_IN_FOLDER || r.outcome == OUTBOX_TEMPORARY ||
                    r.outcome == OUTBOX_RELEASED);
        sent += r.outcome == OUTBOX_IN_FOLDER;
        outbox_result_release(&r);
    }
    assert_true(sent < all / 2); /* some can do without, such as a copy for the log */
    courier_deliver(k, &claim, &r);
    assert_int_equal(r.outcome, OUTBOX_IN_FOLDER);
    outbox_result_release(&r);
    courier_free(&k);
}

/* Undone at its end, so that it can be done again. */
static enum status
cancel_and_undo(struct db_conn *c, void *arg)
{
    enum status rc = gathering_cancel(c, gathering_id, true, "Snø", now);

    (void)arg;
    return rc == ST_OK ? ST_CONFLICT : rc;
}

static enum status
remind_and_undo(struct db_conn *c, void *arg)
{
    struct arena *a = arena_new(0);
    struct reminder_piece piece = { 0 };
    enum status rc = ST_OK;

    for (const struct reminder_rule *const *r = reminder_rules(a); *r != NULL && rc == ST_OK; r++) {
        const struct reminder_due d = { .rule = *r,
                                        .moment = { .subject_id = gathering_id,
                                                    .gathering_id = gathering_id,
                                                    .at = now + 2 * MS_DAY,
                                                    .until = now + 3 * MS_DAY,
                                                    .time = now + 3 * MS_DAY },
                                        .outcome = REMINDER_SENT };

        for (piece.more = true; piece.more && rc == ST_OK; *(int64_t *)arg += piece.mails)
            rc = reminder_run(c, &d, now, &piece);
    }
    arena_free(&a);
    return rc == ST_OK ? ST_CONFLICT : rc;
}

static enum status
erase_and_undo(struct db_conn *c, void *arg)
{
    const struct person_query q = { .email = "kari@firma.example" };
    struct arena *a = arena_new(0);
    struct person p;
    enum status rc = person_gather(c, a, &q, &p);

    (void)arg;
    if (rc == ST_OK)
        rc = person_erase_all(c, &p);
    arena_free(&a);
    return rc == ST_OK ? ST_CONFLICT : rc;
}

static void
a_job_is_undone_alone(void **state)
{
    static const writer_fn work[] = { cancel_and_undo, remind_and_undo, erase_and_undo };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(work); i++) {
        int64_t all, out = 0;

        mem_fail_at(0);
        assert_int_equal(writer_run(app_writer(o.app), work[i], &out), ST_CONFLICT);
        all = mem_count();
        for (int64_t n = 1; n <= all; n += all / 200 + 1) {
            enum status rc;

            mem_fail_at(n);
            rc = writer_run(app_writer(o.app), work[i], &out);
            mem_fail_at(0);
            assert_true(rc == ST_CONFLICT || rc == ST_NOMEM || rc == ST_BUSY || rc == ST_IO);
        }
        assert_int_equal(writer_run(app_writer(o.app), work[i], &out), ST_CONFLICT);
    }
}

static void
say(void *ctx, const char *line)
{
    print_error("%s\n", line);
    *(int *)ctx += 1;
}

/* After all that the books are right. */
static void
nothing_is_out_of_step(void **state)
{
    int wrong = 0;

    (void)state;
    for (const struct feature *const *f = all_features; *f != NULL; f++)
        for (const struct check *ch = (*f)->checks; ch != NULL && ch->name != NULL; ch++)
            assert_int_equal(ch->run(o.c, say, &wrong), ST_OK);
    assert_int_equal(db_check(o.c, DB_CHECK_ALL, say, &wrong), ST_OK);
    assert_int_equal(wrong, 0);
    assert_true(writer_well(app_writer(o.app)));
}

/* ── Before and after ── */

static void
sign_in(void)
{
    const struct path in = { "in", .method = "POST", .target = "/signin", .body = sign_in_form };
    const struct path home = { "home", .target = "/admin/account", .signed_in = true };

    assert_int_equal(ask(&in), 303);
    (void)reply_between(&reply, "Set-Cookie: ", ";", cookie, sizeof cookie);
    assert_true(cookie[0] != '\0');
    assert_int_equal(ask(&home), 200);
    (void)reply_between(&reply, "name=\"csrf\" value=\"", "\"", csrf, sizeof csrf);
    assert_true(csrf[0] != '\0');
}

static void
people_and_things(void)
{
    const struct gathering g = { .kind = "theme",
                                 .title = "Digitalisering",
                                 .summary = "Kort sagt",
                                 .description = "# Plan\n\n* [lenke](https://a.example)\n* to",
                                 .place = "Hub",
                                 .practical = "Parkering",
                                 .timezone = "Europe/Oslo",
                                 .language = "nb",
                                 .starts_at = now + 10 * MS_DAY,
                                 .ends_at = now + 10 * MS_DAY + MS_HOUR,
                                 .capacity = 5000,
                                 .ask_wish = true,
                                 .ask_requirements = true };
    struct registration_new n = { .name = "Kari Nes",
                                  .email = "kari@firma.example",
                                  .organisation = "Nes",
                                  .source = "organiser",
                                  .invite_later = true };
    struct invitation_entry e[] = {
        { .name = "Per", .email = "per@firma.example", .organisation = "Per AS" }
    };
    struct gathering made;
    struct registration r;
    const char *path;
    int64_t id, invited;
    char hash[CRYPTO_PASSWORD_BYTES];

    assert_int_equal(crypto_password_hash(hash, "en lang setning her"), ST_OK);
    assert_int_equal(account_add(o.c, "ase@hub.example", "Åse", "admin", hash, now, &id), ST_OK);
    assert_int_equal(token_create(o.c, "test", "organiser", 0, now, token), ST_OK);
    assert_int_equal(gathering_create(o.c, &g, "17:00|Kaffe|Åse", now, &gathering_id), ST_OK);
    assert_int_equal(gathering_publish(o.c, gathering_id, now), ST_OK);
    assert_int_equal(gathering_by_id(o.c, o.a, gathering_id, &made), ST_OK);
    (void)snprintf(slug, sizeof slug, "%s", made.slug);
    n.gathering_id = gathering_id;
    assert_int_equal(registration_make(o.c, o.a, &n, now - 5 * MS_DAY, &r), ST_OK);
    (void)snprintf(code, sizeof code, "%s", r.ticket);
    assert_int_equal(registration_link(o.c, o.a, &r, &path), ST_OK);
    (void)snprintf(own_path, sizeof own_path, "%s", path);
    assert_int_equal(invitation_send(o.c, o.a, gathering_id, "Kom", "Hei", e, 1, "pasted", 0,
                                     now - 5 * MS_DAY, &invited),
                     ST_OK);
    contact_id = scratch_number(o.c, "SELECT id FROM contact WHERE email = 'kari@firma.example'");
    mail_id = scratch_number(o.c, "SELECT MIN(id) FROM mail");
    assert_true(contact_id > 0 && mail_id > 0);
}

static int
begin(void **state)
{
    struct app_config config = {
        .settings = { .base_url = "http://127.0.0.1", .from = "Samling <samling@localhost>" },
        .listen = "127.0.0.1:0",
        .proxy = "127.0.0.1",
    };

    (void)state;
    o = (struct opened){ 0 };
    now = clock_now();
    if (crypto_start() != ST_OK || !scratch_open(&o.scratch))
        return -1;
    mime_start();
    o.a = arena_new((size_t)1 << 30);
    config.settings.data_dir = o.scratch.folder;
    config.db_url = o.scratch.url;
    if (app_open(&config, &o.app) != ST_OK || db_connect(app_db(o.app), DB_WRITE, &o.c) != ST_OK ||
        app_start(o.app) != ST_OK)
        return -1;
    /* Its threads would take their share of what fails. */
    mailing_feature.stop(o.app);
    people_and_things();
    sign_in();
    return 0;
}

static int
end(void **state)
{
    (void)state;
    opened_end(&o);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_path_lives),
        cmocka_unit_test(a_mail_is_sent_or_waits),
        cmocka_unit_test(a_job_is_undone_alone),
        cmocka_unit_test(nothing_is_out_of_step),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
