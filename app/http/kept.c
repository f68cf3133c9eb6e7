#include "http/kept.h"

#include <stdio.h>

#include "base/crypto.h"
#include "base/memory.h"
#include "base/rand.h"
#include "base/text.h"
#include "http/coding.h"
#include "http/connection.h"
#include "http/gzip.h"
#include "http/send.h"

#define AS_MANY 2 /* CODING_IDENTITY, CODING_GZIP */

/* In one encoding. */
struct as {
    struct MHD_Response *r; /* whole; of a page with a key its headers alone. NULL: none */
    char etag[28];          /* "": none */
};

struct kept {
    struct as as[AS_MANY];
    struct MHD_Response *unchanged[AS_MANY];
    unsigned has; /* by bit */
    char *body;   /* of a page with a key; NULL: r is for everybody */
    size_t len, at;
    struct gzip gzip; /* its bytes are the response's where r is for everybody */
};

static enum MHD_Result
copy_header(void *ctx, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct MHD_Response **r = ctx;

    (void)kind;
    *r = send_header(*r, name, value);
    return *r != NULL ? MHD_YES : MHD_NO;
}

/* A response with all the headers of another. body is taken over, also when there is none; NULL: an
 * empty one. */
static struct MHD_Response *
with_headers(struct MHD_Response *from, void *body, size_t len)
{
    struct MHD_Response *r =
        body != NULL ? MHD_create_response_from_buffer_with_free_callback(len, body, mem_free)
                     : MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);

    if (r == NULL)
        mem_free(body);
    else
        (void)MHD_get_response_headers(from, copy_header, &r);
    return r;
}

static void *
copy_of(const void *bytes, size_t len)
{
    void *copy = mem_alloc(len);

    if (copy != NULL)
        memcpy(copy, bytes, len);
    return copy;
}

/* ── Making ── */

/* Of a page for everybody the gzip goes to its response, of one with a key it stays. */
static bool
add_gzip(struct kept *k, const struct kept_answer *a)
{
    struct as *as = &k->as[CODING_GZIP];
    bool keyed = k->body != NULL;
    struct MHD_Response *r;

    gzip_make(&k->gzip, a->body, a->len, keyed ? k->at : 0, keyed ? FORM_KEY_LEN : 0);
    if (k->gzip.bytes == NULL)
        return true;
    r = with_headers(a->r, keyed ? NULL : k->gzip.bytes, k->gzip.len);
    if (!keyed)
        k->gzip.bytes = NULL;
    as->r = send_header(r, "Content-Encoding", coding_name(CODING_GZIP));
    k->has |= 1u << CODING_GZIP;
    return as->r != NULL;
}

static bool
add_etags(struct kept *k, const struct kept_answer *a)
{
    static const char *const mark[AS_MANY] = { "", "-gz" };
    uint8_t hash[CRYPTO_HASH_BYTES];
    char hex[17];

    crypto_hash(hash, a->body, a->len, NULL, 0);
    text_hex(hash, 8, hex);
    for (enum coding c = 0; c < AS_MANY; c++) {
        struct as *as = &k->as[c];

        if ((k->has & 1u << c) == 0)
            continue;
        (void)snprintf(as->etag, sizeof as->etag, "\"%s%s\"", hex, mark[c]);
        k->unchanged[c] = send_header(with_headers(a->r, NULL, 0), "ETag", as->etag);
        as->r = send_header(as->r, "ETag", as->etag);
        if (as->r == NULL || k->unchanged[c] == NULL)
            return false;
    }
    return true;
}

static bool
fill(struct kept *k, const struct kept_answer *a)
{
    size_t n = strlen(a->form_key);
    const char *at = n > 0 ? memmem(a->body, a->len, a->form_key, n) : NULL;
    size_t behind = at != NULL ? (size_t)(at - a->body) + n : 0;
    void *body = NULL;

    if (at != NULL && memmem(a->body + behind, a->len - behind, a->form_key, n) != NULL)
        return false;
    if (at != NULL) {
        k->body = copy_of(a->body, a->len);
        k->len = a->len;
        k->at = behind - n;
    } else {
        body = copy_of(a->body, a->len);
    }
    if ((at != NULL ? k->body : body) == NULL)
        return false;
    k->as[CODING_IDENTITY].r = with_headers(a->r, body, a->len);
    k->has = 1u << CODING_IDENTITY;
    if (k->as[CODING_IDENTITY].r == NULL || (a->text && !add_gzip(k, a)))
        return false;
    /* What holds a key is never the same. */
    return !a->public || at != NULL || add_etags(k, a);
}

struct kept *
kept_new(const struct kept_answer *a)
{
    struct kept *k = mem_calloc(1, sizeof *k);

    if (k != NULL && !fill(k, a)) {
        kept_free(k);
        k = NULL;
    }
    return k;
}

static void
destroy(struct MHD_Response *r)
{
    if (r != NULL)
        MHD_destroy_response(r);
}

void
kept_free(void *object)
{
    struct kept *k = object;

    if (k == NULL)
        return;
    for (enum coding c = 0; c < AS_MANY; c++) {
        destroy(k->as[c].r);
        destroy(k->unchanged[c]);
    }
    mem_free(k->gzip.bytes);
    mem_free(k->body);
    mem_free(k);
}

/* ── Sending ── */

/* With a key of the reader's own. */
static enum MHD_Result
queue_keyed(const struct kept *k, struct MHD_Connection *mhd, enum coding c)
{
    bool gzip = c == CODING_GZIP;
    size_t len = gzip ? k->gzip.len : k->len;
    void *copy = gzip ? copy_of(k->gzip.bytes, len) : copy_of(k->body, len);
    char key[FORM_KEY_LEN + 1];
    struct MHD_Response *r;
    enum MHD_Result ok;

    if (copy == NULL)
        return MHD_NO;
    rand_base64url(key, FORM_KEY_LEN);
    if (gzip)
        gzip_fill(&k->gzip, copy, key);
    else
        memcpy((char *)copy + k->at, key, FORM_KEY_LEN);
    r = with_headers(k->as[c].r, copy, len);
    if (r == NULL)
        return MHD_NO;
    ok = MHD_queue_response(mhd, MHD_HTTP_OK, r);
    MHD_destroy_response(r);
    return ok;
}

enum MHD_Result
kept_queue(const struct kept *k, struct MHD_Connection *mhd, const struct head *head, int *http)
{
    int picked = coding_pick(head->accept_encoding, k->has);
    /* Who takes nothing at all is given the page. */
    enum coding c = picked > 0 ? (enum coding)picked : CODING_IDENTITY;
    const struct as *as = &k->as[c];

    *http = MHD_HTTP_OK;
    if (k->body != NULL)
        return queue_keyed(k, mhd, c);
    if (as->etag[0] != '\0' && head->if_none_match != NULL &&
        strstr(head->if_none_match, as->etag) != NULL) {
        *http = MHD_HTTP_NOT_MODIFIED;
        return MHD_queue_response(mhd, MHD_HTTP_NOT_MODIFIED, k->unchanged[c]);
    }
    return MHD_queue_response(mhd, MHD_HTTP_OK, as->r);
}
