// Invitations as the invited, the organiser and programs meet them.
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Samling, all, run, until } from '../lib/samling.js';

const text = (eml) => eml.toString('utf8').replace(/=\r?\n/g, '');
const invitation = (s, email) => s.mailbox().map(text).find((m) => m.includes(`To: `) && m.includes(`<${email}>`) && m.includes('List-Unsubscribe:'));
const linkIn = (mail) => new URL(mail.match(/List-Unsubscribe: <([^>]+)\/unsubscribe>/)[1]).pathname;

/** Path of the personal page, out of the mail. */
async function link(s, email) {
  return linkIn(await until(() => invitation(s, email), { what: `the invitation to ${email}` }));
}
async function statusOf(s, g, email) {
  return (await all(s, `/gatherings/${g.id}/invitations`)).find((i) => i.email === email);
}
const invite = (s, g, ...names) => s.api('POST', `/gatherings/${g.id}/invitations`, {
  contacts: names.map((n) => ({ name: `${n[0].toUpperCase()}${n.slice(1)} Nes`, email: `${n}@firma.example`, organisation: 'Nes Havbruk' })),
});

test('one tap answers, and one may change one’s mind', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 1, deadline: null });
  assert.equal((await invite(s, g, 'kare', 'eva')).body.invited, 2);
  const path = await link(s, 'kare@firma.example');
  const c = s.client();

  const page = await c.get(path);
  assert.equal(page.status, 200);
  assert.match(page.text, /Invitasjon til Kare Nes, Nes Havbruk/);
  assert.match(page.text, /Ja, jeg kommer/);
  assert.match(page.headers.get('cache-control'), /no-store/);
  for (const method of ['GET', 'HEAD'])
    for (const more of ['', '/answer', '/colleague', '/unsubscribe', '?answer=yes', '/answer?answer=yes'])
      await c.request(method, path + more);
  assert.equal((await statusOf(s, g, 'kare@firma.example')).status, 'open', 'opening a link answers nothing');

  const yes = await c.submit(path, {}, { button: ['answer', 'yes'] });
  assert.match(yes.path, /^\/r\/r/, 'leads to the registration');
  assert.equal(yes.status, 200);
  const row = await statusOf(s, g, 'kare@firma.example');
  assert.deepEqual([row.status, row.source], ['yes', 'link']);
  assert.equal((await all(s, `/gatherings/${g.id}/registrations`)).length, 1);

  // Full: who says yes waits, and gets the seat when it is free.
  const other = await link(s, 'eva@firma.example');
  assert.match((await c.get(other)).text, /Ja, sett meg på ventelisten/);
  await c.submit(other, {}, { button: ['answer', 'yes'] });
  assert.match((await c.get(other)).text, /nummer 1 på ventelisten/);

  // The same page, seen again with the back button: the other answer counts.
  const no = await c.submit(page, {}, { button: ['answer', 'no'] });
  assert.equal(no.path, path);
  assert.match(no.text, /Du har svart at du ikke kan komme/);
  assert.equal((await statusOf(s, g, 'kare@firma.example')).status, 'no');
  assert.match((await c.get(other)).text, /Bekreftelsen med QR-kode/);

  assert.equal((await c.post(`${path}/answer`, { answer: 'perhaps' })).status, 422);
  assert.equal((await c.post(`${path}/answer`, { answer: 'yes' }, { headers: { origin: 'https://else.example' } })).status, 403);
  await s.stop();
});

test('a colleague instead', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  await invite(s, g, 'kare');
  const path = await link(s, 'kare@firma.example');
  const c = s.client();

  const wrong = await c.submit(`${path}/colleague`, { colleague_name: '', colleague_email: 'eva@' });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /Skriv navnet på kollegaen/);
  assert.match(wrong.text, /value="eva@"/, 'what was typed stays');
  const self = await c.submit(`${path}/colleague`, { colleague_name: 'Kare Nes', colleague_email: 'KARE@firma.example' });
  assert.equal(self.status, 422);
  const sent = await c.submit(`${path}/colleague`, { colleague_name: 'Eva Lie', colleague_email: 'eva@firma.example' });
  assert.equal(sent.path, path);
  assert.match(sent.text, /Eva Lie kommer i stedet/);
  assert.equal((await statusOf(s, g, 'kare@firma.example')).status, 'colleague');
  const [r] = await all(s, `/gatherings/${g.id}/registrations`);
  assert.deepEqual([r.name, r.organisation, r.status], ['Eva Lie', 'Nes Havbruk', 'confirmed']);
  // Not the colleague's own page: that is hers.
  assert.doesNotMatch(sent.text, /\/r\/r/);
  await s.stop();
});

