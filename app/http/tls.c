#include "http/tls.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "base/lock.h"
#include "base/memory.h"

/* A chain longer than this is no chain: a server's own and two or three above it are usual. */
enum { CHAIN_MAX = 16, KEY_ID_MAX = 64 };

struct pair {
    gnutls_pcert_st chain[CHAIN_MAX];
    unsigned len;
    gnutls_privkey_t key;
    struct pair *before; /* a handshake may still read those: kept until the end, a few KB each */
};

static struct pair *_Atomic current;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int
choose(gnutls_session_t session, const gnutls_datum_t *names, int name_count,
       const gnutls_pk_algorithm_t *kinds, int kind_count, gnutls_pcert_st **chain, unsigned *len,
       gnutls_privkey_t *key)
{
    struct pair *p = atomic_load(&current);

    (void)session;
    (void)names;
    (void)name_count;
    (void)kinds;
    (void)kind_count;
    if (p == NULL)
        return -1;
    *chain = p->chain;
    *len = p->len;
    *key = p->key;
    return 0;
}

void *
tls_callback(void)
{
    gnutls_certificate_retrieve_function2 *f = choose;

    return (void *)f;
}

static void
pair_free(struct pair *p)
{
    for (unsigned i = 0; i < p->len; i++)
        gnutls_pcert_deinit(&p->chain[i]);
    if (p->key != NULL)
        gnutls_privkey_deinit(p->key);
    mem_free(p);
}

static void __attribute__((format(printf, 2, 3))) say(char *why, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(why, TLS_WHY_MAX, fmt, ap);
    va_end(ap);
}

static gnutls_datum_t
datum(const char *text)
{
    return (gnutls_datum_t){ .data = (unsigned char *)(uintptr_t)text,
                             .size = (unsigned)strlen(text) };
}

static bool
read_chain(struct pair *p, const char *cert, char *why)
{
    const gnutls_datum_t d = datum(cert);
    unsigned len = CHAIN_MAX;
    int rc = gnutls_pcert_list_import_x509_raw(p->chain, &len, &d, GNUTLS_X509_FMT_PEM, 0);

    if (rc < 0) {
        say(why, "the certificate cannot be used: %s", gnutls_strerror(rc));
        return false;
    }
    p->len = len;
    return true;
}

static bool
read_key(struct pair *p, const char *key, char *why)
{
    const gnutls_datum_t d = datum(key);
    int rc = gnutls_privkey_init(&p->key);

    if (rc >= 0)
        rc = gnutls_privkey_import_x509_raw(p->key, &d, GNUTLS_X509_FMT_PEM, NULL, 0);
    if (rc == GNUTLS_E_DECRYPTION_FAILED)
        say(why, "the key is locked with a password: store it without one");
    else if (rc < 0)
        say(why, "the key cannot be used: %s", gnutls_strerror(rc));
    return rc >= 0;
}

/* Is the key the first certificate's? */
static bool
belong_together(const struct pair *p, char *why)
{
    unsigned char a[KEY_ID_MAX], b[KEY_ID_MAX];
    size_t an = sizeof a, bn = sizeof b;
    gnutls_pubkey_t public;
    int rc = gnutls_pubkey_init(&public);

    if (rc >= 0) {
        rc = gnutls_pubkey_import_privkey(public, p->key, 0, 0);
        if (rc >= 0)
            rc = gnutls_pubkey_get_key_id(public, GNUTLS_KEYID_USE_SHA256, a, &an);
        if (rc >= 0)
            rc = gnutls_pubkey_get_key_id(p->chain[0].pubkey, GNUTLS_KEYID_USE_SHA256, b, &bn);
        gnutls_pubkey_deinit(public);
    }
    if (rc < 0)
        say(why, "certificate and key cannot be compared: %s", gnutls_strerror(rc));
    else if (an != bn || memcmp(a, b, an) != 0)
        say(why, "the key is not this certificate's%s",
            p->len > 1 ? " (the server's own certificate stands first in its file)" : "");
    else
        return true;
    return false;
}

static void
look_at_time(const struct pair *p, char *why)
{
    gnutls_x509_crt_t crt;

    if (gnutls_x509_crt_init(&crt) < 0)
        return;
    if (gnutls_x509_crt_import(crt, &p->chain[0].cert, GNUTLS_X509_FMT_DER) >= 0) {
        time_t ends = gnutls_x509_crt_get_expiration_time(crt);

        if (ends != (time_t)-1 && ends < (time_t)(clock_now() / MS_SECOND))
            say(why, "the certificate has run out, and browsers refuse it: renew it");
    }
    gnutls_x509_crt_deinit(crt);
}

enum status
tls_use(const char *cert, const char *key, char *why)
{
    struct pair *p = mem_calloc(1, sizeof *p);

    *why = '\0';
    if (p == NULL)
        return ST_NOMEM;
    if (!read_chain(p, cert, why) || !read_key(p, key, why) || !belong_together(p, why)) {
        pair_free(p);
        return ST_INVALID;
    }
    look_at_time(p, why);
    lock_take(&lock);
    p->before = atomic_load(&current);
    atomic_store(&current, p);
    lock_give(&lock);
    return ST_OK;
}

void
tls_forget(void)
{
    struct pair *p = atomic_exchange(&current, NULL);

    while (p != NULL) {
        struct pair *before = p->before;

        pair_free(p);
        p = before;
    }
}
