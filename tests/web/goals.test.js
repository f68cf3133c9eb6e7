// Goals: set, measured by hand and by the report's figures, where they stand by the clock, who sees them.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling, run } from '../lib/samling.js';
import { memberSession, representative } from '../lib/member.js';

const codes = (r) => (r.body.errors ?? []).map((e) => `${e.field} ${e.code}`).sort();

test('set and measured by hand: where it stands goes by the days that have passed', { timeout: 120000 }, async () => {
  const s = await Samling.start();
  await s.clockAt('2031-01-10T09:00:00Z');
  const add = (more) => s.api('POST', '/goals', { title: 'Fem prosjekter', unit: 'prosjekter', target: 5, from: '2031-01-01', by: '2031-12-31', ...more });
  assert.deepEqual(codes(await s.api('POST', '/goals', {})), ['by required', 'target required', 'title required']);
  assert.deepEqual(codes(await add({ target: 'fem' })), ['target decimal']);
  assert.deepEqual(codes(await add({ target: 2, start_value: 2 })), ['target same_as_start']);
  assert.deepEqual(codes(await add({ by: '2030-12-31', openness: 'x', figure: 'x', owner: '99' })), ['by before_start', 'figure choice', 'openness choice']);
  assert.deepEqual(codes(await add({ owner: '99' })), ['owner choice']);
  assert.deepEqual(codes(await add({ figure: 'needs_said' })), ['figure choice'], 'what is closed measures nothing that others see');
  const goal = (await add({})).body;
  assert.deepEqual([goal.status, goal.value, goal.progress], ['early', null, 0]);
  const at = `/goals/${goal.id}`;
  const measure = (value, day) => s.api('POST', `${at}/measurements`, { value, day });
  const stands = async () => { const g = (await s.api('GET', at)).body; return [g.status, g.value, g.progress]; };
  assert.deepEqual(codes(await measure(1, '2031-01-11')), ['day in_future']);
  assert.deepEqual(codes(await measure(1, '2030-12-31')), ['day before_start']);
  assert.deepEqual(codes(await measure(-1)), ['value decimal']);
  assert.equal((await measure(0.5)).status, 201);
  assert.equal((await measure(2)).body.code, 'goal_measured');
  assert.deepEqual(await stands(), ['on_track', 0.5, 10]);
  await s.clockAt('2031-03-01T09:00:00Z');
  assert.deepEqual(await stands(), ['early', 0.5, 10], 'a quarter of the time has not passed');
  await s.clockAt('2031-06-15T09:00:00Z');
  assert.deepEqual(await stands(), ['behind', 0.5, 10]);
  assert.equal((await measure(2)).status, 201);
  assert.deepEqual(await stands(), ['on_track', 2, 40], 'within ten points of the 45 that have passed');
  assert.deepEqual((await s.api('GET', `${at}/measurements`)).body.items.map((m) => [m.day, m.value]), [['2031-06-15', 2], ['2031-01-10', 0.5]]);
  const page = (await s.api('GET', `${at}/measurements?limit=1`)).body;
  assert.deepEqual((await s.api('GET', `${at}/measurements?limit=1&cursor=${page.next}`)).body.items.map((m) => m.day), ['2031-01-10']);
  // The last of the day is the last of the goal, by the clock of the place.
  await s.clockAt('2031-12-31T22:30:00Z');
  assert.equal((await stands())[0], 'behind');
  await s.clockAt('2031-12-31T23:30:00Z');
  assert.equal((await stands())[0], 'missed');
  await s.clockAt('2031-12-31T20:00:00Z');
  const last = await measure(5);
  assert.deepEqual(await stands(), ['reached', 5, 100]);
  assert.equal((await s.api('DELETE', `${at}/measurements/${last.body.id}`)).status, 204);
  // Downwards: fewer days of waiting.
  const down = (await add({ title: 'Ventetid', start_value: 20, target: 10, by: '2032-12-31' })).body;
  await s.api('POST', `/goals/${down.id}/measurements`, { value: 15 });
  assert.deepEqual([(await s.api('GET', `/goals/${down.id}`)).body.progress], [50]);
  await s.api('POST', `/goals/${down.id}/measurements`, { value: 25, day: '2031-12-30' });
  assert.equal((await s.api('PATCH', `/goals/${down.id}`, { target: 20 })).status, 422);
  // Every year anew.
  const yearly = (await add({ title: 'Én i året', target: 1, by: '2033-12-31', yearly: true })).body;
  await s.api('POST', `/goals/${yearly.id}/measurements`, { value: 1 });
  assert.equal((await s.api('GET', `/goals/${yearly.id}`)).body.status, 'reached');
  await s.clockAt('2032-02-01T09:00:00Z');
  assert.deepEqual((({ status, value }) => [status, value])((await s.api('GET', `/goals/${yearly.id}`)).body), ['early', null]);
  const c = await s.organiser();
  assert.match((await c.get(`/admin/goals/${yearly.id}`)).text, /2032[\s\S]*For tidlig å si[\s\S]*2031[\s\S]*Nådd/);
  // The report says how they stood at its end: what was measured on the day after is not in it.
  await s.api('POST', `/goals/${down.id}/measurements`, { value: 12, day: '2032-01-01' });
  const values = Object.fromEntries((await s.api('GET', '/reports?from=2031-01-01&to=2031-12-31')).body.goals.map((g) => [g.title, g.value]));
  assert.equal(values.Ventetid, 15);
  const report = async (from, to) => Object.fromEntries((await s.api('GET', `/reports?from=${from}&to=${to}`)).body.goals.map((g) => [g.title, g.status]));
  assert.equal((await report('2031-01-01', '2031-12-31'))['Én i året'], 'reached');
  assert.equal((await report('2032-01-01', '2032-12-31'))['Én i året'], 'early');
  await s.clockAt('2033-01-02T09:00:00Z');
  assert.equal((await report('2032-01-01', '2032-12-31'))['Én i året'], 'missed');
  assert.equal(run(['check'], { data: s.data }).status, 0);
  await s.stop();
});

