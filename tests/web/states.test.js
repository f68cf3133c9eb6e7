// What each page says of each state, in three languages: what is so, what can be done next, and nothing else.
// A row is a state of somebody's registration (or invitation) and of the gathering; a page must say all the
// words of its row, and none of those that would be untrue there.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling, until } from '../lib/samling.js';
import { readPdf } from '../lib/pdf.js';
import { simpleParser } from '../lib/smtp.js';

const langs = ['nb', 'nn', 'en'];
const words = {
  registered: [/Du er påmeldt, Gjest/, /Du er påmeld, Gjest/, /You are registered, Gjest/],
  show: [/Vis (denne|koden) ved inngangen/, /Vis (denne|koden) ved inngangen/, /Show (this|the code) at the (entrance|door)/],
  line: [/nummer.\d+ på ventelisten/, /nummer.\d+ på ventelista/, /number.\d+ on the waiting list/],
  hope: [/Blir det en ledig plass|med en gang det blir en plass/, /Blir det ein ledig plass|med ein gong det blir ein plass/, /If (a seat|one) becomes free|as soon as there is a seat/],
  missed: [/ikke plass denne gangen/, /ikkje plass denne gongen/, /no seat this time/],
  off: [/(Arrangementet|Dette) er (dessverre )?avlyst/, /(Arrangementet|Dette) er (dessverre )?avlyst/, /The gathering is cancelled|this is cancelled/],
  over: [/Dette arrangementet er over|Dette har vært/, /Dette arrangementet er over|Dette har vore/, /This (gathering|one) is over/],
  left: [/Du er meldt av/, /Du er meld av/, /Your registration is cancelled/],
  leftLine: [/Du står ikke lenger på ventelisten/, /Du står ikkje lenger på ventelista/, /You are no longer on the waiting list/],
  given: [/Kollega \S+ kommer i stedet/, /Kollega \S+ kjem i staden/, /Kollega \S+ (comes|is coming) instead/],
  gave: [/Du ga plassen din til Kollega/, /Du gav plassen din til Kollega/, /You gave your seat to Kollega/],
  thanks: [/Takk for sist/, /Takk for sist/, /Thank you for coming/],
  change: [/Endre påmeldingen/, /Endre påmeldinga/, /Change your registration/],
  colleague: [/Send en kollega i stedet/, /Send ein kollega i staden/, /Send a colleague instead/],
  cancel: [/Meld deg av/, /Meld deg av/, /Cancel your registration/],
  leave: [/Gå ut av ventelisten/, /Gå ut av ventelista/, /Leave the waiting list/],
  again: [/Meld deg på igjen/, /Meld deg på igjen/, /Register again/],
  wait: [/Sett deg på venteliste/, /Set deg på venteliste/, /Join the waiting list/],
  ask: [/så spør oss|Spør oss/, /så spør oss|Spør oss/, /ask us/i],
  nothing: [/Du trenger ikke å gjøre noe/, /Du treng ikkje å gjere noko/, /There is nothing you need to do/],
  calendar: [/Legg i kalenderen/, /Legg i kalenderen/, /Add to calendar/],
  coming: [/[Kk]alenderen/, /[Kk]alenderen/, /calendar/],
  dead: [/Denne koden gjelder ikke lenger/, /Denne koden gjeld ikkje lenger/, /This code is no longer valid/],
  seatFree: [/noen andre (kan )?få plassen/, /nokon andre (kan )?få plassen/, /[Ss]omebody else can have the seat/],
  moved: [/Ny tid\. Før/, /Ny tid\. Før/, /New time\. It was/],
  yes: [/Ja, jeg kommer/, /Ja, eg kjem/, /Yes, I’m coming/],
  no: [/Nei, jeg kan ikke|Jeg kan ikke likevel/, /Nei, eg kan ikkje|Eg kan ikkje likevel/, /No, I can’t|I can’t come after all/],
  yesWait: [/Ja, sett meg på ventelisten/, /Ja, set meg på ventelista/, /Yes, put me on the waiting list/],
  givenLine: [/Kollega \S+ står på ventelisten i stedet/, /Kollega \S+ står på ventelista i staden/, /Kollega \S+ is on the waiting list instead/],
  afterAll: [/Jeg kommer likevel/, /Eg kjem likevel/, /I can come after all/],
  glad: [/Så fint at du kommer/, /Så fint at du kjem/, /We are glad you are coming/],
  late: [/Fristen for å svare ja har gått ut/, /Fristen for å svare ja har gått ut/, /The deadline for saying yes has passed/],
  declined: [/Du har svart at du ikke kan komme/, /Du har svart at du ikkje kan kome/, /You have answered that you can’t come/],
  qr: [/QR-kode/, /QR-kode/, /QR code/],
};
// What is said of a state; who is in another must not read it.
const states = ['registered', 'show', 'line', 'hope', 'missed', 'off', 'over', 'left', 'leftLine', 'given', 'gave', 'thanks', 'dead', 'moved', 'glad', 'late', 'declined',
  'change', 'colleague', 'cancel', 'leave', 'again', 'wait', 'nothing', 'calendar', 'yes', 'no', 'afterAll', 'yesWait', 'givenLine'];

