// How was it? Asked the day after, answered by a personal link, read by the organiser.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { Samling, run, until, sleep } from '../lib/samling.js';

const asks = async (s) => (await Promise.all(s.mailbox().map((raw) => simpleParser(raw)))).filter((m) => /\/r\/s/.test(m.text));
const link = (mail) => mail.text.match(/\/r\/s[\w-]+\.[\w-]+/)[0];
const mailed = (s, n) => until(async () => { const m = await asks(s); return m.length >= n && m; }, { what: `${n} mails` });
const path = (g) => `/admin/gatherings/${g.id}`;
const sql = (s, text) => {
  const r = spawnSync('sqlite3', ['-cmd', '.timeout 5000', join(s.data, 'samling.db'), text], { encoding: 'utf8' });
  assert.equal(r.status, 0, r.stderr);
  return r.stdout.trim();
};
const patch = (s, g, body) => s.api('PATCH', `/gatherings/${g.id}/survey`, body);
const MARK = { kind: 'mark', text: 'Hva syntes du?', required: true };
const TEXT = { kind: 'text', text: 'Hva bør vi ta opp?', for_needs: true };
// So many people, and each one's link out of the mail.
async function held(s, n, more = {}) {
  await s.clockAt('2027-03-01T09:00:00Z');
  const g = await s.gathering({ starts_at: '2027-03-10T08:00:00', ends_at: '2027-03-10T10:00:00' });
  for (let i = 1; i <= n; i++) await s.register(g, { name: `Gjest nr${i}`, email: `g${i}@firma.example` });
  assert.equal((await patch(s, g, { asked: true, ...more })).status, 200);
  await s.clockAt('2027-03-11T10:10:00Z');
  const mails = await mailed(s, n);
  const own = Object.fromEntries(mails.map((m) => [m.to.text.match(/(\w+)@/)[1], link(m)]));
  return { g, mails, own };
}

