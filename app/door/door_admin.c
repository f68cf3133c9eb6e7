/* The organiser's side: how many are here, and the links that let helpers in. */
#include "base/rand.h"
#include "base/text.h"
#include "database/sql.h"
#include "document/qr.h"
#include "document/zone.h"
#include "door/door_rules.h"
#include "html/date_text.h"
#include "http/session.h"

#define LINKS_SHOWN 50

/* Newest first, revoked ones last. */
DB_SQL(sql_links, "SELECT id, label, used_at, revoked_at FROM door_link WHERE gathering_id = $1"
                  " ORDER BY CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END, created_at DESC,"
                  " id DESC LIMIT $2");
/* Only the hash of the key is kept. */
DB_SQL(sql_link_add,
       "INSERT INTO door_link (gathering_id, label, hash, created_at) VALUES ($1, $2, $3, $4)");
DB_SQL(sql_link_revoke, "UPDATE door_link SET revoked_at = $3"
                        " WHERE id = $1 AND gathering_id = $2 AND revoked_at IS NULL");

enum status
door_fill_tab(struct request *rq, int64_t gathering_id, json_t *data)
{
    int64_t live = 0, admitted = 0;
    enum status rc = ticket_counts(rq_conn(rq), gathering_id, &live, &admitted);

    if (rc != ST_OK)
        return rc;
    json_t *tab = json_pack(
        "{s:s, s:s, s:s}", "key", "door", "label", rq_tr(rq, "door.tab"), "href",
        arena_printf(rq_arena(rq), "/admin/gatherings/%lld/door", (long long)gathering_id));
    if (admitted > 0)
        json_object_set_new(tab, "count", json_integer(admitted));
    json_object_set_new(data, "door", tab);
    return ST_OK;
}

/* On the overview once somebody has come. */
enum status
door_fill_overview(struct request *rq, int64_t gathering_id, json_t *data)
{
    int64_t live = 0, admitted = 0;
    struct gathering g;
    enum status rc = ticket_counts(rq_conn(rq), gathering_id, &live, &admitted);

    if (rc != ST_OK || admitted == 0)
        return rc;
    rc = gathering_by_id(rq_conn(rq), rq_arena(rq), gathering_id, &g);
    if (rc != ST_OK)
        return rc;
    json_object_set_new(data, "arrivals",
                        json_pack("{s:I, s:I, s:b, s:s, s:s}", "live", live, "admitted", admitted,
                                  "past", rq_now(rq) >= g.ends_at, "href",
                                  arena_printf(rq_arena(rq), "/admin/gatherings/%lld/door",
                                               (long long)gathering_id),
                                  "events",
                                  arena_printf(rq_arena(rq), "/admin/gatherings/%lld/door/events",
                                               (long long)gathering_id)));
    return ST_OK;
}

static enum status
links_into(struct request *rq, const struct gathering *g, json_t *data)
{
    struct db_rows rows;
    int64_t id, used_at, revoked_at;
    const char *label;
    json_t *list = json_array();

    db_each(&rows, rq_conn(rq), rq_arena(rq), &sql_links, V(g->id), V(LINKS_SHOWN));
    while (db_take(&rows, R(&id), R(&label), R(&used_at), R(&revoked_at))) {
        json_t *used = json_pack("{s:s}", "when", used_at != 0 ? gathering_when(rq, used_at) : "");
        const char *state = revoked_at != 0 ? rq_tr(rq, "door.link_revoked")
                            : used_at != 0  ? rq_tr_format(rq, "door.link_used", used)
                                            : rq_tr(rq, "door.link_unused");
        json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:b, s:s}", "label", label, "state", state, "live",
                      revoked_at == 0, "revoke_action",
                      arena_printf(rq_arena(rq), "/admin/gatherings/%lld/door/links/%lld/revoke",
                                   (long long)g->id, (long long)id)));
        json_decref(used);
    }
    json_object_set_new(data, "links", list);
    json_object_set_new(data, "has_links", json_boolean(json_array_size(list) > 0));
    return db_done(&rows, ST_OK);
}

