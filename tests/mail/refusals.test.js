// What a refusal is about: one recipient, this one message, or us. Each as real servers say it.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling, until, sleep, unescape } from '../lib/samling.js';
import { Mailserver, certificate } from '../lib/smtp.js';

const withMail = (m, more = []) => ['--smtp', m.url, '--smtp-ca', certificate().certFile, '--from', 'TechHub <hub@techhub.example>', ...more];
const states = async (s, g) => (await s.api('GET', `/mail?gathering=${g.id}&limit=500`)).body.items;
const stateOf = async (s, g, to) => (await states(s, g)).find((m) => m.to === to);
const register = async (s, g, names) => {
  for (const name of names) {
    const r = await s.register(g, { name, email: `${name}@firma.example` });
    assert.equal(r.status, 201, JSON.stringify(r.body));
  }
};
/** The log as the organiser sees it: the pause's heading and what to do, "" when it sends. */
const pauseText = async (c) => {
  const page = (await c.get('/admin/mail')).text;
  const alert = page.match(/<div class="ds-alert"[^>]*role="alert">([\s\S]*?)<\/div>\s*<\/div>/);
  return alert ? unescape(alert[1].replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')) : '';
};
/** May this address be invited? It may not when it was taken for dead. */
const invitable = async (s, email) => {
  const g = await s.gathering({ title: 'Et annet' });
  const r = await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [{ name: 'Noen', email }] });
  return r.body.invited === 1;
};
const start = async (behave) => {
  const m = await Mailserver.start({ behave });
  const s = await Samling.start({ args: withMail(m) });
  return { m, s, g: await s.gathering() };
};
const stop = async (s, m) => { await s.stop(); await m.stop(); };

test('a restricted group fails alone: the others get theirs, the sender goes on, the address is not blamed', async () => {
  const { m, s, g } = await start((stage, a) => (stage === 'rcpt' && a === 'gruppe@firma.example'
    ? [550, '5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required'] : undefined));
  await register(s, g, ['gruppe', 'ein', 'to', 'tre', 'fire']);
  await until(() => m.received.length === 4, { what: 'the four others' });
  await until(async () => (await stateOf(s, g, 'gruppe@firma.example')).state === 'failed', { what: 'the group to be refused' });
  const c = await s.organiser();
  assert.equal(await pauseText(c), '');
  assert.ok(await invitable(s, 'gruppe@firma.example'));
  const row = await stateOf(s, g, 'gruppe@firma.example');
  assert.match(row.last_reply, /5\.7\.133/);
  assert.equal(row.reason, 'restricted');
  await stop(s, m);
});

test('5.7.1 for one recipient fails that one; for several in a row it is about us: all is kept', async () => {
  const says = [550, '5.7.1 Delivery not authorized, message refused'];
  let refused = (a) => a === 'a@firma.example';
  const { m, s, g } = await start((stage, a) => (stage === 'rcpt' && refused(a) ? says : undefined));
  const c = await s.organiser();
  await register(s, g, ['a', 'b', 'c']);
  await until(async () => (await stateOf(s, g, 'a@firma.example')).state === 'failed', { what: 'the one' });
  await until(() => m.received.length === 2, { what: 'the others' });
  assert.equal(await pauseText(c), '');
  refused = () => true;
  const h = await s.gathering({ title: 'Neste' });
  await register(s, h, ['d', 'e', 'f', 'g', 'h', 'i']);
  await until(async () => /flere/i.test(await pauseText(c)), { what: 'the pause' });
  await sleep(500);
  for (const row of await states(s, h)) assert.match(row.state, /^(queued|deferred|sending)$/, JSON.stringify(row));
  refused = (a) => a === 'a@firma.example';
  await s.clock(30 * 60000);
  await until(() => ['d', 'e', 'f', 'g', 'h', 'i'].every((n) => m.to(`${n}@firma.example`).length === 1), { what: 'all six, once' });
  assert.ok(await invitable(s, 'd@firma.example'));
  await stop(s, m);
});

test('three restricted groups and nobody else: the next other mail goes, and they fail alone', async () => {
  const { m, s, g } = await start((stage, a) => (stage === 'rcpt' && /^gruppe/.test(a) ? [550, '5.7.1 Delivery not authorized'] : undefined));
  await register(s, g, ['gruppe1', 'gruppe2', 'gruppe3']);
  await until(async () => (await states(s, g)).filter((x) => x.state !== 'failed').length === 3
    && m.stages.filter(([at]) => at === 'rcpt').length >= 3, { what: 'the three to be kept' });
  await register(s, g, ['god']);
  await s.clock(20 * 60000);
  await until(() => m.to('god@firma.example').length === 1, { what: 'the other one' });
  await s.clock(21 * 60000);
  await until(async () => (await states(s, g)).filter((x) => x.state === 'failed').length === 3, { what: 'the groups to fail' });
  assert.equal(await pauseText(await s.organiser()), '');
  await stop(s, m);
});

