// The door: camera to worker to server, and a screen that fills with the answer.
import { listen, show } from './live-count.js';
import { Queue } from './door-queue.js';

const at = (name, root = document) => root.querySelector(`[data-${name}]`);
const door = at('door');
const base = door.dataset.door;
const words = Object.fromEntries([...at('words').content.querySelectorAll('[data-text]')].map((p) => [p.dataset.text, p.textContent]));
const video = at('video');
const result = at('result');
const { code } = at('code-form').elements;
const SHORT_CODE = 12;     // characters: what a person types, blanks and all
const SAME_CODE_MS = 4000; // the same ticket held on is one scan
const SHOWN_MS = 4000;     // how long a green screen stays before the camera's picture is back

// ── Sound: made once somebody has pressed Start, as phones demand ──
let sound;
function prepareSound() {
  sound ??= new AudioContext();
  if (sound.state === 'suspended') sound.resume().catch(() => {});
}
const tones = {
  in: [[1046, 0, 0.12]],
  already: [[660, 0, 0.12], [660, 0.18, 0.12]],
  no: [[220, 0, 0.35]],
  later: [[520, 0, 0.12]],
};
function beep(kind) {
  navigator.vibrate?.(kind === 'in' ? 60 : [80, 60, 80]);
  if (!sound) return;
  for (const [hz, from, length] of tones[kind]) {
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    const begin = sound.currentTime + from;
    tone.frequency.value = hz;
    volume.gain.setValueAtTime(0.25, begin);
    volume.gain.exponentialRampToValueAtTime(0.001, begin + length);
    tone.connect(volume).connect(sound.destination);
    tone.start(begin);
    tone.stop(begin + length);
  }
}
addEventListener('pointerdown', () => { if (sound) prepareSound(); });

// ── What stands above the camera ──
let denied = false;
let away = false;
let waiting = 0;
function note() {
  const name = away ? 'offline' : denied && 'denied';
  at('note').hidden = !name;
  if (!name) return;
  const count = { 0: 'offline_help', 1: 'waiting_one' }[waiting] ?? 'waiting_many';
  at('note-title').textContent = words[name];
  at('note-text').textContent = away ? words[count].replace('%n', waiting) : words[isSecureContext ? 'denied_help' : 'insecure_help'];
}
function told(online, count) {
  away = !online;
  waiting = count;
  for (const el of document.querySelectorAll('[data-net]')) el.hidden = (el.dataset.net === 'on') === away;
  note();
}

// ── The answer ──
const late = []; // refused after the network came back: each is shown, none is lost
let shown = null;
let hideTimer;
let focused;

/** What is shown when the door was told no: the server's reason, or what to do. `leave`: they may no longer. */
function refusal(r, label) {
  const leave = r.told_no === 401 || r.told_no === 403;
  const why = leave ? words.shut_out : r.errors?.[0]?.message ?? r.detail ?? words.refused_why.replace('%n', r.told_no);
  return { result: 'refused', kind: 'no', title: words.refused, name: label, why, leave };
}
function showResult(r, filmed = false) {
  clearTimeout(hideTimer);
  if (!shown) focused = document.activeElement;
  shown = { ...r, filmed };
  if (r.asks) queue.question(r.ticket_id, r);
  result.dataset.kind = r.kind;
  for (const el of result.querySelectorAll('[data-icon]')) el.hidden = el.dataset.icon !== r.kind;
  for (const [name, text] of [['r-title', r.title], ['r-name', r.name], ['r-org', r.organisation], ['r-why', r.why]]) {
    at(name, result).textContent = text;
    at(name, result).hidden = !text;
  }
  at('undo').hidden = !r.can_undo;
  at('look').hidden = r.asks || r.leave || (r.kind !== 'no' && r.kind !== 'already');
  at('guest').hidden = r.leave || r.kind !== 'no';
  for (const name of ['yes', 'no']) at(name).hidden = !r.asks;
  at('next').hidden = Boolean(r.asks);
  at('others').hidden = !r.can_undo && !r.asks && at('look').hidden;
  if ('live' in r) show(document, r);
  result.hidden = false;
  door.inert = true;
  at(r.asks ? 'no' : 'next').focus({ preventScroll: true });
  at('say').textContent = [r.title, r.name, r.organisation, r.why].filter(Boolean).join('. ');
  beep(r.kind);
  // What was typed or ticked waits for Next: nobody is in a hurry, and Undo stands there.
  if (filmed && (r.kind === 'in' || r.kind === 'later')) hideTimer = setTimeout(hideResult, SHOWN_MS);
}
/** `more`: what else there is to tell is shown next. */
function hideResult({ more = true } = {}) {
  clearTimeout(hideTimer);
  const { leave } = shown ?? {};
  shown = null;
  result.hidden = true;
  door.inert = false;
  at('say').textContent = '';
  if (leave) { location.reload(); return; }
  // Beside a camera never into a field: its keyboard would cover the picture.
  if (!on()) code.focus({ preventScroll: true });
  else if (focused?.isConnected && !focused.matches('input')) focused.focus({ preventScroll: true });
  const next = more && (late.shift() ?? queue.questions[0]);
  if (next) showResult(next);
}
at('next').addEventListener('click', () => hideResult());
at('no').addEventListener('click', () => { queue.question(shown.ticket_id); hideResult(); });
at('yes').addEventListener('click', () => {
  const { ticket_id: ticket, name } = shown;
  queue.question(ticket);
  hideResult({ more: false });
  scan('/tick', { ticket_id: ticket, anyway: '1' }, { label: name });
});
at('look').addEventListener('click', () => { hideResult(); at('find').elements.q.focus(); });
at('undo').addEventListener('click', async () => {
  const { ticket_id: ticket, name } = shown;
  hideResult();
  const r = await queue.send('/undo', { ticket_id: ticket });
  if (r.told_no) showResult(refusal(r, name));
});

