// Strangers at the open form: a room is not filled from one place, a crowd of colleagues gets in, nobody's
// mailbox is filled, and nothing is told of who is coming.
import test from 'node:test';
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { Samling, all, sleep, until } from '../lib/samling.js';

const { simpleParser } = createRequire(import.meta.url)('mailparser');
const MINUTE = 60000;
const names = ['Kari', 'Ola', 'Eli', 'Nils', 'Hege', 'Åse', 'Per', 'Siv', 'Tor', 'Unn'];
const guest = (n) => ({ name: `${names[n % 10]} Nummer${n}`, email: `gjest${n}@firma.example`, organisation: 'Firma' });
const live = async (s, g) => (await all(s, `/gatherings/${g.id}/registrations`));

/** The form's answer for one guest: 200 registered, 429 wait. */
async function come(s, g, fields, c = s.client()) {
  return c.submit(`/g/${g.slug}/register`, fields);
}

test('one client under one address takes a dozen of 60 seats, not all', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 60 });
  const answers = [];
  for (let n = 0; n < 60; n++) answers.push(await come(s, g, { ...guest(n), email: 'post@firma.example' }));
  assert.ok((await live(s, g)).length <= 15, `${(await live(s, g)).length} seats`);
  const refused = answers.find((a) => a.status !== 200);
  assert.equal(refused.status, 429);
  assert.match(refused.text, /brukt for mange påmeldinger/);
  assert.ok(refused.text.includes('value="Firma"'), 'nothing typed is lost');
  assert.ok(!refused.text.includes('må rettes'), 'nothing in it is wrong');
  // Nor later.
  for (let n = 60; n < 90; n++) {
    await s.clock(n * MINUTE);
    await come(s, g, { ...guest(n), email: 'post@firma.example' });
  }
  assert.equal((await live(s, g)).length, 12);
  await s.stop();
});

test('one client with many addresses takes 15 seats at once; who waits as told gets in', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 60 });
  const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => come(s, g, guest(n))));
  assert.equal(answers.filter((a) => a.status === 200).length, 15);
  assert.equal((await live(s, g)).length, 15);
  const refused = answers.find((a) => a.status === 429);
  const [, seconds] = refused.text.match(/Vent (\d+) sekunder/);
  assert.ok(seconds > 0 && seconds <= 46, seconds);
  await s.clock(seconds * 1000);
  assert.equal((await come(s, g, guest(77))).status, 200);
  // Another gathering, and who is invited or added, is not held up.
  const other = await s.gathering({ capacity: 60 });
  assert.equal((await come(s, other, guest(1))).status, 200);
  assert.equal((await s.register(g, guest(99))).status, 201);
  await s.stop();
});

test('strangers who fill the names of an address do not shut out whose it is', async () => {
  const s = await Samling.start({ args: ['--proxy', '127.0.0.1'] });
  const g = await s.gathering({ capacity: 60 });
  const from = (network) => Object.assign(s.client(), { headers: { 'x-forwarded-for': network } });
  const named = (n) => ({ ...guest(n), email: 'unni@firma.example' });
  for (const [i, network] of ['203.0.113.1', '198.51.100.1'].entries()) {
    for (let n = 0; n < 12; n++) assert.equal((await come(s, g, named(20 * i + n), from(network))).status, 200);
  }
  const own = from('192.0.2.1');
  assert.equal((await come(s, g, { ...named(0), name: 'Unni Nes' }, own)).status, 200, 'she herself');
  assert.equal((await come(s, g, named(50), own)).status, 429, 'and no more from there');
  await s.stop();
});

test('ten colleagues from one office register at once, under one address too', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 60 });
  for (const email of [undefined, 'post@firma.example']) {
    const from = email ? 10 : 0;
    const many = await Promise.all(Array.from({ length: email ? 5 : 10 }, (_, n) => come(s, g, { ...guest(from + n), ...(email && { email }) })));
    assert.ok(many.every((a) => a.status === 200));
  }
  assert.equal((await live(s, g)).length, 15);
  await s.stop();
});

test('a hundred people behind one wifi are in within five minutes, by pressing again as told', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 120 });
  let left = Array.from({ length: 100 }, (_, n) => n);
  let at = 0;
  while (left.length > 0) {
    const answers = await Promise.all(left.map((n) => come(s, g, guest(n))));
    for (const a of answers) assert.ok([200, 429].includes(a.status), String(a.status));
    left = left.filter((_, i) => answers[i].status !== 200);
    const waits = answers.filter((a) => a.status === 429).map((a) => Number(a.text.match(/Vent (\d+)/)?.[1] ?? NaN));
    assert.ok(waits.every((w) => w > 0 && w < 60), `told how long: ${waits.slice(0, 5)}`);
    at += Math.max(0, ...waits) * 1000;
    assert.ok(at <= 5 * MINUTE, `${left.length} still wait after five minutes`);
    await s.clock(at);
  }
  assert.equal((await live(s, g)).length, 100);
  await s.stop();
});

