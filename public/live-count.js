// Counts that go up by themselves: elements inside [data-events] follow that event stream.
const AGAIN_MS = 5000;

export function show(root, counts) {
  for (const el of root.querySelectorAll('[data-live]')) {
    const what = el.dataset.live;
    if (what === 'text') el.textContent = el.dataset.template.replace('%a', counts.admitted).replace('%l', counts.live);
    else if (what === 'bar') {
      el.setAttribute('width', counts.admitted);
      el.ownerSVGElement.setAttribute('viewBox', `0 0 ${Math.max(1, counts.live)} 1`);
    } else if (what in counts) el.textContent = counts[what];
  }
}

/** Work that goes on: each [data-task] shows how far it is; what is not told of any more has ended. false:
 * there is none left. */
export function progress(root, going) {
  // Browsers do not know the numbers of Nynorsk, which are those of Bokmål.
  const number = new Intl.NumberFormat(document.documentElement.lang.replace('nn', 'nb'));
  for (const el of root.querySelectorAll('[data-task]')) {
    const bar = el.querySelector('progress');
    if (bar.hidden) continue;
    const ended = !(el.dataset.task in going);
    const [done, total] = going[el.dataset.task] ?? [bar.max, bar.max];
    const text = el.dataset.template.replace('%d', number.format(done)).replace('%t', number.format(total));
    bar.max = total;
    bar.value = done;
    bar.setAttribute('aria-label', text);
    el.querySelector('strong').textContent = text;
    bar.hidden = ended;
    el.lastElementChild.hidden = !ended;
  }
  return root.querySelector('progress:not([hidden])') !== null;
}

/** Follows an event stream until `heard` says false: browsers come back by themselves from a lost connection, but not
 * from an answer that is an error. `lost` is told each time the stream breaks. */
export function listen(url, heard, lost = () => {}) {
  const source = new EventSource(url);
  source.onmessage = (e) => { if (heard(JSON.parse(e.data)) === false) source.close(); };
  source.onerror = () => {
    lost();
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(url, heard, lost), AGAIN_MS);
  };
}

for (const root of document.querySelectorAll('[data-events]')) {
  listen(root.dataset.events, (counts) => show(root, counts));
}
for (const root of document.querySelectorAll('[data-tasks]')) {
  listen(root.dataset.tasks, (going) => progress(root, going));
}
