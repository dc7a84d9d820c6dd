/** Live charts of an app: requests by outcome, latency, CPU and memory, traffic. */
import uPlot from "./uplot.js";
import { RANGES, failed, short, span, usage } from "./usage.js";
import { fill, make } from "./dom.js";

const HEIGHT = 180;
const AGAIN_MS = 30_000;
const box = document.getElementById("charts");
const range = document.getElementById("chart-range");
const revision = document.getElementById("chart-revision");
const dark = matchMedia("(prefers-color-scheme: dark)");
let charts = [];

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** What is drawn: its series are [name, value of a point, colour]; a sparse one has values only where there were calls. */
function plans(total) {
  const bad = Object.keys(total.outcomes).filter((name) => name !== "ok" && total.outcomes[name] > 0);
  const colours = ["--bad", "--warn", "--muted", "--accent", "--text"];
  return [
    {
      title: "Requests",
      show: short,
      series: [
        ["ok", (point) => point.outcomes.ok ?? 0, "--good"],
        ...bad.map((name, i) => [name, (point) => point.outcomes[name] ?? 0, colours[i % colours.length]]),
      ],
    },
    {
      title: "Latency",
      show: span,
      isSparse: true,
      series: [
        ["p50", (point) => (point.requests ? point.p50Ms : null), "--good"],
        ["p90", (point) => (point.requests ? point.p90Ms : null), "--accent"],
        ["p99", (point) => (point.requests ? point.p99Ms : null), "--warn"],
      ],
    },
    { title: "CPU time", show: span, series: [["CPU", (point) => point.cpuMs, "--accent"]] },
    { title: "Memory × time", show: (value) => `${short(value)} GiB·s`, series: [["memory", (point) => point.gbMs / 1000, "--accent"]] },
    { title: "Cold starts", show: short, series: [["cold", (point) => point.coldStarts, "--warn"]] },
    { title: "Traffic out", show: (value) => `${short(value)}B`, series: [["bytes", (point) => point.egressBytes, "--accent"]] },
  ];
}

function options(plan, width) {
  const axis = { stroke: token("--muted"), grid: { stroke: token("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
  return {
    width,
    height: HEIGHT,
    legend: { live: true },
    cursor: { sync: { key: "usage" }, points: { size: 6 }, drag: { x: false, y: false } },
    scales: { y: { range: (_, __, max) => [0, max > 0 ? max * 1.1 : 1] } },
    axes: [axis, { ...axis, size: 72, values: (_, values) => values.map(plan.show) }],
    series: [
      { label: "Time", value: (_, time) => (time === null ? "–" : new Date(time * 1000).toLocaleString()) },
      ...plan.series.map(([label, , colour]) => ({
        label,
        stroke: token(colour),
        width: 2,
        spanGaps: plan.isSparse === true,
        points: { show: plan.isSparse === true, size: 5, fill: token(colour) },
        value: (_, value) => (value === null || value === undefined ? "–" : plan.show(value)),
      })),
    ],
  };
}

function draw(answer) {
  for (const { chart } of charts) chart.destroy();
  charts = [];
  const times = answer.points.map((point) => Date.parse(point.time) / 1000);
  const cards = plans(answer.total).map((plan) => {
    const room = make("div.chart-room");
    const sum = plan.series.map(([name, value]) => `${name} ${plan.show(value(answer.total) ?? 0)}`).join(", ");
    return { plan, room, card: make("figure.chart.card", { "aria-label": `${plan.title}: ${sum}` }, make("figcaption", {}, plan.title), room) };
  });
  fill(box, ...cards.map(({ card }) => card));
  for (const { plan, room } of cards) {
    const data = [times, ...plan.series.map(([, value]) => answer.points.map(value))];
    charts.push({ room, chart: new uPlot(options(plan, room.clientWidth), data, room) });
  }
  const { total } = answer;
  fill(
    document.getElementById("chart-sum"),
    total.requests === 0
      ? "No requests in this time. Charts fill as the function is called."
      : `${short(total.requests)} ${total.requests === 1 ? "request" : "requests"}, ${short(failed(total))} failed · p50 ${span(total.p50Ms)}, p99 ${span(total.p99Ms)} · CPU ${span(total.cpuMs)}`,
  );
}

async function load() {
  try {
    draw(await usage(box.dataset.api, { range: range.value, app: box.dataset.app, ...(revision.value ? { revision: revision.value } : {}) }));
  } catch (error) {
    fill(document.getElementById("chart-sum"), error.message);
  }
}

fill(range, ...Object.entries(RANGES).map(([value, { label }]) => make("option", { value, selected: value === "1h" }, label)));
range.addEventListener("change", load);
revision.addEventListener("change", load);
dark.addEventListener("change", load);
document.addEventListener("echelon:back", load);
new ResizeObserver(() => {
  for (const { chart, room } of charts) if (room.clientWidth > 0 && room.clientWidth !== chart.width) chart.setSize({ width: room.clientWidth, height: HEIGHT });
}).observe(box);
setInterval(() => document.hidden || load(), AGAIN_MS);
load();
