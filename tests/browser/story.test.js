// The story in a real browser, from an empty form to a seat that passes on: organiser on a desk,
// participants on phones, each with a browser of their own.
import test, { before, after } from 'node:test';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { Samling, until } from '../lib/samling.js';
import { startChromium, Person, phone } from '../lib/browser.js';
import { readQr } from '../lib/qr.js';

let s;
let browser;
let boss;
const shots = process.env.SHOTS;
const shot = (person, name) => shots && person.page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
const arrive = () => Person.arrive(browser, s.url, { viewport: phone, hasTouch: true });
const title = 'Digitalisering og robotisering';
const slug = 'digitalisering-og-robotisering';

/** Mails to this address so far, parsed. */
const mails = async (to) => (await Promise.all(s.mailbox().map((raw) => simpleParser(raw)))).filter((m) => m.to.text.includes(to));
const mail = (to, subject) => until(async () => (await mails(to)).find((m) => subject.test(m.subject)), { what: `a mail to ${to}: ${subject}` });
const link = (m, letter) => m.text.match(new RegExp(`${s.url}/r/${letter}\\S+`))[0];
const day = (ahead) => new Date(Date.now() + ahead * 86400000).toISOString().slice(0, 10);
const heading = async (person) => (await person.page.innerText('h1')).replace(/\s+/g, ' ');
const fits = async (person, what) => assert.ok(await person.sideways() <= 0, `${what} scrolls sideways`);

before(async () => {
  s = await Samling.start();
  browser = await startChromium();
  boss = await Person.arrive(browser, s.url);
});
after(async () => {
  await browser?.close();
  await s?.stop();
});

test('the organiser creates a gathering with title, time and place, looks at it, publishes, fills in the rest', async () => {
  const { page } = boss;
  await page.goto('/admin/gatherings/new');
  assert.match(page.url(), /\/signin/);
  await page.fill('#email', s.email);
  await page.fill('#password', 'noe helt annet');
  await page.press('#password', 'Enter');
  await page.waitForSelector('.ds-error-summary, .ds-validation-message');
  assert.equal(await page.inputValue('#email'), s.email);
  await page.fill('#password', s.password);
  await page.press('#password', 'Enter');
  await page.waitForURL(/\/admin\/gatherings\/new$/); // where they were going

  await page.click('button:has-text("Lagre utkast")');
  await page.waitForSelector('#title-error');
  await page.fill('#title', title);
  await page.fill('#date', day(30));
  await page.fill('#from', '17:00');
  await page.fill('#place', 'TechHub, Prosjektrommet');
  assert.match(await page.innerText('[data-preview]'), new RegExp(title), 'the card follows');
  await page.click('button:has-text("Lagre utkast")');
  await page.waitForURL(/\/admin\/gatherings\/\d+$/);
  assert.equal(await heading(boss), title);
  assert.equal((await page.request.get(`/g/${slug}`)).status(), 404, 'a draft is nobody else\'s');

  await page.click('a:has-text("Forhåndsvis")');
  assert.equal(await heading(boss), title);
  await shot(boss, 'story-preview-1280');
  await page.goBack();
  await page.click('a:has-text("Publiser")');
  await page.click('button:has-text("Publiser")');
  await page.waitForSelector('.ds-tag:has-text("Publisert")');

  await page.click('a:has-text("Endre")');
  await page.fill('#to', '20:30');
  await page.click('summary:has-text("Plasser")');
  await page.fill('#capacity', '2');
  await page.click('#fold-text > summary');
  await page.fill('#summary', 'Roboter i små bedrifter');
  await page.fill('#description', '## Kvelden\n\nVi ser på **tre** roboter.\n\n<script>alert(1)</script>');
  const rows = page.locator('[data-row]');
  await rows.nth(0).locator('input[name=programme_time]').fill('17:00');
  await rows.nth(0).locator('input[name=programme_title]').fill('Velkommen');
  if (await rows.count() < 2) await page.click('#add-row');
  await rows.nth(1).locator('input[name=programme_time]').fill('17:15');
  await rows.nth(1).locator('input[name=programme_title]').fill('Robotene på verkstedet');
  await rows.nth(1).locator('input[name=programme_speaker]').fill('Ingrid Sæther, Blåfjell Mekaniske');
  await page.fill('#address', 'Fjordgata 1');
  await page.click('button:has-text("Lagre")');
  await page.waitForURL(/\/admin\/gatherings\/\d+(\?.*)?$/);
  const own = await page.innerText('main');
  assert.match(own, /Robotene på verkstedet/);
  await shot(boss, 'story-overview-1280');
  assert.deepEqual(boss.faults([/status of (422|404|401)/]), []);
});

