/* What the cluster has opened: to its members, to everybody. */
#include "goals/goals_pages.h"

#define KEPT_FOR (60 * MS_MINUTE) /* a figure may have moved */

DB_SQL(sql_any, "SELECT 1 FROM goal WHERE openness = 'public' LIMIT 1");
DB_SQL(sql_for_members, "SELECT 1 FROM goal WHERE openness IN ('members', 'public') LIMIT 1");

enum status
goals_shown(struct db_conn *c, bool *shown)
{
    return db_any(c, &sql_any, shown);
}

/* viewer: who is meant, not who asks. */
static enum status
page(struct request *rq, struct response *rs, enum sight_viewer viewer)
{
    json_t *items = NULL;
    enum status rc = goals_view(rq, viewer, &items);

    if (rc != ST_OK) {
        json_decref(items);
        return rc;
    }
    return rs_page(rs, 200, "goals/public", rq_tr(rq, "goal.title_public"),
                   json_pack("{sb so sb}", "empty", json_array_size(items) == 0, "items", items,
                             "for_members", viewer == SIGHT_BY_MEMBER));
}

static enum status
member_page(struct request *rq, struct response *rs)
{
    return page(rq, rs, SIGHT_BY_MEMBER);
}

static enum status
public_page(struct request *rq, struct response *rs)
{
    enum status rc;

    if (rs_kept(rq, rs))
        return ST_OK;
    rc = page(rq, rs, SIGHT_BY_NOBODY);
    if (rc == ST_OK)
        rs_keep(rs, rq_now(rq) + KEPT_FOR);
    return rc;
}

/* "member.home": the way there. */
enum status
goals_fill_member(struct request *rq, int64_t organisation_id, json_t *panels)
{
    bool any = false;
    enum status rc = db_any(rq_conn(rq), &sql_for_members, &any);

    (void)organisation_id;
    if (rc == ST_OK && any)
        (void)json_object_set_new(panels, "member_goals", json_object());
    return rc;
}

/* clang-format off */
const struct route goals_public_routes[] = {
    { HTTP_GET, "/goals", ALLOW_ANYONE, RT_SLOW, 0, RT_PUBLIC, .layout = "public",
      .slow = public_page },
    { HTTP_GET, "/member/goals", ALLOW_MEMBER, RT_SLOW, .layout = "public", .slow = member_page },
    { 0 },
};
/* clang-format on */
