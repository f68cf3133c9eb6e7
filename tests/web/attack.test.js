// What somebody with bad intent tries, each once seen to work and then mended.
import test from 'node:test';
import assert from 'node:assert/strict';
import { request, Agent } from 'node:http';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:net';
import { Samling, run, sleep, top, until } from '../lib/samling.js';
import { scratch } from '../lib/scratch.js';

const PASSWORD = 'en lang setning her';
const account = (s, name, role) => run(['user', 'add', `${name}@hub.example`, '--role', role, '--password-stdin'], { data: s.data, input: `${PASSWORD}\n` });
const csrfOf = async (c, path) => (await c.get(path)).text.match(/name="csrf" value="([^"]+)"/)[1];

async function doorOf(s, organiser, g) {
  const made = await organiser.submit(`/admin/gatherings/${g.id}/door`, { label: 'Vertskap' }, { action: '/door/links' });
  const [path, key] = made.text.match(/\/door\/[a-z0-9-]+#[A-Za-z0-9_-]{22}/)[0].split('#');
  const c = s.client();
  await c.submit(path, { key });
  return c;
}

test("a door helper learns nothing of another gathering's people by counting tickets", async () => {
  const s = await Samling.start();
  const here = await s.gathering({ title: 'Her' });
  const there = await s.gathering({ title: 'Der' });
  await s.register(here, { name: 'Anna Her', email: 'anna@her.example' });
  await s.register(there, { name: 'Berit Der', email: 'berit@der.example', organisation: 'Der AS' });
  const door = await doorOf(s, await s.organiser(), here);
  const csrf = await csrfOf(door, `/door/${here.slug}`);
  const results = [];
  for (let id = 1; id <= 3; id++) {
    const r = await door.post(`/door/${here.slug}/tick`, { csrf, ticket_id: id, anyway: 'on' }, { headers: { accept: 'application/json' } });
    results.push(JSON.parse(r.text).result);
    assert.doesNotMatch(r.text, /Berit|Der AS|"title":"Der"/);
  }
  assert.deepEqual(results, ['admitted', 'unknown', 'unknown']);
  await s.stop();
});

test('who only looks sees no code that would let them in', async () => {
  const s = await Samling.start();
  account(s, 'viewer', 'viewer');
  const g = await s.gathering();
  const { ticket, id } = (await s.register(g)).body;
  const people = `/admin/gatherings/${g.id}/people`;
  const organiser = await s.organiser();
  const short = (await organiser.get(`${people}/${id}`)).text.match(new RegExp(`/t/${ticket}">([^<]+)<`))[1];
  assert.match((await organiser.get(`${people}.csv`)).text, new RegExp(short));
  const viewer = s.client();
  await viewer.signIn('viewer@hub.example', PASSWORD);
  for (const path of [people, `${people}/${id}`, `${people}.csv`]) {
    const page = await viewer.get(path);
    assert.equal(page.status, 200, path);
    assert.match(page.text, /Ingrid Sæther/, path);
    assert.ok(!page.text.includes(ticket) && !page.text.includes(short), `${path} shows the code`);
  }
  const lines = (await viewer.get(`${people}.csv`)).text.trim().split('\r\n').map((l) => l.split(';').length);
  assert.equal(lines[0], lines[1], 'a column for each head');
  const list = await s.api('GET', `/gatherings/${g.id}/registrations`, undefined, { token: s.newToken('viewer') });
  assert.equal(list.body.items[0].ticket, null);
  assert.equal((await s.api('GET', `/gatherings/${g.id}/registrations`)).body.items[0].ticket, ticket);
  await s.stop();
});

test('a disabled account does not come back by a form under way', async () => {
  const s = await Samling.start();
  account(s, 'kari', 'organiser');
  const admin = await s.organiser();
  const csrf = await csrfOf(admin, '/admin/settings/users');
  const id = (await admin.get('/admin/settings/users')).text.match(/users\/(\d+)\/disable/)[1];
  for (let round = 0; round < 12; round++) {
    await admin.post(`/admin/settings/users/${id}/enable`, { csrf }, { follow: false });
    const kari = s.client();
    await kari.signIn('kari@hub.example', PASSWORD);
    const form = { csrf: await csrfOf(kari, '/admin/account'), name: 'Kari', lang: 'nb' };
    const answers = await Promise.all([
      admin.post(`/admin/settings/users/${id}/disable`, { csrf }, { follow: false }),
      kari.post('/admin/account', form, { follow: false }),
    ]);
    assert.equal(answers[0].status, 303);
    assert.equal((await kari.get('/admin', { follow: false })).status, 303, 'signed out');
  }
  await s.stop();
});

test('a second X-Forwarded-For line is no way around the limit', async () => {
  const s = await Samling.start({ args: ['--proxy', '127.0.0.1'] });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const body = 'email=nobody%40hub.example';
  const ask = (i) => new Promise((done, fail) => {
    const q = request({
      host: '127.0.0.1', port: s.port, path: '/signin/forgot', method: 'POST', agent,
      headers: ['Host', 'hub.example', 'X-Forwarded-For', `192.0.2.${i}`, 'X-Forwarded-For', '198.51.100.7',
        'Content-Type', 'application/x-www-form-urlencoded', 'Content-Length', String(body.length)],
    }, (r) => { r.resume(); r.on('end', () => done(r.statusCode)); });
    q.on('error', fail);
    q.end(body);
  });
  const seen = [];
  for (let i = 0; i < 80; i++) seen.push(await ask(i));
  agent.destroy();
  assert.equal(seen[0], 303);
  assert.ok(seen.includes(429), 'one client, one limit');
  await s.stop();
});

test('thousands of names at once do not bring the program down', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  const contacts = Array.from({ length: 5000 }, (_, i) => ({ name: `Nes${i}, Kåre`, email: `kare${i}@nes.example` }));
  const r = await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts });
  assert.equal(r.status, 202);
  assert.equal(r.body.invited, 5000);
  // They come in pieces.
  const one = await until(async () => {
    const page = await s.api('GET', `/gatherings/${g.id}/invitations?limit=1`);
    return page.body.items.length > 0 && page;
  }, { what: 'the first invitation' });
  assert.equal(one.body.items[0].name, 'Kåre Nes0');
  await s.stop();
});

