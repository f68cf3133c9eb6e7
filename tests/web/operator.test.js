// What happens to the one who runs it: root's hands, full disks, lost files, clocks that leap.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync, chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, truncateSync, writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Samling, run, all, forms, sleep, until } from '../lib/samling.js';
import { needsTwo, nobody, openScratch } from '../lib/nobody.js';

const folder = (owner) => {
  const dir = openScratch('operator');
  if (owner) chownSync(dir, owner.uid, owner.gid);
  return dir;
};
const who = { uid: nobody.uid, gid: nobody.gid };
const ownerOf = (path) => (({ uid, gid }) => ({ uid, gid }))(statSync(path));
/** Everything in a folder that is not this owner's. */
const strange = (dir, owner) => readdirSync(dir).filter((f) => statSync(join(dir, f)).uid !== owner.uid);

test('what root does in the service\'s folder stays the service\'s', { skip: needsTwo }, async () => {
  const data = folder(nobody);
  const db = join(data, 'samling.db');
  assert.equal(run(['user', 'add', 'ase@hub.example', '--role', 'admin'], { data }).status, 0, 'made by root');
  assert.deepEqual(strange(data, nobody), []);
  const copy = join(folder(), 'kopi.db');
  assert.equal(run(['backup', copy], { data }).status, 0);
  assert.equal(ownerOf(copy).uid, 0, 'a copy is whose it is asked for');
  chmodSync(db, 0o640);
  const r = run(['restore', copy], { data });
  assert.equal(r.status, 0, r.err);
  assert.deepEqual(ownerOf(db), who);
  assert.equal(statSync(db).mode & 0o777, 0o640, 'as it was');
  assert.deepEqual(strange(data, nobody), []);
  const s = await Samling.start({ data, bare: true, as: nobody });
  assert.match(s.output, /signin/);
  await s.stop();

  const empty = folder(nobody);
  assert.equal(run(['restore', copy], { data: empty }).status, 0);
  assert.deepEqual(ownerOf(join(empty, 'samling.db')), who);
  assert.equal(statSync(join(empty, 'samling.db')).mode & 0o777, 0o600);
  assert.deepEqual(strange(empty, nobody), []);
  await (await Samling.start({ data: empty, bare: true, as: nobody })).stop();
});

test('where permissions are in the way, file, owner and we are named', { skip: needsTwo }, () => {
  const made = () => {
    const data = folder(nobody);
    assert.equal(run(['user', 'add', 'ase@hub.example', '--role', 'admin'], { data, as: nobody }).status, 0);
    return data;
  };
  const copy = join(folder(), 'kopi.db');
  const whole = made();
  assert.equal(run(['backup', copy], { data: whole }).status, 0);
  const secret = join(folder(), 'secret');
  writeFileSync(secret, 'SAMLING_FROM=x@hub.example\n', { mode: 0o600 });
  chmodSync(join(secret, '..'), 0o755);

  const refused = (args, data, path, what) => {
    const r = run(args, { data, as: nobody });
    assert.equal(r.status, 1, `${args.join(' ')}: ${r.out}${r.err}`);
    assert.ok(r.err.includes(path), `${args.join(' ')} names ${path}: ${r.err}`);
    assert.match(r.err, /belongs to root/, `${args.join(' ')}: ${r.err}`);
    assert.match(r.err, /we are nobody/, `${args.join(' ')}: ${r.err}`);
    if (what) assert.match(r.err, what);
  };
  const given = (name) => {
    const data = made();
    const path = join(data, name);
    if (!existsSync(path)) writeFileSync(path, '');
    chownSync(path, 0, 0);
    chmodSync(path, 0o600);
    return [data, path];
  };
  for (const args of [['serve', '--listen', '127.0.0.1:0'], ['user', 'list'], ['check'], ['backup', join(folder(nobody), 'x.db')]]) refused(args, ...given('samling.db'), /mode 0600/);
  refused(['serve', '--listen', '127.0.0.1:0'], ...given('samling.db-wal'));
  refused(['serve', '--listen', '127.0.0.1:0'], ...given('lock'));
  const closed = folder();
  chmodSync(closed, 0o755);
  refused(['serve', '--listen', '127.0.0.1:0'], closed, closed);
  refused(['serve', '--listen', '127.0.0.1:0'], join(closed, 'new'), closed);
  refused(['restore', copy], whole, join(copy, '..'));
  chmodSync(join(copy, '..'), 0o755);
  refused(['restore', copy], whole, copy);
  refused(['backup', join(closed, 'x.db')], whole, closed);
  refused(['serve', '--config', secret], whole, secret);
  refused(['serve', '--tls-cert', secret, '--tls-key', secret], whole, secret);
});

