// kill -9 at a random moment under load, again and again: nothing acknowledged is lost.
import test from 'node:test';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Samling, sleep, run, until, all } from '../lib/samling.js';
import { scratch } from '../lib/scratch.js';
import { Mailserver, certificate } from '../lib/smtp.js';

const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 20);
const CONNECTIONS = 4;

test(`${ROUNDS} kills under load`, { timeout: 600000 }, async (t) => {
  const mailserver = await Mailserver.start();
  const data = scratch('crash');
  const args = ['--smtp', mailserver.url, '--smtp-ca', certificate().certFile];
  const s = await Samling.start({ args, data, bare: true });
  s.setUp();
  const g = await s.gathering({ capacity: 400 });
  const acknowledged = new Map();
  let n = 0;
  let doubtful = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let alive = true;
    const clients = Array.from({ length: 16 }, async () => {
      while (alive) {
        const who = { name: `Gjest ${n}`, email: `gjest${n++}@firma.example`, organisation: 'Firma' };
        try {
          const r = await s.register(g, who);
          if (r.status === 201) acknowledged.set(who.email, r.body);
        } catch { /* the server is gone */ }
      }
    });
    await sleep(60 + Math.random() * 250);
    await s.kill();
    alive = false;
    await Promise.all(clients);
    await s.serve();
    const now = (await all(s, `/mail?gathering=${g.id}&state=uncertain`)).length;
    assert.ok(now - doubtful <= CONNECTIONS, `kill ${round + 1} left ${now - doubtful} uncertain`);
    doubtful = now;
  }
  const rows = await all(s, `/gatherings/${g.id}/registrations`);
  const byEmail = new Map(rows.map((r) => [r.email, r]));
  for (const [email, a] of acknowledged) {
    assert.equal(byEmail.get(email)?.id, a.id, `${email} was acknowledged`);
    assert.equal(byEmail.get(email).status, a.status);
  }
  assert.ok(acknowledged.size > ROUNDS * 3, `only ${acknowledged.size} were acknowledged`);
  const confirmed = rows.filter((r) => r.status === 'confirmed');
  assert.ok(confirmed.length <= 400);
  assert.equal(new Set(confirmed.map((r) => r.ticket)).size, confirmed.length);
  assert.equal((await s.api('GET', `/gatherings/${g.id}`)).body.seats_taken, confirmed.length);
  // Every registration's mail gets there, except those that are shown as uncertain.
  const mail = await until(async () => {
    const list = await all(s, `/mail?gathering=${g.id}`);
    return list.every((m) => ['sent', 'uncertain'].includes(m.state)) ? list : null;
  }, { what: 'the outbox to empty' });
  const uncertain = mail.filter((m) => m.state === 'uncertain');
  assert.equal(uncertain.length, doubtful, 'none becomes uncertain while the program lives');
  t.diagnostic(`${acknowledged.size} acknowledged of ${n} tried, ${mail.length} mails, ${uncertain.length} uncertain`);
  for (const r of rows) assert.ok(mail.some((m) => m.to === r.email), `${r.email} has a mail`);
  const seen = new Map();
  for (const m of mailserver.received) seen.set(m.to[0], (seen.get(m.to[0]) ?? 0) + 1);
  for (const [to, times] of seen) assert.equal(times, 1, `${to} got it ${times} times`);
  for (const m of mail.filter((m) => m.state === 'sent')) assert.equal(seen.get(m.to), 1, `${m.to} sent is received`);
  assert.equal(run(['check'], { data }).status, 0);
  await s.stop();
  await mailserver.stop();
});
