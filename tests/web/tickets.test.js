// The ticket in all its forms, and calendars that others read: each by a reader that is not ours.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ICAL from 'ical.js';
import { Samling, until } from '../lib/samling.js';
import { readPdf } from '../lib/pdf.js';
import { readQr } from '../lib/qr.js';
import { simpleParser } from '../lib/smtp.js';

const bytes = async (url) => {
  const r = await fetch(url);
  return { status: r.status, type: r.headers.get('content-type') ?? '', body: Buffer.from(await r.arrayBuffer()) };
};
const events = (text) => new ICAL.Component(ICAL.parse(text)).getAllSubcomponents('vevent').map((e) => new ICAL.Event(e));
/** The newest mail to somebody whose subject matches, and the event of its calendar file. */
async function mailTo(s, address, match) {
  const mail = await until(async () => {
    const all = await Promise.all(s.mailbox().map((raw) => simpleParser(raw)));
    return all.filter((m) => m.to.value[0].address === address && match.test(m.subject)).sort((a, b) => b.date - a.date)[0];
  }, { what: `mail ${match} to ${address}` });
  const file = mail.attachments.find((a) => a.contentType === 'text/calendar');
  return { mail, file: file?.content.toString(), event: file && events(file.content.toString())[0] };
}
const method = (text) => new ICAL.Component(ICAL.parse(text)).getFirstPropertyValue('method');
const value = (e, name) => e.component.getFirstPropertyValue(name);
const utc = (e) => {
  const zones = e.component.parent.getAllSubcomponents('vtimezone');
  assert.ok(zones.length > 0, 'the zone is in the file');
  for (const z of zones) ICAL.TimezoneService.register(new ICAL.Timezone(z));
  return ['dtstart', 'dtend'].map((name) => {
    const property = e.component.getFirstProperty(name);
    const zone = ICAL.TimezoneService.get(property.getParameter('tzid'));
    assert.ok(zone, `zone ${property.getParameter('tzid')}`);
    const t = property.getFirstValue().clone();
    t.zone = zone;
    return t.toJSDate().toISOString();
  });
};

test('the ticket as SVG, PNG, PDF and calendar file; dead when it is cancelled', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ title: 'Ære, øl & åpenhet; del 1, "sånn"' });
  const r = (await s.register(g, {})).body;
  const base = `${s.url}/t/${r.ticket}`;

  const page = await bytes(base);
  assert.equal(page.status, 200);
  const html = page.body.toString();
  for (const word of ['Ingrid Sæther', 'Blåfjell Mekaniske', `/t/${r.ticket}.pdf`, '<svg']) assert.ok(html.includes(word), word);

  const png = await bytes(`${base}.png`);
  assert.match(png.type, /^image\/png/);
  const text = await readQr(png.body);
  assert.ok(text?.startsWith(`${base}#`), text);
  assert.match(text.split('#')[1], /^[A-Za-z0-9_-]{86}$/);

  const svg = await bytes(`${base}.svg`);
  assert.match(svg.type, /^image\/svg\+xml/);
  assert.match(svg.body.toString(), /^(<\?xml[^>]*>\s*)?<svg[^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);

  const pdf = await bytes(`${base}.pdf`);
  assert.match(pdf.type, /^application\/pdf/);
  assert.equal(pdf.body.subarray(0, 5).toString(), '%PDF-');
  assert.ok(pdf.body.includes('%%EOF') && pdf.body.length < 300000);

  const ics = await bytes(`${base}.ics`);
  assert.match(ics.type, /^text\/calendar/);
  const [e, ...more] = events(ics.body.toString());
  assert.equal(more.length, 0);
  assert.equal(e.summary, 'Ære, øl & åpenhet; del 1, "sånn"');
  assert.deepEqual(utc(e), [g.starts_at, g.ends_at].map((t) => new Date(t).toISOString()));
  assert.ok(e.uid.length > 20);
  for (const line of ics.body.toString().split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, line);

  for (const path of ['/t/Sabcdefghijklmnopqrstuv.png', '/t/Sabcdefghijklmnopqrstuv.pdf', '/t/Sabcdefghijklmnopqrstuv.ics', `/t/${r.ticket}.exe`]) {
    assert.equal((await bytes(s.url + path)).status, 404, path);
  }
  await s.api('DELETE', `/registrations/${r.id}`);
  for (const suffix of ['', '.svg', '.png', '.pdf']) {
    const dead = await bytes(base + suffix);
    assert.ok([404, 410].includes(dead.status), `${suffix}: ${dead.status}`);
    assert.ok(!dead.body.toString('latin1').includes('<svg role="img" class="qr'), 'no code on it');
  }
  await s.stop();
});

