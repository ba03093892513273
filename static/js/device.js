// What this device keeps for its reader: the saved list, and copies of pages to read without a network (the worker).
// Nothing of it is sent anywhere. Without this file there are no boxes to tick, and nothing is kept. And it tells the site
// that some reader saved a service or used its phone number, mail address or website: the month's number grows by one.
const KEY = "saved", MOST = 40;
const { worker: address, count: counter } = document.querySelector("script[data-worker]").dataset;
const counted = new Set();
const worker = "serviceWorker" in navigator && navigator.serviceWorker;

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? [];
  } catch {
    return []; // storage is closed
  }
}

function write(saved) {
  try {
    localStorage.setItem(KEY, JSON.stringify(saved));
  } catch { /* as above */ }
  document.dispatchEvent(new Event("saved:changed"));
}

async function tell(message) {
  if (worker) (await worker.ready).active.postMessage(message);
}

// Once for each page that is open.
function count(use, of) {
  if (!of || counted.has(use + of) || !navigator.sendBeacon) return;
  counted.add(use + of);
  navigator.sendBeacon(counter, new URLSearchParams({ use, of }));
}

function show() {
  const saved = read(), count = document.getElementById("saved-count");
  count.textContent = ` (${saved.length})`;
  count.hidden = !saved.length;
  for (const box of document.querySelectorAll("[data-save]")) {
    box.checked = saved.some(({ id }) => id === box.dataset.save);
    // No room for more: nothing that would fall out unseen.
    box.disabled = !box.checked && saved.length >= MOST;
  }
}

document.addEventListener("change", ({ target }) => {
  const id = target.dataset.save;
  if (!id) return;
  // On a card, or on the page of the service.
  const link = target.closest(".card")?.querySelector(".card-name a");
  const href = link?.pathname ?? location.pathname;
  const name = (link ?? document.querySelector("h1")).textContent.trim();
  write([...read().filter((one) => one.id !== id), ...(target.checked ? [{ id, href, name }] : [])]);
  tell(target.checked ? { save: href } : { forget: href });
  if (target.checked) count("saved", `service-${id}`);
});

document.addEventListener("click", ({ target }) => {
  const link = target.closest("a[href]");
  if (link && link.host !== location.host) count("contacted", link.closest("[data-used]")?.dataset.used);
  const drop = target.closest("[data-drop]")?.dataset.drop;
  if (drop) {
    const saved = read(), gone = saved.find(({ id }) => id === drop);
    write(saved.filter((one) => one !== gone));
    if (gone) tell({ forget: gone.href });
  }
  if (target.closest("[data-print]")) print();
  const clear = target.closest("[data-clear]");
  if (clear && confirm(clear.dataset.clear)) forgetAll(clear);
});

async function forgetAll(button) {
  for (const storage of ["localStorage", "sessionStorage"]) {
    try {
      window[storage].clear();
    } catch { /* as above */ }
  }
  if ("caches" in window) for (const name of await caches.keys()) await caches.delete(name);
  const told = button.parentElement.querySelector("[data-cleared]");
  told.textContent = told.dataset.cleared;
  document.dispatchEvent(new Event("saved:changed"));
}

async function register() {
  const isFirst = !worker.controller;
  await worker.register(address, { updateViaCache: "none" });
  // The page that brings the worker came before it.
  if (isFirst) await tell({ here: location.pathname, keep: Boolean(document.querySelector(".service-tools [data-save]")) });
}

// Paper says when it was printed, too: the page may have been open for days.
addEventListener("beforeprint", () => {
  const said = document.querySelector("[data-printed]"), { lang } = document.documentElement;
  const locale = { fi: "fi-FI", sv: "sv-FI", en: "en-GB" }[lang], month = lang === "en" ? "long" : "numeric";
  const day = new Date().toLocaleDateString(locale, { day: "numeric", month, year: "numeric" });
  if (said) said.textContent = said.dataset.printed.replace("{day}", day);
});

for (const change of ["saved:changed", "results:changed"]) document.addEventListener(change, show);
for (const change of ["storage", "pageshow"]) addEventListener(change, show);
show();
// After all that the page itself needs; where a browser forbids it, the site works as ever. Who fills in a form has no
// use for copies of pages.
if (worker && !document.querySelector("form[data-keep]")) addEventListener("load", () => register().catch(() => {}));
