/** The messages of a queue, as they come and go. */
import { call } from "./api.js";
import { fill, make } from "./dom.js";
import { inspect, kindOf } from "./values.js";

const SHOWN = 50;
const LOOK_MS = 3_000;

const place = document.getElementById("queue");
const counts = document.getElementById("counts");
const { api, part } = place.dataset;
let before = "";

async function look() {
  const { queue, messages } = await call("GET", `${api}?${new URLSearchParams({ part, limit: SHOWN })}`);
  const now = JSON.stringify([queue, messages]);
  if (now === before) return;
  before = now;
  count(queue);
  show(messages, part === "dead" ? queue.dead : queue.waiting + queue.delivering);
}

function count(queue) {
  for (const name of ["waiting", "delivering", "dead"]) {
    counts.querySelector(`[data-count=${name}]`).textContent = queue[name].toLocaleString("en");
  }
  fill(
    counts.querySelector("[data-count=oldestDue]"),
    queue.oldestDue ? make("time", { datetime: queue.oldestDue }, queue.oldestDue) : make("span.muted", {}, "none waits"),
  );
  const redrive = document.getElementById("redrive");
  if (redrive) redrive.disabled = queue.dead === 0;
  const purge = document.getElementById("purge");
  if (purge) purge.disabled = (part === "dead" ? queue.dead : queue.waiting + queue.delivering) === 0;
}

function show(messages, all) {
  if (messages.length === 0) return fill(place, empty());
  const open = new Set([...place.querySelectorAll("details[open]")].map((details) => details.dataset.id));
  const focused = document.activeElement?.closest("details")?.dataset.id;
  fill(
    place,
    make("ul.list.card", {}, ...messages.map((message) => item(message, open.has(message.id)))),
    all > messages.length && make("p.help", {}, `The first ${messages.length} of ${all.toLocaleString("en")} messages are shown.`),
  );
  if (focused) place.querySelector(`details[data-id="${CSS.escape(focused)}"] summary`)?.focus();
}

const DUE = { waiting: "due", delivering: "lease ends", dead: "died" };
const STATE = { waiting: "", delivering: "begun", dead: "failed" };

function item({ id, state, due, sent, attempts, value }, isOpen) {
  return make(
    "li",
    {},
    make(
      "details.message",
      { "data-id": id, open: isOpen },
      make(
        "summary",
        {},
        make("span.state", { "data-state": STATE[state] }, state),
        make("code.message-value", {}, inspect(value)),
        make("span.muted", {}, `${DUE[state]} `, make("time", { datetime: due }, due)),
      ),
      make(
        "div.stack",
        {},
        make(
          "dl.facts",
          {},
          fact("Id", make("code", {}, id)),
          fact("Sent", make("time", { datetime: sent }, sent)),
          fact("Attempts", String(attempts)),
          fact("Type", kindOf(value)),
        ),
        make("pre.code.value", { tabindex: "0", "aria-label": "Message" }, inspect(value)),
      ),
    ),
  );
}

function fact(name, what) {
  return make("div", {}, make("dt", {}, name), make("dd", {}, what));
}

function empty() {
  if (part === "dead") {
    return make("div.empty.card", {}, make("h3", {}, "No message is dead"), make("p", {}, "What fails after its last attempt, and has no key to be written under, is kept here."));
  }
  return make(
    "div.empty.card",
    {},
    make("h3", {}, "Nothing waits"),
    make("p", {}, "Messages that a function sends stand here until a handler is done with them:"),
    make("pre.code", { tabindex: "0", "aria-label": "Code" }, "const kv = await Deno.openKv();\nkv.listenQueue(async (message) => { … });\nawait kv.enqueue({ job: 1 });"),
  );
}

async function turn() {
  try {
    if (!document.hidden) await look();
  } catch (error) {
    if (before === "") fill(place, make("p.notice.bad", { role: "alert" }, error.message));
  }
  setTimeout(turn, LOOK_MS);
}
turn();
