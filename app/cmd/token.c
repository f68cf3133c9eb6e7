#include "cmd/cmd.h"

#include "accounts/accounts.h"
#include "base/clock.h"
#include "base/text.h"

#define PER_MINUTE_MAX 1000000

struct making {
    const char *name, *role;
    int64_t per_minute;
    char token[64];
};

static enum status
token_work(struct db_conn *c, void *arg)
{
    struct making *m = arg;

    return token_create(c, m->name, m->role, m->per_minute, clock_now(), m->token);
}

int
cmd_token_create(const struct cmd_line *line)
{
    static const char *const roles[] = { "admin", "organiser", "viewer", "door" };
    struct making m = { .name = cmd_value(line, "name"), .role = cmd_value(line, "role") };
    const char *rate = cmd_value(line, "per-minute");
    struct cmd_database d = { 0 };
    bool known = false;
    int code = CMD_FAILED;

    for (size_t i = 0; m.role != NULL && i < ARRAY_LEN(roles); i++)
        known = known || strcmp(m.role, roles[i]) == 0;
    if (!known)
        return cmd_misused(line, "--role is admin, organiser, viewer or door");
    m.per_minute = TOKEN_PER_MINUTE;
    if (rate != NULL &&
        (!text_int(rate, &m.per_minute) || m.per_minute < 0 || m.per_minute > PER_MINUTE_MAX))
        return cmd_misused(line, "--per-minute is a whole number, at most 1000000");
    if (m.name != NULL && text_utf8_ok(m.name, strlen(m.name)))
        m.name = text_clean(line->arena, m.name, true);
    if (m.name == NULL || m.name[0] == '\0' || text_length(m.name) > 200)
        return cmd_misused(line, "--name says what the token is for");

    if (cmd_may_begin(line) && cmd_open(line, CMD_NEW_SCHEMA, &d)) {
        enum status rc = cmd_transaction(d.conn, token_work, &m);

        if (rc == ST_OK) {
            printf("Token for %s, as %s. It is shown only now: %s\n", m.name, m.role, m.token);
            code = CMD_OK;
        } else {
            cmd_complain("cannot make a token: %s", status_name(rc));
        }
    }
    cmd_close(&d);
    return code;
}
