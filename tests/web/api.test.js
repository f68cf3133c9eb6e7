// The API's lists, what becomes of a registration, and who sees what of it.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling, all, run, until } from '../lib/samling.js';

const shut = (r) => [401, 403].includes(r.status) || (r.status === 303 && r.headers.get('location').startsWith('/signin'));

const person = (n) => ({ name: `Gjest ${n}`, email: `gjest${n}@firma.example`, organisation: `Firma ${n}` });

test('lists: limit, cursor, next; cancelled rows only when asked for', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 5 });
  const made = [];
  for (let n = 0; n < 7; n++) made.push((await s.register(g, person(n))).body);
  await s.api('DELETE', `/registrations/${made[0].id}`);
  const other = await s.gathering({ title: 'Et annet møte' });
  await s.register(other, person(50));
  const list = `/gatherings/${g.id}/registrations`;

  const first = (await s.api('GET', `${list}?limit=4`)).body;
  assert.equal(first.items.length, 4);
  assert.equal(typeof first.next, 'string');
  const second = (await s.api('GET', `${list}?limit=4&cursor=${encodeURIComponent(first.next)}`)).body;
  assert.equal(second.next, null);
  const ids = [...first.items, ...second.items].map((r) => r.id);
  assert.deepEqual(ids, made.slice(1).map((r) => r.id), 'each once, in order, none of another gathering');
  for (const r of [...first.items, ...second.items]) assert.deepEqual([typeof r.id, typeof r.status], ['string', 'string']);
  // A full last page says that it is the last.
  assert.equal((await s.api('GET', `${list}?limit=6`)).body.next, null);
  // Rows that come or go between two pages neither repeat nor hide others.
  await s.api('DELETE', `/registrations/${first.items[1].id}`);
  await s.register(g, person(8));
  const later = (await s.api('GET', `${list}?limit=4&cursor=${encodeURIComponent(first.next)}`)).body.items;
  assert.deepEqual(later.slice(0, 2).map((r) => r.id), second.items.map((r) => r.id));

  const gone = (await s.api('GET', `${list}?status=cancelled`)).body.items;
  assert.deepEqual(gone.map((r) => [r.id, r.status, r.ticket]), [[made[0].id, 'cancelled', null], [first.items[1].id, 'cancelled', null]]);
  for (const status of ['confirmed', 'waiting']) {
    for (const r of (await s.api('GET', `${list}?status=${status}`)).body.items) assert.equal(r.status, status);
  }

  await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: Array.from({ length: 5 }, (_, n) => person(20 + n)) });
  for (const path of [list, `/gatherings/${g.id}/invitations`, `/mail?gathering=${g.id}`, '/mail', '/gatherings']) {
    const whole = await all(s, path);
    assert.ok(whole.length >= 2, path);
    assert.equal(new Set(whole.map((r) => r.id)).size, whole.length, `${path}: each once`);
    const q = path.includes('?') ? '&' : '?';
    const one = (await s.api('GET', `${path}${q}limit=1`)).body;
    assert.equal(one.items.length, 1, path);
    const next = (await s.api('GET', `${path}${q}limit=1&cursor=${encodeURIComponent(one.next)}`)).body;
    assert.deepEqual([one.items[0].id, next.items[0].id], whole.slice(0, 2).map((r) => r.id), path);
    assert.equal((await s.api('GET', `${path}${q}limit=500`)).status, 200, path);
    for (const bad of ['limit=501', 'limit=0', 'limit=-1', 'limit=mange', 'cursor=tull', 'cursor=-5']) {
      const r = await s.api('GET', `${path}${q}${bad}`);
      assert.equal(r.status, 422, `${path} ${bad}`);
      assert.match(r.headers.get('content-type'), /application\/problem\+json/);
      assert.equal(r.body.errors[0].field, bad.split('=')[0], `${path} ${bad}`);
    }
  }
  for (const path of ['/gatherings/999999/registrations', '/gatherings/999999/invitations']) assert.equal((await s.api('GET', path)).status, 404, path);
  for (const path of [list, '/gatherings']) assert.equal((await s.api('GET', `${path}?status=tull`)).status, 422, path);
  await s.stop();
});

