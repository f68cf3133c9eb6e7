// Contacts typed in one by one, and a role set for many at once, without script.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling, all, run, until } from '../lib/samling.js';

const contacts = async (s, query = '') => (await s.api('GET', `/contacts?limit=500&${query}`)).body.items;
const add = (s, name, organisation = '', role = undefined) => s.api('POST', '/contacts', { name, email: `${name.toLowerCase().replace(/[^a-z0-9]/g, '')}@firma.example`, organisation, role });

test('a contact typed in: errors at its fields, and who is there already is shown with what was typed', async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  const page = '/admin/contacts/new';
  assert.match((await c.get('/admin/contacts')).text, /href="\/admin\/contacts\/new"/);
  const send = (fields) => c.submit(page, fields, { action: page });

  const bad = await send({ name: '', email: 'tull', organisation: '', role: 'member' });
  assert.equal(bad.status, 422);
  for (const field of ['name', 'email', 'organisation']) assert.match(bad.text, new RegExp(`<a href="#${field}">`), field);
  assert.match(bad.text, /Skriv navnet</, 'not: yours');
  assert.match(bad.text, /value="tull"[\s\S]*<option value="member" selected>/, 'what was typed stays');
  assert.equal((await contacts(s)).length, 0);

  const made = await send({ name: 'Kari Nes', email: 'Kari@Nes.example', organisation: 'Nes Havbruk', role: 'member', language: 'nn' });
  assert.match(made.path, /^\/admin\/contacts\/\d+\?added=1$/);
  assert.match(made.text, /Kontakten er lagt til/);
  const [kari] = await contacts(s);
  assert.deepEqual([kari.name, kari.email, kari.organisation, kari.role, kari.language, kari.source], ['Kari Nes', 'kari@nes.example', 'Nes Havbruk', 'member', 'nn', 'organiser']);
  assert.match(made.text, /Kommer fra<span>Arrangøren</);

  // The same form twice is one contact.
  const once = await c.get(page);
  const [first, second] = [await c.submit(once, { name: 'Per Å', email: 'per@nes.example', organisation: 'nes havbruk' }, { action: page }), await c.submit(once, { name: 'Per Å', email: 'per@nes.example', organisation: 'nes havbruk' }, { action: page })];
  assert.equal(second.path, first.path);
  assert.equal((await contacts(s, 'q=per'))[0].role, 'member', 'no role chosen leaves that of the organisation');

  // Who is there: nothing has changed, what was typed is in the fields, the rest as it was.
  const there = await send({ name: 'kari  NES', email: 'kari@nes.example', organisation: 'Ny AS', role: '', language: '' });
  assert.equal(there.status, 422);
  assert.match(there.text, /Kari Nes har denne adressen fra før/);
  assert.match(there.text, /id="organisation"[^>]*value="Ny AS"/);
  assert.match(there.text, /<option value="member" selected>[\s\S]*<option value="nn"[^>]* selected>/);
  assert.doesNotMatch(there.text, /name="another"/, 'it is the same person');
  assert.equal((await contacts(s, 'q=kari'))[0].organisation, 'Nes Havbruk');
  const saved = await c.submit(there, {}, { action: `/admin/contacts/${kari.id}` });
  assert.equal(saved.path, `/admin/contacts/${kari.id}`);
  const now = (await contacts(s, 'email=kari@nes.example'))[0];
  assert.deepEqual([now.organisation, now.role], ['Ny AS', null], 'the new organisation is no member by that');

  // Somebody else at the address: shown, offered, and both when it is so.
  const shared = await send({ name: 'Anne Vik', email: 'kari@nes.example', organisation: 'Vik', role: 'partner' });
  assert.match(shared.text, /Deler Anne Vik adressen/);
  assert.match(shared.text, /id="name"[^>]*value="Anne Vik"/);
  const both = await c.submit(shared, {}, { action: page });
  assert.match(both.text, /Kontakten er lagt til/);
  assert.deepEqual((await contacts(s, 'email=kari@nes.example')).map((k) => [k.name, k.role]), [['kari NES', null], ['Anne Vik', 'partner']]);
  // One whose name nobody has said is whoever has the address.
  const g = await s.gathering({});
  await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [{ email: 'bo@bo.example' }] });
  const bo = await send({ name: 'Bo Lie', email: 'bo@bo.example' });
  assert.match(bo.text, /bo har denne adressen fra før/);
  assert.doesNotMatch(bo.text, /name="another"/);
  await c.submit(bo, {}, { action: '/admin/contacts/' });
  assert.deepEqual((await contacts(s, 'email=bo@bo.example')).map((k) => k.name), ['Bo Lie']);

  run(['user', 'add', 'styret@hub.example', '--role', 'viewer', '--password-stdin'], { data: s.data, input: 'en lang setning her\n' });
  const viewer = s.client();
  await viewer.signIn('styret@hub.example', 'en lang setning her');
  const seen = (await viewer.get('/admin/contacts')).text;
  assert.ok(seen.includes('Kari') === false && seen.includes('Anne Vik'));
  assert.doesNotMatch(seen, /contacts\/new|type="checkbox"|contacts\/roles/);
  await s.stop();
});