const plain = (html) => html.replace(/^[\s\S]*<main[^>]*>/, '').replace(/<\/main>[\s\S]*$/, '').replace(/<div class="sm-qr"[\s\S]*?<\/svg>/g, '<qr>').replace(/<(?!qr)[^>]*>/g, ' ').replace(/&nbsp;|\u00a0/g, ' ');
/** `row`: words it must say; all other states' words it must not, but for those in `may`. */
function says(text, lang, row, where, may = []) {
  const at = langs.indexOf(lang);
  for (const word of row) assert.match(text, words[word][at], `${where}: says "${word}"\n${text.replace(/\s+/g, ' ')}`);
  for (const word of states) if (!row.includes(word) && !may.includes(word)) assert.doesNotMatch(text, words[word][at], `${where}: must not say "${word}"\n${text.replace(/\s+/g, ' ')}`);
}
const reader = (s, lang) => {
  const c = s.client();
  let n = 0;
  c.headers = { 'accept-language': lang };
  // Each page from an address of its own: nobody is limited here.
  const own = c.request.bind(c);
  c.request = (method, path, options = {}) => { n += 1; return own(method, path, { ...options, headers: { ...options.headers, 'x-forwarded-for': `198.51.100.${n % 250}` } }); };
  return c;
};
/** address: path of the personal page, out of a mail to each. */
async function links(s, kind, addresses) {
  return until(() => {
    const found = new Map();
    for (const raw of s.mailbox()) {
      const text = raw.toString('latin1').replace(/=\r?\n/g, '');
      const link = text.match(new RegExp(`http\\S+(/r/${kind}[A-Za-z0-9_.-]+)`))?.[1];
      if (link) found.set(text.match(/^To: [^<]*<([^>]+)>/m)[1], link);
    }
    return addresses.every((a) => found.has(a)) && found;
  }, { what: 'a link for each' });
}