const us = [
  ['a daily limit', 'rcpt', [550, "5.1.90 Your message can't be sent because you've reached your daily limit for message recipients"], /grensen for i dag|mange vi kan sende/i],
  ['a daily limit, as Google says it', 'end', [550, '5.4.5 Daily SMTP relay limit exceeded for user'], /grensen for i dag|mange vi kan sende/i],
  ['may not send as', 'end', [554, '5.2.252 SendAsDenied; hub@x.example not allowed to send as post@y.example; STOREDRV.Submission.Exception:SendAsDeniedException'], /lov til å sende/i],
  ['may not send as, without its own code', 'end', [554, '5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; Failed to process message'], /lov til å sende/i],
  ['a blocklist without a code', 'rcpt', [550, 'Service unavailable; client [198.51.100.7] blocked using zen.spamhaus.org'], /sperreliste/i],
  ['a blocklist in the greeting', 'greeting', [554, 'Your IP 198.51.100.7 is on our blocklist'], /sperreliste/i],
  ['an account that is shut', 'mail', [550, '5.1.8 Access denied, bad outbound sender'], /sperret/i],
  ['no sign-in just now', 'auth', [454, '4.7.0 Temporary authentication failure'], /vente|akkurat nå/i],
  ['a wrong password', 'auth', [535, '5.7.8 Error: authentication failed'], /brukernavn|passord/i],
  ['5.5.1 for everybody', 'end', [554, '5.5.1 Error: no valid recipients'], /flere/i],
  ['550 without any reason, for everybody', 'rcpt', [550, 'Requested action not taken'], /flere/i],
];
for (const [what, at, reply, words] of us) {
  test(`${what}: paused, everything kept, nobody blamed, the organiser is told what it is`, async () => {
    const { m, s, g } = await start((stage) => (stage === at ? reply : undefined));
    await register(s, g, ['a', 'b', 'c', 'd', 'e', 'f']);
    const c = await s.organiser();
    await until(async () => words.test(await pauseText(c)), { what: `the banner: ${await pauseText(c)}` });
    await sleep(500);
    for (const row of await states(s, g)) {
      assert.match(row.state, /^(queued|sending|deferred)$/, JSON.stringify(row));
    }
    assert.ok((await pauseText(c)).includes(reply[1].slice(0, 30)), 'the server\'s own words');
    assert.ok(await invitable(s, 'a@firma.example'), 'nobody is taken for dead');
    m.behave = () => undefined;
    await s.clock(30 * 60000);
    await until(() => ['a', 'b', 'c', 'd', 'e', 'f'].every((n) => m.to(`${n}@firma.example`).some((x) => x)), { what: 'all six' });
    for (const n of ['a', 'b', 'c', 'd', 'e', 'f']) assert.ok(m.to(`${n}@firma.example`).length >= 1);
    assert.equal(await pauseText(c), '');
    await stop(s, m);
  });
}

test('one recipient: dead, full, disabled, unclear; each fails alone, only dead ones are remembered', async () => {
  const table = {
    dead: [[550, '5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'], 'no_such_user', false],
    edge: [[550, '5.4.1 Recipient address rejected: Access denied. [AS201806281]'], 'no_such_user', false],
    plain: [[550, 'No such user here'], 'no_such_user', false],
    full: [[552, '5.2.2 The email account that you tried to reach is over quota'], 'full', true],
    closed: [[550, '5.2.1 The email account that you tried to reach is disabled'], 'disabled', false],
    unclear: [[550, 'Requested action not taken'], 'refused', true],
  };
  const { m, s, g } = await start((stage, a) => (stage === 'rcpt' ? table[a.split('@')[0]]?.[0] : undefined));
  // Each with somebody who gets theirs after: three in a row, whatever the connections do, would be about us.
  let taken = 0;
  for (const name of [...Object.keys(table), 'siste']) {
    if (table[name]) await register(s, g, [name]);
    await until(async () => !table[name] || (await stateOf(s, g, `${name}@firma.example`)).last_reply, { what: `the refusal of ${name}` });
    await register(s, g, [`god${taken}`]);
    taken++;
    await until(() => m.received.length === taken, { what: `the one after ${name}` });
  }
  await until(async () => (await states(s, g)).filter((x) => x.state === 'failed').length === Object.keys(table).length, { what: 'all refusals to be believed' });
  for (const [name, [reply, reason, may]] of Object.entries(table)) {
    const row = await stateOf(s, g, `${name}@firma.example`);
    assert.equal(row.reason, reason, name);
    assert.ok(row.last_reply.includes(reply[1].slice(0, 20)), row.last_reply);
    assert.equal(await invitable(s, `${name}@firma.example`), may, name);
  }
  assert.equal(await pauseText(await s.organiser()), '');
  await stop(s, m);
});

