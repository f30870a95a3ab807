// A village's assets on a map: the same as the table under it. No tiles, and nothing from elsewhere.
import { circleMarker, featureGroup, geoJSON, map } from "leaflet";

const here = document.querySelector("#map");
const said = colours();

function colours() {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(name).trim();
}

function marker(feature, at) {
  const { assets, late, name } = feature.properties;
  const round = circleMarker(at, {
    radius: 6 + Math.min(12, Math.sqrt(assets) * 3),
    color: said(late ? "--breach" : "--water"),
    dashArray: late ? "4 3" : null,
    fillColor: said(assets ? "--water-2" : "--sheet"),
    fillOpacity: 0.8,
  });
  const label = document.createElement("span");
  label.textContent = name;
  round.bindTooltip(label, { direction: "right", offset: [8, 0] });
  round.on("click keypress", () => location.assign(feature.properties.page));
  return round;
}

async function draw() {
  const answer = await fetch(document.querySelector("a[type='application/geo+json']").href);
  const places = geoJSON(await answer.json(), { pointToLayer: marker });
  here.hidden = false;
  const drawn = map(here, { attributionControl: false, minZoom: 5, maxZoom: 11 });
  drawn.fitBounds(featureGroup([places]).getBounds().pad(0.2), { maxZoom: 10, animate: false });
  places.addTo(drawn);
  if (places.getLayers().length < 20) {
    places.eachLayer((one) => one.unbindTooltip().bindTooltip(named(one), { permanent: true, direction: "right", offset: [8, 0] }));
  }
}

function named(one) {
  const label = document.createElement("span");
  label.textContent = one.feature.properties.name;
  return label;
}

draw();
