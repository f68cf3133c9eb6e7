// Those who speak for an organisation, and the link they sign in by.
import { simpleParser } from 'mailparser';
import { until } from './samling.js';

/** A contact who may speak for an organisation, a member: {id, organisation_id, contact_id, email}. */
export async function representative(s, name, organisation) {
  const email = `${name.toLowerCase().replace(/[^a-z0-9]/g, '')}@firma.example`;
  const contact = (await s.api('POST', '/contacts', { name, email, organisation, role: 'member' })).body;
  const list = (await s.api('GET', `/organisations?q=${encodeURIComponent(organisation)}&limit=500`)).body.items;
  const o = list.find((x) => x.name === organisation);
  const made = await s.api('POST', `/organisations/${o.id}/representatives`, { contact_id: contact.id });
  if (made.status !== 201) throw new Error(`representative: ${made.status} ${JSON.stringify(made.body)}`);
  return made.body;
}

/** The link of the nth mail to an address (the newest): {path, mail}. */
export async function mailedLink(s, email, nth = 1) {
  const mail = await until(async () => {
    const to = (await Promise.all(s.mailbox().map((raw) => simpleParser(raw)))).filter((m) => m.to.text.includes(email) && m.text.includes('/r/m'));
    return to.length >= nth && to.sort((a, b) => a.date - b.date || (a.messageId < b.messageId ? -1 : 1)).at(-1);
  }, { what: `a link to ${email}` });
  return { path: mail.text.match(/(\/r\/m\S+)/)[1], mail };
}

/** Signed in by a new link. */
export async function memberSession(s, email) {
  const before = (await Promise.all(s.mailbox().map((raw) => simpleParser(raw)))).filter((m) => m.to.text.includes(email) && m.text.includes('/r/m')).length;
  await s.client().submit('/member/sign-in', { email });
  const { path } = await mailedLink(s, email, before + 1);
  const c = s.client();
  const r = await c.submit(path);
  if (r.path !== '/member') throw new Error(`no session: ${r.status} ${r.path}`);
  return c;
}
