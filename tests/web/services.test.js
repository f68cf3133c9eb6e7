// Services: a member asks, the hub is mailed, answers, follows up and says what it came to; what others see of it.
import test from 'node:test';
import assert from 'node:assert/strict';
import { simpleParser } from 'mailparser';
import { Samling, run, until } from '../lib/samling.js';
import { memberSession, representative } from '../lib/member.js';

const DAY = 86400000;
const mails = async (s, subject) => (await Promise.all(s.mailbox().map((raw) => simpleParser(raw)))).filter((m) => subject.test(m.subject));
const offer = async (s, name, more = {}) => (await s.api('POST', '/services', { name, kind: 'advice', ...more })).body;

test('a member asks; the hub is mailed, answers by mail, and what was delivered is counted', { timeout: 120000 }, async () => {
  const s = await Samling.start();
  s.token = s.newToken('organiser');
  const boss = await s.organiser();
  await boss.submit('/admin/settings', { name: 'TechHub', email: 'post@hub.example', privacy_email: 'post@hub.example' }, { action: '/admin/settings' });
  const kari = await representative(s, 'Kari Nes', 'Nes Havbruk');
  const ola = await representative(s, 'Ola Vik', 'Vik Verft');
  const member = await memberSession(s, kari.email);
  const other = await memberSession(s, ola.email);
  assert.doesNotMatch((await member.get('/member')).text, /\/member\/services/, 'nothing is offered yet');
  const advice = await offer(s, 'Rådgivning', { hourly_rate: 1000, about: 'Et par timer' });
  await offer(s, 'Gammelt', { offered: false });
  assert.match((await member.get('/member')).text, /\/member\/services/);

  // Bad input keeps what was typed.
  const wrong = await member.submit('/member/services', { text: '' , service: advice.id }, { action: '/member/services' });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /id="text-error"/);
  const none = await member.submit('/member/services', { text: 'Hjelp til <robot>' }, { action: '/member/services' });
  assert.equal(none.status, 422);
  assert.match(none.text, /id="service-error"[\s\S]*Hjelp til &lt;robot&gt;/);
  assert.doesNotMatch(none.text, /Gammelt/);
  const old = (await s.api('GET', '/services')).body.items.find((x) => x.name === 'Gammelt');
  assert.equal((await member.submit('/member/services', { text: 'x', service: old.id }, { action: '/member/services' })).status, 422, 'no longer offered');

  const asked = await member.submit('/member/services', { text: 'Hjelp til å regne på en robot', service: advice.id }, { action: '/member/services' });
  assert.equal(asked.status, 200);
  assert.match(asked.text, /Hjelp til å regne på en robot/);
  const [toHub] = await until(async () => { const m = await mails(s, /Nes Havbruk ber om hjelp: Rådgivning/); return m.length && m; }, { what: 'the mail to the hub' });
  assert.match(toHub.text, /Kari Nes i Nes Havbruk[\s\S]*Hjelp til å regne på en robot/);
  const path = toHub.text.match(/(\/admin\/services\/\d+)/)[1];

  // The organiser's: on the home page, in the menu's number, in the list.
  assert.match((await boss.get('/admin')).text, new RegExp(`href="${path}"`));
  assert.match((await boss.get('/admin/services')).text, /Rådgivning[\s\S]*Hjelp til å regne/);
  const page = await boss.get(path);
  assert.equal(page.status, 200);
  const say = (fields) => boss.submit(path, { state: 'asked', answer: '', hours: '', value: '', ...fields }, { action: path });
  assert.match((await say({ tell: 'on' })).text, /id="answer-error"/);
  const bad = await say({ hours: 'to', value: 'mye', answer: 'Vi kommer', follow_up: '2027-13-40' });
  assert.equal(bad.status, 422);
  for (const id of ['hours', 'value', 'follow_up']) assert.match(bad.text, new RegExp(`id="${id}-error"`), id);
  assert.match(bad.text, /Vi kommer/);
  const agreed = await say({ state: 'agreed', answer: 'Vi kommer mandag.', tell: 'on', follow_up: new Date(Date.now() - DAY).toISOString().slice(0, 10), note: 'Bare vi vet' });
  assert.equal(agreed.status, 200, agreed.text.slice(0, 300));
  const [toMember] = await until(async () => { const m = await mails(s, /Svar om Rådgivning/); return m.length && m; }, { what: 'the answer' });
  assert.match(toMember.to.text, /Kari Nes/);
  assert.match(toMember.text, /Vi kommer mandag\.[\s\S]*Avtalt/);
  const own = (await member.get('/member/services')).text;
  assert.match(own, /Vi kommer mandag\./);
  assert.doesNotMatch(own, /Bare vi vet/);
  assert.doesNotMatch(own, /\/withdraw/, 'what is agreed is not taken back by a button');
  assert.match((await boss.get('/admin')).text, new RegExp(`href="${path}"`), 'to be followed up');

  // Another member sees nothing, and can neither read nor withdraw it.
  assert.doesNotMatch((await other.get('/member/services')).text, /regne på/);
  const id = path.split('/').pop();
  const csrf = (await other.get('/member/services')).text.match(/name="csrf" value="([^"]+)"/)[1];
  assert.equal((await other.post(`/member/services/${id}/withdraw`, { csrf })).status, 404);

  // Two write at once: the second is told, and keeps what was typed.
  const version = (await boss.get(path)).text.match(/name="version" value="(\d+)"/)[1];
  const form = { state: 'going_on', answer: 'En', hours: '', value: '', csrf: (await boss.get(path)).text.match(/name="csrf" value="([^"]+)"/)[1], version };
  assert.equal((await boss.post(path, form)).status, 200);
  const late = await boss.post(path, { ...form, answer: 'To' });
  assert.equal(late.status, 409);
  assert.match(late.text, /To<\/textarea>/);

  const done = await say({ state: 'done', answer: 'Ferdig', hours: '2,5', free: 'on' });
  assert.equal(done.status, 200);
  const r = (await s.api('GET', `/service-requests/${id}`)).body;
  assert.deepEqual([r.state, r.minutes, r.value, r.free], ['done', 150, 2500, true]);
  assert.match((await boss.get('/admin/organisations')).text, /Nes Havbruk/);
  assert.match((await boss.get(`/admin/organisations/${kari.organisation_id}`)).text, /Rådgivning[\s\S]*2.500.kr gratis de siste tre årene/);
  // Hours alone carry the value along; a value somebody typed stays.
  assert.equal((await s.api('PATCH', `/service-requests/${id}`, { minutes: 180 })).body.value, 3000);
  assert.equal((await s.api('PATCH', `/service-requests/${id}`, { value: 2000 })).body.value, 2000);
  assert.equal((await s.api('PATCH', `/service-requests/${id}`, { minutes: 60 })).body.value, 2000);
  assert.equal((await s.api('PATCH', `/service-requests/${id}`, { value: null })).body.value, 1000);

  // The report: to the organiser all, to a viewer only of three companies or more.
  const figures = async (role) => Object.fromEntries((await s.api('GET', '/reports', undefined, { token: s.newToken(role) })).body.figures.map((f) => [f.name, f.value]));
  let seen = await figures('organiser');
  assert.deepEqual([seen.services_asked, seen.services_done, seen.service_companies, seen.service_hours, seen.services_free], [1, 1, 1, 1, 1000]);
  seen = await figures('viewer');
  assert.deepEqual([seen.services_asked, seen.services_done, seen.service_companies, seen.service_hours, seen.services_free], [null, null, null, null, null]);
  assert.equal((await s.api('GET', '/service-requests', undefined, { token: s.newToken('viewer') })).status, 403);
  for (const name of ['Åmdal', 'Bakke']) {
    const o = (await representative(s, `Per ${name}`, name)).organisation_id;
    const made = (await s.api('POST', '/service-requests', { service_id: advice.id, organisation_id: o, text: 'Hjelp' })).body;
    assert.equal((await s.api('PATCH', `/service-requests/${made.id}`, { state: 'done', minutes: 60, free: true })).status, 200);
    if (name === 'Bakke') assert.equal((await s.api('POST', `/service-requests/${made.id}/answer`, { answer: 'Ja' })).body.code, 'service_nobody');
  }
  seen = await figures('viewer');
  assert.deepEqual([seen.services_done, seen.service_companies, seen.services_free], [3, 3, 3000]);
  const year = new Date().getFullYear();
  assert.match((await boss.get(`/admin/report/rows/services_free?from=${year}-01-01&to=${year}-12-31&lang=nb`)).text, /<td>1\s000\skr<\/td>/);
  assert.match((await boss.get(`/admin/report/rows/services_free?from=${year}-01-01&to=${year}-12-31&lang=en`)).text, /<td>NOK\s1,000<\/td>/);
  // Not of days of their own choice: two such periods beside each other would tell what one day brought.
  const today = new Date().toISOString().slice(0, 10);
  const chosen = (await s.api('GET', `/reports?from=${today.slice(0, 4)}-01-01&to=${today}`, undefined, { token: s.newToken('viewer') })).body.figures.find((f) => f.name === 'services_free');
  assert.deepEqual([chosen.value, chosen.few], [null, true]);
  assert.equal(run(['check'], { data: s.data }).status, 0);
  await s.stop();
});

