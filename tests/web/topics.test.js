// What gatherings are about: the calendar and its feeds can be narrowed to one topic.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling } from '../lib/samling.js';

test('calendar and feeds by topic', async () => {
  const s = await Samling.start();
  const robots = await s.gathering({ title: 'Roboter i praksis', topics: 'Digitalisering, Æøå & roboter,, digitalisering ' });
  await s.gathering({ title: 'Innkjøp sammen', topics: 'Innkjøp' });
  await s.gathering({ title: 'Uten noe' });
  const draft = await s.api('POST', '/gatherings', { title: 'Hemmelig', starts_at: '2031-01-01T10:00:00', place: 'Salen', topics: 'Hemmelig sak' });
  assert.equal(draft.status, 201);
  const c = s.client();
  const all = (await c.get('/')).text;
  assert.match(all, /<nav class="sm-filter" aria-label="Tema">[\s\S]*href="\/\?topic=digitalisering">Digitalisering<[\s\S]*href="\/\?topic=aeoa-roboter">Æøå &amp; roboter<[\s\S]*href="\/\?topic=innkjop">Innkjøp</);
  assert.doesNotMatch(all, /Hemmelig/);
  const one = (await c.get('/?topic=digitalisering')).text;
  assert.match(one, /<h1 class="sm-title">Digitalisering<\/h1>/);
  assert.match(one, /Roboter i praksis/);
  assert.doesNotMatch(one, /Innkjøp sammen|Uten noe/);
  assert.match(one, /aria-current="page">Digitalisering/);
  assert.match(one, /href="\/feed\.ics\?topic=digitalisering"/);
  assert.match(await (await fetch(`${s.url}/g/${robots.slug}`)).text(), /href="\/\?topic=digitalisering"/);
  const ics = await (await fetch(`${s.url}/feed.ics?topic=innkjop`)).text();
  assert.match(ics, /SUMMARY:Innkjøp sammen/);
  assert.doesNotMatch(ics, /Roboter/);
  assert.match(ics, /X-WR-CALNAME:.*Innkjøp/);
  const atom = await (await fetch(`${s.url}/feed.atom?topic=innkjop`)).text();
  assert.match(atom, /<id>[^<]*\/feed\.atom\?topic=innkjop<\/id>/);
  assert.equal(atom.match(/<entry>/g).length, 1);
  // What nobody sees is about nothing; neither is what no gathering has.
  for (const path of ['/?topic=hemmelig-sak', '/feed.ics?topic=hemmelig-sak', '/feed.atom?topic=nope', `/?topic=${encodeURIComponent('"><script>')}`]) {
    assert.equal((await fetch(s.url + path)).status, 404, path);
  }
  // Changed: the old one is gone, the new one there.
  assert.equal((await s.api('PATCH', `/gatherings/${robots.id}`, { topics: 'Automatisering' })).body.topics, 'Automatisering');
  assert.equal((await fetch(`${s.url}/?topic=digitalisering`)).status, 404);
  assert.match((await c.get('/?topic=automatisering')).text, /Roboter i praksis/);
  await s.stop();
});

test('topics that are too many or too long are said at the field, and nothing typed is lost', async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  for (const topics of ['a, b, c, d, e, f, g', 'x'.repeat(41)]) {
    const r = await s.api('POST', '/gatherings', { title: 'T', starts_at: '2031-01-01T10:00:00', place: 'Salen', topics });
    assert.equal(r.status, 422);
    assert.deepEqual(r.body.errors.map((e) => [e.field, e.code]), [['topics', 'topics']]);
    const page = await c.submit('/admin/gatherings/new', { title: 'Tittel', date: '2031-01-01', from: '10:00', place: 'Salen', topics }, { action: '/new', button: ['action', 'draft'] });
    assert.equal(page.status, 422);
    assert.match(page.text, /Skriv høyst seks temaer/);
    assert.ok(page.text.includes(`value="${topics}"`));
  }
  const six = await s.api('POST', '/gatherings', { title: 'T', starts_at: '2031-01-01T10:00:00', place: 'Salen', topics: 'a, b; c, d, e, æ'.padEnd(30, ',') });
  assert.equal(six.status, 201);
  await s.stop();
});
