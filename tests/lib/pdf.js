// The words of a PDF, read through its own fonts (ISO 32000 9.10.3), without the program that drew it.
import { inflateSync } from 'node:zlib';

const objects = (bytes) => {
  const found = new Map();
  const text = bytes.toString('latin1');
  for (const m of text.matchAll(/(\d+) 0 obj\b([\s\S]*?)\bendobj/g)) {
    const at = m[2].indexOf('stream\n');
    const head = at < 0 ? m[2] : m[2].slice(0, at);
    const raw = at < 0 ? null : Buffer.from(m[2].slice(at + 7, m[2].lastIndexOf('endstream')), 'latin1');
    found.set(m[1], { head, body: raw && (head.includes('FlateDecode') ? inflateSync(raw) : raw).toString('latin1') });
  }
  return found;
};
const ref = (head, key) => head.match(new RegExp(`/${key} (\\d+) 0 R`))?.[1];
const utf16 = (hex) => Buffer.from(hex, 'hex').swap16().toString('utf16le');

/** What a font's codes mean, and how many hex digits one has. */
const fontOf = (all, id) => {
  const map = new Map();
  const cmap = all.get(ref(all.get(id).head, 'ToUnicode'))?.body ?? '';
  for (const [, block] of cmap.matchAll(/beginbfchar([\s\S]*?)endbfchar/g)) {
    for (const [, code, to] of block.matchAll(/<([0-9a-f]+)>\s*<([0-9a-f]+)>/gi)) map.set(code.toLowerCase(), utf16(to));
  }
  for (const [, block] of cmap.matchAll(/beginbfrange([\s\S]*?)endbfrange/g)) {
    for (const [, from, end, to] of block.matchAll(/<([0-9a-f]+)>\s*<([0-9a-f]+)>\s*<([0-9a-f]+)>/gi)) {
      for (let i = parseInt(from, 16); i <= parseInt(end, 16); i++) {
        map.set(i.toString(16).padStart(from.length, '0'), utf16((parseInt(to, 16) + i - parseInt(from, 16)).toString(16).padStart(to.length, '0')));
      }
    }
    for (const [, from, , list] of block.matchAll(/<([0-9a-f]+)>\s*<([0-9a-f]+)>\s*\[([^\]]*)\]/gi)) {
      [...list.matchAll(/<([0-9a-f]+)>/gi)].forEach(([, to], i) => map.set((parseInt(from, 16) + i).toString(16).padStart(from.length, '0'), utf16(to)));
    }
  }
  return { map, digits: Math.max(2, ...[...map.keys()].map((k) => k.length)) };
};

/** The strings of an operand as hex: <0a0b> as it is, (literal) with its escapes undone. */
const hexOf = (operand) => [...operand.matchAll(/<([0-9a-f]*)>|\(((?:\\[\s\S]|[^\\)])*)\)/gi)].map(([, hex, literal]) => (hex !== undefined ? hex.toLowerCase()
  : Buffer.from(literal.replace(/\\([0-7]{1,3}|[\s\S])/g, (_, c) => (/[0-7]/.test(c) ? String.fromCharCode(parseInt(c, 8)) : c)), 'latin1').toString('hex'))).join('');

/** { text, shapes }: all that is written on its pages, a line for each piece of text, and how many shapes are filled. */
export function readPdf(bytes) {
  const all = objects(bytes);
  const fonts = new Map();
  for (const { head } of all.values()) {
    for (const [, block] of head.matchAll(/\/Font\s*<<([^>]*)>>/g)) {
      for (const [, name, id] of block.matchAll(/\/(\S+) (\d+) 0 R/g)) fonts.set(name, fontOf(all, id));
    }
  }
  let text = '';
  let shapes = 0;
  for (const { body } of all.values()) {
    if (!body || !/\bBT\b/.test(body)) continue;
    shapes += (body.match(/ (re|h)\b/g) ?? []).length;
    let font;
    const string = String.raw`<[0-9a-f]*>|\((?:\\[\s\S]|[^\\)])*\)`;
    for (const m of body.matchAll(new RegExp(String.raw`/(\S+) [\d.]+ Tf|(\[(?:${string}|[^\]<(])*\]|${string})\s*T[jJ]|\b(ET)\b`, 'gi'))) {
      if (m[1]) font = fonts.get(m[1]);
      else if (m[3]) text += '\n';
      else {
        const hex = hexOf(m[2]);
        for (let at = 0; at < hex.length; at += font.digits) text += font.map.get(hex.slice(at, at + font.digits)) ?? '';
      }
    }
  }
  return { text, shapes };
}
