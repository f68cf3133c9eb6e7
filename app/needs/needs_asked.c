/*
 * What came of it: after a theme meeting each owner is asked by one mail, and says it in one tap,
 * by the link in it or on the member's page. A GET changes nothing.
 */
#include <string.h>

#include "base/text.h"
#include "html/date_text.h"
#include "html/translate.h"
#include "mailing/mailing.h"
#include "members/members.h"
#include "needs/needs_meetings.h"
#include "needs/needs_pages.h"

#define ASKED_DAYS 2
#define GRACE (14 * MS_DAY)
#define ON_HOME_FOR (60 * MS_DAY) /* asked on the member's page, too */

/* ── The mail ── */

#define MEETINGS                                                                                   \
    "SELECT g.id, g.id, g.ends_at, g.timezone FROM gathering g JOIN theme_gathering t"             \
    " ON t.gathering_id = g.id WHERE g.status = 'published' AND "
DB_SQL(sql_ended, MEETINGS "g.ends_at > $1 AND g.ends_at < $2 ORDER BY 3, 1");
DB_SQL(sql_ended_of, MEETINGS "g.id = $1");
#define UNANSWERED(x, n) #x ".outcome = '' AND " #n ".state IN ('open', 'going_on')"
/* One mail a person, of all they are asked. */
DB_SQL(sql_owners,
       "SELECT x.id, p.name, p.email, p.lang FROM gathering_need x"
       " JOIN need n ON n.id = x.need_id JOIN contact p ON p.id = x.contact_id"
       " WHERE x.gathering_id = $1 AND x.added_at <= $2 AND p.email <> ''"
       " AND " UNANSWERED(
           x, n) " AND NOT EXISTS (SELECT 1 FROM gathering_need y JOIN need m ON m.id = y.need_id"
                 " WHERE y.contact_id = x.contact_id AND y.gathering_id = x.gathering_id"
                 " AND y.id < x.id AND " UNANSWERED(y, m) ") AND x.id > $3 ORDER BY x.id LIMIT $4");

struct asked {
    struct meeting_need m; /* the one that the link names */
    struct gathering g;
    struct meeting_need *of; /* all that the same person is asked of */
    size_t n;
};

static bool
waits(const struct meeting_need *m)
{
    return m->outcome[0] == '\0' && strcmp(m->state, "solved") != 0;
}

static enum status
read_asked(struct db_conn *c, struct arena *a, struct asked *o)
{
    enum status rc = gathering_by_id(c, a, o->m.gathering_id, &o->g);

    if (rc == ST_OK && o->m.contact_id == 0)
        rc = ST_NOT_FOUND;
    return rc == ST_OK ? meeting_asked(c, a, o->m.gathering_id, o->m.contact_id, &o->of, &o->n)
                       : rc;
}

/* Each with its three answers as links: [{text, choices: [{label, url}]}]. */
static json_t *
asked_links(struct app *app, struct arena *a, const struct asked *o, const char *lang,
            const char *url)
{
    json_t *list = json_array();

    for (size_t i = 0; i < o->n; i++) {
        json_t *choices = json_array();

        if (!waits(&o->of[i]))
            continue;
        for (const char *const *say = meeting_outcomes; *say != NULL; say++)
            (void)json_array_append_new(choices,
                                        json_pack("{ss ss}", "label",
                                                  meeting_outcome_label(app, lang, *say), "url",
                                                  arena_printf(a, "%s?need=%lld&say=%s", url,
                                                               (long long)o->of[i].need_id, *say)));
        (void)json_array_append_new(
            list, json_pack("{ss so}", "text", o->of[i].text, "choices", choices));
    }
    return list;
}

static enum status
build(struct app *app, struct db_conn *c, struct arena *a, const struct mail *m, json_t **data,
      struct mail_extra *extra)
{
    struct asked o = { .n = 0 };
    const char *link = NULL, *url;
    json_t *list;
    enum status rc = meeting_need_by_id(c, a, m->parent_id, &o.m);

