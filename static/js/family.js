// The family's page works without a network once it was opened: a worker keeps a copy until the list ends.
const RETRY_MS = 3000;
const { worker: workerUrl } = document.querySelector("script[data-worker]").dataset;
// An answer has the number of its service behind the address of the page.
const page = location.pathname.replace(/\d+\/$/, "");

async function keepCopy() {
  const registration = await navigator.serviceWorker.register(workerUrl, { updateViaCache: "none" });
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  // `serviceWorker.ready` may be the worker of the site.
  while (worker.state !== "activated") await new Promise((resolve) => worker.addEventListener("statechange", resolve, { once: true }));
  worker.postMessage({ keep: page + location.search });
}

// The network is back when the site answers. Only GET comes from the copies.
async function comeBack() {
  const isBack = navigator.onLine && (await fetch(page, { method: "HEAD" }).catch(() => null));
  if (!isBack) return;
  if (page === location.pathname) location.reload(); // stays where it was read
  else location.replace(page + location.hash);
}

if (document.documentElement.classList.contains("stored")) setInterval(comeBack, RETRY_MS);
else if ("serviceWorker" in navigator) addEventListener("load", () => keepCopy().catch(() => {}));
