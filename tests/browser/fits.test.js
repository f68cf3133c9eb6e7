// Every page with words as long as Norwegian makes them, at 320, 390 and 1280 px in three languages:
// nothing is wider than the window, and no text is cut off. And what a small or enlarged screen asks for.
import test, { before, after } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { Samling, run, until } from '../lib/samling.js';
import { startChromium, Person, phone } from '../lib/browser.js';
import { askOfMatch, latest, pages, states } from '../lib/pages.js';
import { scratch } from '../lib/scratch.js';

const shots = process.env.SHOTS;
const only = process.env.ONLY && new RegExp(process.env.ONLY);
const password = 'en lang setning her';
const long = {
  title: 'Bærekraftsrapporteringskompetanseutviklingsprogramarbeidsgruppe', // 63 letters, one word
  name: `Kompetanseutviklingsprogram${'bakkestuen'.repeat(3)}sen`,
  organisation: 'Industrivedlikeholdskompetansesamarbeidsorganisasjonsselskapet',
  place: 'Næringshagefellesskapsprosjektrommetvedelvebreddenpåsørsidenav',
};
const place = {};
let s;
let browser;

before(async () => {
  const data = join(scratch('fits'), 'data');
  if (shots) mkdirSync(shots, { recursive: true });
  assert.equal(run(['demo'], { data }).status, 0);
  for (const [who, role] of [['boss', 'admin'], ['viewer', 'viewer']]) {
    assert.equal(run(['user', 'add', `${who}@hub.example`, '--role', role, '--password-stdin'], { data, input: `${password}\n` }).status, 0);
  }
  s = await Samling.start({ data });
  s.token = s.newToken('organiser');
  const text = { title: long.title, place: long.place, summary: `${long.title} og ${long.place}`, description: `## ${long.title}\n\n${long.place} ${long.organisation}` };
  const coming = await s.gathering({ ...text, days: 20, capacity: 40 });
  const full = await s.gathering({ ...text, days: 40, capacity: 1 });
  const draft = await s.gathering({ ...text, days: 50, draft: true });
  const past = latest((await s.api('GET', '/gatherings?limit=100')).body.items);
  assert.equal((await s.api('PATCH', `/gatherings/${past.id}`, { title: long.title, place: long.place })).status, 200);
  const as = (email) => ({ name: long.name, organisation: long.organisation, email });
  const mine = (await s.register(coming, { ...as('marit@aas.example'), wish: long.title, requirements: long.place })).body;
  await s.register(full, as('en@forst.example'));
  await s.register(full, as('to@venter.example'));
  await s.api('POST', `/gatherings/${coming.id}/invitations`, { contacts: [as('kare@nes.example')] });
  assert.equal((await s.api('POST', `/gatherings/${coming.id}/checkins`, { ticket: mine.ticket })).body.result, 'admitted');
  const found = async (to, letter) => {
    const m = await until(async () => (await Promise.all(s.mailbox().map((raw) => simpleParser(raw)))).find((x) => x.to.text.includes(to) && x.text.includes(`/r/${letter}`)), { what: `mail to ${to}` });
    return m.text.match(new RegExp(`${s.url}(/r/${letter}\\S+)`))[1];
  };
  await s.api('PATCH', `/gatherings/${full.id}`, { place: `${long.place} to` });
  Object.assign(place, {
    slug: coming.slug, id: coming.id, pastSlug: past.slug, past: past.id, fullSlug: full.slug, draft: draft.id, moved: full.id,
    person: mine.id, ticket: mine.ticket, own: await found('marit@aas.example', 'r'), waits: await found('to@venter.example', 'r'),
    invitation: await found('kare@nes.example', 'i'), mail: (await s.api('GET', `/mail?gathering=${coming.id}`)).body.items.find((m) => m.to === 'marit@aas.example').id,
  });
  await s.client().submit('/member/sign-in', { email: 'marius@havglimt.example' });
  place.link = await found('marius@havglimt.example', 'm');
  await askOfMatch(s, 'Havglimt Sjømat', long.title);
  place.matched = await found('marius@havglimt.example', 'k');
  browser = await startChromium();
});
after(async () => {
  await browser?.close();
  await s?.stop();
});

