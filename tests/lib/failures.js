// A reporter for node --test that says nothing of what passes, and of what fails first its own words
// and the line they stand on.
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';

const LINES = 40;
const STDERR = 20;

const indent = (text) => {
  const lines = text.trimEnd().split('\n');
  const more = lines.length - LINES;
  if (more > 0) lines.splice(LINES, more, `... and ${more} lines more`);
  return lines.map((l) => `    ${l}\n`).join('');
};
const path = (file) => relative('.', file.startsWith('file:') ? fileURLToPath(file) : file);
/** The lines of a stack that are ours, not Node's and not a package's. */
const ours = (stack) => [...(stack ?? '').matchAll(/^ +at (.*?)\(?(file:\/\/[^)\s]+?):(\d+):\d+\)?$/gm)]
  .filter(([, , file]) => !file.includes('/node_modules/'))
  .map(([, , file, line]) => `${path(file)}:${line}`);

function words({ name, file, line, details: { error } }, above) {
  const cause = error.cause;
  const real = cause instanceof Error || typeof cause?.message === 'string' ? cause : error;
  const places = [...new Set(ours(real.stack))];
  if (places.length === 0 && file) places.push(`${path(file)}:${line ?? 1}`);
  let said = real.message ?? String(cause);
  if (real.cause?.message) said += `: ${real.cause.message}`;
  if (error.exitCode) said += `, exit code ${error.exitCode}`;
  // Of an assertion with words of its own Node 18 says no more than them.
  if (real.operator && !real.generatedMessage && !/\+ actual|!==/.test(said)) {
    said += `\n${real.operator}: ${inspect(real.actual, { depth: 5 })}\nexpected: ${inspect(real.expected, { depth: 5 })}`;
  }
  name = name.startsWith('/') ? path(name) : name;
  return `✖ ${[...above, name].join(' > ')}\n    at ${places.slice(0, 4).join(', from ')}\n${indent(said)}`;
}

export default async function* failures(source) {
  const above = []; // names of the tests that have begun and hold others, by depth
  const stderr = new Map();
  for await (const { type, data } of source) {
    if (type === 'test:start') {
      above.length = data.nesting;
      above[data.nesting] = data.name;
    } else if (type === 'test:stderr') {
      stderr.set(data.file, (stderr.get(data.file) ?? '') + data.message);
    } else if (type === 'test:fail' && data.details.error.failureType !== 'subtestsFailed') {
      yield words(data, above.slice(0, data.nesting));
      // A file that could not run at all has its words there.
      const heard = stderr.get(data.file);
      if (heard && data.nesting === 0 && data.details.error.code === 'ERR_TEST_FAILURE' && !data.details.error.cause?.stack) {
        yield indent(heard.split('\n').slice(-STDERR).join('\n'));
      }
    }
  }
}
