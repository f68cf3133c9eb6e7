// What an organiser is led to, step by step, without script.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling, until } from '../lib/samling.js';

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