const people = {};
async function person(who) {
  people[who] ??= await (async () => {
    const p = await Person.arrive(browser, s.url, { camera: false });
    if (who === 'member') await p.enter(place.link);
    else if (who !== 'nobody') await p.signIn(`${who}@hub.example`, password);
    return p;
  })();
  return people[who];
}

/** What is wider than the window, what its box cuts off, a short word in pieces. */
const misfits = (page) => page.evaluate(() => {
  const name = (e) => `${e.tagName.toLowerCase()}${e.id && `#${e.id}`}${e.classList.length ? `.${[...e.classList].join('.')}` : ''}`;
  const out = [];
  const root = document.documentElement;
  const far = (e) => e.getBoundingClientRect().right;
  if (root.scrollWidth > root.clientWidth) {
    const widest = [...document.querySelectorAll('body *')].sort((a, b) => far(b) - far(a))[0];
    out.push(`${root.scrollWidth - root.clientWidth} px too wide: ${name(widest)}`);
  }
  const seen = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest('.ds-sr-only, .ds-skip-link, [aria-hidden=true], option, svg');
  const clips = (e) => {
    const c = getComputedStyle(e);
    return /hidden|clip/.test(c.overflowX + c.overflowY) && c.clipPath === 'none';
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = walk.nextNode(); n; n = walk.nextNode()) {
    const e = n.parentElement;
    if (!n.data.trim() || !seen(e) || ['SCRIPT', 'STYLE', 'OPTION', 'TEXTAREA'].includes(e.tagName)) continue;
    const range = document.createRange();
    range.selectNodeContents(n);
    const r = range.getBoundingClientRect();
    if (r.width < 2 || r.height < 2) continue;
    if (range.getClientRects().length > 1) {
      for (const m of n.data.matchAll(/[\p{L}\d]{2,11}(?![\p{L}\d])/gu)) {
        if (/[\p{L}\d@.:/-]/u.test(n.data[m.index - 1] ?? ' ') || /\S{20}/.test(n.data.slice(Math.max(0, m.index - 19), m.index + m[0].length + 19))) continue; // a part of an address, a long word
        range.setStart(n, m.index);
        range.setEnd(n, m.index + m[0].length);
        if (new Set([...range.getClientRects()].map((b) => Math.round(b.top))).size > 1) out.push(`${name(e)} breaks ${m[0]}`);
      }
    }
    if (out.length && r.right > root.clientWidth) out[0] += `, ${name(e)} ${n.data.trim().slice(0, 20)}`;
    for (let up = e; up && up !== document.body; up = up.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(up).overflowX)) {
        if (up.scrollWidth > up.clientWidth + 1 && !up.matches('.sm-scroll, .sm-panel--table')) out.push(`${name(up)} is rolled sideways`);
        break;
      }
      const box = up.getBoundingClientRect();
      if (clips(up) && (r.right > box.right + 1 || r.left < box.left - 1 || r.bottom > box.bottom + 1)) out.push(`${name(up)} cuts ${n.data.trim().slice(0, 20)}`);
    }
  }
  return [...new Set(out)];
});

/** Rules of the sheets that this page does not have, and that would dress something on it. */
const undressed = (page) => page.evaluate(async () => {
  const out = [];
  for (const name of ['organiser.css', 'door.css']) {
    if (document.querySelector(`link[rel=stylesheet][href*="${name}"]`)) continue;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(await (await fetch(`/static/${name}`)).text());
    const walk = (rules) => {
      for (const rule of rules) {
        const bare = rule.selectorText?.replace(/::[a-z-]+(\([^)]*\))?|:(hover|focus-visible|focus|active|empty)\b/g, ':not(#any)');
        if (bare && document.querySelector(bare)) out.push(`${name}: ${rule.selectorText}`);
        if (rule.cssRules && !rule.selectorText) walk(rule.cssRules);
      }
    };
    walk(sheet.cssRules);
  }
  return out;
});

/** Where the links of the summary lead to, as they stand there, and as they stand on the page. */
const named = async (page) => {
  const links = await page.$$eval('.sm-errors a[href^="#"]', (all) => all.map((a) => a.getAttribute('href')));
  const there = await page.$$eval('[id]', (all) => all.map((e) => `#${e.id}`));
  return [links, there.filter((id) => links.includes(id))];
};

const sizes = [[320, 568], [390, 844], [1280, 900]];

