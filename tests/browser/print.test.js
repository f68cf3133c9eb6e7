// The list to tick, as Chromium prints it: 40 rows a sheet, whatever they hold, and nothing cut.
import test from 'node:test';
import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import { Samling } from '../lib/samling.js';
import { startChromium, Person } from '../lib/browser.js';

const word60 = 'Kompetanseutviklingsprogramsamarbeidspartnerinformasjonsmøte';
const names = (n) => Array.from({ length: n }, (_, i) => `Person ${String(i + 1).padStart(3, '0')}`);

/** How many pages a PDF has, by its page tree; streams of objects are opened for it. */
function pageCount(pdf) {
  let text = pdf.toString('latin1');
  for (const m of pdf.toString('latin1').matchAll(/stream\r?\n/g)) {
    const from = m.index + m[0].length;
    const to = text.indexOf('endstream', from);
    try { text += inflateSync(pdf.subarray(from, to)).toString('latin1'); } catch { /* another filter */ }
  }
  return Math.max(...[...text.matchAll(/\/Type\s*\/Pages\b[^>]*?\/Count (\d+)|\/Count (\d+)[^>]*?\/Type\s*\/Pages\b/g)].map((m) => Number(m[1] ?? m[2])));
}

async function fill(s, g, rows) {
  for (const [i, row] of rows.entries()) {
    const r = await s.register(g, { organisation: 'Firma', ...row, email: `p${i}@firma.example` });
    assert.equal(r.status, 201, JSON.stringify(r.body));
  }
}

test('all rows, 40 a sheet, each sheet with its heading and number', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ title: 'Strømsparing', place: 'Prosjektrommet', capacity: null });
  await fill(s, g, [...names(94).reverse().map((name) => ({ name, requirements: 'nøtter' })), { name: `A${word60.slice(1)}`, organisation: word60 }]);
  const browser = await startChromium();
  const p = await Person.arrive(browser, s.url);
  await p.signIn(s.email, s.password);
  await p.page.goto(`/admin/gatherings/${g.id}/people`);
  await p.page.click('text=Kryssliste');
  await p.page.waitForSelector('.sheet');
  assert.equal(await p.page.isVisible('[data-print]'), true);
  const sheets = await p.page.$$eval('.sheet', (all) => all.map((e) => ({
    rows: [...e.querySelectorAll('tbody tr')].map((r) => r.cells[1].textContent), text: e.textContent,
  })));
  assert.deepEqual(sheets.map((e) => e.rows.length), [40, 40, 15]);
  assert.deepEqual(sheets.flatMap((e) => e.rows), [`A${word60.slice(1)}`, ...names(94)], 'by name');
  sheets.forEach((e, i) => {
    assert.match(e.text, new RegExp(`Side ${i + 1} av 3`));
    assert.match(e.text, /Strømsparing/);
    assert.match(e.text, /Prosjektrommet/);
  });
  assert.doesNotMatch(await p.page.content(), /nøtter/, "the kitchen's needs stand nowhere");
  const pdf = await p.page.pdf({ preferCSSPageSize: true });
  assert.equal(pageCount(pdf), 3);
  // On paper nothing is wider than its cell, and the long name stands in its row of 6 mm.
  await p.page.emulateMedia({ media: 'print' });
  await p.page.setViewportSize({ width: Math.round((180 / 25.4) * 96), height: 1000 });
  const cut = await p.page.$$eval('.sheet td, .sheet th', (cells) => cells.filter((c) => c.scrollWidth > c.clientWidth + 1).map((c) => c.textContent));
  assert.deepEqual(cut, []);
  const tall = await p.page.$$eval('tbody tr', (rows) => rows.map((r) => r.getBoundingClientRect().height).filter((h) => h > (6.1 / 25.4) * 96));
  assert.deepEqual(tall, []);
  assert.deepEqual(p.faults(), []);
  await browser.close();
  await s.stop();
});

test('the longest names, organisations and title there can be leave it at 40 a sheet', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ title: `${word60} `.repeat(3) + 'og mer', place: word60, capacity: null });
  await fill(s, g, names(80).map((name, i) => ({
    name: i % 2 ? `${name} ${word60}` : `${name} ${'Navn '.repeat(18)}`.trim(), organisation: i % 3 ? `${word60} AS` : 'Ord '.repeat(19).trim(),
  })));
  const browser = await startChromium();
  const p = await Person.arrive(browser, s.url);
  await p.signIn(s.email, s.password);
  await p.page.goto(`/admin/gatherings/${g.id}/people/print`);
  assert.equal(pageCount(await p.page.pdf({ preferCSSPageSize: true })), 2);
  await browser.close();
  await s.stop();
});

test('it prints what the list shows; who only looks sees it too, a stranger does not', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 2 });
  await fill(s, g, [{ name: 'Kari', organisation: 'Å' }, { name: 'Ola', organisation: 'A' }, { name: 'Vera', organisation: 'B' }]);
  const browser = await startChromium();
  const p = await Person.arrive(browser, s.url);
  await p.page.goto(`/admin/gatherings/${g.id}/people/print`);
  assert.match(p.page.url(), /signin/);
  await p.signIn(s.email, s.password);
  const shown = async (query) => {
    await p.page.goto(`/admin/gatherings/${g.id}/people${query}`);
    await p.page.click('text=Kryssliste');
    await p.page.waitForSelector('main');
    return p.page.$$eval('tbody th', (all) => all.map((e) => e.textContent));
  };
  assert.deepEqual(await shown(''), ['Kari', 'Ola']);
  assert.deepEqual(await shown('?sort=organisation'), ['Ola', 'Kari']);
  assert.deepEqual(await shown('?status=waiting'), ['Vera']);
  assert.deepEqual(await shown('?q=ola'), ['Ola']);
  await p.page.goto(`/admin/gatherings/${g.id}/people/print?q=ingen`);
  assert.equal(await p.page.$('.sheet'), null);
  await browser.close();
  await s.stop();
});

test('other lists print what they say, and nothing to press or tick', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 1 });
  await fill(s, g, [{ name: 'Kari' }, { name: 'Ola' }]);
  await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [{ name: 'Kåre Nes', email: 'kare@nes.example' }] });
  const browser = await startChromium();
  const wrong = [];
  const p = await Person.arrive(browser, s.url);
  await p.signIn(s.email, s.password);
  await p.page.emulateMedia({ media: 'print' });
  for (const [path, says] of [['/admin/contacts', /Kåre Nes/], [`/admin/gatherings/${g.id}/people`, /Kari/], [`/admin/gatherings/${g.id}/invitations`, /Kåre Nes/], ['/admin/mail', /Kari/], ['/admin/gatherings', /Digitalisering/], [`/g/${g.slug}`, /Digitalisering/]]) {
    await p.page.goto(path);
    if (!says.test(await p.page.innerText('main'))) wrong.push(`${path} says no ${says}`);
    const left = await p.page.$$eval('main :is(button, input, select, textarea, .ds-button)', (all) => all.filter((e) => e.checkVisibility() && e.getBoundingClientRect().width > 1).map((e) => e.outerHTML.slice(0, 120)));
    wrong.push(...left.map((e) => `${path}: ${e}`));
  }
  await browser.close();
  await s.stop();
  assert.equal(wrong.join('\n'), '');
});
