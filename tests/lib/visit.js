// What a page costs who has nothing of it yet.
import { get } from 'node:http';

/** A GET's answer as it was sent, nothing unpacked: { status, headers, bytes }. */
export const asSent = (url, headers = {}) => new Promise((done, fail) => {
  get(url, { headers }, (r) => {
    const parts = [];
    r.on('data', (d) => parts.push(d));
    r.on('end', () => done({ status: r.statusCode, headers: r.headers, bytes: Buffer.concat(parts) }));
  }).on('error', fail);
});

/** [name, bytes as sent] of the page and of all that it links, loads and shows, as a browser asks for it. */
export async function firstVisit(url, path) {
  const text = await (await fetch(`${url}${path}`)).text();
  const names = new Set([path, ...[...text.matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)].map(([, name]) => name.replaceAll('&amp;', '&'))]);
  const each = [];
  for (const name of names) {
    const got = await asSent(`${url}${name}`, { 'accept-encoding': 'gzip, deflate, br' });
    if (got.status !== 200) throw new Error(`${name}: ${got.status}`);
    each.push([name, got.bytes.length]);
  }
  return each;
}
