// What is typed into the form of a record stays on this device until the server has it: the network may break, the
// login may end. Kept by person and page, for two days; what other people left on this device is thrown away, as
// computers are shared. Nothing of it is sent but by the form, and it comes back only when somebody asks for it.
const form = document.querySelector("form[data-keep]"), notice = document.getElementById("kept");
const mine = `unsent:${form?.dataset.keep}:`, KEY = mine + location.pathname, LONGEST = 2 * 24 * 3600 * 1000;
let timer;

// [name, value] of all that the form would send, but what belongs to the visit.
const typed = () => [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
const plain = (pairs) => JSON.stringify(pairs.filter(([name]) => !["base", "seen"].includes(name))
  .map(([name, value]) => [name, value.replaceAll("\r\n", "\n").trim()]).filter(([, value]) => value).sort());

function read() {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith("unsent:") && !key.startsWith(mine)) localStorage.removeItem(key);
    }
    const kept = JSON.parse(localStorage.getItem(KEY));
    return kept && Date.now() - kept.at < LONGEST ? kept : null;
  } catch {
    return null; // storage is closed
  }
}

function write(sent = false) {
  clearTimeout(timer);
  timer = undefined;
  try {
    localStorage.setItem(KEY, JSON.stringify({ at: Date.now(), typed: typed(), sent }));
  } catch { /* as above */ }
}

function forget() {
  try {
    localStorage.removeItem(KEY);
  } catch { /* as above */ }
  notice.hidden = true;
}

function restore({ typed: pairs }) {
  const values = Map.groupBy ? Map.groupBy(pairs, ([name]) => name) : new Map();
  if (!Map.groupBy) for (const pair of pairs) values.set(pair[0], [...(values.get(pair[0]) ?? []), pair]);
  for (const field of form.elements) {
    if (!field.name || field.type === "submit" || field.name === "csrfmiddlewaretoken") continue;
    const given = (values.get(field.name) ?? []).map(([, value]) => value);
    if (["checkbox", "radio"].includes(field.type)) field.checked = given.includes(field.value);
    else field.value = given[0] ?? "";
  }
  document.dispatchEvent(new Event("editing:filled"));
  notice.hidden = true;
}

// What has arrived: the page shows the same, or says that what was sent was published.
function sweep(asServed) {
  const arrived = Boolean(document.querySelector(".notice-good"));
  try {
    for (const key of Object.keys(localStorage).filter((one) => one.startsWith("unsent:"))) {
      const kept = JSON.parse(localStorage.getItem(key));
      if ((arrived && kept.sent) || plain(kept.typed ?? []) === asServed) localStorage.removeItem(key);
    }
  } catch { /* as above */ }
}

function start() {
  const asServed = plain(typed());
  // What was sent back to be corrected is on no server yet.
  const unsaved = "unsaved" in form.dataset;
  if (unsaved) write();
  else sweep(asServed);
  const kept = unsaved ? null : read();
  if (kept) {
    const { lang } = document.documentElement, month = lang === "en" ? "long" : "numeric";
    notice.querySelector("[data-when]").textContent = new Date(kept.at).toLocaleString(
      { fi: "fi-FI", sv: "sv-FI", en: "en-GB" }[lang],
      { day: "numeric", month, year: "numeric", hour: "2-digit", minute: "2-digit" },
    );
    notice.hidden = false;
    notice.querySelector("[data-restore]").addEventListener("click", () => restore(kept));
    notice.querySelector("[data-forget]").addEventListener("click", forget);
  }
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(write, 400);
  });
  addEventListener("pagehide", () => timer && write());
  form.addEventListener("submit", () => {
    if (unsaved || plain(typed()) !== asServed) write(true); // until the next page shows that it has arrived
  });
}

if (form) start();
else sweep();
