// Results page: filters in a sheet on narrow screens, and immediate updates when they change (htmx).
// Without this file, the filters are a plain form beside or above the results.
const form = document.querySelector(".finder");
const panel = document.getElementById("filters");
const fold = document.getElementById("fold");
const sheet = document.getElementById("sheet");
const announcer = document.getElementById("results-status");
const wide = matchMedia("(min-width: 60rem)");
const fields = () => document.getElementById("filter-fields");
let group; // id of the filter group with the control changed last

function placeFilters() {
  if (wide.matches) sheet.close();
  (wide.matches ? panel : sheet.querySelector(".sheet-body")).append(fields());
  panel.open = fold.open = wide.matches;
}

// Load htmx after the page itself. It initialises only if the document is complete.
const complete = new Promise((resolve) => {
  if (document.readyState === "complete") resolve();
  else addEventListener("load", resolve);
});
const ready = complete.then(() => new Promise((onload, onerror) => {
  document.head.append(Object.assign(document.createElement("script"), { src: form.dataset.htmx, onload, onerror }));
}));
// On back or forward before htmx has loaded, reload the page, as htmx would.
addEventListener("popstate", ({ state }) => state?.htmx && !window.htmx && location.reload());
const applyFilters = () => ready.then(() => htmx.trigger(form, "narrow"), () => form.requestSubmit());

placeFilters();
wide.addEventListener("change", placeFilters);
document.getElementById("open-filters").addEventListener("click", () => sheet.showModal());
sheet.addEventListener("click", (event) => {
  const isBackdrop = event.target === sheet; // on the backdrop
  const isShowButton = event.target.closest(".panel-foot button"); // results are up to date already
  if (isBackdrop || isShowButton || event.target.closest("[data-close]")) {
    event.preventDefault();
    sheet.close();
  }
});

form.addEventListener("change", (event) => {
  const { target } = event;
  if (target.form !== form || !target.name || target.id === "q") return;
  group = target.closest("details")?.id;
  applyFilters();
});

// Never send what may be the beginning of a personal identity code (as in suggest.js).
form.addEventListener("htmx:configRequest", ({ detail }) => {
  if (/(\d[\s.]?){6}/.test(detail.parameters.get?.("q") ?? detail.parameters.q)) delete detail.parameters.q;
});

// Close the sort menu on Escape, when it loses focus, and on a press outside.
const openMenu = () => document.querySelector(".sorts[open]");
document.addEventListener("pointerdown", ({ target }) => target.closest(".sorts") || openMenu()?.removeAttribute("open"));
document.addEventListener("focusin", ({ target }) => target.closest(".sorts") || openMenu()?.removeAttribute("open"));
document.addEventListener("keydown", ({ key }) => {
  const menu = key === "Escape" && openMenu();
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

const results = () => document.getElementById("results");
form.addEventListener("htmx:beforeRequest", () => results().setAttribute("aria-busy", "true"));
// On any error, submit the plain form, unless the page is being left.
let leaving = false;
addEventListener("beforeunload", () => { leaving = true; });
addEventListener("pageshow", () => { leaving = false; });
for (const problem of ["htmx:responseError", "htmx:sendError", "htmx:swapError"]) {
  form.addEventListener(problem, () => leaving || form.submit());
}
// Keep groups open or closed as the user left them.
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  if (detail.target !== fields()) return;
  for (const details of detail.fragment.querySelectorAll("details")) {
    details.open = document.getElementById(details.id)?.open ?? details.open;
  }
});
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target !== results()) return;
  announcer.textContent = document.getElementById("found").textContent;
  // If the focused control was removed, focus its group.
  if (document.activeElement === document.body) document.getElementById(group)?.querySelector("summary")?.focus();
  document.dispatchEvent(new Event("results:changed"));
});
