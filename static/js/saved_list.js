// Page of the saved list: current cards, or the stored copy without a network.
const KEY = "saved", CACHE = "saved";
const list = document.getElementById("saved");
const element = (name) => document.getElementById(`saved-${name}`);
const { lang } = document.documentElement;

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? [];
  } catch {
    return []; // storage is unavailable
  }
}

// Cards from the server, else the stored copy; null if there is neither.
async function fetchCards(saved) {
  const address = list.dataset.cards;
  const copies = "caches" in window && (await caches.open(CACHE).catch(() => null));
  try {
    const response = await fetch(`${address}?${new URLSearchParams(saved.map(({ id }) => ["s", id]))}`);
    if (!response.ok) throw new Error(response.status);
    const text = await response.text();
    const headers = { "Stored-At": new Date().toISOString() };
    await copies?.put(address, new Response(text, { headers })).catch?.(() => {});
    return { text };
  } catch {
    const copy = copies && (await copies.match(address));
    return copy ? { text: await copy.text(), stored: new Date(copy.headers.get("Stored-At")) } : null;
  }
}

function showStoredNotice(date) {
  const notice = element("stored");
  notice.hidden = !date;
  if (!date) return;
  const locale = { fi: "fi-FI", sv: "sv-FI", en: "en-GB" }[lang];
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  const day = date.toLocaleDateString(locale, { day: "numeric", month: lang === "en" ? "long" : "numeric", year });
  const time = date.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
  notice.textContent = notice.dataset.text.replace("{day}", day).replace("{time}", time);
  document.documentElement.classList.add("stored");
}

// A row for a service without a card: link, reason and remove button.
function plainRow({ id, href, name }, reason) {
  const row = document.createElement("li"), link = document.createElement("a"), hint = document.createElement("span");
  const button = document.getElementById("saved-drop").content.cloneNode(true);
  row.className = "notice saved-plain";
  link.href = href;
  link.textContent = name;
  hint.className = "hint";
  hint.textContent = reason;
  button.querySelector("button").dataset.drop = id;
  button.querySelector("span").textContent = `: ${name}`;
  row.append(link, hint, button);
  return row;
}

async function render() {
  const saved = read(), cards = element("cards");
  element("empty").hidden = saved.length > 0;
  element("tools").hidden = !saved.length;
  if (saved.length) {
    const result = await fetchCards(saved);
    cards.innerHTML = result?.text ?? '<ol class="cards"></ol>';
    const rows = new Map([...cards.querySelectorAll("[data-drop]")].map((button) => [button.dataset.drop, button.closest("li")]));
    for (const [id, row] of rows) if (!saved.some((entry) => entry.id === id)) row.remove();
    const reason = result && !result.stored ? list.dataset.gone : list.dataset.offline;
    for (const entry of saved) if (!rows.has(entry.id)) cards.firstElementChild.append(plainRow(entry, reason));
    showStoredNotice(result?.stored);
  } else cards.replaceChildren();
  cards.removeAttribute("aria-busy");
  document.dispatchEvent(new Event("results:changed"));
}

// Remove the rows of removed services, and focus the next one.
function removeRows() {
  const saved = read();
  const removedButtons = [...document.querySelectorAll("[data-drop]")].filter(({ dataset }) => !saved.some(({ id }) => id === dataset.drop));
  for (const button of removedButtons) {
    const row = button.closest("li"), next = row.nextElementSibling ?? row.previousElementSibling;
    element("status").textContent = `${element("status").dataset.removed} ${row.querySelector("a").textContent}`;
    row.remove();
    if (next) next.querySelector("[data-drop]").focus();
  }
  element("empty").hidden = saved.length > 0;
  element("tools").hidden = !saved.length;
  if (!saved.length) {
    element("stored").hidden = true;
    if (removedButtons.length) element("empty").querySelector("a").focus();
  }
}

document.addEventListener("saved:changed", removeRows);
render();
