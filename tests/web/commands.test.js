// The contract's commands, as somebody at a terminal uses them.
import test from 'node:test';
import assert from 'node:assert/strict';
import { rmSync, existsSync, statSync, writeFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Samling, run, program, sleep, top, until } from '../lib/samling.js';
import { scratch } from '../lib/scratch.js';
import { spawnSync } from 'node:child_process';

const folder = () => scratch('cmd');

/** What a query of SQLite's own shell prints. */
function sql(db, text) {
  const r = spawnSync('sqlite3', [db, text], { encoding: 'utf8' });
  assert.equal(r.status, 0, `${text}: ${r.stderr}`);
  return r.stdout.trim();
}
const schemaOf = (db) => Number(sql(db, 'SELECT MAX(version) FROM schema_migration'));

/** A data folder as a program of one schema step ago left it: { data, db, known }. */
function olderFolder() {
  const data = folder();
  const db = join(data, 'samling.db');
  const dir = join(top, 'db/migrations/sqlite');
  const steps = readdirSync(dir).sort();
  const known = Number(steps.pop().slice(0, 4));
  sql(db, 'PRAGMA journal_mode = WAL; CREATE TABLE schema_migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL)');
  for (const name of steps) {
    sql(db, `BEGIN; ${readFileSync(join(dir, name), 'utf8')}; INSERT INTO schema_migration VALUES (${Number(name.slice(0, 4))}, '${name}', 1700000000000); COMMIT;`);
  }
  return { data, db, known };
}

test('help, version, wrong usage', () => {
  for (const args of [['--help'], ['serve', '--help'], ['user', '--help'], ['user', 'enable', '--help'], ['token', '--help'], ['demo', '--help'], ['check', '--help'],
    ['backup', '--help'], ['restore', '--help'], ['version', '--help']]) {
    const r = run(args);
    assert.equal(r.status, 0, args.join(' '));
    assert.match(r.out, /samling/, args.join(' '));
  }
  assert.equal(run(['version']).status, 0);
  for (const args of [[], ['tull'], ['serve', '--tull'], ['user', 'add'], ['user', 'enable'], ['token', 'create'], ['backup'], ['user', 'add', 'x@y.example', '--role', 'konge']]) {
    const r = run(args, { data: folder() });
    assert.equal(r.status, 2, `${args.join(' ')}: ${r.status} ${r.err}`);
    assert.ok(r.err.length > 5);
  }
});

test('users and tokens', async () => {
  const data = folder();
  const add = (email, role, password) => run(['user', 'add', email, '--role', role, '--password-stdin'], { data, input: `${password}\n` });
  assert.equal(add('a@hub.example', 'organiser', 'en lang setning').status, 0);
  assert.equal(add('A@hub.example', 'viewer', 'en lang setning').status, 1, 'there already');
  assert.equal(add('b@hub.example', 'viewer', 'kort').status, 1, 'too short');
  assert.match(run(['user', 'list'], { data }).out, /a@hub\.example/);
  const token = run(['token', 'create', '--name', 'x', '--role', 'viewer'], { data }).out.trim().split(/\s+/).pop();
  const s = await Samling.start({ data, bare: true });
  assert.equal((await s.api('GET', '/gatherings', undefined, { token })).status, 200);
  assert.equal((await s.api('POST', '/gatherings', { title: 'x', starts_at: '2030-01-01T10:00:00', place: 'y' }, { token })).status, 403);
  s.email = 'a@hub.example'; s.password = 'en lang setning';
  const c = await s.organiser();
  assert.equal((await c.get('/admin')).status, 200);
  assert.equal(run(['user', 'disable', 'a@hub.example'], { data }).status, 0, 'beside a running server');
  assert.notEqual((await c.get('/admin', { follow: false })).status, 200, 'signed out at once');
  await s.stop();
  rmSync(data, { recursive: true });
});

