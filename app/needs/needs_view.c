/* Needs and themes as people read them. */
#include <string.h>

#include "base/text.h"
#include "document/zone.h"
#include "gatherings/gatherings.h"
#include "html/options.h"
#include "html/translate.h"
#include "http/route.h"
#include "needs/needs_pages.h"

#define SUGGESTED 500

DB_SQL(sql_organisations, "/* all: names to choose from, the first of them */ "
                          "SELECT name FROM organisation ORDER BY sort_key LIMIT $1");
DB_SQL(sql_account, "SELECT name FROM account WHERE id = $1");

bool
needs_may_edit(const struct request *rq)
{
    return (rq_who(rq)->role & ALLOW_ORGANISER) != 0;
}

int64_t
needs_account(const struct request *rq)
{
    return rq_who(rq)->account_id;
}

const char *
need_chosen(struct request *rq, const char *field, const char *otherwise)
{
    return rq_text(rq, field)[0] != '\0' ? rq_text(rq, field) : otherwise;
}

struct need_change
need_change_sent(struct request *rq)
{
    return (struct need_change){
        .kind = need_chosen(rq, "kind", NULL),
        .text = rq_text(rq, "text"),
        .more = rq_text(rq, "more"),
        .field = rq_text(rq, "field"),
        .urgency = rq_text(rq, "urgency"),
        .openness = need_chosen(rq, "openness", NULL),
        .state = need_chosen(rq, "state", NULL),
    };
}

const char *
need_value(json_t *data, const char *name)
{
    const char *s = json_string_value(json_object_get(json_object_get(data, "values"), name));

    return s != NULL ? s : "";
}

static const char *
label(struct request *rq, const char *prefix, const char *word)
{
    /* keys: need.kind.{=need_kinds} need.field.{=need_fields} need.urgency.{=need_urgencies}
     * need.state.{=need_states} need.openness.{closed,members,public}
     * need.source.{registration,member,organiser,api,pasted,example}
     * theme.state.{open,done,merged,dissolved} theme.openness.{closed,members,public} */
    return word[0] != '\0' ? rq_tr(rq, arena_printf(rq_arena(rq), "%s.%s", prefix, word)) : "";
}

const char *
need_field_label(struct request *rq, const char *field)
{
    return label(rq, "need.field", field);
}

static const char *
openness_icon(const char *openness)
{
    return strcmp(openness, "closed") == 0 ? "lock" : "eye";
}

json_t *
need_page_view(struct request *rq, const struct need *n)
{
    struct arena *a = rq_arena(rq);
    json_t *o =
        json_pack("{sI sI ss ss ss ss ss ss ss ss}", "id", n->id, "version", n->version, "text",
                  n->text, "more", n->more, "kind", n->kind, "kind_label",
                  label(rq, "need.kind", n->kind), "field_label", label(rq, "need.field", n->field),
                  "urgency_label", label(rq, "need.urgency", n->urgency), "state", n->state,
                  "state_label", label(rq, "need.state", n->state));

    (void)json_object_update_new(
        o, json_pack("{sb sb sb ss ss ss ss ss ss ss ss}", "live", need_is_live(n), "is_open",
                     strcmp(n->state, "open") == 0, "offer", need_is_offer(n), "openness",
                     n->openness, "openness_label", label(rq, "need.openness", n->openness),
                     "openness_icon", openness_icon(n->openness), "organisation", n->organisation,
                     "trade", n->trade, "source_label", label(rq, "need.source", n->source), "when",
                     gathering_when(rq, n->created_at), "href",
                     arena_printf(a, NEEDS_PATH "/%lld", (long long)n->id)));
    if (n->theme_id != 0)
        (void)json_object_set_new(
            o, "theme",
            json_pack("{sI ss ss}", "id", n->theme_id, "name", n->theme, "href",
                      arena_printf(a, THEMES_PATH "/%lld", (long long)n->theme_id)));
    return o;
}

json_t *
need_page_views(struct request *rq, const struct need *n, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++)
        (void)json_array_append_new(list, need_page_view(rq, &n[i]));
    return list;
}

