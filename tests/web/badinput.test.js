// Bad input: a clear answer with the right status, nothing crashed, nothing half-written.
import test from 'node:test';
import assert from 'node:assert/strict';
import { simpleParser } from 'mailparser';
import { Samling, until } from '../lib/samling.js';

const fields = (r) => (r.body.errors ?? []).map((e) => e.field);

test('gatherings over the API', async () => {
  const s = await Samling.start();
  const good = { title: 'Møte', starts_at: '2030-03-01T17:00:00', place: 'TechHub' };
  const rows = [
    ['no title', { title: undefined }, 'title'], ['empty title', { title: '  ' }, 'title'],
    ['no place', { place: undefined }, 'place'], ['no start', { starts_at: undefined }, 'starts_at'],
    ['not a time', { starts_at: 'torsdag' }, 'starts_at'], ['a date in the past', { starts_at: '2020-01-01T10:00:00' }, 'starts_at'],
    ['no such day', { starts_at: '2030-02-30T10:00:00' }, 'starts_at'],
    ['an hour that does not exist', { starts_at: '2030-03-31T02:30:00' }, 'starts_at'],
    ['an offset that disagrees', { starts_at: '2030-03-01T17:00:00+05:00' }, 'starts_at'],
    ['ends before it starts', { ends_at: '2030-03-01T16:00:00' }, 'ends_at'],
    ['deadline after the start', { deadline: '2030-03-01T18:00:00' }, 'deadline'],
    ['unknown zone', { timezone: 'Europe/Nordfjord' }, 'timezone'], ['negative capacity', { capacity: -1 }, 'capacity'],
    ['capacity as text', { capacity: 'mange' }, 'capacity'], ['unknown language', { language: 'de' }, 'language'],
    ['title too long', { title: 'a'.repeat(5000) }, 'title'], ['unknown member', { tittel: 'x' }, 'tittel'],
    ['title is a number', { title: 7 }, 'title'], ['title is a list', { title: ['a'] }, 'title'],
  ];
  for (const [what, change, field] of rows) {
    const r = await s.api('POST', '/gatherings', { ...good, ...change });
    assert.equal(r.status, 422, `${what}: ${r.status} ${JSON.stringify(r.body)}`);
    assert.match(r.headers.get('content-type'), /application\/problem\+json/, what);
    assert.ok(fields(r).includes(field), `${what}: ${JSON.stringify(r.body)}`);
    for (const e of r.body.errors) assert.ok(e.message.length > 3, what);
  }
  assert.equal((await s.api('GET', '/gatherings')).body.items.length, 0);
  const ok = await s.api('POST', '/gatherings', { ...good, starts_at: '2030-03-01T17:00:00+01:00' });
  assert.equal(ok.status, 201, JSON.stringify(ok.body));
  assert.equal(ok.body.status, 'draft');
  assert.match(ok.body.starts_at, /^2030-03-01T17:00:00\+01:00$/);
  for (const raw of ['{', '[]', 'null', '{"title":"\\ud800"}', '{"a":'.repeat(3000), Buffer.from([0x7b, 0xff, 0x7d])]) {
    const r = await s.api('POST', '/gatherings', undefined, { raw });
    assert.ok([400, 422].includes(r.status), `${String(raw).slice(0, 20)}: ${r.status}`);
  }
  for (const id of ['999', 'x', '-1', '99999999999999999999', '1%00']) assert.ok([404, 400].includes((await s.api('GET', `/gatherings/${id}`)).status), id);
  assert.equal((await s.api('GET', '/gatherings', undefined, { token: null })).status, 401);
  assert.equal((await s.api('GET', '/gatherings', undefined, { token: 'feil' })).status, 401);
  assert.equal((await s.api('GET', '/gatherings?limit=501')).status, 422);
  assert.ok([400, 422].includes((await s.api('GET', '/gatherings?cursor=tull')).status));
  await s.stop();
});

