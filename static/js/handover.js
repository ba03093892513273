// Copying and the device's own share sheet.
const status = document.querySelector("[data-copied]"), share = document.querySelector("[data-share]");
const text = document.getElementById("handover-text");

document.addEventListener("click", async ({ target }) => {
  const source = target.closest("[data-copy]")?.dataset.copy;
  if (!source) return;
  const field = document.getElementById(source);
  try {
    await navigator.clipboard.writeText(field.value);
    status.textContent = status.dataset.copied;
  } catch {
    status.textContent = status.dataset.notCopied;
    text.select();
  }
});

if (share && navigator.share) {
  share.hidden = false;
  share.addEventListener("click", () => navigator.share({ text: text.value }).catch(() => {})); // closed without sharing
}
