// Work on many rows goes on in pieces: the pages show how far it is, and neither kill -9 between two
// pieces nor what comes in between has anybody get a thing twice, or not at all, or out of turn.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Samling, forms, sleep, until } from '../lib/samling.js';

const MANY = 1500;

function sql(s, text) {
  const r = spawnSync('sqlite3', ['-cmd', '.timeout 10000', join(s.data, 'samling.db')], { input: text, encoding: 'utf8' });
  if (r.status !== 0) throw new Error(r.stderr);
  return r.stdout.trim();
}

/** While it is stopped: so many wait in the line of g, who came one after the other. */
const line = (s, g) => sql(s, `BEGIN;
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MANY})
  INSERT INTO registration (public_id, gathering_id, status, name, email, name_key, search_key, sort_key, source, waiting_since,
      calendar_uid, created_at, language)
    SELECT 'r' || printf('%022d', i), ${g.id}, 'waiting', 'Gjest ' || i, 'gjest' || i || '@firma.example', 'gjest ' || i, 'gjest ' || i,
      'gjest ' || i, 'public', 1000 + i, 'u' || i, 1000, 'nb' FROM n;
  UPDATE gathering SET waiting = ${MANY} WHERE id = ${g.id};
  UPDATE mail_sender SET held = 1, held_at = 1;
COMMIT;`);

const open = (s) => Number(sql(s, 'SELECT COUNT(*) FROM task WHERE ended_at IS NULL'));
const finished = (s) => until(() => open(s) === 0, { what: 'the tasks to end' });
const mails = (s, kind, state) => Number(sql(s, `SELECT COUNT(*) FROM mail WHERE kind = '${kind}' AND state = '${state}'`));

/** What the stream of a gathering's tasks says, newest last; stop() ends it. */
async function following(s, c, id) {
  const end = new AbortController();
  const r = await fetch(`${s.url}/admin/tasks/${id}/events`, {
    headers: { cookie: [...c.cookies].map(([k, v]) => `${k}=${v}`).join('; ') }, signal: end.signal,
  });
  assert.equal(r.status, 200);
  let text = '';
  (async () => { for await (const part of r.body) text += Buffer.from(part).toString(); })().catch(() => {});
  return { heard: () => [...text.matchAll(/^data: ?(.*)$/gm)].map((m) => JSON.parse(m[1])), stop: () => end.abort() };
}

/** Served anew, with so many milliseconds between two pieces: an hour, so that it is surely under way
 * while it is looked at; none, so that it comes to its end. */
async function resting(s, ms) {
  await s.kill();
  s.env.SAMLING_TASK_REST_MS = String(ms);
  await s.serve();
}
const HOUR = 3600000;

/** Kills it a few times while something is under way. */
async function killed(s, times) {
  for (let i = 0; i < times && open(s) > 0; i++) {
    await sleep(50 + Math.random() * 100);
    await s.kill();
    await s.serve();
  }
}

