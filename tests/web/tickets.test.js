// The ticket in all its forms, and calendars that others read: each by a reader that is not ours.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ICAL from 'ical.js';
import { Samling } from '../lib/samling.js';
import { readQr } from '../lib/qr.js';

const bytes = async (url) => {
  const r = await fetch(url);
  return { status: r.status, type: r.headers.get('content-type') ?? '', body: Buffer.from(await r.arrayBuffer()) };
};
const events = (text) => new ICAL.Component(ICAL.parse(text)).getAllSubcomponents('vevent').map((e) => new ICAL.Event(e));
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
