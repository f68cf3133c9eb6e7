// A gathering as a file that another hub reads: its texts and nobody who was there.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling, forms } from '../lib/samling.js';

const programme = [{ starts: '17:00', title: 'Kaffe', speaker: '' }, { starts: '', title: 'Roboten «vår»', speaker: 'Ingrid Sæther' }];

test('saved by one hub, held by another', async () => {
  const [s, other] = await Promise.all([Samling.start(), Samling.start()]);
  const g = await s.gathering({ title: 'Roboter & mennesker', summary: 'Kort.', description: '# Om\n\n*Mye*', practical: 'Parkering', address: 'Kaigata 1', topics: 'Roboter, Æ', capacity: 40, ask_wish: false, language: 'nn', programme });
  await s.register(g, { name: 'Hemmelig Navn', email: 'hemmelig@firma.example', requirements: 'nøtter' });
  const c = await s.organiser();
  assert.match((await c.get(`/admin/gatherings/${g.id}`)).text, new RegExp(`href="/admin/gatherings/${g.id}/file"`));
  const saved = await c.get(`/admin/gatherings/${g.id}/file`);
  assert.equal(saved.status, 200);
  assert.match(saved.headers.get('content-disposition'), /roboter-mennesker\.samling\.json/);
  assert.doesNotMatch(saved.text, /Hemmelig|nøtter|seats_taken|"id"/);

  const o = await other.organiser();
  const form = await o.submit('/admin/gatherings/import', { file: saved.text }, { action: '/import' });
  assert.equal(form.status, 200, form.text.slice(0, 2000));
  const made = await o.submit({ ...form, path: '/admin/gatherings/new' }, { date: '2031-02-03' }, { action: '/new', button: ['action', 'draft'] });
  assert.equal(made.status, 200, made.text.slice(0, 2000));
  const [got] = (await other.api('GET', '/gatherings')).body.items;
  const whole = (await other.api('GET', `/gatherings/${got.id}`)).body;
  for (const k of ['title', 'summary', 'description', 'practical', 'address', 'place', 'topics', 'capacity', 'ask_wish', 'ask_requirements', 'language', 'kind']) assert.deepEqual(whole[k], g[k], k);
  assert.deepEqual(whole.programme, programme);
  assert.equal(whole.starts_at, '2031-02-03T17:00:00+01:00');
  assert.equal(whole.ends_at, '2031-02-03T20:30:00+01:00');
  assert.equal(whole.status, 'draft');
  await Promise.all([s.stop(), other.stop()]);
});

test('what is no such file is told apart, and nothing typed is lost', async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  const send = (file) => c.submit('/admin/gatherings/import', { file }, { action: '/import' });
  const file = (o) => JSON.stringify({ samling_gathering: 1, title: 'T', ...o });
  for (const [text, words] of [
    ['', /Velg en fil/], ['hei', /ikke en arrangementsfil/], ['[]', /ikke en arrangementsfil/], ['{"title":"T"}', /ikke en arrangementsfil/],
    [file({ samling_gathering: 2 }), /ikke en arrangementsfil/], ['{"samling_gathering":1,"samling_gathering":1}', /ikke en arrangementsfil/],
    [file({ title: '' }), /«title» i filen/], [file({ title: 7 }), /«title» i filen/], [file({ summary: 'x'.repeat(601) }), /«summary» i filen/],
    [file({ starts_at: 'i går' }), /«starts_at» i filen/], [file({ programme: {} }), /«programme» i filen/],
    [file({ programme: Array(61).fill({ title: 'x' }) }), /«programme» i filen/], [file({ ask_wish: 'ja' }), /«ask_wish» i filen/],
  ]) {
    const r = await send(text);
    assert.equal(r.status, 422, text.slice(0, 100));
    assert.match(r.text, words, text.slice(0, 100));
    const pairs = Object.fromEntries(forms(r.text).find((f) => f.action.includes('/import')).pairs);
    assert.equal(pairs.file, text);
  }
  for (const odd of [{ kind: 'fest' }, { language: 'sv' }, { timezone: 'Månen' }, { capacity: -3 }, { capacity: 1e12 }, { programme: [null, 3] }, { more: { x: 1 } }]) {
    assert.equal((await send(file(odd))).status, 200, JSON.stringify(odd));
  }
  await s.stop();
});
