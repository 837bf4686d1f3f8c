// The pages of group issuing. Each part looks for its own marks; without this, forms are sent as they are and pages are loaded again.
//   [data-drop]        a field that a file can be dropped on; [data-drop-name] names it
//   form[data-busy]    says what goes on while a file is on its way
//   [data-all=row]     ticks every row of that name
//   [data-progress]    looks how far a batch is; [data-done], [data-rate], [data-left], [data-checked] show it
//   [data-reload]      loads the page again after so many seconds
const EVERY_MS = 1000;

for (const field of document.querySelectorAll("[data-drop]")) {
  const input = field.querySelector("input[type=file]");
  const name = field.querySelector("[data-drop-name]");
  const show = () => { name.textContent = input.files[0]?.name ?? ""; };
  input.addEventListener("change", show);
  for (const kind of ["dragenter", "dragover"]) {
    field.addEventListener(kind, (event) => {
      event.preventDefault();
      field.toggleAttribute("data-over", true);
    });
  }
  for (const kind of ["dragleave", "drop"]) field.addEventListener(kind, () => field.removeAttribute("data-over"));
  field.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length === 0) return;
    input.files = event.dataTransfer.files;
    show();
  });
}

for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("[type=submit]");
    button.setAttribute("aria-busy", "true");
    const status = document.createElement("span");
    status.className = "action-status";
    status.setAttribute("role", "status");
    status.textContent = form.dataset.busy;
    button.after(status);
  });
}

for (const all of document.querySelectorAll("[data-all]")) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of all.form.elements) if (box.name === all.dataset.all) box.checked = all.checked;
  });
}

for (const place of document.querySelectorAll("[data-progress]")) {
  const put = (mark, text) => {
    const element = place.querySelector(`[data-${mark}]`);
    if (element && element.textContent !== String(text)) element.textContent = text;
  };
  const look = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(place.dataset.progress, { redirect: "error", cache: "no-store" });
      if (!answer.ok) return;
      const now = await answer.json();
      const running = String(now.running) === (place.dataset.running ?? String(now.running));
      if (now.state !== place.dataset.while || !running) {
        location.replace(location.pathname);
        return;
      }
      put("done", now.done);
      put("checked", now.checked);
      put("rate", now.rate);
      put("left", now.left);
      const bar = place.querySelector("progress");
      if (bar) bar.value = now.done;
    } catch {
      // The next look will tell.
    }
  };
  if (place.dataset.running !== "false") setInterval(look, EVERY_MS);
}

const again = document.querySelector("[data-reload]");
if (again) setTimeout(() => location.reload(), Number(again.dataset.reload) * 1000);
