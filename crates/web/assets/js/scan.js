// The scan box: has the focus unless the page has something more urgent, takes what scanners and input methods send,
// and runs an action when only its key was typed ("1", Enter).
import { find, run, scanBox } from "./keys.js";

const box = scanBox();

export const clean = (text) =>
  text
    .normalize("NFKC")
    .replace(/[\u0000-\u001f\u200b-\u200f\ufeff]/g, "")
    .trim();

// A wedge that reads passports may send Enter after each line of the machine-readable zone: the first is not all of it.
export function unfinishedZone(text) {
  const zone = text.normalize("NFKC").replace(/\s/g, "").toUpperCase();
  if (!/^[A-Z0-9<]+$/.test(zone) || !zone.includes("<")) return false;
  return zone[0] === "P" ? zone.length === 44 : /^[ACI]/.test(zone) && (zone.length === 30 || zone.length === 60);
}

// Before anything else hears of the key, in every field that takes one line: the next one is typed behind it.
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Enter" || !event.target.matches?.("input") || !unfinishedZone(event.target.value)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

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

// What was mistyped is marked: the next scan takes its place, and an arrow key goes into it.
const again = document.querySelector("[data-scan-again]");
if (again && document.activeElement === again) again.select();

(document.querySelector(".error-summary") ?? document.querySelector("[data-focus]"))?.focus();

// A scanner ends with Enter: in a field of a form that is meant for it, that moves on and does not send the form.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("[data-scan-field]") || !event.target.form) return;
  event.preventDefault();
  const fields = [...event.target.form.querySelectorAll("input:not([type=hidden]), select, textarea, button")].filter(
    (field) => !field.disabled && field.getClientRects().length > 0,
  );
  fields[fields.indexOf(event.target) + 1]?.focus();
});
