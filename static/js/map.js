// The map of the results (Leaflet). Points and bubbles come from the server for the part in view; beside them the same
// places as a list. Without this file the page shows the list alone.
const box = document.getElementById("map");
const spots = document.getElementById("spots");
const inView = document.getElementById("in-view");
const problem = document.getElementById("map-problem");
const follow = document.getElementById("follow");
const searchHere = document.getElementById("search-here");
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const results = () => document.getElementById("results");
const motion = { animate: !calm };

// Leaflet comes after all that one needs to read the page, which is painted sooner without it.
const fetched = (tag, properties) => new Promise((onload, onerror) => {
  document.head.append(Object.assign(document.createElement(tag), { ...properties, onload, onerror }));
});
if (document.readyState !== "complete") await new Promise((done) => addEventListener("load", done));
await Promise.all([
  fetched("link", { rel: "stylesheet", href: box.dataset.leafletCss }), fetched("script", { src: box.dataset.leaflet }),
]).catch((error) => {
  say(box.dataset.failed);
  throw error;
});

const map = L.map(box, {
  zoomControl: false, attributionControl: false, closePopupOnClick: true,
  minZoom: 4, maxZoom: 18, maxBounds: [[57, 10], [72.5, 41]],
  zoomAnimation: !calm, fadeAnimation: !calm, markerZoomAnimation: !calm, inertia: !calm,
});
const MOST_NAMES = 60; // at once
const ROUND = { latitude: 100, longitude: 50 }; // parts of a degree, each about a kilometre in Finland
const NEAR = 13; // the zoom
const BUTTONS = 48; // pixels at the right, under the buttons
const markers = new Map(); // by the id of the feature
let request; // under way
let quiet = false; // the next move is not the reader's
let must = false; // the next move searches, even where moves do not
let refocus = false; // the focus goes to a point when there are new ones
let opened = null; // the id of the point that is open
let wanted = null; // the id of the point to open when it is there

const room = ({ x, y }, wide, high) => ({ x, y, left: x - wide / 2, right: x + wide / 2, top: y - high / 2, bottom: y + high / 2 });
const meet = (one, other) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

function say(text, about = "points") {
  problem.dataset.about = about;
  problem.textContent = text;
  problem.hidden = !text;
}

// West, south, east, north of what is in view; a little outwards, so that what can be seen is in it.
function bbox() {
  const b = map.getBounds(), out = (value, round) => round(value * 1e4) / 1e4;
  return [out(b.getWest(), Math.floor), out(b.getSouth(), Math.floor), out(b.getEast(), Math.ceil), out(b.getNorth(), Math.ceil)].join();
}

function query(extra) {
  const found = new URLSearchParams(results().dataset.query);
  for (const [name, value] of Object.entries(extra)) found.set(name, value);
  return `?${found}`;
}

async function ask(address, signal) {
  const answer = await fetch(address, { signal });
  if (!answer.ok) throw new Error(answer.status);
  return answer;
}

async function load({ moved = false } = {}) {
  request?.abort();
  request = new AbortController();
  const { signal } = request, here = bbox();
  searchHere.hidden = true;
  box.setAttribute("aria-busy", "true");
  let points, list;
  try {
    [points, list] = await Promise.all([
      ask(box.dataset.points + query({ bbox: here, zoom: map.getZoom() }), signal).then((answer) => answer.json()),
      ask(box.dataset.places + query({ bbox: here }), signal).then((answer) => answer.text()),
    ]);
  } catch (error) {
    if (error.name === "AbortError") return; // a newer one is under way
    box.removeAttribute("aria-busy");
    return say(box.dataset.failed);
  }
  box.removeAttribute("aria-busy");
  // That there is no position stays true when the first points come.
  if (moved || problem.dataset.about === "points") say("");
  inView.textContent = points.told;
  spots.replaceChildren(document.createRange().createContextualFragment(list));
  draw(points.features);
  if (moved) history.replaceState(history.state, "", location.pathname + query({ bbox: here }));
}

// Points and bubbles

