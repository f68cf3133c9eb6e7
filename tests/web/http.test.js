// The protocol's edges: bursts, trickling clients, bodies over their limit, refusals with the right status.
import test from 'node:test';
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Samling, sleep } from '../lib/samling.js';

/** Sends raw bytes, gives the head of what came back, or all until the end. */
function raw(s, text) {
  return new Promise((done) => {
    let got = '';
    const c = connect(s.port, '127.0.0.1', () => c.write(text));
    c.on('data', (d) => { got += d.toString('latin1'); if (got.includes('\r\n\r\n')) c.destroy(); });
    c.on('close', () => done(got));
    c.on('error', () => {});
  });
}

test('127 to 257 requests in one burst are all answered', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  for (const n of [127, 128, 129, 255, 256, 257]) {
    const sockets = await Promise.all(Array.from({ length: n }, () => new Promise((done, fail) => {
      const c = connect(s.port, '127.0.0.1', () => done(c));
      c.on('error', fail);
    })));
    const answers = sockets.map((c) => new Promise((done) => {
      let got = '';
      c.on('data', (d) => { got += d.toString('latin1'); if (got.includes('</html>')) done(got); });
      c.on('close', () => done(got));
    }));
    for (const c of sockets) c.write(`GET /g/${g.slug} HTTP/1.1\r\nHost: 127.0.0.1:${s.port}\r\n\r\n`);
    const late = sleep(60000).then(() => 'late');
    const all = await Promise.race([Promise.all(answers), late]);
    assert.notEqual(all, 'late', `a burst of ${n} was not answered`);
    for (const a of all) assert.match(a, /^HTTP\/1\.1 200/);
    for (const c of sockets) c.destroy();
  }
  await s.stop();
});