test('a probe takes another message than the one that was refused', async () => {
  const { m, s, g } = await start((stage, a) => (stage === 'end' && a === 'gift@firma.example' ? [550, '5.7.1 Message rejected due to content restrictions of this server'] : undefined));
  await register(s, g, ['gift']);
  const c = await s.organiser();
  await until(async () => (await pauseText(c)) !== '', { what: 'the pause' });
  await register(s, g, ['a', 'b', 'c']);
  await s.clock(5 * 60000);
  await until(() => m.received.length === 3, { what: 'the others' });
  await s.clock(10 * 60000);
  await until(async () => (await stateOf(s, g, 'gift@firma.example')).state === 'failed', { what: 'it to fail alone' });
  assert.equal(await pauseText(c), '');
  assert.ok(await invitable(s, 'gift@firma.example'));
  await stop(s, m);
});

test('too many connections: fewer are used, nothing is counted against the mail', async () => {
  const open = new Set();
  const { m, s, g } = await start((stage, a, session) => {
    if (stage === 'mail') open.add(session.id);
    if (stage === 'end' && [...open].indexOf(session.id) >= 2) return [432, '4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending'];
    return undefined;
  });
  await register(s, g, Array.from({ length: 24 }, (_, i) => `g${i}`));
  await until(() => m.received.length === 24, { what: 'all, without waiting for a later try' });
  for (const row of await states(s, g)) assert.equal(row.attempts, 1, JSON.stringify(row));
  await stop(s, m);
});

test('the organiser holds one message, lets it go, drops another', async () => {
  const { m, s, g } = await start((stage) => (stage === 'greeting' ? [421, '4.3.2 Service shutting down'] : undefined));
  await register(s, g, ['vent', 'dropp', 'resten']);
  const c = await s.organiser();
  await until(async () => (await pauseText(c)) !== '', { what: 'the pause' });
  // What another connection had claimed before the pause is put back a moment later.
  await until(async () => (await states(s, g)).every((x) => /^(queued|deferred)$/.test(x.state)), { what: 'nothing under way' });
  const id = async (n) => (await stateOf(s, g, `${n}@firma.example`)).id;
  for (const [name, action] of [['vent', 'hold'], ['dropp', 'drop']]) {
    const page = await c.get(`/admin/mail/${await id(name)}`);
    const r = await c.submit(page, {}, { action: `/${action}` });
    assert.equal(r.status, 200);
  }
  const log = (await c.get('/admin/mail')).text;
  assert.ok(log.includes(`/admin/mail/${await id('resten')}/hold`), 'buttons in the log too');
  assert.equal((await stateOf(s, g, 'vent@firma.example')).state, 'held');
  assert.equal((await stateOf(s, g, 'dropp@firma.example')).state, 'suppressed');
  m.behave = () => undefined;
  await s.clock(20 * 60000);
  await until(() => m.to('resten@firma.example').length === 1, { what: 'the rest' });
  await sleep(500);
  assert.equal(m.received.length, 1);
  await c.submit(await c.get(`/admin/mail/${await id('vent')}`), {}, { action: '/let-go' });
  await until(() => m.to('vent@firma.example').length === 1, { what: 'the one that was held' });
  await sleep(500);
  assert.equal(m.to('dropp@firma.example').length, 0);
  await c.submit(await c.get(`/admin/mail/${await id('dropp')}`), {}, { action: '/again' });
  await until(() => m.to('dropp@firma.example').length === 1, { what: 'the dropped one after all' });
  await stop(s, m);
});

const connections = [
  ['an expired certificate', { cert: () => certificate('expired', { days: -1 }) }, /utløpt/i],
  ['a certificate of another name', { cert: () => certificate('another', { names: 'DNS:mail.other.example' }) }, /et annet navn/i],
  ['a certificate that nobody vouches for', { cert: () => certificate('stranger'), ca: () => certificate().certFile }, /noen vi stoler på/i],
];
for (const [what, how, words] of connections) {
  test(`${what} is called what it is`, async () => {
    const cert = how.cert();
    const m = await Mailserver.start({ cert });
    const s = await Samling.start({ args: ['--smtp', m.url, '--smtp-ca', how.ca ? how.ca() : cert.certFile, '--from', 'hub@techhub.example'] });
    const g = await s.gathering();
    await register(s, g, ['a']);
    const c = await s.organiser();
    await until(async () => (await pauseText(c)) !== '', { what: 'the pause' });
    assert.match(await pauseText(c), words);
    assert.doesNotMatch(await pauseText(c), /andre siden/);
    assert.equal(m.received.length, 0);
    await stop(s, m);
  });
}

test('name not found, nobody listening, silence: each is called what it is', async () => {
  const silent = await Mailserver.start();
  const closed = await Mailserver.start();
  await closed.stop();
  for (const [url, words] of [['smtp://finnes-ikke.invalid:2525', /finner ikke/i], [`smtp://127.0.0.1:${closed.port}`, /ingen e-postserver svarer|tar ikke imot/i]]) {
    const s = await Samling.start({ args: ['--smtp', url, '--from', 'hub@techhub.example'] });
    const g = await s.gathering();
    await register(s, g, ['a']);
    const c = await s.organiser();
    await until(async () => (await pauseText(c)) !== '', { what: 'the pause' });
    assert.match(await pauseText(c), words);
    await s.stop();
  }
  await silent.stop();
});
