// Folders for one run of a test file: gone when its process ends, however it ends but for a kill.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made = [];
process.on('exit', () => {
  for (const dir of made) rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
});

/** A new empty folder, `samling-NAME-...` in the temporary folder, or in another. */
export function scratch(name, where = tmpdir()) {
  made.push(mkdtempSync(join(where, `samling-${name}-`)));
  return made.at(-1);
}
