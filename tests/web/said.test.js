// What pages say is what happened: by whom, whether it was sent, and what is left to do.
import test from 'node:test';
import assert from 'node:assert/strict';
import { simpleParser } from 'mailparser';
import { Samling, unescape, until } from '../lib/samling.js';
import { Mailserver } from '../lib/smtp.js';

const MINUTE = 60000;
const guest = (n) => ({ name: `Gjest Nummer${n}`, email: `gjest${n}@firma.example`, organisation: 'Firma' });
const register = (s, g, fields) => s.client().submit(`/g/${g.slug}/register`, fields);
const plain = (html) => unescape(html.replace(/<[^>]+>/g, ' ')).replace(/\s+/g, ' ');

/** The path of the first link of this letter that was mailed to the address. */
async function linkTo(s, address, letter) {
  return until(async () => {
    for (const raw of s.mailbox()) {
      const m = await simpleParser(raw);
      const path = m.to.value[0].address === address && m.text.match(new RegExp(`/r/${letter}[\\w-]+\\.[\\w-]+`))?.[0];
      if (path) return path;
    }
    return null;
  }, { what: `a mail to ${address}` });
}

test('who was taken off the list by an organiser did not do it', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  const c = await s.organiser();
  for (const n of [1, 2, 3]) await s.register(g, guest(n));
  const { body } = await s.api('GET', `/gatherings/${g.id}/registrations`);
  const id = (n) => body.items.find((r) => r.name === guest(n).name).id;
  await c.submit(`/admin/gatherings/${g.id}/people/${id(1)}/cancel`, { reason: '' }, { action: '/cancel' });
  await c.submit(`/admin/gatherings/${g.id}/people/${id(2)}/cancel`, { reason: 'Dobbelt' }, { action: '/cancel' });
  const own = await linkTo(s, guest(3).email, 'r');
  await s.client().submit(`${own}/cancel`, {}, { action: '/cancel' });
  for (const page of ['/admin', `/admin/gatherings/${g.id}`]) {
    const text = plain((await c.get(page)).text);
    assert.match(text, /Gjest Nummer1 ?[^.]{0,40}ble tatt av listen av arrangøren(?!:)/, page);
    assert.match(text, /ble tatt av listen av arrangøren: «Dobbelt»/);
    assert.match(text, /Gjest Nummer3 ?[^.]{0,40}meldte seg av/);
  }
  await s.stop();
});

test('a crowd is listed once, and nobody loses a seat unless ticked', async () => {
  const mailserver = await Mailserver.start();
  const s = await Samling.start({ args: ['--smtp', mailserver.url] });
  const g = await s.gathering({ capacity: 60 });
  for (let n = 0; n < 12; n++) await register(s, g, { ...guest(n), email: n < 6 ? 'falsk@stranger.example' : guest(n).email });
  const c = await s.organiser();
  const people = await c.get(`/admin/gatherings/${g.id}/people`);
  const links = [...people.text.matchAll(/href="([^"]*\/release\?[^"]*)"/g)].map((m) => unescape(m[1]));
  assert.equal(links.length, 1, 'the six of one address are among the twelve of one network');
  assert.match(people.text, /Ingen av dem har brukt lenken/);
  const page = await c.get(links[0]);
  assert.equal([...page.text.matchAll(/name="pick" value="\d+" checked/g)].length, 0);
  assert.match(page.text, /name="tell" checked/);
  assert.equal([...page.text.matchAll(/Ikke bekreftet/g)].length, 12, 'on each row');
  const every = await c.get(unescape(page.text.match(/href="([^"]*all=1)"/)[1]));
  assert.equal([...every.text.matchAll(/name="pick" value="\d+" checked/g)].length, 12);
  await s.stop();
  await mailserver.stop();
});

test('without a mail server nobody is blamed for not confirming, and nothing is said to be on its way', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 60 });
  let done;
  for (let n = 0; n < 12; n++) done = await register(s, g, guest(n));
  assert.match(done.text, /Vi får ikke sendt e-post akkurat nå/);
  assert.ok(!done.text.includes('er på vei til deg'));
  const c = await s.organiser();
  const here = `/admin/gatherings/${g.id}/people`;
  const people = await c.get(here);
  assert.match(people.text, /ingen av dem kan bekrefte/);
  assert.ok(!people.text.includes('har brukt lenken'));
  const page = await c.get(unescape(people.text.match(/href="([^"]*\/release\?[^"]*)"/)[1]));
  assert.ok(!page.text.includes('har brukt lenken') && !page.text.includes('Ikke bekreftet'));
  const { body } = await s.api('GET', `/gatherings/${g.id}/registrations`);
  const sent = await c.submit(`${here}/${body.items[0].id}`, {}, { action: '/link' });
  const [, colour, note] = sent.text.match(/data-color="(\w+)" role="status"><p>([^<]*)/);
  assert.match(note, /laget i mappen/);
  assert.notEqual(colour, 'success');
  await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [{ email: 'a@firma.example' }] });
  const list = await c.get(`/admin/gatherings/${g.id}/invitations?sent=1`);
  assert.equal(list.text.match(/data-color="(\w+)" role="status"><p>1 invitasjon er lagt/)[1], 'warning');
  await s.stop();
});

