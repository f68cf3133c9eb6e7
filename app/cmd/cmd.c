#include "cmd/cmd.h"

#include <sys/stat.h>

#include "base/text.h"

static const struct cmd_option new_options[] = { CMD_OPTION_NEW, { 0 } };
static const struct cmd_option user_add_options[] = {
    { "role", "ROLE", "admin, organiser or viewer" },
    { "name", "NAME", "as colleagues know them (else taken from the address)" },
    { "password-stdin", NULL, "read the password from standard input (else a one-time link)" },
    CMD_OPTION_NEW,
    { 0 },
};
static const struct cmd_option token_options[] = {
    { "name", "NAME", "what it is for" },
    { "role", "ROLE", "admin, organiser, viewer or door" },
    { "per-minute", "N", "requests it may make (else 6000; 0: as many as it likes)" },
    CMD_OPTION_NEW,
    { 0 },
};

static const struct cmd_option person_options[] = {
    { "name", "NAME", "only who has this name at the address (else all who share it)" },
    { 0 },
};

const struct command commands[] = {
    { "serve", NULL, new_options, true, "Answer on the web until stopped",
      "The first start prints a one-time link that creates the first organiser.", cmd_serve },
    { "user add", "EMAIL", user_add_options, false, "Add somebody who works here", NULL,
      cmd_user_add },
    { "user list", NULL, NULL, false, "List those who work here", NULL, cmd_user_list },
    { "user disable", "EMAIL", NULL, false, "Shut somebody out, at once",
      "Not the only administrator who can sign in: then nobody could let anybody in again.",
      cmd_user_disable },
    { "user enable", "EMAIL", NULL, false, "Let somebody in again who was shut out", NULL,
      cmd_user_enable },
    { "token create", NULL, token_options, false, "Make an API token",
      "The token is the last word printed; only its hash is kept.", cmd_token_create },
    { "person export", "EMAIL", person_options, false, "Print all that is kept about somebody",
      NULL, cmd_person_export },
    { "person erase", "EMAIL", person_options, false, "Erase all that is kept about somebody",
      "At once, and for good. Seats at gatherings to come are given up.", cmd_person_erase },
    { "demo", NULL, new_options, false, "Load an invented cluster into an empty database",
      "Prints how to sign in. Refuses a database in use.", cmd_demo },
    { "check", NULL, NULL, false, "Look whether the data are whole", NULL, cmd_check },
    { "backup", "FILE", NULL, false, "Copy everything into one new file, also while serving", NULL,
      cmd_backup },
    { "restore", "FILE", NULL, false, "Put a backup in the place of the data",
      "The server must be stopped. The old database stays beside it. Queued mail is held until an\n"
      "organiser releases it in the mail log.",
      cmd_restore },
    { "version", NULL, NULL, false, "Say which version this is", NULL, cmd_version },
    { 0 },
};