let ingrid; // her browser, on her own page
test('a participant registers on a phone after a mistake; mail, calendar, ticket', async () => {
  ingrid = await arrive();
  const { page } = ingrid;
  await page.goto('/');
  await page.click(`a:has-text("${title}")`);
  assert.equal(await heading(ingrid), title);
  const text = await page.innerText('main');
  for (const what of ['Roboter i små bedrifter', 'tre roboter', '17:15', 'Robotene på verkstedet', 'Fjordgata 1', '17:00–20:30']) assert.ok(text.includes(what), what);
  await fits(ingrid, 'the public page');
  await shot(ingrid, 'story-public-390');
  await page.click('a:visible:has-text("Meld deg på")');
  // The browser itself stops an empty name; what it lets through comes back with the error at its field.
  await page.fill('#name', 'Ingrid Sæther');
  await page.fill('#email', 'ingrid@blafjell');
  await page.fill('#organisation', 'Blåfjell Mekaniske');
  await page.fill('[name=wish]', 'Pris på en «liten» robot & drift');
  await page.fill('[name=requirements]', 'Nøtter');
  await page.click('button:has-text("Meld meg på")');
  await page.waitForSelector('#email-error');
  assert.equal(await page.getAttribute('#email', 'aria-invalid'), 'true');
  assert.match(await page.getAttribute('#email', 'aria-describedby'), /email-error/);
  assert.deepEqual(await page.$$eval('form.sm-form :is(input, textarea)[name]', (all) => Object.fromEntries(all.filter((e) => ['name', 'email', 'organisation', 'wish', 'requirements'].includes(e.name)).map((e) => [e.name, e.value]))),
    { name: 'Ingrid Sæther', email: 'ingrid@blafjell', organisation: 'Blåfjell Mekaniske', wish: 'Pris på en «liten» robot & drift', requirements: 'Nøtter' });
  await shot(ingrid, 'story-error-390');
  assert.deepEqual(await ingrid.axe(), []);
  await page.fill('#email', 'ingrid@blafjell.example');
  await page.click('button:has-text("Meld meg på")');
  await page.waitForSelector('h1:not(:has-text("Vi mangler"))');
  await shot(ingrid, 'story-registered-390');
  const m = await mail('ingrid@blafjell.example', /påmeldt/);
  assert.ok(!/Nøtter/.test(m.text + m.html), 'no health data in a mail');
  assert.ok(m.attachments.some((a) => a.contentType.startsWith('text/calendar')));
  const code = await readQr(m.attachments.find((a) => a.cid === 'qr').content);
  await page.goto(link(m, 'r'));
  assert.match(await heading(ingrid), /Du er påmeldt, Ingrid/);
  assert.ok(await page.isVisible('.sm-qr svg'));
  const box = await page.locator('.sm-qr svg').boundingBox();
  assert.ok(box.width >= 180, `the QR is ${box.width} px wide`);
  // What stands on the page is what the mail holds, read by another decoder.
  assert.equal(await readQr(await page.locator('.sm-qr').screenshot({ scale: 'device' })), code);
  assert.ok(!/Nøtter/.test(await page.content()), 'nor on the personal page');
  await fits(ingrid, 'the personal page');
  await shot(ingrid, 'story-own-390');
});

test('she changes her registration', async () => {
  const { page } = ingrid;
  await page.click('a:has-text("Endre påmeldingen")');
  await page.fill('#name', 'Ingrid Sæther Vik');
  await page.click('button:has-text("Lagre")');
  await until(async () => /Sæther Vik/.test(await page.innerText('main')), { what: 'the new name' });
});

let kare;
test('the third of two waits, and gets the seat when she cancels', async () => {
  await s.register({ id: (await s.api('GET', '/gatherings')).body.items[0].id }, { name: 'Bjørn Åsebø', email: 'bjorn@havglimt.example' });
  kare = await arrive();
  await kare.page.goto(`/g/${slug}`);
  await kare.page.click('a:visible:has-text("Sett deg på venteliste")');
  await kare.page.fill('#name', 'Kåre Nes');
  await kare.page.fill('#email', 'kare@nes.example');
  await kare.page.fill('#organisation', 'Nes Elektro');
  await kare.page.click('button:has-text("Sett meg på venteliste")');
  const waits = await mail('kare@nes.example', /./);
  await kare.page.goto(link(waits, 'r'));
  assert.match(await heading(kare), /nummer 1 på ventelisten/);
  assert.equal(await kare.page.locator('.sm-qr').count(), 0, 'no ticket yet');
  await shot(kare, 'story-waiting-390');
  await ingrid.page.click('a:has-text("Meld deg av")');
  await ingrid.page.fill('#reason', 'Ferja går ikke');
  await ingrid.page.click('button:has-text("Meld deg av")');
  await until(async () => /Du er meldt av/.test(await heading(ingrid)), { what: 'the cancellation' });
  await shot(ingrid, 'story-cancelled-390');
  await mail('kare@nes.example', /plass/i);
  await kare.page.reload();
  assert.match(await heading(kare), /Du er påmeldt, Kåre/);
  assert.ok(await kare.page.isVisible('.sm-qr svg'));
  assert.deepEqual(ingrid.faults([/status of 422/]), []);
  assert.deepEqual(kare.faults(), []);
  await ingrid.leave();
  await kare.leave();
});

