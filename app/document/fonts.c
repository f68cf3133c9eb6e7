#include "document/fonts.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "base/lock.h"
#include "base/log.h"
#include "document/drawing.h"

#define CORE 1u
#define CJK 2u

static const struct {
    const char *name;
    unsigned package;
    const char *sample;
    GUnicodeScript script[2];
} known[] = {
    { "Arabic", CORE, "محمد", { G_UNICODE_SCRIPT_ARABIC, G_UNICODE_SCRIPT_ARABIC } },
    { "Hebrew", CORE, "דוד", { G_UNICODE_SCRIPT_HEBREW, G_UNICODE_SCRIPT_HEBREW } },
    { "Thai", CORE, "สมชาย", { G_UNICODE_SCRIPT_THAI, G_UNICODE_SCRIPT_THAI } },
    { "Hindi", CORE, "प्रिया", { G_UNICODE_SCRIPT_DEVANAGARI, G_UNICODE_SCRIPT_DEVANAGARI } },
    { "Chinese", CJK, "王小明", { G_UNICODE_SCRIPT_HAN, G_UNICODE_SCRIPT_HAN } },
    { "Japanese", CJK, "さくらサクラ", { G_UNICODE_SCRIPT_HIRAGANA, G_UNICODE_SCRIPT_KATAKANA } },
    { "Korean", CJK, "김민수", { G_UNICODE_SCRIPT_HANGUL, G_UNICODE_SCRIPT_HANGUL } },
};

static struct {
    pthread_mutex_t lock;
    bool looked;
    unsigned lacking;
} machine = { .lock = PTHREAD_MUTEX_INITIALIZER };

static bool
has_sample(PangoContext *context, const char *sample)
{
    PangoLayout *l = pango_layout_new(context);
    bool has;

    pango_layout_set_text(l, sample, -1);
    has = pango_layout_get_unknown_glyphs_count(l) == 0;
    g_object_unref(l);
    return has;
}

static unsigned
look(void)
{
    PangoFontMap *fonts = pango_cairo_font_map_new();
    PangoContext *context = pango_font_map_create_context(fonts);
    unsigned lacking = 0;

    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (!has_sample(context, known[i].sample))
            lacking |= 1u << i;
    g_object_unref(context);
    g_object_unref(fonts);
    return lacking;
}

unsigned
fonts_lacking(unsigned scripts)
{
    unsigned lacking;

    if (scripts == 0)
        return 0;
    lock_take(&machine.lock);
    if (!machine.looked)
        machine.lacking = look();
    machine.looked = true;
    lacking = machine.lacking;
    lock_give(&machine.lock);
    return lacking & scripts;
}

static unsigned
bit_of(gunichar c)
{
    GUnicodeScript script = g_unichar_get_script(c);

    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (script == known[i].script[0] || script == known[i].script[1])
            return 1u << i;
    return 0;
}

unsigned
fonts_needed(const char *text)
{
    unsigned scripts = 0;

    /* The first letter of any of them is U+0590. */
    for (; *text != '\0'; text = g_utf8_next_char(text))
        if ((unsigned char)*text >= 0xD6)
            scripts |= bit_of(g_utf8_get_char(text));
    return scripts;
}

const char *
fonts_script_names(struct arena *a, unsigned scripts)
{
    const char *names = "";

    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if ((scripts & 1u << i) != 0)
            names = arena_printf(a, "%s%s%s", names, names[0] != '\0' ? ", " : "", known[i].name);
    return names;
}

const char *
fonts_packages(unsigned scripts)
{
    static const char *const packages[] = { "", "fonts-noto-core", "fonts-noto-cjk",
                                            "fonts-noto-core, fonts-noto-cjk" };
    unsigned package = 0;

    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if ((scripts & 1u << i) != 0)
            package |= known[i].package;
    return packages[package];
}

void
fonts_missed(const char *text)
{
    static atomic_uint told;
    static atomic_bool told_others;
    unsigned scripts = fonts_needed(text);

    if (scripts == 0 && !atomic_exchange(&told_others, true))
        log_warn("document", "some signs cannot be printed: install fonts-noto-core");
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if ((scripts & 1u << i) != 0 && (atomic_fetch_or(&told, 1u << i) & 1u << i) == 0)
            log_warn("document", "names in %s cannot be printed: install %s", known[i].name,
                     fonts_packages(1u << i));
}
