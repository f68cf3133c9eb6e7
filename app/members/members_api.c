/* The API of expectations and of who may speak for an organisation. */
#include <string.h>

#include "contacts/contacts.h"
#include "base/text.h"
#include "members/members_pages.h"
#include "organisations/organisations.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 500

static const char *
id_text(struct request *rq, int64_t id)
{
    return arena_printf(rq_arena(rq), "%lld", (long long)id);
}

/* ── Expectations ── */

static enum status
list(struct request *rq, struct response *rs)
{
    int64_t limit = rq_query_int(rq, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
    int64_t after = rq_query_int(rq, "cursor", 0, 0, INT64_MAX);
    struct said_row *row = NULL;
    size_t n = 0, shown;
    json_t *items;
    enum status rc;

    if (rq_has_errors(rq))
        return ST_INVALID;
    rc = expectations_found(rq_conn(rq), rq_arena(rq), sight_viewer_of(rq_who(rq)), after,
                            (int)limit + 1, &row, &n);
    if (rc != ST_OK)
        return rc;
    shown = n > (size_t)limit ? (size_t)limit : n;
    items = json_array();
    for (size_t i = 0; i < shown; i++) {
        char said[32];

        clock_rfc3339(row[i].said_at, said);
        (void)json_array_append_new(
            items, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s?, s:s}", "organisation_id",
                             id_text(rq, row[i].organisation_id), "organisation", row[i].name,
                             "expects", row[i].expects, "brings", row[i].brings, "openness",
                             row[i].openness, "source", row[i].source, "said_by",
                             row[i].by[0] != '\0' ? row[i].by : NULL, "said_at", said));
    }
    return rs_json(rs, 200,
                   json_pack("{s:o, s:s?}", "items", items, "next",
                             n > shown ? id_text(rq, row[shown - 1].organisation_id) : NULL));
}

/* Of one, empty where nothing is said or may be seen. A new reference, also beside a failure. */
static enum status
shown(struct request *rq, json_t **out)
{
    struct organisation o;
    struct expectation e;
    struct contact by = { .name = "" };
    bool said = false;
    char at[32];
    enum status rc = organisation_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &o);

    if (rc == ST_OK)
        rc = expectation_seen(rq, o.id, &e, &said);
    if (rc == ST_OK && e.contact_id != 0)
        rc = contact_by_id(rq_conn(rq), rq_arena(rq), e.contact_id, &by);
    if (rc != ST_OK)
        return rc;
    clock_rfc3339(e.said_at, at);
    *out = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s?, s:s?, s:s?}", "organisation_id",
                     id_text(rq, o.id), "organisation", o.name, "expects", e.expects, "brings",
                     e.brings, "openness", e.openness, "source", said ? e.source : NULL, "said_by",
                     by.name[0] != '\0' ? by.name : NULL, "said_at", said ? at : NULL);
    return ST_OK;
}

static const struct field say_fields[] = {
    { "expects", FIELD_TEXT, FIELD_NULLABLE, 2000 },
    { "brings", FIELD_TEXT, FIELD_NULLABLE, 2000 },
    { "openness", FIELD_LINE, 0, 10 },
    { "said_by", FIELD_LINE, FIELD_NULLABLE, 20 },
    { 0 },
};

static enum status
say_check(struct request *rq)
{
    enum sight_openness openness;
    int64_t id;

    if (rq_has(rq, "openness") && !sight_openness_of(rq_text(rq, "openness"), &openness))
        rq_error(rq, "openness", "choice");
    if (rq_text(rq, "said_by")[0] != '\0' && !text_int(rq_text(rq, "said_by"), &id))
        rq_error(rq, "said_by", "invalid");
    return ST_OK;
}

static enum status
say_work(struct work *w)
{
    struct request *rq = w->rq;
    struct organisation o;
    struct contact k = { .id = 0 };
    struct expectation e;
    int64_t id = 0;
    enum status rc = organisation_by_id(w->conn, rq_arena(rq), rq_param_id(rq, "id"), &o);

    if (rc == ST_OK)
        rc = expectation_of(w->conn, rq_arena(rq), o.id, &e);
    if (rc == ST_NOT_FOUND && o.name != NULL) {
        e = (struct expectation){ .expects = "", .brings = "", .openness = "closed" };
        rc = ST_OK;
    }
    if (rc != ST_OK)
        return rc;
    if (text_int(rq_text(rq, "said_by"), &id) &&
        contact_by_id(w->conn, rq_arena(rq), id, &k) != ST_OK) {
        rq_error(rq, "said_by", "invalid");
        return ST_INVALID;
    }
    e.organisation_id = o.id;
    e.expects = rq_has(rq, "expects") ? rq_text(rq, "expects") : e.expects;
    e.brings = rq_has(rq, "brings") ? rq_text(rq, "brings") : e.brings;
    e.openness = rq_has(rq, "openness") ? rq_text(rq, "openness") : e.openness;
    e.contact_id = rq_has(rq, "said_by") ? k.id : e.contact_id;
    e.source = "api";
    e.said_at = w->now;
    return expectation_say(w->conn, &e);
}