test('asked the day after, answered, changed, read, exported, erased; then the link ends', { timeout: 240000 }, async () => {
  const s = await Samling.start();
  await s.clockAt('2027-03-01T09:00:00Z');
  const g = await s.gathering({ starts_at: '2027-03-10T17:00:00', ends_at: '2027-03-10T20:30:00' });
  await s.register(g, { name: 'Ida Dahl', email: 'ida@firma.example', language: 'nn' });
  await s.register(g, { name: 'Ola Berg', email: 'ola@firma.example' });
  const left = await s.register(g, { name: 'Kari', email: 'kari@firma.example' });
  await s.api('DELETE', `/registrations/${left.body.id}`);
  assert.match((await (await s.organiser()).submit(path(g), {}, { action: '/survey' })).text, /torsdag 11\. mars kl\. 20:00/, 'half past eight is late for mail');

  await s.clockAt('2027-03-11T18:50:00Z');
  await sleep(1500);
  assert.deepEqual(await asks(s), [], 'not before its time');
  await s.clockAt('2027-03-11T19:01:00Z');
  const mails = await mailed(s, 2);
  assert.deepEqual(mails.map((m) => m.to.text.match(/\w+@[\w.]+/)[0]).sort(), ['ida@firma.example', 'ola@firma.example'], 'not who cancelled');
  const ida = mails.find((m) => m.to.text.includes('ida@'));
  assert.match(ida.subject, /^Korleis var Digitalisering/);
  assert.match(ida.text, /Svar på 4 spørsmål/);
  assert.match(ida.text, /Arrangøren ser at svaret er frå deg/);
  for (let i = 1; i <= 5; i++) assert.ok(ida.html.includes(`${link(ida)}?mark=${i}`), `star ${i}`);

  // A star is a link: it chooses, and changes nothing.
  const c = s.client();
  const own = link(ida);
  for (let i = 0; i < 2; i++) assert.match((await c.get(`${own}?mark=4`)).text, /value="4" checked/);
  assert.equal(sql(s, 'SELECT COUNT(*) FROM survey_answer'), '0');
  const page = await c.get(`${own}?lang=nn`);
  assert.doesNotMatch(page.text, /checked/);
  assert.match(page.text, /lagra saman med påmeldinga di/);

  // A form with faults keeps what was written; all that is wrong is said.
  const again = await c.submit(page, { a3: 'Gode <innlegg>' });
  assert.equal(again.status, 422);
  assert.match(again.text, /id="a1-error">Vel eit av/);
  assert.match(again.text, /Gode &lt;innlegg&gt;<\/textarea>/);
  for (const a1 of ['0', '6', 'x']) assert.equal((await c.submit(own, { a1 })).status, 422, a1);
  const long = await c.submit(own, { a1: '4', a3: 'x'.repeat(1001) });
  assert.equal(long.status, 422);
  assert.match(long.text, /value="4" checked/);

  const thanks = await c.submit(own, { a1: '4', a2: '1', a3: 'Gode <innlegg>', a4: 'Robotar' });
  assert.match(thanks.text, /Takk for svaret/);
  assert.match((await c.get(own)).text, /value="4" checked[\s\S]*Gode &lt;innlegg&gt;<\/textarea>/);
  await c.submit(own, { a1: '5', a2: '1', a3: 'Gode innlegg', a4: '' });
  await s.client().submit(link(mails.find((m) => m.to.text.includes('ola@'))), { a1: '4' });

  const ase = await s.organiser();
  assert.match((await ase.get(path(g))).text, /2 svar[\s\S]*4,5 av 5 i snitt[\s\S]*100 % av de 2 som kom/);
  const read = (await ase.get(`${path(g)}/survey`)).text;
  assert.match(read, /Ida Dahl[\s\S]*Gode innlegg/);
  assert.match(read, /4,5 av 5 i snitt/);
  assert.match(read, /4, bra<\/th><td class="sm-num">1<\/td><td class="sm-num">50<\/td>/);
  const list = await s.api('GET', `/gatherings/${g.id}/survey/answers`);
  assert.deepEqual(list.body.items.map((a) => [a.name, a.replies.map((r) => r.value)]), [['Ola Berg', [4]], ['Ida Dahl', [5, true, 'Gode innlegg']]], 'the later stands instead of the earlier');
  const first = await s.api('GET', `/gatherings/${g.id}/survey/answers?limit=1`);
  assert.equal(first.body.items.length, 1);
  assert.deepEqual((await s.api('GET', `/gatherings/${g.id}/survey/answers?limit=1&cursor=${first.body.next}`)).body, { items: [list.body.items[1]], next: null });
  assert.equal((await s.api('GET', `/gatherings/${g.id}/survey/answers?limit=0`)).status, 422);
  assert.equal((await s.api('GET', '/gatherings/999/survey')).status, 404);
  assert.equal((await s.api('GET', `/gatherings/${g.id}/survey`, undefined, { token: s.newToken('door') })).status, 403);
  const csv = (await ase.get(`${path(g)}/survey.csv`)).text;
  assert.match(csv, /Ida Dahl;2027-03-11;5;Ja;Gode innlegg;\r\n/);

  // Not asked twice, and it cannot be undone now.
  assert.equal((await ase.post(`${path(g)}/survey`, {}, { follow: false })).status, 403, 'no token of the session');
  assert.doesNotMatch((await ase.get(path(g))).text, /Ikke spør likevel/);

  const about = 'email=ida@firma.example';
  const file = JSON.parse((await ase.get(`/admin/persons/export?${about}`)).text);
  assert.deepEqual(file.survey_answers.map((a) => a.replies.map((r) => r.value)), [[5, true, 'Gode innlegg']]);
  await ase.submit(`/admin/persons/erase?${about}`, {}, { action: '/erase' });
  assert.deepEqual((await s.api('GET', `/gatherings/${g.id}/survey/answers`)).body.items.map((a) => a.name), ['Ola Berg']);
  assert.equal(sql(s, 'SELECT answers, marks, mark_sum FROM survey'), '1|1|4');
  assert.equal((await c.get(own)).status, 404, 'her link is dead');

  const ola = link(mails.find((m) => m.to.text.includes('ola@')));
  await s.clockAt('2027-04-10T12:00:00Z');
  const late = await c.get(ola);
  assert.equal(late.status, 410);
  assert.match(late.text, /for seint å svare/);
  assert.equal((await c.post(ola, { a1: '1' })).status, 410);
  assert.equal((await asks(s)).length, 2, 'once');
  await s.stop();
});

