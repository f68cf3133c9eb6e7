/* Many needs at once, out of a spreadsheet: looked through, then taken, all or none. */
#include <string.h>

#include "needs/needs_pages.h"
#include "needs/needs_paste.h"
#include "organisations/organisations.h"

#define PASTE_MAX 400000
#define BODY_MAX ((size_t)2 << 20)
#define PASTE_PATH NEEDS_PATH "/paste"

DB_SQL(sql_there, "SELECT 1 FROM need WHERE organisation_id = $1 AND text = $2 AND kind = $3");

static const struct field paste_fields[] = {
    { "paste", FIELD_TEXT, 0, PASTE_MAX },
    { 0 },
};

static const char *const faults[NEED_ROW_FAULTS] = {
    "good",      "twice", "no_organisation", "no_text", "long_organisation",
    "long_text", "kind",  "cells",
};

/* What is read of the text, as the writer is to have it. */
struct pasted {
    struct need_row *row;
    size_t n, good, wrong;
};

/* Adds what is wrong with the whole of it. */
static enum status
read_pasted(struct request *rq, struct pasted *out)
{
    enum status rc = need_rows_read(rq_arena(rq), rq_text(rq, "paste"), &out->row, &out->n);

    if (rc == ST_LIMIT) {
        json_t *max = json_pack("{si}", "max", NEED_ROWS_MAX);

        rq_error_text(rq, "paste", rq_tr_format(rq, "need.paste.too_many", max));
        json_decref(max);
        return ST_INVALID;
    }
    for (size_t i = 0; rc == ST_OK && i < out->n; i++) {
        out->good += out->row[i].fault == NEED_ROW_GOOD;
        out->wrong += out->row[i].fault > NEED_ROW_TWICE;
    }
    if (rc == ST_OK && out->n == 0)
        rq_error_text(rq, "paste", rq_tr(rq, "need.paste.nothing"));
    return rc;
}

static json_t *
lines_view(struct request *rq, const struct pasted *p)
{
    struct arena *a = rq_arena(rq);
    json_t *lines = json_array();

    for (size_t i = 0; i < p->n; i++) {
        const struct need_row *row = &p->row[i];
        bool wrong = row->fault > NEED_ROW_TWICE;
        const char *kind = row->kind != NULL ? row->kind : "need";
        /* keys: need.paste.{=faults} need.kind.{=need_kinds} */
        const char *why = rq_tr(rq, arena_printf(a, "need.paste.%s", faults[row->fault]));
        const char *label =
            row->fault == NEED_ROW_GOOD ? rq_tr(rq, arena_printf(a, "need.kind.%s", kind)) : why;

        (void)json_array_append_new(lines, json_pack("{si ss ss ss ss ss sb}", "n", row->line,
                                                     "organisation", row->organisation, "text",
                                                     row->text, "label", label, "color",
                                                     wrong                         ? "danger"
                                                     : row->fault == NEED_ROW_GOOD ? "success"
                                                                                   : "neutral",
                                                     "icon",
                                                     wrong                         ? "warning"
                                                     : row->fault == NEED_ROW_GOOD ? "check"
                                                                                   : "skip",
                                                     "wrong", wrong));
    }
    return lines;
}

static enum status
page(struct request *rq, struct response *rs, const struct pasted *p, json_t *data)
{
    if (p != NULL)
        (void)json_object_update_new(
            data, json_pack("{sb so sI sI sb}", "reviewed", p->n > 0, "lines", lines_view(rq, p),
                            "good", (json_int_t)p->good, "wrong", (json_int_t)p->wrong, "ready",
                            p->wrong == 0 && p->good > 0));
    return rs_page(rs, rq_has_errors(rq) ? 422 : 200, "needs/paste", rq_tr(rq, "need.paste.title"),
                   data);
}

static enum status
show(struct request *rq, struct response *rs)
{
    return page(rq, rs, NULL, json_object());
}

static enum status
review(struct request *rq, struct response *rs)
{
    struct pasted p = { 0 };
    enum status rc = read_pasted(rq, &p);

    return rc == ST_OK || rc == ST_INVALID ? page(rq, rs, &p, rq_form_view(rq)) : rc;
}

static enum status
again(struct request *rq, struct response *rs)
{
    struct pasted p = { 0 };
    enum status rc = need_rows_read(rq_arena(rq), rq_text(rq, "paste"), &p.row, &p.n);

    for (size_t i = 0; rc == ST_OK && i < p.n; i++) {
        p.good += p.row[i].fault == NEED_ROW_GOOD;
        p.wrong += p.row[i].fault > NEED_ROW_TWICE;
    }
    return page(rq, rs, rc == ST_OK ? &p : NULL, rq_form_view(rq));
}

static enum status
prepare(struct request *rq)
{
    struct pasted *p = ARENA_NEW(rq_arena(rq), struct pasted);
    enum status rc = read_pasted(rq, p);

    if (rc == ST_OK && p->wrong > 0)
        rq_error_text(rq, "paste", rq_tr(rq, "need.paste.wrong_first"));
    rq_leave(rq, p);
    return rc == ST_OK && rq_has_errors(rq) ? ST_INVALID : rc;
}

/* What stands there already, word for word, is left as it is. */
static enum status
take(struct work *w, const struct need_row *row, int64_t *added)
{
    struct need n = {
        .kind = row->kind, .text = row->text, .lang = rq_lang(w->rq), .source = "pasted"
    };
    bool there = false;
    int64_t id;
    enum status rc =
        organisation_ensure(w->conn, row->organisation, NULL, NULL, w->now, &n.organisation_id);

    if (rc == ST_OK)
        rc = db_any(w->conn, &sql_there, &there, V(n.organisation_id), V(n.text), V(n.kind));
    if (rc == ST_OK && !there) {
        rc = need_add(w->conn, &n, w->now, &id);
        (*added)++;
    }
    return rc;
}

static enum status
save_work(struct work *w)
{
    const struct pasted *p = rq_left(w->rq);
    int64_t added = 0;
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && i < p->n; i++)
        if (p->row[i].fault == NEED_ROW_GOOD)
            rc = take(w, &p->row[i], &added);
    w->redirect = arena_printf(rq_arena(w->rq), NEEDS_PATH "?added=%lld", (long long)added);
    return rc;
}

static enum status
to_paste(struct request *rq, struct response *rs)
{
    (void)rq;
    return rs_redirect(rs, PASTE_PATH);
}

/* clang-format off */
const struct route needs_paste_routes[] = {
    { HTTP_GET, PASTE_PATH, ALLOW_ORGANISER, RT_READ, 0, .read = show },
    { HTTP_POST, PASTE_PATH, ALLOW_ORGANISER, RT_SLOW, BODY_MAX, 0, paste_fields, .slow = review,
      .form = again },
    { HTTP_GET, PASTE_PATH "/save", ALLOW_ORGANISER, RT_READ, 0, .read = to_paste },
    { HTTP_POST, PASTE_PATH "/save", ALLOW_ORGANISER, RT_WRITE, BODY_MAX, RT_FORM_KEY, paste_fields,
      .prepare = prepare, .work = save_work, .form = again },
    { 0 },
};
/* clang-format on */
