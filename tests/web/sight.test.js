// Who sees what of what organisations say, over HTTP: objects by viewers, in each openness. What is not theirs to see
// stands nowhere on the page: not as text, not as a name, not as a number that tells.
import test, { before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Samling, run } from '../lib/samling.js';
import { memberSession, representative } from '../lib/member.js';

let s;
const viewer = {}; // clients by who they are
const password = 'en lang setning her';

before(async () => {
  s = await Samling.start();
  assert.equal(run(['user', 'add', 'styret@hub.example', '--role', 'viewer', '--password-stdin'], { data: s.data, input: `${password}\n` }).status, 0);
  viewer.organiser = await s.organiser();
  viewer.viewer = s.client();
  await viewer.viewer.signIn('styret@hub.example', password);
  viewer.owner = await memberSession(s, (await representative(s, 'Eva Eier', 'Eierfirma AS')).email);
  viewer.member = await memberSession(s, (await representative(s, 'Mia Medlem', 'Medlemsfirma AS')).email);
  viewer.nobody = s.client();
});
after(() => s?.stop());

/** Pages that show needs, by who asks. */
const pages = {
  organiser: ['/admin/needs', '/admin/needs/list', '/admin/needs/list?q=hemmelig', '/admin/organisations/1'],
  viewer: ['/admin/needs', '/admin/needs/list', '/admin/needs/list?q=hemmelig', '/admin/organisations/1'],
  owner: ['/member', '/member/needs'],
  member: ['/member', '/member/needs', '/member/needs/others', '/needs'],
  nobody: ['/needs', '/needs?before=999', '/members', '/'],
};
const whole = async (who) => (await Promise.all(pages[who].map(async (p) => (await viewer[who].get(p)).text))).join('\n');

/** Those that are closed come first: nothing of their owner is to be seen then. [object, openness, who sees all of it, who sees nothing]. */
const table = [
  ['need', 'closed', ['organiser', 'owner'], ['viewer', 'member', 'nobody']],
  ['offer', 'closed', ['organiser', 'owner'], ['viewer', 'member', 'nobody']],
  ['need', 'members', ['organiser', 'owner', 'viewer', 'member'], ['nobody']],
  ['need', 'public', ['organiser', 'owner', 'viewer', 'member', 'nobody'], []],
  ['offer', 'members', ['organiser', 'owner', 'viewer', 'member'], ['nobody']],
  ['offer', 'public', ['organiser', 'owner', 'viewer', 'member', 'nobody'], []],
];

for (const [object, openness, sees, blind] of table) {
  test(`${object}, ${openness}: ${sees.join(', ')} see it; ${blind.join(', ') || 'nobody'} does not`, async () => {
    const text = `Hemmelig${object}${openness}`;
    const added = await viewer.owner.submit('/member/needs', { text, kind: object, openness }, { action: '/member/needs' });
    assert.match(added.text, /Lagret/);
    for (const who of sees) assert.match(await whole(who), new RegExp(text), `${who} sees ${openness}`);
    for (const who of blind) assert.doesNotMatch(await whole(who), new RegExp(text), `${who} does not see ${openness}`);
    const read = async (role) => JSON.stringify([await s.api('GET', '/needs?limit=500', undefined, { token: s.newToken(role) }), await s.api('GET', `/needs?q=${text}`, undefined, { token: s.newToken(role) })].map((r) => r.body));
    assert.match(await read('organiser'), new RegExp(text));
    assert[sees.includes('viewer') ? 'match' : 'doesNotMatch'](await read('viewer'), new RegExp(text), 'by the API, too');
    const id = added.text.match(new RegExp(`href="/member/needs/(\\d+)">${text}`))[1];
    assert.equal((await viewer.member.get(`/member/needs/${id}`)).status, 404, 'another\'s to change is not there');
    assert.equal((await viewer.viewer.get(`/admin/needs/${id}`)).status, sees.includes('viewer') ? 200 : 404);
    if (openness === 'closed') assert.doesNotMatch(await whole('nobody'), /Eierfirma/);
  });
}

