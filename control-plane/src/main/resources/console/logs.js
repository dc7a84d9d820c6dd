/** The live tail of an app's log. */
import { lines, send } from "./api.js";
import { fill, make } from "./dom.js";
import { LINES_MAX, LogList } from "./loglist.js";

const AT_ONCE_MS = 100;
const AGAIN_MS = 2_000;
const by = (id) => document.getElementById(id);
const api = by("log-tools").dataset.api;
const list = new LogList(by("log-lines"), showDetail);
let number = 0;
let stream = new AbortController();
let waiting = [];
let timer = null;
let isPaused = false;
let newest = null;

const asked = new URLSearchParams(location.search);
if (asked.has("request")) by("log-search").value = asked.get("request");
if (asked.has("rev")) by("log-revision").value = asked.get("rev");

function status() {
  const held = isPaused && waiting.length > 0 ? ` · ${waiting.length} new` : "";
  const of = list.shown === list.size ? `${list.size}` : `${list.shown} of ${list.size}`;
  by("log-status").textContent = `${isPaused ? "Paused" : "Live"} · ${of} lines${held}`;
  by("log-empty").hidden = list.shown > 0;
}

function flush() {
  timer = null;
  if (!isPaused && waiting.length > 0) list.add(waiting.splice(0));
  status();
}

function take(line) {
  line.number = number++;
  newest = line.time;
  waiting.push(line);
  if (waiting.length > LINES_MAX) waiting.shift();
  timer ??= setTimeout(flush, AT_ONCE_MS);
}

async function follow(since) {
  stream.abort();
  stream = new AbortController();
  const { signal } = stream;
  const query = new URLSearchParams({ since, limit: "2000", follow: "true" });
  if (by("log-level").value) query.set("level", by("log-level").value);
  if (by("log-revision").value) query.set("rev", by("log-revision").value);
  try {
    const response = await send("GET", `${api}?${query}`, { signal });
    flush();
    for await (const line of lines(response)) {
      if (line !== "") take(JSON.parse(line));
    }
  } catch (error) {
    if (signal.aborted) return;
    if (error.status > 0) {
      by("log-status").textContent = error.message;
      return;
    }
  }
  if (!signal.aborted) {
    by("log-status").textContent = "The connection ended; trying again …";
    setTimeout(() => signal.aborted || follow(afterNewest()), AGAIN_MS);
  }
}

/** The moment after the last line that is here, so that none comes twice. */
function afterNewest() {
  return newest === null ? by("log-since").value : new Date(Date.parse(newest) + 1).toISOString();
}

function restart() {
  list.clear();
  waiting = [];
  newest = null;
  follow(by("log-since").value);
}

function search() {
  const text = by("log-search").value.trim().toLowerCase();
  list.filter((line) => text === "" || line.message.toLowerCase().includes(text) || line.requestId === text);
  status();
}

function showDetail(line) {
  const box = by("log-detail");
  box.hidden = false;
  fill(
    box,
    make(
      "div.between",
      {},
      make("p", {}, make("time", { datetime: line.time, "data-as": "exact" }, line.time), ` · ${line.level} · ${line.revision} · ${line.node}`),
      make("button.small.quiet", { type: "button", onclick: () => (box.hidden = true) }, "Close"),
    ),
    make("pre.code.wrap", { tabindex: "0", "aria-label": "Message" }, line.message),
    line.requestId &&
      make(
        "div.row",
        {},
        make("span.muted", {}, "Request ", make("code", {}, line.requestId)),
        make("button.small", { type: "button", onclick: () => only(line.requestId) }, "All lines of this request"),
        make("a.button.small", { href: traceOf(line) }, "Its trace"),
      ),
  );
}

/** Where the trace of a line's request is, or is looked for. */
function traceOf({ traceId, requestId }) {
  return `${location.pathname.replace(/logs$/, "traces")}?${new URLSearchParams(traceId ? { trace: traceId } : { request: requestId })}`;
}

function only(requestId) {
  by("log-search").value = requestId;
  search();
  by("log-lines").focus();
}

by("log-search").addEventListener("input", search);
for (const id of ["log-level", "log-revision", "log-since"]) by(id).addEventListener("change", restart);
by("log-clear").addEventListener("click", () => {
  list.clear();
  waiting = [];
  status();
});
by("log-pause").addEventListener("click", (event) => {
  isPaused = !isPaused;
  event.target.setAttribute("aria-pressed", String(isPaused));
  event.target.textContent = isPaused ? "Go on" : "Pause";
  flush();
});
search();
follow(by("log-since").value);
