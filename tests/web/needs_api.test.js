// Needs and themes by the API: what a token sees, what it may change, and what is said of what it may not.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling } from '../lib/samling.js';

const add = (s, text, organisation, more = {}) => s.api('POST', '/needs', { text, organisation, ...more });
const codes = (r) => (r.body.errors ?? []).map((e) => `${e.field} ${e.code}`);

test('needs: noted, changed with If-Match, put into a theme; faults at their fields', async () => {
  const s = await Samling.start();
  s.token = s.newToken('organiser');
  assert.deepEqual(codes(await s.api('POST', '/needs', { text: '', kind: 'x', urgency: 'x', field: 'x', openness: 'x', state: 'x' })).sort(),
    ['field choice', 'kind choice', 'openness choice', 'organisation required', 'state choice', 'text required', 'urgency choice']);
  assert.deepEqual(codes(await s.api('POST', '/needs', { text: 'a', organisation_id: '999' })), ['organisation_id choice']);
  assert.deepEqual(codes(await s.api('POST', '/needs', { text: 'x'.repeat(301), organisation: 'Nes' })), ['text too_long']);
  const made = await add(s, 'Føre timer bare én gang', 'Nes Havbruk', { field: 'digital', urgency: 'now' });
  assert.equal(made.status, 201);
  assert.equal(made.headers.get('location'), `/api/v1/needs/${made.body.id}`);
  assert.equal(made.body.openness, 'closed');
  assert.equal(made.body.theme_id, null);
  const at = `/needs/${made.body.id}`;
  const etag = (await s.api('GET', at)).headers.get('etag');
  const changed = await s.api('PATCH', at, { urgency: null, more: 'I dag på papir' }, { headers: { 'if-match': etag } });
  assert.deepEqual([changed.body.urgency, changed.body.more, changed.body.field], [null, 'I dag på papir', 'digital']);
  assert.equal((await s.api('PATCH', at, { more: 'annet' }, { headers: { 'if-match': etag } })).status, 412);
  assert.equal((await s.api('PATCH', '/needs/999', { more: 'a' })).status, 404);

  const two = (await add(s, 'Timer fra verkstedet', 'Vik Verft')).body;
  const three = (await add(s, 'Timer på papir', 'Åmdal Bygg')).body;
  const offer = (await add(s, 'Koble timer til lønn', 'Ytre Data', { kind: 'offer' })).body;
  assert.deepEqual((await s.api('GET', '/needs?kind=offer')).body.items.map((n) => n.id), [offer.id]);
  assert.deepEqual((await s.api('GET', '/needs?q=verksted')).body.items.map((n) => n.id), [two.id]);
  const first = (await s.api('GET', '/needs?limit=2')).body;
  assert.deepEqual(first.items.map((n) => n.id), [made.body.id, two.id]);
  assert.deepEqual((await s.api('GET', `/needs?limit=2&cursor=${first.next}`)).body.items.map((n) => n.id), [three.id, offer.id]);
  assert.equal((await s.api('GET', '/needs?kind=x')).status, 422);

  // Proposed by what they share; of fewer than two organisations nothing comes.
  const proposed = (await s.api('GET', '/themes/proposals')).body.items;
  assert.deepEqual(proposed.map((p) => [p.need_ids.length, p.organisations]), [[3, 3]]);
  assert.ok(proposed[0].words.some((w) => /timer/.test(w)), proposed[0].words.join());
  assert.deepEqual(codes(await s.api('POST', '/themes', { name: 'En', need_ids: [made.body.id] })), ['need_ids one_organisation']);
  assert.deepEqual(codes(await s.api('POST', '/themes', { name: 'En', need_ids: [made.body.id, '999'] })), ['need_ids choice']);
  assert.deepEqual(codes(await s.api('POST', '/themes', { name: 'En', need_ids: [made.body.id, 'x'] })), ['need_ids choice']);
  const theme = await s.api('POST', '/themes', { name: 'Timer én gang', need_ids: [made.body.id, two.id] });
  assert.equal(theme.status, 201);
  assert.deepEqual([theme.body.organisations, theme.body.needs], [2, 2]);
  assert.equal((await s.api('POST', '/themes', { name: 'Igjen', need_ids: [made.body.id, three.id] })).status, 409);
  assert.equal((await s.api('PATCH', `/needs/${three.id}`, { theme_id: theme.body.id })).body.theme_id, theme.body.id);
  assert.deepEqual(codes(await s.api('PATCH', `/needs/${offer.id}`, { theme_id: theme.body.id })), ['theme_id offer']);
  assert.deepEqual(codes(await s.api('PATCH', `/needs/${three.id}`, { theme_id: '999' })), ['theme_id choice']);
  assert.deepEqual((await s.api('GET', `/needs?theme_id=${theme.body.id}`)).body.items.length, 3);

  // What is withdrawn leaves it, by whichever way.
  assert.equal((await s.api('PATCH', `/needs/${three.id}`, { state: 'withdrawn' })).body.theme_id, null);
  assert.equal((await s.api('GET', `/themes/${theme.body.id}`)).body.needs, 2);
  await s.stop();
});

