// A form field is one partial, app/html/field.html: nobody writes a control by hand beside it, and a call
// gives it what it knows of.

/** Where the partial and its parts are. */
const PARTIAL = /^app\/html\/field(_\w+)?\.html$/;
/** The page with the camera has controls that its script drives, dark and large. */
const OWN = /^app\/(door\/scan|registrations\/release|contacts\/list|needs\/(board|theme))\.html$/; // the lists: a tick a row, named by who it is

const byHand = ['forms: a field is written {{> html/field ...}}', (tree, check) => {
  for (const f of tree.templates.filter((f) => !PARTIAL.test(f) && !OWN.test(f))) {
    // Values within tags may hold ">" (sections, partials): they are not the tag's end.
    const text = tree.text(f).replace(/\{\{.*?\}\}/g, '');
    check(true);
    for (const [tag, name] of text.matchAll(/<(input|select|textarea)\b[^>]*>/g)) {
      const field = name !== 'input' || !/\s(type="hidden"|hidden|readonly)(?=[\s>])/.test(tag);
      check(!field, `${f}: ${tag.slice(0, 60)} is written by hand; a form field is {{> html/field ...}}`);
    }
  }
}];

const called = ['forms: a field is given what html/field.html knows', (tree, check) => {
  const parts = tree.templates.filter((f) => PARTIAL.test(f)).map((f) => tree.text(f).replace(/\{\{![^]*?\}\}/g, ''));
  const known = new Set(parts.flatMap((text) => [...text.matchAll(/\barg\.(\w+)/g)].map((m) => m[1])));
  for (const f of tree.templates) {
    check(true);
    for (const [, call] of tree.text(f).matchAll(/\{\{>\s*html\/field\s+([^}]*)\}\}/g)) {
      const given = call.trim().split(/\s+/).map((word) => word.split('=')[0]);
      const says = `${f}: {{> html/field ${call}}}`;
      for (const name of ['name', 'label']) check(given.includes(name), `${says} has no ${name}=`);
      for (const name of given) check(known.has(name), `${says}: html/field.html knows no ${name}`);
    }
  }
}];

export const rules = [byHand, called];