test('the download holds everybody once, however many', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  const count = 1003;
  let next = 0;
  await Promise.all(Array.from({ length: 16 }, async () => {
    while (next < count) {
      const i = next++;
      const r = await s.register(g, { name: `Person ${i}`, email: `p${i}@mange.example` });
      assert.equal(r.status, 201);
    }
  }));
  const csv = (await (await s.organiser()).get(`/admin/gatherings/${g.id}/people.csv`)).text;
  const addresses = csv.trim().split('\r\n').slice(1).map((line) => line.split(';')[2]);
  assert.equal(addresses.length, count);
  assert.equal(new Set(addresses).size, count);
  await s.stop();
});

test('a body of unknown names is refused at once', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  const took = async (length) => {
    const raw = `{${Array.from({ length }, (_, i) => `"k${i}":1`).join(',')}}`;
    const began = performance.now();
    const r = await s.api('POST', `/gatherings/${g.id}/invitations`, undefined, { raw });
    assert.equal(r.status, 422);
    assert.ok(r.body.errors.length <= 100, `${r.body.errors.length} errors`);
    return performance.now() - began;
  };
  // Four times as many take four times as long, not sixteen; the quickest of some, whatever else goes on.
  const quickest = async (length) => { let best = Infinity; for (let i = 0; i < 4; i++) best = Math.min(best, await took(length)); return best; };
  const [few, many] = [await quickest(15000), await quickest(60000)];
  assert.ok(many < 9 * few, `${few} ms, ${many} ms`);
  await s.stop();
});

const form = (pairs) => new URLSearchParams(pairs).toString();
/** A try to sign in as a browser at `from` would; --proxy 127.0.0.1 makes it believed. */
const signInFrom = (s, from, email, password) => fetch(`${s.url}/signin`, {
  method: 'POST', redirect: 'manual', body: form({ email, password }),
  headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': from },
});

