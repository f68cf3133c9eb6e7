// Personal links: who has no good one gets a page with a way on, by GET and by POST alike.
import test from 'node:test';
import assert from 'node:assert/strict';
import { simpleParser } from 'mailparser';
import { Samling, until } from '../lib/samling.js';

const day = 24 * 3600 * 1000;

/** The path of the personal link in a mail of the folder to this address. */
async function linkTo(s, address) {
  return until(async () => {
    for (const raw of s.mailbox()) {
      const mail = await simpleParser(raw);
      const path = mail.to.text.includes(address) && mail.text.match(/\/r\/[ri][\w-]+\.[\w-]+/)?.[0];
      if (path) return path;
    }
    return null;
  }, { what: `a mail to ${address}` });
}

test('a link that is wrong, revoked or has ended: the same kind page for GET and POST', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  await s.register(g, { email: 'ida@firma.example' });
  await s.api('POST', `/gatherings/${g.id}/invitations`, { contacts: [{ name: 'Ola', email: 'ola@firma.example' }] });
  const own = await linkTo(s, 'ida@firma.example');
  const asked = await linkTo(s, 'ola@firma.example');
  const pages = {
    [own]: [['GET', ''], ['GET', '/change'], ['POST', '/change'], ['GET', '/colleague'], ['POST', '/colleague'], ['GET', '/cancel'], ['POST', '/cancel']],
    [asked]: [['GET', ''], ['POST', '/answer'], ['GET', '/colleague'], ['POST', '/colleague']],
  };
  const form = { name: 'Ida', organisation: 'Firma', email: 'per@firma.example', answer: 'yes', colleague_name: 'Per', colleague_email: 'per@firma.example' };
  const ask = async (method, path) => (method === 'GET' ? s.client().get(path) : s.client().post(path, form, { follow: false }));
  const all = Object.entries(pages).flatMap(([link, rows]) => rows.map(([method, page]) => ({ method, link, page })));

  for (const { method, link, page } of all) {
    // The last character of the code is another one.
    const wrong = link.slice(0, -1) + (link.endsWith('A') ? 'B' : 'A');
    const r = await ask(method, wrong + page);
    assert.equal(r.status, 404, `${method} ${page}`);
    assert.match(r.text, /class="sm-done__mark"/, `${method} ${page}: a way on`);
  }
  await s.clock(new Date(g.ends_at).getTime() - Date.now() + 31 * day);
  for (const { method, link, page } of all) {
    const r = await ask(method, link + page);
    assert.equal(r.status, 410, `${method} ${page}`);
    assert.match(r.text, /class="sm-done__mark"/, `${method} ${page}: a way on`);
  }
  // No more mail: however old the link is.
  assert.equal((await s.client().post(`${asked}/unsubscribe`, { 'List-Unsubscribe': 'One-Click' })).status, 200);
  await s.stop();
});
