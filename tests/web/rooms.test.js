// Rooms: what stands in one at a time, by hand and for gatherings; the week, the feeds, the API.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import ICAL from 'ical.js';
import { Samling, run } from '../lib/samling.js';

const sql = (s, text) => {
  const r = spawnSync('sqlite3', ['-cmd', '.timeout 5000', join(s.data, 'samling.db'), text], { encoding: 'utf8' });
  assert.equal(r.status, 0, r.stderr);
  return r.stdout.trim();
};
const room = async (s, name, more = {}) => {
  const r = await s.api('POST', '/rooms', { name, kind: 'lab', ...more });
  assert.equal(r.status, 201, JSON.stringify(r.body));
  return r.body;
};
const book = (s, r, from, to, more = {}) => s.api('POST', `/rooms/${r.id}/bookings`, { what: 'Kurs', from, to, ...more });
const events = (text) => new ICAL.Component(ICAL.parse(text)).getAllSubcomponents('vevent').map((e) => new ICAL.Event(e));
const checked = (s) => assert.equal(run(['check'], { data: s.data }).status, 0);

test('half-open: what ends when another begins is free; what overlaps is refused, with what stands there and when it is free', async () => {
  const s = await Samling.start();
  await s.clockAt('2031-01-06T09:00:00Z');
  const lab = await room(s, 'Laben', { capacity: 12, place: '1. etasje' });
  const first = await book(s, lab, '2031-01-14T09:00:00+01:00', '2031-01-14T12:00:00+01:00', { what: 'Sveisekurs', who: 'Kari Nes' });
  assert.equal(first.status, 201);
  assert.equal(first.headers.get('location'), `/api/v1/rooms/bookings/${first.body.id}`);
  assert.equal((await book(s, lab, '2031-01-14T12:00:00+01:00', '2031-01-14T13:00:00+01:00')).status, 201);
  assert.equal((await book(s, lab, '2031-01-14T08:00:00+01:00', '2031-01-14T09:00:00+01:00')).status, 201);
  for (const [from, to] of [['11:59', '12:30'], ['08:30', '09:01'], ['10:00', '11:00'], ['07:00', '20:00'], ['09:00', '12:00']]) {
    const r = await book(s, lab, `2031-01-14T${from}:00+01:00`, `2031-01-14T${to}:00+01:00`);
    assert.equal(r.status, 409, `${from}-${to}`);
    assert.equal(r.body.code, 'room_taken');
  }
  const said = (await book(s, lab, '2031-01-14T10:00:00+01:00', '2031-01-14T11:00:00+01:00')).body.errors[0];
  assert.equal(said.field, 'from');
  assert.match(said.message, /Laben is taken Tuesday 14 January 09:00–12:00: Sveisekurs \(Kari Nes\)\. Free from Tuesday 14 January at 13:00\./);
  // The same room elsewhere in time, another room at the same time.
  assert.equal((await book(s, await room(s, 'Kaia'), '2031-01-14T10:00:00+01:00', '2031-01-14T11:00:00+01:00')).status, 201);
  checked(s);
  await s.stop();
});

test('many at once for one minute: one has it, the others are told who', async () => {
  const s = await Samling.start();
  await s.clockAt('2031-01-06T09:00:00Z');
  const lab = await room(s, 'Laben');
  const all = await Promise.all(Array.from({ length: 20 }, (_, i) => book(s, lab, `2031-01-14T10:${String(i).padStart(2, '0')}:00+01:00`, '2031-01-14T11:00:00+01:00', { what: `Nr ${i}` })));
  assert.equal(all.filter((r) => r.status === 201).length, 1);
  const won = all.find((r) => r.status === 201).body.what;
  for (const r of all.filter((x) => x.status !== 201)) {
    assert.equal(r.body.code, 'room_taken');
    assert.ok(r.body.errors[0].message.includes(won));
  }
  checked(s);
  await s.stop();
});

