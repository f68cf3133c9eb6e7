#include "gatherings/gatherings_share.h"

#include "base/memory.h"
#include "base/text.h"
#include "document/picture.h"
#include "document/zone.h"
#include "gatherings/gatherings_view.h"

#define SCHEMA "https://schema.org/"
/* Where its address names its version it never changes. */
#define PICTURE_KEPT_S (30 * 24 * 3600)
#define PICTURE_ASKED_AGAIN_S 600
#define SCRIPT_MAX ((size_t)64 << 10)

static const char *
locale_of(const char *lang)
{
    return strcmp(lang, "en") == 0 ? "en_GB" : strcmp(lang, "nn") == 0 ? "nn_NO" : "nb_NO";
}

static const char *
view_of(struct arena *a, const json_t *view, const char *key)
{
    return arena_strdup(a, json_string_value(json_object_get(view, key)));
}

/* ── The pictures ── */

static struct picture_card
gathering_card(struct request *rq, const struct gathering *g, const struct cluster *c)
{
    struct arena *a = rq_arena(rq);
    struct app *app = rq_app(rq);
    const char *lang = g->language;
    json_t *view = gathering_card_view(app, a, g, lang, rq_now(rq));
    struct picture_card card = {
        .cluster = c->name,
        .eyebrow = view_of(a, view, "kind_label"),
        .title = g->title,
        .when =
            arena_printf(a, "%s %s", view_of(a, view, "date_long"), view_of(a, view, "time_range")),
        .where = g->place,
        .language = lang,
    };

    if (g->status == GATHERING_CANCELLED)
        card.off = gathering_text(app, a, lang, "gathering.sign.cancelled", NULL, NULL);
    json_decref(view);
    return card;
}

/* The address as people write it: "hub.example". */
static const char *
bare_address(const struct request *rq)
{
    const char *behind = strstr(rq_base_url(rq), "://");

    return behind != NULL ? behind + 3 : rq_base_url(rq);
}

static struct picture_card
calendar_card(struct request *rq, const struct cluster *c)
{
    struct arena *a = rq_arena(rq);
    struct app *app = rq_app(rq);

    return (struct picture_card){
        .cluster = c->name,
        .eyebrow = gathering_text(app, a, c->language, "calendar.title", NULL, NULL),
        .title = gathering_text(app, a, c->language, "calendar.heading", NULL, NULL),
        .where = bare_address(rq),
        .language = c->language,
    };
}

/* 8 hex digits that change with what the picture shows. */
static const char *
version_of(struct arena *a, const struct picture_card *card, uint8_t key[CRYPTO_HASH_BYTES])
{
    char hex[9];

    picture_card_key(card, key);
    text_hex(key, 4, hex);
    return arena_strdup(a, hex);
}

static enum status
answer(struct request *rq, struct response *rs, const struct picture_card *card)
{
    uint8_t key[CRYPTO_HASH_BYTES];
    const char *version = version_of(rq_arena(rq), card, key), *asked = rq_query(rq, "v");
    struct buf b;
    enum status rc = ST_OK;

    buf_init(&b, 0);
    if (!rq_kept_bytes(rq, key, &b)) {
        rc = picture_card(&b, card);
        if (rc == ST_OK)
            rq_keep_bytes(rq, key, &b);
    }
    if (rc == ST_OK)
        rc = rs_bytes(rs, 200, "image/png", &b, NULL);
    if (rc == ST_OK)
        rs_cache(rs, asked != NULL && strcmp(asked, version) == 0 ? PICTURE_KEPT_S
                                                                  : PICTURE_ASKED_AGAIN_S);
    buf_release(&b);
    return rc;
}

enum status
gathering_share_picture(struct request *rq, struct response *rs)
{
    struct gathering g;
    struct cluster c;
    struct picture_card card;
    enum status rc = gathering_by_slug(rq_conn(rq), rq_arena(rq), rq_param(rq, "slug"), &g);

    /* As of the page: a draft is nobody's business. */
    if (rc == ST_OK && g.published_at == 0)
        rc = ST_NOT_FOUND;
    if (rc == ST_OK)
        rc = cluster_get(rq_conn(rq), rq_arena(rq), &c);
    if (rc != ST_OK)
        return rc;
    card = gathering_card(rq, &g, &c);
    return answer(rq, rs, &card);
}

enum status
calendar_share_picture(struct request *rq, struct response *rs)
{
    struct cluster c;
    struct picture_card card;
    enum status rc = cluster_get(rq_conn(rq), rq_arena(rq), &c);

    if (rc != ST_OK)
        return rc;
    card = calendar_card(rq, &c);
    return answer(rq, rs, &card);
}

/* ── For who unfolds the link ── */

struct share {
    const char *path, *title, *description, *picture; /* path: of the page */
};

static const char *
absolute(struct request *rq, const char *path)
{
    return arena_printf(rq_arena(rq), "%s%s", rq_base_url(rq), path);
}

static void
add_share(struct request *rq, const struct share *s, const struct picture_card *card, json_t *page)
{
    struct arena *a = rq_arena(rq);
    uint8_t key[CRYPTO_HASH_BYTES];
    const char *image =
        arena_printf(a, "%s?v=%s", absolute(rq, s->picture), version_of(a, card, key));
    json_t *share = json_object();

    view_text(share, "title", s->title);
    view_text(share, "description", s->description);
    view_text(share, "image", image);
    view_text(share, "locale", locale_of(rq_lang(rq)));
    view_int(share, "width", PICTURE_W);
    view_int(share, "height", PICTURE_H);
    (void)json_object_set_new(page, "share", share);
    view_text(page, "canonical", absolute(rq, s->path));
}

