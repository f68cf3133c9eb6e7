// Needs as the organiser works with them: noted, pasted, put together, without script.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling, unescape } from '../lib/samling.js';

const board = '/admin/needs';
const line = (...cells) => cells.join('\t');
const three = [
  line('Tallvakt Regnskap', 'Slippe å taste inn timer to ganger', 'behov'),
  line('Åmdal Bygg', 'Føre timer og ordre bare én gang', 'utfordring'),
  line('Blåfjell Mekaniske', 'Timer fra verkstedet rett i lønn', ''),
].join('\n');
const review = (c, text) => c.submit('/admin/needs/paste', { paste: text }, { action: '/needs/paste' });
const save = async (c, text) => {
  const seen = await review(c, text);
  return c.post('/admin/needs/paste/save', { paste: text, csrf: seen.text.match(/name="csrf" value="([^"]+)"/)[1], form_key: seen.text.match(/name="form_key" value="([^"]+)"/)?.[1] ?? '' });
};
/** Ids of those that stand alone, by their text. */
const alone = (html) => new Map([...html.matchAll(/data-need="(\d+)"[\s\S]*?<p class="ds-label"[^>]*>([^<]*)</g)].map(([, id, text]) => [unescape(text), id]));
const csrfOf = (page) => page.text.match(/name="csrf" value="([^"]+)"/)[1];

test('noted at the table: faults at their fields, nothing typed is lost, the next one at once', async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  const bad = await c.submit('/admin/needs/new', { text: '', organisation: '', kind: 'offer', more: 'Vi <har> mer', urgency: 'x' }, { action: '/needs/new' });
  assert.equal(bad.status, 422);
  for (const field of ['text', 'organisation', 'urgency']) assert.match(bad.text, new RegExp(`href="#${field}"`), field);
  assert.match(bad.text, /Skriv behovet i én setning[\s\S]*Skriv hvilken bedrift det gjelder/);
  assert.match(bad.text, /Vi &lt;har&gt; mer<\/textarea>/);
  assert.match(bad.text, /value="offer"[^>]*checked/);
  const long = await c.submit('/admin/needs/new', { text: 'x'.repeat(301), organisation: 'Nes' }, { action: '/needs/new' });
  assert.equal(long.status, 422);

  const noted = await c.submit('/admin/needs/new', { text: 'Lærling vi kan dele', organisation: 'Strømsund Elektro', kind: 'need' }, { action: '/needs/new' });
  assert.match(noted.text, /Lagt til/);
  assert.match(noted.text, /<option value="Strømsund Elektro">/, 'suggested for the next one');
  const page = (await c.get(board)).text;
  assert.match(page, /1 behov fra 1 bedrift/);
  const id = alone(page).get('Lærling vi kan dele');
  const one = await c.get(`${board}/${id}`);
  assert.match(one.text, /Bare bedriften selv og vi som arrangerer/);

  // Two who change the same one: the second is told, with what they typed in the form.
  const first = await c.submit(one, { text: 'Lærling som fire kan dele', urgency: 'now' }, { action: `/needs/${id}` });
  assert.match(first.text, /Lagret/);
  const second = await c.submit(one, { text: 'Lærling til oss' }, { action: `/needs/${id}` });
  assert.equal(second.status, 409);
  assert.match(second.text, /Noen andre har endret behovet[\s\S]*Lærling til oss<\/textarea>/);
  const again = await c.submit(second, {}, { action: `/needs/${id}` });
  assert.match(again.text, /<h1[^>]*>Lærling til oss[\s\S]*Lagret/);

  assert.match((await c.get(`${board}/list?q=l%C3%A6rl&kind=need`)).text, /Lærling til oss/);
  assert.match((await c.get(`${board}/list?kind=offer`)).text, /Ingen funnet/);
  assert.equal((await c.get(`${board}/999`)).status, 404);
  await s.stop();
});

