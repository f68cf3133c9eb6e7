/*
 * The program's few cryptographic needs, over libsodium. The only place with crypto_/sodium_.
 * Safe from any thread after crypto_start.
 */
#ifndef SAMLING_BASE_CRYPTO_H
#define SAMLING_BASE_CRYPTO_H

#include <stdbool.h>

#include "base/arena.h"

/* Once, by main. ST_IO when the library refuses. */
MUST_USE enum status crypto_start(void);

#define CRYPTO_HASH_BYTES 32
/* BLAKE2b-256; key may be NULL. */
void crypto_hash(uint8_t out[CRYPTO_HASH_BYTES], const void *p, size_t n, const void *key,
                 size_t key_len);
/* HMAC-SHA-256 (RFC 2104). */
void crypto_hmac(uint8_t out[32], const void *key, size_t key_len, const void *p, size_t n);
/* Constant time. */
bool crypto_equal(const void *a, const void *b, size_t n);

/* Sealed: n + CRYPTO_SEAL_EXTRA bytes that say nothing without the key and cannot be altered
 * (XSalsa20 and Poly1305, a random nonce before). */
#define CRYPTO_SEAL_EXTRA 40
void crypto_seal(uint8_t *out, const void *p, size_t n, const uint8_t key[32]);
/* n: of the sealed bytes; out gets n - CRYPTO_SEAL_EXTRA. false: not sealed with this key. */
bool crypto_unseal(void *out, const uint8_t *p, size_t n, const uint8_t key[32]);

#define CRYPTO_SIGN_PUBLIC 32
#define CRYPTO_SIGN_SECRET 64
#define CRYPTO_SIGN_BYTES 64
/* Ed25519 (RFC 8032). */
void crypto_sign_keypair_new(uint8_t pk[CRYPTO_SIGN_PUBLIC], uint8_t sk[CRYPTO_SIGN_SECRET]);
void crypto_sign_make(uint8_t sig[CRYPTO_SIGN_BYTES], const void *p, size_t n,
                      const uint8_t sk[CRYPTO_SIGN_SECRET]);
bool crypto_sign_ok(const uint8_t sig[CRYPTO_SIGN_BYTES], const void *p, size_t n,
                    const uint8_t pk[CRYPTO_SIGN_PUBLIC]);

/* argon2id, interactive limits: about 100 ms and 64 MiB. Slow: worker pool only. out: 128 bytes.
 * At most two run at once in the process; others wait. ST_NOMEM when memory is short. */
#define CRYPTO_PASSWORD_BYTES 128
MUST_USE enum status crypto_password_hash(char out[CRYPTO_PASSWORD_BYTES], const char *password);
bool crypto_password_ok(const char *hash, const char *password);

#endif