async function examine(p, name, lang, wrong) {
  if (lang === 'nb' && p.page.url().startsWith(s.url)) for (const rule of await undressed(p.page)) wrong.push(`${name} has not, and needs, ${rule}`);
  for (const [width, height] of sizes) {
    await p.page.setViewportSize({ width, height });
    for (const w of await misfits(p.page)) wrong.push(`${name} ${lang} ${width}: ${w}`);
    if (shots && lang === 'nb') await p.page.screenshot({ path: join(shots, `${name}-${width}.png`), fullPage: true });
  }
}

test('every page holds words of sixty letters, at three widths in three languages', { timeout: 400000 }, async () => {
  const wrong = [];
  for (const lang of ['nb', 'nn', 'en']) {
    for (const [name, path, who] of pages(place)) {
      if (only && !only.test(name)) continue;
      const p = await person(who);
      await p.page.goto(`${path}${path.includes('?') ? '&' : '?'}lang=${lang}`);
      await p.page.goto(path);
      await examine(p, name, lang, wrong);
    }
  }
  assert.equal(wrong.join('\n'), '');
});

test('pages after a mistake hold them too', { timeout: 200000 }, async () => {
  const wrong = [];
  for (const who of ['nobody', 'boss']) await (await person(who)).page.goto('/?lang=nb');
  for (const [name, who, steps] of states(place)) {
    if (only && !only.test(name)) continue;
    const p = await person(who);
    await steps(p.page);
    await examine(p, name, 'nb', wrong);
  }
  assert.equal(wrong.join('\n'), '');
});

test('letters of names are Inter\'s, the rare ones too', async () => {
  const { page } = await person('nobody');
  await page.goto('/');
  const lost = await page.evaluate(async () => {
    const pen = document.createElement('canvas').getContext('2d');
    const wide = (font, c) => { pen.font = font; return pen.measureText(c).width; };
    const out = [];
    for (const weight of [400, 640]) {
      for (const c of 'aåæøÅÆØéèóôäöüñçãîûšžčđŋŧáćłńśźżğışțőűāēīōūřěůĳœ–—’“”…€§') {
        await document.fonts.load(`${weight} 20px Inter`, c);
        // Of a letter that the font lacks, both are the fallback's.
        if (wide(`${weight} 20px Inter, monospace`, c) === wide(`${weight} 20px monospace`, c)) out.push(c);
      }
    }
    return out;
  });
  assert.deepEqual(lost, []);
});

test('mail as HTML holds them', { timeout: 100000 }, async () => {
  const p = await Person.arrive(browser, s.url, { javaScriptEnabled: true });
  const wrong = [];
  for (const raw of s.mailbox()) {
    const m = await simpleParser(raw);
    if (!m.html || !m.html.includes(long.title)) continue;
    if (!m.text.includes('/r/k') && !m.subject.includes(`${long.title.slice(0, 60)}…`)) wrong.push(`no title in the subject ${m.subject}`);
    await p.page.setContent(m.html);
    await examine(p, `mail ${m.subject}`.slice(0, 30).replace(/\W+/g, '-'), 'nb', wrong);
  }
  await p.leave();
  assert.equal([...new Set(wrong)].join('\n'), '');
});

test('letters twice as large: nothing is cut, nothing too wide at half of a desk', { timeout: 200000 }, async () => {
  const wrong = [];
  for (const [name, path, who] of pages(place)) {
    if (only && !only.test(name)) continue;
    const p = await person(who);
    await p.page.setViewportSize({ width: 640, height: 450 }); // 1280 px, enlarged to 200 %
    await p.page.goto(path);
    for (const w of await misfits(p.page)) wrong.push(`${name} enlarged: ${w}`);
    await p.page.setViewportSize({ width: 1280, height: 900 });
    await p.page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
    for (const w of await misfits(p.page)) wrong.push(`${name} 200 %: ${w}`);
    if (shots) await p.page.screenshot({ path: join(shots, `${name}-200.png`), fullPage: true });
  }
  assert.equal(wrong.join('\n'), '');
});

