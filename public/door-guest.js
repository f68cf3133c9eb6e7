// A walk-in typed while the network is away is kept on the screen and sent when it is back.
const form = document.querySelector('#guest');
const offline = document.querySelector('[data-offline]');
const RETRY_MS = 2000;
let sending = false;

function online(yes) {
  offline.hidden = yes;
  for (const el of document.querySelectorAll('[data-net]')) el.hidden = (el.dataset.net === 'on') !== yes;
}

form.addEventListener('submit', async (e) => {
  e.preventDefault();
  if (sending) return;
  sending = true;
  for (;;) {
    try {
      await fetch(`${form.dataset.door}/search?q=`, { cache: 'no-store' });
      break;
    } catch {
      online(false);
      await new Promise((done) => { setTimeout(done, RETRY_MS); });
    }
  }
  online(true);
  form.submit();
});