test('one server a data folder; restore refuses beside a server', async () => {
  const s = await Samling.start();
  const second = spawnSync(program, ['serve', '--data', s.data, '--listen', '127.0.0.1:0'], { encoding: 'utf8', timeout: 20000 });
  assert.equal(second.status, 1);
  assert.ok(second.stderr.length > 10);
  const g = await s.gathering({ capacity: 10 });
  await s.register(g, {});
  const file = join(folder(), 'kopi.db');
  assert.equal(run(['backup', file], { data: s.data }).status, 0);
  assert.equal(statSync(file).mode & 0o077, 0, 'for the owner alone');
  assert.equal(run(['backup', file], { data: s.data }).status, 1, 'never over a file');
  assert.equal(run(['restore', file], { data: s.data }).status, 1, 'not beside a server');
  assert.equal(run(['check'], { data: s.data }).status, 0);
  await s.register(g, { name: 'Etter kopien', email: 'etter@firma.example' });
  await sleep(500);
  await s.end();
  const restored = run(['restore', file], { data: s.data });
  assert.equal(restored.status, 0, restored.err);
  assert.ok(readdirSync(s.data).some((f) => f.includes('before-restore')), 'the old one is kept');
  const mails = s.mailbox().length;
  await s.serve();
  const list = (await s.api('GET', `/gatherings/${g.id}/registrations`)).body.items;
  assert.deepEqual(list.map((r) => r.email), ['ingrid@blafjell.example']);
  await s.register(g, { name: 'Ny', email: 'ny@firma.example' });
  await sleep(1000);
  assert.equal(s.mailbox().length, mails, 'mail is held until an organiser releases it');
  const c = await s.organiser();
  const log = await c.get('/admin/mail');
  const released = await c.submit(log, {}, { action: 'release' });
  assert.equal(released.status, 200, released.text.slice(0, 200));
  await until(() => s.mailbox().length > mails, { what: 'what was released' });
  await s.stop();
});

test('an index that does not hold its table\'s rows is found by check; a backup\'s look is at rows', () => {
  const data = folder();
  assert.equal(run(['user', 'add', 'a@hub.example', '--role', 'admin', '--password-stdin'], { data, input: 'en lang setning her\n' }).status, 0);
  const db = join(data, 'samling.db');
  const lie = (sql) => assert.equal(spawnSync('sqlite3', [db, sql]).status, 0);
  lie('CREATE TABLE lied (n INTEGER NOT NULL); INSERT INTO lied VALUES (1), (2), (3); CREATE INDEX lied_n ON lied (n) WHERE n > 1;');
  assert.equal(run(['check'], { data }).status, 0);
  lie("PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = 'CREATE INDEX lied_n ON lied (n)' WHERE name = 'lied_n';");
  const wrong = run(['check'], { data });
  assert.equal(wrong.status, 1);
  assert.match(wrong.out, /wrong +database file: row 1 missing from index lied_n/);
  assert.match(wrong.out, /ok +registrations: registrations\.seats/, 'the rest is looked at, too');
  const copy = join(folder(), 'copy.db');
  const backup = run(['backup', copy], { data });
  assert.match(backup.out, /^Copied, and each row of it read: /);
  assert.equal(run(['restore', copy], { data: folder() }).status, 1, 'not what check would refuse');
  lie("INSERT INTO ticket (gathering_id, registration_id, code, short, holder, organisation, search_key, sort_key, created_at) VALUES (4711, 1, 'x', 'y', '', '', '', '', 0);");
  assert.match(run(['check'], { data }).out, /wrong +database file: row 1 of ticket names a row of gathering that is not there/);
});

test('check finds what is wrong; a strange or newer file is refused', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 10 });
  await s.register(g, {});
  await s.end();
  const db = join(s.data, 'samling.db');
  assert.equal(spawnSync('sqlite3', [db, 'UPDATE gathering SET seats_taken = 7']).status, 0);
  const r = run(['check'], { data: s.data });
  assert.equal(r.status, 1);
  assert.match(r.out + r.err, /7/);
  const junk = join(folder(), 'x.db');
  writeFileSync(junk, 'ikke en database');
  assert.equal(run(['restore', junk], { data: s.data }).status, 1);
  assert.ok(existsSync(db));
  spawnSync('sqlite3', [db, "INSERT INTO schema_migration (version, name, applied_at) VALUES (9999, 'framtid', 0)"]);
  const newer = spawnSync(program, ['serve', '--data', s.data, '--listen', '127.0.0.1:0'], { encoding: 'utf8', timeout: 20000 });
  assert.equal(newer.status, 1);
  assert.match(newer.stderr, /9999|newer/);
});

