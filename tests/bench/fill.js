// A data folder as a busy hub has it, of any size: node tests/bench/fill.js DIR [REGISTRATIONS].
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Samling, run, top, until } from '../lib/samling.js';

// What the program keeps counted, by the rule that `samling check` holds it to. A column that the
// schema does not have is left out.
const counters = [
  ['gathering', 'seats_taken', `(SELECT COUNT(*) FROM registration r WHERE r.gathering_id = gathering.id AND r.status = 'confirmed')`],
  ['gathering', 'waiting', `(SELECT COUNT(*) FROM registration r WHERE r.gathering_id = gathering.id AND r.status = 'waiting')`],
  ['gathering', 'cancelled', `(SELECT COUNT(*) FROM registration r WHERE r.gathering_id = gathering.id AND r.status = 'cancelled')`],
  ['gathering', 'attended', `(SELECT COUNT(*) FROM ticket t WHERE t.gathering_id = gathering.id AND t.admitted_at IS NOT NULL AND t.cancelled_at IS NULL)`],
];

function sqlite(db, sql) {
  const r = spawnSync('sqlite3', ['-bail', db], { input: sql, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (r.status !== 0) throw new Error(`filling: ${r.stderr}`);
  return r.stdout;
}

/** Fills an empty database of this program's schema; no server has it. */
export function fill(db, registrations) {
  const indexes = JSON.parse(sqlite(db, '.mode json\nSELECT name, sql FROM sqlite_master WHERE type = \'index\' AND sql IS NOT NULL;'));
  const has = (table, column) => sqlite(db, `SELECT 1 FROM pragma_table_info('${table}') WHERE name = '${column}';`) !== '';
  const kept = counters.filter(([table, column]) => has(table, column));
  sqlite(db, `PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA cache_size = -1500000; PRAGMA temp_store = MEMORY;
BEGIN;
CREATE TEMP TABLE scale AS SELECT ${registrations} AS registrations;
${indexes.map((i) => `DROP INDEX ${i.name};`).join('\n')}
${readFileSync(join(top, 'tests/bench/fill.sql'), 'utf8')}
${indexes.map((i) => `${i.sql};`).join('\n')}
${kept.map(([table, column, count]) => `UPDATE ${table} SET ${column} = ${count};`).join('\n')}
COMMIT;
PRAGMA journal_mode = WAL;`);
}

/** A server's data folder, filled, with an organiser and a token; it stands still. */
export async function filled(registrations, data) {
  const s = await Samling.start(data ? { data, bare: true } : {});
  if (data) s.setUp();
  await s.end();
  fill(join(s.data, 'samling.db'), registrations);
  const check = run(['check'], { data: s.data, as: { timeout: 300000 } });
  if (check.status !== 0) throw new Error(`check: ${check.out}${check.err}`);
  // What people are found by is packed by a task, and nothing is under way when figures are taken.
  const db = join(s.data, 'samling.db');
  sqlite(db, "INSERT INTO task (kind, begun_at, turn_at, due_at) VALUES ('registrations.words', 0, 0, 0);");
  await s.serve();
  await until(() => sqlite(db, 'SELECT COUNT(*) FROM task WHERE ended_at IS NULL;').trim() === '0', { ms: 900000, what: 'the words to be packed' });
  await s.end();
  return s;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const data = resolve(process.argv[2]);
  mkdirSync(data, { recursive: true });
  const s = await filled(Number(process.argv[3] ?? 1000000), data);
  console.log(`sign in: ${s.email} / ${s.password}\ntoken: ${s.token}`);
}
