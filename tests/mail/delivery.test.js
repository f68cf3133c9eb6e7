// Mail over a real SMTP server: what arrives, and what becomes of each way a delivery can go wrong.
import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ICAL from 'ical.js';
import { Samling, until, sleep } from '../lib/samling.js';
import { Mailserver, certificate, simpleParser } from '../lib/smtp.js';
import { readQr } from '../lib/qr.js';

const withMail = (m, more = []) => ['--smtp', m.url, '--smtp-ca', certificate().certFile, '--from', 'TechHub <hub@techhub.example>', ...more];
const states = async (s, g) => (await s.api('GET', `/mail?gathering=${g.id}&limit=500`)).body.items;
const stateOf = async (s, g, to) => (await states(s, g)).find((m) => m.to === to);

test('the confirmation: by name, in their language, QR inline, calendar file, one personal link', async () => {
  for (const secure of [false, true]) {
    const m = await Mailserver.start({ secure });
    const s = await Samling.start({ args: withMail(m) });
    const g = await s.gathering({ address: undefined });
    const r = await s.register(g, { name: 'Bjørn Åsebø', email: 'bjorn@firma.example', language: 'nn' });
    assert.equal(r.status, 201, JSON.stringify(r.body));
    const [raw] = await until(() => (m.to('bjorn@firma.example').length ? m.to('bjorn@firma.example') : null), { what: 'the mail' });
    assert.equal(raw.secure, true, 'over TLS');
    const mail = await simpleParser(raw.raw);
    assert.equal(mail.from.value[0].address, 'hub@techhub.example');
    assert.equal(mail.to.value[0].name, 'Bjørn Åsebø');
    assert.match(mail.subject, /påmeld/i);
    assert.match(mail.text, /Bjørn/);
    assert.match(mail.html, /lang="nn"/);
    assert.ok(mail.messageId && mail.date);
    for (const line of raw.raw.toString('latin1').split('\r\n')) assert.ok(line.length <= 998, 'line length');
    assert.ok(!/[^\r]\n/.test(raw.raw.toString('latin1')), 'CRLF only');
    // QR: what an independent decoder reads admits at the door.
    const png = mail.attachments.find((a) => a.contentType === 'image/png' && a.cid === 'qr');
    assert.ok(png, 'inline QR');
    const html = raw.raw.toString('latin1');
    assert.ok(/cid:qr/.test(html.replace(/=\r\n/g, '').replace(/=3D/g, '=')) || /cid:/.test(mail.html) || /data:image/.test(mail.html));
    const text = await readQr(png.content);
    assert.match(text, new RegExp(`^${s.url}/t/${r.body.ticket}#[A-Za-z0-9_-]{86}$`));
    const scan = await s.api('POST', `/gatherings/${g.id}/checkins`, { ticket: text });
    assert.equal(scan.body.result, 'admitted', JSON.stringify(scan.body));
    // The calendar file: the right hour, the gathering's zone.
    const ics = mail.attachments.find((a) => a.contentType.startsWith('text/calendar'));
    assert.ok(ics, 'calendar file');
    const event = new ICAL.Event(new ICAL.Component(ICAL.parse(ics.content.toString())).getFirstSubcomponent('vevent'));
    assert.equal(event.startDate.toString().slice(11, 16), '17:00');
    assert.equal(event.startDate.zone?.tzid ?? event.component.getFirstProperty('dtstart').getParameter('tzid'), 'Europe/Oslo');
    assert.match(event.summary, /Digitalisering/);
    assert.match(mail.text, new RegExp(`${s.url}/r/r`));
    assert.equal((await stateOf(s, g, 'bjorn@firma.example')).state, 'sent');
    assert.match((await stateOf(s, g, 'bjorn@firma.example')).last_reply, /250|queued as/);
    await s.stop();
    await m.stop();
  }
});

