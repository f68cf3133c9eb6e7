// The server's own doings: languages, event streams, TLS, a proxy in front of it.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { dirname, join } from 'node:path';
import { Samling, run, until, sleep } from '../lib/samling.js';
import { certificate } from '../lib/smtp.js';
import { scratch } from '../lib/scratch.js';

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
    const before = text.length;
    await s.api('POST', `/gatherings/${g.id}/checkins`, { ticket });
    await until(() => last().admitted === i + 1, { what: `count ${i + 1}` });
    assert.match(text.slice(before), /^(event:[^\n]*\n)?data:/, 'at once, not with the next sign of life');
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
  // CBC ciphers have had too many faults.
  const talk = (cipher) => spawnSync('openssl', ['s_client', '-connect', `127.0.0.1:${s.port}`, '-tls1_2', '-cipher', cipher], { input: '', encoding: 'utf8' }).status;
  assert.notEqual(talk('ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:AES128-SHA:ECDHE-RSA-AES256-SHA:AES256-SHA:ECDHE-RSA-AES128-SHA256:AES128-SHA256'), 0);
  assert.equal(talk('ECDHE+AESGCM'), 0);
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

test('whatever a proxy says: with --url https cookies are secure and HTTPS is to stay', async () => {
  const s = await Samling.start({ args: ['--url', 'https://hub.example'] });
  const page = await fetch(`${s.url}/signin`);
  assert.match(page.headers.get('strict-transport-security') ?? '', /max-age=\d{6,}/);
  const r = await fetch(`${s.url}/signin`, {
    method: 'POST', redirect: 'manual', body: new URLSearchParams({ email: s.email, password: s.password }),
  });
  assert.equal(r.status, 303);
  assert.match(r.headers.get('set-cookie'), /^__Host-samling=[^;]+;.*; Secure/);
  await s.stop();
});

test('the camera is for the door alone; what is private is not for search engines', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  const { ticket } = (await s.register(g)).body;
  const may = async (path) => (await fetch(`${s.url}${path}`)).headers.get('permissions-policy');
  assert.match(await may(`/door/${g.slug}`), /camera=\(self\)/);
  for (const path of ['/', `/g/${g.slug}`, `/t/${ticket}`, '/signin', '/nowhere', '/static/door.js']) assert.match(await may(path), /camera=\(\)/, path);
  const raw = (await until(() => s.mailbox()[0])).toString().replace(/=\r?\n/g, '');
  const link = raw.match(/\/r\/r[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/)[0];
  for (const path of [link, `${link}.ics`, `/t/${ticket}`, `/t/${ticket}.svg`, `/t/${ticket}.png`, `/t/${ticket}.pdf`, '/signin', `/door/${g.slug}`, '/start/x', '/password/x']) {
    assert.equal((await fetch(`${s.url}${path}`)).headers.get('x-robots-tag'), 'noindex', path);
  }
  const robots = await fetch(`${s.url}/robots.txt`);
  assert.equal(robots.status, 200);
  assert.match(robots.headers.get('content-type'), /^text\/plain/);
  assert.match(await robots.text(), /^User-agent: \*\nDisallow: \/admin$/m);
  await s.stop();
});

test('a configuration or key that everybody can read draws a warning', async () => {
  const { certFile, keyFile } = certificate();
  const config = join(dirname(keyFile), 'samling.conf');
  writeFileSync(config, 'SAMLING_FROM=Hub <hub@hub.example>\n');
  const said = async (mode) => {
    chmodSync(config, mode);
    chmodSync(keyFile, mode);
    const s = await Samling.start({ tls: true, args: ['--config', config, '--tls-cert', certFile, '--tls-key', keyFile] });
    const { errors } = s;
    await s.stop();
    return [config, keyFile].map((file) => errors.includes(`can read ${file}`));
  };
  assert.deepEqual(await said(0o644), [true, true]);
  assert.deepEqual(await said(0o640), [false, false]);
});

/** A stream of the organiser's door counter: { status, ended } and what makes it end. */
const listen = (s, path, cookie, from) => new Promise((done, fail) => {
  const q = plainRequest({ host: '127.0.0.1', port: s.port, path, agent: false, headers: { cookie, 'x-forwarded-for': from } }, (r) => {
    const stream = { status: r.statusCode, ended: false, close: () => q.destroy() };
    r.resume();
    for (const how of ['end', 'error', 'close']) r.on(how, () => { stream.ended = true; });
    done(stream);
  });
  q.on('error', fail);
  q.end();
});

test('a stream ends with the right to it, and one client has not all of them', async () => {
  const s = await Samling.start({ args: ['--proxy', '127.0.0.1'] });
  const g = await s.gathering();
  run(['user', 'add', 'kari@hub.example', '--role', 'viewer', '--password-stdin'], { data: s.data, input: `${s.password}\n` });
  const cookieOf = async (email) => (await fetch(`${s.url}/signin`, {
    method: 'POST', redirect: 'manual', body: new URLSearchParams({ email, password: s.password }),
  })).headers.get('set-cookie').split(';')[0];
  const path = `/admin/gatherings/${g.id}/door/events`;
  const kari = await cookieOf('kari@hub.example'), ase = await cookieOf(s.email);
  const hers = await listen(s, path, kari, '192.0.2.1'), mine = await listen(s, path, ase, '192.0.2.1');
  assert.equal(hers.status, 200);
  const admin = await s.organiser();
  const page = (await admin.get('/admin/settings/users')).text;
  const id = page.match(/users\/(\d+)\/disable/)[1], csrf = page.match(/name="csrf" value="([^"]+)"/)[1];
  assert.equal((await admin.post(`/admin/settings/users/${id}/disable`, { csrf }, { follow: false })).status, 303);
  await until(() => hers.ended, { what: 'her stream to end' });
  assert.ok(!mine.ended, 'nobody else\'s');
  const many = [];
  for (let i = 0; i < 60; i++) many.push(await listen(s, path, ase, '198.51.100.7'));
  assert.equal(many.filter((r) => r.status === 200).length, 50);
  assert.equal(many.at(-1).status, 503);
  assert.equal((await listen(s, path, ase, '192.0.2.2')).status, 200, 'another client');
  many.forEach((r) => r.close());
  await s.stop();
});

