#include "feature.h"

#include "base/buf.h"
#include "base/log.h"
#include "html/template.h"

enum status
event_tell_sized(struct db_conn *c, const struct event_kind *kind, const void *detail, size_t size,
                 int64_t now)
{
    if (size != kind->detail)
        BUG("%s is told with %zu bytes, not %zu", kind->name, size, kind->detail);
    for (const struct feature *const *f = all_features; *f != NULL; f++)
        for (const struct hearing *h = (*f)->hearings; h != NULL && h->kind != NULL; h++) {
            enum status rc = h->kind == kind ? h->heard(c, detail, now) : ST_OK;

            if (rc != ST_OK)
                return rc;
        }
    return ST_OK;
}

/* The array data.places.a.b of place "a.b", made where it is missing. Borrowed; NULL out of memory.
 */
static json_t *
place_array(json_t *data, const char *place)
{
    json_t *at = json_object_get(data, "places");

    if (at == NULL) {
        at = json_object();
        if (json_object_set_new(data, "places", at) != 0)
            return NULL;
    }
    for (;;) {
        size_t n = strcspn(place, ".");
        char name[64];
        bool last = place[n] == '\0';

        if (n >= sizeof name)
            BUG("the name of a place is too long");
        memcpy(name, place, n);
        name[n] = '\0';

        json_t *next = json_object_get(at, name);
        if (next == NULL) {
            next = last ? json_array() : json_object();
            if (json_object_set_new(at, name, next) != 0)
                return NULL;
        }
        if (last)
            return next;
        at = next;
        place += n + 1;
    }
}

/* What a piece's template sees: all of the page's data so far, its own object, and the few parts of
 * `page` that are known before the page is drawn. */
static json_t *
piece_context(struct request *rq, json_t *data, const char *key, json_t *object)
{
    json_t *context = json_copy(data);
    json_t *page = json_pack("{s:s, s:s, s:s, s:s}", "lang", rq_lang(rq), "csrf", rq_csrf(rq),
                             "path", rq_path(rq), "base_url", rq_base_url(rq));

    if (context == NULL || json_object_set(context, key, object) != 0 ||
        json_object_set_new(context, "page", page) != 0) {
        json_decref(context);
        return NULL;
    }
    return context;
}

static enum status
piece_render(struct request *rq, const struct panel *p, json_t *data, json_t *object, json_t *out)
{
    struct buf html;
    json_t *context = piece_context(rq, data, p->key, object);

    if (context == NULL)
        return ST_NOMEM;
    buf_init(&html, 0);

    enum status rc =
        template_render(app_templates(rq_app(rq)), p->template_name, rq_lang(rq), context, &html);
    if (rc == ST_OK &&
        json_array_append_new(out, json_pack("{s:s%}", "html", buf_str(&html), html.len)) != 0)
        rc = ST_NOMEM;
    buf_release(&html);
    json_decref(context);
    return rc;
}

static enum status
panel_fill(struct request *rq, const struct panel *p, int64_t id, json_t *data, json_t *pieces)
{
    json_t *panels = json_object_get(data, "panels");

    if (panels == NULL) {
        panels = json_object();
        if (json_object_set_new(data, "panels", panels) != 0)
            return ST_NOMEM;
    }

    enum status rc = p->fill(rq, id, panels);
    if (rc != ST_OK) {
        log_error("app", "panel %s of %s: %s", p->key, p->place, status_name(rc));
        return rc;
    }
    json_t *object = json_object_get(panels, p->key);
    return object != NULL && p->template_name != NULL ? piece_render(rq, p, data, object, pieces)
                                                      : ST_OK;
}

enum status
panels_fill(struct request *rq, const char *place, int64_t id, json_t *data)
{
    json_t *pieces = place_array(data, place);

    if (pieces == NULL)
        return ST_NOMEM;
    for (const struct feature *const *f = all_features; *f != NULL; f++)
        for (const struct panel *p = (*f)->panels; p != NULL && p->place != NULL; p++) {
            if (strcmp(p->place, place) != 0)
                continue;

            enum status rc = panel_fill(rq, p, id, data, pieces);
            if (rc != ST_OK)
                return rc;
        }
    return ST_OK;
}
