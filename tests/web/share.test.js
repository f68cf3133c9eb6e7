// What a link looks like where it is shared: tags, the picture, schema.org, icons.
import test from 'node:test';
import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import { Samling } from '../lib/samling.js';

const page = async (s, path, lang = 'nb') => {
  const r = await fetch(s.url + path, { headers: { 'accept-language': lang } });
  return { status: r.status, csp: r.headers.get('content-security-policy'), html: await r.text() };
};
const plain = (text) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, '&');
const tags = (html) => Object.fromEntries([...html.matchAll(/<meta (?:property|name)="((?:og|twitter):[\w:]+)" content="([^"]*)">/g)]
  .map(([, name, value]) => [name, plain(value)]));
const canonical = (html) => html.match(/<link rel="canonical" href="([^"]*)">/)?.[1];
const scripts = (html) => [...html.matchAll(/<script type="application\/ld\+json">([^]*?)<\/script>/g)].map((m) => m[1]);
const event = (html) => {
  assert.equal(scripts(html).length, 1);
  return JSON.parse(scripts(html)[0]);
};
/** Width, height and bytes of pixels of a PNG, whose chunks are all there. */
function png(bytes) {
  assert.equal(bytes.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n');
  const data = [];
  let at = 8, kind;
  while (kind !== 'IEND') {
    const n = bytes.readUInt32BE(at);
    kind = bytes.toString('latin1', at + 4, at + 8);
    if (kind === 'IDAT') data.push(bytes.subarray(at + 8, at + 8 + n));
    at += 12 + n;
  }
  assert.equal(at, bytes.length);
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), pixels: inflateSync(Buffer.concat(data)) };
}
const picture = async (s, url) => {
  const r = await fetch(url.replace(/^https:\/\/hub\.example/, s.url));
  return { status: r.status, type: r.headers.get('content-type'), cache: r.headers.get('cache-control'), bytes: Buffer.from(await r.arrayBuffer()) };
};
const start = () => Samling.start({ args: ['--url', 'https://hub.example'] });
const times = { starts_at: '2027-01-14T17:00:00+01:00', ends_at: '2027-01-14T20:30:00+01:00' };
const long = 'Kompetanseutviklingsprogramsamarbeidspartnerinformasjonsmøter';

test('a shared link says what, when and where, and shows a picture of its own', async () => {
  const s = await start();
  await s.clockAt('2026-12-01T12:00:00+01:00');
  const g = await s.gathering({ title: 'Strøm & "styring"', summary: 'Hva koster det?', place: 'Prosjektrommet', ...times });
  for (const [lang, locale, when] of [['nb', 'nb_NO', 'Torsdag 14. januar 2027 kl. 17:00–20:30'],
    ['nn', 'nn_NO', 'Torsdag 14. januar 2027 kl. 17:00–20:30'], ['en', 'en_GB', 'Thursday 14 January 2027 17:00–20:30']]) {
    const { html } = await page(s, `/g/${g.slug}`, lang);
    const og = tags(html);
    assert.equal(og['og:title'], 'Strøm & "styring"');
    assert.equal(og['og:description'], `${when}, Prosjektrommet. Hva koster det?`);
    assert.equal(og['og:url'], `https://hub.example/g/${g.slug}`);
    assert.equal(og['og:locale'], locale);
    assert.equal(og['og:type'], 'website');
    assert.equal(og['twitter:card'], 'summary_large_image');
    assert.match(og['og:image'], new RegExp(`^https://hub\\.example/g/${g.slug}\\.png\\?v=[0-9a-f]{8}$`));
    assert.deepEqual([og['og:image:width'], og['og:image:height']], ['1200', '630']);
    assert.equal(canonical(html), `https://hub.example/g/${g.slug}`);
  }
  const queried = await page(s, `/g/${g.slug}?utm_source=x`);
  assert.equal(canonical(queried.html), `https://hub.example/g/${g.slug}`);
  const url = tags((await page(s, `/g/${g.slug}`)).html)['og:image'];
  const first = await picture(s, url);
  assert.equal(first.type, 'image/png');
  assert.equal(first.cache, 'public, max-age=2592000');
  const { width, height, pixels } = png(first.bytes);
  assert.deepEqual([width, height], [1200, 630]);
  assert.ok(new Set(pixels).size > 20, 'something is drawn');
  assert.ok(first.bytes.length < 200_000);
  assert.deepEqual((await picture(s, url)).bytes, first.bytes, 'drawn once, and the same again');
  assert.equal((await picture(s, url.replace(/v=.*/, 'v=00000000'))).cache, 'public, max-age=600');
  for (const change of [{ title: long }, { place: long }, { starts_at: '2027-01-15T17:00:00+01:00', ends_at: null }]) {
    const before = tags((await page(s, `/g/${g.slug}`)).html)['og:image'];
    assert.equal((await s.api('PATCH', `/gatherings/${g.id}`, change)).status, 200);
    const after = tags((await page(s, `/g/${g.slug}`)).html)['og:image'];
    assert.notEqual(after, before, 'what has changed has another address');
    assert.notDeepEqual((await picture(s, after)).bytes, (await picture(s, url)).status === 200 ? first.bytes : null);
  }
  await s.stop();
});