test('who cannot give the database back to its owner does not replace it', { skip: needsTwo }, () => {
  const data = folder(nobody);
  const db = join(data, 'samling.db');
  assert.equal(run(['user', 'add', 'ase@hub.example', '--role', 'admin'], { data, as: nobody }).status, 0);
  const copy = join(folder(nobody), 'kopi.db');
  assert.equal(run(['backup', copy], { data, as: nobody }).status, 0);
  chownSync(db, 12345, 65534);
  chmodSync(db, 0o660);
  const r = run(['restore', copy], { data, as: nobody });
  assert.equal(r.status, 1, r.out);
  assert.match(r.err, /12345/);
  assert.equal(ownerOf(db).uid, 12345, 'nothing was touched');
  assert.deepEqual(readdirSync(data).filter((f) => f.includes('restor')), []);
});

test('a log without its database is not played into a restored one', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 50 });
  await s.register(g, {});
  const copy = join(folder(), 'kopi.db');
  assert.equal(run(['backup', copy], { data: s.data }).status, 0);
  for (let n = 0; n < 20; n++) await s.register(g, { name: `Etter ${n}`, email: `etter${n}@firma.example` });
  await s.kill();
  const db = join(s.data, 'samling.db');
  assert.ok(statSync(`${db}-wal`).size > 0);
  rmSync(db);
  const r = run(['restore', copy], { data: s.data });
  assert.equal(r.status, 0, r.err);
  assert.ok(readdirSync(s.data).some((f) => /before-restore.*-wal$/.test(f)), 'it is kept');
  const check = run(['check'], { data: s.data });
  assert.equal(check.status, 0, check.out);
  await s.serve();
  assert.deepEqual((await all(s, `/gatherings/${g.id}/registrations`)).map((one) => one.email), ['ingrid@blafjell.example']);
  await s.stop();
});

/** A small disk of its own under a folder, unmounted when the test ends. null: this machine gives none. */
function smallDisk(t) {
  const dir = folder();
  const r = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'tmpfs', dir], { encoding: 'utf8' });
  if (r.status !== 0) {
    t.skip(`no file system to fill: ${r.stderr.trim()}`);
    return null;
  }
  t.after(() => spawnSync('umount', ['-l', dir]));
  return dir;
}

const SHARED = 9 * 4096; // samling.db-shm, and not a page of the log

/** Writes until nothing more goes in. */
function fill(file) {
  for (let size = 1 << 20; size >= 1; size >>= 1) {
    try {
      for (;;) appendFileSync(file, Buffer.alloc(size, 'x'));
    } catch (e) {
      assert.equal(e.code, 'ENOSPC');
    }
  }
}

