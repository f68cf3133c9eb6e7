/* The pages of who speaks for an organisation: its home, what it says of itself, what it expects.
 */
#include <string.h>

#include "base/text.h"
#include "document/zone.h"
#include "html/date_text.h"
#include "html/options.h"
#include "members/members_pages.h"
#include "organisations/organisations.h"

/* ── Words ── */

const char *
member_when(struct request *rq, int64_t at)
{
    struct civil then, now;

    if (at == 0)
        return "";
    zone_local(ZONE_DEFAULT, at, &then, NULL);
    zone_local(ZONE_DEFAULT, rq_now(rq), &now, NULL);
    return date_relative(rq_arena(rq), rq_lang(rq), &then, &now);
}

const char *
member_openness_text(struct request *rq, const char *openness)
{
    /* keys: openness.{closed,members,public} */
    return openness[0] != '\0' ? rq_tr(rq, arena_printf(rq_arena(rq), "openness.%s", openness))
                               : "";
}

json_t *
member_openness_options(struct request *rq, const char *current)
{
    json_t *list = json_array();

    for (int i = 0; i < SIGHT_OPENNESSES; i++) {
        const char *name = sight_openness_name((enum sight_openness)i);

        option_add(list, name, member_openness_text(rq, name), NULL, strcmp(name, current) == 0);
    }
    return list;
}

/* ── Home ── */

static json_t *
said_view(struct request *rq, const struct expectation *e)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "expects", e->expects, "brings", e->brings,
                     "openness", e->openness, "openness_text",
                     member_openness_text(rq, e->openness), "when", member_when(rq, e->said_at));
}

static enum status
home(struct request *rq, struct response *rs)
{
    int64_t id = rq_who(rq)->organisation_id;
    struct organisation o;
    struct expectation e;
    bool said;
    json_t *view, *data;
    enum status rc = organisation_by_id(rq_conn(rq), rq_arena(rq), id, &o);

    if (rc == ST_OK)
        rc = expectation_seen(rq, id, &e, &said);
    if (rc != ST_OK)
        return rc;
    view = organisation_view(rq, rq_conn(rq), &o);
    if (view == NULL)
        return ST_IO;
    data = json_pack("{s:o, s:s, s:b, s:o}", "organisation", view, "first_name",
                     text_first_name(rq_arena(rq), rq_who(rq)->name), "saved",
                     rq_query(rq, "saved") != NULL, "said", said ? said_view(rq, &e) : json_null());
    rc = panels_fill(rq, "member.home", id, data);
    if (rc == ST_OK)
        return rs_page(rs, 200, "members/home", o.name, data);
    json_decref(data);
    return rc;
}

/* ── What it says of itself ── */

static const struct field company_fields[] = {
    { "trade", FIELD_LINE, 0, 100 },      { "size", FIELD_INT, FIELD_NULLABLE, 0 },
    { "website", FIELD_LINE, 0, 200 },    { "description", FIELD_TEXT, 0, 1000 },
    { "in_directory", FIELD_BOOL, 0, 0 }, { 0 },
};

static enum status
company_show(struct request *rq, struct response *rs, int http, json_t *data)
{
    struct organisation o;
    enum status rc = organisation_by_id(rq_conn(rq), rq_arena(rq), rq_who(rq)->organisation_id, &o);

    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    if (json_object_get(data, "values") == NULL)
        (void)json_object_set_new(
            data, "values",
            json_pack("{s:s, s:s, s:s, s:s, s:b}", "trade", o.trade, "website", o.website,
                      "description", o.description, "size",
                      o.size >= 0 ? arena_printf(rq_arena(rq), "%lld", (long long)o.size) : "",
                      "in_directory", o.in_directory));
    (void)json_object_update_new(data, json_pack("{s:s, s:b}", "name", o.name, "narrow", 1));
    return rs_page(rs, http, "members/company", rq_tr(rq, "member.company"), data);
}

