/*
 * A theme's meetings on the organiser's pages: the button that makes one, whose needs a gathering
 * is about, what became of a need after each.
 */
#include <string.h>

#include "base/text.h"
#include "document/zone.h"
#include "html/date_text.h"
#include "html/translate.h"
#include "invitations/invitations.h"
#include "needs/needs_meetings.h"
#include "needs/needs_pages.h"

#define SHOWN 100

static const char *
gathering_path(struct request *rq, int64_t id, const char *more)
{
    return arena_printf(rq_arena(rq), "/admin/gatherings/%lld%s", (long long)id, more);
}

/* The three answers as buttons: [{say, label, chosen}]. */
json_t *
meeting_choices(struct request *rq, const char *chosen)
{
    json_t *list = json_array();

    for (const char *const *o = meeting_outcomes; *o != NULL; o++)
        (void)json_array_append_new(list,
                                    json_pack("{ss ss sb}", "say", *o, "label",
                                              meeting_outcome_label(rq_app(rq), rq_lang(rq), *o),
                                              "chosen", strcmp(*o, chosen) == 0));
    return list;
}

const char *
meeting_outcome_label(const struct app *app, const char *lang, const char *outcome)
{
    char key[40];

    if (outcome[0] == '\0')
        return "";
    /* keys: need.outcome.{=meeting_outcomes} */
    (void)snprintf(key, sizeof key, "need.outcome.%s", outcome);
    return tr(app_translations(app), lang, key);
}

void
meeting_say_check(struct request *rq)
{
    if (!need_word_ok(meeting_outcomes, rq_text(rq, "say")))
        rq_error_as(rq, "say", "choice", rq_tr(rq, "need.after_choose"));
}

/* ── On the theme's page ── */

/* "theme.page" */
enum status
meeting_fill_theme(struct request *rq, int64_t theme_id, json_t *panels)
{
    struct meeting *m = NULL;
    struct theme t;
    size_t n = 0;
    json_t *list = json_array();
    enum status rc = theme_by_id(rq_conn(rq), rq_arena(rq), theme_id, &t);
    bool may = needs_may_edit(rq);

    if (rc == ST_OK)
        rc = meetings_of_theme(rq_conn(rq), rq_arena(rq), theme_id, &m, &n);
    for (size_t i = 0; i < n; i++) {
        struct civil at;

        zone_local(m[i].timezone, m[i].starts_at, &at, NULL);
        (void)json_array_append_new(
            list,
            json_pack("{ss ss ss sb}", "title", m[i].title, "when",
                      date_long(rq_arena(rq), rq_lang(rq), &at, DATE_MID | DATE_YEAR), "href",
                      gathering_path(rq, m[i].id, ""), "draft", strcmp(m[i].status, "draft") == 0));
    }
    (void)json_object_set_new(
        panels, "theme_meetings",
        json_pack("{so sb sb ss}", "meetings", list, "some", n > 0, "may_make",
                  rc == ST_OK && may && theme_is_live(&t), "path",
                  arena_printf(rq_arena(rq), THEMES_PATH "/%lld/meeting", (long long)theme_id)));
    return rc;
}

static enum status
make_work(struct work *w)
{
    struct request *rq = w->rq;
    int64_t id = 0;
    enum status rc = meeting_make(w->conn, rq_app(rq), rq_arena(rq), rq_param_id(rq, "id"),
                                  needs_account(rq), w->now, &id);

    w->redirect = gathering_path(rq, id, "?from_theme=1");
    if (rc != ST_GONE && rc != ST_INVALID)
        return rc;
    rq_error_text(rq, "", rq_tr(rq, rc == ST_GONE ? "theme.gone" : "theme.meeting_one_company"));
    return ST_INVALID;
}

/* ── On the gathering's page ── */

static json_t *
need_at(struct request *rq, const struct meeting_need *m)
{
    return json_pack("{ss ss ss ss sb sb ss ss}", "text", m->text, "organisation", m->organisation,
                     "outcome", m->outcome, "outcome_label",
                     meeting_outcome_label(rq_app(rq), rq_lang(rq), m->outcome), "solved",
                     strcmp(m->outcome, "solved") == 0, "going_on",
                     strcmp(m->outcome, "going_on") == 0, "note", m->note, "href",
                     arena_printf(rq_arena(rq), NEEDS_PATH "/%lld", (long long)m->need_id));
}

