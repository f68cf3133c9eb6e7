// Who speaks for an organisation: named by the organiser, signed in by a mailed link, with what it says, expects and
// brings; who sees it; how the right ends.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling, all, run } from '../lib/samling.js';
import { mailedLink, memberSession, representative } from '../lib/member.js';

const asked = /Svarer du for en bedrift hos oss, er en lenke på vei|Her sendes det ikke e-post ennå/;

test('the sign-in page answers the same to all; the link shows who it is for, works once, an hour', async () => {
  const s = await Samling.start();
  await representative(s, 'Kari Nes', 'Nes Havbruk');
  const nobody = s.client();
  assert.equal((await nobody.get('/member/company', { follow: false })).headers.get('location'), '/member/sign-in');
  const known = await nobody.submit('/member/sign-in', { email: 'KARINES@firma.example' });
  const unknown = await nobody.submit('/member/sign-in', { email: 'ukjent@firma.example' });
  const bare = (r) => r.text.replace(/form_key" value="[^"]+"|name="form_key"[^>]*/g, '');
  assert.match(known.text, asked);
  assert.deepEqual([known.status, known.path, bare(known)], [unknown.status, unknown.path, bare(unknown)]);
  const wrong = await nobody.submit('/member/sign-in', { email: 'ikke en adresse' });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /value="ikke en adresse"/);

  const { path, mail } = await mailedLink(s, 'karines@firma.example');
  assert.match(mail.subject, /Logg inn for Nes Havbruk/);
  assert.match(mail.html, /Nes Havbruk/);
  assert.equal(s.mailbox().length, 1, 'the unknown got none');
  const c = s.client();
  for (let i = 0; i < 3; i++) {
    const page = await c.get(path);
    assert.match(page.text, /Du er Kari Nes og logger inn for Nes Havbruk/);
    assert.equal(c.cookies.size, 0, 'looking changes nothing');
  }
  const home = await c.submit(path);
  assert.equal(home.path, '/member');
  assert.match(home.text, /<h1[^>]*>Nes Havbruk<[\s\S]*Hei Kari!/);
  const again = await s.client().get(path);
  assert.equal(again.status, 404);
  assert.match(again.text, /Lenken virker ikke lenger[\s\S]*\/member\/sign-in/);
  assert.equal((await c.get('/admin')).status, 403);
  assert.equal((await c.get('/admin/organisations')).status, 403);
  assert.match((await c.get('/')).text, /href="\/member">Min side/);
  // Not twice in five minutes; then a new one, which dies of age.
  await nobody.submit('/member/sign-in', { email: 'karines@firma.example' });
  assert.equal(s.mailbox().length, 1);
  await s.clock(6 * 60000);
  await nobody.submit('/member/sign-in', { email: 'karines@firma.example' });
  const next = await mailedLink(s, 'karines@firma.example', 2);
  await s.clock(70 * 60000);
  assert.equal((await nobody.get(next.path)).status, 410);
  assert.equal((await c.get('/member')).status, 200, 'who is signed in stays so');
  await s.clock(15 * 86400000);
  assert.equal((await c.get('/member', { follow: false })).headers.get('location'), '/member/sign-in', 'fourteen days unused');
  await s.stop();
});

test('who speaks for several chooses; nobody else\'s', async () => {
  const s = await Samling.start();
  const first = await representative(s, 'Kari Nes', 'Nes Havbruk');
  const vik = (await s.api('POST', '/organisations', { name: 'Vik AS', role: 'member' })).body;
  const also = (await s.api('POST', `/organisations/${vik.id}/representatives`, { contact_id: first.contact_id })).body;
  const other = await representative(s, 'Per Lie', 'Lie AS');
  await s.client().submit('/member/sign-in', { email: first.email });
  const { path } = await mailedLink(s, first.email);
  const page = await s.client().get(path);
  assert.match(page.text, /svarer for flere bedrifter[\s\S]*Nes Havbruk[\s\S]*Vik AS/);
  assert.doesNotMatch(page.text, /Lie AS/);
  const thief = s.client();
  assert.equal((await thief.submit(page, { speak_for: other.id })).status, 404);
  assert.equal(thief.cookies.size, 0);
  const c = s.client();
  assert.match((await c.submit(page, { speak_for: also.id })).text, /<h1[^>]*>Vik AS/);
  await s.stop();
});