test('a full disk says so, loses nothing typed, and passes', { skip: process.getuid() === 0 ? false : 'only root can mount a small disk' }, async (t) => {
  const data = smallDisk(t);
  if (!data) return;
  const s = new Samling();
  s.data = data;
  s.setUp();
  const server = await Samling.start({ data, bare: true });
  Object.assign(server, { email: s.email, password: s.password, token: s.token });
  const g = await server.gathering({ capacity: 5000 });
  const c = await server.organiser();
  const person = { name: 'Nils Vik', email: 'nils@vik.example', organisation: 'Vik Sveis "& Co"', requirements: 'Uten nøtter\nog <melk>' };
  const form = await server.client().get(`/g/${g.slug}/register`);
  const filler = join(data, 'filler');
  fill(filler);
  let full;
  for (let n = 0; n < 3000; n++) {
    full = await server.register(g, { name: `Gjest ${n}`, email: `gjest${n}@firma.example`, wish: 'x'.repeat(500) });
    if (full.status !== 201) break;
  }
  assert.equal(full.status, 503, JSON.stringify(full.body));
  assert.ok(Number(full.headers.get('retry-after')) > 0);
  assert.deepEqual([full.body.code, full.body.type], ['disk_full', 'urn:samling:problem:disk_full']);
  assert.match(full.body.detail, /not saved/);

  // Who registers keeps what was typed, and is told no more than concerns them.
  const guest = server.client();
  const page = await guest.submit(form, person);
  assert.equal(page.status, 503);
  assert.ok(Number(page.headers.get('retry-after')) > 0);
  assert.match(page.text, /Vi kan ikke ta imot dette nå/);
  assert.ok(!page.text.includes(data) && !/[Dd]isk/.test(page.text), page.text);
  const again = forms(page.text).find((f) => f.method === 'post');
  const kept = Object.fromEntries(again.pairs);
  for (const [field, value] of Object.entries(person)) assert.equal(kept[field].replaceAll('\r', ''), value, field);

  // Who works here is told what it is and where.
  const home = await c.get('/admin');
  assert.equal(home.status, 200, 'reading goes on');
  assert.match(home.text, /Disken er full/);
  assert.ok(home.text.includes(join(data, 'samling.db')), 'which');
  assert.match((await c.get('/admin', { headers: { 'accept-language': 'en' } })).text, /disk is full/);
  const draft = await c.submit('/admin/gatherings/new', { title: 'Om sveising', date: '2031-01-14', from: '17:00', place: 'TechHub', summary: 'x'.repeat(250) }, { action: '/new', button: ['action', 'draft'] });
  assert.equal(draft.status, 503);
  assert.match(draft.text, /Disken er full/);
  assert.match(draft.text, /value="Om sveising"/);
  const signin = await server.client().submit('/signin', { email: server.email, password: server.password });
  assert.ok(!signin.text.includes(server.password), 'a password is not put into a page');
  assert.equal((await fetch(`${server.url}/healthz`)).status, 503);
  assert.match(server.errors, new RegExp(`no room on the disk file=${join(data, 'samling.db')} free_kib=\\d+`));

  rmSync(filler);
  const done = await guest.submit(page, {});
  assert.equal(done.status, 200, done.text.slice(0, 300));
  const nils = (await all(server, `/gatherings/${g.id}/registrations`)).find((r) => r.email === person.email);
  assert.equal(nils.requirements, person.requirements.replace('\n', ' '));
  await until(async () => (await server.healthz()) === 200, { what: 'the writer to see that there is room' });
  assert.ok(!(await c.get('/admin')).text.includes('Disken er full'));
  await server.stop();
  assert.equal(run(['check'], { data }).status, 0);
});

test('on a full disk it starts too, shows its pages, and goes on when there is room', { skip: process.getuid() === 0 ? false : 'only root can mount a small disk' }, async (t) => {
  const data = smallDisk(t);
  if (!data) return;
  const first = new Samling();
  first.data = data;
  first.setUp();
  const s = await Samling.start({ data, bare: true });
  s.token = first.token;
  const g = await s.gathering();
  spawnSync('sqlite3', ['-cmd', '.timeout 10000', join(data, 'samling.db'), 'UPDATE mail_sender SET held = 1, held_at = 1']);
  assert.equal((await s.register(g)).status, 201);
  await s.end();
  const one = (text) => spawnSync('sqlite3', [join(data, 'samling.db'), text], { encoding: 'utf8' }).stdout.trim();
  assert.equal(one("UPDATE mail_sender SET held = 0, held_at = NULL; UPDATE mail SET state = 'sending', attempts = 1, lease_until = 1; SELECT COUNT(*) FROM mail"), '1', 'as it is killed');
  const filler = join(data, 'filler');
  fill(filler);
  truncateSync(filler, statSync(filler).size - SHARED); // to read it must have so much, and no more
  const up = s.serve();
  up.catch(() => {});
  const shown = () => fetch(`${s.url}/g/${g.slug}`).then((r) => r.status === 200, () => false);
  await Promise.race([until(shown, { what: 'a page' }), up]);
  assert.equal((await s.register(g, { email: 'sein@firma.example' })).status, 503);
  rmSync(filler);
  await up;
  await until(async () => (await s.register(g, { email: 'sein@firma.example' })).status === 201, { what: 'room' });
  await until(async () => { const list = await all(s, `/mail?gathering=${g.id}`); return list.length === 2 && list.every((m) => m.state === 'folder'); }, { what: 'the mail' });
  await s.stop();
  assert.equal(run(['check'], { data }).status, 0);
});

