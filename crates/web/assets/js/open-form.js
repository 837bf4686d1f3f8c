// Niceties of opening a card. The server decides; this only shows sooner what it will say.
//   [data-open-form]      the form; data-today="2026-03-16" is the library's day
//   [data-guardian]       shown when the reader is under 16
//   [data-one-card]       shown when a One-Card is chosen
//   [data-preview-for=id] what was typed, grouped
//   [data-guess]          the kind of document that a number looks like
//   [data-passport]       the part for passports, opened when that kind is chosen
const form = document.querySelector("[data-open-form]");

export function parseDay(text) {
  const digits = text.normalize("NFKC").match(/^\s*(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?\s*$/);
  if (!digits) return null;
  const [year, month, day] = digits.slice(1).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? { year, month, day } : null;
}

export function age(birth, today) {
  const before = today.month < birth.month || (today.month === birth.month && today.day < birth.day);
  return today.year - birth.year - (before ? 1 : 0);
}

export const groups = (text) =>
  /^\d{17}[\dX]$/.test(text) ? text.replace(/^(.{6})(.{8})(.{4})$/, "$1 $2 $3") : text.replace(/(.{4})(?=.)/g, "$1 ");

const bare = (text) => text.normalize("NFKC").replace(/[\s-]/g, "").toUpperCase();

// ISO 7064 MOD 11-2
export function checks(number) {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(number[index]), 0);
  return "10X98765432"[sum % 11] === number[17];
}

export function guess(text) {
  const number = bare(text);
  if (/^9\d{16}[\dX]$/.test(number)) return "permanent_resident";
  if (/^8[123]0000\d{11}[\dX]$/.test(number)) return "hmt_residence_permit";
  if (/^\d{17}[\dX]$/.test(number) || /^\d{15}$/.test(number)) return "resident_id";
  if (/^[A-Z]{3}\d{12}$/.test(number)) return "permanent_resident";
  if (/^[HM]\d{8}(\d{2})?$/.test(number)) return "hk_macao_permit";
  return "";
}

function require(part, on) {
  part.hidden = !on;
  for (const field of part.querySelectorAll("[data-required]")) field.required = on;
  for (const field of part.querySelectorAll("input, select, textarea")) field.disabled = !on;
}

if (form) {
  const birth = form.elements["reader.birth_date"];
  const today = parseDay(form.dataset.today ?? "");
  const guardian = form.querySelector("[data-guardian]");
  const oneCard = form.querySelector("[data-one-card]");
  const ageWord = form.querySelector("[data-age]");

  const update = () => {
    const day = birth ? parseDay(birth.value) : null;
    const years = day && today ? age(day, today) : null;
    if (ageWord) ageWord.textContent = years !== null && years >= 0 ? ageWord.dataset.text.replace("{}", years) : "";
    if (guardian && years !== null) require(guardian, years < 16);
    if (oneCard) {
      const kind = form.querySelector('input[name="kind"]:checked, input[name="kind"][type=hidden]');
      require(oneCard, kind?.value === "one_card");
    }
  };
  form.addEventListener("change", update);
  birth?.addEventListener("input", update);
  birth?.addEventListener("blur", () => {
    const day = parseDay(birth.value);
    if (day && !birth.readOnly) birth.value = `${day.year}-${String(day.month).padStart(2, "0")}-${String(day.day).padStart(2, "0")}`;
  });
  update();

  for (const preview of form.querySelectorAll("[data-preview-for]")) {
    const field = document.getElementById(preview.dataset.previewFor);
    const draw = () => {
      const number = bare(field.value);
      preview.textContent = /^[\dX]{10,}$/.test(number) ? groups(number) : "";
      delete preview.dataset.kind;
      if (/^\d{17}[\dX]$/.test(number)) {
        const right = checks(number);
        preview.dataset.kind = right ? "done" : "attention";
        preview.textContent += ` ${right ? preview.dataset.textRight ?? "" : preview.dataset.textWrong ?? ""}`;
      }
    };
    field?.addEventListener("input", draw);
    if (field?.value) draw();
  }

  const guessed = form.querySelector("[data-guess]");
  if (guessed) {
    const number = form.elements["document.number"];
    const kind = form.elements["document.type"];
    const passport = form.querySelector("[data-passport]");
    const draw = () => {
      const found = guess(number.value);
      const option = found && [...kind.options].find((each) => each.value === found);
      guessed.textContent = option && !kind.value ? guessed.dataset.text.replace("{}", option.textContent.trim()) : "";
      if (passport && kind.value === "passport") passport.open = true;
    };
    number.addEventListener("input", draw);
    kind.addEventListener("change", draw);
    draw();
  }
}
