#include "cmd/cmd.h"

#include "accounts/accounts.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "cmd/folder.h"

static bool
role_ok(const char *role)
{
    return strcmp(role, "admin") == 0 || strcmp(role, "organiser") == 0 ||
           strcmp(role, "viewer") == 0;
}

struct adding {
    const char *email, *name, *role, *hash, *base_url;
    struct arena *arena;
    const char *link; /* the way in when there is no password */
};

static enum status
add_work(struct db_conn *c, void *arg)
{
    struct adding *a = arg;
    int64_t id = 0, now = clock_now();
    enum status rc = account_add(c, a->email, a->name, a->role, a->hash, now, &id);

    if (rc == ST_OK && a->hash == NULL)
        rc = password_link_create(c, a->arena, id, now, &a->link);
    return rc;
}

/* "kare.nes@hub.example" -> "kare.nes" until they say how they are called. */
static const char *
name_from(struct arena *a, const char *email)
{
    return arena_strndup(a, email, strcspn(email, "@"));
}

/* Reads and hashes the password. CMD_OK or the exit code; it has said why. */
static int
password_read(const struct cmd_line *line, const char *email, char hash[CRYPTO_PASSWORD_BYTES])
{
    const char *password = cmd_read_secret(line);

    if (password == NULL)
        return CMD_FAILED;
    switch (password_judge(password, email)) {
    case PASSWORD_GOOD:
        break;
    case PASSWORD_SHORT:
        cmd_complain("the password is too short: %d characters at least", PASSWORD_MIN);
        return CMD_FAILED;
    case PASSWORD_LONG:
        cmd_complain("the password is too long");
        return CMD_FAILED;
    case PASSWORD_ADDRESS:
        cmd_complain("the password must not be the address");
        return CMD_FAILED;
    case PASSWORD_COMMON:
        cmd_complain("the password is one of those that are tried first");
        return CMD_FAILED;
    }
    if (crypto_password_hash(hash, password) != ST_OK) {
        cmd_complain("cannot hash the password: is there memory (64 MB)?");
        return CMD_FAILED;
    }
    return CMD_OK;
}

int
cmd_user_add(const struct cmd_line *line)
{
    const char *role = cmd_value(line, "role"), *name = cmd_value(line, "name");
    char hash[CRYPTO_PASSWORD_BYTES];
    struct cmd_database d = { 0 };
    int code = CMD_FAILED;

    if (role == NULL || !role_ok(role))
        return cmd_misused(line, "--role is admin, organiser or viewer");
    if (!text_utf8_ok(line->word, strlen(line->word)) || !text_email_ok(line->word))
        return cmd_misused(line, "%s is not an e-mail address", line->word);
    if (name != NULL && (!text_utf8_ok(name, strlen(name)) || text_length(name) > 200))
        return cmd_misused(line, "--name is at most 200 characters of UTF-8");

    struct adding a = { .email = text_email_normal(line->arena, line->word),
                        .role = role,
                        .arena = line->arena };
    a.name = name != NULL ? text_clean(line->arena, name, true) : "";
    if (a.name[0] == '\0')
        a.name = name_from(line->arena, a.email);
    if (cmd_value(line, "password-stdin") != NULL) {
        code = password_read(line, a.email, hash);
        if (code != CMD_OK)
            return code;
        a.hash = hash;
        code = CMD_FAILED;
    }

    if (cmd_may_begin(line) && cmd_open(line, CMD_NEW_SCHEMA, &d)) {
        enum status rc = cmd_transaction(d.conn, add_work, &a);

        if (rc == ST_OK) {
            printf("Added %s as %s\n", a.email, role);
            if (a.link != NULL)
                printf("They choose a password here, once, within a week:\n  %s%s\n",
                       data_folder_address(line->arena, &line->config), a.link);
            code = CMD_OK;
        } else if (rc == ST_CONFLICT) {
            cmd_complain("there is an account with the address %s", a.email);
        } else {
            cmd_complain("cannot add: %s", status_name(rc));
        }
    }
    cmd_close(&d);
    return code;
}

int
cmd_user_list(const struct cmd_line *line)
{
    struct cmd_database d;
    json_t *list = NULL, *row;
    size_t i;
    int code = CMD_FAILED;

    if (cmd_open(line, CMD_THIS_SCHEMA, &d)) {
        enum status rc = account_list(d.conn, &list);

        if (rc == ST_OK) {
            json_array_foreach(list, i, row)
                printf("%-9s  %s  %s%s\n", json_string_value(json_object_get(row, "role")),
                       json_string_value(json_object_get(row, "email")),
                       json_string_value(json_object_get(row, "name")),
                       json_is_true(json_object_get(row, "disabled")) ? "  (disabled)" : "");
            code = CMD_OK;
        } else {
            cmd_complain("cannot list: %s", status_name(rc));
        }
    }
    json_decref(list);
    cmd_close(&d);
    return code;
}

static enum status
disable_work(struct db_conn *c, void *arg)
{
    return account_disable(c, arg, clock_now());
}

static enum status
enable_work(struct db_conn *c, void *arg)
{
    return account_enable(c, arg);
}

/* Does work with the account whose address the command names; done: what it then can do. */
static int
change_user(const struct cmd_line *line, enum status (*work)(struct db_conn *c, void *arg),
            const char *done)
{
    struct cmd_database d;
    int code = CMD_FAILED;

    if (!text_utf8_ok(line->word, strlen(line->word)))
        return cmd_misused(line, "the address is not UTF-8");
    char *email = text_email_normal(line->arena, line->word);
    if (cmd_open(line, CMD_THIS_SCHEMA, &d)) {
        enum status rc = cmd_transaction(d.conn, work, email);

        if (rc == ST_OK) {
            printf("%s can %s\n", email, done);
            code = CMD_OK;
        } else if (rc == ST_NOT_FOUND) {
            cmd_complain("there is no account with the address %s", email);
        } else if (rc == ST_CONFLICT) {
            cmd_complain("%s is the only administrator who can sign in: add another first, with "
                         "`samling user add EMAIL --role admin`",
                         email);
        } else {
            cmd_complain("cannot change it: %s", status_name(rc));
        }
    }
    cmd_close(&d);
    return code;
}

int
cmd_user_disable(const struct cmd_line *line)
{
    return change_user(line, disable_work, "no longer sign in");
}

int
cmd_user_enable(const struct cmd_line *line)
{
    return change_user(line, enable_work, "sign in again");
}