void
cmd_complain(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    fputs("samling: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
}

int
cmd_misused(const struct cmd_line *line, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    fputs("samling: ", stderr);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    if (line->command != NULL)
        fprintf(stderr, "\nTry: samling %s --help\n", line->command->name);
    else
        fputs("\nTry: samling --help\n", stderr);
    return CMD_USAGE;
}

const char *
cmd_value(const struct cmd_line *line, const char *flag)
{
    const struct cmd_option *o = line->command->options;

    for (int i = 0; o != NULL && o[i].flag != NULL; i++)
        if (strcmp(o[i].flag, flag) == 0)
            return line->values[i];
    BUG("%s has no option --%s", line->command->name, flag);
}

static void
help_line(const char *flag, const char *arg, const char *env, const char *help)
{
    char left[48];

    snprintf(left, sizeof left, "--%s %s", flag, arg != NULL ? arg : "");
    printf("  %-20s  %-17s %s\n", left, env, help);
}

static void
help_settings(bool all)
{
    puts("\nSettings, as a flag, from the environment, or from the file of --config:");
    for (int i = 0; i < SETTING_COUNT; i++)
        if (setting_defs[i].help != NULL && (all || i == SETTING_DATA || i == SETTING_DB))
            help_line(setting_defs[i].flag, setting_defs[i].arg, setting_defs[i].env,
                      setting_defs[i].help);
    help_line("config", "FILE", "", "NAME=value lines with the names above");
}

/* All commands whose name begins with prefix. */
static void
help_all(const char *prefix)
{
    puts("Usage: samling COMMAND [OPTIONS]\n");
    for (const struct command *c = commands; c->name != NULL; c++) {
        char left[48];

        if (!text_starts(c->name, prefix))
            continue;
        snprintf(left, sizeof left, "%s %s", c->name, c->word != NULL ? c->word : "");
        printf("  %-22s %s\n", left, c->summary);
    }
    puts("\nsamling COMMAND --help says more. Exit code: 0 it worked, 1 it failed, 2 wrong usage.");
}

static void
help_command(const struct command *c)
{
    printf("Usage: samling %s%s%s", c->name, c->word != NULL ? " " : "",
           c->word != NULL ? c->word : "");
    for (const struct cmd_option *o = c->options; o != NULL && o->flag != NULL; o++)
        printf(" [--%s%s%s]", o->flag, o->arg != NULL ? " " : "", o->arg != NULL ? o->arg : "");
    printf(" [SETTINGS]\n\n%s.\n", c->summary);
    if (c->help != NULL)
        printf("%s\n", c->help);
    if (c->options != NULL) {
        puts("");
        for (const struct cmd_option *o = c->options; o->flag != NULL; o++)
            help_line(o->flag, o->arg, "", o->help);
    }
    help_settings(c->all_settings);
}

/* The command that argv begins with; *used words of it are its name. */
static const struct command *
command_find(int argc, char **argv, int *used)
{
    for (const struct command *c = commands; c->name != NULL; c++) {
        const char *space = strchr(c->name, ' ');
        size_t first = space != NULL ? (size_t)(space - c->name) : strlen(c->name);

        if (strlen(argv[0]) != first || strncmp(argv[0], c->name, first) != 0)
            continue;
        if (space == NULL) {
            *used = 1;
            return c;
        }
        if (argc > 1 && strcmp(argv[1], space + 1) == 0) {
            *used = 2;
            return c;
        }
    }
    return NULL;
}

/* What is read from the command line before it is checked. */
struct reading {
    struct cmd_line *line;
    const char *flags[SETTING_COUNT];
    const char *config_file;
    bool help;
};

/* The place for the value of flag (len bytes), and whether it takes one. NULL: no such flag. */
static const char **
flag_place(struct reading *r, const char *flag, size_t len, bool *takes)
{
    const struct cmd_option *o = r->line->command->options;

    *takes = true;
    for (int i = 0; o != NULL && o[i].flag != NULL; i++)
        if (strlen(o[i].flag) == len && strncmp(o[i].flag, flag, len) == 0) {
            *takes = o[i].arg != NULL;
            return &r->line->values[i];
        }
    for (int i = 0; i < SETTING_COUNT; i++)
        if (strlen(setting_defs[i].flag) == len && strncmp(setting_defs[i].flag, flag, len) == 0)
            return &r->flags[i];
    if (len == 6 && strncmp(flag, "config", 6) == 0)
        return &r->config_file;
    return NULL;
}

/* argv[*i] begins with "--". CMD_OK or CMD_USAGE. */
static int
read_flag(struct reading *r, int argc, char **argv, int *i)
{
    const char *flag = argv[*i] + 2;
    const char *equals = strchr(flag, '=');
    size_t len = equals != NULL ? (size_t)(equals - flag) : strlen(flag);
    bool takes = false;

    if (strcmp(flag, "help") == 0) {
        r->help = true;
        return CMD_OK;
    }
    const char **place = flag_place(r, flag, len, &takes);
    if (place == NULL)
        return cmd_misused(r->line, "unknown option --%.*s", (int)len, flag);
    if (*place != NULL)
        return cmd_misused(r->line, "--%.*s is given twice", (int)len, flag);
    if (!takes) {
        if (equals != NULL)
            return cmd_misused(r->line, "--%.*s takes no value", (int)len, flag);
        *place = "";
    } else if (equals != NULL) {
        *place = equals + 1;
    } else if (*i + 1 < argc) {
        *place = argv[++*i];
    } else {
        return cmd_misused(r->line, "--%.*s needs a value", (int)len, flag);
    }
    return CMD_OK;
}

static int
read_line(struct reading *r, int argc, char **argv)
{
    bool only_words = false;

    for (int i = 0; i < argc; i++) {
        if (!only_words && strcmp(argv[i], "--") == 0) {
            only_words = true;
        } else if (!only_words && text_starts(argv[i], "--")) {
            if (read_flag(r, argc, argv, &i) != CMD_OK)
                return CMD_USAGE;
        } else if (!only_words && strcmp(argv[i], "-h") == 0) {
            r->help = true;
        } else if (r->line->command->word == NULL || r->line->word != NULL) {
            return cmd_misused(r->line, "unexpected \"%s\"", argv[i]);
        } else {
            r->line->word = argv[i];
        }
    }
    return CMD_OK;
}

void
cmd_warn_of_readers(const char *path)
{
    struct stat st;

    if (path != NULL && stat(path, &st) == 0 && (st.st_mode & (S_IROTH | S_IWOTH)) != 0)
        cmd_complain("warning: everybody on this machine can read %s; chmod o-rwx it", path);
}

static void
warn_of_passwords(const struct reading *r)
{
    static const enum setting urls[] = { SETTING_SMTP, SETTING_IMAP };

    for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
        const struct setting_def *d = &setting_defs[urls[i]];

        if (r->flags[urls[i]] != NULL && config_has_password(r->flags[urls[i]]))
            cmd_complain("warning: everybody on this machine can read the password in --%s; put "
                         "%s=... into a file and name it with --config",
                         d->flag, d->env);
    }
}

