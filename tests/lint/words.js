// The catalogues: alike in the three languages, and every text that is named is there, every one there named.
//
// A key is named by a string literal of C ("registration.done_title"), by {{_ key}} in a template or
// label=, help= or hint= of a partial's call, or by a field's error code. One that is put together while the program runs must have beside it (on its line
// or one of the six above; for a template's {{_ prefix.*x}}, in any file of its folder) a comment with all
// it can become, each of which is looked up:
//
//     /* keys: registration.{lost,lost_text}.{expired,wrong} */
//     /* keys: registration.status.{all,=statuses} */
//
// =name stands for the strings of the array `name` (of rows: the first of each), or for those that the
// function `name` returns (of a switch without words: its numbers); =name(2) for the second arguments of
// its calls in this file; -word takes one out again. A dotted string that is something else altogether
// says so: "no key" in a comment on its line or the one above.
import { calls, literalsIn, namesOf, tableNames } from './c.js';
import { roomOf } from './tree.js';

const BESIDE = 6;
const DOTTED = /^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$/;
const COMPOSED = /^(%s\.%|[a-z][a-z0-9_]*(\.[a-z0-9_]+)*\.\w*%)/;
const FILE = /\.(h|js|css|svg|png|ics|json|eml|db|pem|txt)$/;

