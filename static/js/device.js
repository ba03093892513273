// Data on this device: the saved list, and copies of pages for offline reading (service worker). It is never sent.
// Also sends anonymous usage counts: that a service was saved, or its phone number, e-mail address or website used.
// Without this file there are no check boxes, and nothing is stored.
const KEY = "saved", MAX_SAVED = 40;
const { worker: workerUrl, count: countUrl } = document.querySelector("script[data-worker]").dataset;
const counted = new Set();
const worker = "serviceWorker" in navigator && navigator.serviceWorker;

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? [];
  } catch {
    return []; // storage is unavailable
  }
}

function write(saved) {
  try {
    localStorage.setItem(KEY, JSON.stringify(saved));
  } catch { /* as above */ }
  document.dispatchEvent(new Event("saved:changed"));
}

async function postToWorker(message) {
  if (worker) (await worker.ready).active.postMessage(message);
}

// Count each use once per page view.
function countUse(use, record) {
  if (!record || counted.has(use + record) || !navigator.sendBeacon) return;
  counted.add(use + record);
  navigator.sendBeacon(countUrl, new URLSearchParams({ use, of: record }));
}

// What the search on this page says about the family, to check the list.
function familyOfSearch() {
  const results = document.getElementById("results");
  if (!results) return [];
  const [kind, code] = results.dataset.area.split(":"), search = new URLSearchParams(location.search), [language] = search.getAll("language");
  return [["municipality", kind === "municipality" ? code : ""], ["age", search.get("age")], ["family_language", language]].filter(([, value]) => value);
}

// What was saved is handed over as it is on this device.
function updateGiving(saved) {
  const query = new URLSearchParams([...saved.map(({ id }) => ["s", id]), ...familyOfSearch()]);
  for (const link of document.querySelectorAll("a[data-give]")) link.search = query;
}

// Once something is saved on this page, the bar below it leads on.
function offerGiving() {
  const bar = document.getElementById("compare"), saved = read().length, link = bar?.querySelector("[data-give]");
  if (!link) return;
  bar.dataset.saved = saved;
  link.hidden = !saved;
  link.querySelector("[data-count-saved]").textContent = `(${saved})`;
}

function updateControls() {
  const saved = read(), counter = document.getElementById("saved-count");
  updateGiving(saved);
  counter.textContent = ` (${saved.length})`;
  counter.hidden = !saved.length;
  for (const box of document.querySelectorAll("[data-save]")) {
    box.checked = saved.some(({ id }) => id === box.dataset.save);
    // At the limit, disable boxes instead of dropping older entries.
    box.disabled = !box.checked && saved.length >= MAX_SAVED;
  }
}

document.addEventListener("change", ({ target }) => {
  const id = target.dataset.save;
  if (!id) return;
  // The box is on a card or on the page of the service.
  const link = target.closest(".card")?.querySelector(".card-name a");
  const href = link?.pathname ?? location.pathname;
  const name = (link ?? document.querySelector("h1")).textContent.trim();
  write([...read().filter((entry) => entry.id !== id), ...(target.checked ? [{ id, href, name }] : [])]);
  offerGiving();
  postToWorker(target.checked ? { save: href } : { forget: href });
  if (target.checked) countUse("saved", `service-${id}`);
});

document.addEventListener("click", ({ target }) => {
  const link = target.closest("a[href]");
  if (link?.matches("[data-give]")) updateGiving(read()); // the search may have changed since
  if (link && link.host !== location.host) countUse("contacted", link.closest("[data-used]")?.dataset.used);
  const droppedId = target.closest("[data-drop]")?.dataset.drop;
  if (droppedId) {
    const saved = read(), dropped = saved.find(({ id }) => id === droppedId);
    write(saved.filter((entry) => entry !== dropped));
    if (dropped) postToWorker({ forget: dropped.href });
  }
  if (target.closest("[data-print]")) print();
  const clear = target.closest("[data-clear]");
  if (clear && confirm(clear.dataset.clear)) clearDevice(clear);
});

async function clearDevice(button) {
  for (const storage of ["localStorage", "sessionStorage"]) {
    try {
      window[storage].clear();
    } catch { /* as above */ }
  }
  if ("caches" in window) for (const name of await caches.keys()) await caches.delete(name);
  // The server set the cookie with the links of lists, and scripts cannot read it.
  await fetch(button.dataset.forget, { method: "POST" }).catch(() => {});
  const status = button.parentElement.querySelector("[data-cleared]");
  status.textContent = status.dataset.cleared;
  document.dispatchEvent(new Event("saved:changed"));
}

async function register() {
  const isFirst = !worker.controller;
  await worker.register(workerUrl, { updateViaCache: "none" });
  // The first page was loaded before the worker was active, so it is stored by message.
  if (isFirst) await postToWorker({ page: location.pathname, isStorable: Boolean(document.querySelector(".service-tools [data-save]")) });
}

// Only pages about danger have the button.
function prepareQuickExit() {
  const button = document.querySelector("[data-quick-exit]");
  if (button) import(button.dataset.quickExit);
}

// Print the current date, since the page may have been open for days.
addEventListener("beforeprint", () => {
  const line = document.querySelector("[data-printed]"), { lang } = document.documentElement;
  const locale = { fi: "fi-FI", sv: "sv-FI", en: "en-GB" }[lang], month = lang === "en" ? "long" : "numeric";
  const day = new Date().toLocaleDateString(locale, { day: "numeric", month, year: "numeric" });
  if (line) line.textContent = line.dataset.printed.replace("{day}", day);
});

for (const type of ["saved:changed", "results:changed"]) document.addEventListener(type, updateControls);
for (const type of ["storage", "pageshow"]) addEventListener(type, updateControls);
updateControls();
document.addEventListener("results:changed", prepareQuickExit);
prepareQuickExit();
// Register after the page has loaded, and ignore failures. Pages with record forms do not register the worker.
if (worker && !document.querySelector("form[data-keep]")) addEventListener("load", () => register().catch(() => {}));
