/* What is typed or sent of an organisation, read once for the pages, the members and the API. */
#include <string.h>

#include "base/text.h"
#include "organisations/organisations.h"

/* "robot, stål,robot" or a list. What is too much or too long is an error at "tags". */
static const char *const *
read_tags(struct request *rq)
{
    struct arena *a = rq_arena(rq);
    const char **out = ARENA_ARRAY(a, const char *, ORGANISATION_TAGS + 1);
    size_t n = 0, listed = rq_list_len(rq, "tags");
    char *rest = arena_strdup(a, rq_text(rq, "tags"));

    for (size_t i = 0; listed > 0 ? i < listed : rest != NULL; i++) {
        char *comma = listed > 0 ? NULL : strchr(rest, ',');
        const char *tag = listed > 0 ? rq_list_at(rq, "tags", i) : rest;

        if (comma != NULL)
            *comma = '\0';
        rest = comma != NULL ? comma + 1 : NULL;
        tag = text_clean(a, tag, true);
        if (tag[0] == '\0')
            continue;
        if (text_length(tag) > ORGANISATION_TAG_CHARS || n == ORGANISATION_TAGS) {
            rq_error(rq, "tags", n == ORGANISATION_TAGS ? "too_many_tags" : "tag_too_long");
            break;
        }
        out[n++] = tag;
    }
    return out;
}

static const char *
read_number(struct request *rq)
{
    const char *sent = rq_sent(rq, "number");
    const char *number = sent != NULL ? organisation_number_normal(rq_arena(rq), sent) : NULL;

    if (number != NULL && number[0] != '\0' && !organisation_number_ok(number))
        rq_error(rq, "number", "organisation_number");
    return number;
}

static const char *
read_website(struct request *rq)
{
    const char *sent = rq_sent(rq, "website");
    const char *website;

    if (sent == NULL || sent[0] == '\0')
        return sent;
    website = organisation_website_normal(rq_arena(rq), sent);
    if (website == NULL)
        rq_error(rq, "website", "website");
    return website;
}

/* What the organisation itself may say, too. */
static void
read_shared(struct request *rq, struct organisation_change *out)
{
    *out = (struct organisation_change){ .trade = rq_sent(rq, "trade"),
                                         .description = rq_sent(rq, "description"),
                                         .website = read_website(rq) };
    if (rq_has(rq, "size")) {
        int64_t *size = ARENA_NEW(rq_arena(rq), int64_t);

        *size = rq_null(rq, "size") ? -1 : rq_int(rq, "size");
        out->size = size;
    }
}

static void
read_directory(struct request *rq, struct organisation_change *out)
{
    bool *shown = ARENA_NEW(rq_arena(rq), bool);

    *shown = rq_bool(rq, "in_directory");
    out->in_directory = shown;
}

void
organisation_read_change(struct request *rq, struct organisation_change *out)
{
    read_shared(rq, out);
    out->name = rq_sent(rq, "name");
    out->role = rq_sent(rq, "role");
    out->member_from = rq_sent(rq, "member_from");
    out->member_until = rq_sent(rq, "member_until");
    out->number = read_number(rq);
    if (out->role != NULL && out->role[0] != '\0' && !organisation_role_ok(out->role))
        rq_error(rq, "role", "choice");
    if (rq_has(rq, "tags"))
        out->tags = read_tags(rq);
    if (rq_has(rq, "in_directory"))
        read_directory(rq, out);
}

void
organisation_read_form(struct request *rq, struct organisation_change *out)
{
    organisation_read_change(rq, out);
    read_directory(rq, out); /* a box that is not ticked is not sent */
}

void
organisation_read_own(struct request *rq, struct organisation_change *out)
{
    read_shared(rq, out);
    read_directory(rq, out);
}

enum status
organisation_refuse(struct request *rq, const char *field, enum status rc)
{
    if (rc == ST_INVALID && strcmp(field, "member_until") == 0)
        rq_error(rq, "member_until", "before_start");
    if (rc != ST_CONFLICT)
        return rc;
    rq_error(rq, field, "organisation_exists");
    return ST_CONFLICT;
}