test('pasted from a spreadsheet: each line says what is wrong with it, all or none is taken, once', async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  const empty = await review(c, '');
  assert.match(empty.text, /Lim inn minst én linje/);
  const text = ['Bedrift;Behov;Type', 'Vik Verft;Sveiserobot til små serier;behov', ';Uten bedrift;', 'Nes;;behov', 'Nes;Fôr;tull',
    `Nes;${'x'.repeat(301)};`, 'Vik Verft;Sveiserobot til små serier;behov', 'Nes;a;behov;ekstra', '"Bo ""og"" Co";"Laserskjæring; i stål";Kan bidra med', ''].join('\n');
  const seen = await review(c, text);
  assert.equal(seen.status, 200);
  assert.match(seen.text, /2 kan legges til\.<\/strong> 5 må rettes/);
  const lines = [...seen.text.matchAll(/<li><span>(\d+)<\/span>[\s\S]*?<\/svg>([^<]*)<\/span><\/li>/g)].map((m) => [Number(m[1]), m[2]]);
  assert.deepEqual(lines, [[2, 'Behov'], [3, 'Mangler bedrift'], [4, 'Mangler behov'], [5, 'Ukjent type'], [6, 'Lengre enn 300 tegn'], [7, 'Står lenger oppe'], [8, 'For mange kolonner'], [9, 'Kan bidra med']]);
  assert.match(seen.text, /Bo &quot;og&quot; Co<small>Laserskjæring; i stål/);
  assert.doesNotMatch(seen.text, /paste\/save/);
  const forced = await save(c, text);
  assert.equal(forced.status, 422);
  assert.match(forced.text, /Rett linjene som er merket/);
  assert.match((await c.get(board)).text, /Ingen har meldt inn behov ennå/);

  const many = Array.from({ length: 500 }, (_, i) => `Bedrift ${i % 40};Behov nummer ${i} om noe;`).join('\n');
  const begun = Date.now();
  assert.match((await save(c, many)).text, /500 er lagt til/);
  assert.ok(Date.now() - begun < 30000);
  assert.match((await save(c, many)).text, /500 behov fra 40 bedrifter/, 'what is there already is not added again');
  const more = await review(c, `${many}\nEn til;Ett til;`);
  assert.equal(more.status, 422);
  assert.match(more.text, /mer enn 500 linjer/);
  assert.match(more.text, /En til;Ett til;\s*<\/textarea>/);
  await s.stop();
});

