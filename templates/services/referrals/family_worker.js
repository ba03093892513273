// Service worker of the family's page, for addresses below /o/; see services/referrals/family_offline.py.
// Pages come from the network; without one, the copy is shown and says so. `family` holds pages and their files.
const CACHE = "family";
const FILES = /(?:href|src)="(\/[^"]+\.(?:css|js|svg))"/g;
const listOf = (pathname) => pathname.match(/^\/o\/[^/]+\//)?.[0];
const pathOf = ({ url }) => new URL(url).pathname;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(clients.claim()));

// The first page was loaded before the worker was active. It comes from the browser's cache, not from the network.
self.addEventListener("message", (event) => {
  const { keep } = event.data;
  if (keep) event.waitUntil(fetch(keep, { cache: "force-cache" }).then((response) => update(response, new URL(keep, location.origin))));
});

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event, url));
  else if (request.method === "GET") event.respondWith(fetch(request).catch(() => storedFile(url)));
});

async function page(event, url) {
  const { request } = event, { pathname } = url;
  let response;
  if (isUnkeep(url)) await forget(pathname);
  try {
    response = await fetch(request);
  } catch {
    return (await copyOf(pathname, request.method)) ?? Response.error();
  }
  // A page with an answer on it is not kept.
  if (request.method === "GET" || response.status === 404) event.waitUntil(update(response.clone(), url));
  return response;
}

// Store or delete, as the server says; copies of lists that have ended go in any case.
async function update(response, url) {
  const { pathname } = url, isGone = [404, 410].includes(response.status);
  if (response.ok && response.headers.has("Offline-Copy")) await store(response, pathname);
  // A copy that was asked for stays until it is no longer wanted.
  else if (response.ok && !isUnkeep(url) && (await wasAsked(pathname))) await store(await fetch(`${pathname}?keep=1`), pathname);
  else if (isGone || response.ok) await forget(pathname);
  await remove((_path, copy) => hasEnded(copy));
}

const isUnkeep = ({ search }) => search === "?keep=0";
const forget = (pathname) => remove((path) => path.startsWith(listOf(pathname)));

async function wasAsked(pathname) {
  if (!(await caches.has(CACHE))) return false;
  const cache = await caches.open(CACHE);
  for (const key of await cache.keys()) {
    if (pathOf(key).startsWith(listOf(pathname)) && (await cache.match(key)).headers.get("Offline-Copy") === "asked") return true;
  }
  return false;
}

const hasEnded = (copy) => new Date(copy.headers.get("Offline-Copy-Until")) < new Date();

async function store(response, pathname) {
  const text = await response.text(), cache = await caches.open(CACHE);
  for (const [, file] of text.matchAll(FILES)) {
    if (await cache.match(file)) continue;
    const answer = await fetch(file, { cache: "force-cache" });
    if (answer.ok) await cache.put(file, answer);
  }
  const headers = new Headers(response.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name); // they describe the encoded response
  await cache.put(pathname, new Response(text, { headers }));
}

// Delete pages; with the last page everything goes.
async function remove(isUnwanted) {
  if (!(await caches.has(CACHE))) return;
  const cache = await caches.open(CACHE);
  let isEmpty = true;
  for (const key of await cache.keys()) {
    if (!listOf(pathOf(key))) continue;
    if (isUnwanted(pathOf(key), await cache.match(key))) await cache.delete(key);
    else isEmpty = false;
  }
  if (isEmpty) await caches.delete(CACHE);
}

// The page in this language, else in another one of the same list.
async function copyOf(pathname, method) {
  await remove((_path, copy) => hasEnded(copy));
  if (!(await caches.has(CACHE)) || !listOf(pathname)) return null;
  const cache = await caches.open(CACHE), paths = (await cache.keys()).map(pathOf);
  const wanted = pathname.replace(/\d+\/$/, ""), other = paths.findLast((path) => path.startsWith(listOf(pathname)));
  const copy = (await cache.match(wanted)) ?? (other && (await cache.match(other)));
  if (!copy) return null;
  const state = method === "POST" ? "stored unsent" : "stored";
  return new Response((await copy.text()).replace("<html ", `<html class="${state}" `), { headers: copy.headers });
}

async function storedFile({ pathname }) {
  return ((await caches.has(CACHE)) && (await (await caches.open(CACHE)).match(pathname))) || Response.error();
}