test('a registration: made, kept as it was sent, cancelled, gone', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 5 });
  const sent = { name: 'Ågot Bø-Næss', email: 'Agot@BO.example', organisation: 'Bø & Sønner', phone: '+47 99 88 77 66', wish: 'Å lære\nom roboter', requirements: 'nøtter', language: 'nn' };
  const made = await s.register(g, sent);
  assert.equal(made.status, 201, JSON.stringify(made.body));
  for (const name of ['name', 'organisation', 'phone', 'wish', 'requirements', 'language']) assert.equal(made.body[name], sent[name], name);
  assert.equal(made.body.email.toLowerCase(), 'agot@bo.example');
  assert.match(made.body.ticket, /^S[A-Za-z0-9_-]{22}$/);
  assert.deepEqual((await s.api('GET', `/gatherings/${g.id}/registrations`)).body.items, [made.body]);
  const gone = await s.api('DELETE', `/registrations/${made.body.id}`);
  assert.deepEqual([gone.status, gone.body], [204, '']);
  assert.ok([204, 404, 409, 410].includes((await s.api('DELETE', `/registrations/${made.body.id}`)).status), 'again is no harm');
  assert.equal((await s.api('DELETE', '/registrations/999999')).status, 404);
  assert.equal((await s.api('GET', `/gatherings/${g.id}`)).body.seats_taken, 0);
  // To a gathering that is cancelled or over nobody is registered.
  const off = await s.gathering({ title: 'Avlyst' });
  await s.api('POST', `/gatherings/${off.id}/cancel`, { notify: false });
  const late = await s.register(off, {});
  assert.ok([409, 410, 422].includes(late.status), `${late.status}`);
  assert.equal((await s.register({ id: '999999' }, {})).status, 404);
  await s.stop();
});

test('who was let in, and how many; a draft has no page; a 201 says where', async () => {
  const s = await Samling.start();
  const draft = await s.gathering({ draft: true });
  assert.deepEqual([draft.status, draft.url, draft.admitted], ['draft', null, 0]);
  const listed = async (g) => (await s.api('GET', '/gatherings')).body.items.find((x) => x.id === g.id);
  assert.deepEqual([(await listed(draft)).status, (await listed(draft)).url], ['draft', null]);
  const g = (await s.api('POST', `/gatherings/${draft.id}/publish`, {})).body;
  assert.deepEqual([g.status, g.url], ['published', `${s.url}/g/${g.slug}`]);
  assert.equal((await fetch(g.url)).status, 200);

  const r = await s.register(g, {});
  assert.equal(r.body.admitted_at, null);
  const other = (await s.register(g, person(1))).body;
  const { first_at: at } = (await s.api('POST', `/gatherings/${g.id}/checkins`, { ticket: r.body.ticket })).body;
  for (const token of [s.token, s.newToken('viewer')]) {
    const seen = (await s.api('GET', `/gatherings/${g.id}/registrations`, undefined, { token })).body.items;
    assert.deepEqual(seen.map((x) => [x.id, x.admitted_at]), [[r.body.id, at], [other.id, null]]);
  }
  assert.equal((await s.api('GET', `/gatherings/${g.id}`)).body.admitted, 1);
  assert.equal((await listed(g)).admitted, 1);

  // Also when the answer is given again.
  const made = { title: 'Neste', starts_at: '2030-01-17T17:00:00', place: 'TechHub' };
  for (const n of [1, 2]) {
    const again = await s.api('POST', '/gatherings', made, { headers: { 'idempotency-key': 'samme' } });
    assert.deepEqual([again.status, again.headers.get('location')], [201, `/api/v1/gatherings/${again.body.id}`], `${n}`);
    assert.equal((await fetch(`${s.url}${again.headers.get('location')}`, { headers: { authorization: `Bearer ${s.token}` } })).status, 200);
  }
  assert.equal(r.headers.get('location'), `/api/v1/registrations/${r.body.id}`);
  await s.stop();
});