test('what the calendar file of each mail says is so: who waits has none, a cancellation is one', async () => {
  const m = await Mailserver.start();
  const s = await Samling.start({ args: withMail(m) });
  const g = await s.gathering({ capacity: 1 });
  const mail = async (address, match) => {
    const found = await until(async () => {
      const all = await Promise.all(m.to(address).map((x) => simpleParser(x.raw)));
      return all.find((x) => match.test(x.subject));
    }, { what: `mail ${match} to ${address}` });
    const part = found.attachments.find((a) => a.contentType === 'text/calendar');
    if (!part) return { found };
    const calendar = new ICAL.Component(ICAL.parse(part.content.toString()));
    const event = calendar.getFirstSubcomponent('vevent');
    const get = (name) => event.getFirstPropertyValue(name);
    return { found, part, method: calendar.getFirstPropertyValue('method'), status: get('status'), summary: get('summary'), organizer: get('organizer'), attendee: get('attendee') };
  };
  const people = { nb: 'ein@firma.example', nn: 'to@firma.example', en: 'tre@firma.example' };
  const made = {};
  for (const [language, email] of Object.entries(people)) made[language] = (await s.register(g, { name: `Gjest ${language}`, email, language })).body;
  assert.deepEqual(Object.values(made).map((r) => r.status), ['confirmed', 'waiting', 'waiting']);
  const confirmed = await mail(people.nb, /påmeldt/);
  assert.deepEqual([confirmed.method, confirmed.status, confirmed.organizer], [null, 'CONFIRMED', null]);
  for (const language of ['nn', 'en']) assert.equal((await mail(people[language], /./)).part, undefined, 'who waits');

  const day = g.starts_at.slice(0, 10);
  await s.api('PATCH', `/gatherings/${g.id}`, { starts_at: `${day}T18:00:00` });
  assert.equal((await mail(people.nb, /Ny tid/)).status, 'CONFIRMED');
  for (const [language, match] of [['nn', /Ny tid/], ['en', /New time/]]) {
    const { found, part } = await mail(people[language], match);
    assert.equal(part, undefined, `${language}: moved, and waits`);
    assert.ok(!/kalender|calendar file/i.test(found.text), 'and no file is spoken of');
  }

  // The first leaves, the second gets the seat; the third is still waiting when all is called off.
  await s.api('DELETE', `/registrations/${made.nb.id}`);
  const left = await mail(people.nb, /meldt av/);
  assert.deepEqual([left.method, left.status, left.summary], ['CANCEL', 'CANCELLED', `Avmeldt: ${g.title}`]);
  assert.equal((await mail(people.nn, /plass/)).status, 'CONFIRMED');
  await s.api('POST', `/gatherings/${g.id}/cancel`, {});
  const off = await mail(people.nn, /Avlyst/);
  assert.deepEqual([off.method, off.status, off.summary], ['CANCEL', 'CANCELLED', `Avlyst: ${g.title}`]);
  assert.deepEqual([off.organizer, off.attendee], ['mailto:hub@techhub.example', `mailto:${people.nn}`]);
  // The part says what the file says (RFC 6047 2.4), and is an attachment.
  assert.equal(off.part.headers.get('content-type').params.method, 'CANCEL');
  assert.equal(off.part.contentDisposition, 'attachment');
  assert.equal(confirmed.part.headers.get('content-type').params.method, undefined);
  assert.equal((await mail(people.en, /Cancelled/)).part, undefined, 'never had a seat: nothing to take away');
  await s.stop();
  await m.stop();
});

