// How long anybody else's change waits while work on many rows goes on, on a hub with a million
// registrations, and the most memory that the program takes meanwhile.
import { Agent, request } from 'node:http';
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Samling, sleep, until } from '../lib/samling.js';
import { scratch } from '../lib/scratch.js';
import { filled } from './fill.js';
import { peak, say } from './measure.js';

const PEOPLE = 1000000;
const [busy, full, small] = [193, 194, 196]; // fill.sql: 47,500 registered; 20,000 in line; a small one
const SHARED = 3000; // registrations at one address

const sqlite = (s, sql) => execFileSync('sqlite3', ['-cmd', '.timeout 60000', join(s.data, 'samling.db')], { input: sql, encoding: 'utf8' }).trim();
const metrics = async (s) => (await fetch(`${s.url}/metrics`, { headers: { authorization: `Bearer ${s.token}` } })).text();
/** Nothing is under way any more. Asked of the server: another process would keep this one waiting. */
const idle = (s) => until(async () => { await sleep(100); return !/^samling_tasks{[^}]*} [1-9]/m.test(await metrics(s)); }, { ms: 300000, what: 'the tasks to end' });

/** One who changes something small again and again; longest() ends it. */
function changing(s, next) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const once = ([path, body]) => new Promise((done, fail) => {
    const began = process.hrtime.bigint();
    request({ method: 'POST', port: s.port, host: '127.0.0.1', path: `/api/v1${path}`, agent, headers: { authorization: `Bearer ${s.token}`, 'content-type': 'application/json' } }, (r) => {
      r.resume();
      r.on('end', () => (r.statusCode < 300 ? done(Number(process.hrtime.bigint() - began) / 1e6) : fail(new Error(`${path}: ${r.statusCode}`))));
    }).on('error', fail).end(JSON.stringify(body));
  });
  let going = true;
  const took = [];
  const loop = (async () => {
    for (; going; await sleep(2)) took.push(await once(next()));
    agent.destroy();
  })();
  return async () => { going = false; await loop; return took; };
}
let guest = 0;
const registering = () => [`/gatherings/${small}/registrations`, { name: `Gjest ${++guest}`, email: `gjest${guest}@kai.example` }];
let codes = [];
const checkingIn = () => [`/gatherings/${full}/checkins`, { ticket: codes[guest++ % codes.length] }];

/** The longest that two others waited while work was done, ms. */
async function longest(s, work) {
  const others = [changing(s, registering), changing(s, checkingIn)];
  await work();
  return Math.max(...(await Promise.all(others.map((end) => end()))).flat());
}

let before; // how long they waited while nothing was done

/** While work is done. */
async function beside(s, name, work) {
  writeFileSync(`/proc/${s.child.pid}/clear_refs`, '5'); // the peak counts from here
  const began = Date.now();
  const ms = await longest(s, work);
  const seconds = (Date.now() - began) / 1000;
  say(`${name}: longest wait (aim 100)`, [ms], 'ms', [ms / before], 'nothing going on');
  say('  resident at most (aim 64)', [peak(s.child.pid)], 'MB');
  say('  it took', [seconds], 's');
}

/** Answers, and goes on by itself until nothing is left. */
const goesOn = (s, ask) => async () => {
  const r = await ask();
  if (r.status >= 300) throw new Error(`${r.status} ${JSON.stringify(r.body ?? r.text).slice(0, 300)}`);
  await idle(s);
};

const contacts = (n) => Array.from({ length: n }, (_, i) => ({ name: `Ny ${i}`, email: `ny${i}@brygge.example`, organisation: 'Brygge AS' }));

/** The first change after a start, and how much of it is the sweep that finds nothing. */
async function starting(s) {
  const first = [], without = [];
  for (let round = 0; round < 3; round++) {
    for (const [believed, list] of [[0, without], [Date.now(), first]]) {
      sqlite(s, `UPDATE steady_clock SET believed_at = ${believed}, seen_at = 0, steady_ms = 0;`);
      await s.serve();
      const one = changing(s, registering);
      await sleep(3000);
      list.push(Math.max(...await one()));
      await s.end();
    }
  }
  say('3 s from a start, nothing to sweep: longest wait', first, 'ms', first.map((ms, i) => ms / without[i]), 'a start without sweep');
}

