/** What each app of the overview did in the last day: a sparkline of requests, errors, latency, CPU. */
import { failed, short, span, usageByApp } from "./usage.js";
import { fill, make } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 120;
const HEIGHT = 28;
const list = document.getElementById("apps");

function path(points, value, most) {
  const x = (i) => ((i / Math.max(1, points.length - 1)) * WIDTH).toFixed(1);
  const y = (point) => (HEIGHT - 1 - (value(point) / most) * (HEIGHT - 3)).toFixed(1);
  return points.map((point, i) => `${i === 0 ? "M" : "L"}${x(i)} ${y(point)}`).join("");
}

function line(d, kind) {
  const element = document.createElementNS(SVG, "path");
  element.setAttribute("d", d);
  element.setAttribute("class", kind);
  return element;
}

function sparkline(points, total) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("class", "spark");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `${total.requests} requests in the last day, ${failed(total)} of them failed`);
  const most = Math.max(1, ...points.map((point) => point.requests));
  const requests = path(points, (point) => point.requests, most);
  svg.append(line(`${requests}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`, "area"), line(requests, "line"));
  if (failed(total) > 0) svg.append(line(path(points, failed, most), "line bad"));
  return svg;
}

function fact(name, value, kind = "") {
  return make("div", {}, make("dt", {}, name), make(`dd${kind}`, {}, value));
}

function show(card, series) {
  if (!series || series.total.requests === 0) {
    fill(card, make("p.muted", {}, "No requests in the last day"));
    return;
  }
  const { points, total } = series;
  const errors = failed(total);
  fill(
    card,
    sparkline(points, total),
    make(
      "dl.facts.small-facts",
      {},
      fact("Requests", short(total.requests)),
      fact("Failed", short(errors), errors > 0 ? ".problem" : ""),
      fact("p50 / p99", `${span(total.p50Ms)} / ${span(total.p99Ms)}`),
      fact("CPU", span(total.cpuMs)),
    ),
  );
}

async function load() {
  const series = await usageByApp(list.dataset.api, "24h");
  const found = new Map(series.map((one) => [one.app, one]));
  for (const card of list.querySelectorAll("[data-usage]")) show(card, found.get(card.dataset.usage));
}

if (list) {
  const again = () => load().catch((error) => list.querySelectorAll("[data-usage]").forEach((card) => fill(card, make("p.muted", {}, error.message))));
  again();
  document.addEventListener("echelon:back", again);
  setInterval(() => document.hidden || again(), 60_000);
}
