/* A theme's page: whose needs it is made of, what has happened to it; named, merged, split. */
#include <string.h>

#include "base/text.h"
#include "gatherings/gatherings.h"
#include "html/options.h"
#include "needs/needs_pages.h"

#define ONE THEMES_PATH "/{id}"
#define THEMES_OFFERED 200

static const char *const theme_states[] = { "open", "done", NULL };

static const char *
theme_path(struct request *rq, int64_t id, const char *more)
{
    return arena_printf(rq_arena(rq), THEMES_PATH "/%lld%s", (long long)id, more);
}

/* ── The page ── */

static enum status
add_steps(struct request *rq, int64_t id, json_t *data)
{
    struct arena *a = rq_arena(rq);
    struct theme_step *step = NULL;
    size_t n = 0;
    json_t *list = json_array();
    enum status rc = theme_steps(rq_conn(rq), a, id, &step, &n);

    for (size_t i = 0; i < n; i++) {
        const struct theme_step *s = &step[i];
        const char *said = s->said;
        json_t *values, *line;

        /* keys: theme.state.{open,done,merged,dissolved} */
        if (strcmp(s->what, "state") == 0)
            said = rq_tr(rq, arena_printf(a, "theme.state.%s", s->said));
        /* keys: theme.openness.{closed,members,public} */
        if (strcmp(s->what, "opened") == 0)
            said = rq_tr(rq, arena_printf(a, "theme.openness.%s", s->said));
        values = json_pack("{ss}", "said", said);
        /* keys: theme.step.{made,split,added,left,merged,named,opened,state,meeting} */
        line = json_pack("{ss ss ss}", "text",
                         rq_tr_format(rq, arena_printf(a, "theme.step.%s", s->what), values),
                         "when", gathering_when(rq, s->at), "who", s->who);
        json_decref(values);
        (void)json_array_append_new(list, line);
    }
    (void)json_object_set_new(data, "steps", list);
    return rc;
}

/* The other themes, to merge it into. */
static enum status
add_others(struct request *rq, int64_t id, json_t *data)
{
    const struct theme_query q = {
        .state = "", .sees = { true, true, true }, .before = INT64_MAX, .limit = THEMES_OFFERED
    };
    struct theme *t = NULL;
    size_t n = 0;
    json_t *list = json_array();
    enum status rc = theme_list(rq_conn(rq), rq_arena(rq), &q, &t, &n);

    option_add(list, "", rq_tr(rq, "theme.merge_choose"), NULL, true);
    for (size_t i = 0; i < n; i++)
        if (t[i].id != id)
            option_add(list, arena_printf(rq_arena(rq), "%lld", (long long)t[i].id), t[i].name,
                       NULL, false);
    if (n > 1)
        (void)json_object_update_new(data, json_pack("{so sb}", "others", list, "has_others", 1));
    else
        json_decref(list);
    return rc;
}

static void
add_form(struct request *rq, const struct theme *t, json_t *data)
{
    char version[24];

    (void)snprintf(version, sizeof version, "%lld", (long long)t->version);
    need_values_put(data,
                    json_pack("{ss ss ss ss ss}", "name", t->name, "description", t->description,
                              "openness", t->openness, "state", t->state, "version", version));
    (void)json_object_update_new(
        data,
        json_pack("{so so}", "opennesses",
                  need_openness_options(rq, "theme.openness", need_value(data, "openness")),
                  "states",
                  need_options(rq, theme_states, "theme.state", NULL, need_value(data, "state"))));
}