test('it keeps its organisation up to date, and what is its own to choose alone', async () => {
  const s = await Samling.start();
  const r = await representative(s, 'Kari Nes', 'Nes Havbruk');
  const c = await memberSession(s, r.email);
  const bad = await c.submit('/member/company', { size: 'mange', website: 'tull', description: 'Fisk' });
  assert.equal(bad.status, 422);
  assert.match(bad.text, /href="#size"[\s\S]*href="#website"[\s\S]*Fisk/);
  await c.submit('/member/company', { size: '12', website: 'nes.example', description: 'Vi avler <b>fisk</b>.', trade: 'Oppdrett', in_directory: 'on', name: 'Tatt over', role: 'funder' });
  const o = (await all(s, '/organisations'))[0];
  assert.deepEqual([o.name, o.role, o.size, o.website, o.trade, o.in_directory], ['Nes Havbruk', 'member', 12, 'https://nes.example', 'Oppdrett', true]);
  assert.match((await s.client().get('/members')).text, /Vi avler &lt;b&gt;fisk/);
  await c.submit('/member/company', { in_directory: null });
  assert.doesNotMatch((await s.client().get('/members')).text, /Nes Havbruk/);
  const out = await c.submit('/member', {}, { action: '/signout' });
  assert.equal(out.path, '/');
  assert.equal((await c.get('/member', { follow: false })).headers.get('location'), '/member/sign-in');
  await s.stop();
});

test('expectations: said by them, noted for them, asked for, side by side', async () => {
  const s = await Samling.start();
  const r = await representative(s, 'Kari Nes', 'Nes Havbruk');
  const vik = (await s.api('POST', '/organisations', { name: 'Vik AS', role: 'member' })).body;
  const boss = await s.organiser();
  const before = await boss.get('/admin/expectations');
  assert.match(before.text, /Nes Havbruk[\s\S]*Har ikke sagt noe ennå[\s\S]*Spør dem[\s\S]*Vik AS[\s\S]*Velg hvem som kan svare/);
  await boss.submit(before, {}, { action: '/ask', button: ['ask', r.organisation_id] });
  const { mail, path } = await mailedLink(s, r.email);
  assert.match(mail.subject, /Hva venter dere av nettverket/);
  assert.match((await boss.get('/admin/expectations?only=unsaid')).text, /Spurt i dag/);
  await s.clock(3 * 86400000);
  const c = s.client();
  assert.match((await c.submit(path)).text, /Si hva dere venter/, 'a link that was sent lives a week');

  const wrong = await c.submit('/member/expectations', { expects: 'Kunder', openness: 'alle' });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /Kunder/);
  const said = await c.submit('/member/expectations', { expects: 'Treffe kunder <utenfor> kommunen', brings: '40 timer', openness: 'closed' });
  assert.match(said.text, /Lagret[\s\S]*Treffe kunder &lt;utenfor&gt; kommunen[\s\S]*40 timer[\s\S]*Bare arrangøren/);
  assert.match((await boss.get('/admin/expectations')).text, /Treffe kunder &lt;utenfor&gt;[\s\S]*40 timer/);
  assert.doesNotMatch((await boss.get('/admin/expectations?only=unsaid')).text, /Nes Havbruk/);
  assert.match((await boss.get(`/admin/organisations/${r.organisation_id}`)).text, /Treffe kunder[\s\S]*av Kari Nes/);

  // Noted by the organiser, with who said it.
  await boss.submit(`/admin/organisations/${vik.id}/expectations`, { expects: 'Billigere strøm', openness: 'members' }, { action: '/expectations' });
  assert.match((await boss.get('/admin/expectations?only=said')).text, /Billigere strøm/);
  const one = (await s.api('GET', `/organisations/${vik.id}/expectations`));
  assert.deepEqual([one.body.expects, one.body.source, one.body.said_by], ['Billigere strøm', 'organiser', null]);
  const etag = one.headers.get('etag');
  assert.equal((await s.api('PATCH', `/organisations/${vik.id}/expectations`, { brings: 'Kai' }, { headers: { 'if-match': etag } })).status, 200);
  assert.equal((await s.api('PATCH', `/organisations/${vik.id}/expectations`, { brings: 'Bil' }, { headers: { 'if-match': etag } })).status, 412);
  assert.equal((await s.api('PATCH', `/organisations/${vik.id}/expectations`, { openness: 'alle' })).status, 422);
  assert.equal((await s.api('PATCH', `/organisations/${vik.id}/expectations`, { said_by: '999' })).status, 422);
  assert.equal((await s.api('PATCH', `/organisations/${vik.id}/expectations`, { said_by: r.contact_id })).body.said_by, 'Kari Nes');
  await s.api('PATCH', `/organisations/${vik.id}/expectations`, { expects: null, brings: null });
  assert.equal((await all(s, '/expectations')).length, 1, 'nothing is said any more');
  await s.stop();
});

