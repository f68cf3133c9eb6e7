// Registering on the public page, and what one's own page can do; who is coming stays unsaid.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { Samling, all, until } from '../lib/samling.js';

const { simpleParser } = createRequire(import.meta.url)('mailparser');
const person = { name: 'Kari Løvland', email: 'kari@lovtre.example', organisation: 'Løvtre Trevare', requirements: 'Uten nøtter' };

/** The personal link in the newest mail to somebody that matches, as a path. */
async function linkTo(s, address, match = /./) {
  const mail = await until(async () => {
    for (const raw of s.mailbox()) {
      const m = await simpleParser(raw);
      if (m.to.value[0].address === address && match.test(m.subject)) return m;
    }
    return null;
  }, { what: `mail to ${address}` });
  const found = mail.text.match(/http\S+(\/r\/r\S+)/);
  return { path: found?.[1], mail };
}
const heading = (r) => r.text.match(/<h1[^>]*>([^<]*)/)[1];
const main = (r) => r.text.match(/<main[\s\S]*<\/main>/)[0];

test('success looks the same for who is new and who is known', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 2 });
  const form = `/g/${g.slug}/register`;
  const first = await s.client().submit(form, person);
  const second = await s.client().submit(form, person);
  assert.equal(first.status, 200);
  assert.equal(main(first), main(second));
  assert.equal(first.path.split('?')[0], second.path.split('?')[0]);
  assert.equal(first.path.length, second.path.length);
  assert.ok(main(first).includes(person.email));
  assert.equal((await s.api('GET', `/gatherings/${g.id}`)).body.seats_taken, 1);
  await linkTo(s, person.email, /påmeldingen din/); // mailed again

  // The same form sent twice is one registration.
  const c = s.client();
  const page = await c.get(form);
  const other = { ...person, name: 'Nils Ødegård', email: 'nils@lovtre.example' };
  const [a, b] = [await c.submit(page, other), await c.submit(page, other)];
  assert.equal(a.path, b.path);

  // Full: who is new and who has a seat see the same number, the public one.
  const line = await s.client().submit(form, { ...person, name: 'Eli Førde', email: 'eli@lovtre.example' });
  assert.match(heading(line), /Du står på venteliste/);
  const known = await s.client().submit(form, { ...person });
  assert.equal(main(known).replaceAll(person.email, 'eli@lovtre.example'), main(line));
  assert.deepEqual((await all(s, `/gatherings/${g.id}/registrations`)).map((r) => r.status), ['confirmed', 'confirmed', 'waiting']);

  // Nobody can make the page say something else.
  const forged = await s.client().get(`/g/${g.slug}/registered?to=${Buffer.from('0 evil@example.org').toString('base64url')}.AAAAAAAAAAAAAAAA`);
  assert.ok(!forged.text.includes('evil@'));
  await s.stop();
});

test('one\'s own page: see, change, send a colleague, cancel; a GET changes nothing', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 1, place: 'Prosjektrommet' });
  await s.client().submit(`/g/${g.slug}/register`, { ...person, photo_ok: 'on' });
  await s.client().submit(`/g/${g.slug}/register`, { ...person, name: 'Eli Førde', email: 'eli@lovtre.example' });
  const { path } = await linkTo(s, person.email);
  const before = JSON.stringify(await all(s, `/gatherings/${g.id}/registrations`));
  for (const tail of ['', '/change', '/colleague', '/cancel']) {
    for (const method of ['GET', 'HEAD', 'GET']) {
      const r = await fetch(s.url + path + tail, { method });
      assert.equal(r.status, 200, tail);
      assert.match(r.headers.get('cache-control'), /no-store/);
      if (method === 'GET') assert.ok(!(await r.text()).includes('nøtter'), `${tail} tells of health`);
    }
  }
  assert.equal(JSON.stringify(await all(s, `/gatherings/${g.id}/registrations`)), before);

  const c = s.client();
  const [mine, waiting] = JSON.parse(before);
  const changed = await c.submit(`${path}/change`, { name: 'Kari L. Nes' });
  assert.equal(changed.status, 200);
  let [now] = await all(s, `/gatherings/${g.id}/registrations`);
  assert.equal(now.name, 'Kari L. Nes');
  assert.equal(now.ticket, mine.ticket);
  assert.equal(now.requirements, 'Uten nøtter'); // left empty: kept
  assert.ok((await c.get(`/t/${mine.ticket}`)).text.includes('Kari L. Nes'));
  await c.submit(`${path}/change`, { clear_requirements: 'on' });
  [now] = await all(s, `/gatherings/${g.id}/registrations`);
  assert.equal(now.requirements, '');
  assert.equal((await c.submit(`${path}/change`, { name: '' })).status, 422);

  const handed = await c.submit(`${path}/colleague`, { name: 'Hege Lunde', email: 'hege@lovtre.example' });
  assert.match(heading(handed), /Hege Lunde kommer i stedet for deg/);
  const list = await all(s, `/gatherings/${g.id}/registrations`);
  assert.deepEqual(list.map((r) => [r.name, r.status]), [['Eli Førde', 'waiting'], ['Hege Lunde', 'confirmed']]);
  for (const tail of ['', '.svg', '.png', '.pdf', '.ics']) assert.equal((await c.get(`/t/${mine.ticket}${tail}`)).status, 410, tail);
  assert.equal((await c.get(`${path}/change`)).status, 410);

  const hege = await linkTo(s, 'hege@lovtre.example');
  assert.equal((await c.get(`/t/${list[1].ticket}`)).status, 200);
  const cancelled = await c.submit(`${hege.path}/cancel`, { reason: 'Ferja går ikke' });
  assert.match(heading(cancelled), /meldt av/);
  assert.equal((await c.post(`${hege.path}/cancel`, { form_key: 'x'.repeat(32) })).status, 200); // twice is once
  const [promoted] = await all(s, `/gatherings/${g.id}/registrations`);
  assert.equal(promoted.status, 'confirmed');
  assert.equal(promoted.id, waiting.id);
  await linkTo(s, 'eli@lovtre.example', /plass/i);
  await s.stop();
});