test('where a door was kept, only who was let in is asked; of a cancelled gathering, and of one that did not ask, nobody', { timeout: 240000 }, async () => {
  const s = await Samling.start();
  await s.clockAt('2027-03-01T09:00:00Z');
  const times = { starts_at: '2027-03-10T08:00:00', ends_at: '2027-03-10T10:00:00' };
  const [door, off, quiet] = [
    await s.gathering({ ...times, title: 'Med dør' }), await s.gathering({ ...times, title: 'Avlyst' }), await s.gathering(times),
  ];
  let ase = await s.organiser();
  for (const g of [door, off, quiet]) {
    await s.register(g, { name: 'Kom', email: 'kom@firma.example' });
    await s.register(g, { name: 'Uteble', email: 'uteble@firma.example' });
  }
  for (const g of [door, off, quiet]) await ase.submit(path(g), {}, { action: '/survey' });
  assert.equal((await patch(s, quiet, { questions: [{ kind: 'text', text: 'Bare dette?' }] })).status, 200);
  const stop = (await ase.get(path(quiet))).text.match(/<form method="post" action="[^"]*\/survey">(?:(?!name="ask")[\s\S])*?<button[^>]*>Ikke spør likevel/);
  assert.ok(stop);
  assert.match((await ase.submit(path(quiet), {}, { action: '/survey' })).text, /Spør deltakerne etterpå/, 'not after all');
  assert.deepEqual((await s.api('GET', `/gatherings/${quiet.id}/survey`)).body.questions.map((q) => q.text), ['Bare dette?'], 'what was worded is kept');
  assert.equal((await s.api('POST', `/gatherings/${off.id}/cancel`, { notify: false })).status, 200);
  const came = (await s.api('GET', `/gatherings/${door.id}/registrations`)).body.items.find((r) => r.name === 'Kom');
  await s.clockAt('2027-03-10T08:00:00Z');
  assert.equal((await s.api('POST', `/gatherings/${door.id}/checkins`, { ticket: came.ticket })).body.result, 'admitted');
  await s.clockAt('2027-03-11T09:01:00Z');
  const [mail] = await mailed(s, 1);
  await sleep(2500);
  assert.equal((await asks(s)).length, 1);
  assert.match(mail.to.text, /kom@firma/);
  assert.match(mail.text, /Med dør/);
  const c = s.client();
  assert.equal((await c.submit(link(mail), { a1: '3' })).status, 200);
  assert.equal((await s.api('DELETE', `/registrations/${came.id}?force=true`)).status, 204);
  assert.equal((await c.get(link(mail))).status, 410, 'is not on the list any more');
  assert.equal((await c.post(link(mail), { a1: '1' })).status, 410);
  assert.deepEqual((await s.api('GET', `/gatherings/${door.id}/survey/answers`)).body.items.map((x) => x.replies[0].value), [3]);
  ase = await s.organiser();
  // Somebody thinks of it late: within three days it goes at once.
  await ase.submit(path(quiet), {}, { action: '/survey' });
  const late = (await mailed(s, 3)).find((m) => !/Med dør/.test(m.text));
  assert.match(late.text, /Svar på ett spørsmål/);
  assert.doesNotMatch(late.text, /mark=/, 'no stars where no mark is asked');
  await s.clockAt('2027-03-14T09:01:00Z');
  assert.doesNotMatch((await ase.get(path(off))).text, /id="survey"/);
  await s.stop();
});

