// Every page at 390 and 1280 px, by day and by night: axe, width, console, keyboard, HTML, words.
import test, { before, after } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { simpleParser } from 'mailparser';
import { Samling, run, top, until } from '../lib/samling.js';
import { startChromium, Person, phone, desk } from '../lib/browser.js';
import { scratch } from '../lib/scratch.js';
import { askOfMatch, latest, pages, states } from '../lib/pages.js';

const shots = process.env.SHOTS;
const only = process.env.ONLY && new RegExp(process.env.ONLY);
const password = 'en lang setning her';
const keys = [...readFileSync(join(top, 'app/html/po/nb.po'), 'utf8').matchAll(/^msgid "([a-z_]+\.[a-z_.]+)"$/gm)].map((m) => m[1]);
let s;
let fresh; // a server that nobody has signed in to yet
let browser;
let dir;
const html = []; // files for the HTML checker
const place = {}; // what the addresses are called in this run

before(async () => {
  dir = scratch('access');
  if (shots) mkdirSync(shots, { recursive: true });
  const data = join(dir, 'data');
  assert.equal(run(['demo'], { data }).status, 0);
  for (const [who, role] of [['boss', 'admin'], ['viewer', 'viewer']]) {
    assert.equal(run(['user', 'add', `${who}@hub.example`, '--role', role, '--password-stdin'], { data, input: `${password}\n` }).status, 0);
  }
  s = await Samling.start({ data });
  s.token = s.newToken('organiser');
  Object.assign(s, { email: 'boss@hub.example', password });
  const all = (await s.api('GET', '/gatherings?limit=100')).body.items;
  const coming = all.find((g) => g.status === 'published' && new Date(g.starts_at) > Date.now());
  const past = latest(all);
  const full = await s.gathering({ title: 'Fullt hus', capacity: 1, days: 40 });
  const draft = await s.gathering({ title: 'Et utkast', days: 50, draft: true });
  const mine = (await s.register(coming, { name: 'Marit Ås', email: 'marit@aas.example', wish: 'Roboter', requirements: 'Nøtter' })).body;
  await s.register(full, { name: 'En Først', email: 'en@forst.example' });
  await s.register(full, { name: 'To Venter', email: 'to@venter.example' });
  await s.api('POST', `/gatherings/${coming.id}/invitations`, { contacts: [{ name: 'Kåre Nes', email: 'kare@nes.example', organisation: 'Nes Elektro' }] });
  assert.equal((await s.api('POST', `/gatherings/${coming.id}/checkins`, { ticket: mine.ticket })).body.result, 'admitted');
  const found = async (to, letter) => {
    const m = await until(async () => (await Promise.all(s.mailbox().map((raw) => simpleParser(raw)))).find((x) => x.to.text.includes(to) && x.text.includes(`/r/${letter}`)), { what: `mail to ${to}` });
    return m.text.match(new RegExp(`${s.url}(/r/${letter}\\S+)`))[1];
  };
  await s.api('PATCH', `/gatherings/${full.id}`, { place: 'Et annet sted' });
  Object.assign(place, {
    slug: coming.slug, id: coming.id, pastSlug: past.slug, past: past.id, fullSlug: full.slug, draft: draft.id, moved: full.id,
    person: mine.id, ticket: mine.ticket, own: await found('marit@aas.example', 'r'), waits: await found('to@venter.example', 'r'),
    invitation: await found('kare@nes.example', 'i'), mail: (await s.api('GET', `/mail?gathering=${coming.id}`)).body.items.find((m) => m.to === 'marit@aas.example').id,
  });
  await s.client().submit('/member/sign-in', { email: 'marius@havglimt.example' });
  place.link = await found('marius@havglimt.example', 'm');
  await askOfMatch(s, 'Havglimt Sjømat', 'Finne noen å dele utstyr med');
  place.matched = await found('marius@havglimt.example', 'k');
  browser = await startChromium();
});
after(async () => {
  await browser?.close();
  await fresh?.stop();
  await s?.stop();
});

