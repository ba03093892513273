// Category picker: search by any word, or by the text of the form. A choice ticks its box in the full list, which is
// the only control without this file.
const form = document.querySelector("form[data-keep]");
const input = document.getElementById("find-category"), foundList = document.getElementById("found-categories");
const chosenList = document.getElementById("chosen-categories"), guess = form.querySelector("[data-guess]");
const WAIT = 200, PERSONAL = /(\d[\s.]?){6}/; // as in suggest.js
let timer, request;

const boxes = () => [...form.querySelectorAll("input[name=categories][id]")];

function showChosen() {
  chosenList.replaceChildren(...boxes().filter((box) => box.checked).map((box) => {
    const item = document.createElement("li"), button = document.createElement("button"), hidden = document.createElement("span");
    hidden.className = "visually-hidden";
    hidden.textContent = `${chosenList.dataset.remove}: `;
    Object.assign(button, { type: "button", className: "chip-button" });
    button.append(hidden, box.closest("label").textContent.trim(), " ×");
    button.addEventListener("click", () => tick(box, false));
    item.append(button);
    return item;
  }));
  for (const button of foundList.querySelectorAll("[data-tick]")) {
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
    const response = await fetch(address, { ...options, signal: request.signal });
    if (!response.ok || response.redirected) return false;
    foundList.innerHTML = await response.text();
  } catch (problem) {
    return problem.name === "AbortError"; // superseded, or no network: the full list remains
  }
  if (!foundList.children.length) {
    const none = document.createElement("li");
    none.textContent = foundList.dataset.none;
    foundList.append(none);
  }
  showChosen();
  return true;
}

input.addEventListener("input", () => {
  clearTimeout(timer);
  const text = input.value.trim();
  if (text.length < 2 || PERSONAL.test(text)) return foundList.replaceChildren();
  timer = setTimeout(() => show(`${form.dataset.categories}?${new URLSearchParams({ q: text })}`), WAIT);
});
input.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault(); // do not submit the form
  foundList.querySelector("li:not([hidden]) [data-tick]")?.focus(); // focus first; the next press selects it
});
guess.addEventListener("click", async (event) => {
  event.preventDefault();
  const body = new FormData(form);
  await show(form.dataset.categories, { method: "POST", body });
});
foundList.addEventListener("click", ({ target }) => {
  const box = document.getElementById(target.closest("[data-tick]")?.dataset.tick);
  if (!box) return;
  tick(box, true);
  input.focus();
});
form.addEventListener("change", ({ target }) => target.name === "categories" && showChosen());
document.addEventListener("editing:filled", showChosen);
showChosen();