test('errors: a code and a type that stay, English unless asked otherwise, nothing that a page would say', async () => {
  const s = await Samling.start();
  const g = await s.gathering({});
  const r = (await s.register(g, {})).body;
  const off = await s.gathering({ title: 'Avlyst' });
  await s.api('POST', `/gatherings/${off.id}/cancel`, { notify: false });
  const draft = await s.gathering({ draft: true });
  const list = `/gatherings/${g.id}/registrations`;
  const rows = [
    [404, 'not_found', ['GET', '/gatherings/999999']], [404, 'not_found', ['GET', '/nothing']],
    [401, 'unauthorized', ['GET', '/gatherings', undefined, { token: null }]],
    [403, 'forbidden', ['POST', '/gatherings', {}, { token: s.newToken('viewer') }]],
    [405, 'method_not_allowed', ['DELETE', '/gatherings']],
    [400, 'bad_request', ['POST', '/gatherings', undefined, { raw: '{' }]],
    [415, 'unsupported_media_type', ['POST', list, {}, { headers: { 'content-type': 'text/plain' } }]],
    [422, 'invalid', ['POST', list, { name: '', email: 'tull', unge: 1, phone: 7 }]],
    [409, 'already_registered', ['POST', list, { name: r.name, email: r.email }]],
    [410, 'registration_closed', ['POST', `/gatherings/${off.id}/registrations`, { name: 'Bo', email: 'bo@bo.example' }]],
    [409, 'gathering_cancelled', ['PATCH', `/gatherings/${off.id}`, { title: 'Nei' }]],
    [409, 'gathering_cancelled', ['POST', `/gatherings/${off.id}/publish`, {}]],
    [409, 'not_published', ['POST', `/gatherings/${draft.id}/invitations`, { contacts: [{ email: 'bo@bo.example' }] }]],
    [410, 'gathering_over', ['POST', `/gatherings/${off.id}/invitations`, { contacts: [{ email: 'bo@bo.example' }] }]],
  ];
  const prose = /go back|try again|page|browser|please|gå tilbake|prøv igjen|siden/i;
  for (const [status, code, call] of rows) {
    const a = await s.api(...call);
    assert.deepEqual([a.status, a.body.code, a.body.type, a.body.status], [status, code, `urn:samling:problem:${code}`, status], call.join(' '));
    assert.ok(a.body.detail.length > 10 && !/[æøå]/.test(a.body.detail), a.body.detail);
    assert.doesNotMatch(JSON.stringify([a.body.detail, a.body.errors]), prose, code);
    const [method, path, body, options] = call;
    const nn = await s.api(method, path, body, { ...options, headers: { ...options?.headers, 'accept-language': 'nn' } });
    assert.equal(nn.body.code, code);
    assert.notEqual(nn.body.detail, a.body.detail, `${code} in another language`);
  }
  const { errors } = (await s.api(...rows[7][2])).body;
  assert.deepEqual(errors.map((e) => [e.field, e.code]).sort(), [['email', 'email'], ['name', 'required'], ['phone', 'type'], ['unge', 'unknown']]);
  const wrong = [
    { title: 'x'.repeat(500), starts_at: '2001-01-01T17:00:00', language: 'fr', timezone: 'Ingen/Steds', capacity: 99999999, kind: 'tull', place: 7 },
    { title: 'x', place: 'x', starts_at: '2030-01-01T17:00:00', ends_at: '2030-01-01T16:00:00', deadline: '2030-01-02T17:00:00' },
    { title: 'x', place: 'x', starts_at: '2030-03-31T02:30:00' }, { title: 'x', place: 'x', starts_at: '2030-01-01T17:00:00+05:00' },
    { starts_at: 'i morgen' }, { title: 'x', place: 'x', starts_at: '2030-01-01T17:00:00', programme: [{ title: '' }] },
  ];
  for (const body of wrong) {
    const no = await s.api('POST', '/gatherings', body);
    assert.equal(no.status, 422, JSON.stringify(body));
    for (const e of no.body.errors) assert.doesNotMatch(e.message, /please|[æøå]|we /i, JSON.stringify(e));
  }
  assert.equal((await s.api('GET', '/gatherings?limit=501')).body.errors[0].code, 'too_large');
  await s.api('DELETE', `/registrations/${r.id}`);
  assert.equal((await s.api('DELETE', `/registrations/${r.id}`)).body.code, 'already_cancelled');
  const key = { headers: { 'idempotency-key': 'en' } };
  await s.api('POST', list, { name: 'Bo', email: 'bo@bo.example' }, key);
  assert.equal((await s.api('POST', list, { name: 'Ny', email: 'bo@bo.example' }, key)).body.code, 'key_reused');
  await s.stop();
});

