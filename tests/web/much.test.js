// Too much of a thing: long cells, long texts, long lists. The program lives, and says what to do.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Samling, all, forms, sleep, unescape, until } from '../lib/samling.js';

const csrf = (page) => new Map(forms(page.text).flatMap((f) => f.pairs)).get('csrf');
const pasted = (page) => new Map(forms(page.text).find((f) => f.pairs.some(([k]) => k === 'paste')).pairs).get('paste');

test('a cell of a pasted list is no longer than a name', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  const c = await s.organiser();
  const page = `/admin/gatherings/${g.id}/invite`;
  const long = 'Ærlig '.repeat(3700).trim(); // 22 KB
  const rows = [
    ['a table', `Navn\tE-post\tFirma\nKåre Nes\tkare@firma.example\tNes\nEva Nes\teva@firma.example\t${long}`, 3, 3],
    ['without headings', `Kåre Nes\tkare@firma.example\t${long}`, 1, 3],
    ['semicolons', `Kåre Nes;${long};kare@firma.example`, 1, 2],
    ['a name before the address', `Eva Nes <eva@firma.example>\n\n${long} <kare@firma.example>`, 3, 1],
    ['the second of a line', `Eva Nes <eva@firma.example>, ${long} <kare@firma.example>`, 1, 2],
    ['a company behind', `Kåre Nes <kare@firma.example>, ${long}`, 1, 2],
    ['201 letters', `Kåre Nes\tkare@firma.example\t${'å'.repeat(201)}`, 1, 3],
  ];
  for (const [what, paste, line, column] of rows) {
    const read = await c.get(page);
    for (const to of [page, `${page}/send`]) {
      const r = await c.post(to, { csrf: csrf(read), paste, subject: 'A', message: 'B', reviewed: '1', do: 'review' });
      assert.equal(r.status, 422, `${what}: ${to}`);
      assert.match(unescape(r.text), new RegExp(`Linje ${line}, kolonne ${column} har mer enn 200 tegn`), what);
      assert.equal(pasted(r), paste, `${what}: nothing typed is lost`);
    }
  }
  for (const [lang, words] of [['nn', 'Linje 1, kolonne 3 har meir enn 200 teikn'], ['en', 'Line 1, column 3 has more than 200 characters']]) {
    await c.get(`/admin?lang=${lang}`);
    const r = await c.post(page, { csrf: csrf(await c.get(page)), paste: rows[1][1], do: 'review' });
    assert.ok(unescape(r.text).includes(words), lang);
  }
  await c.get('/admin?lang=nb');
  // What is long but no name does not matter, and 200 letters are a name.
  for (const [what, paste] of [
    ['a column that is not used', `Navn\tE-post\tMerknad\nKåre Nes\tkare@firma.example\t${long}`],
    ['a line that is no address', `Kåre Nes <kare@firma.example>\n${long}`],
    ['200 letters', `Kåre Nes\tkare@firma.example\t${'å'.repeat(200)}`],
    ['many in one line', Array.from({ length: 90 }, (_, i) => `n${i}@firma.example`).join(' ')],
  ]) {
    const r = await c.post(page, { csrf: csrf(await c.get(page)), paste, do: 'review' });
    assert.equal(r.status, 200, what);
    assert.match(r.text, /firma\.example/, what);
  }
  assert.equal((await all(s, `/gatherings/${g.id}/invitations`)).length, 0);
  await s.stop();
});

test('hundreds of long drafts are a list', async () => {
  const s = await Samling.start();
  const text = '𝔸'.repeat(20000); // 80 KB, and twice
  const draft = (i) => s.api('POST', '/gatherings', { title: `Utkast ${i}`, starts_at: '2035-03-01T17:00:00', place: 'TechHub', description: text, practical: text.slice(0, 24000) });
  for (let i = 0; i < 430; i += 43) assert.ok((await Promise.all(Array.from({ length: 43 }, (_, k) => draft(i + k)))).every((r) => r.status === 201));
  const r = await s.api('GET', '/gatherings?limit=500');
  assert.equal(r.status, 200);
  assert.equal(r.body.items.length, 430);
  const c = await s.organiser();
  for (const path of ['/admin', '/admin/gatherings']) assert.equal((await c.get(path)).status, 200, path);
  assert.equal((await s.api('GET', `/gatherings/${r.body.items[7].id}`)).body.description, text);
  assert.equal((await fetch(`${s.url}/feed.ics`)).status, 200);
  await s.stop();
});

