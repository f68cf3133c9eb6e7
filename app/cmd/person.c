#include <stdio.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "persons/persons.h"

struct asking {
    struct arena *arena;
    struct person_query query;
    struct person person;
    json_t *all;
    bool more; /* rows are left to erase */
};

static enum status
export_work(struct db_conn *c, void *arg)
{
    struct asking *asking = arg;
    enum status rc = person_gather(c, asking->arena, &asking->query, &asking->person);

    return rc == ST_OK ? person_export_all(c, &asking->person, asking->all) : rc;
}

static enum status
erase_work(struct db_conn *c, void *arg)
{
    struct asking *asking = arg;
    enum status rc = person_gather(c, asking->arena, &asking->query, &asking->person);

    asking->more = true;
    return rc == ST_OK ? person_erase_found(c, &asking->person, clock_now()) : rc;
}

static enum status
erase_more(struct db_conn *c, void *arg)
{
    struct asking *asking = arg;

    return person_erase_on(c, clock_now(), &asking->more);
}

/* false: it has said why. */
static bool
read_question(const struct cmd_line *line, struct asking *out)
{
    const char *name = cmd_value(line, "name");

    *out = (struct asking){ .arena = line->arena,
                            .query = { .email = line->word, .name = name, .follow = true } };
    if (!text_utf8_ok(line->word, strlen(line->word)) || !text_email_ok(line->word)) {
        (void)cmd_misused(line, "\"%s\" is not an e-mail address", line->word);
        return false;
    }
    if (name != NULL && !text_utf8_ok(name, strlen(name))) {
        (void)cmd_misused(line, "--name is not UTF-8");
        return false;
    }
    if (name != NULL)
        out->query.name = text_clean(line->arena, name, true);
    return true;
}

static int
run(const struct cmd_line *line, enum status (*work)(struct db_conn *c, void *arg),
    void (*tell)(const struct asking *asking))
{
    struct cmd_database d = { 0 };
    struct asking asking;
    int code = CMD_FAILED;

    if (!read_question(line, &asking))
        return CMD_USAGE;
    asking.all = json_object();
    if (cmd_open(line, CMD_THIS_SCHEMA, &d)) {
        enum status rc = cmd_transaction(d.conn, work, &asking);

        while (rc == ST_OK && asking.more)
            rc = cmd_transaction(d.conn, erase_more, &asking);
        if (rc == ST_OK) {
            tell(&asking);
            code = CMD_OK;
        } else {
            cmd_complain("cannot read or change the database: %s", status_name(rc));
        }
    }
    cmd_close(&d);
    json_decref(asking.all);
    return code;
}

static void
tell_all(const struct asking *asking)
{
    char *text = json_dumps(asking->all, JSON_INDENT(2));

    printf("%s\n", text != NULL ? text : "{}");
    mem_free(text);
}

static size_t
count(const struct person *p, const char *table)
{
    size_t i = 0, n = 0;
    int64_t id;

    while (person_row_of(p, table, &i, &id))
        n++;
    return n;
}

static void
tell_erased(const struct asking *asking)
{
    const struct person *p = &asking->person;

    printf("Erased of %s: contacts %zu, registrations %zu, invitations %zu, mails %zu.\n", p->email,
           count(p, "contact"), count(p, "registration"), count(p, "invitation"), count(p, "mail"));
}

int
cmd_person_export(const struct cmd_line *line)
{
    return run(line, export_work, tell_all);
}

int
cmd_person_erase(const struct cmd_line *line)
{
    return run(line, erase_work, tell_erased);
}
