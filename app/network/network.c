/* The network's pages. */
#include "network/network.h"

#include "base/text.h"
#include "document/zone.h"
#include "gatherings/gatherings.h"
#include "html/date_text.h"
#include "network/network_store.h"

#define SHOWN 50

DB_SQL(sql_next, "SELECT id, title FROM gathering WHERE status = 'published' AND starts_at > $1"
                 " ORDER BY starts_at, id LIMIT 1");

struct asked {
    bool people;
    enum network_kind kind;
    const char *after;
};

static struct asked
read_asked(struct request *rq)
{
    const char *of = rq_query(rq, "of"), *kind = rq_query(rq, "kind"),
               *after = rq_query(rq, "after");
    struct asked q = { of != NULL && strcmp(of, "people") == 0, NETWORK_DRIFTING,
                       after != NULL ? after : "" };

    for (int i = 0; kind != NULL && i < NETWORK_KINDS; i++)
        if (strcmp(kind, network_kind_names[i]) == 0)
            q.kind = (enum network_kind)i;
    return q;
}

static const char *
path_of(struct request *rq, bool people, enum network_kind kind, const char *after)
{
    struct arena *a = rq_arena(rq);

    return arena_printf(a, "/admin/network?of=%s&kind=%s%s%s", people ? "people" : "organisations",
                        network_kind_names[kind], after[0] != '\0' ? "&after=" : "",
                        text_url_encode(a, after));
}

/* Only what a telephone can dial. */
static const char *
dial(struct arena *a, const char *phone)
{
    char *out = arena_strdup(a, phone), *to = out;

    for (const char *p = phone; *p != '\0'; p++)
        if ((*p >= '0' && *p <= '9') || (*p == '+' && to == out))
            *to++ = *p;
    *to = '\0';
    return strlen(out) >= 5 ? out : "";
}

struct next {
    int64_t id; /* 0: nothing is coming */
    const char *title;
};

static json_t *
row_view(struct request *rq, const struct asked *q, const struct network_row *r,
         const struct next *next)
{
    struct arena *a = rq_arena(rq);
    struct civil last;
    json_t *o;

    zone_local(ZONE_DEFAULT, r->last, &last, NULL);
    o = json_pack("{s:s, s:s, s:I, s:s, s:s}", "name", q->people ? r->name : r->organisation,
                  "other", q->people ? r->organisation : r->name, "times", (json_int_t)r->times,
                  "last", date_short(a, rq_lang(rq), &last, DATE_YEAR), "phone", r->phone);
    if (q->people && r->contact_id != 0)
        (void)json_object_set_new(
            o, "href",
            json_string(arena_printf(a, "/admin/contacts/%lld", (long long)r->contact_id)));
    if (!q->people && r->organisation_id != 0)
        (void)json_object_set_new(o, "href",
                                  json_string(arena_printf(a, "/admin/organisations/%lld",
                                                           (long long)r->organisation_id)));
    if (dial(a, r->phone)[0] != '\0')
        (void)json_object_set_new(o, "dial", json_string(dial(a, r->phone)));
    if (next->id != 0 && r->email[0] != '\0' && (rq_who(rq)->role & ALLOW_ORGANISER) != 0)
        (void)json_object_set_new(
            o, "invite",
            json_string(
                arena_printf(a, "/admin/gatherings/%lld/invite?paste=%s", (long long)next->id,
                             text_url_encode(a, arena_printf(a, "%s <%s>", r->name, r->email)))));
    return o;
}

static json_t *
kinds_view(struct request *rq, const struct asked *q, const int64_t *count)
{
    json_t *list = json_array();

    for (int i = 0; i < NETWORK_KINDS; i++) {
        const char *name = network_kind_names[i];

        /* keys: network.kind.{=network_kind_names} */
        (void)json_array_append_new(
            list, json_pack("{s:s, s:I, s:s, s:b}", "label",
                            rq_tr(rq, arena_printf(rq_arena(rq), "network.kind.%s", name)), "n",
                            (json_int_t)count[i], "href",
                            path_of(rq, q->people, (enum network_kind)i, ""), "current",
                            i == (int)q->kind));
    }
    return list;
}

static enum status
network_page(struct request *rq, struct response *rs)
{
    struct asked q = read_asked(rq);
    struct network_times times;
    struct network_row *row = NULL;
    struct next next = { 0, "" };
    int64_t count[NETWORK_KINDS] = { 0 };
    json_t *items, *data;
    size_t n = 0;
    enum status rc = network_times(rq_conn(rq), rq_now(rq), &times);

    if (rc == ST_OK)
        rc = network_count(rq_conn(rq), &times, q.people, count);
    if (rc == ST_OK)
        rc = network_list(rq_conn(rq), rq_arena(rq), &times, q.people, q.kind, q.after, SHOWN + 1,
                          &row, &n);
    if (rc == ST_OK)
        rc = db_get(rq_conn(rq), rq_arena(rq), &sql_next, R(&next.id), R(&next.title),
                    V(rq_now(rq)));
    if (rc != ST_OK && rc != ST_NOT_FOUND)
        return rc;
    items = json_array();
    for (size_t i = 0; i < n && i < SHOWN; i++)
        (void)json_array_append_new(items, row_view(rq, &q, &row[i], &next));
    /* keys: network.about.{=network_kind_names} */
    data = json_pack(
        "{s:o, s:o, s:b, s:b, s:s, s:s, s:s}", "items", items, "kinds", kinds_view(rq, &q, count),
        "people", q.people, "empty", n == 0, "about",
        rq_tr(rq, arena_printf(rq_arena(rq), "network.about.%s", network_kind_names[q.kind])),
        "people_href", path_of(rq, true, q.kind, ""), "organisations_href",
        path_of(rq, false, q.kind, ""));
    if (next.id != 0)
        (void)json_object_set_new(data, "next_title", json_string(next.title));
    if (n > SHOWN)
        (void)json_object_set_new(data, "next",
                                  json_string(path_of(rq, q.people, q.kind, row[SHOWN - 1].key)));
    return rs_page(rs, 200, "network/page", rq_tr(rq, "network.title"), data);
}

static const struct route network_routes[] = {
    { HTTP_GET, "/admin/network", ALLOW_VIEWER, RT_SLOW, .slow = network_page },
    { 0 },
};

const struct feature network_feature = {
    .name = "network",
    .routes = { network_routes },
};
