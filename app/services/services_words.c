/* Services and what was asked for, as people read and write them. */
#include <string.h>

#include "base/text.h"
#include "document/zone.h"
#include "gatherings/gatherings.h"
#include "html/date_text.h"
#include "html/options.h"
#include "html/translate.h"
#include "services/services_pages.h"

#define HOURS_MAX 2000
#define KRONER_MAX 100000000

const char *
service_kind_label(struct request *rq, const char *kind)
{
    /* keys: service.kind.{=service_kinds} */
    return rq_tr(rq, arena_printf(rq_arena(rq), "service.kind.%s", kind));
}

const char *
service_state_label(struct request *rq, const char *state)
{
    /* keys: service.state.{=service_states} */
    return rq_tr(rq, arena_printf(rq_arena(rq), "service.state.%s", state));
}

static const char *
tone(const char *state)
{
    if (strcmp(state, "asked") == 0)
        return "warning";
    if (strcmp(state, "done") == 0)
        return "success";
    return strcmp(state, "declined") == 0 || strcmp(state, "withdrawn") == 0 ? "neutral" : "info";
}

const char *
service_hours_text(struct request *rq, int64_t minutes)
{
    return minutes > 0 ? tr_decimal_typed(rq_arena(rq), rq_lang(rq), (minutes * 100 + 30) / 60)
                       : "";
}

bool
service_hours_read(const char *text, int64_t *minutes)
{
    int64_t hundredths;

    if (!text_decimal(text, 2, &hundredths) || hundredths > HOURS_MAX * 100)
        return false;
    *minutes = (hundredths * 60 + 50) / 100;
    return true;
}

const char *
service_today(struct request *rq)
{
    struct civil c;

    zone_local(ZONE_DEFAULT, rq_now(rq), &c, NULL);
    return arena_printf(rq_arena(rq), "%04d-%02d-%02d", c.year, c.month, c.day);
}

static const char *
day_text(struct request *rq, const char *iso)
{
    struct civil c = { 0 };

    if (sscanf(iso, "%d-%d-%d", &c.year, &c.month, &c.day) != 3)
        return "";
    return date_short(rq_arena(rq), rq_lang(rq), &c, DATE_YEAR);
}

json_t *
service_request_view(struct request *rq, const struct service_request *r)
{
    struct arena *a = rq_arena(rq);
    bool live = service_request_is_live(r);
    json_t *o =
        json_pack("{sI ss ss ss ss ss ss ss ss sb ss}", "id", (json_int_t)r->id, "href",
                  arena_printf(a, SERVICES_PATH "/%lld", (long long)r->id), "service", r->service,
                  "organisation", r->organisation, "organisation_href",
                  arena_printf(a, "/admin/organisations/%lld", (long long)r->organisation_id),
                  "text", r->text, "who", r->who, "email", r->email, "state_label",
                  service_state_label(rq, r->state), "live", live, "tone", tone(r->state));

    (void)json_object_update_new(
        o, json_pack(
               "{ss ss ss ss ss sb ss ss sb sb sb}", "answer", r->answer, "note", r->note, "when",
               gathering_when(rq, r->asked_at), "answered_when",
               r->answered_at != 0 ? gathering_when(rq, r->answered_at) : "", "follow_up_text",
               live ? day_text(rq, r->follow_up) : "", "late",
               live && r->follow_up[0] != '\0' && strcmp(r->follow_up, service_today(rq)) <= 0,
               "hours_text", service_hours_text(rq, r->minutes), "value_text",
               r->value >= 0 ? tr_kroner(a, rq_lang(rq), r->value) : "", "free", r->free, "is_new",
               strcmp(r->state, "asked") == 0, "is_done", strcmp(r->state, "done") == 0));
    return o;
}

json_t *
service_request_views(struct request *rq, const struct service_request *r, size_t n)
{
    json_t *list = json_array();

    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(list, service_request_view(rq, &r[i]));
    return list;
}

