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

test('who was let in is cancelled only with force', async () => {
  const s = await Samling.start();
  const g = await s.gathering({});
  const r = (await s.register(g, {})).body;
  const other = (await s.register(g, person(1))).body;
  await s.api('POST', `/gatherings/${g.id}/checkins`, { ticket: r.ticket });
  const of = async (id) => (await s.api('GET', `/registrations/${id}`)).body;
  const at = `/registrations/${r.id}`;
  for (const query of ['', '?force=false']) {
    const no = await s.api('DELETE', at + query);
    assert.deepEqual([no.status, no.body.code], [409, 'already_admitted'], query);
  }
  const odd = await s.api('DELETE', `${at}?force=kanskje`);
  assert.deepEqual([odd.status, odd.body.errors.map((e) => [e.field, e.code])], [422, [['force', 'bool']]]);
  assert.equal((await of(r.id)).status, 'confirmed');
  // Nor by noting a no to the invitation, or a colleague.
  await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [person(2)] });
  const invitation = (await s.api('GET', `/gatherings/${g.id}/invitations`)).body.items[0];
  const answer = (body) => s.api('POST', `/invitations/${invitation.id}/answer`, body);
  const yes = (await answer({ answer: 'yes' })).body;
  const invited = await of(yes.registration);
  await s.api('POST', `/gatherings/${g.id}/checkins`, { ticket: invited.ticket });
  for (const body of [{ answer: 'no' }, { answer: 'colleague', colleague_name: 'Bo', colleague_email: 'bo@bo.example' }]) {
    const no = await answer(body);
    assert.deepEqual([no.status, no.body.code], [409, 'already_admitted'], body.answer);
  }
  assert.equal((await answer({ answer: 'yes' })).status, 200);
  assert.equal((await answer({ answer: 'no', force: true })).body.status, 'no');
  assert.equal((await of(yes.registration)).status, 'cancelled');
  assert.equal((await answer({ answer: 'no' })).status, 200, 'it is so');

  assert.equal((await s.api('DELETE', `${at}?force=true`)).status, 204);
  assert.equal((await of(r.id)).status, 'cancelled');
  assert.equal((await s.api('DELETE', `${at}?force=true`)).body.code, 'already_cancelled');
  assert.equal((await s.api('DELETE', `/registrations/${other.id}`)).status, 204, 'who was not needs none');
  await s.stop();
});