test('themes: changed, merged, split, dissolved, set apart, made into a gathering whose needs are answered', async () => {
  const s = await Samling.start();
  await s.clockAt('2027-03-01T09:00:00Z');
  s.token = s.newToken('organiser');
  const id = [];
  for (const [i, o] of ['Ane', 'Bo', 'Cæsar', 'Dag'].entries()) id.push((await add(s, `Frakt nummer ${i}`, o)).body.id);
  const one = (await s.api('POST', '/themes', { name: 'Frakt', need_ids: id.slice(0, 2) })).body.id;
  const two = (await s.api('POST', '/themes', { name: 'Bil', need_ids: id.slice(2) })).body.id;
  const etag = (await s.api('GET', `/themes/${one}`)).headers.get('etag');
  assert.equal((await s.api('PATCH', `/themes/${one}`, { name: 'Felles frakt', openness: 'public' }, { headers: { 'if-match': etag } })).body.name, 'Felles frakt');
  assert.equal((await s.api('PATCH', `/themes/${one}`, { name: 'x' }, { headers: { 'if-match': etag } })).status, 412);
  assert.deepEqual(codes(await s.api('PATCH', `/themes/${one}`, { openness: 'x', state: 'merged' })).sort(), ['openness choice', 'state choice']);

  // A viewer: from three organisations on, and never what the needs are.
  const organiser = s.token;
  const viewer = s.newToken('viewer');
  assert.deepEqual((await s.api('GET', '/themes', undefined, { token: viewer })).body.items, []);
  assert.equal((await s.api('GET', `/themes/${one}`, undefined, { token: viewer })).status, 404);
  assert.deepEqual((await s.api('GET', '/needs', undefined, { token: viewer })).body.items, []);
  assert.equal((await s.api('GET', `/needs/${id[0]}`, undefined, { token: viewer })).status, 404);
  assert.equal((await s.api('GET', '/themes/proposals', undefined, { token: viewer })).status, 403);
  s.token = organiser;

  assert.equal((await s.api('POST', `/themes/${two}/merge`, { into: two })).status, 422);
  const merged = await s.api('POST', `/themes/${two}/merge`, { into: one });
  assert.deepEqual([merged.status, merged.body.id, merged.body.organisations], [200, one, 4]);
  assert.equal((await s.api('POST', `/themes/${two}/merge`, { into: one })).status, 409);
  assert.equal((await s.api('GET', `/themes/${two}`)).body.merged_into, one);
  const seen = (await s.api('GET', '/themes', undefined, { token: viewer })).body.items;
  assert.deepEqual(seen.map((t) => [t.name, t.organisations, t.needs, t.description]), [['Felles frakt', 4, null, null]]);

  const g = await s.api('POST', `/themes/${one}/gathering`);
  assert.equal(g.status, 201);
  assert.equal(g.headers.get('location'), `/api/v1/gatherings/${g.body.id}`);
  assert.equal(g.body.status, 'draft');
  assert.equal(g.body.description, '4 bedrifter i klyngen har pekt på dette.');
  const at = `/gatherings/${g.body.id}/needs`;
  assert.equal((await s.api('GET', at)).body.items.length, 4);
  const page = (await s.api('GET', `${at}?limit=3`)).body;
  assert.equal((await s.api('GET', `${at}?limit=3&cursor=${page.next}`)).body.items.length, 1);
  assert.equal((await s.api('PATCH', `${at}/${id[0]}`, { outcome: 'solved' })).status, 409);
  await s.api('PATCH', `/gatherings/${g.body.id}`, { starts_at: '2027-03-10T17:00:00', ends_at: '2027-03-10T20:00:00', place: 'Her' });
  await s.api('POST', `/gatherings/${g.body.id}/publish`);
  await s.clockAt('2027-03-11T09:00:00Z');
  assert.deepEqual(codes(await s.api('PATCH', `${at}/${id[0]}`, { outcome: 'x' })), ['outcome choice']);
  const said = await s.api('PATCH', `${at}/${id[0]}`, { outcome: 'solved', note: 'Vi kjører sammen' });
  assert.deepEqual([said.body.outcome, said.body.state, said.body.note], ['solved', 'solved', 'Vi kjører sammen']);
  await s.api('PATCH', `/needs/${id[1]}`, { state: 'withdrawn' });
  assert.equal((await s.api('PATCH', `${at}/${id[1]}`, { outcome: 'open' })).status, 409);

  assert.equal((await s.api('DELETE', `/themes/${one}`)).status, 204);
  assert.equal((await s.api('DELETE', `/themes/${one}`)).status, 409);
  assert.equal((await s.api('POST', `/themes/${one}/gathering`)).status, 409);
  assert.equal((await s.api('GET', `/needs/${id[2]}`)).body.theme_id, null);
  assert.equal((await s.api('POST', '/themes/apart', { need_ids: [id[2]] })).status, 422);
  assert.equal((await s.api('POST', '/themes/apart', { need_ids: [id[2], id[3]] })).status, 204);

  // All of one organisation: no gathering of it.
  const [x, y] = [(await add(s, 'Kran', 'Ane')).body.id, (await add(s, 'Kran til leie', 'Eva')).body.id];
  const pair = (await s.api('POST', '/themes', { name: 'Kran', need_ids: [x, y] })).body.id;
  await s.api('PATCH', `/needs/${y}`, { theme_id: null });
  assert.equal((await s.api('POST', `/themes/${pair}/gathering`)).status, 409);
  await s.stop();
});
