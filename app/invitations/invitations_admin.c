/*
 * The organiser's list of who is invited: what they answered, by what way, and buttons to note an
 * answer given by phone.
 */
#include <string.h>

#include "base/text.h"
#include "document/zone.h"
#include "html/date_text.h"
#include "html/options.h"
#include "invitations/invitations_list.h"
#include "invitations/invitations_pages.h"
#include "invitations/invitations_review.h"
#include "invitations/invitations_store.h"
#include "mailing/mailing.h"

#define PAGE_ROWS 50

const char *
invitations_path(struct request *rq, int64_t gathering_id, const char *page)
{
    return arena_printf(rq_arena(rq), "/admin/gatherings/%lld/%s", (long long)gathering_id, page);
}

static bool
is_organiser(const struct request *rq)
{
    return (rq_who(rq)->role & ALLOW_ORGANISER) != 0;
}

bool
invitations_may_note(const struct request *rq, const struct gathering *g)
{
    return is_organiser(rq) && g->status == GATHERING_PUBLISHED && rq_now(rq) < g->ends_at;
}

bool
invitations_may_invite(const struct request *rq, const struct gathering *g)
{
    return is_organiser(rq) && g->status == GATHERING_PUBLISHED && rq_now(rq) < g->starts_at;
}

/* ── What is asked for: in the address, or in the hidden fields of a row's form ── */

static const char *const filters[] = { "", "none", "yes", "no" };

/* Of the address or of a form. */
static const char *
asked(const struct request *rq, bool form, const char *name)
{
    const char *text = form ? rq_text(rq, name) : rq_query(rq, name);

    return text != NULL ? text : "";
}

/* An invitation, or which of them the first is; 0 for none. */
static int64_t
asked_place(const struct request *rq, bool form, const char *name)
{
    const char *text = asked(rq, form, name);
    int64_t n;

    if (strcmp(text, "last") == 0)
        return INVITATION_LAST;
    return text_int(text, &n) && n > 0 ? n : 0;
}

static struct invitation_query
query_of(const struct request *rq, bool form, int64_t gathering_id)
{
    struct invitation_query q = { .gathering_id = gathering_id,
                                  .search = asked(rq, form, "q"),
                                  .filter = "",
                                  .after = asked_place(rq, form, "after"),
                                  .before = asked_place(rq, form, "before"),
                                  .at = asked_place(rq, form, "at"),
                                  .limit = PAGE_ROWS };

    for (size_t i = 0; i < ARRAY_LEN(filters); i++)
        if (strcmp(asked(rq, form, "status"), filters[i]) == 0)
            q.filter = filters[i];
    return q;
}

/* "&after=17&at=51", "&before=last" or "". */
static const char *
place_text(struct arena *a, int64_t after, int64_t before, int64_t at)
{
    if (before == INVITATION_LAST)
        return "&before=last";
    if (after == 0 && before == 0)
        return "";
    return arena_printf(a, "&%s=%lld&at=%lld", before != 0 ? "before" : "after",
                        (long long)(before != 0 ? before : after), (long long)at);
}

static const char *
list_href(struct request *rq, const struct invitation_query *q, const char *place)
{
    struct arena *a = rq_arena(rq);

    return arena_printf(a, "%s?q=%s&status=%s%s",
                        invitations_path(rq, q->gathering_id, "invitations"),
                        text_url_encode(a, q->search), q->filter, place);
}

/* ── The list ── */

static json_t *
status_options(struct request *rq, const struct invitation_query *q,
               const struct invitation_counts *n)
{
    const int64_t count[] = { n->all, n->none, n->yes + n->colleague, n->no };
    struct arena *a = rq_arena(rq);
    json_t *list = json_array();

    for (size_t i = 0; i < ARRAY_LEN(filters); i++) {
        /* keys: invitation.filter.{all,=filters} */
        const char *name = filters[i][0] != '\0' ? filters[i] : "all";

        option_add(list, filters[i],
                   arena_printf(a, "%s (%lld)",
                                rq_tr(rq, arena_printf(a, "invitation.filter.%s", name)),
                                (long long)count[i]),
                   NULL, q->filter == filters[i]);
    }
    return list;
}