test('lists are narrowed by what they say they know, and by nothing else', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 4 });
  const names = ['Håkon Nes', 'Kari Vik', 'Haakon Moe', 'Nils Bø', 'Per Å', 'Håkon Lie'];
  const made = [];
  for (const name of names) made.push((await s.register(g, { name, email: `${name.split(' ')[1].toLowerCase().replace('ø', 'o').replace('å', 'a')}@firma.example` })).body);
  await s.register(g, { name: 'Kari To', email: 'vik@firma.example' });
  await s.api('DELETE', `/registrations/${made[0].id}`);
  const list = `/gatherings/${g.id}/registrations`;
  const found = async (query) => (await all(s, `${list}?${query}`)).map((r) => r.name);
  assert.deepEqual(await found('q=h%C3%A5kon'), ['Haakon Moe', 'Håkon Lie']);
  assert.deepEqual(await found('q=haakon%20li'), ['Håkon Lie']);
  assert.deepEqual(await found('q=hakon&status=cancelled'), ['Håkon Nes']);
  assert.deepEqual(await found('q=kari&status=waiting'), ['Kari To']);
  assert.deepEqual(await found('email=VIK@firma.example'), ['Kari Vik', 'Kari To']);
  assert.deepEqual(await found('email=vik@firma.example&status=confirmed'), ['Kari Vik']);
  assert.deepEqual(await found('email=vik@firma.example&q=to'), ['Kari To']);
  assert.deepEqual(await found('email=ingen@firma.example'), []);
  assert.deepEqual(await found('q=finnesikke'), []);
  // A page ends where the next begins, also of what is searched for.
  const one = (await s.api('GET', `${list}?q=hakon&limit=1`)).body;
  const two = (await s.api('GET', `${list}?q=hakon&limit=1&cursor=${one.next}`)).body;
  assert.deepEqual([one.items[0].name, two.items[0].name, two.next], ['Haakon Moe', 'Håkon Lie', null]);
  const by = (await s.api('GET', `${list}?email=vik@firma.example&limit=1`)).body;
  assert.equal((await s.api('GET', `${list}?email=vik@firma.example&limit=1&cursor=${by.next}`)).body.items[0].name, 'Kari To');
  // Since: those who came, got a seat or left from then on.
  await s.clock(3600000);
  const then = new Date(Date.now() + 3500000).toISOString();
  assert.deepEqual(await found(`since=${then}`), []);
  await s.register(g, { name: 'Sen', email: 'sen@firma.example' });
  await s.api('DELETE', `/registrations/${made[1].id}`);
  assert.deepEqual(await found(`since=${then}`), ['Håkon Lie', 'Sen']);
  assert.deepEqual(await found(`since=${then}&status=cancelled`), ['Kari Vik']);
  assert.deepEqual(await found(`since=${then}&q=lie`), ['Håkon Lie']);
  for (const bad of ['since=ifjor', 'since=2030-01-01T00:00:00', 'email=tull', 'status=tull']) {
    const r = await s.api('GET', `${list}?${bad}`);
    assert.deepEqual([r.status, r.body.errors.map((e) => e.field)], [422, [bad.split('=')[0]]], bad);
  }
  // Gatherings that say something else since then; who registers changes none.
  const changed = async (query) => (await all(s, `/gatherings?${query}`)).map((x) => x.id);
  const other = await s.gathering({ title: 'Nytt' });
  assert.deepEqual(await changed(`since=${then}`), [other.id]);
  await s.api('PATCH', `/gatherings/${g.id}`, { summary: 'Endret' });
  assert.deepEqual((await changed(`since=${then}&status=published`)).sort(), [g.id, other.id].sort());
  assert.equal((await s.api('GET', '/gatherings?since=ifjor')).body.errors[0].field, 'since');
  // What is not known is named, not passed over; so is a filter of another list.
  for (const path of [list, '/gatherings', '/mail', '/persons', '/openapi.json', `/gatherings/${g.id}`, `/gatherings/${g.id}/invitations`, `/gatherings/${g.id}/survey`]) {
    const r = await s.api('GET', `${path}?stauts=waiting&page=2`);
    assert.deepEqual([r.status, r.body.code, r.body.errors.map((e) => [e.field, e.code])],
      [400, 'unknown_parameter', [['stauts', 'unknown_parameter'], ['page', 'unknown_parameter']]], path);
  }
  assert.equal((await s.api('GET', '/gatherings?email=a@a.example')).status, 400);
  assert.equal((await s.api('DELETE', `/registrations/${made[2].id}?what=1`)).status, 400);
  assert.equal((await s.api('GET', list)).body.items.some((r) => r.id === made[2].id), true, 'nothing was done');
  await s.stop();
});

