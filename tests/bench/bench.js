// `make bench`: one line a figure: name, value, unit, and the ratio to its anchor measured in the same
// run, in turn; the median of several rounds, with the spread.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Samling, sleep, until } from '../lib/samling.js';
import { scratch } from '../lib/scratch.js';
import { ROUNDS, SECONDS, bin, cpu, firstAnswer, hold, measure, resident, say } from './measure.js';
import { needs } from './needs.js';
import { report } from './report.js';
import { nginx } from './nginx.js';
import { scale } from './scale.js';
import { served } from './served.js';
import { tasks } from './tasks.js';

async function registrations() {
  for (const clients of [64, 256]) {
    const ours = []; const theirs = []; const ratios = []; const p99 = []; const cost = [];
    for (let round = 0; round < ROUNDS; round++) {
      const dir = scratch('rows');
      const anchor = await measure('rows', join(dir, 'rows.db'), clients, SECONDS);
      rmSync(dir, { recursive: true });
      const s = await Samling.start();
      await s.end(); hold(s.data); await s.serve();
      const g = await s.gathering({ capacity: null });
      const before = cpu(s.child.pid);
      const got = await measure('load', s.port, clients, SECONDS, 'register', g.id, s.token, 1);
      if (got.failed) throw new Error(`${got.failed} registrations failed`);
      cost.push(((cpu(s.child.pid) - before) / got.requests) * 1e6);
      const list = (await s.api('GET', `/gatherings/${g.id}`)).body;
      if (list.seats_taken !== got.requests) throw new Error(`${list.seats_taken} seats for ${got.requests} answers`);
      await s.stop();
      ours.push(got.rate); theirs.push(anchor.rate); ratios.push(got.rate / anchor.rate); p99.push(got.p99);
    }
    say(`registrations, ${clients} clients`, ours, '/s', ratios, 'rows through the writer');
    say(`registrations, ${clients} clients, p99`, p99, 'ms');
    say(`registrations, ${clients} clients, CPU each`, cost, 'us');
    say(`  anchor: rows through the writer, ${clients}`, theirs, '/s');
  }
}

// The disk takes so much longer for each commit; beside it the same program with a writer that waits
// for nobody.
async function slowdisk() {
  for (const ms of [10, 50]) {
    const ours = []; const theirs = []; const ratios = []; const p99 = [];
    for (let round = 0; round < ROUNDS; round++) {
      const got = [];
      for (const program of [bin('samling-hasty'), process.env.SAMLING_PROGRAM]) {
        const s = await Samling.start({ as: { program } });
        await s.end(); hold(s.data);
        Object.assign(s.env, { LD_PRELOAD: bin('slow_disk.so'), SLOW_DISK_MS: String(ms) });
        await s.serve();
        const g = await s.gathering({ capacity: null });
        got.push(await measure('load', s.port, 64, SECONDS, 'register', g.id, s.token, 1));
        await s.stop();
      }
      theirs.push(got[0].rate); ours.push(got[1].rate); ratios.push(got[1].rate / got[0].rate); p99.push(got[1].p99);
    }
    say(`registrations, 64 clients, disk + ${ms} ms`, ours, '/s', ratios, 'a writer that waits for nobody');
    say(`registrations, 64 clients, disk + ${ms} ms, p99`, p99, 'ms');
    say('  anchor: a writer that waits for nobody', theirs, '/s');
  }
}

