// Inter as browsers get it, at build time: inter.woff2 has every sign that our own words are made of, in the
// weights that our sheets name; the rest of its Latin letters lie in files that are asked for when a page
// holds one of them: of the west, of the north and east (Sámi, Polish, Latvian ...: Latin Extended-A), others. fonts.mjs FOLDER FILE... (templates, catalogues, scripts). Writes faces.css beside them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import subset from 'subset-font';

const require = createRequire(import.meta.url);
const inter = '@fontsource-variable/inter';
const ranges = require(`${inter}/unicode.json`);
const [folder, ...files] = process.argv.slice(2);

const signs = (range) => range.split(',').flatMap((part) => {
  const [first, last = first] = part.slice(2).split('-').map((hex) => parseInt(hex, 16));
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
});
const hex = (n) => n.toString(16).toUpperCase().padStart(4, '0');
/** Sorted code points as a unicode-range. */
const range = (list) => list.reduce((runs, n) => {
  const last = runs.at(-1);
  if (last && last[1] === n - 1) last[1] = n; else runs.push([n, n]);
  return runs;
}, []).map(([a, b]) => `U+${hex(a)}${a === b ? '' : `-${hex(b)}`}`).join(', ');

const latin = signs(ranges.latin);
// What names in Norway are written with, and what organisers and the program set beside what stands in our words.
const others = 'ÆØÅæøåÉéÈèÊêËëÓóÒòÔôÖöÄäÜüÀàÁáÂâÍíÚú\u00a0§«»°·×–—‘’“”…•€−';
const ours = new Set([...others, ...files.flatMap((f) => [...readFileSync(f, 'utf8')])].map((c) => c.codePointAt(0)));
for (let n = 0x20; n < 0x7f; n++) ours.add(n);
const isA = (n) => n >= 0x100 && n <= 0x17f;
const often = latin.filter((n) => n >= 0x20 && ours.has(n));

// In the sheets' own order: of two faces with a sign the later one is asked.
const faces = [
  ['inter-latin-ext', 'latin-ext', signs(ranges['latin-ext']).filter((n) => !isA(n))],
  ['inter-latin-a', 'latin-ext', signs(ranges['latin-ext']).filter(isA)],
  ['inter-latin', 'latin', latin.filter((n) => n >= 0x20 && !ours.has(n))],
  ['inter', 'latin', often],
];
// cv05 and cv11 are the look's, tnum is for figures in columns; the rest is how Latin is set.
const keepFeatures = ['cv05', 'cv11', 'calt', 'tnum', 'kern', 'ccmp', 'locl', 'mark', 'mkmk', 'liga', 'clig', 'rlig'];
const made = {};
let css = '';
for (const [name, part, list] of faces) {
  const whole = readFileSync(require.resolve(`${inter}/files/inter-${part}-opsz-normal.woff2`));
  made[name] = await subset(whole, String.fromCodePoint(...list), {
    targetFormat: 'woff2', noHinting: true, keepFeatures, variationAxes: { wght: { min: 400, max: 700 } },
  });
  css += `@font-face{font-family:"Inter";font-style:normal;font-display:swap;font-weight:400 700;src:url("/static/${name}.woff2") format("woff2");unicode-range:${range(list)}}\n`;
}
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/faces.css`, css); // first: make looks at its age
for (const [name, bytes] of Object.entries(made)) writeFileSync(`${folder}/${name}.woff2`, bytes);
