// Mail that lies in the folder, mail that goes once more, mail that is too late, mail that did not arrive.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling, until, sleep } from '../lib/samling.js';
import { Mailserver, certificate, simpleParser } from '../lib/smtp.js';

const withMail = (m, more = []) => ['--smtp', m.url, '--smtp-ca', certificate().certFile, '--from', 'TechHub <hub@techhub.example>', ...more];
const states = async (s, g) => (await s.api('GET', `/mail?gathering=${g.id}&limit=500`)).body.items;
const stateOf = async (s, g, to) => (await states(s, g)).find((m) => m.to === to);
const plain = (html) => html.replace(/<[^>]+>/g, ' ').replace(/&[a-z]+;/g, ' ').replace(/\s+/g, ' ');
const invite = (s, g, ...names) => s.api('POST', `/gatherings/${g.id}/invitations`,
  { contacts: names.map((name) => ({ name, email: `${name.toLowerCase()}@firma.example` })) });

test('without a server mail lies in the folder and says so; with one it is sent, its links new', { timeout: 120000 }, async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  const g = await s.gathering();
  const h = await s.gathering({ title: 'Et annet' });
  const over = await s.gathering({ title: 'Snart over', days: 1 });
  assert.equal((await invite(s, g, 'Kari', 'Ola')).body.invited, 2);
  assert.equal((await invite(s, h, 'Kari')).body.invited, 1);
  assert.equal((await invite(s, over, 'Kari')).body.invited, 1);
  await until(async () => (await states(s, g)).every((m) => m.state === 'folder'), { what: 'the folder' });
  assert.equal((await stateOf(s, g, 'kari@firma.example')).sent_at, null);
  for (const page of ['/admin', `/admin/gatherings/${g.id}/invite`, `/admin/gatherings/${g.id}/invitations`]) {
    assert.match(plain((await c.get(page)).text), /E-post er ikke satt opp, så ingen får/, page);
  }
  assert.match(plain((await c.get(`/admin/gatherings/${g.id}/invitations`)).text), /Lagt i mappen/);
  assert.match(plain((await c.get('/admin/mail')).text), /Lagt i mappen/);
  const first = await simpleParser(s.mailbox()[0]);
  assert.match(first.text, new RegExp(s.url));

  await s.end();
  const m = await Mailserver.start();
  s.args = withMail(m, ['--url', 'http://samling.hub.example']);
  await s.clock(3 * 86400000); // 'over' is over
  await s.serve();
  c.cookies.clear();
  await c.signIn(s.email, s.password);
  await sleep(800);
  assert.equal(m.received.length, 0, 'nothing goes by itself');
  assert.match(plain((await c.get('/admin')).text), /3 e-poster ligger i mappen/);
  // one
  const kari = await stateOf(s, g, 'kari@firma.example');
  await c.submit(await c.get(`/admin/mail/${kari.id}`), {}, { action: '/again' });
  await until(() => m.to('kari@firma.example').length === 1, { what: 'the one' });
  const [mail] = await m.parsed('kari@firma.example');
  assert.match(mail.text, /http:\/\/samling\.hub\.example\/r\/i/);
  assert.doesNotMatch(mail.text, /127\.0\.0\.1/);
  assert.match(mail.messageId, /@techhub\.example>$/);
  await until(async () => (await stateOf(s, g, 'kari@firma.example')).state === 'sent', { what: 'sent' });
  // all of a gathering
  const log = await c.get(`/admin/mail?gathering=${g.id}`);
  assert.match(plain(log.text), /Send den ene|Send 1|Send alle 1|Send den/);
  await c.submit(log, {}, { action: '/admin/mail/folder' });
  await until(() => m.to('ola@firma.example').length === 1, { what: 'the gathering\'s other' });
  // all
  await c.submit(await c.get('/admin/mail'), {}, { action: '/admin/mail/folder' });
  await until(() => m.to('kari@firma.example').length === 2, { what: 'the other gathering\'s' });
  await sleep(500);
  assert.equal(m.received.length, 3);
  assert.equal((await stateOf(s, over, 'kari@firma.example')).state, 'folder', 'what is over stays there');
  assert.doesNotMatch(plain((await c.get('/admin')).text), /ligger i mappen/);
  await s.stop();
  await m.stop();
});

test('a mail that went goes once more, with a Message-ID of its own, at most once in five minutes', { timeout: 120000 }, async () => {
  const m = await Mailserver.start();
  const s = await Samling.start({ args: withMail(m) });
  const c = await s.organiser();
  const g = await s.gathering();
  await s.register(g, { name: 'Kari', email: 'kari@firma.example' });
  await until(async () => (await stateOf(s, g, 'kari@firma.example'))?.state === 'sent', { what: 'the first' });
  const row = await stateOf(s, g, 'kari@firma.example');
  const page = await c.get(`/admin/mail/${row.id}`);
  await c.submit(page, {}, { action: '/again' });
  await sleep(800);
  assert.equal(m.received.length, 1, 'it has just gone');
  await s.clock(6 * 60000);
  await Promise.all([c.submit(page, {}, { action: '/again' }), c.submit(page, {}, { action: '/again' }), c.submit(page, {}, { action: '/again' })]);
  await until(() => m.received.length === 2, { what: 'the second' });
  await sleep(1000);
  assert.equal(m.received.length, 2, 'once');
  const [one, two] = await m.parsed('kari@firma.example');
  assert.notEqual(one.messageId, two.messageId);
  assert.equal(one.subject, two.subject);
  assert.equal((await states(s, g)).length, 2);
  // where a person's mails are listed, too
  const [person] = (await s.api('GET', `/gatherings/${g.id}/registrations`)).body.items;
  assert.match((await c.get(`/admin/gatherings/${g.id}/people/${person.id}`)).text, /action="\/admin\/mail\/\d+\/again"/);
  // what is no longer right does not
  await s.clock(60 * 60000);
  assert.equal((await s.api('DELETE', `/registrations/${person.id}`)).status, 204);
  await until(() => m.received.length === 3, { what: 'word of the cancellation' });
  const gone = await c.submit(page, {}, { action: '/again' });
  assert.match(plain(gone.text), /ikke lenger riktig/i);
  await sleep(800);
  assert.equal(m.received.length, 3);
  await s.stop();
  await m.stop();
});

