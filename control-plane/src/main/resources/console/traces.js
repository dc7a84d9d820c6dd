/** The calls of an app that were traced, and one trace as a waterfall. */
import { busy } from "./actions.js";
import { call } from "./api.js";
import { fill, make } from "./dom.js";
import { span } from "./usage.js";
import { waterfall } from "./waterfall.js";

const PAGE = 50;
const tools = document.getElementById("trace-tools");
const place = document.getElementById("traces");
const status = document.getElementById("trace-status");
const { api, home } = tools.dataset;
const asked = new URLSearchParams(location.search);

/** What is looked for, without what is empty. */
function filters() {
  return Object.fromEntries([...new FormData(tools)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value !== ""));
}

function page(cursor) {
  return call("GET", `${api}?${new URLSearchParams({ ...filters(), limit: PAGE, ...(cursor ? { cursor } : {}) })}`);
}

async function list() {
  const { traces, cursor } = await page(null);
  const isOne = asked.has("request") && traces.length === 1;
  if (isOne) return location.replace(`?trace=${traces[0].traceId}`);
  if (traces.length === 0) return fill(place, empty());
  const items = make("ul.list.card", {}, ...traces.map(item));
  fill(place, items, more(items, cursor));
}

function more(items, cursor) {
  if (!cursor) return null;
  let next = cursor;
  const button = make("button", { type: "button" }, "More");
  button.addEventListener("click", () =>
    busy(button, async () => {
      const answer = await page(next);
      items.append(...answer.traces.map(item));
      next = answer.cursor;
      button.hidden = !next;
    }),
  );
  return make("div.row.end", {}, button);
}

function item(trace) {
  const isBad = trace.outcome !== "ok" || trace.status >= 500;
  return make(
    "li.trace",
    {},
    make("a.trace-name", { href: `?trace=${trace.traceId}` }, trace.name),
    make("span.state", { "data-state": isBad ? "failed" : "ready" }, trace.outcome === "ok" && trace.status ? String(trace.status) : trace.outcome),
    make("strong", {}, span(trace.durationMs)),
    make("span.muted", {}, `${trace.revision} · ${trace.node} · ${trace.spans} ${trace.spans === 1 ? "span" : "spans"}`),
    make("time.muted", { datetime: trace.start }, trace.start),
  );
}

function empty() {
  const given = filters();
  if (given.request) {
    return make(
      "div.empty.card",
      {},
      make("h2", {}, "Nothing of this request was recorded"),
      make("p", {}, "The first call of each second is, one in a hundred by chance, what failed or was slow, and what its caller records."),
      make("a.button", { href: `${home}/logs?${new URLSearchParams({ request: given.request })}` }, "Its log lines"),
    );
  }
  if (Object.keys(given).length > 0) {
    return make("div.empty.card", {}, make("h2", {}, "No trace is like that"), make("a.button", { href: `${home}/traces` }, "All traces"));
  }
  return make(
    "div.empty.card",
    {},
    make("h2", {}, "No traces yet"),
    make("p", {}, "Call the function: how each call came about is shown here."),
    make("a.button", { href: `${home}/try` }, "Try it"),
  );
}

async function show(traceId) {
  tools.hidden = true;
  fill(place, waterfall(await call("GET", `${api}/${encodeURIComponent(traceId)}`), home));
  place.querySelector("h2").focus();
}

async function begin() {
  try {
    if (asked.has("trace")) await show(asked.get("trace"));
    else await list();
  } catch (error) {
    const back = asked.has("trace") && make("a.button", { href: `${home}/traces` }, "All traces");
    fill(place, make("div.stack", {}, make("p.notice.bad", { role: "alert" }, error.message), back && make("div.row", {}, back)));
  }
}

for (const [name, value] of asked) {
  if (tools.elements[name]) tools.elements[name].value = value;
}
tools.addEventListener("submit", (event) => {
  event.preventDefault();
  location.assign(`${location.pathname}?${new URLSearchParams(filters())}`);
});
for (const select of tools.querySelectorAll("select")) select.addEventListener("change", () => tools.requestSubmit());
status.textContent = asked.has("trace") ? "One trace, with what the app did of it" : "What calls waited for, fetched and stored";
begin();