test('the organiser is told of a crowd, sees it, keeps one and releases the others in two steps', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 12 });
  for (let n = 0; n < 12; n++) await come(s, g, { ...guest(n), email: n < 6 ? 'falsk@stranger.example' : guest(n).email });
  await s.register(g, { name: 'Venter Ventesen', email: 'venter@firma.example' });
  assert.equal((await live(s, g)).filter((r) => r.status === 'waiting').length, 1);
  const c = await s.organiser();
  const people = await c.get(`/admin/gatherings/${g.id}/people`);
  assert.match(people.text, /12 påmeldinger fra samme nett/);
  const links = [...people.text.matchAll(/href="([^"]*\/release\?[^"]*)"/g)].map((m) => m[1].replaceAll('&amp;', '&'));
  assert.equal(links.length, 1, 'the six of one address are among them');
  const [network] = links;
  const address = network.replace('by=network', 'by=address');
  assert.ok(!links.some((l) => l.includes('stranger')), 'no address in a URL');
  // Looking changes nothing.
  const page = await c.get(`${address}&all=1`);
  assert.match(page.text, /6 påmeldinger med falsk@stranger\.example/);
  assert.equal((await live(s, g)).length, 13);
  const picks = [...page.text.matchAll(/name="pick" value="(\d+)" checked/g)].map((m) => m[1]);
  assert.equal(picks.length, 6);
  // Nobody ticked: asked again.
  const none = await c.submit(page, { pick: [] }, { action: '/release' });
  assert.equal(none.status, 422);
  const done = await c.submit(page, { pick: picks.slice(1), tell: [] }, { action: '/release' });
  assert.match(done.text, /5 er meldt av/);
  const now = await live(s, g);
  assert.equal(now.length, 8);
  assert.ok(now.every((r) => r.status === 'confirmed'), 'who waited has a seat');
  assert.equal((await s.api('GET', `/gatherings/${g.id}`)).body.seats_taken, 8);
  await sleep(500);
  for (const raw of s.mailbox()) assert.ok(!/meldt deg av/.test((await simpleParser(raw)).subject), 'strangers\' addresses are left in peace');
  // Who used the mailed link is confirmed, and not released by a page that lay open.
  const before = await c.get(`${network.replace(/of=\d+/, `of=${picks[0]}`)}&all=1`);
  const left = [...before.text.matchAll(/name="pick" value="(\d+)" checked/g)].map((m) => m[1]);
  assert.equal(left.length, 7);
  const mail = await until(async () => {
    for (const raw of s.mailbox()) {
      const m = await simpleParser(raw);
      if (m.to.value[0].address === 'gjest7@firma.example') return m;
    }
    return null;
  }, { what: 'the confirmation' });
  await s.client().submit(`${new URL(mail.text.match(/http\S+\/r\/r\S+/)[0]).pathname}/change`, { phone: '99887766' });
  assert.match((await c.submit(before, { pick: left }, { action: '/release' })).text, /6 er meldt av/);
  assert.deepEqual((await live(s, g)).map((r) => r.name).sort(), [guest(7).name, 'Venter Ventesen'].sort());
  // Others than organisers may not.
  assert.equal((await s.client().get(network, { follow: false })).status, 303);
  await s.stop();
});

// ── Mail ──

/** All mails to somebody, oldest first: { subject, text, html, path of the personal link }. */
async function mailsTo(s, address) {
  const all = [];
  for (const raw of s.mailbox()) {
    const m = await simpleParser(raw);
    if (m.to.value[0].address === address) all.push({ subject: m.subject, text: m.text, html: m.html, date: m.date, raw: String(raw), path: m.text.match(/http[^\s/]*\/\/[^/]+(\/r\/[ri]\S+)/)?.[1] });
  }
  return all.sort((a, b) => a.date - b.date);
}
/** Waits for so many, and that there are no more. */
async function settled(s, address, count) {
  await until(async () => (await mailsTo(s, address)).length >= count, { what: `${count} mails to ${address}` });
  await sleep(1200);
  const all = await mailsTo(s, address);
  assert.equal(all.length, count, all.map((m) => m.subject).join('\n'));
  return all;
}

