// What programs change by the API: registrations, contacts and invitations, and that nobody's change is lost by it.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling, all, run, until } from '../lib/samling.js';

const person = (n) => ({ name: `Gjest ${n}`, email: `gjest${n}@firma.example`, organisation: `Firma ${n}` });

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
  // Publishing and cancelling, too, of what was read.
  const draft = await s.gathering({ draft: true });
  const publish = (known) => s.api('POST', `/gatherings/${draft.id}/publish`, {}, { headers: { 'if-match': known } });
  assert.equal((await publish('"x"')).status, 412);
  const out = await publish((await s.api('GET', `/gatherings/${draft.id}`)).headers.get('etag'));
  assert.deepEqual([out.status, out.body.status], [200, 'published']);
  assert.equal((await s.api('POST', `/gatherings/${draft.id}/cancel`, { notify: false }, { headers: { 'if-match': out.headers.get('etag') } })).body.status, 'cancelled');
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

  // Who asked for no more is shown as such, and is let have mail again as on the page.
  await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [{ name: 'Tone', email: 'tone@firma.example' }] });
  const letter = await until(() => s.mailbox().map((m) => m.toString().replace(/=\r?\n/g, '')).find((m) => m.includes('<tone@firma.example>')));
  const path = new URL(letter.match(/List-Unsubscribe: <([^>]+)>/)[1]).pathname;
  await fetch(s.url + path, { method: 'POST', body: 'List-Unsubscribe=One-Click', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  const tone = (await s.api('GET', '/contacts?email=tone@firma.example')).body.items[0];
  assert.equal(tone.suppressed, 'asked');
  assert.equal((await s.api('POST', `/contacts/${tone.id}/allow`, {}, { token: viewer })).status, 403);
  assert.equal((await s.api('POST', `/contacts/${tone.id}/allow`, {})).body.suppressed, null);
  assert.equal((await s.api('POST', '/contacts/999999/allow', {})).status, 404);

  assert.equal((await s.api('GET', '/contacts', undefined, { token: viewer })).status, 200);
  assert.equal((await add(kari, { token: viewer })).status, 403);
  assert.equal((await patch(per.id, { name: 'x' }, { token: viewer })).status, 403);
  assert.equal((await s.api('GET', '/contacts', undefined, { token: s.newToken('door') })).status, 403);
  assert.equal((await s.api('GET', '/contacts', undefined, { token: null })).status, 401);
  await s.stop();
});

test('invitations: narrowed, read one by one, answered where nothing has changed meanwhile', async () => {
  const s = await Samling.start();
  const g = await s.gathering({});
  const names = ['Håkon Nes', 'Kari Vik', 'Haakon Moe', 'Nils Bø', 'Kari To'];
  await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: names.map((name, i) => ({ name, email: i === 4 ? 'vik@firma.example' : `${['nes', 'vik', 'moe', 'bo'][i]}@firma.example`, organisation: 'Firma' })) });
  const list = `/gatherings/${g.id}/invitations`;
  const found = async (query) => (await all(s, `${list}?${query}`)).map((i) => i.name);
  const of = Object.fromEntries((await all(s, list)).map((i) => [i.name, i]));
  assert.deepEqual(Object.keys(of), names);
  assert.deepEqual((await s.api('GET', `/invitations/${of['Kari Vik'].id}`)).body, of['Kari Vik']);
  assert.equal((await s.api('GET', '/invitations/999999')).status, 404);
  const answer = (name, body, headers = {}) => s.api('POST', `/invitations/${of[name].id}/answer`, body, { headers });
  const tag = (await s.api('GET', `/invitations/${of['Nils Bø'].id}`)).headers.get('etag');
  const yes = await answer('Nils Bø', { answer: 'yes' }, { 'if-match': tag });
  assert.deepEqual([yes.status, yes.body.status], [200, 'yes']);
  assert.equal((await answer('Nils Bø', { answer: 'no' }, { 'if-match': tag })).status, 412);
  assert.equal(yes.headers.get('etag'), (await s.api('GET', `/invitations/${of['Nils Bø'].id}`)).headers.get('etag'));
  await answer('Håkon Nes', { answer: 'no' });
  await answer('Kari To', { answer: 'colleague', colleague_name: 'Ny', colleague_email: 'ny@ny.example' });
  assert.deepEqual(await found('status=open'), ['Kari Vik', 'Haakon Moe']);
  assert.deepEqual([await found('status=yes'), await found('status=no'), await found('status=colleague')], [['Nils Bø'], ['Håkon Nes'], ['Kari To']]);
  assert.deepEqual(await found('q=h%C3%A5kon'), ['Håkon Nes', 'Haakon Moe']);
  assert.deepEqual(await found('q=hakon&status=open'), ['Haakon Moe']);
  assert.deepEqual(await found('email=VIK@firma.example'), ['Kari Vik', 'Kari To']);
  assert.deepEqual(await found('email=vik@firma.example&status=open'), ['Kari Vik']);
  assert.deepEqual(await found('email=ingen@firma.example'), []);
  const one = (await s.api('GET', `${list}?q=firma&limit=2`)).body;
  assert.deepEqual((await s.api('GET', `${list}?q=firma&limit=2&cursor=${one.next}`)).body.items.map((i) => i.name), ['Haakon Moe', 'Nils Bø']);
  await s.clock(3600000);
  const then = new Date(Date.now() + 3500000).toISOString();
  assert.deepEqual(await found(`since=${then}`), []);
  await answer('Haakon Moe', { answer: 'no' });
  assert.deepEqual(await found(`since=${then}`), ['Haakon Moe']);
  for (const bad of ['since=ifjor', 'email=tull', 'status=tull', 'status=none']) {
    const r = await s.api('GET', `${list}?${bad}`);
    assert.deepEqual([r.status, r.body.errors.map((e) => e.field)], [422, [bad.split('=')[0]]], bad);
  }
  await s.stop();
});
