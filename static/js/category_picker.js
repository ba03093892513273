// Category picker: search by any word, or by the text of the form. A choice ticks its box in the full list, which is
// the only control without this file.
const form = document.querySelector("form[data-keep]");
const input = document.getElementById("find-category"), matchList = document.getElementById("found-categories");
const selectedList = document.getElementById("chosen-categories"), guessButton = form.querySelector("[data-guess]");
const WAIT_MILLISECONDS = 200;
const PERSONAL = /(\d[\s.]?){6}/; // as in suggest.js
let timer, request;

const boxes = () => [...form.querySelectorAll("input[name=categories][id]")];

function showSelected() {
  selectedList.replaceChildren(...boxes().filter((box) => box.checked).map((box) => {
    const item = document.createElement("li"), button = document.createElement("button"), hidden = document.createElement("span");
    hidden.className = "visually-hidden";
    hidden.textContent = `${selectedList.dataset.remove}: `;
    Object.assign(button, { type: "button", className: "chip-button" });
    button.append(hidden, box.closest("label").textContent.trim(), " ×");
    button.addEventListener("click", () => setChecked(box, false));
    item.append(button);
    return item;
  }));
  for (const button of matchList.querySelectorAll("[data-tick]")) {
    button.closest("li").hidden = document.getElementById(button.dataset.tick)?.checked;
  }
}

function setChecked(box, checked) {
  box.checked = checked;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

async function showMatches(address, options = {}) {
  request?.abort();
  request = new AbortController();
  try {
    const response = await fetch(address, { ...options, signal: request.signal });
    if (!response.ok || response.redirected) return false;
    matchList.innerHTML = await response.text();
  } catch (problem) {
    return problem.name === "AbortError"; // superseded, or no network: the full list remains
  }
  if (!matchList.children.length) {
    const emptyItem = document.createElement("li");
    emptyItem.textContent = matchList.dataset.none;
    matchList.append(emptyItem);
  }
  showSelected();
  return true;
}

input.addEventListener("input", () => {
  clearTimeout(timer);
  const text = input.value.trim();
  if (text.length < 2 || PERSONAL.test(text)) return matchList.replaceChildren();
  timer = setTimeout(() => showMatches(`${form.dataset.categories}?${new URLSearchParams({ q: text })}`), WAIT_MILLISECONDS);
});
input.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault(); // do not submit the form
  matchList.querySelector("li:not([hidden]) [data-tick]")?.focus(); // focus first; the next press selects it
});
guessButton.addEventListener("click", async (event) => {
  event.preventDefault();
  const body = new FormData(form);
  await showMatches(form.dataset.categories, { method: "POST", body });
});
matchList.addEventListener("click", ({ target }) => {
  const box = document.getElementById(target.closest("[data-tick]")?.dataset.tick);
  if (!box) return;
  setChecked(box, true);
  input.focus();
});
form.addEventListener("change", ({ target }) => target.name === "categories" && showSelected());
document.addEventListener("editing:filled", showSelected);
showSelected();
