/*
 * The organiser's list of people: search, filter, sort, page, download.
 */
#include "registrations/registrations_people.h"

#include <string.h>

#include "base/text.h"
#include "document/csv.h"
#include "document/zone.h"
#include "html/date_text.h"
#include "html/options.h"
#include "mailing/mailing.h"
#include "registrations/registrations_crowd.h"
#include "registrations/registrations_list.h"
#include "registrations/registrations_pages.h"
#include "registrations/registrations_person.h"
#include "tickets/tickets.h"

#define PAGE_ROWS 50
#define DOWNLOAD_PIECE ((size_t)64 << 10)
#ifdef SAMLING_TESTING
#define DOWNLOAD_LIST ((size_t)100) /* so that tests come past it */
#else
#define DOWNLOAD_LIST ((size_t)20000)
#endif

bool
people_may_edit(const struct request *rq)
{
    return (rq_who(rq)->role & ALLOW_ORGANISER) != 0;
}

const char *
people_path(struct request *rq, int64_t gathering_id)
{
    return arena_printf(rq_arena(rq), "/admin/gatherings/%lld/people", (long long)gathering_id);
}

/* Who has come: here until it is over, and then, where a door was kept, also who has not. */
static const char *
presence(struct request *rq, const struct gathering *g, const struct registration *r)
{
    bool over = rq_now(rq) >= g->ends_at;
    struct ticket t;

    if (r->status != REG_CONFIRMED || g->attended == 0 ||
        ticket_of(rq_conn(rq), rq_arena(rq), r->id, &t) != ST_OK)
        return NULL;
    if (t.admitted_at != 0)
        return over ? "came" : "here";
    return over ? "absent" : NULL;
}

json_t *
people_row(struct request *rq, const struct gathering *g, const struct registration *r)
{
    struct arena *a = rq_arena(rq);
    const char *id = arena_printf(a, "%lld", (long long)r->id), *there = presence(rq, g, r);
    json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:b}", "id", id,
                          "href", arena_printf(a, "%s/%s", people_path(rq, g->id), id), "name",
                          r->name, "organisation", r->organisation, "email", r->email, "phone",
                          r->phone, "wish", r->wish, "when", gathering_when(rq, r->created_at),
                          "confirmed", r->status == REG_CONFIRMED, "waiting",
                          r->status == REG_WAITING, "cancelled", r->status == REG_CANCELLED);

    if (people_may_edit(rq))
        (void)json_object_set_new(o, "requirements", json_string(registration_needs(r)));
    if (there != NULL) {
        (void)json_object_set_new(o, there, json_true());
        (void)json_object_set_new(o, "confirmed", json_false());
    }
    return o;
}

/* ── The list ── */

static const struct {
    const char *name;
    enum registration_sort sort;
} sorts[] = {
    { "created", SORT_CREATED },
    { "name", SORT_NAME },
    { "organisation", SORT_ORGANISATION },
};

static const char *const statuses[] = { "", "confirmed", "waiting", "cancelled" };

struct list_query {
    struct registration_query q;
    size_t sort; /* in sorts */
};

static void
read_query(struct request *rq, int64_t gathering_id, struct list_query *l)
{
    const char *q = rq_query(rq, "q"), *status = rq_query(rq, "status");
    const char *sort = rq_query(rq, "sort");

    *l = (struct list_query){ .sort = 0 };
    l->q.gathering_id = gathering_id;
    l->q.search = q != NULL ? q : "";
    l->q.status = "";
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
        if (status != NULL && strcmp(status, statuses[i]) == 0)
            l->q.status = statuses[i];
    for (size_t i = 0; i < ARRAY_LEN(sorts); i++)
        if (sort != NULL && strcmp(sort, sorts[i].name) == 0)
            l->sort = i;
    l->q.sort = sorts[l->sort].sort;
    l->q.after = rq_query_int(rq, "after", 0, 0, INT64_MAX);
    l->q.before = rq_query_int(rq, "before", 0, 0, INT64_MAX);
    if (rq_query(rq, "last") != NULL)
        l->q.before = REGISTRATION_LAST;
    l->q.limit = PAGE_ROWS;
}

void
people_query(struct request *rq, int64_t gathering_id, struct registration_query *out)
{
    struct list_query l;

    read_query(rq, gathering_id, &l);
    *out = l.q;
}

