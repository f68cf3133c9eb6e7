/*
 * Matches at the organiser's: what fits now, with its reason; both asked, by mail or by phone; who
 * want each other introduced.
 */
#include <string.h>

#include "base/text.h"
#include "html/translate.h"
#include "needs/needs_match_view.h"
#include "organisations/organisations.h"

#define SHOWN 50
#define PAGE NEEDS_PATH "/matches"

/* ── What is shown ── */

/* One side with what it has said, and the buttons for who says it by phone. */
static json_t *
side_view(struct request *rq, const struct match *m, const struct match_side *s)
{
    bool need = strcmp(s->side, "need") == 0;
    /* keys: match.answer.{none,yes,no} */
    const char *answer = rq_tr(rq, arena_printf(rq_arena(rq), "match.answer.%s",
                                                s->answer[0] != '\0' ? s->answer : "none"));

    return json_pack("{ss ss ss ss ss sb ss ss ss sb}", "side", s->side, "organisation",
                     need ? m->need_organisation : m->offer_organisation, "text",
                     need ? m->need_text : m->offer_text, "href",
                     arena_printf(rq_arena(rq), NEEDS_PATH "/%lld",
                                  (long long)(need ? m->need_id : m->offer_id)),
                     "label", rq_tr(rq, need ? "match.needs" : "match.offers"), "is_need", need,
                     "answer_label", answer, "tone",
                     strcmp(s->answer, "yes") == 0  ? "success"
                     : strcmp(s->answer, "no") == 0 ? "danger"
                                                    : "neutral",
                     "who", s->name, "nobody", s->email[0] == '\0');
}

json_t *
match_view(struct request *rq, const struct match *m, const struct match_side side[2])
{
    json_t *sides = json_array();
    bool reachable = side[0].email[0] != '\0' && side[1].email[0] != '\0';

    for (int i = 0; i < 2; i++)
        (void)json_array_append_new(sides, side_view(rq, m, &side[i]));
    return json_pack("{sI ss ss ss sb sb sb sb so ss}", "id", (json_int_t)m->id, "path",
                     arena_printf(rq_arena(rq), PAGE "/%lld", (long long)m->id), "reason",
                     m->reason, "state_label", match_state_label(rq, m->state), "open",
                     match_is_open(m), "agreed", strcmp(m->state, "agreed") == 0, "reachable",
                     reachable, "may_edit", needs_may_edit(rq), "sides", sides, "when",
                     gathering_when(rq, m->introduced_at != 0 ? m->introduced_at : m->made_at));
}

const char *
match_state_label(struct request *rq, const char *state)
{
    /* keys: match.state.{=match_states} */
    return rq_tr(rq, arena_printf(rq_arena(rq), "match.state.%s", state));
}

/* Those of a state, the newest first, from before `before` on; older ones have a page of their own.
 */
static enum status
add_state(struct request *rq, const char *state, int64_t before, json_t *data)
{
    struct match *m = NULL;
    size_t n = 0;
    json_t *list = json_array();
    enum status rc = match_list(rq_conn(rq), rq_arena(rq), state, 0, before, SHOWN + 1, &m, &n);

    for (size_t i = 0; rc == ST_OK && i < n && i < SHOWN; i++) {
        struct match_side side[2];

        rc = match_sides(rq_conn(rq), rq_arena(rq), m[i].id, side);
        if (rc == ST_OK)
            (void)json_array_append_new(list, match_view(rq, &m[i], side));
    }
    if (rc == ST_OK && n > 0)
        (void)json_object_set_new(
            data, state,
            json_pack("{sO ss}", "items", list, "next",
                      n > SHOWN ? arena_printf(rq_arena(rq), PAGE "?state=%s&before=%lld", state,
                                               (long long)m[SHOWN - 1].id)
                                : ""));
    json_decref(list);
    return rc;
}

