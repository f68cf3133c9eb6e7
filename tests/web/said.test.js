// What pages say is what happened: by whom, whether it was sent, and what is left to do.
import test from 'node:test';
import assert from 'node:assert/strict';
import { simpleParser } from 'mailparser';
import { Samling, unescape, until } from '../lib/samling.js';

const guest = (n) => ({ name: `Gjest Nummer${n}`, email: `gjest${n}@firma.example`, organisation: 'Firma' });
const plain = (html) => unescape(html.replace(/<[^>]+>/g, ' ')).replace(/\s+/g, ' ');

/** The path of the first link of this letter that was mailed to the address. */
async function linkTo(s, address, letter) {
  return until(async () => {
    for (const raw of s.mailbox()) {
      const m = await simpleParser(raw);
      const path = m.to.value[0].address === address && m.text.match(new RegExp(`/r/${letter}[\\w-]+\\.[\\w-]+`))?.[0];
      if (path) return path;
    }
    return null;
  }, { what: `a mail to ${address}` });
}

test('who was taken off the list by an organiser did not do it', async () => {
  const s = await Samling.start();
  const g = await s.gathering();
  const c = await s.organiser();
  for (const n of [1, 2, 3]) await s.register(g, guest(n));
  const { body } = await s.api('GET', `/gatherings/${g.id}/registrations`);
  const id = (n) => body.items.find((r) => r.name === guest(n).name).id;
  await c.submit(`/admin/gatherings/${g.id}/people/${id(1)}`, { reason: '' }, { action: '/cancel' });
  await c.submit(`/admin/gatherings/${g.id}/people/${id(2)}`, { reason: 'Dobbelt' }, { action: '/cancel' });
  const own = await linkTo(s, guest(3).email, 'r');
  await s.client().submit(`${own}/cancel`, {}, { action: '/cancel' });
  for (const page of ['/admin', `/admin/gatherings/${g.id}`]) {
    const text = plain((await c.get(page)).text);
    assert.match(text, /Gjest Nummer1 ?[^.]{0,40}ble tatt av listen av arrangøren(?!:)/, page);
    assert.match(text, /ble tatt av listen av arrangøren: «Dobbelt»/);
    assert.match(text, /Gjest Nummer3 ?[^.]{0,40}meldte seg av/);
  }
  await s.stop();
});