test('a registration is changed by what is sent, under the rules of the page', async () => {
  const s = await Samling.start();
  const g = await s.gathering({});
  const made = (await s.register(g, { name: 'Ågot Bø', email: 'agot@bo.example', organisation: 'Bø', phone: '99887766', wish: 'Roboter', requirements: 'nøtter' })).body;
  const other = (await s.register(g, { name: 'Ågot Bø', email: 'to@bo.example' })).body;
  const at = `/registrations/${made.id}`;
  const patch = (body, options) => s.api('PATCH', at, body, options);
  const mails = async () => (await all(s, `/mail?gathering=${g.id}`)).length;
  const before = await mails();

  // What is not sent stays, null and "" empty it (RFC 7396); the code stays good.
  const merge = { headers: { 'content-type': 'application/merge-patch+json' } };
  const one = await patch({ organisation: 'Bø & Sønner', phone: null, notify: false }, merge);
  assert.deepEqual([one.status, one.body], [200, { ...made, organisation: 'Bø & Sønner', phone: '' }]);
  assert.equal((await patch({}, merge)).body.organisation, 'Bø & Sønner', 'nothing sent, nothing changed');
  assert.equal(await mails(), before, 'nobody was told');
  const two = await patch({ name: 'Ågot Næss', email: 'Agot@Naess.example', requirements: '', wish: 'To\nlinjer' });
  assert.deepEqual([two.body.name, two.body.email, two.body.requirements, two.body.wish, two.body.ticket],
    ['Ågot Næss', 'agot@naess.example', '', 'To\nlinjer', made.ticket]);
  assert.equal(await mails(), before + 1, 'and is told, once');
  assert.deepEqual((await s.api('GET', at)).body, { ...two.body });
  assert.match(await (await fetch(`${s.url}/t/${made.ticket}`)).text(), /Ågot Næss/);

  const rows = [
    [422, 'invalid', { name: null }, ['name:required']], [422, 'invalid', { name: '' }, ['name:required']],
    [422, 'invalid', { email: 'tull', phone: 7, status: 'cancelled' }, ['email:email', 'phone:type', 'status:unknown']],
    [422, 'invalid', { notify: 'ja' }, ['notify:bool']],
    [409, 'already_registered', { name: 'ågot  bø', email: 'to@bo.example' }, ['name:registered']],
  ];
  for (const [status, code, body, errors] of rows) {
    const no = await patch(body, merge);
    assert.deepEqual([no.status, no.body.code, no.body.errors.map((e) => `${e.field}:${e.code}`).sort()], [status, code, errors], JSON.stringify(body));
  }
  for (const raw of ['[]', 'null', '"a"', '{"a":1,"a":2}']) assert.equal((await patch(undefined, { raw })).status, 400, raw);
  const text = await patch({}, { headers: { 'content-type': 'text/plain' } });
  assert.deepEqual([text.status, text.headers.get('accept-patch')], [415, 'application/merge-patch+json, application/json']);
  assert.equal((await s.api('POST', `/gatherings/${g.id}/registrations`, person(3), merge)).status, 415, 'only a change is a merge patch');
  assert.deepEqual((await s.api('GET', at)).body, two.body, 'nothing of it was done');
  assert.equal((await s.api('PATCH', `/gatherings/${g.id}`, { summary: 'Kort' }, merge)).body.summary, 'Kort');

  // The same request again is one change.
  const key = { headers: { 'idempotency-key': 'endre' } };
  const first = await patch({ wish: 'En' }, key);
  await patch({ wish: 'To' });
  assert.deepEqual((await patch({ wish: 'En' }, key)).body, first.body);
  assert.equal((await s.api('GET', at)).body.wish, 'To');

  for (const role of ['viewer', 'door']) assert.equal((await patch({ wish: 'x' }, { token: s.newToken(role) })).status, 403, role);
  assert.equal((await s.api('PATCH', '/registrations/999999', { wish: 'x' })).status, 404);
  await s.api('DELETE', `/registrations/${other.id}`);
  const gone = await s.api('PATCH', `/registrations/${other.id}`, { wish: 'x' });
  assert.deepEqual([gone.status, gone.body.code], [410, 'already_cancelled']);
  await s.stop();
});

