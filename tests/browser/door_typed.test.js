// A door without a camera, in a real browser: codes typed by hand and by scanners that are keyboards, a
// server that hangs or says no behind a small proxy, a day that is not the day; out again.
import test, { before, beforeEach, after } from 'node:test';
import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Samling, until, sleep } from '../lib/samling.js';
import { startChromium, Person, phone } from '../lib/browser.js';

let s;
let browser;
let proxy;
const shots = process.env.SHOTS;
const shot = (page, name) => shots && page.screenshot({ path: join(shots, `${name}.png`) });
const away = (hours) => new Date(Date.now() + hours * 3600000).toISOString().slice(0, 19);

/** Before the server: `way` decides what becomes of a request, by default it goes through. */
async function startProxy(to) {
  const p = { way: null, held: [] };
  p.server = createServer((q, a) => {
    const on = () => {
      const out = request(`${to}${q.url}`, { method: q.method, headers: q.headers }, (r) => { a.writeHead(r.statusCode, r.headers); r.pipe(a); });
      out.on('error', () => a.destroy());
      a.on('close', () => out.destroy());
      q.pipe(out);
    };
    const what = q.method === 'POST' ? p.way?.(q.url) : null;
    if (!what) on();
    else if (what === 'hang') p.held.push(on);
    else { q.resume(); a.writeHead(what.status, { 'content-type': what.type }); a.end(what.body); }
  });
  await new Promise((done) => { p.server.listen(0, '127.0.0.1', done); });
  p.url = `http://127.0.0.1:${p.server.address().port}`;
  return p;
}

before(async () => {
  s = await Samling.start();
  proxy = await startProxy(s.url);
  s.env = { SAMLING_URL: proxy.url }; // the address people use
  await s.end();
  await s.serve();
  browser = await startChromium();
});
beforeEach(() => { proxy.way = null; proxy.held = []; });
after(async () => {
  await browser?.close();
  proxy?.server.closeAllConnections?.();
  proxy?.server.close();
  await s?.stop();
});

const gathering = (hours = 2) => s.gathering({ title: `Om ${hours} timer`, timezone: 'UTC', starts_at: away(hours), ends_at: away(hours + 2) });
const register = async (g, n) => (await s.register(g, { name: `Gjest ${n}`, email: `g${n}@firma.example`, organisation: 'Firma' })).body;
const came = async (g) => (await s.organiser()).get(`/admin/gatherings/${g.id}/door`).then((p) => Number(p.text.match(/data-live="admitted">(\d+)</)[1]));
/** An organiser at the door, with no camera. */
async function atDoor(g, options) {
  const p = await Person.arrive(browser, proxy.url, { camera: false, viewport: phone, ...options });
  await p.context.addInitScript(() => {
    const no = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia = no;
    window.shown = [];
    document.addEventListener('DOMContentLoaded', () => {
      const screen = document.querySelector('[data-result]');
      if (screen) new MutationObserver(() => { if (!screen.hidden) window.shown.push({ at: performance.now(), kind: screen.dataset.kind, text: screen.innerText }); }).observe(screen, { attributes: true });
    });
  });
  await p.signIn(s.email, s.password);
  await p.page.goto(`/door/${g.slug}`);
  return p;
}
const screen = (p, kind, text = /./) => until(async () => {
  const now = await p.page.evaluate(() => { const el = document.querySelector('[data-result]'); return el && !el.hidden ? { kind: el.dataset.kind, text: el.innerText } : null; });
  return now?.kind === kind && text.test(now.text) && now;
}, { what: `a ${kind} screen with ${text}` });
const typed = async (p, code) => { await p.page.fill('#code', code); await p.page.press('#code', 'Enter'); };
const focus = (p) => p.page.evaluate(() => document.activeElement.id);

test('without a camera the code field has the focus again, and codes typed on answers are not lost', async () => {
  const g = await gathering();
  const who = [];
  for (const n of [1, 2, 3, 4]) who.push(await register(g, n));
  const p = await atDoor(g);
  // As a scanner does: nobody touches anything; the first finds no field with the focus.
  for (const [i, { ticket }] of who.slice(0, 3).entries()) {
    await p.page.keyboard.type(ticket);
    await p.page.keyboard.press('Enter');
    await screen(p, 'in', new RegExp(`Gjest ${i + 1}`));
  }
  await p.page.click('button:has-text("Neste")');
  assert.equal(await focus(p), 'code');
  // Two in a row, faster than the answers.
  await p.page.evaluate(([one, two]) => {
    const form = document.querySelector('[data-code-form]');
    for (const code of [one, two]) { form.elements.code.value = code; form.requestSubmit(); }
  }, ['XXXX XXXX', who[3].ticket]);
  await screen(p, 'in', /Gjest 4/);
  assert.ok((await p.page.evaluate(() => window.shown)).some((x) => /Ukjent kode/.test(x.text)), 'each had its screen');
  assert.equal(await came(g), 4);
  assert.deepEqual(p.faults(), []);
  await p.leave();
});

