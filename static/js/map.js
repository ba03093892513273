// Map of the results (Leaflet). The server sends points and clusters for the visible area, and the same locations as
// a list. Without this file, the page shows only the list.
const box = document.getElementById("map");
const locationList = document.getElementById("spots");
const viewStatus = document.getElementById("in-view");
const problem = document.getElementById("map-problem");
const follow = document.getElementById("follow");
const searchHere = document.getElementById("search-here");
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)").matches;
const results = () => document.getElementById("results");
const motion = { animate: !reducedMotion };

// Load Leaflet after the page, so that the first paint does not wait for it.
const loadElement = (tag, properties) => new Promise((onload, onerror) => {
  document.head.append(Object.assign(document.createElement(tag), { ...properties, onload, onerror }));
});
if (document.readyState !== "complete") await new Promise((resolve) => addEventListener("load", resolve));
await Promise.all([
  loadElement("link", { rel: "stylesheet", href: box.dataset.leafletCss }), loadElement("script", { src: box.dataset.leaflet }),
]).catch((error) => {
  showProblem(box.dataset.failed);
  throw error;
});

const map = L.map(box, {
  zoomControl: false, attributionControl: false, closePopupOnClick: true,
  minZoom: 4, maxZoom: 18, maxBounds: [[57, 10], [72.5, 41]],
  zoomAnimation: !reducedMotion, fadeAnimation: !reducedMotion, markerZoomAnimation: !reducedMotion, inertia: !reducedMotion,
});
const MAX_NAMES = 60; // shown at the same time
const POSITION_PRECISION = { latitude: 100, longitude: 50 }; // fractions of a degree, about a kilometre each in Finland
const POSITION_ZOOM = 13;
const BUTTON_WIDTH = 48; // pixels at the right that the buttons cover
const markers = new Map(); // by feature id
let request; // AbortController of the current request
let isProgrammatic = false; // the next move is not by the user
let mustLoad = false; // the next move searches even if "follow" is off
let mustFocusPoint = false; // focus a point after the next draw
let openId = null; // id of the open point
let pendingId = null; // id of a point to open once it is drawn

const boxAround = ({ x, y }, wide, high) => ({ x, y, left: x - wide / 2, right: x + wide / 2, top: y - high / 2, bottom: y + high / 2 });
const areOverlapping = (box, other) => box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom;

function showProblem(text, about = "points") {
  problem.dataset.about = about;
  problem.textContent = text;
  problem.hidden = !text;
}

// West, south, east, north of the visible area, rounded outwards.
function bbox() {
  const b = map.getBounds(), out = (value, round) => round(value * 1e4) / 1e4;
  return [out(b.getWest(), Math.floor), out(b.getSouth(), Math.floor), out(b.getEast(), Math.ceil), out(b.getNorth(), Math.ceil)].join();
}

function query(extra) {
  const parameters = new URLSearchParams(results().dataset.query);
  for (const [name, value] of Object.entries(extra)) parameters.set(name, value);
  return `?${parameters}`;
}

async function fetchChecked(address, signal) {
  const response = await fetch(address, { signal });
  if (!response.ok) throw new Error(response.status);
  return response;
}

async function load({ moved = false } = {}) {
  request?.abort();
  request = new AbortController();
  const { signal } = request, edges = bbox();
  searchHere.hidden = true;
  box.setAttribute("aria-busy", "true");
  let points, list;
  try {
    [points, list] = await Promise.all([
      fetchChecked(box.dataset.points + query({ bbox: edges, zoom: map.getZoom() }), signal).then((response) => response.json()),
      fetchChecked(box.dataset.places + query({ bbox: edges }), signal).then((response) => response.text()),
    ]);
  } catch (error) {
    if (error.name === "AbortError") return; // replaced by a newer request
    box.removeAttribute("aria-busy");
    return showProblem(box.dataset.failed);
  }
  box.removeAttribute("aria-busy");
  // Keep a message about a missing position when points arrive.
  if (moved || problem.dataset.about === "points") showProblem("");
  viewStatus.textContent = points.summary;
  locationList.replaceChildren(document.createRange().createContextualFragment(list));
  draw(points.features);
  if (moved) history.replaceState(history.state, "", location.pathname + query({ bbox: edges }));
}

// Points and clusters

const buttonOf = (id) => markers.get(id)?.getElement()?.querySelector("button");

function element(tag, properties, ...children) {
  const created = Object.assign(document.createElement(tag), properties);
  created.append(...children);
  return created;
}