test('a list of more people than are read at once is told, written and exported whole', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  const n = 250, people = [];
  for (let i = 0; i < n; i++) people.push({ name: `Gjest ${i}`, email: `g${i}@firma.example`, wish: 'x'.repeat(500) });
  for (let i = 0; i < n; i += 50) {
    const made = await Promise.all(people.slice(i, i + 50).map((p) => s.register(g, p)));
    assert.ok(made.every((r) => r.status === 201));
  }
  const invited = await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: Array.from({ length: 210 }, (_, i) => ({ name: `Bedt ${i}`, email: `b${i}@firma.example` })) });
  assert.equal(invited.body.invited, 210);
  await until(async () => (await all(s, `/gatherings/${g.id}/invitations`)).length === 210, { what: 'all invitations' });
  const moved = await s.api('PATCH', `/gatherings/${g.id}`, { place: 'Et annet sted', notify: true });
  assert.equal(moved.status, 200, JSON.stringify(moved.body));
  const c = await s.organiser();
  const csv = await c.get(`/admin/gatherings/${g.id}/people.csv`);
  const rows = csv.text.trim().split('\r\n').slice(1).map((row) => row.split(';')[0]);
  assert.deepEqual(rows, people.map((p) => p.name).sort(), 'each once, in the order of their names');
  const ask = await c.get(`/admin/gatherings/${g.id}/cancel`);
  assert.match(ask.text, /\b460\b/, 'those registered and those invited are counted');
  let mails;
  await until(async () => {
    mails = await all(s, `/mail?gathering=${g.id}`);
    return mails.filter((m) => m.kind.endsWith('.moved')).length >= n + 210;
  }, { what: 'all are told' });
  const of = (kind) => new Set(mails.filter((m) => m.kind === kind).map((m) => m.to)).size;
  assert.deepEqual([of('registration.moved'), of('invitation.moved')], [n, 210]);
  assert.equal(mails.filter((m) => m.kind.endsWith('.moved')).length, n + 210, 'each once');

  // One address with many registrations.
  assert.equal((await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [{ name: 'Post', email: 'post@firma.example' }] })).body.invited, 1);
  for (let i = 0; i < 230; i += 46) await Promise.all(Array.from({ length: 46 }, (_, k) => s.register(g, { name: `Post ${i + k}`, email: 'post@firma.example' })));
  const post = 'email=post%40firma.example';
  assert.equal(JSON.parse((await c.get(`/admin/persons/export?${post}`)).text).registrations.length, 230);
  assert.match((await c.get(`/admin/persons?${post}`)).text, /og 13\d til/, 'a page of them');
  await c.submit(`/admin/persons/erase?${post}`, {}, { action: '/persons/erase' });
  await until(async () => (await all(s, `/gatherings/${g.id}/registrations`)).every((r) => r.email !== 'post@firma.example'), { what: 'all to be erased' });
  await s.stop();
});

