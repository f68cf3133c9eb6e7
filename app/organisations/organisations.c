/* What this folder is to the rest of the program, and what others call of it. */
#include "organisations/organisations.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "html/options.h"
#include "organisations/organisations_pages.h"

const char *const organisation_roles[ORGANISATION_ROLES] = { "member",   "supplier", "customer",
                                                             "research", "partner",  "cluster",
                                                             "public",   "funder" };

bool
organisation_role_ok(const char *role)
{
    for (size_t i = 0; i < ORGANISATION_ROLES; i++)
        if (strcmp(role, organisation_roles[i]) == 0)
            return true;
    return false;
}

const char *
organisation_role_label(struct request *rq, const char *role)
{
    /* keys: role.{=organisation_roles} */
    return role[0] != '\0' ? rq_tr(rq, arena_printf(rq_arena(rq), "role.%s", role)) : "";
}

json_t *
organisation_roles_view(struct request *rq, const char *current, const char *none)
{
    json_t *list = json_array();

    option_add(list, "", none, NULL, current[0] == '\0');
    for (size_t i = 0; i < ORGANISATION_ROLES; i++)
        option_add(list, organisation_roles[i], organisation_role_label(rq, organisation_roles[i]),
                   NULL, strcmp(organisation_roles[i], current) == 0);
    return list;
}

/* ── Numbers and addresses as people write them ── */

char *
organisation_number_normal(struct arena *a, const char *s)
{
    size_t n = strlen(s), len = 0;
    char *out = ARENA_ARRAY(a, char, n + 1);

    if (n >= 2 && (s[0] == 'N' || s[0] == 'n') && (s[1] == 'O' || s[1] == 'o'))
        s += 2;
    for (; *s != '\0'; s++) {
        bool no_break = (uint8_t)s[0] == 0xC2 && (uint8_t)s[1] == 0xA0;

        if (no_break)
            s++;
        else if (*s != ' ' && *s != '.' && *s != '-')
            out[len++] = *s;
    }
    out[len] = '\0';
    if (len == 12 && (strcmp(out + 9, "MVA") == 0 || strcmp(out + 9, "mva") == 0))
        out[9] = '\0';
    return out;
}

bool
organisation_number_ok(const char *s)
{
    static const int weight[] = { 3, 2, 7, 6, 5, 4, 3, 2 };
    int sum = 0, check;

    if (strlen(s) != 9 || strspn(s, "0123456789") != 9)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(weight); i++)
        sum += weight[i] * (s[i] - '0');
    check = (11 - sum % 11) % 11;
    return check < 10 && check == s[8] - '0';
}

/* A name of a machine: a dot within, and no sign that means something else. */
static bool
host_ok(const char *host, size_t n)
{
    bool dot = false;

    if (n < 3 || host[0] == '.' || host[0] == '-' || host[n - 1] == '.')
        return false;
    for (size_t i = 0; i < n; i++) {
        unsigned char ch = (unsigned char)host[i];

        dot = dot || ch == '.';
        if (!isalnum(ch) && ch != '.' && ch != '-' && ch < 0x80 &&
            !(ch == ':' && i > 0 && strspn(host + i + 1, "0123456789") == n - i - 1))
            return false;
    }
    return dot;
}

char *
organisation_website_normal(struct arena *a, const char *s)
{
    const char *rest = text_starts(s, "https://") ? s + 8 : text_starts(s, "http://") ? s + 7 : s;
    size_t host = strcspn(rest, "/?#");

    if (!host_ok(rest, host) || strpbrk(rest, " \"<>\\") != NULL)
        return NULL;
    return rest == s ? arena_printf(a, "https://%s", s) : arena_strdup(a, s);
}

static const struct person_table person_tables[] = {
    { "organisation", "of an organisation, not of a person" },
    { 0 },
};
static const struct task_kind *const task_kinds[] = { &organisation_task_words, NULL };
static const struct db_topic *const spoils_pages[] = { &organisation_topic, NULL };

const struct feature organisations_feature = {
    .name = "organisations",
    .routes = { organisations_routes, organisations_edit_routes, organisations_public_routes,
                organisations_api_routes },
    .task_kinds = task_kinds,
    .footer = (const struct footer_entry[]){ { "/members", "directory.title", NULL }, { 0 } },
    .spoils_pages = spoils_pages,
    .person_tables = person_tables,
};
