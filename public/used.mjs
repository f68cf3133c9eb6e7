// The design system's sheet without the components that no page names, at build time: its blocks (one a component)
// of which a class stands in a file given, and what is about no class at all. used.mjs SHEET FILE...
import { readFileSync } from 'node:fs';

const [sheet, ...files] = process.argv.slice(2).map((f) => readFileSync(f, 'utf8'));
const classes = (text) => [...text.matchAll(/\bds-[a-z]+(?:-[a-z]+)*/g)].map(([name]) => name);
const used = new Set(files.flatMap(classes));
let depth = 0, start = 0;
for (const { 0: token, index } of sheet.matchAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[{};]/g)) {
  depth += token === '{' ? 1 : token === '}' ? -1 : 0;
  if (depth > 0 || !'};'.includes(token)) continue;
  const block = sheet.slice(start, index + 1);
  const own = [...block.matchAll(/\.(ds-[a-z]+(?:-[a-z]+)*)/g)].map(([, name]) => name);
  if (own.length === 0 || own.some((name) => used.has(name))) process.stdout.write(block);
  start = index + 1;
}
