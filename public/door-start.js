// The door link carries its key behind #, which browsers keep to themselves: Start posts it.
const key = location.hash.slice(1);
const field = document.querySelector('#key');
if (key && field) {
  field.value = decodeURIComponent(key);
  document.querySelector('[data-key-field]').hidden = true;
  history.replaceState(null, '', location.pathname);
}
