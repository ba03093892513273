// Leaves the site at once: by the button, or by Escape three times within five seconds. The other page takes the place of
// this one in the history. Without this file the button is a link.
const PRESSES = 3, WITHIN_MS = 5000;
const button = () => document.querySelector("[data-quick-exit]"); // results that are updated bring another one
let presses = [];

function leave(address) {
  // The other page may take a while to come.
  document.title = "";
  document.body.replaceChildren();
  location.replace(address);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-quick-exit]");
  if (!link) return;
  event.preventDefault();
  leave(link.href);
});

// Before menus and sheets, which close on Escape.
addEventListener("keydown", ({ key, timeStamp }) => {
  presses = key === "Escape" ? [...presses.filter((before) => timeStamp - before < WITHIN_MS), timeStamp] : [];
  if (presses.length >= PRESSES && button()) leave(button().href);
}, true);