static const char *
list_href(struct request *rq, const struct list_query *l, size_t sort, const char *where)
{
    struct arena *a = rq_arena(rq);

    return arena_printf(a, "%s?q=%s&status=%s&sort=%s%s", people_path(rq, l->q.gathering_id),
                        text_url_encode(a, l->q.search), l->q.status, sorts[sort].name, where);
}

static json_t *
status_options(struct request *rq, const struct list_query *l, const struct gathering *g)
{
    const int64_t count[] = { g->seats_taken + g->waiting + g->cancelled, g->seats_taken,
                              g->waiting, g->cancelled };
    struct arena *a = rq_arena(rq);
    json_t *list = json_array();

    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        /* keys: registration.status.{all,=statuses} */
        const char *name = statuses[i][0] != '\0' ? statuses[i] : "all";

        option_add(list, statuses[i],
                   arena_printf(a, "%s (%lld)",
                                rq_tr(rq, arena_printf(a, "registration.status.%s", name)),
                                (long long)count[i]),
                   NULL, l->q.status == statuses[i]);
    }
    return list;
}

enum status
people_standing(struct request *rq, const struct registration *r, json_t *row)
{
    struct mail_standing s;
    enum status rc;

    if (r->status == REG_CANCELLED)
        return ST_OK;
    rc = mail_standing_of(rq_conn(rq), rq_arena(rq), "registration", r->id, &s);
    if (rc == ST_OK && strcmp(s.state, "failed") == 0)
        (void)json_object_set_new(row, "mail", mail_standing_view(rq, &s));
    return rc;
}

static json_t *
sort_heads(struct request *rq, const struct list_query *l)
{
    json_t *heads = json_object();

    for (size_t i = 0; i < ARRAY_LEN(sorts); i++)
        (void)json_object_set_new(
            heads, sorts[i].name,
            json_pack("{s:s, s:b}", "href", list_href(rq, l, i, ""), "current", l->sort == i));
    return heads;
}

static const char *
print_href(struct request *rq, const struct list_query *l)
{
    struct arena *a = rq_arena(rq);

    return arena_printf(a, "%s/print?q=%s&status=%s&sort=%s", people_path(rq, l->q.gathering_id),
                        text_url_encode(a, l->q.search), l->q.status, sorts[l->sort].name);
}

/* First, previous, next, last, and "1–50 of 55". */
static json_t *
pager(struct request *rq, const struct list_query *l, const struct registration_found *found)
{
    struct arena *a = rq_arena(rq);
    int64_t to = found->first + (int64_t)found->count - 1;
    json_t *p = json_pack("{s:I, s:I, s:I, s:b}", "from",
                          (json_int_t)(found->count > 0 ? found->first : 0), "to", (json_int_t)to,
                          "total", (json_int_t)found->total, "needed", found->total > PAGE_ROWS);

    if (found->count > 0 && found->first > 1) {
        const char *before = arena_printf(a, "&before=%lld", (long long)found->id[0]);

        (void)json_object_set_new(p, "first", json_string(list_href(rq, l, l->sort, "")));
        (void)json_object_set_new(p, "previous", json_string(list_href(rq, l, l->sort, before)));
    }
    if (found->count > 0 && to < found->total) {
        const char *after = arena_printf(a, "&after=%lld", (long long)found->id[found->count - 1]);

        (void)json_object_set_new(p, "next", json_string(list_href(rq, l, l->sort, after)));
        (void)json_object_set_new(p, "last", json_string(list_href(rq, l, l->sort, "&last=1")));
    }
    return p;
}

static enum status
add_rows(struct request *rq, const struct gathering *g, const struct registration_found *found,
         json_t *rows)
{
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && i < found->count; i++) {
        struct registration r;
        json_t *one;

        rc = registration_by_id(rq_conn(rq), rq_arena(rq), found->id[i], &r);
        if (rc != ST_OK)
            break;
        one = people_row(rq, g, &r);
        rc = people_standing(rq, &r, one);
        (void)json_array_append_new(rows, one);
    }
    return rc;
}

