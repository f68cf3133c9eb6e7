// Who is who: an address and a name. Several share a mailbox, and none of them answers for another.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { simpleParser } from 'mailparser';
import { Samling, all, forms, run, unescape, until } from '../lib/samling.js';

const mails = (s) => Promise.all(s.mailbox().map((raw) => simpleParser(raw)));

/** The path of the link in a mail to this person. letter: of what it is about. */
async function linkTo(s, name, address, letter = 'i') {
  return until(async () => {
    for (const mail of await mails(s)) {
      const [to] = mail.to.value;
      const path = to.address === address && to.name === name
        && mail.text.match(new RegExp(`/r/${letter}[\\w-]+\\.[\\w-]+`))?.[0];
      if (path) return path;
    }
    return null;
  }, { what: `a mail to ${name} <${address}>` });
}

const status = async (s, g) => Object.fromEntries((await all(s, `/gatherings/${g.id}/invitations`)).map((i) => [i.name, i.status]));
const people = async (s, g) => (await all(s, `/gatherings/${g.id}/registrations`)).filter((r) => r.status !== 'cancelled').map((r) => r.name).sort();
const post = 'post@firma.example';

test('two who share a mailbox: two invitations, two answers, two registrations', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  const contacts = [{ name: 'Ola Nes', email: post }, { name: 'Kari Nes', email: post }, { name: 'OLA  NES', email: post }];
  const sent = await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts });
  assert.deepEqual(sent.body, { invited: 2, skipped: [{ email: post, why: 'duplicate' }] });
  const kari = await linkTo(s, 'Kari Nes', post);
  const ola = await linkTo(s, 'Ola Nes', post);
  assert.notEqual(kari, ola);

  // Ola registers on the open page: that is his yes, and nobody else's.
  await s.register(g, { name: 'Ola Nes', email: post });
  assert.deepEqual(await status(s, g), { 'Ola Nes': 'yes', 'Kari Nes': 'open' });
  const olaOwn = await linkTo(s, 'Ola Nes', post, 'r');
  const asked = await s.client().get(kari);
  assert.ok(!asked.text.includes(olaOwn), 'Kari does not get his link');

  // Her no is hers.
  await s.client().submit(kari, {}, { action: '/answer', button: ['answer', 'no'] });
  assert.deepEqual(await status(s, g), { 'Ola Nes': 'yes', 'Kari Nes': 'no' });
  assert.deepEqual(await people(s, g), ['Ola Nes']);

  // So is her yes, and both come. A second name at the address is on no list yet.
  await s.client().submit(`${kari}/yes`, {}, { action: '/yes' });
  assert.deepEqual(await people(s, g), ['Kari Nes', 'Ola Nes']);
  const more = await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [{ name: 'Liv', email: post }, { email: post }, { name: 'kari nes', email: post }] });
  assert.equal(more.body.invited, 1);
  assert.deepEqual(more.body.skipped.map((x) => x.why), ['already_invited', 'already_invited']);
  await s.stop();
});

test('an invitation without a name is whoever registers first with its address', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [{ email: 'kari@firma.example' }] });
  const link = await linkTo(s, 'kari', 'kari@firma.example');
  await s.register(g, { name: 'Kari Nes', email: 'kari@firma.example' });
  assert.deepEqual(Object.values(await status(s, g)), ['yes']);
  await s.register(g, { name: 'Ola Nes', email: 'kari@firma.example' });
  await s.client().submit(link, {}, { action: '/answer', button: ['answer', 'no'] });
  assert.deepEqual(await people(s, g), ['Ola Nes']);
  await s.stop();
});

