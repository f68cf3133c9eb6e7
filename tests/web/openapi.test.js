// What /api/v1/openapi.json promises is what the API answers.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling } from '../lib/samling.js';

/** The few words of JSON Schema that the description uses. Lists what does not fit. */
function misfits(api, schema, value, at = '$') {
  if (schema.$ref) return misfits(api, schema.$ref.slice(2).split('/').reduce((o, k) => o[k], api), value, at);
  const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value;
  const types = schema.type === undefined ? [kind] : [schema.type].flat();
  if (!types.includes(kind) && !(kind === 'integer' && types.includes('number'))) return [`${at}: ${kind}, not ${types}`];
  const out = [];
  if (schema.enum && !schema.enum.includes(value)) out.push(`${at}: ${value} is none of ${schema.enum}`);
  if (schema.format === 'date-time' && kind === 'string' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/.test(value)) out.push(`${at}: ${value}`);
  if (kind === 'object') {
    for (const name of schema.required ?? []) if (!(name in value)) out.push(`${at}.${name} is missing`);
    for (const [name, v] of Object.entries(value)) {
      if (schema.properties?.[name]) out.push(...misfits(api, schema.properties[name], v, `${at}.${name}`));
      else if (schema.properties) out.push(`${at}.${name} is not described`);
    }
  }
  if (kind === 'array' && schema.items) value.forEach((v, i) => out.push(...misfits(api, schema.items, v, `${at}[${i}]`)));
  return out;
}

