// The report for board and funder: every figure is counted again here, opens the rows behind it, and
// stays as it was when it was handed in.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling, unescape as unescapeHtml } from '../lib/samling.js';
import { readPdf } from '../lib/pdf.js';
import { unzip } from '../lib/zip.js';

const DAY = 86400000;
const year = (ms) => new Date(ms).getFullYear();

/** Two gatherings in this year (by the program's clock), one the year before, with who came. */
async function story() {
  const s = await Samling.start();
  const now = Date.now();
  // In the middle of next year, so that nothing lies near its edges.
  const to = new Date(`${year(now) + 1}-06-15T10:00:00+02:00`).getTime();
  const held = [];
  const came = async (g, people) => {
    for (const [name, organisation] of people) {
      const r = await s.register(g, { name, organisation, email: `${name.toLowerCase()}@x.example` });
      assert.equal(r.status, 201, JSON.stringify(r.body));
      assert.equal((await s.api('POST', `/gatherings/${g.id}/checkins`, { ticket: r.body.ticket })).body.result, 'admitted');
    }
  };
  const hold = async (at, title, hours, people, absent = []) => {
    await s.clock(at - 10 * DAY - Date.now());
    const day = new Date(at).toISOString().slice(0, 10);
    const g = await s.gathering({ title, starts_at: `${day}T12:00:00`, ends_at: hours ? `${day}T${12 + hours}:00:00` : null });
    await came(g, people);
    for (const [name, organisation] of absent) assert.equal((await s.register(g, { name, organisation, email: `${name.toLowerCase()}@x.example` })).status, 201);
    held.push(g);
  };
  await hold(to - 300 * DAY, 'I fjor', 2, [['Anne', 'Alfa AS'], ['Bjørn', 'Beta'], ['Cato', 'Gamma']]);
  await hold(to - 60 * DAY, 'Vår', 3, [['Anne', 'Alfa AS'], ['Dag', 'alfa as'], ['Eva', 'Beta']], [['Fred', 'Delta']]);
  await hold(to - 30 * DAY, 'Uten slutt', 0, [['Anne', 'Alfa AS'], ['Gro', '']]);
  await s.clock(to - 5 * DAY - Date.now());
  const off = await s.gathering({ title: 'Avlyst', starts_at: new Date(to + DAY).toISOString(), ends_at: null });
  await s.api('POST', `/gatherings/${off.id}/cancel`, {});
  await s.gathering({ title: 'Til høsten', starts_at: new Date(to + 100 * DAY).toISOString(), ends_at: null });
  await s.clock(to - Date.now());
  return { s, held, first: `${year(to)}-01-01`, last: `${year(to)}-12-31` };
}

const expected = { gatherings_planned: 4, gatherings_held: 2, participations: 5, hours: 9, participants: 4, participants_new: 3, participants_again: 1, companies: 2, companies_again: 67, members_active: null };

test('what is counted is what happened; each figure opens its rows', { timeout: 120000 }, async () => {
  const { s, held, first, last } = await story();
  const r = (await s.api('GET', `/reports?from=${first}&to=${last}`)).body;
  const got = Object.fromEntries(r.figures.map((f) => [f.name, f.value]));
  for (const [k, v] of Object.entries(expected)) assert.equal(got[k], v, k);
  assert.deepEqual(r.gatherings.map((g) => [g.title, g.admitted, g.registered]), [['Vår', 3, 4], ['Uten slutt', 2, 2]]);
  const c = await s.organiser();
  const page = (await c.get('/admin/report')).text;
  assert.match(page, /2 arrangementer samlet 2 bedrifter\./);
  // As many rows behind each as it says, but for shares and sums.
  for (const [name, n] of Object.entries({ ...expected, participations: 2, hours: 1, companies_again: 2, members_active: 0 })) {
    const rows = (await c.get(`/admin/report/rows/${name}?from=${first}&to=${last}`)).text;
    assert.equal((rows.match(/<th scope="row">/g) ?? []).length, n, name);
  }
  assert.match((await c.get(`/admin/report/rows/gatherings_held?from=${first}&to=${last}`)).text, new RegExp(`href="/admin/gatherings/${held[1].id}"`));
  // What stands beside a row is in the reader's language, in the figure's unit.
  const planned = (lang) => c.get(`/admin/report/rows/gatherings_planned?from=${first}&to=${last}&lang=${lang}`);
  assert.match((await planned('en')).text, /<td>Cancelled<\/td>/);
  assert.match((await planned('nb')).text, /Avlyst[\s\S]*<td>Avlyst<\/td>/);
  // A member is one once an organiser says so.
  await s.api('POST', '/contacts', { name: 'Dag', email: 'dag@x.example', organisation: 'Alfa AS', role: 'member' });
  assert.notEqual((await s.api('GET', `/reports?from=${first}&to=${last}`)).body.figures.find((f) => f.name === 'members_active').value, null);
  // A period without a gathering, and ones that are none.
  const none = await c.get('/admin/report?from=2001-01-01&to=2001-01-01');
  assert.match(none.text, /Ingen arrangementer er holdt/);
  for (const [query, words] of [['from=2027-05-01&to=2027-04-01', /ikke være før/], ['from=x&to=2027-04-01', /id="from-error"|from/], ['from=2001-01-01&to=2020-01-01', /høyst ti år/]]) {
    const wrong = await c.get(`/admin/report?${query}`);
    assert.equal(wrong.status, 422, query);
    assert.match(wrong.text, words);
    assert.equal((await s.api('GET', `/reports?${query}`)).status, 422, query);
    assert.ok([404, 422].includes((await c.get(`/admin/report/rows/hours?${query}`)).status));
  }
  assert.equal((await c.get('/admin/report/rows/nothing')).status, 404);
  await s.stop();
});

