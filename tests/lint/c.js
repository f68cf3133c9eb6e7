// C as far as the rules need it: comments, string literals, the arguments of a call, a table's names.

/**
 * bare      the text with comments and the insides of literals blanked: the same length, the same lines
 * literals  [{ at, end, value, line }], value as it is written between the quotes
 * comments  [{ line, last, text }], lines from 1
 */
export function lex(text) {
  const literals = [];
  const comments = [];
  const starts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  const lineAt = (at) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= at) low = middle; else high = middle - 1;
    }
    return low + 1;
  };
  const blank = (s) => s.replace(/[^\n]/g, ' ');
  const bare = text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, (whole, at) => {
    if (whole.startsWith('/')) {
      comments.push({ line: lineAt(at), last: lineAt(at + whole.length - 1), text: whole.replace(/^\/[*/]|\*\/$/g, '') });
      return blank(whole);
    }
    if (whole.startsWith('"')) literals.push({ at, end: at + whole.length, value: whole.slice(1, -1), line: lineAt(at) });
    return whole[0] + blank(whole.slice(1, -1)) + whole[0];
  });
  return { text, bare, literals, comments, lineAt };
}

/** Where the bracket at `open` is closed; the end of the text when it is not. */
function closing(bare, open) {
  let depth = 0;
  for (let i = open; i < bare.length; i++) {
    if ('([{'.includes(bare[i])) depth += 1;
    else if (')]}'.includes(bare[i]) && --depth === 0) return i;
  }
  return bare.length;
}

/** Each call of a function or macro: { at, line, args: [{ from, to }] }. Its own definition is one too. */
export function calls(file, name) {
  const found = [];
  for (const m of file.bare.matchAll(new RegExp(`\\b${name}\\s*\\(`, 'g'))) {
    const open = m.index + m[0].length - 1;
    const end = closing(file.bare, open);
    const args = [];
    let [depth, from] = [0, open + 1];
    for (let i = open + 1; i <= end; i++) {
      const c = file.bare[i];
      if (i === end || (c === ',' && depth === 0)) {
        args.push({ from, to: i });
        from = i + 1;
      } else if ('([{'.includes(c)) depth += 1;
      else if (')]}'.includes(c)) depth -= 1;
    }
    found.push({ at: m.index, line: file.lineAt(m.index), args });
  }
  return found;
}

/** Literals within { from, to }; `plain`: but for those that are handed on to a call therein. */
export function literalsIn(file, { from, to }, plain = false) {
  return file.literals.filter((l) => {
    if (l.at < from || l.at >= to) return false;
    const before = file.bare.slice(from, l.at);
    return !plain || before.split('(').length === before.split(')').length;
  });
}

const firsts = (file, open) => {
  const end = closing(file.bare, open);
  const rows = [];
  for (let i = open + 1; i < end; i++) {
    if (file.bare[i] !== '{') continue;
    const to = closing(file.bare, i);
    rows.push(literalsIn(file, { from: i, to })[0]);
    i = to;
  }
  return rows.length > 0 ? rows.filter(Boolean) : literalsIn(file, { from: open, to: end });
};

/** The first literal of each row of every table of `struct type`. */
export function tableNames(file, type) {
  return [...file.bare.matchAll(new RegExp(`\\bstruct ${type} \\w+\\[\\w*\\]\\s*=\\s*\\{`, 'g'))]
    .flatMap((m) => firsts(file, m.index + m[0].length - 1));
}

const words = (literals) => literals.map((l) => l.value).filter((v) => /^[a-z0-9_.]+$/.test(v));

/**
 * The words that `name` stands for, or null when it is not defined in this file: of an array its
 * strings (of rows, the first of each), of a function those that it returns (or all it
 * holds; or the numbers of its cases). Of several of that name it is the last one above `line`.
 */
export function namesOf(file, name, line = Infinity) {
  const found = [];
  for (const m of file.bare.matchAll(new RegExp(`\\b${name}\\s*(?:\\[[^\\]]*\\])+\\s*=\\s*\\{`, 'g'))) {
    found.push({ at: m.index, literals: firsts(file, m.index + m[0].length - 1) });
  }
  for (const m of file.bare.matchAll(new RegExp(`^${name}\\(`, 'gm'))) {
    const open = file.bare.indexOf('{', closing(file.bare, m.index + m[0].length - 1));
    const end = closing(file.bare, open);
    const body = file.bare.slice(open, end);
    const returned = [...body.matchAll(/\breturn\b[^;]*;/g)]
      .flatMap((r) => literalsIn(file, { from: open + r.index, to: open + r.index + r[0].length }));
    const numbers = [...body.matchAll(/\bcase\s+(\d+)\s*:/g)].map((c) => ({ value: c[1] }));
    found.push({ at: m.index, literals: [returned, literalsIn(file, { from: open, to: end })].find((l) => words(l).length > 0) ?? numbers });
  }
  if (found.length === 0) return null;
  const above = found.filter((f) => file.lineAt(f.at) <= line);
  const one = above.length > 0 ? above.at(-1) : found[0];
  return words(one.literals);
}
