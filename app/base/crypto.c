#include "base/crypto.h"

#include <errno.h>
#include <pthread.h>
/* Not sodium.h: its crypto_hash() would stand in the way of ours. */
#include <sodium/core.h>
#include <sodium/crypto_auth_hmacsha256.h>
#include <sodium/crypto_generichash.h>
#include <sodium/crypto_pwhash.h>
#include <sodium/crypto_secretbox.h>
#include <sodium/crypto_sign.h>
#include <sodium/utils.h>

#include "base/guard.h"
#include "base/lock.h"
#include "base/rand.h"

_Static_assert(CRYPTO_SEAL_EXTRA == crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES,
               "what sealing adds");

/* argon2id takes 64 MiB a run: this gate, one for the process because its memory is, lets two in.
 */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gate_free = PTHREAD_COND_INITIALIZER;
static int gate_places = 2;

enum status
crypto_start(void)
{
    return sodium_init() < 0 ? ST_IO : ST_OK;
}

void
crypto_hash(uint8_t out[CRYPTO_HASH_BYTES], const void *p, size_t n, const void *key,
            size_t key_len)
{
    /* Fails only for a key longer than BLAKE2b takes. */
    if (crypto_generichash(out, CRYPTO_HASH_BYTES, p, n, key, key == NULL ? 0 : key_len) != 0)
        BUG("crypto_hash: key of %zu bytes", key_len);
}

void
crypto_hmac(uint8_t out[32], const void *key, size_t key_len, const void *p, size_t n)
{
    crypto_auth_hmacsha256_state state;

    crypto_auth_hmacsha256_init(&state, key, key_len);
    crypto_auth_hmacsha256_update(&state, p, n);
    crypto_auth_hmacsha256_final(&state, out);
    sodium_memzero(&state, sizeof state);
}

bool
crypto_equal(const void *a, const void *b, size_t n)
{
    return sodium_memcmp(a, b, n) == 0;
}

void
crypto_seal(uint8_t *out, const void *p, size_t n, const uint8_t key[32])
{
    rand_bytes(out, crypto_secretbox_NONCEBYTES);
    (void)crypto_secretbox_easy(out + crypto_secretbox_NONCEBYTES, p, n, out, key);
}

bool
crypto_unseal(void *out, const uint8_t *p, size_t n, const uint8_t key[32])
{
    return n >= CRYPTO_SEAL_EXTRA &&
           crypto_secretbox_open_easy(out, p + crypto_secretbox_NONCEBYTES,
                                      n - crypto_secretbox_NONCEBYTES, p, key) == 0;
}

void
crypto_sign_keypair_new(uint8_t pk[CRYPTO_SIGN_PUBLIC], uint8_t sk[CRYPTO_SIGN_SECRET])
{
    (void)crypto_sign_keypair(pk, sk);
}

void
crypto_sign_make(uint8_t sig[CRYPTO_SIGN_BYTES], const void *p, size_t n,
                 const uint8_t sk[CRYPTO_SIGN_SECRET])
{
    (void)crypto_sign_detached(sig, NULL, p, n, sk);
}

bool
crypto_sign_ok(const uint8_t sig[CRYPTO_SIGN_BYTES], const void *p, size_t n,
               const uint8_t pk[CRYPTO_SIGN_PUBLIC])
{
    return crypto_sign_verify_detached(sig, p, n, pk) == 0;
}

static void
gate_enter(void)
{
    lock_take(&gate);
    while (gate_places == 0)
        pthread_cond_wait(&gate_free, &gate);
    gate_places--;
    lock_give(&gate);
}

static void
gate_leave(void)
{
    lock_take(&gate);
    gate_places++;
    pthread_cond_signal(&gate_free);
    lock_give(&gate);
}

_Static_assert(CRYPTO_PASSWORD_BYTES >= crypto_pwhash_STRBYTES, "a hash fits");

enum status
crypto_password_hash(char out[CRYPTO_PASSWORD_BYTES], const char *password)
{
    int rc;

    gate_enter();
    rc = crypto_pwhash_str(out, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                           crypto_pwhash_MEMLIMIT_INTERACTIVE);
    gate_leave();
    return rc == 0 ? ST_OK : ST_NOMEM;
}

bool
crypto_password_ok(const char *hash, const char *password)
{
    int rc, why;

    gate_enter();
    errno = 0;
    rc = crypto_pwhash_str_verify(hash, password, strlen(password));
    why = errno;
    gate_leave();
    /* Nobody is told that a good password is wrong. */
    if (rc != 0 && why == ENOMEM)
        guard_throw(ST_NOMEM, "out of memory: a password");
    return rc == 0;
}