test('ETag: If-None-Match spares the reading, If-Match loses nobody\'s change', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 5 });
  const made = (await s.register(g, { requirements: 'nøtter' })).body;
  const viewer = s.newToken('viewer');
  for (const path of [`/gatherings/${g.id}`, `/registrations/${made.id}`]) {
    const get = (headers = {}, token = s.token) => s.api('GET', path, undefined, { headers, token });
    const patch = (body, headers = {}) => s.api('PATCH', path, body, { headers });
    const one = await get();
    const tag = one.headers.get('etag');
    assert.match(tag, /^"[A-Za-z0-9_-]{16}"$/, path);
    assert.equal((await get()).headers.get('etag'), tag);
    for (const known of [tag, `W/${tag}`, `"x", ${tag}`, '*']) {
      const same = await get({ 'if-none-match': known });
      assert.deepEqual([same.status, same.body, same.headers.get('etag')], [304, '', tag], `${path} ${known}`);
    }
    for (const known of ['"x"', tag.replaceAll('"', ''), '']) assert.equal((await get({ 'if-none-match': known })).status, 200, known);

    const field = path.includes('gatherings') ? 'summary' : 'wish';
    const two = await patch({ [field]: 'En', notify: false }, { 'if-match': tag });
    assert.deepEqual([two.status, two.body[field]], [200, 'En']);
    const next = two.headers.get('etag');
    assert.notEqual(next, tag);
    assert.equal((await get()).headers.get('etag'), next, 'the tag of the change is that of the next reading');
    for (const known of [tag, `W/${next}`, '"x"', next.replaceAll('"', ''), '', `${tag}, "x"`]) {
      const no = await patch({ [field]: 'To' }, { 'if-match': known });
      assert.deepEqual([no.status, no.body.code, no.body.status], [412, 'precondition_failed', 412], `${path} ${known}`);
    }
    assert.equal((await get()).body[field], 'En');
    assert.equal((await patch({ [field]: 'To', notify: false }, { 'if-none-match': '*' })).status, 412);
    for (const known of ['*', `"x", ${next}`]) assert.equal((await patch({ [field]: 'En' }, { 'if-match': known })).status, 200, known);
    assert.equal((await patch({ [field]: 'Uten', notify: false })).status, 200, 'without it all is as before');
    assert.equal((await s.api('PATCH', path.replace(/\d+/, '999999'), {}, { headers: { 'if-match': tag } })).status, 404);

    // Of many who read the same, one changes it.
    const read = (await get()).headers.get('etag');
    const all = await Promise.all(Array.from({ length: 16 }, (_, i) => patch({ [field]: `Nr ${i}`, notify: false }, { 'if-match': read })));
    assert.deepEqual(all.map((r) => r.status).sort(), [200, ...Array(15).fill(412)]);
    assert.equal((await get()).body[field], all.find((r) => r.status === 200).body[field]);

    // A request that comes again is answered as it was, though its tag is old by then.
    const key = { 'idempotency-key': `en${path}`, 'if-match': (await get()).headers.get('etag') };
    const first = await patch({ [field]: 'Igjen', notify: false }, key);
    const again = await patch({ [field]: 'Igjen', notify: false }, key);
    assert.deepEqual([again.status, again.body, again.headers.get('etag')], [200, first.body, first.headers.get('etag')]);
  }
  // Who sees less has a tag of what they see.
  const path = `/registrations/${made.id}`;
  const seen = (await s.api('GET', path, undefined, { token: viewer })).headers.get('etag');
  assert.notEqual(seen, (await s.api('GET', path)).headers.get('etag'));
  assert.equal((await s.api('DELETE', path, undefined, { headers: { 'if-match': seen } })).status, 412);
  assert.equal((await s.api('GET', path)).body.status, 'confirmed');
  const tag = (await s.api('GET', path)).headers.get('etag');
  assert.equal((await s.api('DELETE', path, undefined, { headers: { 'if-match': tag } })).status, 204);
  // What has no tag matches none.
  const list = `/gatherings/${g.id}/registrations`;
  assert.equal((await s.api('POST', list, person(2), { headers: { 'if-match': '"x"' } })).status, 412);
  assert.equal((await s.api('POST', list, person(2))).status, 201);
  await s.stop();
});

