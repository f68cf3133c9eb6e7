// Buttons that copy the text beside them, and say so. Without this file they are not shown, and the
// text is marked by hand.

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  const said = button.nextElementSibling;
  said.textContent = "";
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
    said.textContent = button.dataset.done;
  } catch {
    // Not allowed, or not over HTTPS: it is marked, to be copied by hand.
    if (source.select) source.select();
    else getSelection().selectAllChildren(source);
  }
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