/* How many said what: "2 løst, 1 i gang, 3 ikke svart". */
static const char *
figures(struct request *rq, const struct meeting_need *m, size_t n)
{
    size_t solved = 0, going_on = 0, open = 0;
    json_t *v;
    const char *text;

    for (size_t i = 0; i < n; i++) {
        solved += strcmp(m[i].outcome, "solved") == 0;
        going_on += strcmp(m[i].outcome, "going_on") == 0;
        open += strcmp(m[i].outcome, "open") == 0;
    }
    v = json_pack("{sI sI sI sI}", "solved", (json_int_t)solved, "going_on", (json_int_t)going_on,
                  "open", (json_int_t)open, "unanswered",
                  (json_int_t)(n - solved - going_on - open));
    text = rq_tr_format(rq, "need.after_figures", v);
    json_decref(v);
    return text;
}

/* "gathering.overview": to an organiser the needs; to who looks on how many, of so many companies
 * that the number says nobody's name. */
enum status
meeting_fill_gathering(struct request *rq, int64_t gathering_id, json_t *panels)
{
    struct arena *a = rq_arena(rq);
    struct meeting_need *m = NULL;
    struct gathering g;
    struct theme t;
    int64_t theme_id = 0;
    size_t n = 0;
    json_t *list;
    enum sight_extent extent = SIGHT_NOTHING;
    enum status rc = meeting_theme(rq_conn(rq), gathering_id, &theme_id);

    if (rc == ST_NOT_FOUND)
        return ST_OK;
    if (rc == ST_OK)
        rc = theme_by_id(rq_conn(rq), a, theme_id, &t);
    if (rc == ST_OK)
        rc = gathering_by_id(rq_conn(rq), a, gathering_id, &g);
    if (rc == ST_OK)
        extent = theme_extent(rq, &t);
    if (rc != ST_OK || extent == SIGHT_NOTHING)
        return rc;
    rc = meeting_needs(rq_conn(rq), a, gathering_id, 0, SHOWN, &m, &n);
    list = json_array();
    for (size_t i = 0; i < n && extent == SIGHT_ALL; i++)
        (void)json_array_append_new(list, need_at(rq, &m[i]));
    (void)json_object_set_new(
        panels, "gathering_needs",
        json_pack("{so ss ss sb sb sb sb sb ss ss ss}", "needs", list, "theme", t.name,
                  "theme_href", arena_printf(a, THEMES_PATH "/%lld", (long long)t.id), "all",
                  extent == SIGHT_ALL, "over", rq_now(rq) >= g.ends_at, "made",
                  rq_query(rq, "from_theme") != NULL, "draft", g.status == GATHERING_DRAFT,
                  "may_invite",
                  needs_may_edit(rq) && g.status == GATHERING_PUBLISHED && rq_now(rq) < g.starts_at,
                  "edit_href", gathering_path(rq, g.id, "/edit"), "invite_href",
                  gathering_path(rq, g.id, "/invite"), "figures",
                  rq_now(rq) >= g.ends_at ? figures(rq, m, n)
                                          : theme_figures(rq, t.companies, t.trades)));
    return rc;
}

/* ── On the need's page ── */