/* First, previous, next, last, each where it leads anywhere, and "51–100 of 120". */
static json_t *
pager(struct request *rq, const struct invitation_query *q, const struct invitation_found *f)
{
    struct arena *a = rq_arena(rq);
    int64_t n = (int64_t)f->count, first = n > 0 ? f->first : 0;
    json_t *p = json_pack("{s:I, s:I, s:I, s:b}", "from", (json_int_t)first, "to",
                          (json_int_t)(n > 0 ? first + n - 1 : 0), "total", (json_int_t)f->total,
                          "needed", f->earlier || f->later);

    if (n > 0 && f->earlier) {
        const char *before =
            place_text(a, 0, f->row[0].id, first > PAGE_ROWS ? first - PAGE_ROWS : 1);

        (void)json_object_set_new(p, "first", json_string(list_href(rq, q, "")));
        (void)json_object_set_new(p, "previous", json_string(list_href(rq, q, before)));
    }
    if (n > 0 && f->later) {
        const char *after = place_text(a, f->row[n - 1].id, 0, first + n);

        (void)json_object_set_new(p, "next", json_string(list_href(rq, q, after)));
        (void)json_object_set_new(
            p, "last", json_string(list_href(rq, q, place_text(a, 0, INVITATION_LAST, 0))));
    }
    return p;
}

/* "i dag 08:41, notert her"; for who has not answered, when the invitation went. */
static const char *
how(struct request *rq, const struct invitation *i)
{
    static const char *const known[] = { "link", "phone", "public" };
    struct arena *a = rq_arena(rq);
    bool answered = i->answer != ANSWER_NONE;
    json_t *values = json_pack("{s:s, s:s}", "when",
                               gathering_when(rq, answered ? i->answered_at : i->created_at),
                               "registered", i->registered);
    const char *key = answered ? "invitation.how.other" : "invitation.how.invited";

    /* keys: invitation.how.{=known} */
    for (size_t k = 0; answered && k < ARRAY_LEN(known); k++)
        if (strcmp(i->source, known[k]) == 0)
            key = arena_printf(a, "invitation.how.%s", known[k]);
    if (answered && strcmp(i->source, "public") == 0 && i->answer == ANSWER_NO)
        key = "invitation.how.cancelled";
    key = rq_tr_format(rq, key, values);
    json_decref(values);
    return key;
}

/* Whether the mail about it arrived matters until there is an answer. */
static enum status
add_standing(struct request *rq, const struct invitation *i, json_t *row)
{
    struct mail_standing s;
    json_t *mail;
    enum status rc;

    if (i->answer != ANSWER_NONE)
        return ST_OK;
    rc = mail_standing_of(rq_conn(rq), rq_arena(rq), "invitation", i->id, &s);
    mail = rc == ST_OK ? mail_standing_view(rq, &s) : NULL;
    if (mail != NULL)
        (void)json_object_set_new(row, "mail", mail);
    return rc;
}

/* Adds {id, name, organisation, email, how, <answer>: true, coming, waits, registered,
 * person_href}; form is what was typed for this row, or NULL. */
static enum status
row_view(struct request *rq, const struct gathering *g, const struct invitation *i, json_t *form,
         json_t *rows)
{
    struct arena *a = rq_arena(rq);
    const char *answer = invitation_answer_name(i->answer);
    json_t *o = json_pack("{s:I, s:s, s:s, s:s, s:s, s:b, s:s}", "id", (json_int_t)i->id, "name",
                          i->name, "organisation", i->organisation, "email", i->email, "how",
                          how(rq, i), "waits", i->waits, "registered", i->registered);

    (void)json_object_set_new(o, answer[0] != '\0' ? answer : "open", json_true());
    if (i->answer == ANSWER_NONE)
        (void)json_object_set_new(
            o, "withdraw",
            json_string(arena_printf(a, "%s/%lld/withdraw",
                                     invitations_path(rq, g->id, "invitations"),
                                     (long long)i->id)));
    if (i->live)
        (void)json_object_set_new(
            o, "person_href",
            json_string(arena_printf(a, "%s/%lld", invitations_path(rq, g->id, "people"),
                                     (long long)i->registration_id)));
    (void)json_object_set_new(
        o, "action",
        json_string(arena_printf(a, "%s/%lld/answer", invitations_path(rq, g->id, "invitations"),
                                 (long long)i->id)));
    if (form != NULL) {
        (void)json_object_set(o, "values", json_object_get(form, "values"));
        (void)json_object_set(o, "errors", json_object_get(form, "errors"));
        (void)json_object_set_new(o, "typed", json_true());
    } else {
        (void)json_object_update_new(
            o, json_pack("{s:{}, s:{}, s:I}", "values", "errors", "untyped", (json_int_t)i->id));
    }
    (void)json_array_append_new(rows, o);
    return add_standing(rq, i, o);
}

