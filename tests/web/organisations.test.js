// Organisations: what is said of them, found, merged, thrown away; the directory of those that chose it; the API.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling, all, run } from '../lib/samling.js';

const person = (s, name, organisation, role) => s.api('POST', '/contacts', { name, email: `${name.toLowerCase().replace(/[^a-z0-9]/g, '')}@firma.example`, organisation, role });
const named = async (s, name) => (await all(s, '/organisations')).find((o) => o.name === name);

test('an organisation is made, changed, found by what is said of it; errors stand at their fields', async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  const form = '/admin/organisations/new';
  const bad = await c.submit(form, { name: '', size: 'mange', number: '923 456 789', website: 'ikke et nettsted', member_from: '2026-01-31', member_until: '2025-01-01', tags: 'x'.repeat(41) }, { action: form });
  assert.equal(bad.status, 422);
  for (const field of ['name', 'size', 'number', 'website', 'tags']) assert.match(bad.text, new RegExp(`href="#${field}"`), field);
  assert.match(bad.text, /value="ikke et nettsted"/, 'what was typed stays');

  const made = await c.submit(form, {
    name: 'Blåfjell Mekaniske', role: 'member', trade: 'Verksted', size: '24', number: 'NO 923 609 016 MVA', website: 'www.blafjell.example/om',
    member_from: '2024-03-01', tags: 'Robot, stål , robot', description: 'Vi bøyer og sveiser.\nStål og rustfritt.', in_directory: 'on',
  }, { action: form });
  assert.match(made.path, /^\/admin\/organisations\/\d+$/);
  assert.match(made.text, /Medlem<\/span><span>Verksted<\/span><span>24 ansatte<\/span><span>Siden 2024</);
  assert.match(made.text, /923 609 016/);
  assert.match(made.text, /ds-tag[^>]*>Robot<\/a>/);
  assert.match(made.text, /href="https:\/\/www\.blafjell\.example\/om"[^>]*>blafjell\.example\/om</);
  const id = made.path.split('/').pop();
  const { body: o } = await s.api('GET', `/organisations/${id}`);
  assert.deepEqual([o.name, o.role, o.size, o.number, o.tags, o.in_directory, o.member_from, o.member_until], ['Blåfjell Mekaniske', 'member', 24, '923609016', ['Robot', 'stål'], true, '2024-03-01', null]);

  // Its name and its number are its own; the dates are in order.
  const twin = await c.submit(form, { name: 'blåfjell  MEKANISKE' }, { action: form });
  assert.equal(twin.status, 422);
  assert.match(twin.text, /allerede en bedrift med dette navnet/);
  assert.match((await c.submit(form, { name: 'Annen', number: '923609016' }, { action: form })).text, /hører til en annen bedrift/);
  const edit = `/admin/organisations/${id}/edit`;
  assert.match((await c.submit(edit, { member_until: '2023-01-01' }, { action: edit })).text, /Skal være etter den første dagen/);
  assert.equal(await named(s, 'Annen'), undefined, 'what was refused left nothing');

  await person(s, 'Kari Nes', 'Vik AS', 'supplier');
  for (const [query, found] of [['q=robot', 1], ['q=blafjell', 1], ['q=verksted', 1], ['q=9236', 1], ['q=vik', 1], ['tag=robot', 1], ['role=supplier', 1], ['role=member&q=vik', 0], ['q=tull', 0]]) {
    const page = await c.get(`/admin/organisations?${query}`);
    assert.equal((page.text.match(/<th scope="row">/g) ?? []).length, found, query);
  }
  // Unticked it is not in the directory; a tag taken away is gone.
  await c.submit(edit, { in_directory: null, tags: 'stål', size: '' }, { action: edit });
  const now = (await s.api('GET', `/organisations/${id}`)).body;
  assert.deepEqual([now.in_directory, now.tags, now.size], [false, ['stål'], null]);
  assert.ok(now.changed_at >= o.changed_at);
  await s.stop();
});

