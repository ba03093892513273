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

  // Names that leave each other room; the municipalities with most places come first.
  function write() {
    shown.clearLayers();
    const view = map.getBounds(), large = map.getZoom() >= 10, taken = [];
    const high = large ? 26 : 22, letter = large ? 10 : 8;
    for (const [name, latitude, longitude] of names) {
      if (taken.length >= MOST) break;
      if (!view.contains([latitude, longitude])) continue;
      const { x, y } = map.latLngToContainerPoint([latitude, longitude]);
      const half = (name.length * letter) / 2 + 6;
      const room = { left: x - half, right: x + half, top: y - high / 2, bottom: y + high / 2 };
      if (taken.some((other) => room.left < other.right && other.left < room.right && room.top < other.bottom && other.top < room.bottom)) continue;
      taken.push(room);
      const text = Object.assign(document.createElement("span"), { textContent: name });
      const icon = L.divIcon({ className: `map-name${large ? " map-name-large" : ""}`, iconSize: null, html: text });
      L.marker([latitude, longitude], { icon, pane: "ground", interactive: false, keyboard: false }).addTo(shown);
    }
  }

  map.on("moveend", write);
  fetch(box.dataset.ground)
    .then((answer) => answer.json())
    .then((found) => {
      names = found.names;
      if (map.getZoom() !== undefined) write();
    })
    .catch(() => {}); // the points stand without names, too
}
