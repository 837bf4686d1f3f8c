// Shortcuts. An element says its own key: data-key="F1", data-key="1", data-key="n".
//   Function keys and Escape work everywhere.
//   Alt + key works everywhere, in fields too.
//   The bare key works only outside fields, and can be turned off (data-single-keys="off" on <html>).
// A scanner types faster than a hand: a bare key waits a moment, and a burst of characters goes to the scan box instead.
import { cookie, keep } from "./theme.js";

const COOKIE = "yueka_single_keys";
const BURST_MS = 60;
const root = document.documentElement;
const typing = "input:not([type=radio]):not([type=checkbox]):not([type=button]):not([type=submit]), textarea, select, [contenteditable]";

if (cookie(COOKIE) === "off") root.dataset.singleKeys = "off";

export const inField = () => Boolean(document.activeElement?.matches(typing));
export const scanBox = () => document.querySelector("[data-scan]");

export function find(key) {
  const wanted = key.toLowerCase();
  return [...document.querySelectorAll("[data-key]")].find(
    (element) => element.dataset.key.toLowerCase() === wanted && element.getClientRects().length > 0 && !element.disabled,
  );
}

export function run(element) {
  if (element.matches("input[type=checkbox], input[type=radio]")) {
    element.focus();
    element.click();
  } else if (element.matches("input:not([type=submit]), textarea, select")) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
}

function toScanBox() {
  const open = [...document.querySelectorAll("details.reveal[open]")];
  if (open.length > 0) {
    for (const details of open) {
      const inside = details.contains(document.activeElement);
      details.open = false;
      if (inside) details.querySelector("summary").focus();
    }
    return true;
  }
  const box = scanBox();
  if (!box) return false;
  box.focus();
  box.select();
  return true;
}

let held = "";
let timer = 0;

function settle() {
  const typed = held;
  held = "";
  if (typed.length === 1) {
    const element = find(typed);
    if (element && root.dataset.singleKeys !== "off") return run(element);
  }
  const box = scanBox();
  if (typed.length > 1 && box) {
    box.focus();
    box.value = typed;
  }
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey) return;

  if (event.key === "Escape") {
    if (toScanBox()) event.preventDefault();
    return;
  }
  if (/^F\d+$/.test(event.key) && !event.altKey) {
    const element = find(event.key);
    if (element) {
      event.preventDefault();
      run(element);
    }
    return;
  }
  if (event.altKey) {
    const key = event.code.replace(/^(Digit|Numpad|Key)/, "");
    const element = key.length === 1 && find(key);
    if (element) {
      event.preventDefault();
      run(element);
    }
    return;
  }
  if (inField()) return;

  if (event.key.length === 1 && event.key !== " ") {
    clearTimeout(timer);
    held += event.key;
    timer = setTimeout(settle, BURST_MS);
  } else if (event.key === "Enter" && held.length === 0) {
    const element = document.activeElement?.matches("a, button, summary, input") ? null : find("Enter");
    if (element) {
      event.preventDefault();
      run(element);
    }
  } else if (event.key === "Enter" && held.length > 1) {
    event.preventDefault();
    clearTimeout(timer);
    settle();
    scanBox()?.form.requestSubmit();
  }
});

// The switch that turns bare keys off
for (const box of document.querySelectorAll("[data-single-keys-switch]")) {
  box.checked = root.dataset.singleKeys !== "off";
  box.addEventListener("change", () => {
    keep(COOKIE, box.checked ? "on" : "off");
    root.dataset.singleKeys = box.checked ? "on" : "off";
  });
}

// A second click on the same form goes nowhere; the server is idempotent all the same.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || event.submitter?.formTarget) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
});
