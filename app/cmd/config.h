/*
 * The program's settings: flags, then environment, then the file of --config, then the default.
 * Where each stands is the table of the outside contract; names here are its rows.
 */
#ifndef SAMLING_CMD_CONFIG_H
#define SAMLING_CMD_CONFIG_H

#include <stdbool.h>

#include "base/arena.h"

enum setting {
    SETTING_DATA,
    SETTING_LISTEN,
    SETTING_URL,
    SETTING_TLS_CERT,
    SETTING_TLS_KEY,
    SETTING_PROXY,
    SETTING_SMTP,
    SETTING_SMTP_CA,
    SETTING_FROM,
    SETTING_BOUNCE,
    SETTING_IMAP,
    SETTING_DB,
    SETTING_COUNT
};

struct setting_def {
    const char *flag; /* without "--" */
    const char *arg;  /* what its value is, for --help */
    const char *env;  /* name in the environment and in the file */
    const char *help; /* NULL: not yet of use, so --help is silent */
};
extern const struct setting_def setting_defs[SETTING_COUNT];

/* Ready for use. Strings live in the arena (or in argv and the environment). */
struct config {
    const char *data_dir;
    const char *listen;   /* ADDR:PORT */
    const char *base_url; /* without trailing slash; with a tail of "" it is http(s):// + listen */
    bool url_given, listen_given;
    const char *tls_cert, *tls_key; /* files; NULL for none, both or neither */
    const char *proxy;              /* NULL for none */
    const char *smtp, *smtp_ca;     /* NULL for none */
    const char *from;
    const char *bounce, *imap; /* NULL for none */
    const char *db_url;
};

#define CONFIG_ERROR_MAX 1600

/*
 * Reads NAME=value lines: white space around name and value is dropped, as are empty lines and
 * those that begin with #; a value may stand in double quotes. Pure: text is n bytes of the file.
 *
 * values  SETTING_COUNT places; those named in the text are set, in the arena.
 * error   CONFIG_ERROR_MAX bytes; says on ST_INVALID what is wrong, with the line's number.
 *
 * Returns ST_OK;
 *         ST_INVALID  not UTF-8, a line without =, an unknown name, a name twice.
 */
MUST_USE enum status config_parse(struct arena *a, const char *text, size_t n,
                                  const char *values[SETTING_COUNT], char *error);

/*
 * Puts everything together and checks it.
 *
 * flags  values from the command line, NULL where none was given.
 * file   of --config, or NULL.
 * env    getenv or a test's stand-in; empty values count as absent.
 * error  as above; says what is wrong, in words for the operator.
 *
 * Returns ST_OK;
 *         ST_INVALID  a value that cannot be (wrong usage);
 *         ST_IO       the file cannot be read.
 */
MUST_USE enum status config_load(struct arena *a, const char *const flags[SETTING_COUNT],
                                 const char *file, char *(*env)(const char *name),
                                 struct config *out, char *error);

/* "user:secret@" within an smtp:// or imap:// URL: it has a password. */
bool config_has_password(const char *url);

#endif