/* "need.page": of organisers. */
enum status
meeting_fill_need(struct request *rq, int64_t need_id, json_t *panels)
{
    struct meeting_need *m = NULL;
    size_t n = 0;
    json_t *list;
    enum status rc;

    if (!needs_may_edit(rq))
        return ST_OK;
    rc = meetings_of_need(rq_conn(rq), rq_arena(rq), need_id, &m, &n);
    if (rc != ST_OK || n == 0)
        return rc;
    list = json_array();
    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(
            list,
            json_pack("{sI ss ss ss ss sb so}", "gathering", (json_int_t)m[i].gathering_id, "title",
                      m[i].title, "href", gathering_path(rq, m[i].gathering_id, ""),
                      "outcome_label", meeting_outcome_label(rq_app(rq), rq_lang(rq), m[i].outcome),
                      "note", m[i].note, "may_say",
                      rq_now(rq) >= m[i].ends_at && strcmp(m[i].state, "withdrawn") != 0 &&
                          strcmp(m[i].gathering_status, "published") == 0,
                      "choices", meeting_choices(rq, m[i].outcome)));
    (void)json_object_set_new(
        panels, "need_meetings",
        json_pack("{so ss}", "meetings", list, "path",
                  arena_printf(rq_arena(rq), NEEDS_PATH "/%lld/after", (long long)need_id)));
    return ST_OK;
}

/* What the owner said by phone or at the table. */
static enum status
after_work(struct work *w)
{
    struct request *rq = w->rq;
    struct arena *a = rq_arena(rq);
    struct meeting_need m;
    int64_t id = rq_param_id(rq, "id"), gathering_id = 0;
    enum status rc = ST_NOT_FOUND;

    if (text_int(rq_text(rq, "gathering"), &gathering_id))
        rc = meeting_need_at(w->conn, a, id, gathering_id, &m);
    if (rc == ST_OK && w->now < m.ends_at)
        rc = ST_NOT_FOUND;
    w->redirect = arena_printf(a, NEEDS_PATH "/%lld?saved=1", (long long)id);
    return rc == ST_OK ? meeting_answer(w->conn, a, &m, rq_text(rq, "say"), NULL, w->now) : rc;
}

static enum status
after_check(struct request *rq)
{
    meeting_say_check(rq);
    return ST_OK;
}

/* ── Whom to invite ── */

static enum status
people(struct request *rq, const struct gathering *g, struct invitation_offer *out)
{
    struct arena *a = rq_arena(rq);
    int64_t theme_id = 0;
    struct theme t;
    json_t *v;
    enum status rc = meeting_theme(rq_conn(rq), g->id, &theme_id);

    if (rc == ST_NOT_FOUND)
        return ST_OK;
    if (rc == ST_OK)
        rc = theme_by_id(rq_conn(rq), a, theme_id, &t);
    if (rc == ST_OK)
        rc = meeting_people(rq_conn(rq), a, g->id, &out->who, &out->n);
    if (rc != ST_OK)
        return rc;
    v = json_pack("{ss}", "theme", t.name);
    out->label = rq_tr_format(rq, "theme.invite", v);
    json_decref(v);
    out->words = meeting_line(rq_app(rq), a, g->language, &t);
    return ST_OK;
}

const struct invitation_source meeting_source = { "needs", people };

/* A page seen again by its address, after a form. */
static enum status
to_theme(struct request *rq, struct response *rs)
{
    return rs_redirect(
        rs, arena_printf(rq_arena(rq), THEMES_PATH "/%lld", (long long)rq_param_id(rq, "id")));
}

static enum status
to_need(struct request *rq, struct response *rs)
{
    return rs_redirect(
        rs, arena_printf(rq_arena(rq), NEEDS_PATH "/%lld", (long long)rq_param_id(rq, "id")));
}

static const struct field after_fields[] = {
    { "gathering", FIELD_LINE, 0, 20 },
    { "say", FIELD_LINE, 0, 20 },
    { 0 },
};

/* clang-format off */
const struct route needs_meeting_routes[] = {
    { HTTP_GET, THEMES_PATH "/{id}/meeting", ALLOW_ORGANISER, RT_READ, 0, .read = to_theme },
    { HTTP_POST, THEMES_PATH "/{id}/meeting", ALLOW_ORGANISER, RT_WRITE, 1024, RT_FORM_KEY,
      .work = make_work, .form = theme_again },
    { HTTP_GET, NEEDS_PATH "/{id}/after", ALLOW_ORGANISER, RT_READ, 0, .read = to_need },
    { HTTP_POST, NEEDS_PATH "/{id}/after", ALLOW_ORGANISER, RT_WRITE, 1024, 0, after_fields,
      .check = after_check, .work = after_work, .form = need_again },
    { 0 },
};
/* clang-format on */
