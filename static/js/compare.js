// Keeps services selected for comparison in this tab across pages. Without this file, check boxes and a button work.
const KEY = "compare", MOST = 4;
const bar = document.getElementById("compare");
const page = document.querySelector("[data-compared]");

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? [];
  } catch {
    return []; // storage is unavailable: only the check boxes count
  }
}

function write(chosen) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(chosen));
  } catch { /* as above */ }
}

if (page) write(page.dataset.compared.split(" ").filter(Boolean));

if (bar) {
  const status = bar.querySelector("[aria-live]");
  const boxes = () => [...document.querySelectorAll("input[name=s][form=compare]")];

  const show = () => {
    const chosen = read();
    for (const box of boxes()) box.checked = chosen.includes(box.value);
    bar.dataset.chosen = chosen.length;
    bar.querySelector("[data-count]").textContent = `(${chosen.length})`;
  };

  document.addEventListener("change", ({ target }) => {
    if (target.name !== "s" || target.form !== bar) return;
    const others = read().filter((id) => id !== target.value);
    status.textContent = target.checked && others.length >= MOST ? status.dataset.limit : "";
    write([...others, ...(target.checked ? [target.value] : [])].slice(0, MOST));
    show();
  });
  bar.addEventListener("reset", () => {
    write([]);
    status.textContent = "";
    boxes()[0]?.focus(); // the bar is hidden together with the focused button
    setTimeout(show);
  });
  // Submit all selected services, including those of other pages.
  bar.addEventListener("formdata", ({ formData }) => {
    formData.delete("s");
    for (const id of read()) formData.append("s", id);
  });
  document.addEventListener("results:changed", show);
  addEventListener("pageshow", show);
  show();
}
