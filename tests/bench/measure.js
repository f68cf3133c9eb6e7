// What the parts of the bench share: running a measure, and saying a figure beside its anchor.
import { spawn, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { get } from 'node:http';
import { sleep, top } from '../lib/samling.js';

export const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
export const SECONDS = Number(process.env.BENCH_SECONDS ?? 3);
export const bin = (name) => join(top, 'build/bench', name);
export const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const spread = (list) => `${fmt(Math.min(...list))}..${fmt(Math.max(...list))}`;
const fmt = (v) => (v >= 100 ? v.toFixed(0) : v >= 10 ? v.toFixed(1) : v.toFixed(2));
export const say = (name, values, unit, ratios, anchor) => console.log(
  `${name.padEnd(44)} ${fmt(median(values)).padStart(9)} ${unit.padEnd(6)} (${spread(values)})${ratios ? `  ${fmt(median(ratios))} of ${anchor} (${spread(ratios)})` : ''}`);

// Asynchronous, so that the servers' output is read meanwhile.
export function measure(name, ...args) {
  return new Promise((done, fail) => {
    const child = spawn(bin(name), args.map(String));
    let out = '';
    let err = '';
    child.stdout.on('data', (d) => { out += d; });
    child.stderr.on('data', (d) => { err += d; });
    child.on('exit', (code) => (code === 0 ? done(JSON.parse(out)) : fail(new Error(`${name} ${args[3]}: ${err}`))));
  });
}
export const cpu = (pid) => { // user and system seconds so far
  const f = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(f[11]) + Number(f[12])) / 100;
};
export const resident = (pid) => Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) / 1024;
/** The most since the start, or since 5 was written to its clear_refs. */
export const peak = (pid) => Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmHWM:\s+(\d+)/)[1]) / 1024;
export const hold = (data) => execFileSync('sqlite3', [join(data, 'samling.db'), 'UPDATE mail_sender SET held = 1']);

/** Starts it: milliseconds until it first answers, asked every millisecond. */
export async function firstAnswer(s) {
  const began = process.hrtime.bigint();
  const served = s.serve();
  const ask = () => new Promise((done) => {
    get({ port: s.port, host: '127.0.0.1', path: '/healthz', agent: false }, (r) => { r.resume(); done(r.statusCode === 200); }).on('error', () => done(false));
  });
  while (!(await ask())) await sleep(1);
  const ms = Number(process.hrtime.bigint() - began) / 1e6;
  await served;
  return ms;
}