static enum status
one_page(struct request *rq, struct response *rs, int http, const char *conflict, json_t *data)
{
    struct theme t;
    struct need *need = NULL;
    size_t n = 0;
    json_t *views;
    enum sight_extent extent;
    enum status rc = theme_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &t);

    extent = rc == ST_OK ? theme_extent(rq, &t) : SIGHT_NOTHING;
    if (rc == ST_OK && extent == SIGHT_NOTHING)
        rc = ST_NOT_FOUND;
    if (rc == ST_OK && extent == SIGHT_ALL)
        rc = theme_needs(rq, &t, &need, &n);
    if (rc == ST_OK && extent == SIGHT_ALL)
        rc = add_steps(rq, t.id, data);
    if (rc == ST_OK && needs_may_edit(rq) && theme_is_live(&t))
        rc = add_others(rq, t.id, data);
    if (rc == ST_OK)
        rc = panels_fill(rq, "theme.page", t.id, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    add_form(rq, &t, data);
    views = need_page_views(rq, need, n);
    need_mark_picked(data, views);
    (void)json_object_update_new(data,
                                 json_pack("{so so sb sb sb ss*}", "theme", theme_page_view(rq, &t),
                                           "needs", views, "all", extent == SIGHT_ALL, "may_edit",
                                           needs_may_edit(rq) && theme_is_live(&t), "saved",
                                           rq_query(rq, "saved") != NULL, "conflict", conflict));
    if (t.merged_into != 0)
        (void)json_object_set_new(data, "merged_into",
                                  json_string(theme_path(rq, t.merged_into, "")));
    return rs_page(rs, http, "needs/theme", t.name, data);
}

static enum status
show(struct request *rq, struct response *rs)
{
    return one_page(rq, rs, 200, NULL, json_object());
}

enum status
theme_again(struct request *rq, struct response *rs)
{
    return one_page(rq, rs, 422, NULL, rq_form_view(rq));
}

static enum status
to_theme(struct request *rq, struct response *rs)
{
    return rs_redirect(rs, theme_path(rq, rq_param_id(rq, "id"), ""));
}

/* ── What is changed ── */

static const struct field change_fields[] = {
    { "name", FIELD_LINE, 0, THEME_NAME_MAX }, { "description", FIELD_TEXT, 0, NEED_MORE_MAX },
    { "openness", FIELD_LINE, 0, 20 },         { "state", FIELD_LINE, 0, 20 },
    { "version", FIELD_INT, 0, 1000000 },      { 0 },
};

static enum status
change_check(struct request *rq)
{
    enum sight_openness openness;

    if (rq_text(rq, "name")[0] == '\0')
        rq_error_text(rq, "name", rq_tr(rq, "theme.no_name"));
    if (!sight_openness_of(rq_text(rq, "openness"), &openness))
        rq_error(rq, "openness", "choice");
    if (!need_word_ok(theme_states, rq_text(rq, "state")))
        rq_error(rq, "state", "choice");
    return ST_OK;
}

static enum status
gone(struct request *rq)
{
    rq_error_text(rq, "", rq_tr(rq, "theme.gone"));
    return ST_INVALID;
}

static enum status
change_work(struct work *w)
{
    struct request *rq = w->rq;
    const struct theme_change ch = { .name = rq_text(rq, "name"),
                                     .description = rq_text(rq, "description"),
                                     .openness = rq_text(rq, "openness"),
                                     .state = rq_text(rq, "state") };
    bool *stale = ARENA_NEW(rq_arena(rq), bool);
    int64_t id = rq_param_id(rq, "id");
    enum status rc = theme_change(w->conn, rq_arena(rq), id, &ch, rq_int(rq, "version"),
                                  needs_account(rq), w->now);

    w->out = stale;
    w->redirect = theme_path(rq, id, "?saved=1");
    if (rc == ST_CONFLICT) {
        *stale = true;
        return ST_OK;
    }
    return rc == ST_GONE ? gone(rq) : rc;
}

static enum status
change_answer(struct request *rq, const struct work *w, struct response *rs)
{
    json_t *data;
    struct theme t;
    enum status rc;

    if (!*(const bool *)w->out)
        return rs_redirect(rs, w->redirect);
    rc = theme_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &t);
    if (rc != ST_OK)
        return rc;
    data = rq_form_view(rq);
    (void)json_object_set_new(
        json_object_get(data, "values"), "version",
        json_string(arena_printf(rq_arena(rq), "%lld", (long long)t.version)));
    return one_page(rq, rs, 409, rq_tr(rq, "theme.changed_since"), data);
}

static const struct field merge_fields[] = { { "into", FIELD_LINE, 0, 20 }, { 0 } };

