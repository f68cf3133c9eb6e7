// What is looked at most, beside nginx that serves the same bytes: rate and CPU, in turn, at 64 and 256
// connections; and what a first visit costs a phone. About three minutes.
import { Samling } from '../lib/samling.js';
import { asSent, firstVisit } from '../lib/visit.js';
import { nginx } from './nginx.js';
import { cpu, measure, say } from './measure.js';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 0.8);

export async function served() {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: null, summary: 'Hva lønner det seg å automatisere først?' });
  const { ticket } = (await s.register(g, { email: 'billett@firma.example' })).body;
  const page = await (await fetch(`${s.url}/g/${g.slug}`)).text();
  const sheets = [...page.matchAll(/rel="stylesheet" href="([^"]+)"/g)].map(([, href]) => href);
  const what = {
    calendar: '/', 'gathering\'s page': `/g/${g.slug}`, 'registration form': `/g/${g.slug}/register`,
    'style sheet': sheets.at(-1), 'a script': '/static/door.js', 'ticket page': `/t/${ticket}`,
    'ticket PNG': `/t/${ticket}.png`, 'ticket SVG': `/t/${ticket}.svg`, '.ics': `/g/${g.slug}.ics`,
    '/feed.ics': '/feed.ics', '/feed.atom': '/feed.atom',
  };
  const bytes = {};
  for (const [name, path] of Object.entries(what)) bytes[name] = (await asSent(`${s.url}${path}`)).bytes;
  const names = Object.keys(what);
  const n = await nginx(Object.fromEntries(names.map((name, i) => [`f${i}`, bytes[name]])));
  const used = (pids) => pids.reduce((sum, pid) => sum + cpu(pid), 0);
  const one = async (port, pids, clients, path) => {
    const before = used(pids);
    const got = await measure('load', port, clients, SECONDS, 'get', path);
    if (got.failed) throw new Error(`${path}: ${got.failed} failed`);
    return { rate: got.rate, us: ((used(pids) - before) / got.requests) * 1e6 };
  };
  for (const clients of [64, 256]) {
    for (const [i, name] of names.entries()) {
      const ours = []; const ratios = []; const cost = []; const dearer = [];
      for (let round = 0; round < ROUNDS; round++) {
        const b = await one(n.port, n.pids(), clients, `/f${i}`);
        const a = await one(s.port, [s.child.pid], clients, what[name]);
        ours.push(a.rate); ratios.push(a.rate / b.rate); cost.push(a.us); dearer.push(a.us / b.us);
      }
      say(`${name}, ${clients} connections (${bytes[name].length} bytes)`, ours, '/s', ratios, 'nginx static');
      say('  CPU each', cost, 'us', dearer, 'nginx');
    }
  }
  n.stop();
  for (const path of ['/', `/g/${g.slug}`, `/g/${g.slug}/register`]) {
    const each = await firstVisit(s.url, path);
    say(`first visit, ${path}`, [each.reduce((sum, [, length]) => sum + length, 0) / 1000], 'KB');
    console.log(`  ${each.map(([name, length]) => `${name.replace(/^.*\/|\?.*$/g, '') || '/'} ${length}`).join(', ')}`);
  }
  await s.stop();
}