static enum status
company_page(struct request *rq, struct response *rs)
{
    return company_show(rq, rs, 200, json_object());
}

static enum status
company_again(struct request *rq, struct response *rs)
{
    return company_show(rq, rs, 422, rq_form_view(rq));
}

static enum status
company_check(struct request *rq)
{
    struct organisation_change ch;

    organisation_read_own(rq, &ch);
    return ST_OK;
}

static enum status
company_work(struct work *w)
{
    struct organisation_change ch;
    const char *field;
    enum status rc;

    organisation_read_own(w->rq, &ch);
    w->redirect = "/member?saved=1";
    rc = organisation_change(w->conn, rq_arena(w->rq), rq_who(w->rq)->organisation_id, &ch, w->now,
                             &field);
    return rc == ST_OK ? representative_seen(w->conn, rq_who(w->rq)->representative_id, w->now)
                       : organisation_refuse(w->rq, field, rc);
}

/* ── What it expects and brings ── */

const struct field member_said_fields[] = {
    { "expects", FIELD_TEXT, 0, 2000 },
    { "brings", FIELD_TEXT, 0, 2000 },
    { "openness", FIELD_LINE, 0, 10 },
    { 0 },
};

static enum status
said_show(struct request *rq, struct response *rs, int http, json_t *data)
{
    struct expectation e;
    const char *openness;
    bool said;
    enum status rc = expectation_seen(rq, rq_who(rq)->organisation_id, &e, &said);

    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    if (json_object_get(data, "values") == NULL)
        (void)json_object_set_new(data, "values",
                                  json_pack("{s:s, s:s, s:s}", "expects", e.expects, "brings",
                                            e.brings, "openness", e.openness));
    openness = json_string_value(json_object_get(json_object_get(data, "values"), "openness"));
    (void)json_object_update_new(
        data, json_pack("{s:o, s:b}", "opennesses",
                        member_openness_options(rq, openness != NULL ? openness : "closed"),
                        "narrow", 1));
    return rs_page(rs, http, "members/said", rq_tr(rq, "member.said"), data);
}

static enum status
said_page(struct request *rq, struct response *rs)
{
    return said_show(rq, rs, 200, json_object());
}

static enum status
said_again(struct request *rq, struct response *rs)
{
    return said_show(rq, rs, 422, rq_form_view(rq));
}

static enum status
said_work(struct work *w)
{
    struct request *rq = w->rq;
    struct representative r;
    enum status rc = representative_by_id(w->conn, rq_arena(rq), rq_who(rq)->representative_id, &r);
    const struct expectation e = { .organisation_id = rq_who(rq)->organisation_id,
                                   .expects = rq_text(rq, "expects"),
                                   .brings = rq_text(rq, "brings"),
                                   .openness = rq_text(rq, "openness"),
                                   .contact_id = rc == ST_OK ? r.contact_id : 0,
                                   .source = "member",
                                   .said_at = w->now };

    w->redirect = "/member?saved=1";
    if (rc == ST_OK)
        rc = expectation_say(w->conn, &e);
    return rc == ST_OK ? representative_seen(w->conn, r.id, w->now) : rc;
}

/* clang-format off */
const struct route members_routes[] = {
    { HTTP_GET, "/member", ALLOW_MEMBER, RT_READ, .layout = "public", .read = home },
    { HTTP_GET, "/member/company", ALLOW_MEMBER, RT_READ, .layout = "public", .read = company_page },
    { HTTP_POST, "/member/company", ALLOW_MEMBER, RT_WRITE, 16384, 0, company_fields,
      .layout = "public", .check = company_check, .work = company_work, .form = company_again },
    { HTTP_GET, "/member/expectations", ALLOW_MEMBER, RT_READ, .layout = "public",
      .read = said_page },
    { HTTP_POST, "/member/expectations", ALLOW_MEMBER, RT_WRITE, 16384, 0, member_said_fields,
      .layout = "public", .check = member_said_check, .work = said_work, .form = said_again },
    { 0 },
};
/* clang-format on */