test('late, tampered and old links', async () => {
  const s = await Samling.start();
  const day = (n) => new Date(Date.now() + n * 86400000).toISOString().slice(0, 10);
  const g = await s.gathering({ days: 30, deadline: `${day(20)}T12:00:00` });
  await invite(s, g, 'kare', 'eva');
  const path = await link(s, 'kare@firma.example');
  const other = await link(s, 'eva@firma.example');
  const c = s.client();

  for (const bad of [`${path}x`, `${path.slice(0, -1)}${path.endsWith('A') ? 'B' : 'A'}`, path.replace('/r/i', '/r/r'), path.split('.')[0], '/r/i'])
    assert.equal((await c.get(bad)).status, 404, bad);
  assert.match((await c.get(`${path.slice(0, -2)}..`)).text, /Se kalenderen/);

  await s.clock(21 * 86400000);
  assert.match((await c.get(path)).text, /Fristen for å svare ja har gått ut/);
  await c.post(`${path}/answer`, { answer: 'yes' });
  assert.equal((await statusOf(s, g, 'kare@firma.example')).status, 'open', 'too late for a yes');
  await c.post(`${path}/answer`, { answer: 'no' });
  assert.equal((await statusOf(s, g, 'kare@firma.example')).status, 'no', 'a no is always in time');
  // The organiser may still say yes for them.
  const { id } = await statusOf(s, g, 'eva@firma.example');
  assert.equal((await s.api('POST', `/invitations/${id}/answer`, { answer: 'yes' })).body.source, 'phone');

  await s.clock(31 * 86400000);
  assert.equal((await c.get(path)).status, 200);
  assert.equal((await s.api('POST', `/invitations/${id}/answer`, { answer: 'no' })).status, 410, 'over');
  await s.clock(62 * 86400000);
  assert.equal((await c.get(path)).status, 410);
  assert.equal((await c.get(`${other}/unsubscribe`)).status, 200, 'however old the mail is');
  await s.stop();
});

test('no more invitations with one click (RFC 8058), and back again', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  const h = await s.gathering({ title: 'Neste', days: 40 });
  await invite(s, g, 'kare');
  const path = await link(s, 'kare@firma.example');
  assert.match(invitation(s, 'kare@firma.example'), /List-Unsubscribe-Post: List-Unsubscribe=One-Click/);
  const c = s.client();

  const click = await c.post(`${path}/unsubscribe`, { 'List-Unsubscribe': 'One-Click' }, { follow: false, headers: { origin: 'https://mail.example', 'sec-fetch-site': 'cross-site' } });
  assert.equal(click.status, 200, 'no redirect, no token');
  assert.deepEqual((await invite(s, h, 'kare')).body, { invited: 0, skipped: [{ email: 'kare@firma.example', why: 'suppressed' }] });
  const form = new FormData();
  form.set('List-Unsubscribe', 'One-Click');
  assert.equal((await fetch(`${s.url}${path}/unsubscribe`, { method: 'POST', body: form })).status, 200, 'multipart too');
  const undone = await c.submit(`${path}/unsubscribe`, {}, { action: '/subscribe' });
  assert.match(undone.text, /Ikke send meg flere/);
  assert.equal((await invite(s, h, 'kare')).body.invited, 1);
  await s.stop();
});

const pasted = `Nes, Kåre <kare@firma.example>; "Berg, Ågot" <agot@firma.example>
eva@firma.example\tEva Lie\tLie AS
Stian Nes stian@firma
KÅRE  nes <kare@firma.example>
gammel@firma.example
trett@firma.example
inne@firma.example`;