test('settings: file, environment, a password on the command line draws a warning', async () => {
  const data = folder();
  const conf = join(data, 'conf');
  writeFileSync(conf, '# egen oppsett\nSAMLING_URL=https://hub.example\n');
  const s = await Samling.start({ data, bare: true, args: ['--config', conf, '--smtp', 'smtp://hub:hemmelig@127.0.0.1:9'] });
  assert.match(s.errors + s.output, /https:\/\/hub\.example/);
  assert.match(s.errors, /password|--config/i);
  assert.ok(!s.errors.includes('hemmelig') && !s.output.includes('hemmelig'));
  await s.end();
  writeFileSync(conf, 'SAMLING_TULL=1\n');
  const r = spawnSync(program, ['serve', '--data', data, '--config', conf], { encoding: 'utf8', timeout: 20000 });
  assert.notEqual(r.status, 0);
  assert.match(r.stderr, /SAMLING_TULL/);
});

test('first start without examples: a one-time link makes the first organiser', async () => {
  const s = await Samling.start({ bare: true });
  const link = (s.output + s.errors).match(/\/start\/\S+/)?.[0];
  assert.ok(link, s.output + s.errors);
  const c = s.client();
  assert.equal((await c.get(link)).status, 200);
  assert.equal((await c.get(link)).status, 200, 'opening it uses nothing up');
  const form = { name: 'Åse Nordbø', email: 'ase@hub.example', password: 'en lang setning her', cluster: 'Klyngen vår', language: 'nn', privacy_email: 'personvern@hub.example' };
  const short = await c.submit(link, { ...form, password: 'kort' });
  assert.equal(short.status, 422);
  assert.ok(short.text.includes('Klyngen vår'), 'nothing typed is lost');
  const done = await c.submit(link, form);
  assert.equal(done.status, 200, done.text.slice(0, 400));
  assert.ok((await c.get('/admin')).text.includes('Klyngen vår'));
  assert.notEqual((await s.client().get(link)).status, 200, 'used up');
  await s.stop();
});

test('demo: into an empty database only, and every address is an example', async () => {
  const data = folder();
  const r = run(['demo'], { data });
  assert.equal(r.status, 0, r.err);
  assert.match(r.out, /@/);
  assert.equal(run(['demo'], { data }).status, 1, 'in use');
  const dump = spawnSync('sqlite3', [join(data, 'samling.db'), 'SELECT email FROM contact UNION SELECT email FROM registration UNION SELECT to_email FROM mail UNION SELECT email FROM account'], { encoding: 'utf8' });
  const addresses = dump.stdout.split('\n').filter(Boolean);
  assert.ok(addresses.length >= 120, `${addresses.length} addresses`);
  for (const a of addresses) assert.match(a, /@([a-z0-9-]+\.)*example(\.(com|net|org|no))?$/, a);
  const password = r.out.match(/(?:password|passord)\S*\s+(\S.*)$/im)?.[1]?.trim();
  assert.ok(password, r.out);
  const s = await Samling.start({ data, bare: true });
  const c = s.client();
  await c.signIn(r.out.match(/\S+@\S*example\S*/)[0].replace(/[.,]$/, ''), password);
  assert.equal((await c.get('/admin')).status, 200);
  assert.match((await c.get('/')).text, /Digitalisering og robotisering/);
  assert.equal(run(['check'], { data }).status, 0);
  await s.stop();
});

test('a database of an older program is brought up by serve and restore alone', async () => {
  const { data, db, known } = olderFolder();
  const old = schemaOf(db);
  assert.ok(old < known);
  const copy = join(folder(), 'kopi.db');
  const backup = run(['backup', copy], { data });
  assert.equal(backup.status, 0, backup.err);
  assert.match(backup.out, new RegExp(`schema ${old}\\b`));
  assert.equal(schemaOf(copy), old, 'the copy is what was copied');
  assert.equal(schemaOf(db), old);
  const before = sql(db, '.dump');
  for (const args of [['user', 'add', 'a@hub.example', '--role', 'admin'], ['user', 'list'], ['user', 'disable', 'a@hub.example'],
    ['token', 'create', '--name', 'x', '--role', 'viewer'], ['demo'], ['check']]) {
    const r = run(args, { data });
    assert.equal(r.status, 1, args.join(' '));
    assert.match(r.err, new RegExp(`schema ${old}\\b.*\\b${known}\\b`), args.join(' '));
    assert.match(r.err, /samling serve/, 'what to do');
    if (args[0] === 'check') assert.match(r.out, /ok +database file/, 'what can be looked at is');
  }
  assert.equal(sql(db, '.dump'), before, 'nothing was changed');
  const s = await Samling.start({ data, bare: true });
  assert.equal(schemaOf(db), known);
  await s.end();
  assert.equal(run(['user', 'list'], { data }).status, 0);
  const restored = run(['restore', copy], { data });
  assert.equal(restored.status, 0, restored.err);
  assert.equal(schemaOf(db), known);
  await s.serve(); // makes the keys, which this invented old database never had
  await s.stop();
  const check = run(['check'], { data });
  assert.equal(check.status, 0, check.out);
});