test('a secret is never sent once more from the log', async () => {
  const m = await Mailserver.start();
  const s = await Samling.start({ args: withMail(m) });
  const c = await s.organiser();
  await c.submit('/admin/settings/users', { email: 'ny@hub.example', name: 'Ny', role: 'viewer' }, { action: '/users' });
  await until(() => m.to('ny@hub.example').length === 1, { what: 'the link' });
  await s.clock(10 * 60000);
  const log = (await c.get('/admin/mail')).text;
  assert.doesNotMatch(log, /\/admin\/mail\/\d+\/again/);
  const { id } = (await s.api('GET', '/mail')).body.items[0];
  assert.doesNotMatch((await c.get(`/admin/mail/${id}`)).text, /\/again"/);
  const form = await c.get('/admin/mail');
  await c.submit(form, {}, { action: '/admin/mail/test' });
  const csrf = form.text.match(/name="csrf" value="([^"]+)"/)?.[1];
  await c.post(`/admin/mail/${id}/again`, { csrf });
  await sleep(800);
  assert.equal(m.to('ny@hub.example').length, 1);
  await s.stop();
  await m.stop();
});

test('mail about a gathering, deferred past its end, is not sent', { timeout: 120000 }, async () => {
  const m = await Mailserver.start({ behave: (stage) => (stage === 'rcpt' ? [451, '4.7.1 Greylisted, try again later'] : undefined) });
  const s = await Samling.start({ args: withMail(m) });
  const g = await s.gathering({ days: 1, capacity: 1 });
  await s.register(g, { name: 'Kari', email: 'kari@firma.example' });
  await s.register(g, { name: 'Ola', email: 'ola@firma.example' }); // waiting
  const off = await s.register(g, { name: 'Per', email: 'per@firma.example' });
  await s.api('DELETE', `/registrations/${off.body.id}`);
  await invite(s, g, 'Liv');
  await until(async () => { const all = await states(s, g); return all.length >= 4 && all.every((x) => ['deferred', 'suppressed'].includes(x.state)); }, { what: 'all to be put off' });
  m.behave = () => undefined;
  await s.clock(3 * 86400000);
  await until(async () => (await states(s, g)).every((x) => x.state === 'suppressed'), { what: 'all to be given up' });
  assert.equal(m.received.length, 0);
  const c = await s.organiser();
  const { id } = await stateOf(s, g, 'kari@firma.example');
  assert.match(plain((await c.get(`/admin/mail/${id}`)).text), /over før den kunne gå/i);
  await s.stop();
  await m.stop();
});

test('an invitation that was refused says so in the list, in the overview and at home, until it is mended', { timeout: 120000 }, async () => {
  let dead = true;
  const m = await Mailserver.start({ behave: (stage, a) => (dead && stage === 'rcpt' && /^(ukjent|borte)@/.test(a) ? [550, '5.1.1 <x>: Recipient address rejected: User unknown'] : undefined) });
  const s = await Samling.start({ args: withMail(m) });
  const c = await s.organiser();
  const g = await s.gathering();
  await invite(s, g, 'Ukjent', 'Kari');
  const r = await s.register(g, { name: 'Borte', email: 'borte@firma.example' });
  await until(async () => (await states(s, g)).filter((x) => x.state === 'failed').length === 2, { what: 'the refusals' });
  const list = plain((await c.get(`/admin/gatherings/${g.id}/invitations`)).text);
  assert.match(list, /Ukjent.*Nådde ikke fram/);
  assert.equal(list.match(/Nådde ikke fram/g).length, 1, 'not Kari');
  assert.match(plain((await c.get(`/admin/gatherings/${g.id}/people`)).text), /Borte.*nådde ikke fram/i);
  for (const page of [`/admin/gatherings/${g.id}`, '/admin']) {
    const text = plain((await c.get(page)).text);
    assert.match(text, /Nådde ikke fram/, page);
    assert.match(text, /Ukjent/, page);
    assert.match(text, /Borte/, page);
    assert.match(text, /adressen finnes ikke/i, page);
  }
  const api = (await s.api('GET', `/gatherings/${g.id}/invitations`)).body.items;
  assert.deepEqual(api.map((i) => [i.name, i.mail]).sort(), [['Kari', null], ['Ukjent', 'failed']]);
  const people = (await s.api('GET', `/gatherings/${g.id}/registrations`)).body.items;
  assert.deepEqual(people.map((i) => [i.name, i.mail]), [['Borte', 'failed']]);
  dead = false;
  for (const to of ['ukjent@firma.example', 'borte@firma.example']) {
    const { id } = await stateOf(s, g, to);
    await c.submit(await c.get(`/admin/mail/${id}`), {}, { action: '/again' });
    await until(() => m.to(to).length === 1, { what: to });
  }
  await until(async () => !/Nådde ikke fram/.test(plain((await c.get('/admin')).text)), { what: 'home to be quiet' });
  assert.doesNotMatch(plain((await c.get(`/admin/gatherings/${g.id}/invitations`)).text), /Nådde ikke fram/);
  assert.ok(r.body.id);
  await s.stop();
  await m.stop();
});
