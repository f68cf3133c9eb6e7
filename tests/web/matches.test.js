// Matches: a need beside an offer that fits it; both asked without a name, introduced when both want it.
import test from 'node:test';
import assert from 'node:assert/strict';
import { simpleParser } from 'mailparser';
import { Samling, run, until } from '../lib/samling.js';
import { memberSession, representative } from '../lib/member.js';

const inbox = async (s, email, path) => (await Promise.all(s.mailbox().map((raw) => simpleParser(raw)))).filter((m) => m.to.text.includes(email) && path.test(m.text));
const mail = (s, email, path = /\/r\/k/) => until(async () => { const m = await inbox(s, email, path); return m.length && m.at(-1); }, { what: `a mail to ${email}` });
const link = (m) => m.text.match(/(\/r\/k[^\s?]+)/)[1];

/** A need of Nes and an offer of Ytre Data, each with who speaks for it. */
async function pair(s) {
  const kari = await representative(s, 'Kari Nes', 'Nes Havbruk');
  const ola = await representative(s, 'Ola Data', 'Ytre Data');
  const need = (await s.api('POST', '/needs', { text: 'Føre timer bare én gang', organisation: 'Nes Havbruk' })).body.id;
  const offer = (await s.api('POST', '/needs', { text: 'Koble timer til lønn', organisation: 'Ytre Data', kind: 'offer' })).body.id;
  return { kari, ola, need, offer };
}

test('proposed with its reason, asked without a name, introduced when both want it', { timeout: 120000 }, async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  const { kari, ola, need, offer } = await pair(s);
  await s.api('POST', '/needs', { text: 'Timer på papir', organisation: 'Ytre Data' });
  await s.api('POST', '/needs', { text: 'Helt noe annet', organisation: 'Vik', kind: 'offer' });
  // Of one's own, or of what shares no word, nothing is proposed.
  const proposed = (await s.api('GET', '/matches/proposals')).body.items;
  assert.deepEqual(proposed.map((p) => [p.need_id, p.offer_id]), [[need, offer]]);
  assert.equal(proposed[0].words[0], 'timer');
  const page = await c.get('/admin/needs/matches');
  assert.match(page.text, /<mark class="sm-mark">timer<\/mark>/);
  const asked = await c.submit(page, {}, { action: '/admin/needs/matches' });
  assert.match(asked.text, /Spurt\. Svarene kommer hit/);
  assert.doesNotMatch(asked.text, /Forslag<\/h2>[\s\S]*Koble[\s\S]*Spør begge/, 'not proposed again');

  const toKari = await mail(s, kari.email);
  const toOla = await mail(s, ola.email);
  assert.match(toKari.text, /Føre timer bare én gang[\s\S]*Koble timer til lønn/);
  assert.doesNotMatch(toKari.text + toKari.html, /Ytre Data|Ola/);
  assert.doesNotMatch(toOla.text + toOla.html, /Nes Havbruk|Kari/);

  // A GET says nothing yet, whatever button was meant.
  const guest = s.client();
  const shown = await guest.get(`${link(toKari)}?say=yes`);
  assert.equal(shown.status, 200);
  assert.doesNotMatch(shown.text, /Ytre Data/);
  const id = (await s.api('GET', '/matches')).body.items[0].id;
  assert.equal((await s.api('GET', `/matches/${id}`)).body.need_side.answer, null);
  assert.equal((await guest.post(link(toKari), { say: 'kanskje' })).status, 422);
  assert.match((await guest.post(link(toKari), { say: 'yes' })).text, /Takk for svaret/);
  assert.equal((await s.api('GET', `/matches/${id}`)).body.state, 'asked');
  assert.equal((await s.api('POST', `/matches/${id}/introduction`)).body.code, 'match_not_wanted');

  // The other on the member's page; then by phone.
  const member = await memberSession(s, ola.email);
  const home = await member.get('/member');
  assert.match(home.text, /En annen bedrift trenger[\s\S]*Føre timer/);
  assert.doesNotMatch(home.text, /Nes Havbruk/);
  assert.equal((await member.submit('/member', {}, { action: `/member/matches/${id}`, button: ['say', 'no'] })).status, 200);
  assert.equal((await s.api('GET', `/matches/${id}`)).body.state, 'declined');
  assert.equal((await s.api('POST', `/matches/${id}/answers`, { side: 'offer', answer: 'yes' })).body.state, 'agreed');
  const both = await c.get('/admin/needs/matches');
  assert.match(both.text, /Begge vil[\s\S]*Sett dem i kontakt/);
  const made = await c.submit(both, {}, { action: '/introduce' });
  assert.match(made.text, /De er satt i kontakt/);
  const toOlaNow = await mail(s, ola.email, /karines@/);
  assert.match(toOlaNow.subject, /Snakk med Nes Havbruk/);
  assert.match(toOlaNow.text, /Kari Nes: karines@firma\.example/);
  assert.match((await mail(s, kari.email, /oladata@/)).text, /Ola Data/);
  assert.match((await guest.get(link(toKari))).text, /Ytre Data[\s\S]*Ola Data/);
  // Again, or too late: nothing more goes out.
  assert.equal((await s.api('POST', `/matches/${id}/introduction`)).body.code, 'match_not_wanted');
  assert.equal((await s.api('POST', `/matches/${id}/answers`, { side: 'need', answer: 'no' })).body.code, 'match_over');
  assert.equal((await inbox(s, ola.email, /karines@/)).length, 1);
  const figure = async (role) => (await s.api('GET', '/reports', undefined, { token: s.newToken(role) })).body.figures.find((f) => f.name === 'matches_made').value;
  assert.deepEqual([await figure('organiser'), await figure('viewer')], [1, null]);
  for (const role of ['viewer', 'door']) assert.equal((await s.api('GET', '/matches', undefined, { token: s.newToken(role) })).status, 403);
  assert.equal(run(['check'], { data: s.data }).status, 0);
  await s.stop();
});

