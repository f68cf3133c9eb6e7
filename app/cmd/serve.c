#include "cmd/cmd.h"

#include <errno.h>
#include <link.h>
#include <malloc.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "accounts/accounts.h"
#include "app.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/owner.h"
#include "cmd/folder.h"

enum {
    TICK_S = 2,
    TRIM_TICKS = 5,      /* memory is looked at every 10 s ... */
    TRIM_BUSY_US = 3000, /* ... and given back when the process has worked since */
    PEM_MAX = 256 * 1024
};

/* The whole of a PEM file, in the arena; NULL: it has said why. */
static const char *
read_pem(struct arena *a, const char *path)
{
    FILE *f = fopen(path, "re");
    char why[OWNER_WHY_MAX];

    if (f == NULL) {
        cmd_complain("cannot read %s: %s", path, owner_why(errno, path, why));
        return NULL;
    }

    char *text = arena_alloc(a, PEM_MAX + 1);
    size_t n = fread(text, 1, PEM_MAX, f);
    int error = ferror(f) ? errno : 0;

    fclose(f);
    if (error != 0) {
        cmd_complain("cannot read %s: %s", path, strerror(error));
        return NULL;
    }
    if (strstr(text, "-----BEGIN ") == NULL || n == PEM_MAX || strlen(text) != n) {
        cmd_complain("%s is no PEM file: expected lines from -----BEGIN to -----END", path);
        return NULL;
    }
    return text;
}

static bool
app_config_make(const struct cmd_line *line, struct app_config *out)
{
    const struct config *c = &line->config;

    *out = (struct app_config){
        .settings = { .data_dir = c->data_dir,
                      .base_url = c->base_url,
                      .smtp_url = c->smtp,
                      .smtp_ca = c->smtp_ca,
                      .from = c->from,
                      .bounce = c->bounce },
        .db_url = c->db_url,
        .listen = c->listen,
        .proxy = c->proxy,
    };
    if (c->tls_cert == NULL)
        return true;
    cmd_warn_of_readers(c->tls_key);
    out->tls_cert_pem = read_pem(line->arena, c->tls_cert);
    out->tls_key_pem = read_pem(line->arena, c->tls_key);
    return out->tls_cert_pem != NULL && out->tls_key_pem != NULL;
}

/* The link that makes the first organiser, when nobody is there yet; "" otherwise. */
struct first_link {
    char path[64];
    int64_t now;
};

static enum status
first_link_work(struct db_conn *c, void *arg)
{
    struct first_link *f = arg;
    int64_t accounts = 0;
    enum status rc = account_count(c, &accounts);

    f->path[0] = '\0';
    if (rc != ST_OK || accounts > 0)
        return rc;
    return first_link_create(c, f->now, f->path);
}

/* Where to look for it: the port is only known now when any was asked for. */
static const char *
address_of(const struct cmd_line *line, const struct app *app)
{
    const struct config *c = &line->config;
    const char *colon = strrchr(c->listen, ':');
    int host = (int)(colon - c->listen);

    if (c->url_given)
        return c->base_url;
    if (strncmp(c->listen, "0.0.0.0:", 8) == 0 || strncmp(c->listen, "[::]:", 5) == 0 ||
        strcmp(colon, ":0") == 0)
        cmd_complain("warning: links in mails need the address that people use: set --url");
    if (strcmp(colon, ":0") != 0)
        return c->base_url;
    return arena_printf(line->arena, "http%s://%.*s:%d", c->tls_cert != NULL ? "s" : "", host,
                        c->listen, app_port(app));
}

static enum status
say_where(const struct cmd_line *line, struct app *app, int lock)
{
    const struct config *c = &line->config;
    const char *address = address_of(line, app);
    struct first_link first = { .now = clock_now() };
    enum status rc = writer_run(app_writer(app), first_link_work, &first);

    if (rc != ST_OK)
        return rc;
    data_folder_serves(lock, address);
    printf("Samling answers on %s\n", address);
    if (c->smtp == NULL)
        printf("No mail server is set: mail goes to %s/mailbox\n", c->data_dir);
    if (first.path[0] != '\0')
        printf("Nobody works here yet. Open this link once to begin:\n  %s%s\n", address,
               first.path);
    else
        printf("Sign in on %s" SIGN_IN_PATH "\n", address);
    fflush(stdout);
    return ST_OK;
}

/* Few arenas, and large blocks straight from the kernel, so that what a PDF or a password needed
 * goes back when it is done. */
static void
keep_memory_small(void)
{
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_MMAP_THRESHOLD, 128 * 1024);
    mallopt(M_TRIM_THRESHOLD, 256 * 1024);
}

/* The pages of a program's or library's file that nothing writes to: whoever needs one again finds
 * it where the kernel keeps the file. */
static int
let_go_of_file(struct dl_phdr_info *info, size_t size, void *ctx)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

    (void)size;
    (void)ctx;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        uintptr_t from = (info->dlpi_addr + part->p_vaddr) & ~(page - 1);
        uintptr_t to = info->dlpi_addr + part->p_vaddr + part->p_filesz;

        if (part->p_type == PT_LOAD && (part->p_flags & PF_W) == 0)
            (void)madvise((void *)from, to - from, MADV_DONTNEED); /* a wish */
    }
    return 0;
}

