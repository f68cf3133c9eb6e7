// How was it? Asked the day after, answered by a personal link, read by the organiser.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { Samling, until, sleep } from '../lib/samling.js';

const asks = async (s) => (await Promise.all(s.mailbox().map((raw) => simpleParser(raw)))).filter((m) => /\/r\/s/.test(m.text));
const link = (mail) => mail.text.match(/\/r\/s[\w-]+\.[\w-]+/)[0];
const mailed = (s, n) => until(async () => { const m = await asks(s); return m.length >= n && m; }, { what: `${n} mails` });
const path = (g) => `/admin/gatherings/${g.id}`;

test('asked the day after, answered, changed, read, exported, erased; then the link ends', { timeout: 240000 }, async () => {
  const s = await Samling.start();
  await s.clockAt('2027-03-01T09:00:00Z');
  const g = await s.gathering({ starts_at: '2027-03-10T17:00:00', ends_at: '2027-03-10T20:30:00' });
  await s.register(g, { name: 'Ida Dahl', email: 'ida@firma.example', language: 'nn' });
  await s.register(g, { name: 'Ola Berg', email: 'ola@firma.example' });
  const left = await s.register(g, { name: 'Kari', email: 'kari@firma.example' });
  await s.api('DELETE', `/registrations/${left.body.id}`);
  assert.match((await (await s.organiser()).submit(path(g), {}, { action: '/survey' })).text, /torsdag 11\. mars kl\. 20:00/, 'half past eight is late for mail');

  await s.clockAt('2027-03-11T18:50:00Z');
  await sleep(1500);
  assert.deepEqual(await asks(s), [], 'not before its time');
  await s.clockAt('2027-03-11T19:01:00Z');
  const mails = await mailed(s, 2);
  assert.deepEqual(mails.map((m) => m.to.text.match(/\w+@[\w.]+/)[0]).sort(), ['ida@firma.example', 'ola@firma.example'], 'not who cancelled');
  const ida = mails.find((m) => m.to.text.includes('ida@'));
  assert.match(ida.subject, /^Korleis var Digitalisering/);
  assert.ok(ida.html.includes(link(ida)));

  // A form with faults keeps what was written; all that is wrong is said.
  const c = s.client();
  const own = link(ida);
  const page = await c.get(`${own}?lang=nn`);
  assert.match(page.text, /lagra saman med påmeldinga di/);
  const again = await c.submit(page, { text: 'Gode <innlegg>' });
  assert.equal(again.status, 422);
  assert.match(again.text, /Vel eit tal frå 1 til 5/);
  assert.match(again.text, /Gode &lt;innlegg&gt;<\/textarea>/);
  for (const mark of ['0', '6', 'x']) assert.equal((await c.submit(own, { mark })).status, 422, mark);
  const long = await c.submit(own, { mark: '4', text: 'x'.repeat(1001) });
  assert.equal(long.status, 422);
  assert.match(long.text, /value="4" checked/);

  const thanks = await c.submit(own, { mark: '4', text: 'Gode <innlegg>' });
  assert.match(thanks.text, /Takk for svaret/);
  assert.match((await c.get(own)).text, /value="4" checked[\s\S]*Gode &lt;innlegg&gt;<\/textarea>/);
  await c.submit(own, { mark: '5', text: 'Gode innlegg' });
  await s.client().submit(link(mails.find((m) => m.to.text.includes('ola@'))), { mark: '4', text: '' });

  const ase = await s.organiser();
  const panel = (await ase.get(path(g))).text;
  assert.match(panel, /2 svar, 4,5 av 5 i snitt/);
  assert.match(panel, /Ida Dahl[\s\S]*Gode innlegg[\s\S]*5 av 5/);
  const list = await s.api('GET', `/gatherings/${g.id}/survey`);
  assert.deepEqual(list.body.items.map((a) => [a.name, a.mark, a.text]), [['Ola Berg', 4, ''], ['Ida Dahl', 5, 'Gode innlegg']]);
  assert.deepEqual(Object.keys(list.body.items[0]).sort(), ['answered_at', 'gathering', 'mark', 'name', 'registration_id', 'text']);
  const first = await s.api('GET', `/gatherings/${g.id}/survey?limit=1`);
  assert.equal(first.body.items.length, 1);
  assert.deepEqual((await s.api('GET', `/gatherings/${g.id}/survey?limit=1&cursor=${first.body.next}`)).body, { items: [list.body.items[1]], next: null });
  assert.equal((await s.api('GET', `/gatherings/${g.id}/survey?limit=0`)).status, 422);
  assert.equal((await s.api('GET', '/gatherings/999/survey')).status, 404);
  assert.equal((await s.api('GET', `/gatherings/${g.id}/survey`, undefined, { token: s.newToken('door') })).status, 403);

  // Not asked twice, and it cannot be undone now.
  assert.equal((await ase.post(`${path(g)}/survey`, {}, { follow: false })).status, 403, 'no token of the session');
  assert.doesNotMatch(panel, /Ikke spør likevel/);

  const about = 'email=ida@firma.example';
  const file = JSON.parse((await ase.get(`/admin/persons/export?${about}`)).text);
  assert.deepEqual(file.survey_answers.map((a) => a.text), ['Gode innlegg']);
  await ase.submit(`/admin/persons/erase?${about}`, {}, { action: '/erase' });
  assert.deepEqual((await s.api('GET', `/gatherings/${g.id}/survey`)).body.items.map((a) => a.name), ['Ola Berg']);
  assert.equal((await c.get(own)).status, 404, 'her link is dead');

  const ola = link(mails.find((m) => m.to.text.includes('ola@')));
  await s.clockAt('2027-04-10T12:00:00Z');
  assert.equal((await c.get(ola)).status, 410);
  assert.equal((await c.post(ola, { mark: '1' })).status, 410);
  assert.equal((await asks(s)).length, 2, 'once');
  await s.stop();
});

