/*
 * The organiser's list of who is invited: what they answered, by what way, and buttons to note an
 * answer given by phone.
 */
#include <string.h>

#include "base/text.h"
#include "document/zone.h"
#include "html/date_text.h"
#include "html/options.h"
#include "invitations/invitations_pages.h"
#include "invitations/invitations_review.h"
#include "invitations/invitations_store.h"
#include "mailing/mailing.h"

#define PAGE_ROWS 50
#define PAGE_MAX 10000

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

struct list_query {
    struct invitation_page p;
    int64_t page;
};

static void
read_query(const char *q, const char *status, const char *page, int64_t gathering_id,
           struct list_query *l)
{
    *l = (struct list_query){ .page = 1 };
    l->p.gathering_id = gathering_id;
    l->p.query = q != NULL ? q : "";
    l->p.filter = "";
    for (size_t i = 0; i < ARRAY_LEN(filters); i++)
        if (status != NULL && strcmp(status, filters[i]) == 0)
            l->p.filter = filters[i];
    if (page == NULL || !text_int(page, &l->page) || l->page < 1 || l->page > PAGE_MAX)
        l->page = 1;
    l->p.limit = PAGE_ROWS;
    l->p.offset = (l->page - 1) * PAGE_ROWS;
}

static void
query_of(struct request *rq, bool form, int64_t gathering_id, struct list_query *l)
{
    if (form)
        read_query(rq_text(rq, "q"), rq_text(rq, "status"), rq_text(rq, "page"), gathering_id, l);
    else
        read_query(rq_query(rq, "q"), rq_query(rq, "status"), rq_query(rq, "page"), gathering_id,
                   l);
}

static const char *
list_href(struct request *rq, const struct list_query *l, int64_t page)
{
    struct arena *a = rq_arena(rq);

    return arena_printf(a, "%s?q=%s&status=%s&page=%lld",
                        invitations_path(rq, l->p.gathering_id, "invitations"),
                        text_url_encode(a, l->p.query), l->p.filter, (long long)page);
}

/* ── The list ── */

static json_t *
status_options(struct request *rq, const struct list_query *l, const struct invitation_counts *n)
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
                   NULL, l->p.filter == filters[i]);
    }
    return list;
}

static json_t *
pager(struct request *rq, const struct list_query *l, size_t shown, int64_t total)
{
    json_t *p = json_pack("{s:I, s:I, s:I, s:b}", "from", (json_int_t)l->p.offset + (shown > 0),
                          "to", (json_int_t)l->p.offset + (json_int_t)shown, "total",
                          (json_int_t)total, "needed", total > PAGE_ROWS);

    if (l->page > 1)
        (void)json_object_set_new(p, "previous", json_string(list_href(rq, l, l->page - 1)));
    if (l->p.offset + (int64_t)shown < total)
        (void)json_object_set_new(p, "next", json_string(list_href(rq, l, l->page + 1)));
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

static enum status
list_page(struct request *rq, struct response *rs, bool again)
{
    struct gathering g = { 0 };
    struct list_query l;
    struct invitation_counts counts = { 0 };
    struct invitation *row = NULL;
    size_t n = 0;
    int64_t total = 0, typed = again ? rq_param_id(rq, "iid") : 0;
    json_t *data = json_object(), *rows = json_array(), *form = again ? rq_form_view(rq) : NULL;
    enum status rc = gathering_admin_head(rq, rq_param_id(rq, "id"), "invitations", &g, data);

    (void)json_object_set_new(data, "rows", rows);
    query_of(rq, again, g.id, &l);
    if (rc == ST_OK)
        rc = invitation_count(rq_conn(rq), g.id, &counts);
    if (rc == ST_OK)
        rc = invitation_list(rq_conn(rq), rq_arena(rq), &l.p, &row, &n, &total);
    for (size_t i = 0; rc == ST_OK && i < n; i++)
        rc = row_view(rq, &g, &row[i], row[i].id == typed ? form : NULL, rows);
    if (rc == ST_OK)
        rc = panels_fill(rq, "invitations.top", g.id, data);
    if (rc != ST_OK) {
        json_decref(form);
        json_decref(data);
        return rc;
    }
    (void)json_object_update_new(
        data,
        json_pack("{s:s, s:s, s:I, s:s, s:s, s:o, s:o, s:b, s:b, s:b, s:b}", "q", l.p.query,
                  "status", l.p.filter, "page_number", (json_int_t)l.page, "path",
                  invitations_path(rq, g.id, "invitations"), "invite_path",
                  invitations_path(rq, g.id, "invite"), "statuses", status_options(rq, &l, &counts),
                  "pager", pager(rq, &l, n, total), "may_note", invitations_may_note(rq, &g),
                  "may_invite", invitations_may_invite(rq, &g), "any", total > 0, "nobody",
                  counts.all == 0));
    if (form != NULL)
        (void)json_object_update_new(data, form);
    else
        add_sent(rq, data);
    (void)json_object_set_new(data, "values", json_pack("{s:s}", "q", l.p.query));
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
    { "page", FIELD_LINE, 0, 10 },
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
    struct list_query l;
    enum status rc = invitation_by_id(w->conn, rq_arena(rq), rq_param_id(rq, "iid"), &i);

    if (rc == ST_OK && i.gathering_id != rq_param_id(rq, "id"))
        rc = ST_NOT_FOUND;
    if (rc == ST_OK)
        rc = invitation_reply(w->conn, rq_arena(rq), i.id, &reply, w->now);
    if (rc == ST_CONFLICT) {
        rq_error_text(rq, "colleague_name", rq_tr(rq, "invitation.colleague_same"));
        return ST_INVALID;
    }
    query_of(rq, true, i.gathering_id, &l);
    w->redirect =
        arena_printf(rq_arena(rq), "%s#i%lld", list_href(rq, &l, l.page), (long long)i.id);
    return rc;
}

/* The page of a refused answer, seen again by its address. */
static enum status
to_list(struct request *rq, struct response *rs)
{
    return rs_redirect(rs, invitations_path(rq, rq_param_id(rq, "id"), "invitations"));
}

#define LIST "/admin/gatherings/{id}/invitations"

/* clang-format off */
const struct route invitations_admin_routes[] = {
    { HTTP_GET, LIST, ALLOW_VIEWER, RT_READ, 0, .read = list_read },
    { HTTP_GET, LIST "/{iid}/answer", ALLOW_VIEWER, RT_READ, 0, .read = to_list },
    { HTTP_POST, LIST "/{iid}/answer", ALLOW_ORGANISER, RT_WRITE, 8192, 0, answer_fields,
      .check = invitations_answer_check, .work = answer_work, .form = list_again },
    { 0 },
};
/* clang-format on */
