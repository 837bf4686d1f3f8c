// The document reader at this desk, behind a small program on the same computer.
//   <meta name="yueka-id-reader" content="http://127.0.0.1:8091">
//   GET  {base}/v1/status → { state: "ready" | "no_document" | "error", device, message }
//   POST {base}/v1/read   → { record: base64 } or { code, message }
//   POST {base}/v1/photo  → { record: base64, photo: base64 of a JPEG or PNG, or null }; 404 where a bridge has none (photo.js)
// All words come from data-text-* attributes, so that they are in the language of the page.
export const base = document.querySelector('meta[name="yueka-id-reader"]')?.content.replace(/\/+$/, "");
const EVERY_MS = 5000;
const SIGNS = { ready: "dot", no_document: "ring", error: "cross", unknown: "dash" };

export async function call(path, options = {}, milliseconds = 3000) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), milliseconds);
  try {
    const answer = await fetch(base + path, { ...options, signal: stop.signal, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" });
    const body = await answer.json().catch(() => ({}));
    return { ok: answer.ok, status: answer.status, body };
  } finally {
    clearTimeout(timer);
  }
}

function show(device, state, detail) {
  const known = state in SIGNS ? state : "unknown";
  if (device.dataset.state === known && device.title === detail) return;
  device.dataset.state = known;
  device.title = detail;
  const use = device.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${SIGNS[known]}`));
  device.querySelector("[data-word]").textContent = device.dataset[`text${known.replace(/(^|_)(.)/g, (_, __, letter) => letter.toUpperCase())}`] ?? known;
}

async function look() {
  const reader = document.querySelector('[data-device="reader"]');
  const printer = document.querySelector('[data-device="printer"]');
  try {
    const { ok, body } = await call("/v1/status");
    if (reader) show(reader, ok ? body.state : "error", [body.device, body.message].filter(Boolean).join(" · "));
    if (printer && body.printer) show(printer, body.printer.state, body.printer.message ?? "");
  } catch {
    if (reader) show(reader, "unknown", "");
  }
}

async function read(button) {
  const form = button.form ?? button.closest("form");
  const target = form.querySelector('input[name="record"]');
  const status = form.querySelector("[data-read-status]");
  const say = (text, kind) => {
    status.textContent = text;
    status.dataset.kind = kind;
  };
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  say(button.dataset.textReading ?? "", "info");
  try {
    const { ok, body } = await call("/v1/read", { method: "POST" }, 20000);
    if (ok && body.record) {
      target.value = body.record;
      form.requestSubmit();
      return;
    }
    say(body.message || button.dataset.textFailed || "", "refused");
  } catch (error) {
    say((error.name === "AbortError" ? button.dataset.textTimeout : button.dataset.textUnreachable) ?? "", "refused");
  } finally {
    button.removeAttribute("aria-busy");
  }
}

// Beside a field of a longer form: what was read waits in a hidden field until the form is sent.
async function readHere(button) {
  const place = button.closest("[data-read]");
  const target = place.querySelector("input[type=hidden]");
  const status = place.querySelector("[data-read-status]");
  const say = (text, kind) => {
    status.textContent = text ?? "";
    status.dataset.kind = kind;
  };
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  target.value = "";
  say(button.dataset.textReading, "info");
  try {
    const { ok, body } = await call("/v1/read", { method: "POST" }, 20000);
    if (ok && body.record) {
      target.value = body.record;
      // A number that was typed before would count first.
      place.previousElementSibling?.querySelectorAll("input").forEach((field) => { field.value = ""; });
      say(button.dataset.textDone, "done");
    } else {
      say(body.message || button.dataset.textFailed, "refused");
    }
  } catch (error) {
    say(error.name === "AbortError" ? button.dataset.textTimeout : button.dataset.textUnreachable, "refused");
  } finally {
    button.removeAttribute("aria-busy");
  }
}

if (base) {
  for (const button of document.querySelectorAll("[data-read-here]")) {
    button.hidden = false;
    button.addEventListener("click", () => readHere(button));
  }
  if (document.querySelector("[data-device]")) {
    look();
    setInterval(() => document.hidden || look(), EVERY_MS);
    document.addEventListener("visibilitychange", () => document.hidden || look());
  }
  for (const button of document.querySelectorAll("[data-read-document]")) {
    button.hidden = false;
    button.addEventListener("click", (event) => {
      event.preventDefault();
      read(button);
    });
  }
}