test('who sees expectations goes by how far they are opened, on every page and by the API', async () => {
  const s = await Samling.start();
  run(['user', 'add', 'viewer@hub.example', '--role', 'viewer', '--password-stdin'], { data: s.data, input: 'en lang setning her\n' });
  const own = {};
  for (const [openness, name] of [['closed', 'Lukket AS'], ['members', 'Delt AS'], ['public', 'Åpen AS']]) {
    own[openness] = await representative(s, `Ola ${name}`, name);
    await s.api('PATCH', `/organisations/${own[openness].organisation_id}/expectations`, { expects: `venter-${openness}`, brings: `bidrar-${openness}`, openness });
  }
  const stranger = await representative(s, 'Per Annen', 'Annen AS');
  const viewer = s.client();
  await viewer.signIn('viewer@hub.example', 'en lang setning her');
  const boss = await s.organiser();
  const member = await memberSession(s, stranger.email);
  const nobody = s.client();
  const of = async (client, path) => {
    const { text } = await client.get(path);
    return ['closed', 'members', 'public'].filter((o) => text.includes(`venter-${o}`)).join();
  };
  assert.equal(await of(boss, '/admin/expectations'), 'closed,members,public');
  assert.equal(await of(viewer, '/admin/expectations'), 'members,public');
  assert.equal(await of(viewer, '/admin/expectations?only=said'), 'members,public');
  assert.match((await viewer.get('/admin/expectations?only=unsaid')).text, /Lukket AS/, 'as if nothing were said');
  assert.equal(await of(member, '/member/others'), 'members,public');
  assert.equal(await of(nobody, '/members/expectations'), 'public');
  assert.doesNotMatch((await nobody.get('/members/expectations')).text, /Lukket|Delt/);
  for (const openness of ['closed', 'members', 'public']) {
    const page = `/admin/organisations/${own[openness].organisation_id}`;
    assert.equal(await of(boss, page), openness);
    assert.equal(await of(viewer, page), openness === 'closed' ? '' : openness);
  }
  const mine = await memberSession(s, own.closed.email);
  assert.equal(await of(mine, '/member'), 'closed');
  assert.equal(await of(mine, '/member/others'), 'members,public');
  const token = s.newToken('viewer');
  const list = async (options) => (await s.api('GET', '/expectations', undefined, options)).body.items.map((e) => e.openness).sort().join();
  assert.equal(await list({}), 'closed,members,public');
  assert.equal(await list({ token }), 'members,public');
  const hidden = (await s.api('GET', `/organisations/${own.closed.organisation_id}/expectations`, undefined, { token })).body;
  assert.deepEqual([hidden.expects, hidden.source, hidden.said_at], ['', null, null]);
  // The kept public page goes with the choice.
  await s.api('PATCH', `/organisations/${own.public.organisation_id}/expectations`, { openness: 'closed' });
  assert.equal(await of(nobody, '/members/expectations'), '');
  await s.stop();
});