test('anonymous: nothing says whose an answer is, none is shown before the third, and none is given twice', { timeout: 240000 }, async () => {
  const s = await Samling.start();
  const { g, mails, own } = await held(s, 5, { anonymous: true, questions: [MARK, TEXT] });
  assert.match(mails[0].text, /Svaret er anonymt/);
  const ase = await s.organiser();
  const viewer = { token: s.newToken('viewer') };
  const results = async (as) => (await s.api('GET', `/gatherings/${g.id}/survey/results`, undefined, as)).body;
  const answer = (who, a1, a2) => s.client().submit(own[who], { a1, a2 });
  assert.match((await s.client().get(own.g4)).text, /Vi lagrer ikke hvem det er fra/);
  assert.match((await answer('g4', '2', 'Helt hemmelig')).text, /Takk for svaret/);
  await answer('g2', '4', '');
  for (const text of [(await ase.get(path(g))).text, (await ase.get(`${path(g)}/survey`)).text]) {
    assert.match(text, /minst 3/);
    assert.doesNotMatch(text, /hemmelig|av 5 i snitt/);
  }
  assert.equal((await ase.get(`${path(g)}/survey.csv`)).status, 404);
  assert.deepEqual((await s.api('GET', `/gatherings/${g.id}/survey/answers`)).body, { items: [], next: null });
  assert.deepEqual((await results()).questions.map((q) => [q.count, q.average, q.distribution]), [[null, null, null], [null, null, null]]);
  assert.deepEqual([(await results()).answers, (await results(viewer)).answers], [2, null]);

  // Once more: a clear answer, and nothing changes.
  const twice = await s.client().get(own.g4);
  assert.match(twice.text, /Du har svart allerede/);
  const posted = await s.client().post(own.g4, { a1: '5', a2: 'Igjen', version: '1' });
  assert.match(posted.text, /Du har svart allerede/);
  assert.equal(sql(s, 'SELECT COUNT(*), SUM(number) FROM survey_reply WHERE number > 0'), '2|6');

  await answer('g1', '5', 'Lærlinger');
  const read = (await ase.get(`${path(g)}/survey`)).text;
  assert.match(read, /Helt hemmelig/);
  assert.doesNotMatch(read, /Gjest nr/);
  const seen = await s.api('GET', `/gatherings/${g.id}/survey/answers`);
  assert.equal(seen.body.items.length, 3);
  assert.ok(seen.body.items.every((a) => a.registration_id === null && a.name === null && a.answered_at === '2027-03-10T23:00:00Z'), JSON.stringify(seen.body));
  // Who may only count: no text, and no figure that is one person.
  const counted = await results(viewer);
  assert.deepEqual([counted.answers, counted.questions[0].count, counted.questions[0].average, counted.questions[0].distribution], [3, 3, 3.67, null]);
  assert.equal(counted.questions[1].count, null, 'two texts are too few to be counted');
  assert.equal((await s.api('GET', `/gatherings/${g.id}/survey/answers`, undefined, viewer)).status, 403);

  // In the database.
  assert.equal(sql(s, 'SELECT COUNT(*) FROM survey_answer WHERE registration_id IS NOT NULL'), '0');
  assert.equal(sql(s, 'SELECT COUNT(DISTINCT answered_at) FROM survey_answer'), '1');
  assert.equal(sql(s, "SELECT group_concat(name) FROM pragma_table_info('survey_answered')"), 'registration_id,gathering_id');
  assert.equal(sql(s, "SELECT COUNT(*) FROM form_key WHERE location LIKE '/r/s%'"), '0', 'a kept form would tell by its hash and time');
  assert.notEqual(sql(s, 'SELECT GROUP_CONCAT(id) FROM (SELECT id FROM survey_answer ORDER BY id)'), '1,2,3');

  // The person goes, the answer stays; the counts are right.
  await ase.submit('/admin/persons/erase?email=g4@firma.example', {}, { action: '/erase' });
  assert.equal(sql(s, 'SELECT COUNT(*) FROM survey_answered'), '2');
  assert.equal(sql(s, 'SELECT answers, marks, mark_sum FROM survey'), '3|3|11');
  const promise = await patch(s, g, { anonymous: false });
  assert.deepEqual([promise.status, promise.body.errors[0].field, promise.body.errors[0].code], [422, 'anonymous', 'answered']);
  const sound = run(['check'], { data: s.data });
  assert.equal(sound.status, 0, sound.out + sound.err);
  sql(s, 'UPDATE survey SET mark_sum = 12');
  const check = run(['check'], { data: s.data });
  assert.equal(check.status, 1);
  assert.match(check.out + check.err, /survey of gathering \d+: its answers or marks are counted wrong/);
  await s.stop();
});