test('the hour that comes twice and the one that does not come', async () => {
  const s = await Samling.start();
  await s.clockAt('2031-01-06T09:00:00Z');
  const lab = await room(s, 'Laben');
  // 26 October 2031: 02:30 comes twice. The first and the second are not the same minute.
  assert.equal((await book(s, lab, '2031-10-26T02:00:00+02:00', '2031-10-26T03:00:00+02:00')).status, 201);
  assert.equal((await book(s, lab, '2031-10-26T02:00:00+01:00', '2031-10-26T03:00:00+01:00')).status, 201);
  assert.equal((await book(s, lab, '2031-10-26T02:30:00+01:00', '2031-10-26T02:45:00+01:00')).body.code, 'room_taken');
  // 30 March 2031: 02:30 does not come.
  const none = await book(s, lab, '2031-03-30T02:30:00', '2031-03-30T04:00:00');
  assert.equal(none.status, 422);
  assert.equal(none.body.errors[0].field, 'from');
  // Every Friday at nine stays nine o'clock on both sides of it.
  const c = await s.organiser();
  const r = await c.submit('/admin/rooms/book', { room: lab.id, what: 'Fredagskaffe', date: '2031-03-21', from: '09:00', to: '10:00', until: '2031-04-04' }, { action: '/rooms/book' });
  assert.match(r.path, /week=2031-03-21/);
  const list = (await s.api('GET', `/rooms/${lab.id}/bookings?from=2031-03-20T00:00:00Z&to=2031-04-30T00:00:00Z`)).body.items;
  assert.deepEqual(list.map((b) => b.from), ['2031-03-21T08:00:00Z', '2031-03-28T08:00:00Z', '2031-04-04T07:00:00Z']);
  assert.deepEqual([...new Set(list.map((b) => b.series_id))], [list[0].id]);
  // None of a series stands when one of its weeks is taken; nothing that was typed is lost.
  const again = await c.submit('/admin/rooms/book', { room: lab.id, what: 'Lørdag & <b>', date: '2031-03-14', from: '09:30', to: '11:00', until: '2031-03-28', who: 'Ola', email: 'ola@firma.example' }, { action: '/rooms/book' });
  assert.equal(again.status, 422);
  assert.match(again.text, /Laben er opptatt fredag 21\. mars (kl\. )?09:00–10:00: Fredagskaffe\. Ledig fra fredag 21\. mars kl\. 10:00\./);
  assert.match(again.text, /value="Lørdag &amp; &lt;b&gt;"/);
  assert.match(again.text, /value="ola@firma\.example"/);
  assert.equal(sql(s, "SELECT COUNT(*) FROM room_booking WHERE what LIKE 'Lør%'"), '0');
  // This and those after it go.
  await c.submit(`/admin/rooms/bookings/${list[1].id}`, { series: '1' }, { action: '/remove' });
  assert.equal(sql(s, "SELECT COUNT(*) FROM room_booking WHERE what = 'Fredagskaffe'"), '1');
  checked(s);
  await s.stop();
});

test('for a gathering: proposed, small, moved, moved onto another, free again, cancelled', async () => {
  const s = await Samling.start();
  await s.clockAt('2031-01-06T09:00:00Z');
  const lab = await room(s, 'Laben', { capacity: 12 });
  const hall = await room(s, 'Salen', { capacity: 80, kind: 'innovation' });
  const g = await s.gathering({ starts_at: '2031-01-14T17:00:00', ends_at: '2031-01-14T20:00:00', capacity: 40, title: 'Robotkveld' });
  const c = await s.organiser();
  const path = `/admin/gatherings/${g.id}`;
  await book(s, hall, '2031-01-15T17:00:00+01:00', '2031-01-15T19:00:00+01:00', { what: 'Kor', who: 'Kari' });
  const choose = await c.get(`${path}/rooms`);
  assert.match(choose.text, /Laben har 12 plasser, arrangementet 40/);
  assert.ok(choose.text.indexOf('Salen') < choose.text.indexOf('Laben'), 'what has seats enough and is free comes first');
  assert.equal((await c.submit(`${path}/rooms`, { room: '', before: '60', after: '30' }, { action: '/rooms' })).status, 422);
  const done = await c.submit(`${path}/rooms`, { room: hall.id, before: '60', after: '30' }, { action: '/rooms' });
  assert.match(done.text, /Salen/);
  const of = async () => (await s.api('GET', `/rooms/${hall.id}/bookings`)).body.items.find((b) => b.gathering_id === g.id);
  assert.deepEqual([(await of()).from, (await of()).to], ['2031-01-14T15:00:00Z', '2031-01-14T19:30:00Z']);
  assert.equal((await s.api('PATCH', `/rooms/bookings/${(await of()).id}`, { to: '2031-01-14T23:00:00Z' })).body.code, 'booking_of_gathering');
  const move = async (day) => assert.equal((await s.api('PATCH', `/gatherings/${g.id}`, { starts_at: `2031-01-${day}T17:00:00`, ends_at: `2031-01-${day}T20:00:00` })).status, 200);
  await move('16');
  assert.deepEqual([(await of()).from, (await of()).collides], ['2031-01-16T15:00:00Z', false]);
  assert.equal((await book(s, hall, '2031-01-14T17:00:00+01:00', '2031-01-14T19:00:00+01:00')).status, 201, 'its old time is free');
  // Onto the choir: the choir keeps the room, the organiser is told.
  await move('15');
  assert.equal((await of()).collides, true);
  const told = (await c.get(path)).text;
  assert.match(told, /Arrangementet ble flyttet, og da var rommet opptatt/);
  assert.match(told, /Kor \(Kari\)/);
  assert.match((await c.get('/admin/rooms?week=2031-01-15')).text, /Kolliderer/);
  const kor = (await s.api('GET', `/rooms/${hall.id}/bookings`)).body.items.find((b) => b.what === 'Kor');
  assert.equal((await s.api('DELETE', `/rooms/bookings/${kor.id}`)).status, 204);
  assert.equal((await of()).collides, false, 'the choir left: it holds the room again');
  assert.equal((await book(s, hall, '2031-01-15T17:00:00+01:00', '2031-01-15T19:00:00+01:00')).body.code, 'room_taken');
  checked(s);
  assert.equal((await s.api('POST', `/gatherings/${g.id}/cancel`)).status, 200);
  assert.equal(await of(), undefined);
  assert.equal((await book(s, hall, '2031-01-15T17:00:00+01:00', '2031-01-15T19:00:00+01:00')).status, 201);
  assert.equal((await c.get(`/admin/rooms/${lab.id}`)).status, 200);
  checked(s);
  await s.stop();
});

