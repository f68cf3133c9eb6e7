// Gatherings as the public, the organiser and programs meet them.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling, forms } from '../lib/samling.js';

const fields = (r) => (r.body.errors ?? []).map((e) => e.field);

test('the API: what is made, changed, listed', async () => {
  const s = await Samling.start();
  const made = await s.api('POST', '/gatherings', {
    title: 'Varme vi kan dele', starts_at: '2030-02-28T17:00', place: 'Kvitnes', capacity: 2,
    programme: [{ starts: '17:00', title: 'Kaffe' }, { title: 'Middag', speaker: 'Åse' }],
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const g = made.body;
  assert.equal(g.starts_at, '2030-02-28T17:00:00+01:00');
  assert.equal(g.ends_at, null, 'an end that nobody said is not made up');
  assert.equal(typeof g.id, 'string');
  assert.deepEqual(g.programme.map((p) => p.title), ['Kaffe', 'Middag']);
  assert.equal((await s.api('GET', `/gatherings/${g.id}`)).body.slug, 'varme-vi-kan-dele');

  const moved = await s.api('PATCH', `/gatherings/${g.id}`, { starts_at: '2030-02-28T18:00', capacity: null });
  assert.equal(moved.status, 200, JSON.stringify(moved.body));
  assert.equal(moved.body.ends_at, null, 'no end is made up by moving, either');
  const ended = await s.api('PATCH', `/gatherings/${g.id}`, { ends_at: '2030-02-28T21:00' });
  assert.equal(ended.body.ends_at, '2030-02-28T21:00:00+01:00');
  const later = await s.api('PATCH', `/gatherings/${g.id}`, { starts_at: '2030-02-28T19:00' });
  assert.equal(later.body.ends_at, '2030-02-28T22:00:00+01:00', 'an end that was said goes with the start');
  assert.equal(moved.body.capacity, null);
  assert.equal(moved.body.programme.length, 2, 'what is not named stays');
  for (const [change, field] of [[{ title: '' }, 'title'], [{ starts_at: '2020-01-01T10:00' }, 'starts_at'], [{ kind: 'fest' }, 'kind'],
    [{ deadline: '2030-03-01T10:00' }, 'deadline'], [{ programme: [{ starts: '17:00' }] }, 'programme'], [{ programme: 'x' }, 'programme'],
    [{ place: null }, 'place'], [{ timezone: 'Mars/Base' }, 'timezone']]) {
    const r = await s.api('PATCH', `/gatherings/${g.id}`, change);
    assert.equal(r.status, 422, JSON.stringify([change, r.body]));
    assert.ok(fields(r).includes(field), JSON.stringify(r.body));
  }
  assert.equal((await s.api('POST', `/gatherings/${g.id}/publish`)).body.status, 'published');
  assert.equal((await s.api('POST', `/gatherings/${g.id}/publish`)).status, 200, 'once more is no harm');

  for (const who of ['en', 'to', 'tre']) await s.register(g, { name: who, email: `${who}@x.example` });
  const low = await s.api('PATCH', `/gatherings/${g.id}`, { capacity: 2 });
  assert.equal(low.status, 422);
  assert.match(low.body.errors[0].message, /3/, 'says how many have a seat');
  assert.equal((await s.api('PATCH', `/gatherings/${g.id}`, { capacity: 3 })).status, 200);

  const away = await s.api('POST', `/gatherings/${g.id}/cancel`, { notify: false });
  assert.equal(away.body.status, 'cancelled');
  assert.equal((await s.api('POST', `/gatherings/${g.id}/cancel`)).status, 200);
  assert.equal((await s.api('POST', `/gatherings/${g.id}/publish`)).status, 409);
  assert.equal((await s.api('PATCH', `/gatherings/${g.id}`, { title: 'x' })).status, 409);

  for (let i = 0; i < 5; i++) await s.gathering({ title: `Nr ${i}`, days: 10 + i });
  assert.equal((await s.api('GET', '/gatherings')).body.items.length, 5, 'cancelled ones only when asked for');
  assert.deepEqual((await s.api('GET', '/gatherings?status=cancelled')).body.items.map((x) => x.id), [g.id]);
  const seen = [];
  for (let next = ''; next !== null;) {
    const page = (await s.api('GET', `/gatherings?limit=2${next ? `&cursor=${next}` : ''}`)).body;
    seen.push(...page.items.map((x) => x.title));
    assert.ok(page.items.length <= 2);
    next = page.next;
  }
  assert.deepEqual(seen, ['Nr 0', 'Nr 1', 'Nr 2', 'Nr 3', 'Nr 4']);
  assert.equal((await s.api('GET', '/gatherings?status=tull')).status, 422);
  await s.stop();
});

test('too late to publish', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ draft: true, days: 2 });
  await s.clock(3 * 86400000);
  const r = await s.api('POST', `/gatherings/${g.id}/publish`);
  assert.equal(r.status, 422, JSON.stringify(r.body));
  assert.deepEqual(fields(r), ['starts_at']);
  await s.stop();
});

