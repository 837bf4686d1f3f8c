// Light, dark or the system's wish. The server reads the same cookie and writes data-theme, so a page never flashes.
const COOKIE = "yueka_theme";
const root = document.documentElement;

export function cookie(name) {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

export function keep(name, value) {
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=31536000; samesite=lax`;
}

function show(theme) {
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  else delete root.dataset.theme;
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === (theme || "system")));
  }
}

show(cookie(COOKIE) || root.dataset.theme || "");

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-choice]");
  if (!button) return;
  event.preventDefault();
  const theme = button.dataset.themeChoice === "system" ? "" : button.dataset.themeChoice;
  keep(COOKIE, theme);
  show(theme);
});
