// Sets the point of a location on a map (Leaflet), loaded when the section is opened. Without this file, the point is
// pasted or geocoded from the address.
const box = document.getElementById("point-map");
const fold = box.closest("details");
const field = document.getElementById("id_point");
const status = document.getElementById("point-told");
const CLOSE = 16, TOWN = 12, COUNTRY = 5; // zooms
const MIDDLE = [64.9, 26]; // of Finland
let map, mark;
let loading; // promise of the map, once requested

const fetched = (tag, properties) => new Promise((onload, onerror) => {
  document.head.append(Object.assign(document.createElement(tag), { ...properties, onload, onerror }));
});

// Latitude and longitude in the field; null if they cannot be parsed.
function parsePoint() {
  const match = field.value.match(/^\s*(\d+[.,]\d+)\s*[,; ]\s*(\d+[.,]\d+)\s*$/);
  return match && match.slice(1).map((part) => Number(part.replace(",", ".")));
}

function show(at) {
  if (!at) return mark?.remove();
  mark ??= L.marker(at, { icon: L.divIcon({ className: "here", iconSize: null, html: "" }), interactive: false, keyboard: false });
  mark.setLatLng(at).addTo(map);
}

function set({ lat, lng }) {
  field.value = `${lat.toFixed(6)}, ${lng.toFixed(6)}`;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  status.textContent = status.dataset.told.replace("{point}", field.value);
}

// Centre on the point, else on the municipality, else on Finland.
function begin(names) {
  const { selectedOptions: [municipality] } = document.getElementById("id_municipality");
  const town = names.find(([name]) => name === municipality?.textContent);
  const at = parsePoint();
  show(at);
  if (at) map.setView(at, CLOSE);
  else map.setView(town ? town.slice(1, 3) : MIDDLE, town ? TOWN : COUNTRY);
}

function ground(names) {
  if (box.dataset.tiles) return L.tileLayer(box.dataset.tiles, { maxZoom: 18, referrerPolicy: "strict-origin" }).addTo(map);
  const nameLayer = L.layerGroup().addTo(map);
  map.on("moveend", () => {
    nameLayer.clearLayers();
    if (map.getZoom() < 8) return;
    for (const [name, latitude, longitude] of names) {
      if (!map.getBounds().contains([latitude, longitude])) continue;
      const icon = L.divIcon({ className: "map-name", iconSize: null, html: Object.assign(document.createElement("span"), { textContent: name }) });
      L.marker([latitude, longitude], { icon, interactive: false, keyboard: false }).addTo(nameLayer);
    }
  });
}

async function unfold() {
  try {
    const [response] = await Promise.all([
      fetch(box.dataset.ground), fetched("script", { src: box.dataset.leaflet }),
      ...box.dataset.sheets.split(" ").map((href) => fetched("link", { rel: "stylesheet", href })),
    ]);
    const { names } = await response.json();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    map = L.map(box, { attributionControl: false, minZoom: 4, maxZoom: 18, zoomControl: false, zoomAnimation: !calm, fadeAnimation: !calm, inertia: !calm });
    ground(names);
    begin(names);
    map.on("click", ({ latlng }) => set(latlng));
    fold.dataset.ready = "";
    status.textContent = "";
  } catch {
    status.textContent = status.dataset.failed;
    loading = undefined; // opening the section again retries
  }
}

fold.addEventListener("toggle", () => { if (fold.open) loading ??= unfold(); });
field.addEventListener("input", () => map && show(parsePoint()));
for (const [id, zoom] of [["point-in", 1], ["point-out", -1]]) {
  document.getElementById(id).addEventListener("click", () => map?.setZoom(map.getZoom() + zoom));
}
document.getElementById("point-here").addEventListener("click", () => map && set(map.getCenter()));
