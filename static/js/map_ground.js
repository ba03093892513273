// What lies under the points: tiles where the site has a server for them, and else the names of municipalities.
const MOST = 60; // names at once

export function ground(map, box) {
  if (box.dataset.tiles) {
    // The server of the tiles learns which site asks, and nothing of the search.
    const tiles = L.tileLayer(box.dataset.tiles, { maxZoom: 18, referrerPolicy: "strict-origin" });
    tiles.on("tileload", () => box.classList.add("has-tiles"));
    tiles.on("tileerror", () => box.classList.remove("has-tiles"));
    tiles.addTo(map);
  }
  const pane = map.createPane("ground");
  pane.setAttribute("aria-hidden", "true");
  let names = [];
  const shown = L.layerGroup().addTo(map);

  const where = document.createElement("p"); // which municipality it is, where its name is out of sight
  where.className = "map-where";
  where.setAttribute("aria-hidden", "true");
  box.append(where);

  // Names that leave room to the points and to each other; the municipalities with most places come first.
  function write(points = []) {
    shown.clearLayers();
    where.textContent = "";
    const view = map.getBounds(), large = map.getZoom() >= 10, letter = large ? 10 : 8;
    const taken = [], pressed = points.map((point) => room(map.latLngToContainerPoint(point), 44, 44));
    for (const [name, latitude, longitude] of names) {
      if (taken.length >= MOST) break;
      if (!view.contains([latitude, longitude])) continue;
      const middle = map.latLngToContainerPoint([latitude, longitude]);
      const ways = [0, 34, -34].map((down) => room({ x: middle.x, y: middle.y + down }, name.length * letter + 12, 24));
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

const room = ({ x, y }, wide, high) => ({ x, y, left: x - wide / 2, right: x + wide / 2, top: y - high / 2, bottom: y + high / 2 });
const meet = (one, other) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