static enum status
add_proposed(struct request *rq, json_t *data)
{
    struct arena *a = rq_arena(rq);
    struct need_marker *marker = needs_marker(a);
    struct match_proposal *p = NULL;
    size_t n = 0;
    json_t *list = json_array();
    enum status rc = match_proposed(rq_conn(rq), a, &p, &n);

    for (size_t i = 0; rc == ST_OK && i < n; i++)
        (void)json_array_append_new(
            list,
            json_pack(
                "{sI sI so so ss ss ss ss ss ss ss}", "need_id", (json_int_t)p[i].need->id,
                "offer_id", (json_int_t)p[i].offer->id, "need_marked",
                need_marked(a, marker, p[i].need, p[i].shared, p[i].shareds), "offer_marked",
                need_marked(a, marker, p[i].offer, p[i].shared, p[i].shareds), "need_organisation",
                p[i].need->organisation, "offer_organisation", p[i].offer->organisation,
                "need_href", arena_printf(a, NEEDS_PATH "/%lld", (long long)p[i].need->id),
                "offer_href", arena_printf(a, NEEDS_PATH "/%lld", (long long)p[i].offer->id),
                "reason", match_reason(a, p[i].shared, p[i].shareds), "role",
                organisation_role_label(rq, p[i].offer->role), "field_label",
                p[i].need->field[0] != '\0' && strcmp(p[i].need->field, p[i].offer->field) == 0
                    ? need_field_label(rq, p[i].need->field)
                    : ""));
    (void)json_object_set_new(data, "some_proposed", json_boolean(n > 0));
    (void)json_object_set_new(data, "proposed", list);
    return rc;
}

static const char *const listed[] = { "agreed", "asked", "declined", "introduced", NULL };

/* compared: with what fits now, on a worker; not where one list is asked for. */
static enum status
page(struct request *rq, struct response *rs, int http, bool compared, json_t *data)
{
    const char *one = rq_query_text(rq, "state");
    int64_t before = rq_query_int(rq, "before", INT64_MAX, 1, INT64_MAX);
    bool all = !need_word_ok(listed, one);
    enum status rc = ST_OK;

    for (const char *const *s = listed; rc == ST_OK && *s != NULL; s++)
        if (all || strcmp(*s, one) == 0)
            rc = add_state(rq, *s, all ? INT64_MAX : before, data);
    compared = compared && all;
    if (rc == ST_OK && compared)
        rc = add_proposed(rq, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    (void)json_object_update_new(data, json_pack("{sb sb sb sb sb}", "compared", compared, "saved",
                                                 rq_query(rq, "saved") != NULL, "asked_now",
                                                 rq_query(rq, "asked") != NULL, "introduced_now",
                                                 rq_query(rq, "introduced") != NULL, "ended_now",
                                                 rq_query(rq, "ended") != NULL));
    return rs_page(rs, http, "needs/matches", rq_tr(rq, "match.title"), data);
}

static enum status
show(struct request *rq, struct response *rs)
{
    return page(rq, rs, 200, true, json_object());
}

/* With what is wrong, and no comparing: that is for workers. */
static enum status
again(struct request *rq, struct response *rs)
{
    return page(rq, rs, 422, false, rq_form_view(rq));
}

/* ── What is done ── */

static const struct field pair_fields[] = {
    { "need", FIELD_LINE, FIELD_REQUIRED, 20 },
    { "offer", FIELD_LINE, FIELD_REQUIRED, 20 },
    { "reason", FIELD_LINE, 0, 300 },
    { "no", FIELD_BOOL, 0, 0 },
    { 0 },
};

static enum status
ask_work(struct work *w)
{
    struct request *rq = w->rq;
    int64_t need = 0, offer = 0, id;
    bool no = rq_bool(rq, "no");
    enum status rc = text_int(rq_text(rq, "need"), &need) && text_int(rq_text(rq, "offer"), &offer)
                         ? ST_OK
                         : ST_INVALID;

    if (rc == ST_OK)
        rc = no ? match_dismiss(w->conn, need, offer, w->now)
                : match_ask(w->conn, rq_arena(rq), need, offer, rq_text(rq, "reason"), true, w->now,
                            &id);
    w->redirect = no ? PAGE "?saved=1" : PAGE "?asked=1";
    if (rc == ST_CONFLICT) { /* somebody else was faster: it is as they left it */
        w->redirect = PAGE;
        return ST_OK;
    }
    if (rc == ST_INVALID)
        rq_error_text(rq, "", rq_tr(rq, "match.gone"));
    return rc;
}

static const struct field say_fields[] = {
    { "side", FIELD_LINE, FIELD_REQUIRED, 5 },
    { "say", FIELD_LINE, FIELD_REQUIRED, 3 },
    { 0 },
};

bool
match_say_ok(struct request *rq)
{
    const char *say = rq_text(rq, "say");

    if (!rq_wrong(rq, "say") && strcmp(say, "yes") != 0 && strcmp(say, "no") != 0)
        rq_error(rq, "say", "choice");
    return !rq_has_errors(rq);
}

static enum status
say_check(struct request *rq)
{
    const char *side = rq_text(rq, "side");

    if (!rq_wrong(rq, "side") && strcmp(side, "need") != 0 && strcmp(side, "offer") != 0)
        rq_error(rq, "side", "choice");
    (void)match_say_ok(rq);
    return ST_OK;
}

/* Of something that is over: the page as it is now, which says so. */
static enum status
over(struct work *w, enum status rc)
{
    if (rc == ST_GONE)
        rq_error_text(w->rq, "", rq_tr(w->rq, "match.over"));
    return rc == ST_GONE ? ST_INVALID : rc;
}

static enum status
say_work(struct work *w)
{
    w->redirect = PAGE "?saved=1";
    return over(w, match_answer(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"),
                                rq_text(w->rq, "side"), rq_text(w->rq, "say"), w->now));
}

static enum status
introduce_work(struct work *w)
{
    enum status rc =
        match_introduce(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), true, w->now);

    w->redirect = PAGE "?introduced=1";
    if (rc == ST_INVALID)
        rq_error_text(w->rq, "", rq_tr(w->rq, "match.nobody"));
    return over(w, rc);
}