test('whatever the names, one address gets a few confirmations an hour, and the others later', async () => {
  const s = await Samling.start();
  const [g, h] = [await s.gathering({ capacity: 60 }), await s.gathering({ capacity: 60, title: 'Anskaffelser' })];
  const email = 'offer@firma.example';
  for (let n = 0; n < 12; n++) assert.equal((await come(s, n % 2 ? g : h, { ...guest(n), email })).status, 200);
  await settled(s, email, 6);
  await s.clock(50 * MINUTE);
  await settled(s, email, 6);
  await s.clock(70 * MINUTE);
  await settled(s, email, 12); // every one of them has a ticket
  // Colleagues at other addresses do not wait for it.
  await come(s, g, { ...guest(20), email: 'annen@firma.example' });
  await settled(s, 'annen@firma.example', 1);
  await s.stop();
});

test('what strangers do in the name of an address holds nobody’s own mail back', async () => {
  const s = await Samling.start({ args: ['--proxy', '127.0.0.1'] });
  const email = 'unni@firma.example';
  const from = (network) => Object.assign(s.client(), { headers: { 'x-forwarded-for': network } });
  for (let i = 0; i < 3; i++) {
    const g = await s.gathering({ capacity: 60, title: `Møte ${i}` });
    for (let n = 0; n < 12; n++) assert.equal((await come(s, g, { ...guest(12 * i + n), email }, from('203.0.113.1'))).status, 200);
  }
  await settled(s, email, 6);
  const g = await s.gathering({ capacity: 60, title: 'Det hun vil' });
  const c = from('192.0.2.1');
  assert.equal((await come(s, g, { name: 'Unni Nes', email, organisation: 'Nes' }, c)).status, 200);
  const own = (await settled(s, email, 7)).find((m) => m.text.includes('Det hun vil'));
  await c.submit(`${own.path}/change`, { name: 'Unni Nesheim' });
  const [changed] = (await settled(s, email, 8)).filter((m) => /endret/.test(m.subject));
  assert.match(changed.text, /Unni/);
  // From one place it stays at six an hour.
  await s.clock(70 * MINUTE);
  await settled(s, email, 14);
  await s.stop();
});

test('changes that change nothing mail nothing; many changes end in one mail that says the last', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  await come(s, g, { name: 'Kari Løvland', email: 'kari@lovtre.example', organisation: 'Løvtre' });
  const [{ path }] = await settled(s, 'kari@lovtre.example', 1);
  const c = s.client();
  for (let n = 0; n < 300; n += 1) {
    const same = await c.submit(`${path}/change`);
    assert.equal(same.status, 200);
    if (n === 0) assert.match(same.text, /Alt står som før/);
  }
  await settled(s, 'kari@lovtre.example', 1);
  for (let n = 0; n < 20; n++) await c.submit(`${path}/change`, { name: `Kari Løvland nr ${n}` });
  await sleep(1500);
  const quick = await mailsTo(s, 'kari@lovtre.example');
  assert.ok(quick.length <= 2, `${quick.length} mails`);
  await s.clock(6 * MINUTE);
  await c.submit(`${path}/change`, { name: 'Kari Sist' });
  await s.clock(12 * MINUTE);
  await until(async () => /endret/.test((await mailsTo(s, 'kari@lovtre.example')).pop().subject), { what: 'the last word' });
  await sleep(1500);
  assert.ok((await mailsTo(s, 'kari@lovtre.example')).length <= 4);
  await s.stop();
});

test('yes and no in turn: a mail of each, then the last word after a pause', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [{ name: 'Eli Førde', email: 'eli@forde.example', organisation: 'Førde' }] });
  const [{ path }] = await settled(s, 'eli@forde.example', 1);
  const c = s.client();
  for (let n = 0; n < 20; n++) {
    await c.post(`${path}/answer`, { answer: n % 2 ? 'no' : 'yes' });
    if (n < 2) await until(async () => (await mailsTo(s, 'eli@forde.example')).length === n + 2, { what: 'the mail of it' });
  }
  const quick = await settled(s, 'eli@forde.example', 3); // the invitation, yes, no
  assert.match(quick[1].subject + quick[2].subject, /påmeldt/);
  await c.post(`${path}/answer`, { answer: 'yes' });
  await s.clock(6 * MINUTE);
  const all = await settled(s, 'eli@forde.example', 4);
  assert.match(all[3].subject, /^Du er påmeldt/);
  const own = await c.get(all[3].path);
  assert.match(own.text, /Du er påmeldt|Da er du med|kommer/);
  await s.stop();
});