test('by a figure of the report; pages; two who edit; who sees what', { timeout: 120000 }, async () => {
  const s = await Samling.start();
  await s.clockAt('2031-03-01T09:00:00Z');
  let c = await s.organiser();
  const kari = await representative(s, 'Kari Nes', 'Nes');
  const member = await memberSession(s, kari.email);
  assert.doesNotMatch((await c.get('/')).text, /href="\/goals"/);
  const form = { title: 'Tre bedrifter', figure: 'companies', target: '3', from: '2031-01-01', by: '2031-12-31', openness: 'closed' };
  const no = await c.submit('/admin/goals/new', { ...form, target: 'mange', by: '2030-01-01', why: 'Vi <vil>' }, { action: '/admin/goals/new' });
  assert.equal(no.status, 422);
  for (const id of ['target', 'by']) assert.match(no.text, new RegExp(`id="${id}-error"`), id);
  assert.match(no.text, /Vi &lt;vil&gt;/);
  const made = await c.submit('/admin/goals/new', form, { action: '/admin/goals/new' });
  const path = made.path.split('?')[0];
  assert.match(made.text, /0 av 3/);
  const g = await s.gathering({ starts_at: '2031-03-10T17:00:00', ends_at: null });
  for (const [i, name] of ['Alfa', 'Beta', 'Gamma'].entries()) {
    const r = await s.register(g, { name: `Per ${i}`, email: `p${i}@x.example`, organisation: name });
    await s.api('POST', `/gatherings/${g.id}/checkins`, { ticket: r.body.ticket });
  }
  await s.clockAt('2031-03-12T09:00:00Z');
  c = await s.organiser();
  assert.match((await c.get(path)).text, /Nådd[\s\S]*3 av 3/);
  const id = path.split('/').pop();
  assert.equal((await s.api('POST', `/goals/${id}/measurements`, { value: 1 })).body.code, 'goal_by_figure');

  // Two at once: the second is told and keeps what was typed.
  const first = await c.get(`${path}/edit`);
  const second = await c.get(`${path}/edit`);
  assert.equal((await c.submit(first, { target: '4' }, { action: '/edit' })).status, 200);
  const late = await c.submit(second, { target: '7' }, { action: '/edit' });
  assert.equal(late.status, 409);
  assert.match(late.text, /value="7"/);
  assert.match((await c.get(path)).text, /3 av 4/);

  // Who sees it, as it is opened.
  const seen = async () => [
    (await s.api('GET', '/goals', undefined, { token: s.newToken('viewer') })).body.items.length,
    /Tre bedrifter/.test((await member.get('/member/goals')).text), /\/member\/goals/.test((await member.get('/member')).text),
    /Tre bedrifter/.test((await s.client().get('/goals')).text), /href="\/goals"/.test((await s.client().get('/')).text),
  ];
  assert.deepEqual(await seen(), [1, false, false, false, false]);
  await s.api('PATCH', `/goals/${id}`, { openness: 'members' });
  assert.deepEqual(await seen(), [1, true, true, false, false]);
  await s.api('PATCH', `/goals/${id}`, { openness: 'public' });
  assert.deepEqual(await seen(), [1, true, true, true, true]);
  assert.equal((await s.api('PATCH', `/goals/${id}`, { target: 9 }, { token: s.newToken('viewer') })).status, 403);

  // By hand on the page: a day twice, then taken away.
  const hand = await c.submit('/admin/goals/new', { ...form, title: 'For hånd', figure: '', target: '10' }, { action: '/admin/goals/new' });
  const by = hand.path.split('?')[0];
  assert.equal((await c.submit(by, { value: '2,5', day: '2031-03-11', note: 'To og en halv' }, { action: '/measurements' })).status, 200);
  const csrf = (await c.get(by)).text.match(/name="csrf" value="([^"]+)"/)[1];
  const twice = await c.post(`${by}/measurements`, { value: '3', day: '2031-03-11', csrf, form_key: 'x' });
  assert.equal(twice.status, 422);
  assert.match(twice.text, /id="day-error"/);
  assert.match(twice.text, /2,5 av 10/);
  assert.match((await c.submit(by, {}, { action: '/remove' })).text, /Ingenting er målt/);
  assert.match((await c.submit(`${by}/edit`, {}, { action: '/remove' })).text, /Målet er fjernet/);
  await s.stop();
});
