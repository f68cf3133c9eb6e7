/*
 * Many unconfirmed registrations from one place: the organiser is told, sees who they are, ticks
 * those that nobody knows, one by one or all at once, and releases them. Those are told, unless the
 * organiser leaves it, and keep their rows as cancelled ones.
 */
#include "registrations/registrations_crowd.h"

#include <string.h>

#include "base/text.h"
#include "mailing/mailing.h"
#include "registrations/registrations_people.h"

static const char *const by_words[] = {
    [CROWD_BY_CLIENT] = "network", [CROWD_BY_ADDRESS] = "address"
};

static const char *
release_path(struct request *rq, int64_t gathering_id)
{
    return arena_printf(rq_arena(rq), "%s/release", people_path(rq, gathering_id));
}

/* ── On the list of people ── */

enum status
crowd_notice(struct request *rq, int64_t gathering_id, json_t *data)
{
    struct crowd_group *group = NULL;
    struct arena *a = rq_arena(rq);
    size_t n = 0;
    json_t *list;
    enum status rc;

    if (!people_may_edit(rq))
        return ST_OK;
    rc = registration_crowd_groups(rq_conn(rq), a, gathering_id, &group, &n);
    if (rc != ST_OK || n == 0)
        return rc;
    list = json_array();
    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(
            list, json_pack("{s:I, s:I, s:s, s:b, s:s}", "count", (json_int_t)group[i].count,
                            "addresses", (json_int_t)group[i].addresses, "email", group[i].email,
                            "network", group[i].by == CROWD_BY_CLIENT, "href",
                            arena_printf(a, "%s?of=%lld&by=%s", release_path(rq, gathering_id),
                                         (long long)group[i].first_id, by_words[group[i].by])));
    (void)json_object_set_new(
        data, "crowds", json_pack("{s:o, s:b}", "list", list, "no_server", !mail_has_server(rq)));
    return ST_OK;
}

/* ── The page ── */

const struct field crowd_release_fields[] = {
    { "of", FIELD_LINE, FIELD_REQUIRED, 20 },
    { "by", FIELD_LINE, FIELD_REQUIRED, 10 },
    { "pick", FIELD_LIST, 0, 20 },
    { "tell", FIELD_BOOL, 0, 0 },
    { 0 },
};

static enum crowd_by
by_of(const char *word)
{
    return word != NULL && strcmp(word, by_words[CROWD_BY_ADDRESS]) == 0 ? CROWD_BY_ADDRESS
                                                                         : CROWD_BY_CLIENT;
}

/* again: as it was sent. */
static bool
is_picked(const struct request *rq, bool again, const char *id)
{
    for (size_t i = 0; again && i < rq_list_len(rq, "pick"); i++)
        if (strcmp(rq_list_at(rq, "pick", i), id) == 0)
            return true;
    return !again && rq_query(rq, "all") != NULL;
}

static enum status
add_people(struct request *rq, const struct gathering *g, int64_t of, enum crowd_by by, bool again,
           json_t *data)
{
    struct registration *r = NULL;
    json_t *rows = json_array();
    size_t n = 0;
    enum status rc = registration_crowd_of(rq_conn(rq), rq_arena(rq), g->id, of, by, &r, &n);

    for (size_t i = 0; rc == ST_OK && i < n; i++) {
        json_t *row = people_row(rq, g, &r[i]);
        const char *id = json_string_value(json_object_get(row, "id"));

        (void)json_object_set_new(row, "picked", json_boolean(is_picked(rq, again, id)));
        rc = people_standing(rq, &r[i], row);
        (void)json_array_append_new(rows, row);
    }
    (void)json_object_update_new(
        data, json_pack("{s:o, s:I, s:b, s:b, s:s}", "rows", rows, "people", (json_int_t)n, "any",
                        n > 0, "network", by == CROWD_BY_CLIENT, "email",
                        n > 0 && by == CROWD_BY_ADDRESS ? r[0].email : ""));
    return rc;
}

static enum status
show(struct request *rq, struct response *rs, bool again)
{
    struct gathering g;
    json_t *data = rq_form_view(rq);
    const char *said = again ? rq_text(rq, "of") : rq_query(rq, "of");
    int64_t of = 0;
    enum crowd_by by = by_of(again ? rq_text(rq, "by") : rq_query(rq, "by"));
    enum status rc = gathering_admin_head(rq, rq_param_id(rq, "id"), "people", &g, data);

    if (rc == ST_OK && (said == NULL || !text_int(said, &of)))
        rc = ST_NOT_FOUND;
    if (rc == ST_OK)
        rc = add_people(rq, &g, of, by, again, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    (void)json_object_update_new(data, json_pack("{s:s, s:s, s:I, s:s, s:b}", "path",
                                                 people_path(rq, g.id), "action",
                                                 release_path(rq, g.id), "of", (json_int_t)of, "by",
                                                 by_words[by], "line", g.waiting > 0));
    (void)json_object_set_new(data, "no_server", json_boolean(!mail_has_server(rq)));
    if (!again) {
        (void)json_object_set_new(data, "values", json_pack("{s:b}", "tell", 1));
        if (rq_query(rq, "all") == NULL)
            (void)json_object_set_new(
                data, "all_href",
                json_string(arena_printf(rq_arena(rq), "%s?of=%lld&by=%s&all=1",
                                         release_path(rq, g.id), (long long)of, by_words[by])));
    }
    return rs_page(rs, again ? 422 : 200, "registrations/release",
                   rq_tr(rq, "registration.crowd.title"), data);
}

enum status
crowd_release_page(struct request *rq, struct response *rs)
{
    return show(rq, rs, false);
}

enum status
crowd_release_again(struct request *rq, struct response *rs)
{
    return show(rq, rs, true);
}

/* Only those who are still unconfirmed, of this gathering: a page that lay open releases nobody who
 * used the mailed link meanwhile. */
static enum status
release_one(struct work *w, int64_t gathering_id, int64_t id, bool quiet, int64_t *released)
{
    struct arena *a = rq_arena(w->rq);
    struct registration r;
    enum status rc = registration_by_id(w->conn, a, id, &r);

    if (rc == ST_NOT_FOUND || (rc == ST_OK && (r.gathering_id != gathering_id ||
                                               r.client[0] == '\0' || r.status == REG_CANCELLED)))
        return ST_OK;
    if (rc == ST_OK)
        rc = registration_take_off(w->conn, a, id, "", quiet, w->now);
    if (rc == ST_OK)
        (*released)++;
    return rc;
}

enum status
crowd_release_work(struct work *w)
{
    struct request *rq = w->rq;
    int64_t gathering_id = rq_param_id(rq, "id"), released = 0, id;
    enum status rc = ST_OK;

    if (rq_list_len(rq, "pick") == 0) {
        rq_error_text(rq, "", rq_tr(rq, "registration.crowd.nobody"));
        return ST_INVALID;
    }
    for (size_t i = 0; rc == ST_OK && i < rq_list_len(rq, "pick"); i++)
        if (text_int(rq_list_at(rq, "pick", i), &id))
            rc = release_one(w, gathering_id, id, !rq_bool(rq, "tell"), &released);
    w->redirect = arena_printf(rq_arena(rq), "%s?released=%lld", people_path(rq, gathering_id),
                               (long long)released);
    return rc;
}
