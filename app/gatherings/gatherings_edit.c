/* The form of a gathering: new and edit. Works without script: "add a row" is a submit too. */
#include "gatherings/gatherings_routes.h"

#include "base/text.h"
#include "cluster/cluster.h"
#include "document/zone.h"
#include "gatherings/gatherings_input.h"
#include "gatherings/gatherings_rules.h"
#include "gatherings/gatherings_view.h"
#include "html/date_text.h"
#include "html/lang.h"
#include "html/options.h"
#include "html/zone_text.h"

#define BODY_MAX (256u * 1024)
#define ROWS_FREE 3 /* empty programme rows behind the filled ones */

static bool
action_is(const struct request *rq, const char *action)
{
    return strcmp(rq_text(rq, "action"), action) == 0;
}

/* ── What the template sees ── */

static void
set_date(json_t *values, struct arena *a, const char *date, const char *time, const char *zone,
         int64_t ms)
{
    struct civil c;

    zone_local(zone, ms, &c, NULL);
    view_text(values, date, arena_printf(a, "%04d-%02d-%02d", c.year, c.month, c.day));
    view_text(values, time, arena_printf(a, "%02d:%02d", c.hour, c.minute));
}

/* "2027-01-14T17:00" */
static const char *
form_start(struct arena *a, json_t *values)
{
    const char *date = json_string_value(json_object_get(values, "date"));
    const char *from = json_string_value(json_object_get(values, "from"));

    return arena_printf(a, "%sT%s", date != NULL ? date : "", from != NULL ? from : "");
}

/* A start that was moved without its end: the end as far behind it as it was. */
static void
move_end(struct request *rq, json_t *form, const struct gathering *g)
{
    json_t *values = json_object_get(form, "values");
    struct arena *a = rq_arena(rq);
    struct civil first, last;
    int64_t start;

    if (g == NULL || g->open_end || !rq_wrong(rq, "to") ||
        strcmp(rq_text(rq, "end_for"), form_start(a, values)) == 0 ||
        gathering_read_time(form_start(a, values), g->timezone, &start) != NULL)
        return;
    set_date(values, a, "to_date", "to", g->timezone, start + g->ends_at - g->starts_at);
    zone_local(g->timezone, start, &first, NULL);
    zone_local(g->timezone, start + g->ends_at - g->starts_at, &last, NULL);
    if (date_days_between(&first, &last) == 0)
        view_text(values, "to_date", "");
    view_text(values, "end_for", form_start(a, values));
}

#define SET_VALUE(name, ...) view_text(v, #name, g->name);

/* A gathering as typed values. copy: its date and deadline are left out. */
static json_t *
values_of(struct arena *a, const struct gathering *g, bool copy)
{
    json_t *v = json_object();
    const char *first, *last;

    GATHERING_TEXTS(SET_VALUE)
    set_date(v, a, "to_date", "to", g->timezone, g->ends_at);
    set_date(v, a, "date", "from", g->timezone, g->starts_at);
    view_text(v, "end_for", form_start(a, v));
    first = json_string_value(json_object_get(v, "date"));
    last = json_string_value(json_object_get(v, "to_date"));
    if (g->open_end)
        view_text(v, "to", "");
    if (copy || g->open_end || strcmp(first, last) == 0)
        view_text(v, "to_date", "");
    if (copy)
        view_text(v, "date", "");
    else if (g->deadline != 0)
        set_date(v, a, "deadline_date", "deadline_time", g->timezone, g->deadline);
    view_text(v, "language", g->language);
    view_text(v, "kind", g->kind);
    if (g->capacity >= 0)
        view_text(v, "capacity", arena_printf(a, "%lld", (long long)g->capacity));
    view_flag(v, "ask_wish", g->ask_wish);
    view_flag(v, "ask_requirements", g->ask_requirements);
    return v;
}

static const char *
value(json_t *form, const char *name)
{
    const char *s = json_string_value(json_object_get(json_object_get(form, "values"), name));

    return s != NULL ? s : "";
}

static bool
is_wrong(json_t *form, const char *name)
{
    return json_object_get(json_object_get(form, "errors"), name) != NULL;
}

static void
add_row(struct request *rq, json_t *rows, json_t *form, const struct programme_row *row)
{
    static const char *const fields[] = { "programme_time", "programme_title" };
    struct arena *a = rq_arena(rq);
    json_t *errors = json_object_get(form, "errors"), *own = json_object();
    size_t n = json_array_size(rows) + 1;

    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        (void)json_object_set(own, fields[i],
                              json_object_get(errors, arena_printf(a, "%s_%zu", fields[i], n)));
    (void)json_array_append_new(rows, json_pack("{sI s{ss ss ss} so}", "n", (json_int_t)n, "values",
                                                fields[0], row->starts, fields[1], row->title,
                                                "programme_speaker", row->speaker, "errors", own));
}

