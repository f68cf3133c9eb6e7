/*
 * All embedded templates, compiled at start.
 *
 *     asset                              name
 *     app/gatherings/public.html         gatherings/public
 *     app/html/layout_public.html        html/layout_public
 *     mail-templates/nb/confirmed.txt    mail-templates/nb/confirmed.txt (all of them as they are)
 *
 * A partial's name is looked for in the folder of the template that names it, then as a whole name:
 * in gatherings/public, {{> sign}} is gatherings/sign and {{> html/field}} is html/field.
 * Templates ending in .txt do not escape. Immutable after loading; safe from any thread.
 */
#ifndef SAMLING_HTML_TEMPLATE_H
#define SAMLING_HTML_TEMPLATE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/status.h"
#include "html/static_url.h"
#include "html/translate.h"

struct templates;

/*
 * texts is borrowed and must outlive the templates. Needs crypto_start before (hashes of the static
 * files).
 *
 * Returns ST_OK;
 *         ST_INVALID  a template does not compile: logged with file and line;
 *         ST_NOMEM.
 * What templates_check finds is logged too, but does not keep the program from starting.
 */
MUST_USE enum status templates_load(const struct translations *texts, struct templates **out);
void templates_free(struct templates **t);

/* Says a line for each fixed reference to what does not exist: a partial, an icon, a static file,
 * or a text in one of the languages. Returns their number. */
size_t templates_check(const struct templates *t, void (*say)(void *ctx, const char *line),
                       void *ctx);

bool template_exists(const struct templates *t, const char *name);
const struct static_urls *templates_static(const struct templates *t);

/*
 * Append the rendered template to out. data: borrowed.
 *
 * Returns ST_OK;
 *         ST_NOT_FOUND  no such template (a BUG of the caller, logged);
 *         ST_LIMIT      see mustache_render, logged.
 */
MUST_USE enum status template_render(const struct templates *t, const char *name, const char *lang,
                                     json_t *data, struct buf *out);

/*
 * The same inside a layout ("public", "app", "door", "plain": html/layout_<layout>). The template
 * is rendered first and stands inside the layout's <main id="content">; in "door" it brings its own
 * <main>. The bar at the foot of phones (sm-dock) comes after </main>: what stands behind a line
 * "<!--dock-->" in the template, or data.dock_html. data is an object; `narrow` true in it makes a
 * public page narrow and without menu (forms, tickets), `wide` true a plain page wider.
 * It holds `page`:
 *
 * - lang, title, path, csrf: texts; title is shown as "title – cluster.name" in the window
 * - form_key: text; {{> html/form_keys}} puts it and csrf into a form
 * - cluster: {name, address, email, phone}, "" or absent where there is none
 * - user: {name, role} or null
 * - menu: the organiser's, [{href, icon, key, short_key, current, count, phone}]. key is the text's
 *   ("menu.home"), short_key's is shown on phones (may be absent), current true for the page shown,
 *   count a number or absent, phone true for those in the bottom bar (at most five)
 * - footer: [{href, key}], more links at the foot; may be absent
 * - languages: [{code, name, current}]; the links are ?lang=code
 * - scripts, styles: ["door.js"], static files; may be absent
 * - feeds: [{type, href, title}]; may be absent
 * - manifest: address of a web app manifest; may be absent
 * - noindex: true keeps it out of search engines
 * - description: for search engines and link previews; may be absent
 * - canonical: the page's one address; may be absent
 * - share: {title, description, image, width, height, locale}, for who unfolds a link; may be
 * absent
 * - json_ld: what programs read of it, JSON in which no < stands; may be absent
 * - refresh: seconds after which the browser loads it anew; may be absent
 *
 * Beside the layouts there are html/form_errors (the summary for what rq_form_view gives, in the
 * context where has_errors is) and html/error (layout "plain"; {status, title_key, text_key,
 * server_error, code}).
 *
 * A layout sees nothing else of data. Adds page.home for path "/".
 * Statuses as template_render, and ST_NOMEM.
 */
MUST_USE enum status template_render_page(const struct templates *t, const char *layout,
                                          const char *name, const char *lang, json_t *data,
                                          struct buf *out);

#endif