const people = {};
async function person(who) {
  people[who] ??= await (async () => {
    const p = await Person.arrive(browser, s.url, { camera: false });
    if (who === 'member') await p.enter(place.link);
    else if (who !== 'nobody') await p.signIn(`${who}@hub.example`, password);
    return p;
  })();
  return people[who];
}

const twoFrames = (page) => page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));

/** The page as it stands, in four lights and widths. Gives what is wrong with it. */
async function examine(p, name) {
  const wrong = [];
  for (const [width, size] of [[390, phone], [1280, desk]]) {
    await p.page.setViewportSize(size);
    for (const colorScheme of ['light', 'dark']) {
      await p.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await twoFrames(p.page);
      for (const v of await p.axe()) wrong.push(`${name} ${width} ${colorScheme}: ${v}`);
      if (shots) await p.page.screenshot({ path: join(shots, `${name}-${width}${colorScheme === 'dark' ? '-dark' : ''}.png`), fullPage: true });
    }
    const over = await p.sideways();
    if (over > 0) wrong.push(`${name}: ${over} px too wide at ${width}`);
  }
  const text = await p.page.evaluate(() => document.title + document.body.innerText);
  for (const key of keys) if (text.includes(key)) wrong.push(`${name}: the key ${key} instead of words`);
  // What the organiser may type in a mail's text stands in braces on purpose.
  const brace = text.replace(/\{(fornavn|bedrift|frist)\}/g, '').match(/\{\{|\}\}|\{[a-z_.]+\}/);
  if (brace) wrong.push(`${name}: ${brace[0]} in the text`);
  return wrong;
}
const statusIsMeant = /Failed to load resource: the server responded with a status of (401|403|404|410|422)/;

test('every page: axe finds nothing, nothing is too wide, the console is silent', { timeout: 400000 }, async () => {
  const wrong = [];
  for (const [name, path, who] of pages(place)) {
    if (only && !only.test(name)) continue;
    const p = await person(who);
    p.complaints.length = 0;
    const answer = await p.page.goto(path);
    const meant = { 'not-found': 404, forbidden: 403, 'own-lost': answer.status(), 'member-lost': 404 }[name] ?? 200;
    if (answer.status() !== meant) wrong.push(`${name}: ${path} answered ${answer.status()}`);
    wrong.push(...await examine(p, name));
    for (const c of p.faults([statusIsMeant])) wrong.push(`${name}: ${c}`);
    for (const lang of ['nb', 'nn', 'en']) {
      const file = join(dir, `${name}.${lang}.html`);
      writeFileSync(file, await (await p.context.request.get(path, { headers: { 'accept-language': lang } })).text());
      html.push(file);
    }
  }
  assert.equal(wrong.join('\n'), '');
});

test('pages after a mistake and in the middle of something', { timeout: 200000 }, async () => {
  const wrong = [];
  for (const [name, who, steps] of states(place)) {
    if (only && !only.test(name)) continue;
    const p = await person(who);
    p.complaints.length = 0;
    await steps(p.page);
    const file = join(dir, `${name}.html`);
    writeFileSync(file, await p.page.content());
    html.push(file);
    wrong.push(...await examine(p, name));
    for (const c of p.faults([statusIsMeant])) wrong.push(`${name}: ${c}`);
  }
  assert.equal(wrong.join('\n'), '');
});

test('the first start makes the first organiser', async () => {
  fresh = await Samling.start({ bare: true });
  const key = await until(() => (fresh.output + fresh.errors).match(/\/start\/\S+/)?.[0], { what: 'the one-time link' });
  const p = await Person.arrive(browser, fresh.url);
  await p.page.goto(key);
  const wrong = await examine(p, 'start');
  const file = join(dir, 'start.html');
  writeFileSync(file, await (await p.context.request.get(key)).text());
  html.push(file);
  await p.page.$eval('form', (f) => { f.noValidate = true; });
  await p.page.click('form button[type=submit]');
  await p.page.waitForSelector('#cluster-error, [id$=-error]');
  wrong.push(...await examine(p, 'start-errors'));
  wrong.push(...p.faults([statusIsMeant]));
  assert.equal(wrong.join('\n'), '');
  await p.page.fill('#cluster', 'TechHub Nord');
  await p.page.fill('#privacy_email', 'personvern@techhub.example');
  await p.page.fill('#name', 'Åse Lund');
  await p.page.fill('#email', 'ase@techhub.example');
  await p.page.fill('#password', password);
  await p.page.press('#password', 'Enter');
  await p.page.waitForURL(/\/admin/);
  assert.match(await p.page.innerText('body'), /TechHub Nord/);
  assert.equal((await p.context.request.get(key)).status() >= 400, true, 'the link works once');
  await p.leave();
});