    (void)extra;
    if (rc == ST_OK)
        rc = read_asked(c, a, &o);
    if (rc == ST_OK)
        rc = link_make(c, a, &need_personal, o.m.public_id, o.m.epoch, &link);
    if (rc != ST_OK)
        return rc == ST_NOT_FOUND ? ST_GONE : rc;
    if (o.g.status != GATHERING_PUBLISHED || clock_now() >= gathering_links_end(&o.g))
        return ST_GONE;
    url = arena_printf(a, "%s%s", app_settings(app)->base_url, link);
    list = asked_links(app, a, &o, m->lang, url);
    if (json_array_size(list) == 0) {
        json_decref(list);
        return ST_GONE;
    }
    *data =
        json_pack("{so ss sb so ss}", "gathering", gathering_mail_view(app, c, a, &o.g, m->lang),
                  "link", url, "one", json_array_size(list) == 1, "needs", list, "until",
                  gathering_moment(a, &o.g, m->lang, gathering_links_end(&o.g), DATE_MID));
    return *data != NULL ? ST_OK : ST_NOMEM;
}

const struct mail_kind need_mail_ask = {
    .name = "needs.ask",
    .label = "need.kind_ask",
    .class_ = MAIL_SERVICE,
    .priority = 3,
    .closed = true,
    .build = build,
    .good_until = mail_good_always, /* build looks how long the link lives */
};

static const struct reminder_subject theme_meetings = {
    .name = "needs_meeting",
    .topic = &gathering_topic,
    .when = { [REMINDER_ENDS] = { &sql_ended, &sql_ended_of } },
};
const struct reminder_rule need_meeting_over = {
    .name = "needs.ask",
    .kind = &need_mail_ask,
    .parent = "gathering_need",
    .group = "needs",
    .subject = &theme_meetings,
    .time = REMINDER_ENDS,
    .days = ASKED_DAYS,
    .grace = GRACE,
    .audience = &sql_owners,
};

/* ── The page ── */

static enum status
find(struct request *rq, struct db_conn *c, const char *public_id, struct personal *out)
{
    struct asked *o = ARENA_NEW(rq_arena(rq), struct asked);
    enum status rc = meeting_need_by_public_id(c, rq_arena(rq), public_id, &o->m);

    if (rc == ST_OK)
        rc = read_asked(c, rq_arena(rq), o);
    if (rc != ST_OK)
        return rc;
    rq_lang_hint(rq, o->g.language);
    *out = (struct personal){ .subject = o,
                              .epoch = o->m.epoch,
                              .ends_at = gathering_links_end(&o->g) };
    return ST_OK;
}

static enum status
lost(struct request *rq, struct response *rs, bool expired)
{
    return rs_page(rs, expired ? 410 : 404, "needs/asked_lost", rq_tr(rq, "need.after_lost"),
                   json_pack("{sb sb}", "expired", expired, "narrow", 1));
}

const struct personal_kind need_personal = { 'n', "link_need", find, lost };

/* One need and what can be said of it; say: the answer that the mail's button meant. */
static json_t *
asked_view(struct request *rq, const struct meeting_need *m, const char *say, const char *href)
{
    const char *chosen = say[0] != '\0' ? say : m->outcome;

    return json_pack("{sI ss ss ss s{ss} so sb sb ss}", "id", (json_int_t)m->need_id, "text",
                     m->text, "title", m->title, "note_id",
                     arena_printf(rq_arena(rq), "note-%lld", (long long)m->need_id), "values",
                     "note", m->note, "choices", meeting_choices(rq, chosen), "answered",
                     m->outcome[0] != '\0', "asked_now", say[0] != '\0', "href", href);
}

static int64_t
need_meant(const char *text)
{
    int64_t id = 0;

    return text != NULL && text_int(text, &id) ? id : 0;
}

