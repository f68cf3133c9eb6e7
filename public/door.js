// The door: camera to worker to server, and a screen that fills with the answer.
import { show } from './live-count.js';

const door = document.querySelector('[data-door]');
const at = (name, root = document) => root.querySelector(`[data-${name}]`);
const base = door.dataset.door;
const words = Object.fromEntries([...door.querySelectorAll('[data-text]')].map((p) => [p.dataset.text, p.textContent]));
const video = at('video');
const result = at('result');
const SAME_CODE_MS = 4000; // the same ticket held on is one scan
const SHOWN_MS = 2500;     // how long a green screen stays by itself
const RETRY_MS = 2000;

let worker;
let busy = false;
let last = { text: '', at: 0 };
let shownTicket = 0;
let hideTimer;
let sound;

// ── Sound: made once somebody has pressed Start, as phones demand ──
function beep(kind) {
  if (!sound) return;
  const now = sound.currentTime;
  const tones = { in: [[1046, 0, 0.12]], already: [[660, 0, 0.12], [660, 0.18, 0.12]], no: [[220, 0, 0.35]] }[kind];
  for (const [hz, from, length] of tones) {
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    tone.frequency.value = hz;
    volume.gain.setValueAtTime(0.25, now + from);
    volume.gain.exponentialRampToValueAtTime(0.001, now + from + length);
    tone.connect(volume).connect(sound.destination);
    tone.start(now + from);
    tone.stop(now + from + length);
  }
  navigator.vibrate?.(kind === 'in' ? 60 : [80, 60, 80]);
}

// ── Network: what fails is tried again by itself, with the same id, so that nothing counts twice ──
function online(yes) {
  for (const el of document.querySelectorAll('[data-net]')) el.hidden = (el.dataset.net === 'on') !== yes;
  note(yes ? null : 'offline');
}
function note(name) {
  const box = at('note');
  box.hidden = !name;
  if (!name) return;
  at('note-title').textContent = words[name];
  at('note-text').textContent = words[`${name}_help`];
}

async function send(path, fields, again = 15) {
  const body = new URLSearchParams({ csrf: door.dataset.csrf, ...fields });
  for (;;) {
    try {
      const r = await fetch(base + path, { method: 'POST', body, headers: { accept: 'application/json' }, redirect: 'follow' });
      if (r.status === 401 || r.status === 403) { location.reload(); return null; }
      if (r.status < 500) { online(true); return r.headers.get('content-type')?.includes('json') ? await r.json() : null; }
    } catch { /* no network */ }
    online(false);
    again -= 1;
    if (again <= 0) return null;
    await new Promise((done) => { setTimeout(done, RETRY_MS); });
  }
}

// ── The answer ──
function showResult(r) {
  clearTimeout(hideTimer);
  result.dataset.kind = r.kind;
  for (const el of result.querySelectorAll('[data-icon]')) el.hidden = el.dataset.icon !== r.kind;
  at('r-title', result).textContent = r.title;
  at('r-name', result).textContent = r.name;
  at('r-org', result).textContent = r.organisation;
  at('r-why', result).textContent = r.why;
  shownTicket = r.ticket_id;
  at('undo', result).hidden = !r.can_undo;
  show(document, r);
  door.hidden = true;
  result.hidden = false;
  at('next', result).focus();
  beep(r.kind);
  if (r.kind === 'in') hideTimer = setTimeout(hideResult, SHOWN_MS);
}
function hideResult() {
  clearTimeout(hideTimer);
  result.hidden = true;
  door.hidden = false;
}
at('next').addEventListener('click', hideResult);
at('undo').addEventListener('click', async () => {
  await send('/undo', { ticket_id: shownTicket });
  last = { text: '', at: 0 };
  hideResult();
});

async function scan(path, fields) {
  if (busy) return;
  busy = true;
  try {
    const r = await send(path, { scan_id: crypto.randomUUID(), ...fields });
    if (r?.result) showResult(r);
  } finally {
    busy = false;
  }
}

