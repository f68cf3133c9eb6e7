// The calendar in a frame of another site: only those an administrator names may hold it.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling } from '../lib/samling.js';

test('who may hold the calendar is what the settings say', async () => {
  const s = await Samling.start();
  await s.gathering({ title: 'Roboter i praksis', topics: 'Roboter' });
  await s.gathering({ title: 'Innkjøp sammen' });
  const embed = (query = '') => fetch(`${s.url}/embed/calendar${query}`);
  const policy = (r) => r.headers.get('content-security-policy').match(/frame-ancestors ([^;]*)/)[1].trim();
  const first = await embed();
  assert.equal(first.status, 200);
  assert.equal(policy(first), "'self'");
  const text = await first.text();
  assert.match(text, /<meta name="robots" content="noindex">/);
  assert.match(text, /<a href="\/g\/roboter-i-praksis" target="_blank" rel="noopener">Roboter i praksis</);
  assert.doesNotMatch(text, /<form|<script|<header|name="csrf"/);
  assert.match(await (await embed('?topic=roboter&lang=en')).text(), /Roboter i praksis[\s\S]*See the whole calendar/);
  assert.doesNotMatch(await (await embed('?topic=roboter')).text(), /Innkjøp/);
  assert.equal((await embed('?topic=annet')).status, 404);
  // No other page may be held.
  assert.equal(policy(await fetch(`${s.url}/`)), "'none'");

  const c = await s.organiser();
  const page = (await c.get('/admin/settings')).text;
  assert.ok(page.includes(`&lt;iframe src="${s.url}/embed/calendar"`));
  const wrong = await c.submit('/admin/settings', { embed_sites: "https://klyngen.example\n*.example; script-src *" }, { action: '/settings' });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /«\*\.example;» er ikke adressen til et nettsted/);
  assert.match(wrong.text, /klyngen\.example\n\*\.example; script-src \*/, 'nothing typed is lost');
  assert.equal(policy(await embed()), "'self'");
  const saved = await c.submit('/admin/settings', { embed_sites: 'https://www.klyngen.example/kalender\nnæringshage.example' }, { action: '/settings' });
  assert.match(saved.text, /https:\/\/www\.klyngen\.example\nhttps:\/\/xn--nringshage-d6a\.example/);
  // The kept page knows at once.
  assert.equal(policy(await embed()), "'self' https://www.klyngen.example https://xn--nringshage-d6a.example");
  await s.stop();
});
