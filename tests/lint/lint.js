// The house rules that a machine can check. Prints a line for each breach; the last line counts rules.
import { Tree, judge } from './tree.js';
import { rules as rooms } from './rooms.js';
import { rules as files, hereRules } from './files.js';
import { rules as terms } from './terms.js';
import { rules as words } from './words.js';
import { rules as forms } from './forms.js';
import { rules as sheets } from './sheets.js';

const tree = Tree.checkout();
const all = [...rooms, ...files, ...words, ...terms, ...forms, ...sheets, ...hereRules];
let failed = 0;
for (const rule of all) {
  const breaches = judge(rule, tree);
  for (const b of breaches) console.log(b);
  failed += breaches.length > 0;
}
console.log(`${all.length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
