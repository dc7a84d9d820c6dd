/** Quotas of a tenant with how much of each is used, their change by the operator, and usage by app. */
import { send } from "./api.js";
import { busy, sayNext } from "./actions.js";
import { fill, make } from "./dom.js";
import { failed, short, span, usageByApp } from "./usage.js";

const BYTES = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
const FULL = 0.9;
const list = document.getElementById("quotas");
const { api, plan, tag } = list.dataset;
const rows = [...list.querySelectorAll("[data-quota]")];

function amount(value, unit) {
  if (unit !== "bytes") return `${number(value)} ${unit}`;
  const power = value < 1 ? 0 : Math.min(BYTES.length - 1, Math.floor(Math.log2(value) / 10));
  return `${new Intl.NumberFormat("en", { maximumSignificantDigits: 3 }).format(value / 2 ** (10 * power))} ${BYTES[power]}`;
}

function number(value) {
  return value < 10_000 ? String(value) : short(value);
}

for (const row of rows) {
  const { quota, used, unit } = row.dataset;
  const limit = Number(row.dataset.limit);
  const whole = amount(limit, unit);
  const part = unit === "bytes" ? amount(Number(used), unit) : number(Number(used));
  fill(
    row.querySelector(".quota-used"),
    make("p", {}, used === undefined ? whole : `${part} of ${whole}`),
    used !== undefined &&
      make("meter", { "aria-label": `${quota} used`, min: 0, max: Math.max(1, limit), high: Math.max(1, limit) * FULL, value: Math.min(Number(used), limit) }),
  );
  row.querySelector("form")?.addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = event.target.elements.limit.valueAsNumber;
    busy(event.submitter, () => decide(quota, wanted, `${quota} is ${amount(wanted, unit)}`));
  });
  row.querySelector(".quota-back")?.addEventListener("click", (event) =>
    busy(event.currentTarget, () => decide(quota, undefined, `${quota} is the plan’s again`)),
  );
}

/** Decides one quota for the tenant alone; the others stay as this page shows them, or it is refused. */
async function decide(quota, limit, said) {
  const own = rows.filter((row) => row.dataset.source === "tenant");
  const overrides = Object.fromEntries(own.map((row) => [row.dataset.quota, Number(row.dataset.limit)]));
  if (limit === undefined) delete overrides[quota];
  else overrides[quota] = limit;
  await send("PUT", `${api}/quotas`, { body: { plan, overrides }, headers: { "if-match": tag } });
  sayNext(said);
  location.reload();
}

const COLUMNS = [
  ["Requests", (total) => short(total.requests)],
  ["Failed", (total) => short(failed(total))],
  ["CPU", (total) => span(total.cpuMs)],
  ["GB-s", (total) => short(total.gbMs / 1000)],
  ["Sent", (total) => amount(total.egressBytes, "bytes")],
  ["KV operations", (total) => short(total.kvReads + total.kvWrites)],
];

async function byApp() {
  const place = document.getElementById("by-app");
  const series = await usageByApp(api, "30d");
  if (series.length === 0) {
    fill(place, make("p.muted.card.pad", {}, "Nothing was called in the last 30 days."));
    return;
  }
  series.sort((a, b) => b.total.cpuMs - a.total.cpuMs);
  fill(
    place,
    make(
      "div.card.scroll",
      { tabindex: "0", role: "region", "aria-label": "Usage by app" },
      make(
        "table",
        {},
        make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "App"), ...COLUMNS.map(([name]) => make("th", { scope: "col" }, name)))),
        make(
          "tbody",
          {},
          ...series.map(({ app, total }) =>
            make("tr", {}, make("th", { scope: "row" }, app), ...COLUMNS.map(([, value]) => make("td", {}, value(total)))),
          ),
        ),
      ),
    ),
  );
}

byApp().catch((error) => fill(document.getElementById("by-app"), make("p.notice.bad", { role: "alert" }, error.message)));
