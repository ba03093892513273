// "Near me": only when pressed. The position itself stays here; the map is centred on a round place near it, so that
// neither this site nor a server of tiles learns more than about a kilometre.
const ROUND = { latitude: 100, longitude: 50 }; // parts of a degree, each about a kilometre in Finland
const ZOOM = 13;

export function nearMe(map, button, { say, label, before }) {
  let here;
  const failed = (error) => {
    button.removeAttribute("aria-busy");
    say(error?.code === 1 ? button.dataset.denied : button.dataset.missing);
  };
  const found = ({ coords: { latitude, longitude } }) => {
    button.removeAttribute("aria-busy");
    say("");
    here?.remove();
    const icon = L.divIcon({ className: "here", iconSize: null, html: "" });
    here = L.marker([latitude, longitude], { icon, interactive: false, keyboard: false, alt: label }).addTo(map);
    here.getElement().setAttribute("role", "img");
    here.getElement().setAttribute("aria-label", label);
    const round = (degrees, parts) => Math.round(degrees * parts) / parts;
    before();
    map.setView([round(latitude, ROUND.latitude), round(longitude, ROUND.longitude)], ZOOM, { animate: false });
  };
  button.addEventListener("click", () => {
    if (!navigator.geolocation) return failed();
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(found, failed, { maximumAge: 5 * 60_000, timeout: 15_000 });
  });
}