json_t *
service_options(struct request *rq, const struct service *s, size_t n, const char *chosen,
                bool offered_only)
{
    json_t *list = json_array();

    for (size_t i = 0; i < n; i++) {
        const char *id = arena_printf(rq_arena(rq), "%lld", (long long)s[i].id);

        if (s[i].offered || !offered_only || strcmp(id, chosen) == 0)
            option_add(list, id, s[i].name, s[i].about[0] != '\0' ? s[i].about : NULL,
                       strcmp(id, chosen) == 0);
    }
    return list;
}

json_t *
service_word_options(struct request *rq, const char *const *words, const char *prefix,
                     const char *chosen)
{
    json_t *list = json_array();

    /* keys: service.kind.{=service_kinds} service.state.{=service_states} */
    for (; *words != NULL; words++)
        option_add(list, *words, rq_tr(rq, arena_printf(rq_arena(rq), "%s.%s", prefix, *words)),
                   NULL, strcmp(*words, chosen) == 0);
    return list;
}

const char *
service_value(json_t *data, const char *name)
{
    const char *s = json_string_value(json_object_get(json_object_get(data, "values"), name));

    return s != NULL ? s : "";
}

void
service_values_put(json_t *data, json_t *is)
{
    json_t *values = json_object_get(data, "values");

    if (values == NULL)
        (void)json_object_set_new(data, "values", is);
    else {
        (void)json_object_update_missing(values, is);
        json_decref(is);
    }
}

enum status
service_chosen(struct work *w, const char *field, bool offered_only, struct service *out)
{
    int64_t id = 0;
    enum status rc = text_int(rq_text(w->rq, field), &id)
                         ? service_by_id(w->conn, rq_arena(w->rq), id, out)
                         : ST_NOT_FOUND;

    if (rc == ST_NOT_FOUND || (rc == ST_OK && offered_only && !out->offered)) {
        rq_error(w->rq, field, "choice");
        return ST_INVALID;
    }
    return rc;
}

/* "12 500", "12500 kr" */
bool
service_kroner_read(struct request *rq, const char *text, int64_t *kroner)
{
    size_t len = strlen(text);
    bool kr = len > 2 && text_equal_ci(text + len - 2, "kr");
    const char *number = kr ? arena_strndup(rq_arena(rq), text, len - 2) : text;

    return text_decimal(number, 0, kroner) && *kroner <= KRONER_MAX;
}

const struct field service_change_fields[] = {
    { "state", FIELD_LINE, 0, 20 },
    { "answer", FIELD_TEXT, 0, SERVICE_TEXT_MAX },
    { "note", FIELD_TEXT, 0, SERVICE_TEXT_MAX },
    { "follow_up", FIELD_DATE, FIELD_NULLABLE, 10 },
    { "hours", FIELD_LINE, FIELD_NULLABLE, 10 },
    { "value", FIELD_LINE, FIELD_NULLABLE, 20 },
    { "free", FIELD_BOOL, 0, 0 },
    { "tell", FIELD_BOOL, 0, 0 },
    { "version", FIELD_INT, 0, 1000000 },
    { 0 },
};

void
service_read_change(struct request *rq, struct service_sent *out)
{
    const char *state = rq_sent(rq, "state");

    *out = (struct service_sent){ .minutes = 0, .value = -1 };
    if (state != NULL && state[0] != '\0') {
        out->ch.state = state;
        if (!service_word_ok(service_states, state))
            rq_error(rq, "state", "choice");
    }
    out->ch.answer = rq_sent(rq, "answer");
    out->ch.note = rq_sent(rq, "note");
    if (rq_has(rq, "follow_up"))
        out->ch.follow_up = rq_text(rq, "follow_up");
    if (rq_has(rq, "hours")) {
        out->ch.minutes = &out->minutes;
        if (rq_text(rq, "hours")[0] != '\0' &&
            !service_hours_read(rq_text(rq, "hours"), &out->minutes))
            rq_error(rq, "hours", "hours");
    }
    if (rq_has(rq, "value")) {
        out->ch.value = &out->value;
        if (rq_text(rq, "value")[0] != '\0' &&
            !service_kroner_read(rq, rq_text(rq, "value"), &out->value))
            rq_error(rq, "value", "kroner");
    }
    if (rq_has(rq, "free")) {
        out->free = rq_bool(rq, "free");
        out->ch.free = &out->free;
    }
}
