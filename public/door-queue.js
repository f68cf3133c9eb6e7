// What the door sends. Each scan waits on the phone until it is answered, also across a reload, and
// goes again with the same id, so that it counts once.
const ANSWER_MS = 3000; // a request that hangs longer is given up, and goes again
const NOTED_MS = 1000;  // who stands at the door need not wait longer for a screen
const RETRY_MS = 2000;
const SHUT_OUT = 401;
const TOO_MANY = 429;

const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });
function stored(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? [];
  } catch {
    return [];
  }
}
function store(key, list) {
  try {
    localStorage.setItem(key, JSON.stringify(list));
  } catch { /* private window: it waits in memory alone */ }
}

export class Queue {
  /** `base`: the door's address; `csrf`: its token. `told(online, waiting)` whenever either changes;
   * `answered(entry, result)` for each scan that got its answer late. */
  constructor(base, csrf, { told, answered }) {
    Object.assign(this, { base, csrf, told, answered, online: true, timer: 0, flushing: false });
    this.key = `samling-door:${base}`;
    this.waiting = stored(this.key);
    this.under_way = new Set();
    /** Questions nobody has answered yet: whether to let in on another day. */
    this.questions = stored(`${this.key}:questions`);
    addEventListener('online', () => this.flush());
    if (this.waiting.length > 0) this.flush();
  }

  /** The question of a ticket is kept (`result`), or answered (nothing). */
  question(ticket, result) {
    this.questions = this.questions.filter((q) => q.ticket_id !== ticket);
    if (result) this.questions.push(result);
    store(`${this.key}:questions`, this.questions);
  }

  state(online) {
    this.online = online;
    this.told(online, this.waiting.length);
    clearTimeout(this.timer);
    if (!online || this.waiting.length > 0) this.timer = setTimeout(() => this.flush(), RETRY_MS);
  }

  /** One request: its JSON, with `told_no` (the status) when it was told no; null when nobody answered. */
  async ask(path, fields) {
    const options = { headers: { accept: 'application/json' }, cache: 'no-store', signal: AbortSignal.timeout(ANSWER_MS) };
    if (fields) Object.assign(options, { method: 'POST', body: new URLSearchParams({ csrf: this.csrf, ...fields }) });
    try {
      const r = await fetch(this.base + path, options);
      if (r.status >= 500) return null;
      const text = await r.text();
      const body = r.headers.get('content-type')?.includes('json') ? JSON.parse(text) : {};
      return r.ok ? body : { ...body, told_no: r.status };
    } catch {
      return null;
    }
  }

  /** Asks for what is only looked at. Who may no longer: the page says what to do. */
  async look(path) {
    const answer = await this.ask(path);
    if (answer?.told_no !== SHUT_OUT && answer?.told_no !== 403) return answer;
    location.reload();
    return new Promise(() => {});
  }

  /** One scan: what the door said; null also when somebody else answered, a café's sign-in page. */
  async deliver({ path, fields }) {
    const answer = await this.ask(path, fields);
    return answer?.result || answer?.told_no || path === '/undo' ? answer : null;
  }

  async first(entry) {
    const begun = performance.now();
    const answer = await this.deliver(entry);
    // Cut off at once: perhaps only the answer was lost.
    return answer || performance.now() - begun > NOTED_MS ? answer : this.deliver(entry);
  }

  /** Its answer, whoever brings it first: takes it out of those that wait. */
  settle(entry) {
    if (!this.waiting.includes(entry)) return false;
    this.waiting = this.waiting.filter((e) => e !== entry);
    store(this.key, this.waiting);
    return true;
  }

  /** Sends at once. `{ noted }`, its id, when no answer came in a second: it waits, and is answered late. */
  async send(path, fields, label) {
    const noted = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
    const entry = { path, fields: { scan_id: noted, ...fields }, label };
    this.waiting.push(entry);
    store(this.key, this.waiting);
    if (!this.online) {
      this.state(false);
      return { noted };
    }
    this.under_way.add(entry);
    const first = this.first(entry);
    const answer = await Promise.race([first, pause(NOTED_MS)]);
    if (answer) {
      this.under_way.delete(entry);
      this.settle(entry);
      this.state(true);
      return answer;
    }
    first.then((late) => {
      this.under_way.delete(entry);
      if (late && this.settle(entry)) this.answered(entry, late);
      this.state(late !== null);
    });
    this.state(answer !== null && this.online);
    return { noted };
  }

  /** Is anybody there? Then what waits goes, oldest first. */
  async flush() {
    if (this.flushing) return;
    this.flushing = true;
    let there = true;
    const next = () => this.waiting.find((e) => !this.under_way.has(e));
    for (let entry = next(); entry; entry = next()) {
      this.under_way.add(entry);
      const answer = await this.deliver(entry);
      this.under_way.delete(entry);
      there = answer !== null;
      if (answer?.told_no === SHUT_OUT) { location.reload(); return; } // it goes when they are let in again
      if (!there || answer.told_no === TOO_MANY) break;
      if (this.settle(entry)) this.answered(entry, answer);
    }
    if (there && !this.online) there = (await this.look('/search?q=')) !== null;
    this.flushing = false;
    this.state(there);
  }
}
