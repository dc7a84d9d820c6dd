/** Deploys what is dropped: hashes the files, sends those that are missing, and shows how the nodes get on. */
import { call, events, send } from "./api.js";
import { fill, make } from "./dom.js";
import { fromDrop, fromFiles } from "./bundle.js";
import { hashed, upload } from "./upload.js";

const by = (id) => document.getElementById(id);
const form = by("deploy");
const drop = by("drop");
let bundle = null;

async function choose(reading) {
  problem(null);
  try {
    bundle = await reading;
  } catch (error) {
    problem(error.message);
    return;
  }
  const bytes = bundle.files.reduce((sum, { size }) => sum + size, 0);
  fill(by("bundle-files"), ...bundle.files.slice(0, 500).map(({ path, size }) => make("li", {}, make("code", {}, path), make("span.muted", {}, `${size} B`))));
  by("bundle-sum").textContent = `${bundle.files.length} files, ${bytes} bytes; the entry is ${bundle.main}`;
  by("deploy-app").value ||= bundle.appName ?? bundle.name;
  drop.hidden = true;
  by("bundle").hidden = false;
  by("deploy-app").focus();
}

function problem(message) {
  by("deploy-problem").hidden = message === null;
  by("deploy-problem").textContent = message ?? "";
}

async function deploy() {
  const { api, home } = form.dataset;
  const app = by("deploy-app").value;
  const isPreview = by("deploy-kind").value === "preview";
  const steps = make("ul.steps");
  const said = (text, state = "deploying", key = "now") => {
    const line = make("li", { "data-key": key }, make("span.state", { "data-state": state }, state), ` ${text}`);
    const old = [...steps.children].find((child) => child.dataset.key === key);
    if (old) old.replaceWith(line);
    else steps.append(line);
  };
  by("deploy-progress").hidden = false;
  fill(by("deploy-progress"), make("h2", {}, `Deploying ${app}`), steps);
  said("Hashing the files");
  const files = [];
  for (const file of bundle.files) files.push(await hashed(file));
  await upload(api, files, said);
  const revision = await call("POST", `${api}/apps/${app}/revisions${isPreview ? "?preview=true" : ""}`, {
    ...bundle.settings,
    main: bundle.main,
    files: files.map(({ path, sha256, bytes }) => ({ path, sha256, bytes })),
  });
  said(`${revision.revision} is made, ${files.length} files`, "done");
  for await (const { event, data } of events(await send("GET", `${api}/apps/${app}/revisions/${revision.revision}/progress`, { headers: { accept: "text/event-stream" } }))) {
    if (event === "node") {
      said(`${data.node}: ${data.state.toLowerCase()} after ${data.elapsedMs} ms${data.detail ? ` · ${data.detail}` : ""}`, data.state.toLowerCase(), data.node);
    } else if (event === "failed") {
      throw new Error(data.message);
    } else if (event === "done") {
      const url = isPreview ? data.previewUrl : data.url;
      said(`${data.revision} ${isPreview ? "can be previewed" : "serves"}`, "ready", "end");
      by("deploy-progress").append(
        make("p.row", {}, make("a.button.primary", { href: `${home}/apps/${app}` }, `To ${app}`), make("a.address", { href: url, target: "_blank", rel: "noopener noreferrer" }, url)),
      );
    }
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (bundle === null) return;
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  problem(null);
  try {
    await deploy();
  } catch (error) {
    problem(error.message);
  } finally {
    button.disabled = false;
  }
});
drop.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  choose(fromDrop(event.dataTransfer));
});
by("choose-folder").addEventListener("click", () => by("folder").click());
by("choose-files").addEventListener("click", () => by("files").click());
for (const id of ["folder", "files"]) {
  by(id).addEventListener("change", (event) => {
    const files = [...event.target.files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
    if (files.length > 0) choose(fromFiles(files));
    event.target.value = "";
  });
}
by("deploy-reset").addEventListener("click", () => {
  bundle = null;
  by("bundle").hidden = true;
  drop.hidden = false;
});
