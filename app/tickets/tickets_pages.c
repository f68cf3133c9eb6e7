#include "tickets/tickets_pages.h"

#include "base/crypto.h"
#include "base/text.h"
#include "document/pdf.h"
#include "document/qr.h"
#include "cluster/cluster.h"
#include "gatherings/gatherings.h"
#include "tickets/tickets.h"

#define FILE_PNG_SCALE 12
#define NAME_MAX_LEN 40

/* The ticket of {code} and its gathering; ST_NOT_FOUND when nobody ever issued it. */
static enum status
find(struct request *rq, struct ticket *t, struct gathering *g)
{
    enum status rc = ticket_by_code(rq_conn(rq), rq_arena(rq), rq_param(rq, "code"), t);

    if (rc == ST_OK)
        rc = gathering_by_id(rq_conn(rq), rq_arena(rq), t->gathering_id, g);
    if (rc == ST_OK)
        rq_lang_hint(rq, g->language);
    return rc;
}

static bool
is_off(const struct gathering *g)
{
    return g->status == GATHERING_CANCELLED;
}

/* Which of the words ticket.<state> there are for: "live", "over" or "off". */
static const char *
state_of(const struct gathering *g, int64_t now)
{
    return is_off(g) ? "off" : now >= g->ends_at ? "over" : "live";
}

/* A dead code is no ticket any more: ST_GONE. */
static enum status
find_live(struct request *rq, struct ticket *t, struct gathering *g)
{
    enum status rc = find(rq, t, g);

    return rc == ST_OK && t->cancelled_at != 0 ? ST_GONE : rc;
}

/* ASCII, so that it needs no encoding in the header. */
static const char *
file_name(struct request *rq, const struct ticket *t, const char *ending)
{
    return arena_printf(rq_arena(rq), "samling-%.*s.%s", NAME_MAX_LEN, t->short_code, ending);
}

/* Beside its label the time needs no "kl." before it. */
static const char *
bare_time(struct arena *a, const json_t *view)
{
    const char *range = json_string_value(json_object_get(view, "time_range"));

    if (range == NULL)
        return "";
    return arena_strdup(a, text_starts(range, "kl. ") ? range + 4 : range);
}

/* The code's picture, added to out: drawn once a code, and kept. */
static enum status
picture_of(struct request *rq, const struct ticket *t, bool svg, struct buf *out)
{
    const char *text = NULL, *whole;
    uint8_t key[CRYPTO_HASH_BYTES];
    enum status rc = ticket_qr_text(rq_app(rq), rq_conn(rq), rq_arena(rq), t, &text);

    if (rc != ST_OK)
        return rc;
    whole = arena_printf(rq_arena(rq), "%s %s", svg ? "svg" : "png", text);
    crypto_hash(key, whole, strlen(whole), NULL, 0);
    if (rq_kept_bytes(rq, key, out))
        return ST_OK;
    rc = svg ? qr_svg(out, text) : qr_png(out, text, FILE_PNG_SCALE);
    if (rc == ST_OK)
        rq_keep_bytes(rq, key, out);
    return rc;
}

enum status
ticket_page_view(struct request *rq, const struct ticket *t, const struct gathering *g,
                 const json_t *view, json_t **out)
{
    struct arena *a = rq_arena(rq);
    struct buf svg;
    enum status rc;

    *out = NULL;
    buf_init(&svg, 0);
    rc = is_off(g) ? ST_OK : picture_of(rq, t, true, &svg);
    if (rc == ST_OK) {
        *out = json_pack(
            "{s:s, s:s, s:s, s:s, s:s, s:O?, s:s, s:O?, s:O?, s:s, s:b, s:O?}", "code", t->code,
            "holder", t->holder, "organisation", t->organisation, "title", g->title, "language",
            g->language, "date", json_object_get(view, "date_plain"), "time_range",
            bare_time(a, view), "place", json_object_get(view, "place"), "address",
            json_object_get(view, "address"), "href", arena_printf(a, "/t/%s", t->code), "off",
            is_off(g), "one_day", json_object_get(view, "one_day"));
        rc = *out != NULL ? ST_OK : ST_NOMEM;
    }
    if (rc == ST_OK && !is_off(g))
        (void)json_object_update_new(*out, json_pack("{s:s, s:s}", "short",
                                                     ticket_short_shown(a, t->short_code), "qr_svg",
                                                     buf_str(&svg)));
    buf_release(&svg);
    return rc;
}

static enum status
dead_page(struct request *rq, struct response *rs, const struct gathering *g)
{
    json_t *view =
        gathering_page_view(rq_app(rq), rq_conn(rq), rq_arena(rq), g, rq_lang(rq), rq_now(rq));

    return rs_page(rs, 410, "tickets/dead", rq_tr(rq, "ticket.dead"),
                   json_pack("{s:o, s:b, s:b}", "g", view, "off", is_off(g), "narrow", 1));
}