test('links end: tampered, expired, the gathering over or cancelled', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ days: 3 });
  await s.client().submit(`/g/${g.slug}/register`, person);
  const { path } = await linkTo(s, person.email);
  const c = s.client();
  for (const bad of [`${path.slice(0, -2)}${path.endsWith('AA') ? 'BA' : 'AA'}`, path.replace('/r/r', '/r/rx'), '/r/r', '/r/r.', `/r/r${'x'.repeat(500)}`]) {
    const r = await c.get(bad);
    assert.equal(r.status, 404, bad);
  }
  assert.equal((await c.post(`${path.slice(0, -2)}xx/cancel`, { form_key: 'y'.repeat(32) })).status, 404);
  await s.clock(4 * 86400000);
  assert.equal((await c.get(path)).status, 200);
  assert.equal((await c.get(`${path}/change`)).status, 410);
  assert.match(heading(await c.get(`/g/${g.slug}/register`)), /over/);
  await s.clock(36 * 86400000);
  assert.equal((await c.get(path)).status, 410);
  await s.clock(0);
  await s.api('POST', `/gatherings/${g.id}/cancel`, {});
  assert.match(heading(await c.get(path)), /avlyst/);
  assert.match(heading(await c.get(`/g/${g.slug}/register`)), /avlyst/);
  assert.equal((await s.register(g, { email: 'ny@firma.example' })).status, 410);
  await s.stop();
});

test('the organiser\'s list: found as typed, health data for who arranges only', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 2 });
  await s.register(g, { ...person });
  await s.register(g, { name: 'Bjørn Åsebø', email: 'b@firma.example' });
  const c = await s.organiser();
  const people = `/admin/gatherings/${g.id}/people`;
  const found = await c.get(`${people}?q=bjorn`);
  assert.ok(found.text.includes('Bjørn Åsebø') && !found.text.includes('Kari Løvland'));
  assert.ok((await c.get(people)).text.includes('Uten nøtter'));
  const csv = await c.get(`${people}.csv`);
  assert.match(csv.headers.get('content-type'), /text\/csv/);
  assert.ok(csv.text.includes('Uten nøtter'));
  const viewer = s.newToken('viewer');
  const seen = await s.api('GET', `/gatherings/${g.id}/registrations`, undefined, { token: viewer });
  assert.equal(seen.status, 200);
  assert.ok(seen.body.items.every((r) => !('requirements' in r)));

  // Over capacity only when said so.
  const refused = await c.submit(`${people}/new`, { name: 'Ring Inn' }, { action: '/people/new' });
  assert.match(refused.path, /done=added/);
  const beyond = await c.submit(`${people}/new`, { name: 'Kjent Gjest', over: 'on' }, { action: '/people/new' });
  assert.match(beyond.path, /done=added/);
  const list = await all(s, `/gatherings/${g.id}/registrations`);
  assert.deepEqual(list.map((r) => r.status), ['confirmed', 'confirmed', 'waiting', 'confirmed']);

  // Of another gathering: not found.
  const other = await s.gathering({ title: 'Et annet' });
  assert.equal((await c.get(`/admin/gatherings/${other.id}/people/${list[0].id}`)).status, 404);
  await c.submit(`${people}/${list[0].id}/cancel`, { reason: 'Syk' }, { action: '/cancel' });
  assert.equal((await all(s, `/gatherings/${g.id}/registrations?status=cancelled`)).length, 1);
  const { mail } = await linkTo(s, person.email, /meldt av/);
  assert.match(mail.text, /Vi har meldt deg av/);
  await s.stop();
});