test('the week: its number, the days, what goes over midnight, the weeks beside it', async () => {
  const s = await Samling.start();
  await s.clockAt('2031-01-06T09:00:00Z');
  const c = await s.organiser();
  assert.match((await c.get('/admin/rooms')).text, /Her er ingen rom ennå/);
  const bad = await c.submit('/admin/rooms/new', { name: '', kind: 'lab', capacity: '0' }, { action: '/rooms/new' });
  assert.equal(bad.status, 422);
  assert.match(bad.text, /Skriv minst 1/);
  const made = await c.submit('/admin/rooms/new', { name: 'Laben', kind: 'lab', capacity: '12', place: '1. etasje', note: 'Skjerm' }, { action: '/rooms/new' });
  assert.match(made.text, /Rommet er lagret/);
  assert.match((await c.submit('/admin/rooms/new', { name: 'LABEN', kind: 'lab' }, { action: '/rooms/new' })).text, /Et annet rom heter det/);
  const lab = (await s.api('GET', '/rooms')).body.items[0];
  const night = await c.submit('/admin/rooms/book', { room: lab.id, what: 'Nattprint', organisation: 'Nes AS', who: 'Kari', date: '2031-01-07', to_date: '2031-01-08', from: '22:00', to: '06:00' }, { action: '/rooms/book' });
  assert.match(night.text, /Uke 2 · 6\. jan\. – 12\. jan\. 2031/);
  assert.match(night.text, /22:00–<[\s\S]*Nattprint[\s\S]*–06:00<[\s\S]*Nattprint/);
  assert.match(night.text, /Kari, Nes AS/);
  assert.match(night.text, /week=2030-12-30[\s\S]*week=2031-01-13/);
  assert.match((await c.get('/admin/rooms?week=2027-01-01')).text, /Uke 53/);
  assert.match((await c.get('/admin/rooms?week=2031-12-30')).text, /Uke 1 /);
  assert.equal((await c.get('/admin/rooms?week=x')).status, 200);
  for (const [fields, text] of [[{ to: '21:00' }, /etter starten/], [{ date: '' }, /dato/i], [{ email: 'a@b.example', who: '' }, /navnet/], [{ until: '2032-06-01' }, /Høyst ett år/]]) {
    const r = await c.submit('/admin/rooms/book', { room: lab.id, what: 'X', date: '2031-02-07', from: '22:00', to: '23:00', who: 'Ola', ...fields }, { action: '/rooms/book' });
    assert.equal(r.status, 422, JSON.stringify(fields));
    assert.match(r.text, text);
  }
  // Moved by its form; out of use; not removed while it has been used.
  const id = sql(s, "SELECT id FROM room_booking WHERE what = 'Nattprint'");
  await c.submit(`/admin/rooms/bookings/${id}`, { date: '2031-01-09', to_date: '', from: '10:00', to: '11:00' }, { action: `/bookings/${id}` });
  assert.equal(sql(s, `SELECT from_at FROM room_booking WHERE id = ${id}`), String(Date.parse('2031-01-09T10:00:00+01:00')));
  assert.match((await c.submit(`/admin/rooms/${lab.id}/edit`, {}, { action: '/remove' })).text, /er eller har vært bestilt/);
  await c.submit(`/admin/rooms/${lab.id}/edit`, { out_of_use: '1' }, { action: '/edit' });
  assert.equal((await book(s, lab, '2031-03-01T10:00:00Z', '2031-03-01T11:00:00Z')).body.code, 'room_out_of_use');
  await s.stop();
});