const buttonOf = (id) => markers.get(id)?.getElement()?.querySelector("button");

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

const marks = (sectors) => element("span", { className: "pin-marks" }, ...sectors.map((sector) => element("span", { className: `mark mark-${sector}` })));

function pin({ id, properties: { places, sectors, label, ids } }) {
  const kind = !ids ? `bubble bubble-${places < 10 ? 1 : places < 100 ? 2 : 3}` : places > 1 ? "pin-many" : "pin-one";
  const face = element("span", {}, places > 1 ? String(places) : "");
  face.setAttribute("aria-hidden", "true");
  const shown = element("button", { type: "button", className: `pin ${kind}`, title: label }, ...(places > 1 ? [face] : []), marks(sectors.slice(0, ids ? 2 : 4)));
  shown.setAttribute("aria-label", label);
  if (ids) shown.setAttribute("aria-expanded", "false");
  shown.dataset.id = id;
  return shown;
}

// Points that would lie on each other or on a bubble make room, so that each can be pressed.
function spread(features) {
  const all = features.map(({ geometry: { coordinates: [longitude, latitude] }, properties: { places, ids } }) => ({
    at: map.project([latitude, longitude]), half: ids ? 18 : places < 10 ? 21 : places < 100 ? 25 : 29, free: Boolean(ids),
  }));
  for (let pass = 0; pass < 3; pass += 1) {
    for (const [number, one] of all.entries()) {
      for (const other of all.slice(number + 1)) {
        const lacks = one.half + other.half - one.at.distanceTo(other.at), movers = [one, other].filter((each) => each.free);
        if (lacks <= 0 || !movers.length) continue;
        const away = other.at.subtract(one.at), long = Math.hypot(away.x, away.y) || 1;
        const step = (long === 1 ? L.point(1, 0) : away.divideBy(long)).multiplyBy((lacks + 1) / movers.length);
        if (one.free) one.at = one.at.subtract(step);
        if (other.free) other.at = other.at.add(step);
      }
    }
  }
  return all.map(({ at }) => map.unproject(at));
}

function draw(features) {
  const focused = document.activeElement.closest?.(".pin")?.dataset.id;
  const told = new Set(features.map((feature) => feature.id));
  for (const [id, marker] of markers) {
    if (told.has(id)) continue;
    if (id === opened) close();
    marker.remove();
    markers.delete(id);
  }
  const at = spread(features);
  for (const [number, feature] of features.entries()) {
    const known = markers.get(feature.id);
    if (known && known.feature.properties.label === feature.properties.label) known.setLatLng(at[number]);
    else {
      known?.remove();
      const icon = L.divIcon({ className: "pin-holder", iconSize: null, html: pin(feature) });
      const marker = L.marker(at[number], { icon, interactive: false, keyboard: false }).addTo(map);
      markers.set(feature.id, marker);
    }
    const marker = markers.get(feature.id);
    marker.feature = feature;
    // The order of Tab is from the north-west on.
    if (feature.id !== focused) marker.getElement().parentNode.append(marker.getElement());
  }
  if (focused && !markers.has(focused) || refocus) (buttonOf(features[0]?.id) ?? box).focus({ preventScroll: true });
  refocus = false;
  writeGround(at);
  if (markers.has(wanted)) open(markers.get(wanted).feature);
  wanted = null;
}

box.addEventListener("click", (event) => {
  const pressed = event.target.closest(".pin");
  if (event.target.closest("[data-close]")) return close({ back: true });
  // A press that ended a move of the map is none; one by keyboard (detail 0) always is.
  if (!pressed || (event.detail && map.dragging.moved())) return;
  const { feature } = markers.get(pressed.dataset.id);
  if (feature.properties.ids) return opened === feature.id ? close({ back: true }) : open(feature);
  const [west, south, east, north] = feature.properties.box;
  const bounds = L.latLngBounds([south, west], [north, east]);
  must = true;
  refocus = event.detail === 0;
  map.setView(bounds.getCenter(), Math.min(18, Math.max(map.getZoom() + 1, map.getBoundsZoom(bounds, false, [40, 40]))), motion);
});
box.addEventListener("dblclick", (event) => event.target.closest(".pin, .popup") && event.stopPropagation(), true);
box.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && opened) {
    event.stopPropagation();
    close({ back: true });
  }
}, true);
// A point at the edge comes in whole when the focus comes to it.
box.addEventListener("focusin", ({ target }) => {
  if (target.matches(".pin:focus-visible")) map.panInside(markers.get(target.dataset.id).getLatLng(), { paddingTopLeft: [30, 30], paddingBottomRight: [30 + BUTTONS, 30], ...motion });
});

