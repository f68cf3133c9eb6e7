// A theme becomes a draft theme meeting; the meeting remembers its needs; each owner is asked afterwards.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { Samling, run, until, sleep, unescape } from '../lib/samling.js';
import { memberSession, representative } from '../lib/member.js';

const board = '/admin/needs';
const sql = (s, text) => {
  const r = spawnSync('sqlite3', ['-cmd', '.timeout 5000', join(s.data, 'samling.db'), text], { encoding: 'utf8' });
  assert.equal(r.status, 0, r.stderr);
  return r.stdout.trim();
};
const alone = (html) => new Map([...html.matchAll(/data-need="(\d+)"[\s\S]*?<p class="ds-label"[^>]*>([^<]*)</g)].map(([, id, text]) => [unescape(text), id]));
const asks = async (s) => (await Promise.all(s.mailbox().map((raw) => simpleParser(raw)))).filter((m) => /\/r\/n/.test(m.text));
const link = (mail) => mail.text.match(/\/r\/n[\w-]+\.[\w-]+/)[0];

const csrfOf = (page) => page.text.match(/name="csrf" value="([^"]+)"/)[1];
/** A theme of those; its id. */
async function themeOf(c, pick, name) {
  await c.post(`${board}/themes`, [...pick.map((id) => ['pick', id]), ['name', name], ['csrf', csrfOf(await c.get(board))]]);
  const themes = [...(await c.get(board)).text.matchAll(/\/admin\/needs\/themes\/(\d+)"[^>]*>([^<]*)/g)];
  return themes.find((m) => unescape(m[2]).trim() === name)[1];
}

/** Three needs of three, two by their representatives, one noted; a theme of them: {theme, need}. */
async function gathered(s, c) {
  const nes = await memberSession(s, (await representative(s, 'Kari Nes', 'Nes Havbruk')).email);
  await nes.submit('/member/needs', { text: 'Føre timer bare én gang', openness: 'closed' }, { action: '/member/needs' });
  await nes.submit('/member/needs', { text: 'Timelister som følger ordren', openness: 'closed' }, { action: '/member/needs' });
  await representative(s, 'Ola Vik', 'Vik Verft');
  await c.submit(`${board}/new`, { text: 'Timer fra verkstedet rett i lønn', organisation: 'Vik Verft', kind: 'need' }, { action: '/needs/new' });
  await c.submit(`${board}/new`, { text: 'Slippe å taste timer to ganger', organisation: 'Tallvakt', kind: 'need' }, { action: '/needs/new' });
  for (const [name, trade] of [['Nes Havbruk', 'Oppdrett'], ['Vik Verft', 'Skip'], ['Tallvakt', 'Regnskap']]) {
    const o = (await s.api('GET', `/organisations?q=${encodeURIComponent(name)}`)).body.items[0];
    await s.api('PATCH', `/organisations/${o.id}`, { trade });
  }
  const need = alone((await c.get(board)).text);
  return { nes, need, theme: await themeOf(c, [...need.values()], 'Timer én gang') };
}

test('one click: a draft with a line and no names, the needs behind it, those people to invite', { timeout: 240000 }, async () => {
  const s = await Samling.start();
  await s.clockAt('2027-03-01T09:00:00Z');
  const c = await s.organiser();
  const before = await s.gathering({ starts_at: '2027-03-10T17:00:00', ends_at: '2027-03-10T20:00:00', place: 'Verftshallen' });
  const { theme } = await gathered(s, c);
  const page = await c.get(`${board}/themes/${theme}`);
  assert.match(page.text, /3 bedrifter, 3 bransjer/);

  const draft = await c.submit(page, {}, { action: '/meeting' });
  const id = draft.path.match(/\/admin\/gatherings\/(\d+)/)[1];
  assert.match(draft.text, /Tid og sted er et forslag[\s\S]*3 bedrifter, 3 bransjer[\s\S]*Timer fra verkstedet rett i lønn[\s\S]*Vik Verft/);
  let g = (await s.api('GET', `/gatherings/${id}`)).body;
  assert.equal(g.status, 'draft');
  assert.equal(g.title, 'Timer én gang');
  assert.equal(g.kind, 'theme');
  assert.equal(g.place, 'Verftshallen');
  assert.equal(g.description, '3 bedrifter fra 3 bransjer i klyngen har pekt på dette.');
  assert.match(g.starts_at, /T17:00:00/, 'the time of day of the one before');
  const ahead = (new Date(g.starts_at) - new Date('2027-03-01T09:00:00Z')) / 86400000;
  assert.ok(ahead > 41 && ahead < 57, `${ahead} days ahead`);
  assert.equal(new Date(g.starts_at).getDay(), new Date(before.starts_at).getDay());
  assert.match((await c.get(`${board}/themes/${theme}`)).text, /href="\/admin\/gatherings\/\d+"[^>]*>Timer én gang<[\s\S]*Utkast/);
  assert.match((await c.get(`/admin/gatherings/${id}/invite`)).text, /publiser/i, 'a draft is published first');

  // A need that comes to the theme comes to the meeting, one that leaves it leaves.
  await c.submit(`${board}/new`, { text: 'Timer på papir i kranbilen', organisation: 'Åmdal Bygg', kind: 'need' }, { action: '/needs/new' });
  const late = alone((await c.get(board)).text).get('Timer på papir i kranbilen');
  await c.submit(`${board}/${late}`, { theme }, { action: '/move' });
  assert.match((await c.get(`/admin/gatherings/${id}`)).text, /kranbilen/);
  await c.submit(`${board}/${late}`, { theme: '' }, { action: '/move' });
  assert.doesNotMatch((await c.get(`/admin/gatherings/${id}`)).text, /kranbilen/);

  // Who looks on sees how many, not whose.
  assert.equal(run(['user', 'add', 'ser@hub.example', '--role', 'viewer', '--password-stdin'], { data: s.data, input: 'en lang setning her\n' }).status, 0);
  const viewer = s.client();
  await viewer.submit('/signin', { email: 'ser@hub.example', password: 'en lang setning her' });
  const seen = (await viewer.get(`/admin/gatherings/${id}`)).text;
  assert.match(seen, /3 bedrifter, 3 bransjer/);
  assert.doesNotMatch(seen, /Vik Verft|Tallvakt|verkstedet/);

  await c.submit(`/admin/gatherings/${id}/publish`, {}, { action: '/publish' });
  const shown = (await s.client().get(`/g/${(await s.api('GET', `/gatherings/${id}`)).body.slug}`)).text;
  assert.match(shown, /3 bedrifter fra 3 bransjer/);
  assert.doesNotMatch(shown, /Vik Verft|Nes Havbruk|Tallvakt|verkstedet/);
  const invite = await c.get(`/admin/gatherings/${id}/invite`);
  assert.match(invite.text, /Ingen er invitert ennå[\s\S]*Bedriftene bak «Timer én gang»/);
  assert.match(unescape(invite.text), /Kari Nes[^\n]*karines@firma\.example[\s\S]*Ola Vik[^\n]*olavik@firma\.example/);
  assert.match(invite.text, /har pekt på dette/);
  const button = await c.submit(invite, { paste: 'ny@firma.example', do: 'needs' }, { action: '/invite' });
  assert.match(unescape(button.text), /ny@firma\.example[\s\S]*karines@firma\.example/);
  g = await s.gathering({ days: 60 });
  assert.doesNotMatch((await c.get(`/admin/gatherings/${g.id}/invite`)).text, /Bedriftene bak/);
  assert.match((await c.submit(`/admin/gatherings/${g.id}/invite`, { paste: '', do: 'needs' }, { action: '/invite' })).text, /ingen adresser/);
  await s.stop();
});

test('afterwards each owner is asked by one mail, says it in one tap, and may change it', { timeout: 240000 }, async () => {
  const s = await Samling.start();
  await s.clockAt('2027-03-01T09:00:00Z');
  const c = await s.organiser();
  const { nes, need, theme } = await gathered(s, c);
  const draft = await c.submit(`${board}/themes/${theme}`, {}, { action: '/meeting' });
  const id = draft.path.match(/(\d+)/)[1];
  assert.equal((await s.api('PATCH', `/gatherings/${id}`, { starts_at: '2027-03-10T17:00:00', ends_at: '2027-03-10T20:00:00', place: 'Her' })).status, 200);
  await c.submit(`/admin/gatherings/${id}/publish`, {}, { action: '/publish' });
  const early = await c.post(`${board}/${need.get('Timer fra verkstedet rett i lønn')}/after`, { gathering: id, say: 'solved', csrf: csrfOf(draft) });
  assert.equal(early.status, 404, 'not before it has been');

  await s.clockAt('2027-03-12T18:50:00Z');
  await sleep(1500);
  assert.deepEqual(await asks(s), [], 'not before its time');
  await s.clockAt('2027-03-12T19:05:00Z');
  const mails = await until(async () => { const m = await asks(s); return m.length >= 2 && m; }, { what: 'two mails' });
  await sleep(500);
  assert.deepEqual((await asks(s)).map((m) => m.to.text.match(/\w+@[\w.]+/)[0]).sort(), ['karines@firma.example', 'olavik@firma.example'], 'one each, the noted one by who speaks for them; nobody is known at Tallvakt');
  const kari = mails.find((m) => m.to.text.includes('karines'));
  assert.match(kari.subject, /^Hva ble det av det\?/);
  assert.match(kari.text, /Føre timer bare én gang[\s\S]*Løst:\s+http\S+say=solved[\s\S]*I gang:[\s\S]*Fortsatt åpent:[\s\S]*Timelister som følger ordren/);
  assert.doesNotMatch(kari.text + kari.html, /verkstedet|Vik Verft/);

  // A button of the mail shows what it meant, and changes nothing.
  const own = link(kari);
  const one = need.get('Føre timer bare én gang');
  const person = s.client();
  const page = await person.get(`${own}?need=${one}&say=solved`);
  assert.match(page.text, /data-variant="primary" type="submit" name="say" value="solved">/);
  assert.match(page.text, /Trykk på svaret/);
  assert.equal(sql(s, "SELECT COUNT(*) FROM gathering_need WHERE outcome <> ''"), '0');
  const none = await person.post(own, { need: one, note: 'Mer <om> det' });
  assert.equal(none.status, 422);
  assert.match(none.text, /Velg løst, i gang eller fortsatt åpent[\s\S]*/);
  assert.equal((await person.post(own, { need: need.get('Timer fra verkstedet rett i lønn'), say: 'solved' })).status, 404, "another's");
  const thanks = await person.post(own, { need: one, say: 'solved' });
  assert.match(thanks.text, /Takk! Svaret er lagret[\s\S]*value="solved" aria-pressed="true"/);
  const said = await person.post(own, { need: one, say: 'solved', note: 'Vi byttet system' });
  assert.match(said.text, /Vi byttet system<\/textarea>/);
  await person.post(own, { need: one, say: 'going_on' });
  assert.equal(sql(s, `SELECT outcome || ',' || note FROM gathering_need WHERE need_id = ${one}`), 'going_on,Vi byttet system', 'the later counts, the note stays');
  assert.equal(sql(s, `SELECT state FROM need WHERE id = ${one}`), 'going_on');
  await person.post(own, { need: one, say: 'solved' });

  // On the member's page, too; another's is not theirs.
  const mine = await nes.get('/member');
  assert.match(mine.text, /Hva ble det av det\?[\s\S]*Timelister som følger ordren/);
  const told = await nes.submit(mine, { say: 'open' }, { action: '/member/after' });
  assert.doesNotMatch(told.text, /Hva ble det av det/);
  const theirs = sql(s, `SELECT id FROM gathering_need WHERE need_id = ${need.get('Timer fra verkstedet rett i lønn')}`);
  assert.equal((await nes.post(`/member/after/${theirs}`, { say: 'solved', csrf: csrfOf(mine) })).status, 404);

  // By phone: the organiser notes it; the gathering's page sums it up.
  const phoned = need.get('Slippe å taste timer to ganger');
  const ase = await s.organiser(); // signed in anew: days have passed
  const noted = await ase.submit(`${board}/${phoned}`, { say: 'going_on' }, { action: '/after' });
  assert.match(noted.text, /I gang/);
  const summed = (await ase.get(`/admin/gatherings/${id}`)).text;
  assert.match(summed, /1 løst, 1 i gang, 1 fortsatt åpne, 1 ikke svart/);
  assert.match(summed, /Vi byttet system/);

  // The person's file has it; with the person the link goes, what came of the need stays.
  const file = JSON.parse(run(['person', 'export', 'karines@firma.example'], { data: s.data }).out);
  assert.deepEqual(file.need_answers.map((a) => [a.outcome, a.note]), [['solved', 'Vi byttet system'], ['open', undefined]]);
  assert.equal(run(['person', 'erase', 'karines@firma.example'], { data: s.data }).status, 0);
  assert.equal((await person.get(own)).status, 404);
  assert.match((await ase.get(`/admin/gatherings/${id}`)).text, /1 løst/);
  await s.clockAt('2027-04-20T09:00:00Z');
  const ola = mails.find((m) => m.to.text.includes('olavik'));
  assert.equal((await person.get(link(ola))).status, 410);
  await s.stop();
});

test('a theme of one organisation becomes no meeting; merged and dissolved, a meeting keeps its needs', { timeout: 240000 }, async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  const { need, theme } = await gathered(s, c);
  const draft = await c.submit(`${board}/themes/${theme}`, {}, { action: '/meeting' });
  const id = draft.path.match(/(\d+)/)[1];

  // Merged into another: the meeting is of that one now.
  await c.submit(`${board}/new`, { text: 'Ordre rett i regnskapet', organisation: 'Ytre Data', kind: 'need' }, { action: '/needs/new' });
  await c.submit(`${board}/new`, { text: 'Faktura uten papir', organisation: 'Lia Gartneri', kind: 'need' }, { action: '/needs/new' });
  const more = alone((await c.get(board)).text);
  const other = await themeOf(c, [...more.values()], 'Papirløst');
  await c.submit(`${board}/themes/${theme}`, { into: other }, { action: '/merge' });
  let page = (await c.get(`/admin/gatherings/${id}`)).text;
  assert.match(page, /Papirløst/);
  assert.match(page, /verkstedet/);
  assert.equal(sql(s, 'SELECT COUNT(*) FROM gathering_need'), '4');

  // Dissolved: it still knows what it was about.
  await c.submit(`${board}/themes/${other}`, {}, { action: '/dissolve' });
  page = (await c.get(`/admin/gatherings/${id}`)).text;
  assert.match(page, /verkstedet/);
  const gone = await c.post(`${board}/themes/${other}/meeting`, { csrf: csrfOf(draft) });
  assert.equal(gone.status, 422);
  assert.match(gone.text, /finnes ikke|slått sammen|oppløst/i);

  // All but one organisation's taken out: said, and nothing is made.
  const two = await themeOf(c, [need.get('Føre timer bare én gang'), need.get('Timer fra verkstedet rett i lønn')], 'To');
  await c.submit(`${board}/${need.get('Timer fra verkstedet rett i lønn')}`, { theme: '' }, { action: '/move' });
  const refused = await c.submit(`${board}/themes/${two}`, {}, { action: '/meeting' });
  assert.equal(refused.status, 422);
  assert.match(refused.text, /Alle behovene her er fra én bedrift/);
  await s.stop();
});
