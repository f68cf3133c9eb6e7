// Who is new, comes back, drifts away, has not been seen for a year; and what can be done about it.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling, unescape } from '../lib/samling.js';

const DAY = 86400000;

test('by organisation and by person, with the next step', { timeout: 120000 }, async () => {
  const s = await Samling.start();
  const end = Date.now() + 800 * DAY;
  const hold = async (before, people) => {
    const at = end - before * DAY;
    await s.clock(at - 10 * DAY - Date.now());
    const g = await s.gathering({ title: `For ${before} dager siden`, starts_at: new Date(at).toISOString(), ends_at: new Date(at + 3600000).toISOString() });
    for (const [name, organisation, phone] of people) {
      const r = await s.register(g, { name, organisation, phone, email: `${name.split(' ')[0].toLowerCase()}@x.example` });
      assert.equal(r.status, 201, JSON.stringify(r.body));
      await s.api('POST', `/gatherings/${g.id}/checkins`, { ticket: r.body.ticket });
    }
  };
  await hold(600, [['Anne Vik', 'Alfa'], ['Bo Nes', 'Borte AS', '+47 99 88 77 66'], ['Dag Li', 'Drift']]);
  await hold(200, [['Anne Vik', 'alfa'], ['Dag Li', 'Drift', '57 00 00 00'], ['Eva Å', 'Én gang']]);
  await hold(90, [['Anne Vik', 'Alfa'], ['Nina Ås', 'Ny <&> AS']]);
  await hold(60, [['Nina Ås', 'Ny <&> AS']]);
  await hold(30, [['Nils Bø', 'Alfa'], ['Åse Aa', 'Alfa'], ['Zoe Q', 'Alfa']]);
  await s.clock(end - Date.now());
  const c = await s.organiser();
  const names = (text) => [...text.matchAll(/<th scope="row">(?:<a [^>]*>)?([^<]*)/g)].map((m) => unescape(m[1]));
  const list = async (of, kind) => names((await c.get(`/admin/network?of=${of}&kind=${kind}`)).text);
  assert.deepEqual(await list('organisations', 'new'), ['Én gang', 'Ny <&> AS']);
  assert.deepEqual(await list('organisations', 'returning'), ['Alfa']);
  assert.deepEqual(await list('organisations', 'drifting'), ['Drift']);
  assert.deepEqual(await list('organisations', 'away'), ['Borte AS']);
  assert.deepEqual(await list('people', 'new'), ['Eva Å', 'Nils Bø', 'Nina Ås', 'Zoe Q', 'Åse Aa']);
  assert.deepEqual(await list('people', 'returning'), ['Anne Vik']);
  assert.deepEqual(await list('people', 'drifting'), ['Dag Li']);
  assert.deepEqual(await list('people', 'away'), ['Bo Nes']);
  const page = (await c.get('/admin/network')).text;
  assert.match(page, /Faller fra&nbsp;<span class="sm-num">1</);
  assert.match(page, /href="tel:57000000"/);
  assert.doesNotMatch(page, /Inviter</, 'nothing is coming');
  const g = await s.gathering({ title: 'Neste', days: 20 });
  const again = (await c.get('/admin/network')).text;
  const invite = unescape(again.match(/href="([^"]*\/invite\?paste=[^"]*)"/)[1]);
  assert.match(invite, new RegExp(`^/admin/gatherings/${g.id}/invite`));
  assert.match((await c.get(invite)).text, /Dag Li &lt;dag@x\.example&gt;/);
  // Erased: nobody any more; who only looks sees no way to invite.
  await c.submit('/admin/persons/erase?email=dag%40x.example', {}, { action: '/persons/erase' });
  assert.deepEqual(await list('people', 'drifting'), []);
  assert.equal((await c.get('/admin/network?of=x&kind=y&after=%00')).status, 400);
  assert.equal((await c.get('/admin/network?of=x&kind=y&after=zzzz')).status, 200);
  await s.stop();
});
