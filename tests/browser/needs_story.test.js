// From needs to the next theme meeting, in a real browser: three companies say what they need when
// they register, the organiser makes a meeting of what they share, and the report says what came of it.
import test, { before, after } from 'node:test';
import assert from 'node:assert/strict';
import { simpleParser } from 'mailparser';
import { Samling, until } from '../lib/samling.js';
import { startChromium, Person, phone } from '../lib/browser.js';

const firms = [
  ['Kari Nes', 'kari@nes.example', 'Nes Havbruk', 'Føre timer og ordre bare én gang'],
  ['Ola Vik', 'ola@vik.example', 'Vik Verft', 'Timer fra verkstedet rett i lønn'],
  ['Åse Mo', 'ase@mo.example', 'Mo Regnskap', 'Slippe å taste inn timer to ganger'],
];
let s;
let browser;
let meeting; // the gathering that came of it
const mail = (to, has) => until(async () => (await Promise.all(s.mailbox().map((raw) => simpleParser(raw)))).find((m) => m.to.text.includes(to) && has.test(m.text)), { what: `a mail to ${to} with ${has}` });
const link = (m, letter) => m.text.match(new RegExp(`/r/${letter}[^\\s?]+`))[0];
const boss = async () => {
  const p = await Person.arrive(browser, s.url, { camera: false });
  await p.signIn(s.email, s.password);
  return p;
};

before(async () => {
  s = await Samling.start();
  await s.clockAt('2031-03-03T09:00:00Z');
  browser = await startChromium();
});
after(async () => {
  await browser?.close();
  await s?.stop();
});

