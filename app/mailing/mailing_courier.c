#include "mailing/mailing_courier.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "mailing/mailing_actions.h"
#include "mailing/mailing_folder.h"
#include "mailing/mailing_verdict.h"

#define MESSAGE_MAX (32u << 20)

struct courier {
    struct courier_config config;
    struct db_conn *conn;
    struct smtp_session *session;
    /* Of the message at hand; what making it leaves stays until the next. */
    struct scope scope;
    struct arena *arena;
    struct buf message;
    const struct outbox_claim *claim;
};

/* A message being made. */
struct making {
    struct courier *k;
    struct outbox_row row;
    const char *envelope_from;
    struct outbox_result *out;
};

/* Called from within the library: nothing here may throw. */
static bool
before_data(void *arg)
{
    struct courier *k = arg;

    return k->config.before_data(k->config.arg, k->claim);
}

static enum outbox_outcome
outcome_of(const struct smtp_result *r, const struct verdict *v)
{
    static const enum outbox_outcome by_verdict[] = {
        [VERDICT_LATER] = OUTBOX_TEMPORARY, [VERDICT_FEWER] = OUTBOX_CROWDED,
        [VERDICT_DEAD] = OUTBOX_DEAD,       [VERDICT_ALONE] = OUTBOX_ALONE,
        [VERDICT_UNCLEAR] = OUTBOX_UNCLEAR, [VERDICT_US] = OUTBOX_US,
    };

    switch (r->outcome) {
    case SMTP_SENT:
        return OUTBOX_SENT;
    case SMTP_STOPPED:
        return OUTBOX_RELEASED;
    case SMTP_LOST_AFTER_DATA_END:
        return OUTBOX_LOST_AFTER_END;
    case SMTP_CONNECT_FAILED:
        return OUTBOX_NO_CONNECTION;
    default:
        return by_verdict[v->kind];
    }
}

static void
send_smtp(struct courier *k, const struct making *m, struct outbox_result *out)
{
    struct smtp_result r;
    struct verdict v = { .kind = VERDICT_LATER, .why = "" };
    char code[16], with_code[sizeof r.text + sizeof code];

    smtp_send(k->session, m->envelope_from, m->row.mail.to_email, k->message.data, k->message.len,
              before_data, k, &r);
    if (r.outcome != SMTP_SENT && r.outcome != SMTP_STOPPED &&
        r.outcome != SMTP_LOST_AFTER_DATA_END)
        v = verdict_of(&r);
    out->outcome = outcome_of(&r, &v);
    out->doubt = r.outcome == SMTP_REFUSED && v.doubt;
    out->code = r.code;
    (void)text_copy(out->why, sizeof out->why, v.why);
    (void)snprintf(code, sizeof code, "%d", r.code);
    bool said = r.code == 0 || text_starts(r.text, code);
    (void)snprintf(with_code, sizeof with_code, "%s %s", code, r.text);
    (void)text_copy(out->reply, sizeof out->reply, said ? r.text : with_code);
}

static void
send_folder(struct courier *k, const struct mail *m, struct outbox_result *out)
{
    enum status rc = folder_write(k->config.env.settings->data_dir, m->message_id, k->message.data,
                                  k->message.len, out->reply, sizeof out->reply);

    out->outcome = rc == ST_OK ? OUTBOX_IN_FOLDER : OUTBOX_TEMPORARY;
    if (rc != ST_OK)
        (void)text_copy(out->reply, sizeof out->reply,
                        rc == ST_FULL ? "mail.why.full" : "mail.why.folder");
}

/* What a message that shall not be sent says instead. */
static enum status
not_right(struct outbox_result *out, const char *why)
{
    out->outcome = OUTBOX_NOT_RIGHT;
    (void)text_copy(out->reply, sizeof out->reply, why);
    return ST_GONE;
}

static enum status
cannot_make(const struct mail *m, struct outbox_result *out, enum status rc)
{
    out->outcome = OUTBOX_TEMPORARY;
    (void)text_copy(out->reply, sizeof out->reply, "mail.why.made");
    log_error("mailing", "cannot make mail id=%lld kind=%s: %s", (long long)m->id, m->kind,
              status_name(rc));
    return rc;
}