async function page() {
  const s = await Samling.start({ args: ['--proxy', '127.0.0.1'] });
  const g = await s.gathering({ capacity: 60, summary: 'Hva lønner det seg å automatisere først?' });
  const bytes = Buffer.from(await (await fetch(`${s.url}/g/${g.slug}`)).arrayBuffer());
  const n = await nginx({ 'page.html': bytes });
  const ours = []; const theirs = []; const ratios = []; const p99 = [];
  for (let round = 0; round < ROUNDS; round++) {
    const b = await measure('load', n.port, 256, SECONDS, 'get', '/page.html');
    const a = await measure('load', s.port, 256, SECONDS, 'get', `/g/${g.slug}`);
    ours.push(a.rate); theirs.push(b.rate); ratios.push(a.rate / b.rate); p99.push(a.p99);
  }
  n.stop();
  say(`public page, 256 connections (${bytes.length} bytes)`, ours, '/s', ratios, 'nginx static');
  say('public page, 256 connections, p99', p99, 'ms');
  say('  anchor: nginx, the same bytes', theirs, '/s');
  // While people sign in as fast as the program lets them.
  const idle = []; const busy = []; const inside = [];
  for (let round = 0; round < ROUNDS; round++) {
    idle.push((await measure('load', s.port, 16, SECONDS, 'get', `/g/${g.slug}`)).p99);
    let going = true; let count = 0; let asked = 0;
    const people = Array.from({ length: 8 }, async () => {
      while (going) {
        const c = s.client(); // each from an address of its own, so that no limit holds them back
        c.headers = { 'x-forwarded-for': `10.${round}.${count >> 8 & 255}.${asked++ & 255}` };
        try { await c.signIn(s.email, s.password); count += 1; } catch { await sleep(20); }
      }
    });
    await sleep(200);
    busy.push((await measure('load', s.port, 16, SECONDS, 'get', `/g/${g.slug}`)).p99);
    going = false; await Promise.all(people); inside.push(count);
  }
  say('page p99, 16 connections, nobody signs in', idle, 'ms');
  say('page p99, 16 connections, while 8 sign in', busy, 'ms', busy.map((b, i) => b / idle[i]), 'idle');
  say('  sign-ins in that time', inside, '');
  await s.stop();
}

/** One that has been answered, and is left open. */
function connection(port, path) {
  return new Promise((done, fail) => {
    const c = connect(port, '127.0.0.1', () => c.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`));
    c.once('data', () => { c.on('data', () => {}); done(c); });
    c.on('error', fail);
  });
}

async function memory() {
  const s = await Samling.start();
  await s.end(); hold(s.data); await s.serve();
  const g = await s.gathering({ capacity: null });
  let done = 0;
  for (let i = 0; done < 10000; i++) done += (await measure('load', s.port, 64, 1, 'register', g.id, s.token, 1 + i * 1000000)).requests;
  await s.end();
  const starts = [];
  for (let i = 0; i < ROUNDS; i++) {
    starts.push(await firstAnswer(s));
    if (i < ROUNDS - 1) await s.end();
  }
  await sleep(3000); // it lets go of its start
  await fetch(`${s.url}/g/${g.slug}`);
  say(`resident, fresh, ${done} registrations (aim 28)`, [resident(s.child.pid)], 'MB');
  say('start to first answer (aim 50)', starts, 'ms');
  await s.organiser();
  const one = (await s.register(g, { name: 'PDF', email: 'pdf@firma.example' })).body;
  const pdf = await fetch(`${s.url}/t/${one.ticket}.pdf`);
  if (!pdf.ok) throw new Error(`pdf: ${pdf.status}`);
  await pdf.arrayBuffer();
  execFileSync('sqlite3', [join(s.data, 'samling.db'), `UPDATE mail SET state = 'suppressed' WHERE to_email <> 'pdf@firma.example'; UPDATE mail_sender SET held = 0`]);
  await s.register(g, { name: 'Brev', email: 'brev@firma.example' });
  await until(() => s.mailbox().length >= 1, { what: 'a mail' });
  await sleep(31000);
  say('resident, 30 s after sign-in, PDF and mail', [resident(s.child.pid)], 'MB');
  await s.end();
  s.args.push('--proxy', '127.0.0.1'); // who may have as many connections as it likes
  await s.serve();
  await sleep(3000);
  const idle = []; const before = resident(s.child.pid);
  for (let i = 0; i < 1000; i++) idle.push(await connection(s.port, `/g/${g.slug}`));
  say('an idle connection, of 1,000 (aim 20)', [((resident(s.child.pid) - before) * 1024) / 1000], 'KB');
  for (const c of idle) c.destroy();
  await s.stop();
}

const parts = { registrations, slowdisk, page, memory, served, scale, tasks, needs, report };
for (const name of process.argv.slice(2).length ? process.argv.slice(2) : Object.keys(parts)) await parts[name]();
