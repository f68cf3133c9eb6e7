// Every route with every role: who may gets in, who may not is kept out, and no route is forgotten
// (tests/unit/test_routes.c holds routes.json against the program's own tables).
import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { memberSession, representative } from '../lib/member.js';
import { Samling, run, Client } from '../lib/samling.js';

const routes = JSON.parse(readFileSync(new URL('./routes.json', import.meta.url), 'utf8'));

async function doorSession(s, organiser, g) {
  const made = await organiser.submit(`/admin/gatherings/${g.id}/door`, { label: 'Vertskap' }, { action: '/door/links' });
  const link = made.text.match(/\/door\/[a-z0-9-]+#[A-Za-z0-9_-]{22}/)?.[0];
  assert.ok(link, made.text.slice(0, 500));
  const c = s.client();
  const r = await c.submit(link.split('#')[0], { key: link.split('#')[1] });
  assert.equal(r.status, 200, r.text.slice(0, 300));
  assert.ok(c.cookies.size > 0);
  return c;
}

test('route by role', { timeout: 300000 }, async () => {
  const s = await Samling.start();
  for (const role of ['organiser', 'viewer']) {
    run(['user', 'add', `${role}@hub.example`, '--role', role, '--password-stdin'], { data: s.data, input: 'en lang setning her\n' });
  }
  const g = await s.gathering({ capacity: 50 });
  const r = (await s.register(g, {})).body;
  const who = { nobody: s.client() };
  for (const role of ['admin', 'organiser', 'viewer']) {
    who[role] = s.client();
    await who[role].signIn(role === 'admin' ? s.email : `${role}@hub.example`, 'en lang setning her');
  }
  who.door = await doorSession(s, who.admin, g);
  who.member = await memberSession(s, (await representative(s, 'Kari Nes', 'Nes Havbruk')).email);
  const tokens = {};
  for (const role of ['admin', 'organiser', 'viewer', 'door']) tokens[role] = s.newToken(role);
  // Nobody's account or token, so that nobody is disabled meanwhile.
  const fill = (path) => path.replace(/(\/settings\/.*)\{id\}/, '$1999999').replace('/representatives/{id}', '/representatives/999999')
    .replace('{slug}', g.slug).replace('/registrations/{id}', `/registrations/${r.id}`)
    .replace('{id}', g.id).replace('{code}', r.ticket).replace(/\{[a-z_]+\}/g, '999999');
  let tried = 0;
  for (const route of routes) {
    if (route.method === 'POST' && route.path === '/signout') continue; // would end the sessions
    const api = route.path.startsWith('/api/');
    for (const role of ['nobody', 'door', 'member', 'viewer', 'organiser', 'admin']) {
      if (role === 'member' && (api || route.token)) continue; // has no token
      const may = route.allow.includes(role);
      const path = fill(route.path);
      let status;
      let location = '';
      let headers;
      if (api || route.token) {
        const answer = await fetch(s.url + path, {
          method: route.method,
          headers: { ...(role === 'nobody' ? {} : { authorization: `Bearer ${tokens[role]}` }), ...(route.method === 'GET' ? {} : { 'content-type': 'application/json' }) },
          body: route.method === 'GET' || route.method === 'DELETE' ? undefined : '{"unknown_member_so_that_nothing_happens":1}',
          redirect: 'manual',
        });
        status = answer.status;
        headers = answer.headers;
        await answer.body?.cancel();
      } else {
        const c = new Client(s.url);
        c.cookies = new Map(who[role].cookies);
        // Without a CSRF token: who may is stopped by that (403 too), so ask with one.
        const options = { follow: false };
        if (/events$/.test(path) && may) { tried += 1; continue; } // streams are tested elsewhere
        const answer = route.method === 'GET' ? await c.get(path, options)
          : await c.post(path, { csrf: await csrfOf(s, who[role], role, g), unknown: '1' }, options);
        status = answer.status;
        headers = answer.headers;
        location = answer.headers.get('location') ?? '';
      }
      const what = `${role} ${route.method} ${route.path}: ${status} ${location}`;
      if (may) assert.ok(![401, 403].includes(status) && !signIn(location), `${what} should be let in`);
      else assert.ok([401, 403].includes(status) || signIn(location), `${what} should be kept out`);
      assert.ok(status < 500, what);
      tried += 1;
      // What is not public is kept by nobody and found by no search engine, whatever came of it.
      if (route.method === 'GET' && !route.public) {
        assert.equal(headers.get('cache-control'), 'no-store', what);
        assert.equal(headers.get('x-robots-tag'), 'noindex', what);
      } else if (route.method === 'GET' && role === 'nobody' && status === 200) {
        assert.match(headers.get('cache-control'), /no-cache|public/, what);
        assert.equal(headers.get('x-robots-tag'), null, what);
      }
    }
  }
  assert.ok(tried > 200, `${tried} tried`);
  await s.stop();
});

/** Sent to sign in; where a link was asked for, one is sent on to another page. */
const signIn = (location) => location.startsWith('/signin') || location === '/member/sign-in';

const kept = new Map();
async function csrfOf(s, client, role, g) {
  if (role === 'nobody') return '';
  if (kept.has(role)) return kept.get(role);
  const page = await client.get({ door: `/door/${g.slug}`, member: '/member' }[role] ?? '/admin');
  const token = page.text.match(/name="csrf" value="([^"]+)"/)?.[1] ?? page.text.match(/data-csrf="([^"]+)"/)?.[1];
  assert.ok(token, `${role} has no CSRF token: ${page.status} ${page.path}`);
  kept.set(role, token);
  return token;
}