test('what is not HTTP as it should be is refused', async () => {
  const s = await Samling.start();
  const host = `Host: 127.0.0.1:${s.port}\r\n`;
  const rows = [
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 400/],
    ['Content-Length with Transfer-Encoding', `POST /signin HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, /^HTTP\/1\.1 400/],
    ['two Content-Lengths', `POST /signin HTTP/1.1\r\n${host}Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef`, /^HTTP\/1\.1 400/],
    ['NUL in the address', `GET /g/%00 HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1\.1 40[04]/],
    ['invalid UTF-8 in the address', `GET /g/%ff%fe HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1\.1 40[04]/],
    ['an address over 8 KB', `GET /${'a'.repeat(9000)} HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1\.1 414/],
    ['headers over 32 KB', `GET / HTTP/1.1\r\n${host}${Array.from({ length: 40 }, (_, i) => `X-${i}: ${'b'.repeat(1000)}\r\n`).join('')}\r\n`, /^HTTP\/1\.1 431/],
    ['a method nobody knows', `BREW / HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1\.1 (405|501)/],
    ['not HTTP', 'hallo\r\n\r\n', /^(HTTP\/1\.[01] 400|$)/],
  ];
  for (const [what, text, want] of rows) assert.match(await raw(s, text), want, what);
  const wrong = await fetch(`${s.url}/`, { method: 'DELETE' });
  assert.equal(wrong.status, 405);
  assert.ok(wrong.headers.get('allow').includes('GET'));
  assert.equal((await fetch(`${s.url}/ingen/slik/side`)).status, 404);
  await s.stop();
});

test('a client that trickles is cut off; others are served meanwhile', async () => {
  const s = await Samling.start({ env: { SAMLING_TEST_DEADLINES: '1500,2500' } });
  const began = Date.now();
  const slow = new Promise((done) => {
    const c = connect(s.port, '127.0.0.1');
    const text = `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ${'z'.repeat(500)}`;
    let i = 0;
    const timer = setInterval(() => c.write(text[i++ % text.length]), 100);
    c.on('error', () => {});
    c.on('close', () => { clearInterval(timer); done(Date.now() - began); });
    setTimeout(() => c.destroy(), 20000).unref();
  });
  const body = new Promise((done) => {
    const c = connect(s.port, '127.0.0.1');
    c.write(`POST /signin HTTP/1.1\r\nHost: 127.0.0.1:${s.port}\r\nOrigin: ${s.url}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 400\r\n\r\n`);
    const timer = setInterval(() => c.write('a'), 100);
    c.on('error', () => {});
    c.on('close', () => { clearInterval(timer); done(Date.now() - began); });
    setTimeout(() => c.destroy(), 20000).unref();
  });
  assert.equal((await fetch(`${s.url}/`)).status, 200);
  assert.ok((await slow) < 12000, 'trickled headers');
  assert.ok((await body) < 12000, 'trickled body');
  await s.stop();
});

test('every answer carries the headers that keep pages safe; HEAD has no body', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  for (const path of ['/', `/g/${g.slug}`, `/g/${g.slug}/register`, '/signin', '/nowhere', '/healthz', '/api/v1/openapi.json', '/feed.ics']) {
    const r = await fetch(s.url + path);
    const csp = r.headers.get('content-security-policy') ?? '';
    assert.match(csp, /default-src 'none'/, path);
    assert.ok(!csp.includes('unsafe-inline'), path);
    assert.equal(r.headers.get('x-content-type-options'), 'nosniff', path);
    assert.ok(r.headers.get('referrer-policy'), path);
    const head = await fetch(s.url + path, { method: 'HEAD' });
    assert.equal(head.status, r.status, path);
    assert.equal((await head.text()).length, 0, path);
  }
  await s.stop();
});

/** One request with just these headers: { status, headers, body }. */
const plainly = (s, path, headers = {}, method = 'GET') => new Promise((done, fail) => {
  request({ port: s.port, path, method, headers, agent: false }, (r) => {
    const pieces = [];
    r.on('data', (d) => pieces.push(d));
    r.on('end', () => done({ status: r.statusCode, headers: r.headers, body: Buffer.concat(pieces) }));
  }).on('error', fail).end();
});

test('what browsers get is encoded as they take it, each encoding with an ETag of its own', async () => {
  const s = await Samling.start();
  const page = await (await fetch(`${s.url}/`)).text();
  const [css] = page.match(/\/static\/samling\.css\?v=\w+/);
  const whole = await plainly(s, css);
  const tags = new Set();
  const unpack = { br: brotliDecompressSync, gzip: gunzipSync };
  for (const [accept, want] of [[undefined, undefined], ['', undefined], ['br', 'br'], ['gzip', 'gzip'],
    ['gzip, deflate, br, zstd', 'br'], ['gzip;q=1, br;q=0.5', 'gzip'], ['*', 'br'], ['gzip;q=0, *;q=0.1', 'br'],
    ['gzip;q=0', undefined], ['identity', undefined], ['identity;q=0, gzip', 'gzip'], ['deflate', undefined]]) {
    const headers = accept === undefined ? {} : { 'Accept-Encoding': accept };
    const got = await plainly(s, css, headers);
    assert.equal(got.status, 200, accept);
    assert.equal(got.headers['content-encoding'], want, accept);
    assert.equal(got.headers.vary, 'Accept-Encoding');
    assert.equal(got.headers['content-type'], 'text/css; charset=utf-8');
    assert.match(got.headers['cache-control'], /immutable/);
    assert.deepEqual(want ? unpack[want](got.body) : got.body, whole.body, accept);
    if (want) assert.ok(got.body.length < whole.body.length / 3, `${accept}: ${got.body.length}`);
    tags.add(got.headers.etag);
    const head = await plainly(s, css, headers, 'HEAD');
    assert.deepEqual([head.headers['content-length'], head.headers.etag, head.body.length], [String(got.body.length), got.headers.etag, 0]);
    const again = await plainly(s, css, { ...headers, 'If-None-Match': `"x", W/${got.headers.etag}` });
    assert.deepEqual([again.status, again.body.length, again.headers.etag], [304, 0, got.headers.etag], accept);
    assert.equal(again.headers.vary, 'Accept-Encoding');
  }
  assert.equal(tags.size, 3);
  assert.equal((await plainly(s, css, { 'Accept-Encoding': 'br', 'If-None-Match': whole.headers.etag })).status, 200, 'another encoding’s');
  assert.equal((await plainly(s, css, { 'Accept-Encoding': 'identity;q=0' })).status, 406);
  assert.equal((await plainly(s, '/static/inter.woff2', { 'Accept-Encoding': 'gzip, br' })).headers['content-encoding'], undefined);
  for (const path of ['/static/samling.css.gz', '/static.gz/samling.css', '/static/../static.br/samling.css', '/static/', '/static/?v=1']) {
    assert.equal((await plainly(s, path)).status, 404, path);
  }
  assert.equal((await plainly(s, '/static/samling.css', { 'Accept-Encoding': 'br' })).headers['cache-control'], 'public, max-age=3600');
  await s.stop();
});