test('questions: worded, ordered, copied; each fault is said where it is; once answered they keep their meaning', { timeout: 240000 }, async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  const usual = (await s.api('GET', `/gatherings/${g.id}/survey`)).body;
  assert.deepEqual([usual.asked, usual.questions.map((q) => [q.id, q.kind, q.for_needs])], [false, [[null, 'mark', false], [null, 'yes_no', false], [null, 'text', false], [null, 'text', true]]]);
  assert.equal((await patch(s, await s.gathering(), { questions: usual.questions })).status, 200, 'what was read can be sent back');
  const faults = async (questions) => { const r = await patch(s, g, { questions }); return [r.status, ...(r.body.errors ?? []).map((e) => `${e.field} ${e.code}`)]; };
  assert.deepEqual(await faults([{ kind: 'text', text: ' ' }]), [422, 'questions[0].text text']);
  assert.deepEqual(await faults([MARK, { kind: 'choice', text: 'Når?', options: ['Kveld'] }]), [422, 'questions[1].options options']);
  assert.deepEqual(await faults([{ kind: 'choice', text: 'Når?', options: ['Kveld', 'Kveld '] }]), [422, 'questions[0].options same']);
  assert.deepEqual(await faults(Array.from({ length: 9 }, () => TEXT)), [422, 'questions too_many']);
  assert.deepEqual(await faults([{ kind: 'smiley', text: 'Hm?' }]), [422, 'questions[0].kind kind']);
  assert.deepEqual(await faults([]), [422, 'questions none']);
  assert.deepEqual(await faults([{ id: '999', ...TEXT }]), [422, 'questions gone']);
  assert.equal((await patch(s, g, { questions: 'ja' })).status, 422);

  // By the form: one more, another order, one removed.
  const ase = await s.organiser();
  const edit = `${path(g)}/survey/questions`;
  const bad = await ase.submit(edit, { q5_text: 'Når passer det?', q5_kind: 'choice', q5_options: 'Kveld', q1_text: '' }, { action: '/questions' });
  assert.equal(bad.status, 422);
  assert.match(bad.text, /id="q1_text-error">Skriv spørsmålet/);
  assert.match(bad.text, /id="q5_options-error">Skriv fra to til åtte/);
  assert.match(bad.text, /value="Når passer det\?"/);
  const good = await ase.submit(edit, { q5_text: 'Når passer det?', q5_kind: 'choice', q5_options: 'Morgen\n\nKveld', q5_place: '1', q1_place: '2', q2_drop: '1', anonymous: '1' }, { action: '/questions' });
  assert.match(good.text, /Spørsmålene er lagret/);
  const now = (await s.api('GET', `/gatherings/${g.id}/survey`)).body;
  assert.equal(now.anonymous, true);
  assert.deepEqual(now.questions.map((q) => [q.kind, q.options]), [['choice', ['Morgen', 'Kveld']], ['mark', []], ['text', []], ['text', []]]);

  const h = await s.gathering({ title: 'Neste' });
  const page = await ase.get(`${path(h)}/survey/questions`);
  assert.match(page.text, /tidligere arrangement/);
  await ase.submit(page, { from: String(g.id) }, { action: '/copy' });
  const copied = (await s.api('GET', `/gatherings/${h.id}/survey`)).body;
  assert.deepEqual([copied.anonymous, copied.asked, copied.questions.map((q) => q.text)], [true, false, now.questions.map((q) => q.text)]);
  assert.ok(copied.questions.every((q) => !now.questions.some((o) => o.id === q.id)));
  assert.equal((await ase.submit(page, { from: '999' }, { action: '/copy' })).status, 404);
  await s.stop();

  const t = await Samling.start();
  const { g: k, own } = await held(t, 2, { questions: [MARK, { kind: 'choice', text: 'Når?', options: ['Morgen', 'Kveld'] }, TEXT] });
  const asked = (await t.api('GET', `/gatherings/${k.id}/survey`)).body.questions;
  const open = await t.client().get(own.g2);
  assert.equal((await t.client().submit(own.g1, { a1: '3', a2: '2' })).status, 200);
  const tries = async (questions) => { const r = await patch(t, k, { questions }); return [r.status, ...(r.body.errors ?? []).map((e) => `${e.field} ${e.code}`)]; };
  assert.deepEqual(await tries([{ ...asked[0], kind: 'text' }, asked[1], asked[2]]), [422, 'questions[0].kind fixed']);
  assert.deepEqual(await tries([asked[0], { ...asked[1], options: ['Morgen', 'Kveld', 'Natt'] }, asked[2]]), [422, 'questions[1].options fixed_options']);
  assert.deepEqual(await tries([asked[0], asked[1]]), [422, 'questions answered']);
  assert.deepEqual(await tries([...asked, TEXT]), [422, 'questions answered']);
  assert.deepEqual(await tries([asked[2], { ...asked[1], text: 'Når passer det?', options: ['Morgon', 'Kveld'] }, asked[0]]), [200], 'a slip of the pen, another order');
  // Who had the page open answers the same questions.
  assert.equal((await t.client().submit(open, { a1: '5', a3: 'Robot' })).status, 200);
  assert.deepEqual((await t.api('GET', `/gatherings/${k.id}/survey/answers`)).body.items.map((a) => a.replies.map((r) => r.value)), [[5, 'Robot'], [3, 'Kveld']]);
  await t.stop();
});

