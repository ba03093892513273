// The results page: filters in a sheet on a phone, and changes of filters shown at once (htmx).
// Without this file the filters are a plain form that opens beside or above the results.
const form = document.querySelector(".finder");
const panel = document.getElementById("filters");
const fold = document.getElementById("fold");
const sheet = document.getElementById("sheet");
const told = document.getElementById("told");
const wide = matchMedia("(min-width: 60rem)");
const fields = () => document.getElementById("filter-fields");
let group; // of the filters, that holds the control changed last

function settle() {
  if (wide.matches) sheet.close();
  (wide.matches ? panel : sheet.querySelector(".sheet-body")).append(fields());
  panel.open = fold.open = wide.matches;
}

// htmx comes after all that one needs to read the page. It starts by itself only where the page is complete.
const complete = new Promise((done) => {
  if (document.readyState === "complete") done();
  else addEventListener("load", done);
});
const ready = complete.then(() => new Promise((onload, onerror) => {
  document.head.append(Object.assign(document.createElement("script"), { src: form.dataset.htmx, onload, onerror }));
}));
// Who goes back or forward sooner than it is there gets the page anew, as it would do it.
addEventListener("popstate", ({ state }) => state?.htmx && !window.htmx && location.reload());
const narrow = () => ready.then(() => htmx.trigger(form, "narrow"), () => form.requestSubmit());

settle();
wide.addEventListener("change", settle);
document.getElementById("open-filters").addEventListener("click", () => sheet.showModal());
sheet.addEventListener("click", (event) => {
  const away = event.target === sheet; // beside the sheet
  const shown = event.target.closest(".panel-foot button"); // the results are there already
  if (away || shown || event.target.closest("[data-close]")) {
    event.preventDefault();
    sheet.close();
  }
});

form.addEventListener("change", (event) => {
  const { target } = event;
  if (target.form !== form || !target.name || target.id === "q") return;
  group = target.closest("details")?.id;
  narrow();
});

// What may be the beginning of a personal identity code stays in the box, as in the suggestions.
form.addEventListener("htmx:configRequest", ({ detail }) => {
  if (/(\d[\s.]?){6}/.test(detail.parameters.get?.("q") ?? detail.parameters.q)) delete detail.parameters.q;
});

// The menu of orders closes as menus do: on Escape, when the focus leaves it, when something else is pressed.
const open = () => document.querySelector(".sorts[open]");
document.addEventListener("pointerdown", ({ target }) => target.closest(".sorts") || open()?.removeAttribute("open"));
document.addEventListener("focusin", ({ target }) => target.closest(".sorts") || open()?.removeAttribute("open"));
document.addEventListener("keydown", ({ key }) => {
  const menu = key === "Escape" && open();
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

const results = () => document.getElementById("results");
form.addEventListener("htmx:beforeRequest", () => results().setAttribute("aria-busy", "true"));
// Whatever went wrong: the plain form asks again and shows what there is to show, unless the reader goes elsewhere.
let leaving = false;
addEventListener("beforeunload", () => { leaving = true; });
addEventListener("pageshow", () => { leaving = false; });
for (const problem of ["htmx:responseError", "htmx:sendError", "htmx:swapError"]) {
  form.addEventListener(problem, () => leaving || form.submit());
}
// Groups stay as the reader opened them.
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  if (detail.target !== fields()) return;
  for (const details of detail.fragment.querySelectorAll("details")) {
    details.open = document.getElementById(details.id)?.open ?? details.open;
  }
});
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target !== results()) return;
  told.textContent = document.getElementById("found").textContent;
  // A box that is not there any more leaves the focus to its group.
  if (document.activeElement === document.body) document.getElementById(group)?.querySelector("summary")?.focus();
  document.dispatchEvent(new Event("results:changed"));
});
