// Rooms and arrows: which folder may use what.
import { basename } from 'node:path';
import { roomOf } from './tree.js';

/** What each lower room may include from. */
const below = {
  base: ['base'], database: ['base', 'database'], html: ['base', 'html'], smtp: ['base', 'smtp'],
  document: ['base', 'document'], http: ['base', 'database', 'html', 'http'],
};
/** What every feature may. */
const lower = ['base', 'database', 'html', 'http', 'document'];
/** Above the features: the composition root, app/ itself (""), and the commands. */
const above = ['', 'cmd'];

/** What a library's names look like, its headers, the rooms that may use it. */
const libraries = [
  [/\bsqlite3_\w+/, /^sqlite3/, 'database'],
  [/\b(MHD|gnutls)_\w+/, /^(microhttpd|gnutls)/, 'http'],
  [/\bcurl_(easy|multi|mime|slist|url|global|version)\w*/, /^curl\//, 'smtp'],
  [/\b(workbook|worksheet|lxw)_\w+/, /^xlsxwriter/, 'document'],
  [/\b(QRcode|cairo|pango|g_mime|icalcomponent|icaltimezone)_\w+/, /^(qrencode|cairo|pango|gmime|glib|libical)/, 'document'],
  [/\b((deflate|inflate)(Init|End|Set)\w*|compress2|crc32_\w+)/, /^zlib/, 'document http'],
  [/\b(crypto_(pwhash|sign_(ed25519|detached|verify|keypair(?!_new))|generichash|auth|aead|box|secretbox|shorthash)|sodium|randombytes)\w*/,
    /^sodium/, 'base'],
  [/\b(idn2|u8)_\w+/, /^(idn2|uni(norm|str|case))/, 'base'],
  [/\bcmark_\w+/, /^cmark/, 'html'],
  [/\bsb_stemmer\w*/, /^libstemmer/, 'needs'],
];

const top = ['top level', (tree, check) => {
  for (const f of tree.names) {
    check(/^(app|mail-templates|public|db|tests|Makefile|README\.md|LICENSE|\..*)(\/|$)/.test(f), `${f}: not part of the agreed top level`);
  }
}];

const known = ['every folder is known', (tree, check) => {
  const features = tree.features ?? [];
  check(features.length > 0, 'app/app.c: no list all_features');
  const rooms = new Map(tree.like(/^app\/.*\//).map((f) => [roomOf(f), f]));
  for (const room of rooms.keys()) {
    check(room in below || room === 'cmd' || features.includes(room),
      `app/${room}/: no feature in the list of app/app.c and none of the rooms ${Object.keys(below).join(', ')}, cmd`);
  }
  for (const f of features) check(rooms.has(f), `app/app.c: ${f}_feature has no folder app/${f}/`);
  for (const f of tree.like(/^app\/[^/]+\/.*\//)) check(/^app\/html\/po\//.test(f), `${f}: a folder within a room is not built`);
}];

const libraryRooms = ['each library in its room', (tree, check) => {
  for (const f of tree.source) {
    const { bare, text } = tree.c(f);
    const headers = [...text.matchAll(/^#include <([^>]+)>/gm)].map((m) => m[1]);
    for (const [name, header, rooms] of libraries) {
      if (rooms.split(' ').includes(roomOf(f))) continue;
      const used = bare.match(name)?.[0] ?? headers.find((h) => header.test(h));
      check(!used, `${f}: ${used} belongs in app/${rooms.split(' ')[0]}/`);
    }
  }
}];

/** The steps that statements are made of, and the drivers': the database room's own. */
const steps = /^database\/(statement|driver|db_sqlite|migrate_steps)\.h$/;

/** May a file of `room` include `name`? */
function mayInclude(room, name, features) {
  if (steps.test(name)) return room === 'database';
  const target = name.includes('/') ? name.split('/')[0] : '';
  const face = basename(name) === `${target}.h`; // a neighbour's public face only
  if (room in below) return below[room].includes(target);
  if (target === room) return true;
  if (above.includes(room)) {
    if (features.includes(target)) return face;
    return above.includes(target) || target in below;
  }
  if (features.includes(target)) return face && features.indexOf(target) < features.indexOf(room);
  if (target === 'smtp') return room === 'mailing';
  return lower.includes(target) || name === 'feature.h';
}

const arrows = ['arrows run one way', (tree, check) => {
  const features = tree.features ?? [];
  for (const f of tree.source) {
    for (const [, name] of tree.text(f).matchAll(/^#include "([^"]+)"/gm)) {
      check(mayInclude(roomOf(f), name, features), `${f}: includes "${name}" against the arrows`);
    }
  }
}];

const transactions = ["transactions are the caller's", (tree, check) => {
  for (const f of tree.source.filter((f) => !['database', 'http', ...above].includes(roomOf(f)))) {
    check(!/\bdb_(begin|commit|rollback|savepoint\w*)\s*\(/.test(tree.c(f).bare), `${f}: opens a transaction; that is the caller's`);
  }
}];

/** What DB_SQL does not list is tried by no test. */
const statements = ['statements list themselves', (tree, check) => {
  for (const f of tree.source.filter((f) => roomOf(f) !== 'database')) {
    const { bare } = tree.c(f);
    check(!/\bstruct db_sql \w+\s*=/.test(bare), `${f}: a statement that is not made by DB_SQL`);
    const script = bare.match(/\bdb_script\s*\(/);
    check(!script || above.includes(roomOf(f)), `${f}: db_script is for migrations and commands; use DB_SQL`);
  }
}];

export const rules = [top, known, libraryRooms, arrows, transactions, statements];