test('a pasted list: looked through, seen, sent once', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ title: 'Varme' });
  await invite(s, g, 'gammel', 'trett2');
  await s.register(g, { name: 'Inne', email: 'inne@firma.example' });
  const h = await s.gathering({ title: 'Annet' });
  await invite(s, h, 'trett');
  await s.client().post(`${await link(s, 'trett@firma.example')}/unsubscribe`, {});
  const c = await s.organiser();
  const page = `/admin/gatherings/${g.id}/invite`;

  const seen = await c.submit(page, { paste: pasted, subject: 'Blir du med, {fornavn}?', message: 'Hei {fornavn}!\n\nVi vil ha {bedrift} med.' }, { action: '/invite', button: ['do', 'review'] });
  assert.equal(seen.status, 200);
  assert.match(seen.text, /<strong>3 nye<\/strong>, 1 er invitert fra før, 1 får ikke e-post, 1 er påmeldt, 1 står to ganger, 1 må rettes/);
  assert.match(seen.text, /Mangler slutten, for eksempel \.no/);
  assert.match(seen.text, /Har bedt om å slippe/);
  assert.match(seen.text, /Står også som nummer 1/);
  assert.match(seen.text, /<strong>Blir du med, Kåre\?<\/strong>/);
  assert.match(seen.text, /Send til 3/);
  assert.match(seen.text, /Stian Nes stian@firma\n/, 'everything typed stays');
  assert.equal((await all(s, `/gatherings/${g.id}/invitations`)).length, 2, 'nothing is stored');

  // Not what the button said: nothing goes.
  const fields = Object.fromEntries([...seen.text.matchAll(/<input type="hidden" name="(csrf|form_key)" value="([^"]+)"/g)].map((m) => [m[1], m[2]]));
  const body = { ...fields, paste: pasted, subject: 'Blir du med, {fornavn}?', message: 'Hei {fornavn}!\n\nVi vil ha {bedrift} med.' };
  const wrong = await c.post(`${page}/send`, { ...body, form_key: randomUUID().replaceAll('-', ''), reviewed: '2' });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /Listen er endret/);
  assert.equal((await all(s, `/gatherings/${g.id}/invitations`)).length, 2);

  const sent = await c.post(`${page}/send`, { ...body, reviewed: '3' });
  assert.match(sent.text, /3 invitasjoner er lagt i mappen/);
  const twice = await c.post(`${page}/send`, { ...body, reviewed: '3' });
  assert.equal(twice.path, sent.path, 'the same form again leads to the same place');
  const list = await all(s, `/gatherings/${g.id}/invitations`);
  assert.equal(list.length, 5);
  assert.equal(list.find((i) => i.email === 'kare@firma.example').name, 'Kåre Nes');
  assert.equal(list.find((i) => i.email === 'eva@firma.example').organisation, 'Lie AS');
  const mail = await until(() => invitation(s, 'eva@firma.example'), { what: 'the mail' });
  assert.match(mail, /Subject: Blir du med, Eva\?/);
  assert.match(mail, /Vi vil ha Lie AS med\./);
  assert.equal(mail.match(/Hei Eva!/g).length, 2, 'greeted once in each part');

  // A test to oneself is a mail, and no invitation.
  const tested = await c.submit(page, { paste: 'x@firma.example', subject: 'Proeve' }, { action: '/invite', button: ['do', 'test'] });
  assert.match(tested.text, /data-color="warning" role="status"><p>Prøven til ase@hub\.example er laget i mappen/); // no mail server is set up
  await until(() => s.mailbox().map(text).some((m) => m.includes('<ase@hub.example>') && m.includes('Subject: Proeve')), { what: 'the test' });
  assert.equal((await all(s, `/gatherings/${g.id}/invitations`)).length, 5);
  await s.stop();
});

test('five thousand lines at once, and one too many', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  const c = await s.organiser();
  const page = `/admin/gatherings/${g.id}/invite`;
  const lines = (n) => Array.from({ length: n }, (_, i) => `Person ${i} <p${i}@mange.example>`).join('\n');

  const over = await c.submit(page, { paste: lines(5001) }, { action: '/invite', button: ['do', 'review'] });
  assert.match(over.text, /flere enn 5000/);
  const seen = await c.submit(page, { paste: lines(5000) }, { action: '/invite', button: ['do', 'review'] });
  assert.match(seen.text, /Send til 5000/);
  const fields = Object.fromEntries([...seen.text.matchAll(/<input type="hidden" name="(csrf|form_key)" value="([^"]+)"/g)].map((m) => [m[1], m[2]]));
  const sent = await c.post(`${page}/send`, { ...fields, paste: lines(5000), reviewed: '5000' });
  assert.match(sent.text, /5000 invitasjoner er lagt i mappen/);
  const many = await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: Array.from({ length: 5001 }, (_, i) => ({ email: `q${i}@mange.example` })) });
  assert.equal(many.status, 422);
  assert.equal(many.body.errors[0].field, 'contacts');
  await s.stop();
});

