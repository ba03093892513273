// Keeps drafts of record forms on this device until the server has saved them, in case the network fails or the session
// ends. Drafts are stored by user and page for two days. Drafts of other users are deleted, as computers are shared.
// They are restored only on request.
const form = document.querySelector("form[data-keep]"), notice = document.getElementById("kept");
const prefix = `unsent:${form?.dataset.keep}:`, KEY = prefix + location.pathname, MAX_AGE_MILLISECONDS = 2 * 24 * 3600 * 1000;
let timer;

// [name, value] pairs of the form, without the CSRF token.
const formPairs = () => [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
const normalise = (pairs) => JSON.stringify(pairs.filter(([name]) => !["base", "published_base"].includes(name))
  .map(([name, value]) => [name, value.replaceAll("\r\n", "\n").trim()]).filter(([, value]) => value).sort());

function read() {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith("unsent:") && !key.startsWith(prefix)) localStorage.removeItem(key);
    }
    const draft = JSON.parse(localStorage.getItem(KEY));
    return draft && Date.now() - draft.at < MAX_AGE_MILLISECONDS ? draft : null;
  } catch {
    return null; // storage is unavailable
  }
}

function write(sent = false) {
  clearTimeout(timer);
  timer = undefined;
  try {
    localStorage.setItem(KEY, JSON.stringify({ at: Date.now(), typed: formPairs(), sent }));
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
    const fieldValues = (values.get(field.name) ?? []).map(([, value]) => value);
    if (["checkbox", "radio"].includes(field.type)) field.checked = fieldValues.includes(field.value);
    else field.value = fieldValues[0] ?? "";
  }
  document.dispatchEvent(new Event("editing:filled"));
  notice.hidden = true;
}

// Delete drafts that were saved: the page shows the same values or a success message.
function deleteSavedDrafts(initialValues) {
  const isSaved = Boolean(document.querySelector(".notice-good"));
  try {
    for (const key of Object.keys(localStorage).filter((key) => key.startsWith("unsent:"))) {
      const draft = JSON.parse(localStorage.getItem(key));
      if ((isSaved && draft.sent) || normalise(draft.typed ?? []) === initialValues) localStorage.removeItem(key);
    }
  } catch { /* as above */ }
}

function start() {
  const initialValues = normalise(formPairs());
  // A form returned with errors has not been saved yet.
  const unsaved = "unsaved" in form.dataset;
  if (unsaved) write();
  else deleteSavedDrafts(initialValues);
  const draft = unsaved ? null : read();
  if (draft) {
    const { lang } = document.documentElement, month = lang === "en" ? "long" : "numeric";
    notice.querySelector("[data-when]").textContent = new Date(draft.at).toLocaleString(
      { fi: "fi-FI", sv: "sv-FI", en: "en-GB" }[lang],
      { day: "numeric", month, year: "numeric", hour: "2-digit", minute: "2-digit" },
    );
    notice.hidden = false;
    notice.querySelector("[data-restore]").addEventListener("click", () => restore(draft));
    notice.querySelector("[data-forget]").addEventListener("click", forget);
  }
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(write, 400);
  });
  addEventListener("pagehide", () => timer && write());
  form.addEventListener("submit", () => {
    if (unsaved || normalise(formPairs()) !== initialValues) write(true); // deleted when the next page confirms that it was saved
  });
}

if (form) start();
else deleteSavedDrafts();
