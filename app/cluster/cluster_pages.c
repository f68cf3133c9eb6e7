#include "cluster/cluster_pages.h"

#include "cluster/cluster.h"
#include "cluster/cluster_sites.h"
#include "html/lang.h"
#include "html/options.h"

static const struct field settings_fields[] = {
    { "cluster", FIELD_LINE, FIELD_REQUIRED, 100 },
    { "address", FIELD_LINE, 0, 200 },
    { "phone", FIELD_LINE, 0, 40 },
    { "language", FIELD_LANG, FIELD_REQUIRED, 2 },
    { "sender_name", FIELD_LINE, 0, 100 },
    { "email", FIELD_EMAIL, 0, 254 },
    { "privacy_email", FIELD_EMAIL, 0, 254 },
    { "embed_sites", FIELD_TEXT, 0, 2000 },
    { "effort_rate", FIELD_INT, FIELD_NULLABLE, 100000 },
    { 0 },
};

/* form: as rq_form_view gives it, or just {values}; taken over. */
static enum status
settings_render(struct request *rq, struct response *rs, int http, json_t *form)
{
    json_t *values = json_object_get(form, "values");
    const char *language = json_string_value(json_object_get(values, "language"));

    json_object_set_new(form, "languages", option_languages(lang_norm(language)));
    json_object_set_new(form, "base_url", json_string(rq_base_url(rq)));
    json_object_set_new(form, "saved", json_boolean(http == 200 && rq_query(rq, "saved") != NULL));

    rs_script(rs, "copy.js");
    enum status rc = panels_fill(rq, "settings", 0, form);
    if (rc != ST_OK) {
        json_decref(form);
        return rc;
    }
    return rs_page(rs, http, "cluster/settings", rq_tr(rq, "cluster.settings"), form);
}

/* As it is typed. */
static const char *
one_a_line(struct arena *a, const char *sites)
{
    char *lines = arena_strdup(a, sites);

    for (char *p = strchr(lines, ' '); p != NULL; p = strchr(p, ' '))
        *p = '\n';
    return lines;
}

static enum status
settings_page(struct request *rq, struct response *rs)
{
    struct cluster c;
    enum status rc = cluster_get(rq_conn(rq), rq_arena(rq), &c);

    if (rc != ST_OK)
        return rc;
    return settings_render(rq, rs, 200,
                           json_pack("{s:{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}}", "values",
                                     "effort_rate", c.effort_rate, "cluster", c.name, "address",
                                     c.address, "phone", c.phone, "language", c.language,
                                     "sender_name", c.sender_name, "email", c.email,
                                     "privacy_email", c.privacy_email, "embed_sites",
                                     one_a_line(rq_arena(rq), c.embed_sites)));
}

static enum status
settings_form(struct request *rq, struct response *rs)
{
    return settings_render(rq, rs, 422, rq_form_view(rq));
}

static enum status
settings_check(struct request *rq)
{
    const char *sites, *wrong = sites_read(rq_arena(rq), rq_text(rq, "embed_sites"), &sites);

    if (wrong != NULL && wrong[0] == '\0') {
        rq_error(rq, "embed_sites", "sites_many");
    } else if (wrong != NULL) {
        json_t *values = json_pack("{ss}", "site", wrong);

        rq_error_as(rq, "embed_sites", "site", rq_tr_format(rq, "error.site", values));
        json_decref(values);
    }
    return ST_OK;
}

static enum status
settings_work(struct work *w)
{
    struct cluster values = {
        .name = rq_text(w->rq, "cluster"),
        .language = rq_text(w->rq, "language"),
        .address = rq_text(w->rq, "address"),
        .email = rq_text(w->rq, "email"),
        .phone = rq_text(w->rq, "phone"),
        .privacy_email = rq_text(w->rq, "privacy_email"),
        .sender_name = rq_text(w->rq, "sender_name"),
        .effort_rate = rq_text(w->rq, "effort_rate"),
    };

    if (sites_read(rq_arena(w->rq), rq_text(w->rq, "embed_sites"), &values.embed_sites) != NULL)
        return ST_INVALID;
    w->redirect = "/admin/settings?saved=1";
    return cluster_set(w->conn, &values);
}

/* ── What everybody may read ── */

/* Adds {cluster_name, cluster_address, lang, contact}. contact: whom to ask; absent when the
 * organiser has said nobody. */
static enum status
notice_render(struct request *rq, struct response *rs, const char *template_name,
              const char *title_key, json_t *data)
{
    struct cluster c;
    enum status rc = cluster_get(rq_conn(rq), rq_arena(rq), &c);

    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }

    const char *contact = c.privacy_email[0] != '\0' ? c.privacy_email : c.email;
    json_object_update_new(data, json_pack("{s:s, s:s, s:s}", "cluster_name", c.name,
                                           "cluster_address", c.address, "lang", rq_lang(rq)));
    if (contact[0] != '\0')
        json_object_set_new(data, "contact", json_string(contact));
    rc = rs_page(rs, 200, template_name, rq_tr(rq, title_key), data);
    rs_keep(rs, INT64_MAX); /* until the settings change */
    return rc;
}

/* [{key}] of what all features say. */
static json_t *
privacy_lines(enum privacy_part part)
{
    json_t *list = json_array();

    for (const struct feature *const *f = all_features; *f != NULL; f++)
        for (const struct privacy_line *l = (*f)->privacy; l != NULL && l->key != NULL; l++)
            if (l->part == part)
                json_array_append_new(list, json_pack("{s:s}", "key", l->key));
    return list;
}

static enum status
privacy_page(struct request *rq, struct response *rs)
{
    return notice_render(rq, rs, "cluster/privacy", "nav.privacy",
                         json_pack("{s:o, s:o}", "what", privacy_lines(PRIVACY_WHAT), "how_long",
                                   privacy_lines(PRIVACY_HOW_LONG)));
}

static enum status
accessibility_page(struct request *rq, struct response *rs)
{
    return notice_render(rq, rs, "cluster/accessibility", "nav.accessibility", json_object());
}

const struct route cluster_routes[] = {
    { HTTP_GET, "/privacy", ALLOW_ANYONE, RT_READ, 0, RT_PUBLIC, .read = privacy_page },
    { HTTP_GET, "/accessibility", ALLOW_ANYONE, RT_READ, 0, RT_PUBLIC, .read = accessibility_page },
    { HTTP_GET, "/admin/settings", ALLOW_ADMIN, RT_READ, 0, .read = settings_page },
    { HTTP_POST, "/admin/settings", ALLOW_ADMIN, RT_WRITE, 8192, .fields = settings_fields,
      .check = settings_check, .work = settings_work, .form = settings_form },
    { 0 },
};