/** How the server ended by itself. */
const ending = (s) => Promise.race([s.exited, sleep(20000).then(() => 'not at all')]);
const beginnings = [['serve', '--listen', '127.0.0.1:0'], ['demo'], ['user', 'add', 'ny@hub.example', '--role', 'admin'], ['token', 'create', '--name', 'x', '--role', 'viewer']];

for (const [what, lose, said] of [
  ['deleted', (db) => { for (const end of ['', '-wal', '-shm']) rmSync(db + end); }, /deleted/],
  ['replaced by another', (db) => { renameSync(db, `${db}.old`); copyFileSync(`${db}.old`, db); }, /another file/],
  ['gone with its folder', (db) => rmSync(join(db, '..'), { recursive: true }), /deleted/],
]) {
  test(`a database ${what} under a running server: it ends, and nothing is lost`, async () => {
    const s = await Samling.start();
    const db = join(s.data, 'samling.db');
    const g = await s.gathering({ capacity: 50 });
    for (let n = 0; n < 5; n++) await s.register(g, { name: `Gjest ${n}`, email: `gjest${n}@firma.example` });
    await until(() => s.mailbox().length === 5, { what: 'the mails' });
    lose(db);
    const how = await ending(s);
    assert.deepEqual(how, { code: 1, signal: null }, 'so that a supervisor starts it again');
    assert.match(s.errors, said);
    assert.ok(s.errors.includes(db), s.errors);
    const rescued = readdirSync(s.data).find((f) => f.startsWith('samling.db.rescued-'));
    assert.ok(rescued, s.errors);
    assert.ok(s.errors.includes(rescued), 'and it says so');
    if (!existsSync(db)) {
      for (const args of beginnings) {
        const again = run(args, { data: s.data });
        assert.equal(again.status, 1, args.join(' '));
        assert.ok(again.err.includes(rescued), again.err);
        assert.match(again.err, /samling restore/, 'what to do');
      }
    }
    assert.equal(run(['restore', join(s.data, rescued)], { data: s.data }).status, 0);
    await s.serve();
    assert.equal((await all(s, `/gatherings/${g.id}/registrations`)).length, 5);
    await s.stop();
  });
}

test('its log deleted under a running server: it ends with everything in the database', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 50 });
  for (let n = 0; n < 5; n++) await s.register(g, { name: `Gjest ${n}`, email: `gjest${n}@firma.example` });
  rmSync(join(s.data, 'samling.db-wal'));
  assert.deepEqual(await ending(s), { code: 1, signal: null });
  assert.match(s.errors, /-wal/);
  await s.serve();
  assert.equal((await all(s, `/gatherings/${g.id}/registrations`)).length, 5);
  await s.stop();
});

