// The board of needs in a browser: dragged by mouse, put by keyboard, on a phone's narrow screen.
import test, { before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Samling } from '../lib/samling.js';
import { Person, phone, startChromium } from '../lib/browser.js';

let s, browser, c;
const note = (text, organisation) => c.submit('/admin/needs/new', { text, organisation }, { action: '/needs/new' });
before(async () => {
  s = await Samling.start();
  browser = await startChromium();
  c = await s.organiser();
  await note('Sveiserobot til små serier', 'Vik Verft');
  await note('Robot som stabler paller', 'Ærøy Emballasje');
  await note('Lærling vi kan dele', 'Strømsund Elektro');
});
after(async () => {
  await browser?.close();
  await s?.stop();
});

test('ticked and named by keyboard; another is dragged onto the theme; two who drag the same are told', async () => {
  const p = await Person.arrive(browser, s.url, { camera: false });
  await p.signIn(s.email, s.password);
  const { page } = p;
  await page.goto('/admin/needs');
  for (const text of ['Sveiserobot til små serier', 'Robot som stabler paller']) {
    await page.getByRole('checkbox', { name: text }).focus();
    await page.keyboard.press('Space');
  }
  await page.getByLabel('Ny fellesnevner av dem').fill('Robot vi kan dele');
  await page.keyboard.press('Enter');
  const theme = page.locator('.sm-theme', { hasText: 'Robot vi kan dele' });
  await theme.waitFor();
  assert.match(await theme.innerText(), /2 bedrifter/);

  const other = await p.context.newPage();
  await other.goto('/admin/needs');
  await page.locator('[data-need]').dragTo(page.locator('.sm-theme'));
  await page.locator('.sm-theme__figs', { hasText: '3 bedrifter' }).waitFor();
  assert.equal(await page.locator('[data-need]').count(), 0);
  await page.locator('.sm-theme h3 a').click();
  await page.getByText('Lærling vi kan dele').first().waitFor();
  await page.getByRole('link', { name: 'Lærling vi kan dele' }).first().click();
  await page.getByLabel('Hvor hører det hjemme?').selectOption({ label: 'Står alene' });
  await page.getByRole('button', { name: 'Flytt' }).click();
  await page.locator('[data-need]').waitFor();

  // Both pages show it alone; each drops it elsewhere: the later is told where it is, and by whom.
  await note('Billigere strøm', 'Brekke Meieri');
  await note('Strøm om natten', 'Bakke Energi');
  await page.goto('/admin/needs');
  for (const text of ['Billigere strøm', 'Strøm om natten']) await page.getByRole('checkbox', { name: text }).check();
  await page.getByLabel('Ny fellesnevner av dem').fill('Strøm');
  await page.keyboard.press('Enter');
  await page.locator('.sm-theme', { hasText: 'Strøm' }).waitFor();
  await other.goto('/admin/needs');
  const drop = (on, theme) => on.locator('[data-need]').dragTo(on.locator('.sm-theme', { hasText: theme }));
  await drop(page, 'Robot vi kan dele');
  await page.locator('.sm-theme__figs', { hasText: '3 bedrifter' }).waitFor();
  await drop(other, 'Strøm');
  await other.getByText('har allerede lagt «Lærling vi kan dele» i «Robot vi kan dele»').waitFor();
});

test('on a phone: noted with one hand, everything within the screen, the rest of the menu under one word', async () => {
  const p = await Person.arrive(browser, s.url, { camera: false, viewport: phone, hasTouch: true });
  await p.signIn(s.email, s.password);
  const { page } = p;
  await page.goto('/admin/needs/new');
  await page.getByLabel('Behovet i én setning').fill('Noen å kjøre sammen med');
  await page.getByLabel('Organisasjon').fill('Kvitnes Transport');
  await page.getByRole('button', { name: 'Legg til' }).click();
  await page.getByText('Lagt til').waitFor();
  assert.equal(await p.sideways(), 0);
  await page.getByText('Mer', { exact: true }).click();
  await page.locator('.sm-menumore').getByRole('link', { name: 'Innstillinger' }).click();
  await page.waitForURL(/settings/);
});