test('many in a line, many to be told: pieces, progress, kill -9', { timeout: 300000 }, async () => {
  const s = await Samling.start({ env: { SAMLING_TASK_REST_MS: String(HOUR) } });
  const g = await s.gathering({ capacity: 1, title: 'Åpen klyngedag' });
  await s.end();
  line(s, g);
  await s.serve();
  const c = await s.organiser();
  const page = `/admin/gatherings/${g.id}`;

  // Seats for most of them.
  const room = MANY - 100;
  assert.equal((await s.api('PATCH', `/gatherings/${g.id}`, { capacity: room })).status, 200);
  const shown = (await c.request('GET', page)).text;
  assert.match(shown, /\d+ av 1\u00a0400 fra ventelisten har fått plass/);
  assert.match(shown, /<progress class="sm-progress" value="\d+" max="1400"/);
  assert.match((await c.request('GET', `${page}/people?lang=en`)).text, /\d+ of 1,400 from the waiting list have a seat/);
  assert.match((await c.request('GET', `${page}?lang=nn`)).text, /\d+ av 1\u00a0400 frå ventelista har fått plass/);
  await c.request('GET', `${page}?lang=nb`);
  assert.match(shown, new RegExp(`data-tasks="/admin/tasks/${g.id}/events"`));
  const metrics = await fetch(`${s.url}/metrics`, { headers: { authorization: `Bearer ${s.token}` } });
  assert.match(await metrics.text(), /samling_tasks\{kind="registrations\.promote"\} 1\n/);
  const late = await s.register(g, { name: 'Sein', email: 'sein@firma.example' });
  assert.equal(late.body.status, 'waiting', 'nobody overtakes');
  await resting(s, 1000);
  const stream = await following(s, c, g.id);
  await until(() => stream.heard().length > 0, { what: 'how far it is' });
  const [[key, [before, total]]] = Object.entries(stream.heard()[0]);
  assert.match(key, /^registrations\.promote:\d+$/);
  assert.equal(total, 1400);
  await until(() => stream.heard().some((m) => m[key]?.[0] > before), { what: 'it to go up' });
  stream.stop();
  await resting(s, 20);
  await killed(s, 5);
  await finished(s);
  assert.equal(sql(s, `SELECT COUNT(*), MAX(waiting_since) FROM registration WHERE status = 'confirmed' AND gathering_id = ${g.id}`), `${room}|${1000 + room}`);
  assert.equal(sql(s, 'SELECT COUNT(DISTINCT registration_id) FROM ticket'), String(room));
  assert.equal(mails(s, 'registration.promoted', 'queued'), room);

  // Moved; some of it has gone; moved again before all have heard; cancelled.
  const day = (n) => new Date(Date.now() + n * 86400000).toISOString().slice(0, 10);
  const move = (n) => s.api('PATCH', `/gatherings/${g.id}`, { starts_at: `${day(n)}T17:00:00`, notify: true });
  await resting(s, HOUR);
  assert.equal((await move(40)).status, 200);
  assert.match((await c.request('GET', page)).text, /\d+ av 1\u00a0501 varslet om at arrangementet er flyttet/);
  await killed(s, 2);
  assert.ok(open(s) > 0, 'not all have heard');
  assert.equal((await move(41)).status, 200);
  await resting(s, 20);
  await killed(s, 3);
  await finished(s);
  assert.equal(mails(s, 'registration.moved', 'queued'), MANY + 1, 'one each');
  assert.equal((await s.api('POST', `/gatherings/${g.id}/cancel`, { notify: true })).status, 200);
  await killed(s, 5);
  await finished(s);
  assert.equal(mails(s, 'registration.moved', 'queued'), 0);
  assert.equal(mails(s, 'registration.gathering_cancelled', 'queued'), MANY + 1);
  const over = (await c.request('GET', page)).text;
  assert.doesNotMatch(over, /sm-progress" value/);
  assert.match(over, /Gikk i bakgrunnen[\s\S]*1\u00a0501 av 1\u00a0501 varslet om at arrangementet er avlyst[\s\S]*Ferdig i dag \d\d:\d\d/);
  assert.match(over, /varslet om at arrangementet er flyttet[\s\S]*Avbrutt i dag/);
  await s.stop();
});

test('a long list is invited in pieces, each of it once', { timeout: 300000 }, async () => {
  const s = await Samling.start();
  const g = await s.gathering({ title: 'Stor samling' });
  await s.end();
  sql(s, 'UPDATE mail_sender SET held = 1, held_at = 1;');
  s.env.SAMLING_TASK_REST_MS = String(HOUR);
  await s.serve();
  const c = await s.organiser();
  const contacts = Array.from({ length: 1200 }, (_, i) => ({ name: `Gjest ${i}`, email: `gjest${i}@firma.example`, organisation: 'Firma' }));
  const list = [...contacts, { name: 'Gjest 7', email: 'GJEST7@firma.example' }, { email: 'ikke en adresse' }];
  const r = await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: list });
  assert.equal(r.status, 202, JSON.stringify(r.body));
  assert.equal(r.body.invited, 1200);
  assert.deepEqual(r.body.skipped.map((x) => x.why).sort(), ['duplicate', 'invalid']);
  assert.match((await c.get(`/admin/gatherings/${g.id}/invitations`)).text, /\d+ av 1\u00a0200 invitert</);
  await resting(s, 20);
  await killed(s, 4);
  await finished(s);
  const count = (text) => Number(sql(s, text));
  assert.equal(count('SELECT COUNT(*) FROM invitation'), 1200);
  assert.equal(count("SELECT COUNT(DISTINCT to_email) FROM mail WHERE kind = 'invitation.invite'"), 1200);
  assert.equal(mails(s, 'invitation.invite', 'queued'), 1200);
  assert.equal(count("SELECT COUNT(*) FROM task WHERE words <> ''"), 0, 'no address is kept there');
  const again = await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: list });
  assert.equal(again.body.invited, 0);
  assert.equal(again.body.skipped.filter((x) => x.why === 'already_invited').length, 1201);

  // Pasted: as many as the button said, or nobody.
  const paste = Array.from({ length: 300 }, (_, i) => `Ny ${i} <ny${i}@firma.example>`).join('\n');
  const page = await c.submit(`/admin/gatherings/${g.id}/invite`, { paste }, { action: '/invite', button: ['do', 'review'] });
  const fields = Object.fromEntries(forms(page.text).find((f) => f.pairs.some(([k]) => k === 'reviewed')).pairs);
  const send = (reviewed) => c.post(`/admin/gatherings/${g.id}/invite/send`, { ...fields, paste, form_key: randomUUID().replaceAll('-', ''), reviewed });
  const wrong = await send('299');
  assert.equal(wrong.status, 422);
  assert.equal(count('SELECT COUNT(*) FROM invitation'), 1200);
  const sent = await send('300');
  assert.match(sent.path, /sent=300/);
  await finished(s);
  assert.equal(count('SELECT COUNT(*) FROM invitation'), 1500);
  await s.stop();
});