static enum status
merge_work(struct work *w)
{
    struct request *rq = w->rq;
    int64_t into = 0;
    enum status rc;

    if (!text_int(rq_text(rq, "into"), &into) || into <= 0) {
        rq_error_text(rq, "into", rq_tr(rq, "theme.merge_none"));
        return ST_INVALID;
    }
    rc = theme_merge(w->conn, rq_arena(rq), rq_param_id(rq, "id"), into, needs_account(rq), w->now);
    if (rc == ST_INVALID)
        rq_error_text(rq, "into", rq_tr(rq, "theme.merge_none"));
    w->redirect = theme_path(rq, into, "");
    return rc == ST_GONE ? gone(rq) : rc;
}

static const struct field split_fields[] = {
    { "pick", FIELD_LIST, 0, 20 },
    { "new_name", FIELD_LINE, 0, THEME_NAME_MAX },
    { 0 },
};

static enum status
split_check(struct request *rq)
{
    if (rq_text(rq, "new_name")[0] == '\0')
        rq_error_text(rq, "new_name", rq_tr(rq, "theme.no_name"));
    if (rq_list_len(rq, "pick") == 0)
        rq_error_text(rq, "", rq_tr(rq, "theme.none_picked"));
    return ST_OK;
}

struct splitting {
    bool conflict;
    struct need moved;
};

/* Those that are left must be of several companies, too. */
static enum status
split_work(struct work *w)
{
    struct request *rq = w->rq;
    struct arena *a = rq_arena(rq);
    struct splitting *s = ARENA_NEW(a, struct splitting);
    struct theme_new n = { .name = rq_text(rq, "new_name"),
                           .from = rq_param_id(rq, "id"),
                           .account_id = needs_account(rq) };
    struct theme left;
    int64_t *picked, id = 0;
    enum status rc;

    n.needs = needs_picked(rq, "pick", &picked);
    n.need = picked;
    w->out = s;
    rc = theme_make(w->conn, a, &n, w->now, &id, &s->moved);
    w->redirect = theme_path(rq, id, "");
    if (rc == ST_CONFLICT) {
        s->conflict = true;
        return ST_OK;
    }
    if (rc == ST_OK)
        rc = theme_by_id(w->conn, a, n.from, &left);
    if (rc == ST_INVALID || (rc == ST_OK && left.companies < THEME_MIN)) {
        rq_error_text(rq, "", rq_tr(rq, rc == ST_OK ? "theme.one_left" : "theme.one_company"));
        return ST_INVALID;
    }
    return rc;
}

static enum status
split_answer(struct request *rq, const struct work *w, struct response *rs)
{
    const struct splitting *s = w->out;
    const char *text = NULL;
    enum status rc;

    if (!s->conflict)
        return rs_redirect(rs, w->redirect);
    rc = need_moved_text(rq, &s->moved, &text);
    return rc == ST_OK ? one_page(rq, rs, 409, text, json_object()) : rc;
}

static enum status
dissolve_work(struct work *w)
{
    enum status rc = theme_dissolve(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"),
                                    needs_account(w->rq), w->now);

    w->redirect = NEEDS_PATH;
    return rc == ST_GONE ? gone(w->rq) : rc;
}

/* clang-format off */
const struct route themes_routes[] = {
    { HTTP_GET, ONE, ALLOW_VIEWER, RT_READ, 0, .read = show },
    { HTTP_POST, ONE, ALLOW_ORGANISER, RT_WRITE, 16384, 0, change_fields,
      .check = change_check, .work = change_work, .answer = change_answer, .form = theme_again },
    { HTTP_GET, ONE "/merge", ALLOW_ORGANISER, RT_READ, 0, .read = to_theme },
    { HTTP_POST, ONE "/merge", ALLOW_ORGANISER, RT_WRITE, 1024, 0, merge_fields,
      .work = merge_work, .form = theme_again },
    { HTTP_GET, ONE "/split", ALLOW_ORGANISER, RT_READ, 0, .read = to_theme },
    { HTTP_POST, ONE "/split", ALLOW_ORGANISER, RT_WRITE, 32768, 0, split_fields,
      .check = split_check, .work = split_work, .answer = split_answer, .form = theme_again },
    { HTTP_POST, ONE "/dissolve", ALLOW_ORGANISER, RT_WRITE, 1024, .work = dissolve_work,
      .form = theme_again },
    { 0 },
};
/* clang-format on */