test('a title stays within the picture, whatever its length', async () => {
  const s = await start();
  for (const title of [long, `${long} ${long} ${long}`, 'Ord '.repeat(49).trim(), 'W'.repeat(200)]) {
    const g = await s.gathering({ title, place: long, summary: '' });
    const r = await picture(s, tags((await page(s, `/g/${g.slug}`)).html)['og:image']);
    assert.equal(r.status, 200);
    const image = png(r.bytes);
    const stride = image.pixels.length / image.height;
    assert.equal(stride, 1 + 3 * image.width);
    for (const row of unfilter(image.pixels, stride, 3)) {
      for (let x = 1200 - 40; x < 1200; x++) assert.ok(row[x * 3] < 60, `a letter at ${x}`); // the ground has little red
    }
  }
  await s.stop();
});

/** The rows of a PNG's pixels (PNG, 9.2). */
function unfilter(data, stride, bpp) {
  const rows = [];
  let above = new Uint8Array(stride - 1);
  for (let at = 0; at < data.length; at += stride) {
    const row = Uint8Array.from(data.subarray(at + 1, at + stride));
    for (let i = 0; i < row.length; i++) {
      const a = i >= bpp ? row[i - bpp] : 0, b = above[i], c = i >= bpp ? above[i - bpp] : 0;
      const p = a + b - c, pa = Math.abs(p - a), pb = Math.abs(p - b), pc = Math.abs(p - c);
      const add = [0, a, b, (a + b) >> 1, pa <= pb && pa <= pc ? a : pb <= pc ? b : c][data[at]];
      row[i] = (row[i] + add) & 255;
    }
    rows.push(row);
    above = row;
  }
  return rows;
}

test('programs are told the event, with nothing made up', async () => {
  const s = await start();
  await s.clockAt('2026-12-01T12:00:00+01:00');
  const g = await s.gathering({ title: 'Strøm', summary: 'Hva koster det?', place: 'Prosjektrommet', address: 'Kaigata 14', deadline: null, ...times });
  const { html, csp } = await page(s, `/g/${g.slug}`);
  const told = event(html);
  assert.match(csp, /script-src 'self'$/, 'a data block needs no leave');
  assert.equal(told['@context'], 'https://schema.org');
  assert.equal(told['@type'], 'Event');
  assert.equal(told.name, 'Strøm');
  assert.equal(told.description, 'Hva koster det?');
  assert.equal(told.startDate, '2027-01-14T17:00:00+01:00');
  assert.equal(told.endDate, '2027-01-14T20:30:00+01:00');
  assert.equal(told.eventStatus, 'https://schema.org/EventScheduled');
  assert.deepEqual(told.location, { '@type': 'Place', name: 'Prosjektrommet', address: 'Kaigata 14' });
  assert.equal(told.organizer.url, 'https://hub.example/');
  assert.equal(told.url, `https://hub.example/g/${g.slug}`);
  assert.deepEqual(told.image, [tags(html)['og:image']]);
  assert.deepEqual(told.offers, { '@type': 'Offer', url: `https://hub.example/g/${g.slug}/register`,
    availability: 'https://schema.org/InStock', validThrough: '2027-01-14T17:00:00+01:00' });
  assert.equal('previousStartDate' in told, false);

  await s.api('PATCH', `/gatherings/${g.id}`, { ends_at: null, starts_at: '2027-01-21T18:00:00+01:00' });
  const moved = event((await page(s, `/g/${g.slug}`)).html);
  assert.equal(moved.startDate, '2027-01-21T18:00:00+01:00');
  assert.equal('endDate' in moved, false, 'an end nobody said is not told');
  assert.equal(moved.eventStatus, 'https://schema.org/EventRescheduled');
  assert.equal(moved.previousStartDate, '2027-01-14T17:00:00+01:00');
  await s.api('PATCH', `/gatherings/${g.id}`, { starts_at: times.starts_at });
  assert.equal(event((await page(s, `/g/${g.slug}`)).html).eventStatus, 'https://schema.org/EventScheduled', 'moved back');

  await s.api('POST', `/gatherings/${g.id}/cancel`);
  const off = await page(s, `/g/${g.slug}`);
  assert.equal(event(off.html).eventStatus, 'https://schema.org/EventCancelled');
  assert.equal('offers' in event(off.html), false);
  assert.equal(tags(off.html)['og:title'], 'Avlyst: Strøm');
  await s.stop();
});

