/** Crons: their runs on a timeline, a run now, a pause, the lines that a run logged. */
import { busy } from "./actions.js";
import { call, lines, send } from "./api.js";
import { fill, make, say } from "./dom.js";
import { kind, timeline } from "./timeline.js";

const RUNS = 50;
const FIRES = 5;
const LINES = 10_000;
const LINES_SHOWN = 500;
const LOOK_MS = 5_000;
const STATE = { good: "ready", bad: "failed", on: "begun", idle: "" };

for (const section of document.querySelectorAll("[data-cron]")) new Cron(section);

function Cron(section) {
  const { cron: name, api, schedule, timezone, weekdays } = section.dataset;
  const url = `${api}/crons/${encodeURIComponent(name)}`;
  const mayLog = "logs" in section.dataset;
  const details = section.querySelector("details.runs");
  const place = details.querySelector(".runs-in");
  let next = [];
  let before = "";

  async function look() {
    const [cron, { runs }] = await Promise.all([call("GET", url), call("GET", `${url}/runs?limit=${RUNS}`)]);
    if (next.length === 0 || next[0] <= Date.now()) next = await fires();
    const now = JSON.stringify([cron, runs]);
    if (now !== before) {
      before = now;
      facts(cron, runs);
      list(runs);
    }
    draw(cron, runs);
  }

  async function fires() {
    const query = new URLSearchParams({ schedule, timezone, weekdays, count: FIRES });
    const { times } = await call("GET", `/api/v1/schedule?${query}`);
    return times.map((time) => Date.parse(time));
  }

  function facts(cron, runs) {
    section.dataset.state = cron.state;
    const chip = section.querySelector("h2 .state");
    chip.dataset.state = cron.state;
    chip.textContent = cron.state;
    fill(section.querySelector(".next"), moment(cron.next, cron.state === "paused" ? "paused" : "never"));
    fill(
      section.querySelector(".last"),
      moment(cron.last?.startedAt, "never"),
      cron.last && make("span", {}, " ", chipOf(cron.last.outcome)),
    );
    section.querySelector(".running").textContent = String(cron.running);
    const toggle = section.querySelector(".toggle");
    if (toggle) toggle.firstChild.textContent = cron.state === "paused" ? "Resume" : "Pause";
    details.querySelector("summary").textContent = runs.length === 0 ? "No runs yet" : `Runs (${runs.length === RUNS ? `newest ${RUNS}` : runs.length})`;
  }

  function draw(cron, runs) {
    const isPaused = cron.state === "paused";
    const coming = isPaused ? [] : next;
    const failed = runs.filter((run) => kind(run.outcome) === "bad").length;
    const words = `${runs.length} runs, ${failed} of them failed; ${isPaused ? "paused" : "the next fires to the right"}`;
    const { picture, first, last } = timeline(runs.slice(0, RUNS), coming, Date.now(), words);
    fill(
      section.querySelector(".timeline"),
      picture,
      make(
        "div.timeline-ends",
        {},
        runs.length > 0 ? make("time", { datetime: new Date(first).toISOString() }) : make("span", {}, "no runs yet"),
        make("span", {}, "now"),
        coming.length > 0 ? make("time", { datetime: new Date(last).toISOString() }) : make("span", {}, isPaused ? "paused" : ""),
      ),
    );
  }

  function list(runs) {
    const open = new Set([...place.querySelectorAll(".run[data-open]")].map((row) => row.dataset.id));
    if (runs.length === 0) return fill(place, make("p.muted.runs-none", {}, "It has not run yet. “Run now” does not wait for its time."));
    fill(place, make("ul.list", {}, ...runs.map((run) => row(run, open))));
  }

  function row(run, open) {
    const id = `${run.fire}/${run.attempt}`;
    const log = make("div.run-log", { hidden: true });
    const item = make(
      "li.run",
      { "data-id": id },
      make(
        "div.run-head",
        {},
        chipOf(run.outcome),
        make("time", { datetime: run.startedAt }, run.startedAt),
        make("span.muted", {}, took(run)),
        make("span.muted", {}, [run.revision, run.node, run.attempt > 1 ? `attempt ${run.attempt}` : null].filter(Boolean).join(" · ")),
        mayLog && run.requestId && make("button.small.quiet", { type: "button", "aria-expanded": "false", onclick: (event) => toggle(event.currentTarget) }, "Log lines"),
      ),
      run.detail && make("p.wrap.help", {}, run.detail),
      log,
    );
    async function toggle(button) {
      const isOpen = button.getAttribute("aria-expanded") === "true";
      button.setAttribute("aria-expanded", String(!isOpen));
      item.toggleAttribute("data-open", !isOpen);
      log.hidden = isOpen;
      if (!isOpen) await busy(button, () => showLines(log, api, run));
    }
    const again = item.querySelector("button");
    if (again && open.has(id)) toggle(again);
    return item;
  }

  section.querySelector(".run-now")?.addEventListener("click", (event) => runNow(event.currentTarget));
  section.querySelector(".toggle")?.addEventListener("click", (event) =>
    busy(event.currentTarget, async () => {
      const what = section.dataset.state === "paused" ? "resume" : "pause";
      await call("POST", `${url}/${what}`);
      say(what === "pause" ? `${name} is paused; what it misses is not made up for` : `${name} goes on`);
      await look();
    }),
  );

  async function runNow(button) {
    const time = await askTime(name);
    if (time === undefined) return;
    await busy(button, async () => {
      await call("POST", `${url}/trigger`, time === null ? {} : { scheduledTime: time });
      say(`${name} runs now`);
      details.open = true;
      await look();
    });
  }

  async function turn() {
    try {
      if (!document.hidden) await look();
    } catch (error) {
      if (before === "") fill(section.querySelector(".timeline"), make("p.notice.bad", { role: "alert" }, error.message));
    }
    setTimeout(turn, LOOK_MS);
  }
  turn();
}

