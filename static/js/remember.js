// The municipality of this device, kept only if the reader ticks the box and never sent anywhere but in a search.
const KEY = "municipality";
const box = document.getElementById("remember");
const select = document.getElementById("municipality");

function kept() {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return ""; // storage is closed
  }
}

function keep() {
  try {
    if (box.checked && select.value) localStorage.setItem(KEY, select.value);
    else localStorage.removeItem(KEY);
  } catch { /* as above */ }
}

// A search that somebody began without a municipality; not one from which it was taken away, and no reload.
function isFresh() {
  const finder = select.closest(".finder");
  if (!finder) return true;
  const here = new URL(location.href), from = document.referrer && new URL(document.referrer);
  const goesOn = from && from.origin === here.origin && from.pathname === here.pathname;
  const [visit] = performance.getEntriesByType("navigation");
  return !("placed" in finder.dataset) && !here.searchParams.has("municipality") && !goesOn && visit?.type === "navigate";
}

function apply() {
  if (!kept() || select.value || !isFresh()) return;
  select.value = kept();
  if (select.closest(".finder")) select.dispatchEvent(new Event("change", { bubbles: true }));
}

if (box && select) {
  box.checked = Boolean(kept());
  box.addEventListener("change", keep);
  select.addEventListener("change", () => box.checked && select.value && keep());
  document.addEventListener("DOMContentLoaded", apply); // when the results listen
}
