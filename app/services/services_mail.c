/* Two mails: to the hub when something is asked for, to who asked when the hub has answered. */
#include <string.h>

#include "cluster/cluster.h"
#include "html/translate.h"
#include "mailing/mailing.h"
#include "services/services_pages.h"

static enum status
read_of(struct db_conn *c, struct arena *a, const struct mail *m, struct service_request *r)
{
    enum status rc = service_request_by_id(c, a, m->parent_id, r);

    return rc == ST_NOT_FOUND || (rc == ST_OK && strcmp(r->state, "withdrawn") == 0) ? ST_GONE : rc;
}

static enum status
build_asked(struct app *app, struct db_conn *c, struct arena *a, const struct mail *m,
            json_t **data, struct mail_extra *extra)
{
    struct service_request r;
    enum status rc = read_of(c, a, m, &r);

    (void)extra;
    if (rc != ST_OK)
        return rc;
    *data = json_pack(
        "{ss ss ss ss ss}", "service", r.service, "organisation", r.organisation, "who", r.who,
        "text", r.text, "link",
        arena_printf(a, "%s" SERVICES_PATH "/%lld", app_settings(app)->base_url, (long long)r.id));
    return *data != NULL ? ST_OK : ST_NOMEM;
}

static const char *
state_in(struct app *app, struct arena *a, const char *lang, const char *state)
{
    /* keys: service.state.{=service_states} */
    return tr(app_translations(app), lang, arena_printf(a, "service.state.%s", state));
}

/* Who asked may have been erased, or be another by now. */
static enum status
build_answer(struct app *app, struct db_conn *c, struct arena *a, const struct mail *m,
             json_t **data, struct mail_extra *extra)
{
    struct service_request r;
    enum status rc = read_of(c, a, m, &r);

    (void)extra;
    if (rc == ST_OK && (r.contact_id == 0 || r.answer[0] == '\0'))
        rc = ST_GONE;
    if (rc != ST_OK)
        return rc;
    *data = json_pack("{ss ss ss ss ss ss}", "service", r.service, "organisation", r.organisation,
                      "text", r.text, "message", r.answer, "state_text",
                      state_in(app, a, m->lang, r.state), "link",
                      arena_printf(a, "%s" SERVICES_MEMBER, app_settings(app)->base_url));
    return *data != NULL ? ST_OK : ST_NOMEM;
}

const struct mail_kind service_mail_asked = {
    .name = "service.asked",
    .label = "service.kind_asked",
    .class_ = MAIL_SERVICE,
    .priority = 2,
    .closed = true,
    .build = build_asked,
    .good_until = mail_good_always,
};
const struct mail_kind service_mail_answer = {
    .name = "service.answer",
    .label = "service.kind_answer",
    .class_ = MAIL_SERVICE,
    .priority = 2,
    .closed = true,
    .build = build_answer,
    .good_until = mail_good_always,
};

enum status
service_ask(struct db_conn *c, struct arena *a, const struct service_request *r, int64_t now,
            int64_t *id)
{
    struct cluster k;
    enum status rc = service_request_add(c, r, now, id);

    if (rc == ST_OK)
        rc = cluster_get(c, a, &k);
    if (rc != ST_OK || k.email[0] == '\0')
        return rc;
    const struct mail_new m = { .kind = &service_mail_asked,
                                .parent = "service_request",
                                .parent_id = *id,
                                .occasion = "",
                                .to_name = k.sender_name[0] != '\0' ? k.sender_name : k.name,
                                .to_email = k.email,
                                .lang = k.language,
                                .now = now };
    return mail_queue(c, &m, NULL);
}

enum status
service_tell(struct db_conn *c, struct arena *a, const struct service_request *r, int64_t now)
{
    struct cluster k;
    enum status rc =
        r->contact_id != 0 && r->email[0] != '\0' ? cluster_get(c, a, &k) : ST_NOT_FOUND;

    if (rc != ST_OK)
        return rc;
    const struct mail_new m = { .kind = &service_mail_answer,
                                .parent = "service_request",
                                .parent_id = r->id,
                                .occasion = arena_printf(a, "%lld", (long long)r->version),
                                .to_name = r->who,
                                .to_email = r->email,
                                .lang = r->lang[0] != '\0' ? r->lang : k.language,
                                .now = now };
    return mail_queue(c, &m, NULL);
}
