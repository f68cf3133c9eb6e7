// Needs as their owners say them: with a registration, on its own page, by who speaks for the organisation.
import test from 'node:test';
import assert from 'node:assert/strict';
import { simpleParser } from 'mailparser';
import { Samling, until } from '../lib/samling.js';
import { memberSession, representative } from '../lib/member.js';

test('said with the registration: folded away, kept on a mistake, the organisation\'s, exported and let go', async () => {
  const s = await Samling.start();
  const g = await s.gathering({});
  const form = `/g/${g.slug}/register`;
  const c = s.client();
  assert.match((await c.get(form)).text, /<details[^>]*><summary>Har dere et behov, eller noe å bidra med\?/);
  const who = { name: 'Ida Dahl', email: 'ida@dahl.example', organisation: 'Dahl Mek' };
  const alone = await c.submit(form, { ...who, organisation: '', private: '1', need: 'Sveiserobot', need_kind: 'offer' });
  assert.equal(alone.status, 422);
  assert.match(alone.text, /Skriv hvilken organisasjon behovet gjelder[\s\S]*value="Sveiserobot"[\s\S]*value="offer"[^>]*checked/);
  assert.match(alone.text, /<details[^>]* open/);
  assert.equal((await c.submit(form, { ...who, need: 'x'.repeat(301) })).status, 422);
  assert.equal((await c.submit(form, { ...who, need: 'Sveiserobot', need_kind: 'tull' })).status, 422);
  assert.equal((await c.submit(form, { ...who, need: 'Se https://tull.example' })).status, 422);
  const done = await c.submit(form, { ...who, need: 'Sveiserobot til små serier', need_kind: 'need' });
  assert.match(done.path, /registered/);
  // Again, with the same: as if it were new, and said once.
  await s.client().submit(form, { ...who, need: 'Sveiserobot til små serier', need_kind: 'need' });
  const ase = await s.organiser();
  const board = (await ase.get('/admin/needs')).text;
  assert.match(board, /1 behov fra 1 bedrift[\s\S]*Sveiserobot til små serier[\s\S]*Dahl Mek/);
  assert.match((await ase.get(`/admin/needs/${board.match(/data-need="(\d+)"/)[1]}`)).text, /fra påmelding/);
  assert.match((await s.client().submit(form, { name: 'Per', email: 'per@x.example', private: '1', organisation: '' })).path, /registered/, 'without a word of it');

  // On one's own page.
  const mail = await until(async () => (await Promise.all(s.mailbox().map((raw) => simpleParser(raw)))).find((m) => m.to.text.includes('ida@')), { what: 'the mail' });
  const own = mail.text.match(/\/r\/r\S+/)[0];
  assert.match((await c.get(own)).text, /Behov: Sveiserobot til små serier[\s\S]*Meld inn et behov eller et bidrag/);
  assert.equal((await c.submit(`${own}/need`, { need: '' })).status, 422);
  const said = await c.submit(`${own}/need`, { need: 'Laserskjæring i stål', need_kind: 'offer' });
  assert.match(said.text, /Kan bidra med: Laserskjæring i stål/);

  const about = 'email=ida@dahl.example';
  const file = JSON.parse((await ase.get(`/admin/persons/export?${about}`)).text);
  assert.deepEqual(file.needs.map((n) => n.text), ['Sveiserobot til små serier', 'Laserskjæring i stål']);
  await ase.submit(`/admin/persons/erase?${about}`, {}, { action: '/erase' });
  assert.match((await ase.get('/admin/needs')).text, /Sveiserobot til små serier/, 'it is the organisation\'s');
  await s.stop();
});

test('who speaks for an organisation states, opens, changes and withdraws; two at once are told', async () => {
  const s = await Samling.start();
  const m = await memberSession(s, (await representative(s, 'Kari Nes', 'Nes Havbruk')).email);
  assert.match((await m.get('/member')).text, /Hva trenger dere/);
  const bad = await m.submit('/member/needs', { text: '', kind: 'offer', more: 'Mer' }, { action: '/member/needs' });
  assert.equal(bad.status, 422);
  assert.match(bad.text, /Skriv behovet i én setning[\s\S]*value="offer"[^>]*checked[\s\S]*Mer<\/textarea>/);
  const added = await m.submit('/member/needs', { text: 'Fôr uten soya', openness: 'closed' }, { action: '/member/needs' });
  const own = added.text.match(/\/member\/needs\/\d+/)[0];
  assert.match(added.text, /Fôr uten soya[\s\S]*Bare bedriften selv og vi som arrangerer/);
  assert.match((await m.get('/member')).text, /Fôr uten soya/);
  const page = await m.get(own);
  await m.submit(page, { openness: 'public', state: 'going_on' }, { action: own });
  assert.match((await s.client().get('/needs')).text, /Fôr uten soya[\s\S]*Nes Havbruk/);
  assert.match((await s.client().get('/members')).text, /href="\/needs"/);
  const late = await m.submit(page, { text: 'Fôr fra fjorden' }, { action: own });
  assert.equal(late.status, 409);
  assert.match(late.text, /value="Fôr fra fjorden"/);
  const gone = await m.submit(own, {}, { action: '/withdraw' });
  assert.match(gone.text, /Trukket tilbake/);
  assert.doesNotMatch((await s.client().get('/needs')).text, /Fôr uten/);
  assert.equal((await m.get(own)).status, 404);
  await s.stop();
});