test('a pasted list: two names at one address are both new; a contact cannot take another’s name', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  const c = await s.organiser();
  const review = await c.submit(`/admin/gatherings/${g.id}/invite`, { paste: `Ola Nes <${post}>\nKari Nes <${post}>\n${post}\nola nes <${post}>` }, { action: '/invite', button: ['do', 'review'] });
  assert.equal(review.status, 200);
  assert.match(review.text, /<strong>2 nye<\/strong>, 2 står to ganger/);
  await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [{ name: 'Ola Nes', email: post }, { name: 'Kari Nes', email: post }] });
  const list = await c.get('/admin/contacts?q=kari');
  const href = unescape(list.text).match(/\/admin\/contacts\/\d+/)[0];
  const twin = await c.submit(href, { name: 'ola  nes' }, { action: href });
  assert.equal(twin.status, 422);
  assert.match(twin.text, /allerede en kontakt med dette navnet/);
  const other = await c.submit(href, { name: 'Kari Moe' }, { action: href });
  assert.equal(other.status, 200);
  await s.stop();
});

/** Everything in the database that has this text in it: [table.column]. */
function where(s, text) {
  const ask = (sql) => execFileSync('sqlite3', [join(s.data, 'samling.db'), sql], { encoding: 'utf8' }).trim().split('\n').filter(Boolean);
  const columns = ask("SELECT m.name || '.' || c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.type = 'TEXT'");
  return columns.filter((column) => {
    const [table, name] = column.split('.');
    return ask(`SELECT 1 FROM ${table} WHERE instr(lower("${name}"), '${text}') > 0 LIMIT 1`).length > 0;
  });
}

const personal = ['mail.', 'contact.', 'registration.', 'ticket.', 'requirement_kept.', 'person_request.', 'mail_suppression.'];
const left = (s, text) => where(s, text).filter((column) => personal.some((p) => column.startsWith(p)));

/** An organiser corrects a registration. */
async function correct(s, g, made, fields) {
  const c = await s.organiser();
  const page = `/admin/gatherings/${g.id}/people/${made.body.id}`;
  assert.equal((await c.submit(page, fields, { action: page })).status, 200);
}

test('who never asked to be invited later, and corrected the address: all is found, and gone', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  const made = await s.register(g, { name: 'Unni Feil', email: 'unni.feil@gammel.example', wish: 'unni vil vite' });
  const admin = s.newToken('admin');
  await linkTo(s, 'Unni Feil', 'unni.feil@gammel.example', 'r');
  await s.register(g, { name: 'Per Nes', email: 'per@firma.example' });
  await correct(s, g, made, { email: 'unni@ny.example' });
  await linkTo(s, 'Unni Feil', 'unni@ny.example', 'r');

  const got = await s.api('GET', '/persons?email=Unni@NY.example');
  assert.equal(got.status, 200);
  assert.equal(got.body.registrations[0].name, 'Unni Feil');
  assert.deepEqual([...new Set(got.body.mail.map((m) => m.to))].sort(), ['unni.feil@gammel.example', 'unni@ny.example']);
  assert.equal((await s.api('GET', '/persons')).status, 422);
  assert.equal((await s.api('DELETE', '/persons?email=unni@ny.example')).status, 403, 'an organiser’s token sees');
  for (const name of ['', '%20', '%C2%AD']) {
    assert.equal((await s.api('GET', `/persons?email=unni@ny.example&name=${name}`)).status, 422, 'a name left empty is not everybody');
    assert.equal((await s.api('DELETE', `/persons?email=unni@ny.example&name=${name}`, undefined, { token: admin })).status, 422);
  }
  assert.equal((await s.api('DELETE', '/persons?email=unni@ny.example', undefined, { token: admin })).status, 204);
  for (const text of ['unni', 'gammel.example', 'ny.example']) assert.deepEqual(left(s, text), [], text);
  assert.deepEqual(await people(s, g), ['Per Nes']);
  await s.stop();
});