test('the API answers as its description says', async () => {
  const s = await Samling.start();
  s.token = s.newToken('organiser');
  const got = await s.api('GET', '/openapi.json', undefined, { token: null });
  assert.equal(got.status, 200);
  const api = got.body;
  assert.equal(api.openapi, '3.1.0');
  const seen = new Set();

  const call = async (method, path, address, body, options) => {
    const r = await s.api(method, address, body, options);
    const op = api.paths[`/api/v1${path}`]?.[method.toLowerCase()];
    assert.ok(op, `${method} ${path} is not described`);
    if (r.status < 400) seen.add(op.operationId);
    const promised = op.responses[r.status];
    assert.ok(promised, `${method} ${path}: ${r.status} is not described`);
    const response = promised.$ref ? api.components.responses[promised.$ref.split('/').pop()] : promised;
    const schema = Object.values(response.content ?? {})[0]?.schema;
    for (const name of Object.keys(response.headers ?? {})) assert.ok(r.headers.get(name) || r.status === 304, `${method} ${path}: no ${name}`);
    assert.deepEqual(schema ? misfits(api, schema, r.body) : [], [], `${method} ${path} ${r.status}`);
    // What is sent is described too.
    if (body && r.status < 400 && Object.keys(body).length) {
      assert.deepEqual(misfits(api, op.requestBody.content['application/json'].schema, body, 'body'), []);
    }
    return r;
  };

  const g = (await call('POST', '/gatherings', '/gatherings', {
    title: 'Digitalisering', starts_at: '2030-01-17T17:00:00', place: 'TechHub', capacity: 1,
    programme: [{ starts: '17:00', title: 'Velkommen', speaker: 'Åse' }],
  })).body;
  await call('GET', '/gatherings', '/gatherings?limit=1');
  await call('GET', '/gatherings/{id}', `/gatherings/${g.id}`);
  await call('GET', '/gatherings/{id}', '/gatherings/999999');
  const etag = (await call('GET', '/gatherings/{id}', `/gatherings/${g.id}`)).headers.get('etag');
  assert.equal((await call('GET', '/gatherings/{id}', `/gatherings/${g.id}`, undefined, { headers: { 'if-none-match': etag } })).status, 304);
  assert.equal((await call('PATCH', '/gatherings/{id}', `/gatherings/${g.id}`, { summary: 'Nei' }, { headers: { 'if-match': '"x"' } })).status, 412);
  await call('PATCH', '/gatherings/{id}', `/gatherings/${g.id}`, { summary: 'Kort', capacity: 1 });
  await call('POST', '/gatherings', '/gatherings', { title: '' });
  await call('POST', '/gatherings/{id}/publish', `/gatherings/${g.id}/publish`, {});
  const person = { name: 'Ingrid', email: 'ingrid@firma.example', requirements: 'nøtter' };
  const r = await call('POST', '/gatherings/{id}/registrations', `/gatherings/${g.id}/registrations`, person);
  assert.equal((await call('POST', '/gatherings/{id}/registrations', `/gatherings/${g.id}/registrations`, person)).status, 409);
  await call('POST', '/gatherings/{id}/registrations', `/gatherings/${g.id}/registrations`, { name: 'Kåre', email: 'kare@firma.example' });
  await call('GET', '/gatherings/{id}/registrations', `/gatherings/${g.id}/registrations?limit=1`);
  const viewer = s.newToken('viewer');
  await call('GET', '/gatherings/{id}/registrations', `/gatherings/${g.id}/registrations`, undefined, { token: viewer });
  await call('POST', '/gatherings/{id}/checkins', `/gatherings/${g.id}/checkins`, { ticket: r.body.ticket });
  await call('POST', '/gatherings/{id}/checkins', `/gatherings/${g.id}/checkins`, { ticket: 'tull' });
  await call('POST', '/gatherings/{id}/invitations', `/gatherings/${g.id}/invitations`, { contacts: [{ name: 'Tone', email: 'tone@firma.example' }, { email: 'tull' }] });
  const invited = await call('GET', '/gatherings/{id}/invitations', `/gatherings/${g.id}/invitations`);
  await call('GET', '/invitations/{id}', `/invitations/${invited.body.items[0].id}`);
  await call('POST', '/gatherings/{id}/invitations', `/gatherings/${g.id}/invitations`, { contacts: [{ email: 'bort@firma.example' }] });
  const taken = (await call('GET', '/gatherings/{id}/invitations', `/gatherings/${g.id}/invitations?email=bort@firma.example`)).body.items[0];
  await call('DELETE', '/invitations/{id}', `/invitations/${taken.id}`);
  await call('GET', '/gatherings/{id}/invitations', `/gatherings/${g.id}/invitations?status=open&q=tone&email=tone@firma.example&since=2020-01-01T00:00:00Z`);
  await call('POST', '/invitations/{id}/answer', `/invitations/${invited.body.items[0].id}/answer`, { answer: 'no' });
  await call('GET', '/gatherings/{id}/invitations', `/gatherings/${g.id}/invitations`);
  const viewed = await call('GET', '/gatherings/{id}/registrations', `/gatherings/${g.id}/registrations?q=kare&status=waiting&since=2020-01-01T00:00:00Z`);
  assert.equal(viewed.body.items.length, 1);
  assert.deepEqual(api.paths['/api/v1/gatherings/{id}/registrations'].get.parameters.filter((p) => p.in === 'query').map((p) => p.name).sort(),
    ['cursor', 'email', 'limit', 'q', 'since', 'status']);
  assert.equal((await call('GET', '/mail', '/mail?kind=ticket')).status, 400);
  await call('GET', '/mail', `/mail?gathering=${g.id}&limit=2`);
  await call('GET', '/persons', '/persons?email=kare@firma.example');
  await call('GET', '/persons', '/persons');
  await call('DELETE', '/persons', '/persons?email=kare@firma.example', undefined, { token: s.newToken('admin') });
  const survey = `/gatherings/${g.id}/survey`;
  await call('GET', '/gatherings/{id}/survey', survey);
  const asked = await call('PATCH', '/gatherings/{id}/survey', survey, { asked: true, questions: [{ kind: 'mark', text: 'Hva syntes du?' }] });
  assert.equal(asked.status, 200);
  const room = (await call('POST', '/rooms', '/rooms', { name: 'Laben', kind: 'lab', capacity: 12 })).body.id;
  await call('GET', '/rooms', '/rooms');
  await call('GET', '/rooms/{id}', `/rooms/${room}`);
  await call('PATCH', '/rooms/{id}', `/rooms/${room}`, { capacity: null });
  const booked = (await call('POST', '/rooms/{id}/bookings', `/rooms/${room}/bookings`, { what: 'Kurs', from: '2031-01-14T09:00:00Z', to: '2031-01-14T10:00:00Z' })).body.id;
  await call('GET', '/rooms/{id}/bookings', `/rooms/${room}/bookings`);
  await call('GET', '/rooms/bookings/{id}', `/rooms/bookings/${booked}`);
  await call('PATCH', '/rooms/bookings/{id}', `/rooms/bookings/${booked}`, { who: 'Kari' });
  await call('DELETE', '/rooms/bookings/{id}', `/rooms/bookings/${booked}`);
  await call('DELETE', '/rooms/{id}', `/rooms/${room}`);
  const keptReport = (await call('POST', '/reports/kept', '/reports/kept', { from: '2030-01-01', to: '2030-12-31', name: 'Fylket', project: '4711' })).body.id;
  await call('GET', '/reports/kept', '/reports/kept?limit=1');
  await call('GET', '/reports/kept/{id}', `/reports/kept/${keptReport}`);
  const goal = (await call('POST', '/goals', '/goals', { title: 'Flere', target: 5.5, by: '2099-12-31' })).body.id;
  await call('GET', '/goals', '/goals');
  await call('GET', '/goals/{id}', `/goals/${goal}`);
  await call('PATCH', '/goals/{id}', `/goals/${goal}`, { target: 6, openness: 'public' });
  const measured = (await call('POST', '/goals/{id}/measurements', `/goals/${goal}/measurements`, { value: 2.25 })).body.id;
  await call('GET', '/goals/{id}/measurements', `/goals/${goal}/measurements?limit=1`);
  await call('DELETE', '/goals/{id}/measurements/{measurement}', `/goals/${goal}/measurements/${measured}`);
  await call('DELETE', '/goals/{id}', `/goals/${goal}`);
  const service = (await call('POST', '/services', '/services', { name: 'Rådgivning', kind: 'advice', hourly_rate: 1100 })).body.id;
  await call('GET', '/services', '/services');
  await call('GET', '/services/{id}', `/services/${service}`);
  await call('PATCH', '/services/{id}', `/services/${service}`, { about: 'Et par timer' });
  const helped = (await s.api('POST', '/organisations', { name: 'Hjelpt' })).body.id;
  const request = (await call('POST', '/service-requests', '/service-requests', { service_id: service, organisation_id: helped, text: 'Hjelp' })).body.id;
  await call('GET', '/service-requests', '/service-requests?limit=1');
  await call('GET', '/service-requests/{id}', `/service-requests/${request}`);
  await call('PATCH', '/service-requests/{id}', `/service-requests/${request}`, { state: 'done', minutes: 30, free: true });
  assert.equal((await call('POST', '/service-requests/{id}/answer', `/service-requests/${request}/answer`, { answer: 'Ja' })).status, 409);
  const asking = (await s.api('POST', '/contacts', { name: 'Per', email: 'per@hjelpt.example', organisation: 'Hjelpt' })).body.id;
  const answered = (await s.api('POST', '/service-requests', { service_id: service, organisation_id: helped, contact_id: asking, text: 'Mer' })).body.id;
  await call('POST', '/service-requests/{id}/answer', `/service-requests/${answered}/answer`, { answer: 'Ja', state: 'agreed' });
  await call('DELETE', '/services/{id}', `/services/${(await s.api('POST', '/services', { name: 'Ingen', kind: 'other' })).body.id}`);
  const need = async (text, organisation, more) => (await call('POST', '/needs', '/needs', { text, organisation, ...more })).body.id;
  const needs = [await need('Robot til små serier', 'Nes', { kind: 'need', field: 'production', urgency: null }), await need('Robot vi kan dele', 'Vik')];
  await call('GET', '/needs', '/needs?kind=needs&limit=1');
  await call('GET', '/needs/{id}', `/needs/${needs[0]}`);
  await call('PATCH', '/needs/{id}', `/needs/${needs[0]}`, { urgency: 'now', openness: 'members' });
  const offered = [await need('Låne bort robot', 'Kran AS', { kind: 'offer' }), await need('Robotkurs', 'Kran AS', { kind: 'offer' })];
  await call('GET', '/matches/proposals', '/matches/proposals');
  const match = (await call('POST', '/matches', '/matches', { need_id: needs[0], offer_id: offered[0], reason: 'robot' })).body.id;
  assert.equal((await call('POST', '/matches', '/matches', { need_id: needs[0], offer_id: offered[0] })).status, 409);
  await call('POST', '/matches/dismissed', '/matches/dismissed', { need_id: needs[0], offer_id: offered[1] });
  await call('GET', '/matches', '/matches?state=asked');
  await call('GET', '/matches/{id}', `/matches/${match}`);
  await call('POST', '/matches/{id}/answers', `/matches/${match}/answers`, { side: 'need', answer: 'yes' });
  assert.equal((await call('POST', '/matches/{id}/introduction', `/matches/${match}/introduction`)).status, 409);
  const knows = async (organisation, email) => {
    const contact = (await s.api('POST', '/contacts', { name: 'Kjent', email, organisation })).body.id;
    const o = (await s.api('GET', `/organisations?q=${organisation}`)).body.items[0].id;
    await s.api('POST', `/organisations/${o}/representatives`, { contact_id: contact });
  };
  await knows('Nes', 'nes@x.example');
  await knows('Vask', 'vask@x.example');
  const wanted = (await s.api('POST', '/matches', { need_id: needs[0], offer_id: await need('Robotvask', 'Vask', { kind: 'offer' }) })).body.id;
  for (const side of ['need', 'offer']) await s.api('POST', `/matches/${wanted}/answers`, { side, answer: 'yes' });
  assert.equal((await call('POST', '/matches/{id}/introduction', `/matches/${wanted}/introduction`)).status, 200);
  await call('DELETE', '/matches/{id}', `/matches/${match}`);
  await call('GET', '/themes/proposals', '/themes/proposals');
  await call('POST', '/themes/apart', '/themes/apart', { need_ids: needs });
  const theme = (await call('POST', '/themes', '/themes', { name: 'Robot', need_ids: needs })).body.id;
  const theme2 = (await call('POST', '/themes', '/themes', { name: 'Kran', need_ids: [await need('Kran', 'Nes'), await need('Kran', 'Vik')] })).body.id;
  await call('GET', '/themes', '/themes?state=open');
  await call('GET', '/themes/{id}', `/themes/${theme}`);
  await call('PATCH', '/themes/{id}', `/themes/${theme}`, { description: 'Fire uker hver' });
  await call('POST', '/themes/{id}/merge', `/themes/${theme2}/merge`, { into: theme });
  const meeting = (await call('POST', '/themes/{id}/gathering', `/themes/${theme}/gathering`)).body.id;
  await call('GET', '/gatherings/{id}/needs', `/gatherings/${meeting}/needs`);
  await call('GET', '/gatherings/{id}/needs/{need_id}', `/gatherings/${meeting}/needs/${needs[0]}`);
  assert.equal((await call('PATCH', '/gatherings/{id}/needs/{need_id}', `/gatherings/${meeting}/needs/${needs[0]}`, { outcome: 'solved' })).status, 409);
  await call('DELETE', '/themes/{id}', `/themes/${theme}`);
  await call('GET', '/gatherings/{id}/survey/answers', `${survey}/answers`);
  await call('GET', '/gatherings/{id}/survey/results', `${survey}/results`);
  const text = { headers: { 'content-type': 'text/plain' } };
  assert.equal((await call('POST', '/gatherings/{id}/registrations', `/gatherings/${g.id}/registrations`, person, text)).status, 415);
  assert.equal((await call('GET', '/registrations/{id}', `/registrations/${r.body.id}`)).body.name, r.body.name);
  await call('PATCH', '/registrations/{id}', `/registrations/${r.body.id}`, { organisation: 'Ny AS', phone: null, notify: false });
  await call('PATCH', '/registrations/{id}', `/registrations/${r.body.id}`, { name: '' });
  assert.equal((await call('PATCH', '/registrations/{id}', `/registrations/${r.body.id}`, {}, text)).status, 415);
  assert.equal((await call('DELETE', '/registrations/{id}', `/registrations/${r.body.id}`)).status, 409, 'let in');
  await call('DELETE', '/registrations/{id}', `/registrations/${r.body.id}?force=true`);
  assert.equal((await call('DELETE', '/registrations/{id}', `/registrations/${r.body.id}`)).status, 410);
  await call('POST', '/gatherings/{id}/cancel', `/gatherings/${g.id}/cancel`, { notify: false });
  assert.equal((await call('POST', '/gatherings/{id}/registrations', `/gatherings/${g.id}/registrations`, person)).status, 410);
  const kari = { name: 'Kari Nes', email: 'kari@nes.example', organisation: 'Nes Havbruk', role: 'member', trade: 'Havbruk', language: 'nn' };
  const contact = (await call('POST', '/contacts', '/contacts', kari)).body;
  assert.equal((await call('POST', '/contacts', '/contacts', kari)).status, 409);
  await call('POST', '/contacts', '/contacts', { name: '', role: 'tull' });
  await call('GET', '/contacts', '/contacts?limit=1&q=kari&role=member');
  await call('GET', '/contacts/{id}', `/contacts/${contact.id}`);
  await call('POST', '/contacts/{id}/allow', `/contacts/${contact.id}/allow`, {});
  await call('PATCH', '/contacts/{id}', `/contacts/${contact.id}`, { role: null, language: null });
  const firm = (await call('POST', '/organisations', '/organisations', { name: 'Vik AS', role: 'supplier', size: 3, number: null, tags: ['robot'], member_from: '2024-01-01', in_directory: true })).body;
  assert.equal((await call('POST', '/organisations', '/organisations', { name: 'vik as' })).status, 409);
  await call('GET', '/organisations', '/organisations?limit=1&q=vik&role=supplier&tag=robot&since=2020-01-01T00:00:00Z');
  await call('GET', '/organisations/{id}', `/organisations/${firm.id}`);
  await call('PATCH', '/organisations/{id}', `/organisations/${firm.id}`, { website: 'vik.example', role: null, description: null });
  await call('PATCH', '/organisations/{id}', `/organisations/${firm.id}`, { website: 'tull' });
  await call('GET', '/reports', '/reports?from=2026-01-01&to=2026-12-31');
  assert.equal((await call('GET', '/reports', '/reports?from=2026-01-01')).status, 422);
  const speaker = (await call('POST', '/organisations/{id}/representatives', `/organisations/${firm.id}/representatives`, { contact_id: contact.id, send_link: false })).body;
  await call('POST', '/organisations/{id}/representatives', `/organisations/${firm.id}/representatives`, { contact_id: '999999' });
  await call('GET', '/organisations/{id}/representatives', `/organisations/${firm.id}/representatives`);
  await call('PATCH', '/organisations/{id}/expectations', `/organisations/${firm.id}/expectations`, { expects: 'Kunder', openness: 'members', said_by: contact.id });
  await call('GET', '/organisations/{id}/expectations', `/organisations/${firm.id}/expectations`);
  await call('GET', '/expectations', '/expectations?limit=1');
  await call('DELETE', '/representatives/{id}', `/representatives/${speaker.id}`);
  await call('DELETE', '/representatives/{id}', `/representatives/${speaker.id}`);
  await call('GET', '/openapi.json', '/openapi.json');
  const slow = { token: s.newToken('viewer', 1) };
  assert.deepEqual([(await call('GET', '/gatherings', '/gatherings', undefined, slow)).status, (await call('GET', '/gatherings', '/gatherings', undefined, slow)).status], [200, 429]);
  assert.equal((await call('GET', '/gatherings', '/gatherings', undefined, { token: null })).status, 401);
  await s.clock(100 * 86400e3); // the theme meeting is over
  await call('PATCH', '/gatherings/{id}/needs/{need_id}', `/gatherings/${meeting}/needs/${needs[0]}`, { outcome: 'solved' });

  const all = Object.values(api.paths).flatMap((p) => Object.values(p).map((op) => op.operationId)).filter((id) => id !== 'metrics');
  assert.deepEqual(all.filter((id) => !seen.has(id)), [], 'described and never called here');
  assert.equal(new Set(all).size, all.length);
  await s.stop();
});

