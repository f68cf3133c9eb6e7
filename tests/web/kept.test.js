// What is kept is never older than the last change, and each form has a key of its own.
import test from 'node:test';
import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import { Samling } from '../lib/samling.js';
import { asSent, firstVisit } from '../lib/visit.js';

const languages = ['nb', 'nn', 'en'];
const read = async (s, path, lang) => {
  const r = await fetch(s.url + path, { headers: { 'accept-language': lang, 'if-none-match': '"x"' } });
  return { status: r.status, text: await r.text(), cache: r.headers.get('cache-control') };
};
const keyOf = (html) => html.match(/name="form_key" value="([\w-]{32})"/)?.[1];
const kept = async (s) => Number((await (await fetch(`${s.url}/metrics`, { headers: { authorization: `Bearer ${s.token}` } })).text())
  .match(/samling_http_kept_total (\d+)/)[1]);

test('a kept form has a fresh key for each visitor, which is used once', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 60 });
  const path = `/g/${g.slug}/register`;
  const first = await read(s, path, 'nb');
  const before = await kept(s);
  const keys = new Set([keyOf(first.text)]);
  for (let i = 0; i < 20; i++) {
    const next = await read(s, path, 'nb');
    assert.equal(next.text.replace(keyOf(next.text), ''), first.text.replace(keyOf(first.text), ''));
    assert.equal(next.cache, first.cache);
    keys.add(keyOf(next.text));
  }
  assert.equal(keys.size, 21, 'no key twice');
  assert.ok(await kept(s) >= before + 20, 'and it is kept');
  await s.stop();
});

test('one page written in a thousand ways takes no place from the others', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 60 });
  const spelled = (n) => [...g.slug].map((c, i) => (n >> i & 1 ? `%${c.charCodeAt(0).toString(16)}` : c)).join('');
  await read(s, '/', 'nb');
  for (let n = 1; n <= 1500; n++) assert.equal((await read(s, `/g/${spelled(n)}`, 'nb')).status, 200);
  const before = await kept(s);
  await read(s, '/', 'nb');
  assert.equal(await kept(s), before + 1, 'the front page is still kept');
  await read(s, `/g/${spelled(1)}`, 'nb');
  await read(s, `/g/${spelled(1)}`, 'nb');
  assert.equal(await kept(s), before + 1, 'another way of writing is not');
  await s.stop();
});

test('whatever changes, all that is kept says so at once', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ title: 'Først', capacity: 2 });
  const one = (await s.register(g, { name: 'Kari', email: 'kari@firma.example' })).body;
  const pages = ['/', `/g/${g.slug}`, `/g/${g.slug}/register`, `/g/${g.slug}.ics`, '/feed.ics', '/feed.atom'];
  const all = async (want, paths = pages) => {
    for (const path of paths) {
      for (const lang of languages) {
        for (let again = 0; again < 2; again++) { // rendered, then kept
          const got = await read(s, path, lang);
          assert.equal(got.status, 200, path);
          assert.match(got.text.replace(/\r\n /g, ''), want, `${path} ${lang}`);
          assert.doesNotMatch(got.cache, /max-age=[1-9]/, path);
        }
      }
    }
  };
  await all(/Først/);
  for (const title of ['Andre', 'Tredje']) {
    assert.equal((await s.api('PATCH', `/gatherings/${g.id}`, { title })).status, 200);
    await all(new RegExp(title));
  }
  assert.equal((await s.api('PATCH', `/gatherings/${g.id}`, { place: 'Kvitnes' })).status, 200);
  await all(/Kvitnes/, pages.filter((path) => !path.endsWith('register'))); // the form does not show the place
  await s.register(g, { name: 'Ola', email: 'ola@firma.example' });
  for (const lang of languages) assert.match((await read(s, `/g/${g.slug}/register`, lang)).text, /vente|wait/i, 'it is full now');
  const png = `/t/${one.ticket}.png`;
  assert.equal((await read(s, png, 'nb')).text, (await read(s, png, 'nb')).text);
  assert.equal((await s.api('POST', `/gatherings/${g.id}/cancel`, { notify: false })).status, 200);
  for (const lang of languages) assert.doesNotMatch((await read(s, `/g/${g.slug}/register`, lang)).text, /form_key/);
  await all(/CANCELLED/, [`/g/${g.slug}.ics`, '/feed.ics']);
  for (const path of [png, png.replace('png', 'svg')]) assert.equal((await read(s, path, 'nb')).status, 410, path);
  await s.stop();
});

