// The report of all that 200 gatherings with 20,000 registrations were, beside the same of a tenth.
import { filled } from './fill.js';
import { ROUNDS, say } from './measure.js';

async function asked(registrations, path) {
  const s = await filled(registrations);
  await s.serve();
  const c = await s.organiser();
  const took = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    const r = await c.get(path);
    if (r.status !== 200) throw new Error(`${path}: ${r.status}`);
    took.push(performance.now() - began);
  }
  await s.stop();
  return took;
}

export async function report() {
  for (const [name, path, must] of [
    ['report of nine years', '/admin/report?from=2020-01-01&to=2028-12-31', 1000],
    ['network over five', '/admin/network?of=people', 1000],
  ]) {
    const few = await asked(2000, path), many = await asked(20000, path);
    say(`${name}, 20,000 registrations (must ${must})`, many, 'ms', many.map((ms, i) => ms / few[i]), 'two thousand');
  }
}
