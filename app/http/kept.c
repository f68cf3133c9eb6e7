#include "http/kept.h"

#include "base/memory.h"
#include "base/rand.h"
#include "base/text.h"
#include "http/send.h"

struct kept {
    struct MHD_Response *r;
    char *body; /* NULL: r is for everybody */
    size_t len, at;
};

struct kept *
kept_new(struct MHD_Response *r, const char *body, size_t len, const char *form_key)
{
    size_t n = strlen(form_key);
    const char *at = n > 0 ? memmem(body, len, form_key, n) : NULL;
    size_t behind = at != NULL ? (size_t)(at - body) + n : 0;
    struct kept *k = NULL;

    if (at == NULL || memmem(body + behind, len - behind, form_key, n) == NULL)
        k = mem_calloc(1, sizeof *k);
    if (k != NULL && at != NULL) {
        k->body = mem_alloc(len);
        k->len = len;
        k->at = behind - n;
        if (k->body != NULL)
            memcpy(k->body, body, len);
    }
    if (k == NULL || (at != NULL && k->body == NULL)) {
        mem_free(k);
        MHD_destroy_response(r);
        return NULL;
    }
    k->r = r;
    return k;
}

void
kept_free(void *object)
{
    struct kept *k = object;

    if (k == NULL)
        return;
    MHD_destroy_response(k->r);
    mem_free(k->body);
    mem_free(k);
}

static enum MHD_Result
copy_header(void *ctx, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct MHD_Response **r = ctx;

    (void)kind;
    *r = send_header(*r, name, value);
    return *r != NULL ? MHD_YES : MHD_NO;
}

enum MHD_Result
kept_queue(const struct kept *k, struct MHD_Connection *mhd)
{
    struct MHD_Response *r = NULL;
    char key[FORM_KEY_LEN + 1], *body;
    enum MHD_Result ok;

    if (k->body == NULL)
        return MHD_queue_response(mhd, MHD_HTTP_OK, k->r);
    body = mem_alloc(k->len);
    if (body == NULL)
        return MHD_NO;
    memcpy(body, k->body, k->len);
    rand_base64url(key, FORM_KEY_LEN);
    memcpy(body + k->at, key, FORM_KEY_LEN);
    r = MHD_create_response_from_buffer_with_free_callback(k->len, body, mem_free);
    if (r == NULL) {
        mem_free(body);
        return MHD_NO;
    }
    (void)MHD_get_response_headers(k->r, copy_header, &r);
    if (r == NULL)
        return MHD_NO;
    ok = MHD_queue_response(mhd, MHD_HTTP_OK, r);
    MHD_destroy_response(r);
    return ok;
}