test('a role for those ticked, and for all that is found: said first, then done', async () => {
  const s = await Samling.start();
  await add(s, 'Kari Nes', 'Nes Havbruk', 'member');
  await add(s, 'Per Vik', 'Vik AS');
  await add(s, 'Anne Vik', 'Vik AS');
  await add(s, 'Nils Lie', 'Lie <b>AS</b>', 'supplier');
  await add(s, 'Ola Uten');
  const c = await s.organiser();
  const roles = async () => Object.fromEntries((await contacts(s)).map((k) => [k.name, k.role]));
  const before = await roles();
  const id = Object.fromEntries((await contacts(s)).map((k) => [k.name, k.id]));
  const ask = (fields, page = '/admin/contacts') => c.submit(page, fields, { action: '/admin/contacts/roles' });

  for (const [fields, error] of [[{ set: 'supplier' }, /Kryss av minst én/], [{ pick: [id['Per Vik']] }, /Velg en rolle/], [{ set: 'sjef', pick: [id['Per Vik']] }, /Velg en rolle/]]) {
    const no = await ask(fields);
    assert.equal(no.status, 422);
    assert.match(no.text, error);
    if (fields.pick) assert.match(no.text, new RegExp(`value="${fields.pick[0]}" checked`), 'ticks stay');
  }
  const said = await ask({ set: 'supplier', pick: ['Per Vik', 'Kari Nes', 'Nils Lie', 'Ola Uten', 'Anne Vik'].map((n) => id[n]) });
  assert.match(said.text, /2 bedrifter får en annen rolle/);
  assert.match(said.text, /Nes Havbruk<[\s\S]*?Medlem → Leverandør, 1 kontakt</);
  assert.match(said.text, /Vik AS<[\s\S]*?Ingen rolle → Leverandør, 2 kontakter</);
  assert.match(said.text, /1 bedrift har rollen fra før[\s\S]*1 kontakt står uten bedrift/);
  assert.deepEqual(await roles(), before, 'only said');
  const done = await c.submit(said, {}, { action: '/set' });
  assert.match(done.text, /2 bedrifter har fått rollen/);
  assert.deepEqual(await roles(), { 'Kari Nes': 'supplier', 'Per Vik': 'supplier', 'Anne Vik': 'supplier', 'Nils Lie': 'supplier', 'Ola Uten': null });
  assert.match((await c.submit(said, {}, { action: '/set' })).text, /2 bedrifter har fått rollen/, 'sent twice it is done once');

  // All that a search finds; none again.
  const found = await ask({ set: 'none', which: 'all' }, '/admin/contacts?q=vik&role=supplier');
  assert.match(found.text, /1 bedrift får en annen rolle[\s\S]*Vik AS[\s\S]*Leverandør → Ingen rolle/);
  await c.submit(found, {}, { action: '/set' });
  assert.deepEqual([(await roles())['Per Vik'], (await roles())['Kari Nes']], [null, 'supplier']);
  assert.match((await ask({ set: 'supplier', which: 'all' }, '/admin/contacts?q=nes')).text, /Ingen bedrift får en annen rolle/);
  assert.doesNotMatch((await ask({ set: 'funder', pick: [id['Nils Lie']] })).text, /<b>AS/, 'a name is text');
  assert.equal((await ask({ set: 'funder', pick: ['999999', 'x'] })).status, 200, 'who is gone is nobody');
  await s.stop();
});

test('a role for thousands goes in pieces, survives a kill, and shows how far it is', async () => {
  const s = await Samling.start();
  const g = await s.gathering({});
  for (let n = 0; n < 3; n++) {
    const list = Array.from({ length: 1500 }, (_, i) => ({ name: `Gjest ${n} ${i}`, email: `g${n}-${i}@firma.example`, organisation: `Firma ${n} ${i}` }));
    assert.equal((await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: list })).status, 202);
  }
  const named = async (role) => (await all(s, `/contacts?role=${role}`)).map((k) => k.name);
  await until(async () => (await all(s, '/contacts?q=gjest')).length === 4500, { what: 'the contacts' });
  await add(s, 'Kari Nes', 'Nes Havbruk', 'supplier');
  const c = await s.organiser();
  const said = await c.submit('/admin/contacts?q=gjest', { set: 'partner', which: 'all' }, { action: '/admin/contacts/roles' });
  assert.match(said.text, /4\s?500 bedrifter får en annen rolle[\s\S]*og 4\s?400 til/);
  await c.submit(said, {}, { action: '/set' });
  await s.kill();
  await s.serve();
  await until(async () => (await named('partner')).length === 4500, { what: 'all of them' });
  assert.deepEqual(await named('supplier'), ['Kari Nes'], 'who was not found is as before');
  await s.stop();
});
