// What an organiser is led to, step by step, without script.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling, run, until } from '../lib/samling.js';

const letter = (s, email) => s.mailbox().map((m) => m.toString('utf8').replace(/=\r?\n/g, '')).find((m) => m.includes(`<${email}>`));
const invited = (mail) => new URL(mail.match(/List-Unsubscribe: <([^>]+)\/unsubscribe>/)[1]).pathname;

test('nothing is offered that is not there', async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  assert.doesNotMatch((await c.get('/admin/gatherings/new')).text, /Start heller fra et tidligere/);

  const programme = [{ starts: '17:00', title: 'Velkommen' }];
  for (const [i, g] of [await s.gathering(), await s.gathering({ programme })].entries()) {
    const post = `kari${i}@firma.example`;
    await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [{ name: 'Kari Nes', email: post }] });
    const path = invited(await until(() => letter(s, post)));
    const guest = s.client();
    const asked = await guest.get(path);
    const own = await guest.submit(path, {}, { button: ['answer', 'yes'] });
    assert.match(own.path, /^\/r\/r/);
    for (const page of [asked, own]) {
      assert.equal(/Se hele programmet/.test(page.text), i === 1, page.path);
      assert.equal(/Les mer om arrangementet/.test(page.text), i === 0, page.path);
    }
  }

  await s.clock(40 * 86400000);
  const later = await s.organiser();
  assert.match((await later.get('/admin/gatherings/new')).text, /Start heller fra et tidligere/);
  await s.stop();
});

test('a pasted company is no member until somebody says so', async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  const g = await s.gathering();
  const page = `/admin/gatherings/${g.id}/invite`;
  const ask = () => c.submit(page, {}, { action: '/invite', button: ['do', 'members'] });
  assert.match((await ask()).text, /Åpne en kontakt under Kontakter og velg rollen Medlem/, 'how one becomes one');

  await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [
    { name: 'Kari Nes', email: 'kari@nes.example', organisation: 'Nes Havbruk' }, { name: 'Ola Lie', email: 'ola@lie.example', organisation: 'Lie AS' }] });
  assert.doesNotMatch((await ask()).text, /nes\.example|lie\.example/);
  const contact = (await c.get('/admin/contacts?q=kari')).text.match(/\/admin\/contacts\/\d+/)[0];
  assert.match((await c.get(contact)).text, /<option value="" selected>Ingen valgt</);
  await c.submit(contact, { role: 'member' }, { action: contact });
  const members = await ask();
  assert.match(members.text, /kari@nes\.example/);
  assert.doesNotMatch(members.text, /lie\.example/);
  // Who comes from elsewhere now makes nobody there a member, and a role needs somebody who has it.
  await c.submit(contact, { organisation: 'Ny AS' }, { action: contact });
  assert.match((await c.get(contact)).text, /<option value="" selected>Ingen valgt</);
  const none = await c.submit(contact, { organisation: '', role: 'member' }, { action: contact });
  assert.deepEqual([none.status, /Rollen hører til bedriften/.test(none.text)], [422, true]);
  await c.submit(contact, { organisation: 'Nes Havbruk' }, { action: contact });
  assert.match((await c.get(contact)).text, /<option value="member" selected>/);
  await c.submit(contact, { role: '' }, { action: contact });
  assert.doesNotMatch((await ask()).text, /kari@nes\.example/, 'and no longer');
  await s.stop();
});

test('published: next, invite; sent: how many, and who got none and why', async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  const g = await s.gathering({ draft: true });
  const home = `/admin/gatherings/${g.id}`;
  assert.doesNotMatch((await c.get(home)).text, /Neste: inviter/);
  const published = await c.submit(`${home}/publish`, {}, { action: '/publish' });
  assert.equal(published.path, home);
  assert.match(published.text, /Neste: inviter[\s\S]*?<a class="ds-button" href="[^"]*\/invite">/);
  await s.register(g, { name: 'Inne Lie', email: 'inne@firma.example' });

  const paste = 'kari@nes.example\nola@lie.example\nkari@nes.example\ninne@firma.example\ntull@feil';
  const seen = await c.submit(`${home}/invite`, { paste, subject: 'Kom', message: 'Kom' }, { action: '/invite', button: ['do', 'review'] });
  const at = (what) => seen.text.search(what);
  assert.ok(at(/<textarea[^>]*id="message"/) < at(/<button class="ds-button"[^>]* name="do" value="review"/), 'the button stands after what it reviews');
  const sent = await c.submit(seen, {}, { action: '/invite' }).then((again) => {
    const path = again.text.match(/formaction="([^"]+\/send)"/)[1];
    return c.submit({ ...again, text: again.text.replace(/action="[^"]+\/invite"/, `action="${path}"`) }, {}, { action: '/send' });
  });
  assert.match(sent.path, /\/invitations\?sent=2/);
  assert.match(sent.text, /2 invitasjoner er [\s\S]*?3 ble hoppet over: 1 er påmeldt, 1 står to ganger, 1 må rettes\./);
  assert.doesNotMatch((await c.get(home)).text, /Neste: inviter/, 'done');
  await s.stop();
});

