// The server's own doings: languages, event streams, TLS, a proxy in front of it.
import test from 'node:test';
import assert from 'node:assert/strict';
import { request } from 'node:https';
import { Samling, until, sleep } from '../lib/samling.js';
import { certificate } from '../lib/smtp.js';

const langOf = (r) => r.text.match(/<html[^>]* lang="([a-z]+)"/)?.[1];

test('language: chosen, remembered, the browser\'s, the default', async () => {
  const s = await Samling.start();
  const c = s.client();
  assert.equal(langOf(await c.get('/')), 'nb');
  for (const [accept, want] of [['nn-NO,nn;q=0.9,en;q=0.1', 'nn'], ['en-GB', 'en'], ['de,en;q=0.5,nb;q=0.2', 'en'], ['no', 'nb'], ['fr', 'en'],
    ['en;q=0.1, nb;q=0.8', 'nb'], [';;;,,q=', 'nb']]) {
    assert.equal(langOf(await c.get('/', { headers: { 'accept-language': accept } })), want, accept);
  }
  assert.equal(langOf(await c.get('/?lang=nn')), 'nn');
  assert.equal(langOf(await c.get('/')), 'nn', 'remembered');
  assert.equal(langOf(await c.get('/signin', { headers: { 'accept-language': 'en' } })), 'nn', 'before what the browser says');
  assert.equal(langOf(await c.get('/?lang=de')), 'nn', 'one we do not have changes nothing');
  assert.equal(langOf(await s.client().get('/')), 'nb', 'for this reader alone');
  const g = await s.gathering({ language: 'en' });
  assert.equal(langOf(await s.client().get(`/g/${g.slug}`)), 'en');
  assert.equal(langOf(await c.get(`/g/${g.slug}`)), 'nn');
  // The API says its errors in the asker's language too.
  const said = await Promise.all(['nb', 'nn', 'en'].map(async (lang) => (await s.api('POST', '/gatherings', { title: '' }, { headers: { 'accept-language': lang } })).body.errors[0].message));
  assert.ok(said[2] !== said[0], said.join(' / '));
  await s.stop();
});

test('the organiser\'s page counts by itself', async () => {
  const s = await Samling.start();
  const g = await s.gathering({});
  const tickets = [];
  for (let n = 0; n < 3; n++) tickets.push((await s.register(g, { name: `G${n}`, email: `g${n}@firma.example` })).body.ticket);
  const c = await s.organiser();
  const stop = new AbortController();
  const stream = await fetch(`${s.url}/admin/gatherings/${g.id}/door/events`, {
    headers: { cookie: [...c.cookies].map(([k, v]) => `${k}=${v}`).join('; ') }, signal: stop.signal,
  });
  assert.equal(stream.status, 200);
  assert.match(stream.headers.get('content-type'), /^text\/event-stream/);
  let text = '';
  const reading = (async () => { for await (const part of stream.body) text += Buffer.from(part).toString(); })().catch(() => {});
  const last = () => JSON.parse(text.match(/^data: ?(.*)\n\n(?![\s\S]*^data:)/m)?.[1] ?? '{}');
  await until(() => text.includes('data:'), { what: 'the first count' });
  assert.deepEqual([last().live, last().admitted], [3, 0]);
  for (const [i, ticket] of tickets.entries()) {
    const began = Date.now();
    await s.api('POST', `/gatherings/${g.id}/checkins`, { ticket });
    await until(() => last().admitted === i + 1, { ms: 3000, what: `count ${i + 1}` });
    assert.ok(Date.now() - began < 1500, 'at once');
  }
  // Ten streams neither keep others waiting nor the server from stopping.
  const more = await Promise.all(Array.from({ length: 10 }, () => fetch(`${s.url}/admin/gatherings/${g.id}/door/events`, {
    headers: { cookie: [...c.cookies].map(([k, v]) => `${k}=${v}`).join('; ') },
  })));
  for (const r of more) assert.equal(r.status, 200);
  assert.equal((await fetch(`${s.url}/`)).status, 200);
  const began = Date.now();
  await s.stop();
  assert.ok(Date.now() - began < 10000, 'stopped in time');
  stop.abort();
  await reading;
  await Promise.all(more.map((r) => r.text().catch(() => {})));
});

const tls = (s, method, path, { headers = {}, body } = {}) => new Promise((done, fail) => {
  const r = request(s.url + path, { method, ca: certificate().cert, headers }, (answer) => {
    let text = '';
    answer.setEncoding('utf8');
    answer.on('data', (d) => { text += d; });
    answer.on('end', () => done({ status: answer.statusCode, headers: answer.headers, text }));
  });
  r.on('error', fail);
  r.end(body);
});

