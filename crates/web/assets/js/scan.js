// The scan box: has the focus unless the page has something more urgent, takes what scanners and input methods send,
// and runs an action when only its key was typed ("1", Enter).
import { find, run, scanBox } from "./keys.js";

const box = scanBox();

export const clean = (text) =>
  text
    .normalize("NFKC")
    .replace(/[\u0000-\u001f\u200b-\u200f\ufeff]/g, "")
    .trim();

if (box) {
  const urgent = document.querySelector("[autofocus], .error-summary, [data-focus], [data-scan-quiet]");
  if (!urgent && (document.activeElement === document.body || !document.activeElement)) box.focus();

  box.form.addEventListener("submit", (event) => {
    const text = clean(box.value);
    box.value = text;
    if (text === "") {
      event.preventDefault();
      box.focus();
      return;
    }
    const action = text.length === 1 && find(text);
    if (action) {
      event.preventDefault();
      box.value = "";
      run(action);
    }
  }, true);
}

(document.querySelector(".error-summary") ?? document.querySelector("[data-focus]"))?.focus();
