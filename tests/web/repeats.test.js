// The same form or request again, and another one from the same page: a double click, a reload and a program that
// heard no answer repeat nothing; what says something else is carried out.
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Samling, all, forms, run, until } from '../lib/samling.js';

const plain = (eml) => eml.toString('utf8').replace(/=\r?\n/g, '').replace(/=3D/g, '=');
const mails = (s, email, words) => s.mailbox().map(plain).filter((m) => m.includes(`<${email}>`) && words.test(m));
const kari = { name: 'Kari Nes', email: 'kari@nes.example', organisation: 'Nes Havbruk' };
const ola = { name: 'Ola Lie', email: 'ola@lie.example', organisation: 'Lie Bygg' };

/** Path of somebody's own registration page, out of the mail. */
async function own(s, email) {
  const [mail] = await until(() => { const m = mails(s, email, /\/r\/r/); return m.length > 0 && m; }, { what: `mail to ${email}` });
  return new URL(mail.match(/https?:\/\/\S+?\/r\/r[\w.-]+/)[0]).pathname;
}
const names = async (s, g) => (await all(s, `/gatherings/${g.id}/registrations`)).map((r) => r.name).sort();

test('the page seen again with the back button: another registration is made, the same is not', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 2 });
  const c = s.client();
  const page = await c.get(`/g/${g.slug}/register`);

  const first = await c.submit(page, kari);
  assert.match(first.text, /kari@nes\.example/);
  const again = await c.submit(page, kari);
  assert.equal(again.path, first.path, 'sent twice: the same answer');
  assert.deepEqual(await names(s, g), ['Kari Nes']);
  const second = await c.submit(page, ola);
  assert.match(second.text, /ola@lie\.example/);
  assert.doesNotMatch(second.text, /kari@nes\.example/);
  assert.deepEqual(await names(s, g), ['Kari Nes', 'Ola Lie']);
  // What is wrong with it is said, and what comes then counts.
  const wrong = await c.submit(page, { ...ola, name: 'Eva Lie', email: 'eva@' });
  assert.equal(wrong.status, 422);
  const third = await c.submit(page, { ...ola, name: 'Eva Lie', email: 'eva@lie.example' });
  assert.match(third.text, /venteliste/, 'the hall is full');
  // A repeat is answered as it was, whatever has become of the seats and the gathering since.
  await s.api('POST', `/gatherings/${g.id}/cancel`, { notify: false });
  const late = await c.submit(page, { ...ola, name: 'Eva Lie', email: 'eva@lie.example' }, { follow: false });
  assert.equal(late.status, 303, 'not refused because it is called off now');
  await s.stop();
});

test('a key belongs to one address', async () => {
  const s = await Samling.start();
  const [g, h] = [await s.gathering(), await s.gathering({ title: 'Klyngesamling' })];
  const c = s.client();
  const page = await c.get(`/g/${g.slug}/register`);
  await c.submit(page, kari);
  await c.submit({ ...page, text: page.text.replaceAll(`/g/${g.slug}/register`, `/g/${h.slug}/register`) }, kari);
  assert.deepEqual(await names(s, h), ['Kari Nes']);
  await s.stop();
});

test('one’s own registration: change, colleague and cancel from a page seen again', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  const c = s.client();
  await c.submit(`/g/${g.slug}/register`, kari);
  const path = await own(s, kari.email);
  const one = async () => (await all(s, `/gatherings/${g.id}/registrations`))[0];

  const change = await c.get(`${path}/change`);
  for (const phone of ['11 11 11 11', '22 22 22 22', '11 11 11 11']) {
    await c.submit(change, { phone });
    assert.equal((await one()).phone, phone);
  }

  // The seat went to Eva: it is not Kari's to give again, and the page says where it is.
  const colleague = await c.get(`${path}/colleague`);
  const eva = { name: 'Eva Lie', email: 'eva@lie.example' };
  assert.equal((await c.submit(colleague, eva)).status, 200);
  const twice = await c.submit(colleague, eva);
  assert.equal(twice.status, 200);
  const other = await c.submit(colleague, ola);
  assert.equal(other.status, 410);
  assert.match(other.text, /Eva Lie kommer i stedet/);
  assert.deepEqual(await names(s, g), ['Eva Lie']);

  // Called off without a word, then with one: the word is kept.
  const hers = await own(s, eva.email);
  const cancel = await c.get(`${hers}/cancel`);
  await c.submit(cancel, { reason: '' });
  const told = await c.submit(cancel, { reason: 'Syk' });
  assert.match(told.text, /Du er meldt av/);
  const [gone] = (await all(s, `/gatherings/${g.id}/registrations?status=cancelled`)).filter((r) => r.name === 'Eva Lie');
  const o = await s.organiser();
  assert.match((await o.get(`/admin/gatherings/${g.id}/people/${gone.id}`)).text, /Syk/);
  assert.equal(mails(s, eva.email, /Subject: .*[Mm]eldt av/).length <= 1, true);
  await s.stop();
});