test('check-ins: each answer with who and since when, from any day on', async () => {
  const s = await Samling.start();
  const g = await s.gathering({});
  const r = (await s.register(g, {})).body;
  const path = `/gatherings/${g.id}/checkins`;
  const qr = await s.qrText(r.ticket);
  const one = await s.api('POST', path, { ticket: qr });
  assert.equal(one.status, 200, JSON.stringify(one.body));
  assert.equal(one.body.result, 'admitted');
  assert.deepEqual([one.body.registration.id, one.body.registration.name], [r.id, 'Ingrid Sæther']);
  assert.ok(Math.abs(new Date(one.body.first_at) - Date.now()) < 60000);
  const two = (await s.api('POST', path, { ticket: r.ticket })).body;
  assert.deepEqual([two.result, two.first_at, two.registration.id], ['already', one.body.first_at, r.id]);
  // Another's signature on it is as good as none at all.
  const other = (await s.register(g, { name: 'Kåre Nes', email: 'kare@nes.example' })).body;
  const forged = `${s.url}/t/${other.ticket}#${qr.split('#')[1]}`;
  const no = (await s.api('POST', path, { ticket: forged })).body;
  assert.deepEqual([no.result, no.registration], ['unknown', null]);
  const page = (await s.client().get(`/t/${other.ticket}`)).text;
  const short = page.match(/[0-9A-HJKMNP-TV-Z]{4}[ -]?[0-9A-HJKMNP-TV-Z]{4}/)[0];
  assert.equal((await s.api('POST', path, { ticket: short.toLowerCase() })).body.result, 'admitted', `the short code ${short}`);
  const h = await s.gathering({ title: 'Et annet møte' });
  const wrong = (await s.api('POST', `/gatherings/${h.id}/checkins`, { ticket: qr })).body;
  assert.equal(wrong.result, 'wrong_gathering');
  // 64 doors scan the same ticket at once: one lets in.
  const many = (await s.register(g, { name: 'Bjørn', email: 'bjorn@havglimt.example' })).body;
  const results = await Promise.all(Array.from({ length: 64 }, () => s.api('POST', path, { ticket: many.ticket })));
  assert.equal(results.filter((x) => x.body.result === 'admitted').length, 1);
  assert.equal(results.filter((x) => x.body.result === 'already').length, 63);
  assert.equal(new Set(results.map((x) => x.body.first_at)).size, 1);
  assert.equal((await s.api('POST', '/gatherings/999999/checkins', { ticket: qr })).status, 404);
  // Programs may ask first, as the door does, when it is more than a day early: nobody is let in by that.
  const early = (await s.register(g, { name: 'Tidlig', email: 'tidlig@firma.example' })).body;
  const asked = (await s.api('POST', path, { ticket: early.ticket, ask_early: true })).body;
  assert.deepEqual([asked.result, asked.registration.name, asked.first_at], ['early', 'Tidlig', null]);
  await s.clockAt(new Date(new Date(g.starts_at) - 23 * 3600000).toISOString());
  assert.equal((await s.api('POST', path, { ticket: early.ticket, ask_early: true })).body.result, 'admitted');
  await s.clock(0);
  // A door's token opens the door and nothing else.
  const door = s.newToken('door');
  assert.equal((await s.api('POST', path, { ticket: qr }, { token: door })).body.result, 'already');
  assert.equal((await s.api('GET', `/gatherings/${g.id}/registrations`, undefined, { token: door })).status, 403);
  await s.stop();
});

