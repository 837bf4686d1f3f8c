// The terminal asks every two seconds whether a phone has confirmed it. Without this, the page loads itself again.
const code = document.querySelector("[data-scan-state]");
if (code) begin(code);

// A terminal that nobody looks at asks for no more than so many codes by itself.
const MOST_CODES = 5;
const CODES = "yueka-scan-codes";

function begin(code) {
  const squares = code.querySelector("[data-squares]");
  const count = code.querySelector("[data-count]");
  const offline = document.querySelector("[data-offline]");
  const said = document.querySelector("[data-said]");
  const again = document.querySelector("[data-scan-again]");
  // Who does not want things to move sees the number change every ten seconds only.
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let ends = performance.now() + Number(code.dataset.seconds) * 1000;
  let ended = false;

  code.querySelector("[data-count-line]").hidden = false;
  code.querySelector("[data-until-line]").hidden = true;
  again.addEventListener("submit", (event) => {
    if (event.isTrusted && event.submitter) sessionStorage.removeItem(CODES);
  });

  function trouble(is) {
    if (offline.hidden === !is) return;
    offline.hidden = !is;
    said.textContent = is ? said.dataset.textOffline : "";
  }

  function over() {
    if (ended) return;
    ended = true;
    squares?.toggleAttribute("data-faded", true);
    const shown = Number(sessionStorage.getItem(CODES) ?? 0) + 1;
    if (shown < MOST_CODES && document.visibilityState === "visible") {
      sessionStorage.setItem(CODES, String(shown));
      again.requestSubmit();
    } else {
      sessionStorage.removeItem(CODES);
      location.assign("/my/scan?over");
    }
  }

  async function ask() {
    if (ended) return;
    try {
      const answer = await fetch(code.dataset.scanState, { headers: { accept: "application/json" }, cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const { state, seconds } = await answer.json();
      trouble(false);
      if (state === "open") {
        ends = performance.now() + seconds * 1000;
      } else if (state === "over") {
        over();
      } else {
        // Confirmed, or refused: the page says which, and signs in.
        ended = true;
        sessionStorage.removeItem(CODES);
        location.reload();
      }
    } catch {
      trouble(true);
    }
  }

  function tick() {
    const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
    const step = calm.matches ? 10 : 1;
    const text = String(Math.ceil(left / step) * step);
    if (count.textContent !== text) count.textContent = text;
    if (left === 0) over();
  }

  setInterval(tick, 1000);
  setInterval(() => void ask(), 2000);
}