test('a new name takes its contacts along, and the old one still means it', async () => {
  const s = await Samling.start();
  await person(s, 'Kari Nes', 'Nes Havbruk', 'member');
  const o = await named(s, 'Nes Havbruk');
  assert.equal((await s.api('PATCH', `/organisations/${o.id}`, { name: 'Nes Sjø AS' })).status, 200);
  assert.equal((await all(s, '/contacts?q=sjø'))[0].organisation, 'Nes Sjø AS');
  await person(s, 'Per Nes', 'NES havbruk');
  assert.equal((await all(s, '/organisations')).length, 1, 'the old name is known');
  assert.deepEqual((await all(s, '/contacts?role=member')).map((k) => k.name), ['Kari Nes', 'Per Nes']);
  // Another may take the name that nobody has any more.
  assert.equal((await s.api('POST', '/organisations', { name: 'Nes Sjø AS' })).body.code, 'organisation_exists');
  const other = await s.api('POST', '/organisations', { name: 'Vik' });
  assert.equal((await s.api('PATCH', `/organisations/${other.body.id}`, { name: 'Nes Havbruk' })).status, 200);
  await s.stop();
});

test('a duplicate is merged with all that hangs on it; only what nothing hangs on is removed', async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  await person(s, 'Kari Nes', 'Nes Havbruk', 'member');
  await person(s, 'Ola Nes', 'Nes Havbruk AS');
  const [keep, twin] = [await named(s, 'Nes Havbruk'), await named(s, 'Nes Havbruk AS')];
  await s.api('PATCH', `/organisations/${twin.id}`, { number: '923609016', tags: ['sjø'], size: 12, trade: 'Oppdrett' });
  await s.api('PATCH', `/organisations/${keep.id}`, { tags: ['fisk'], size: 20 });

  const page = `/admin/organisations/${keep.id}/edit`;
  const no = await c.submit(page, {}, { action: '/remove' });
  assert.equal(no.status, 422);
  assert.match(no.text, /Noe hører til bedriften/);

  const merge = `/admin/organisations/${keep.id}/merge`;
  const shown = await c.get(merge);
  assert.match(shown.text, /Nes Havbruk AS/);
  assert.doesNotMatch(shown.text, new RegExp(`name="from" value="${keep.id}"`), 'not itself');
  const none = await c.submit(shown, {}, { action: merge });
  assert.equal(none.status, 422);
  assert.match(none.text, /Velg bedriften/);
  assert.equal((await c.submit(shown, { from: keep.id }, { action: merge })).status, 422, 'nor by hand');
  const done = await c.submit(shown, { from: twin.id }, { action: merge });
  assert.match(done.path, new RegExp(`/admin/organisations/${keep.id}\\?merged=1`));
  assert.match(done.text, /Kari Nes[\s\S]*Ola Nes/);
  const is = await named(s, 'Nes Havbruk');
  assert.deepEqual([is.number, is.tags, is.size, is.trade, is.role], ['923609016', ['fisk', 'sjø'], 20, 'Oppdrett', 'member']);
  assert.equal((await s.api('GET', `/organisations/${twin.id}`)).status, 404);
  assert.deepEqual((await all(s, '/contacts')).map((k) => k.organisation), ['Nes Havbruk', 'Nes Havbruk']);
  await person(s, 'Else', 'Nes Havbruk AS');
  assert.equal((await all(s, '/organisations')).length, 1, 'whoever writes the old name means it');

  const empty = (await s.api('POST', '/organisations', { name: 'Ingen' })).body;
  const gone = await c.submit(`/admin/organisations/${empty.id}/edit`, {}, { action: '/remove' });
  assert.match(gone.text, /Bedriften er fjernet/);
  await s.stop();
});

test('the directory shows those that chose it, and what they say alone; others are not there', async () => {
  const s = await Samling.start();
  const nobody = s.client();
  assert.match((await nobody.get('/members')).text, /Ingen har valgt å stå her/);
  const shown = (await s.api('POST', '/organisations', { name: 'Åpen AS', role: 'member', trade: 'Bygg', website: 'apen.example', description: 'Vi <b>bygger</b>.', number: '923609016', tags: ['hemmelig-merke'], in_directory: true })).body;
  await s.api('POST', '/organisations', { name: 'Lukket AS', role: 'member' });
  await person(s, 'Kari Nes', 'Åpen AS');
  const page = (await nobody.get('/members')).text;
  assert.match(page, /Åpen AS[\s\S]*Bygg[\s\S]*Vi &lt;b&gt;bygger[\s\S]*href="https:\/\/apen\.example"/);
  assert.doesNotMatch(page, /Lukket AS|923609016|923 609|Kari|hemmelig-merke/);
  await s.api('PATCH', `/organisations/${shown.id}`, { in_directory: false });
  assert.doesNotMatch((await nobody.get('/members')).text, /Åpen AS/, 'a kept page goes with the choice');
  await s.stop();
});