test('registrations over the API and the form', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 5 });
  const rows = [
    ['no name', { name: '' }, 'name', 422], ['no address', { email: undefined }, 'email', 422],
    ['no @', { email: 'ingrid.firma.example' }, 'email', 422], ['no end', { email: 'ingrid@firma' }, 'email', 422],
    ['a line break in the address', { email: 'a@firma.example\r\nBcc: b@firma.example' }, 'email', 422],
    ['quotes', { email: '"a b"@firma.example' }, 'email', 422], ['1 KB of name', { name: 'æ'.repeat(1000) }, 'name', 422],
  ];
  for (const [what, change, field, status] of rows) {
    const r = await s.register(g, change);
    assert.equal(r.status, status, `${what}: ${JSON.stringify(r.body)}`);
    assert.ok(fields(r).includes(field), `${what}: ${JSON.stringify(r.body)}`);
  }
  assert.equal((await s.register(g, { name: 'a'.repeat(1 << 20) })).status, 413);
  assert.equal((await s.api('POST', `/gatherings/${g.id}/registrations`, undefined, { raw: Buffer.from('{"name":"\xff\xfe","email":"a@b.example"}', 'latin1') })).status, 400);
  const draft = await s.gathering({ draft: true });
  assert.ok([404, 409, 410, 422].includes((await s.register(draft, {})).status));
  // The form: errors at their fields, nothing typed is lost, the language is the reader's.
  const c = s.client();
  const typed = { name: '<b>Ingrid</b> "Sæther" & co', email: 'ingrid@blafjell', organisation: 'Blåfjell', phone: '12 34', wish: 'Å lære\nom roboter' };
  for (const [lang, word] of [['nb', 'e-postadressen'], ['nn', 'e-postadressa'], ['en', 'address']]) {
    await c.get(`/g/${g.slug}/register?lang=${lang}`);
    const r = await c.submit(`/g/${g.slug}/register`, typed);
    assert.equal(r.status, 422);
    assert.ok(r.text.includes(word), `${lang}: ${word}`);
    assert.ok(r.text.includes('&lt;b&gt;Ingrid&lt;/b&gt; &quot;Sæther&quot; &amp; co'), 'escaped and kept');
    assert.ok(!r.text.includes('<b>Ingrid'));
    for (const kept of ['ingrid@blafjell', 'Blåfjell', '12 34', 'Å lære']) assert.ok(r.text.includes(kept), kept);
    assert.match(r.text, /aria-invalid="true"/);
  }
  assert.equal((await s.api('GET', `/gatherings/${g.id}/registrations`)).body.items.length, 0);
  const big = await c.post(`/g/${g.slug}/register`, { name: 'a'.repeat(1 << 20) });
  assert.equal(big.status, 413);
  assert.match(big.headers.get('content-type'), /text\/html/);
  // The same form sent twice (double tap) is one registration, and the second answer is the first's.
  const page = await c.get(`/g/${g.slug}/register`);
  const fine = { ...typed, email: 'ingrid@blafjell.example' };
  const one = await c.submit(page, fine);
  const two = await c.submit(page, fine);
  assert.equal(one.status, 200, one.text.slice(0, 300));
  assert.equal(two.status, 200);
  assert.equal(two.path, one.path);
  assert.equal((await s.api('GET', `/gatherings/${g.id}/registrations`)).body.items.length, 1);
  // A form from elsewhere is refused.
  const foreign = await c.post(`/g/${g.slug}/register`, fine, { headers: { origin: 'https://ond.example', 'sec-fetch-site': 'cross-site' } });
  assert.equal(foreign.status, 403);
  await s.stop();
});

test('links: expired, tampered, of the other kind', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ days: 3 });
  const r = await s.register(g, {});
  for (const path of ['/t/Sabcdefghijklmnopqrstuv', '/t/x', `/t/${r.body.ticket.slice(0, -1)}`, '/r/r123.abc', '/r/iabc.def', '/r/', '/g/finnes-ikke',
    '/t/%ff', '/g/%C3%A6', '/door/finnes-ikke', '/start/feil', '/password/feil']) {
    const a = await fetch(s.url + path);
    const want = /^\/(start|password)/.test(path) ? [404, 410] : [400, 404]; // one-time links may say that they are used up
    assert.ok(want.includes(a.status), `${path}: ${a.status}`);
    assert.match(a.headers.get('content-type'), /text\/html/, path);
  }
  const ticket = r.body.ticket;
  for (const [code, want] of [[ticket, 'admitted'], [ticket, 'already'], [`${s.url}/t/${ticket}#${'A'.repeat(86)}`, 'unknown'],
    ['Sabcdefghijklmnopqrstuv', 'unknown'], ['ZZZZZZZZ', 'unknown'], ["' OR 1=1 --", 'unknown']]) {
    const a = await s.api('POST', `/gatherings/${g.id}/checkins`, { ticket: code });
    assert.equal(a.status, 200, JSON.stringify(a.body));
    assert.equal(a.body.result, want, code);
  }
  assert.equal((await s.api('POST', `/gatherings/${g.id}/checkins`, { ticket: '' })).status, 422);
  assert.equal((await s.api('POST', `/gatherings/${g.id}/checkins`, { ticket: 'x'.repeat(513) })).status, 422);
  const h = await s.gathering({ title: 'Et annet møte' });
  assert.equal((await s.api('POST', `/gatherings/${h.id}/checkins`, { ticket })).body.result, 'wrong_gathering');
  await s.api('DELETE', `/registrations/${r.body.id}?force=true`);
  assert.equal((await s.api('POST', `/gatherings/${g.id}/checkins`, { ticket })).body.result, 'cancelled');
  await s.stop();
});