/* Once it serves: two thirds of what it holds was for linking and reading in what it knows. */
static void
let_go_of_start(void)
{
    (void)dl_iterate_phdr(let_go_of_file, NULL);
    malloc_trim(0);
}

static int64_t
cpu_us(void)
{
    struct rusage u;

    if (getrusage(RUSAGE_SELF, &u) != 0)
        return 0;
    return (int64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 + u.ru_utime.tv_usec +
           u.ru_stime.tv_usec;
}

/* Certificate and key are read anew, as after they were renewed. Without them nothing is. */
static void
renew(const struct cmd_line *line, struct app *app)
{
    struct arena *a = arena_new(0);
    const char *cert = read_pem(a, line->config.tls_cert);
    const char *key = read_pem(a, line->config.tls_key);

    if (cert != NULL && key != NULL && app_renew_tls(app, cert, key) == ST_OK)
        log_info("app", "certificate and key are read anew");
    else
        log_error("app", "the certificate and key from before stay in use");
    arena_free(&a);
}

/* Until SIGTERM or SIGINT, or its terminal closes, or until the database is lost (the answer then
 * says how). Gives memory back. */
static const char *
watch(const struct cmd_line *line, struct app *app, const sigset_t *signals)
{
    const struct timespec tick = { .tv_sec = TICK_S };
    const bool in_terminal = isatty(STDIN_FILENO) == 1;
    const bool renews = line->config.tls_cert != NULL;
    int64_t worked = 0;

    for (unsigned n = 1;; n++) {
        app_tick(app);

        int sig = sigtimedwait(signals, NULL, &tick);

        if (sig == SIGTERM || sig == SIGINT || (sig == SIGHUP && in_terminal && !renews))
            return NULL;
        if (sig == SIGHUP && renews)
            renew(line, app);
        else if (sig == SIGHUP)
            log_info("app", "nothing to read anew: no certificate is set");

        if (n == 1)
            let_go_of_start();

        const char *lost = app_database_lost(app);
        if (lost != NULL)
            return lost;
        if (n % TRIM_TICKS == 0 && cpu_us() - worked > TRIM_BUSY_US) {
            malloc_trim(0);
            worked = cpu_us();
        }
    }
}

/* What the lost database held still stands in memory and in files without a name: it gets one. */
static void
rescue(const struct cmd_line *line, struct app *app)
{
    const char *path = cmd_path_now(line, db_place(app_db(app)), "rescued");
    enum status rc = data_folder_make(line->config.data_dir) ? app_rescue(app, path) : ST_IO;

    if (rc == ST_OK)
        cmd_complain(
            "what the database held is kept as %s. If the next start does not show it, put "
            "it back with `samling restore --data %s %s`",
            path, line->config.data_dir, path);
    else
        cmd_complain("what the database held cannot be kept as %s: %s", path, status_name(rc));
}

static void
say_newer(const struct cmd_line *line)
{
    struct cmd_database d;

    if (cmd_open(line, CMD_ANY_SCHEMA, &d))
        (void)cmd_schema_fits(line, d.schema);
    cmd_close(&d);
}

static int
serve_app(const struct cmd_line *line, const struct app_config *config, const sigset_t *signals,
          int lock)
{
    struct app *app = NULL;
    enum status rc = app_open(config, &app);
    int code = CMD_FAILED;

    if (rc == ST_CONFLICT)
        say_newer(line);
    else if (rc != ST_OK)
        cmd_complain_database(line, rc);
    if (rc != ST_OK)
        goto out;

    rc = app_start(app);
    if (rc != ST_OK) {
        cmd_complain("cannot serve on %s (%s): the lines above say why", config->listen,
                     status_name(rc));
        goto out;
    }
    rc = say_where(line, app, lock);
    if (rc != ST_OK) {
        cmd_complain("cannot serve: %s", status_name(rc));
        goto out;
    }
    const char *lost = watch(line, app, signals);
    if (lost != NULL)
        log_error("app", "the database %s is lost: %s", db_place(app_db(app)), lost);
    log_info("app", "stopping");
    app_stop(app);
    if (lost != NULL)
        rescue(line, app);
    code = lost == NULL ? CMD_OK : CMD_FAILED;
out:
    app_close(&app);
    return code;
}

int
cmd_serve(const struct cmd_line *line)
{
    struct app_config config;
    sigset_t signals;
    int lock, code;

    keep_memory_small();
    signal(SIGPIPE, SIG_IGN);
    /* Before any thread is made, so that all of them leave these to the main thread. */
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);

    if (!app_config_make(line, &config) || !data_folder_make(line->config.data_dir) ||
        !cmd_may_begin(line))
        return CMD_FAILED;
    lock = data_folder_lock(line->config.data_dir);
    if (lock < 0)
        return CMD_FAILED;
    if (line->config.imap != NULL)
        cmd_complain("warning: --imap is kept for later: this version does not read a mailbox yet");
    code = serve_app(line, &config, &signals, lock);
    data_folder_unlock(lock);
    return code;
}