static enum status
own_page(struct request *rq, struct response *rs)
{
    const struct asked *o = rq_subject(rq);
    int64_t meant = need_meant(rq_query(rq, "need")), done = need_meant(rq_query(rq, "done"));
    const char *say = rq_query_text(rq, "say");
    bool again = rq_has_errors(rq);
    json_t *list = json_array(), *data = again ? rq_form_view(rq) : json_object();

    for (size_t i = 0; i < o->n; i++) {
        const struct meeting_need *m = &o->of[i];
        bool here = !again && m->need_id == meant && need_word_ok(meeting_outcomes, say);
        json_t *view = asked_view(rq, m, here ? say : "", rq_subject_path(rq));

        if (again && m->need_id == need_meant(rq_text(rq, "need"))) {
            (void)json_object_set(view, "values", json_object_get(data, "values"));
            (void)json_object_set(view, "errors", json_object_get(data, "errors"));
        }
        if (m->need_id == done)
            (void)json_object_set_new(view, "done", json_true());
        (void)json_array_append_new(list, view);
    }
    (void)json_object_update_new(
        data, json_pack("{so so sb sb ss}", "needs", list, "g",
                        gathering_page_view(rq_app(rq), rq_conn(rq), rq_arena(rq), &o->g,
                                            rq_lang(rq), rq_now(rq)),
                        "thanks", done != 0, "narrow", 1, "until",
                        gathering_moment(rq_arena(rq), &o->g, rq_lang(rq),
                                         gathering_links_end(&o->g), DATE_MID)));
    return rs_page(rs, again ? 422 : 200, "needs/asked", rq_tr(rq, "need.after"), data);
}

static const struct field say_fields[] = {
    { "need", FIELD_LINE, 0, 20 },
    { "say", FIELD_LINE, 0, 20 },
    { "note", FIELD_TEXT, 0, MEETING_NOTE_MAX },
    { 0 },
};

static enum status
say_check(struct request *rq)
{
    meeting_say_check(rq);
    return ST_OK;
}

/* A withdrawn one is asked of no more. */
static enum status
answer(struct work *w, const struct meeting_need *m)
{
    const char *note = rq_has(w->rq, "note") ? rq_text(w->rq, "note") : NULL;
    enum status rc =
        meeting_answer(w->conn, rq_arena(w->rq), m, rq_text(w->rq, "say"), note, w->now);

    return rc == ST_GONE ? ST_NOT_FOUND : rc;
}

static enum status
say_work(struct work *w)
{
    const struct asked *o = rq_subject(w->rq);
    int64_t id = need_meant(rq_text(w->rq, "need"));

    w->redirect = arena_printf(rq_arena(w->rq), "%s?done=%lld#need-%lld", rq_subject_path(w->rq),
                               (long long)id, (long long)id);
    for (size_t i = 0; i < o->n; i++)
        if (o->of[i].need_id == id)
            return answer(w, &o->of[i]);
    return ST_NOT_FOUND;
}

/* ── On the member's page ── */

/* "member.home" */
enum status
meeting_fill_member(struct request *rq, int64_t organisation_id, json_t *panels)
{
    struct meeting_need *m = NULL;
    size_t n = 0;
    json_t *list;
    enum status rc = meeting_unanswered(rq_conn(rq), rq_arena(rq), organisation_id,
                                        rq_now(rq) - ON_HOME_FOR, rq_now(rq), &m, &n);

    if (rc != ST_OK || n == 0)
        return rc;
    list = json_array();
    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(
            list, asked_view(rq, &m[i], "",
                             arena_printf(rq_arena(rq), "/member/after/%lld", (long long)m[i].id)));
    (void)json_object_set_new(panels, "member_after", json_pack("{so}", "needs", list));
    return ST_OK;
}

static enum status
member_work(struct work *w)
{
    struct meeting_need m;
    enum status rc = meeting_need_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &m);

    if (rc == ST_OK && (m.organisation_id != rq_who(w->rq)->organisation_id || w->now < m.ends_at))
        rc = ST_NOT_FOUND;
    w->redirect = "/member?saved=1";
    return rc == ST_OK ? answer(w, &m) : rc;
}

static enum status
to_member(struct request *rq, struct response *rs)
{
    (void)rq;
    return rs_redirect(rs, "/member");
}

/* clang-format off */
const struct route needs_asked_routes[] = {
    { HTTP_GET, "/r/n{link}", ALLOW_ANYONE, RT_READ, 0, .read = own_page,
      .personal = &need_personal },
    { HTTP_POST, "/r/n{link}", ALLOW_ANYONE, RT_WRITE, 4096, 0, say_fields,
      .check = say_check, .work = say_work, .form = own_page, .personal = &need_personal },
    { HTTP_GET, "/member/after/{id}", ALLOW_MEMBER, RT_READ, 0, .read = to_member },
    { HTTP_POST, "/member/after/{id}", ALLOW_MEMBER, RT_WRITE, 1024, 0, say_fields,
      .check = say_check, .work = member_work },
    { 0 },
};
/* clang-format on */
