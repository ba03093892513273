// Record form: shows one language at a time, and the length of each text.
// Without this file, all languages are shown below each other.
const form = document.querySelector("form[data-keep]");
const buttons = [...form.querySelectorAll("[data-show]")];
// Texts required for a language to count as complete.
const REQUIRED_TEXTS = form.querySelector("[data-needed]")?.dataset.needed.split(" ") ?? [];

function showLanguage(language) {
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.show === language));
  for (const field of form.querySelectorAll("[data-language]")) {
    field.hidden = language !== "all" && field.dataset.language !== language;
  }
  if (language === "all") delete form.dataset.languageShown;
  else form.dataset.languageShown = language;
}

function updateCounter(input) {
  const counter = form.querySelector(`[data-counter="${input.id}"]`);
  if (!counter) return;
  const limit = Number(input.dataset.count), length = input.value.length;
  counter.textContent = `${length} / ${limit}`;
  counter.classList.toggle("over", length > limit);
}

function updateCompleteness() {
  for (const element of form.querySelectorAll("[data-written]")) {
    const texts = REQUIRED_TEXTS.filter((text) => form.elements[`${text}_${element.dataset.written}`].value.trim());
    element.textContent = `${texts.length}/${REQUIRED_TEXTS.length}`;
  }
}

// Show and focus a field, switching the language or opening its details element if necessary.
function reveal(id) {
  const field = id ? document.getElementById(id) : null;
  const hidden = field?.closest("[data-language][hidden]");
  if (hidden) showLanguage(hidden.dataset.language);
  for (let details = field?.closest("details"); details; details = details.parentElement.closest("details")) details.open = true;
  if (field) field.focus({ preventScroll: false });
  return Boolean(field);
}

for (const button of buttons) button.addEventListener("click", () => showLanguage(button.dataset.show));
form.addEventListener("input", ({ target }) => {
  updateCounter(target);
  updateCompleteness();
});
document.addEventListener("click", (event) => {
  const link = event.target.closest(":is(#errors, .how-complete) a[href^='#']");
  if (link && reveal(link.hash.slice(1))) event.preventDefault();
});
document.addEventListener("editing:filled", () => {
  form.querySelectorAll("[data-count]").forEach(updateCounter);
  updateCompleteness();
});

// Copy the hours of Monday to Friday.
for (const control of form.querySelectorAll("[data-same-hours]")) {
  control.querySelector("button").addEventListener("click", () => {
    const [monday, ...others] = [...control.closest(".week").querySelectorAll(".days > li")].map((day) => [...day.querySelectorAll("input")]);
    for (const day of others.slice(0, 4)) day.forEach((input, number) => { input.value = monday[number].value; });
    monday[0].dispatchEvent(new Event("input", { bubbles: true })); // triggers storing the draft on the device
    const status = control.querySelector("[role=status]");
    status.textContent = status.dataset.message;
  });
}

// Start with the language that has errors (all if there are several), else with the active one.
const invalidLanguages = new Set([...form.querySelectorAll("[data-language]:has(.error)")].map((field) => field.dataset.language));
const [first = document.documentElement.lang] = invalidLanguages;
if (buttons.length) showLanguage(invalidLanguages.size > 1 ? "all" : first);
form.querySelectorAll("[data-count]").forEach(updateCounter);
if (!reveal(location.hash.slice(1))) document.getElementById("errors")?.focus();
