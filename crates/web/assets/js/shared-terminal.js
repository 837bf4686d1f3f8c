// A terminal that others use next: whoever walked away is signed out, and their page goes with it. Who is still there says so by
// typing, touching or pressing the button.
const note = document.querySelector("[data-shared]");
if (note) begin(note);

function begin(note) {
  const warning = document.querySelector("[data-shared-warning]");
  const count = warning.querySelector("[data-count]");
  const idle = Number(note.dataset.shared) * 1000;
  const warned = Math.min(60_000, idle / 2);
  let seen = performance.now();
  let told = seen;
  let ended = false;

  // The server counts from the last request.
  async function tell() {
    told = performance.now();
    const answer = await fetch("/my", { method: "HEAD", redirect: "manual", cache: "no-store" }).catch(() => undefined);
    if (answer?.type === "opaqueredirect") location.assign("/my/sign-in?ended");
  }

  function here() {
    seen = performance.now();
    warning.hidden = true;
    if (seen - told > 30_000) void tell();
  }

  for (const kind of ["keydown", "pointerdown", "input"]) addEventListener(kind, here, { passive: true });

  setInterval(() => {
    const left = idle - (performance.now() - seen);
    if (ended) return;
    if (left <= 0) {
      ended = true;
      document.querySelector("[data-sign-out]").requestSubmit();
      return;
    }
    warning.hidden = left > warned;
    // Ten by ten, so that a screen reader is not told each second.
    count.textContent = String(Math.ceil(left / 10_000) * 10);
  }, 1000);
}