/** msgid: its text, of one with plural forms the first. */
const ENTRY = /^msgid "((?:[^"\\]|\\.)+)"\n(?:msgid_plural.*\n)?msgstr(?:\[0\])? "((?:[^"\\]|\\.)*)"/gm;

function catalogue(tree, lang) {
  const text = tree.text(`app/html/po/${lang}.po`).replace(/"\n"/g, '');
  return new Map([...text.matchAll(ENTRY)].map(([, id, str]) => [id, str]));
}

const alike = ['catalogues hold the same keys, the same placeholders', (tree, check) => {
  const nb = catalogue(tree, 'nb');
  const holes = (s) => [...(s ?? '').matchAll(/\{[a-z_.]+\}/g)].map(String).sort().join();
  for (const lang of ['nn', 'en']) {
    const other = catalogue(tree, lang);
    for (const [key, text] of nb) {
      check(other.has(key), `${lang}.po: ${key} is missing`);
      if (other.has(key)) check(holes(text) === holes(other.get(key)), `${lang}.po: ${key} has other placeholders than nb`);
    }
    for (const key of other.keys()) check(nb.has(key), `nb.po: ${key} is missing`);
  }
}];

// ── Comments that say what a key can become ──

/** What { name or name(n) } stands for in this tree, asked from line `line` of file f; null: not found. */
function valuesOf(tree, f, line, name) {
  const [, word, argument] = name.match(/^(\w+)(?:\((\d+)\))?$/) ?? [];
  if (!word) return null;
  const here = tree.c(f);
  if (argument) {
    return calls(here, word).flatMap(({ args }) => (args[argument - 1] ? literalsIn(here, args[argument - 1]).map((l) => l.value) : []));
  }
  const own = namesOf(here, word, line);
  if (own) return own;
  for (const files of [tree.source.filter((s) => roomOf(s) === roomOf(f)), tree.source]) {
    const found = files.map((s) => namesOf(tree.c(s), word)).filter(Boolean);
    if (found.length > 0) return found.length === 1 ? found[0] : null;
  }
  return null;
}

/** All that one pattern of a "keys:" comment can become. say(text) hears what is wrong with it. */
function expand(tree, f, line, pattern, said, say) {
  const m = pattern.match(/\{([^{}]*)\}/);
  if (!m) return [pattern];
  const parts = m[1].split(',');
  const values = parts.filter((v) => !v.startsWith('-')).flatMap((v) => {
    if (v.startsWith('=')) {
      const of = valuesOf(tree, f, line, v.slice(1));
      if (!of || of.length === 0) say(`${f}:${line}: nothing (or more than one thing) is named ${v.slice(1)}`);
      return of ?? [];
    }
    if (!said(v)) say(`${f}:${line}: no code says "${v}" any more`);
    return [v];
  });
  return [...new Set(values)].filter((v) => v !== '' && !parts.includes(`-${v}`))
    .flatMap((v) => expand(tree, f, line, pattern.replace(m[0], () => v), said, say));
}

/** The declared: [{ f, room, line, last, pattern, keys }]. */
function declarations(tree, say) {
  const words = new Set();
  for (const f of tree.source) {
    for (const { value } of tree.c(f).literals) {
      words.add(value);
      for (const [word] of value.matchAll(/(?<=^|[.'])\w+(?=['.]|$)/g)) words.add(word);
    }
  }
  for (const f of tree.templates) for (const [word] of tree.text(f).matchAll(/(?<=\.)\w+(?=\.\*)/g)) words.add(word);
  const said = (v) => words.has(v);
  return tree.source.flatMap((f) => tree.c(f).comments.flatMap(({ line, last, text }) => {
    const patterns = text.match(/\bkeys:\s+([^]*)$/)?.[1].split(/[\s*]+/).filter(Boolean) ?? [];
    return patterns.map((pattern) => ({ f, room: roomOf(f), line, last, pattern, keys: expand(tree, f, last, pattern, said, say) }));
  }));
}

// ── What names a key ──

/** Columns of a record: "o.role" is an expression of SQL. */
const COLUMNS = ['COL_AS', 'COL_OR_AS', 'COL_WORD_AS', 'COL_INSERT'];
/** Literals at these are compared with, not shown. */
const COMPARISONS = ['strcmp', 'strcasecmp', 'text_starts', 'text_ends', 'text_equal_ci'];
/** Functions that take a key, and which argument it is. */
const TEXTS = { rq_tr: 2, rq_tr_format: 2, tr: 3, tr_n: 3, tr_has: 3, tr_format: 4, tr_format_n: 4 };

/** Is there a declaration that is right for this? All that are have a use. */
function fitting(declared, right) {
  const found = declared.filter(right);
  for (const d of found) d.used = true;
  return found.length > 0;
}
const beside = (d, f, line) => d.f === f && d.last <= line && line - d.last <= BESIDE;
/** Can this composed literal become that key? */
function becomes(literal, key) {
  const fixed = literal.split(/%[.\d]*l{0,2}[a-z]/).map((s) => s.replace(/\./g, '\\.'));
  return new RegExp(`^${fixed.join('[a-z0-9_.]+')}${literal.endsWith('.') ? '.*' : ''}$`).test(key);
}

/** The string literals of a file, and the quoted strings within its SQL. */
const strings = (file) => file.literals.flatMap((l) => [
  l, ...[...l.value.matchAll(/'(\w+\.[\w.]*)'/g)].map((m) => ({ ...l, value: m[1], quoted: true })),
]);

/** The places for panels that pages have. */
function places(tree) {
  const names = new Set();
  for (const f of tree.source) {
    const file = tree.c(f);
    for (const { args } of calls(file, 'panels_fill')) if (args[1]) literalsIn(file, args[1]).forEach((l) => names.add(l.value));
    (namesOf(file, 'places') ?? []).forEach((n) => names.add(n));
  }
  return names;
}

/** The dotted strings that are known to be something else: texts of mails, places on pages, checks. */
function otherNames(tree) {
  const names = places(tree);
  for (const f of tree.like(/^mail-templates\/nb\//)) names.add(f.replace(/^.*\/|\.\w+$/g, ''));
  for (const f of tree.source) {
    for (const type of ['panel', 'check']) for (const l of tableNames(tree.c(f), type)) names.add(l.value);
  }
  return names;
}

/** Walks everything that names a key: hear(key, where) of each, say(text) of what cannot be checked. */
function named(tree, keys, declared, hear, say) {
  const other = otherNames(tree);
  for (const f of tree.source) {
    const file = tree.c(f);
    const compared = new Set([...COMPARISONS, ...COLUMNS].flatMap((n) => calls(file, n))
      .flatMap(({ args }) => args.flatMap((a) => literalsIn(file, a, true))));
    const noKey = new Set(file.comments.filter((c) => /\bno key\b/.test(c.text)).flatMap((c) => [c.last, c.last + 1]));
    const included = new Set([...file.text.matchAll(/^#include "/gm)].map((m) => m.index + m[0].length - 1));
    for (const l of strings(file)) {
      const where = `${f}:${l.line}`;
      const pasted = l.value.endsWith('.') && (l.quoted || /^\s*[a-z]/.test(file.bare.slice(l.end, l.end + 20)));
      if (keys.has(l.value)) hear(l.value, where);
      else if (included.has(l.at) || noKey.has(l.line) || compared.has(l) || other.has(l.value)) continue;
      else if (DOTTED.test(l.value)) {
        // In SQL it may be a setting's name: ours is only what has brothers.
        const brothers = l.value.replace(/\w+$/, '');
        if (l.quoted && !(/\..*\./.test(brothers) && [...keys.keys()].some((k) => k.startsWith(brothers)))) continue;
        const begins = fitting(declared, (d) => d.f === f && d.pattern.startsWith(`${l.value}.`));
        if (!begins && !FILE.test(l.value)) hear(l.value, where);
      } else if ((COMPOSED.test(l.value) || (pasted && DOTTED.test(`${l.value}x`))) && !l.value.startsWith('error.%')) {
        // error.%: put together of a field and its code, which are checked where they are said.
        const fits = fitting(declared, (d) => beside(d, f, l.line) && d.keys.some((k) => becomes(l.value, k)));
        if (!fits) say(`${where}: "${l.value}" needs a comment beside it that says what it can become, /* keys: ... */`);
      }
    }
    for (const [name, n] of Object.entries(TEXTS)) {
      for (const { args } of calls(file, name)) {
        if (!args[n - 1]) continue;
        for (const l of literalsIn(file, args[n - 1], true)) if (!DOTTED.test(l.value)) hear(l.value, `${f}:${l.line}`);
      }
    }
    for (const m of file.bare.matchAll(/\.label\s*=\s*"/g)) {
      const l = file.literals.find((one) => one.at === m.index + m[0].length - 1);
      if (!DOTTED.test(l.value) && !l.value.endsWith('.')) hear(l.value, `${f}:${l.line}`);
    }
  }
  for (const f of tree.like(/^(app|mail-templates)\/.*\.(html|txt)$/)) {
    const text = tree.text(f);
    for (const [, key] of text.matchAll(/\{\{_n?\s+([a-z][a-z0-9_.]*[a-z0-9_])(?=[\s}])/g)) hear(key, f);
    for (const [, call] of text.matchAll(/\{\{>\s*(\S+\s[^}]*)/g)) {
      for (const [, key] of call.matchAll(/\s(?:label|help|hint)=([^\s*]+)(?=\s|$)/g)) hear(key, f);
    }
    for (const [, prefix] of text.matchAll(/\{\{_\s+([a-z][a-z0-9_.]*)\.\*/g)) {
      if (!fitting(declared, (d) => d.room === roomOf(f) && d.keys.some((k) => k.startsWith(`${prefix}.`)))) {
        say(`${f}: {{_ ${prefix}.*...}} needs a comment in the C of its folder that says what it can become, /* keys: ${prefix}.{...} */`);
      }
    }
  }
  for (const d of declared) for (const key of d.keys) hear(key, `${d.f}:${d.line}`);
}

// ── A field's errors: "error.<field>.<code>", or else "error.<code>" ──

/** Functions that say a code, their argument that is the field, the one that is the code; where, if not anywhere. */
const CODES = [
  ['rq_error', 2, 3], ['request_field_error', 2, 3],
  ['fail', 2, 3, /^app\/http\/fields\.c$/], ['error', 2, 3, /^app\/http\/fields\.c$/],
];
/** What hands a code on that others have said. */
const MACHINE = /^app\/http\/(form|fields)\.c$/;

function errors(tree, keys, declared, hear, say) {
  const codes = new Set(declared.flatMap((d) => d.keys).filter((k) => /^error\.\w+$/.test(k)).map((k) => k.slice(6)));
  const fields = new Set();
  for (const f of tree.source) {
    const file = tree.c(f);
    for (const l of file.literals) fields.add(l.value);
    for (const [name, fieldAt, codeAt, only] of CODES) {
      if (only && !only.test(f)) continue;
      for (const { line, args } of calls(file, name)) {
        const prototype = /^\s*(struct|void|const)\b/.test(file.bare.slice(args[0].from, args[0].to));
        if (prototype || args.length < codeAt) continue;
        const field = literalsIn(file, args[fieldAt - 1], true)[0]?.value;
        const said = literalsIn(file, args[codeAt - 1], true).map((l) => l.value);
        if (said.length === 0 && !MACHINE.test(f) && !fitting(declared, (d) => beside(d, f, line) && d.pattern.startsWith('error.'))) {
          say(`${f}:${line}: what this code can be is not said: it needs a comment beside it, /* keys: error.{...} */`);
        }
        for (const code of said) {
          codes.add(code);
          const own = field && keys.has(`error.${field}.${code}`);
          if (!own) hear(`error.${code}`, `${f}:${line}`);
        }
      }
    }
  }
  for (const key of keys.keys()) {
    const [, field, code] = key.match(/^error\.(\w+)\.(\w+)$/) ?? [];
    if (field && fields.has(field) && codes.has(code)) hear(key, 'a field');
  }
}

/** Every key that is named, with the first place where it is; say(text) hears what cannot be checked. */
function namedKeys(tree, say) {
  const keys = catalogue(tree, 'nb');
  const found = new Map();
  const hear = (key, where) => { if (!found.has(key)) found.set(key, where); };
  const declared = declarations(tree, say);
  named(tree, keys, declared, hear, say);
  errors(tree, keys, declared, hear, say);
  for (const d of declared.filter((d) => !d.used && d.keys.length > 0)) say(`${d.f}:${d.line}: nothing beside it becomes ${d.pattern}`);
  return { keys, found };
}

const there = ['every text that is named is in the catalogue', (tree, check) => {
  const { keys, found } = namedKeys(tree, (text) => check(false, text));
  for (const [key, where] of found) check(keys.has(key), `${where}: text ${key} is in no catalogue`);
}];

const alive = ['every text of the catalogue is named', (tree, check) => {
  const { keys, found } = namedKeys(tree, () => {});
  for (const key of keys.keys()) check(found.has(key), `nb.po: nothing names ${key}`);
}];

const asked = ['every panel has its place', (tree, check) => {
  const on = places(tree);
  for (const f of tree.source) {
    for (const l of tableNames(tree.c(f), 'panel')) check(on.has(l.value), `${f}:${l.line}: no page asks for panels of ${l.value}`);
  }
}];

export const rules = [alike, there, alive, asked];
