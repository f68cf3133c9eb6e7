/*
 * The command line: a table of commands, each a file of its own, and what they share.
 * Exit codes: 0 it worked, 1 it failed, 2 wrong usage.
 */
#ifndef SAMLING_CMD_CMD_H
#define SAMLING_CMD_CMD_H

#include <stdbool.h>

#include "cmd/config.h"
#include "database/db.h"

#define SAMLING_VERSION "0.1"

enum { CMD_OK = 0, CMD_FAILED = 1, CMD_USAGE = 2 };

struct cmd_option {
    const char *flag; /* without "--" */
    const char *arg;  /* what its value is; NULL for a switch */
    const char *help;
};

enum { CMD_OPTIONS_MAX = 4 };
/* Of every command that makes a database where there is none: see cmd_may_begin. */
#define CMD_OPTION_NEW                                                                             \
    {                                                                                              \
        "new", NULL, "begin anew where an earlier database has left traces"                        \
    }

/* A command line that has been read. Lives in arena, which lives as long as main. */
struct cmd_line {
    struct arena *arena;
    const struct command *command;
    struct config config;
    const char *word;                    /* its operand (EMAIL, FILE) or NULL */
    const char *values[CMD_OPTIONS_MAX]; /* of its own options, "" for a switch; NULL: not given */
};

struct command {
    const char *name;                 /* "user add" */
    const char *word;                 /* operand: "EMAIL", NULL for none */
    const struct cmd_option *options; /* ends with a zero row; NULL for none */
    bool all_settings;                /* --help lists them all, not just where the data are */
    const char *summary;              /* one line */
    const char *help;                 /* more, or NULL */
    int (*run)(const struct cmd_line *line);
};

/* All of them, zero row at the end. */
extern const struct command commands[];

/* Value of the command's own option; NULL when not given. Naming one it does not have is BUG(). */
const char *cmd_value(const struct cmd_line *line, const char *flag);

/* Reads argv and runs the command. The exit code. */
int cmd_main(int argc, char **argv);

/* "samling: ..." and a line end on standard error. */
void cmd_complain(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* The same, and returns CMD_USAGE with a word on --help. */
int cmd_misused(const struct cmd_line *line, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* What a command does with the database, and so which schema it needs. None of these brings an
 * older one up: that is for serve and restore, so that looking never shuts the older program out.
 */
enum cmd_schema {
    CMD_ANY_SCHEMA,  /* copies it or looks whether it is whole: older and newer ones will do */
    CMD_THIS_SCHEMA, /* the program's own SQL runs on it */
    CMD_NEW_SCHEMA   /* the same, and a database that is not there yet is made */
};

struct cmd_database {
    struct db *db;
    struct db_conn *conn;
    int schema;
};
/* Opens the database that the settings name and one connection to it. false: it has said why. Close
 * with cmd_close in any case. */
bool cmd_open(const struct cmd_line *line, enum cmd_schema need, struct cmd_database *out);
void cmd_close(struct cmd_database *d);
/* Asked before a database may be made, and before the folder is locked: is its folder new, or --new
 * given? false: it has said what an earlier database has left there. true also when there is a
 * database. */
bool cmd_may_begin(const struct cmd_line *line);
/* Who serves beside this goes first: for commands that keep every processor busy. */
void cmd_stand_back(void);
/* "PATH.WHAT-20270114-170000": beside it, with the time. In the arena. */
const char *cmd_path_now(const struct cmd_line *line, const char *path, const char *what);
/* Is this the schema that the program's SQL is for? false: it has said which it is and what to do.
 */
bool cmd_schema_fits(const struct cmd_line *line, int schema);
/* Says that it cannot be opened, and which of its files is kept from us if that is why. */
void cmd_complain_database(const struct cmd_line *line, enum status rc);
/* For a file that holds secrets: says so when others may read it. path may be NULL. */
void cmd_warn_of_readers(const char *path);
/* Path of the database's file; NULL when it is not a file of ours. */
const char *cmd_database_path(const struct config *config);

/* One transaction: work, then commit. The first failure is returned, all undone. */
MUST_USE enum status cmd_transaction(struct db_conn *c,
                                     enum status (*work)(struct db_conn *c, void *arg), void *arg);

/* First line of standard input without its line end, in the arena. NULL, and it has said why, when
 * there is none, it is over 1,000 bytes, or not UTF-8. */
const char *cmd_read_secret(const struct cmd_line *line);

int cmd_serve(const struct cmd_line *line);
int cmd_user_add(const struct cmd_line *line);
int cmd_user_list(const struct cmd_line *line);
int cmd_user_disable(const struct cmd_line *line);
int cmd_user_enable(const struct cmd_line *line);
int cmd_token_create(const struct cmd_line *line);
int cmd_person_export(const struct cmd_line *line);
int cmd_person_erase(const struct cmd_line *line);
int cmd_demo(const struct cmd_line *line);
int cmd_check(const struct cmd_line *line);
int cmd_backup(const struct cmd_line *line);
int cmd_restore(const struct cmd_line *line);
int cmd_version(const struct cmd_line *line);

#endif