test('who cannot have the database opened gets a 503, and the next one an answer', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  const c = await s.organiser();
  const page = `/admin/gatherings/${g.id}/invite`;
  const pid = String(s.child.pid);
  const limit = (n) => assert.equal(spawnSync('prlimit', ['--pid', pid, `--nofile=${n}:`]).status, 0);
  const before = spawnSync('prlimit', ['--pid', pid, '--nofile', '--output=SOFT', '--noheadings', '--raw'], { encoding: 'utf8' }).stdout.trim();
  // One reader is busy with the connection that there is. There is room for the visitor's own
  // connection, and not for another to the database.
  const paste = Array.from({ length: 4000 }, (_, i) => `n${i}@firma.example`).join('\n');
  let r;
  // It may be done with the list before the visitor comes: then once more.
  for (let round = 0; round < 10 && r?.status !== 503; round++) {
    let done = false;
    const busy = c.post(page, { csrf: csrf(await c.get(page)), paste, do: 'review' }).finally(() => { done = true; });
    for (let tries = 0; !done && r?.status !== 503; tries++) {
      const used = new Set(readdirSync(`/proc/${pid}/fd`).map(Number));
      let free = 0;
      while (used.has(free)) free++;
      limit(free + 1);
      r = await fetch(`${s.url}/g/${g.slug}?${round}-${tries}`, { headers: { connection: 'close' }, signal: AbortSignal.timeout(2000) }).catch(() => r);
      limit(before);
    }
    // The visitor may have the connection that there is; then it is the list that gets none.
    assert.ok([200, 503].includes((await busy).status));
  }
  assert.equal(r?.status, 503);
  assert.match(r.headers.get('content-type'), /text\/html/);
  assert.equal((await fetch(`${s.url}/g/${g.slug}`)).status, 200);
  assert.equal(await s.healthz(), 200);
  await s.stop();
});

test('who reads people.csv slowly, or goes away, harms nobody', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: null });
  const n = 150;
  assert.ok((await Promise.all(Array.from({ length: n }, (_, i) => s.register(g, { name: `Gjest ${i}`, email: `g${i}@firma.example` })))).every((r) => r.status === 201));
  const db = join(s.data, 'samling.db');
  assert.equal(spawnSync('sqlite3', [db, "PRAGMA busy_timeout = 5000; UPDATE registration SET wish = printf('%.*c', 60000, 'x')"]).status, 0);
  const c = await s.organiser();
  const path = `/admin/gatherings/${g.id}/people.csv`;
  const cookie = [...c.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const ask = (then) => new Promise((done, fail) => {
    const socket = connect(s.port, '127.0.0.1', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${s.port}\r\nCookie: ${cookie}\r\n\r\n`));
    socket.on('error', fail).once('data', () => { then(socket); done(socket); });
  });
  const others = async () => {
    const began = Date.now();
    assert.equal((await fetch(`${s.url}/g/${g.slug}`)).status, 200);
    assert.equal((await c.get(`/admin/gatherings/${g.id}/people`)).status, 200);
    assert.equal((await s.register(g, { name: 'En Til', email: `til${began}@firma.example` })).status, 201);
    return Date.now() - began;
  };
  const alone = await others();
  const slow = await Promise.all(Array.from({ length: 12 }, () => ask((socket) => socket.pause())));
  await Promise.all(Array.from({ length: 40 }, (_, i) => sleep(i * 20).then(() => ask((socket) => socket.destroy()).catch(() => {}))));
  for (let i = 0; i < 5; i++) { const ms = await others(); assert.ok(ms < Math.max(3000, 10 * alone), `${ms} ms, ${alone} ms without them`); }
  const whole = await c.get(path);
  assert.equal(whole.text.trim().split('\r\n').length, n + 6 + 1, 'a whole one beside them');
  for (const socket of slow) socket.destroy();
  // What they held is given back: more than may be under way at once, one after the other.
  for (let i = 0; i < 25; i++) assert.equal((await c.get(path)).status, 200);
  await s.stop();
});

test('a download under way is not cut because its reader asks for much else', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: null });
  const n = 60;
  assert.ok((await Promise.all(Array.from({ length: n }, (_, i) => s.register(g, { name: `Gjest ${i}`, email: `g${i}@firma.example` })))).every((r) => r.status === 201));
  assert.equal(spawnSync('sqlite3', [join(s.data, 'samling.db'), "PRAGMA busy_timeout = 5000; UPDATE registration SET wish = printf('%.*c', 100000, 'x')"]).status, 0);
  const c = await s.organiser();
  const path = `/admin/gatherings/${g.id}/people`;
  const headers = { cookie: [...c.cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  for (let round = 0; round < 3; round++) {
    const whole = await fetch(`${s.url}${path}.csv`, { headers }); // begun
    const much = Array.from({ length: 60 }, () => c.get(`${path}?q=gjest`));
    assert.equal((await whole.text()).trim().split('\r\n').length, n + 1);
    await Promise.all(much);
  }
  await s.stop();
});