/* ── schema.org ── */

static const char *
event_status(const struct gathering *g)
{
    if (g->status == GATHERING_CANCELLED)
        return SCHEMA "EventCancelled";
    return g->first_start != 0 && g->first_start != g->starts_at ? SCHEMA "EventRescheduled"
                                                                 : SCHEMA "EventScheduled";
}

static void
set_time(json_t *o, const char *key, const struct gathering *g, int64_t ms)
{
    char text[40];

    zone_rfc3339(g->timezone, ms, text);
    view_text(o, key, text);
}

static void
set_given(json_t *o, const char *key, const char *value)
{
    if (value[0] != '\0')
        view_text(o, key, value);
}

/* How one gets in; NULL when nobody can any more. */
static json_t *
offer(struct request *rq, const struct gathering *g, const char *path)
{
    enum gathering_sign sign = gathering_sign_of(g, rq_now(rq));
    json_t *o;

    if (sign != SIGN_OPEN && sign != SIGN_FEW && sign != SIGN_WAITING)
        return NULL;
    o = json_pack("{ss ss ss}", "@type", "Offer", "url",
                  arena_printf(rq_arena(rq), "%s/register", absolute(rq, path)), "availability",
                  sign == SIGN_WAITING ? SCHEMA "SoldOut" : SCHEMA "InStock");
    set_time(o, "validThrough", g, gathering_closes_at(g));
    return o;
}

static json_t *
event_object(struct request *rq, const struct gathering *g, const struct cluster *c,
             const char *path, const char *image)
{
    json_t *o = json_pack("{ss ss ss ss s[s] ss ss s{ss ss ss} s{ss ss ss}}", "@context",
                          "https://schema.org", "@type", "Event", "name", g->title, "url",
                          absolute(rq, path), "image", image, "eventStatus", event_status(g),
                          "inLanguage", g->language, "location", "@type", "Place", "name", g->place,
                          "address", g->address[0] != '\0' ? g->address : g->place, "organizer",
                          "@type", "Organization", "name", c->name, "url", absolute(rq, "/"));
    json_t *offers = offer(rq, g, path);

    set_given(o, "description", g->summary);
    set_time(o, "startDate", g, g->starts_at);
    if (gathering_said_end(g) != 0)
        set_time(o, "endDate", g, gathering_said_end(g));
    if (strcmp(event_status(g), SCHEMA "EventRescheduled") == 0)
        set_time(o, "previousStartDate", g, g->first_start);
    if (offers != NULL)
        (void)json_object_set_new(o, "offers", offers);
    return o;
}

/* JSON in which nothing can end a script, or begin a comment in one (HTML, 4.12.1.3). */
static const char *
script_text(struct arena *a, json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT);
    struct buf b;
    const char *out;

    buf_init(&b, SCRIPT_MAX);
    for (const char *p = text; p != NULL && *p != '\0'; p++) {
        if (*p == '<')
            buf_adds(&b, "\\u003c");
        else
            buf_addc(&b, *p);
    }
    out = buf_ok(&b) ? arena_strdup(a, buf_str(&b)) : "";
    buf_release(&b);
    mem_free(text);
    json_decref(value);
    return out;
}

/* path: of the page itself. */
static void
add_gathering(struct request *rq, const struct gathering *g, const struct cluster *c,
              const char *path, json_t *page)
{
    struct arena *a = rq_arena(rq);
    const struct picture_card card = gathering_card(rq, g, c);
    json_t *view = gathering_card_view(rq_app(rq), a, g, rq_lang(rq), rq_now(rq));
    /* Many who unfold a link show no picture. */
    const char *when = arena_printf(a, "%s %s, %s", view_of(a, view, "date_long"),
                                    view_of(a, view, "time_range"), g->place);
    struct share s = {
        .path = path,
        .title = g->title,
        .description = g->summary[0] != '\0' ? arena_printf(a, "%s. %s", when, g->summary) : when,
        .picture = arena_printf(a, "/g/%s.png", g->slug),
    };

    json_decref(view);
    if (card.off != NULL)
        s.title =
            gathering_text(rq_app(rq), a, rq_lang(rq), "gathering.ics.off", "title", g->title);
    add_share(rq, &s, &card, page);
}

void
gathering_share_view(struct request *rq, const struct gathering *g, const struct cluster *c,
                     json_t *page)
{
    struct arena *a = rq_arena(rq);
    const char *path = arena_printf(a, "/g/%s", g->slug), *image;

    add_gathering(rq, g, c, path, page);
    image = view_of(a, json_object_get(page, "share"), "image");
    view_text(page, "json_ld", script_text(a, event_object(rq, g, c, path, image)));
}

enum status
gathering_share_form(struct request *rq, const struct gathering *g, json_t *page)
{
    struct cluster c;
    enum status rc = cluster_get(rq_conn(rq), rq_arena(rq), &c);

    if (rc == ST_OK)
        add_gathering(rq, g, &c, arena_printf(rq_arena(rq), "/g/%s/register", g->slug), page);
    return rc;
}

void
calendar_share_view(struct request *rq, const struct cluster *c, json_t *page)
{
    const struct picture_card card = calendar_card(rq, c);
    json_t *values = json_pack("{s{s{ss}}}", "page", "cluster", "name", c->name);
    const struct share s = {
        .path = "/",
        .title = rq_tr(rq, "calendar.heading"),
        .description = rq_tr_format(rq, "calendar.lead", values),
        .picture = "/calendar.png",
    };

    json_decref(values);
    add_share(rq, &s, &card, page);
}