test('TLS by certificate and key: pages, secure cookies, no downgrade', async () => {
  const { certFile, keyFile } = certificate();
  const s = await Samling.start({ tls: true, args: ['--tls-cert', certFile, '--tls-key', keyFile] });
  assert.match(s.output, /https:\/\/127\.0\.0\.1/);
  const page = await tls(s, 'GET', '/signin');
  assert.equal(page.status, 200);
  assert.match(page.headers['strict-transport-security'] ?? '', /max-age=\d{6,}/);
  const key = page.text.match(/name="form_key" value="([^"]+)"/)?.[1] ?? '';
  const form = new URLSearchParams({ email: s.email, password: s.password, form_key: key }).toString();
  const signed = await tls(s, 'POST', '/signin', { body: form, headers: { origin: s.url, 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(form) } });
  assert.equal(signed.status, 303, signed.text.slice(0, 300));
  const cookie = signed.headers['set-cookie'].find((v) => v.startsWith('__Host-'));
  assert.ok(cookie, JSON.stringify(signed.headers['set-cookie']));
  for (const word of ['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/']) assert.ok(cookie.includes(word), word);
  assert.equal((await tls(s, 'GET', '/admin', { headers: { cookie: cookie.split(';')[0] } })).status, 200);
  // Plain HTTP on that port is not served.
  assert.notEqual(await fetch(`http://127.0.0.1:${s.port}/`).then((r) => r.status, () => 'refused'), 200);
  const wrong = await Samling.start({ args: ['--tls-cert', keyFile, '--tls-key', certFile], tls: true }).then(() => null, (e) => e);
  assert.match(String(wrong), /the server ended/, 'a key that is none is said at start');
  await s.stop();
});

test('a proxy\'s word is taken from the proxy alone', async () => {
  const attempt = async (s, n) => (await s.client().post('/signin/forgot', {}, { headers: { 'x-forwarded-for': n } })).status;
  const address = (n) => `203.0.113.${n}`;
  const untilLimited = async (s, from) => {
    for (let n = 1; n < 200; n++) if ((await attempt(s, from(n))) === 429) return n;
    return null;
  };
  const secure = { 'x-forwarded-proto': 'https' };
  const plain = await Samling.start();
  // Without --proxy one address stays one address, whatever it says of itself.
  const limit = await untilLimited(plain, address);
  assert.ok(limit > 5, `limited after ${limit}`);
  assert.equal((await fetch(`${plain.url}/`, { headers: secure })).headers.get('strict-transport-security'), null);
  await plain.stop();

  const s = await Samling.start({ args: ['--proxy', '127.0.0.1', '--url', 'https://hub.example'] });
  for (let n = 1; n < limit + 20; n++) assert.notEqual(await attempt(s, address(n)), 429, `${n}: each reader has a limit of their own`);
  assert.ok(await untilLimited(s, () => address(200)), 'and has one');
  // What the reader put in front of the proxy's own entry counts for nothing.
  for (let n = 0; n < 3; n++) assert.equal(await attempt(s, `198.51.100.${n}, 198.51.100.${n}, ${address(200)}`), 429);
  const page = await fetch(`${s.url}/`, { headers: secure });
  assert.ok(page.headers.get('strict-transport-security'));
  await s.stop();

  const other = await Samling.start({ args: ['--proxy', '192.0.2.9'] });
  assert.equal((await fetch(`${other.url}/`, { headers: secure })).headers.get('strict-transport-security'), null, 'not our proxy');
  await other.stop();
});

test('SIGTERM: what is in flight is finished, nothing acknowledged is lost', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 1000 });
  const acknowledged = [];
  let going = true;
  const clients = Array.from({ length: 16 }, async (_, k) => {
    for (let n = 0; going; n++) {
      try {
        const r = await s.register(g, { name: `G${k}-${n}`, email: `g${k}-${n}@firma.example` });
        if (r.status === 201) acknowledged.push(r.body.id);
      } catch { going = false; }
    }
  });
  await sleep(300);
  const began = Date.now();
  const how = await s.end();
  going = false;
  await Promise.all(clients);
  assert.deepEqual(how, { code: 0, signal: null });
  assert.ok(Date.now() - began < 10000);
  await s.serve();
  const there = new Set();
  for (let cursor = ''; cursor !== null;) {
    const page = (await s.api('GET', `/gatherings/${g.id}/registrations?limit=500${cursor && `&cursor=${cursor}`}`)).body;
    for (const r of page.items) there.add(r.id);
    cursor = page.next;
  }
  assert.ok(acknowledged.length > 10);
  for (const id of acknowledged) assert.ok(there.has(id));
  await s.stop();
});
