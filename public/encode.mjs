// What browsers get, made smaller once, at build time: beside a file its gzip and Brotli, where they save a tenth.
// Reads "name file" a line, prints the twins' lines: static.br/samling.css build/gen/encoded/….br
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const folder = process.argv[2];
const encodings = {
  br: (bytes) => brotliCompressSync(bytes, { params: {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  } }),
  gz: (bytes) => gzipSync(bytes, { level: 9 }),
};

mkdirSync(folder, { recursive: true });
for (const line of readFileSync(0, 'utf8').split('\n')) {
  const [name, file] = line.split(' ');
  if (!/^static\/.*\.(css|js|svg|wasm|json|webmanifest)$/.test(name)) continue;
  const bytes = readFileSync(file);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 20);
  for (const [ending, encode] of Object.entries(encodings)) {
    const twin = `${folder}/${hash}.${ending}`; // the same bytes are not encoded twice
    if (!existsSync(twin)) {
      writeFileSync(`${twin}.new`, encode(bytes));
      renameSync(`${twin}.new`, twin);
    }
    if (statSync(twin).size <= bytes.length * 0.9) console.log(name.replace('static/', `static.${ending}/`), twin);
  }
}
