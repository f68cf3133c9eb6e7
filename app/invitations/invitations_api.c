/* The API of invitations. */
#include <string.h>

#include "base/text.h"
#include "document/address_list.h"
#include "invitations/invitations_pages.h"
#include "invitations/invitations_store.h"
#include "mailing/mailing.h"
#include "registrations/registrations.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 500
#define NAME_MAX_CHARS 200
#define BODY_MAX ((size_t)2 << 20)

static json_t *
time_or_null(int64_t ms)
{
    char text[32];

    if (ms == 0)
        return json_null();
    clock_rfc3339(ms, text);
    return json_string(text);
}

/* A new reference. */
static enum status
view(struct request *rq, const struct invitation *i, json_t **out)
{
    struct arena *a = rq_arena(rq);
    bool answered = i->answer != ANSWER_NONE;

    *out = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:s?, s:s?, s:o, s:o}", "id",
        arena_printf(a, "%lld", (long long)i->id), "gathering_id",
        arena_printf(a, "%lld", (long long)i->gathering_id), "status",
        answered ? invitation_answer_name(i->answer) : "open", "name", i->name, "email", i->email,
        "organisation", i->organisation, "source", answered ? i->source : NULL, "registration",
        i->live ? arena_printf(a, "%lld", (long long)i->registration_id) : NULL, "answered_at",
        time_or_null(i->answered_at), "created_at", time_or_null(i->created_at));
    return mail_standing_put(rq, "invitation", i->id, *out);
}

/* ── POST /api/v1/gatherings/{id}/invitations ── */

static const struct field invite_fields[] = {
    { "contacts", FIELD_JSON, FIELD_REQUIRED, ADDRESS_LIST_MAX },
    { "subject", FIELD_LINE, FIELD_NULLABLE, 150 },
    { "message", FIELD_TEXT, FIELD_NULLABLE, 5000 },
    { 0 },
};

/* conflict: what a conflict is called. */
static enum status
refuse(struct request *rq, enum status rc, const char *conflict)
{
    if (rc == ST_CONFLICT)
        return rq_refuse(rq, conflict, rc);
    return rc == ST_GONE ? rq_refuse(rq, "gathering_over", rc) : rc;
}

/* The 202. */
struct invited {
    int64_t count;
    json_t *skipped;
};

static void
drop_json(void *json)
{
    json_decref(json);
}

static enum status
invite_check(struct request *rq)
{
    json_t *contacts = rq_json(rq, "contacts");

    if (!json_is_array(contacts))
        rq_error(rq, "contacts", "type");
    else if (json_array_size(contacts) > ADDRESS_LIST_MAX)
        rq_error(rq, "contacts", "too_many");
    return ST_OK;
}

/* A member as one line of clean text; "" when it is not there or null. NULL: not a text, or too
 * long. */
static const char *
line_of(struct arena *a, json_t *contact, const char *name)
{
    json_t *member = json_object_get(contact, name);
    const char *text;

    if (member == NULL || json_is_null(member))
        return "";
    if (!json_is_string(member))
        return NULL;
    text = text_clean(a, json_string_value(member), true);
    return text_length(text) <= NAME_MAX_CHARS ? text : NULL;
}

/* Read as if it were pasted, so that "Nes, Kåre" is turned round here too. */
static const char *
name_of(struct arena *a, const char *written)
{
    struct address_list list;

    if (strchr(written, ',') == NULL || strpbrk(written, "\"<>@;") != NULL)
        return written;
    if (address_list_read(a, arena_printf(a, "\"%s\" <a@a.example>", written), &list) != ST_OK ||
        list.n != 1 || !list.entries[0].ok || list.entries[0].name[0] == '\0')
        return written;
    return list.entries[0].name;
}

/* false: not one to be invited. An address with a line break is no address, cleaned or not. */
static bool
entry_of(struct arena *a, json_t *contact, struct invitation_entry *out)
{
    const char *email = json_string_value(json_object_get(contact, "email"));
    const char *name = line_of(a, contact, "name");
    const char *organisation = line_of(a, contact, "organisation");

    if (email == NULL || name == NULL || organisation == NULL || strpbrk(email, "\r\n") != NULL)
        return false;
    email = text_clean(a, email, true);
    if (!text_email_ok(email))
        return false;
    *out = (struct invitation_entry){ .name = name_of(a, name),
                                      .email = text_email_normal(a, email),
                                      .organisation = organisation };
    return true;
}

