// A yes by invitation asks what the gathering asks, and the kitchen hears of it.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling, all, until } from '../lib/samling.js';

const text = (eml) => eml.toString('utf8').replace(/=\r?\n/g, '');
const invitation = (s, email) => s.mailbox().map(text).find((m) => m.includes(`<${email}>`) && m.includes('List-Unsubscribe:'));
const link = async (s, email) => new URL((await until(() => invitation(s, email), { what: `the invitation to ${email}` })).match(/List-Unsubscribe: <([^>]+)\/unsubscribe>/)[1]).pathname;
const invite = (s, g, ...names) => s.api('POST', `/gatherings/${g.id}/invitations`, {
  contacts: names.map((n) => ({ name: `${n[0].toUpperCase()}${n.slice(1)} Nes`, email: `${n}@firma.example`, organisation: 'Nes Havbruk' })),
});
const people = (s, g) => all(s, `/gatherings/${g.id}/registrations`);
const main = (page) => page.text.match(/<main[\s\S]*<\/main>/)[0];

test('yes is one step with the gathering’s questions; what is said reaches kitchen and change page', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ ask_wish: true, ask_requirements: true });
  await invite(s, g, 'kare', 'eva');
  const path = await link(s, 'kare@firma.example');
  const c = s.client();

  const asked = await c.get(path);
  assert.match(asked.text, new RegExp(`<a class="ds-button" href="${path}/yes">`));
  assert.doesNotMatch(asked.text, /value="yes"/);
  for (const method of ['GET', 'HEAD']) await c.request(method, `${path}/yes`);
  assert.equal((await people(s, g)).length, 0, 'opening the page answers nothing');

  const page = await c.get(`${path}/yes`);
  assert.equal(page.status, 200);
  assert.match(page.headers.get('cache-control'), /no-store/);
  for (const name of ['phone', 'wish', 'requirements', 'show_name', 'photo_ok', 'keep_requirements'])
    assert.match(main(page), new RegExp(`name="${name}"`));
  assert.doesNotMatch(main(page), /name="invite_later"/, 'is invited already');
  assert.match(main(page), /Invitasjon til Kare Nes, Nes Havbruk/);

  // What was typed stays where something is wrong with it.
  const wrong = await c.submit(page, { phone: '1'.repeat(41), wish: 'Om <roboter>', requirements: 'Nøtter', photo_ok: 'on' });
  assert.equal(wrong.status, 422);
  assert.match(main(wrong), /Om &lt;roboter&gt;<\/textarea>/);
  assert.match(main(wrong), /value="Nøtter"/);
  const phone = /<input [^>]*name="phone"[^>]*>/.exec(main(wrong))[0];
  assert.match(phone, /aria-invalid="true"/);
  assert.ok(phone.includes(`value="${'1'.repeat(41)}"`), phone);
  assert.match(main(wrong), /id="photo_ok"[^>]* checked/);
  assert.equal((await people(s, g)).length, 0);

  const said = { phone: '12 34 56 78', wish: 'Om roboter', requirements: 'Nøtter', photo_ok: 'on' };
  const done = await c.submit(page, said);
  assert.match(done.path, /^\/r\/r/);
  assert.equal(done.status, 200);
  const [r] = await people(s, g);
  assert.deepEqual([r.name, r.phone, r.wish, r.source, r.status], ['Kare Nes', said.phone, said.wish, 'invitation', 'confirmed']);
  assert.equal((await all(s, `/gatherings/${g.id}/invitations`)).find((i) => i.email === 'kare@firma.example').status, 'yes');
  const o = await s.organiser();
  assert.match((await o.get(`/admin/gatherings/${g.id}`)).text, /Nøtter/, 'the kitchen’s list');
  assert.match((await o.get(`/admin/gatherings/${g.id}/people/${r.id}`)).text, /Om roboter/);
  const change = await c.get(`${done.path}/change`);
  assert.match(main(change), /Om roboter<\/textarea>/);
  assert.match(main(change), /id="photo_ok"[^>]* checked/);

  // Sent again, as it was or empty, it repeats nothing and takes nothing back; more is taken.
  await c.submit(page, said);
  await c.submit(page, {});
  await c.submit(page, { wish: 'Om droner' });
  const now = await people(s, g);
  assert.equal(now.length, 1);
  assert.deepEqual([now[0].phone, now[0].wish], [said.phone, 'Om droner']);
  assert.match((await o.get(`/admin/gatherings/${g.id}`)).text, /Nøtter/);
  assert.equal(s.mailbox().map(text).filter((m) => m.includes('<kare@firma.example>')).length <= 2, true, 'invitation and confirmation');
  assert.equal((await c.get(`${path}/yes`)).path, path, 'who has answered reads what is so');

  // No, and yes again: what was said before, never what was said of health.
  await c.submit(path, {}, { button: ['answer', 'no'] });
  assert.match(main(await c.get(path)), new RegExp(`href="${path}/yes"`));
  await c.submit(`${path}/yes`, { wish: 'Likevel' });
  assert.equal((await people(s, g))[0].wish, 'Likevel');
  await s.stop();
});