static int
run_command(struct cmd_line *line, int argc, char **argv)
{
    struct reading r = { .line = line };
    char error[CONFIG_ERROR_MAX] = "";

    if (read_line(&r, argc, argv) != CMD_OK)
        return CMD_USAGE;
    if (r.help) {
        help_command(line->command);
        return CMD_OK;
    }
    if (line->command->word != NULL && line->word == NULL)
        return cmd_misused(line, "%s needs %s", line->command->name, line->command->word);

    enum status rc = config_load(line->arena, r.flags, r.config_file, getenv, &line->config, error);
    if (rc == ST_INVALID)
        return cmd_misused(line, "%s", error);
    if (rc != ST_OK) {
        cmd_complain("%s", error);
        return CMD_FAILED;
    }
    warn_of_passwords(&r);
    cmd_warn_of_readers(r.config_file);
    return line->command->run(line);
}

int
cmd_main(int argc, char **argv)
{
    struct arena *arena = arena_new(0);
    struct cmd_line line = { .arena = arena };
    int used = 0, code = CMD_USAGE;

    argc--;
    argv++;
    if (argc == 0) {
        code = cmd_misused(&line, "what to do?");
        goto out;
    }
    if (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0 ||
        strcmp(argv[0], "help") == 0) {
        help_all("");
        code = CMD_OK;
        goto out;
    }
    if (strcmp(argv[0], "--version") == 0)
        argv[0] = (char[]){ "version" };

    line.command = command_find(argc, argv, &used);
    if (line.command != NULL) {
        code = run_command(&line, argc - used, argv + used);
    } else if ((strcmp(argv[0], "user") == 0 || strcmp(argv[0], "token") == 0 ||
                strcmp(argv[0], "person") == 0) &&
               argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        help_all(argv[0]);
        code = CMD_OK;
    } else {
        code = cmd_misused(&line, "unknown command \"%s\"", argv[0]);
    }
out:
    arena_free(&arena);
    return code;
}
