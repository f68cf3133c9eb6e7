// The house rules that a machine can check. Prints a line for each breach; the last line counts.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, existsSync } from 'node:fs';
import { dirname, basename } from 'node:path';

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n').filter((f) => f && existsSync(f));
const breaches = [];
const rules = new Map(); // rule: has it been kept?
let rule;
/** What follows is checked under this rule; one that checks nothing is broken. */
const under = (name) => { rule = name; rules.set(rule, null); };
const check = (ok, text) => {
  rules.set(rule, rules.get(rule) !== false && Boolean(ok));
  if (!ok) breaches.push(text);
};
const source = files.filter((f) => /^app\/.*\.[ch]$/.test(f));
const code = (text) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/"(\\.|[^"\\])*"/g, '""');

// ── Top level ──
under('top level');
for (const f of files) {
  check(/^(app|mail-templates|public|db|tests|Makefile|README\.md|LICENSE|\..*)(\/|$)/.test(f), `${f}: not part of the agreed top level`);
}

// ── Size ──
under('size');
for (const f of files.filter((f) => /^(app|public|tests)\/.*\.(c|h|js)$/.test(f))) {
  const lines = readFileSync(f, 'utf8').split('\n').length - 1;
  check(lines <= 600, `${f}: ${lines} lines, more than 600`);
}

