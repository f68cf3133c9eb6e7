// The program under test: a real process on a data folder of its own.
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync, readdirSync, readFileSync, existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { get } from 'node:https';
import { readQr } from './qr.js';
import { scratch } from './scratch.js';

export const top = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const program = process.env.SAMLING_PROGRAM ?? join(top, 'build/samling-asan');
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

const saneEnv = {
  ...process.env,
  ASAN_OPTIONS: 'detect_leaks=1:abort_on_error=0:halt_on_error=1',
  LSAN_OPTIONS: `suppressions=${join(top, 'tests/lsan.supp')}:print_suppressions=0`,
  UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
  TZ: 'UTC',
};
for (const name of Object.keys(saneEnv)) if (name.startsWith('SAMLING_')) delete saneEnv[name];

// A server that a failed test left behind neither keeps the runner waiting nor outlives it.
const running = new Set();
process.on('exit', () => { for (const child of running) child.kill('SIGKILL'); });

export async function freePort() {
  return new Promise((done, fail) => {
    const s = createServer();
    s.on('error', fail);
    s.listen(0, '127.0.0.1', () => {
      const { port } = s.address();
      s.close(() => done(port));
    });
  });
}

/** Runs one command to its end: { status, out, err }. */
export function run(args, { data, input, env, as } = {}) {
  const all = data ? [...args, '--data', data] : args;
  const r = spawnSync(as?.program ?? program, all, { input, env: { ...saneEnv, ...env }, encoding: 'utf8', timeout: 60000, ...as });
  return { status: r.status, out: r.stdout ?? '', err: r.stderr ?? '', signal: r.signal };
}

/** How long is waited for what must come: never how fast it is, which the slowest machine decides. */
const PATIENCE = 120000;