test('every link of every mail, fetched twice by GET and HEAD: nothing changes', async () => {
  const m = await Mailserver.start();
  const s = await Samling.start({ args: withMail(m) });
  const g = await s.gathering({ capacity: 1 });
  await s.register(g, { name: 'Ein', email: 'ein@firma.example' });
  await s.register(g, { name: 'To', email: 'to@firma.example' });
  const inv = await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [{ name: 'Nes, Kåre', email: 'kare@firma.example', organisation: 'Nes' }] });
  assert.equal(inv.status, 202, JSON.stringify(inv.body));
  await until(async () => m.received.length >= 3 && (await states(s, g)).every((x) => x.state === 'sent'), { what: 'three mails, and the replies written down' });
  const snapshot = async () => JSON.stringify([
    (await s.api('GET', `/gatherings/${g.id}/registrations?limit=500`)).body,
    (await s.api('GET', `/gatherings/${g.id}/registrations?status=cancelled`)).body,
    (await s.api('GET', `/gatherings/${g.id}`)).body,
    (await states(s, g)).map((x) => [x.to, x.kind, x.state]),
  ]);
  const before = await snapshot();
  let links = 0;
  for (const one of m.received) {
    const mail = await simpleParser(one.raw);
    const found = new Set([...(mail.html || '').matchAll(/href="([^"]+)"/g)].map((x) => x[1].replace(/&amp;/g, '&')));
    for (const x of mail.text.matchAll(/https?:\/\/\S+/g)) found.add(x[0]);
    const unsubscribe = mail.headers.get('list')?.unsubscribe?.url;
    if (unsubscribe) found.add(unsubscribe);
    for (const link of found) {
      if (!link.startsWith(s.url)) continue;
      links += 1;
      for (const method of ['GET', 'HEAD', 'GET', 'HEAD']) {
        const r = await fetch(link, { method });
        assert.ok(r.status < 400, `${method} ${link}: ${r.status}`);
      }
    }
  }
  assert.ok(links >= 6, `${links} links`);
  assert.equal(await snapshot(), before);
  await s.stop();
  await m.stop();
});

test('what becomes of each refusal', async () => {
  const table = {
    'ukjent@firma.example': { rcpt: [550, '5.1.1 User unknown'], state: 'failed' },
    'full@firma.example': { rcpt: [452, '4.2.2 Mailbox full'], state: 'deferred' },
    'graa@firma.example': { rcpt: [451, '4.7.1 Greylisted, try again later'], state: 'deferred' },
    'innhold@firma.example': { end: [554, '5.6.0 Message content rejected'], state: 'failed' },
    'senere@firma.example': { end: [451, '4.3.0 Try later'], state: 'deferred' },
    'slipp@firma.example': { end: 'drop', state: 'uncertain' },
    'brudd@firma.example': { data: 'drop', state: 'deferred|uncertain' },
    'god@firma.example': { state: 'sent' },
  };
  const m = await Mailserver.start({ behave: (stage, address) => table[address]?.[stage] });
  const s = await Samling.start({ args: withMail(m) });
  const g = await s.gathering();
  for (const [email] of Object.entries(table)) {
    const r = await s.register(g, { name: email.split('@')[0], email });
    assert.equal(r.status, 201);
  }
  await until(async () => (await states(s, g)).every((x) => !['queued', 'sending'].includes(x.state)), { what: 'all to have been tried' });
  for (const [to, want] of Object.entries(table)) {
    const row = await stateOf(s, g, to);
    assert.match(row.state, new RegExp(`^(${want.state})$`), `${to}: ${JSON.stringify(row)}`);
    assert.equal(row.attempts, 1, to);
    const reply = (want.rcpt ?? want.end)?.[1];
    if (Array.isArray(want.rcpt ?? want.end)) assert.ok(row.last_reply.includes(reply.slice(0, 20)), `${to}: ${row.last_reply}`);
  }
  // Deferred ones go when their time has come and the server has changed its mind; uncertain ones never by themselves.
  m.behave = () => undefined;
  await s.clock(2 * 3600000);
  await until(async () => (await stateOf(s, g, 'graa@firma.example')).state === 'sent', { what: 'the second try' });
  assert.equal(m.to('slipp@firma.example').length, 0);
  assert.equal((await stateOf(s, g, 'slipp@firma.example')).state, 'uncertain');
  assert.equal(m.to('graa@firma.example').length, 1);
  await s.stop();
  await m.stop();
});