async function open(feature) {
  close();
  opened = feature.id;
  buttonOf(opened).setAttribute("aria-expanded", "true");
  const card = element("div", { className: "popup", tabIndex: -1, textContent: "…" });
  card.setAttribute("role", "dialog");
  card.setAttribute("aria-label", feature.properties.label);
  const wide = Math.min(340, box.clientWidth - 30), high = Math.max(180, box.clientHeight - 110);
  const popup = L.popup({ closeButton: false, closeOnEscapeKey: false, minWidth: Math.min(wide, 260), maxWidth: wide, maxHeight: high, autoPanPaddingTopLeft: [10, 10], autoPanPaddingBottomRight: [10 + BUTTONS, 10] });
  popup.setLatLng(markers.get(feature.id).getLatLng()).setContent(card).openOn(map);
  try {
    const answer = await ask(box.dataset.places + query({ at: feature.properties.ids.join() }));
    card.replaceChildren(document.createRange().createContextualFragment(await answer.text()));
  } catch {
    card.textContent = box.dataset.failed;
  }
  if (opened !== feature.id) return;
  popup.update();
  card.focus({ preventScroll: true });
}

function close({ back = false } = {}) {
  if (!opened) return;
  const button = buttonOf(opened);
  button?.setAttribute("aria-expanded", "false");
  opened = null;
  map.closePopup();
  if (back) (button ?? box).focus({ preventScroll: true });
}
// Leaflet closes it when the map is pressed.
map.on("popupclose", () => {
  buttonOf(opened)?.setAttribute("aria-expanded", "false");
  opened = null;
});

// From the list to the point.
spots.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-show]");
  if (!button) return;
  const feature = [...markers.values()].map((marker) => marker.feature).find(({ properties }) => properties.ids?.includes(Number(button.dataset.id)));
  box.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  if (feature) return open(feature);
  wanted = `p${button.dataset.id}`;
  must = true;
  map.setView(button.dataset.show.split(","), Math.max(map.getZoom() + 2, 17), { animate: false });
});

// Beside a place in the list its point lights up.
for (const [happens, lit] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
  spots.addEventListener(happens, ({ target }) => {
    const place = target.closest("[data-place]");
    if (place) buttonOf(`p${place.dataset.place}`)?.classList.toggle("lit", lit);
  });
}

// Moving

map.on("moveend", () => {
  const mine = quiet, asked = must;
  quiet = must = false;
  for (const [id, end] of [["zoom-in", map.getMaxZoom()], ["zoom-out", map.getMinZoom()]]) {
    document.getElementById(id).setAttribute("aria-disabled", map.getZoom() === end);
  }
  if (mine || asked || follow.checked) load({ moved: !mine });
  else searchHere.hidden = false;
});