static void
skip(struct invited *out, const char *email, const char *why)
{
    (void)json_array_append_new(out->skipped, json_pack("{s:s, s:s}", "email", email, "why", why));
}

static const char *
email_as_sent(struct arena *a, json_t *contact)
{
    const char *email = json_string_value(json_object_get(contact, "email"));

    return email != NULL ? text_clean(a, email, true) : "";
}

/* What is asked, in order, and who of it cannot be meant. */
struct sending {
    struct invitation_entry *entry;
    size_t n;
    json_t *invalid;
};

/* The list is read, and a long one looked through, before the writer is asked. */
static enum status
invite_prepare(struct request *rq)
{
    struct arena *a = rq_arena(rq);
    json_t *contacts = rq_json(rq, "contacts"), *contact;
    struct sending *s = ARENA_NEW(a, struct sending);
    size_t k;

    s->entry = ARENA_ARRAY(a, struct invitation_entry, json_array_size(contacts) + 1);
    s->invalid = json_array();
    *arena_hold(a, drop_json) = s->invalid;
    json_array_foreach(contacts, k, contact)
    {
        if (entry_of(a, contact, &s->entry[s->n]))
            s->n++;
        else
            (void)json_array_append_new(s->invalid, json_string(email_as_sent(a, contact)));
    }
    rq_leave(rq, s);
    return s->n > INVITATIONS_LONG
               ? refuse(rq,
                        invitation_prepare(rq_conn(rq), a, rq_param_id(rq, "id"), s->entry, s->n),
                        "not_published")
               : ST_OK;
}

static enum status
invite_work(struct work *w)
{
    struct arena *a = rq_arena(w->rq);
    const struct sending *s = rq_left(w->rq);
    struct invited *out = ARENA_NEW(a, struct invited);
    json_t *email;
    size_t k;
    enum status rc = (s->n > INVITATIONS_LONG ? invitation_send_later : invitation_send)(
        w->conn, a, rq_param_id(w->rq, "id"), rq_text(w->rq, "subject"), rq_text(w->rq, "message"),
        s->entry, s->n, "api", rq_who(w->rq)->account_id, w->now, &out->count);

    out->skipped = json_array();
    *arena_hold(a, drop_json) = out->skipped;
    json_array_foreach(s->invalid, k, email) skip(out, json_string_value(email), "invalid");
    for (size_t i = 0; rc == ST_OK && i < s->n; i++)
        if (s->entry[i].why != NULL)
            skip(out, s->entry[i].email, s->entry[i].why);
    w->out = out;
    return refuse(w->rq, rc, "not_published");
}

static enum status
invite_answer(struct request *rq, const struct work *w, struct response *rs)
{
    const struct invited *out = w->out;

    (void)rq;
    return rs_json(
        rs, 202,
        json_pack("{s:I, s:O}", "invited", (json_int_t)out->count, "skipped", out->skipped));
}

/* ── GET /api/v1/gatherings/{id}/invitations ── */

static bool
status_known(const char *s)
{
    return s[0] == '\0' || strcmp(s, "open") == 0 || strcmp(s, "yes") == 0 ||
           strcmp(s, "no") == 0 || strcmp(s, "colleague") == 0;
}

static void
read_filter(struct request *rq, struct invitation_filter *f)
{
    *f = (struct invitation_filter){ .after = rq_query_int(rq, "cursor", 0, 0, INT64_MAX),
                                     .status = rq_query_text(rq, "status"),
                                     .email = rq_query_email(rq, "email"),
                                     .search = rq_query_text(rq, "q"),
                                     .since = rq_query_time(rq, "since") };
    if (!status_known(f->status))
        rq_error(rq, "status", "choice");
}

static enum status
list(struct request *rq, struct response *rs)
{
    struct arena *a = rq_arena(rq);
    int64_t limit = rq_query_int(rq, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
    struct invitation_filter f;
    struct invitation *row = NULL;
    struct gathering g;
    size_t n = 0;
    json_t *items;
    const char *next = NULL;
    enum status rc = gathering_by_id(rq_conn(rq), a, rq_param_id(rq, "id"), &g);

    if (rc != ST_OK)
        return rc;
    read_filter(rq, &f);
    f.gathering_id = g.id;
    f.limit = limit + 1;
    if (rq_has_errors(rq))
        return ST_INVALID;
    rc = invitation_after(rq_conn(rq), a, &f, &row, &n);
    if (rc != ST_OK)
        return rc;
    items = json_array();
    for (size_t i = 0; rc == ST_OK && i < n && i < (size_t)limit; i++) {
        json_t *item;

        rc = view(rq, &row[i], &item);
        (void)json_array_append_new(items, item);
    }
    if (rc != ST_OK) {
        json_decref(items);
        return rc;
    }
    if (n > (size_t)limit)
        next = arena_printf(a, "%lld", (long long)row[limit - 1].id);
    return rs_json(rs, 200, json_pack("{s:o, s:s?}", "items", items, "next", next));
}

/* ── GET /api/v1/invitations/{id} ── */

static enum status
shown(struct request *rq, json_t **out)
{
    struct invitation i;
    enum status rc = invitation_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &i);

    return rc == ST_OK ? view(rq, &i, out) : rc;
}

