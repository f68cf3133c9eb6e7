// Automatic messages: to whom, when, and when not. The program's clock is moved by the test.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling, until, sleep } from '../lib/samling.js';

const kinds = async (s, g) => (await s.api('GET', `/mail?gathering=${g.id}&limit=500`)).body.items
  .map((m) => `${m.kind} ${m.to}`).sort();
const waitKind = (s, g, text) => until(async () => (await kinds(s, g)).includes(text), { what: text });

test('seven days and one day before, once each, not to who cancelled or came late', { timeout: 300000 }, async () => {
  const s = await Samling.start();
  await s.clockAt('2027-03-01T09:00:00Z');
  // The last Sunday of March 2027 the clock moves: 28 March. 17:00 in Oslo before it is 16:00Z, after it 15:00Z.
  const g = await s.gathering({ starts_at: '2027-03-30T17:00:00', ends_at: '2027-03-30T20:00:00', deadline: '2027-03-26T12:00:00' });
  await s.register(g, { name: 'Kari', email: 'kari@firma.example' });
  const gone = await s.register(g, { name: 'Jørn', email: 'jorn@firma.example' });
  await s.api('DELETE', `/registrations/${gone.body.id}`);
  await s.clockAt('2027-03-22T17:00:00Z');
  await s.register(g, { name: 'Sein', email: 'sein@firma.example' });
  await s.clockAt('2027-03-23T15:55:00Z'); // 16:55 in Oslo
  await sleep(1500);
  assert.ok(!(await kinds(s, g)).some((k) => k.startsWith('registration.week')), 'not before its time');
  await s.clockAt('2027-03-23T16:01:00Z'); // 17:01 in Oslo, before the change
  await waitKind(s, g, 'registration.week kari@firma.example');
  let now = await kinds(s, g);
  assert.ok(!now.includes('registration.week jorn@firma.example'), 'cancelled');
  assert.ok(!now.includes('registration.week sein@firma.example'), 'registered in the last 24 hours');
  await s.clockAt('2027-03-29T14:55:00Z'); // 16:55 summer time
  await sleep(1500);
  assert.ok(!(await kinds(s, g)).some((k) => k.startsWith('registration.tomorrow')));
  await s.clockAt('2027-03-29T15:01:00Z');
  await waitKind(s, g, 'registration.tomorrow kari@firma.example');
  await waitKind(s, g, 'registration.tomorrow sein@firma.example');
  now = await kinds(s, g);
  assert.equal(now.filter((k) => k === 'registration.week kari@firma.example').length, 1);
  await s.clockAt('2027-03-30T09:00:00Z');
  await sleep(1500);
  assert.deepEqual(await kinds(s, g), now, 'nothing more');
  await s.stop();
});

test('after downtime: once if its target is ahead and no later rule is due; else never', { timeout: 300000 }, async () => {
  const s = await Samling.start();
  await s.clockAt('2027-05-01T09:00:00Z');
  const g = await s.gathering({ starts_at: '2027-05-20T17:00:00', ends_at: '2027-05-20T19:00:00' });
  const h = await s.gathering({ starts_at: '2027-05-12T17:00:00', ends_at: '2027-05-12T19:00:00', title: 'Over før vi våkner' });
  await s.register(g, { name: 'Kari', email: 'kari@firma.example' });
  await s.register(h, { name: 'Kari', email: 'kari@firma.example' });
  await s.end();
  await s.clockAt('2027-05-19T16:00:00Z'); // both rules of g are due, h is over
  await s.serve();
  await waitKind(s, g, 'registration.tomorrow kari@firma.example');
  await sleep(1000);
  assert.ok(!(await kinds(s, g)).some((k) => k.startsWith('registration.week')), 'overtaken');
  assert.ok(!(await kinds(s, h)).some((k) => /week|tomorrow/.test(k)), 'its target is past');
  await s.stop();
});

test('who has not answered is reminded three days before the deadline, who has is not', { timeout: 300000 }, async () => {
  const s = await Samling.start();
  await s.clockAt('2027-06-01T09:00:00Z');
  const g = await s.gathering({ starts_at: '2027-06-25T07:00:00', ends_at: '2027-06-25T09:00:00', deadline: '2027-06-20T06:30:00' });
  const r = await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [
    { name: 'Stille', email: 'stille@firma.example' }, { name: 'Kjem', email: 'kjem@firma.example' } ] });
  assert.equal(r.status, 202, JSON.stringify(r.body));
  assert.equal(r.body.invited, 2);
  await s.register(g, { name: 'Kjem', email: 'kjem@firma.example' });
  await s.clockAt('2027-06-17T05:30:00Z'); // 07:30 in Oslo: 06:30 is moved to 08:00
  await sleep(1500);
  assert.ok(!(await kinds(s, g)).some((k) => k.startsWith('invitation.reminder')), 'not before eight');
  await s.clockAt('2027-06-17T06:01:00Z');
  await waitKind(s, g, 'invitation.reminder stille@firma.example');
  assert.ok(!(await kinds(s, g)).includes('invitation.reminder kjem@firma.example'), 'has registered');
  await s.stop();
});

test('moving the start arms the reminders anew', { timeout: 300000 }, async () => {
  const s = await Samling.start();
  await s.clockAt('2027-08-01T09:00:00Z');
  const g = await s.gathering({ starts_at: '2027-08-20T17:00:00', ends_at: '2027-08-20T19:00:00' });
  await s.register(g, { name: 'Kari', email: 'kari@firma.example' });
  await s.clockAt('2027-08-13T15:01:00Z');
  await waitKind(s, g, 'registration.week kari@firma.example');
  assert.equal((await s.api('PATCH', `/gatherings/${g.id}`, { starts_at: '2027-08-27T17:00:00', ends_at: '2027-08-27T19:00:00' })).status, 200);
  await s.clockAt('2027-08-20T15:01:00Z');
  await until(async () => (await kinds(s, g)).filter((k) => k === 'registration.week kari@firma.example').length === 2,
    { what: 'the second reminder' });
  await s.stop();
});
