// The lint's rules over small made-up trees: each refuses what it must, and lets pass what is right.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Tree, judge } from './tree.js';
import { rules as rooms } from './rooms.js';
import { rules as files } from './files.js';
import { rules as words } from './words.js';
import { rules as forms } from './forms.js';
import { rules as terms } from './terms.js';
import { rules as sheets } from './sheets.js';

const entry = (key, text) => (Array.isArray(text)
  ? `msgid "${key}"\nmsgid_plural "${key}"\nmsgstr[0] "${text[0]}"\nmsgstr[1] "${text[1]}"\n` : `msgid "${key}"\nmsgstr "${text}"\n`);
const po = (texts) => Object.entries({ 'common.yes': 'Ja', 'error.required': 'Må fylles ut', ...texts })
  .map(([key, text]) => entry(key, text)).join('\n');

/** A tree that keeps every rule, with `changes` (null removes a file) and `texts` in all three languages. */
function tree(changes = {}, texts = {}) {
  const all = {
    'app/app.c': `#include "gatherings/gatherings.h"
const struct feature *const all_features[] = {
    &mailing_feature, /* first */
    &gatherings_feature,
    &door_feature,
    NULL,
};`,
    'app/base/crypto.c': '#include <sodium/utils.h>\n#include "base/crypto.h"\nvoid f(void) { sodium_memzero(p, 1); }',
    'app/database/db_sqlite.c': '#include <sqlite3.h>\n#include "base/text.h"\nint x = sqlite3_step(s);',
    'app/html/field.html': '{{! arg.size is no argument }}{{_ .arg.label}}<input name="{{arg.name}}"{{#arg.max}} maxlength="{{arg.max}}"{{/arg.max}}>',
    'app/html/mustache.c': '#include "html/mustache.h"',
    'app/html/po/nb.po': po(texts), 'app/html/po/nn.po': po(texts), 'app/html/po/en.po': po(texts),
    'app/http/send.h': '#include <microhttpd.h>',
    'app/document/qr.c': '#include <qrencode.h>',
    'app/smtp/smtp.c': '#include <curl/curl.h>',
    'app/cmd/serve.c': '#include "app.h"\n#include "cmd/cmd.h"\n#include "door/door.h"',
    'app/mailing/mailing_sender.c': '#include "smtp/smtp.h"\n#include "mailing/mailing_outbox.h"\n',
    'app/gatherings/gatherings.c': `#include "feature.h"
#include "mailing/mailing.h"
const char *yes(struct request *rq) { return panels_fill(rq, "gathering.side", 1, rq_tr(rq, "common.yes")); }
void need(struct request *rq) { rq_error(rq, "name", "required"); }`,
    'app/gatherings/page.html': '<p>{{_ common.yes}}</p>',
    'app/door/door.c': '#include "gatherings/gatherings.h"\nstatic const struct panel door_panels[] = {\n    { "gathering.side", "door", NULL, fill },\n    { 0 },\n};',
    'db/migrations/sqlite/0001_http.sql': '', 'db/migrations/postgresql/0001_http.sql': '',
    'mail-templates/nb/door.link.txt': 'x', 'mail-templates/nn/door.link.txt': 'x', 'mail-templates/en/door.link.txt': 'x',
    ...changes,
  };
  return new Tree(Object.fromEntries(Object.entries(all).filter(([, text]) => text !== null)));
}

const all = [...rooms, ...files, ...words, ...forms, ...sheets];
/** What the lint says of a tree, all rules together. */
const lint = (changes, texts) => all.flatMap((rule) => judge(rule, tree(changes, texts)));
/** ... exactly these, each matched by its pattern. */
function refuses(patterns, changes, texts) {
  const said = lint(changes, texts);
  assert.equal(said.length, patterns.length, `said:\n${said.join('\n')}`);
  patterns.forEach((p, i) => assert.match(said[i], p));
}
/** A change of app/gatherings/gatherings.c: what it has, and this. */
const also = (text) => ({ 'app/gatherings/gatherings.c': `${tree().text('app/gatherings/gatherings.c')}\n${text}` });

test('a tree that keeps the rules is let pass', () => {
  assert.deepEqual(lint(), []);
});