test('one’s own registration, its pages and its ticket, in each state', async () => {
  const s = await Samling.start({ args: ['--proxy', '127.0.0.1'] });
  const kinds = ['left', 'given', 'seat', 'waits', 'leftLine']; // in this order, so that nobody moves up
  /** A gathering in which, in each language, somebody is in each state. */
  async function make(title) {
    const g = await s.gathering({ title, capacity: 2 * langs.length, days: 10 });
    const people = {};
    const address = (kind, lang) => `${kind}.${lang}.${g.slug}@firma.example`.toLowerCase();
    for (const kind of kinds) {
      for (const lang of langs) {
        const r = (await s.register(g, { name: `Gjest ${kind}`, email: address(kind, lang), language: lang })).body;
        people[`${kind} ${lang}`] = r;
      }
      const found = await links(s, 'r', langs.map((lang) => address(kind, lang)));
      for (const lang of langs) {
        const p = people[`${kind} ${lang}`];
        p.own = found.get(address(kind, lang));
        if (kind === 'left' || kind === 'leftLine') await reader(s, lang).submit(`${p.own}/cancel`, {});
        if (kind === 'given') {
          const r = await reader(s, lang).submit(`${p.own}/colleague`, { name: `Kollega ${lang}`, email: `kollega.${lang}.${g.slug}@firma.example` });
          assert.equal(r.status, 200);
        }
      }
    }
    assert.deepEqual(kinds.map((k) => people[`${k} nb`].status), ['confirmed', 'confirmed', 'confirmed', 'waiting', 'waiting']);
    return { g, people };
  }
  const held = await make('Holdt');
  const moved = await make('Flyttet');
  const off = await make('Avlyst');
  await s.api('POST', `/gatherings/${off.g.id}/cancel`, {});
  // Moved, and nobody has been told yet: the organiser is still asked.
  const boss = await s.organiser();
  const to = await boss.submit(`/admin/gatherings/${moved.g.id}/edit`, { from: '18:00', to: '21:00' }, { action: '/edit' });
  assert.match(to.path, /\/move$/);

  /* Each state and moment: [own page; ticket page and PDF, null where it is dead; the change, colleague and cancel pages that there are]. */
  const rows = {
    'seat before': [['registered', 'show', 'change', 'colleague', 'cancel', 'calendar'], ['show', 'calendar'], ['change', 'colleague', 'cancel']],
    'seat moved': [['registered', 'show', 'change', 'colleague', 'cancel', 'calendar', 'moved'], ['show', 'calendar', 'moved'], ['change', 'colleague', 'cancel']],
    'seat during': [['registered', 'show', 'change', 'colleague', 'cancel', 'calendar'], ['show', 'calendar'], ['change', 'colleague', 'cancel']],
    'seat after': [['over', 'coming'], ['over'], []],
    'seat off': [['off', 'nothing', 'coming'], ['off', 'nothing'], []],
    'waits before': [['line', 'hope', 'change', 'colleague', 'leave'], null, ['change', 'colleague', 'leave']],
    'waits moved': [['line', 'hope', 'change', 'colleague', 'leave', 'moved'], null, ['change', 'colleague', 'leave']],
    'waits during': [['missed', 'coming'], null, []],
    'waits after': [['missed', 'coming'], null, []],
    'waits off': [['off', 'nothing', 'coming'], null, []],
    'left before': [['left', 'wait'], null, []],
    'left moved': [['left', 'wait'], null, []],
    'left during': [['left', 'coming'], null, []],
    'left after': [['left', 'coming'], null, []],
    'left off': [['off', 'nothing', 'coming'], null, []],
    'leftLine before': [['leftLine', 'wait'], null, []],
    'leftLine moved': [['leftLine', 'wait'], null, []],
    'leftLine during': [['leftLine', 'coming'], null, []],
    'leftLine after': [['leftLine', 'coming'], null, []],
    'leftLine off': [['off', 'nothing', 'coming'], null, []],
    'given before': [['given', 'wait'], null, []],
    'given moved': [['given', 'wait'], null, []],
    'given during': [['given', 'coming'], null, []],
    'given after': [['gave', 'coming'], null, []],
    'given off': [['off', 'nothing', 'coming'], null, []],
  };
  const look = (gathering, moment) => Promise.all(langs.map(async (lang) => {
    for (const kind of kinds) await lookAt(kind, lang, gathering, moment);
  }));
  async function lookAt(kind, lang, gathering, moment) {
    const [own, ticket, more] = rows[`${kind} ${moment}`];
    const p = gathering.people[`${kind} ${lang}`];
    const c = reader(s, lang);
    const where = `${kind}, ${moment}, ${lang}`;
    const page = await c.get(p.own);
    assert.equal(page.status, 200, where);
    says(plain(page.text), lang, own, `own page: ${where}`);
    const live = moment !== 'off' && own.includes('show');
    assert.equal(plain(page.text).includes('<qr>') && words.show[langs.indexOf(lang)].test(page.text), live, `${where}: a code only with the words for it`);

    // A form there is, with its words; or what the own page says, as 410.
    for (const [tail, word] of [['change', 'change'], ['colleague', 'colleague'], ['cancel', kind === 'waits' ? 'leave' : 'cancel']]) {
      const r = await c.get(`${p.own}/${tail}`);
      if (more.includes(word)) {
        assert.equal(r.status, 200, `${tail}: ${where}`);
        assert.match(r.text, words[word][langs.indexOf(lang)], `${tail}: ${where}`);
        if (kind === 'waits') assert.ok(!/QR/.test(plain(r.text)), `${tail}: ${where}: no code is promised to who waits`);
        if (tail === 'cancel') assert.equal(words.seatFree[langs.indexOf(lang)].test(plain(r.text)), kind === 'seat' && moment !== 'during', `cancel: ${where}: whom the seat goes to`);
      } else if (tail === 'cancel' && !['seat', 'waits'].includes(kind)) {
        assert.equal(r.path, p.own, `cancelled already: ${where}`);
      } else {
        assert.equal(r.status, 410, `${tail}: ${where}`);
        says(plain(r.text), lang, own, `${tail}: ${where}`);
        const sent = await c.post(`${p.own}/${tail}`, { name: 'X Y', organisation: 'Z', email: 'x@y.example', form_key: `${tail}${kind}${moment}${lang}`.padEnd(32, 'x').slice(0, 32) });
        if (tail !== 'cancel') assert.equal(sent.status, 410, `POST ${tail}: ${where}`);
        says(plain(sent.text), lang, own, `POST ${tail}: ${where}`);
      }
    }
    if (!p.ticket) return;
    const fetched = {};
    for (const tail of ['', '.pdf', '.svg', '.png', '.ics']) {
      const r = await fetch(`${s.url}/t/${p.ticket}${tail}`, { headers: { 'accept-language': lang } });
      fetched[tail] = { status: r.status, body: Buffer.from(await r.arrayBuffer()) };
    }
    if (!ticket) {
      for (const [tail, r] of Object.entries(fetched)) assert.equal(r.status, 410, `/t${tail}: ${where}`);
      says(plain(fetched[''].body.toString()), lang, moment === 'off' ? ['off', 'dead'] : ['dead'], `dead ticket: ${where}`);
      return;
    }
    const there = plain(fetched[''].body.toString());
    const pdf = readPdf(fetched['.pdf'].body);
    const text = pdf.text.replace(/\n/g, ' ');
    says(there, lang, ticket, `ticket: ${where}`);
    says(text, lang, ticket.filter((w) => ['show', 'over', 'off', 'moved'].includes(w)), `PDF: ${where}`, ['nothing']);
    assert.deepEqual([fetched[''].status, fetched['.pdf'].status, fetched['.ics'].status], [200, 200, 200], where);
    const code = moment !== 'off';
    for (const tail of ['.svg', '.png']) assert.equal(fetched[tail].status, code ? 200 : 410, `${tail}: ${where}`);
    assert.equal(there.includes('<qr>') && /[0-9A-Z]{4} [0-9A-Z]{4}/.test(there), code, `the ticket's code: ${where}`);
    assert.equal(pdf.shapes > 150, code, `the PDF's code: ${where} (${pdf.shapes} shapes)`);
    assert.equal(/[0-9A-Z]{4} [0-9A-Z]{4}/.test(text), code, `the PDF's short code: ${where}`);
  }
  await look(held, 'before');
  await look(moved, 'moved');
  await look(off, 'off');
  const start = new Date(held.g.starts_at).getTime();
  const ticket = held.people['seat nb'].ticket;
  assert.equal((await s.api('POST', `/gatherings/${held.g.id}/checkins`, { ticket })).body.result, 'admitted');
  await s.clock(start + 30 * 60000 - Date.now());
  await look(held, 'during');
  await s.clock(new Date(held.g.ends_at).getTime() + 60000 - Date.now());
  // Thanked is who was let in.
  const came = plain((await reader(s, 'nb').get(held.people['seat nb'].own)).text);
  says(came, 'nb', ['thanks', 'coming'], 'came');
  held.people['seat nb'].own = held.people['seat nn'].own;
  await look(held, 'after');
  await s.stop();
});