static enum status
end_work(struct work *w)
{
    w->redirect = PAGE "?ended=1";
    return over(w, match_end(w->conn, rq_param_id(w->rq, "id"), w->now));
}

/* "need.page" */
enum status
match_fill_need(struct request *rq, int64_t need_id, json_t *panels)
{
    struct match *m = NULL;
    size_t n = 0;
    json_t *list = json_array();
    enum status rc = ST_OK;

    if (needs_may_edit(rq))
        rc = matches_of_need(rq_conn(rq), rq_arena(rq), need_id, &m, &n);
    for (size_t i = 0; rc == ST_OK && i < n; i++) {
        bool need = m[i].need_id == need_id;

        (void)json_array_append_new(
            list, json_pack("{ss ss ss ss}", "text", need ? m[i].offer_text : m[i].need_text,
                            "organisation", need ? m[i].offer_organisation : m[i].need_organisation,
                            "href",
                            arena_printf(rq_arena(rq), NEEDS_PATH "/%lld",
                                         (long long)(need ? m[i].offer_id : m[i].need_id)),
                            "state_label", match_state_label(rq, m[i].state)));
    }
    if (rc == ST_OK && n > 0)
        (void)json_object_set_new(panels, "need_matches", json_pack("{sO}", "items", list));
    json_decref(list);
    return rc;
}

#define ONE PAGE "/{id}"

/* clang-format off */
const struct route matches_routes[] = {
    { HTTP_GET, PAGE, ALLOW_ORGANISER, RT_SLOW, .slow = show },
    { HTTP_POST, PAGE, ALLOW_ORGANISER, RT_WRITE, 4096, 0, pair_fields, .work = ask_work,
      .form = again },
    { HTTP_POST, ONE "/say", ALLOW_ORGANISER, RT_WRITE, 1024, 0, say_fields, .check = say_check,
      .work = say_work, .form = again },
    { HTTP_POST, ONE "/introduce", ALLOW_ORGANISER, RT_WRITE, 1024, .work = introduce_work,
      .form = again },
    { HTTP_POST, ONE "/end", ALLOW_ORGANISER, RT_WRITE, 1024, .work = end_work, .form = again },
    { HTTP_GET, "/r/k{link}", ALLOW_ANYONE, RT_READ, 0, .read = match_own_page,
      .personal = &match_personal },
    { HTTP_POST, "/r/k{link}", ALLOW_ANYONE, RT_WRITE, 1024, 0, match_say_fields,
      .check = match_own_check, .work = match_own_work, .form = match_own_page,
      .personal = &match_personal },
    { HTTP_POST, "/member/matches/{id}", ALLOW_MEMBER, RT_WRITE, 1024, 0, match_say_fields,
      .check = match_own_check, .work = match_member_work },
    { 0 },
};
/* clang-format on */