test('a rule that looks at nothing is broken', () => {
  assert.deepEqual(judge(['size', () => {}], tree()), ['size: nothing was checked']);
});

test('features and their order are those of the composition root', () => {
  assert.deepEqual(tree().features, ['mailing', 'gatherings', 'door']);
  const [, known] = rooms;
  assert.deepEqual(judge(known, tree({ 'app/app.c': '' })).map((l) => l.slice(0, 30)),
    ['app/app.c: no list all_feature', 'app/mailing/: no feature in th', 'app/gatherings/: no feature in', 'app/door/: no feature in the l']);
  // Only the list's order decides who may call whom.
  const turned = tree().text('app/app.c').replace(/&door_feature/, '&mailing_feature').replace(/&mailing_feature/, '&door_feature');
  refuses([/gatherings\.c: includes "mailing\/mailing\.h" against/, /door\.c: includes "gatherings\/gatherings\.h" against/], { 'app/app.c': turned });
});

test('a folder that nobody listed is a breach, whatever is in it', () => {
  refuses([/^app\/surveys\/: no feature/, /surveys\.c: includes "smtp\/smtp\.h" against the arrows/], { 'app/surveys/surveys.c': '#include "smtp/smtp.h"' });
  refuses([/^app\/surveys\/: no feature/], { 'app/surveys/page.html': '<p></p>' });
  refuses([/surveys_feature has no folder/], { 'app/app.c': tree().text('app/app.c').replace('NULL', '&surveys_feature, NULL') });
  refuses([/app\/door\/deep\/x\.c: a folder within a room/], { 'app/door/deep/x.c': '' });
});

test('arrows', () => {
  const feature = (f, name) => ({ [`app/${f}/more.c`]: `#include "${name}"` });
  for (const [f, name] of [
    ['mailing', 'gatherings/gatherings.h'], // to the right
    ['gatherings', 'door/door.h'],
    ['door', 'gatherings/gatherings_store.h'], // not its face
    ['gatherings', 'smtp/smtp.h'], // mailing's alone
    ['door', 'app.h'], ['door', 'cmd/cmd.h'],
    ['base', 'database/db.h'], ['database', 'html/mustache.h'], ['html', 'http/http.h'], ['document', 'database/db.h'],
    ['http', 'document/pdf.h'], ['http', 'feature.h'], ['smtp', 'database/db.h'], ['http', 'mailing/mailing.h'],
    ['cmd', 'door/door_store.h'],
    ['door', 'database/statement.h'], ['http', 'database/driver.h'], ['cmd', 'database/statement.h'], // steps, not calls
  ]) refuses([/against the arrows/], feature(f, name));
  refuses([/app\/decorate\.c: includes "door\/door_store\.h"/], { 'app/decorate.c': '#include "door/door_store.h"' });
  for (const [f, name] of [
    ['door', 'mailing/mailing.h'], ['door', 'door/door_store.h'], ['door', 'feature.h'], ['mailing', 'smtp/smtp_config.h'],
    ['http', 'database/db.h'], ['http', 'html/lang.h'], ['cmd', 'smtp/smtp.h'], ['cmd', 'app.h'],
  ]) refuses([], feature(f, name));
});