test('a used data folder without a database is not begun anew unless that is meant', async () => {
  for (const trace of ['mailbox/', 'lock', 'samling.db-wal', 'samling.db-shm', 'samling.db.before-restore-20270114-170000']) {
    const data = folder();
    const name = trace.replace('/', '');
    if (trace.endsWith('/')) {
      mkdirSync(join(data, name));
      writeFileSync(join(data, name, 'x.eml'), 'Subject: x');
    } else {
      writeFileSync(join(data, name), '');
    }
    for (const args of beginnings) {
      const r = run(args, { data });
      assert.equal(r.status, 1, `${trace}: ${args.join(' ')}`);
      assert.ok(r.err.includes(name), r.err);
      assert.match(r.err, /samling restore[\s\S]*--new/);
    }
    assert.ok(!existsSync(join(data, 'samling.db')));
    const s = await Samling.start({ data, bare: true, args: ['--new'] });
    assert.match(s.output, /\/start\//);
    await s.stop();
    const twice = run(['serve', '--listen', '127.0.0.1:0', '--new'], { data });
    assert.equal(twice.status, 1, 'nor is a database that is there');
    assert.match(twice.err, /--new/);
    await (await Samling.start({ data, bare: true })).stop();
  }
  const data = folder();
  mkdirSync(join(data, 'mailbox'));
  writeFileSync(join(data, 'notes.txt'), 'mine');
  await (await Samling.start({ data, bare: true })).stop();
});

const DAY = 86400000;
const db = (s) => join(s.data, 'samling.db');
const sql = (file, text) => {
  const r = spawnSync('sqlite3', [file, text], { encoding: 'utf8' });
  assert.equal(r.status, 0, r.stderr);
  return r.stdout.trim();
};
/** Two of the program's looks at the clock. */
const looks = () => sleep(5000);

test('a clock that leaps throws nothing away', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 50 });
  await s.register(g, { requirements: 'nøtter' });
  await until(() => s.mailbox().length > 0, { what: 'the confirmation' });
  const c = await s.organiser();
  const mails = async () => (await all(s, '/mail')).length;
  const before = await mails();
  assert.ok(before > 0);
  const whole = async (what) => {
    assert.equal(await mails(), before, `${what}: mail`);
    assert.equal((await all(s, `/gatherings/${g.id}/registrations`))[0].requirements, 'nøtter', `${what}: what they need`);
    assert.equal((await c.get('/admin', { follow: false })).status, 200, `${what}: session`);
  };
  await s.clock(1100 * DAY);
  await until(() => /warn app: the clock .*26400 hours/.test(s.errors), { what: 'it to be noticed' });
  await looks();
  await s.clock(0);
  await whole('a leap and back');
  // Nor when the program starts in the wrong year, and again.
  for (let n = 0; n < 2; n++) {
    await s.clock(1100 * DAY);
    await s.end();
    await s.serve();
    await looks();
  }
  await s.clock(0);
  await s.end();
  await s.serve();
  await whole('started in the wrong year');
  await s.stop();
});

test('a clock that went ahead for a moment keeps no mail waiting until then', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  const hold = (held) => spawnSync('sqlite3', ['-cmd', '.timeout 10000', join(s.data, 'samling.db'), `UPDATE mail_sender SET held = ${held}`]);
  hold(1);
  await s.clock(10 * 86400000);
  assert.equal((await s.register(g)).status, 201);
  await sleep(1500);
  await s.clock(0);
  hold(0);
  await until(() => s.mailbox().length === 1, { ms: 30000, what: 'the mail' });
  assert.match(s.errors, /warn mailing: the clock went back seconds=8\d{5} mails=1\n/);
  await s.stop();
});

test('what is thrown away is counted in the log, and one that fails stops no other', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ days: 20 });
  await s.register(g, { requirements: 'nøtter' });
  await until(() => s.mailbox().length > 0, { what: 'the confirmation' });
  await s.organiser();
  await s.end();
  sql(db(s), "INSERT INTO account_link (hash, nonce, purpose, created_at, expires_at) VALUES (x'00', x'00', 'first', 0, 0);"
    + " CREATE TRIGGER stuck BEFORE DELETE ON account_link BEGIN SELECT RAISE(ABORT, 'stuck'); END");
  await s.clockSteady(100 * DAY);
  s.errors = '';
  await s.serve();
  await until(async () => (await all(s, `/gatherings/${g.id}/registrations`))[0].requirements === '', { what: 'the erasure' });
  await until(() => /sweep of http/.test(s.errors) && /sweep of mailing/.test(s.errors), { what: 'the lines' });
  assert.match(s.errors, /error app: sweep of accounts failed: conflict/);
  assert.match(s.errors, /info app: sweep of registrations removed requirements=1\n/);
  assert.match(s.errors, /info app: sweep of mailing removed mail_texts=1\n/);
  assert.match(s.errors, /info app: sweep of http removed sessions=1\b/);
  assert.doesNotMatch(s.errors, /sweep of door/, 'nothing to say');
  await s.end();

  await s.clockSteady(800 * DAY);
  s.errors = '';
  await s.serve();
  await until(() => /sweep of mailing removed mails=1\n/.test(s.errors), { what: 'the mail log\'s end' });
  await s.stop();
});