// ── Each library in its room ──
under('each library in its room');
const rooms = [
  [/\bsqlite3_\w+/, /^app\/database\//], [/\bMHD_\w+/, /^app\/http\//],
  [/\bcurl_(easy|multi|mime|slist|url|global|version)\w*/, /^app\/(smtp|imap|web_client)\//],
  [/\b(QRcode|cairo|pango|g_mime|icalcomponent|icaltimezone)_\w+/, /^app\/document\//],
  [/\b(crypto_(pwhash|sign_(ed25519|detached|verify|keypair(?!_new))|generichash|auth|aead|box|secretbox|shorthash)|sodium|randombytes)\w*/, /^app\/base\//],
  [/\bcmark_\w+/, /^app\/html\//],
];
for (const f of source) {
  const text = code(readFileSync(f, 'utf8'));
  for (const [pattern, room] of rooms) {
    if (room.test(f)) continue;
    const m = text.match(pattern);
    check(!m, `${f}: ${m?.[0]} belongs in ${room.source.replace(/\\/g, '')}`);
  }
}

// ── Arrows run one way ──
under('arrows run one way');
const features = ['cluster', 'mailing', 'accounts', 'contacts', 'gatherings', 'tickets', 'registrations', 'invitations', 'messages', 'door'];
const below = { base: ['base'], database: ['base', 'database'], html: ['base', 'html'], smtp: ['base', 'smtp'],
  document: ['base', 'document'], http: ['base', 'database', 'html', 'http'] };
for (const f of source) {
  const room = dirname(f).split('/')[1];
  for (const [, name] of readFileSync(f, 'utf8').matchAll(/^#include "([^"]+)"/gm)) {
    const target = name.includes('/') ? name.split('/')[0] : '';
    let ok = true;
    if (below[room]) ok = below[room].includes(target);
    else if (features.includes(room)) {
      const to = features.indexOf(target);
      if (to >= 0) {
        ok = to <= features.indexOf(room);
        if (ok && target !== room) ok = basename(name) === `${target}.h`; // a neighbour's public face only
      } else if (target === 'smtp') ok = room === 'mailing';
      else ok = ['base', 'database', 'html', 'http', 'document'].includes(target) || name === 'feature.h';
    }
    check(ok, `${f}: includes "${name}" against the arrows`);
  }
}
under('transactions are the caller\'s');
for (const f of source.filter((f) => !/^app\/database\//.test(f))) {
  check(!/\bdb_(begin|commit|rollback|savepoint\w*)\s*\(/.test(code(readFileSync(f, 'utf8'))) || /^app\/(http|cmd|main|app)/.test(f),
    `${f}: opens a transaction; that is the caller's`);
}

// ── Pages: no inline script or style, unescaped output only where it is made by us ──
under('pages: no inline script or style, unescaped output only where it is made by us');
for (const f of files.filter((f) => /^app\/.*\.html$/.test(f))) {
  const text = readFileSync(f, 'utf8');
  check(!/<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle="|\son[a-z]+="/.test(text), `${f}: inline script or style`);
  for (const [, name] of text.matchAll(/\{\{(?:\{|&)\s*([^}\s]+)/g)) {
    check(/(^content$|html$|svg$)/.test(name), `${f}: {{{${name}}}} is not escaped`);
  }
}

// ── Words of unfinished work ──
under('words of unfinished work');
for (const f of files.filter((f) => /^(app|public|db|mail-templates)\//.test(f) && /\.(c|h|js|html|sql|txt|po)$/.test(f))) {
  const m = readFileSync(f, 'utf8').match(/\b(TODO|FIXME|XXX)\b/);
  check(!m, `${f}: ${m?.[0]}`);
}

// ── Catalogues hold the same keys, the same placeholders ──
under('catalogues hold the same keys, the same placeholders');
const catalogue = (lang) => {
  const keys = new Map();
  const text = readFileSync(`app/html/po/${lang}.po`, 'utf8').replace(/"\n"/g, '');
  for (const [, id, str] of text.matchAll(/^msgid "((?:[^"\\]|\\.)+)"\n(?:msgid_plural.*\n)?msgstr(?:\[0\])? "((?:[^"\\]|\\.)*)"/gm)) keys.set(id, str);
  return keys;
};
const nb = catalogue('nb');
for (const lang of ['nn', 'en']) {
  const other = catalogue(lang);
  for (const [key, text] of nb) {
    check(other.has(key), `${lang}.po: ${key} is missing`);
    const holes = (s) => [...(s ?? '').matchAll(/\{[a-z_.]+\}/g)].map(String).sort().join();
    if (other.has(key)) check(holes(text) === holes(other.get(key)), `${lang}.po: ${key} has other placeholders than nb`);
  }
  for (const key of other.keys()) check(nb.has(key), `nb.po: ${key} is missing`);
}
// ... and every key that templates and code name
under('every text is in the catalogue');
const used = new Set();
for (const f of files.filter((f) => /^app\/.*\.html$/.test(f))) {
  for (const [, key] of readFileSync(f, 'utf8').matchAll(/\{\{_n?\s+([a-z][a-z0-9_.]*)\s*/g)) used.add(`${key}\t${f}`);
}
for (const f of source.filter((f) => f.endsWith('.c'))) {
  for (const [, key] of readFileSync(f, 'utf8').matchAll(/rq_tr(?:_format)?\(\s*\w+,\s*"([a-z0-9_.]+)"/g)) used.add(`${key}\t${f}`);
}
for (const one of used) {
  const [key, f] = one.split('\t');
  if (key.endsWith('.')) continue; // its end is a value's
  check(nb.has(key), `${f}: text ${key} is in no catalogue`);
}

// ── Mail texts exist in three languages ──
under('mail texts exist in three languages');
const mailFiles = files.filter((f) => /^mail-templates\/nb\//.test(f)).map((f) => basename(f));
for (const name of mailFiles) for (const lang of ['nn', 'en']) check(existsSync(`mail-templates/${lang}/${name}`), `mail-templates/${lang}/${name} is missing`);

// ── Format ──
under('format');
const format = spawnSync('clang-format', ['--dry-run', '-Werror', ...source, ...files.filter((f) => /^tests\/.*\.[ch]$/.test(f))], { encoding: 'utf8' });
check(format.status === 0, `clang-format:\n${format.stderr.split('\n').filter((l) => l.includes('error:')).slice(0, 20).join('\n')}`);

// ── Hardening, read off the built file ──
under('hardening, read off the built file');
const built = 'build/samling';
if (existsSync(built)) {
  const elf = (...args) => execFileSync('readelf', [...args, built], { encoding: 'utf8', maxBuffer: 1e8, stdio: ['ignore', 'pipe', 'ignore'] });
  check(/Type:\s+DYN/.test(elf('-h')), `${built}: not position independent`);
  const dynamic = elf('-d');
  check(/BIND_NOW|NOW/.test(dynamic), `${built}: not bound at start (full RELRO)`);
  const segments = elf('-lW');
  check(/GNU_RELRO/.test(segments), `${built}: no RELRO`);
  check(/GNU_STACK.*RW /.test(segments), `${built}: executable stack`);
  const symbols = elf('-sW');
  check(/__stack_chk_fail/.test(symbols), `${built}: no stack protector`);
  check(/__(memcpy|snprintf|vsnprintf|read|fprintf)_chk/.test(symbols), `${built}: not fortified`);
  if (process.arch === 'x64') check(/IBT, SHSTK/.test(elf('-n')), `${built}: no CET mark`);
}

for (const [name, kept] of rules) if (kept === null) breaches.push(`${name}: nothing was checked`);
for (const b of breaches) console.log(b);
const kept = [...rules.values()].filter((v) => v === true).length;
console.log(`${kept} passed, ${rules.size - kept} failed`);
process.exit(breaches.length ? 1 : 0);
