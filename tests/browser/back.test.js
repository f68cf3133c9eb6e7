// A browser that keeps the pages one has left: with Back the form is there as it was sent.
import test, { before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Samling, all } from '../lib/samling.js';
import { startChromium, Person, phone } from '../lib/browser.js';

let s;
let browser;

before(async () => {
  s = await Samling.start();
  browser = await startChromium({ keepsPages: true });
});
after(async () => {
  await browser?.close();
  await s?.stop();
});

test('two colleagues are registered from one page with Back; a double click registers one', async () => {
  const g = await s.gathering();
  const someone = await Person.arrive(browser, s.url, { viewport: phone });
  const { page } = someone;
  const names = async () => (await all(s, `/gatherings/${g.id}/registrations`)).map((r) => r.name).sort();
  const fill = async (name, email) => {
    await page.fill('#name', name);
    await page.fill('#email', email);
    await page.fill('#organisation', 'Nes Havbruk');
  };

  await page.goto(`/g/${g.slug}/register`);
  await page.evaluate(() => { window.left = 'as it was'; });
  await fill('Kari Nes', 'kari@nes.example');
  await page.dblclick('main form button[type=submit]');
  // The second click's answer takes the first one's place, which ends a wait for an address.
  await page.waitForSelector('.sm-done');
  assert.match(page.url(), /\/registered/);
  assert.deepEqual(await names(), ['Kari Nes']);

  await page.goBack({ waitUntil: 'commit' });
  assert.equal(await page.evaluate(() => window.left), 'as it was', 'the page was kept');
  assert.equal(await page.inputValue('#name'), 'Kari Nes');
  await fill('Ola Nes', 'ola@nes.example');
  await page.click('main form button[type=submit]');
  await page.waitForURL(/\/registered/);
  assert.match(await page.innerText('main'), /ola@nes\.example/);
  assert.deepEqual(await names(), ['Kari Nes', 'Ola Nes']);
  assert.deepEqual(someone.faults(), []);
  await someone.leave();
});