// `inner`: the whole of a part of the map that was in view before, which rounding made a little larger.
function show(edges, inner = false) {
  const [west, south, east, north] = edges.split(",").map(Number);
  const bounds = L.latLngBounds([south, west], [north, east]);
  quiet = true;
  map.fitBounds(inner ? bounds.pad(-0.05) : bounds.pad(0.05), { maxZoom: inner ? 18 : 15, paddingBottomRight: [inner ? 0 : BUTTONS, 0], animate: false });
  if (quiet) load(); // it stood there already
  quiet = false;
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

// The ground: tiles where the site has a server for them, and else the names of municipalities

function ground() {
  if (box.dataset.tiles) {
    // The server of the tiles learns which site asks, and nothing of the search.
    const tiles = L.tileLayer(box.dataset.tiles, { maxZoom: 18, referrerPolicy: "strict-origin" });
    tiles.on("tileload", () => box.classList.add("has-tiles"));
    tiles.on("tileerror", () => box.classList.remove("has-tiles"));
    tiles.addTo(map);
  }
  const pane = map.createPane("ground");
  pane.setAttribute("aria-hidden", "true");
  let names = [], points = [];
  const shown = L.layerGroup().addTo(map);

  const where = document.createElement("p"); // which municipality it is, where its name is out of sight
  where.className = "map-where";
  where.setAttribute("aria-hidden", "true");
  box.append(where);

  // Names that leave room to the points and to each other; the municipalities with most places come first.
  function write(beside = points) {
    points = beside;
    shown.clearLayers();
    where.textContent = "";
    const view = map.getBounds(), large = map.getZoom() >= 10, letter = large ? 10 : 8;
    const taken = [], pressed = points.map((point) => room(map.latLngToContainerPoint(point), 44, 44));
    for (const [name, latitude, longitude] of names) {
      if (taken.length >= MOST_NAMES) break;
      if (!view.contains([latitude, longitude])) continue;
      const middle = map.latLngToContainerPoint([latitude, longitude]);
      const ways = [0, 24, -24, 48, -48].map((down) => room({ x: middle.x, y: middle.y + down }, name.length * letter + 12, 24));
      const free = ways.filter((one) => !taken.some((other) => meet(one, other)));
      const best = free.find((one) => !pressed.some((other) => meet(one, other))) ?? free[0];
      if (!best) continue;
      taken.push(best);
      const text = Object.assign(document.createElement("span"), { textContent: name });
      const icon = L.divIcon({ className: `map-name${large ? " map-name-large" : ""}`, iconSize: null, html: text });
      L.marker(map.containerPointToLatLng([best.x, best.y]), { icon, pane: "ground", interactive: false, keyboard: false }).addTo(shown);
    }
    if (!taken.length && names.length) where.textContent = nearest(map.getCenter());
  }

  function nearest(to) {
    const far = ([, latitude, longitude]) => to.distanceTo([latitude, longitude]);
    return names.reduce((best, one) => (far(one) < far(best) ? one : best))[0];
  }

  map.on("moveend", () => write());
  fetch(box.dataset.ground)
    .then((answer) => answer.json())
    .then((found) => {
      names = found.names;
      if (map.getZoom() !== undefined) write();
    })
    .catch(() => {}); // the points stand without names, too
  return write;
}

// "Near me": only when pressed. The position itself stays here; the map is centred on a round place near it, so that
// neither this site nor a server of tiles learns more than about a kilometre.
function nearMe(button) {
  let here;
  const failed = (error) => {
    button.removeAttribute("aria-busy");
    say(error?.code === 1 ? button.dataset.denied : button.dataset.missing, "position");
  };
  const found = ({ coords: { latitude, longitude } }) => {
    button.removeAttribute("aria-busy");
    say("");
    here?.remove();
    const icon = L.divIcon({ className: "here", iconSize: null, html: "" });
    here = L.marker([latitude, longitude], { icon, interactive: false, keyboard: false }).addTo(map);
    here.getElement().setAttribute("role", "img");
    here.getElement().setAttribute("aria-label", box.dataset.here);
    const round = (degrees, parts) => Math.round(degrees * parts) / parts;
    must = true;
    map.setView([round(latitude, ROUND.latitude), round(longitude, ROUND.longitude)], NEAR, { animate: false });
  };
  button.addEventListener("click", () => {
    if (!navigator.geolocation) return failed();
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(found, failed, { maximumAge: 5 * 60_000, timeout: 15_000 });
  });
}

// The beginning, and what follows when the filters change

let area = results().dataset.area;
document.addEventListener("results:changed", () => {
  close();
  if (results().dataset.area === area) return load();
  area = results().dataset.area;
  show(results().dataset.view);
});

const writeGround = ground();
show(results().dataset.view, "given" in results().dataset);
