// The door link carries its key behind #, which browsers keep to themselves: Start posts it.
const key = location.hash.slice(1);
const field = document.querySelector('#key');
if (key && field) {
  field.value = key;
  document.querySelector('[data-key-field]').hidden = true;
  history.replaceState(null, '', location.pathname);
}
// Whoever pressed Start here need not press it again at the camera.
document.querySelector('#door-start').addEventListener('submit', () => sessionStorage.setItem('door', 'on'));