// ── Camera ──
let reading = false;
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
  const again = () => { nextFrame(); follow(); };
  if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(again);
  else setTimeout(again, 100);
}
function heard({ data }) {
  if (data.ready) { follow(); return; }
  reading = false;
  if (!data.text || busy) return;
  const now = performance.now();
  if (data.text === last.text && now - last.at < SAME_CODE_MS) { last.at = now; return; }
  last = { text: data.text, at: now };
  scan('/scan', { code: data.text.slice(0, 512) });
}

async function start() {
  sound ??= new AudioContext();
  sound.resume();
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({
      audio: false, video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } },
    });
  } catch {
    note('denied');
    return;
  }
  note(null);
  await video.play();
  for (const name of ['video', 'cam-frame', 'cam-hint']) at(name).hidden = false;
  at('start').hidden = true;
  at('cam').dataset.on = '';
  worker = new Worker(door.dataset.worker);
  worker.onmessage = heard;
  worker.postMessage({ zxing: door.dataset.zxing, wasm: door.dataset.wasm });
  const [track] = video.srcObject.getVideoTracks();
  if (track.getCapabilities?.().torch) lamp(track);
  navigator.wakeLock?.request('screen').catch(() => {});
}
function lamp(track) {
  const button = at('light');
  button.hidden = false;
  button.addEventListener('click', () => {
    const on = button.getAttribute('aria-pressed') !== 'true';
    track.applyConstraints({ advanced: [{ torch: on }] });
    button.setAttribute('aria-pressed', String(on));
  });
}
if (navigator.mediaDevices?.getUserMedia) {
  at('start').hidden = false;
  at('start').addEventListener('click', start);
} else {
  note('denied');
}

// ── Search and ticks, without leaving the page ──
const find = at('find');
const hits = at('hits');
let asked = 0;
async function search() {
  const q = find.elements.q.value.trim();
  asked += 1;
  const mine = asked;
  if (!q) { hits.replaceChildren(); return; }
  try {
    const r = await fetch(`${base}/search?q=${encodeURIComponent(q)}`, { headers: { accept: 'application/json' } });
    if (!r.ok) return;
    const found = await r.json();
    online(true);
    if (mine === asked) listHits(found.hits);
  } catch {
    online(false);
  }
}
function listHits(list) {
  const box = document.createElement('ul');
  box.className = 'sm-door__hits';
  for (const one of list) {
    const row = at('hit-template').content.cloneNode(true);
    row.querySelector('[name=ticket_id]').value = one.id;
    at('hit-name', row).textContent = one.name;
    at('hit-org', row).textContent = one.organisation;
    at('hit-in', row).textContent = one.admitted_text;
    row.querySelector('button').hidden = one.admitted;
    box.append(row);
  }
  if (list.length === 0) {
    const none = document.createElement('li');
    none.textContent = words.none;
    box.append(none);
  }
  hits.replaceChildren(box);
}
let typing;
find.elements.q.addEventListener('input', () => { clearTimeout(typing); typing = setTimeout(search, 150); });
find.addEventListener('submit', (e) => { e.preventDefault(); search(); });
hits.addEventListener('submit', async (e) => {
  e.preventDefault();
  await scan('/tick', { ticket_id: e.target.elements.ticket_id.value });
  find.elements.q.value = '';
  hits.replaceChildren();
});
document.querySelector('.sm-cam__code').addEventListener('submit', (e) => {
  e.preventDefault();
  const { code } = e.target.elements;
  scan('/scan', { code: code.value });
  code.value = '';
});

// ── The count, live ──
const source = new EventSource(`${base}/events`);
source.onmessage = (e) => { online(true); show(document, JSON.parse(e.data)); };
source.onerror = () => { if (source.readyState !== EventSource.OPEN && !navigator.onLine) online(false); };