test('what was handed in stays as it was when somebody is erased', { timeout: 120000 }, async () => {
  const { s, first, last } = await story();
  const c = await s.organiser();
  const missing = await c.submit(`/admin/report/keep?from=${first}&to=${last}`, { name: ' ' }, { action: '/keep' });
  assert.equal(missing.status, 422);
  for (const fields of [{}, { from: 'x', to: 'y', name: 'Z' }, { from: '2026-01-01', to: '2025-01-01', name: 'Z' }]) {
    const csrf = missing.text.match(/name="csrf" value="([^"]+)"/)[1];
    assert.equal((await c.post('/admin/report/keep', { csrf, form_key: missing.text.match(/name="form_key" value="([^"]+)"/)[1], ...fields })).status, 422);
  }
  const kept = await c.submit({ ...missing, path: '/admin/report/keep' }, { name: 'Fylkeskommunen, prosjekt 4711' }, { action: '/keep' });
  assert.equal(kept.status, 200, kept.text.slice(0, 500));
  const before = kept.text.match(/<article[\s\S]*<\/article>/)[0];
  assert.match(kept.text, /Fylkeskommunen, prosjekt 4711/);
  assert.doesNotMatch(before, /Anne|@x\.example/);
  await c.submit('/admin/persons/erase?email=anne%40x.example', {}, { action: '/persons/erase' });
  const after = (await c.get(kept.path)).text.match(/<article[\s\S]*<\/article>/)[0];
  assert.equal(after.replace(/\s+/g, ' '), before.replace(/\s+/g, ' '));
  const now = (await s.api('GET', `/reports?from=${first}&to=${last}`)).body;
  assert.equal(now.figures.find((f) => f.name === 'participants').value, 3);
  assert.equal(now.figures.find((f) => f.name === 'participations').value, 5, 'who came still came');
  assert.match((await c.get('/admin/report')).text, /Fylkeskommunen, prosjekt 4711/);
  // The spreadsheet says the same, as text and numbers.
  for (const path of [`${kept.path}.xlsx`, `/admin/report.xlsx?from=${first}&to=${last}`]) {
    const r = await fetch(s.url + path, { headers: { cookie: [...c.cookies].map(([k, v]) => `${k}=${v}`).join('; ') } });
    assert.equal(r.status, 200);
    assert.match(r.headers.get('content-disposition'), /rapport-\d{4}\.xlsx/);
    const files = unzip(Buffer.from(await r.arrayBuffer()));
    const strings = files['xl/sharedStrings.xml'].toString();
    assert.match(strings, /ulike deltakere/);
    assert.match(strings, /Vår/);
    assert.match(files['xl/worksheets/sheet1.xml'].toString(), new RegExp(`<v>${path.startsWith('/admin/report.') ? 3 : 4}</v>`));
    assert.match(files['xl/workbook.xml'].toString(), /Tallene[\s\S]*Arrangementer/);
  }
  await s.stop();
});

test('own effort by organisation number at the rate that was set; the report on paper', { timeout: 120000 }, async () => {
  const { s, first, last } = await story();
  const c = await s.organiser();
  const figure = async (name) => (await s.api('GET', `/reports?from=${first}&to=${last}`)).body.figures.find((f) => f.name === name).value;
  assert.deepEqual([await figure('own_effort_hours'), await figure('own_effort')], [0, null], 'no number is known, no rate set');
  assert.equal((await s.api('POST', '/organisations', { name: 'Alfa AS', number: '923609016' })).status, 201);
  assert.equal((await c.submit('/admin/settings', { effort_rate: 'mye' }, { action: '/admin/settings' })).status, 422);
  assert.equal((await c.submit('/admin/settings', { effort_rate: '500' }, { action: '/admin/settings' })).status, 200);
  // Two of them for three hours; what had no end is not counted.
  assert.deepEqual([await figure('own_effort_hours'), await figure('own_effort')], [6, 3000]);
  const rows = (await c.get(`/admin/report/rows/own_effort?from=${first}&to=${last}`)).text;
  assert.match(rows, /Alfa AS[\s\S]*923609016 · 6 × 500 = 3000/);

  const pdf = async (path) => {
    const r = await fetch(s.url + path, { headers: { cookie: [...c.cookies].map(([k, v]) => `${k}=${v}`).join('; ') } });
    assert.equal(r.headers.get('content-type'), 'application/pdf');
    return Buffer.from(await r.arrayBuffer());
  };
  const bytes = await pdf(`/admin/report.pdf?from=${first}&to=${last}`);
  const { text } = readPdf(bytes);
  for (const words of ['Klyngens oppbygging', 'egeninnsats', 'ulike deltakere', 'Vår', 'Resultater']) assert.ok(text.replace(/\n/g, ' ').includes(words), words);
  assert.ok((bytes.toString('latin1').match(/\/Type \/Page\b/g) ?? []).length >= 2, 'more than a page');
  assert.doesNotMatch(text, /Anne|@x\.example/);
  const kept = await c.submit(`/admin/report/keep?from=${first}&to=${last}`, { name: 'Til fylket' }, { action: '/keep' });
  assert.match(readPdf(await pdf(`${kept.path}.pdf`)).text, /Til fylket/);
  // The rate is what it was when the report was handed in.
  await c.submit('/admin/settings', { effort_rate: '900' }, { action: '/admin/settings' });
  assert.match((await c.get(kept.path)).text, /3\s000\skr/);
  await s.stop();
});

test('the report of a project counts its gatherings alone', { timeout: 120000 }, async () => {
  const { s, held, first, last } = await story();
  const c = await s.organiser();
  assert.equal((await s.api('PATCH', `/gatherings/${held[1].id}`, { project: 'RFF 4711' })).body.project, 'RFF 4711');
  const whole = (await s.api('GET', `/reports?from=${first}&to=${last}&project=RFF%204711`)).body;
  const got = Object.fromEntries(whole.figures.map((f) => [f.name, f.value]));
  for (const [k, v] of Object.entries({ gatherings_planned: 1, gatherings_held: 1, participations: 3, hours: 9, participants: 3, companies: 2 })) assert.equal(got[k], v, k);
  assert.equal(got.needs_said, undefined, 'what is not of a gathering is not of the project');
  assert.deepEqual([whole.project, whole.gatherings.map((g) => g.title), whole.goals], ['RFF 4711', ['Vår'], []]);
  const page = await c.get(`/admin/report?from=${first}&to=${last}&project=RFF+4711`);
  assert.match(page.text, /prosjekt RFF 4711/);
  assert.match(page.text, /Ett arrangement samlet 2 bedrifter/);
  const rows = await c.get(unescapeHtml(page.text.match(/href="(\/admin\/report\/rows\/participants\?[^"]+)"/)[1]));
  assert.match(rows.text, /Anne[\s\S]*Dag[\s\S]*Eva/);
  assert.doesNotMatch(rows.text, /Gro/);
  const kept = await c.submit(`/admin/report/keep?from=${first}&to=${last}&project=RFF+4711`, { name: 'Til RFF' }, { action: '/keep' });
  assert.match(kept.text, /prosjekt RFF 4711/);
  assert.match((await c.get(`/admin/report?project=finnes-ikke&from=${first}&to=${last}`)).text, /Ingen arrangementer er holdt/);
  // In the form of the gathering, and nowhere in public.
  assert.match((await c.get(`/admin/gatherings/${held[1].id}/edit`)).text, /value="RFF 4711"/);
  assert.doesNotMatch((await s.client().get(`/g/${held[1].slug}`)).text, /4711/);
  await s.stop();
});

test('a viewer sees it and keeps nothing', async () => {
  const s = await Samling.start();
  const { run } = await import('../lib/samling.js');
  run(['user', 'add', 'styret@hub.example', '--role', 'viewer', '--password-stdin'], { data: s.data, input: 'en lang setning her\n' });
  const c = s.client();
  await c.signIn('styret@hub.example', 'en lang setning her');
  const page = await c.get('/admin/report');
  assert.equal(page.status, 200);
  assert.doesNotMatch(page.text, /report\/keep/);
  assert.equal((await c.get('/admin/report/keep')).status, 403);
  await s.stop();
});
