// A file can be chosen: what it holds lands in the text field, which is what is sent.

const form = document.querySelector("[data-pick]");
const field = document.createElement("p");
const label = document.createElement("label");
const picked = document.createElement("input");

field.className = "ds-field";
Object.assign(label, { className: "ds-label", htmlFor: "picked", textContent: form.dataset.pick });
Object.assign(picked, { className: "ds-input", id: "picked", type: "file", accept: ".json,application/json" });
field.append(label, picked);
form.prepend(field);
picked.addEventListener("change", async () => {
  const [file] = picked.files;
  if (!file) return;
  form.elements.file.value = await file.text();
  form.requestSubmit();
});