test('who guesses waits longer each time, and nobody else does', async () => {
  const s = await Samling.start({ args: ['--proxy', '127.0.0.1'] });
  account(s, 'kari', 'organiser');
  assert.equal((await signInFrom(s, '192.0.2.20', 'kari@hub.example', PASSWORD)).status, 303);
  const guesses = await Promise.all(Array.from({ length: 60 }, (_, i) => signInFrom(s, '198.51.100.7', 'kari@hub.example', `et feil passord ${i}`)));
  const count = (status) => guesses.filter((r) => r.status === status).length;
  assert.ok(count(422) > 0 && count(422) <= 12, `${count(422)} were tried`);
  assert.equal(count(429) + count(422), 60);
  const refused = guesses.find((r) => r.status === 429);
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  const text = await refused.text();
  assert.match(text, /Vent \d+ sekunder/);
  assert.match(text, /value="kari@hub.example"/, 'nothing typed is lost');
  // Her own place, and a colleague anywhere.
  assert.equal((await signInFrom(s, '192.0.2.20', 'kari@hub.example', PASSWORD)).status, 303);
  assert.equal((await signInFrom(s, '192.0.2.21', s.email, s.password)).status, 303);
  // Whoever guesses at many accounts waits too.
  const many = await Promise.all(Array.from({ length: 50 }, (_, i) => signInFrom(s, '203.0.113.5', `p${i}@hub.example`, PASSWORD)));
  assert.ok(many.filter((r) => r.status === 422).length <= 26);
  await s.stop();
});

test('an office that signs in all at once waits for nobody', async () => {
  const s = await Samling.start({ args: ['--proxy', '127.0.0.1'] });
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  for (const name of names) account(s, name, 'viewer');
  const answers = await Promise.all(names.map((name) => signInFrom(s, '192.0.2.30', `${name}@hub.example`, PASSWORD)));
  assert.deepEqual(answers.map((r) => r.status), names.map(() => 303));
  await s.stop();
});

test('who is refused is in the log, as the filter in README reads it', async () => {
  const s = await Samling.start({ args: ['--proxy', '127.0.0.1'] });
  for (let i = 0; i < 8; i++) await signInFrom(s, i % 2 ? '198.51.100.7' : '2001:db8::7', 'nobody@hub.example', `et feil passord ${i}`);
  for (let i = 0; i < 70; i++) {
    await fetch(`${s.url}/signin/forgot`, {
      method: 'POST', redirect: 'manual', body: form({ email: 'x@hub.example' }),
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': '203.0.113.9' },
    });
  }
  assert.equal((await signInFrom(s, '192.0.2.1', s.email, s.password)).status, 303);
  await s.stop();
  const readme = readFileSync(join(top, 'README.md'), 'utf8');
  const rule = readme.match(/^ *failregex = (.*)$/m)[1];
  // As fail2ban does: <HOST> is an address, and the time is taken out of the line.
  const regex = new RegExp(rule.replace('<HOST>', '(?<host>[0-9a-fA-F.:]+)'));
  const journal = s.errors.split('\n').map((line) => `hub samling[812]: ${line}`);
  const file = s.errors.split('\n').map((line) => line.replace(/^\S+/, ''));
  for (const lines of [journal, file]) {
    const hosts = lines.map((line) => line.match(regex)?.groups.host).filter(Boolean);
    assert.equal(hosts.filter((h) => h === '198.51.100.7').length, 4);
    assert.equal(hosts.filter((h) => h === '2001:db8::7').length, 4);
    assert.ok(hosts.filter((h) => h === '203.0.113.9').length >= 5, 'one line each');
    assert.ok(!hosts.includes('192.0.2.1'), 'not the honest');
  }
});

/** So many connections from `from`, an address of this machine, that have sent `text`. */
async function hold(s, from, count, text = '') {
  const all = [];
  for (let i = 0; i < count; i++) {
    const c = connect({ host: '127.0.0.1', port: s.port, localAddress: from });
    c.open = true;
    c.on('error', () => {});
    c.on('close', () => { c.open = false; });
    c.on('data', (d) => { c.said = (c.said ?? '') + d; });
    all.push(c);
    if (text) c.write(text);
    if (i % 100 === 99) await new Promise((done) => (c.connecting ? c.once('connect', done).once('error', done) : done()));
  }
  return all;
}
const pageFrom = (s, from) => new Promise((done, fail) => {
  request({ host: '127.0.0.1', port: s.port, path: '/', localAddress: from, agent: false, timeout: 20000 },
    (r) => { r.resume(); r.on('end', () => done(r)); }).on('error', fail).on('timeout', function late() { this.destroy(new Error('no answer')); }).end();
});

