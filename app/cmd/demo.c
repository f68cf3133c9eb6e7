#include "cmd/cmd.h"

#include "accounts/accounts.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/rand.h"
#include "cluster/cluster.h"
#include "cmd/demo_data.h"
#include "cmd/folder.h"

/* Short words that are read, said and typed without mistake: 5 bits each. */
static const char *const words[32] = {
    "fjord", "bro",  "vind", "lyng",  "hest",  "laks", "skog",  "tind", "naust",  "regn",  "sol",
    "myr",   "foss", "kyst", "torsk", "bjerk", "gran", "stein", "sand", "ull",    "mose",  "tare",
    "kai",   "seil", "havn", "dal",   "bekk",  "eik",  "furu",  "sild", "krabbe", "holme",
};

/* Six words, 30 bits: enough for invented data on one's own machine, and easy to type. */
static const char *
readable_password(struct arena *a)
{
    uint8_t r[6];
    const char *p = "";

    rand_bytes(r, sizeof r);
    for (size_t i = 0; i < sizeof r; i++)
        p = arena_printf(a, "%s%s%s", p, i > 0 ? "-" : "", words[r[i] & 31]);
    return p;
}

struct loading {
    struct arena *arena;
    const char *hash;
    int64_t now;
};

/* ST_CONFLICT: somebody uses this database. */
static enum status
load(struct db_conn *c, void *arg)
{
    struct loading *l = arg;
    int64_t accounts = 0;
    bool set_up = false;
    enum status rc = account_count(c, &accounts);

    if (rc == ST_OK)
        rc = cluster_is_set_up(c, &set_up);
    if (rc == ST_OK && (accounts > 0 || set_up))
        rc = ST_CONFLICT;
    return rc == ST_OK ? demo_load(c, l->arena, l->hash, l->now) : rc;
}

static int
demo(const struct cmd_line *line)
{
    char hash[CRYPTO_PASSWORD_BYTES];
    const char *password = readable_password(line->arena);
    struct loading l = { .arena = line->arena, .hash = hash, .now = clock_now() };
    struct cmd_database d;
    int code = CMD_FAILED;

    if (!cmd_open(line, CMD_NEW_SCHEMA, &d))
        goto out;
    if (crypto_password_hash(hash, password) != ST_OK) {
        cmd_complain("cannot hash the password: is there memory (64 MB)?");
        goto out;
    }

    enum status rc = cmd_transaction(d.conn, load, &l);
    if (rc == ST_CONFLICT) {
        cmd_complain("the database in %s is in use; examples go into an empty one only (another "
                     "folder: --data DIR)",
                     line->config.data_dir);
    } else if (rc != ST_OK) {
        cmd_complain("cannot load the examples: %s", status_name(rc));
    } else {
        printf("An invented cluster is ready in %s.\n\n", line->config.data_dir);
        printf("Sign in on %s" SIGN_IN_PATH "\n  E-mail:   %s\n  Password: %s\n\n",
               line->config.base_url, DEMO_EMAIL, password);
        puts(
            "The password is shown only now. Nothing here is mailed to anybody: the addresses are\n"
            "examples, and mail goes into the mailbox folder unless you name a mail server.");
        code = CMD_OK;
    }
out:
    cmd_close(&d);
    return code;
}

int
cmd_demo(const struct cmd_line *line)
{
    int lock, code;

    if (!cmd_may_begin(line) || !data_folder_make(line->config.data_dir))
        return CMD_FAILED;
    lock = data_folder_lock(line->config.data_dir);
    if (lock < 0)
        return CMD_FAILED;
    code = demo(line);
    data_folder_unlock(lock);
    return code;
}
