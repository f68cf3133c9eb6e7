// What each file must be by itself: its size, its escapes, its format, and what the linker made of all.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';

const size = ['size', (tree, check) => {
  for (const f of tree.like(/^(app|public|tests)\/.*\.(c|h|js)$/)) {
    const lines = tree.text(f).split('\n').length - 1;
    check(lines <= 600, `${f}: ${lines} lines, more than 600`);
  }
}];

// A data block (HTML, 4.12.1) is no script; what stands in one is escaped as JSON, not as HTML.
const pages = ['pages: no inline script or style, unescaped output only where it is made by us', (tree, check) => {
  for (const f of tree.templates) {
    const text = tree.text(f);
    check(!/<script(?![^>]*\ssrc=)(?! type="application\/ld\+json">)[^>]*>|<style|\sstyle="|\son[a-z]+="/.test(text), `${f}: inline script or style`);
    for (const [, name] of text.matchAll(/\{\{(?:\{|&)\s*([^}\s]+)/g)) {
      check(/(^content$|html$|svg$|json_ld$)/.test(name), `${f}: {{{${name}}}} is not escaped`);
    }
  }
}];

const unfinished = ['words of unfinished work', (tree, check) => {
  for (const f of tree.like(/^(app|public|db|mail-templates)\/.*\.(c|h|js|html|sql|txt|po)$/)) {
    const m = tree.text(f).match(/\b(TODO|FIXME|XXX)\b/);
    check(!m, `${f}: ${m?.[0]}`);
  }
}];

const mails = ['mail texts exist in three languages', (tree, check) => {
  for (const name of tree.like(/^mail-templates\/nb\//).map((f) => basename(f))) {
    for (const lang of ['nn', 'en']) check(tree.has(`mail-templates/${lang}/${name}`), `mail-templates/${lang}/${name} is missing`);
  }
}];

const migrations = ['each migration for each engine', (tree, check) => {
  for (const [one, other] of [['sqlite', 'postgresql'], ['postgresql', 'sqlite']]) {
    for (const name of tree.like(new RegExp(`^db/migrations/${one}/`)).map((f) => basename(f))) {
      check(tree.has(`db/migrations/${other}/${name}`), `db/migrations/${other}/${name} is missing`);
    }
  }
}];

const format = ['format', (tree, check) => {
  const files = [...tree.source, ...tree.like(/^tests\/.*\.[ch]$/)];
  const { status, stderr } = spawnSync('clang-format', ['--dry-run', '-Werror', ...files], { encoding: 'utf8' });
  check(status === 0, `clang-format (make format mends it):\n${stderr.split('\n').filter((l) => l.includes('error:')).slice(0, 20).join('\n')}`);
}];

const hardening = ['hardening, read off the built file', (tree, check) => {
  const built = 'build/samling';
  if (!existsSync(built)) return;
  const elf = (...args) => execFileSync('readelf', [...args, built], { encoding: 'utf8', maxBuffer: 1e8, stdio: ['ignore', 'pipe', 'ignore'] });
  check(/Type:\s+DYN/.test(elf('-h')), `${built}: not position independent`);
  check(/BIND_NOW|NOW/.test(elf('-d')), `${built}: not bound at start (full RELRO)`);
  const segments = elf('-lW');
  check(/GNU_RELRO/.test(segments), `${built}: no RELRO`);
  check(/GNU_STACK.*RW /.test(segments), `${built}: executable stack`);
  const symbols = elf('-sW');
  check(/__stack_chk_fail/.test(symbols), `${built}: no stack protector`);
  check(/__(memcpy|snprintf|vsnprintf|read|fprintf)_chk/.test(symbols), `${built}: not fortified`);
  if (process.arch === 'x64') check(/IBT, SHSTK/.test(elf('-n')), `${built}: no CET mark`);
}];

export const rules = [size, pages, unfinished, mails, migrations];
/** These ask tools of the system about this checkout. */
export const hereRules = [format, hardening];
