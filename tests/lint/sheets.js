// Our own style sheets hold nothing that no page can have: each class, id and attribute that a selector names
// is named by a template, a script or what the program writes itself.

/** A sheet's selectors, those within @media and @layer too. */
function* selectors(sheet) {
  const bare = sheet.replace(/\/\*[^]*?\*\//g, '').replace(/"(?:\\.|[^"\\])*"/g, (text) => text.replace(/[{};,]/g, ' '));
  for (const [, head] of bare.matchAll(/([^{};]+)\{/g)) {
    const text = head.trim();
    if (text.startsWith('@') || /^(from|to|[\d.]+%)$/.test(text)) continue;
    let depth = 0, one = '';
    for (const c of `${text},`) {
      depth += '(['.includes(c) ? 1 : ')]'.includes(c) ? -1 : 0;
      if (c !== ',' || depth > 0) { one += c; continue; }
      yield one.trim();
      one = '';
    }
  }
}

/** What is inside the first parentheses behind `at`, and where they end. */
function inside(text, at) {
  let depth = 0, end = at;
  do { depth += text[end] === '(' ? 1 : text[end] === ')' ? -1 : 0; end += 1; } while (depth > 0 && end < text.length);
  return { inner: text.slice(at + 1, end - 1), end };
}

/** What of it no page can have; of :is() and :where() one kind is enough, :not() asks for nothing. */
function missing(selector, has) {
  for (let m; (m = selector.match(/:(is|where|has|not)\(/));) {
    const { inner, end } = inside(selector, m.index + m[0].length - 1);
    const each = [...selectors(`${inner}{}`)].map((one) => missing(one, has));
    if (m[1] !== 'not' && each.every((lacks) => lacks)) return each[0];
    selector = selector.slice(0, m.index) + selector.slice(end);
  }
  return [...selector.matchAll(/[.#]([a-zA-Z][\w-]*)|\[([a-z-]+)/g)].map(([, name, attribute]) => name ?? attribute).find((name) => !has(name));
}

const used = ['sheets: no selector that nothing matches', (tree, check) => {
  const made = [...tree.templates, ...tree.like(/^public\/.*\.js$/), ...tree.like(/^app\/.*\.c$/)]
    .map((f) => tree.text(f).replace(/\.dataset\.([a-zA-Z]+)/g, (_, name) => ` data-${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`));
  const names = new Set(made.flatMap((text) => text.match(/[a-zA-Z](?:[\w]|-(?=[\w-]))*/g) ?? []));
  check(true);
  for (const f of tree.like(/^public\/.*\.css$/)) {
    for (const selector of selectors(tree.text(f))) {
      const lacks = missing(selector, (name) => names.has(name));
      check(!lacks, `${f}: ${selector}: nothing is called ${lacks}`);
    }
  }
}];

export const rules = [used];
