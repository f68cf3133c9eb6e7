/*
 * Wrong tries at a secret make the next ones wait, longer each time: for one account from one
 * address, for one account from everywhere, and for one address whatever the account. Nobody is
 * locked out: each wait has a ceiling, a right try ends it, and an address from which the account
 * was opened before has only its own mistakes to wait for. Bounded memory: when it is full, who
 * waits is forgotten last, and who is refused takes no room. Safe from any thread.
 */
#ifndef SAMLING_HTTP_GUESSES_H
#define SAMLING_HTTP_GUESSES_H

#include <stdbool.h>
#include <stdint.h>

struct guesses;

struct guesses *guesses_new(void);
void guesses_free(struct guesses **g);

/*
 * whose: what the secret opens, as text, whether there is such an account or not. client: address
 * as text. now: monotonic ms. A try counts as wrong from here on until guesses_right, so that many
 * at once count too. false: not yet, and *wait_ms is how long; then nothing is counted.
 */
bool guesses_begin(struct guesses *g, const char *whose, const char *client, int64_t now,
                   int64_t *wait_ms);
/* The try was right. */
void guesses_right(struct guesses *g, const char *whose, const char *client, int64_t now);

#endif
