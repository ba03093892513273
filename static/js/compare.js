// Keeps services selected for comparison in this tab across pages. Without this file, check boxes and a button work.
const KEY = "compare", MAX_SELECTED = 4;
const bar = document.getElementById("compare");
const page = document.querySelector("[data-compared]");

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? [];
  } catch {
    return []; // storage is unavailable: only the check boxes count
  }
}

function write(selectedIds) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(selectedIds));
  } catch { /* as above */ }
}

if (page) write(page.dataset.compared.split(" ").filter(Boolean));

if (bar) {
  const status = bar.querySelector("[aria-live]");
  const boxes = () => [...document.querySelectorAll("input[name=s][form=compare]")];

  const render = () => {
    const selectedIds = read();
    for (const box of boxes()) box.checked = selectedIds.includes(box.value);
    bar.dataset.chosen = selectedIds.length;
    bar.querySelector("[data-count]").textContent = `(${selectedIds.length})`;
  };

  document.addEventListener("change", ({ target }) => {
    if (target.name !== "s" || target.form !== bar) return;
    const others = read().filter((id) => id !== target.value);
    status.textContent = target.checked && others.length >= MAX_SELECTED ? status.dataset.limit : "";
    write([...others, ...(target.checked ? [target.value] : [])].slice(0, MAX_SELECTED));
    render();
  });
  bar.addEventListener("reset", () => {
    write([]);
    status.textContent = "";
    boxes()[0]?.focus(); // the bar is hidden together with the focused button
    setTimeout(render);
  });
  // Submit all selected services, including those of other pages.
  bar.addEventListener("formdata", ({ formData }) => {
    formData.delete("s");
    for (const id of read()) formData.append("s", id);
  });
  document.addEventListener("results:changed", render);
  addEventListener("pageshow", render);
  render();
}