test('the right ends at once: taken back, merged, erased', async () => {
  const s = await Samling.start();
  const r = await representative(s, 'Kari Nes', 'Nes Havbruk');
  const boss = await s.organiser();
  const page = `/admin/organisations/${r.organisation_id}/representatives`;
  assert.match((await boss.get(page)).text, /Kari Nes[\s\S]*Send lenke/);
  const add = async (fields) => {
    const shown = await boss.get(page);
    return boss.submit({ ...shown, text: shown.text.slice(shown.text.lastIndexOf('<form')) }, fields, { action: page });
  };
  assert.match((await add({})).text, /Velg en kontakt/);
  const unknown = await add({ email: 'ukjent@x.example' });
  assert.equal(unknown.status, 422);
  assert.match(unknown.text, /value="ukjent@x\.example"[\s\S]*Ingen kontakt har denne adressen/);
  await s.api('POST', '/contacts', { name: 'Ola Nes', email: 'ola@nes.example', organisation: 'Nes Havbruk' });
  const added = await add({ email: 'ola@nes.example', send: 'on' });
  assert.match(added.text, /Lagt til[\s\S]*Ola Nes/);
  await mailedLink(s, 'ola@nes.example');

  const c = await memberSession(s, r.email);
  assert.equal((await s.api('DELETE', `/representatives/${r.id}`)).status, 204);
  assert.equal((await c.get('/member', { follow: false })).headers.get('location'), '/member/sign-in');
  assert.equal((await s.api('DELETE', `/representatives/${r.id}`)).status, 404);

  // Merged: signs in anew for the one that stays; both have said something, and the less open holds.
  const twin = await representative(s, 'Eli Nes', 'Nes Havbruk AS');
  const eli = await memberSession(s, twin.email);
  await s.api('PATCH', `/organisations/${twin.organisation_id}/expectations`, { expects: 'to', openness: 'closed' });
  await s.api('PATCH', `/organisations/${r.organisation_id}/expectations`, { expects: 'en', openness: 'public' });
  await boss.submit(`/admin/organisations/${r.organisation_id}/merge`, { from: twin.organisation_id }, { action: '/merge' });
  assert.equal((await eli.get('/member', { follow: false })).status, 303);
  const both = (await s.api('GET', `/organisations/${r.organisation_id}/expectations`)).body;
  assert.match(both.expects, /^en\s+to$/);
  assert.equal(both.openness, 'closed');
  assert.deepEqual((await s.api('GET', `/organisations/${r.organisation_id}/representatives`)).body.items.map((x) => x.name), ['Ola Nes', 'Eli Nes']);

  // Erased: the right, the session and the name go; what was said stays the organisation's.
  await s.clock(10 * 60000);
  const again = await memberSession(s, twin.email);
  await again.submit('/member/expectations', { expects: 'sagt av Eli', openness: 'closed' });
  const admin = s.newToken('admin');
  const file = (await s.api('GET', `/persons?email=${twin.email}`, undefined, { token: admin })).body;
  assert.match(JSON.stringify(file), /speaks_for[\s\S]*Nes Havbruk/);
  assert.match(JSON.stringify(file), /sagt av Eli/);
  assert.equal((await s.api('DELETE', `/persons?email=${twin.email}`, undefined, { token: admin })).status, 204);
  assert.equal((await again.get('/member', { follow: false })).status, 303);
  const left = (await s.api('GET', `/organisations/${r.organisation_id}/expectations`)).body;
  assert.deepEqual([left.expects, left.said_by], ['sagt av Eli', null]);
  await s.stop();
});