test('tabs do not lie on one another; the first participant is on the first screen', async () => {
  const p = await person('boss');
  for (const width of [320, 390]) {
    await p.page.setViewportSize({ width, height: 844 });
    for (const tab of ['', '/people', '/invitations', '/messages', '/door']) {
      await p.page.goto(`/admin/gatherings/${place.id}${tab}`);
      const boxes = await p.page.$$eval('.sm-tabs a', (all) => all.map((a) => { const r = a.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom, a.innerText]; }));
      assert.equal(boxes.length, 5);
      for (const [i, a] of boxes.entries()) {
        for (const b of boxes.slice(i + 1)) {
          assert.ok(a[2] <= b[0] + 1 || b[2] <= a[0] + 1 || a[3] <= b[1] + 1 || b[3] <= a[1] + 1, `${tab} at ${width}: ${a[4]} and ${b[4]}`);
        }
      }
    }
  }
  await p.page.setViewportSize(phone);
  await p.page.goto(`/admin/gatherings/${place.id}/people`);
  const first = await p.page.locator('table.sm-cards tbody tr').first().locator('th').boundingBox();
  const bar = await p.page.locator('.sm-side').boundingBox();
  assert.ok(first.y + Math.min(first.height, 48) <= bar.y, `the first participant at ${first.y}, the bar at ${bar.y}`);
});

test('at the door "next" is whole on a small phone', async () => {
  const p = await person('boss');
  await p.page.setViewportSize({ width: 320, height: 568 });
  await p.page.goto(`/door/${place.slug}`);
  for (const code of [place.ticket, 'TULLBALL']) {
    await p.page.goto(`/door/${place.slug}`);
    await p.page.evaluate(() => document.activeElement?.blur());
    const html = await p.page.evaluate(async ([slug, c]) => {
      const form = document.querySelector('form[action$="/scan"], form[action*="scan"]');
      const body = new URLSearchParams(new FormData(form));
      for (const k of [...body.keys()]) if (/code|ticket/.test(k)) body.set(k, c);
      if (![...body.keys()].includes('code')) body.set('code', c);
      const r = await fetch(form.action, { method: 'POST', body, headers: { accept: 'text/html' } });
      return r.text();
    }, [place.slug, code]);
    await p.page.setContent(html.replace(/(href|src)="\//g, `$1="${s.url}/`));
    await p.page.waitForLoadState('networkidle');
    const next = await p.page.locator('.sm-result__next').first().boundingBox();
    assert.ok(next, `no next after ${code}`);
    assert.ok(next.y >= 0 && next.y + next.height <= 568, `next of ${code} ends at ${next.y + next.height}`);
  }
});

test('after a mistake one stands at what is wrong, and the title says so, with and without script', { timeout: 200000 }, async () => {
  const where = (page) => page.evaluate(() => [document.title, document.activeElement?.matches('.sm-errors, .ds-alert') ?? false]);
  for (const [name, who, steps] of states(place).filter(([n]) => /-errors$/.test(n))) {
    const p = await person(who);
    await steps(p.page);
    const [title, there] = await where(p.page);
    assert.match(title, /^Feil: \S/, name);
    assert.equal(there, true, `${name}: focus on the summary`);
    const [links, fields] = await named(p.page);
    assert.deepEqual(links, fields, `${name}: in the order of the page`);
    for (const [width, height] of sizes) {
      await p.page.setViewportSize({ width, height });
      assert.ok(await p.sideways() <= 0, `${name} at ${width}`);
    }
  }
  const begun = await Samling.start({ bare: true });
  const first = await Person.arrive(browser, begun.url);
  await first.page.goto(begun.output.match(/\/start\/\S+/)[0]);
  await first.page.click('form.sm-form button[type=submit]');
  await first.page.waitForSelector('#cluster-error');
  const [links, fields] = await named(first.page);
  await first.leave();
  await begun.stop();
  assert.deepEqual(links, fields);
  assert.equal(links.length, 5);
  const plain = await Person.arrive(browser, s.url, { javaScriptEnabled: false });
  for (const [lang, word] of [['nb', 'Feil'], ['nn', 'Feil'], ['en', 'Error']]) {
    await plain.page.goto(`/g/${place.slug}/register?lang=${lang}`);
    await plain.page.fill('#email', 'ikke en adresse');
    await plain.page.click('form.sm-form button[type=submit]');
    await plain.page.waitForSelector('#email-error');
    const [title, there] = await where(plain.page);
    assert.ok(title.startsWith(`${word}: `), title);
    assert.equal(there, true, 'focus on the summary, without script');
  }
  await plain.leave();
});
