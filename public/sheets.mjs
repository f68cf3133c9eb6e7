// What pages look like, at build time, a sheet a kind of page, so that only what is used is sent:
//   samling.css    every page: Inter's faces, the design system's theme and components, ours
//   organiser.css  besides, for organisers: the components that only they see, ours
//   door.css       besides, at the door: ours
//   tick-list.css  alone, for the list on paper: Inter's faces, ours
// Of the design system goes in what a page, script or sheet names. sheets.mjs FOLDER FACES THEME SYSTEM FILE...
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const [folder, faces, theme, system, ...files] = process.argv.slice(2);
const organisers = ['ds-table', 'ds-pagination'];
const text = (file) => readFileSync(file, 'utf8');

/** The system's blocks, one a component: { block, own } with the classes it is about. */
function* components(sheet) {
  let depth = 0, start = 0;
  for (const { 0: token, index } of sheet.matchAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[{};]/g)) {
    depth += token === '{' ? 1 : token === '}' ? -1 : 0;
    if (depth > 0 || !'};'.includes(token)) continue;
    const block = sheet.slice(start, index + 1);
    yield { block, own: [...block.matchAll(/\.(ds-[a-z]+(?:-[a-z]+)*)/g)].map(([, name]) => name) };
    start = index + 1;
  }
}

/** Without comments and indentation. */
const shorter = (sheet) => sheet.replace(/"(?:\\.|[^"\\])*"|\/\*[^]*?\*\/|\s+/g,
  (token) => (token[0] === '"' ? token : token[0] === '/' ? '' : ' ')).replace(/ ?([{};]) ?/g, '$1').replaceAll(';}', '}');

/** Without the colours that nothing has, and the properties that neither these sheets nor ours ask for. */
function pruned(sheets, ours, colours) {
  let now = sheets.map((sheet) => sheet.replace(/(?<=[{}])([^{}]*\[data-color=[^{}]*)\{[^{}]*\}/g, (rule, head) => (
    [...head.matchAll(/\[data-color=([\w-]+)/g)].some(([, colour]) => colours.has(colour)) ? rule : '')));
  for (let before = ''; before !== now.join('');) {
    before = now.join('');
    const asked = new Set([...(before + ours).matchAll(/var\(\s*(--[\w-]+)/g)].map(([, name]) => name));
    now = now.map((sheet) => sheet.replace(/(?<=[{;])(--[\w-]+):(?:"[^"]*"|[^;{}"])*(?:;|(?=\}))/g,
      (declaration, name) => (asked.has(name) ? declaration : '')));
  }
  return now;
}

const pages = files.map(text).join('\n');
const ours = ['samling.css', 'organiser.css', 'door.css', 'tick-list.css'];
const named = new Set(pages.match(/\bds-[a-z]+(?:-[a-z]+)*/g));
const used = [...components(text(system))].filter(({ own }) => own.length === 0 || own.some((name) => named.has(name)));
const only = ({ own }) => own.some((name) => organisers.includes(name));
const join = (list) => list.map(({ block }) => block).join('');
const [colours, everybodys, theirs] = pruned(
  [text(theme), join(used.filter((c) => !only(c))), join(used.filter(only))],
  ours.map((name) => text(`public/${name}`)).join(''), new Set(pages.match(/\b[a-z]+\d*\b/g)));
mkdirSync(folder, { recursive: true });
for (const [name, before] of [
  ['samling.css', text(faces) + colours + everybodys],
  ['organiser.css', theirs],
  ['door.css', ''],
  ['tick-list.css', text(faces)],
]) writeFileSync(`${folder}/${name}`, shorter(before + text(`public/${name}`)));