test('with a mail server the receipt and the link are on their way', async () => {
  const mailserver = await Mailserver.start();
  const s = await Samling.start({ args: ['--smtp', mailserver.url] });
  const g = await s.gathering();
  const done = await register(s, g, guest(1));
  assert.match(done.text, /er på vei til deg/);
  const c = await s.organiser();
  const { body } = await s.api('GET', `/gatherings/${g.id}/registrations`);
  const sent = await c.submit(`/admin/gatherings/${g.id}/people/${body.items[0].id}`, {}, { action: '/link' });
  assert.match(sent.text, /data-color="success" role="status"><p>Lenken er på vei/);
  await s.stop();
  await mailserver.stop();
});

test('one’s own page shows everything; a link that never was one is not called old', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  await register(s, g, { ...guest(1), phone: '99 88 77 66', wish: 'Lære om roboter', requirements: 'Nøtter', keep_requirements: 'on' });
  await s.client().submit('/my-data', { email: guest(1).email }, { action: '/my-data' });
  const link = await linkTo(s, guest(1).email, 'p');
  const own = plain((await s.client().get(link)).text);
  const year = new Date().getFullYear();
  for (const word of ['99 88 77 66', 'Lære om roboter', 'Nøtter', 'Firma', `Meldt på`, String(year)]) assert.ok(own.includes(word), word);
  const bad = await s.client().get(`${link.slice(0, -4)}AAAA`);
  assert.equal(bad.status, 404);
  assert.match(bad.text, /Lenken stemmer ikke/);
  assert.ok(!bad.text.includes('virker ikke lenger'));
  await s.clock(3 * 60 * MINUTE);
  const old = await s.client().get(link);
  assert.equal(old.status, 410);
  assert.match(old.text, /Lenken virker ikke lenger/);
  // Nor is the calendar where one is.
  for (const page of ['/privacy', '/my-data', link]) assert.ok(!/href="\/" aria-current/.test((await s.client().get(page)).text), page);
  for (const page of ['/', `/g/${g.slug}`]) assert.match((await s.client().get(page)).text, /href="\/" aria-current/, page);
  await s.stop();
});

test('a refused sign-in has nothing to mend; what is too long is named', async () => {
  const s = await Samling.start();
  const wrong = await s.client().submit('/signin', { email: s.email, password: 'ikke dette i alle fall' });
  assert.match(wrong.text, /passer ikke sammen/);
  assert.ok(!wrong.text.includes('må rettes'));
  const g = await s.gathering();
  const long = await register(s, g, { ...guest(1), organisation: 'x'.repeat(300), phone: '9'.repeat(50) });
  assert.equal(long.status, 422);
  assert.match(long.text, /2 ting må rettes/);
  assert.match(long.text, /<a href="#organisation">Organisasjon: Dette er for langt/);
  assert.match(long.text, /<a href="#phone">Telefon: Dette er for langt/);
  await s.stop();
});

test('a person’s page is in the menu, marks the name, and says what was', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ days: 2 });
  for (const name of ['Ola Nes', 'Kari Nes']) await s.register(g, { name, email: 'post@firma.example' });
  await s.clock(5 * 24 * 60 * MINUTE);
  const c = await s.organiser();
  const all = await c.get('/admin/persons?email=post%40firma.example');
  assert.match(all.text, /href="\/admin\/contacts"[^>]*aria-current/);
  assert.match(all.text, /aria-current="true"[^>]*>alle</);
  const kari = await c.get('/admin/persons?email=post%40firma.example&name=kari+nes');
  assert.match(kari.text, /aria-current="true"[^>]*>Kari Nes</);
  assert.match(kari.text, /Var påmeldt/);
  await s.stop();
});

test('a yes that is not yet given has its button at hand', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [{ name: 'Eli Førde', email: 'eli@forde.example' }] });
  const link = await linkTo(s, 'eli@forde.example', 'i');
  const page = await s.client().get(`${link}/yes`);
  assert.match(page.text, /<h1[^>]*>Ett trykk til/);
  assert.match(page.text, /<\/main>[\s\S]*class="sm-dock"[\s\S]*<button[^>]*form="yes"/);
  await s.stop();
});

test('where no mail can be sent, who asks what is kept about them is told whom to ask', async () => {
  const s = await Samling.start();
  const r = await s.client().submit('/my-data', { email: 'noen@firma.example' });
  assert.match(plain(r.text), /Vi får ikke sendt e-post akkurat nå/);
  assert.match(r.text, /class="ds-button" href="\/privacy">Personvern/);
  await s.stop();
});
