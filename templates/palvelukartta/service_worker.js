// The service worker. The server writes a line before it: SITE, with addresses and sentences by language.
// Pages come from the network always; only when there is none, a copy, which says that it is one. A page is kept only
// if the server lets it be (`Offline-Copy`): public, and as it is for those who have not signed in.
const FILES = `files-${SITE.version}`, SHELL = `shell-${SITE.version}`, SEEN = "seen", SAVED = "saved";
const MOST_FILES = 60, MOST_SEEN = 20;
const DAY = 24 * 60 * 60 * 1000, SHELL_DAYS = 7, SEEN_DAYS = 30;
const HASHED = /\.[0-9a-f]{12}\.\w+$/;
const LOCALES = { fi: "fi-FI", sv: "sv-FI", en: "en-GB" };

const byLanguage = (url) => SITE.languages[url.pathname.split("/")[1]];
const isClosed = (url) => Object.values(SITE.languages).some(({ closed }) => url.pathname.startsWith(closed));
const isFile = (url) => url.pathname.startsWith(SITE.static) && HASHED.test(url.pathname);
const isAllowed = (answer) => answer.ok && answer.headers.get("Offline-Copy") === "allowed";
const storedAt = (copy) => new Date(copy.headers.get("Stored-At") ?? 0);
const age = (copy) => (Date.now() - storedAt(copy)) / DAY;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

async function takeOver() {
  const current = [FILES, SHELL, SEEN, SAVED];
  await Promise.all((await caches.keys()).filter((name) => !current.includes(name)).map((name) => caches.delete(name)));
  await registration.navigationPreload?.enable();
  await clients.claim();
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (isFile(url)) event.respondWith(file(event));
  else if (event.request.mode !== "navigate") return;
  else event.respondWith(byLanguage(url) && !isClosed(url) ? page(event, url) : fromNetwork(event));
});

// The browser has asked for the page already: to ask twice would use up what is good for once, such as a code to log in.
const fromNetwork = async (event) => (await event.preloadResponse) ?? fetch(event.request);

// A page of this site says what it is, what is saved and what no longer is.
self.addEventListener("message", (event) => {
  const { here, keep, save, forget } = event.data;
  if (here) event.waitUntil(Promise.resolve(keep && fetchAndKeep(here)).then(() => prepare(new URL(here, location))));
  if (save) event.waitUntil(saveCopy(save));
  if (forget) event.waitUntil(caches.open(SAVED).then((saved) => saved.delete(forget)));
});

async function page(event, url) {
  let answer;
  try {
    answer = await fromNetwork(event);
  } catch {
    return (await copyOf(url)) ?? (await shell(url)) ?? Response.error();
  }
  const kept = isAllowed(answer) ? keep(answer.clone(), url) : Promise.resolve();
  event.waitUntil(kept.then(() => prepare(url)));
  return answer;
}

// What stands behind an address with a hash never changes.
async function file(event) {
  const { request } = event;
  const kept = await caches.match(request, { cacheName: FILES });
  if (kept) return kept;
  try {
    const answer = await fetch(request);
    if (answer.ok) event.waitUntil(keepFile(request, answer.clone()));
    return answer;
  } catch (problem) {
    // An older copy of a page asks for files as they were called then.
    const called = (address) => new URL(address).pathname.replace(HASHED, "");
    const alike = (await (await caches.open(FILES)).keys()).find(({ url }) => called(url) === called(request.url));
    if (alike) return caches.match(alike, { cacheName: FILES });
    throw problem;
  }
}

async function keepFile(request, answer) {
  const files = await caches.open(FILES);
  await files.put(request, answer);
  await trim(files, MOST_FILES);
}

// The oldest go first.
async function trim(cache, most) {
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - most)).map((key) => cache.delete(key)));
}

async function keep(answer, { pathname }) {
  const text = await answer.text();
  await keepFilesOf(text); // first: a copy without its files would be half a page
  const headers = new Headers(answer.headers);
  headers.set("Stored-At", new Date().toISOString());
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name); // of what came over the wire
  const copy = () => new Response(text, { headers });
  const { offline, saved: list } = byLanguage(new URL(pathname, location));
  if (pathname === offline || pathname === list) {
    await (await caches.open(SHELL)).put(pathname, copy());
  } else {
    const seen = await caches.open(SEEN), saved = await caches.open(SAVED);
    if (await saved.match(pathname)) await saved.put(pathname, copy());
    await seen.delete(pathname); // so that it comes last
    await seen.put(pathname, copy());
    await trim(seen, MOST_SEEN);
  }
}

// The browser has them already: this asks nothing from the network.
async function keepFilesOf(text) {
  await keepFiles([...text.matchAll(/(?:href|src)="([^"]+\.(?:css|js|svg))"/g)].map(([, address]) => address));
}

async function keepFiles(addresses) {
  for (const url of addresses.map((address) => new URL(address, location)).filter(isFile)) {
    if (await caches.match(url, { cacheName: FILES })) continue;
    const answer = await fetch(url, { cache: "force-cache" });
    if (answer.ok) await keepFile(new Request(url), answer);
  }
}

// As a stranger would get it, whoever has signed in.
async function fetchAndKeep(address) {
  const answer = await fetch(address, { credentials: "omit", headers: { Purpose: "prefetch" } }); // nobody reads it now
  if (isAllowed(answer)) await keep(answer, new URL(answer.url));
  return answer;
}

async function saveCopy(address) {
  const { pathname } = new URL(address, location);
  const seen = (await caches.match(pathname, { cacheName: SEEN })) ?? new Response("");
  await (await caches.open(SAVED)).put(pathname, seen);
  if (!seen.headers.has("Stored-At")) await fetchAndKeep(pathname);
}

// The pages for when there is no network, in the language that is read; looked at anew every week.
async function prepare(url) {
  if (!byLanguage(url)) return;
  for (const address of [byLanguage(url).offline, byLanguage(url).saved]) {
    const kept = await caches.match(address, { cacheName: SHELL });
    if (!kept || age(kept) > SHELL_DAYS) await fetchAndKeep(address);
  }
  await keepFiles(SITE.soon);
  const seen = await caches.open(SEEN);
  for (const key of await seen.keys()) if (age(await seen.match(key)) > SEEN_DAYS) await seen.delete(key);
}

async function shell(url) {
  const kept = await caches.open(SHELL);
  const { offline, saved } = byLanguage(url);
  return kept.match(url.pathname === saved ? saved : offline);
}

async function copyOf(url) {
  const found = [];
  for (const name of [SEEN, SAVED]) {
    const copy = await caches.match(url.pathname, { cacheName: name });
    if (copy?.headers.has("Stored-At")) found.push(copy);
  }
  if (!found.length) return null;
  const copy = found.reduce((one, other) => (storedAt(other) > storedAt(one) ? other : one));
  const { stored, title } = byLanguage(url);
  const said = stored.replace(/{(\w+)}/g, (_all, part) => when(storedAt(copy), url)[part]);
  const text = (await copy.text())
    .replace("<html ", '<html class="stored" ')
    .replace("<title>", `<title>${title} `)
    .replace(/<main[^>]*>/, (main) => `${main}\n<p class="notice notice-stored">${said}</p>`);
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
