// A button that prints the page. Without this file it is not shown: browsers have one of their own.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
