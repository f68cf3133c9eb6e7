// A database that an older program left: who stands in it is found by every spelling, soon after the
// start and whenever the program is killed on the way.
import test from 'node:test';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { run, Samling, sleep, top, until } from '../lib/samling.js';
import { scratch } from '../lib/scratch.js';

const MANY = 3000;
const BEFORE = 24; // the first step behind the old program's last

function sql(db, text) {
  const r = spawnSync('sqlite3', ['-cmd', '.timeout 10000', db], { input: text, encoding: 'utf8' });
  if (r.status !== 0 || r.stderr) throw new Error(r.stderr);
  return r.stdout.trim();
}

/** What that program wrote: one spelling of each word. */
function olderFolder() {
  const data = scratch('old');
  const db = join(data, 'samling.db');
  const dir = join(top, 'db/migrations/sqlite');
  sql(db, 'PRAGMA journal_mode = WAL; CREATE TABLE schema_migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL)');
  for (const name of readdirSync(dir).sort().filter((n) => Number(n.slice(0, 4)) < BEFORE)) {
    sql(db, `BEGIN; ${readFileSync(join(dir, name), 'utf8')}; INSERT INTO schema_migration VALUES (${Number(name.slice(0, 4))}, '${name}', 1); COMMIT;`);
  }
  const start = Date.now() + 20 * 86400000;
  sql(db, `BEGIN;
    DELETE FROM upgrade;
    CREATE TEMP TABLE who AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MANY})
      SELECT i, 'Gjest ' || i AS name, 'gjest ' || i AS key, 'gjest' || i || '@x.example' AS email FROM n;
    UPDATE who SET name = 'Håkon Nes', key = 'hakon nes' WHERE i = 7;
    UPDATE who SET name = 'Pat O''Brien', key = 'pat o brien' WHERE i = ${MANY - 7};
    UPDATE who SET name = 'gjest9', key = 'gjest9' WHERE i = 9;
    INSERT INTO contact (id, email, name, search_key, sort_key, created_at, name_key)
      SELECT i, email, name, key || ' ' || email, key, 1, key FROM who;
    INSERT INTO gathering (id, slug, status, title, place, starts_at, ends_at, calendar_uid, created_at, changed_at, seats_taken, published_at)
      VALUES (1, 'dag', 'published', 'Dag', 'Hub', ${start}, ${start + 3600000}, 'g', 1, 1, ${MANY}, 1);
    INSERT INTO registration (id, public_id, gathering_id, status, name, email, name_key, search_key, sort_key, source, calendar_uid,
        created_at, confirmed_at)
      SELECT i, 'r' || printf('%022d', i), 1, 'confirmed', name, email, key, key || ' ' || email, key, 'public', 'u' || i, 1, 1 FROM who;
    INSERT INTO ticket (gathering_id, registration_id, code, short, holder, organisation, search_key, sort_key, created_at)
      SELECT 1, i, 'S' || printf('%022d', i), printf('%08d', i), name, '', key, key, 1 FROM who;
    COMMIT;`);
  return data;
}

test('an old database: Håkon is found by haakon, O’Brien by o’brien', { timeout: 120000 }, async () => {
  const data = olderFolder();
  const s = await Samling.start({ data, bare: true });
  const db = join(data, 'samling.db');
  const open = () => Number(sql(db, 'SELECT COUNT(*) FROM task WHERE ended_at IS NULL'));
  for (let i = 0; i < 4 && open() > 0; i++) {
    await sleep(Math.random() * 60);
    await s.kill();
    await s.serve();
  }
  await s.end();
  s.setUp();
  await s.serve();
  await until(() => open() === 0, { what: 'the keys' });
  assert.equal(sql(db, 'SELECT name_key FROM contact WHERE id = 9'), 'gjest9', 'what was brought up long ago is left alone');
  assert.equal(sql(db, 'SELECT COUNT(*) FROM registration_words'), String(MANY / 100));
  assert.equal(run(['check'], { data }).status, 0);
  const c = await s.organiser();
  for (const path of ['/admin/contacts', '/admin/gatherings/1/people'])
    for (const [typed, name] of [['haakon', 'Håkon Nes'], ['håkon', 'Håkon Nes'], ["o'brien", 'Pat O’Brien'], ['obrien', 'Pat O’Brien'], ['brien', 'Pat O’Brien']]) {
      const page = (await c.request('GET', `${path}?q=${encodeURIComponent(typed)}`)).text.replaceAll(/&#0?39;|&#x27;|'/g, '’');
      assert.ok(page.includes(name), `${path} ${typed}`);
      assert.ok(!page.includes('Gjest 12'), `${path} ${typed}`);
    }
  for (const [typed, id] of [['haakon', 7], ["o'brien", MANY - 7]]) {
    const found = await c.request('GET', `/door/dag/search?q=${encodeURIComponent(typed)}`, { headers: { accept: 'application/json' } });
    assert.deepEqual(JSON.parse(found.text).hits.map((h) => h.id), [id], typed);
  }
  await s.stop();
});
