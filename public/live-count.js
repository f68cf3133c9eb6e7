// Counts that go up by themselves: elements inside [data-events] follow that event stream.
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

for (const root of document.querySelectorAll('[data-events]')) {
  const source = new EventSource(root.dataset.events);
  source.onmessage = (e) => show(root, JSON.parse(e.data));
}