test('taking somebody off asks first, can be undone for ten minutes; what was phoned in is noted', async () => {
  const s = await Samling.start();
  const g = await s.gathering({ capacity: 1 });
  await s.register(g, { name: 'Kari Nes', email: 'kari@nes.example' });
  await s.register(g, { name: 'Ola Lie', email: 'ola@lie.example' });
  const list = async () => Object.fromEntries((await s.api('GET', `/gatherings/${g.id}/registrations`)).body.items.map((r) => [r.name, r]));
  const before = (await list())['Kari Nes'];
  const c = await s.organiser();
  const person = `/admin/gatherings/${g.id}/people/${before.id}`;

  // Allergies by phone: noted, seen by who arranges, written anew, emptied.
  const noted = await c.submit(person, { requirements: 'Uten nøtter' }, { action: person });
  assert.match(noted.text, /<dd>Uten nøtter<\/dd>/);
  assert.match((await c.submit(person, { requirements: 'Uten melk' }, { action: person })).text, /<dd>Uten melk<\/dd>/);
  assert.doesNotMatch(JSON.stringify((await s.api('GET', `/gatherings/${g.id}/registrations`, undefined, { token: s.newToken('viewer') })).body), /melk/);
  assert.doesNotMatch((await c.submit(person, { requirements: '' }, { action: person })).text, /Uten melk/);
  assert.ok(!s.mailbox().some((m) => /melk|n=C3=B8tter/.test(m.toString())), 'no mail says what of health');

  const ask = await c.get(`${person}/cancel`);
  assert.match(ask.text, /Melde av Kari Nes\?/);
  assert.doesNotMatch(ask.text, /sjekket inn/);
  await s.api('POST', `/gatherings/${g.id}/checkins`, { ticket: before.ticket });
  assert.match((await c.get(`${person}/cancel`)).text, /Kari Nes ble sjekket inn/);
  assert.equal((await list())['Kari Nes'].status, 'confirmed', 'only asked');
  const off = await c.submit(ask, { reason: 'Syk' }, { action: '/cancel' });
  assert.match(off.text, /Plassen gikk til neste/);
  const back = await c.submit(off, {}, { action: '/back' });
  assert.match(back.text, /Påmeldt igjen\. Plassen var gått til neste/);
  const now = await list();
  assert.deepEqual([now['Kari Nes'].status, now['Ola Lie'].status], ['confirmed', 'confirmed']);
  assert.equal(now['Kari Nes'].ticket, before.ticket, 'the code is good again');
  assert.equal((await s.api('GET', `/gatherings/${g.id}`)).body.seats_taken, 2);
  assert.equal((await c.submit(off, {}, { action: '/back' })).status, 200, 'twice is once');

  await c.submit(`${person}/cancel`, {}, { action: '/cancel' });
  const kept = await c.get(person);
  await s.clock(11 * 60000);
  const late = await s.organiser();
  assert.doesNotMatch((await late.get(person)).text, /action="[^"]*\/back"/);
  assert.equal((await late.post(`${person}/back`, { csrf: (await late.get(`/admin/gatherings/${g.id}/people/new`)).text.match(/name="csrf" value="([^"]+)"/)?.[1] ?? '' })).status, 422);
  assert.equal(kept.status, 200);
  await s.stop();
});

test('who comes for nobody says so with a choice, and an empty organisation asks what is meant', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  const c = s.client();
  const page = `/g/${(await s.api('GET', `/gatherings/${g.id}`)).body.slug}/register`;
  const asked = await c.submit(page, { name: 'Kari Nes', email: 'kari@nes.example', organisation: '' });
  assert.equal(asked.status, 422);
  assert.match(asked.text, /Skriv hvor du kommer fra, eller kryss av for privatperson/);
  assert.equal((await c.submit(asked, { private: 'on' })).status, 200);
  const one = (await s.api('GET', `/gatherings/${g.id}/registrations`)).body.items;
  assert.deepEqual(one.map((r) => [r.name, r.organisation]), [['Kari Nes', '']]);

  // Her own page knows, and may be told another thing.
  const own = (await until(() => letter(s, 'kari@nes.example'))).match(/https?:\/\/[^\s/]+(\/r\/r[^\s"<]+)/)[1];
  const change = await c.get(`${own}/change`);
  assert.match(change.text, /name="private" checked/);
  assert.equal((await c.submit(change, { private: null })).status, 422);
  assert.equal((await c.submit(change, { private: null, organisation: 'Nes Havbruk' })).status, 200);
  assert.equal((await s.api('GET', `/gatherings/${g.id}/registrations`)).body.items[0].organisation, 'Nes Havbruk');
  await s.stop();
});

test('a start that moves takes its end along, and says so', async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  const g = await s.gathering({ days: 30 }); // 17:00 to 20:30
  const edit = `/admin/gatherings/${g.id}/edit`;
  const ends = async () => (await s.api('GET', `/gatherings/${g.id}`)).body.ends_at.slice(11, 16);
  const value = (page, name) => page.text.match(new RegExp(`name="${name}"[^>]* value="([^"]*)"`))?.[1] ?? '';

  const asked = await c.submit(edit, { from: '18:00' }, { action: '/edit', button: ['action', 'save'] });
  assert.equal(asked.status, 422);
  assert.match(asked.text, /Starten er flyttet, så slutten er flyttet like langt/);
  assert.equal(value(asked, 'to'), '21:30');
  assert.equal(await ends(), '20:30', 'nothing is saved yet');
  const saved = await c.submit(asked, {}, { action: '/edit', button: ['action', 'save'] });
  assert.notEqual(saved.status, 422);
  assert.equal(await ends(), '21:30');

  // Who types an end, too, or had a script move it, is not asked.
  assert.notEqual((await c.submit(edit, { from: '16:00', to: '19:00' }, { action: '/edit', button: ['action', 'save'] })).status, 422);
  assert.equal(await ends(), '19:00');
  // Past midnight.
  const late = await c.submit(edit, { from: '22:00' }, { action: '/edit', button: ['action', 'save'] });
  assert.equal(late.status, 422);
  assert.equal(value(late, 'to'), '01:00');
  await c.submit(late, {}, { action: '/edit', button: ['action', 'save'] });
  assert.equal(await ends(), '01:00');
  await s.stop();
});

test('links have a button that copies them, and can be marked without', async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  const g = await s.gathering();
  const page = await c.get(`/admin/gatherings/${g.id}`);
  assert.match(page.text, /id="page-url" href="[^"]+">http[^<]+\/g\//);
  assert.doesNotMatch(page.text, /\}\}|copy\.js\) there/, 'no comment of the template');
  assert.match(page.text, /data-copy="page-url" data-done="Kopiert" hidden>Kopier<\/button><span[^>]* role="status"><\/span>/);
  assert.match(page.text, /<script[^>]+copy[^>]*\.js/);
  await s.stop();
});