test('whatever is refused is red and says why', async () => {
  const g = await gathering();
  const { ticket } = await register(g, 1);
  const p = await atDoor(g);
  const rows = [
    [{ status: 400, type: 'text/html', body: '<h1>Bad request</h1>' }, /Ikke sjekket inn[\s\S]*400/],
    [{ status: 422, type: 'application/problem+json', body: JSON.stringify({ detail: 'Noe mangler', errors: [{ field: 'code', message: 'Koden er for lang' }] }) }, /Koden er for lang/],
    [{ status: 429, type: 'application/problem+json', body: JSON.stringify({ detail: 'For mange på en gang' }) }, /For mange på en gang/],
    [{ status: 404, type: 'text/plain', body: 'no' }, /404/],
  ];
  for (const [answer, says] of rows) {
    proxy.way = () => answer;
    await typed(p, ticket);
    const red = await screen(p, 'no', says);
    assert.match(red.text, /Ikke sjekket inn/);
    if (answer.status === 400) await shot(p.page, 'refused-390');
    await p.page.click('button:has-text("Neste")');
    assert.equal(await focus(p), 'code');
  }
  proxy.way = () => ({ status: 403, type: 'text/html', body: 'no' });
  await typed(p, ticket);
  await screen(p, 'no', /Be arrangøren om en ny lenke/);
  // One that waited and is refused says so too.
  proxy.way = null;
  await p.page.click('button:has-text("Neste")');
  await p.page.waitForLoadState();
  await p.page.waitForSelector('#code');
  proxy.way = () => ({ status: 502, type: 'text/plain', body: 'no' });
  await typed(p, ticket);
  await screen(p, 'later');
  proxy.way = () => ({ status: 400, type: 'text/plain', body: 'no' });
  await screen(p, 'no', /400/, 8000);
  proxy.way = null;
  await p.page.click('button:has-text("Neste")');
  await typed(p, ticket);
  await screen(p, 'in', /Gjest 1/);
  assert.deepEqual(p.faults([/Failed to load resource/]), []);
  await p.leave();
});

test('a server that hangs holds up nobody: noted within a second and a half, and let in once it answers', async () => {
  const g = await gathering();
  const who = [];
  for (const n of [1, 2, 3]) who.push(await register(g, n));
  const p = await atDoor(g);
  proxy.way = () => 'hang';
  for (const { ticket } of who) {
    await p.page.evaluate(() => document.addEventListener('keydown', (e) => { if (e.key === 'Enter') window.begun = performance.now(); }, { capture: true }));
    await p.page.keyboard.type(ticket);
    await p.page.keyboard.press('Enter');
    await until(() => p.page.evaluate(() => window.shown.at(-1)?.kind === 'later' && !document.querySelector('[data-result]').hidden), { what: 'the noted screen' });
    const ms = Math.round(await p.page.evaluate(() => window.shown[0].at - window.begun));
    console.log(`a request that hangs: first screen after ${ms} ms`);
    await shot(p.page, 'slow-390');
    await p.page.evaluate(() => { window.shown = []; });
    assert.ok(ms < 2500, `${ms} ms`);
  }
  proxy.way = null;
  for (const on of proxy.held.splice(0)) on();
  // The screen that still stands says what came of it.
  await screen(p, 'in', /Gjest 3/);
  await until(async () => (await came(g)) === 3, { what: 'all three' });
  await sleep(2500);
  assert.equal(await came(g), 3, 'once each');
  await p.leave();
});

test('a scanner with US keys on a Norwegian machine is understood; one with other keys is told', async () => {
  const g = await gathering();
  const one = await register(g, 1);
  const p = await atDoor(g);
  const keys = { '-': '+', _: '?', '/': '-', ':': 'Ø', '?': '_' };
  const text = await s.qrText(one.ticket);
  const seen = [...text].map((c) => keys[c] ?? c).join('');
  assert.match(seen, /^httpØ--.*-t-S/);
  await typed(p, seen.replace(/#../, (c) => (c === '#AB' ? '#BA' : '#AB')));
  await screen(p, 'no', /Ukjent kode/);
  await p.page.click('button:has-text("Neste")');
  await typed(p, [...text].map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())).join(''));
  await screen(p, 'no', /Caps Lock/);
  await shot(p.page, 'keys-390');
  await p.page.click('button:has-text("Neste")');
  await typed(p, seen);
  await screen(p, 'in', /Gjest 1/);
  await p.leave();
});