static enum status
people(struct request *rq, struct response *rs)
{
    struct gathering g;
    struct list_query l;
    struct registration_found found = { 0 };
    json_t *data = json_object(), *rows = json_array();
    enum status rc = gathering_admin_head(rq, rq_param_id(rq, "id"), "people", &g, data);

    (void)json_object_set_new(data, "rows", rows);
    read_query(rq, g.id, &l);
    if (rc == ST_OK)
        rc = crowd_notice(rq, g.id, data);
    if (rc == ST_OK)
        rc = registration_list_find(rq_conn(rq), rq_arena(rq), &l.q, &found);
    if (rc == ST_OK)
        rc = add_rows(rq, &g, &found, rows);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    (void)json_object_update_new(
        data,
        json_pack("{s:{s:s}, s:s, s:o, s:o, s:o, s:b, s:b, s:b, s:s}", "values", "q", l.q.search,
                  "path", people_path(rq, g.id), "statuses", status_options(rq, &l, &g), "sort",
                  sort_heads(rq, &l), "pager", pager(rq, &l, &found), "may_edit",
                  people_may_edit(rq), "any", found.total > 0, "nobody",
                  g.seats_taken + g.waiting + g.cancelled == 0, "sort_name", sorts[l.sort].name));
    (void)json_object_set_new(data, "print", json_string(print_href(rq, &l)));
    (void)json_object_set_new(data, "released",
                              json_integer(rq_query_int(rq, "released", 0, 0, CROWD_SHOWN)));
    return rs_page(rs, 200, "registrations/people", rq_tr(rq, "registration.people"), data);
}

/* ── Download: without health data and codes for who only looks ── */

static const char *
short_code_of(struct request *rq, struct arena *a, const struct registration *r, bool *admitted)
{
    struct ticket t;

    *admitted = false;
    if (r->status != REG_CONFIRMED || ticket_of(rq_conn(rq), a, r->id, &t) != ST_OK)
        return "";
    *admitted = t.admitted_at != 0;
    return ticket_short_shown(a, t.short_code);
}

static void
csv_person(struct request *rq, struct arena *a, struct csv *csv, const struct registration *r)
{
    const char *yes = rq_tr(rq, "common.yes"), *no = rq_tr(rq, "common.no");
    struct civil c;
    bool admitted;
    const char *code = short_code_of(rq, a, r, &admitted);

    zone_local(ZONE_DEFAULT, r->created_at, &c, NULL);
    csv_field(csv, r->name);
    csv_field(csv, r->organisation);
    csv_field(csv, r->email);
    csv_field(csv, r->phone);
    /* keys: registration.status.{=registration_status_words} */
    csv_field(csv, rq_tr(rq, arena_printf(a, "registration.status.%s",
                                          registration_status_words[r->status])));
    csv_field(csv, r->wish);
    if (people_may_edit(rq))
        csv_field(csv, registration_needs(r));
    csv_field(
        csv, arena_printf(a, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute));
    if (people_may_edit(rq))
        csv_field(csv, code);
    csv_field(csv, admitted ? yes : no);
    csv_field(csv, r->show_name ? yes : no);
    csv_field(csv, r->photo_ok ? yes : no);
    csv_end_row(csv);
}

static void
csv_head(struct request *rq, struct csv *csv)
{
    static const char *const keys[] = {
        "registration.csv.name",         "registration.csv.organisation",
        "registration.csv.email",        "registration.csv.phone",
        "registration.csv.status",       "registration.csv.wish",
        "registration.csv.requirements", "registration.csv.created",
        "registration.csv.code",         "registration.csv.admitted",
        "registration.csv.show_name",    "registration.csv.photo_ok",
    };

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (people_may_edit(rq) ||
            (!text_ends(keys[i], ".requirements") && !text_ends(keys[i], ".code")))
            csv_field(csv, rq_tr(rq, keys[i]));
    csv_end_row(csv);
}

/* In the order of their names, so many looked up at a time, each row as it is when it is sent: no
 * list is too long. */
struct download {
    struct csv csv;
    struct registration_query q; /* whom to look up next: those behind the last */
    struct arena *list;          /* what found is in */
    struct registration_found found;
    size_t at;
    bool begun;
};

static void
drop_list(void *list)
{
    struct arena *a = list;

    arena_free(&a);
}

