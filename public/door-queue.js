// What the door sends. A scan that gets no answer waits on the phone, also across a reload, and goes
// again with the same id, so that it counts once.
const ANSWER_MS = 3000;
const RETRY_MS = 2000;

export class Queue {
  /** `base`: the door's address; `csrf`: its token. `told(online, waiting)` whenever either changes;
   * `answered(entry, result)` for each scan that got its answer late. */
  constructor(base, csrf, { told, answered }) {
    Object.assign(this, { base, csrf, told, answered, online: true, timer: 0, flushing: false });
    this.key = `samling-door:${base}`;
    try {
      this.waiting = JSON.parse(localStorage.getItem(this.key)) ?? [];
    } catch {
      this.waiting = [];
    }
    addEventListener('online', () => this.flush());
    if (this.waiting.length > 0) this.flush();
  }

  keep() {
    try {
      localStorage.setItem(this.key, JSON.stringify(this.waiting));
    } catch { /* private window: it waits in memory alone */ }
  }

  state(online) {
    this.online = online;
    this.told(online, this.waiting.length);
    clearTimeout(this.timer);
    if (!online || this.waiting.length > 0) this.timer = setTimeout(() => this.flush(), RETRY_MS);
  }

  /** One request: its JSON, {} for another answer, null when nobody answered. */
  async ask(path, fields) {
    const options = { headers: { accept: 'application/json' }, cache: 'no-store', signal: AbortSignal.timeout(ANSWER_MS) };
    if (fields) Object.assign(options, { method: 'POST', body: new URLSearchParams({ csrf: this.csrf, ...fields }) });
    try {
      const r = await fetch(this.base + path, options);
      if (r.status === 401 || r.status === 403) { location.reload(); return new Promise(() => {}); }
      if (r.status >= 500) return null;
      return r.headers.get('content-type')?.includes('json') ? await r.json() : {};
    } catch {
      return null;
    }
  }

  /** Sends at once; null means that it waits. */
  async send(path, fields) {
    const entry = { path, fields: { scan_id: crypto.randomUUID?.() ?? String(Math.random()).slice(2), ...fields } };
    let answer = null;
    for (let tries = this.online ? 2 : 0; !answer && tries > 0; tries -= 1) answer = await this.ask(path, entry.fields);
    if (answer) {
      this.state(true);
      return answer;
    }
    this.waiting.push(entry);
    this.keep();
    this.state(false);
    return null;
  }

  /** Is anybody there? Then what waits goes, oldest first. */
  async flush() {
    if (this.flushing) return;
    this.flushing = true;
    let there = true;
    while (there && this.waiting.length > 0) {
      const [entry] = this.waiting;
      const answer = await this.ask(entry.path, entry.fields);
      there = answer !== null;
      if (!there) break;
      this.waiting.shift();
      this.keep();
      this.answered(entry, answer);
    }
    if (there && !this.online) there = (await this.ask('/search?q=')) !== null;
    this.flushing = false;
    this.state(there);
  }
}