test('on another day the door asks first; no lets nobody in, yes does; what waited asks too', async () => {
  const g = await gathering(24 * 5);
  const who = [];
  for (const n of [1, 2, 3]) who.push(await register(g, n));
  const p = await atDoor(g);
  await typed(p, who[0].ticket);
  await screen(p, 'already', /Det er ikke i dag[\s\S]*Gjest 1[\s\S]*slippe inn likevel/);
  assert.deepEqual(await p.axe(), []);
  await shot(p.page, 'early-390');
  await p.page.setViewportSize({ width: 1280, height: 900 });
  await shot(p.page, 'early-1280');
  await p.page.setViewportSize(phone);
  assert.equal(await came(g), 0);
  await p.page.click('[data-no]');
  assert.equal(await came(g), 0);
  await typed(p, who[0].ticket);
  await screen(p, 'already', /Gjest 1/);
  await p.page.click('[data-yes]');
  await screen(p, 'in', /Gjest 1/);
  assert.equal(await came(g), 1);
  await p.page.click('button:has-text("Neste")');
  // Without a network: asked when it is back, also after the page was loaded anew.
  proxy.way = () => ({ status: 503, type: 'text/plain', body: 'no' });
  await typed(p, who[1].ticket);
  await screen(p, 'later');
  await p.page.click('button:has-text("Neste")');
  proxy.way = null;
  await screen(p, 'already', /Gjest 2/, 8000);
  await p.page.reload();
  await screen(p, 'already', /Gjest 2/);
  await p.page.click('[data-yes]');
  await screen(p, 'in', /Gjest 2/);
  assert.equal(await came(g), 2);
  await p.page.reload();
  await p.page.waitForSelector('#code');
  assert.ok(!(await p.page.isVisible('[data-result]')), 'answered once');
  await p.leave();

  const plain = await Person.arrive(browser, proxy.url, { camera: false, viewport: phone, javaScriptEnabled: false });
  await plain.signIn(s.email, s.password);
  await plain.page.goto(`/door/${g.slug}`);
  await plain.page.fill('#code', who[2].ticket);
  await plain.page.click('form:has(#code) button');
  assert.match(await plain.page.innerText('main.sm-result'), /Det er ikke i dag[\s\S]*Gjest 3/);
  await shot(plain.page, 'early-nojs-390');
  await plain.page.click('a:has-text("Nei")');
  assert.equal(await came(g), 2);
  await plain.page.fill('#code', who[2].ticket);
  await plain.page.click('form:has(#code) button');
  await plain.page.click('button:has-text("Ja, slipp inn")');
  await plain.page.waitForSelector('main.sm-result[data-kind=in]');
  assert.equal(await came(g), 3);
  await plain.leave();
});

test('who was let in by mistake is taken out again on her page: asked first, written down, counted', async () => {
  const g = await gathering();
  const one = await register(g, 1);
  await s.api('POST', `/gatherings/${g.id}/checkins`, { ticket: one.ticket });
  assert.equal(await came(g), 1);
  const p = await Person.arrive(browser, proxy.url);
  await p.signIn(s.email, s.password);
  await p.page.goto(`/admin/gatherings/${g.id}/people/${one.id}`);
  await shot(p.page, 'person-1280');
  await p.page.setViewportSize(phone);
  if (shots) await p.page.screenshot({ path: join(shots, 'person-390.png'), fullPage: true });
  await p.page.click('a:has-text("Ta ut igjen")');
  await p.page.waitForSelector('h2:has-text("Ta Gjest 1 ut igjen?")');
  assert.deepEqual(await p.axe(), []);
  assert.ok(await p.sideways() <= 0);
  await shot(p.page, 'out-390');
  await p.page.setViewportSize({ width: 1280, height: 900 });
  await shot(p.page, 'out-1280');
  await p.page.click('a:has-text("Nei, behold")');
  assert.equal(await came(g), 1);
  await p.page.click('a:has-text("Ta ut igjen")');
  await p.page.click('button:has-text("Ja, ta ut")');
  await p.page.waitForSelector('.ds-alert:has-text("Tatt ut igjen")');
  assert.match(await p.page.innerText('main'), /Ikke sjekket inn/);
  assert.equal(await p.page.locator('a:has-text("Ta ut igjen")').count(), 0);
  assert.equal(await came(g), 0);
  const row = spawnSync('sqlite3', [join(s.data, 'samling.db'), `SELECT result, account_id > 0 FROM admission WHERE gathering_id = ${g.id} ORDER BY id DESC LIMIT 1`], { encoding: 'utf8' });
  assert.equal(row.stdout.trim(), 'undone|1');
  assert.equal((await s.api('POST', `/gatherings/${g.id}/checkins`, { ticket: one.ticket })).body.result, 'admitted');
  assert.equal(await came(g), 1);
  const other = await gathering(3);
  const ase = await s.organiser();
  assert.equal((await ase.get(`/admin/gatherings/${other.id}/door/${one.id}/out`)).status, 404, 'of that gathering only');
  await p.leave();
});
