// The e-card fetches its next code before the present one ends. Without this, a button brings it.
const card = document.querySelector("[data-e-card]");
if (card) begin(card);

function begin(card) {
  const squares = card.querySelector("[data-squares]");
  const [over, count, until] = ["over", "count", "until"].map((name) => card.querySelector(`[data-${name}]`));
  const offline = document.querySelector("[data-offline]");
  const said = document.querySelector("[data-said]");
  // Who does not want things to move sees the number change every five seconds only.
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let ends = performance.now() + Number(card.dataset.seconds) * 1000;
  let tries = 0;
  let asking = false;

  const line = card.querySelector("[data-count-line]");
  line.hidden = false;
  card.querySelector("[data-until-line]").hidden = true;

  function show(code) {
    squares.setAttribute("viewBox", `-4 -4 ${code.size + 8} ${code.size + 8}`);
    squares.querySelector("path").setAttribute("d", code.path);
    until.textContent = code.until;
    ends = performance.now() + code.seconds * 1000;
    tries = 0;
    trouble(false);
    tick();
  }

  function trouble(is) {
    if (offline.hidden === !is) return;
    offline.hidden = !is;
    said.textContent = is ? said.dataset.textOffline : "";
  }

  async function next() {
    if (asking) return;
    asking = true;
    try {
      const answer = await fetch(card.dataset.eCard, { headers: { accept: "application/json" }, redirect: "manual", cache: "no-store" });
      if (answer.type === "opaqueredirect") {
        squares.hidden = true;
        location.assign(card.dataset.ended);
      } else if (answer.status === 409) {
        squares.hidden = true;
        location.reload();
      } else if (answer.ok) {
        show(await answer.json());
      } else {
        tries += 1;
        trouble(true);
      }
    } catch {
      tries += 1;
      trouble(true);
    } finally {
      asking = false;
    }
  }

  function tick() {
    const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
    const step = calm.matches ? 5 : 1;
    const text = String(Math.ceil(left / step) * step);
    if (count.textContent !== text) count.textContent = text;
    // What is no longer good is not shown as if it were.
    squares.toggleAttribute("data-faded", left === 0);
    over.hidden = left > 0;
    line.toggleAttribute("data-faded", left === 0);
    const due = left <= 2 && (tries === 0 || left === 0 && tries < 30);
    if (due && document.visibilityState === "visible") void next();
  }

  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void next();
  });
  addEventListener("online", () => void next());
}
