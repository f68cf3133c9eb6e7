// The mail log as the organiser has it: which gatherings there is mail about, and a test to oneself.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Samling, until } from '../lib/samling.js';
import { simpleParser } from '../lib/smtp.js';

test('the log offers the gatherings that there is mail about; a test mail goes to oneself', async () => {
  const s = await Samling.start();
  const c = await s.organiser();
  const g = await s.gathering({ title: 'Varme vi kan dele' });
  await s.gathering({ title: 'Uten post' });
  await s.register(g, { name: 'Kari Nes', email: 'kari@firma.example' });
  await until(() => s.mailbox().length === 1, { what: 'the confirmation' });

  const log = await c.get(`/admin/mail?gathering=${g.id}`);
  assert.match(log.text, new RegExp(`<option value="${g.id}" selected>Varme vi kan dele, `));
  assert.ok(!log.text.includes('Uten post'));

  await c.submit(log, {}, { action: '/admin/mail/test' });
  await until(() => s.mailbox().length === 2, { what: 'the test mail' });
  const mails = await Promise.all(s.mailbox().map((m) => simpleParser(m)));
  const mine = mails.find((m) => m.subject.startsWith('Prøvemelding'));
  assert.equal(mine.to.value[0].address, s.email);
  assert.notEqual(mine.to.value[0].name, '');
  await s.stop();
});