/* How many mails have just been queued, and who got none and why, by the address that a send-out
 * leads to. */
static void
add_sent(struct request *rq, json_t *data)
{
    const char *sent = rq_query(rq, "sent"), *why;
    int64_t n = 0, m = 0;

    if (sent == NULL || !text_int(sent, &n) || n < 1 || n > 5000)
        return;
    (void)json_object_set_new(data, "sent", json_integer(n));
    why = invitation_rest_read(rq, &m);
    if (m > 0)
        (void)json_object_update_new(data,
                                     json_pack("{s:I, s:s}", "skipped", (json_int_t)m, "why", why));
}

/* The row of a form that is shown again, alone: after a search all would be looked at anew. */
static enum status
typed_alone(struct request *rq, int64_t gathering_id, int64_t id, struct invitation_found *out)
{
    enum status rc;

    *out = (struct invitation_found){
        .row = ARENA_NEW(rq_arena(rq), struct invitation), .count = 1, .total = 1, .first = 1
    };
    rc = invitation_by_id(rq_conn(rq), rq_arena(rq), id, out->row);
    return rc == ST_OK && out->row->gathering_id != gathering_id ? ST_NOT_FOUND : rc;
}

/* What the forms of its rows come back to. */
static void
add_query(struct request *rq, bool again, const struct invitation_query *q, json_t *data)
{
    (void)json_object_update_new(
        data, json_pack("{s:s, s:s, s:s, s:s, s:s, s:{s:s}}", "q", q->search, "status", q->filter,
                        "after", asked(rq, again, "after"), "before", asked(rq, again, "before"),
                        "at", asked(rq, again, "at"), "values", "q", q->search));
}

static enum status
list_page(struct request *rq, struct response *rs, bool again)
{
    struct gathering g = { 0 };
    struct invitation_counts counts = { 0 };
    struct invitation_found f = { .count = 0 };
    struct invitation_query q = query_of(rq, again, rq_param_id(rq, "id"));
    int64_t typed = again ? rq_param_id(rq, "iid") : 0;
    json_t *data = json_object(), *rows = json_array(), *form = again ? rq_form_view(rq) : NULL;
    enum status rc = gathering_admin_head(rq, q.gathering_id, "invitations", &g, data);

    (void)json_object_set_new(data, "rows", rows);
    if (rc == ST_OK)
        rc = invitation_count(rq_conn(rq), g.id, &counts);
    if (rc == ST_OK)
        rc = again && q.search[0] != '\0' ? typed_alone(rq, g.id, typed, &f)
                                          : invitation_list(rq_conn(rq), rq_arena(rq), &q, &f);
    for (size_t i = 0; rc == ST_OK && i < f.count; i++)
        rc = row_view(rq, &g, &f.row[i], f.row[i].id == typed ? form : NULL, rows);
    if (rc == ST_OK)
        rc = panels_fill(rq, "invitations.top", g.id, data);
    if (rc != ST_OK) {
        json_decref(form);
        json_decref(data);
        return rc;
    }
    (void)json_object_update_new(
        data, json_pack("{s:s, s:s, s:o, s:o, s:b, s:b, s:b, s:b}", "path",
                        invitations_path(rq, g.id, "invitations"), "invite_path",
                        invitations_path(rq, g.id, "invite"), "statuses",
                        status_options(rq, &q, &counts), "pager", pager(rq, &q, &f), "may_note",
                        invitations_may_note(rq, &g), "may_invite", invitations_may_invite(rq, &g),
                        "any", f.total > 0, "nobody", counts.all == 0));
    if (form != NULL)
        (void)json_object_update_new(data, form);
    else
        add_sent(rq, data);
    (void)json_object_set_new(data, "withdrawn", json_boolean(rq_query(rq, "withdrawn") != NULL));
    (void)json_object_set_new(
        data, "here",
        json_string(
            strchr(list_href(rq, &q, place_text(rq_arena(rq), q.after, q.before, q.at)), '?')));
    add_query(rq, again, &q, data);
    return rs_page(rs, again ? 422 : 200, "invitations/list",
                   arena_printf(rq_arena(rq), "%s: %s", rq_tr(rq, "invitation.tab"), g.title),
                   data);
}

