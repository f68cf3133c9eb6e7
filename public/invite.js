// Buttons that put {fornavn} and the like into the message where the cursor stands. Without this
// file they are not shown and are typed by hand.

for (const group of document.querySelectorAll("[data-insert]")) {
  const area = document.getElementById(group.dataset.insert);
  group.hidden = false;
  for (const button of group.querySelectorAll("button")) {
    button.addEventListener("click", () => {
      area.focus();
      area.setRangeText(button.textContent, area.selectionStart, area.selectionEnd, "end");
    });
  }
}