test('a refusal of us pauses the sender, loses nothing, blames nobody; then all goes', async () => {
  for (const [stage, reply] of [['auth', [535, '5.7.139 Authentication unsuccessful, basic authentication is disabled']],
    ['mail', [550, '5.7.60 SMTP; Client does not have permissions to send as this sender']]]) {
    const m = await Mailserver.start({ behave: (at) => (at === stage ? reply : undefined) });
    const s = await Samling.start({ args: withMail(m) });
    const g = await s.gathering();
    for (let n = 0; n < 6; n++) await s.register(g, { name: `Gjest ${n}`, email: `g${n}@firma.example` });
    await until(() => m.stages.some(([at]) => at === stage), { what: 'the first try' });
    const c = await s.organiser();
    await until(async () => (await c.get('/admin/mail')).text.includes(reply[1].slice(0, 20)), { what: 'the server\'s words, for the organiser' });
    for (const row of await states(s, g)) assert.match(row.state, /queued|sending|deferred/, JSON.stringify(row));
    m.behave = () => undefined;
    await s.clock(30 * 60000);
    await until(() => m.received.length === 6, { what: 'all six' });
    assert.deepEqual(new Set(m.received.map((x) => x.to[0])).size, 6);
    await s.stop();
    await m.stop();
  }
});

test('no server there, then there is: deferred, then sent once; one connection carries many', async () => {
  const m = await Mailserver.start();
  const port = m.port;
  await m.stop();
  const s = await Samling.start({ args: withMail(m) });
  const g = await s.gathering();
  for (let n = 0; n < 40; n++) await s.register(g, { name: `Gjest ${n}`, email: `g${n}@firma.example` });
  await sleep(1000);
  for (const row of await states(s, g)) assert.match(row.state, /queued|deferred|sending/);
  const again = await Mailserver.start({ port });
  await s.clock(60 * 60000);
  await until(() => again.received.length === 40, { what: 'all forty' });
  await sleep(300);
  assert.equal(again.received.length, 40);
  assert.ok(again.connections <= 8, `${again.connections} connections for 40 mails`);
  await s.stop();
  await again.stop();
});

test('a hanging server does not keep others waiting for ever, and stopping is quick', async () => {
  const m = await Mailserver.start({ behave: (stage, a) => (stage === 'rcpt' && a === 'heng@firma.example' ? 'hang' : undefined) });
  const s = await Samling.start({ args: withMail(m) });
  const g = await s.gathering();
  await s.register(g, { name: 'Heng', email: 'heng@firma.example' });
  for (let n = 0; n < 8; n++) await s.register(g, { name: `Gjest ${n}`, email: `g${n}@firma.example` });
  await until(() => m.received.length === 8, { what: 'the others' });
  const began = Date.now();
  await s.stop();
  assert.ok(Date.now() - began < 11000, 'SIGTERM within 10 s');
  await m.stop();
});

test('a server whose certificate nobody vouches for gets no password', async () => {
  const m = await Mailserver.start();
  const s = await Samling.start({ args: ['--smtp', m.url, '--smtp-ca', certificate('somebody else').certFile, '--from', 'hub@techhub.example'] });
  const g = await s.gathering();
  await s.register(g, {});
  await until(() => m.connections > 0, { what: 'the first try' });
  await sleep(1000);
  assert.deepEqual(m.stages, []);
  assert.match((await states(s, g))[0].state, /queued|deferred|sending/);
  await s.stop();
  await m.stop();
});

test('without a server mail goes into the folder, once, whole', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  await s.register(g, {});
  await until(() => s.mailbox().length === 1, { what: 'the file' });
  const mail = await simpleParser(s.mailbox()[0]);
  assert.equal(mail.to.value[0].address, 'ingrid@blafjell.example');
  assert.ok(await readQr(mail.attachments.find((a) => a.contentType === 'image/png').content));
  await until(async () => (await states(s, g))[0].state === 'folder', { what: 'it to be known as put there' });
  assert.equal((await states(s, g))[0].sent_at, null, 'nobody got it');
  assert.ok(readFileSync(join(s.data, 'samling.db')).length > 0);
  await s.stop();
});
