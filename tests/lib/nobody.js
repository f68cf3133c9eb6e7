// Another account than root's, for what root must not do and others cannot: its ids, the program where it
// can run it, and folders that it can get to, whoever may enter this checkout and the run's temporary folder.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from './samling.js';
import { scratch } from './scratch.js';

const ids = { uid: 65534, gid: 65534 };
const root = process.getuid() === 0;
const open = root && [tmpdir(), '/tmp', '/var/tmp'].find((dir) => spawnSync('test', ['-x', dir], ids).status === 0);

/** Why tests of two accounts are left out here, or false. */
export const needsTwo = (!root && 'only root can give files to somebody else')
  || (!open && 'no temporary folder here lets others in');

const bin = needsTwo ? undefined : join(scratch('nobody', open), 'samling');
if (bin) {
  chmodSync(join(bin, '..'), 0o755);
  copyFileSync(program, bin);
  chmodSync(bin, 0o755);
}
/** As the option `as` of Samling.start and run. */
export const nobody = { ...ids, program: bin };
/** A new folder that nobody can reach; whose it is, is the caller's to say. */
export const openScratch = (name) => scratch(name, open || tmpdir());