test('idle connections, of one client or many, keep nobody out', async () => {
  const s = await Samling.start({ env: { SAMLING_TEST_DEADLINES: '60000,60000' } });
  const held = await hold(s, '127.0.0.2', 4300);
  assert.equal((await pageFrom(s, '127.0.0.1')).statusCode, 200);
  assert.equal((await pageFrom(s, '127.0.0.2')).statusCode, 200, 'their own oldest went instead');
  await until(() => held.filter((c) => c.open).length <= 512, { what: 'the cap' });
  assert.ok(held.at(-1).open && !held[0].open, 'the oldest went');
  for (let n = 3; n < 13; n++) held.push(...await hold(s, `127.0.0.${n}`, 450));
  assert.equal((await pageFrom(s, '127.0.0.1')).statusCode, 200);
  for (const c of held) c.destroy();
  await s.stop();
});

test('where no connection is idle, the next one is told so', async () => {
  const s = await Samling.start({ env: { SAMLING_TEST_DEADLINES: '60000,60000' } });
  const held = await hold(s, '127.0.0.2', 512, 'POST /signin HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\na');
  const underWay = async () => Number((await (await fetch(`${s.url}/metrics`, { headers: { authorization: `Bearer ${s.token}` } })).text()).match(/in_flight (\d+)/)[1]);
  await until(async () => await underWay() >= 512, { what: 'all of them to be read' });
  const refused = await pageFrom(s, '127.0.0.2');
  assert.equal(refused.statusCode, 503);
  assert.equal(refused.headers.connection, 'close');
  assert.ok(refused.headers['retry-after'] && refused.headers['content-security-policy']);
  assert.equal((await pageFrom(s, '127.0.0.1')).statusCode, 200, 'another client');
  for (const c of held) c.destroy();
  await until(async () => (await pageFrom(s, '127.0.0.2')).statusCode === 200);
  await s.stop();
});

test('the proxy that is named may have as many as it likes', async () => {
  const s = await Samling.start({ args: ['--proxy', '127.0.0.2'], env: { SAMLING_TEST_DEADLINES: '60000,60000' } });
  const held = await hold(s, '127.0.0.2', 700);
  assert.equal((await pageFrom(s, '127.0.0.2')).statusCode, 200);
  await sleep(300);
  assert.equal(held.filter((c) => c.open).length, 700);
  for (const c of held) c.destroy();
  await s.stop();
});

test('a password that everybody tries first is refused', () => {
  const data = scratch('common');
  for (const password of ['leavemealone', 'Password2027', 'passordpassord', '123456789012']) {
    const r = run(['user', 'add', 'a@hub.example', '--role', 'admin', '--password-stdin'], { data, input: `${password}\n` });
    assert.notEqual(r.status, 0, password);
    assert.match(r.err, /tried first/);
  }
  rmSync(data, { recursive: true, force: true });
});

test('whoever asks for one ticket many times at once stops neither sign-ins nor other tickets', async () => {
  const s = await Samling.start({ args: ['--proxy', '127.0.0.1'] });
  const g = await s.gathering();
  const { ticket } = (await s.register(g)).body;
  const agent = new Agent({ keepAlive: true, maxSockets: 300 });
  const pdf = (from) => new Promise((done, fail) => {
    request({ host: '127.0.0.1', port: s.port, path: `/t/${ticket}.pdf`, agent, headers: { 'x-forwarded-for': from } },
      (r) => { r.resume(); r.on('end', () => done(r.statusCode)); }).on('error', fail).end();
  });
  let on = true;
  const flood = Array.from({ length: 200 }, async () => { while (on) await pdf('198.51.100.7').catch(() => { on = false; }); });
  const signIns = [], tickets = [];
  for (let i = 0; i < 13; i++) {
    signIns.push((await signInFrom(s, `192.0.2.${i}`, s.email, s.password)).status);
    tickets.push(await pdf(`192.0.2.${i}`));
  }
  on = false;
  await Promise.all(flood);
  agent.destroy();
  assert.deepEqual(signIns, signIns.map(() => 303));
  assert.deepEqual(tickets, tickets.map(() => 200));
  await s.stop();
});