test('who was off the list finds what they said before; a colleague’s words are the colleague’s', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ ask_wish: true, ask_requirements: true });
  await invite(s, g, 'kare', 'eva');
  const c = s.client();
  const path = await link(s, 'kare@firma.example');
  const done = await c.submit(`${path}/yes`, { phone: '12 34 56 78', wish: 'Om roboter', requirements: 'Nøtter' });
  await c.submit(`${done.path}/cancel`, {});
  const again = await c.get(`${path}/yes`);
  assert.match(main(again), /value="12 34 56 78"/);
  assert.match(main(again), /Om roboter<\/textarea>/);
  assert.doesNotMatch(main(again), /Nøtter/);

  const other = await link(s, 'eva@firma.example');
  await c.submit(`${other}/colleague`, { colleague_name: 'Ola Lie', colleague_email: 'ola@lie.example' });
  const [ola] = await people(s, g);
  const o = await s.organiser();
  await o.submit(`/admin/gatherings/${g.id}/people/${ola.id}`, { wish: 'Olas ord' });
  assert.doesNotMatch(main(await c.get(`${other}/yes`)), /Olas ord/);
  await c.submit(`${other}/yes`, { requirements: 'Melk' });
  assert.equal((await people(s, g)).length, 2, 'both come');
  await s.stop();
});

test('asks only what the gathering asks; full, closed and cancelled as they were', async () => {
  const s = await Samling.start();
  const short = await s.gathering({ ask_wish: false, ask_requirements: false });
  await invite(s, short, 'kare');
  const c = s.client();
  const path = await link(s, 'kare@firma.example');
  assert.match((await c.get(path)).text, /name="answer" value="yes"/, 'one tap where nothing is asked');
  assert.equal((await c.get(`${path}/yes`)).path, path);

  const day = (n) => new Date(Date.now() + n * 86400000).toISOString().slice(0, 10);
  const g = await s.gathering({ capacity: 1, ask_wish: false, ask_requirements: true, days: 30, deadline: `${day(20)}T12:00:00` });
  await invite(s, g, 'eva', 'liv', 'bo');
  const [eva, liv, bo] = [await link(s, 'eva@firma.example'), await link(s, 'liv@firma.example'), await link(s, 'bo@firma.example')];
  const page = await c.get(`${eva}/yes`);
  assert.doesNotMatch(main(page), /name="wish"/);
  const late = await c.get(`${bo}/yes`);
  await c.submit(page, { requirements: 'Melk' });
  const words = {
    nb: [/Ja, sett meg på ventelisten/, /Da står du på ventelisten/],
    nn: [/Ja, set meg på ventelista/, /Då står du på ventelista/],
    en: [/Yes, put me on the waiting list/, /you are on the waiting list/],
  };
  for (const [lang, said] of Object.entries(words)) {
    const reader = s.client();
    const waiting = await reader.get(`${liv}/yes?lang=${lang}`);
    for (const word of said) assert.match(main(waiting), word);
  }
  await c.submit(`${liv}/yes`, { requirements: 'Egg' });
  assert.match((await c.get(liv)).text, /nummer 1 på ventelisten/);

  await s.clock(21 * 86400000);
  assert.equal((await c.get(`${bo}/yes`)).path, bo);
  const closed = await c.submit(late, { requirements: 'Fisk' });
  assert.match(closed.text, /Fristen for å svare ja har gått ut/);
  assert.equal((await all(s, `/gatherings/${g.id}/invitations`)).find((i) => i.email === 'bo@firma.example').status, 'open');
  await s.api('POST', `/gatherings/${g.id}/cancel`, { notify: false });
  assert.match((await c.get(`${bo}/yes`)).text, /avlyst/);
  assert.equal((await c.get(`${bo}x/yes`)).status, 404);
  await s.stop();
});

test('the API: a yes says what the gathering asks', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  await invite(s, g, 'kare');
  const [{ id }] = await all(s, `/gatherings/${g.id}/invitations`);
  const answer = (body) => s.api('POST', `/invitations/${id}/answer`, body);
  assert.equal((await answer({ answer: 'yes', wish: 'x'.repeat(2001) })).body.errors[0].field, 'wish');
  const yes = await answer({ answer: 'yes', phone: '12 34 56 78', wish: 'Om roboter', requirements: 'Nøtter' });
  assert.equal(yes.status, 200);
  const [r] = await people(s, g);
  assert.deepEqual([r.phone, r.wish], ['12 34 56 78', 'Om roboter']);
  await answer({ answer: 'yes', wish: null });
  assert.equal((await people(s, g))[0].wish, 'Om roboter');
  const o = await s.organiser();
  assert.match((await o.get(`/admin/gatherings/${g.id}`)).text, /Nøtter/);
  await s.stop();
});