const sectorSymbols = (sectors) => element("span", { className: "pin-marks" }, ...sectors.map((sector) => element("span", { className: `mark mark-${sector}` })));

function pin({ id, properties: { places, sectors, label, ids } }) {
  const kind = !ids ? `bubble bubble-${places < 10 ? 1 : places < 100 ? 2 : 3}` : places > 1 ? "pin-many" : "pin-one";
  const number = element("span", {}, places > 1 ? String(places) : "");
  number.setAttribute("aria-hidden", "true");
  const button = element("button", { type: "button", className: `pin ${kind}`, title: label }, ...(places > 1 ? [number] : []), sectorSymbols(sectors.slice(0, ids ? 2 : 4)));
  button.setAttribute("aria-label", label);
  if (ids) button.setAttribute("aria-expanded", "false");
  button.dataset.id = id;
  return button;
}

// Move overlapping points apart, so that each can be pressed. Clusters keep their position.
function spread(features) {
  const all = features.map(({ geometry: { coordinates: [longitude, latitude] }, properties: { places, ids } }) => ({
    at: map.project([latitude, longitude]), half: ids ? 18 : places < 10 ? 21 : places < 100 ? 25 : 29, free: Boolean(ids),
  }));
  for (let pass = 0; pass < 3; pass += 1) {
    for (const [number, point] of all.entries()) {
      for (const other of all.slice(number + 1)) {
        const overlap = point.half + other.half - point.at.distanceTo(other.at), movers = [point, other].filter(({ free }) => free);
        if (overlap <= 0 || !movers.length) continue;
        const offset = other.at.subtract(point.at), distance = Math.hypot(offset.x, offset.y) || 1;
        const step = (distance === 1 ? L.point(1, 0) : offset.divideBy(distance)).multiplyBy((overlap + 1) / movers.length);
        if (point.free) point.at = point.at.subtract(step);
        if (other.free) other.at = other.at.add(step);
      }
    }
  }
  return all.map(({ at }) => map.unproject(at));
}

function draw(features) {
  const focused = document.activeElement.closest?.(".pin")?.dataset.id;
  const ids = new Set(features.map((feature) => feature.id));
  for (const [id, marker] of markers) {
    if (ids.has(id)) continue;
    if (id === openId) close();
    marker.remove();
    markers.delete(id);
  }
  const positions = spread(features);
  for (const [number, feature] of features.entries()) {
    const current = markers.get(feature.id);
    if (current && current.feature.properties.label === feature.properties.label) current.setLatLng(positions[number]);
    else {
      current?.remove();
      const icon = L.divIcon({ className: "pin-holder", iconSize: null, html: pin(feature) });
      const marker = L.marker(positions[number], { icon, interactive: false, keyboard: false }).addTo(map);
      markers.set(feature.id, marker);
    }
    const marker = markers.get(feature.id);
    marker.feature = feature;
    // Append in the order of the response (from the north-west), which sets the tab order.
    if (feature.id !== focused) marker.getElement().parentNode.append(marker.getElement());
  }
  if (focused && !markers.has(focused) || mustFocusPoint) (buttonOf(features[0]?.id) ?? box).focus({ preventScroll: true });
  mustFocusPoint = false;
  writeNames(positions);
  if (markers.has(pendingId)) open(markers.get(pendingId).feature);
  pendingId = null;
}

box.addEventListener("click", (event) => {
  const pressed = event.target.closest(".pin");
  if (event.target.closest("[data-close]")) return close({ back: true });
  // Ignore the click that ends a drag, except by keyboard (detail 0).
  if (!pressed || (event.detail && map.dragging.moved())) return;
  const { feature } = markers.get(pressed.dataset.id);
  if (feature.properties.ids) return openId === feature.id ? close({ back: true }) : open(feature);
  const [west, south, east, north] = feature.properties.box;
  const bounds = L.latLngBounds([south, west], [north, east]);
  mustLoad = true;
  mustFocusPoint = event.detail === 0;
  map.setView(bounds.getCenter(), Math.min(18, Math.max(map.getZoom() + 1, map.getBoundsZoom(bounds, false, [40, 40]))), motion);
});
box.addEventListener("dblclick", (event) => event.target.closest(".pin, .popup") && event.stopPropagation(), true);
box.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && openId) {
    event.stopPropagation();
    close({ back: true });
  }
}, true);
// Pan the map so that a focused point is fully visible.
box.addEventListener("focusin", ({ target }) => {
  if (target.matches(".pin:focus-visible")) map.panInside(markers.get(target.dataset.id).getLatLng(), { paddingTopLeft: [30, 30], paddingBottomRight: [30 + BUTTON_WIDTH, 30], ...motion });
});