/* ── POST /api/v1/invitations/{id}/answer ── */

static const struct field answer_fields[] = {
    { "answer", FIELD_LINE, FIELD_REQUIRED, 10 },
    { "colleague_name", FIELD_LINE, FIELD_NULLABLE, 200 },
    { "colleague_email", FIELD_EMAIL, FIELD_NULLABLE, 254 },
    { "phone", FIELD_LINE, FIELD_NULLABLE, 40 },
    { "wish", FIELD_TEXT, FIELD_NULLABLE, 2000 },
    { "requirements", FIELD_LINE, FIELD_NULLABLE, 1000 },
    { "force", FIELD_BOOL, 0, 0 },
    { 0 },
};

/* ST_CONFLICT: the answer would end a registration that was let in at the door. */
static enum status
spare_admitted(struct work *w, const struct invitation *i, enum invitation_answer answer)
{
    bool admitted = false;
    enum status rc = ST_OK;

    if (i->live && answer != ANSWER_YES && !rq_bool(w->rq, "force"))
        rc = registration_admitted(w->conn, rq_arena(w->rq), i->registration_id, &admitted);
    return admitted ? rq_refuse(w->rq, "already_admitted", ST_CONFLICT) : rc;
}

static enum status
answer_work(struct work *w)
{
    struct arena *a = rq_arena(w->rq);
    const struct registration_change said = { .phone = rq_text(w->rq, "phone"),
                                              .wish = rq_text(w->rq, "wish"),
                                              .requirements = rq_text(w->rq, "requirements") };
    struct invitation_reply reply = invitations_reply_of(w->rq);
    struct invitation i;
    int64_t id = rq_param_id(w->rq, "id");
    enum status rc = invitation_by_id(w->conn, a, id, &i);

    reply.said = &said;
    if (rc == ST_OK)
        rc = spare_admitted(w, &i, reply.answer);
    if (rc != ST_OK)
        return rc;
    return refuse(w->rq, invitation_reply(w->conn, a, id, &reply, w->now), "same_person");
}

/* ── DELETE /api/v1/invitations/{id} ── */

static enum status
withdraw_work(struct work *w)
{
    struct invitation i;
    enum status rc =
        invitation_withdraw(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), w->now, &i);

    return rc == ST_CONFLICT || rc == ST_GONE
               ? refuse(w->rq, rc, i.live ? "invitation_registered" : "invitation_answered")
               : rc;
}

static enum status
withdraw_answer(struct request *rq, const struct work *w, struct response *rs)
{
    (void)rq;
    (void)w;
    return rs_empty(rs, 204);
}

#define LIST "/api/v1/gatherings/{id}/invitations"
#define ONE "/api/v1/invitations/{id}"

/* clang-format off */
const struct route invitations_api_routes[] = {
    { HTTP_POST, LIST, ALLOW_ORGANISER, RT_WRITE, BODY_MAX, RT_API, invite_fields,
      .check = invite_check, .prepare = invite_prepare, .work = invite_work, .answer = invite_answer },
    { HTTP_GET, LIST, ALLOW_VIEWER, RT_SLOW, 0, RT_API, .slow = list,
      .query = "limit cursor status email q since" },
    { HTTP_GET, ONE, ALLOW_VIEWER, RT_READ, 0, RT_API, .read = rs_shown, .shown = shown },
    { HTTP_DELETE, ONE, ALLOW_ORGANISER, RT_WRITE, 0, RT_API, .work = withdraw_work,
      .answer = withdraw_answer, .shown = shown },
    { HTTP_POST, ONE "/answer", ALLOW_ORGANISER, RT_WRITE, 8192, RT_API,
      answer_fields, .check = invitations_answer_check, .work = answer_work, .answer = rs_shown_then,
      .shown = shown },
    { 0 },
};
/* clang-format on */