test('what everybody sees', async () => {
  const s = await Samling.start();
  const c = s.client();
  const g = await s.gathering({ title: 'Åpen <dag>', description: 'Se <script>alert(1)</script> **her**', capacity: 10, draft: true });
  const page = `/g/${g.slug}`;
  for (const path of [page, `${page}.ics`, `${page}/register`]) assert.equal((await c.get(path)).status, 404, `${path} of a draft`);
  assert.doesNotMatch((await c.get('/')).text, /Åpen/);
  await s.api('POST', `/gatherings/${g.id}/publish`);
  const shown = await c.get(page);
  assert.equal(shown.status, 200);
  assert.match(shown.text, /Åpen &lt;dag&gt;/);
  assert.match(shown.text, /<strong>her<\/strong>/);
  assert.doesNotMatch(shown.text, /<script>alert/);
  assert.match(shown.text, /Ledige plasser/);
  assert.match(shown.text, new RegExp(`href="${page}/register"`));
  assert.match((await c.get('/')).text, /Åpen &lt;dag&gt;/);
  assert.match((await c.get('/feed.ics')).text, /SUMMARY:Åpen <dag>/);
  assert.match((await c.get('/feed.atom')).text, /<title>Åpen &lt;dag&gt;<\/title>/);
  for (let i = 0; i < 8; i++) await s.register(g, { name: `G${i}`, email: `g${i}@x.example` });
  assert.match((await c.get(page)).text, /Få plasser igjen/, 'a kept page is made anew after each change');
  assert.match((await c.get(page, { headers: { 'accept-language': 'en' } })).text, /Few seats left/);
  for (let i = 8; i < 11; i++) await s.register(g, { name: `G${i}`, email: `g${i}@x.example` });
  assert.match((await c.get(page)).text, /Sett deg på venteliste/);
  await s.api('POST', `/gatherings/${g.id}/cancel`, { notify: false });
  const off = await c.get(page);
  assert.equal(off.status, 200);
  assert.match(off.text, /Avlyst/);
  assert.doesNotMatch(off.text, /register"/);
  assert.match((await c.get(`${page}.ics`)).text, /STATUS:CANCELLED/);

  const soon = await s.gathering({ title: 'Snart over', days: 1, deadline: null });
  await s.clock(1.9 * 86400000);
  assert.match((await c.get(`/g/${soon.slug}`)).text, /Arrangementet er over/);
  assert.match((await c.get('/')).text, /Tidligere[\s\S]*Snart over/);
  const english = await s.gathering({ title: 'In English', language: 'en', days: 20 });
  assert.match((await c.get(`/g/${english.slug}`)).text, /<html lang="en"/, 'the gathering decides when the browser says nothing');
  assert.match((await c.get(`/g/${english.slug}`, { headers: { 'accept-language': 'nb' } })).text, /<html lang="nb"/);
  assert.match((await c.get(`/g/${english.slug}`)).text, /<html lang="en"/);
  await s.stop();
});

test('an organiser without script: draft, programme rows, mistakes, publish', async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  let r = await c.submit('/admin/gatherings/new', { title: 'Roboter', summary: 'Kort' }, { action: '/new', button: ['action', 'publish'] });
  assert.equal(r.status, 422);
  for (const id of ['date', 'from', 'place']) assert.match(r.text, new RegExp(`id="${id}-error"`));
  assert.doesNotMatch(r.text, /id="title-error"/);
  assert.match(r.text, /value="Roboter"/);
  assert.match(r.text, /Kort<\/textarea>/);
  r = await c.submit(r, { date: '2030-03-31', from: '02:30', place: 'Kaia', capacity: '5' }, { action: '/new', button: ['action', 'draft'] });
  assert.equal(r.status, 422);
  assert.match(r.text, /id="from-error"/, 'an hour that does not exist');
  const before = [...r.text.matchAll(/name="programme_title"/g)].length;
  r = await c.submit(r, { from: '17:00', programme_title: ['Kaffe', '', 'Middag'] }, { action: '/new', button: ['action', 'row'] });
  assert.equal(r.status, 200, 'one more row is no mistake');
  assert.ok([...r.text.matchAll(/name="programme_title"/g)].length > before);
  assert.match(r.text, /value="Middag"/);
  r = await c.submit(r, {}, { action: '/new', button: ['action', 'draft'] });
  assert.equal(r.status, 200);
  assert.match(r.path, /^\/admin\/gatherings\/\d+$/);
  const id = r.path.split('/').pop();
  const g = (await s.api('GET', `/gatherings/${id}`)).body;
  assert.deepEqual([g.status, g.starts_at, g.ends_at, g.capacity], ['draft', '2030-03-31T17:00:00+02:00', null, 5]);
  assert.deepEqual(g.programme.map((p) => p.title), ['Kaffe', 'Middag']);
  assert.match((await c.get(`${r.path}/preview`)).text, /Roboter/);
  assert.equal((await s.client().get(`${r.path}/preview`, { follow: false })).status, 303, 'for those signed in');
  r = await c.submit(`${r.path}/publish`, {}, { action: 'publish' });
  assert.match(r.text, /Publisert/);
  await s.stop();
});