test('answers by phone, and who may note them', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  await invite(s, g, 'bjorn', 'eva');
  const c = await s.organiser();
  const page = `/admin/gatherings/${g.id}/invitations`;

  const list = await c.get(`${page}?q=bjørn`);
  assert.match(list.text, /Viser 1–1 av 1/);
  const noted = await c.submit(list, {}, { action: '/answer', button: ['answer', 'yes'] });
  assert.match(noted.path, /q=bj/, 'back to the same list');
  assert.match(noted.text, /notert av arrangør/);
  const wrong = await c.submit(`${page}?q=eva`, { colleague_name: '', colleague_email: 'x@y.example' }, { action: '/answer', button: ['answer', 'colleague'] });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /value="x@y\.example"/);
  const right = await c.submit(wrong, { colleague_name: 'Per Lie', colleague_email: 'per@firma.example' }, { action: '/answer', button: ['answer', 'colleague'] });
  assert.match(right.text, />Per Lie<\/a>/);
  assert.deepEqual((await all(s, `/gatherings/${g.id}/invitations`)).map((i) => i.status), ['yes', 'colleague']);

  const viewer = s.newToken('viewer');
  const { id } = await statusOf(s, g, 'eva@firma.example');
  assert.equal((await s.api('POST', `/invitations/${id}/answer`, { answer: 'no' }, { token: viewer })).status, 403);
  assert.equal((await s.api('GET', `/gatherings/${g.id}/invitations`, undefined, { token: viewer })).status, 200);
  await s.stop();
});

test('an invitation that nobody answered is taken back, by page and by API', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  await invite(s, g, 'kare', 'eva', 'bo', 'per');
  const [kare, eva, per] = await Promise.all(['kare', 'eva', 'per'].map((n) => link(s, `${n}@firma.example`)));
  const c = await s.organiser(), page = `/admin/gatherings/${g.id}/invitations`;
  const id = async (n) => (await statusOf(s, g, `${n}@firma.example`))?.id;
  const path = async (n) => `/invitations/${await id(n)}`;

  // By page: it asks first, and comes back to the same list.
  const first = await id('kare');
  const ask = await c.get(`${page}/${first}/withdraw?q=nes&status=none`);
  assert.match(ask.text, /Trekke tilbake invitasjonen til Kare Nes\?/);
  assert.ok(await id('kare'), 'asking changes nothing');
  const done = await c.submit(ask, {}, { action: '/withdraw' });
  assert.match(done.path, /q=nes&status=none/);
  assert.match(done.text, /Invitasjonen er trukket tilbake\./);
  assert.doesNotMatch(done.text, /kare@firma/);
  assert.match(done.text, /Alle \(3\)/, 'nor is it counted');
  assert.equal((await c.get(`${page}/${first}/withdraw`)).status, 404);

  // Its link says so, in every way it may be opened, and still stops further invitations.
  const guest = s.client();
  for (const more of ['', '/yes', '/colleague', '/answer']) {
    const gone = await guest.get(kare + more);
    assert.equal(gone.status, 410, more);
    assert.match(gone.text, /har trukket tilbake denne invitasjonen/);
  }
  const late = await guest.post(`${kare}/answer`, { answer: 'yes' });
  assert.match(late.text, /har trukket tilbake denne invitasjonen/);
  assert.equal((await all(s, `/gatherings/${g.id}/registrations`)).length, 0);
  assert.equal((await guest.post(`${kare}/unsubscribe`, { 'List-Unsubscribe': 'One-Click' }, { follow: false })).status, 200);
  assert.deepEqual((await invite(s, g, 'kare')).body.skipped, [{ email: 'kare@firma.example', why: 'suppressed' }]);
  await guest.submit(`${kare}/unsubscribe`, {}, { action: '/subscribe' });
  const before = s.mailbox().length;
  assert.equal((await invite(s, g, 'kare')).body.invited, 1, 'invited again');
  await until(() => s.mailbox().length > before, { what: 'a second invitation' });
  assert.notEqual(await id('kare'), first);
  assert.equal((await guest.get(kare)).status, 410, 'the first link stays dead');

  // By API, with what can be wrong.
  const bo = await path('bo');
  assert.equal((await s.api('DELETE', bo, undefined, { token: null })).status, 401);
  assert.equal((await s.api('DELETE', bo, undefined, { token: s.newToken('viewer') })).status, 403);
  assert.equal((await s.api('DELETE', bo, undefined, { headers: { 'if-match': '"x"' } })).status, 412);
  const seen = (await s.api('GET', bo)).headers.get('etag');
  assert.equal((await s.api('DELETE', bo, undefined, { headers: { 'if-match': seen } })).status, 204);
  for (const method of ['GET', 'DELETE']) assert.equal((await s.api(method, bo)).status, 404);
  assert.equal((await s.api('DELETE', '/invitations/999999')).status, 404);

  // Answered: not any more.
  await guest.submit(eva, {}, { button: ['answer', 'yes'] });
  await guest.submit(per, {}, { button: ['answer', 'no'] });
  for (const [who, code] of [['eva', 'invitation_registered'], ['per', 'invitation_answered']]) {
    const no = await s.api('DELETE', await path(who));
    assert.deepEqual([no.status, no.body.code], [409, code]);
    const refused = await c.get(`${page}/${await id(who)}/withdraw`);
    assert.match(refused.path, /\/invitations\?/, 'leads to the list');
    assert.doesNotMatch(refused.text, new RegExp(`${await id(who)}/withdraw`));
  }

  // Two at once: the form that was open says why not.
  const open = await c.get(`${page}/${await id('kare')}/withdraw`);
  await s.api('POST', `${await path('kare')}/answer`, { answer: 'yes' });
  const overtaken = await c.submit(open, {}, { action: '/withdraw' });
  assert.equal(overtaken.status, 422);
  assert.match(overtaken.text, /Meld av i stedet/);
  assert.equal(run(['check'], { data: s.data }).status, 0, 'nothing to find');
  await s.stop();
});