test('set aside, ended, withdrawn, erased: nobody hears more of it', { timeout: 120000 }, async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  const { kari, ola, need, offer } = await pair(s);
  const codes = (r) => (r.body.errors ?? []).map((e) => `${e.field} ${e.code}`);
  assert.deepEqual(codes(await s.api('POST', '/matches', { need_id: offer, offer_id: need })), ['offer_id no_pair']);
  assert.deepEqual(codes(await s.api('POST', '/matches', { need_id: need, offer_id: '999' })), ['offer_id no_pair']);
  // Set aside: not proposed again, but it can be asked for all that.
  const page = await c.get('/admin/needs/matches');
  assert.match((await c.submit(page, {}, { action: '/admin/needs/matches', button: ['no', '1'] })).text, /Lagret/);
  assert.deepEqual((await s.api('GET', '/matches/proposals')).body.items, []);
  const id = (await s.api('POST', '/matches', { need_id: need, offer_id: offer, reason: 'timer' })).body.id;
  assert.equal((await s.api('POST', '/matches', { need_id: need, offer_id: offer })).body.code, 'matched');
  const first = link(await mail(s, kari.email));
  await mail(s, ola.email);

  // Withdrawn by its owner: it ends, and the link says so.
  await s.api('PATCH', `/needs/${offer}`, { state: 'withdrawn' });
  assert.equal((await s.api('GET', `/matches/${id}`)).body.state, 'ended');
  assert.match((await s.client().get(first)).text, /ikke aktuelt lenger/);
  assert.match((await s.client().post(first, { say: 'yes' })).text, /ikke aktuelt lenger/);
  assert.equal((await s.api('POST', `/matches/${id}/answers`, { side: 'need', answer: 'yes' })).body.code, 'match_over');
  assert.match((await c.submit(page, {}, { action: '/admin/needs/matches' })).text, /ikke aktuelt lenger/, 'a page that is older than that');

  // Another; the person is erased meanwhile.
  const other = (await s.api('POST', '/needs', { text: 'Timer rett i lønn', organisation: 'Ytre Data', kind: 'offer' })).body.id;
  const again = (await s.api('POST', '/matches', { need_id: need, offer_id: other })).body;
  assert.equal(again.need_side.contact, 'Kari Nes');
  await until(async () => (await inbox(s, kari.email, /\/r\/k/)).length === 2, { what: 'the second mail' });
  const second = link((await inbox(s, kari.email, /Timer rett i lønn/))[0]);
  const out = JSON.parse(run(['person', 'export', kari.email], { data: s.data }).out);
  assert.ok(JSON.stringify(out).includes('Timer rett i lønn'));
  assert.ok(!JSON.stringify(out).includes('Ytre Data'), 'not even then is the other named');
  assert.equal(run(['person', 'erase', kari.email], { data: s.data }).status, 0);
  assert.equal((await s.api('GET', `/matches/${again.id}`)).body.state, 'ended');
  assert.equal((await s.client().get(second)).status, 404);
  assert.equal(run(['check'], { data: s.data }).status, 0);
  // A no can be taken back, by the organiser too.
  const back = (await s.api('POST', '/needs', { text: 'Timer i lufta', organisation: 'Luft' })).body.id;
  const no = (await s.api('POST', '/matches', { need_id: back, offer_id: other })).body;
  await s.api('POST', `/matches/${no.id}/answers`, { side: 'need', answer: 'no' });
  assert.match((await c.get('/admin/needs/matches')).text, /Nei takk<\/h2>[\s\S]*Timer i lufta/);
  await s.api('DELETE', `/matches/${no.id}`);
  // Nobody is known: asked by phone, and not introduced by mail.
  const vik = (await s.api('POST', '/needs', { text: 'Timer i kranbilen', organisation: 'Vik' })).body.id;
  const phone = (await s.api('POST', '/matches', { need_id: vik, offer_id: other })).body;
  assert.equal(phone.need_side.contact, null);
  for (const side of ['need', 'offer']) await s.api('POST', `/matches/${phone.id}/answers`, { side, answer: 'yes' });
  assert.equal((await s.api('POST', `/matches/${phone.id}/introduction`)).body.code, 'match_nobody');
  const alone = await c.submit('/admin/needs/matches', {}, { action: '/introduce' });
  assert.equal(alone.status, 422);
  assert.match(alone.text, /Legg til en som kan svare/);
  assert.match((await c.get(`/admin/needs/${vik}`)).text, /Koblinger[\s\S]*Begge vil/);
  assert.match((await c.submit('/admin/needs/matches', {}, { action: '/end' })).text, /Avsluttet/);
  await s.stop();
});