test('the drawn ticket is kept until something on it is another', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ title: 'Første navn' });
  const { ticket } = (await s.register(g)).body;
  const pdf = async (headers = {}) => Buffer.from(await (await fetch(`${s.url}/t/${ticket}.pdf`, { headers })).arrayBuffer());
  const first = await pdf();
  await s.clock(5000); // it has the time it was drawn in it
  assert.ok(first.equals(await pdf()), 'not drawn again');
  assert.ok(!first.equals(await pdf({ 'accept-language': 'en' })), 'each language has its own');
  assert.equal((await s.api('PATCH', `/gatherings/${g.id}`, { title: 'Andre navn' })).status, 200);
  assert.match(readPdf(await pdf()).text, /Andre navn/);
  assert.equal((await s.api('POST', `/gatherings/${g.id}/cancel`, {})).status, 200);
  assert.match(readPdf(await pdf()).text, /Avlyst/);
  await s.stop();
});

test('the signature in the QR is Ed25519 over gathering and code, verified by another implementation', async () => {
  const s = await Samling.start();
  const g = await s.gathering({});
  const h = await s.gathering({ title: 'Et annet møte' });
  const texts = [];
  for (const n of [1, 2]) texts.push(await s.qrText((await s.register(g, { name: `G${n}`, email: `g${n}@firma.example` })).body.ticket));
  await s.end();
  const x = spawnSync('sqlite3', [join(s.data, 'samling.db'), "SELECT hex(value) FROM secret WHERE name = 'ticket_public'"], { encoding: 'utf8' }).stdout.trim();
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(x, 'hex').toString('base64url') }, format: 'jwk' });
  for (const text of texts) {
    const [, code, signature] = text.match(/\/t\/(S[^#]+)#(.+)$/);
    const good = (id) => verify(null, Buffer.from(`${id}:${code}`), key, Buffer.from(signature, 'base64url'));
    assert.ok(good(g.id));
    assert.ok(!good(h.id), 'not for another gathering');
  }
  assert.notEqual(texts[0].split('#')[1], texts[1].split('#')[1]);
  await s.serve();
  await s.stop();
});

test('calendars to subscribe to: right hours on both sides of a clock change', async () => {
  const s = await Samling.start();
  const rows = [['Vinter', '2030-03-29T17:00:00', '2030-03-29T16:00:00.000Z'], ['Sommer', '2030-04-02T17:00:00', '2030-04-02T15:00:00.000Z'],
    ['Høst', '2030-10-28T08:30:00', '2030-10-28T07:30:00.000Z']];
  for (const [title, starts_at] of rows) {
    const g = (await s.api('POST', '/gatherings', { title, starts_at, place: 'Hub' })).body;
    await s.api('POST', `/gatherings/${g.id}/publish`, {});
  }
  const english = (await s.api('POST', '/gatherings', { title: 'Helsinki', starts_at: '2030-06-03T10:00:00', timezone: 'Europe/Helsinki', place: 'Hub' })).body;
  await s.api('POST', `/gatherings/${english.id}/publish`, {});
  await s.api('POST', '/gatherings', { title: 'Utkast', starts_at: '2030-06-03T10:00:00', place: 'Hub' });
  const feed = await bytes(`${s.url}/feed.ics`);
  assert.match(feed.type, /^text\/calendar/);
  const found = new Map(events(feed.body.toString()).map((e) => [e.summary, e]));
  assert.deepEqual([...found.keys()].sort(), ['Helsinki', 'Høst', 'Sommer', 'Vinter'], 'no drafts');
  for (const [title, , want] of rows) assert.equal(utc(found.get(title))[0], want, title);
  assert.equal(utc(found.get('Helsinki'))[0], '2030-06-03T07:00:00.000Z');
  assert.equal(new Set([...found.values()].map((e) => e.uid)).size, 4);
  const again = new Map(events((await bytes(`${s.url}/feed.ics`)).body.toString()).map((e) => [e.summary, e.uid]));
  for (const [title, uid] of again) assert.equal(found.get(title).uid, uid, 'an entry keeps its name');

  const atom = await bytes(`${s.url}/feed.atom`);
  assert.match(atom.type, /^application\/atom\+xml/);
  const file = join(s.data, 'feed.xml');
  writeFileSync(file, atom.body);
  const parsed = spawnSync('python3', ['-c', `
import sys, xml.etree.ElementTree as E
n = '{http://www.w3.org/2005/Atom}'
r = E.parse(sys.argv[1]).getroot()
assert r.tag == n + 'feed' and r.find(n + 'id').text and r.find(n + 'updated').text
for e in r.findall(n + 'entry'):
    assert e.find(n + 'id').text and e.find(n + 'updated').text and e.find(n + 'link').get('href')
    print(e.find(n + 'title').text)
`, file], { encoding: 'utf8' });
  assert.equal(parsed.status, 0, parsed.stderr);
  for (const [title] of rows) assert.ok(parsed.stdout.includes(title), title);
  assert.ok(!parsed.stdout.includes('Utkast'));
  await s.stop();
});

test('one gathering is one entry in a calendar: from mail, ticket, public file and feed', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 3 });
  const other = await s.gathering({ title: 'Et annet møte' });
  const kari = (await s.register(g, { name: 'Kari Nes', email: 'kari@firma.example' })).body;
  await s.register(g, { name: 'Ola Vik', email: 'ola@firma.example' });
  const get = async (path) => events((await bytes(s.url + path)).body.toString());
  const feed = async () => (await get('/feed.ics')).find((e) => e.summary.includes(g.title));
  const everywhere = async (match) => ({
    mail: (await mailTo(s, 'kari@firma.example', match)).event, theirs: (await mailTo(s, 'ola@firma.example', match)).event,
    ticket: (await get(`/t/${kari.ticket}.ics`))[0], file: (await get(`/g/${g.slug}.ics`))[0], feed: await feed(),
  });
  const first = await everywhere(/påmeldt/);
  assert.equal(new Set(Object.values(first).map((e) => e.uid)).size, 1, JSON.stringify(Object.entries(first).map(([k, e]) => [k, e.uid])));
  assert.notEqual((await get(`/g/${other.slug}.ics`))[0].uid, first.feed.uid);
  for (const [where, e] of Object.entries(first)) {
    assert.equal(value(e, 'status'), 'CONFIRMED', where);
    assert.equal(value(e, 'transp'), 'OPAQUE', where);
    assert.equal(e.summary, g.title, where);
    assert.ok(!e.component.hasProperty('rrule') && !e.isRecurring(), where);
    assert.ok(e.sequence >= first.file.sequence, `${where}: what a person holds is never older than the public file`);
  }
  assert.equal(method((await mailTo(s, 'kari@firma.example', /påmeldt/)).file), null, 'a plain file, that any calendar opens');

  const day = g.starts_at.slice(0, 10);
  await s.api('PATCH', `/gatherings/${g.id}`, { starts_at: `${day}T18:00:00`, ends_at: `${day}T20:00:00` });
  const moved = await everywhere(/Ny tid/);
  for (const [where, e] of Object.entries(moved)) {
    assert.equal(e.uid, first.feed.uid, where);
    assert.ok(e.sequence > first[where].sequence, `${where}: ${e.sequence}`);
    assert.equal(utc(e)[0], new Date(`${day}T18:00:00${g.starts_at.slice(19)}`).toISOString(), where);
  }

  // Ola takes himself off: his entry goes, the gathering's does not. He comes back, and it is newer still.
  const [, ola] = (await s.api('GET', `/gatherings/${g.id}/registrations`)).body.items;
  await s.api('DELETE', `/registrations/${ola.id}`);
  const gone = await mailTo(s, 'ola@firma.example', /meldt av/);
  assert.equal(gone.event.uid, first.feed.uid);
  assert.equal(method(gone.file), 'CANCEL');
  assert.equal(value(gone.event, 'status'), 'CANCELLED');
  assert.equal(value(gone.event, 'transp'), 'TRANSPARENT');
  assert.equal(gone.event.summary, `Avmeldt: ${g.title}`);
  assert.ok(gone.event.sequence > moved.theirs.sequence);
  assert.equal(value(await feed(), 'status'), 'CONFIRMED');
  await s.clock(60000);
  await s.register(g, { name: 'Ola Vik', email: 'ola@firma.example' });
  const back = await until(async () => {
    const found = (await mailTo(s, 'ola@firma.example', /påmeldt/)).event;
    return found.sequence > gone.event.sequence && found;
  }, { what: 'the new confirmation' });
  assert.equal(back.uid, first.feed.uid);
  assert.equal(value(back, 'status'), 'CONFIRMED');

  await s.api('POST', `/gatherings/${g.id}/cancel`, {});
  const off = await everywhere(/Avlyst/);
  for (const [where, e] of Object.entries(off)) {
    assert.equal(e.uid, first.feed.uid, where);
    assert.ok(e.sequence > moved[where].sequence, where);
    assert.equal(value(e, 'status'), 'CANCELLED', where);
    assert.equal(value(e, 'transp'), 'TRANSPARENT', where);
    assert.equal(e.summary, `Avlyst: ${g.title}`, where);
  }
  for (const path of [`/t/${kari.ticket}.ics`, `/g/${g.slug}.ics`]) assert.equal(method((await bytes(s.url + path)).body.toString()), 'CANCEL', path);
  assert.equal(method((await bytes(`${s.url}/feed.ics`)).body.toString()), null, 'a feed holds both kinds');
  await s.stop();
});