static enum status
list_read(struct request *rq, struct response *rs)
{
    return list_page(rq, rs, false);
}

static enum status
list_again(struct request *rq, struct response *rs)
{
    return list_page(rq, rs, true);
}

/* ── An answer by phone ── */

static const struct field answer_fields[] = {
    { "answer", FIELD_LINE, FIELD_REQUIRED, 10 },
    { "colleague_name", FIELD_LINE, 0, 200 },
    { "colleague_email", FIELD_EMAIL, 0, 254 },
    { "q", FIELD_LINE, 0, 200 },
    { "status", FIELD_LINE, 0, 10 },
    { "after", FIELD_LINE, 0, 20 },
    { "before", FIELD_LINE, 0, 20 },
    { "at", FIELD_LINE, 0, 20 },
    { 0 },
};

static enum invitation_answer
answer_said(const struct request *rq)
{
    const char *said = rq_text(rq, "answer");

    for (int k = ANSWER_YES; k <= ANSWER_COLLEAGUE; k++)
        if (strcmp(said, invitation_answer_name((enum invitation_answer)k)) == 0)
            return (enum invitation_answer)k;
    return ANSWER_NONE;
}

enum status
invitations_answer_check(struct request *rq)
{
    enum invitation_answer answer = answer_said(rq);

    if (answer == ANSWER_NONE)
        rq_error(rq, "answer", "choice");
    if (answer == ANSWER_COLLEAGUE && rq_text(rq, "colleague_name")[0] == '\0')
        rq_error(rq, "colleague_name", "required");
    if (answer == ANSWER_COLLEAGUE && rq_text(rq, "colleague_email")[0] == '\0')
        rq_error(rq, "colleague_email", "required");
    return ST_OK;
}

struct invitation_reply
invitations_reply_of(const struct request *rq)
{
    return (struct invitation_reply){ .answer = answer_said(rq),
                                      .source = "phone",
                                      .colleague_name = rq_text(rq, "colleague_name"),
                                      .colleague_email = rq_text(rq, "colleague_email"),
                                      .account_id = rq_who(rq)->account_id };
}

static enum status
answer_work(struct work *w)
{
    struct request *rq = w->rq;
    const struct invitation_reply reply = invitations_reply_of(rq);
    struct invitation i = { 0 };
    struct invitation_query q = query_of(rq, true, rq_param_id(rq, "id"));
    enum status rc = invitation_by_id(w->conn, rq_arena(rq), rq_param_id(rq, "iid"), &i);

    if (rc == ST_OK && i.gathering_id != rq_param_id(rq, "id"))
        rc = ST_NOT_FOUND;
    if (rc == ST_OK)
        rc = invitation_reply(w->conn, rq_arena(rq), i.id, &reply, w->now);
    if (rc == ST_CONFLICT) {
        rq_error_text(rq, "colleague_name", rq_tr(rq, "invitation.colleague_same"));
        return ST_INVALID;
    }
    w->redirect = arena_printf(rq_arena(rq), "%s#i%lld",
                               list_href(rq, &q, place_text(rq_arena(rq), q.after, q.before, q.at)),
                               (long long)i.id);
    return rc;
}

/* The page of a refused answer, seen again by its address. */
static enum status
to_list(struct request *rq, struct response *rs)
{
    return rs_redirect(rs, invitations_path(rq, rq_param_id(rq, "id"), "invitations"));
}

/* ── Taken back ── */

