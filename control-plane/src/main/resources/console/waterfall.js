/** A trace as a waterfall: each span on a line of time, below the one that it is part of. */
import { make } from "./dom.js";
import { span as duration } from "./usage.js";

const DEPTH_MAX = 8;

/** trace: of the API; home: where the app's pages are. */
export function waterfall(trace, home) {
  const [first] = trace.calls;
  const rows = make("ol.spans", { "aria-label": "Spans" }, ...inOrder(trace.spans).map(([span, depth]) => row(span, depth, trace.durationMs)));
  rows.addEventListener("keydown", move);
  return make(
    "section.card.pad.stack",
    { "aria-labelledby": "trace-title" },
    make(
      "div.between",
      {},
      make("h2.wrap", { id: "trace-title", tabindex: "-1" }, first.name),
      make(
        "div.row.end",
        {},
        make("a.button.small", { href: `${home}/logs?${new URLSearchParams({ request: first.requestId })}` }, "Its log lines"),
        make("a.button.small", { href: `${home}/traces` }, "All traces"),
      ),
    ),
    make(
      "dl.facts.trace-facts",
      {},
      fact("Started", make("time", { datetime: trace.start, "data-as": "exact" }, trace.start)),
      fact("Took", duration(trace.durationMs)),
      fact("Outcome", first.outcome),
      fact("Revision", unique(trace.calls.map((call) => call.revision))),
      fact("Node", unique(trace.calls.map((call) => call.node))),
      fact("Trace", make("code", {}, trace.traceId)),
    ),
    make("div.span-axis", { "aria-hidden": "true" }, make("div", {}, ...[0, 0.5, 1].map((part) => make("span", {}, duration(part * trace.durationMs))))),
    rows,
  );
}

/** [span, depth] of each, its parts right below it; where a span's parent is not here it begins anew. */
function inOrder(spans) {
  const known = new Set(spans.map((span) => span.spanId));
  const below = Map.groupBy(spans, (span) => (known.has(span.parentSpanId) ? span.parentSpanId : null));
  const all = [];
  const seen = new Set();
  const take = (span, depth) => {
    if (seen.has(span)) return;
    seen.add(span);
    all.push([span, depth]);
    for (const part of below.get(span.spanId) ?? []) take(part, depth + 1);
  };
  for (const span of below.get(null) ?? []) take(span, 0);
  for (const span of spans) take(span, 0);
  return all;
}

function row(span, depth, total) {
  const words = wordsOf(span);
  const bar = make("span.span-bar", { "data-kind": span.failed ? "failed" : span.kind });
  const part = (ms) => `${total > 0 ? Math.min(100, (100 * ms) / total) : 0}%`;
  bar.style.left = part(span.offsetMs);
  bar.style.width = part(span.durationMs);
  const name = make("span.span-name", {}, make("strong", {}, span.name), words && ` ${words}`);
  name.style.paddingInlineStart = `${Math.min(depth, DEPTH_MAX) * 0.9}rem`;
  return make(
    "li",
    {},
    make(
      "details.span",
      {},
      make(
        "summary",
        {},
        name,
        make("span.span-track", { "aria-hidden": "true" }, bar),
        make("span.span-time", {}, make("span.sr", {}, `${span.failed ? "failed, " : ""}after ${duration(span.offsetMs)}, took `), duration(span.durationMs)),
      ),
      make(
        "dl.headers",
        {},
        ...[["request id", span.requestId], ["node", span.node], ...Object.entries(span.attributes)].flatMap(([key, value]) => [
          make("dt", {}, key),
          make("dd", {}, String(value)),
        ]),
      ),
    ),
  );
}

/** What a span is about, in a few words. */
function wordsOf({ kind, attributes: of }) {
  if (kind === "server") return [of["url.path"], of["http.response.status_code"]].filter(Boolean).join(" · ");
  if (of["server.address"]) return [of["server.address"], of["http.response.status_code"] ?? of["error.type"]].filter(Boolean).join(" · ");
  if (of["db.namespace"]) return [of["db.namespace"], of["echelon.kv.conflict"] && "conflict"].filter(Boolean).join(" · ");
  return of["echelon.isolate"] ?? "";
}

/** Up and down go from span to span. */
function move(event) {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const summaries = [...event.currentTarget.querySelectorAll("summary")];
  const at = summaries.indexOf(document.activeElement);
  if (step === undefined || at < 0) return;
  event.preventDefault();
  summaries[Math.max(0, Math.min(summaries.length - 1, at + step))].focus();
}

function unique(values) {
  return [...new Set(values)].join(", ");
}

function fact(name, what) {
  return make("div", {}, make("dt", {}, name), make("dd", {}, what));
}
