/*
 * What companies expect and bring, side by side: to the organiser, who asks those that have said
 * nothing; to members and to everybody what was opened to them.
 */
#include <string.h>

#include "base/text.h"
#include "members/members_pages.h"
#include "organisations/organisations.h"

#define PER_PAGE 50

static json_t *
row_view(struct request *rq, const struct said_row *r)
{
    struct arena *a = rq_arena(rq);
    /* keys: member.source.{member,organiser,api,example} */
    const char *source =
        r->source[0] != '\0' ? rq_tr(rq, arena_printf(a, "member.source.%s", r->source)) : "";

    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:s}", "id",
                     arena_printf(a, "%lld", (long long)r->organisation_id), "href",
                     arena_printf(a, "/admin/organisations/%lld", (long long)r->organisation_id),
                     "name", r->name, "trade", r->trade, "expects", r->expects, "brings", r->brings,
                     "openness", r->openness, "openness_text",
                     member_openness_text(rq, r->openness), "by", r->by, "source_text", source,
                     "said", r->said, "may_ask", !r->said && r->speakers > 0, "asked",
                     member_when(rq, r->said ? 0 : r->asked_at));
}

/* {items, next, empty, askable}; when: of each, how long ago it was said. */
static enum status
fill(struct request *rq, const struct said_query *asked, json_t *data)
{
    struct said_query q = *asked;
    struct said_row *row = NULL;
    json_t *items = json_array();
    size_t n = 0, shown;
    bool askable = false;
    enum status rc;

    q.limit = PER_PAGE + 1;
    rc = expectations_list(rq_conn(rq), rq_arena(rq), &q, &row, &n);
    if (rc == ST_NOT_FOUND) { /* the place is gone: from the first */
        q.after = 0;
        rc = expectations_list(rq_conn(rq), rq_arena(rq), &q, &row, &n);
    }
    shown = n > PER_PAGE ? PER_PAGE : n;
    for (size_t i = 0; rc == ST_OK && i < shown; i++) {
        json_t *item = row_view(rq, &row[i]);

        (void)json_object_set_new(item, "when", json_string(member_when(rq, row[i].said_at)));
        (void)json_array_append_new(items, item);
        askable = askable || (!row[i].said && row[i].speakers > 0);
    }
    (void)json_object_update_new(
        data, json_pack("{s:o, s:b, s:b}", "items", items, "empty", n == 0, "askable", askable));
    if (rc == ST_OK && n > shown)
        (void)json_object_set_new(data, "next", json_integer(row[shown - 1].organisation_id));
    return rc;
}

static int64_t
after_asked(struct request *rq)
{
    int64_t after;

    return text_int(rq_query_text(rq, "after"), &after) && after > 0 ? after : 0;
}

/* ── The organiser's ── */

static enum status
admin_page(struct request *rq, struct response *rs)
{
    const char *only = rq_query_text(rq, "only");
    bool said = strcmp(only, "said") == 0, unsaid = strcmp(only, "unsaid") == 0;
    const struct said_query q = { .viewer = sight_viewer_of(rq_who(rq)),
                                  .all = true,
                                  .only = said || unsaid ? only : "",
                                  .after = after_asked(rq) };
    json_t *data = json_pack("{s:b, s:b, s:b, s:b, s:s, s:b, s:b}", "in_expectations", 1,
                             "only_said", said, "only_unsaid", unsaid, "only_all", !said && !unsaid,
                             "only", q.only, "may_edit", (rq_who(rq)->role & ALLOW_ORGANISER) != 0,
                             "asked_now", rq_query(rq, "asked") != NULL);
    enum status rc = fill(rq, &q, data);

    if (rc == ST_OK)
        return rs_page(rs, 200, "members/expectations", rq_tr(rq, "member.expectations"), data);
    json_decref(data);
    return rc;
}

static const struct field ask_fields[] = { { "ask", FIELD_LIST, 0, 20 }, { 0 } };

static enum status
ask_check(struct request *rq)
{
    if (rq_list_len(rq, "ask") == 0 || rq_list_len(rq, "ask") > PER_PAGE)
        rq_error(rq, "ask", "invalid");
    return ST_OK;
}

/* All who may speak for it; whoever was asked in the last minutes is let be. */
static enum status
ask_one(struct work *w, int64_t organisation_id)
{
    struct representative *row = NULL;
    size_t n = 0;
    enum status rc = representatives_of(w->conn, rq_arena(w->rq), organisation_id, &row, &n);

    for (size_t i = 0; rc == ST_OK && i < n; i++)
        rc = representative_send(w->conn, rq_arena(w->rq), row[i].id, "ask", w->now);
    return rc;
}

static enum status
ask_work(struct work *w)
{
    int64_t id;
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && i < rq_list_len(w->rq, "ask"); i++)
        if (text_int(rq_list_at(w->rq, "ask", i), &id))
            rc = ask_one(w, id);
    w->redirect = "/admin/expectations?only=unsaid&asked=1";
    return rc;
}

/* ── Members', and everybody's ── */

static enum status
others_page(struct request *rq, struct response *rs)
{
    const struct said_query q = { .viewer = SIGHT_BY_MEMBER,
                                  .except = rq_who(rq)->organisation_id,
                                  .only = "said",
                                  .after = after_asked(rq) };
    json_t *data = json_pack("{s:s, s:b}", "path", "/member/others", "for_members", 1);
    enum status rc = fill(rq, &q, data);

    if (rc == ST_OK)
        return rs_page(rs, 200, "members/others", rq_tr(rq, "member.others"), data);
    json_decref(data);
    return rc;
}

static enum status
public_page(struct request *rq, struct response *rs)
{
    const struct said_query q = { .viewer = SIGHT_BY_NOBODY,
                                  .only = "said",
                                  .after = after_asked(rq) };
    json_t *data = json_pack("{s:s}", "path", "/members/expectations");
    enum status rc = fill(rq, &q, data);

    if (rc == ST_OK)
        return rs_page(rs, 200, "members/others", rq_tr(rq, "member.others"), data);
    json_decref(data);
    return rc;
}

enum status
members_fill_directory(struct request *rq, int64_t id, json_t *data)
{
    const struct said_query q = { .viewer = SIGHT_BY_NOBODY, .only = "said", .limit = 1 };
    struct said_row *row = NULL;
    size_t n = 0;
    enum status rc = expectations_list(rq_conn(rq), rq_arena(rq), &q, &row, &n);

    (void)id;
    if (rc == ST_OK && n > 0)
        (void)json_object_set_new(data, "expectations", json_pack("{s:b}", "any", 1));
    return rc;
}

enum status
member_said_check(struct request *rq)
{
    enum sight_openness openness;

    if (!sight_openness_of(rq_text(rq, "openness"), &openness))
        rq_error(rq, "openness", "choice");
    return ST_OK;
}

/* clang-format off */
const struct route members_shared_routes[] = {
    { HTTP_GET, "/admin/expectations", ALLOW_VIEWER, RT_SLOW, .slow = admin_page },
    { HTTP_POST, "/admin/expectations/ask", ALLOW_ORGANISER, RT_WRITE, 8192, RT_FORM_KEY,
      ask_fields, .check = ask_check, .work = ask_work },
    { HTTP_GET, "/member/others", ALLOW_MEMBER, RT_SLOW, .layout = "public", .slow = others_page },
    { HTTP_GET, "/members/expectations", ALLOW_ANYONE, RT_SLOW, 0, RT_PUBLIC, .layout = "public",
      .slow = public_page },
    { 0 },
};
/* clang-format on */