static enum status
page(struct request *rq, struct response *rs)
{
    struct ticket t;
    struct gathering g;
    json_t *ticket = NULL, *view;
    enum status rc = find(rq, &t, &g);

    if (rc != ST_OK)
        return rc;
    if (t.cancelled_at != 0)
        return dead_page(rq, rs, &g);
    view = gathering_page_view(rq_app(rq), rq_conn(rq), rq_arena(rq), &g, rq_lang(rq), rq_now(rq));
    rc = ticket_page_view(rq, &t, &g, view, &ticket);
    if (rc != ST_OK) {
        json_decref(view);
        return rc;
    }
    rc = rs_page(rs, 200, "tickets/page", g.title,
                 json_pack("{s:o, s:b, s:o, s:b}", "ticket", ticket, state_of(&g, rq_now(rq)), 1,
                           "g", view, "narrow", 1));
    rs_keep(rs, rq_now(rq) < g.ends_at ? g.ends_at : INT64_MAX);
    return rc;
}

static enum status
picture(struct request *rq, struct response *rs, bool svg)
{
    struct ticket t;
    struct gathering g;
    struct buf b;
    enum status rc = find_live(rq, &t, &g);

    /* A picture can say nothing beside the code, so there is none where the code is not to be
     * shown.
     */
    if (rc == ST_OK && is_off(&g))
        rc = ST_GONE;
    if (rc != ST_OK)
        return rc;
    buf_init(&b, 0);
    rc = picture_of(rq, &t, svg, &b);
    if (rc == ST_OK)
        rc = rs_bytes(rs, 200, svg ? "image/svg+xml" : "image/png", &b, NULL);
    buf_release(&b);
    if (rc == ST_OK)
        rs_keep(rs, INT64_MAX);
    return rc;
}

static enum status
svg(struct request *rq, struct response *rs)
{
    return picture(rq, rs, true);
}

static enum status
png(struct request *rq, struct response *rs)
{
    return picture(rq, rs, false);
}

static const char *
text_of(struct request *rq, const json_t *view, const char *key)
{
    return arena_strdup(rq_arena(rq), json_string_value(json_object_get(view, key)));
}

/* Under the ticket: what to do with it, and that the time is another than people were told. */
static const char *
hint_of(struct request *rq, const struct gathering *g, json_t *view)
{
    struct arena *a = rq_arena(rq);
    /* keys: ticket.hint.{=state_of} */
    const char *hint = rq_tr(rq, arena_printf(a, "ticket.hint.%s", state_of(g, rq_now(rq))));

    if (text_of(rq, view, "moved_from")[0] == '\0')
        return hint;
    return arena_printf(a, "%s\n%s", rq_tr_format(rq, "ticket.moved", view), hint);
}

static enum status
pdf(struct request *rq, struct response *rs)
{
    struct ticket t;
    struct gathering g;
    struct cluster cluster;
    struct pdf_ticket p = { 0 };
    uint8_t key[CRYPTO_HASH_BYTES];
    json_t *view;
    struct buf b;
    enum status rc = find_live(rq, &t, &g);

    if (rc == ST_OK)
        rc = cluster_get(rq_conn(rq), rq_arena(rq), &cluster);
    if (rc == ST_OK)
        rc = ticket_qr_text(rq_app(rq), rq_conn(rq), rq_arena(rq), &t, &p.qr_text);
    if (rc != ST_OK)
        return rc;
    view = gathering_page_view(rq_app(rq), rq_conn(rq), rq_arena(rq), &g, rq_lang(rq), rq_now(rq));
    p.cluster = cluster.name;
    p.title = g.title;
    p.label_date = rq_tr(rq, "ticket.date");
    p.date = text_of(rq, view, "date_long");
    p.label_time = rq_tr(rq, "ticket.time");
    p.time = bare_time(rq_arena(rq), view);
    p.label_place = rq_tr(rq, "ticket.place");
    p.place =
        g.address[0] != '\0' ? arena_printf(rq_arena(rq), "%s\n%s", g.place, g.address) : g.place;
    p.label_name = rq_tr(rq, "ticket.name");
    p.name = t.holder;
    p.label_organisation = rq_tr(rq, "ticket.organisation");
    p.organisation = t.organisation;
    p.short_code = t.short_code;
    p.hint = hint_of(rq, &g, view);
    if (is_off(&g))
        p.off = rq_tr(rq, "ticket.off_mark");
    p.url = arena_printf(rq_arena(rq), "%s/t/%s", rq_base_url(rq), t.code);
    p.language = rq_lang(rq);
    p.created_ms = rq_now(rq);
    json_decref(view);

    pdf_ticket_key(&p, key);
    buf_init(&b, 0);
    if (!rq_kept_bytes(rq, key, &b)) {
        rc = pdf_ticket(&b, &p);
        if (rc == ST_OK)
            rq_keep_bytes(rq, key, &b);
    }
    if (rc == ST_OK)
        rc = rs_bytes(rs, 200, "application/pdf", &b, file_name(rq, &t, "pdf"));
    buf_release(&b);
    return rc;
}

const struct route tickets_routes[] = {
    { HTTP_GET, "/t/{code}", ALLOW_ANYONE, RT_READ, 0, .read = page },
    { HTTP_GET, "/t/{code}.svg", ALLOW_ANYONE, RT_READ, 0, .read = svg },
    { HTTP_GET, "/t/{code}.png", ALLOW_ANYONE, RT_READ, 0, .read = png },
    { HTTP_GET, "/t/{code}.pdf", ALLOW_ANYONE, RT_SLOW, 0, .crew = CREW_DRAW, .slow = pdf },
    { 0 },
};