const queue = new Queue(base, door.dataset.csrf, {
  told,
  answered(entry, answer) {
    const r = answer.told_no ? refusal(answer, entry.label) : answer;
    if (!r.result) return;
    if ('live' in r) show(document, r);
    if (r.asks) queue.question(r.ticket_id, r);
    if (shown?.scan === entry.fields.scan_id) showResult(r, shown.filmed);
    else if (r.result !== 'admitted') late.push(r);
    if (!shown && late.length > 0) showResult(late.shift());
  },
});
if (queue.questions.length > 0) showResult(queue.questions[0]);

// One after another, none is dropped; each has its screen within a second.
let busy = 0;
let line = Promise.resolve();
function scan(path, fields, { filmed = false, label = '' } = {}) {
  busy += 1;
  line = line.then(async () => {
    const r = await queue.send(path, fields, label);
    busy -= 1;
    const noted = { kind: 'later', title: words.noted, why: queue.online ? words.noted_slow : words.noted_why, name: label, scan: r.noted };
    if (r.told_no) showResult(refusal(r, label), filmed);
    else showResult(r.noted ? noted : r, filmed);
  });
  return line;
}

// ── Camera ──
let worker;
let reading = false;
let last = { text: '', at: -SAME_CODE_MS };
const on = () => 'on' in at('cam').dataset;

async function nextFrame() {
  if (document.hidden || !video.videoWidth || reading) return;
  reading = true;
  try {
    const frame = await createImageBitmap(video);
    worker.postMessage({ frame }, [frame]);
  } catch {
    reading = false;
  }
}
function follow() {
  if (!on()) return;
  const again = () => { nextFrame(); follow(); };
  if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(again);
  else setTimeout(again, 100);
}
function heard({ data }) {
  if (data.failed) { stopped(true); return; }
  if (data.ready) { follow(); return; }
  reading = false;
  if (!data.text || busy > 0) return;
  const now = performance.now();
  const same = data.text === last.text && now - last.at < SAME_CODE_MS;
  last = { text: data.text, at: now };
  if (!same) scan('/scan', { code: data.text.slice(0, 512) }, { filmed: true });
}
function switchCamera(yes) {
  for (const name of ['video', 'cam-frame', 'cam-hint']) at(name).hidden = !yes;
  at('start').hidden = yes;
  at('cam').toggleAttribute('data-on', yes);
  if (!yes) at('light').hidden = true;
}
function stopped(refused) {
  video.srcObject?.getTracks().forEach((t) => t.stop());
  video.srcObject = null;
  worker?.terminate();
  worker = null;
  reading = false;
  switchCamera(false);
  denied = refused;
  note();
}

