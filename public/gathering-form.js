// The form of a gathering: the card beside it follows what is typed, and a programme row is added
// without asking the server. Everything works without this file.

const form = document.getElementById("gathering-form");
const card = document.querySelector("[data-preview]");
const words = card.dataset;
const locale = { nb: "nb-NO", nn: "nn-NO", en: "en-GB" }[words.lang] || "nb-NO";

const value = (name) => form.elements[name].value.trim();
const show = (name, text) => {
  card.querySelector(`[data-show="${name}"]`).textContent = text;
};

function longDate(text) {
  const date = new Date(`${text}T12:00:00`);
  if (Number.isNaN(date.getTime())) return words.date;
  const options = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
  const line = new Intl.DateTimeFormat(locale, options).format(date).replace(",", "");
  return line.charAt(0).toUpperCase() + line.slice(1);
}

function clock() {
  const from = value("from");
  const to = value("to");
  if (!from) return "";
  return words.clock.replace("{range}", to && !value("to_date") ? `${from}–${to}` : from);
}

function refresh() {
  const kind = form.elements.kind.value;
  show("title", value("title") || words.title);
  show("date", value("date") ? longDate(value("date")) : words.date);
  show("time", clock());
  show("place", value("place") || words.place);
  show("address", value("address"));
  show("seats", value("capacity") ? words.seats.replace(/\{capacity\}|\d+/, value("capacity")) : "");
  for (const label of card.querySelectorAll("[data-kind]")) label.hidden = label.dataset.kind !== kind;
}

// A typed end goes along with its start; end_for is the start that it goes with.
function moveEnd() {
  const el = form.elements;
  const start = `${el.date.value}T${el.from.value}`;
  const was = Date.parse(`${el.end_for.value}Z`);
  const is = Date.parse(`${start}Z`);
  if (Number.isNaN(is)) return;
  if (el.to.value && !Number.isNaN(was)) {
    const end = Date.parse(`${el.to_date.value || el.end_for.value.slice(0, 10)}T${el.to.value}Z`);
    const moved = new Date(end + is - was).toISOString();
    el.to.value = moved.slice(11, 16);
    el.to_date.value = moved.slice(0, 10) === el.date.value ? "" : moved.slice(0, 10);
  }
  el.end_for.value = start;
}

function addRow(event) {
  event.preventDefault();
  const rows = form.querySelectorAll("[data-row]");
  const last = rows[rows.length - 1];
  const copy = last.cloneNode(true);
  const n = rows.length + 1;
  for (const message of copy.querySelectorAll(".ds-validation-message")) message.remove();
  for (const input of copy.querySelectorAll("input")) {
    input.id = `${input.name}_${n}`;
    input.value = "";
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }
  for (const label of copy.querySelectorAll("label")) {
    label.htmlFor = label.htmlFor.replace(/\d+$/, String(n));
    label.querySelector("span").textContent = ` ${n}`;
  }
  last.after(copy);
  copy.querySelector("input").focus();
}

for (const name of ["date", "from"]) form.elements[name].addEventListener("change", moveEnd);
form.addEventListener("input", refresh);
form.addEventListener("change", refresh);
document.getElementById("add-row").addEventListener("click", addRow);