/* ── Who may speak for it ── */

static json_t *
speaker_view(struct request *rq, const struct representative *r)
{
    char since[32], seen[32];

    clock_rfc3339(r->since, since);
    clock_rfc3339(r->last_seen_at, seen);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s?}", "id", id_text(rq, r->id),
                     "organisation_id", id_text(rq, r->organisation_id), "contact_id",
                     id_text(rq, r->contact_id), "name", r->name, "email", r->email, "since", since,
                     "last_seen_at", r->last_seen_at != 0 ? seen : NULL);
}

static enum status
speakers(struct request *rq, struct response *rs)
{
    struct organisation o;
    struct representative *row = NULL;
    json_t *items;
    size_t n = 0;
    enum status rc = organisation_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &o);

    if (rc == ST_OK)
        rc = representatives_of(rq_conn(rq), rq_arena(rq), o.id, &row, &n);
    if (rc != ST_OK)
        return rc;
    items = json_array();
    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(items, speaker_view(rq, &row[i]));
    return rs_json(rs, 200, json_pack("{s:o, s:n}", "items", items, "next"));
}

static const struct field speaker_fields[] = {
    { "contact_id", FIELD_LINE, FIELD_REQUIRED, 20 },
    { "send_link", FIELD_BOOL, 0, 0 },
    { 0 },
};

static enum status
speaker_work(struct work *w)
{
    struct request *rq = w->rq;
    struct organisation o;
    struct contact k;
    int64_t *id = ARENA_NEW(rq_arena(rq), int64_t), contact = 0;
    enum status rc = organisation_by_id(w->conn, rq_arena(rq), rq_param_id(rq, "id"), &o);

    w->out = id;
    if (rc != ST_OK)
        return rc;
    if (!text_int(rq_text(rq, "contact_id"), &contact) ||
        contact_by_id(w->conn, rq_arena(rq), contact, &k) != ST_OK) {
        rq_error(rq, "contact_id", "invalid");
        return ST_INVALID;
    }
    rc = representative_add(w->conn, rq_arena(rq), o.id, k.id, w->now, id);
    if (rc == ST_LIMIT) {
        rq_error(rq, "contact_id", "invalid");
        return ST_INVALID;
    }
    return rc == ST_OK && rq_bool(rq, "send_link")
               ? representative_send(w->conn, rq_arena(rq), *id, "organiser", w->now)
               : rc;
}

static enum status
speaker_answer(struct request *rq, const struct work *w, struct response *rs)
{
    struct representative r;
    enum status rc = representative_by_id(rq_conn(rq), rq_arena(rq), *(const int64_t *)w->out, &r);

    return rc == ST_OK ? rs_json(rs, 201, speaker_view(rq, &r)) : rc;
}

static enum status
remove_work(struct work *w)
{
    return representative_remove(w->conn, rq_param_id(w->rq, "id"));
}

static enum status
gone(struct request *rq, const struct work *w, struct response *rs)
{
    (void)rq;
    (void)w;
    return rs_empty(rs, 204);
}

#define ONE "/api/v1/organisations/{id}"

/* clang-format off */
const struct route members_api_routes[] = {
    { HTTP_GET, "/api/v1/expectations", ALLOW_VIEWER, RT_SLOW, 0, RT_API, .slow = list,
      .query = "limit cursor" },
    { HTTP_GET, ONE "/expectations", ALLOW_VIEWER, RT_READ, 0, RT_API, .read = rs_shown,
      .shown = shown },
    { HTTP_PATCH, ONE "/expectations", ALLOW_ORGANISER, RT_WRITE, 16384, RT_API, say_fields,
      .check = say_check, .work = say_work, .answer = rs_shown_then, .shown = shown },
    { HTTP_GET, ONE "/representatives", ALLOW_VIEWER, RT_READ, 0, RT_API, .read = speakers },
    { HTTP_POST, ONE "/representatives", ALLOW_ORGANISER, RT_WRITE, 2048, RT_API, speaker_fields,
      .work = speaker_work, .answer = speaker_answer },
    { HTTP_DELETE, "/api/v1/representatives/{id}", ALLOW_ORGANISER, RT_WRITE, 1024, RT_API,
      .work = remove_work, .answer = gone },
    { 0 },
};
/* clang-format on */