test('from a registration’s page; a shared mailbox, one of them; a walk-in without an address', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  await s.register(g, { name: 'Ola Nes', email: post });
  await s.register(g, { name: 'Kari Moe', email: post });
  const c = await s.organiser();
  const list = unescape((await c.get(`/admin/gatherings/${g.id}/people`)).text);
  const pages = [...new Set(list.match(/\/admin\/gatherings\/\d+\/people\/\d+/g))];
  const page = (await Promise.all(pages.map((p) => c.get(p)))).find((p) => p.text.includes('Ola Nes'));
  const all_ = await c.get(unescape(page.text).match(/\/admin\/persons\?registration=\d+/)[0]);
  assert.match(all_.text, /Ola Nes, Påmeldt/);
  assert.doesNotMatch(all_.text, /Kari Moe, Påmeldt/);
  assert.match(all_.text, /Flere deler denne adressen/);
  const whole = await c.get(`/admin/persons?email=${post}`);
  assert.match(whole.text, /Ola Nes, Påmeldt[\s\S]*Kari Moe, Påmeldt/);
  const file = JSON.parse((await c.get(unescape(all_.text).match(/\/admin\/persons\/export\?[^"]+/)[0])).text);
  assert.deepEqual(file.registrations.map((r) => r.name), ['Ola Nes']);
  assert.deepEqual([...new Set(file.mail.map((m) => m.to_name))], ['Ola Nes']);
  const ask = await c.get(unescape(all_.text).match(/\/admin\/persons\/erase\?[^"]+/)[0]);
  const gone = await c.submit(ask, {}, { action: '/persons/erase' });
  assert.match(gone.text, /Alt er slettet/);
  assert.deepEqual(await people(s, g), ['Kari Moe']);
  assert.deepEqual(left(s, 'ola nes'), []);
  assert.notDeepEqual(left(s, 'kari moe'), []);

  await c.submit(`/admin/gatherings/${g.id}/people/new`, { name: 'Turid Tilfeldig', email: '' }, { action: '/people/new' });
  const turid = (await all(s, `/gatherings/${g.id}/registrations`)).find((r) => r.name.startsWith('Turid'));
  assert.equal(turid.email, '');
  await c.submit(`/admin/persons/erase?registration=${turid.id}`, {}, { action: '/persons/erase' });
  assert.deepEqual(left(s, 'turid'), []);
  assert.deepEqual(await people(s, g), ['Kari Moe']);
  assert.equal((await c.get(`/admin/persons?registration=${turid.id}`)).status, 404);
  await s.stop();
});

test('one’s own: a mailed link shows, downloads and erases; strangers learn nothing', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  await s.register(g, { name: 'Ida Lie', email: 'ida@firma.example' });
  await s.register(g, { name: 'Per Lie', email: 'per@firma.example' });
  const c = s.client();
  assert.match((await c.get('/privacy')).text, /href="\/my-data"/);
  const wrong = await c.submit('/my-data', { email: 'ida@' }, { action: '/my-data' });
  assert.equal(wrong.status, 422);
  const stranger = await c.submit('/my-data', { email: 'nobody@firma.example' }, { action: '/my-data' });
  const known = await c.submit('/my-data', { email: 'Ida@Firma.example' }, { action: '/my-data' });
  assert.equal(known.path, '/my-data/sent');
  assert.equal(stranger.path, known.path);
  await s.client().submit('/my-data', { email: 'ida@firma.example' }, { action: '/my-data' });
  const link = await until(async () => (await mails(s)).map((m) => m.text.match(/\/r\/p[\w-]+\.[\w-]+/)?.[0]).find(Boolean), { what: 'the link' });
  assert.equal((await mails(s)).filter((m) => /\/r\/p/.test(m.text)).length, 1, 'one mail, however often it is asked for');

  assert.equal((await c.get(link.slice(0, -1) + (link.endsWith('A') ? 'B' : 'A'))).status, 404);
  const own = await c.get(link);
  assert.match(own.text, /Ida Lie, Påmeldt/);
  assert.match(own.headers.get('cache-control'), /no-store/);
  assert.equal(JSON.parse((await c.get(`${link}/data`)).text).registrations[0].name, 'Ida Lie');
  assert.deepEqual(await people(s, g), ['Ida Lie', 'Per Lie'], 'looking erases nothing');
  assert.doesNotMatch((await c.get(`${link}/erase`)).text, /Flere deler denne adressen/);
  await s.register(g, { name: 'Eva Lie', email: 'ida@firma.example' });
  assert.match((await c.get(`${link}/erase`)).text, /Flere deler denne adressen/);
  const gone = await c.submit(`${link}/erase`, {}, { action: '/erase' });
  assert.equal(gone.path, '/my-data/erased');
  assert.deepEqual(await people(s, g), ['Per Lie']);
  assert.deepEqual(left(s, 'ida'), []);
  assert.equal((await c.get(link)).status, 404);
  await s.stop();
});

test('one’s own erasure sent twice: the same answer, and none for who has no good link', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  const c = s.client();
  const ask = async (name, email) => {
    await s.register(g, { name, email });
    await c.submit('/my-data', { email }, { action: '/my-data' });
    return `${await linkTo(s, '', email, 'p')}/erase`;
  };
  const page = await c.get(await ask('Ida Lie', 'ida@firma.example'));
  const erase = (from) => c.submit(from, {}, { action: '/erase', follow: false });
  const led = (r) => [r.status, r.headers.get('location')];
  const answers = [...await Promise.all([erase(page), erase(page)]), await erase(page)];
  for (const r of answers) assert.deepEqual(led(r), [303, '/my-data/erased']);
  const form = forms(page.text).find((f) => f.action.includes('/erase'));
  const other = page.text.replace(/name="form_key" value="[^"]+"/, 'name="form_key" value="another-key-0123456789"');
  assert.notEqual(other, page.text);
  assert.equal((await erase({ ...page, text: other })).status, 404, 'another form');
  const forged = form.action.replace(/.(?=\/erase)/, (ch) => (ch === 'A' ? 'B' : 'A'));
  assert.equal((await erase({ ...page, text: page.text.replaceAll(form.action, forged) })).status, 404, 'another code');

  // Once a link has ended it says so, however it is asked.
  const late = await c.get(await ask('Per Lie', 'per@firma.example'));
  await s.clock(3 * 3600000);
  assert.equal((await erase(late)).status, 410);
  await s.stop();
});

test('an address that is not known costs as much as one that is, and becomes known by no asking; three links a day', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  await s.register(g, { name: 'Ida Lie', email: 'ida@firma.example' });
  const ask = (email) => s.client().submit('/my-data', { email }, { action: '/my-data' });
  const links = async (to) => (await mails(s)).filter((m) => /\/r\/p/.test(m.text) && m.to.value[0].address === to).length;
  await ask('ida@firma.example');
  await ask('nobody@firma.example');
  // What is written is the same; who is known is asked after the answer.
  for (const email of ['ida@firma.example', 'nobody@firma.example']) {
    const written = where(s, email);
    for (const column of ['person_request.email', 'mail.to_email']) assert.ok(written.includes(column), `${email}: ${written}`);
  }
  await until(async () => (await links('ida@firma.example')) === 1, { what: 'the link' });
  for (let n = 1; n < 6; n++) {
    await s.clock(n * 16 * 60000);
    await ask('ida@firma.example');
    await ask('nobody@firma.example');
    await until(async () => (await all(s, '/mail')).every((m) => !['queued', 'sending', 'deferred'].includes(m.state)), { what: 'all that is queued' });
  }
  assert.equal(await links('ida@firma.example'), 3);
  assert.equal(await links('nobody@firma.example'), 0);
  await s.stop();
});

test('a mailbox’s own link is for what lies at it: not for whoever has another address now', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  const sent = await s.client().submit(`/g/${g.slug}/register`, { name: 'Ola Nes', email: 'kari@firma.example', organisation: 'Firma', invite_later: 'on' }, { action: '/register' });
  assert.equal(sent.status, 200);
  const [made] = await all(s, `/gatherings/${g.id}/registrations`);
  await correct(s, g, { body: made }, { email: 'ola@firma.example' });
  await s.client().submit('/my-data', { email: 'kari@firma.example' }, { action: '/my-data' });
  const link = await until(async () => (await mails(s)).map((m) => m.text.match(/\/r\/p[\w-]+\.[\w-]+/)?.[0]).find(Boolean), { what: 'the link' });
  await s.client().submit(`${link}/erase`, {}, { action: '/erase' });
  assert.deepEqual(await people(s, g), ['Ola Nes']);
  // Nor does the new address reach back to what lies at the old one.
  await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [{ name: 'Per Berg', email: 'per@firma.example' }] });
  await s.client().submit(`/g/${g.slug}/register`, { name: 'Per Berg', email: 'per@firma.example', organisation: 'Firma', invite_later: 'on' }, { action: '/register' });
  const per = (await all(s, `/gatherings/${g.id}/registrations`)).find((r) => r.name === 'Per Berg');
  await correct(s, g, { body: per }, { email: 'pb@firma.example' });
  await s.client().submit('/my-data', { email: 'pb@firma.example' }, { action: '/my-data' });
  const other = await linkTo(s, '', 'pb@firma.example', 'p');
  await s.client().submit(`${other}/erase`, {}, { action: '/erase' });
  assert.deepEqual(await people(s, g), ['Ola Nes']);
  assert.ok(left(s, 'per@firma.example').includes('contact.email'));
  await s.stop();
});

test('the command prints and erases', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  await s.register(g, { name: 'Ola Nes', email: post });
  await s.register(g, { name: 'Kari Moe', email: post });
  const told = run(['person', 'export', post, '--name', 'OLA nes'], { data: s.data });
  assert.equal(told.status, 0, told.err);
  assert.deepEqual(JSON.parse(told.out).registrations.map((r) => r.name), ['Ola Nes']);
  assert.equal(run(['person', 'erase', 'ola'], { data: s.data }).status, 2);
  const gone = run(['person', 'erase', post, '--name', 'Ola Nes'], { data: s.data });
  assert.match(gone.out, /registrations 1/);
  assert.deepEqual(await people(s, g), ['Kari Moe']);
  assert.equal(run(['person', 'erase', post], { data: s.data }).status, 0);
  assert.deepEqual(await people(s, g), []);
  await s.stop();
});

