// The calendar in a frame of the cluster's own site, as Chromium decides it.
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