test('one’s own invitation, in each state', async () => {
  const s = await Samling.start({ args: ['--proxy', '127.0.0.1'] });
  const kinds = ['left', 'yes', 'colleague', 'waits', 'colleagueLine', 'no', 'open'];
  const deadline = new Date(Date.now() + 8 * 86400000).toISOString().slice(0, 16) + ':00Z';
  async function make(title) {
    const g = await s.gathering({ title, capacity: 2 * langs.length, days: 10, deadline });
    const address = (kind, lang) => `${kind}.${lang}.${g.slug}@firma.example`.toLowerCase();
    const contacts = kinds.flatMap((kind) => langs.map((lang) => ({ name: `Gjest ${kind}`, email: address(kind, lang), organisation: 'Firma' })));
    assert.equal((await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts })).body.invited, contacts.length);
    const found = await links(s, 'i', contacts.map((c) => c.email));
    const own = {};
    for (const kind of kinds) {
      for (const lang of langs) {
        const path = own[`${kind} ${lang}`] = found.get(address(kind, lang));
        const c = reader(s, lang);
        if (['left', 'yes', 'waits'].includes(kind)) {
          const r = await c.submit(path, {}, { button: ['answer', 'yes'] });
          if (kind === 'left') await c.submit(`${r.path}/cancel`, {});
        } else if (kind.startsWith('colleague')) {
          const form = await c.get(`${path}/colleague`);
          assert.equal(words.qr[langs.indexOf(lang)].test(plain(form.text)), kind === 'colleague', `${kind} ${lang}: a code is promised where there is a seat`);
          await c.submit(form, { colleague_name: `Kollega ${lang}`, colleague_email: `kollega.${address(kind, lang)}` });
        } else if (kind === 'no') {
          await c.submit(path, {}, { button: ['answer', 'no'] });
        }
      }
    }
    return { g, own };
  }
  const held = await make('Holdt');
  const off = await make('Avlyst');
  await s.api('POST', `/gatherings/${off.g.id}/cancel`, {});
  const rows = {
    open: { before: ['yesWait', 'no', 'colleague'], closed: ['late', 'no', 'ask'], during: ['late', 'ask'] },
    yes: { before: ['glad', 'no', 'colleague'], closed: ['glad', 'no', 'colleague'], during: ['glad'] },
    waits: { before: ['line', 'hope', 'no', 'colleague'], closed: ['line', 'hope', 'no', 'colleague'], during: ['missed', 'coming'] },
    no: { before: ['declined', 'yesWait', 'colleague'], closed: ['declined', 'ask'], during: ['declined', 'ask'] },
    left: { before: ['left', 'yesWait', 'colleague'], closed: ['left', 'ask'], during: ['left', 'ask'] },
    colleague: { before: ['given', 'yesWait'], closed: ['given'], during: ['given'] },
    colleagueLine: { before: ['givenLine', 'yesWait'], closed: ['givenLine'], during: ['missed', 'coming'] },
  };
  async function look({ own }, moment, all) {
    await Promise.all(langs.map(async (lang) => {
      for (const kind of kinds) {
        const c = reader(s, lang);
        const r = await c.get(own[`${kind} ${lang}`]);
        const where = `${kind}, ${moment}, ${lang}`;
        assert.equal(r.status, 200, where);
        says(plain(r.text), lang, all ?? rows[kind][moment], `invitation: ${where}`);
        // The form for a colleague is there exactly where it is offered (or another one was sent).
        const form = await c.get(`${own[`${kind} ${lang}`]}/colleague`);
        const offered = !all && (rows[kind][moment].includes('colleague') || (kind.startsWith('colleague') && moment !== 'during'));
        assert.equal(form.path.endsWith('/colleague'), offered, `colleague form: ${where}`);
      }
    }));
  }
  await look(held, 'before');
  await look(off, 'off', ['off', 'nothing', 'coming']);
  await s.clock(new Date(deadline).getTime() + 60000 - Date.now());
  await look(held, 'closed');
  await s.clock(new Date(held.g.starts_at).getTime() + 60000 - Date.now());
  await look(held, 'during');
  await s.clock(new Date(held.g.ends_at).getTime() + 60000 - Date.now());
  await look(held, 'after', ['over', 'coming']);
  await s.stop();
});

