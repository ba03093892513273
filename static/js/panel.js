// On a wide screen the filters stand open beside the results; on a phone they wait behind one button.
const panel = document.getElementById("filters");
const wide = window.matchMedia("(min-width: 60rem)");
if (panel) {
  panel.open = wide.matches;
  wide.addEventListener("change", () => { panel.open = wide.matches; });
}
