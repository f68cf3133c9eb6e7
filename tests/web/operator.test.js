// What happens to the one who runs it: root's hands, full disks, lost files, clocks that leap.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Samling, run, all } from '../lib/samling.js';

const root = process.getuid() === 0;
const needsRoot = root ? false : 'only root can give files away';
const nobody = { uid: 65534, gid: 65534 };
const folder = (owner) => {
  const dir = mkdtempSync(join(tmpdir(), 'samling-op-'));
  if (owner) chownSync(dir, owner.uid, owner.gid);
  return dir;
};
const ownerOf = (path) => (({ uid, gid }) => ({ uid, gid }))(statSync(path));
/** Everything in a folder that is not this owner's. */
const strange = (dir, owner) => readdirSync(dir).filter((f) => statSync(join(dir, f)).uid !== owner.uid);

test('what root does in the service\'s folder stays the service\'s', { skip: needsRoot }, async () => {
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
  assert.deepEqual(ownerOf(db), nobody);
  assert.equal(statSync(db).mode & 0o777, 0o640, 'as it was');
  assert.deepEqual(strange(data, nobody), []);
  const s = await Samling.start({ data, bare: true, as: nobody });
  assert.match(s.output, /signin/);
  await s.stop();

  const empty = folder(nobody);
  assert.equal(run(['restore', copy], { data: empty }).status, 0);
  assert.deepEqual(ownerOf(join(empty, 'samling.db')), nobody);
  assert.equal(statSync(join(empty, 'samling.db')).mode & 0o777, 0o600);
  assert.deepEqual(strange(empty, nobody), []);
  await (await Samling.start({ data: empty, bare: true, as: nobody })).stop();
});

test('where permissions are in the way, file, owner and we are named', { skip: needsRoot }, () => {
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

test('who cannot give the database back to its owner does not replace it', { skip: needsRoot }, () => {
  const data = folder({ uid: 65534, gid: 65534 });
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