test('a database of a newer program is copied, and else left alone', () => {
  const data = folder();
  const db = join(data, 'samling.db');
  assert.equal(run(['user', 'add', 'a@hub.example', '--role', 'admin'], { data }).status, 0);
  const known = schemaOf(db);
  sql(db, "INSERT INTO schema_migration (version, name, applied_at) VALUES (9999, 'framtid', 0)");
  const copy = join(folder(), 'kopi.db');
  assert.equal(run(['backup', copy], { data }).status, 0);
  assert.equal(schemaOf(copy), 9999);
  const before = sql(db, '.dump');
  for (const args of [['user', 'add', 'b@hub.example', '--role', 'admin'], ['user', 'list'], ['user', 'disable', 'a@hub.example'],
    ['token', 'create', '--name', 'x', '--role', 'viewer'], ['demo'], ['check'], ['serve'], ['restore', copy]]) {
    const r = run(args, { data });
    assert.equal(r.status, 1, args.join(' '));
    assert.match(r.err, new RegExp(`schema 9999\\b.*\\b${known}\\b`), args.join(' '));
    assert.match(r.err, /newer/, args.join(' '));
  }
  assert.equal(sql(db, '.dump'), before);
});

test('what is no database of ours is not made one', () => {
  const data = folder();
  writeFileSync(join(data, 'samling.db'), '');
  for (const args of [['backup', join(folder(), 'x.db')], ['check'], ['user', 'list']]) {
    const r = run(args, { data });
    assert.equal(r.status, 1, args.join(' '));
    assert.match(r.err, /no Samling database/, args.join(' '));
  }
  assert.ok(!existsSync(join(data, 'x.db')));
});

test('shut out and let in again, but never the only administrator', async () => {
  const data = folder();
  const user = (...args) => run(['user', ...args], { data, input: 'en lang setning\n' });
  const disabled = () => user('list').out.split('\n').filter((l) => l.includes('(disabled)')).map((l) => l.match(/\S+@\S+/)[0]);
  assert.equal(user('add', 'a@hub.example', '--role', 'admin', '--password-stdin').status, 0);
  assert.equal(user('add', 'b@hub.example', '--role', 'organiser').status, 0);
  const only = user('disable', 'A@hub.example');
  assert.equal(only.status, 1);
  assert.match(only.err, /a@hub\.example is the only administrator.*samling user add/);
  assert.deepEqual(disabled(), []);
  assert.equal(user('disable', 'b@hub.example').status, 0, 'others may go');
  assert.equal(user('add', 'c@hub.example', '--role', 'admin').status, 0);
  assert.equal(user('disable', 'a@hub.example').status, 0, 'one is left');
  assert.deepEqual(disabled().sort(), ['a@hub.example', 'b@hub.example']);
  assert.equal(user('disable', 'a@hub.example').status, 0, 'twice is once');
  assert.equal(user('disable', 'c@hub.example').status, 1, 'who is shut out is no administrator');
  const s = await Samling.start({ data, bare: true });
  const c = s.client();
  await assert.rejects(c.signIn('a@hub.example', 'en lang setning'));
  const again = user('enable', 'A@hub.example');
  assert.equal(again.status, 0, again.err);
  assert.match(again.out, /a@hub\.example can sign in again/);
  await c.signIn('a@hub.example', 'en lang setning');
  assert.equal((await c.get('/admin')).status, 200);
  assert.deepEqual(disabled(), ['b@hub.example']);
  assert.equal(user('disable', 'c@hub.example').status, 0);
  const nobody = user('enable', 'ukjent@hub.example');
  assert.equal(nobody.status, 1);
  assert.match(nobody.err, /no account/);
  await s.stop();
});