test('three say yes to an invitation on their phones, and on the page after it what they need, each in other words', { timeout: 120000 }, async () => {
  const first = await s.gathering({ title: 'Klyngesamling', starts_at: '2031-03-12T17:00:00', ends_at: '2031-03-12T20:00:00' });
  await s.api('POST', `/gatherings/${first.id}/invitations`, { contacts: firms.map(([name, email, organisation]) => ({ name, email, organisation })) });
  for (const [name, email, , text] of firms) {
    const p = await Person.arrive(browser, s.url, { viewport: phone, hasTouch: true });
    const { page } = p;
    await page.goto(`${link(await mail(email, /\/r\/i/), 'i')}/yes`);
    await page.click('.sm-dock button:has-text("Ja")');
    await page.waitForURL(/\/r\/r/);
    await page.click('#needs a:has-text("Meld inn")');
    await page.fill('#need', text);
    await page.click('main form button[type=submit]');
    await page.waitForURL(/#needs/);
    assert.ok((await page.innerText('main')).includes(text), 'it stands on the own page');
    assert.ok(await p.sideways() <= 0, `${name}: scrolls sideways`);
    await p.leave();
  }
  // What they said is closed: nobody else reads it.
  assert.doesNotMatch(await (await fetch(`${s.url}/needs`)).text(), /timer/i);
});

test('the organiser takes the proposal, makes it a meeting with one button, publishes, invites who it is about', { timeout: 120000 }, async () => {
  for (const [i, trade] of ['Oppdrett', 'Verft', 'Regnskap'].entries()) {
    const o = (await s.api('GET', `/organisations?q=${encodeURIComponent(firms[i][2])}`)).body.items[0];
    assert.equal((await s.api('PATCH', `/organisations/${o.id}`, { trade })).status, 200);
  }
  const p = await boss();
  const { page } = p;
  await page.goto('/admin/needs');
  const proposal = page.locator('.sm-theme--proposal');
  assert.match(await proposal.innerText(), /3 bedrifter, 3 bransjer/);
  for (const [, , organisation] of firms) assert.ok((await proposal.innerText()).includes(organisation), organisation);
  await proposal.getByLabel('Navn på fellesnevneren').fill('Timer én gang');
  await page.keyboard.press('Enter');
  const theme = page.locator('.sm-theme:not(.sm-theme--proposal)', { hasText: 'Timer én gang' });
  assert.match(await theme.innerText(), /3 bedrifter, 3 bransjer/);
  await theme.locator('h3 a').click();
  await page.getByRole('button', { name: 'Lag temamøte' }).click();
  await page.waitForURL(/\/admin\/gatherings\/\d+/);
  meeting = page.url().match(/gatherings\/(\d+)/)[1];
  const text = await page.innerText('main');
  for (const [, , organisation, need] of firms) assert.ok(text.includes(need) && text.includes(organisation), need);
  assert.deepEqual(await p.axe(), []);
  await page.goto(`/admin/gatherings/${meeting}/publish`);
  await page.click('main button:has-text("Publiser")');
  await page.waitForSelector('.ds-tag:has-text("Publisert")');
  const g = (await s.api('GET', `/gatherings/${meeting}`)).body;
  const seen = await (await fetch(`${s.url}/g/${g.slug}`)).text();
  assert.match(seen, /3 bedrifter fra 3 bransjer/);
  for (const [, , organisation, need] of firms) assert.ok(!seen.includes(organisation) && !seen.includes(need), 'who, and what they said, is not told');

  await page.locator('#needs a', { hasText: 'Inviter' }).click();
  await page.waitForURL(/\/invite/);
  const list = await page.inputValue('#paste');
  for (const [, email] of firms) assert.ok(list.includes(email), email);
  await page.click('.sm-actions button[value=review]');
  await page.waitForSelector('.sm-lines li');
  await page.click('button:has-text("Send")');
  await page.waitForURL(new RegExp(`/admin/gatherings/${meeting}/invitations`));
  for (const [, email] of firms) await until(async () => (await s.api('GET', `/gatherings/${meeting}/invitations`)).body.items.some((i) => i.email === email), { what: `an invitation to ${email}` });
  await p.leave();
});

test('held; each is asked what came of it, and answers in one tap; the report says so', { timeout: 180000 }, async () => {
  const g = (await s.api('GET', `/gatherings/${meeting}`)).body;
  for (const [name, email, organisation] of firms) {
    const r = await s.register({ id: meeting }, { name, email, organisation });
    assert.equal((await s.api('POST', `/gatherings/${meeting}/checkins`, { ticket: r.body.ticket })).body.result, 'admitted');
  }
  assert.equal((await s.api('PATCH', `/gatherings/${meeting}/survey`, { asked: true })).status, 200);
  for (const days of [1.5, 3]) {
    await s.clockAt(new Date(new Date(g.ends_at).getTime() + days * 86400000).toISOString());
    await mail('kari@nes.example', days < 2 ? /\/r\/s/ : /say=solved/);
  }
  const p = await Person.arrive(browser, s.url, { viewport: phone, hasTouch: true });
  const { page } = p;
  const asked = await mail('kari@nes.example', /say=solved/);
  await page.goto(asked.text.match(/(\/r\/n\S+say=solved)/)[1]);
  assert.match(await page.innerText('h1'), /Hva ble det av det/);
  assert.deepEqual(await p.axe(), []);
  assert.ok(await p.sideways() <= 0, 'the page of the answer scrolls sideways');
  await page.click('button:has-text("Løst")');
  await page.waitForSelector('text=Takk!');
  // How it was, in the same minute.
  await page.goto(link(await mail('kari@nes.example', /\/r\/s/), 's'));
  await page.locator('main form label', { hasText: '5' }).first().click();
  await page.click('main form button[type=submit]');
  await page.waitForSelector('h1:has-text("Takk")');
  await p.leave();

  const o = await boss();
  await o.page.goto(`/admin/gatherings/${meeting}`);
  assert.match(await o.page.innerText('#needs'), /1 løst/);
  // Counted again here: three needs, a theme, its meeting, one of them solved, nine hours of three people.
  await o.page.goto('/admin/report');
  const figures = await o.page.$$eval('.sm-defs > div', (all) => Object.fromEntries(all.map((d) => [d.querySelector('dt').innerText.trim(), d.querySelector('.sm-fig').innerText.trim()])));
  const hours = 3 * (new Date(g.ends_at) - new Date(g.starts_at)) / 3600000;
  for (const [name, value] of Object.entries({ 'behov meldt': '3', fellesnevnere: '1', 'arrangementer ut av en fellesnevner': '1', 'behov løst': '1', 'arrangementer holdt': '2', oppmøter: '3', 'timer sammen': String(hours), bedrifter: '3', 'svar på undersøkelser': '1', 'snittkarakter, av 5': '5' })) assert.equal(figures[name], value, name);
  await o.page.click('a:has-text("behov løst")');
  assert.match(await o.page.innerText('main'), /Føre timer og ordre bare én gang[\s\S]*Nes Havbruk/);
  // And on the page of the company.
  const nes = (await s.api('GET', '/organisations?q=nes')).body.items[0];
  await o.page.goto(`/admin/organisations/${nes.id}`);
  assert.match(await o.page.innerText('main'), /Det som har skjedd[\s\S]*Timer én gang[\s\S]*1 var der/);
  assert.deepEqual(o.faults(), []);
  await o.leave();
});
