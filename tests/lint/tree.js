// What the rules look at: names of files and their text, of this checkout or made up by a test.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { lex } from './c.js';

export class Tree {
  /** texts: { name: text }, or a function from a name to its text with the list of names. */
  constructor(texts, names = Object.keys(texts)) {
    this.names = names;
    this.read = typeof texts === 'function' ? texts : (name) => texts[name];
    this.texts = new Map();
    this.lexed = new Map();
  }

  /** What git knows or would add, here. */
  static checkout() {
    const names = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
      .split('\n').filter((f) => f && existsSync(f));
    return new Tree((name) => readFileSync(name, 'utf8'), names);
  }

  like(pattern) {
    return this.names.filter((f) => pattern.test(f));
  }
  has(name) {
    return this.names.includes(name);
  }
  text(name) {
    if (!this.texts.has(name)) this.texts.set(name, this.read(name));
    return this.texts.get(name);
  }
  /** C source, its comments and literals told apart: see c.js. */
  c(name) {
    if (!this.lexed.has(name)) this.lexed.set(name, lex(this.text(name)));
    return this.lexed.get(name);
  }
  get source() {
    return this.like(/^app\/.*\.[ch]$/);
  }
  get templates() {
    return this.like(/^app\/.*\.html$/);
  }

  /** The features in the order of the composition root's list; null when it has none. */
  get features() {
    if (!this.has('app/app.c')) return null;
    const list = this.c('app/app.c').bare.match(/\ball_features\[\]\s*=\s*\{([^}]*)\}/);
    return list && [...list[1].matchAll(/&(\w+)_feature\b/g)].map((m) => m[1]);
  }
}

/** "gatherings" for app/gatherings/x.c, "" for what lies in app/ itself. */
export const roomOf = (name) => (name.split('/').length > 2 ? name.split('/')[1] : '');

/** The breaches of one rule, as lines. One that looks at nothing is broken itself. */
export function judge([name, rule], tree) {
  const breaches = [];
  let looked = 0;
  rule(tree, (ok, text) => {
    looked += 1;
    if (!ok) breaches.push(text);
  });
  if (looked === 0) breaches.push(`${name}: nothing was checked`);
  return breaches;
}