const swept = (s) => until(() => /sweep of door removed/.test(s.errors), { ms: 300000, what: 'the sweep' });
const reminded = (s) => until(() => /rule=registration\.week/.test(s.errors), { ms: 300000, what: 'the reminders' });
const api = (s, method, path, body) => goesOn(s, () => s.api(method, `/gatherings/${path}`, body));
const later = async (s) => new Date(new Date((await s.api('GET', `/gatherings/${busy}`)).body.starts_at).getTime() + 3600000).toISOString();
// name, what it does while the server runs, what is written before that starts.
const steps = [
  ['20,000 move up', (s) => api(s, 'PATCH', full, { capacity: 60000 })()],
  ['inviting 4,900', (s) => api(s, 'POST', `${small}/invitations`, { contacts: contacts(4900) })()],
  ['moving 47,500', async (s) => api(s, 'PATCH', busy, { starts_at: await later(s), ends_at: null, notify: true })()],
  ['looking at the cancel page ten times', async (s, c) => { for (let i = 0; i < 10; i++) await c.get(`/admin/gatherings/${busy}/cancel`); }],
  ['cancelling 47,500', (s) => api(s, 'POST', `${busy}/cancel`, { notify: true })()],
  [`erasing ${SHARED} at one address`, (s, c) => goesOn(s, () => c.submit('/admin/persons/erase?email=post%40kai.example', {}, { action: '/persons/erase' }))()],
  ['sweeping what is past its time', swept, `UPDATE steady_clock SET believed_at = ${Date.now()}, seen_at = 0, steady_ms = 0;`],
  ['reminding 50,000', reminded, `UPDATE gathering SET starts_at = starts_at + 86400000, ends_at = ends_at + 86400000 WHERE id = ${full};
    DELETE FROM reminder_run WHERE subject_id = ${full};
    UPDATE registration SET confirmed_at = created_at WHERE gathering_id = ${full} AND status = 'confirmed';`],
];

/** All figures, or those of the steps whose names BENCH_ONLY fits; s stands still. */
export async function measured(s) {
  const only = (name) => new RegExp(process.env.BENCH_ONLY ?? '').test(name);
  let running = false;
  sqlite(s, `UPDATE mail_sender SET held = 1;
    UPDATE registration SET email = 'post@kai.example', contact_id = NULL WHERE id IN (SELECT id FROM registration WHERE gathering_id = ${full} AND status = 'confirmed' LIMIT ${SHARED});
    UPDATE mail SET to_email = 'post@kai.example' WHERE parent = 'registration' AND parent_id IN (SELECT id FROM registration WHERE email = 'post@kai.example');`);
  codes = sqlite(s, `SELECT code FROM ticket WHERE gathering_id = ${full} AND cancelled_at IS NULL ORDER BY id DESC LIMIT 500;`).split('\n');
  for (const [name, work, sql] of steps.filter(([name]) => only(name))) {
    if (sql && running) await s.end();
    if (sql) sqlite(s, sql);
    if (sql || !running) await s.serve();
    running = true;
    if (!before || !sql) before = await longest(s, () => sleep(3000));
    const c = work.length > 1 ? await s.organiser() : null; // a password takes 64 MB for a moment
    await beside(s, name, () => work(s, c));
  }
  if (running) await s.end();
  if (only('starting')) await starting(s);
}

export async function tasks() {
  let s;
  if (process.env.BENCH_HUB) { // one that fill.js made: a copy of it
    const data = scratch('hub');
    cpSync(process.env.BENCH_HUB, data, { recursive: true });
    s = await Samling.start({ data, bare: true });
    s.email = 'ase@hub.example'; s.password = 'en lang setning her'; s.token = s.newToken('organiser', 0);
    s.own = true;
    await s.end();
  } else {
    s = await filled(PEOPLE);
  }
  await measured(s);
  if (s.own) rmSync(s.data, { recursive: true, force: true });
}