async function open(feature) {
  close();
  openId = feature.id;
  buttonOf(openId).setAttribute("aria-expanded", "true");
  const card = element("div", { className: "popup", tabIndex: -1, textContent: "…" });
  card.setAttribute("role", "dialog");
  card.setAttribute("aria-label", feature.properties.label);
  const wide = Math.min(340, box.clientWidth - 30), high = Math.max(180, box.clientHeight - 110);
  const popup = L.popup({ closeButton: false, closeOnEscapeKey: false, minWidth: Math.min(wide, 260), maxWidth: wide, maxHeight: high, autoPanPaddingTopLeft: [10, 10], autoPanPaddingBottomRight: [10 + BUTTON_WIDTH, 10] });
  popup.setLatLng(markers.get(feature.id).getLatLng()).setContent(card).openOn(map);
  try {
    const response = await fetchChecked(box.dataset.places + query({ at: feature.properties.ids.join() }));
    card.replaceChildren(document.createRange().createContextualFragment(await response.text()));
  } catch {
    card.textContent = box.dataset.failed;
  }
  if (openId !== feature.id) return;
  popup.update();
  card.focus({ preventScroll: true });
}

function close({ back = false } = {}) {
  if (!openId) return;
  const button = buttonOf(openId);
  button?.setAttribute("aria-expanded", "false");
  openId = null;
  map.closePopup();
  if (back) (button ?? box).focus({ preventScroll: true });
}
// Leaflet closes the popup on a press on the map.
map.on("popupclose", () => {
  buttonOf(openId)?.setAttribute("aria-expanded", "false");
  openId = null;
});

// Open the point of a location in the list.
locationList.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-show]");
  if (!button) return;
  const feature = [...markers.values()].map((marker) => marker.feature).find(({ properties }) => properties.ids?.includes(Number(button.dataset.id)));
  box.scrollIntoView({ block: "nearest", behavior: reducedMotion ? "auto" : "smooth" });
  if (feature) return open(feature);
  pendingId = `p${button.dataset.id}`;
  mustLoad = true;
  map.setView(button.dataset.show.split(","), Math.max(map.getZoom() + 2, 17), { animate: false });
});

// Highlight the point of the location under the pointer or focus.
for (const [type, isLit] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
  locationList.addEventListener(type, ({ target }) => {
    const place = target.closest("[data-place]");
    if (place) buttonOf(`p${place.dataset.place}`)?.classList.toggle("lit", isLit);
  });
}

// Movement

map.on("moveend", () => {
  const wasProgrammatic = isProgrammatic, mustLoadNow = mustLoad;
  isProgrammatic = mustLoad = false;
  for (const [id, end] of [["zoom-in", map.getMaxZoom()], ["zoom-out", map.getMinZoom()]]) {
    document.getElementById(id).setAttribute("aria-disabled", map.getZoom() === end);
  }
  if (wasProgrammatic || mustLoadNow || follow.checked) load({ moved: !wasProgrammatic });
  else searchHere.hidden = false;
});

// Fit the map to the edges. `inner` restores a previous view, which rounding has enlarged slightly.
function show(edges, inner = false) {
  const [west, south, east, north] = edges.split(",").map(Number);
  const bounds = L.latLngBounds([south, west], [north, east]);
  isProgrammatic = true;
  map.fitBounds(inner ? bounds.pad(-0.05) : bounds.pad(0.05), { maxZoom: inner ? 18 : 15, paddingBottomRight: [inner ? 0 : BUTTON_WIDTH, 0], animate: false });
  if (isProgrammatic) load(); // the view did not change, so there was no moveend
  isProgrammatic = false;
}

document.getElementById("zoom-in").addEventListener("click", () => map.zoomIn(1, motion));
document.getElementById("zoom-out").addEventListener("click", () => map.zoomOut(1, motion));
document.getElementById("show-all").addEventListener("click", () => show(results().dataset.view));
searchHere.addEventListener("click", () => {
  load({ moved: true });
  box.focus({ preventScroll: true });
});
follow.addEventListener("change", () => follow.checked && load({ moved: true }));
nearMe(document.getElementById("near-me"));

// Base map: tiles if a server is configured, else names of municipalities

