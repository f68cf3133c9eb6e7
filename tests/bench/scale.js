// What a million registrations cost where a thousand lie: the same pages of two filled hubs, in turn,
// and the public page while everything else is busy.
import { Agent, request } from 'node:http';
import { closeSync, copyFileSync, fsyncSync, openSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { run, sleep } from '../lib/samling.js';
import { filled } from './fill.js';
import { ROUNDS, SECONDS, cpu, firstAnswer, measure, resident, say } from './measure.js';

const TIMES = 9;
const BIG = 1000000;
const busy = 193; // the gathering of tomorrow with the most registrations; 194 has the line (fill.sql)
const g = `/admin/gatherings/${busy}`;
// name, aim in ms, path; those of the API go by token.
const reads = [
  ['organiser\'s home', 10, '/admin'],
  ['a gathering\'s overview', 10, g],
  ['people, first page', 10, `${g}/people`],
  ['people, last page', 10, `${g}/people`, /href="([^"]+before=last[^"]*)"/],
  ['people, search', 10, `${g}/people?q=saetre`],
  ['invitations', 10, `${g}/invitations`],
  ['invitations, last page', 10, `${g}/invitations`, /href="([^"]+before=last[^"]*)"/],
  ['messages', 10, `${g}/messages`],
  ['door tab', 10, `${g}/door`],
  ['door search', 10, `/door/samling-${busy}/search?q=saetre`],
  ['mail log', 10, '/admin/mail'],
  ['mail log of a gathering', 10, `/admin/mail?gathering=${busy}`],
  ['mail log of a gathering, failed', 10, `/admin/mail?gathering=${busy}&state=failed`],
  ['contacts, first page', 10, '/admin/contacts'],
  ['contacts, last page', 10, '/admin/contacts?before=last'],
  ['API: registrations', 5, `/api/v1/gatherings/${busy}/registrations`],
  ['API: invitations', 5, `/api/v1/gatherings/${busy}/invitations`],
  ['API: a person\'s export', 5, '/api/v1/persons?email=p37@verft{37}.example'],
  ['/metrics', 5, '/metrics'],
];

/** One kept connection to a server: get(path) gives { ms, status, text }. */
function asker(s, cookie) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const get = (path) => new Promise((done, fail) => {
    const api = path.startsWith('/api/') || path === '/metrics';
    const began = process.hrtime.bigint();
    const headers = api ? { authorization: `Bearer ${s.token}` } : { cookie };
    request({ port: s.port, host: '127.0.0.1', path, agent, headers }, (r) => {
      const parts = [];
      r.on('data', (d) => parts.push(d));
      r.on('end', () => done({ ms: Number(process.hrtime.bigint() - began) / 1e6, status: r.statusCode, text: Buffer.concat(parts).toString() }));
    }).on('error', fail).end();
  });
  return { get, end: () => agent.destroy() };
}
async function signedIn(s) {
  const c = await s.organiser();
  return [...c.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
}

/** The address to ask on a hub: the person's firm there, or a link of the page. */
async function addressOf(hub, [name, , path, link]) {
  const at = path.replace(/{(\d+)}/, (_, k) => 1 + Number(k) % hub.organisations);
  const page = await hub.ask.get(at);
  if (page.status !== 200) throw new Error(`${name}: ${page.status} ${page.text.slice(0, 200)}`);
  return link ? page.text.match(link)?.[1].replaceAll('&amp;', '&') ?? at : at;
}

async function pages(small, big) {
  for (const read of reads) {
    const [a, b] = [await addressOf(small, read), await addressOf(big, read)];
    const few = []; const many = [];
    for (let i = 0; i < TIMES; i++) {
      few.push((await small.ask.get(a)).ms);
      many.push((await big.ask.get(b)).ms);
    }
    say(`${read[0]} (aim ${read[1]})`, many, 'ms', many.map((ms, i) => ms / few[i]), 'a thousand\'s');
  }
}

async function registering(small, big) {
  for (const [clients, aim] of [[1, 0.9], [64, 0.8]]) {
    const rates = []; const ratios = []; const cost = [];
    for (let round = 0; round < 3; round++) {
      const few = await measure('load', small.s.port, clients, SECONDS, 'register', 196, small.s.token, 1 + round * 1000000 + clients * 10000000);
      const before = cpu(big.s.child.pid);
      const many = await measure('load', big.s.port, clients, SECONDS, 'register', 196, big.s.token, 1 + round * 1000000 + clients * 10000000);
      cost.push(((cpu(big.s.child.pid) - before) / many.requests) * 1e6);
      rates.push(many.rate); ratios.push(many.rate / few.rate);
    }
    say(`registrations, ${clients} clients (aim ${aim})`, rates, '/s', ratios, 'a thousand\'s');
    if (clients > 1) continue;
    const before = cpu(big.s.child.pid);
    const line = await measure('load', big.s.port, 1, SECONDS, 'register', 194, big.s.token, 900000000);
    const each = ((cpu(big.s.child.pid) - before) / line.requests) * 1e6;
    say('joining a line of 20,000, CPU (aim 1)', [each], 'us', cost.map((c) => each / c), 'without a line');
  }
}

/** The public page while organisers, doors and /metrics are asked all the time. */
async function stalls({ s, cookie }) {
  const page = () => measure('load', s.port, 16, SECONDS, 'get', `/g/samling-${busy}`);
  const asked = ['/admin', g, `${g}/people`, `${g}/people?q=saetre`, `/door/samling-${busy}/search?q=kari`, '/metrics', '/admin/mail'];
  const idle = []; const loaded = [];
  for (let round = 0; round < 3; round++) {
    idle.push((await page()).p99);
    let going = true;
    const people = asked.map(async (path) => {
      const one = asker(s, cookie);
      while (going) { await one.get(path); await sleep(5); }
      one.end();
    });
    loaded.push((await page()).p99);
    going = false;
    await Promise.all(people);
  }
  say('public page p99, nobody else', idle, 'ms');
  say('public page p99, all are busy (aim 5, or 3)', loaded, 'ms', loaded.map((ms, i) => ms / idle[i]), 'idle');
  say('resident, all were busy (aim 64)', [resident(s.child.pid)], 'MB');
}

const timed = (fn) => { const began = process.hrtime.bigint(); fn(); return Number(process.hrtime.bigint() - began) / 1e9; };

/** The commands; the server stands still. */
function commands({ s }) {
  const from = join(s.data, 'samling.db'); const copy = join(s.data, 'copy.db');
  const well = (args) => {
    const r = run(args, { data: s.data, as: { timeout: 300000 } });
    if (r.status !== 0) throw new Error(r.out + r.err);
  };
  say('check (aim 10)', [timed(() => well(['check']))], 's');
  const ours = []; const theirs = [];
  for (let round = 0; round < 2; round++) {
    theirs.push(timed(() => { copyFileSync(from, copy); const fd = openSync(copy, 'r+'); fsyncSync(fd); closeSync(fd); }));
    rmSync(copy);
    ours.push(timed(() => well(['backup', copy])));
    rmSync(copy);
  }
  say(`backup, ${(statSync(from).size / 1e9).toFixed(1)} GB (aim 1)`, ours, 's', ours.map((t, i) => t / theirs[i]), 'cp and fsync');
}

async function starts(small, big) {
  const few = []; const many = [];
  for (let round = 0; round < ROUNDS; round++)
    for (const [hub, times] of [[small, few], [big, many]]) {
      times.push(await firstAnswer(hub.s));
      await hub.s.end();
    }
  say('start to first answer (aim 50)', many, 'ms', many.map((t, i) => t / few[i]), 'that of the small one');
}

async function hubOf(s, registrations) {
  const cookie = await signedIn(s);
  return { s, cookie, ask: asker(s, cookie), organisations: Math.max(registrations / 200, 10) };
}

/** All figures, of two servers on filled folders; they are stopped. */
export async function measured([few, fewRegistrations], [many, manyRegistrations]) {
  const small = await hubOf(few, fewRegistrations); const big = await hubOf(many, manyRegistrations);
  await pages(small, big);
  await stalls(big);
  await registering(small, big);
  for (const hub of [small, big]) { hub.ask.end(); await hub.s.end(); }
  await starts(small, big);
  commands(big);
  for (const hub of [small, big]) if (hub.s.own) rmSync(hub.s.data, { recursive: true, force: true });
}

export async function scale() {
  const hubs = [];
  for (const registrations of [1000, BIG]) {
    const s = await filled(registrations);
    await s.serve();
    hubs.push([s, registrations]);
  }
  await measured(...hubs);
}