test('withdrawn, forgotten, merged; a service that was asked for stays', { timeout: 120000 }, async () => {
  const s = await Samling.start();
  s.token = s.newToken('organiser');
  const boss = await s.organiser();
  const kari = await representative(s, 'Kari Nes', 'Nes Havbruk');
  const member = await memberSession(s, kari.email);
  const advice = await offer(s, 'Rådgivning');
  const course = await offer(s, 'Kurs');
  assert.equal((await s.api('POST', '/services', { name: ' rådgivning ', kind: 'other' })).body.code, 'service_exists');
  await member.submit('/member/services', { text: 'Første', service: advice.id }, { action: '/member/services' });
  const taken = await member.submit('/member/services', {}, { action: 'withdraw' });
  assert.match(taken.text, /Trukket tilbake|Withdrawn/);
  await member.submit('/member/services', { text: 'Andre', service: advice.id }, { action: '/member/services' });
  const [first, second] = (await s.api('GET', '/service-requests')).body.items;
  assert.deepEqual([first.state, second.state, second.contact], ['withdrawn', 'asked', 'Kari Nes']);
  assert.deepEqual((await s.api('GET', '/service-requests?state=asked')).body.items.map((r) => r.id), [second.id]);
  assert.equal((await s.api('GET', '/service-requests?state=x')).status, 422);

  // Removed only while nobody has asked.
  assert.equal((await s.api('DELETE', `/services/${advice.id}`)).body.code, 'service_asked_for');
  assert.equal((await s.api('DELETE', `/services/${course.id}`)).status, 204);
  const stays = await boss.submit(`/admin/services/catalogue/${advice.id}`, {}, { action: '/remove' });
  assert.equal(stays.status, 422);
  assert.match(stays.text, /blir stående/);
  const changed = await boss.submit(`/admin/services/catalogue/${advice.id}`, { name: 'Råd', kind: 'tull', rate: '0' }, { action: `/admin/services/catalogue/${advice.id}` });
  assert.equal(changed.status, 422);
  for (const id of ['kind', 'rate']) assert.match(changed.text, new RegExp(`id="${id}-error"`), id);
  const limit = await boss.submit('/admin/services/catalogue', { limit: '1000' }, { action: '/limit' });
  assert.equal(limit.status, 200);
  await s.api('PATCH', `/service-requests/${second.id}`, { state: 'done', value: 1500, free: true });
  assert.match((await boss.get(`/admin/services/${second.id}`)).text, /mer enn grensen/);

  // Noted by the organiser: an address that no contact has.
  const noted = await boss.submit('/admin/services/new', { organisation: 'Vik Verft', service: advice.id, text: 'På telefon', email: 'ukjent@vik.example' }, { action: '/admin/services/new' });
  assert.equal(noted.status, 422);
  assert.match(noted.text, /På telefon[\s\S]*id="email-error"/);
  const theirs = await boss.submit('/admin/services/new', { organisation: 'Vik Verft', service: advice.id, text: 'På telefon', email: kari.email }, { action: '/admin/services/new' });
  assert.equal(theirs.status, 422);
  assert.match(theirs.text, /hører til en annen bedrift/);
  assert.equal((await s.api('GET', '/service-requests?state=asked')).body.items.length, 0, 'nothing of it is kept');
  for (const [organisation, email] of [['Nes Havbruk', kari.email], ['Vik Verft', '']]) {
    const ok = await boss.submit('/admin/services/new', { organisation, service: advice.id, text: 'På telefon', email }, { action: '/admin/services/new' });
    assert.match(ok.path, /^\/admin\/services\/\d+$/);
  }
  // What was free is worth something, or it would not count.
  const worth = await boss.submit(`/admin/services/${second.id}`, { state: 'done', hours: '', value: '', free: 'on' }, { action: `/admin/services/${second.id}` });
  assert.equal(worth.status, 422);
  assert.match(worth.text, /id="value-error"/);
  // In English, too, a form takes the numbers that it shows.
  await s.api('PATCH', `/service-requests/${second.id}`, { value: 12500, minutes: 90 });
  const english = await boss.submit(`/admin/services/${second.id}?lang=en`, { note: 'x' }, { action: `/admin/services/${second.id}` });
  assert.equal(english.status, 200, 'as it was shown');
  assert.equal((await s.api('GET', `/service-requests/${second.id}`)).body.value, 12500);

  // Merged: it is the other's. Erased: what was asked stays, who asked does not.
  const vik = (await s.api('GET', '/organisations?limit=500')).body.items.find((o) => o.name === 'Vik Verft');
  await boss.submit(`/admin/organisations/${vik.id}/merge?q=Nes`, { from: kari.organisation_id }, { action: '/merge' });
  assert.deepEqual([...new Set((await s.api('GET', '/service-requests')).body.items.map((r) => r.organisation))], ['Vik Verft']);
  const out = run(['person', 'export', kari.email], { data: s.data });
  assert.match(out.out, /På telefon/);
  assert.equal(run(['person', 'erase', kari.email], { data: s.data }).status, 0);
  assert.equal(run(['check'], { data: s.data }).status, 0);
  await s.stop();
});