test('two people at one address: one entry, that stays while one of them comes', async () => {
  const s = await Samling.start();
  const g = await s.gathering({});
  const [a, b] = [await s.register(g, { name: 'Kari Nes', email: 'post@firma.example' }), await s.register(g, { name: 'Ola Vik', email: 'post@firma.example' })];
  await s.api('DELETE', `/registrations/${a.body.id}`);
  assert.equal((await mailTo(s, 'post@firma.example', /meldt av/)).file, undefined, 'Ola still comes');
  await s.clock(60000);
  await s.api('DELETE', `/registrations/${b.body.id}`);
  await until(async () => (await mailTo(s, 'post@firma.example', /meldt av/)).file, { what: 'the last one to take the entry away' });
  await s.stop();
});

test('the hour that comes twice, the hours beside it, and the gap: the same moment in every file', async () => {
  const s = await Samling.start();
  // 27 October 2030: 02:00 to 03:00 comes twice. 31 March 2030: it never comes.
  const rows = [
    ['2030-10-27T01:30:00+02:00', '2030-10-27T02:30:00+02:00', true], // the end falls in it
    ['2030-10-27T02:30:00+02:00', '2030-10-27T04:00:00+01:00', true],
    ['2030-10-27T02:30:00+01:00', '2030-10-27T04:00:00+01:00', true],
    ['2030-10-27T03:00:00+01:00', '2030-10-27T04:00:00+01:00', false],
    ['2030-03-31T01:30:00+01:00', '2030-03-31T03:30:00+02:00', false],
    ['2030-03-31T03:00:00+02:00', '2030-03-31T05:00:00+02:00', false],
  ];
  assert.equal((await s.api('POST', '/gatherings', { title: 'X', place: 'Hub', starts_at: '2030-03-31T02:30:00' })).status, 422);
  for (const [i, [starts_at, ends_at, twice]] of rows.entries()) {
    const g = await s.gathering({ title: `Nattskift ${i}`, starts_at, ends_at });
    const r = (await s.register(g, {})).body;
    const files = [(await bytes(`${s.url}/g/${g.slug}.ics`)).body.toString(), (await bytes(`${s.url}/t/${r.ticket}.ics`)).body.toString()];
    const feed = (await bytes(`${s.url}/feed.ics`)).body.toString();
    const found = [...files.map((f) => events(f)[0]), events(feed).find((e) => e.summary === `Nattskift ${i}`)];
    for (const e of found) {
      const want = [starts_at, ends_at].map((t) => new Date(t).toISOString());
      const start = e.component.getFirstProperty('dtstart');
      assert.equal(start.getFirstValue().zone === ICAL.Timezone.utcTimezone, twice, start.toICALString());
      assert.equal(start.getParameter('tzid'), twice ? undefined : 'Europe/Oslo');
      const got = twice ? ['dtstart', 'dtend'].map((n) => value(e, n).toJSDate().toISOString()) : utc(e);
      assert.deepEqual(got, want, `row ${i}`);
      assert.ok(!e.isRecurring());
    }
  }
  await s.stop();
});

