// The kiosk's own browser: reads the document, types on large keys, wipes what it shows after quiet, and says when something is stuck.
// What it knows of anybody it knows from the page alone, and it keeps nothing: no storage, no cache, no address with anything in it.
import { base, call } from "./id-reader.js";

const body = document.body;
const one = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const EVERY_MS = 4000;

// Nothing of a page outlives it: not in what the browser keeps of it for going back, not in fields that it fills in again.
function wipe() {
  for (const field of all("input, textarea")) if (field.type !== "hidden") field.value = "";
  one("[data-question]")?.replaceChildren();
  one(".kiosk-paper")?.remove();
}
addEventListener("pagehide", wipe);
addEventListener("pageshow", (event) => {
  if (event.persisted) location.replace("/kiosk");
});

// The server is asked before anything is sent to it: a browser's own page of errors helps nobody.
let away = false;
let leaving = false;
async function alive() {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 3000);
  try {
    const answer = await fetch("/kiosk/alive", { signal: stop.signal, cache: "no-store", redirect: "error" });
    if (answer.status === 403) {
      wipe();
      location.replace("/kiosk");
      return false;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    const told = await answer.json();
    sayCall(told.call, told.text);
    if (away && !leaving) {
      wipe();
      location.replace("/kiosk");
    }
    return true;
  } catch {
    showAway();
    return false;
  } finally {
    clearTimeout(timer);
  }
}

function showAway() {
  if (away) return;
  away = true;
  one("[data-question]").hidden = true;
  one("[data-away]").hidden = false;
}

for (const form of all("form:not([data-call])")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.dataset.sent !== undefined) return;
    form.dataset.sent = "";
    const pressed = event.submitter;
    pressed?.setAttribute("aria-busy", "true");
    if (await alive()) {
      if (pressed?.name) {
        const field = document.createElement("input");
        [field.type, field.name, field.value] = ["hidden", pressed.name, pressed.value];
        form.append(field);
      }
      form.submit();
      return;
    }
    delete form.dataset.sent;
    pressed?.removeAttribute("aria-busy");
  });
}

// Staff: called without leaving the page, so that nothing typed is lost.
const callText = one("[data-call-text]");
function sayCall(state, text) {
  if (!callText || (callText.dataset.state === state && callText.textContent === text)) return;
  callText.dataset.state = state;
  callText.textContent = text;
}
one("[data-call]")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const sent = await fetch("/kiosk/call", { method: "POST", body: new URLSearchParams(new FormData(event.target)), redirect: "manual", cache: "no-store" });
    if (sent.type !== "opaqueredirect" && !sent.ok) throw new Error(String(sent.status));
    await alive();
  } catch {
    sayCall("none", callText.dataset.textUnreachable);
  }
});

// Quiet: a count that can be seen, then everything goes.
if (body.dataset.somebody !== undefined) {
  const seconds = Number(body.dataset.idle);
  const [line, count, said] = [one("[data-idle-line]"), one("[data-idle-count]"), one("[data-idle-said]")];
  let until = performance.now() + seconds * 1000;
  line.hidden = false;
  const again = () => {
    until = performance.now() + seconds * 1000;
    if (said.textContent) said.textContent = "";
    tick();
  };
  for (const kind of ["pointerdown", "keydown", "wheel"]) addEventListener(kind, again, { passive: true });
  let ended = false;
  const tick = () => {
    if (ended) return;
    const left = Math.max(0, Math.ceil((until - performance.now()) / 1000));
    count.textContent = String(left);
    line.toggleAttribute("data-soon", left <= 10);
    if (left <= 10 && !said.textContent) said.textContent = said.dataset.text;
    if (left === 0) {
      ended = true;
      void over();
    }
  };
  setInterval(tick, 500);
  tick();
}

// The screen first, then the server; where that is away, what it knows goes after some minutes by itself.
async function over() {
  const csrf = one("[data-end] [name=csrf]").value;
  leaving = true;
  wipe();
  for (;;) {
    try {
      await fetch("/kiosk/end", { method: "POST", body: new URLSearchParams({ csrf }), redirect: "manual", cache: "no-store" });
      location.replace("/kiosk");
      return;
    } catch {
      showAway();
      await new Promise((later) => setTimeout(later, EVERY_MS));
    }
  }
}