test('a token may make so many requests a minute, and is told how many are left', async () => {
  const s = await Samling.start();
  const g = await s.gathering({});
  const token = s.newToken('organiser', 4);
  const other = s.newToken('viewer');
  const get = (path = '/gatherings') => s.api('GET', path, undefined, { token });
  const left = [];
  for (let i = 0; i < 3; i++) {
    const r = await get(['/gatherings', '/gatherings/999999', '/nothing'][i]);
    assert.equal(r.status, [200, 404, 404][i]);
    if (i === 2) continue; // where nothing answers nobody is asked for
    assert.equal(r.headers.get('ratelimit-policy'), '"token";q=4;w=60');
    left.push(r.headers.get('ratelimit').match(/^"token";r=(\d+);t=(\d+)$/).slice(1).map(Number));
  }
  assert.deepEqual(left.map(([r]) => r), [3, 2]);
  for (const [r, t] of left) assert.ok(t > (4 - r - 1) * 15 && t <= (4 - r) * 15 + 1, `${r} ${t}`);
  // A change counts too, refused or not.
  const list = `/gatherings/${g.id}/registrations`;
  assert.match((await s.api('POST', list, {}, { token })).headers.get('ratelimit'), /;r=1;/);
  assert.match((await s.api('POST', list, person(1), { token })).headers.get('ratelimit'), /;r=0;/);
  const no = await s.api('POST', list, person(2), { token });
  assert.deepEqual([no.status, no.body.code], [429, 'too_many_requests']);
  assert.ok(Number(no.headers.get('retry-after')) >= 14 && Number(no.headers.get('retry-after')) <= 16, no.headers.get('retry-after'));
  assert.match(no.headers.get('ratelimit'), /^"token";r=0;t=(60|61)$/);
  assert.equal((await s.api('GET', list)).body.items.length, 1, 'nothing was done');
  // Others are not held up by it, and who has no limit is told of none.
  assert.equal((await s.api('GET', list, undefined, { token: other })).headers.get('ratelimit-policy'), '"token";q=6000;w=60');
  assert.equal((await s.api('GET', list)).headers.get('ratelimit'), null);
  for (const bad of ['-1', 'mange', '1000001', '']) {
    assert.equal(run(['token', 'create', '--name', 'x', '--role', 'viewer', '--per-minute', bad], { data: s.data }).status, 2, bad);
  }
  await s.stop();
});