/* As sent (sent true) or as stored, and empty ones behind. */
static json_t *
rows_of(struct request *rq, json_t *form, bool sent, const struct programme_row *row, size_t n)
{
    static const struct programme_row empty = { "", "", "" };
    json_t *rows = json_array();
    size_t count = sent ? rq_list_len(rq, "programme_title") : n;

    for (size_t i = 0; i < count && i < PROGRAMME_MAX; i++) {
        const struct programme_row typed = { sent ? rq_list_at(rq, "programme_time", i) : "",
                                             sent ? rq_list_at(rq, "programme_title", i) : "",
                                             sent ? rq_list_at(rq, "programme_speaker", i) : "" };

        add_row(rq, rows, form, sent ? &typed : &row[i]);
    }
    if (!sent || action_is(rq, "row"))
        for (int i = 0; i < ROWS_FREE && json_array_size(rows) < PROGRAMME_MAX; i++)
            add_row(rq, rows, form, &empty);
    return rows;
}

static json_t *
kinds_of(struct request *rq, const char *current)
{
    static const char *const kinds[] = { "theme", "cluster" };
    json_t *list = json_array();

    if (strcmp(current, kinds[1]) != 0)
        current = kinds[0];
    /* keys: gathering.kind.{=kinds} */
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        option_add(list, kinds[i],
                   rq_tr(rq, arena_printf(rq_arena(rq), "gathering.kind.%s", kinds[i])), NULL,
                   strcmp(kinds[i], current) == 0);
    return list;
}

