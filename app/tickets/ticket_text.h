/*
 * What somebody scanned or typed at a door, read into a code. Pure: any thread. Bytes from outside:
 * need not be valid UTF-8.
 *
 *     7K4M 2XQ9                        short code: spaces and hyphens dropped, lower case taken,
 *                                      I and L are 1, O is 0
 *     S + 22 base64url characters      bare code
 *     {url}/t/{code}[#{signature}]     the QR; the address before /t/ is not looked at; also as a
 *                                      scanner types it whose keys are the US ones on a Nordic
 *                                      machine, or the other way round: httpsØ--x-t-S0123+abc?
 */
#ifndef SAMLING_TICKETS_TICKET_TEXT_H
#define SAMLING_TICKETS_TICKET_TEXT_H

#include <stdbool.h>

#include "base/status.h"

#define TICKET_TEXT_MAX 512
#define TICKET_CODE_LEN 23
#define TICKET_SHORT_LEN 8
#define TICKET_SIGNATURE_BYTES 64

struct ticket_text {
    bool is_short;
    char code[TICKET_CODE_LEN + 1]; /* bare or short code */
    bool is_signed;                 /* there is something behind a # */
    bool signature_ok;              /* it has the form of a signature: signature is filled */
    uint8_t signature[TICKET_SIGNATURE_BYTES];
};

/* ST_OK; ST_INVALID empty or longer than TICKET_TEXT_MAX; ST_NOT_FOUND it holds no code. */
MUST_USE enum status ticket_text_read(const char *s, struct ticket_text *out);

/* An address as some other keyboard types it, or with Caps Lock on, and no code to be read in it.
 */
bool ticket_text_garbled(const char *s);

/* Is s a bare code by its form: what stands in /t/{code}. */
bool ticket_code_ok(const char *s);

#endif
