// Search suggestions: a combobox with a list rendered by the server (finding:suggest); each option is a link.
// Without this file or a network, it is a plain search box.
const WAIT_MILLISECONDS = 150; // after the last key
const PERSONAL = /(\d[\s.]?){6}/; // may be the beginning of a personal identity code: never sent

const input = document.querySelector("[data-suggest]");
const popup = document.createElement("div");
const status = document.createElement("div");
let timer, request, active;

Object.assign(popup, { className: "suggest-popup", hidden: true });
status.className = "visually-hidden";
status.setAttribute("role", "status");

const options = () => [...popup.querySelectorAll("[role=option]")];

function close() {
  clearTimeout(timer);
  request?.abort();
  popup.hidden = true;
  popup.replaceChildren();
  status.textContent = "";
  input.setAttribute("aria-expanded", "false");
  activate();
}

function activate(option) {
  active?.setAttribute("aria-selected", "false");
  active = option;
  active?.setAttribute("aria-selected", "true");
  active?.scrollIntoView({ block: "nearest" });
  if (active) input.setAttribute("aria-activedescendant", active.id);
  else input.removeAttribute("aria-activedescendant");
}

// Add the active filters to links to the results.
function keepFilters(link) {
  const form = input.form;
  if (link.pathname !== new URL(form.action).pathname) return;
  const query = new URLSearchParams(link.search);
  for (const [name, value] of new FormData(form)) {
    if (value && name !== "q" && !new URLSearchParams(link.search).has(name)) query.append(name, value);
  }
  link.search = query;
}

async function fetchSuggestions() {
  const text = input.value.trim();
  if (text.length < 2 || PERSONAL.test(text)) return close();
  request?.abort();
  request = new AbortController();
  try {
    const response = await fetch(`${input.dataset.suggest}?${new URLSearchParams({ q: text })}`, { signal: request.signal });
    const html = response.ok ? await response.text() : "";
    if (!html || document.activeElement !== input) return close();
    popup.innerHTML = html;
  } catch (problem) {
    return problem.name === "AbortError" || close(); // superseded, or no network
  }
  activate();
  options().forEach(keepFilters);
  popup.hidden = false;
  input.setAttribute("aria-expanded", "true");
  status.textContent = popup.firstElementChild.dataset.message;
}

function moveSelection(step) {
  const stops = [undefined, ...options()]; // undefined stands for the input itself
  activate(stops[(stops.indexOf(active) + step + stops.length) % stops.length]);
}

const keys = {
  ArrowDown: () => (popup.hidden ? fetchSuggestions() : moveSelection(1)),
  ArrowUp: () => (popup.hidden ? fetchSuggestions() : moveSelection(-1)),
  Escape: () => (popup.hidden ? false : close()),
  Enter: () => (active ? active.click() : false),
};

function start() {
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-controls": "q-list",
    "aria-expanded": "false",
  })) input.setAttribute(name, value);
  input.after(popup, status);
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(fetchSuggestions, WAIT_MILLISECONDS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key in keys) {
      if (keys[event.key]() !== false) event.preventDefault();
    } else if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(event.key)) activate();
    else if (event.key === "Tab") close();
  });
  input.addEventListener("blur", close);
  popup.addEventListener("mousedown", (event) => event.preventDefault()); // keep the focus in the input until the click
  addEventListener("pagehide", close);
}

if (input) start();