async function start() {
  if (on()) return;
  prepareSound();
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({
      audio: false, video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } },
    });
    await video.play();
  } catch {
    stopped(true);
    return;
  }
  denied = false;
  note();
  switchCamera(true);
  worker = new Worker(door.dataset.worker);
  worker.onmessage = heard;
  worker.onerror = () => stopped(true);
  worker.postMessage({ zxing: door.dataset.zxing, wasm: door.dataset.wasm });
  const [track] = video.srcObject.getVideoTracks();
  track.addEventListener('ended', () => stopped(false));
  at('light').hidden = !track.getCapabilities?.().torch;
  stayAwake();
}
at('light').addEventListener('click', async () => {
  const button = at('light');
  const lit = button.getAttribute('aria-pressed') !== 'true';
  try {
    await video.srcObject.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: lit }] });
    button.setAttribute('aria-pressed', String(lit));
  } catch {
    button.hidden = true;
  }
});
function stayAwake() {
  navigator.wakeLock?.request('screen').catch(() => {});
}
document.addEventListener('visibilitychange', () => {
  if (document.hidden || !on()) return;
  stayAwake();
  video.play().catch(() => {}); // phones pause it behind another app
});
if (navigator.mediaDevices?.getUserMedia) {
  at('start').hidden = false;
  at('start').addEventListener('click', () => { sessionStorage.setItem('door', 'on'); start(); });
  if (sessionStorage.getItem('door') === 'on') start();
} else {
  denied = true;
  note();
}

// ── Search and ticks, without leaving the page ──
const find = at('find');
const hits = at('hits');
let asked = 0;
let typing;
function forget() {
  asked += 1;
  hits.replaceChildren();
  at('none').textContent = '';
}
async function search() {
  const q = find.elements.q.value.trim();
  forget();
  const mine = asked;
  if (!q) return;
  const found = await queue.look(`/search?q=${encodeURIComponent(q)}`);
  if (!found) queue.state(false);
  else if (mine === asked && found.hits) listHits(found.hits);
}
function listHits(list) {
  const box = document.createElement('ul');
  box.className = 'sm-door__hits';
  for (const one of list) {
    const row = at('hit-template').content.cloneNode(true);
    const button = row.querySelector('button');
    row.querySelector('[name=ticket_id]').value = one.id;
    at('hit-name', row).textContent = one.name;
    at('hit-org', row).textContent = one.organisation;
    at('hit-in', row).hidden = !one.admitted;
    at('hit-in', row).querySelector('span').textContent = one.admitted_text;
    button.hidden = one.admitted;
    button.setAttribute('aria-label', `${button.textContent}: ${one.name}`);
    box.append(row);
  }
  if (list.length > 0) hits.replaceChildren(box);
  else at('none').textContent = words.none;
}
find.elements.q.addEventListener('input', () => { clearTimeout(typing); typing = setTimeout(search, 150); });
find.addEventListener('submit', (e) => { e.preventDefault(); clearTimeout(typing); search(); });
hits.addEventListener('submit', async (e) => {
  e.preventDefault();
  const { ticket_id: ticket } = e.target.elements;
  await scan('/tick', { ticket_id: ticket.value }, { label: e.target.querySelector('strong').textContent });
  find.elements.q.value = '';
  forget();
});
at('code-form').addEventListener('submit', (e) => {
  e.preventDefault();
  const text = code.value.trim();
  code.value = '';
  if (text) scan('/scan', { code: text }, { label: text.length <= SHORT_CODE ? text : '' });
});
// A scanner that is a keyboard types whatever is on the screen: the next code ends the answer to the last.
document.addEventListener('keydown', (e) => {
  const shortcut = (e.ctrlKey || e.metaKey || e.altKey) && !e.getModifierState('AltGraph');
  if (shortcut || e.key.length !== 1 || e.key === ' ' || e.target.matches?.('input')) return;
  if (shown) hideResult({ more: false });
  code.focus({ preventScroll: true });
});

// ── The count, live; a stream that breaks is the first sign of a network that is gone ──
listen(`${base}/events`, (counts) => {
  show(document, counts);
  if (away) queue.flush();
}, async () => {
  if ((await queue.look('/search?q=')) === null) queue.state(false);
});
