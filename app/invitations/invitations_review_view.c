/* A list that was looked through, as the page shows it. */
#include <string.h>

#include "base/text.h"
#include "html/translate.h"
#include "invitations/invitations_pages.h"
#include "invitations/invitations_review.h"
#include "mailing/mailing.h"

/* Lines shown of a long list: whatever wants a look, and the first of the new ones. */
#define LINES_WRONG 300
#define LINES_NEW 100

static const struct {
    const char *name, *color, *icon;
} looks[REVIEW_STATES] = {
    [REVIEW_NEW] = { "new", "success", "i/check" },
    [REVIEW_INVITED] = { "invited", "neutral", "i/person" },
    [REVIEW_SUPPRESSED] = { "suppressed", "warning", "i/pause" },
    [REVIEW_REGISTERED] = { "registered", "neutral", "i/check-circle" },
    [REVIEW_DUPLICATE] = { "duplicate", "neutral", "i/people" },
    [REVIEW_BAD] = { "bad", "danger", "i/cross-octagon" },
};

static const char *
key_of(struct request *rq, const char *prefix, const char *name)
{
    /* keys: invitation.answered.{open,=answers} invitation.state.{=looks} */
    /* keys: invitation.bad.{=address_why_key,-ok} invitation.count.{=looks,-new} */
    return arena_printf(rq_arena(rq), "%s.%s", prefix, name);
}

/* "Svarte ja 9. desember", "Ikke svart" */
static enum status
invited_why(struct request *rq, const struct review_line *l, const char **out)
{
    struct invitation i = { 0 };
    const char *answer;
    json_t *values;
    enum status rc = invitation_by_id(rq_conn(rq), rq_arena(rq), l->invitation_id, &i);

    if (rc != ST_OK)
        return rc;
    answer = i.answer == ANSWER_NONE ? "open" : invitation_answer_name(i.answer);
    values = json_pack("{s:s}", "when",
                       gathering_when(rq, i.answer == ANSWER_NONE ? i.created_at : i.answered_at));
    *out = rq_tr_format(rq, key_of(rq, "invitation.answered", answer), values);
    json_decref(values);
    return ST_OK;
}

static enum status
suppressed_why(struct request *rq, const struct review_line *l, const char **out)
{
    enum suppression suppressed = SUPPRESSED_NOT;
    enum status rc = mail_suppressed(rq_conn(rq), l->email, &suppressed);

    *out = rq_tr(rq, suppressed == SUPPRESSED_BOUNCE ? "invitation.why.bounced"
                                                     : "invitation.why.asked");
    return rc;
}

static enum status
why_of(struct request *rq, const struct review_line *l, const char **out)
{
    json_t *values;

    switch (l->state) {
    case REVIEW_INVITED:
        return invited_why(rq, l, out);
    case REVIEW_SUPPRESSED:
        return suppressed_why(rq, l, out);
    case REVIEW_DUPLICATE:
        values = json_pack("{s:i}", "line", l->written->duplicate_of + 1);
        *out = rq_tr_format(rq, "invitation.why.duplicate", values);
        json_decref(values);
        return ST_OK;
    case REVIEW_BAD:
        *out = rq_tr(rq, key_of(rq, "invitation.bad", address_why_key(l->written->why)));
        return ST_OK;
    case REVIEW_NEW:
    case REVIEW_REGISTERED:
        *out = l->organisation;
        return ST_OK;
    }
    BUG("a state of review that is none");
}

static enum status
line_view(struct request *rq, const struct review *r, size_t index, json_t *lines)
{
    const struct review_line *l = &r->line[index];
    const char *why = "";
    enum status rc = why_of(rq, l, &why);

    if (rc != ST_OK)
        return rc;
    return json_array_append_new(
               lines,
               json_pack("{s:i, s:s, s:s, s:s, s:s, s:s}", "n", (int)index + 1, "name",
                         l->name[0] != '\0' && l->state != REVIEW_BAD ? l->name : l->email, "why",
                         why, "color", looks[l->state].color, "icon", looks[l->state].icon, "label",
                         rq_tr(rq, key_of(rq, "invitation.state", looks[l->state].name)))) == 0
               ? ST_OK
               : ST_NOMEM;
}

/* ", 1 er invitert fra før, 1 må rettes": what there is beside the new ones. */
static const char *
rest_text(struct request *rq, const size_t count[REVIEW_STATES])
{
    struct arena *a = rq_arena(rq);
    const char *text = "";

    for (int state = REVIEW_NEW + 1; state < REVIEW_STATES; state++) {
        int64_t n = (int64_t)count[state];

        if (n > 0)
            text = arena_printf(a, "%s, %s", text,
                                tr_format_n(a, app_translations(rq_app(rq)), rq_lang(rq),
                                            key_of(rq, "invitation.count", looks[state].name), n,
                                            NULL));
    }
    return text;
}

const char *
invitation_rest_query(struct arena *a, const size_t count[REVIEW_STATES])
{
    const char *query = "";

    for (int state = REVIEW_NEW + 1; state < REVIEW_STATES; state++)
        if (count[state] > 0)
            query = arena_printf(a, "%s&%s=%zu", query, looks[state].name, count[state]);
    return query;
}

const char *
invitation_rest_read(struct request *rq, int64_t *together)
{
    size_t count[REVIEW_STATES] = { 0 };
    const char *text;
    int64_t n;

    *together = 0;
    for (int state = REVIEW_NEW + 1; state < REVIEW_STATES; state++) {
        text = rq_query(rq, looks[state].name);
        if (text == NULL || !text_int(text, &n) || n < 1 || n > ADDRESS_LIST_MAX)
            continue;
        count[state] = (size_t)n;
        *together += n;
    }
    text = rest_text(rq, count);
    return text + strspn(text, ", ");
}

enum status
invitation_review_view(struct request *rq, const struct review *r, json_t *data)
{
    json_t *lines = json_array();
    size_t fresh = 0, other = 0, left = 0;
    enum status rc = ST_OK;

    /* What wants a look comes first. */
    for (size_t i = 0; rc == ST_OK && i < 2 * r->list.n; i++) {
        size_t at = i % r->list.n;
        bool is_new = r->line[at].state == REVIEW_NEW;

        if (is_new != (i >= r->list.n))
            continue;
        if (is_new ? fresh < LINES_NEW : other < LINES_WRONG)
            rc = line_view(rq, r, at, lines);
        else
            left++;
        fresh += is_new;
        other += !is_new;
    }
    (void)json_object_update_new(data,
                                 json_pack("{s:b, s:o, s:I, s:I, s:s}", "reviewed", 1, "lines",
                                           lines, "fresh", (json_int_t)r->count[REVIEW_NEW], "left",
                                           (json_int_t)left, "rest", rest_text(rq, r->count)));
    return rc;
}
