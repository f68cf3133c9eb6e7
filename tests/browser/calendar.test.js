// The calendar elsewhere: in a frame of the cluster's own site, and a gathering taken from another hub.
import test from 'node:test';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { Samling } from '../lib/samling.js';
import { startChromium, Person, phone } from '../lib/browser.js';

test('a site that is named shows it, another shows nothing', async () => {
  const s = await Samling.start();
  await s.gathering({ title: 'Kompetanseutviklingsprogramsamarbeidspartnerinformasjonsmøte' });
  const site = createServer((q, r) => r.writeHead(200, { 'content-type': 'text/html' })
    .end(`<!doctype html><html lang="nb"><title>Klyngen</title><iframe src="${s.url}/embed/calendar" title="Kalender" width="100%" height="400"></iframe></html>`));
  await new Promise((done) => site.listen(0, '127.0.0.1', done));
  const at = `http://127.0.0.1:${site.address().port}`;
  const browser = await startChromium();
  const p = await Person.arrive(browser, at, { viewport: phone });
  const held = async () => {
    await p.page.goto('/', { waitUntil: 'load' });
    return p.page.frames()[1].evaluate(() => document.body.innerText).catch(() => '');
  };
  assert.doesNotMatch(await held(), /Kompetanse/);
  const c = await s.organiser();
  assert.equal((await c.submit('/admin/settings', { embed_sites: at }, { action: '/settings' })).status, 200);
  assert.match(await held(), /Kompetanseutviklings/);
  const frame = p.page.frames()[1];
  assert.ok(await frame.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing is cut');
  const [page] = await Promise.all([p.page.context().waitForEvent('page'), frame.click('h3 a')]);
  await page.waitForLoadState();
  assert.match(page.url(), /\/g\/kompetanse/, 'it opens beside the site, not in the frame');
  await browser.close();
  site.close();
  await s.stop();
});

test('a gathering saved as a file is chosen, looked over and made', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ title: 'Roboter i praksis', topics: 'Roboter' });
  const file = (await (await s.organiser()).get(`/admin/gatherings/${g.id}/file`)).text;
  const browser = await startChromium();
  const p = await Person.arrive(browser, s.url, { viewport: phone });
  await p.signIn(s.email, s.password);
  await p.page.goto('/admin/gatherings/new');
  await p.page.click('text=Hent fra fil');
  await p.page.setInputFiles('#picked', { name: 'x.samling.json', mimeType: 'application/json', buffer: Buffer.from(file) });
  await p.page.waitForSelector('#gathering-form');
  assert.equal(await p.page.inputValue('[name=title]'), 'Roboter i praksis');
  assert.equal(await p.page.inputValue('[name=date]'), '');
  await p.page.fill('[name=date]', '2031-02-03');
  await p.page.click('button[value=draft]');
  await p.page.waitForSelector('text=Roboter i praksis');
  assert.equal((await s.api('GET', '/gatherings')).body.items.length, 2);
  assert.deepEqual(p.faults(), []);
  await browser.close();
  await s.stop();
});
