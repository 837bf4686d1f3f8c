// [data-print] prints the page; a sheet with data-print-now prints as soon as it is there. Without this, the browser's own command does it.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  if (button.autofocus) button.focus();
  button.addEventListener("click", () => window.print());
}
// Once it is printed, Enter goes on.
window.addEventListener("afterprint", () => document.querySelector("[data-after-print]")?.focus());
if (document.querySelector("[data-print-now]")) window.addEventListener("load", () => window.print(), { once: true });