test('undone, all is as it was: what was said of health too, and nobody is told who was not told', async () => {
  const s = await Samling.start();
  const g = await s.gathering({});
  const r = (await s.register(g, { name: 'Kari Nes', email: 'kari@nes.example', requirements: 'Uten nøtter' })).body;
  const now = async () => (await s.api('GET', `/registrations/${r.id}`)).body;
  const mails = async () => (await s.api('GET', `/mail?gathering=${g.id}`)).body.items.map((m) => m.kind);
  const kept = () => run(['person', 'export', 'kari@nes.example'], { data: s.data }).out.includes('Uten nøtter');
  await until(async () => s.mailbox().length === 1);
  const c = await s.organiser();
  const person = `/admin/gatherings/${g.id}/people/${r.id}`;
  const off = (fields) => c.submit(`${person}/cancel`, fields, { action: '/cancel' });
  const back = (page) => c.submit(page, {}, { action: '/back' });

  const quiet = await off({ quiet: 'on' });
  assert.doesNotMatch(quiet.text, /nøtter/, 'of who is off nothing is shown');
  assert.doesNotMatch((await c.get(`/admin/gatherings/${g.id}/people.csv`)).text, /nøtter/);
  assert.equal((await now()).requirements, '');
  assert.ok(kept(), 'and who asks what is kept is told the truth');
  const undone = await back(quiet);
  assert.match(undone.text, /Påmeldt igjen\.</);
  assert.match(undone.text, /<dd>Uten nøtter</);
  assert.deepEqual([(await now()).requirements, (await now()).ticket], ['Uten nøtter', r.ticket]);
  assert.equal((await mails()).length, 1, 'nobody was told of anything');

  const told = await off({});
  await until(async () => s.mailbox().length === 2, { what: 'the word of it' });
  await back(told);
  assert.equal((await mails()).length, 3, 'who was told is told');
  assert.equal((await now()).requirements, 'Uten nøtter');

  // Ten minutes, and it is gone, also when the program was not running then.
  await off({ quiet: 'on' });
  await s.clock(9 * 60000);
  assert.ok(kept());
  await s.end();
  await s.clock(11 * 60000);
  await s.serve();
  await until(() => !kept(), { what: 'the forgetting' });
  // Who leaves by themselves has said nothing any more, at once.
  const own = (await s.register(g, { name: 'Per', email: 'per@nes.example', requirements: 'Uten melk' })).body;
  await s.api('DELETE', `/registrations/${own.id}`);
  assert.ok(!run(['person', 'export', 'per@nes.example'], { data: s.data }).out.includes('melk'));
  await s.stop();
});

