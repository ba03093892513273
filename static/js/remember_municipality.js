// Remembers the municipality on this device, only if the box is ticked; it is sent only as part of a search.
const KEY = "municipality";
const box = document.getElementById("remember");
const select = document.getElementById("municipality");

function storedCode() {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return ""; // storage is unavailable
  }
}

function storeCode() {
  try {
    if (box.checked && select.value) localStorage.setItem(KEY, select.value);
    else localStorage.removeItem(KEY);
  } catch { /* as above */ }
}

// Whether the search was started without a municipality: it was not removed by the user, and this is no reload.
function isNewSearch() {
  const filterForm = select.closest(".finder");
  if (!filterForm) return true;
  const url = new URL(location.href), referrer = document.referrer && new URL(document.referrer);
  const isContinued = referrer && referrer.origin === url.origin && referrer.pathname === url.pathname;
  const [visit] = performance.getEntriesByType("navigation");
  return !("placed" in filterForm.dataset) && !url.searchParams.has("municipality") && !isContinued && visit?.type === "navigate";
}

function restoreMunicipality() {
  if (!storedCode() || select.value || !isNewSearch()) return;
  select.value = storedCode();
  if (select.closest(".finder")) select.dispatchEvent(new Event("change", { bubbles: true }));
}

if (box && select) {
  box.checked = Boolean(storedCode());
  box.addEventListener("change", storeCode);
  select.addEventListener("change", () => box.checked && select.value && storeCode());
  document.addEventListener("DOMContentLoaded", restoreMunicipality); // after filters.js has added its listeners
}
