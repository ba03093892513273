// Lists the pages stored on this device, the most recent first.
const section = document.getElementById("kept-pages"), list = section.querySelector("ul");
const emptyNotice = document.getElementById("kept-none"), retryLink = document.querySelector("[data-again]");
const LOCALES = { fi: "fi-FI", sv: "sv-FI", en: "en-GB" };

async function storedPages() {
  const copies = new Map();
  if (!("caches" in window)) return [];
  for (const name of ["seen", "saved"]) {
    if (!(await caches.has(name))) continue;
    const cache = await caches.open(name);
    for (const { url } of await cache.keys()) {
      const copy = await cache.match(url), stored = copy.headers.get("Stored-At");
      if (!stored || !copy.headers.has("Offline-Copy") || copies.get(url)?.stored >= stored) continue;
      const page = new DOMParser().parseFromString(await copy.text(), "text/html");
      copies.set(url, { url, stored, name: page.querySelector("h1").textContent, lang: page.documentElement.lang });
    }
  }
  return [...copies.values()].sort((copy, other) => (copy.stored < other.stored ? 1 : -1));
}

function pageItem({ url, stored, name, lang }) {
  const item = document.createElement("li"), link = document.createElement("a"), hint = document.createElement("span");
  const language = document.documentElement.lang, locale = LOCALES[language], date = new Date(stored);
  const day = date.toLocaleDateString(locale, { day: "numeric", month: language === "en" ? "long" : "numeric", year: "numeric" });
  const time = date.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
  Object.assign(link, { href: url, textContent: name, lang, hreflang: lang });
  hint.className = "hint";
  hint.textContent = ` ${list.dataset.text.replace("{day}", day).replace("{time}", time)}`;
  item.append(link, hint);
  return item;
}

async function render() {
  const rows = (await storedPages().catch(() => [])).map(pageItem);
  list.replaceChildren(...rows);
  section.hidden = !rows.length;
  if (emptyNotice) emptyNotice.hidden = rows.length > 0;
}

document.addEventListener("saved:changed", render);
// When the network is back, reload the requested page, unless the reader is on the way to another.
if (retryLink) {
  let isLeaving = false;
  addEventListener("beforeunload", () => { isLeaving = true; });
  addEventListener("online", () => isLeaving || location.reload());
}
render();