test('a time by another clock than the cluster\'s names its place, wherever it stands', async () => {
  const s = await Samling.start();
  const day = new Date(Date.now() + 30 * 86400000).toISOString().slice(0, 10);
  const times = { starts_at: `${day}T09:00:00`, ends_at: `${day}T12:00:00`, deadline: `${day}T08:30:00`, programme: [{ starts: '09:15', title: 'Åpning' }], capacity: 1 };
  const there = await s.gathering({ title: 'Der borte', timezone: 'Europe/Copenhagen', ...times });
  const here = await s.gathering({ title: 'Her hjemme', ...times });
  const boss = await s.organiser();
  const places = { nb: 'København', nn: 'København', en: 'Copenhagen' };
  const clock = /(?<![-T\d])(09:00|08:30)(?!:)/; // not in attributes such as datetime="2026-12-25T09:00:00+01:00"
  // Each visible time of day is followed by its place, before the next one or the end of what it stands in.
  const named = (text, place) => text.replace(/<[^>]*>/g, '\n').split(/[\n.]+/).filter((l) => clock.test(l)).map((l) => [l.trim(), l.includes(`(${place})`)]);
  for (const [lang, place] of Object.entries(places)) {
    const person = { name: `Gjest ${lang}`, language: lang };
    const made = {};
    for (const [where, g] of Object.entries({ there, here })) {
      const r = await s.api('POST', `/gatherings/${g.id}/registrations`, { ...person, email: `${lang}.${where}@firma.example`, organisation: 'Firma' });
      made[where] = r.body;
      await s.api('PATCH', `/gatherings/${g.id}`, { capacity: Object.keys(places).length });
    }
    const get = async (path, c = s.client()) => { c.headers = { 'accept-language': lang }; return (await c.get(path)).text; };
    const seen = async (where, g) => {
      const mail = await until(async () => {
        const all = await Promise.all(s.mailbox().map((raw) => simpleParser(raw)));
        return all.find((m) => m.to.value[0].address === `${lang}.${where}@firma.example` && m.attachments.length > 1);
      }, { what: `mail to ${lang}.${where}` });
      const own = mail.text.match(/http\S+(\/r\/r\S+)/)[1];
      const pdf = await fetch(`${s.url}/t/${made[where].ticket}.pdf`, { headers: { 'accept-language': lang } });
      return {
        'mail, text': mail.text, 'mail, html': mail.html, page: await get(`/g/${g.slug}`), own: await get(own), change: await get(`${own}/change`), cancel: await get(`${own}/cancel`),
        register: await get(`/g/${g.slug}/register`), ticket: await get(`/t/${made[where].ticket}`), pdf: readPdf(Buffer.from(await pdf.arrayBuffer())).text.replace(/\n\(/g, '('),
        overview: await get(`/admin/gatherings/${g.id}`, boss), messages: await get(`/admin/gatherings/${g.id}/messages`, boss),
      };
    };
    for (const [name, text] of Object.entries(await seen('there', there))) {
      const found = named(text, place);
      if (name !== 'messages') assert.ok(found.length > 0, `${lang} ${name}: the time is there`);
      for (const [line, ok] of found) assert.ok(ok, `${lang} ${name}: ${line}`);
    }
    for (const [name, text] of Object.entries(await seen('here', here))) assert.ok(!text.includes(`(${place})`), `${lang} ${name}: no place at home`);
    for (const path of ['/', '/feed.atom', '/admin/gatherings', '/admin']) {
      const text = await get(path, path.startsWith('/admin') ? boss : s.client());
      assert.ok(text.includes(`(${place})`), `${lang} ${path}`);
    }
    const page = await get(`/g/${there.slug}`);
    assert.match(page, new RegExp(lang === 'en' ? `All times here are ${place} time` : `${place}-tid`), 'the programme');
    assert.match(await get(`/admin/gatherings/${there.id}/edit`, boss), new RegExp(place), 'the form');
  }
  // Moved: both the new time and the old one.
  await s.api('PATCH', `/gatherings/${there.id}`, { starts_at: `${day}T10:00:00` });
  const moved = (await mailTo(s, 'en.there@firma.example', /New time/)).mail;
  for (const text of [moved.text, moved.html]) assert.equal(text.match(/\(Copenhagen\)/g).length, 2);
  await s.stop();
});