// The document. All words stand in the page, in its language; the bridge's own are for clerks.
const status = one("[data-read-status]");
function say(word, kind) {
  status.textContent = status.dataset[`text${word[0].toUpperCase()}${word.slice(1)}`] ?? status.dataset.textOther;
  status.dataset.kind = kind;
}
const read = one("[data-read-now]");
if (read && base) {
  read.hidden = false;
  read.focus();
  read.addEventListener("click", async () => {
    if (read.getAttribute("aria-busy") === "true") return;
    read.setAttribute("aria-busy", "true");
    say("reading", "info");
    try {
      const { ok, body: told } = await call("/v1/read", { method: "POST" }, 20000);
      if (ok && told.record) {
        const form = one("[data-read-form]");
        form.elements.record.value = told.record;
        form.requestSubmit();
        return;
      }
      say(told.code ?? "other", "refused");
    } catch (error) {
      say(error.name === "AbortError" ? "timeout" : "other", "refused");
    }
    read.removeAttribute("aria-busy");
  });
} else if (read) {
  one("[data-no-bridge]").dataset.shown = "";
}

// Large keys. Keyboards and scanners type into the field itself.
for (const keys of all("[data-keys]")) {
  const field = document.getElementById(keys.dataset.keys);
  const shift = keys.querySelector('[data-press="shift"]');
  const letters = [...keys.querySelectorAll("[data-press]")].filter((key) => /^[a-z]$/.test(key.dataset.press));
  const capitals = (on) => {
    shift?.setAttribute("aria-pressed", String(on));
    for (const key of letters) key.textContent = on ? key.dataset.press.toUpperCase() : key.dataset.press;
  };
  keys.addEventListener("click", (event) => {
    const key = event.target.closest("[data-press]");
    if (!key) return;
    const [press, big] = [key.dataset.press, shift?.getAttribute("aria-pressed") === "true"];
    if (press === "shift") return capitals(!big);
    if (press === "delete") field.value = field.value.slice(0, -1);
    else if (field.value.length < field.maxLength) field.value += big ? press.toUpperCase() : press;
    if (big) capitals(false);
  });
}
for (const button of all("[data-show]")) {
  const [field, show] = [document.getElementById(button.dataset.show), button.textContent];
  button.hidden = false;
  button.addEventListener("click", () => {
    const hidden = field.type === "password";
    field.type = hidden ? "text" : "password";
    button.setAttribute("aria-pressed", String(hidden));
    button.textContent = hidden ? button.dataset.textHide : show;
  });
}

// Paper. Chromium prints without asking when it was started so (docs/kiosk.md); where printing fails the page keeps the number.
const printStatus = one("[data-print-status]");
function print() {
  try {
    window.print();
  } catch {
    printFailed();
  }
}
function printFailed() {
  printStatus.textContent = printStatus.dataset.textFailed;
  printStatus.dataset.kind = "attention";
}
if (one("[data-print-paper]")) {
  addEventListener("load", print, { once: true });
  for (const button of all("[data-print-again]")) {
    button.hidden = false;
    button.addEventListener("click", print);
  }
}

// What may be stuck: the reader, the printer, the server. It comes back by itself.
async function look() {
  const there = await alive();
  if (!base) return there && stuck(true);
  try {
    const { ok, body: told } = await call("/v1/status");
    stuck(!ok || told.state === "error");
    const off = told.printer?.state === "error";
    if (off && printStatus) printFailed();
    const lines = one("[data-printer-off]");
    if (lines && told.printer) lines.hidden = !off;
  } catch {
    stuck(true);
  }
}
function stuck(is) {
  const [page, ready] = [one("[data-stuck]"), one("[data-ready]")];
  if (!page) return;
  page.hidden = !is;
  ready.hidden = is;
}
void look();
setInterval(() => document.hidden || void look(), EVERY_MS);
document.addEventListener("contextmenu", (event) => event.preventDefault());