test('certificate and key: what is wrong is named, and SIGHUP reads them anew', async () => {
  const made = (name, extra = []) => {
    const dir = scratch('tls');
    const key = join(dir, 'key.pem'), cert = join(dir, 'cert.pem');
    const r = spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-subj', `/CN=${name}`, '-days', '2', ...extra], { encoding: 'utf8' });
    assert.equal(r.status, 0, r.stderr);
    chmodSync(key, 0o600);
    return { key, cert };
  };
  const one = made('one.example'), two = made('two.example');
  const start = (cert, key) => run(['serve', '--listen', '127.0.0.1:0', '--tls-cert', cert, ...(key ? ['--tls-key', key] : [])], { data: scratch('tls-data') });
  for (const [r, what] of [
    [start(one.cert), /--tls-key is missing/],
    [start(one.key, one.key), /the certificate cannot be used: /],
    [start(one.cert, one.cert), /the key cannot be used: /],
    [start(one.cert, two.key), /the key is not this certificate's/],
    [start(dirname(one.cert), one.key), /Is a directory/],
  ]) {
    assert.notEqual(r.status, 0);
    assert.match(r.err, what);
  }
  const who = (s) => spawnSync('openssl', ['s_client', '-connect', `127.0.0.1:${s.port}`, '-servername', 'x'], { input: '', encoding: 'utf8' }).stdout.match(/subject=.*CN ?= ?(\S+)/)?.[1];
  const s = await Samling.start({ tls: true, args: ['--tls-cert', one.cert, '--tls-key', one.key] });
  assert.equal(who(s), 'one.example');
  copyFileSync(two.cert, one.cert); // half a renewal: the pair does not fit, the old one stays
  s.child.kill('SIGHUP');
  await until(() => /from before stay in use/.test(s.errors), { what: 'the refusal in the log' });
  assert.equal(who(s), 'one.example');
  const whole = readFileSync(two.cert); // what a power cut left: as long as it was, its end never written
  copyFileSync(two.key, one.key);
  writeFileSync(one.cert, Buffer.concat([whole, Buffer.alloc(1200)]));
  s.child.kill('SIGHUP');
  await until(() => /is no PEM file/.test(s.errors), { what: 'the second refusal', ms: 20000 });
  assert.equal(who(s), 'one.example');
  writeFileSync(one.cert, whole);
  s.child.kill('SIGHUP');
  await until(() => /read anew/.test(s.errors), { what: 'the renewal in the log' });
  assert.equal(who(s), 'two.example');
  await s.stop();
});

test('a service without a certificate of its own goes on after SIGHUP', async () => {
  const s = await Samling.start();
  s.child.kill('SIGHUP');
  await until(() => /nothing to read anew/.test(s.errors), { what: 'a line in the log' });
  assert.equal(await s.healthz(), 200);
  await s.stop();
});

test('a proxy that keeps the address from us is named, to the person and in the log', async () => {
  const s = await Samling.start({ args: ['--proxy', '127.0.0.1'] });
  const g = await s.gathering();
  const page = await (await fetch(`${s.url}/g/${g.slug}/register`)).text();
  const body = new URLSearchParams({ form_key: page.match(/name="form_key" value="([^"]+)"/)[1], name: 'Ada Vik', email: 'ada@firma.example', organisation: 'Firma' });
  const send = (headers) => fetch(`${s.url}/g/${g.slug}/register`, { method: 'POST', redirect: 'manual', body, headers: { 'accept-language': 'en', ...headers } });
  const refused = await send({ origin: 'https://hub.example', 'sec-fetch-site': 'same-origin' });
  assert.equal(refused.status, 403);
  assert.match(await refused.text(), /set up under another address/);
  await until(() => /a form came from https:\/\/hub\.example, but --url is http:\/\/127\.0\.0\.1/.test(s.errors), { what: 'the log' });
  assert.match(s.errors, /the proxy 127\.0\.0\.1 sends no X-Forwarded-For/);
  const stranger = await send({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' });
  assert.equal(stranger.status, 403);
  assert.doesNotMatch(await stranger.text(), /set up under another address/);
  await s.stop();
  const bare = await Samling.start();
  await fetch(bare.url, { headers: { 'x-forwarded-for': '192.0.2.7' } });
  await until(() => /X-Forwarded-For from 127\.0\.0\.1 is not believed/.test(bare.errors), { what: 'the log' });
  await bare.stop();
});

test('links that commands print are under the address that is served', async () => {
  const s = await Samling.start({ args: ['--url', 'https://hub.example'] });
  const added = run(['user', 'add', 'nils@hub.example', '--role', 'viewer'], { data: s.data });
  assert.match(added.out, /\n {2}https:\/\/hub\.example\//);
  await s.end();
  const later = run(['user', 'add', 'ola@hub.example', '--role', 'viewer'], { data: s.data });
  assert.match(later.out, /\n {2}https:\/\/hub\.example\//, `also when it does not serve just now: ${later.out}${later.err}`);
  const told = run(['user', 'add', 'pia@hub.example', '--role', 'viewer', '--url', 'http://other.example'], { data: s.data });
  assert.match(told.out, /\n {2}http:\/\/other\.example\//);
});
