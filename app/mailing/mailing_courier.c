#include "mailing/mailing_courier.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "mailing/mailing_folder.h"

#define MESSAGE_MAX (32u << 20)

struct courier {
    struct courier_config config;
    struct db_conn *conn;
    struct smtp_session *session;
    struct arena *arena;
    struct buf message;
    const struct outbox_claim *claim;
};

static bool
before_data(void *arg)
{
    struct courier *k = arg;

    return k->config.before_data(k->config.arg, k->claim);
}

static enum outbox_outcome
outcome_of(enum smtp_outcome o)
{
    switch (o) {
    case SMTP_SENT:
        return OUTBOX_SENT;
    case SMTP_TEMPORARY:
        return OUTBOX_TEMPORARY;
    case SMTP_RECIPIENT_REFUSED:
        return OUTBOX_RECIPIENT_REFUSED;
    case SMTP_MESSAGE_REFUSED:
        return OUTBOX_MESSAGE_REFUSED;
    case SMTP_SENDER_REFUSED:
        return OUTBOX_SENDER_REFUSED;
    case SMTP_CONNECT_FAILED:
        return OUTBOX_NO_CONNECTION;
    case SMTP_LOST_BEFORE_DATA_END:
        return OUTBOX_LOST_BEFORE_END;
    case SMTP_LOST_AFTER_DATA_END:
        return OUTBOX_LOST_AFTER_END;
    case SMTP_STOPPED:
        return OUTBOX_RELEASED;
    }
    BUG("no such outcome");
}

static void
send_smtp(struct courier *k, const struct mail *m, struct outbox_result *out)
{
    struct smtp_result r;

    smtp_send(k->session, mail_envelope_from(&k->config.env, k->arena, m), m->to_email,
              k->message.data, k->message.len, before_data, k, &r);
    out->outcome = outcome_of(r.outcome);
    out->code = r.code;
    (void)text_copy(out->enhanced, sizeof out->enhanced, r.enhanced);
    bool said = r.code == 0 || text_starts(r.text, arena_printf(k->arena, "%d", r.code));
    (void)text_copy(out->reply, sizeof out->reply,
                    said ? r.text : arena_printf(k->arena, "%d %s", r.code, r.text));
}

static void
send_folder(struct courier *k, const struct mail *m, struct outbox_result *out)
{
    enum status rc = folder_write(k->config.env.settings->data_dir, m->message_id, k->message.data,
                                  k->message.len, out->reply, sizeof out->reply);

    out->outcome = rc == ST_OK ? OUTBOX_SENT : OUTBOX_TEMPORARY;
    if (rc != ST_OK)
        (void)text_copy(out->reply, sizeof out->reply,
                        rc == ST_FULL ? "mail.why.full" : "mail.why.folder");
}

/* ST_OK: the message stands in k->message. Else out says why not. */
static enum status
make_message(struct courier *k, const struct outbox_row *row, struct outbox_result *out)
{
    const struct mail_kind *kind = mail_kind_find(row->mail.kind);
    struct mail_message msg;
    enum status rc;

    if (!kind) {
        out->outcome = OUTBOX_MESSAGE_REFUSED;
        (void)text_copy(out->reply, sizeof out->reply, "mail.why.unknown");
        return ST_NOT_FOUND;
    }
    out->secret = mail_is_secret(kind, &row->mail);
    rc = mail_compose(&k->config.env, k->conn, k->arena, kind, &row->mail, NULL, &msg);
    if (rc == ST_OK)
        rc = mail_mime(&k->config.env, k->arena, &row->mail, &msg, clock_now(), &k->message);
    if (rc == ST_OK) {
        out->subject = strdup(msg.subject);
        out->data = out->secret ? NULL : strdup(msg.own_data);
        return ST_OK;
    }
    bool gone = rc == ST_GONE || rc == ST_NOT_FOUND;
    out->outcome = gone ? OUTBOX_NOT_RIGHT : OUTBOX_TEMPORARY;
    (void)text_copy(out->reply, sizeof out->reply, gone ? "mail.why.gone" : "mail.why.made");
    if (!gone)
        log_error("mailing", "cannot make mail id=%lld kind=%s: %s", (long long)row->mail.id,
                  row->mail.kind, status_name(rc));
    return rc;
}

void
courier_deliver(struct courier *k, const struct outbox_claim *claim, struct outbox_result *out)
{
    struct outbox_row row = { 0 };
    enum status rc;

    arena_reset(k->arena);
    buf_clear(&k->message);
    k->claim = claim;
    *out = (struct outbox_result){ .id = claim->id,
                                   .attempt = claim->attempt,
                                   .probe = claim->probe,
                                   .outcome = OUTBOX_RELEASED };
    rc = outbox_row(k->conn, k->arena, claim->id, &row);
    if (rc == ST_OK)
        rc = make_message(k, &row, out);
    if (rc == ST_OK && !k->config.smtp)
        send_folder(k, &row.mail, out);
    else if (rc == ST_OK)
        send_smtp(k, &row.mail, out);
    out->at = clock_now();
    if (out->outcome != OUTBOX_SENT && out->outcome != OUTBOX_RELEASED)
        log_info("mailing", "mail id=%lld attempt=%lld outcome=%d code=%d", (long long)out->id,
                 (long long)out->attempt, (int)out->outcome, out->code);
}

void
courier_rest(struct courier *k)
{
    if (k->session)
        smtp_session_close(k->session);
}

struct courier *
courier_new(const struct courier_config *config)
{
    struct courier *k = calloc(1, sizeof *k);

    if (!k)
        return NULL;
    k->config = *config;
    k->arena = arena_new(0);
    buf_init(&k->message, MESSAGE_MAX);
    if (config->smtp)
        k->session = smtp_session_new(config->smtp, config->stop);
    if ((config->smtp && !k->session) || db_connect(config->db, DB_READ, &k->conn) != ST_OK)
        courier_free(&k);
    return k;
}

void
courier_free(struct courier **pointer)
{
    struct courier *k = *pointer;

    if (!k)
        return;
    smtp_session_free(&k->session);
    db_disconnect(&k->conn);
    buf_release(&k->message);
    arena_free(&k->arena);
    free(k);
    *pointer = NULL;
}
