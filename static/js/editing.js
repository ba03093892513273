// The form of a record: one language of its texts at a time, and how long each text is.
// Without this file all languages stand below each other.
const form = document.querySelector("form[data-keep]");
const buttons = [...form.querySelectorAll("[data-show]")];
// The texts by which a language is complete.
const NEEDED = form.querySelector("[data-needed]")?.dataset.needed.split(" ") ?? [];

function show(language) {
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.show === language));
  for (const field of form.querySelectorAll("[data-language]")) {
    field.hidden = language !== "all" && field.dataset.language !== language;
  }
  if (language === "all") delete form.dataset.languageShown;
  else form.dataset.languageShown = language;
}

function count(input) {
  const counter = form.querySelector(`[data-counter="${input.id}"]`);
  if (!counter) return;
  const most = Number(input.dataset.count), length = input.value.length;
  counter.textContent = `${length} / ${most}`;
  counter.classList.toggle("over", length > most);
}

function completeness() {
  for (const told of form.querySelectorAll("[data-written]")) {
    const written = NEEDED.filter((text) => form.elements[`${text}_${told.dataset.written}`].value.trim());
    told.textContent = `${written.length}/${NEEDED.length}`;
  }
}

// A link to a field leads to it, whichever language is shown.
function reveal(id) {
  const found = id ? document.getElementById(id) : null;
  const hidden = found?.closest("[data-language][hidden]");
  if (hidden) show(hidden.dataset.language);
  for (let around = found?.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
  if (found) found.focus({ preventScroll: false });
  return Boolean(found);
}

for (const button of buttons) button.addEventListener("click", () => show(button.dataset.show));
form.addEventListener("input", ({ target }) => {
  count(target);
  completeness();
});
document.addEventListener("click", (event) => {
  const link = event.target.closest(":is(#errors, .how-complete) a[href^='#']");
  if (link && reveal(link.hash.slice(1))) event.preventDefault();
});
document.addEventListener("editing:filled", () => {
  form.querySelectorAll("[data-count]").forEach(count);
  completeness();
});

// Most places are open alike from Monday to Friday.
for (const offer of form.querySelectorAll("[data-same-hours]")) {
  offer.querySelector("button").addEventListener("click", () => {
    const [monday, ...others] = [...offer.closest(".week").querySelectorAll(".days > li")].map((day) => [...day.querySelectorAll("input")]);
    for (const day of others.slice(0, 4)) day.forEach((input, number) => { input.value = monday[number].value; });
    monday[0].dispatchEvent(new Event("input", { bubbles: true })); // what is unsaved is kept on the device
    const told = offer.querySelector("[role=status]");
    told.textContent = told.dataset.told;
  });
}

// What was written first, or else the reader's own language.
// Where something is wrong in one language, that one; in several, all.
const wrong = new Set([...form.querySelectorAll("[data-language]:has(.error)")].map((field) => field.dataset.language));
const [first = document.documentElement.lang] = wrong;
if (buttons.length) show(wrong.size > 1 ? "all" : first);
form.querySelectorAll("[data-count]").forEach(count);
if (!reveal(location.hash.slice(1))) document.getElementById("errors")?.focus();
