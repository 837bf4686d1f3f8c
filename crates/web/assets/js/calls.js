// Calls from kiosks come up on the desk's first page while it is open. Without this, the next load shows them.
const place = document.querySelector("[data-calls]");
const EVERY_MS = 10000;

async function look() {
  try {
    const answer = await fetch(place.dataset.calls, { redirect: "error", cache: "no-store" });
    if (!answer.ok) return;
    const text = await answer.text();
    // A button that is being pressed stays where it is.
    if (text.trim() !== (place.dataset.shown ?? place.innerHTML.trim())) {
      place.dataset.shown = text.trim();
      place.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
    }
  } catch {
    // The next look will tell.
  }
}

if (place) setInterval(() => document.hidden || void look(), EVERY_MS);