test('only who speaks for a company is asked and answers for it; what was asked of another text is over; the log tells nobody else', { timeout: 120000 }, async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  const { kari, ola, need, offer } = await pair(s);
  // A stranger registers in the company's name, with a need: they are not the one who is asked.
  const g = await s.gathering({ days: 20 });
  await s.client().submit(`/g/${g.slug}/register`, { name: 'En Fremmed', email: 'fremmed@annet.example', organisation: 'Nes Havbruk', need: 'Timer for den nysgjerrige', need_kind: 'need', invite_later: 'on' });
  const said = (await s.api('GET', '/needs?q=nysgjerrige')).body.items[0];
  assert.equal(said.organisation, 'Nes Havbruk');
  const theirs = (await s.api('POST', '/matches', { need_id: said.id, offer_id: offer })).body;
  assert.equal(theirs.need_side.contact, 'Kari Nes');

  const m = (await s.api('POST', '/matches', { need_id: need, offer_id: offer, reason: 'timer' })).body;
  const own = link(await mail(s, kari.email, /Føre timer[\s\S]*\/r\/k/));
  await s.api('POST', `/matches/${m.id}/answers`, { side: 'need', answer: 'yes' });
  await s.api('POST', `/matches/${m.id}/answers`, { side: 'offer', answer: 'yes' });
  // No longer theirs to speak for: the link is dead, and nobody is introduced by mail.
  await s.api('DELETE', `/representatives/${kari.id}`);
  assert.equal((await s.client().get(own)).status, 404);
  assert.equal((await s.api('POST', `/matches/${m.id}/introduction`)).body.code, 'match_nobody');
  // Another text than the one they said yes to.
  await s.api('PATCH', `/needs/${need}`, { text: 'Noe helt annet' });
  assert.equal((await s.api('GET', `/matches/${m.id}`)).body.state, 'ended');
  // Both of one company now.
  const other = (await s.api('POST', '/needs', { text: 'Timer i skyen', organisation: 'Vik' })).body;
  const one = (await s.api('POST', '/matches', { need_id: other.id, offer_id: offer })).body;
  await c.submit(`/admin/organisations/${ola.organisation_id}/merge?q=Vik`, { from: other.organisation_id }, { action: '/merge' });
  assert.equal((await s.api('POST', `/matches/${one.id}/answers`, { side: 'need', answer: 'yes' })).body.code, 'match_over');

  // Who looks on reads in the log that mails went, not to whom.
  const log = (await s.api('GET', '/mail?limit=500', undefined, { token: s.newToken('viewer') })).body.items.filter((x) => x.kind.startsWith('needs.match'));
  assert.ok(log.length >= 3);
  for (const x of log) assert.deepEqual([x.to, x.to_name, x.subject], ['', '', '']);
  run(['user', 'add', 'styret@hub.example', '--role', 'viewer', '--password-stdin'], { data: s.data, input: 'en lang setning her\n' });
  const viewer = s.client();
  await viewer.signIn('styret@hub.example', 'en lang setning her');
  assert.doesNotMatch((await viewer.get('/admin/mail')).text, /olad|Ola Data/);
  assert.match((await c.get('/admin/mail')).text, /Ola Data/);
  await s.stop();
});

test('more than a page of them: the older ones are one link away', { timeout: 120000 }, async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  const offer = (await s.api('POST', '/needs', { text: 'Koble timer til lønn', organisation: 'Ytre Data', kind: 'offer' })).body.id;
  for (let i = 0; i < 52; i++) {
    const need = (await s.api('POST', '/needs', { text: `Timer nummer ${i};`, organisation: `Firma ${i}` })).body.id;
    assert.equal((await s.api('POST', '/matches', { need_id: need, offer_id: offer })).status, 201);
  }
  const first = (await c.get('/admin/needs/matches')).text;
  assert.match(first, /Timer nummer 51;/);
  assert.doesNotMatch(first, /Timer nummer 1;/);
  const older = (await c.get(first.match(/href="(\/admin\/needs\/matches\?state=asked[^"]+)"/)[1].replaceAll('&amp;', '&'))).text;
  assert.match(older, /Timer nummer 1;[\s\S]*Timer nummer 0;/);
  assert.doesNotMatch(older, /Timer nummer 51;|Forslag<\/h2>|rel="next"/);
  await s.stop();
});