test('what a stranger calls somebody is no link in a mail', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  for (const name of ['www.evil.example', 'https://evil.example/premie', 'Vinn på bit.ly/x', 'kari@evil.example', 'Kari http://evil']) {
    const r = await come(s, g, { name, email: 'offer@firma.example', organisation: 'Firma' });
    assert.equal(r.status, 422, name);
    assert.match(r.text, /Skriv navnet, ikke en nettadresse/);
  }
  for (const name of ['Dr.Hansen St.Clair', 'J.R. Olsen', 'Anne-Lise O’Hara']) assert.equal((await come(s, g, { name, email: 'ok@firma.example', organisation: 'Finn.no AS' })).status, 200, name);
  await s.register(g, { name: 'Evil.Example www.evil.example', email: 'to@firma.example', organisation: 'https://evil.example/premie' });
  await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [{ name: 'www.evil.example', email: 'bedt@firma.example', organisation: 'evil.example' }] });
  for (const address of ['to@firma.example', 'bedt@firma.example']) {
    const [m] = await settled(s, address, 1);
    assert.ok(!/evil\.example|www\.|\/\/evil/i.test(m.subject + m.text + m.html), m.text);
  }
  await s.stop();
});

// ── Who is coming is nobody's business ──

test('no address in the URL after registering; the page shows it for an hour, and tells nothing forged', async () => {
  const s = await Samling.start();
  const [g, h] = [await s.gathering({ capacity: 1 }), await s.gathering({ title: 'Anskaffelser' })];
  await s.register(g, {});
  const done = await come(s, g, { name: 'Kari Nes', email: 'kari@lovtre.example', organisation: 'Løvtre' });
  assert.match(done.path, /\/registered\?to=[\w-]+$/);
  const [, to] = done.path.split('to=');
  assert.ok(!/kari|lovtre/.test(Buffer.from(to, 'base64url').toString('latin1')), 'no address, nor in base64');
  assert.ok(done.text.includes('kari@lovtre.example'));
  assert.match(done.text, /Du står på venteliste/);
  assert.ok((await s.client().get(done.path)).text.includes('kari@lovtre.example'), 'seen again');
  for (const bad of [`/g/${h.slug}/registered?to=${to}`, `${done.path.slice(0, -2)}AA`, `/g/${g.slug}/registered`, `/g/${g.slug}/registered?to=${'A'.repeat(2000)}`]) {
    const r = await s.client().get(bad);
    assert.ok(!r.text.includes('kari@') && !/Du er påmeldt/.test(r.text), bad);
  }
  await s.clock(61 * MINUTE);
  const later = await s.client().get(done.path);
  assert.ok(!later.text.includes('kari@lovtre.example'));
  assert.match(later.text, /Du står på venteliste/);
  await s.stop();
});

test('neither the public figures, nor a place in the line, nor how a name comes back tell who is registered', async () => {
  const s = await Samling.start();
  const kari = { name: 'Kari Løvland', email: 'kari@lovtre.example', organisation: 'Løvtre' };
  const asked = { name: 'kari  løvland', email: 'Kari@lovtre.example', organisation: '?' };
  // Two halls alike, but that she is registered in the one.
  const seen = [];
  for (const known of [true, false]) {
    const [g, full] = [await s.gathering({ capacity: 40 }), await s.gathering({ capacity: 3 })];
    for (let n = 0; n < (known ? 13 : 14); n++) await s.register(g, guest(n));
    for (let n = 0; n < 6; n++) await s.register(full, guest(n));
    if (known) await s.register(g, kari);
    await s.register(full, known ? kari : guest(50));
    const look = async (at) => (await s.client().get(`/g/${at.slug}`)).text.match(/<main[\s\S]*<\/main>/)[0].replaceAll(at.slug, 'SLUG');
    const steps = [];
    for (const at of [g, full]) {
      steps.push(await look(at));
      for (const who of [asked, guest(60)]) steps.push((await come(s, at, who)).text.match(/<div class="sm-done">[\s\S]*?<\/div>/)[0], await look(at));
    }
    // Somebody sends her instead of himself: her name comes back as it was typed.
    await come(s, g, { name: 'Per Ås', email: `per${known}@as.example`, organisation: 'Ås' });
    const [{ path }] = await settled(s, `per${known}@as.example`, 1);
    const other = known ? asked : { ...asked, email: 'kari2@lovtre.example' };
    const sent = await s.client().submit(`${path}/colleague`, { name: other.name, email: other.email });
    steps.push(sent.text.match(/<h1[^>]*>([^<]*)/)[1]);
    seen.push(steps.map((step) => step.replace(/\s+/g, ' ')));
  }
  for (const [i, step] of seen[0].entries()) assert.equal(step, seen[1][i], `step ${i}`);
  assert.match(seen[0].at(-1), /^kari løvland kommer i stedet for deg/);
  await s.stop();
});
