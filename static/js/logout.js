// Delete unsaved drafts from the device on logout, as computers are shared.
document.getElementById("leave").addEventListener("submit", () => {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith("unsent:")) localStorage.removeItem(key);
  } catch { /* storage is unavailable */ }
});
