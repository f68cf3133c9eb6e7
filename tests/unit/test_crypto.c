#include <ctype.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/rand.h"
#include "base/text.h"

static int
set_up(void **state)
{
    (void)state;
    return crypto_start() == ST_OK ? 0 : -1;
}

/* RFC 4231 test case 2; BLAKE2b-256 of "abc". */
static void
known_answers(void **state)
{
    uint8_t out[32], keyed[32];
    char hex[65];

    (void)state;
    crypto_hmac(out, "Jefe", 4, "what do ya want for nothing?", 28);
    text_hex(out, 32, hex);
    assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    crypto_hash(out, "abc", 3, NULL, 0);
    text_hex(out, 32, hex);
    assert_string_equal(hex, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    crypto_hash(keyed, "abc", 3, "0123456789abcdef", 16);
    assert_false(crypto_equal(out, keyed, 32));
    assert_true(crypto_equal(out, out, 32));
}

static void
signatures(void **state)
{
    uint8_t pk[CRYPTO_SIGN_PUBLIC], sk[CRYPTO_SIGN_SECRET], sig[CRYPTO_SIGN_BYTES], other[32],
        other_sk[CRYPTO_SIGN_SECRET];

    (void)state;
    crypto_sign_keypair_new(pk, sk);
    crypto_sign_keypair_new(other, other_sk);
    crypto_sign_make(sig, "ticket", 6, sk);
    assert_true(crypto_sign_ok(sig, "ticket", 6, pk));
    assert_false(crypto_sign_ok(sig, "ticket", 6, other));
    assert_false(crypto_sign_ok(sig, "tickeT", 6, pk));
    for (size_t i = 0; i < sizeof sig; i++) {
        sig[i] ^= 1;
        assert_false(crypto_sign_ok(sig, "ticket", 6, pk));
        sig[i] ^= 1;
    }
}

static void *
hash_one(void *arg)
{
    char *out = arg;

    if (crypto_password_hash(out, "korrekt hest") != ST_OK)
        out[0] = '\0';
    return NULL;
}

static void
passwords(void **state)
{
    char hash[6][CRYPTO_PASSWORD_BYTES];
    pthread_t t[6];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(t); i++) /* more than may run at once: all get their turn */
        assert_int_equal(pthread_create(&t[i], NULL, hash_one, hash[i]), 0);
    for (size_t i = 0; i < ARRAY_LEN(t); i++)
        pthread_join(t[i], NULL);
    assert_true(text_starts(hash[0], "$argon2id$"));
    assert_string_not_equal(hash[0], hash[1]);
    assert_true(crypto_password_ok(hash[5], "korrekt hest"));
    assert_false(crypto_password_ok(hash[5], "korrekt hes"));
    assert_false(crypto_password_ok("", "x"));
    assert_false(crypto_password_ok("$argon2id$rubbish", "x"));
}

static void
random_codes(void **state)
{
    char a[41], b[41];
    bool seen[128] = { false };
    int kinds = 0;

    (void)state;
    rand_base64url(a, 22);
    rand_base64url(b, 22);
    assert_int_equal(strlen(a), 22);
    assert_string_not_equal(a, b);
    for (int round = 0; round < 100; round++) {
        rand_crockford(a, 40);
        for (size_t i = 0; i < 40; i++) {
            assert_true(isdigit((unsigned char)a[i]) || isupper((unsigned char)a[i]));
            assert_null(strchr("ILOU", a[i]));
            seen[(unsigned char)a[i]] = true;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(seen); i++)
        kinds += seen[i];
    assert_int_equal(kinds, 32);
}

static void
seals(void **state)
{
    uint8_t key[32] = { 1 }, other[32] = { 2 }, sealed[5 + CRYPTO_SEAL_EXTRA], twice[sizeof sealed];
    char out[5];

    (void)state;
    crypto_seal(sealed, "hello", 5, key);
    crypto_seal(twice, "hello", 5, key);
    assert_memory_not_equal(sealed, twice, sizeof sealed);
    assert_true(crypto_unseal(out, sealed, sizeof sealed, key));
    assert_memory_equal(out, "hello", 5);
    assert_false(crypto_unseal(out, sealed, sizeof sealed, other));
    assert_false(crypto_unseal(out, sealed, CRYPTO_SEAL_EXTRA - 1, key));
    for (size_t i = 0; i < sizeof sealed; i++) {
        sealed[i] ^= 1;
        assert_false(crypto_unseal(out, sealed, sizeof sealed, key));
        sealed[i] ^= 1;
    }
}

/* Those made later come later, however many there are; within a millisecond chance decides. */
static void
rising_codes_rise(void **state)
{
    char last[17] = "", code[17];
    int64_t began = clock_mono();

    (void)state;
    while (clock_mono() - began < 300) {
        int64_t now = clock_now();

        rand_rising(code, 16);
        assert_int_equal(strlen(code), 16);
        assert_int_equal(strspn(code, "-_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "abcdefghijklmnopqrstuvwxyz"),
                         16);
        assert_true(memcmp(last, code, RAND_RISING_TIME) <= 0);
        assert_string_not_equal(last, code);
        memcpy(last, code, sizeof last);
        while (clock_now() == now)
            continue;
    }
}

static int
by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Small pieces come from a stock: none is given out twice, wherever one ends and the next begins.
 */
static void
no_code_comes_twice(void **state)
{
    static char code[4000][24];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(code); i++)
        rand_base64url(code[i], 9 + i % 14);
    qsort(code, ARRAY_LEN(code), sizeof code[0], by_text);
    for (size_t i = 1; i < ARRAY_LEN(code); i++)
        assert_string_not_equal(code[i - 1], code[i]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seals),
        cmocka_unit_test(known_answers),
        cmocka_unit_test(signatures),
        cmocka_unit_test(passwords),
        cmocka_unit_test(random_codes),
        cmocka_unit_test(no_code_comes_twice),
        cmocka_unit_test(rising_codes_rise),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
