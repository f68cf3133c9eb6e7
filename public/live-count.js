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

/** Follows an event stream for good: browsers come back by themselves from a lost connection, but not
 * from an answer that is an error. `lost` is told each time the stream breaks. */
export function listen(url, heard, lost = () => {}) {
  const source = new EventSource(url);
  source.onmessage = (e) => heard(JSON.parse(e.data));
  source.onerror = () => {
    lost();
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(url, heard, lost), AGAIN_MS);
  };
}

for (const root of document.querySelectorAll('[data-events]')) {
  listen(root.dataset.events, (counts) => show(root, counts));
}