/** Waits until fn gives something truthy, asking every few milliseconds. */
export async function until(fn, { ms = PATIENCE, what = 'it' } = {}) {
  const end = Date.now() + ms;
  for (;;) {
    const v = await fn();
    if (v) return v;
    if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what}`);
    await sleep(25);
  }
}

export class Samling {
  /** A server on an empty data folder (or `data`), with an organiser and tokens. */
  static async start(options = {}) {
    const s = new Samling();
    s.data = options.data ?? scratch('data');
    s.own = !options.data;
    s.port = options.port ?? (await freePort());
    s.url = options.tls ? `https://127.0.0.1:${s.port}` : `http://127.0.0.1:${s.port}`;
    s.args = options.args ?? [];
    s.env = options.env ?? {};
    s.as = options.as ?? {}; // { uid, gid, program } of the process (nobody.js)
    s.clockFile = join(s.data, 'test-clock');
    s.errors = '';
    if (!options.bare && !options.data) s.setUp();
    await s.serve();
    return s;
  }

  setUp() {
    const user = run(['user', 'add', 'ase@hub.example', '--role', 'admin', '--password-stdin'], {
      data: this.data, input: 'en lang setning her\n',
    });
    if (user.status !== 0) throw new Error(`user add: ${user.err}`);
    this.password = 'en lang setning her';
    this.email = 'ase@hub.example';
    this.token = this.newToken('organiser', 0); // asks as fast as it can
  }

  newToken(role, perMinute) {
    const make = (...more) => run(['token', 'create', '--name', `test ${role}`, '--role', role, ...more], { data: this.data });
    let r = perMinute === undefined ? make() : make('--per-minute', String(perMinute));
    if (r.err.includes('per-minute') && perMinute === 0) r = make(); // an older program, measured beside: it has no limit
    if (r.status !== 0) throw new Error(`token create: ${r.err}`);
    return r.out.trim().split(/\s+/).pop();
  }

  async serve() {
    this.child = spawn(this.as.program ?? program, ['serve', '--data', this.data, '--listen', `127.0.0.1:${this.port}`, ...this.args], {
      env: { ...saneEnv, SAMLING_TEST_CLOCK: this.clockFile, SAMLING_TWICE: '1', ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...this.as,
    });
    const child = this.child;
    running.add(child);
    for (const one of [child, child.stdout, child.stderr]) one.unref();
    this.output = '';
    child.stdout.on('data', (d) => { this.output += d; });
    child.stderr.on('data', (d) => { this.errors += d; });
    this.exited = new Promise((done) => child.on('exit', (code, signal) => { running.delete(child); done({ code, signal }); }));
    let gone = false;
    this.exited.then(() => { gone = true; });
    await until(async () => {
      if (gone) throw new Error(`the server ended: ${this.errors.slice(-3000)}`);
      try {
        return (await this.healthz()) === 200 && /\/(signin|start\/\S+)\n/.test(this.output);
      } catch {
        return false;
      }
    }, { what: 'the server' });
  }

  /** Its status; over TLS without asking who vouches for the certificate. */
  async healthz() {
    if (!this.url.startsWith('https:')) return (await fetch(`${this.url}/healthz`)).status;
    return new Promise((done, fail) => {
      get(`${this.url}/healthz`, { rejectUnauthorized: false }, (r) => { r.resume(); done(r.statusCode); }).on('error', fail);
    });
  }

  /** Moves the program's clock: milliseconds added to the real one. */
  async clock(offset) {
    writeFileSync(this.clockFile, String(Math.round(offset)));
    this.offset = offset;
    await sleep(120);
  }
  /** While it is stopped: as if the clock had gone on to there, so that what is past its time then is
   * thrown away. */
  async clockSteady(offset) {
    const db = join(this.data, 'samling.db');
    const r = spawnSync('sqlite3', [db, `UPDATE steady_clock SET believed_at = ${Math.round(Date.now() + offset)}`], { encoding: 'utf8' });
    if (r.status !== 0) throw new Error(r.stderr);
    await this.clock(offset);
  }
  async clockAt(iso) {
    await this.clock(new Date(iso).getTime() - Date.now());
  }

  kill() {
    this.child.ref();
    this.child.kill('SIGKILL');
    return this.exited;
  }

  async end() {
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), PATIENCE);
    const how = await this.exited;
    clearTimeout(timer);
    return how;
  }

  /** SIGTERM, and nothing that the sanitizers saw. */
  async stop() {
    const how = await this.end();
    const bad = this.errors.match(/AddressSanitizer|LeakSanitizer|runtime error|BUG/);
    if (bad) throw new Error(`sanitizer: ${this.errors.slice(bad.index, bad.index + 4000)}`);
    if (how.code !== 0) throw new Error(`ended with ${JSON.stringify(how)}: ${this.errors.slice(-2000)}`);
    if (this.own) rmSync(this.data, { recursive: true, force: true });
  }

  /** JSON API: { status, body, headers }. */
  async api(method, path, body, { token = this.token, headers = {}, raw } = {}) {
    const r = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body !== undefined || raw !== undefined ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      body: raw ?? (body === undefined ? undefined : JSON.stringify(body)),
    });
    const text = await r.text();
    let parsed = text;
    if (text && (r.headers.get('content-type') ?? '').includes('json')) parsed = JSON.parse(text);
    return { status: r.status, body: parsed, headers: r.headers };
  }

  /** A published gathering, `days` ahead at 17:00 in Oslo. */
  async gathering(fields = {}) {
    const day = new Date(Date.now() + (this.offset ?? 0) + (fields.days ?? 30) * 86400000).toISOString().slice(0, 10);
    const { days, draft, ...rest } = fields;
    const made = await this.api('POST', '/gatherings', {
      title: 'Digitalisering og robotisering', starts_at: `${day}T17:00:00`, ends_at: `${day}T20:30:00`,
      place: 'TechHub, Prosjektrommet', ...rest,
    });
    if (made.status !== 201) throw new Error(`gathering: ${made.status} ${JSON.stringify(made.body)}`);
    if (!draft) {
      const p = await this.api('POST', `/gatherings/${made.body.id}/publish`, {});
      if (p.status !== 200) throw new Error(`publish: ${p.status} ${JSON.stringify(p.body)}`);
    }
    return made.body;
  }

  register(g, person, options) {
    return this.api('POST', `/gatherings/${g.id}/registrations`, {
      name: 'Ingrid Sæther', email: 'ingrid@blafjell.example', organisation: 'Blåfjell Mekaniske', ...person,
    }, options);
  }

  /** Mail in the folder (when no SMTP server is given): raw texts, oldest first by name of time. */
  mailbox() {
    const dir = join(this.data, 'mailbox');
    if (!existsSync(dir)) return [];
    return readdirSync(dir).filter((f) => f.endsWith('.eml')).map((f) => readFileSync(join(dir, f)));
  }

  /** What the QR of a ticket says, read off its picture. */
  async qrText(code) {
    const r = await fetch(`${this.url}/t/${code}.png`);
    return readQr(Buffer.from(await r.arrayBuffer()));
  }

  client() {
    return new Client(this.url);
  }
  async organiser() {
    const c = this.client();
    await c.signIn(this.email, this.password);
    return c;
  }
}

/** All rows of a list of the API, page by page. */
export async function all(s, path) {
  const items = [];
  let cursor = '';
  do {
    const r = await s.api('GET', `${path}${path.includes('?') ? '&' : '?'}limit=20${cursor && `&cursor=${cursor}`}`);
    if (r.status !== 200) throw new Error(`${path}: ${r.status} ${JSON.stringify(r.body)}`);
    items.push(...r.body.items);
    cursor = r.body.next ? encodeURIComponent(r.body.next) : '';
  } while (cursor);
  return items;
}

