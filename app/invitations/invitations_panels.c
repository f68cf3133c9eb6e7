/*
 * What invitations show on the pages of gatherings and contacts.
 */
#include <string.h>

#include "invitations/invitations_list.h"
#include "invitations/invitations_mail.h"
#include "invitations/invitations_pages.h"
#include "invitations/invitations_store.h"

static enum status
tab(struct request *rq, int64_t id, json_t *panels)
{
    struct invitation_counts n = { 0 };
    enum status rc = invitation_count(rq_conn(rq), id, &n);

    if (rc != ST_OK)
        return rc;
    return json_object_set_new(panels, "invitations",
                               json_pack("{s:s, s:s, s:s, s:I}", "key", "invitations", "href",
                                         invitations_path(rq, id, "invitations"), "label",
                                         rq_tr(rq, "invitation.tab"), "count",
                                         (json_int_t)n.all)) == 0
               ? ST_OK
               : ST_NOMEM;
}

static enum status
figures(struct request *rq, int64_t id, json_t *panels)
{
    struct invitation_counts n = { 0 };
    enum status rc = invitation_count(rq_conn(rq), id, &n);

    if (rc != ST_OK || n.all == 0)
        return rc;
    return json_object_set_new(panels, "invited",
                               json_pack("{s:I, s:I, s:I, s:s}", "all", (json_int_t)n.all, "open",
                                         (json_int_t)n.none, "declined", (json_int_t)n.no, "href",
                                         invitations_path(rq, id, "invitations"))) == 0
               ? ST_OK
               : ST_NOMEM;
}

/* Published, and nobody has heard of it: what comes next. */
static enum status
next_step(struct request *rq, int64_t id, json_t *panels)
{
    struct gathering g = { 0 };
    struct invitation_counts n = { 0 };
    enum status rc = gathering_by_id(rq_conn(rq), rq_arena(rq), id, &g);

    if (rc != ST_OK || !invitations_may_invite(rq, &g))
        return rc;
    rc = invitation_count(rq_conn(rq), id, &n);
    if (rc != ST_OK || n.all > 0)
        return rc;
    return json_object_set_new(panels, "invite_first",
                               json_pack("{s:s}", "href", invitations_path(rq, id, "invite"))) == 0
               ? ST_OK
               : ST_NOMEM;
}

static enum status
home_button(struct request *rq, int64_t id, json_t *panels)
{
    struct gathering g = { 0 };
    struct invitation_counts n = { 0 };
    enum status rc = gathering_by_id(rq_conn(rq), rq_arena(rq), id, &g);

    if (rc == ST_OK)
        rc = invitation_count(rq_conn(rq), id, &n);
    if (rc != ST_OK || !invitations_may_invite(rq, &g))
        return rc;
    return json_object_set_new(panels, "invite_next",
                               json_pack("{s:s, s:b}", "href", invitations_path(rq, id, "invite"),
                                         "more", n.all > 0)) == 0
               ? ST_OK
               : ST_NOMEM;
}

/* ── Tell them? ── */

static const char *
text_in(const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));

    return s != NULL ? s : "";
}

/* The mail as the first of them would get it. */
static enum status
letter(struct request *rq, const struct invitation *first, json_t *panels, json_t *out)
{
    struct arena *a = rq_arena(rq);
    const struct mail_kind *kind = strcmp(text_in(panels, "tell_kind"), "cancelled") == 0
                                       ? &invitation_mail_gathering_cancelled
                                       : &invitation_mail_moved;
    long long old = json_integer_value(json_object_get(panels, "tell_old_start"));
    struct mail_preview p = { 0 };
    const struct mail m = {
        .kind = kind->name,
        .parent = "invitation",
        .parent_id = first->id,
        .gathering_id = first->gathering_id,
        .occasion = arena_printf(a, "0.0.%lld", old),
        .to_name = first->name,
        .to_email = first->email,
        .lang = first->lang[0] != '\0' ? first->lang : rq_lang(rq),
        .note = text_in(panels, "tell_message"),
        .message_id = "preview@samling",
    };
    enum status rc = mail_preview(rq_app(rq), rq_conn(rq), a, kind, &m, &p);

    if (rc == ST_OK)
        (void)json_object_update_new(out, json_pack("{s:s, s:s, s:s}", "subject", p.subject, "text",
                                                    p.text, "html", p.html));
    return rc;
}

/* Those invited who have not answered are told too (who has, has a place or wants none): they are
 * counted with those registered, whose mail is the one shown when there are any. */
static enum status
tell(struct request *rq, int64_t id, json_t *panels)
{
    const struct invitation_query open = {
        .gathering_id = id, .filter = "none", .search = "", .limit = 1
    };
    json_t *told = json_object_get(panels, "tell");
    json_int_t registered = json_integer_value(json_object_get(told, "count"));
    struct invitation_found f;
    enum status rc = invitation_list(rq_conn(rq), rq_arena(rq), &open, &f);

    if (rc != ST_OK || f.count == 0)
        return rc;
    if (told == NULL) {
        told = json_object();
        if (json_object_set_new(panels, "tell", told) != 0)
            return ST_NOMEM;
        rc = letter(rq, &f.row[0], panels, told);
    }
    (void)json_object_set_new(told, "count", json_integer(registered + (json_int_t)f.total));
    return rc;
}

const struct panel invitations_panels[] = {
    { "gathering.tabs", "invitations", NULL, tab },
    { "gathering.next", "invite_first", "invitations/panel_next", next_step },
    { "gathering.stats", "invited", "invitations/panel_figures", figures },
    { "home_next", "invite_next", "invitations/panel_home", home_button },
    { "gathering.tell", "tell", NULL, tell },
    { 0 },
};
