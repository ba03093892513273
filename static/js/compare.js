// Services chosen for comparison, kept in this tab over pages and searches. Without this file: boxes and a button.
const KEY = "compare", MOST = 4;
const bar = document.getElementById("compare");
const page = document.querySelector("[data-compared]");

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? [];
  } catch {
    return []; // storage is closed: the boxes alone count
  }
}

function write(chosen) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(chosen));
  } catch { /* as above */ }
}

if (page) write(page.dataset.compared.split(" ").filter(Boolean));

if (bar) {
  const told = bar.querySelector("[aria-live]");
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
    told.textContent = target.checked && others.length >= MOST ? told.dataset.limit : "";
    write([...others, ...(target.checked ? [target.value] : [])].slice(0, MOST));
    show();
  });
  bar.addEventListener("reset", () => {
    write([]);
    told.textContent = "";
    boxes()[0]?.focus(); // the bar goes away, and with it the button
    setTimeout(show);
  });
  // What was chosen on other pages goes along; the boxes here go by themselves.
  bar.addEventListener("formdata", ({ formData }) => {
    formData.delete("s");
    for (const id of read()) formData.append("s", id);
  });
  document.addEventListener("results:changed", show);
  addEventListener("pageshow", show);
  show();
}