test('API: If-Match, Idempotency-Key, pages, from and to, what is wrong', async () => {
  const s = await Samling.start();
  await s.clockAt('2031-01-06T09:00:00Z');
  const lab = await room(s, 'Laben');
  assert.equal((await s.api('POST', '/rooms', { name: 'laben', kind: 'lab' })).body.code, 'room_exists');
  assert.equal((await s.api('POST', '/rooms', { name: 'X', kind: 'kitchen' })).status, 422);
  assert.equal((await s.api('POST', '/rooms', { name: 'X', kind: 'lab', capacity: 0 })).status, 422);
  const body = { what: 'En', from: '2031-01-14T09:00:00Z', to: '2031-01-14T10:00:00Z' };
  const key = { headers: { 'idempotency-key': 'en-gang' } };
  const one = await s.api('POST', `/rooms/${lab.id}/bookings`, body, key);
  assert.equal((await s.api('POST', `/rooms/${lab.id}/bookings`, body, key)).body.id, one.body.id);
  for (let i = 1; i <= 6; i++) assert.equal((await book(s, lab, `2031-02-0${i}T09:00:00Z`, `2031-02-0${i}T10:00:00Z`)).status, 201);
  const seen = [];
  for (let next = ''; next !== null;) {
    const r = (await s.api('GET', `/rooms/${lab.id}/bookings?limit=3${next && `&cursor=${next}`}`)).body;
    seen.push(...r.items.map((b) => b.id));
    next = r.next;
  }
  assert.equal(new Set(seen).size, 7);
  assert.equal((await s.api('GET', `/rooms/${lab.id}/bookings?from=2031-02-02T10:00:00Z&to=2031-02-05T09:00:00Z`)).body.items.length, 2, 'half-open');
  assert.equal((await s.api('GET', `/rooms/${lab.id}/bookings?when=now`)).status, 400);
  const got = await s.api('GET', `/rooms/bookings/${one.body.id}`);
  const etag = got.headers.get('etag');
  assert.equal((await s.api('PATCH', `/rooms/bookings/${one.body.id}`, { what: 'To' }, { headers: { 'if-match': etag } })).status, 200);
  assert.equal((await s.api('PATCH', `/rooms/bookings/${one.body.id}`, { what: 'Tre' }, { headers: { 'if-match': etag } })).status, 412);
  assert.equal((await s.api('PATCH', `/rooms/bookings/${one.body.id}`, { from: '2031-02-01T09:30:00Z', to: '2031-02-01T10:30:00Z' })).body.code, 'room_taken');
  for (const [more, field] of [[{ to: '2031-01-14T08:00:00Z' }, 'to'], [{ to: '2031-03-14T08:00:00Z' }, 'to'], [{ what: '' }, 'what'], [{ from: 'i dag' }, 'from'], [{ email: 'a@b.example' }, 'who']]) {
    const r = await s.api('POST', `/rooms/${lab.id}/bookings`, { ...body, ...more });
    assert.equal(r.status, 422, JSON.stringify(more));
    assert.equal(r.body.errors[0].field, field);
  }
  assert.equal((await s.api('DELETE', `/rooms/${lab.id}`)).body.code, 'room_booked');
  const empty = await room(s, 'Tomt');
  assert.equal((await s.api('DELETE', `/rooms/${empty.id}`)).status, 204);
  assert.equal((await s.api('GET', `/rooms/${empty.id}`)).status, 404);
  await s.stop();
});

