// The family's page works without a network once it was opened: a worker keeps a copy until the list ends.
const { worker } = document.querySelector("script[data-worker]").dataset;
const { classList } = document.documentElement;
// An answer has the number of its service behind the address of the page.
const page = location.pathname.replace(/\d+\/$/, "");

async function keepCopy() {
  await navigator.serviceWorker.register(worker, { updateViaCache: "none" });
  const registration = await navigator.serviceWorker.getRegistration(worker);
  const active = registration.active ?? (await activeWorker(registration.installing ?? registration.waiting));
  active.postMessage({ keep: page });
}

// `serviceWorker.ready` may be the worker of the site.
const activeWorker = (starting) => new Promise((resolve) => {
  starting.addEventListener("statechange", () => starting.state === "activated" && resolve(starting));
});

if (classList.contains("stored")) addEventListener("online", () => location.replace(page));
else if ("serviceWorker" in navigator) addEventListener("load", () => keepCopy().catch(() => {}));
