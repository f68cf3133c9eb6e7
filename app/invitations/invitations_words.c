#include "invitations/invitations_words.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/text.h"
#include "html/date_text.h"

const char *
invitation_first_name(struct arena *a, const char *name, const char *email)
{
    size_t local = strcspn(email, "@");

    if (strchr(name, '@') != NULL ||
        (strlen(name) == local && text_equal_ci(name, arena_strndup(a, email, local))))
        return "";
    return text_first_name(a, name);
}

const char *
invitation_deadline_text(struct arena *a, const struct gathering *g, const char *lang)
{
    return g->deadline != 0 ? gathering_moment(a, g, lang, g->deadline, DATE_MID) : "";
}

struct invitation_words
invitation_words_of(struct arena *a, const struct gathering *g, const struct invitation *i)
{
    return (struct invitation_words){
        .name = i->name,
        .email = i->email,
        .organisation = i->organisation,
        .deadline = gathering_moment(a, g, g->language, gathering_closes_at(g), DATE_MID),
        .lang = g->language,
    };
}

/* Who has no company is spoken to: "å ha dere rundt bordet". */
static const char *
company(const struct invitation_words *w)
{
    if (w->organisation[0] != '\0')
        return w->organisation;
    if (strcmp(w->lang, "en") == 0)
        return "you";
    return strcmp(w->lang, "nn") == 0 ? "dykk" : "dere";
}

#define HOLES 6
struct hole {
    const char *word, *value;
};

static void
holes_of(struct arena *a, const struct invitation_words *w, struct hole out[HOLES])
{
    const char *first = invitation_first_name(a, w->name, w->email);

    out[0] = (struct hole){ "{fornavn}", first };
    out[1] = (struct hole){ "{first_name}", first };
    out[2] = (struct hole){ "{bedrift}", company(w) };
    out[3] = (struct hole){ "{company}", company(w) };
    out[4] = (struct hole){ "{frist}", w->deadline };
    out[5] = (struct hole){ "{deadline}", w->deadline };
}

static void
put(struct buf *out, const char *s, size_t n, bool html)
{
    if (html)
        buf_add_html(out, s, n);
    else
        buf_add(out, s, n);
}

static void
put_value(struct buf *out, const char *value, bool html)
{
    if (value[0] == '\0') {
        if (out->len > 0 && out->data[out->len - 1] == ' ')
            out->data[--out->len] = '\0';
        return;
    }
    if (html)
        buf_adds(out, "<mark class=\"sm-mark\">");
    put(out, value, strlen(value), html);
    if (html)
        buf_adds(out, "</mark>");
}

static void
fill(struct arena *a, const char *text, const struct invitation_words *w, bool html,
     struct buf *out)
{
    struct hole hole[HOLES];

    holes_of(a, w, hole);
    while (*text != '\0') {
        size_t plain = strcspn(text + 1, "{") + 1, k = 0;

        while (k < HOLES && !text_starts(text, hole[k].word))
            k++;
        if (k == HOLES) {
            put(out, text, plain, html);
            text += plain;
        } else {
            put_value(out, hole[k].value, html);
            text += strlen(hole[k].word);
        }
    }
}

const char *
invitation_fill_in(struct arena *a, const char *text, const struct invitation_words *w)
{
    struct buf out;

    buf_init(&out, 0);
    fill(a, text, w, false, &out);
    const char *filled = arena_strdup(a, buf_str(&out));
    buf_release(&out);
    return filled;
}

void
invitation_fill_in_html(struct arena *a, const char *text, const struct invitation_words *w,
                        struct buf *out)
{
    fill(a, text, w, true, out);
}

/* "Hei {fornavn}!", "Hei alle sammen": at most two words after it, and nothing more on the line. */
const char *
invitation_past_greeting(const char *text)
{
    static const char *const hello[] = { "hei", "hi", "hello", "kjære", "dear" };
    const char *s = NULL;

    for (size_t i = 0; i < ARRAY_LEN(hello) && s == NULL; i++) {
        size_t n = strlen(hello[i]);
        if (strncasecmp(text, hello[i], n) == 0 && strchr(" ,!.\n", text[n]) != NULL)
            s = text + n;
    }
    if (s == NULL)
        return text;
    for (int words = 0; words < 2 && *s == ' '; words++) {
        s++;
        s += strcspn(s, " ,!.?\n");
    }
    s += strspn(s, " ,!.");
    return *s == '\n' || *s == '\0' ? s + strspn(s, " \n") : text;
}
