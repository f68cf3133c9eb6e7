// A real SMTP server with STARTTLS (or TLS) and AUTH, which can also refuse, defer, hang and drop.
import { SMTPServer } from 'smtp-server';
import { simpleParser } from 'mailparser';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratch } from './scratch.js';

const made = new Map();
/** A certificate for 127.0.0.1 and localhost, signed by itself: { key, cert, certFile, keyFile }; another
 * name gives another one. days: how long it still holds, negative for one that has expired; names: whose
 * it is. */
export function certificate(name = 'server', { days = 2, names = 'DNS:localhost,IP:127.0.0.1' } = {}) {
  if (made.has(name)) return made.get(name);
  const dir = scratch('cert');
  const [keyFile, certFile, request, extra] = ['key.pem', 'cert.pem', 'request.pem', 'extra.cnf'].map((f) => join(dir, f));
  const openssl = (...args) => {
    const r = spawnSync('openssl', args);
    if (r.status !== 0) throw new Error(`openssl: ${r.stderr}`);
  };
  writeFileSync(extra, `subjectAltName=${names}\nbasicConstraints=CA:TRUE\n`);
  openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
    '-keyout', keyFile, '-out', request, '-subj', '/CN=localhost');
  openssl('x509', '-req', '-in', request, '-signkey', keyFile, '-out', certFile, '-days', String(days), '-extfile', extra);
  made.set(name, { key: readFileSync(keyFile), cert: readFileSync(certFile), certFile, keyFile });
  return made.get(name);
}

const refusal = (code, text) => Object.assign(new Error(text), { responseCode: code });

/**
 * behave(stage, address) is asked at 'greeting', 'auth', 'mail', 'rcpt', 'data' (before the body is read)
 * and 'end' (after the final dot); it may give nothing (go on), [code, text] (that reply), 'hang' or 'drop'.
 */
export class Mailserver {
  static async start({ secure = false, auth = true, tls = true, port = 0, cert: shown = certificate(), behave = () => undefined } = {}) {
    const m = new Mailserver();
    m.received = []; // { from, to, raw, at } that were acknowledged with 250
    m.seen = [];     // every message whose body was read, acknowledged or not
    m.stages = [];
    m.sockets = new Set();
    m.connections = 0;
    m.behave = behave;
    const { key, cert } = shown;
    const act = (stage, address, session, next) => {
      m.stages.push([stage, address]);
      const how = m.behave(stage, address, session);
      if (!how) return next();
      if (how === 'hang') return undefined;
      if (how === 'drop') { for (const s of m.sockets) if (!s.remotePort || s.remotePort === session.remotePort) s.destroy(); return undefined; }
      return next(refusal(how[0], how[1]));
    };
    m.server = new SMTPServer({
      secure, key, cert, authOptional: !auth, size: 20e6, disableReverseLookup: true,
      allowInsecureAuth: false, hideSTARTTLS: !tls, disabledCommands: tls || secure ? [] : ['STARTTLS', 'AUTH'],
      authMethods: ['PLAIN', 'LOGIN'], closeTimeout: 200, maxClients: 200, logger: false,
      onConnect(session, done) {
        m.connections += 1;
        const how = m.behave('greeting', '', session);
        return Array.isArray(how) ? done(refusal(how[0], how[1])) : done();
      },
      onAuth(a, session, done) {
        act('auth', a.username, session, (e) => {
          if (e) return done(e);
          if (a.username !== 'hub' || a.password !== 'hemmelig/ord') return done(refusal(535, '5.7.8 Authentication credentials invalid'));
          return done(null, { user: a.username });
        });
      },
      onMailFrom(address, session, done) { act('mail', address.address, session, done); },
      onRcptTo(address, session, done) { act('rcpt', address.address, session, done); },
      onData(stream, session, done) {
        const to = session.envelope.rcptTo.map((r) => r.address);
        const chunks = [];
        const how = m.behave('data', to[0], session);
        m.stages.push(['data', to[0]]);
        if (how === 'drop') { for (const s of m.sockets) if (s.remotePort === session.remotePort) s.destroy(); return; }
        stream.on('data', (c) => chunks.push(c));
        stream.on('end', () => {
          const one = { from: session.envelope.mailFrom.address, to, raw: Buffer.concat(chunks), at: Date.now(), secure: session.secure };
          m.seen.push(one);
          act('end', to[0], session, (e) => {
            if (e) return done(e);
            m.received.push(one);
            return done(null, `2.0.0 OK, queued as ${m.received.length}`);
          });
        });
      },
    });
    m.server.on('error', () => {});
    m.server.server.on('connection', (socket) => { m.sockets.add(socket); socket.on('close', () => m.sockets.delete(socket)); socket.unref(); });
    await new Promise((done, fail) => { m.server.listen(port, '127.0.0.1', done); m.server.on('error', fail); });
    m.server.server.unref();
    m.port = m.server.server.address().port;
    m.url = `${secure ? 'smtps' : 'smtp'}://${auth ? 'hub:hemmelig%2Ford@' : ''}127.0.0.1:${m.port}`;
    return m;
  }
  to(address) {
    return this.received.filter((r) => r.to.includes(address));
  }
  async parsed(address) {
    return Promise.all(this.to(address).map((r) => simpleParser(r.raw)));
  }
  async stop() {
    for (const s of this.sockets) s.destroy();
    await new Promise((done) => this.server.close(done));
  }
}
export { simpleParser };