test('the API: ETag and If-Match, filters, refusals with their codes', async () => {
  const s = await Samling.start();
  const made = await s.api('POST', '/organisations', { name: 'Vik AS', tags: ['Robot'], website: 'http://vik.example' });
  assert.equal(made.status, 201);
  assert.equal(made.headers.get('location'), `/api/v1/organisations/${made.body.id}`);
  const one = await s.api('GET', `/organisations/${made.body.id}`);
  const etag = one.headers.get('etag');
  assert.equal((await s.api('PATCH', `/organisations/${made.body.id}`, { size: 3 }, { headers: { 'if-match': etag } })).status, 200);
  assert.equal((await s.api('PATCH', `/organisations/${made.body.id}`, { size: 4 }, { headers: { 'if-match': etag } })).status, 412);
  for (const [body, field] of [[{ website: 'javascript:alert(1)' }, 'website'], [{ website: 'https://ola@vik.example' }, 'website'], [{ number: '123456789' }, 'number'], [{ role: 'sjef' }, 'role'], [{ size: -1 }, 'size'], [{ member_from: '2026-02-30' }, 'member_from'], [{ name: null }, 'name'], [{ member_from: '2026-02-02', member_until: '2026-02-01' }, 'member_until'], [{ tags: Array.from({ length: 21 }, (_, i) => `m${i}`) }, 'tags'], [{ hemmelig: 1 }, 'hemmelig']]) {
    const no = await s.api('PATCH', `/organisations/${made.body.id}`, body);
    assert.equal(no.status, 422, JSON.stringify(body));
    assert.equal(no.body.errors[0].field, field, JSON.stringify(no.body));
  }
  assert.deepEqual((await all(s, '/organisations?tag=robot')).map((o) => o.name), ['Vik AS']);
  assert.deepEqual(await all(s, `/organisations?since=${new Date(Date.now() + 3600000).toISOString()}`), []);
  const viewer = s.newToken('viewer');
  assert.equal((await s.api('GET', '/organisations', undefined, { token: viewer })).body.items.length, 1);
  assert.equal((await s.api('POST', '/organisations', { name: 'Ny' }, { token: viewer })).status, 403);
  assert.equal((await s.api('GET', '/organisations', undefined, { token: s.newToken('door') })).status, 403);
  await s.stop();
});

test('how often somebody from there came, by what they registered as', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ days: 2 });
  const r = (await s.register(g, { organisation: 'Vik AS' })).body;
  await s.register(g, { name: 'Per', email: 'per@vik.example', organisation: 'vik as' });
  await person(s, 'Kari', 'Vik AS');
  const vik = await named(s, 'Vik AS');
  await s.api('POST', `/gatherings/${g.id}/checkins`, { ticket: r.ticket });
  await s.clock(10 * 86400000);
  const c = await s.organiser();
  assert.match((await c.get(`/admin/organisations/${vik.id}`)).text, /1 var der[\s\S]*1 av det ene siste arrangementet[\s\S]*Sist sett/);
  const other = (await s.api('POST', '/organisations', { name: 'Annen' })).body;
  assert.match((await c.get(`/admin/organisations/${other.id}`)).text, /Har ikke vært på noe arrangement/);
  run(['user', 'add', 'styret@hub.example', '--role', 'viewer', '--password-stdin'], { data: s.data, input: 'en lang setning her\n' });
  const viewer = s.client();
  await viewer.signIn('styret@hub.example', 'en lang setning her');
  assert.doesNotMatch((await viewer.get(`/admin/organisations/${vik.id}`)).text, /\/edit|mailto:/);
  await s.stop();
});
