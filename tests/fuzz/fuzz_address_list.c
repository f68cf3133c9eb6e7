/* Pasted addresses: whatever is pasted, what comes out holds together. */
#include "base/text.h"
#include "document/address_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a;
    struct address_list l;
    size_t ok = 0, duplicate = 0, bad = 0;

    if (size > 4096 || !text_utf8_ok((const char *)data, size))
        return 0;
    a = arena_new(0);
    enum status rc = address_list_read(a, arena_strndup(a, (const char *)data, size), &l);
    if (rc != ST_OK) {
        if (rc != ST_INVALID || l.long_line < 1 || l.long_column < 1)
            BUG("a short text is no limit");
        arena_free(&a);
        return 0;
    }
    for (size_t i = 0; i < l.n; i++) {
        const struct address_entry *e = &l.entries[i];

        if (!text_utf8_ok(e->name, strlen(e->name)) || !text_utf8_ok(e->email, strlen(e->email)) ||
            !text_utf8_ok(e->organisation, strlen(e->organisation)))
            BUG("broken text");
        if (e->ok != text_email_ok(e->email) || e->ok != (e->why == ADDRESS_OK))
            BUG("an address is judged wrongly");
        if (e->duplicate_of >= (int)i || strlen(e->name) > 200 || e->line < 1)
            BUG("an entry makes no sense");
        if (text_length(e->organisation) > ADDRESS_CELL_MAX)
            BUG("a cell is too long");
        ok += e->ok && e->duplicate_of < 0;
        duplicate += e->duplicate_of >= 0;
        bad += !e->ok;
    }
    if (ok != l.n_ok || duplicate != l.n_duplicate || bad != l.n_bad || ok + duplicate + bad != l.n)
        BUG("the counts are wrong");
    arena_free(&a);
    return 0;
}
