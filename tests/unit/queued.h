/* The outbox in tests: two kinds of mail, queued, claimed, and what became of them. */
#ifndef SAMLING_TESTS_QUEUED_H
#define SAMLING_TESTS_QUEUED_H

#include "mailing/mailing_outbox.h"
#include "opened.h"

#define NOW OPENED_NOW
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static struct opened o;

static inline enum status
no_build(struct app *app, struct db_conn *c, struct arena *a, const struct mail *m, json_t **data,
         struct mail_extra *extra)
{
    (void)app, (void)c, (void)a, (void)m, (void)data, (void)extra;
    return ST_GONE;
}

static const struct mail_kind service = {
    .name = "test.service",
    .class_ = MAIL_SERVICE,
    .priority = 1,
    .build = no_build,
    .good_until = mail_good_always,
};
static const struct mail_kind bulk = {
    .name = "test.bulk",
    .class_ = MAIL_INVITATION,
    .priority = 3,
    .build = no_build,
    .good_until = mail_good_always,
};

static inline int
set_up(void **state)
{
    (void)state;
    return opened_begin(&o) ? 0 : -1;
}

static inline int
tear_down(void **state)
{
    (void)state;
    opened_end(&o);
    return 0;
}

static inline int64_t
queue(const struct mail_kind *kind, int64_t parent, const char *occasion, const char *email)
{
    const struct mail_new m = { .kind = kind,
                                .parent = "registration",
                                .parent_id = parent,
                                .occasion = occasion,
                                .to_name = "Kåre Nes",
                                .to_email = email,
                                .lang = "nb",
                                .now = NOW };
    int64_t id = 0;

    assert_int_equal(mail_queue(o.c, &m, &id), ST_OK);
    assert_true(id > 0);
    return id;
}

static inline struct outbox_row
row(int64_t id)
{
    struct outbox_row r = { 0 };

    assert_int_equal(outbox_row(o.c, o.a, id, &r), ST_OK);
    return r;
}

static inline struct outbox_claims
claim(size_t limit, int64_t now)
{
    struct outbox_claims c;

    assert_int_equal(outbox_claim(o.c, limit, now, &c), ST_OK);
    return c;
}

static int bounced;

static inline enum status
on_bounce(struct db_conn *c, const struct mail *m)
{
    (void)c;
    assert_string_equal(m->kind, "test.service");
    bounced++;
    return ST_OK;
}

static inline void
record_as(struct outbox_claim k, enum outbox_outcome outcome, bool doubt, int code, const char *why,
          int64_t at)
{
    struct outbox_result r = { .id = k.id,
                               .attempt = k.attempt,
                               .probe = k.probe,
                               .at = at,
                               .outcome = outcome,
                               .doubt = doubt,
                               .code = code,
                               .reply = "the server's words" };

    (void)snprintf(r.why, sizeof r.why, "%s", why);
    assert_int_equal(outbox_record(o.c, &r, on_bounce), ST_OK);
}

static inline void
record(struct outbox_claim k, enum outbox_outcome outcome, int code, const char *why, int64_t at)
{
    record_as(k, outcome, false, code, why, at);
}

static inline struct outbox_sender
sender(void)
{
    struct outbox_sender s;

    assert_int_equal(outbox_sender_state(o.c, &s), ST_OK);
    return s;
}

#endif