/* What need not be given lies in the fold of texts. */
#define OPENS_TEXT(name, kind, max, needed, ...)                                                   \
    open_text = open_text || (!(needed) && is_wrong(form, #name));

/* Which folds stand open: those with something wrong in them, and the first when it is filled in.
 */
static void
add_folds(json_t *form, bool row_added)
{
    static const char *const seats[] = { "capacity", "deadline_date", "deadline_time" };
    bool open_seats = value(form, "capacity")[0] != '\0' || value(form, "deadline_date")[0] != '\0';
    bool open_text = row_added;
    const char *key;
    json_t *e;

    for (size_t i = 0; i < ARRAY_LEN(seats); i++)
        open_seats = open_seats || is_wrong(form, seats[i]);
    GATHERING_TEXTS(OPENS_TEXT)
    json_object_foreach(json_object_get(form, "errors"), key, e) open_text =
        open_text || strncmp(key, "programme", 9) == 0;
    view_flag(form, "open_seats", open_seats);
    view_flag(form, "open_text", open_text);
    view_flag(form, "open_more", is_wrong(form, "to_date") || value(form, "to_date")[0] != '\0');
}

/* The card at the side: what is typed so far, as far as it can be read. */
static json_t *
preview_of(struct request *rq, json_t *form)
{
    struct arena *a = rq_arena(rq);
    json_t *o = json_object();
    int64_t start, end;
    const char *date = value(form, "date"), *from = value(form, "from"), *to = value(form, "to");
    struct civil c, last;

    view_text(o, "title", value(form, "title"));
    view_text(o, "place", value(form, "place"));
    view_text(o, "address", value(form, "address"));
    if (value(form, "capacity")[0] != '\0')
        view_text(o, "capacity", value(form, "capacity"));
    view_flag(o, "cluster", strcmp(value(form, "kind"), "cluster") == 0);
    if (gathering_read_time(arena_printf(a, "%sT%s", date, from[0] != '\0' ? from : "00:00"),
                            ZONE_DEFAULT, &start) != NULL)
        return o;
    zone_local(ZONE_DEFAULT, start, &c, NULL);
    view_text(o, "date", date_long(a, rq_lang(rq), &c, DATE_YEAR));
    if (from[0] == '\0')
        return o;
    if (gathering_read_time(arena_printf(a, "%sT%s", date, to), ZONE_DEFAULT, &end) != NULL)
        end = start;
    zone_local(ZONE_DEFAULT, end, &last, NULL);
    view_text(o, "time", date_range(a, rq_lang(rq), &c, &last));
    return o;
}

/* form: values (and after a mistake errors). g: NULL for a new one. */
static enum status
form_page(struct request *rq, struct response *rs, int http, json_t *form, json_t *rows,
          bool row_added, const struct gathering *g)
{
    struct arena *a = rq_arena(rq);
    const char *base = "/admin/gatherings";
    const char *title = rq_tr(rq, g == NULL ? "gathering.new" : "gathering.edit");
    int64_t earlier = 0;
    enum status rc =
        g == NULL ? gathering_store_count_past(rq_conn(rq), false, rq_now(rq), &earlier) : ST_OK;

    if (rc != ST_OK) {
        json_decref(rows);
        json_decref(form);
        return rc;
    }
    (void)json_object_set_new(form, "rows", rows);
    (void)json_object_set_new(form, "languages", option_languages(value(form, "language")));
    (void)json_object_set_new(form, "kinds", kinds_of(rq, value(form, "kind")));
    if (g == NULL)
        (void)json_object_set_new(form, "parts", gathering_parts_said(rq, value(form, "parts")));
    view_flag(form, "is_new", g == NULL);
    view_flag(form, "has_earlier", earlier > 0);
    view_flag(form, "is_draft", g == NULL || g->status == GATHERING_DRAFT);
    view_text(form, "heading", title);
    view_text(form, "back", g == NULL ? base : arena_printf(a, "%s/%lld", base, (long long)g->id));
    view_text(form, "back_text", g == NULL ? rq_tr(rq, "menu.gatherings") : g->title);
    view_text(form, "action_path",
              g == NULL ? arena_printf(a, "%s/new", base)
                        : arena_printf(a, "%s/%lld/edit", base, (long long)g->id));
    if (g != NULL && gathering_zone_note(a, g->timezone, rq_lang(rq))[0] != '\0')
        view_text(form, "zone", zone_place(a, g->timezone, rq_lang(rq)));
    view_flag(form, "may_cancel", g != NULL && rq_now(rq) < g->ends_at);
    add_folds(form, row_added);
    (void)json_object_set_new(form, "preview", preview_of(rq, form));
    rs_script(rs, "gathering-form.js");
    return rs_page(rs, http, "gatherings/form", title, form);
}

static enum status
sent_page(struct request *rq, struct response *rs, int http, const struct gathering *g)
{
    json_t *form = rq_form_view(rq);

    if (http == 422)
        move_end(rq, form, g);
    return form_page(rq, rs, http, form, rows_of(rq, form, true, NULL, 0), action_is(rq, "row"), g);
}

/* ── New ── */

static enum status
new_page(struct request *rq, struct response *rs)
{
    struct arena *a = rq_arena(rq);
    const char *copy = rq_query(rq, "copy"), *parts;
    struct programme_row *row = NULL;
    size_t rows = 0;
    int64_t id;
    struct cluster cluster;
    struct gathering g;
    json_t *form;
    enum status rc = cluster_get(rq_conn(rq), a, &cluster);

    if (rc != ST_OK)
        return rc;
    if (copy != NULL && text_int(copy, &id) && gathering_by_id(rq_conn(rq), a, id, &g) == ST_OK) {
        rc = programme_store_get(rq_conn(rq), a, id, &row, &rows);
        if (rc == ST_OK)
            rc = gathering_parts_copy(rq, id, &parts);
        return rc == ST_OK ? gathering_new_form(rq, rs, &g, row, rows, parts) : rc;
    }
    form = json_pack("{s{ss ss sb sb}}", "values", "language", lang_norm(cluster.language), "kind",
                     "theme", "ask_wish", 1, "ask_requirements", 1);
    return form_page(rq, rs, 200, form, rows_of(rq, form, false, row, rows), false, NULL);
}

enum status
gathering_new_form(struct request *rq, struct response *rs, const struct gathering *g,
                   const struct programme_row *row, size_t rows, const char *parts)
{
    json_t *values = values_of(rq_arena(rq), g, true);
    json_t *form = json_pack("{so}", "values", values);

    view_text(values, "parts", parts);

    return form_page(rq, rs, 200, form, rows_of(rq, form, false, row, rows), false, NULL);
}

static enum status
new_check(struct request *rq)
{
    struct gathering_input *in = ARENA_NEW(rq_arena(rq), struct gathering_input);

    return action_is(rq, "row") ? ST_OK : gathering_read_form(rq, NULL, rq_now(rq), in);
}

static enum status
new_work(struct work *w)
{
    struct gathering_input *in;
    int64_t id;
    enum status rc;

    if (action_is(w->rq, "row"))
        return ST_OK;
    in = ARENA_NEW(rq_arena(w->rq), struct gathering_input);
    rc = gathering_read_form(w->rq, NULL, rq_now(w->rq), in);
    if (rc == ST_OK)
        rc = gathering_store_insert(w->conn, &in->g, rq_who(w->rq)->account_id, w->now, &id);
    if (rc == ST_OK)
        rc = programme_store_set(w->conn, id, in->row, in->rows);
    if (rc == ST_OK)
        rc = gathering_parts_take(w, id, rq_text(w->rq, "parts"));
    if (rc == ST_OK && action_is(w->rq, "publish"))
        rc = gathering_publish(w->conn, id, w->now);
    if (rc == ST_OK)
        w->redirect = arena_printf(rq_arena(w->rq), "/admin/gatherings/%lld", (long long)id);
    return rc;
}

static enum status
new_answer(struct request *rq, const struct work *w, struct response *rs)
{
    return w->redirect != NULL ? rs_redirect(rs, w->redirect) : sent_page(rq, rs, 200, NULL);
}

static enum status
new_form(struct request *rq, struct response *rs)
{
    return sent_page(rq, rs, 422, NULL);
}

/* ── Edit ── */

static enum status
find(struct request *rq, struct db_conn *c, struct gathering *g)
{
    enum status rc = gathering_by_id(c, rq_arena(rq), rq_param_id(rq, "id"), g);

    return rc == ST_OK && g->status == GATHERING_CANCELLED ? ST_GONE : rc;
}

static enum status
edit_page(struct request *rq, struct response *rs)
{
    struct arena *a = rq_arena(rq);
    struct programme_row *row;
    size_t rows;
    struct gathering g;
    json_t *form;
    enum status rc = find(rq, rq_conn(rq), &g);

    if (rc == ST_OK)
        rc = programme_store_get(rq_conn(rq), a, g.id, &row, &rows);
    if (rc != ST_OK)
        return rc;
    form = json_pack("{so}", "values", values_of(a, &g, false));
    return form_page(rq, rs, 200, form, rows_of(rq, form, false, row, rows), false, &g);
}

static enum status
edit_read(struct request *rq, struct db_conn *c, struct gathering *old, struct gathering_input *in)
{
    enum status rc = find(rq, c, old);

    if (rc == ST_OK)
        rc = gathering_read_form(rq, old, rq_now(rq), in);
    if (rc == ST_OK && action_is(rq, "publish") && in->g.starts_at < rq_now(rq)) {
        rq_error(rq, "date", "in_past");
        rc = ST_INVALID;
    }
    return rc;
}

static enum status
edit_check(struct request *rq)
{
    struct gathering_input *in = ARENA_NEW(rq_arena(rq), struct gathering_input);
    struct gathering old;

    return action_is(rq, "row") ? ST_OK : edit_read(rq, rq_conn(rq), &old, in);
}

static enum status
edit_work(struct work *w)
{
    struct gathering_input *in;
    struct gathering old, g;
    enum status rc;

    if (action_is(w->rq, "row"))
        return ST_OK;
    in = ARENA_NEW(rq_arena(w->rq), struct gathering_input);
    rc = edit_read(w->rq, w->conn, &old, in);
    if (rc == ST_OK)
        rc = gathering_change(w->conn, &in->g, in->row, in->rows, true, NULL, w->now);
    if (rc == ST_LIMIT)
        return gathering_capacity_error(w->rq, w->conn, old.id);
    if (rc == ST_OK && action_is(w->rq, "publish") && old.status == GATHERING_DRAFT)
        rc = gathering_publish(w->conn, old.id, w->now);
    if (rc == ST_OK)
        rc = gathering_by_id(w->conn, rq_arena(w->rq), old.id, &g);
    /* Moved while people are registered or invited: the next page asks whether to tell them. */
    if (rc == ST_OK)
        w->redirect = arena_printf(rq_arena(w->rq), "/admin/gatherings/%lld%s", (long long)g.id,
                                   gathering_untold(&g) ? "/move" : "");
    return rc;
}

static enum status
edit_sent(struct request *rq, struct response *rs, int http)
{
    struct gathering g;
    enum status rc = find(rq, rq_conn(rq), &g);

    return rc == ST_OK ? sent_page(rq, rs, http, &g) : rc;
}

static enum status
edit_answer(struct request *rq, const struct work *w, struct response *rs)
{
    return w->redirect != NULL ? rs_redirect(rs, w->redirect) : edit_sent(rq, rs, 200);
}

static enum status
edit_form(struct request *rq, struct response *rs)
{
    return edit_sent(rq, rs, 422);
}

const struct route gathering_edit_routes[] = {
    { HTTP_GET, "/admin/gatherings/new", ALLOW_ORGANISER, RT_READ, .read = new_page },
    { HTTP_POST, "/admin/gatherings/new", ALLOW_ORGANISER, RT_WRITE, BODY_MAX, RT_FORM_KEY,
      .fields = gathering_form_fields, .check = new_check, .work = new_work, .answer = new_answer,
      .form = new_form },
    { HTTP_GET, "/admin/gatherings/{id}/edit", ALLOW_ORGANISER, RT_READ, .read = edit_page },
    { HTTP_POST, "/admin/gatherings/{id}/edit", ALLOW_ORGANISER, RT_WRITE, BODY_MAX,
      .fields = gathering_form_fields, .check = edit_check, .work = edit_work,
      .answer = edit_answer, .form = edit_form },
    { 0 },
};