test('a personal link: whole, tampered with, of the other kind, expired', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ days: 3 });
  await s.register(g, {});
  await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [{ name: 'Kåre Nes', email: 'kare@nes.example' }] });
  await until(() => s.mailbox().length === 2, { what: 'the two mails' });
  const texts = await Promise.all(s.mailbox().map(async (raw) => (await simpleParser(raw)).text));
  for (const kind of ['r', 'i']) {
    const path = texts.join(' ').match(new RegExp(`/r/${kind}[A-Za-z0-9_.-]+`))[0];
    const at = async (p) => (await fetch(s.url + p)).status;
    assert.equal(await at(path), 200, path);
    const other = path.replace(`/r/${kind}`, `/r/${kind === 'r' ? 'i' : 'r'}`);
    const last = path.slice(0, -1) + (path.endsWith('A') ? 'B' : 'A');
    const first = path.slice(0, 4) + (path[4] === 'A' ? 'B' : 'A') + path.slice(5);
    for (const bad of [other, last, first, path.slice(0, -1), `${path}A`, path.slice(0, 8)]) assert.ok([404, 410].includes(await at(bad)), `${bad}: ${await at(bad)}`);
    await s.clock(30 * 86400000);
    assert.equal(await at(path), 200, 'four weeks after');
    await s.clock(35 * 86400000);
    const late = await fetch(s.url + path);
    assert.ok([404, 410].includes(late.status), `expired: ${late.status}`);
    assert.match(late.headers.get('content-type'), /text\/html/);
    assert.ok(!(await late.text()).includes('Kåre') , 'nobody is named');
    await s.clock(0);
  }
  await s.stop();
});

test('sign-in: one text for wrong address and wrong password, and a limit', async () => {
  const s = await Samling.start();
  const c = s.client();
  const a = await c.submit('/signin', { email: 'ukjent@hub.example', password: 'feil feil feil' });
  const b = await c.submit('/signin', { email: s.email, password: 'feil feil feil' });
  assert.equal(a.status, b.status);
  assert.ok([401, 422].includes(a.status));
  const strip = (t) => t.replace(/value="[^"]*"/g, '').replace(/name="form_key"[^>]*/g, '');
  assert.equal(strip(a.text), strip(b.text));
  let limited = false;
  for (let n = 0; n < 20 && !limited; n++) {
    const some = await Promise.all(Array.from({ length: 10 }, () => c.post('/signin', { email: s.email, password: 'x' })));
    limited = some.some((r) => r.status === 429);
  }
  assert.ok(limited, 'limited after many tries');
  await s.stop();
});

test('all that is wrong with a form comes in one answer', async () => {
  const errors = (r) => [...r.text.matchAll(/<li><a href="#([a-z_0-9]+)"/g)].map((m) => m[1]).sort();
  const s = await Samling.start();
  const c = await s.organiser();
  // Declared (a date that is none, a title that is too long) and our own (no place, the end before the start).
  let r = await c.submit('/admin/gatherings/new', { title: 'x'.repeat(201), date: '2030-13-41', from: '17:00', place: '', deadline_time: '12:00' }, { action: '/gatherings/new' });
  assert.equal(r.status, 422);
  assert.deepEqual(errors(r), ['date', 'deadline_date', 'place', 'title']);
  r = await c.submit('/admin/gatherings/new', { title: '', date: '2030-01-17', from: '17:00', to: '16:00', place: '' }, { action: '/gatherings/new' });
  assert.deepEqual(errors(r), ['place', 'title', 'to']);
  // An address that is taken, a name that is missing.
  r = await c.submit('/admin/settings/users', { name: '', email: s.email }, { action: '/users' });
  assert.equal(r.status, 422);
  assert.deepEqual(errors(r), ['email', 'name']);
  await s.stop();

  const first = await Samling.start({ bare: true });
  const start = first.output.match(/\/start\/\S+/)[0];
  r = await first.client().submit(start, { cluster: '', name: 'Åse', email: 'tull', password: 'kort', privacy_email: 'ase@hub.example' });
  assert.equal(r.status, 422);
  assert.deepEqual(errors(r), ['cluster', 'email', 'password']);
  await first.stop();
});