/** A browser without JavaScript: cookies, forms, redirects. */
export class Client {
  constructor(url) {
    this.url = url;
    this.cookies = new Map();
    this.headers = {};
  }

  async request(method, path, { body, headers = {}, follow = true } = {}) {
    const url = path.startsWith('http') ? path : this.url + path;
    const r = await fetch(url, {
      method, body, redirect: 'manual',
      headers: {
        cookie: [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; '),
        ...(method === 'POST' ? { origin: this.url } : {}),
        ...this.headers, ...headers,
      },
    });
    for (const line of cookieLines(r.headers)) {
      const [pair] = line.split(';');
      const [k, v] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      if (v === '' || /max-age=0/i.test(line)) this.cookies.delete(k);
      else this.cookies.set(k, v);
    }
    const text = await r.text();
    if (follow && [301, 302, 303, 307].includes(r.status)) {
      const to = new URL(r.headers.get('location'), url);
      return this.request('GET', to.pathname + to.search);
    }
    this.at = path;
    return { status: r.status, text, headers: r.headers, path };
  }
  get(path, options) {
    return this.request('GET', path, options);
  }
  /** Posts fields (an object or pairs) as a form. */
  post(path, fields, options = {}) {
    const body = new URLSearchParams(fields).toString();
    return this.request('POST', path, {
      ...options, body, headers: { 'content-type': 'application/x-www-form-urlencoded', ...options.headers },
    });
  }
  /** Loads a page, takes its form (the one whose action contains `action`, else the first POST form)
   * with all values in it, changes `fields`, sends it. */
  async submit(page, fields = {}, { action, button, ...options } = {}) {
    const got = typeof page === 'string' ? await this.get(page) : page;
    const form = forms(got.text).find((f) => f.method === 'post' && (!action || f.action.includes(action)));
    if (!form) throw new Error(`no form on ${got.path}: ${got.status} ${got.text.slice(0, 500)}`);
    const pairs = form.pairs.filter(([k]) => !(k in fields));
    for (const [k, v] of Object.entries(fields)) {
      for (const one of Array.isArray(v) ? v : [v]) if (one !== null) pairs.push([k, one]);
    }
    if (button) pairs.push(button);
    return this.post(form.action || got.path, pairs, options);
  }
  async signIn(email, password) {
    const r = await this.submit('/signin', { email, password });
    if (r.status !== 200 || r.path.startsWith('/signin')) throw new Error(`sign-in: ${r.status} ${r.path}`);
    return r;
  }
}

/** Each Set-Cookie by itself, also where fetch only gives them joined (Debian's Node 18). */
const cookieLines = (headers) => headers.getSetCookie?.()
  ?? (headers.get('set-cookie') ?? '').split(/,\s*(?=[^;,\s=]+=)/).filter(Boolean);

const entity = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&#x27;': "'", '&#x2F;': '/', '&#10;': '\n' };
export const unescape = (s) => s.replace(/&(amp|lt|gt|quot|#39|#x27|#x2F|#10);/g, (m) => entity[m]);
const attribute = (tag, name) => {
  const m = tag.match(new RegExp(`\\s${name}\\s*=\\s*("([^"]*)"|'([^']*)'|([^\\s>]+))`));
  return m ? unescape(m[2] ?? m[3] ?? m[4]) : null;
};

/** The forms of a page as { method, action, pairs }. */
export function forms(html) {
  return [...html.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/g)].map(([whole]) => {
    const head = whole.match(/<form\b[^>]*>/)[0];
    const pairs = [];
    for (const [tag] of whole.matchAll(/<input\b[^>]*>/g)) {
      const name = attribute(tag, 'name');
      const type = attribute(tag, 'type') ?? 'text';
      if (!name || ['submit', 'button', 'image'].includes(type)) continue;
      if (['checkbox', 'radio'].includes(type) && !/\schecked/.test(tag)) continue;
      pairs.push([name, attribute(tag, 'value') ?? (type === 'checkbox' ? 'on' : '')]);
    }
    for (const m of whole.matchAll(/<textarea\b([^>]*)>([\s\S]*?)<\/textarea>/g)) {
      const name = attribute(`<t ${m[1]}>`, 'name');
      if (name) pairs.push([name, unescape(m[2]).replace(/^\n/, '')]);
    }
    for (const m of whole.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/g)) {
      const name = attribute(`<s ${m[1]}>`, 'name');
      const options = [...m[2].matchAll(/<option\b[^>]*>/g)].map(([o]) => o);
      const chosen = options.find((o) => /\sselected/.test(o)) ?? options[0];
      if (name && chosen) pairs.push([name, attribute(chosen, 'value') ?? '']);
    }
    return { method: (attribute(head, 'method') ?? 'get').toLowerCase(), action: attribute(head, 'action') ?? '', pairs };
  });
}