test('a withdrawn invitation is the person’s still, and what is over is not withdrawn', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  await invite(s, g, 'kare');
  const kare = await link(s, 'kare@firma.example');
  const { id } = await statusOf(s, g, 'kare@firma.example');
  assert.equal((await s.api('DELETE', `/invitations/${id}`)).status, 204);
  const kept = await s.api('GET', '/persons?email=kare@firma.example');
  assert.equal(kept.body.invitations.length, 1, 'exported as what is kept');
  assert.equal((await s.api('DELETE', '/persons?email=kare@firma.example', undefined, { token: s.newToken('admin') })).status, 204);
  assert.equal((await s.client().get(kare)).status, 404);
  const off = await s.gathering({ title: 'Avlyst' });
  await invite(s, off, 'eva');
  const eva = (await statusOf(s, off, 'eva@firma.example')).id;
  await s.api('POST', `/gatherings/${off.id}/cancel`, { notify: false });
  const over = await s.api('DELETE', `/invitations/${eva}`);
  assert.deepEqual([over.status, over.body.code], [410, 'gathering_over']);
  assert.equal(run(['check'], { data: s.data }).status, 0, 'nothing to find');
  await s.stop();
});

test('mail about a withdrawn invitation that has not left does not go', async () => {
  const s = await Samling.start({ args: ['--smtp', 'smtp://127.0.0.1:1', '--from', 'hub@techhub.example'] });
  const g = await s.gathering();
  await invite(s, g, 'kare', 'eva');
  const { id } = await statusOf(s, g, 'kare@firma.example');
  assert.equal((await s.api('DELETE', `/invitations/${id}`)).status, 204);
  const mails = await all(s, `/mail?gathering=${g.id}`);
  const kare = mails.find((m) => m.to === 'kare@firma.example');
  assert.deepEqual([kare.state, kare.last_reply], ['suppressed', 'The invitation was taken back before it went']);
  assert.notEqual(mails.find((m) => m.to === 'eva@firma.example').state, 'suppressed');
  const c = await s.organiser();
  assert.match((await c.get(`/admin/mail?gathering=${g.id}`)).text, /trukket tilbake før den gikk/);
  assert.equal(run(['check'], { data: s.data }).status, 0, 'nothing to find');
  await s.stop();
});