test('a page that was open when the questions changed says so; an empty answer too', { timeout: 120000 }, async () => {
  const s = await Samling.start();
  const { g, own } = await held(s, 1, { questions: [{ kind: 'text', text: 'Noe å si?' }] });
  const c = s.client();
  const open = await c.get(own.g1);
  assert.match((await c.submit(open, { a1: '' })).text, /Svar på minst ett/);
  assert.equal((await patch(s, g, { anonymous: true })).status, 200);
  const changed = await c.submit(open, { a1: 'Med navn, trodde jeg' });
  assert.equal(changed.status, 422);
  assert.match(changed.text, /endret siden du åpnet siden/);
  assert.match(changed.text, /Med navn, trodde jeg<\/textarea>/);
  assert.equal((await c.submit(changed, { a1: 'Greit likevel' })).status, 200);
  await s.stop();
});

test('many answers are read in pieces; marks stand beside those of other gatherings', { timeout: 120000 }, async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  for (let i = 1; i <= 23; i++) await s.register(g, { name: `Gjest nr${i}`, email: `g${i}@firma.example` });
  const other = await s.gathering({ title: 'En annen kveld' });
  assert.equal((await patch(s, g, { asked: true, questions: [MARK, TEXT] })).status, 200);
  assert.equal((await patch(s, other, { asked: true, questions: [MARK] })).status, 200);
  sql(s, `INSERT INTO survey_answer (registration_id, gathering_id, answered_at) SELECT id, gathering_id, 1 FROM registration ORDER BY id;
    INSERT INTO survey_reply SELECT a.id, q.id, IIF(q.kind = 'mark', 1 + a.registration_id % 5, 0), IIF(q.kind = 'mark', '', 'svar ' || a.id)
      FROM survey_answer a JOIN survey_question q ON q.gathering_id = a.gathering_id;
    UPDATE survey SET answers = 23, marks = 23, mark_sum = (SELECT SUM(number) FROM survey_reply) WHERE gathering_id = ${g.id};
    UPDATE survey SET answers = 3, marks = 3, mark_sum = 13 WHERE gathering_id = ${other.id}`);
  const ase = await s.organiser();
  const names = (html) => [...html.matchAll(/Gjest nr(\d+)<\/strong><\/a><br>/g)].map((m) => Number(m[1]));
  const first = (await ase.get(`${path(g)}/survey`)).text;
  assert.deepEqual(names(first), Array.from({ length: 20 }, (_, i) => 23 - i));
  assert.match(first, /3,0 av 5 i snitt/);
  assert.match(first, /Over tid[\s\S]*En annen kveld[\s\S]*4,3/);
  const older = first.match(/href="([^"]*texts=\d+&amp;before=\d+)#q\d+"/)[1].replace('&amp;', '&');
  const second = (await ase.get(older)).text;
  assert.deepEqual(names(second), [3, 2, 1]);
  assert.match(second, /Tilbake til start/);
  assert.equal((await ase.get(`${path(g)}/survey.csv`)).text.trim().split('\r\n').length, 24);
  await s.stop();
});