/** The lines of a run, which have its request id. */
async function showLines(place, api, run) {
  fill(place, make("p.skeleton", {}, "lines"));
  const since = new Date(Date.parse(run.startedAt) - 1_000).toISOString();
  const query = new URLSearchParams({ since, rev: run.revision, limit: LINES });
  const found = [];
  const response = await send("GET", `${api}/logs?${query}`, { headers: { accept: "application/x-ndjson" } });
  for await (const text of lines(response)) {
    if (!text.includes(run.requestId)) continue;
    const line = JSON.parse(text);
    if (line.requestId === run.requestId && found.push(line) === LINES_SHOWN) break;
  }
  fill(
    place,
    found.length === 0
      ? make("p.help", {}, run.outcome === "running" ? "It has logged nothing yet." : "It logged nothing, or its lines are no longer kept.")
      : make(
          "div.code.scroll.run-lines",
          { tabindex: "0", role: "region", "aria-label": "Log lines" },
          ...found.map((line) =>
            make(
              "p",
              { "data-level": line.level.toLowerCase() },
              make("time", { datetime: line.time, "data-as": "exact" }, line.time),
              make("code.wrap", {}, line.message),
            ),
          ),
        ),
    found.length === LINES_SHOWN && make("p.help", {}, `The first ${LINES_SHOWN} lines.`),
  );
}

/** When a run is to believe that it was to run: undefined is not at all, null is now. */
function askTime(name) {
  return new Promise((resolve) => {
    const input = make("input", { id: "cron-time", type: "datetime-local", step: "1" });
    const dialog = make(
      "dialog",
      { "aria-labelledby": "cron-title" },
      make(
        "form.stack",
        { method: "dialog" },
        make("h2", { id: "cron-title" }, `Run ${name} now`),
        make("p", {}, "It runs at once, even when it is paused or a run is under way."),
        make(
          "div.field",
          {},
          make("label", { for: "cron-time" }, "Scheduled time that it is told"),
          input,
          make("p.help", {}, "In your time zone. Leave it empty for now; set it to do again what a run of that time did."),
        ),
        make("div.row.end", {}, make("button", { value: "no", formnovalidate: true }, "Cancel"), make("button.primary", { value: "yes" }, "Run now")),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (dialog.returnValue !== "yes") resolve(undefined);
      else resolve(input.value === "" ? null : new Date(input.value).toISOString());
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

function moment(time, otherwise) {
  return time ? make("time", { datetime: time }, time) : make("span.muted", {}, otherwise);
}

function chipOf(outcome) {
  return make("span.state", { "data-state": STATE[kind(outcome)] }, outcome);
}

function took({ startedAt, endedAt }) {
  if (!endedAt) return "";
  const ms = Date.parse(endedAt) - Date.parse(startedAt);
  return ms < 1000 ? `${ms} ms` : ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`;
}
