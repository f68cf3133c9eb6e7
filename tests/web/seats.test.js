// The last seats: never one too many, the line in order, promotion at once.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling, until, all } from '../lib/samling.js';
import { simpleParser } from 'mailparser';

const person = (n) => ({ name: `Gjest ${n}`, email: `gjest${n}@firma.example`, organisation: `Firma ${n}` });

test('64 people take the last 10 of 50 seats at once: 10 get them, 54 wait in order', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 50 });
  for (let n = 0; n < 40; n++) assert.equal((await s.register(g, person(n))).body.status, 'confirmed');
  const answers = await Promise.all(Array.from({ length: 64 }, (_, n) => s.register(g, person(100 + n))));
  for (const a of answers) assert.equal(a.status, 201, JSON.stringify(a.body));
  assert.equal(answers.filter((a) => a.body.status === 'confirmed').length, 10);
  assert.equal(answers.filter((a) => a.body.status === 'waiting').length, 54);
  for (const a of answers) assert.equal(Boolean(a.body.ticket), a.body.status === 'confirmed');
  const now = (await s.api('GET', `/gatherings/${g.id}`)).body;
  assert.equal(now.seats_taken, 50);
  assert.equal(now.waiting, 54);
  // The line: places 1 to 54, each once, in the order of the ids in which they were written.
  const list = await all(s, `/gatherings/${g.id}/registrations?status=waiting`);
  const places = list.map((r) => [Number(r.id), r.place]).sort((a, b) => a[0] - b[0]).map(([, p]) => p);
  assert.deepEqual(places, Array.from({ length: 54 }, (_, i) => i + 1));
  // Somebody goes: the first in line gets the seat, with a ticket, and a mail at once.
  const first = list.find((r) => r.place === 1);
  const gone = answers.find((a) => a.body.status === 'confirmed').body;
  assert.equal((await s.api('DELETE', `/registrations/${gone.id}`)).status, 204);
  const all2 = await all(s, `/gatherings/${g.id}/registrations`);
  const promoted = all2.find((r) => r.id === first.id);
  assert.equal(promoted.status, 'confirmed');
  assert.ok(promoted.ticket);
  assert.ok(!all2.some((r) => r.id === gone.id), 'cancelled rows only when asked for');
  assert.equal((await all(s, `/gatherings/${g.id}/registrations?status=cancelled`)).length, 1);
  const mail = await until(async () => {
    for (const raw of s.mailbox()) {
      const m = await simpleParser(raw);
      if (m.to.value[0].address === promoted.email && m.attachments.some((a) => a.contentType === 'image/png')) return m;
    }
    return null;
  }, { what: 'the mail about the free seat' });
  assert.ok(mail.subject.length > 5);
  await s.stop();
});

test('capacity: raising promotes, lowering below the seats taken is refused with the number', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 2 });
  for (let n = 0; n < 5; n++) await s.register(g, person(n));
  const low = await s.api('PATCH', `/gatherings/${g.id}`, { capacity: 1 });
  assert.equal(low.status, 422);
  assert.equal(low.body.errors[0].field, 'capacity');
  assert.match(low.body.errors[0].message, /2/);
  assert.equal((await s.api('PATCH', `/gatherings/${g.id}`, { capacity: 4 })).status, 200);
  const list = await all(s, `/gatherings/${g.id}/registrations`);
  assert.deepEqual(list.sort((a, b) => Number(a.id) - Number(b.id)).map((r) => r.status),
    ['confirmed', 'confirmed', 'confirmed', 'confirmed', 'waiting']);
  assert.equal((await s.api('PATCH', `/gatherings/${g.id}`, { capacity: null })).status, 200);
  assert.equal((await all(s, `/gatherings/${g.id}/registrations?status=waiting`)).length, 0);
  await s.stop();
});

test('the same live person is 409; another at the same address is not; after cancelling, welcome again', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 10 });
  const one = await s.register(g, { name: 'Kåre Nes', email: 'post@nes.example' });
  assert.equal(one.status, 201);
  const again = await s.register(g, { name: 'kåre  NES', email: 'POST@nes.example' });
  assert.equal(again.status, 409);
  assert.match(again.headers.get('content-type'), /application\/problem\+json/);
  assert.equal((await s.register(g, { name: 'Ågot Berg', email: 'post@nes.example' })).status, 201);
  assert.equal((await s.api('DELETE', `/registrations/${one.body.id}`)).status, 204);
  assert.equal((await s.register(g, { name: 'Kåre Nes', email: 'post@nes.example' })).status, 201);
  assert.equal((await s.api('GET', `/gatherings/${g.id}`)).body.seats_taken, 2);
  await s.stop();
});

test('an Idempotency-Key: the same answer again, another body is 422', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 10 });
  const headers = { 'idempotency-key': 'abc-1' };
  const one = await s.register(g, {}, { headers });
  const two = await s.register(g, {}, { headers });
  assert.equal(one.status, 201);
  assert.deepEqual([two.status, two.body], [201, one.body]);
  assert.equal((await s.register(g, { name: 'En annen' }, { headers })).status, 422);
  assert.equal((await s.api('GET', `/gatherings/${g.id}`)).body.seats_taken, 1);
  await s.stop();
});