test('contacts: listed, found, added and changed, as the pages have it', async () => {
  const s = await Samling.start();
  const viewer = s.newToken('viewer');
  const add = (body, options) => s.api('POST', '/contacts', body, options);
  const kari = { name: 'Kari Nes', email: 'Kari@Nes.example', organisation: 'Nes Havbruk', role: 'member', trade: 'Havbruk', language: 'nn' };
  const one = await add(kari, { headers: { 'idempotency-key': 'kari' } });
  assert.equal(one.status, 201, JSON.stringify(one.body));
  assert.deepEqual({ ...one.body, id: '', created_at: '' }, { ...kari, email: 'kari@nes.example', id: '', source: 'api', suppressed: null, created_at: '' });
  const at = one.headers.get('location');
  assert.equal(at, `/api/v1/contacts/${one.body.id}`);
  assert.deepEqual((await s.api('GET', at.slice(7))).body, one.body);
  assert.deepEqual((await add(kari, { headers: { 'idempotency-key': 'kari' } })).body, one.body);
  // The same person again; another at the same address is another contact.
  const again = await add({ ...kari, name: 'KARI  nes', role: null });
  assert.deepEqual([again.status, again.body.code, again.body.errors.map((e) => `${e.field}:${e.code}`)], [409, 'contact_exists', ['name:contact_exists']]);
  const per = (await add({ name: 'Per Å', email: 'kari@nes.example', organisation: 'nes havbruk' })).body;
  assert.equal(per.role, 'member', 'what is known of the organisation stays');
  for (const [body, errors] of [
    [{}, ['email:required', 'name:required']], [{ ...kari, email: 'tull', role: 'sjef', language: 'fr', x: 1 }, ['email:email', 'language:language', 'role:choice', 'x:unknown']],
    [{ name: 'Bo', email: 'bo@bo.example', role: 'member' }, ['organisation:required_for_role']],
  ]) {
    const no = await add(body);
    assert.deepEqual([no.status, no.body.errors.map((e) => `${e.field}:${e.code}`).sort()], [422, errors], JSON.stringify(body));
    for (const e of no.body.errors) assert.ok(!/[æøå]/.test(e.message) && e.message.length > 5 && !/please/i.test(e.message), e.message);
  }
  // Pasting or inviting makes nobody a member; that was said, and by whom.
  const g = await s.gathering({});
  await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [{ email: 'bo@bo.example', organisation: 'Bo AS' }] });
  const bo = (await s.api('GET', '/contacts?email=BO@bo.example')).body.items[0];
  assert.deepEqual([bo.name, bo.role, bo.language, bo.source], ['bo', null, null, 'api']);
  assert.equal((await add({ name: 'Bo Lie', email: 'bo@bo.example' })).status, 409, 'who has no name yet is whoever has the address');

  const patch = (id, body, options) => s.api('PATCH', `/contacts/${id}`, body, options);
  const named = await patch(bo.id, { name: 'Bo Lie', role: 'supplier', language: 'en' }, { headers: { 'content-type': 'application/merge-patch+json' } });
  assert.deepEqual([named.status, named.body], [200, { ...bo, name: 'Bo Lie', role: 'supplier', language: 'en' }]);
  assert.deepEqual((await patch(bo.id, { trade: 'Rør' })).body, { ...named.body, trade: 'Rør' });
  // Role and trade are the organisation's: they hold for all of it, and stay when one leaves it.
  assert.equal((await patch(per.id, { role: 'customer' })).body.role, 'customer');
  assert.equal((await s.api('GET', `/contacts/${one.body.id}`)).body.role, 'customer');
  assert.deepEqual([(await patch(per.id, { organisation: 'Bo AS' })).body.role], ['supplier']);
  const alone = (await patch(per.id, { organisation: null })).body;
  assert.deepEqual([alone.organisation, alone.role, alone.trade], ['', null, '']);
  for (const [body, status, code] of [[{ role: 'member' }, 422, 'organisation:required_for_role'], [{ name: null }, 422, 'name:required'],
    [{ email: 'ny@ny.example' }, 422, 'email:unknown'], [{ name: 'kari nes' }, 409, 'name:contact_exists']]) {
    const no = await patch(per.id, body);
    assert.deepEqual([no.status, no.body.errors.map((e) => `${e.field}:${e.code}`)], [status, [code]], code);
  }
  assert.equal((await patch(999999, { name: 'x' })).status, 404);

  const tag = (await s.api('GET', `/contacts/${per.id}`)).headers.get('etag');
  assert.equal((await patch(per.id, { name: 'Per Åsen' }, { headers: { 'if-match': tag } })).status, 200);
  assert.equal((await patch(per.id, { name: 'Per Ås' }, { headers: { 'if-match': tag } })).status, 412);

  for (let i = 0; i < 7; i++) await add({ name: `Gjest ${i}`, email: `gjest${i}@firma.example`, organisation: 'Firma', role: i === 3 ? 'partner' : undefined });
  const found = async (query) => (await all(s, `/contacts?${query}`)).map((k) => k.name);
  assert.deepEqual(await found('q=per%20%C3%A5sen'), ['Per Åsen']);
  assert.deepEqual(await found('email=kari@nes.example'), ['Kari Nes', 'Per Åsen']);
  assert.deepEqual(await found('role=supplier'), ['Bo Lie']);
  assert.deepEqual(await found('q=gjest&role=partner'), [0, 1, 2, 3, 4, 5, 6].map((i) => `Gjest ${i}`), 'a role is a whole organisation\'s');
  const first = (await s.api('GET', '/contacts?q=gjest&limit=3')).body;
  const next = (await s.api('GET', `/contacts?q=gjest&limit=3&cursor=${first.next}`)).body;
  assert.deepEqual([...first.items, ...next.items].map((k) => k.name), [0, 1, 2, 3, 4, 5].map((i) => `Gjest ${i}`));
  for (const bad of ['limit=0', 'cursor=x', 'role=sjef', 'email=tull']) {
    const r = await s.api('GET', `/contacts?${bad}`);
    assert.deepEqual([r.status, r.body.errors.map((e) => e.field)], [422, [bad.split('=')[0]]], bad);
  }
  assert.equal((await s.api('GET', '/contacts?status=x')).body.code, 'unknown_parameter');

  assert.equal((await s.api('GET', '/contacts', undefined, { token: viewer })).status, 200);
  assert.equal((await add(kari, { token: viewer })).status, 403);
  assert.equal((await patch(per.id, { name: 'x' }, { token: viewer })).status, 403);
  assert.equal((await s.api('GET', '/contacts', undefined, { token: s.newToken('door') })).status, 403);
  assert.equal((await s.api('GET', '/contacts', undefined, { token: null })).status, 401);
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