test('a confirmation that never left because of it is sent when it is undone', async () => {
  const s = await Samling.start({ args: ['--smtp', 'smtp://127.0.0.1:9', '--from', 'Hub <hub@hub.example>'] });
  const g = await s.gathering({});
  const r = (await s.register(g, { name: 'Kari Nes', email: 'kari@nes.example' })).body;
  const mails = async () => (await s.api('GET', `/mail?gathering=${g.id}`)).body.items.filter((m) => m.state !== 'suppressed');
  assert.equal((await mails()).length, 1);
  const c = await s.organiser();
  const off = await c.submit(`/admin/gatherings/${g.id}/people/${r.id}/cancel`, { quiet: 'on' }, { action: '/cancel' });
  assert.equal((await mails()).length, 0);
  await c.submit(off, {}, { action: '/back' });
  assert.equal((await mails()).length, 1, 'she hears that she is registered');
  await s.stop();
});

test('what is missing about somebody else is asked for as theirs, in every form and language', async () => {
  const s = await Samling.start();
  const g = await s.gathering({});
  const mine = (await s.register(g, {})).body;
  const there = (await s.api('POST', '/contacts', { name: 'Kari Nes', email: 'kari@nes.example', organisation: 'Nes' })).body;
  const link = await until(() => s.mailbox().map(String).join('').replace(/=\r?\n/g, '').match(/\/r\/r[\w.-]+/)?.[0], { what: 'her link' });
  const c = await s.organiser();
  const people = `/admin/gatherings/${g.id}/people`;
  const forms = [
    [`${people}/new`, '/people/new'], [`${people}/${mine.id}`, `/people/${mine.id}`], [`/door/${g.slug}/guest`, '/guest'], [`${link}/colleague`, '/colleague'],
    ['/admin/contacts/new', '/admin/contacts/new'], [`/admin/contacts/${there.id}`, `/admin/contacts/${there.id}`],
    ['/admin/settings/users', '/admin/settings/users'],
  ];
  for (const [lang, theirs, yours] of [['nb', /Skriv navnet</, /Skriv \S+ (ditt|din)\b/], ['nn', /Skriv namnet</, /Skriv \S+ (ditt|di)\b/], ['en', /Please enter the name</, /enter your/]]) {
    await c.get(`/?lang=${lang}`);
    for (const [page, action] of forms) {
      const r = await c.submit(page, { name: '', email: '' }, { action });
      assert.equal(r.status, 422, page);
      assert.match(r.text, theirs, `${page} ${lang}`);
      assert.doesNotMatch(r.text, yours, `${page} ${lang}`);
    }
  }
  const own = await s.client().submit(`/g/${g.slug}/register?lang=nb`, { name: '', email: '' }, { action: '/register' });
  assert.match(own.text, /Skriv navnet ditt/);
  await s.stop();
});

test('moved while people are only invited, it asks too whether to tell them', async () => {
  const s = await Samling.start();
  const g = await s.gathering({});
  await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [{ name: 'Kåre Nes', email: 'kare@nes.example' }] });
  const c = await s.organiser();
  const edit = `/admin/gatherings/${g.id}/edit`;
  const asked = await c.submit(edit, { place: 'Verkstedet' }, { action: '/edit', button: ['action', 'save'] });
  assert.equal(asked.path, `/admin/gatherings/${g.id}/move`);
  assert.match(asked.text, /Send til 1</);
  await c.submit(asked, {}, { action: '/move', button: ['action', 'tell'] });
  await until(() => s.mailbox().some((m) => /Verkstedet/.test(m.toString())), { what: 'the word of it' });
  const answered = (await s.api('GET', `/gatherings/${g.id}/invitations`)).body.items[0];
  assert.equal((await s.api('POST', `/invitations/${answered.id}/answer`, { answer: 'no' })).status, 200);
  assert.equal((await c.submit(edit, { place: 'Kantina' }, { action: '/edit', button: ['action', 'save'] })).path, `/admin/gatherings/${g.id}`, 'who has said no is not told');
  await s.stop();
});