/** What is said to a mail server, line by line; smtp-server itself shows addresses in letters. */
async function listener() {
  const heard = [];
  const server = createServer((socket) => {
    let data = false;
    socket.write('220 here\r\n');
    createInterface({ input: socket }).on('line', (line) => {
      heard.push(line);
      if (data && line !== '.') return;
      if (data) { data = false; socket.write('250 2.0.0 taken\r\n'); return; }
      data = line === 'DATA';
      socket.write(data ? '354 go on\r\n' : line === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n');
    });
    socket.on('error', () => {});
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  server.unref();
  return { heard, server, url: `smtp://127.0.0.1:${server.address().port}` };
}

test('an internationalised domain: one mailbox however it is written; the wire has A-labels', async () => {
  const { heard, server, url } = await listener();
  const s = await Samling.start({ args: ['--smtp', url, '--from', 'Huset <post@blåbær.example>'] });
  const g = await s.gathering();
  assert.equal((await s.register(g, { name: 'Info', email: 'Info@Blåbær.example' })).status, 201);
  for (const email of ['info@xn--blbr-roah.example', 'info@bla\u030Abær.example', 'in\u00ADfo@blå\u2060bær.example']) {
    assert.equal((await s.register(g, { name: 'Info', email })).status, 409, email);
  }
  await until(() => heard.includes('.'), { what: 'the mail' });
  const said = (pattern) => assert.ok(heard.some((line) => pattern.test(line)), `${pattern}: ${heard.filter((l) => /xn--|bl/.test(l)).join('\n')}`);
  said(/^MAIL FROM:<post@xn--blbr-roah\.example>/);
  said(/^RCPT TO:<info@xn--blbr-roah\.example>/);
  said(/^To: .*info@xn--blbr-roah\.example/);
  said(/^From: .*post@xn--blbr-roah\.example/);
  const c = await s.organiser();
  assert.match((await c.get(`/admin/gatherings/${g.id}/people?q=blåbær`)).text, /Info/);
  assert.match((await c.get('/admin/persons?email=info@xn--blbr-roah.example')).text, /info@blåbær\.example/, 'people see letters');
  await s.stop();
  server.close();
});