static const struct field withdraw_fields[] = {
    { "q", FIELD_LINE, 0, 200 },    { "status", FIELD_LINE, 0, 10 },
    { "after", FIELD_LINE, 0, 20 }, { "before", FIELD_LINE, 0, 20 },
    { "at", FIELD_LINE, 0, 20 },    { 0 },
};

/* Asks first. What is answered, or over, is in the list as it is. */
static enum status
withdraw_page(struct request *rq, struct response *rs, bool again)
{
    struct arena *a = rq_arena(rq);
    struct gathering g = { 0 };
    struct invitation i = { 0 };
    struct invitation_query q = query_of(rq, again, rq_param_id(rq, "id"));
    const char *list = list_href(rq, &q, place_text(a, q.after, q.before, q.at));
    json_t *data = again ? rq_form_view(rq) : json_object();
    enum status rc = gathering_admin_head(rq, q.gathering_id, "invitations", &g, data);

    if (rc == ST_OK)
        rc = invitation_by_id(rq_conn(rq), a, rq_param_id(rq, "iid"), &i);
    if (rc == ST_OK && i.gathering_id != g.id)
        rc = ST_NOT_FOUND;
    if (rc != ST_OK || (!again && (i.answer != ANSWER_NONE || !invitations_may_note(rq, &g)))) {
        json_decref(data);
        return rc == ST_OK ? rs_redirect(rs, list) : rc;
    }
    (void)json_object_update_new(
        data, json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", i.name, "email", i.email,
                        "organisation", i.organisation, "back",
                        arena_printf(a, "%s#i%lld", list, (long long)i.id), "action",
                        arena_printf(a, "%s/%lld/withdraw",
                                     invitations_path(rq, g.id, "invitations"), (long long)i.id)));
    add_query(rq, again, &q, data);
    return rs_page(rs, again ? 422 : 200, "invitations/withdraw",
                   arena_printf(a, "%s: %s", rq_tr(rq, "invitation.withdraw"), i.name), data);
}

static enum status
withdraw_read(struct request *rq, struct response *rs)
{
    return withdraw_page(rq, rs, false);
}

static enum status
withdraw_again(struct request *rq, struct response *rs)
{
    return withdraw_page(rq, rs, true);
}

static enum status
withdraw_work(struct work *w)
{
    struct request *rq = w->rq;
    struct arena *a = rq_arena(rq);
    struct invitation i = { 0 };
    struct invitation_query q = query_of(rq, true, rq_param_id(rq, "id"));
    enum status rc = invitation_by_id(w->conn, a, rq_param_id(rq, "iid"), &i);

    if (rc == ST_OK && i.gathering_id != q.gathering_id)
        rc = ST_NOT_FOUND;
    if (rc == ST_OK)
        rc = invitation_withdraw(w->conn, a, i.id, w->now, &i);
    if (rc == ST_CONFLICT) {
        rq_error_text(
            rq, "",
            rq_tr(rq, i.live ? "invitation.withdraw_registered" : "invitation.withdraw_answered"));
        return ST_INVALID;
    }
    w->redirect = arena_printf(a, "%s&withdrawn=1",
                               list_href(rq, &q, place_text(a, q.after, q.before, q.at)));
    return rc;
}

#define LIST "/admin/gatherings/{id}/invitations"

/* clang-format off */
const struct route invitations_admin_routes[] = {
    { HTTP_GET, LIST, ALLOW_VIEWER, RT_SLOW, 0, .slow = list_read },
    { HTTP_GET, LIST "/{iid}/answer", ALLOW_VIEWER, RT_READ, 0, .read = to_list },
    { HTTP_POST, LIST "/{iid}/answer", ALLOW_ORGANISER, RT_WRITE, 8192, 0, answer_fields,
      .check = invitations_answer_check, .work = answer_work, .form = list_again },
    { HTTP_GET, LIST "/{iid}/withdraw", ALLOW_ORGANISER, RT_READ, 0, .read = withdraw_read },
    { HTTP_POST, LIST "/{iid}/withdraw", ALLOW_ORGANISER, RT_WRITE, 8192, 0, withdraw_fields,
      .work = withdraw_work, .form = withdraw_again },
    { 0 },
};
/* clang-format on */
