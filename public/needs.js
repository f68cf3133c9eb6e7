// The board of needs: one that stands alone is dragged onto a theme, or onto another's card. What is
// dropped goes by a form of the page, as everything here does without this file.

const board = document.querySelector("[data-board]");
const form = document.getElementById("move");
let dragged = null;

const placeOf = (event) => event.target.closest("[data-theme]");

function begin(event) {
  dragged = event.target.closest("[data-need]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.textContent.trim());
  dragged.dataset.dragged = "";
}

function mark(place) {
  for (const other of board.querySelectorAll("[data-over]")) if (other !== place) delete other.dataset.over;
  if (place) place.dataset.over = "";
}

function over(event) {
  const place = placeOf(event);
  if (!dragged || !place || place.dataset.theme === dragged.dataset.from) {
    mark(null);
    return;
  }
  event.preventDefault();
  event.dataTransfer.dropEffect = "move";
  mark(place);
}

function drop(event) {
  const place = placeOf(event);
  if (!dragged || !place) return;
  event.preventDefault();
  form.action = `/admin/needs/${dragged.dataset.need}/move`;
  form.elements.theme.value = place.dataset.theme;
  form.elements.from.value = dragged.dataset.from;
  form.requestSubmit();
}

function end() {
  mark(null);
  if (dragged) delete dragged.dataset.dragged;
  dragged = null;
}

if (board && form) {
  for (const need of board.querySelectorAll("[data-need]")) need.draggable = true;
  board.addEventListener("dragstart", begin);
  board.addEventListener("dragover", over);
  board.addEventListener("drop", drop);
  board.addEventListener("dragend", end);
}
