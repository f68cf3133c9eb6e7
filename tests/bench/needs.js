// Needs: what proposing themes costs, and how well it agrees with the set that is labelled by hand.
import { ROUNDS, measure, say } from './measure.js';

export async function needs() {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await measure('needs'));
  const all = (name) => rounds.map((r) => r[name]);
  say('proposals for 500 needs (must 2000, aim 200)', all('ms500'), 'ms', rounds.map((r) => r.ms500 / r.plain500), 'looking for each word in each text');
  say('proposals for 5,000 needs', all('ms5000'), 'ms');
  say('agreement with the labels, tuned on, F1', all('tuned'), '');
  say('  held out, by itself (must 0.7, aim 0.85)', all('held_out'), '');
  say('  held out, among all', all('held_out_among_all'), '');
}