test('a ticket is kept for whom it is, and says at once what has changed of it', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ title: 'Først' });
  const [kari, ola] = await Promise.all(['Kari', 'Ola'].map(async (name) => (await s.register(g, { name, email: `${name}@firma.example` })).body));
  const page = async (of, want, unwanted = /^$/) => {
    for (const lang of [...languages, ...languages]) {
      const got = await read(s, `/t/${of.ticket}`, lang);
      assert.match(got.text, want, lang);
      assert.doesNotMatch(got.text, unwanted, lang);
      assert.equal(got.cache, 'no-store');
    }
  };
  await page(kari, />Kari</, />Ola</);
  await page(ola, />Ola</, />Kari</);
  const pictures = async () => Promise.all(['.png', '.svg'].map(async (ending) => (await fetch(`${s.url}/t/${kari.ticket}${ending}`)).status));
  for (let again = 0; again < 2; again++) assert.deepEqual(await pictures(), [200, 200]);
  const before = await kept(s);
  await page(kari, />Kari</);
  assert.equal(await kept(s), before + 6);
  const signed = s.client();
  await signed.signIn(s.email, s.password);
  await page(kari, />Kari</, /signout/); // what the organiser sees is nobody else's
  assert.equal((await s.api('PATCH', `/registrations/${kari.id}`, { name: 'Karin' })).status, 200);
  await page(kari, />Karin</);
  assert.equal((await s.api('PATCH', `/gatherings/${g.id}`, { title: 'Andre' })).status, 200);
  await page(kari, />Andre</);
  assert.equal((await s.api('DELETE', `/registrations/${kari.id}`)).status, 204);
  assert.equal((await read(s, `/t/${kari.ticket}`, 'nb')).status, 410);
  assert.deepEqual(await pictures(), [410, 410]);
  await page(ola, />Ola</);
  await s.clock(60 * 86400000);
  await page(ola, /over/i);
  await s.stop();
});

const raw = (s, path, headers) => asSent(s.url + path, headers);

