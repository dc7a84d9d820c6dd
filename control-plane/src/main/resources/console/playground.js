/** Writes a function, runs it as a preview revision, and shows what it answered and logged. */
import { busy } from "./actions.js";
import { call, events, lines, send } from "./api.js";
import { ask, fill, make, say } from "./dom.js";
import { makeEditor, withoutTypes } from "./editor.js";
import { headerOf, headersOf, pretty } from "./http.js";
import { hashed, upload } from "./upload.js";

const LINES_SHOWN = 200;
const LINES_WAIT_MS = 400;
const LINES_LOOKS = 6;
const PROBLEMS_SHOWN = 5;
const TEMPLATE = `interface Visit {
  path: string;
  at: string;
}

export default {
  async fetch(request: Request): Promise<Response> {
    const visit: Visit = { path: new URL(request.url).pathname, at: new Date().toISOString() };
    console.log("visited", visit.path);
    return Response.json(visit);
  },
};
`;

const page = document.getElementById("playground");
const { api, app, tenant } = page.dataset;
const mayLog = "logs" in page.dataset;
const revisions = `${api}/apps/${app}/revisions`;
const result = document.getElementById("result");
const revision = document.getElementById("revision");
const log = document.getElementById("lines");
const form = document.getElementById("request");
const button = document.getElementById("run");
const kept = `echelon-playground/${tenant}/${app}`;

const place = document.getElementById("editor");
fill(place);
const editor = makeEditor(place, {
  text: localStorage.getItem(kept) ?? TEMPLATE,
  label: "Source of main.ts",
  save: run,
  changed: (text) => localStorage.setItem(kept, text),
  types: new URL("types.js", import.meta.url).href,
  problems: showProblems,
});
editor.focus();

button.addEventListener("click", run);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
document.getElementById("reset").addEventListener("click", async () => {
  if (await ask("Start anew? What is in the editor is thrown away.", { yes: "Start anew", danger: true })) editor.replace(TEMPLATE);
});

let deployed = { source: null, revision: null };

function run() {
  if (button.disabled) return;
  busy(button, async () => {
    const source = editor.text();
    editor.mark(0);
    let code;
    try {
      code = withoutTypes(source);
    } catch (error) {
      editor.mark(error.line);
      return refuse(`Line ${error.line || "?"}: ${error.message}`);
    }
    try {
      if (deployed.source !== source) {
        fill(revision);
        fill(result, make("p.muted", {}, "Deploying …"));
        deployed = { source, revision: await deploy(source, code) };
      }
      await tell(deployed.revision);
    } catch (error) {
      const line = Number(/main\.js:(\d+)/.exec(error.message)?.[1] ?? 0);
      editor.mark(line);
      refuse(error.message);
    }
  });
}

/** Type errors do not keep a function from running, as with every tool that takes types away. */
function showProblems(problems) {
  const place = document.getElementById("problems");
  place.classList.toggle("has", problems.length > 0);
  fill(
    place,
    ...(problems.length === 0
      ? ["No type errors"]
      : problems.slice(0, PROBLEMS_SHOWN).map(({ line, message }) =>
          make("button.quiet.small", { type: "button", onclick: () => editor.show(line) }, `Line ${line}: ${message.split("\n")[0]}`),
        )),
    problems.length > PROBLEMS_SHOWN && make("span", {}, `and ${problems.length - PROBLEMS_SHOWN} more`),
  );
}

function refuse(message) {
  fill(result, make("p.notice.bad.wrap", { role: "alert" }, message));
}