test('a theme is counted from three organisations on, never named: by board, page, feed of the public', async () => {
  const one = (organisation, n) => viewer.organiser.submit('/admin/needs/new', { text: `Frakt over fjorden ${n}`, organisation }, { action: '/needs/new' });
  await one('Ane Alfa AS', 1);
  await one('Bo Beta AS', 2);
  const board = await viewer.organiser.get('/admin/needs');
  const csrf = board.text.match(/name="csrf" value="([^"]+)"/)[1];
  const picks = [...board.text.matchAll(/data-need="(\d+)"[\s\S]*?<p class="ds-label"[^>]*>([^<]*)</g)].filter((m) => m[2].startsWith('Frakt')).map((m) => m[1]);
  const made = await viewer.organiser.post('/admin/needs/themes', [...picks.map((id) => ['pick', id]), ['name', 'Fjordfrakt'], ['csrf', csrf]]);
  const id = made.text.match(/id="theme-(\d+)"/)[1];
  const open = async (openness) => {
    const page = await viewer.organiser.get(`/admin/needs/themes/${id}`);
    const r = await viewer.organiser.post(`/admin/needs/themes/${id}`, { name: 'Fjordfrakt', description: 'Alfa og Beta', openness, state: 'open', version: page.text.match(/name="version" value="(\d+)"/)[1], csrf });
    assert.match(r.text, /Lagret/);
  };
  await open('public');
  for (const who of ['viewer', 'member', 'nobody']) assert.doesNotMatch(await whole(who), /Fjordfrakt/, `two would tell ${who}`);
  assert.equal((await viewer.viewer.get(`/admin/needs/themes/${id}`)).status, 404);
  await one('Cia Gamma AS', 3);
  const third = (await viewer.organiser.get('/admin/needs')).text.match(/data-need="(\d+)"[\s\S]*?Frakt over fjorden 3/)[1];
  await viewer.organiser.post(`/admin/needs/${third}/move`, { theme: id, from: '', csrf });
  for (const [openness, sees, blind] of [['closed', ['viewer'], ['member', 'nobody']], ['members', ['viewer', 'member'], ['nobody']], ['public', ['viewer', 'member', 'nobody'], []]]) {
    await open(openness);
    for (const who of sees) {
      const text = await whole(who);
      assert.match(text, /Fjordfrakt[\s\S]*3 bedrifter/, `${who}, ${openness}`);
      assert.doesNotMatch(text, /Alfa|Beta|Gamma|Frakt over/, `${who} learns nobody's name`);
    }
    for (const who of blind) assert.doesNotMatch(await whole(who), /Fjordfrakt/, `${who}, ${openness}`);
  }
  const page = (await viewer.viewer.get(`/admin/needs/themes/${id}`)).text;
  assert.match(page, /3 bedrifter/);
  assert.doesNotMatch(page, /Alfa|Beta|Gamma|Frakt over/);
});

test('a room that is booked by hand: the board sees that it is taken; nobody else sees that there is a room', async () => {
  const room = (await s.api('POST', '/rooms', { name: 'Synlab', kind: 'lab' })).body;
  const at = new Date(Date.now() + 3600e3).toISOString();
  const until = new Date(Date.now() + 7200e3).toISOString();
  const made = await s.api('POST', `/rooms/${room.id}/bookings`, { what: 'Romhemmelig', who: 'Rakel Rom', organisation: 'Eierfirma AS', from: at, to: until });
  assert.equal(made.status, 201);
  const read = async (who) => (await Promise.all(['/admin/rooms', `/admin/rooms?week=${at.slice(0, 10)}`, `/admin/rooms/${room.id}`].map(async (p) => (await viewer[who].get(p)).text))).join('\n');
  assert.match(await read('organiser'), /Romhemmelig[\s\S]*Rakel Rom/);
  const board = await read('viewer');
  assert.match(board, /Synlab[\s\S]*Opptatt/);
  assert.doesNotMatch(board, /Romhemmelig|Rakel Rom|Eierfirma/);
  for (const who of ['owner', 'member', 'nobody']) {
    for (const text of [await read(who), await whole(who)]) assert.doesNotMatch(text, /Synlab|Romhemmelig|Rakel/, who);
    assert.equal((await viewer[who].get('/rooms.ics')).status, 404);
  }
});