/** Elements that a keyboard should reach but does not, and those whose focus cannot be seen. */
async function byKeyboard(page) {
  const wanted = await page.evaluate(() => {
    const seen = new Set();
    const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')].filter((e) => {
      if (e.disabled || e.tabIndex < 0 || e.type === 'hidden' || !e.checkVisibility({ visibilityProperty: true })) return false;
      if (e.type !== 'radio') return true;
      if (seen.has(e.name)) return false; // one stop a group
      seen.add(e.name);
      return true;
    });
    all.forEach((e) => { e.dataset.want = e.type === 'radio' ? `radio ${e.name}` : `${e.tagName} ${e.id || e.name || e.textContent.trim().slice(0, 40)}`; });
    document.activeElement?.blur();
    return all.length;
  });
  const seen = new Set();
  const unseen = [];
  // A date or time field has several stops.
  for (let i = 0; i < wanted * 4 + 10; i += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      if (!e || e === document.body) return null;
      const outlined = (style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
      const styles = [getComputedStyle(e), getComputedStyle(e, '::after'), getComputedStyle(e, '::before')];
      for (let up = e.parentElement, n = 0; up && n < 3; up = up.parentElement, n += 1) styles.push(getComputedStyle(up));
      const visible = styles.some(outlined) || styles[0].boxShadow !== 'none';
      if (e.type === 'radio') document.getElementsByName(e.name).forEach((r) => { if (r.dataset.want) r.dataset.got = 1; });
      e.dataset.got = 1;
      return { what: e.dataset.want ?? e.tagName, visible };
    });
    if (!at) { if (i > wanted) break; continue; }
    // The parts of a date field are stops of their own, drawn by the browser.
    if (at.visible) seen.add(at.what);
    else unseen.push(at.what);
  }
  const missed = await page.evaluate(() => [...document.querySelectorAll('[data-want]:not([data-got])')].map((e) => `not reached: ${e.dataset.want}`));
  return [...missed, ...[...new Set(unseen)].filter((u) => !seen.has(u)).map((u) => `focus cannot be seen: ${u}`)];
}

test('everything is reached by keyboard, and one sees where one is', { timeout: 120000 }, async () => {
  const wrong = [];
  const wanted = ['calendar', 'public', 'register', 'own', 'invitation', 'signin', 'home', 'new', 'edit', 'people', 'invitations', 'invite', 'mail', 'settings', 'door', 'door-guest'];
  for (const [name, path, who] of pages(place).filter(([n]) => wanted.includes(n) && (!only || only.test(n)))) {
    const p = await person(who);
    await p.page.setViewportSize(desk);
    await p.page.goto(path);
    for (const w of await byKeyboard(p.page)) wrong.push(`${name}: ${w}`);
  }
  assert.equal(wrong.join('\n'), '');
});

test('the HTML is valid', () => {
  assert.ok(html.length > 0);
  const jar = join(top, 'tests/node_modules/vnu-jar/build/dist/vnu.jar');
  const r = spawnSync('java', ['-XX:-UsePerfData', '-jar', jar, '--errors-only', '--stdout', ...html], { encoding: 'utf8', timeout: 120000 });
  assert.equal(r.error, undefined);
  // One line a message, with the pages that have it.
  const found = new Map();
  for (const [, file, where, message] of r.stdout.matchAll(/^"?(?:file:.*\/)?([^/"]+)"?:([\d.-]+): (.*)$/gm)) {
    found.set(message, `${found.get(message) ?? ''} ${file}:${where}`.slice(0, 300));
  }
  assert.equal([...found].map(([message, at]) => `${message}${at}`).join('\n'), '');
  assert.equal(r.stdout.trim(), '');
  assert.equal(r.status, 0, r.stderr);
});
