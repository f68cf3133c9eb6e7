/* Has the mail about something arrived? For the pages of others, and what stands at home. */
#include "base/clock.h"
#include "database/sql.h"
#include "mailing/mailing_actions.h"
#include "mailing/mailing_pages.h"

#define SHOWN 6
#define LOOKED_AT 60 /* some of what failed is of gatherings that are over */
#define RECENT_MS (30 * MS_DAY)

DB_SQL(sql_newest, "SELECT id, state, why, last_reply FROM mail"
                   " WHERE parent = $1 AND parent_id = $2 AND state <> 'suppressed'"
                   " ORDER BY id DESC LIMIT 1");
DB_SQL(sql_told, "SELECT kind FROM mail WHERE parent = $1 AND parent_id = $2"
                 " AND state <> 'suppressed' ORDER BY id DESC LIMIT 1");
DB_SQL(sql_taken, "SELECT 1 FROM mail WHERE parent = $1 AND parent_id = $2"
                  " AND state = 'suppressed' AND last_reply = $3 AND changed_at >= $4 LIMIT 1");
/* A later mail about the same thing that was not stopped stands for it. */
#define UNMENDED                                                                                   \
    " AND NOT EXISTS (SELECT 1 FROM mail n WHERE n.parent = m.parent"                              \
    "   AND n.parent_id = m.parent_id AND n.id > m.id AND n.state <> 'suppressed')"                \
    " ORDER BY m.id DESC LIMIT $2"
#define FAILED                                                                                     \
    "SELECT m.id, m.kind, m.gathering_id, m.to_name, m.to_email, m.why, m.last_reply FROM mail m"  \
    " WHERE m.state = 'failed'"
DB_SQL(sql_failed, FAILED " AND m.changed_at > $1" UNMENDED);
DB_SQL(sql_failed_of, FAILED " AND m.gathering_id = $1" UNMENDED);

enum status
mail_standing_of(struct db_conn *c, struct arena *a, const char *parent, int64_t parent_id,
                 struct mail_standing *out)
{
    enum status rc;

    *out = (struct mail_standing){ .state = "", .why = "", .last_reply = "" };
    rc = db_get(c, a, &sql_newest, R(&out->id), R(&out->state), R(&out->why), R(&out->last_reply),
                V(parent), V(parent_id));
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
mail_told(struct db_conn *c, struct arena *a, const char *parent, int64_t parent_id,
          const char *why, int64_t since, const char **kind, bool *taken)
{
    enum status rc = db_get(c, a, &sql_told, R(kind), V(parent), V(parent_id));

    if (rc == ST_NOT_FOUND)
        *kind = "";
    return rc == ST_OK || rc == ST_NOT_FOUND
               ? db_any(c, &sql_taken, taken, V(parent), V(parent_id), V(why), V(since))
               : rc;
}

enum status
mail_standing_put(struct request *rq, const char *parent, int64_t parent_id, json_t *view)
{
    struct mail_standing s;
    json_t *mail;
    enum status rc = mail_standing_of(rq_conn(rq), rq_arena(rq), parent, parent_id, &s);

    if (rc != ST_OK)
        return rc;
    mail = strcmp(s.state, "failed") == 0 || strcmp(s.state, "uncertain") == 0
               ? json_string(s.state)
               : json_null();
    return json_object_set_new(view, "mail", mail) == 0 ? ST_OK : ST_NOMEM;
}

/* ── What did not arrive: at home, and in a gathering's overview ── */

struct failed {
    int64_t id, gathering_id;
    const char *kind, *to_name, *to_email, *why, *last_reply;
};

static json_t *
failed_view(struct request *rq, const struct failed *f, const struct mail_kind *kind)
{
    struct arena *a = rq_arena(rq);
    const char *is = *f->why ? mail_is_text(rq, f->why) : mail_reply_text(rq, f->last_reply);
    json_t *v = json_pack("{s:s, s:s, s:s, s:s}", "name", *f->to_name ? f->to_name : f->to_email,
                          "email", f->to_email, "label", rq_tr(rq, kind->label), "is", is);

    if ((rq_who(rq)->role & ALLOW_ORGANISER) != 0)
        (void)json_object_set_new(
            v, "href", json_string(arena_printf(a, "/admin/mail/%lld", (long long)f->id)));
    return v;
}

static enum status
collect(struct request *rq, int64_t gathering_id, json_t *items, bool *more)
{
    struct db_rows rows;
    struct failed f;
    enum status rc = ST_OK;

    if (gathering_id)
        db_each(&rows, rq_conn(rq), rq_arena(rq), &sql_failed_of, V(gathering_id), V(LOOKED_AT));
    else
        db_each(&rows, rq_conn(rq), rq_arena(rq), &sql_failed, V(rq_now(rq) - RECENT_MS),
                V(LOOKED_AT));
    while (rc == ST_OK && db_take(&rows, R(&f.id), R(&f.kind), R(&f.gathering_id), R(&f.to_name),
                                  R(&f.to_email), R(&f.why), R(&f.last_reply))) {
        const struct mail_kind *kind = mail_kind_find(f.kind);
        bool late = true;

        if (kind)
            rc = mail_too_late(rq_conn(rq), kind, f.gathering_id, rq_now(rq), &late);
        if (rc != ST_OK || late)
            continue;
        *more = json_array_size(items) >= SHOWN;
        if (*more)
            break;
        (void)json_array_append_new(items, failed_view(rq, &f, kind));
    }
    return db_done(&rows, rc);
}

static enum status
failed_panel(struct request *rq, int64_t gathering_id, json_t *panels)
{
    json_t *items = json_array(), *v;
    bool more = false;
    const char *log = "/admin/mail?state=failed";
    enum status rc = collect(rq, gathering_id, items, &more);

    if (rc != ST_OK || json_array_size(items) == 0) {
        json_decref(items);
        return rc;
    }
    if (gathering_id)
        log = arena_printf(rq_arena(rq), "%s&gathering=%lld", log, (long long)gathering_id);
    v = json_pack("{s:o, s:b, s:s}", "items", items, "more", more, "log_href", log);
    return json_object_set_new(panels, "mail_failed", v) == 0 ? ST_OK : ST_NOMEM;
}

const struct panel mailing_panels[] = {
    { "home_top", "mail_folder", "mailing/folder", mail_folder_view },
    { "invitations.top", "mail_folder", "mailing/folder", mail_folder_view },
    { "home", "mail_failed", "mailing/panel_failed", failed_panel },
    { "gathering.overview", "mail_failed", "mailing/panel_failed", failed_panel },
    { 0 },
};