test('where a door was kept, only who was let in is asked; of a cancelled gathering, and of one that did not ask, nobody', { timeout: 240000 }, async () => {
  const s = await Samling.start();
  await s.clockAt('2027-03-01T09:00:00Z');
  const times = { starts_at: '2027-03-10T08:00:00', ends_at: '2027-03-10T10:00:00' };
  const [door, off, quiet] = [
    await s.gathering({ ...times, title: 'Med dør' }), await s.gathering({ ...times, title: 'Avlyst' }), await s.gathering(times),
  ];
  let ase = await s.organiser();
  for (const g of [door, off, quiet]) {
    await s.register(g, { name: 'Kom', email: 'kom@firma.example' });
    await s.register(g, { name: 'Uteble', email: 'uteble@firma.example' });
  }
  for (const g of [door, off, quiet]) await ase.submit(path(g), {}, { action: '/survey' });
  assert.match((await ase.submit(path(quiet), {}, { action: '/survey' })).text, /Spør deltakerne etterpå/, 'not after all');
  assert.equal((await s.api('POST', `/gatherings/${off.id}/cancel`, { notify: false })).status, 200);
  const came = (await s.api('GET', `/gatherings/${door.id}/registrations`)).body.items.find((r) => r.name === 'Kom');
  await s.clockAt('2027-03-10T08:00:00Z');
  assert.equal((await s.api('POST', `/gatherings/${door.id}/checkins`, { ticket: came.ticket })).body.result, 'admitted');
  await s.clockAt('2027-03-11T09:01:00Z');
  const [mail] = await mailed(s, 1);
  await sleep(2500);
  assert.equal((await asks(s)).length, 1);
  assert.match(mail.to.text, /kom@firma/);
  assert.match(mail.text, /Med dør/);
  const c = s.client();
  assert.equal((await c.submit(link(mail), { mark: '3', text: '' })).status, 200);
  assert.equal((await s.api('DELETE', `/registrations/${came.id}?force=true`)).status, 204);
  assert.equal((await c.get(link(mail))).status, 410, 'is not on the list any more');
  assert.equal((await c.post(link(mail), { mark: '1' })).status, 410);
  assert.deepEqual((await s.api('GET', `/gatherings/${door.id}/survey`)).body.items.map((x) => x.mark), [3]);
  ase = await s.organiser();
  // Somebody thinks of it late: within three days it goes at once.
  await ase.submit(path(quiet), {}, { action: '/survey' });
  await mailed(s, 3);
  await s.clockAt('2027-03-14T09:01:00Z');
  assert.doesNotMatch((await ase.get(path(off))).text, /id="survey"/);
  await s.stop();
});

test('many answers are read in pieces', { timeout: 120000 }, async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  for (let i = 1; i <= 23; i++) await s.register(g, { name: `Gjest nr${i}`, email: `g${i}@firma.example` });
  const ase = await s.organiser();
  await ase.submit(path(g), {}, { action: '/survey' });
  const sql = 'INSERT INTO survey_answer (registration_id, gathering_id, mark, text, answered_at)'
    + " SELECT id, gathering_id, 1 + id % 5, 'svar ' || id, 1 FROM registration ORDER BY id";
  assert.equal(spawnSync('sqlite3', ['-cmd', '.timeout 5000', join(s.data, 'samling.db'), sql]).status, 0);
  const names = (html) => [...html.matchAll(/Gjest nr(\d+)<\/strong><\/a><br>/g)].map((m) => Number(m[1]));
  const first = (await ase.get(path(g))).text;
  assert.deepEqual(names(first), Array.from({ length: 20 }, (_, i) => 23 - i));
  assert.match(first, /23 svar, 3,0 av 5 i snitt/);
  const older = first.match(/href="([^"]*answers=\d+)#survey"/)[1];
  const second = (await ase.get(older)).text;
  assert.deepEqual(names(second), [3, 2, 1]);
  assert.match(second, /Nyeste svar/);
  await s.stop();
});