test('each library in its room, by its names and by its headers, in every folder', () => {
  for (const [room, text] of [
    ['gatherings', 'int x = sqlite3_step(s);'], ['http', '#include <sqlite3.h>'],
    ['door', 'MHD_foo();'], ['html', '#include <microhttpd.h>'],
    ['mailing', 'curl_easy_init();'], ['mailing', '#include <curl/curl.h>'],
    ['door', 'QRcode_encode();'], ['gatherings', '#include <libical/ical.h>'], ['smtp', '#include <gmime/gmime.h>'],
    ['http', 'randombytes_buf();'], ['cmd', '#include <sodium/core.h>'], ['document', 'cmark_parse();'],
    ['gatherings', 'sb_stemmer_new();'], ['html', '#include <libstemmer.h>'],
  ]) refuses([/more\.c: \S+ belongs in app\//], { [`app/${room}/more.c`]: text });
  refuses([/surveys\/: no feature/, /surveys\/x\.c: sqlite3_step belongs/], { 'app/surveys/x.c': 'sqlite3_step(s);' });
  refuses([], { 'app/door/more.c': '/* sqlite3_step */ f("sqlite3_step");' });
});

test('top level, transactions, size, inline script, escapes, unfinished words, languages of mail', () => {
  refuses([/docs\/x\.md: not part/], { 'docs/x.md': '' });
  refuses([/more\.c: opens a transaction/], { 'app/door/more.c': 'db_begin(c);' });
  refuses([], { 'app/http/more.c': 'db_begin(c);', 'app/cmd/more.c': 'db_savepoint(c);' });
  refuses([/more\.c: 601 lines/], { 'app/door/more.c': '\n'.repeat(601) });
  refuses([/x\.html: inline/], { 'app/door/x.html': '<p onclick="x()">' });
  refuses([/x\.html: inline/], { 'app/door/x.html': '<script type="module">x()</script>' });
  refuses([/\{\{\{name\}\}\} is not escaped/], { 'app/door/x.html': '{{{name}}}' });
  refuses([/x\.js: TODO/], { 'public/x.js': '// TODO' });
  refuses([/nn\/door\.more\.txt is missing/, /en\/door\.more\.txt is missing/], { 'mail-templates/nb/door.more.txt': 'x' });
});

test('statements list themselves', () => {
  refuses([/more\.c: a statement that is not made by DB_SQL/], { 'app/door/more.c': 'static const struct db_sql sql_x = { "SELECT 1" };' });
  refuses([/more\.c: db_script is for/], { 'app/door/more.c': 'db_script(c, "SELECT 1");' });
  refuses([], { 'app/door/more.c': 'DB_SQL(sql_x, "SELECT 1"); /* struct db_sql x = */' });
});

test('catalogues are alike', () => {
  refuses([/^nn\.po: door\.new is missing/, /^en\.po: door\.new is missing/, /nothing names door\.new/], { 'app/html/po/nb.po': po({ 'door.new': 'Ny' }) });
  refuses([/^nb\.po: door\.new is missing/], { 'app/html/po/en.po': po({ 'door.new': 'New' }) });
  refuses([/^en\.po: common\.yes has other placeholders/], { 'app/html/po/en.po': po({ 'common.yes': 'Yes {name}' }) });
});

test('a key that is named must be there, wherever it is named', () => {
  const missing = /text \S+ is in no catalogue/;
  for (const text of [
    'f(rq_tr(rq, "surveys.title"));',
    'f(rq_tr(rq, n > 0 ? "common.yes" : "surveys.none"));',
    'f(rq_tr_format(rq, "surveys.title", values));',
    'f(tr_format_n(a, t, lang, "surveys.title", n, NULL));',
    'f(rq_tr(rq, "surveys"));',
    'const struct mail_kind k = { .name = "door.link", .label = "surveys.kind.ask" };',
    'const struct tab t = { .label = "surveys" };',
    'static const struct menu menu[] = { { "/admin/surveys", "surveys.menu", "i/star" } };',
    'o = json_pack("{s:s}", "title_key", "surveys.title");',
    '#define LABEL "surveys.title"',
  ]) refuses([missing], also(text));
  // In SQL, where it has brothers.
  refuses([missing], also('f("mail.why.asked", "UPDATE mail SET last_reply = \'mail.why.stopped\'");'), { 'mail.why.asked': 'x' });
  refuses([], also('f("UPDATE mail SET last_reply = \'mail.why.asked\'");'), { 'mail.why.asked': 'x' });
  refuses([missing], { 'app/gatherings/page.html': '{{_ surveys.title}}' });
  refuses([missing], { 'app/gatherings/page.html': '{{_n surveys.seats count}}' });
  refuses([missing], { 'app/gatherings/page.html': '{{#x}}{{_ surveys.title}}{{/x}}' });
});

test('a dotted string that is no key: files, mails, places, checks, versions, what is compared, what says so', () => {
  for (const text of [
    'f("door.js", "samling.ics");', 'f("door.link");', 'f("gathering.side");', 'f("5.1.7");',
    'static const struct check checks[] = { { "door.admitted", run }, { 0 } };\nint x = f("door.admitted");',
    'if (strcmp(name, "mail.per_minute") == 0) f();',
    'f("zone.one"); /* no key: a setting */', 'COL_AS(struct x, role, "o.role", 0)', '/* no key */\nf("zone.one");',
    'static const char sql[] = "SELECT value FROM setting WHERE name = \'common.per_minute\'";',
  ]) refuses([], also(text));
});

test('a composed key says beside it what it can become, and each is there', () => {
  const state = { 'door.state.open': 'Åpen', 'door.state.shut': 'Stengt' };
  const use = 'f(arena_printf(a, "door.state.%s", s), "open", "shut");';
  const dead = [/nothing names door\.state\.open/, /nothing names door\.state\.shut/];
  refuses([/"door\.state\.%s" needs a comment beside it/, ...dead], also(use), state);
  refuses([/"surveys\.%d" needs a comment/], also('f(arena_printf(a, "surveys.%d", n));'));
  refuses([/"%s\.%s" needs a comment/, ...dead], also('f(arena_printf(a, "%s.%s", prefix, s));'), state);
  refuses([/"door\.state\." needs a comment/, ...dead], also('#define LABEL(x) "door.state." x'), state);
  refuses([/"door\.state\." needs a comment/, ...dead], also('static const char sql[] = "SELECT \'door.state.\' || state FROM door";'), state);
  refuses([], also(`/* keys: door.state.{open,shut} */\n${use}`), state);
  const unused = /nothing beside it becomes door\.state\.\{open,shut\}/;
  refuses([unused], also('/* keys: door.state.{open,shut} */ f("open", "shut");'), state);
  refuses([/"door\.state\.%s" needs a comment/, unused], also(`/* keys: door.state.{open,shut} */\n${'\n'.repeat(7)}${use}`), state); // far away
  refuses([/"door\.state\.%s" needs a comment/, /nothing beside it/, ...dead], also(`/* keys: common.yes */\n${use}`), state); // of another key
  refuses([/door\.state\.away is in no catalogue/], also(`/* keys: door.state.{open,shut,away} */\n${use}\nf("away");`), state);
  refuses([/no code says "ajar" any more/, /door\.state\.ajar is in no/], also(`/* keys: door.state.{open,shut,ajar} */\n${use}`), state);
});

test('the values of a composed key, read off the code', () => {
  const state = { 'door.state.open': 'Åpen', 'door.state.shut': 'Stengt' };
  const use = (values) => `void g(void) {\n    /* keys: door.state.{${values}} */\n    f(arena_printf(a, "door.state.%s", s));\n}\n`;
  const array = 'static const char *const states[] = { "", "open", "shut" };';
  const rows = 'static const struct { const char *name, *icon; } states[] = {\n    [OPEN] = { "open", "i/door" },\n    [SHUT] = { "shut", "i/lock" },\n};';
  const returns = 'static const char *\nstates(int n)\n{\n    if (strcmp(x, "other") == 0)\n        return "open";\n    return n > 0 ? "shut" : NULL;\n}\n';
  const holds = 'static const char *\nstates(int n)\n{\n    static const char *const name[] = { "open", "shut" };\n    return name[n];\n}\n';
  for (const from of [array, rows, returns, holds]) {
    refuses([], also(`${from}\n${use('=states')}`), state);
    refuses([/door\.state\.ajar is in no catalogue/], also(`${from.replace('"shut"', '"ajar"')}\n${use('shut,=states')}\nf("shut");`), state);
  }
  refuses([], also(`${array}\n${use('=states,-ajar')}`), state);
  refuses([], also(`${array.replace('"shut"', '"shut", "ajar"')}\n${use('=states,-ajar')}`), state);
  refuses([], { ...also(use('=states')), 'app/door/states.c': array }, state);
  refuses([/nothing \(or more than one thing\) is named states/, /"door\.state\.%s" needs/, /nothing names/, /nothing names/], also(use('=states')), state);
  refuses([], also(`${use('=add(2)')}void h(void) { add(a, "open"); add(a, "shut"); }`), state);
  const reason = 'static const char *\nreason(int n)\n{\n    switch (n) {\n    case 404:\n        return "Not Found";\n'
    + '    case 500:\n        return "Internal Server Error";\n    }\n}\n';
  refuses([], also(`${reason}/* keys: http.{=reason}.{title,text} */\nint x = f("http.%d.title", "http.%d.text", n);`),
    { 'http.404.title': 'x', 'http.404.text': 'x', 'http.500.title': 'x', 'http.500.text': 'x' });
});

test("a template's composed key is said in its folder", () => {
  const page = { 'app/gatherings/page.html': '{{_ common.yes}} {{_ door.state.*state}}' };
  const state = { 'door.state.open': 'Åpen' };
  refuses([/\{\{_ door\.state\.\*\.\.\.\}\} needs a comment/, /nothing names/], page, state);
  refuses([], { ...page, ...also('/* keys: door.state.{open} */\nf("open");') }, state);
  refuses([/page\.html: \{\{_ door\.state\.\*/, /nothing beside it/], { ...page, 'app/door/more.c': '/* keys: door.state.{open} */\nint x = f("open");' }, state); // another folder
});

test("a field's error has a text, of its own or of its code", () => {
  refuses([/text error\.in_past is in no catalogue/], also('void n(void) { rq_error(rq, "date", "in_past"); }'));
  refuses([], also('void n(void) { rq_error(rq, "date", "in_past"); }'), { 'error.date.in_past': 'x' });
  refuses([], also('void n(void) { rq_error(rq, "date", "in_past"); }'), { 'error.in_past': 'x' });
  refuses([/text error\.in_past is in no/], also('void n(void) { rq_error(rq, field, "in_past"); f("date"); }'), { 'error.date.in_past': 'x' });
  refuses([/what this code can be is not said/], also('void n(void) { rq_error(rq, field, code); }'));
  const codes = 'static const char *const codes[] = { "short" };\n';
  refuses([], also(`${codes}/* keys: error.{=codes} */\nint x = rq_error(rq, field, codes[i]);`), { 'error.short': 'x' });
  refuses([/text error\.too_long is in no/], {
    'app/http/fields.c': 'static void\nfail(struct r *r, const struct field *f, const char *code)\n{\n    r->error(r->ctx, f->name, code);\n}\n'
      + 'void n(void) { fail(r, f, "too_long"); }',
  });
});

test('a text that nobody can name is dead', () => {
  refuses([/^nb\.po: nothing names common\.no$/], {}, { 'common.no': 'Nei' });
  refuses([/^nb\.po: nothing names error\.taken$/], {}, { 'error.taken': 'x' });
  refuses([/^nb\.po: nothing names error\.zone\.required$/], {}, { 'error.zone.required': 'x' }); // no such field
  refuses([/^nb\.po: nothing names error\.required$/], {}, { 'error.name.required': 'x' }); // the only field has its own
  refuses([], also('void m(void) { rq_error(rq, "place", "required"); }'), { 'error.name.required': 'x' });
  refuses([/^nb\.po: nothing names door\.seats$/], {}, { 'door.seats': ['en', 'flere'] });
});

test('a panel has a page that asks for it', () => {
  refuses([/no page asks for panels of gathering\.top/], { 'app/door/door.c': tree().text('app/door/door.c').replace('gathering.side', 'gathering.top') });
});

test('a migration is there for each engine', () => {
  refuses([/^db\/migrations\/postgresql\/0002_more\.sql is missing$/], { 'db/migrations/sqlite/0002_more.sql': '' });
  refuses([/^db\/migrations\/sqlite\/0002_more\.sql is missing$/], { 'db/migrations/postgresql/0002_more.sql': '' });
});

test('a form field is the partial, and given what that knows', () => {
  const page = (html) => ({ 'app/door/form.html': html });
  refuses([/form\.html: <input name="age"> is written by hand/], page('<input name="age">'));
  refuses([/<input type="email" value=""> is written/], page('<label>x</label><input type="email" value="{{> hidden}}">'));
  refuses([/<input name="a"\n > is/, /<select name="b"> is/, /<textarea> is/], page('<input name="a"\n ><select name="b"></select><textarea></textarea>'));
  refuses([], page('<input type="hidden" name="q" value="{{q}}"><input name="user" hidden><input readonly value="{{url}}">'));
  refuses([], { 'app/door/scan.html': '<input name="code">' });
  refuses([], page('{{> html/field name=age label=common.yes max=*most}}'));
  refuses([/has no label=/], page('{{> html/field name=age}}'));
  refuses([/knows no size/], page('{{> html/field name=age label=common.yes size=3}}'));
  refuses([/text door\.age is in no catalogue/], page('{{> html/field name=age label=door.age}}'));
  refuses([], page('{{> html/field name=age label=door.age}}'), { 'door.age': 'x' });
});

test('a style sheet dresses what there is', () => {
  const sheet = (css) => ({ 'public/look.css': css, 'app/door/form.html': '<p class="sm-big" data-kind="a" id="top">', 'public/door.js': 'e.className = "sm-hits"; e.dataset.fullyOn = 1;' });
  refuses([], sheet('.sm-big[data-kind="b"] > p, #top a:hover, .sm-hits { color: #fff; } [data-fully-on] p {}'));
  refuses([/look\.css: \.sm-gone: nothing is called sm-gone/], sheet('@media (max-width: 2rem) { .sm-big, .sm-gone { top: 0; } }'));
  refuses([/\.sm-big \.sm-old::before.* sm-old$/], sheet('/* .x */ .sm-big .sm-old::before { content: ".sm-x{"; }'));
  refuses([/nothing is called data-off/], sheet('.sm-big[data-off] {}'));
  refuses([], sheet(':is(.sm-gone, .sm-big) p, .sm-big:not(.sm-gone) { top: 0; } @keyframes sm-in { from { top: 0; } }'));
  refuses([/sm-gone$/, /sm-gone$/], sheet('p:is(.sm-gone) {} .sm-big:has(> .sm-gone) {}'));
});

test('one word for one thing, and templates without words of their own', () => {
  const [oneWord, keyed] = terms;
  const judged = (lang, text, mail = 'Hei') => judge(oneWord, new Tree({
    'app/html/po/nb.po': po({}), 'app/html/po/nn.po': 'msgid "x"\nmsgstr "Ja"\n', 'app/html/po/en.po': 'msgid "x"\nmsgstr "Yes"\n',
    [`app/html/po/${lang}.po`]: `msgid "mail.email.event"\nmsgstr ""\n"${text}"\n`, [`mail-templates/${lang}/x.html`]: `<p class="mail">{{email}}\n${mail}</p>`,
  }));
  for (const [lang, bad, good] of [
    ['nb', 'Åpne lenka', 'Åpne lenken'], ['nb', 'Serveren og tjeneren', 'Serveren'], ['nb', 'på Epost', 'på e-post'],
    ['nb', 'hver deltager', 'hver deltaker'], ['nb', 'Møtet er avlyst', 'Temamøtet er avlyst'], ['nn', 'Frå ein lenke', 'Frå ei lenkje'],
    ['nn', 'Du er alt påmeld', 'Alt er som det skal'], ['nn', 'ikke no', 'ikkje no, nb, nn eller en.'], ['nn', 'å gjera', 'å gjere'],
    ['en', 'by email', 'by e-mail'], ['en', 'the server\'s', 'the server’s'], ['en', 'Your company is', 'name@company.com'],
    ['en', 'the meeting', 'Theme meeting'], ['en', 'organization', 'Authorization: Bearer'],
  ]) {
    assert.equal(judged(lang, bad).length, 1, bad);
    assert.match(judged(lang, bad)[0], new RegExp(`^app/html/po/${lang}\\.po:3: `));
    assert.match(judged(lang, 'x', bad)[0], new RegExp(`^mail-templates/${lang}/x\\.html:2: `));
    assert.deepEqual(judged(lang, good, good), []);
  }
  const words = (text) => judge(keyed, new Tree({ 'app/door/x.html': `{{! a word }}<p title="{{_ x}}" class="sm-big">${text}</p><p>Message-ID</p>` }));
  assert.deepEqual(words('{{_ common.yes}} · {{name}}: <b>{{{x}}}</b>'), []);
  assert.equal(words('Hello {{name}}').length, 1);
  assert.equal(words('<img alt="Bilde av {{name}}">').length, 1);
});
