// Service worker. The server prepends the constant SITE with URLs and texts by language.
// Pages always come from the network; without one, a stored copy is shown and marked as such. Only pages with the
// header `Offline-Copy` are stored: public pages as anonymous visitors see them. Pages that only those who have saved
// them may keep say "saved-only".
const FILES = `files-${SITE.version}`, SHELL = `shell-${SITE.version}`, SEEN = "seen", SAVED = "saved";
// Of the worker of the family's page (services/referrals/family_offline.py).
const FAMILY = "family";
const MAX_FILES = 60, MAX_SEEN = 20;
// A network that takes longer than this counts as none, where there is a copy.
const MAX_WAIT_MS = 10_000;
const DAY = 24 * 60 * 60 * 1000, SHELL_DAYS = 7, SEEN_DAYS = 30;
const HASHED = /\.[0-9a-f]{12}\.\w+$/;
const LOCALES = { fi: "fi-FI", sv: "sv-FI", en: "en-GB" };

const byLanguage = (url) => SITE.languages[url.pathname.split("/")[1]];
const isAdmin = (url) => Object.values(SITE.languages).some(({ admin }) => url.pathname.startsWith(admin));
const isFile = (url) => url.pathname.startsWith(SITE.static) && HASHED.test(url.pathname);
const offlineCopy = (response) => response.ok && response.headers.get("Offline-Copy");
const isSaved = (pathname) => caches.match(pathname, { cacheName: SAVED });
const mayStore = async (response, { pathname }) =>
  offlineCopy(response) === "allowed" || (offlineCopy(response) === "saved-only" && Boolean(await isSaved(pathname)));
const storedAt = (copy) => new Date(copy.headers.get("Stored-At") ?? 0);
const age = (copy) => (Date.now() - storedAt(copy)) / DAY;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

async function takeOver() {
  const current = [FILES, SHELL, SEEN, SAVED, FAMILY];
  await Promise.all((await caches.keys()).filter((name) => !current.includes(name)).map((name) => caches.delete(name)));
  await registration.navigationPreload?.enable();
  await clients.claim();
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (isFile(url)) event.respondWith(file(event));
  else if (event.request.mode !== "navigate") return;
  else event.respondWith(byLanguage(url) && !isAdmin(url) ? page(event, url) : fromNetwork(event));
});

// Use the preloaded response: a second request would consume single-use URLs, such as login codes.
const fromNetwork = async (event) => (await event.preloadResponse) ?? fetch(event.request);

async function fromNetworkInTime(event, url) {
  const response = fromNetwork(event);
  if (!(await copyOf(url))) return response;
  response.catch(() => {}); // may fail after the time is over
  return Promise.race([response, new Promise((_resolve, reject) => setTimeout(reject, MAX_WAIT_MS))]);
}

// Messages from pages: the current page, and services saved or removed.
self.addEventListener("message", (event) => {
  const { page: address, isStorable, save, forget } = event.data;
  if (address) event.waitUntil(Promise.resolve(isStorable && fetchAndStore(address)).then(() => prepare(new URL(address, location))));
  if (save) event.waitUntil(saveCopy(save));
  if (forget) event.waitUntil(caches.open(SAVED).then((saved) => saved.delete(forget)));
});

async function page(event, url) {
  let response;
  try {
    response = await fromNetworkInTime(event, url);
  } catch {
    return (await copyOf(url)) ?? (await shell(url)) ?? Response.error();
  }
  const copy = response.clone();
  event.waitUntil(mayStore(copy, url).then((may) => may && storePage(copy, url)).then(() => prepare(url)));
  return response;
}

// Files with a hash in their name never change.
async function file(event) {
  const { request } = event;
  const cachedFile = await caches.match(request, { cacheName: FILES });
  if (cachedFile) return cachedFile;
  try {
    const response = await fetch(request);
    if (response.ok) event.waitUntil(storeFile(request, response.clone()));
    return response;
  } catch (problem) {
    // Stored pages may refer to older hashes of a file: use the stored version.
    const baseName = (address) => new URL(address).pathname.replace(HASHED, "");
    const otherVersion = (await (await caches.open(FILES)).keys()).find(({ url }) => baseName(url) === baseName(request.url));
    if (otherVersion) return caches.match(otherVersion, { cacheName: FILES });
    throw problem;
  }
}

async function storeFile(request, response) {
  const files = await caches.open(FILES);
  await files.put(request, response);
  await trim(files, MAX_FILES);
}

