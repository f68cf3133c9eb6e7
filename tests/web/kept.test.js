// What is kept is never older than the last change, and each form has a key of its own.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling } from '../lib/samling.js';

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