test('moving asks, shows the mail, and tells once', async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  const g = await s.gathering({ capacity: 10 });
  const here = `/admin/gatherings/${g.id}`;
  let r = await c.submit(`${here}/edit`, { from: '16:00', to: '19:30' }, { action: '/edit' });
  assert.equal(r.path, here, 'nobody is registered: nothing to ask');
  await s.register(g);
  r = await c.submit(`${here}/edit`, { from: '18:00', to: '21:00' }, { action: '/edit' });
  assert.equal(r.path, `${here}/move`);
  assert.match(r.text, /Send til 1/);
  r = await c.submit(r, { message: 'Ferja går seinere' }, { action: '/move', button: ['action', 'preview'] });
  assert.equal(r.status, 200);
  assert.match(r.text, /sm-letter[\s\S]*Ferja går seinere/);
  const mails = async () => (await s.api('GET', `/mail?gathering=${g.id}`)).body.items.map((m) => m.kind).filter((k) => k.endsWith('.moved')).length;
  assert.equal(await mails(), 0);
  assert.match((await c.get(here)).text, /vet det ikke ennå/);
  r = await c.submit(`${here}/move`, {}, { action: '/move', button: ['action', 'undo'] });
  assert.match((await s.api('GET', `/gatherings/${g.id}`)).body.starts_at, /T16:00/);
  assert.equal(await mails(), 0);
  await c.submit(`${here}/edit`, { place: 'Fjordsalen' }, { action: '/edit' });
  r = await c.get(`${here}/move`);
  const again = forms(r.text).length;
  assert.ok(again > 0);
  await c.submit(r, { message: '' }, { action: '/move', button: ['action', 'tell'] });
  await c.submit(r, { message: '' }, { action: '/move', button: ['action', 'tell'] });
  assert.equal(await mails(), 1, 'the button pressed twice');
  assert.equal((await c.get(`${here}/move`)).path, here, 'nothing left to ask');

  r = await c.submit(`${here}/cancel`, { message: 'Snø' }, { action: '/cancel', button: ['action', 'preview'] });
  assert.match(r.text, /sm-letter[\s\S]*Snø/);
  assert.equal((await s.api('GET', `/gatherings/${g.id}`)).body.status, 'published', 'a preview cancels nothing');
  await c.submit(r, {}, { action: '/cancel', button: ['action', 'tell'] });
  assert.equal((await s.api('GET', `/gatherings/${g.id}`)).body.status, 'cancelled');
  await s.stop();
});