test('the mail after cancelling says whom the seat went to, and nothing to who only waited', async () => {
  const s = await Samling.start();
  const mail = async (address, match) => until(async () => {
    const all = await Promise.all(s.mailbox().map((raw) => simpleParser(raw)));
    return all.find((m) => m.to.value[0].address === address && match.test(m.subject));
  }, { what: `mail ${match} to ${address}` });
  const taken = [/Plassen din har gått videre/, /Plassen din har gått vidare/, /Your seat has gone to somebody else/];
  const subject = [/Du er meldt av/, /Du er meld av/, /Your registration is cancelled/];
  const lineSubject = [/Ute av ventelisten/, /Ute av ventelista/, /Off the waiting list/];
  const back = [/Meld deg på igjen/, /Meld deg på igjen/, /Register again/];
  const wait = [/venteliste/, /venteliste/, /waiting list/];
  for (const [i, lang] of langs.entries()) {
    const at = (name) => `${name}.${lang}@firma.example`;
    const make = async (fields, names) => {
      const g = await s.gathering({ title: `G ${lang}`, ...fields });
      const made = {};
      for (const name of names) made[name] = (await s.register(g, { name: `Gjest ${name}`, email: at(name), language: lang })).body;
      return { g, made };
    };
    const leave = async (name) => {
      const own = await links(s, 'r', [at(name)]);
      await s.client().submit(`${own.get(at(name))}/cancel`, {});
    };
    const text = (m) => [m.text, m.html.replace(/<[^>]*>/g, ' ')].map((t) => t.replace(/\s+/g, ' '));

    // The line gets the seat at once; nobody is told that it is free.
    await make({ capacity: 1 }, ['gets', 'next', 'out']);
    await leave('out');
    await leave('gets');
    for (const t of text(await mail(at('gets'), subject[i]))) {
      assert.match(t, taken[i]);
      assert.doesNotMatch(t, words.seatFree[i]);
      assert.match(t, wait[i], `${lang}: full, so the way back is the line`);
    }
    const out = await mail(at('out'), lineSubject[i]);
    for (const t of text(out)) {
      assert.doesNotMatch(t, taken[i]);
      assert.doesNotMatch(t, words.seatFree[i]);
      assert.doesNotMatch(t, subject[i]);
    }
    assert.ok(!out.attachments.some((a) => a.contentType === 'text/calendar'));

    // A seat that is free, one of any number, and one that nobody can take any more.
    const free = await make({ capacity: 5 }, ['free']);
    await leave('free');
    for (const t of text(await mail(at('free'), subject[i]))) { assert.match(t, words.seatFree[i]); assert.match(t, back[i]); }
    await make({}, ['any']);
    await leave('any');
    for (const t of text(await mail(at('any'), subject[i]))) { assert.doesNotMatch(t, words.seatFree[i]); assert.doesNotMatch(t, taken[i]); assert.match(t, back[i]); }
    const soon = new Date(Date.now() + 3600000).toISOString();
    const late = await make({ capacity: 5, deadline: soon }, ['late']);
    await s.clock(2 * 3600000);
    await leave('late');
    for (const t of text(await mail(at('late'), subject[i]))) { assert.doesNotMatch(t, words.seatFree[i]); assert.doesNotMatch(t, back[i]); }
    await s.clock(0);
    assert.ok(free.g.id && late.g.id);

    // Taken off by the organiser: nobody is thanked for telling.
    const off = await make({ capacity: 1 }, ['off', 'heir']);
    const boss = await s.organiser();
    boss.headers = { 'accept-language': lang };
    const note = await boss.submit(`/admin/gatherings/${off.g.id}/people/${off.made.off.id}/cancel`, { reason: '' }, { action: '/cancel' });
    assert.match(plain(note.text), [/gikk til neste på ventelisten/, /gjekk til neste på ventelista/, /went to the next on the waiting list/][i], 'the organiser reads where the seat went');
    assert.doesNotMatch(plain(note.text), [/[Pp]lassen er ledig/, /[Pp]lassen er ledig/, /seat is free/][i]);
    for (const t of text(await mail(at('off'), subject[i]))) {
      assert.match(t, [/Vi har meldt deg av/, /Vi har meldt deg av/, /We have taken you off the list/][i]);
      assert.doesNotMatch(t, [/Takk for at du sa fra/, /Takk for at du sa frå/, /Thank you for telling us/][i]);
    }
    const last = await boss.submit(`/admin/gatherings/${off.g.id}/people/${off.made.heir.id}/cancel`, { reason: '' }, { action: '/cancel' });
    assert.match(plain(last.text), [/[Pp]lassen er ledig/, /[Pp]lassen er ledig/, /seat is free/][i], 'nobody left in the line');
  }
  await s.stop();
});