// Delete the oldest entries.
async function trim(cache, maxEntries) {
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - maxEntries)).map((key) => cache.delete(key)));
}

async function storePage(response, { pathname }) {
  const text = await response.text();
  await storeFilesOf(text); // first, since a copy is useless without its files
  const headers = new Headers(response.headers);
  headers.set("Stored-At", new Date().toISOString());
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name); // they describe the encoded response
  const copy = () => new Response(text, { headers });
  const { offline, saved: list } = byLanguage(new URL(pathname, location));
  if (pathname === offline || pathname === list) {
    await (await caches.open(SHELL)).put(pathname, copy());
  } else {
    const seen = await caches.open(SEEN);
    if (await isSaved(pathname)) await (await caches.open(SAVED)).put(pathname, copy());
    await seen.delete(pathname); // so that it becomes the newest entry
    if (offlineCopy(response) === "allowed") await seen.put(pathname, copy());
    await trim(seen, MAX_SEEN);
  }
}

// Served from the HTTP cache, without network requests.
async function storeFilesOf(text) {
  await storeFiles([...text.matchAll(/(?:href|src)="([^"]+\.(?:css|js|svg))"/g)].map(([, address]) => address));
}

async function storeFiles(addresses) {
  for (const url of addresses.map((address) => new URL(address, location)).filter(isFile)) {
    if (await caches.match(url, { cacheName: FILES })) continue;
    const response = await fetch(url, { cache: "force-cache" });
    if (response.ok) await storeFile(new Request(url), response);
  }
}

// Fetch without cookies, as an anonymous visitor.
async function fetchAndStore(address) {
  const response = await fetch(address, { credentials: "omit", headers: { Purpose: "prefetch" } }); // excluded from usage counts
  const url = new URL(response.url);
  if (await mayStore(response, url)) await storePage(response, url);
  return response;
}

async function saveCopy(address) {
  const { pathname } = new URL(address, location);
  const seen = (await caches.match(pathname, { cacheName: SEEN })) ?? new Response("");
  await (await caches.open(SAVED)).put(pathname, seen);
  if (!seen.headers.has("Stored-At")) await fetchAndStore(pathname);
}

// Store the offline and saved pages in the current language, refreshed weekly, and delete old copies.
async function prepare(url) {
  if (!byLanguage(url)) return;
  for (const address of [byLanguage(url).offline, byLanguage(url).saved]) {
    const copy = await caches.match(address, { cacheName: SHELL });
    if (!copy || age(copy) > SHELL_DAYS) await fetchAndStore(address);
  }
  await storeFiles(SITE.prefetched);
  const seen = await caches.open(SEEN);
  for (const key of await seen.keys()) if (age(await seen.match(key)) > SEEN_DAYS) await seen.delete(key);
  if (await caches.has(FAMILY)) await deleteEnded(await caches.open(FAMILY));
}

// Only pages have the header; the worker of the family's page may not run again.
async function deleteEnded(family) {
  for (const key of await family.keys()) {
    const end = (await family.match(key)).headers.get("Offline-Copy-Until");
    if (end && new Date(end) < new Date()) await family.delete(key);
  }
}

async function shell(url) {
  const cache = await caches.open(SHELL);
  const { offline, saved } = byLanguage(url);
  return cache.match(url.pathname === saved ? saved : offline);
}

async function copyOf(url) {
  const copies = [];
  for (const name of [SEEN, SAVED]) {
    const copy = await caches.match(url.pathname, { cacheName: name });
    if (copy?.headers.has("Stored-At")) copies.push(copy);
  }
  if (!copies.length) return null;
  const copy = copies.reduce((newest, other) => (storedAt(other) > storedAt(newest) ? other : newest));
  const { stored, title } = byLanguage(url);
  const notice = stored.replace(/{(\w+)}/g, (_all, part) => when(storedAt(copy), url)[part]);
  const text = (await copy.text())
    .replace("<html ", '<html class="stored" ')
    .replace("<title>", `<title>${title} `)
    .replace(/<main[^>]*>/, (main) => `${main}\n<p class="notice notice-stored">${notice}</p>`);
  return new Response(text, { headers: copy.headers });
}

function when(date, url) {
  const language = url.pathname.split("/")[1], locale = LOCALES[language];
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  const month = language === "en" ? "long" : "numeric";
  return {
    day: date.toLocaleDateString(locale, { day: "numeric", month, year }),
    time: date.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" }),
  };
}
