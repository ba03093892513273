// Sets the point of a location on a map (Leaflet), loaded when the section is opened. Without this file, the point is
// pasted or geocoded from the address.
const box = document.getElementById("point-map");
const details = box.closest("details");
const field = document.getElementById("id_point");
const status = document.getElementById("point-status");
const POINT_ZOOM = 16, MUNICIPALITY_ZOOM = 12, COUNTRY_ZOOM = 5;
const COUNTRY_CENTRE = [64.9, 26];
let map, marker;
let loading; // promise of the map, once requested

const loadElement = (tag, properties) => new Promise((onload, onerror) => {
  document.head.append(Object.assign(document.createElement(tag), { ...properties, onload, onerror }));
});

// Latitude and longitude in the field; null if they cannot be parsed.
function parsePoint() {
  const match = field.value.match(/^\s*(\d+[.,]\d+)\s*[,; ]\s*(\d+[.,]\d+)\s*$/);
  return match && match.slice(1).map((part) => Number(part.replace(",", ".")));
}

function showMarker(position) {
  if (!position) return marker?.remove();
  marker ??= L.marker(position, { icon: L.divIcon({ className: "here", iconSize: null, html: "" }), interactive: false, keyboard: false });
  marker.setLatLng(position).addTo(map);
}

function setPoint({ lat, lng }) {
  field.value = `${lat.toFixed(6)}, ${lng.toFixed(6)}`;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  status.textContent = status.dataset.message.replace("{point}", field.value);
}

// Centre on the point, else on the municipality, else on Finland.
function centreMap(municipalities) {
  const { selectedOptions: [option] } = document.getElementById("id_municipality");
  const municipality = municipalities.find(([name]) => name === option?.textContent);
  const position = parsePoint();
  showMarker(position);
  if (position) map.setView(position, POINT_ZOOM);
  else map.setView(municipality ? municipality.slice(1, 3) : COUNTRY_CENTRE, municipality ? MUNICIPALITY_ZOOM : COUNTRY_ZOOM);
}

function addBaseMap(municipalities) {
  if (box.dataset.tiles) return L.tileLayer(box.dataset.tiles, { maxZoom: 18, referrerPolicy: "strict-origin" }).addTo(map);
  const nameLayer = L.layerGroup().addTo(map);
  map.on("moveend", () => {
    nameLayer.clearLayers();
    if (map.getZoom() < 8) return;
    for (const [name, latitude, longitude] of municipalities) {
      if (!map.getBounds().contains([latitude, longitude])) continue;
      const icon = L.divIcon({ className: "map-name", iconSize: null, html: Object.assign(document.createElement("span"), { textContent: name }) });
      L.marker([latitude, longitude], { icon, interactive: false, keyboard: false }).addTo(nameLayer);
    }
  });
}

async function openMap() {
  try {
    const [response] = await Promise.all([
      fetch(box.dataset.ground), loadElement("script", { src: box.dataset.leaflet }),
      ...box.dataset.sheets.split(" ").map((href) => loadElement("link", { rel: "stylesheet", href })),
    ]);
    const { names: municipalities } = await response.json();
    const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)").matches;
    map = L.map(box, { attributionControl: false, minZoom: 4, maxZoom: 18, zoomControl: false, zoomAnimation: !reducedMotion, fadeAnimation: !reducedMotion, inertia: !reducedMotion });
    addBaseMap(municipalities);
    centreMap(municipalities);
    map.on("click", ({ latlng }) => setPoint(latlng));
    details.dataset.ready = "";
    status.textContent = "";
  } catch {
    status.textContent = status.dataset.failed;
    loading = undefined; // opening the section again retries
  }
}

details.addEventListener("toggle", () => { if (details.open) loading ??= openMap(); });
field.addEventListener("input", () => map && showMarker(parsePoint()));
for (const [id, zoom] of [["point-in", 1], ["point-out", -1]]) {
  document.getElementById(id).addEventListener("click", () => map?.setZoom(map.getZoom() + zoom));
}
document.getElementById("point-here").addEventListener("click", () => map && setPoint(map.getCenter()));