test('the organiser pastes addresses and invites; a yes is one step with the questions; an answer by phone is noted', async () => {
  const { page } = boss;
  await page.goto('/admin/gatherings');
  await page.click(`a:has-text("${title}")`);
  await page.click('.sm-tabs a:has-text("Invitasjoner")');
  await page.click('a:has-text("Inviter")');
  await page.fill('#paste', '"Berg, Ågot" <agot@berg.example>; Jorunn Li <jorunn@li.example>\nikke-en-adresse');
  await page.click('.sm-actions button[value=review]');
  await page.waitForSelector('.sm-lines li');
  const lines = await page.innerText('.sm-lines');
  assert.match(lines, /Ågot Berg/);
  assert.match(lines, /ikke-en-adresse/);
  await page.fill('#message', 'Hei! Kom og se robotene.');
  await shot(boss, 'story-invite-1280');
  await page.click('button:has-text("Send til 2")');
  await page.waitForSelector('.ds-alert[role=status]'); // in the folder: no mail server is set up
  const invited = await mail('agot@berg.example', /./);
  assert.match(invited.text, /Kom og se robotene/);
  const agot = await arrive();
  await agot.page.goto(link(invited, 'i'));
  await fits(agot, 'the invitation');
  await shot(agot, 'story-invitation-390');
  await agot.page.click('a:has-text("Ja")');
  await agot.page.waitForURL(/\/yes$/);
  await fits(agot, 'the yes');
  await shot(agot, 'story-yes-390');
  await agot.page.fill('#requirements', 'Reker');
  await agot.page.click('button:has-text("Ja")');
  await agot.page.waitForURL(/\/r\/r/);
  await until(async () => /venteliste|påmeldt|kommer/i.test(await heading(agot)), { what: 'the answer' });
  await shot(agot, 'story-answered-390');
  assert.deepEqual(agot.faults(), []);
  await agot.leave();
  await page.goto(page.url().replace(/\?.*/, ''));
  const row = page.locator('tr', { hasText: 'Jorunn Li' });
  await row.locator('button[value=no]').click();
  await page.waitForSelector('tr:has-text("Jorunn Li") .ds-tag[data-color=neutral]');
  assert.match(await page.locator('tr', { hasText: 'Jorunn Li' }).innerText(), /telefon|notert|ase/i);
  await shot(boss, 'story-invitations-1280');
});

test('the organiser sees people, mail log and the message itself', async () => {
  const { page } = boss;
  await page.click('.sm-tabs a:has-text("Påmeldte")');
  const people = await page.innerText('table');
  for (const who of ['Bjørn Åsebø', 'Kåre Nes']) assert.ok(people.includes(who), who);
  await page.selectOption('#status', 'cancelled');
  await page.click('button:has-text("Vis")');
  assert.match(await page.innerText('table'), /Ingrid Sæther Vik[\s\S]*Avmeldt/);
  assert.ok(!(await page.innerText('table')).includes('Kåre'));
  await page.click('a:has-text("Ingrid Sæther Vik")');
  assert.match(await page.innerText('main'), /Ferja går ikke/);
  await shot(boss, 'story-person-1280');
  await page.click('nav a:has-text("Postlogg")');
  const row = page.locator('tr', { hasText: 'kare@nes.example' }).first();
  assert.match(await row.innerText(), /Lagt i mappen/);
  await shot(boss, 'story-mail-1280');
  await row.locator('a').first().click();
  const frame = await (await page.waitForSelector('iframe')).contentFrame();
  await frame.waitForSelector('body');
  assert.match(await frame.innerText('body'), new RegExp(title));
  const pictures = await frame.$$eval('img', (all) => all.map((i) => [i.complete, i.naturalWidth]));
  assert.ok(pictures.length > 0 && pictures.every(([done, width]) => done && width > 0), 'its pictures are shown');
  await shot(boss, 'story-message-1280');
  assert.deepEqual(boss.faults([/status of (422|404|401)/]), []);
});

test('moving it shows the mail before it goes', async () => {
  const { page } = boss;
  await page.goto('/admin/gatherings');
  await page.click(`a:has-text("${title}")`);
  await page.click('a:has-text("Endre")');
  await page.fill('#from', '18:00');
  await page.click('button:has-text("Lagre")');
  await page.waitForURL(/\/move$/);
  const before = (await mails('bjorn@havglimt.example')).length;
  assert.equal(before, 1, 'nothing has gone');
  assert.match(await page.innerText('main'), /18:00/);
  await shot(boss, 'story-move-1280');
  await page.click('button[value=tell]');
  await until(async () => (await mails('bjorn@havglimt.example')).length === 2, { what: 'the mail about the new time' });
  const told = (await mails('bjorn@havglimt.example')).find((m) => !/påmeldt/.test(m.subject));
  assert.match(told.text, /18:00/);
});