test('what is kept goes out as gzip, and not again to who has it', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 60, summary: 'Hva lønner det seg å automatisere først?' });
  const { ticket } = (await s.register(g, { name: 'Kari', email: 'kari@firma.example' })).body;
  for (const path of ['/', `/g/${g.slug}`, `/g/${g.slug}.ics`, '/feed.ics', '/feed.atom']) {
    for (let again = 0; again < 2; again++) { // rendered, then kept
      const plain = await raw(s, path, {});
      const packed = await raw(s, path, { 'accept-encoding': 'gzip, deflate, br' });
      assert.equal(plain.headers['content-encoding'], undefined);
      assert.match(plain.headers.vary, /Accept-Encoding/);
      assert.equal(packed.headers['content-encoding'], 'gzip', path);
      assert.ok(packed.bytes.length < plain.bytes.length * 0.9);
      assert.ok(gunzipSync(packed.bytes).equals(plain.bytes), path);
      assert.notEqual(packed.headers.etag, plain.headers.etag);
      for (const [accept, had] of [['', plain], ['gzip', packed]]) {
        const same = await raw(s, path, { 'accept-encoding': accept, 'if-none-match': `"x", ${had.headers.etag}` });
        assert.equal(same.status, 304, path);
        assert.equal(same.bytes.length, 0);
        assert.equal(same.headers.etag, had.headers.etag);
        assert.equal(same.headers['cache-control'], 'no-cache');
        assert.equal((await raw(s, path, { 'accept-encoding': accept, 'if-none-match': '"x"' })).status, 200);
      }
      assert.equal((await raw(s, path, { 'accept-encoding': 'identity;q=0' })).status, 200);
      await s.api('PATCH', `/gatherings/${g.id}`, { title: `Ny ${again}` });
      assert.equal((await raw(s, path, { 'if-none-match': plain.headers.etag })).status, 200, 'something has changed');
    }
  }
  // What depends on the settings alone stays the same until they change.
  const admin = s.client();
  await admin.signIn(s.email, s.password);
  for (const path of ['/privacy', '/accessibility']) {
    const packed = await raw(s, path, { 'accept-encoding': 'gzip' });
    assert.equal(packed.headers['content-encoding'], 'gzip', path);
    assert.ok(gunzipSync(packed.bytes).equals((await raw(s, path, {})).bytes), path);
    await s.api('PATCH', `/gatherings/${g.id}`, { title: `Etter ${path}` });
    const ask = () => raw(s, path, { 'accept-encoding': 'gzip', 'if-none-match': packed.headers.etag });
    assert.equal((await ask()).status, 304, path);
    const name = `Klynge ${path.slice(1)}`;
    assert.equal((await admin.submit('/admin/settings', { cluster: name }, { action: '/admin/settings' })).status, 200);
    const now = await ask();
    assert.equal(now.status, 200, path);
    assert.ok(gunzipSync(now.bytes).toString().includes(name), path);
  }
  // A form: its key lies in the gzip as it is, so that the length says nothing of it; it is never "the same".
  const form = `/g/${g.slug}/register`;
  const lengths = new Set(); const keys = new Set(); let rest;
  for (let i = 0; i < 20; i++) {
    const packed = await raw(s, form, { 'accept-encoding': 'gzip' });
    assert.equal(packed.headers['content-encoding'], 'gzip');
    assert.equal(packed.headers.etag, undefined);
    const html = gunzipSync(packed.bytes).toString();
    const key = keyOf(html);
    assert.ok(packed.bytes.includes(key));
    rest ??= html.replace(key, '');
    assert.equal(html.replace(key, ''), rest);
    keys.add(key); lengths.add(packed.bytes.length);
  }
  assert.equal(keys.size, 20);
  assert.equal(lengths.size, 1);
  assert.equal((await raw(s, form, {})).bytes.toString().replace(/(form_key" value=")[^"]*/, '$1'), rest);
  // A ticket is nobody else's: it goes out as gzip, and is kept by no browser.
  for (let again = 0; again < 2; again++) {
    const own = await raw(s, `/t/${ticket}`, { 'accept-encoding': 'gzip' });
    assert.match(gunzipSync(own.bytes).toString(), /Kari/);
    assert.equal(own.headers['cache-control'], 'no-store');
    assert.equal(own.headers.etag, undefined);
    assert.equal((await raw(s, `/t/${ticket}.png`, { 'accept-encoding': 'gzip' })).headers['content-encoding'], undefined);
  }
  await s.stop();
});

test('a first visit is at most 60 KB, and brings no sheet of another\'s', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 60, summary: 'Hva lønner det seg å automatisere først?' });
  for (const path of ['/', `/g/${g.slug}`, `/g/${g.slug}/register`, '/privacy', '/signin']) {
    const each = await firstVisit(s.url, path);
    const sum = each.reduce((all, [, length]) => all + length, 0);
    assert.ok(sum <= 60000, `${path}: ${sum} bytes: ${each.join(' ')}`);
    assert.ok(each.some(([name]) => /inter\.woff2$/.test(name)) && each.some(([name]) => /samling\.css/.test(name)), path);
    assert.ok(!each.some(([name]) => /organiser|door/.test(name)), path);
  }
  await s.stop();
});
