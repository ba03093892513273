// Choosing subjects: by typing any word for them, or by what is written. Each choice ticks its box in the full list,
// which is all there is without this file.
const form = document.querySelector("form[data-keep]");
const input = document.getElementById("find-category"), found = document.getElementById("found-categories");
const chosen = document.getElementById("chosen-categories"), guess = form.querySelector("[data-guess]");
const WAIT = 200, PERSONAL = /(\d[\s.]?){6}/; // as in suggest.js
let timer, request;

const boxes = () => [...form.querySelectorAll("input[name=categories][id]")];

function showChosen() {
  chosen.replaceChildren(...boxes().filter((box) => box.checked).map((box) => {
    const item = document.createElement("li"), button = document.createElement("button"), hidden = document.createElement("span");
    hidden.className = "visually-hidden";
    hidden.textContent = `${chosen.dataset.remove}: `;
    Object.assign(button, { type: "button", className: "chip-button" });
    button.append(hidden, box.closest("label").textContent.trim(), " ×");
    button.addEventListener("click", () => tick(box, false));
    item.append(button);
    return item;
  }));
  for (const button of found.querySelectorAll("[data-tick]")) {
    button.closest("li").hidden = document.getElementById(button.dataset.tick)?.checked;
  }
}

function tick(box, checked) {
  box.checked = checked;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

async function show(address, options = {}) {
  request?.abort();
  request = new AbortController();
  try {
    const answer = await fetch(address, { ...options, signal: request.signal });
    if (!answer.ok || answer.redirected) return false;
    found.innerHTML = await answer.text();
  } catch (problem) {
    return problem.name === "AbortError"; // typed on, or no network: the list below is there
  }
  if (!found.children.length) {
    const none = document.createElement("li");
    none.textContent = found.dataset.none;
    found.append(none);
  }
  showChosen();
  return true;
}

input.addEventListener("input", () => {
  clearTimeout(timer);
  const text = input.value.trim();
  if (text.length < 2 || PERSONAL.test(text)) return found.replaceChildren();
  timer = setTimeout(() => show(`${form.dataset.categories}?${new URLSearchParams({ q: text })}`), WAIT);
});
input.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault(); // would send the form
  found.querySelector("li:not([hidden]) [data-tick]")?.focus(); // to be read first; the next press chooses it
});
guess.addEventListener("click", async (event) => {
  event.preventDefault();
  const body = new FormData(form);
  await show(form.dataset.categories, { method: "POST", body });
});
found.addEventListener("click", ({ target }) => {
  const box = document.getElementById(target.closest("[data-tick]")?.dataset.tick);
  if (!box) return;
  tick(box, true);
  input.focus();
});
form.addEventListener("change", ({ target }) => target.name === "categories" && showChosen());
document.addEventListener("editing:filled", showChosen);
showChosen();
