// What an organiser wrote is read aloud, and hyphenated, in the language it was written in.
import test from 'node:test';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from '../lib/smtp.js';
import { Samling, until } from '../lib/samling.js';

const empty = /^(area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|path|circle|rect|use)$/i;

/** [text, its language] of every piece of text in the body. */
function* spoken(html) {
  const open = [];
  for (const [, close, name, attributes, text] of html.slice(html.indexOf('<body')).matchAll(/<(\/?)([a-z][\w-]*)([^>]*)>|([^<]+)/gi)) {
    if (text !== undefined) yield [text.trim(), open.findLast(({ lang }) => lang)?.lang];
    else if (close) while (open.length && open.pop().name !== name);
    else if (!empty.test(name) && !attributes.endsWith('/')) open.push({ name, lang: attributes.match(/\slang="([^"]*)"/)?.[1] });
  }
}

const own = { title: 'Sustainability reporting', summary: 'What does it cost?', description: 'Three companies tell.' };

/** Every text that is one of the organiser's stands in English on a page in Norwegian. */
function check(html, where, wanted = [own.title], of = Object.values(own)) {
  const found = new Set();
  for (const [text, lang] of spoken(html)) {
    if (!of.includes(text)) continue;
    assert.equal(lang, 'en', `${where}: "${text}" is in ${lang ?? 'the language of the page'}`);
    found.add(text);
  }
  for (const text of wanted) assert.ok(found.has(text), `${where}: "${text}" is there`);
}

test("the organiser's words keep their language on every page and in the mails", async () => {
  const s = await Samling.start();
  const fields = { ...own, language: 'en', deadline: null };
  const g = await s.gathering({ ...fields, programme: [{ starts: '17:00', title: own.title }] });
  const c = s.client();
  c.headers['accept-language'] = 'nb';
  const boss = await s.organiser();
  boss.headers['accept-language'] = 'nb';
  const r = (await s.register(g, { name: 'Kari', organisation: 'A', email: 'kari@firma.example', language: 'nb' })).body;
  await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [{ name: 'Ola', email: 'ola@firma.example' }] });
  const mailbox = join(s.data, 'mailbox');
  const mails = await until(async () => {
    const all = await Promise.all(readdirSync(mailbox).filter((f) => f.endsWith('.eml')).map((f) => simpleParser(readFileSync(join(mailbox, f)))));
    return all.length >= 2 && all;
  });
  const linkIn = (to) => mails.find((m) => m.to.text.includes(to)).text.match(/\/r\/[\w.-]+/)[0];

  check((await c.get('/')).text, 'calendar', [own.title, own.summary]);
  check((await c.get(`/g/${g.slug}`)).text, 'public', Object.values(own));
  check((await c.get(`/g/${g.slug}/register`)).text, 'form');
  check((await c.get(linkIn('kari'))).text, 'own page');
  check((await c.get(linkIn('ola'))).text, 'invitation', [own.summary]); // the title stands in a sentence of ours
  check((await c.get(`/t/${r.ticket}`)).text, 'ticket');
  check((await boss.get('/admin')).text, 'home');
  check((await boss.get('/admin/gatherings')).text, 'list');
  check((await boss.get(`/admin/gatherings/${g.id}`)).text, 'overview', Object.values(own));
  check((await boss.get(`/admin/gatherings/${g.id}/people`)).text, 'people');
  check((await boss.get(`/admin/gatherings/${g.id}/people/print`)).text, 'tick list');
  check((await boss.get(`/door/${g.slug}`)).text, 'door');
  for (const m of mails) check(m.html, `mail to ${m.to.text}`, [own.title], [own.title]);
  await s.clock(90 * 86400 * 1000);
  check((await c.get('/')).text, 'calendar, past');
  await s.stop();
});