/* ST_OK: the message stands in k->message. Else out says why not. */
static enum status
make_message(struct courier *k, const struct outbox_row *row, struct outbox_result *out)
{
    const struct mail_kind *kind = mail_kind_find(row->mail.kind);
    struct mail_message msg;
    bool late = false;
    enum status rc;

    if (!kind) {
        out->outcome = OUTBOX_ALONE;
        (void)text_copy(out->reply, sizeof out->reply, "mail.why.unknown");
        return ST_NOT_FOUND;
    }
    out->secret = row->secret;
    rc = mail_too_late(k->conn, kind, row->mail.gathering_id, clock_now(), &late);
    if (rc == ST_OK && late)
        return not_right(out, "mail.why.late");
    if (rc == ST_OK)
        rc = mail_compose(&k->config.env, k->conn, k->arena, kind, &row->mail, NULL, &msg);
    if (rc == ST_OK)
        rc = mail_mime(&k->config.env, k->arena, &row->mail, &msg, clock_now(), &k->message);
    if (rc == ST_GONE || rc == ST_NOT_FOUND)
        return not_right(out, "mail.why.gone");
    if (rc != ST_OK)
        return cannot_make(&row->mail, out, rc);
    out->subject = mem_strdup(msg.subject);
    out->data = out->secret ? NULL : mem_strdup(msg.own_data);
    return ST_OK;
}

static enum status
make_step(void *arg)
{
    struct making *m = arg;
    struct courier *k = m->k;
    enum status rc = outbox_row(k->conn, k->arena, m->out->id, &m->row);

    if (rc == ST_OK)
        rc = make_message(k, &m->row, m->out);
    if (rc == ST_OK && k->config.smtp)
        m->envelope_from = mail_envelope_from(&k->config.env, k->arena, &m->row.mail);
    return rc;
}

/* Too large, or no memory: this one waits, and the others go. */
static void
made_badly(struct courier *k, struct outbox_result *out)
{
    db_abandon(k->conn);
    outbox_result_release(out);
    out->outcome = OUTBOX_TEMPORARY;
    (void)text_copy(out->reply, sizeof out->reply, "mail.why.made");
}

void
courier_deliver(struct courier *k, const struct outbox_claim *claim, struct outbox_result *out)
{
    struct making m = { .k = k, .out = out };
    enum status rc;

    arena_reset(k->arena);
    (void)scope_end(&k->scope);
    buf_clear(&k->message);
    k->claim = claim;
    *out = (struct outbox_result){ .id = claim->id,
                                   .attempt = claim->attempt,
                                   .probe = claim->probe,
                                   .outcome = OUTBOX_RELEASED };
    if (!guard_try(&k->scope, make_step, &m, &rc))
        made_badly(k, out);
    else if (rc == ST_OK && !k->config.smtp)
        send_folder(k, &m.row.mail, out);
    else if (rc == ST_OK)
        send_smtp(k, &m, out);
    out->at = clock_now();
    if (out->outcome != OUTBOX_SENT && out->outcome != OUTBOX_RELEASED)
        log_info("mailing", "mail id=%lld attempt=%lld outcome=%d code=%d why=%s",
                 (long long)out->id, (long long)out->attempt, (int)out->outcome, out->code,
                 *out->why ? out->why : "-");
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
    struct courier *k = mem_calloc(1, sizeof *k);

    if (!k)
        return NULL;
    k->config = *config;
    scope_init(&k->scope);
    k->arena = arena_new_kept(0);
    buf_init_kept(&k->message, MESSAGE_MAX);
    if (config->smtp)
        k->session = smtp_session_new(config->smtp, config->stop);
    if (!k->arena || (config->smtp && !k->session) ||
        db_connect(config->db, DB_READ, &k->conn) != ST_OK)
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
    (void)scope_end(&k->scope);
    mem_free(k);
    *pointer = NULL;
}