function addBaseMap() {
  if (box.dataset.tiles) {
    // Send only the origin to the tile server, not the search.
    const tiles = L.tileLayer(box.dataset.tiles, { maxZoom: 18, referrerPolicy: "strict-origin" });
    tiles.on("tileload", () => box.classList.add("has-tiles"));
    tiles.on("tileerror", () => box.classList.remove("has-tiles"));
    tiles.addTo(map);
  }
  const pane = map.createPane("ground");
  pane.setAttribute("aria-hidden", "true");
  let names = [], points = [];
  const nameLayer = L.layerGroup().addTo(map);

  const currentMunicipality = document.createElement("p"); // the nearest municipality, if no name is visible
  currentMunicipality.className = "map-where";
  currentMunicipality.setAttribute("aria-hidden", "true");
  box.append(currentMunicipality);

  // Place names without overlapping each other and, if possible, points. Sorted by number of locations.
  function write(positions = points) {
    points = positions;
    nameLayer.clearLayers();
    currentMunicipality.textContent = "";
    const view = map.getBounds(), large = map.getZoom() >= 10, letterWidth = large ? 10 : 8;
    const nameBoxes = [], pointBoxes = points.map((point) => boxAround(map.latLngToContainerPoint(point), 44, 44));
    for (const [name, latitude, longitude] of names) {
      if (nameBoxes.length >= MAX_NAMES) break;
      if (!view.contains([latitude, longitude])) continue;
      const middle = map.latLngToContainerPoint([latitude, longitude]);
      const candidates = [0, 24, -24, 48, -48].map((offset) => boxAround({ x: middle.x, y: middle.y + offset }, name.length * letterWidth + 12, 24));
      const free = candidates.filter((candidate) => !nameBoxes.some((other) => areOverlapping(candidate, other)));
      const best = free.find((candidate) => !pointBoxes.some((other) => areOverlapping(candidate, other))) ?? free[0];
      if (!best) continue;
      nameBoxes.push(best);
      const text = Object.assign(document.createElement("span"), { textContent: name });
      const icon = L.divIcon({ className: `map-name${large ? " map-name-large" : ""}`, iconSize: null, html: text });
      L.marker(map.containerPointToLatLng([best.x, best.y]), { icon, pane: "ground", interactive: false, keyboard: false }).addTo(nameLayer);
    }
    if (!nameBoxes.length && names.length) currentMunicipality.textContent = nearest(map.getCenter());
  }

  function nearest(to) {
    const distance = ([, latitude, longitude]) => to.distanceTo([latitude, longitude]);
    return names.reduce((best, municipality) => (distance(municipality) < distance(best) ? municipality : best))[0];
  }

  map.on("moveend", () => write());
  fetch(box.dataset.ground)
    .then((response) => response.json())
    .then((data) => {
      names = data.names;
      if (map.getZoom() !== undefined) write();
    })
    .catch(() => {}); // names are optional
  return write;
}

// "Near me", only on request. The position is rounded before the map is centred on it, so that this site and the tile
// server learn it only to about a kilometre.
function nearMe(button) {
  let marker;
  const onError = (error) => {
    button.removeAttribute("aria-busy");
    showProblem(error?.code === 1 ? button.dataset.denied : button.dataset.missing, "position");
  };
  const onPosition = ({ coords: { latitude, longitude } }) => {
    button.removeAttribute("aria-busy");
    showProblem("");
    marker?.remove();
    const icon = L.divIcon({ className: "here", iconSize: null, html: "" });
    marker = L.marker([latitude, longitude], { icon, interactive: false, keyboard: false }).addTo(map);
    marker.getElement().setAttribute("role", "img");
    marker.getElement().setAttribute("aria-label", box.dataset.here);
    const round = (degrees, parts) => Math.round(degrees * parts) / parts;
    mustLoad = true;
    map.setView([round(latitude, POSITION_PRECISION.latitude), round(longitude, POSITION_PRECISION.longitude)], POSITION_ZOOM, { animate: false });
  };
  button.addEventListener("click", () => {
    if (!navigator.geolocation) return onError();
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(onPosition, onError, { maximumAge: 5 * 60_000, timeout: 15_000 });
  });
}

// Start, and updates when the filters change

let area = results().dataset.area;
document.addEventListener("results:changed", () => {
  close();
  if (results().dataset.area === area) return load();
  area = results().dataset.area;
  show(results().dataset.view);
});

const writeNames = addBaseMap();
show(results().dataset.view, "given" in results().dataset);
