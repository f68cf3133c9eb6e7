// A gathering as a file that another hub reads: its texts and nobody who was there.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling, forms } from '../lib/samling.js';

const programme = [{ starts: '17:00', title: 'Kaffe', speaker: '' }, { starts: '', title: 'Roboten «vår»', speaker: 'Ingrid Sæther' }];

test('saved by one hub, held by another', async () => {
  const [s, other] = await Promise.all([Samling.start(), Samling.start()]);
  const g = await s.gathering({ title: 'Roboter & mennesker', summary: 'Kort.', description: '# Om\n\n*Mye*', practical: 'Parkering', address: 'Kaigata 1', topics: 'Roboter, Æ', project: '4711', capacity: 40, ask_wish: false, language: 'nn', programme });
  const asks = [
    { kind: 'mark', text: 'Hvordan var det?', help: '', required: true, for_needs: false, options: [] },
    { kind: 'choice', text: 'Hvor skal vi møtes?', help: 'Neste gang', required: false, for_needs: false, options: ['Kaia', 'Brygga «ny»'] },
    { kind: 'text', text: 'Hva trenger dere?', help: '', required: false, for_needs: true, options: [] },
  ];
  assert.equal((await s.api('PATCH', `/gatherings/${g.id}/survey`, { asked: true, anonymous: true, questions: asks })).status, 200);
  await s.register(g, { name: 'Hemmelig Navn', email: 'hemmelig@firma.example', requirements: 'nøtter' });
  const c = await s.organiser();
  assert.match((await c.get(`/admin/gatherings/${g.id}`)).text, new RegExp(`href="/admin/gatherings/${g.id}/file"`));
  const saved = await c.get(`/admin/gatherings/${g.id}/file`);
  assert.equal(saved.status, 200);
  assert.match(saved.headers.get('content-disposition'), /roboter-mennesker\.samling\.json/);
  assert.doesNotMatch(saved.text, /Hemmelig|nøtter|seats_taken|"id"|4711/);

  const o = await other.organiser();
  const form = await o.submit('/admin/gatherings/import', { file: saved.text }, { action: '/import' });
  assert.equal(form.status, 200, form.text.slice(0, 2000));
  assert.match(form.text, /Dette følger med:\s+3 spørsmål til etterpå/);
  const made = await o.submit({ ...form, path: '/admin/gatherings/new' }, { date: '2031-02-03' }, { action: '/new', button: ['action', 'draft'] });
  assert.equal(made.status, 200, made.text.slice(0, 2000));
  const [got] = (await other.api('GET', '/gatherings')).body.items;
  const whole = (await other.api('GET', `/gatherings/${got.id}`)).body;
  for (const k of ['title', 'summary', 'description', 'practical', 'address', 'place', 'topics', 'capacity', 'ask_wish', 'ask_requirements', 'language', 'kind']) assert.deepEqual(whole[k], g[k], k);
  assert.deepEqual(whole.programme, programme);
  assert.equal(whole.starts_at, '2031-02-03T17:00:00+01:00');
  assert.equal(whole.ends_at, '2031-02-03T20:30:00+01:00');
  assert.equal(whole.status, 'draft');
  const plain = (survey) => survey.questions.map(({ id, ...q }) => q);
  const survey = (await other.api('GET', `/gatherings/${got.id}/survey`)).body;
  assert.deepEqual([survey.asked, survey.anonymous, plain(survey)], [true, true, asks]);

  // A copy in the same hub has them too, also when the form is sent twice before it is right.
  const copy = await c.get(`/admin/gatherings/new?copy=${g.id}`);
  assert.match(copy.text, /3 spørsmål til etterpå/);
  const wrong = await c.submit({ ...copy, path: '/admin/gatherings/new' }, { date: '' }, { action: '/new', button: ['action', 'draft'] });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /3 spørsmål til etterpå/);
  const copied = await c.submit({ ...wrong, path: '/admin/gatherings/new' }, { date: '2031-02-04' }, { action: '/new', button: ['action', 'draft'] });
  assert.equal(copied.status, 200, copied.text.slice(0, 2000));
  const twin = (await s.api('GET', '/gatherings')).body.items.find((x) => x.id !== g.id);
  assert.deepEqual(plain((await s.api('GET', `/gatherings/${twin.id}/survey`)).body), asks);
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
    [file({ survey: 7 }), /«survey» i filen/], [file({ survey: { questions: [] } }), /«survey\.questions» i filen/],
    [file({ survey: { questions: Array(9).fill({ kind: 'text', text: 'Hva?' }) } }), /«survey\.questions» i filen/],
    [file({ survey: { questions: [{ kind: 'text', text: 'Hva?' }, { kind: 'text', text: ' ' }] } }), /«survey\.questions\[1\]\.text» i filen/],
    [file({ survey: { questions: [{ kind: 'dikt', text: 'Hva?' }] } }), /«survey\.questions\[0\]\.kind» i filen/],
    [file({ survey: { questions: [{ kind: 'text', text: 'x'.repeat(201) }] } }), /«survey\.questions\[0\]\.text» i filen/],
    [file({ survey: { questions: [{ kind: 'choice', text: 'Hva?', options: ['a', 'a'] }] } }), /«survey\.questions\[0\]\.options» i filen/],
    [file({ survey: { questions: [{ kind: 'choice', text: 'Hva?', options: 'a' }] } }), /«survey\.questions\[0\]\.options» i filen/],
    [file({ survey: { questions: [{ kind: 'text', text: 'Hva?', more: 'x'.repeat(40000) }] } }), /ikke en arrangementsfil/],
    [file({ survey: { asked: 'ja', questions: [{ kind: 'text', text: 'Hva?' }] } }), /«survey\.asked» i filen/],
  ]) {
    const r = await send(text);
    assert.equal(r.status, 422, text.slice(0, 100));
    assert.match(r.text, words, text.slice(0, 100));
    const pairs = Object.fromEntries(forms(r.text).find((f) => f.action.includes('/import')).pairs);
    assert.equal(pairs.file, text);
  }
  for (const odd of [{ kind: 'fest' }, { language: 'sv' }, { timezone: 'Månen' }, { capacity: -3 }, { capacity: 1e12 }, { programme: [null, 3] }, { more: { x: 1 } }, { survey: { questions: [{ kind: 'text', text: 'Hva?', more: 1 }] } }]) {
    assert.equal((await send(file(odd))).status, 200, JSON.stringify(odd));
  }
  await s.stop();
});