const char *
theme_figures(struct request *rq, int64_t companies, int64_t trades)
{
    const struct translations *t = app_translations(rq_app(rq));
    struct arena *a = rq_arena(rq);

    return arena_printf(a, "%s, %s",
                        tr_format_n(a, t, rq_lang(rq), "theme.companies", companies, NULL),
                        tr_format_n(a, t, rq_lang(rq), "theme.trades", trades, NULL));
}

json_t *
theme_page_view(struct request *rq, const struct theme *t)
{
    return json_pack(
        "{sI sI ss ss sI sI ss ss sb sb ss ss ss ss}", "id", t->id, "version", t->version, "name",
        t->name, "description", t->description, "companies", t->companies, "trades", t->trades,
        "figures", theme_figures(rq, t->companies, t->trades), "state_label",
        label(rq, "theme.state", t->state), "live", theme_is_live(t), "done",
        strcmp(t->state, "done") == 0, "openness", t->openness, "openness_label",
        label(rq, "theme.openness", t->openness), "openness_icon", openness_icon(t->openness),
        "href", arena_printf(rq_arena(rq), THEMES_PATH "/%lld", (long long)t->id));
}

enum sight_extent
theme_extent(const struct request *rq, const struct theme *t)
{
    enum sight_openness openness = SIGHT_CLOSED;
    enum sight_extent extent;

    if (!sight_openness_of(t->openness, &openness))
        return SIGHT_NOTHING;
    extent = sight(SIGHT_THEME, openness, sight_viewer_of(rq_who(rq)));
    return extent == SIGHT_COUNT && t->companies < SIGHT_COUNT_MIN ? SIGHT_NOTHING : extent;
}

struct need_sight
theme_sight_of(enum sight_viewer viewer)
{
    return (struct need_sight){ .closed = sight(SIGHT_THEME, SIGHT_CLOSED, viewer) != SIGHT_NOTHING,
                                .members =
                                    sight(SIGHT_THEME, SIGHT_MEMBERS, viewer) != SIGHT_NOTHING,
                                .open = sight(SIGHT_THEME, SIGHT_PUBLIC, viewer) != SIGHT_NOTHING };
}

/* ── Forms ── */

json_t *
need_options(struct request *rq, const char *const *words, const char *prefix, const char *none,
             const char *chosen)
{
    json_t *list = json_array();

    if (none != NULL)
        option_add(list, "", rq_tr(rq, none), NULL, chosen[0] == '\0');
    for (; *words != NULL; words++)
        option_add(list, *words, label(rq, prefix, *words), NULL, strcmp(*words, chosen) == 0);
    return list;
}

json_t *
need_openness_options(struct request *rq, const char *prefix, const char *chosen)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < SIGHT_OPENNESSES; i++) {
        const char *word = sight_openness_name(i);

        option_add(list, word, label(rq, prefix, word), NULL,
                   strcmp(word, chosen) == 0 || (i == SIGHT_CLOSED && chosen[0] == '\0'));
    }
    return list;
}

json_t *
need_values(struct arena *a, const struct need *n)
{
    return json_pack("{ss ss ss ss ss ss ss ss ss}", "text", n->text, "more", n->more,
                     "organisation", n->organisation, "kind", n->kind, "field", n->field, "urgency",
                     n->urgency, "openness", n->openness, "state", n->state, "version",
                     arena_printf(a, "%lld", (long long)n->version));
}

enum status
need_form_words(struct request *rq, json_t *data)
{
    const char *kind = need_value(data, "kind");

    return json_object_update_new(
               data,
               json_pack(
                   "{so so so so}", "kinds",
                   need_options(rq, need_kinds, "need.kind", NULL, kind[0] != '\0' ? kind : "need"),
                   "fields",
                   need_options(rq, need_fields, "need.field", "need.field_none",
                                need_value(data, "field")),
                   "urgencies",
                   need_options(rq, need_urgencies, "need.urgency", "need.urgency_none",
                                need_value(data, "urgency")),
                   "opennesses",
                   need_openness_options(rq, "need.openness", need_value(data, "openness")))) == 0
               ? ST_OK
               : ST_NOMEM;
}