test('contacts: found, allowed mail again, exported, erased', async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  const g = await s.gathering();
  const r = await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [
    { name: 'Bjørn Åsebø', email: 'bjorn@blafjell.example', organisation: 'Blåfjell' }, { name: 'Åse Nes', email: 'ase@nes.example' }] });
  assert.equal(r.status, 202, JSON.stringify(r.body));
  const list = await c.get('/admin/contacts?q=bjorn');
  assert.match(list.text, /Bjørn Åsebø/);
  assert.doesNotMatch(list.text, /Åse Nes/);
  const path = list.text.match(/\/admin\/contacts\/\d+/)[0];
  let page = await c.submit(path, { name: '' }, { action: path });
  assert.equal(page.status, 422);
  page = await c.submit(path, { organisation: 'Nes Havbruk', role: 'research' }, { action: path });
  assert.equal(page.status, 200);
  assert.match((await c.get('/admin/contacts?role=research')).text, /Bjørn/);
  const about = `contact=${path.match(/\d+$/)[0]}`;
  const file = await c.get(`/admin/persons/export?${about}`);
  assert.match(file.headers.get('content-disposition'), /attachment/);
  assert.equal(JSON.parse(file.text).contacts[0].email, 'bjorn@blafjell.example');
  page = await c.submit(`/admin/persons/erase?${about}`, {}, { action: '/erase' });
  assert.equal(page.path, '/admin/persons/erased');
  assert.doesNotMatch((await c.get('/admin/contacts')).text, /Bjørn/);
  assert.equal((await c.get(path)).status, 404);
  await s.stop();
});

test('an end that nobody said is told nowhere, and calendar files last two hours', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ starts_at: '2030-05-02T17:00', ends_at: null });
  const c = await s.organiser();
  await s.register(g, { email: 'open@x.example' });
  for (const path of [`/g/${g.slug}`, '/', `/g/${g.slug}/register`, '/feed.atom', `/admin/gatherings/${g.id}`]) {
    const r = await c.get(path);
    assert.equal(r.status, 200, path);
    assert.match(r.text, /17[:.]00/, path);
    assert.doesNotMatch(r.text, /19[:.]00/, path);
  }
  const mails = s.mailbox().map(String).join('');
  assert.doesNotMatch(mails.replace(/DTEND[^\n]*/g, ''), /19[:.]00/);
  const ics = (await c.get(`/g/${g.slug}.ics`)).text;
  assert.match(ics, /DTEND[^\n]*T190000/);

  let r = await c.get(`/admin/gatherings/${g.id}/edit`);
  assert.match(r.text, /2 timer/, 'how long it is in calendar files is said at the field');
  assert.doesNotMatch(r.text, /value="19:00"/);
  r = await c.submit(r, { to: '19:00' }, { action: '/edit', button: ['action', 'save'] });
  assert.match(r.path, /\/move$/, 'an end is news to those who were told none');
  assert.equal((await s.api('GET', `/gatherings/${g.id}`)).body.ends_at, '2030-05-02T19:00:00+02:00');
  r = await c.submit(r, {}, { action: '/move', button: ['action', 'undo'] });
  assert.equal((await s.api('GET', `/gatherings/${g.id}`)).body.ends_at, null, 'and is taken back');
  await s.stop();
});
