// Names in scripts that Inter lacks: printed where there are fonts, and said plainly where there are none.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Samling, run } from '../lib/samling.js';
import { scratch } from '../lib/scratch.js';

const names = {
  Arabic: ['ar', 'محمد الأحمد'], Hebrew: ['he', 'דוד כהן'], Thai: ['th', 'สมชาย ใจดี'], Hindi: ['hi', 'प्रिया शर्मा'],
  Chinese: ['zh-cn', '王小明'], Japanese: ['ja', 'さくら サクラ'], Korean: ['ko', '김민수'],
};
const cjk = ['Chinese', 'Japanese', 'Korean'];
const packageOf = (script) => (cjk.includes(script) ? 'fonts-noto-cjk' : 'fonts-noto-core');

/** A machine with Inter alone. */
function interAlone() {
  const folder = scratch('fonts');
  mkdirSync(join(folder, 'cache'));
  writeFileSync(join(folder, 'fonts.conf'), `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir>/usr/share/fonts/opentype/inter</dir><dir>/usr/share/fonts/truetype/inter</dir><cachedir>${join(folder, 'cache')}</cachedir></fontconfig>`);
  return { FONTCONFIG_FILE: join(folder, 'fonts.conf') };
}

async function pdfOf(s, g, name) {
  const r = await s.register(g, { name, organisation: 'Firma', email: `p${Math.random()}@firma.example` });
  const pdf = Buffer.from(await (await fetch(`${s.url}/t/${r.body.ticket}.pdf`)).arrayBuffer());
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
  return r.body.id;
}
const lines = (s, what) => s.errors.split('\n').filter((l) => what.test(l));

test('without fonts for a script a name in it prints as boxes, and log, check and the person\'s page say what to install', async () => {
  const env = interAlone();
  const s = await Samling.start({ env });
  const g = await s.gathering({ capacity: null });
  const boss = await s.organiser();
  await pdfOf(s, g, 'Åse Đặng Ελένη Юлия');
  assert.deepEqual(lines(s, /cannot be printed/), [], 'Latin, Greek and Cyrillic letters are all there');
  for (const [script, [, name]] of Object.entries(names)) {
    const id = await pdfOf(s, g, name);
    await pdfOf(s, g, name);
    const told = lines(s, new RegExp(`names in ${script} cannot be printed: install ${packageOf(script)}$`));
    assert.equal(told.length, 1, `${script}: once`);
    assert.ok(!s.errors.includes(name), 'no name in the log');
    const page = (await boss.get(`/admin/gatherings/${g.id}/people/${id}`)).text;
    assert.match(page, new RegExp(`installere ${packageOf(script)}\\.`), script);
  }
  const plain = await s.register(g, { name: 'Åse', organisation: 'Firma', email: 'ase@firma.example' });
  assert.doesNotMatch((await boss.get(`/admin/gatherings/${g.id}/people/${plain.body.id}`)).text, /fonts-noto/);
  const check = run(['check'], { data: s.data, env });
  assert.equal(check.status, 0, 'it is a note, not a fault');
  assert.match(check.out, /^note {3}fonts: names in Arabic, Hebrew, Thai, Hindi, Chinese, Japanese, Korean cannot be printed: install fonts-noto-core, fonts-noto-cjk$/m);
  await s.stop();
});

test('with fonts they print, and nothing is said', async (t) => {
  const listed = ([code]) => spawnSync('fc-list', [`:lang=${code}`, 'family'], { encoding: 'utf8' }).stdout?.trim();
  const there = Object.entries(names).filter(([, row]) => listed(row));
  if (there.length === 0) return t.skip('no fonts for any of them here');
  const s = await Samling.start();
  const g = await s.gathering({ capacity: null });
  const boss = await s.organiser();
  for (const [script, [, name]] of there) {
    const id = await pdfOf(s, g, name);
    assert.deepEqual(lines(s, /cannot be printed/), [], script);
    assert.doesNotMatch((await boss.get(`/admin/gatherings/${g.id}/people/${id}`)).text, /fonts-noto/);
  }
  const { out } = run(['check'], { data: s.data });
  for (const [script] of there) assert.doesNotMatch(out, new RegExp(`names in .*${script}.* cannot be printed`));
  await s.stop();
});