/** Makes a preview revision of the two files, and waits until it is ready on all nodes. */
async function deploy(source, code) {
  const texts = { "main.js": code, "main.ts": source };
  const files = await Promise.all(
    Object.entries(texts).map(([path, text]) => hashed({ path, bytes: async () => new TextEncoder().encode(text) })),
  );
  await upload(api, files, () => {});
  const made = await call("POST", `${revisions}?preview=true`, {
    main: "main.js",
    files: files.map(({ path, sha256, bytes }) => ({ path, sha256, bytes })),
  });
  const response = await send("GET", `${revisions}/${made.revision}/progress`, { headers: { accept: "text/event-stream" } });
  for await (const { event, data } of events(response)) {
    if (event === "failed") throw new Error(data.message);
    if (event === "done") return made;
  }
  throw new Error("The deployment's progress ended early; run it again");
}

async function tell(made) {
  const { method, path, headers, body } = Object.fromEntries(new FormData(form));
  const hasBody = body !== "" && method !== "GET" && method !== "HEAD";
  const answer = await call("POST", `${api}/apps/${app}/calls`, {
    revision: made.revision,
    method,
    path: path.startsWith("/") ? path : `/${path}`,
    headers: headersOf(headers),
    ...(hasBody ? { body } : {}),
  });
  showRevision(made);
  showAnswer(answer);
  const id = headerOf(answer.headers, "x-echelon-request-id");
  if (mayLog && id) await showLines(made, id);
}

function showRevision(made) {
  fill(
    revision,
    make("a.button.small", { href: made.previewUrl, target: "_blank", rel: "noopener noreferrer" }, `Open ${made.revision}`),
    make("button.small", { type: "button", onclick: (event) => promote(event.currentTarget, made) }, `Promote ${made.revision}`),
  );
}

async function promote(pressed, made) {
  if (!(await ask(`Lead ${made.url} to ${made.revision}?`, { yes: "Promote" }))) return;
  await busy(pressed, async () => {
    await call("POST", `${api}/apps/${app}/promote`, { revision: made.revision });
    say(`${made.revision} serves now`);
  });
}

function showAnswer(answer) {
  fill(
    result,
    make(
      "p.row",
      {},
      make("span.state", { "data-state": answer.status < 400 ? "ready" : "failed" }, String(answer.status)),
      make("span.muted", {}, `${answer.totalMs.toFixed(1)} ms · ${headerOf(answer.headers, "content-type") ?? "no content type"} · ${answer.bytes} bytes`),
    ),
    answer.bytes === 0
      ? make("p.muted", {}, "The body is empty.")
      : make("pre.code.body", { tabindex: "0", "aria-label": "Body of the response" }, answer.body === null ? `Not text; in base64:\n${answer.base64}` : pretty(answer.body, answer.headers)),
    answer.isCut && make("p.help", {}, `The first ${answer.bytes} bytes are shown.`),
    make(
      "details",
      {},
      make("summary", {}, `Headers (${answer.headers.length})`),
      make("dl.headers", {}, ...answer.headers.flatMap(({ name, value }) => [make("dt", {}, name), make("dd.wrap", {}, value)])),
    ),
  );
}

/** The lines of one request; they need a moment to arrive. */
async function showLines(made, id) {
  const query = new URLSearchParams({ rev: made.revision, limit: "1000" });
  let found = [];
  for (let look = 0; look < LINES_LOOKS && !found.some((line) => line.requestId === id); look++) {
    await new Promise((resolve) => setTimeout(resolve, LINES_WAIT_MS));
    found = [];
    const response = await send("GET", `${api}/apps/${app}/logs?${query}`, { headers: { accept: "application/x-ndjson" } });
    for await (const text of lines(response)) {
      const line = JSON.parse(text);
      if (line.requestId === id || line.requestId === null) found.push(line);
    }
  }
  fill(
    log,
    found.length === 0
      ? make("p.muted", {}, "It logged nothing.")
      : make(
          "div.code.play-lines",
          { tabindex: "0", role: "region", "aria-label": "Log lines" },
          ...found.slice(-LINES_SHOWN).map((line) =>
            make("p", { "data-level": line.level.toLowerCase() }, make("span.muted", {}, line.requestId === null ? "start" : ""), make("code.wrap", {}, line.message)),
          ),
        ),
  );
}