test('an invitation’s colleague from a page seen again: the last one counts', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [kari] });
  const [mail] = await until(() => { const m = mails(s, kari.email, /List-Unsubscribe/); return m.length > 0 && m; });
  const path = new URL(mail.match(/List-Unsubscribe: <([^>]+)\/unsubscribe>/)[1]).pathname;
  const c = s.client();
  const page = await c.get(`${path}/colleague`);
  await c.submit(page, { colleague_name: 'Eva Lie', colleague_email: 'eva@lie.example' });
  const second = await c.submit(page, { colleague_name: ola.name, colleague_email: ola.email });
  assert.match(second.text, /Ola Lie kommer i stedet/);
  assert.deepEqual(await names(s, g), ['Ola Lie']);
  await s.stop();
});

test('organisers: new gathering and invite, and a forgotten password, from a page seen again', async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  const day = new Date(Date.now() + 30 * 86400000).toISOString().slice(0, 10);
  const form = await c.get('/admin/gatherings/new');
  const fields = { title: 'Temamøte', date: day, from: '17:00', place: 'TechHub' };
  const action = { action: '/admin/gatherings/new', button: ['action', 'publish'] };
  const made = await c.submit(form, fields, action);
  assert.equal((await c.submit(form, fields, action)).path, made.path);
  const second = await c.submit(form, { ...fields, title: 'Klyngesamling' }, action);
  assert.notEqual(second.path, made.path);
  const list = await all(s, '/gatherings');
  assert.deepEqual(list.map((g) => g.title).sort(), ['Klyngesamling', 'Temamøte']);

  const g = list[0];
  const invite = `/admin/gatherings/${g.id}/invite`;
  const page = await c.submit(await c.get(invite), { paste: `${kari.name} <${kari.email}>` }, { action: invite, button: ['do', 'review'] });
  const pairs = forms(page.text).find((f) => f.action === invite).pairs;
  const send = (paste) => c.post(`${invite}/send`, pairs.map(([k, v]) => [k, k === 'paste' ? paste ?? v : v]));
  const sent = await send();
  assert.equal((await send()).path, sent.path);
  await send(`${ola.name} <${ola.email}>`);
  const invited = await all(s, `/gatherings/${g.id}/invitations`);
  assert.deepEqual(invited.map((i) => i.email).sort(), [kari.email, ola.email]);

  run(['user', 'add', 'bo@hub.example', '--role', 'organiser', '--password-stdin'], { data: s.data, input: 'en annen setning her\n' });
  const reader = s.client();
  const forgot = await reader.get('/signin/forgot');
  await reader.submit(forgot, { email: s.email });
  await reader.submit(forgot, { email: 'bo@hub.example' });
  for (const email of [s.email, 'bo@hub.example'])
    await until(() => mails(s, email, /\/password\//).length === 1, { what: `the mail to ${email}` });
  await s.stop();
});

test('programs: a key has its answer before anything is asked of how things stand', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  const key = () => ({ headers: { 'idempotency-key': randomUUID() } });
  const same = async (method, path, body, options, first) => {
    const again = await s.api(method, path, body, options);
    assert.deepEqual([again.status, again.body], [first.status, first.body], `${method} ${path}`);
  };

  const day = new Date(Date.now() + 30 * 86400000).toISOString().slice(0, 10);
  const [patch, made, registered, cancelled, moved] = Array.from({ length: 5 }, key);
  const change = { title: 'Ny tittel', notify: false };
  const changed = await s.api('PATCH', `/gatherings/${g.id}`, change, patch);
  assert.equal(changed.status, 200);
  const near = { title: 'Snart', place: 'TechHub', starts_at: `${day}T17:00:00` };
  const created = await s.api('POST', '/gatherings', near, made);
  assert.equal(created.status, 201);
  const person = await s.api('POST', `/gatherings/${g.id}/registrations`, kari, registered);
  assert.equal(person.status, 201);
  const gone = await s.api('DELETE', `/registrations/${person.body.id}`, undefined, cancelled);
  assert.equal(gone.status, 204);
  const later = await s.api('PATCH', `/gatherings/${created.body.id}`, { starts_at: `${day}T18:00:00`, notify: false }, moved);
  assert.equal(later.status, 200);

  // Called off: all of this would be refused now.
  await s.api('POST', `/gatherings/${g.id}/cancel`, { notify: false });
  assert.equal((await s.api('PATCH', `/gatherings/${g.id}`, change)).status, 409);
  await same('PATCH', `/gatherings/${g.id}`, change, patch, changed);
  await same('POST', '/gatherings', near, made, created);
  await same('POST', `/gatherings/${g.id}/registrations`, kari, registered, person);
  await same('DELETE', `/registrations/${person.body.id}`, undefined, cancelled, gone);
  await same('PATCH', `/gatherings/${created.body.id}`, { starts_at: `${day}T18:00:00`, notify: false }, moved, later);

  // Another body with the key is refused as that, not for what is wrong with it besides.
  const reused = await s.api('PATCH', `/gatherings/${g.id}`, { title: '', notify: false }, patch);
  assert.equal(reused.status, 422);
  assert.equal(reused.body.errors[0].field, 'Idempotency-Key');
  await s.stop();
});
