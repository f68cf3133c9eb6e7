// A representative in a real browser: signs in from the mail on a phone, says what the company expects, and the
// organiser sees it beside the others.
import test, { before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Samling } from '../lib/samling.js';
import { startChromium, Person, phone } from '../lib/browser.js';
import { mailedLink, representative } from '../lib/member.js';

let s;
let browser;

before(async () => {
  s = await Samling.start();
  browser = await startChromium();
});
after(async () => {
  await browser?.close();
  await s?.stop();
});

test('named on the company\'s page, asked, signed in from the mail; what is filled in stands beside the others', async () => {
  await s.api('POST', '/contacts', { name: 'Kari Nes', email: 'kari@nes.example', organisation: 'Nes Havbruk', role: 'member' });
  const vik = await representative(s, 'Per Vik', 'Vik AS');
  await s.api('PATCH', `/organisations/${vik.organisation_id}/expectations`, { expects: 'Billigere strøm', openness: 'members' });
  const boss = await Person.arrive(browser, s.url);
  await boss.page.goto('/signin');
  await boss.page.fill('#email', s.email);
  await boss.page.fill('#password', s.password);
  await Promise.all([boss.page.waitForURL(/\/admin/), boss.page.press('#password', 'Enter')]);
  await boss.page.goto('/admin/organisations');
  await boss.page.click('a:has-text("Nes Havbruk")');
  await boss.page.click('a:has-text("Velg hvem som kan svare")');
  await boss.page.selectOption('#contact', { label: 'Kari Nes (kari@nes.example)' });
  await boss.page.click('button:has-text("Legg til")');
  await boss.page.waitForSelector('text=Lagt til');
  await boss.page.goto('/admin/expectations');
  await boss.page.click('button[aria-label="Spør dem: Nes Havbruk"]');
  await boss.page.waitForSelector('text=Spurt i dag');

  const kari = await Person.arrive(browser, s.url, { viewport: phone, hasTouch: true });
  const { path, mail } = await mailedLink(s, 'kari@nes.example');
  await kari.page.setContent(mail.html);
  assert.match(await kari.page.innerText('body'), /hva Nes Havbruk venter av nettverket/);
  await kari.page.goto(path);
  await kari.page.click('button:has-text("Logg inn")');
  await kari.page.waitForURL(/\/member$/);
  await kari.page.click('a:has-text("Si hva dere venter")');
  assert.deepEqual(await kari.axe(), []);
  assert.ok(await kari.sideways() <= 0);
  await kari.page.fill('#expects', 'Treffe kunder utenfor kommunen');
  await kari.page.fill('#brings', '40 timer egeninnsats');
  await kari.page.check('#openness-members');
  await kari.page.click('button:has-text("Lagre")');
  await kari.page.waitForSelector('text=Lagret');
  assert.deepEqual(await kari.axe(), []);
  await kari.page.click('a:has-text("Hva bedriftene venter")');
  await kari.page.waitForSelector('text=Billigere strøm');

  await boss.page.goto('/admin/expectations?only=said');
  const rows = await boss.page.locator('tbody tr').allInnerTexts();
  assert.equal(rows.length, 2);
  assert.match(rows[0], /Nes Havbruk[\s\S]*Kari Nes[\s\S]*Treffe kunder utenfor kommunen[\s\S]*40 timer egeninnsats/);
  assert.match(rows[1], /Vik AS[\s\S]*Billigere strøm/);

  // The right is taken back: the next page asks who it is.
  await boss.page.goto(`/admin/organisations/${(await s.api('GET', '/organisations?q=nes')).body.items[0].id}/representatives`);
  await boss.page.click('button[aria-label="Ta bort retten fra Kari Nes"]');
  await boss.page.waitForSelector('text=Retten er tatt bort');
  await kari.page.goto('/member');
  assert.match(kari.page.url(), /\/member\/sign-in$/);
  for (const p of [boss, kari]) assert.deepEqual(p.faults(), []);
});