test('the API: what is wrong with a list, and the same request again', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  const path = `/gatherings/${g.id}/invitations`;
  const contacts = [{ name: 'Nes, Kåre', email: 'Kare@firma.example' }, { email: 'kare@FIRMA.example' }, { email: 'kare' },
    { name: 'x'.repeat(201), email: 'lang@firma.example' }, { email: 'a@b.example\r\nBcc: x@y.example' }, {}, 7];
  const key = { 'idempotency-key': randomUUID() };
  const first = await s.api('POST', path, { contacts }, { headers: key });
  assert.equal(first.status, 202);
  assert.equal(first.body.invited, 1);
  assert.deepEqual(first.body.skipped.map((x) => x.why), ['invalid', 'invalid', 'invalid', 'invalid', 'invalid', 'duplicate']);
  assert.deepEqual((await s.api('POST', path, { contacts }, { headers: key })).body, first.body);
  assert.equal((await s.api('POST', path, { contacts })).body.invited, 0);
  assert.equal((await all(s, path))[0].name, 'Kåre Nes');

  for (const body of [{}, { contacts: null }, { contacts: 'x' }, { contacts: {} }]) {
    const r = await s.api('POST', path, body);
    assert.equal(r.status, 422, JSON.stringify(body));
    assert.equal(r.body.errors[0].field, 'contacts');
  }
  const draft = await s.gathering({ draft: true });
  assert.equal((await s.api('POST', `/gatherings/${draft.id}/invitations`, { contacts })).status, 409);
  assert.equal((await s.api('POST', '/gatherings/999/invitations', { contacts })).status, 404);
  await s.stop();
});

test('a long list is paged both ways, and an answer noted on a page comes back to it', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: null, deadline: null });
  const names = Array.from({ length: 120 }, (_, i) => `g${String(i).padStart(3, '0')}`);
  assert.equal((await invite(s, g, ...names)).body.invited, 120);
  const c = await s.organiser();
  const list = `/admin/gatherings/${g.id}/invitations`;
  const shown = (page) => [page.text.match(/Viser [^<]+/)[0], [...page.text.matchAll(/<th scope="row">(G\d+)/g)].map((m) => m[1].toLowerCase())];
  const to = (page, label) => c.get(page.text.match(new RegExp(`href="([^"]+)">(?:<svg[^>]*>(?:<(?!/svg)[^>]*>)*</svg>)?${label}`))[1].replaceAll('&amp;', '&'));

  const first = await c.get(list);
  assert.deepEqual(shown(first), ['Viser 1–50 av 120', names.slice(0, 50)]);
  assert.doesNotMatch(first.text, />(?:<svg[^]*?<\/svg>)?Forrige</);
  const second = await to(first, 'Neste');
  assert.deepEqual(shown(second), ['Viser 51–100 av 120', names.slice(50, 100)]);
  const last = await to(second, 'Siste');
  assert.deepEqual(shown(last), ['Viser 71–120 av 120', names.slice(70)]);
  const before = await to(last, 'Forrige');
  assert.deepEqual(shown(before), ['Viser 21–70 av 120', names.slice(20, 70)]);
  assert.deepEqual(shown(await to(before, 'Første')), shown(first));
  assert.deepEqual(shown(await to(await to(first, 'Neste'), 'Neste')), ['Viser 101–120 av 120', names.slice(100)]);

  // Somebody on the second page; what is wrong is said there, too.
  const note = second.text.match(new RegExp(`action="(${list}/\\d+/answer)"`))[1];
  const wrong = await c.submit(second, { colleague_name: '', colleague_email: '' }, { action: note, button: ['answer', 'colleague'] });
  assert.equal(wrong.status, 422);
  assert.deepEqual(shown(wrong), shown(second));
  const noted = await c.submit(wrong, {}, { action: note, button: ['answer', 'no'] });
  assert.deepEqual(shown(noted), shown(second));
  assert.equal(shown(await c.get(`${list}?status=no`))[0], 'Viser 1–1 av 1');
  assert.deepEqual(shown(await c.get(`${list}?status=none&before=last`)), ['Viser 70–119 av 119', names.slice(70)]);

  // Found, it is said at the one it is about.
  const found = await c.get(`${list}?q=g0`);
  assert.equal(shown(found)[0], 'Viser 1–50 av 100');
  const alone = await c.submit(await to(found, 'Siste'), {}, { action: '/answer', button: ['answer', 'colleague'] });
  assert.equal(alone.status, 422);
  assert.equal(shown(alone)[1].length, 1);
  await s.stop();
});