test('health data: seen by organisers, not by viewers, in no mail and no log', async () => {
  const s = await Samling.start();
  const g = await s.gathering({});
  const secret = 'sjelden nøtteallergi';
  const r = (await s.register(g, { requirements: secret })).body;
  run(['user', 'add', 'styret@hub.example', '--role', 'viewer', '--password-stdin'], { data: s.data, input: 'en lang setning her\n' });
  const viewer = s.client();
  await viewer.signIn('styret@hub.example', 'en lang setning her');
  const token = s.newToken('viewer');
  const list = `/gatherings/${g.id}/registrations`;
  assert.equal((await s.api('GET', list)).body.items[0].requirements, secret);
  const seen = (await s.api('GET', list, undefined, { token })).body.items[0];
  assert.equal(seen.name, 'Ingrid Sæther');
  assert.ok(!('requirements' in seen));
  const people = `/admin/gatherings/${g.id}/people`;
  const c = await s.organiser();
  assert.ok((await c.get(`${people}/${r.id}`)).text.includes(secret), 'the organiser sees it');
  for (const path of [people, `${people}/${r.id}`, `${people}.csv`, `/admin/gatherings/${g.id}`, '/admin', '/admin/contacts', '/admin/mail',
    `/admin/gatherings/${g.id}/messages`, `/admin/gatherings/${g.id}/door`]) {
    const page = await viewer.get(path);
    assert.equal(page.status, 200, path);
    assert.ok(!page.text.includes(secret) && !page.text.includes('nøtteallergi'), `${path} shows it to a viewer`);
  }
  await until(() => s.mailbox().length > 0, { what: 'the confirmation' });
  for (const raw of s.mailbox()) assert.ok(!raw.toString().includes('teallergi'));
  assert.ok(!s.errors.includes('teallergi') && !s.output.includes('teallergi') && !s.errors.includes('ingrid@'), 'nor in the log');
  // Seven days after the gathering it is gone.
  await s.end();
  await s.clockSteady(30 * 86400000 + 8.5 * 86400000);
  await s.serve();
  await until(async () => (await s.api('GET', list)).body.items[0].requirements === '', { what: 'the erasure' });
  await s.stop();
});

test('a door link opens its own door only, and no longer once it is revoked', async () => {
  const s = await Samling.start();
  const g = await s.gathering({});
  const h = await s.gathering({ title: 'Et annet møte' });
  const r = (await s.register(h, {})).body;
  const organiser = await s.organiser();
  const made = await organiser.submit(`/admin/gatherings/${g.id}/door`, { label: 'Vertskap' }, { action: '/door/links' });
  const [path, key] = made.text.match(/\/door\/[a-z0-9-]+#[A-Za-z0-9_-]{22}/)[0].split('#');
  const c = s.client();
  assert.equal((await c.submit(path, { key: `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}` })).status >= 400, true, 'a wrong key');
  assert.equal((await c.submit(path, { key })).status, 200);
  const csrf = (await c.get(path)).text.match(/name="csrf" value="([^"]+)"/)[1];
  assert.equal((await c.get(`${path}/search?q=x`)).status, 200);
  for (const other of [`/door/${h.slug}/search?q=ingrid`, `/door/${h.slug}/guest`, `/door/${h.slug}/events`]) {
    const a = await c.get(other, { follow: false });
    assert.ok(shut(a), `${other}: ${a.status}`);
  }
  for (const [what, fields] of [['scan', { code: r.ticket }], ['tick', { ticket_id: '1' }], ['guest', { name: 'Snik' }], ['undo', { ticket_id: '1' }]]) {
    const a = await c.post(`/door/${h.slug}/${what}`, { ...fields, csrf }, { follow: false });
    assert.ok(shut(a), `${what}: ${a.status}`);
  }
  assert.equal((await s.api('POST', `/gatherings/${h.id}/checkins`, { ticket: r.ticket })).body.result, 'admitted', 'nothing happened there');
  assert.equal((await s.api('GET', `/gatherings/${h.id}`)).body.seats_taken, 1);
  const page = await organiser.get(`/admin/gatherings/${g.id}/door`);
  assert.equal((await organiser.submit(page, {}, { action: '/revoke' })).status, 200);
  const after = await c.get(`${path}/search?q=x`, { follow: false });
  assert.ok(shut(after), `revoked: ${after.status}`);
  assert.ok((await s.client().submit(path, { key })).status >= 400, 'the key is dead');
  await s.stop();
});