test('feeds: by their key alone, in full or only when it is taken; the board sees that it is taken', async () => {
  const s = await Samling.start();
  await s.clockAt('2031-01-06T09:00:00Z');
  const lab = await room(s, 'Laben');
  await book(s, lab, '2031-01-07T09:00:00Z', '2031-01-07T10:00:00Z', { what: 'Hemmelig prøve', who: 'Kari Nes', organisation: 'Skjult AS' });
  const c = await s.organiser();
  const urls = async (client, page) => [...new Set([...(await client.get(page)).text.matchAll(/href="([^"]*\/rooms[^"]*\.ics\?key=[^"]+)"/g)].map((m) => m[1]))].map((u) => new URL(u).pathname + new URL(u).search);
  for (const page of ['/admin/rooms', `/admin/rooms/${lab.id}`]) {
    const [full, busy] = await urls(c, page);
    const nobody = s.client();
    const all = await nobody.get(full);
    assert.equal(all.status, 200);
    assert.match(all.headers.get('content-type'), /text\/calendar/);
    const [e] = events(all.text);
    assert.equal(e.summary, 'Hemmelig prøve');
    assert.equal(e.location, 'Laben');
    assert.equal(e.startDate.toJSDate().toISOString(), '2031-01-07T09:00:00.000Z');
    const less = (await nobody.get(busy)).text;
    assert.equal(events(less)[0].summary, 'Opptatt');
    assert.doesNotMatch(less, /Hemmelig|Kari|Skjult/);
    for (const wrong of [full.replace(/key=.*/, 'key=x'), full.replace(/\?.*/, ''), full.replace(/\d+\.ics|rooms\.ics/, (x) => (x === 'rooms.ics' ? 'rooms/1.ics' : '99.ics'))]) assert.equal((await nobody.get(wrong)).status, 404, wrong);
  }
  assert.equal(run(['user', 'add', 'styret@hub.example', '--role', 'viewer', '--password-stdin'], { data: s.data, input: 'en lang setning her\n' }).status, 0);
  const board = s.client();
  await board.signIn('styret@hub.example', 'en lang setning her');
  for (const page of ['/admin/rooms', `/admin/rooms/${lab.id}`]) {
    const text = (await board.get(page)).text;
    assert.match(text, /Opptatt/);
    assert.doesNotMatch(text, /Hemmelig|Kari Nes|Skjult/);
    assert.equal((await urls(board, page)).length, 1);
    assert.doesNotMatch((await s.client().get((await urls(board, page))[0])).text, /Hemmelig/);
  }
  const id = sql(s, 'SELECT id FROM room_booking');
  assert.equal((await board.get(`/admin/rooms/bookings/${id}`)).status, 403);
  const token = run(['token', 'create', '--name', 'styret', '--role', 'viewer'], { data: s.data }).out.trim().split(/\s+/).at(-1);
  assert.doesNotMatch(JSON.stringify((await s.api('GET', `/rooms/${lab.id}/bookings`, undefined, { token })).body), /Hemmelig|Kari|Skjult/);
  await s.stop();
});

test('the report counts hours, bookings and members\' share; a name goes after a year, or when its owner asks', async () => {
  const s = await Samling.start();
  await s.clockAt('2031-01-06T09:00:00Z');
  const lab = await room(s, 'Laben');
  await s.api('POST', '/contacts', { name: 'Mia', email: 'mia@medlem.example', organisation: 'Medlem AS', role: 'member' });
  await book(s, lab, '2031-01-07T09:00:00Z', '2031-01-07T12:00:00Z', { organisation: 'Medlem AS', who: 'Mia', email: 'Mia@Medlem.example' });
  await book(s, lab, '2031-01-08T09:00:00Z', '2031-01-08T10:00:00Z', { who: 'Ola Gammel' });
  await book(s, lab, '2031-06-08T09:00:00Z', '2031-06-08T10:00:00Z');
  await s.clockAt('2031-02-01T09:00:00Z');
  const c = await s.organiser();
  const rows = async (name) => (await c.get(`/admin/report/rows/${name}?from=2031-01-01&to=2031-12-31`)).text;
  const report = (await c.get('/admin/report?from=2031-01-01&to=2031-12-31')).text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
  assert.match(report, /bestillinger av rom 2/);
  assert.match(report, /timer rommene var i bruk 4/);
  assert.match(report, /medlemmenes del av romtimene 75/);
  assert.equal((await rows('room_bookings')).match(/Laben/g).length, 2);
  const exported = run(['person', 'export', 'mia@medlem.example'], { data: s.data });
  assert.equal(JSON.parse(exported.out).rooms_booked.length, 1);
  assert.equal(run(['person', 'erase', 'mia@medlem.example'], { data: s.data }).status, 0);
  assert.equal(sql(s, "SELECT COUNT(*) FROM room_booking WHERE who = 'Mia' OR email <> ''"), '0');
  await s.stop();
});