test('proposed across trades, accepted, refused; of one company never; moved by two at once', async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  await save(c, three);
  await save(c, [line('Vik Verft', 'Sveiserobot til små serier'), line('Vik Verft', 'Robot som sliper'), line('Havglimt Sjømat', 'Hjelp til å bygge om emballasjen')].join('\n'));
  let page = await c.get(board);
  assert.match(page.text, /6 behov fra 5 bedrifter/);
  assert.match(page.text, /Forslag[\s\S]*3 bedrifter, 0 bransjer[\s\S]*<mark class="sm-mark">timer<\/mark>/);
  assert.match(page.text, /«Slippe å [^»]*<mark class="sm-mark">timer<\/mark>[^»]*», <a [^>]*>Tallvakt Regnskap/);

  // Of one company: said why, and what was typed is still there.
  const ids = alone(page.text);
  const csrf = csrfOf(page);
  const make = (pick, name) => c.post(`${board}/themes`, [...pick.map((id) => ['pick', id]), ['name', name], ['csrf', csrf]]);
  const one = await make([ids.get('Sveiserobot til små serier'), ids.get('Robot som sliper')], 'Roboter');
  assert.equal(one.status, 422);
  assert.match(one.text, /minst to bedrifter har\. Disse kommer fra én/);
  assert.match(one.text, /value="Roboter"/);
  // What takes long is not done on the threads that everybody's pages are made on.
  assert.match(page.text, /Forslag</);
  assert.doesNotMatch(one.text, /Forslag</);
  assert.match(one.text, /<a href="\/admin\/needs">Se forslagene</);
  assert.doesNotMatch(page.text, /Se forslagene/);
  const none = await make([], '');
  assert.match(none.text, /Kryss av minst to behov/);
  assert.match(none.text, /Gi fellesnevneren et navn/);

  // Accepted with one button; sent twice it is one.
  const proposal = page;
  const pick = [...proposal.text.matchAll(/type="hidden" name="pick" value="(\d+)"/g)].map((m) => m[1]);
  assert.equal(pick.length, 3);
  const made = await make(pick, 'Timer rett inn');
  assert.equal(made.status, 200);
  assert.match(made.text, /id="theme-\d+"[\s\S]*Timer rett inn[\s\S]*3 bedrifter, 0 bransjer[\s\S]*Tallvakt Regnskap, Åmdal Bygg, Blåfjell Mekaniske/);
  assert.doesNotMatch(made.text, /Forslag</);
  const id = made.text.match(/id="theme-(\d+)"/)[1];
  const twice = await make(pick, 'Timer igjen');
  assert.equal(twice.status, 409);
  assert.match(unescape(twice.text), /har allerede lagt «Slippe å taste inn timer to ganger» i «Timer rett inn»/);

  // Two organisers move the same need.
  const robot = ids.get('Sveiserobot til små serier');
  const other = await make([robot, ids.get('Hjelp til å bygge om emballasjen')], 'Annet');
  const otherId = [...other.text.matchAll(/id="theme-(\d+)"/g)].map((m) => m[1]).find((t) => t !== id);
  const late = await c.post(`${board}/${robot}/move`, { theme: id, from: '', csrf });
  assert.equal(late.status, 409);
  assert.match(unescape(late.text), /[^>]* har allerede lagt «Sveiserobot til små serier» i «Annet»\./);
  const same = await c.post(`${board}/${robot}/move`, { theme: otherId, from: '', csrf });
  assert.equal(same.status, 200, 'the same move twice is one');
  assert.equal((await c.post(`${board}/${robot}/move`, { theme: '', from: otherId, csrf })).status, 200);
  const back = await c.post(`${board}/${robot}/move`, { theme: id, from: otherId, csrf });
  assert.match(unescape(back.text), /har allerede tatt «Sveiserobot til små serier» ut igjen/);

  // A theme's page: named, split, merged; history says who.
  const theme = `${board}/themes/${id}`;
  let at = await c.get(theme);
  assert.match(at.text, /Slippe å taste inn timer to ganger[\s\S]*Det som har skjedd/);
  const change = (name, openness) => c.post(theme, { name, description: '', openness, state: 'open', version: at.text.match(/name="version" value="(\d+)"/)[1], csrf });
  const named = await change('Papirløs flyt', 'members');
  assert.match(named.text, /<h1[^>]*>Papirløs flyt[\s\S]*Lagret[\s\S]*Het «Timer rett inn» før/);
  assert.equal((await change('Annet navn', 'closed')).status, 409);
  at = await c.get(theme);
  const lone = await c.submit(at, { pick: [pick[0]], new_name: 'Ny' }, { action: '/split' });
  assert.match(lone.text, /Disse kommer fra én/);
  const left = await c.submit(at, { pick: [pick[0], pick[1]], new_name: 'Ny' }, { action: '/split' });
  assert.match(left.text, /bare én bedrift igjen/);
  assert.match(left.text, /value="Ny"/);
  await c.post(`${board}/${robot}/move`, { theme: id, from: '', csrf });
  const split = await c.submit(await c.get(theme), { pick: [pick[0], pick[1]], new_name: 'Ny' }, { action: '/split' });
  assert.equal(split.status, 200);
  assert.match(split.text, /Delt ut av «Papirløs flyt»/);
  const merged = await c.submit(split, { into: id }, { action: '/merge' });
  assert.match(merged.text, /Papirløs flyt[\s\S]*4 bedrifter/);
  const old = await c.get(split.path);
  assert.match(old.text, /Slått sammen/);
  assert.match(old.text, new RegExp(`href="${theme}"`));
  assert.equal((await c.submit(merged, { into: '' }, { action: '/merge' })).status, 422);

  // Dissolved; said to be different things: not proposed again.
  await c.submit(await c.get(theme), {}, { action: '/dissolve' });
  page = await c.get(board);
  assert.match(page.text, /Forslag/);
  await c.post(`${board}/apart`, [...pick.map((p) => ['pick', p]), ['csrf', csrf]]);
  assert.doesNotMatch((await c.get(board)).text, /Forslag</);
  await s.stop();
});

test('an organisation whose name is part of another\u2019s is named beside it', async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  const text = ['Vik Verft', 'Vik'].map((o) => `${o}\tSveiserobot til små serier\tbehov`)
    .concat(['Stål Vik Verft', 'Verft'].map((o) => `${o}\tVi har en sveiserobot andre kan bruke\tkan bidra med`)).join('\n');
  assert.equal((await save(c, text)).status, 200);
  const page = await c.get('/admin/needs');
  const ids = alone(page.text);
  assert.equal(ids.size, 1, 'two say the same');
  const picks = [...page.text.matchAll(/name="pick" value="(\d+)"/g)].map((m) => ['pick', m[1]]);
  const made = await c.post('/admin/needs/themes', [...picks, ['name', 'Robot'], ['csrf', csrfOf(page)]]);
  assert.match(made.text, /<li>Vik Verft, Vik\s*<|<li>Vik, Vik Verft\s*</);
  assert.match(made.text, /2 kan bidra:<\/strong> (Stål Vik Verft, Verft|Verft, Stål Vik Verft)/);
  await s.stop();
});