/* The page; url is a link just made, shown this once, or NULL. */
static enum status
door_admin_page(struct request *rq, struct response *rs, const char *url)
{
    struct gathering g = { 0 };
    int64_t live = 0, admitted = 0;
    json_t *data = json_object();
    enum status rc = gathering_admin_head(rq, rq_param_id(rq, "id"), "door", &g, data);

    if (rc == ST_OK)
        rc = ticket_counts(rq_conn(rq), g.id, &live, &admitted);
    if (rc == ST_OK)
        rc = links_into(rq, &g, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    if (url == NULL) /* the name of the link just made is done with */
        (void)json_object_update_new(data, rq_form_view(rq));
    json_object_set_new(data, "live", json_integer(live));
    json_object_set_new(data, "admitted", json_integer(admitted));
    json_object_set_new(data, "door_href",
                        json_string(arena_printf(rq_arena(rq), "/door/%s", g.slug)));
    json_object_set_new(data, "events",
                        json_string(arena_printf(rq_arena(rq), "/admin/gatherings/%lld/door/events",
                                                 (long long)g.id)));
    json_object_set_new(data, "action",
                        json_string(arena_printf(rq_arena(rq), "/admin/gatherings/%lld/door/links",
                                                 (long long)g.id)));
    json_object_set_new(data, "may_edit", json_boolean((rq_who(rq)->role & ALLOW_ORGANISER) != 0));
    json_object_set_new(data, "is_draft", json_boolean(g.status == GATHERING_DRAFT));
    if (url != NULL) {
        struct buf svg;
        buf_init(&svg, 0);
        if (qr_svg(&svg, url) == ST_OK)
            json_object_set_new(data, "new_qr_svg", json_string(buf_str(&svg)));
        json_object_set_new(data, "new_url", json_string(url));
        buf_release(&svg);
    }
    rs_script(rs, "live-count.js");
    rs_script(rs, "copy.js");
    return rs_page(rs, rq_has_errors(rq) ? 422 : 200, "door/admin",
                   arena_printf(rq_arena(rq), "%s: %s", rq_tr(rq, "door.tab"), g.title), data);
}

static enum status
door_admin_read(struct request *rq, struct response *rs)
{
    return door_admin_page(rq, rs, NULL);
}

static enum status
link_work(struct work *w)
{
    struct gathering g = { 0 };
    uint8_t hash[CRYPTO_HASH_BYTES];
    char *key = arena_alloc(rq_arena(w->rq), DOOR_KEY_LENGTH + 1);
    enum status rc = gathering_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &g);

    if (rc != ST_OK)
        return rc;
    rand_base64url(key, DOOR_KEY_LENGTH);
    door_key_hash(key, hash);
    rc = db_exec(w->conn, &sql_link_add, NULL, V(g.id), V(rq_text(w->rq, "label")),
                 V_BYTES(hash, sizeof hash), V(w->now));
    w->out = arena_printf(rq_arena(w->rq), "%s/door/%s#%s", rq_base_url(w->rq), g.slug, key);
    return rc;
}

static enum status
link_answer(struct request *rq, const struct work *w, struct response *rs)
{
    return door_admin_page(rq, rs, w->out);
}

static enum status
revoke_work(struct work *w)
{
    int64_t gathering_id = rq_param_id(w->rq, "id"), id = rq_param_id(w->rq, "link");
    enum status rc = db_change(w->conn, &sql_link_revoke, V(id), V(gathering_id), V(w->now));

    if (rc == ST_OK)
        rc = session_end_door(w->conn, id);
    w->redirect =
        arena_printf(rq_arena(w->rq), "/admin/gatherings/%lld/door", (long long)gathering_id);
    return rc;
}

static enum status
admin_events(struct request *rq, struct response *rs)
{
    return rs_events(rs, &admission_topic, rq_param_id(rq, "id"), door_counts_event);
}

static const struct field link_fields[] = {
    { "label", FIELD_LINE, FIELD_REQUIRED, 60 },
    { 0 },
};

const struct route door_admin_routes[] = {
    { HTTP_GET, "/admin/gatherings/{id}/door", ALLOW_VIEWER, RT_READ, .read = door_admin_read },
    { HTTP_GET, "/admin/gatherings/{id}/door/events", ALLOW_VIEWER, RT_READ, .read = admin_events },
    { HTTP_POST, "/admin/gatherings/{id}/door/links", ALLOW_ORGANISER, RT_WRITE, 2048, 0,
      link_fields, .work = link_work, .answer = link_answer, .form = door_admin_read },
    { HTTP_POST, "/admin/gatherings/{id}/door/links/{link}/revoke", ALLOW_ORGANISER, RT_WRITE, 1024,
      0, NULL, .work = revoke_work },
    { 0 },
};