test('a title ends no script and no tag', async () => {
  const s = await start();
  for (const title of ['</script><script>alert(1)</script>', '<!-- <script> "quoted" \\ & ]]>', long]) {
    const g = await s.gathering({ title, summary: title, place: title });
    const { html } = await page(s, `/g/${g.slug}`);
    assert.equal(event(html).name, title);
    assert.equal(event(html).location.name, title);
    assert.doesNotMatch(scripts(html)[0], /</);
    assert.equal(tags(html)['og:title'], title);
    assert.equal((html.match(/<script/g) ?? []).length, 1);
  }
  await s.stop();
});

test("the registration form's link unfolds as the gathering; its answers do not", async () => {
  const s = await start();
  const g = await s.gathering({ title: 'Strøm', summary: 'Hva koster det?' });
  const { html } = await page(s, `/g/${g.slug}/register`);
  assert.equal(tags(html)['og:title'], 'Strøm');
  assert.equal(tags(html)['og:url'], `https://hub.example/g/${g.slug}/register`);
  assert.equal(canonical(html), `https://hub.example/g/${g.slug}/register`);
  assert.match(tags(html)['og:image'], new RegExp(`^https://hub\\.example/g/${g.slug}\\.png`));
  assert.equal(scripts(html).length, 0, 'it is one event, told on one page');
  const again = await fetch(`${s.url}/g/${g.slug}/register`, { method: 'POST', body: new URLSearchParams({ name: 'Kari' }), headers: { origin: 'https://hub.example' } });
  assert.equal(again.status, 422);
  assert.deepEqual(tags(await again.text()), {});
  await s.stop();
});

test('the calendar is shared too; nothing else is', async () => {
  const s = await start();
  const { html } = await page(s, '/?past=all');
  const og = tags(html);
  assert.equal(canonical(html), 'https://hub.example/');
  assert.equal(og['og:url'], 'https://hub.example/');
  assert.match(og['og:description'], /^Temamøter og klyngesamlinger i Samling\. /);
  assert.equal(png((await picture(s, og['og:image'])).bytes).width, 1200);
  assert.equal(scripts(html).length, 0);
  for (const path of ['/signin', '/privacy', '/nowhere']) {
    assert.deepEqual(tags((await page(s, path)).html), {}, path);
  }
  await s.stop();
});

test('a draft, and one that was thrown away, are shown to nobody', async () => {
  const s = await start();
  const draft = (await s.api('POST', '/gatherings', { title: 'Hemmelig', place: 'Her', ...times })).body;
  for (const path of [`/g/${draft.slug}`, `/g/${draft.slug}.png`]) assert.equal((await page(s, path)).status, 404);
  await s.api('POST', `/gatherings/${draft.id}/cancel`);
  const gone = await page(s, `/g/${draft.slug}.png`);
  assert.equal(gone.status, 404);
  assert.doesNotMatch(gone.html, /Hemmelig/);
  assert.equal((await page(s, '/g/ukjent.png')).status, 404);
  await s.stop();
});

test('browsers find an icon where they ask for it', async () => {
  const s = await start();
  for (const path of ['/favicon.ico', '/favicon.ico?x=1']) {
    const r = await fetch(s.url + path);
    const icon = Buffer.from(await r.arrayBuffer());
    assert.equal(r.status, 200);
    assert.equal(r.headers.get('content-type'), 'image/x-icon');
    assert.deepEqual([icon.readUInt16LE(0), icon.readUInt16LE(2), icon.readUInt16LE(4)], [0, 1, 3]);
    for (let i = 0; i < 3; i++) {
      const at = 6 + 16 * i, from = icon.readUInt32LE(at + 12);
      assert.equal(png(icon.subarray(from, from + icon.readUInt32LE(at + 8))).width, icon[at]);
    }
    const again = await fetch(s.url + path, { headers: { 'if-none-match': r.headers.get('etag') } });
    assert.equal(again.status, 304);
  }
  const touch = (await page(s, '/')).html.match(/<link rel="apple-touch-icon" href="([^"]+)">/)[1];
  assert.equal(png(Buffer.from(await (await fetch(s.url + touch)).arrayBuffer())).width, 180);
  await s.stop();
});