static enum status
look_up(struct request *rq, struct download *d)
{
    enum status rc;

    arena_reset(d->list);
    d->at = 0;
    rc = registration_list_find(rq_conn(rq), d->list, &d->q, &d->found);
    if (rc == ST_OK && d->found.count > 0) {
        d->q.after = d->found.id[d->found.count - 1];
        d->q.after_key = arena_strdup(rq_arena(rq), d->found.last_key);
    }
    return rc;
}

static enum status
more_people(struct request *rq, void *state, struct buf *out, bool *last)
{
    struct download *d = state;
    struct arena *a = arena_new(0);
    enum status rc = ST_OK;

    if (!d->begun) {
        csv_init(&d->csv, out, ';');
        csv_head(rq, &d->csv);
        d->begun = true;
    }
    if (d->at == d->found.count && d->found.count == DOWNLOAD_LIST)
        rc = look_up(rq, d);
    while (rc == ST_OK && d->at < d->found.count && out->len < DOWNLOAD_PIECE) {
        struct registration r;

        rc = registration_by_id(rq_conn(rq), a, d->found.id[d->at++], &r);
        if (rc == ST_OK)
            csv_person(rq, a, &d->csv, &r);
        arena_reset(a);
    }
    arena_free(&a);
    *last = d->at == d->found.count && d->found.count < DOWNLOAD_LIST;
    return rc;
}

static enum status
download(struct request *rq, struct response *rs)
{
    struct download *d = ARENA_NEW(rq_arena(rq), struct download);
    void **held = arena_hold(rq_arena(rq), drop_list);
    struct gathering g = { 0 };
    enum status rc = gathering_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &g);

    *d = (struct download){ .q = { .gathering_id = g.id,
                                   .search = "",
                                   .status = "",
                                   .sort = SORT_NAME,
                                   .limit = DOWNLOAD_LIST } };
    *held = d->list = arena_new(0);
    if (rc == ST_OK)
        rc = look_up(rq, d);
    if (rc != ST_OK)
        return rc;
    return rs_stream(rs, "text/csv; charset=utf-8", arena_printf(rq_arena(rq), "%s.csv", g.slug),
                     more_people, d);
}

#define PEOPLE "/admin/gatherings/{id}/people"
#define PERSON PEOPLE "/{rid}"

/* clang-format off */
const struct route registrations_people_routes[] = {
    { HTTP_GET, PEOPLE, ALLOW_VIEWER, RT_SLOW, 0, .slow = people },
    { HTTP_GET, PEOPLE ".csv", ALLOW_VIEWER, RT_SLOW, 0, .slow = download },
    { HTTP_GET, PEOPLE "/print", ALLOW_VIEWER, RT_SLOW, 0, .slow = people_print },
    { HTTP_GET, PEOPLE "/new", ALLOW_ORGANISER, RT_READ, 0, .read = person_new },
    { HTTP_POST, PEOPLE "/new", ALLOW_ORGANISER, RT_WRITE, 32768, 0, person_new_fields,
      .work = person_new_work, .form = person_new_again },
    { HTTP_GET, PEOPLE "/release", ALLOW_ORGANISER, RT_READ, 0, .read = crowd_release_page },
    { HTTP_POST, PEOPLE "/release", ALLOW_ORGANISER, RT_WRITE, 32768, 0, crowd_release_fields,
      .work = crowd_release_work, .form = crowd_release_again },
    { HTTP_GET, PERSON, ALLOW_VIEWER, RT_READ, 0, .read = person_page },
    { HTTP_POST, PERSON, ALLOW_ORGANISER, RT_WRITE, 32768, 0, person_fields,
      .work = person_work, .form = person_again },
    { HTTP_POST, PERSON "/link", ALLOW_ORGANISER, RT_WRITE, 4096, .work = person_link_work },
    { HTTP_GET, PERSON "/cancel", ALLOW_ORGANISER, RT_READ, 0, .read = person_cancel },
    { HTTP_POST, PERSON "/cancel", ALLOW_ORGANISER, RT_WRITE, 8192, 0, person_cancel_fields,
      .work = person_cancel_work, .form = person_cancel_again },
    { HTTP_GET, PERSON "/back", ALLOW_VIEWER, RT_READ, 0, .read = person_page },
    { HTTP_POST, PERSON "/back", ALLOW_ORGANISER, RT_WRITE, 4096, .work = person_back_work,
      .form = person_again },
    { 0 },
};
/* clang-format on */