enum status
need_form_fill(struct request *rq, json_t *data)
{
    json_t *names = json_array();
    const char *name;
    struct db_rows rows;
    enum status rc = need_form_words(rq, data);

    (void)json_object_set_new(data, "organisations", names);
    db_each(&rows, rq_conn(rq), rq_arena(rq), &sql_organisations, V(SUGGESTED));
    while (db_take(&rows, R(&name)))
        (void)json_array_append_new(names, json_string(name));
    return db_done(&rows, rc);
}

/* A word that the form or the API sent must be one of these, or, where it may, none. */
static void
word_check(struct request *rq, const char *field, const char *const *words, bool may_be_none)
{
    const char *word = rq_sent(rq, field);

    if (word == NULL || rq_wrong(rq, field) || (word[0] == '\0' && may_be_none))
        return;
    if (!need_word_ok(words, word))
        rq_error(rq, field, "choice");
}

void
need_words_check(struct request *rq)
{
    static const char *const opennesses[] = { "closed", "members", "public", NULL };

    word_check(rq, "kind", need_kinds, false);
    word_check(rq, "field", need_fields, true);
    word_check(rq, "urgency", need_urgencies, true);
    word_check(rq, "openness", opennesses, false);
}

void
need_values_put(json_t *data, json_t *is)
{
    json_t *values = json_object_get(data, "values");

    if (values == NULL)
        (void)json_object_set(data, "values", is);
    else
        (void)json_object_update_missing(values, is);
    json_decref(is);
}

void
need_mark_picked(json_t *data, json_t *list)
{
    json_t *picks = json_object_get(json_object_get(data, "values"), "pick"), *one, *pick;
    size_t i, j;

    json_array_foreach(list, i, one)
    {
        char id[24];

        (void)snprintf(id, sizeof id, "%lld",
                       (long long)json_integer_value(json_object_get(one, "id")));
        json_array_foreach(picks, j, pick)
        {
            if (strcmp(json_string_value(pick), id) == 0)
                (void)json_object_set_new(one, "picked", json_true());
        }
    }
}

/* ── What they share ── */

struct need_text
need_text_of(struct arena *a, const struct need *n)
{
    return (struct need_text){ .id = n->id,
                               .organisation_id = n->organisation_id,
                               .text = n->more[0] != '\0'
                                           ? arena_printf(a, "%s\n%s", n->text, n->more)
                                           : n->text,
                               .field = n->field,
                               .trade = n->trade,
                               .lang = n->lang };
}

static void
piece(struct arena *a, json_t *list, const char *text, size_t from, size_t to, bool marked)
{
    if (to > from)
        (void)json_array_append_new(list, json_pack("{ss sb}", "text",
                                                    arena_strndup(a, text + from, to - from),
                                                    "marked", marked));
}

json_t *
need_marked(struct arena *a, struct need_marker *marker, const struct need *n,
            const char *const *shared, size_t shareds)
{
    const struct need_text text = { .id = n->id, .text = n->text, .lang = n->lang };
    struct need_span *span = NULL;
    size_t spans = needs_mark(marker, &text, shared, shareds, &span), at = 0;
    json_t *out = json_array();

    for (size_t i = 0; i < spans; i++) {
        piece(a, out, n->text, at, span[i].start, false);
        piece(a, out, n->text, span[i].start, span[i].end, true);
        at = span[i].end;
    }
    piece(a, out, n->text, at, strlen(n->text), false);
    return out;
}

enum status
need_moved_text(struct request *rq, const struct need *moved, const char **out)
{
    const char *who = rq_tr(rq, "need.moved_program");
    json_t *values;
    enum status rc = ST_OK;

    if (moved->moved_by != 0)
        rc = db_get(rq_conn(rq), rq_arena(rq), &sql_account, R(&who), V(moved->moved_by));
    values = json_pack("{ss ss ss}", "who", who, "need", moved->text, "theme", moved->theme);
    *out = rq_tr_format(rq, moved->theme_id != 0 ? "need.moved_into" : "need.moved_out", values);
    json_decref(values);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}