test('/healthz and /metrics', async () => {
  const s = await Samling.start();
  await s.register(await s.gathering({}), {});
  assert.equal((await fetch(`${s.url}/metrics`)).status, 401);
  const text = await (await fetch(`${s.url}/metrics`, { headers: { authorization: `Bearer ${s.newToken('viewer')}` } })).text();
  for (const line of ['samling_registrations{status="confirmed"} 1', 'samling_gatherings{status="published"} 1']) assert.ok(text.includes(line), text);
  assert.match(text, /^samling_resident_bytes [1-9]\d{6,}$/m);
  for (const line of text.split('\n').filter(Boolean)) assert.match(line, /^(# (HELP|TYPE) \S+ .+|[a-z_]+(\{[a-z_]+="[^"]*"\})? -?[0-9.e+]+)$/);
  const health = await fetch(`${s.url}/healthz`);
  assert.deepEqual([health.status, (await health.text()).trim()], [200, 'ok']);
  await s.stop();
});

test('what need not be sent may be left out, empty or null', async () => {
  const s = await Samling.start();
  s.token = s.newToken('organiser');
  const { paths } = (await s.api('GET', '/openapi.json', undefined, { token: null })).body;
  const g = await s.gathering({ capacity: 400 });
  const contact = (await s.api('POST', '/contacts', { name: 'Kari', email: 'kari@firma.example' })).body;
  const { id } = (await s.register(g, { name: 'Kari', email: 'kari@firma.example' })).body;
  const invited = (await s.api('POST', `/gatherings/${g.id}/invitations`, { people: [{ name: 'Kari', email: 'kari@firma.example' }] })).body;
  assert.ok(contact.id, JSON.stringify(contact));
  const ids = { contacts: contact.id, gatherings: g.id, registrations: id, invitations: invited.items?.[0]?.id ?? 1 };
  let n = 0;
  const needed = { title: 'Robotar', place: 'TechHub', starts_at: '2030-01-17T17:00:00', name: 'Ola', code: 'S', answer: 'yes' };
  let calls = 0;
  for (const [path, methods] of Object.entries(paths)) {
    for (const method of ['post', 'patch']) {
      const schema = methods[method]?.requestBody?.content['application/json']?.schema ?? methods[method]?.requestBody?.content['application/merge-patch+json']?.schema;
      if (!schema?.properties || path.endsWith('/cancel')) continue;
      const least = () => Object.fromEntries((schema.required ?? []).map((k) => [k, k === 'email' ? `p${n += 1}@firma.example` : needed[k]]));
      const address = path.replace('/api/v1', '').replace('{id}', ids[path.split('/')[3]]);
      const optional = Object.keys(schema.properties).filter((k) => !schema.required?.includes(k));
      for (const extra of [{}, ...optional.flatMap((k) => [{ [k]: null }, { [k]: '' }])]) {
        const r = await s.api(method.toUpperCase(), address, { ...least(), ...extra });
        assert.ok(r.status < 500, `${method} ${path} ${JSON.stringify(extra)}: ${r.status}`);
        if (!Object.keys(extra).length && path.endsWith('/contacts')) assert.equal(r.status, 201, JSON.stringify(r.body));
        calls += 1;
      }
    }
  }
  assert.ok(calls > 60, `${calls}`);
  await s.stop();
});
