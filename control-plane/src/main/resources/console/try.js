/** Calls a function and shows what it answers. */
import { call } from "./api.js";
import { busy } from "./actions.js";
import { fill, make } from "./dom.js";
import { headerOf, headersOf, pretty } from "./http.js";

const form = document.getElementById("try");
const answer = document.getElementById("try-answer");

function request() {
  const { method, revision, path, headers, body } = Object.fromEntries(new FormData(form));
  return {
    method,
    path,
    headers: headersOf(headers),
    ...(revision ? { revision } : {}),
    ...(body !== "" && method !== "GET" && method !== "HEAD" ? { body } : {}),
  };
}

/** [["queue", 0.1], ["cpu", 2.3], …] of a server-timing header. */
function serverTiming(headers) {
  const value = headerOf(headers, "server-timing") ?? "";
  return value.split(",").flatMap((part) => {
    const found = /^\s*([\w-]+)\s*;.*?dur=([\d.]+)/.exec(part);
    return found ? [[found[1], Number(found[2])]] : [];
  });
}

function timing({ headMs, totalMs, headers }) {
  const parts = [...serverTiming(headers).map(([name, ms]) => [`function: ${name}`, ms]), ["to the head", headMs], ["to the end", totalMs]];
  const most = Math.max(...parts.map(([, ms]) => ms), 0.1);
  return make(
    "div.timing",
    {},
    ...parts.map(([name, ms]) =>
      make("label", {}, `${name} ${ms.toFixed(2)} ms`, make("meter", { min: 0, max: most, value: ms }, `${ms.toFixed(2)} ms`)),
    ),
  );
}

function show(result) {
  const id = headerOf(result.headers, "x-echelon-request-id");
  const kind = result.status < 400 ? "ready" : "failed";
  const logs = `${form.dataset.logs}?request=${encodeURIComponent(id ?? "")}`;
  fill(
    answer,
    make(
      "div.between",
      {},
      make("h2", {}, make("span.state", { "data-state": kind }, String(result.status)), ` ${result.totalMs.toFixed(1)} ms`),
      id &&
        make(
          "div.row",
          {},
          make("a.button.small", { href: logs }, "Its log lines"),
          make("a.button.small", { href: `${form.dataset.traces}?request=${encodeURIComponent(id)}` }, "Its trace"),
        ),
    ),
    make("p.address", {}, result.url),
    make("h3", {}, "Body"),
    result.body === ""
      ? make("p.muted", {}, "The body is empty.")
      : make(
          "pre.code.answer-body",
          { tabindex: "0", "aria-label": "Body" },
          result.body === null ? `${result.bytes} bytes that are not text (base64):\n${result.base64}` : pretty(result.body, result.headers),
        ),
    result.isCut && make("p.help", {}, `There is more; the first ${result.bytes} bytes are shown.`),
    make("h3", {}, "Timing"),
    timing(result),
    make("h3", {}, "Headers"),
    make("dl.headers", {}, ...result.headers.flatMap(({ name, value }) => [make("dt", {}, name), make("dd", {}, value)])),
  );
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  busy(form.querySelector("button[type=submit]"), async () => show(await call("POST", form.dataset.api, request())));
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
