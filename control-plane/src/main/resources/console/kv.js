/** The page of a database: its keys at one side, the entry that was chosen at the other. */
import { say, make } from "./dom.js";
import { keyText } from "./keys.js";
import { KeyTree } from "./kv-tree.js";
import { EntryView } from "./kv-entry.js";
import { EntryForm } from "./kv-form.js";
import { exportAll, importFile } from "./kv-transfer.js";

const page = document.getElementById("kv");
const { api, database } = page.dataset;
const writable = "write" in page.dataset;
const place = document.getElementById("entry");
const find = document.getElementById("prefix");
const problem = document.getElementById("find-problem");

const tree = new KeyTree(document.getElementById("keys"), api, (key) => go({ key }), nothing);
const view = new EntryView(place, api, { writable, edit, back, gone: () => changed(null) });
const form = new EntryForm(place, api, { saved: changed, left: (key) => (key ? show(key) : back()) });

/** Where the page is stands in its address, so that links and the Back button lead there. */
function go({ key = null, prefix = here().prefix }) {
  const query = new URLSearchParams();
  if (prefix.length > 0) query.set("prefix", JSON.stringify(prefix));
  if (key) query.set("key", JSON.stringify(key));
  history.pushState(null, "", query.size > 0 ? `?${query}` : location.pathname);
  return arrive();
}

function here() {
  const query = new URLSearchParams(location.search);
  return { key: keyOf(query.get("key")), prefix: keyOf(query.get("prefix")) ?? [] };
}

function keyOf(text) {
  try {
    const key = text === null ? null : JSON.parse(text);
    return Array.isArray(key) ? key : null;
  } catch {
    return null;
  }
}

let shownPrefix;
/** The entry does not wait for the tree: whoever begins a form while keys are loaded keeps it. */
async function arrive() {
  const { key, prefix } = here();
  const shown = key ? show(key) : rest();
  if (JSON.stringify(prefix) !== shownPrefix) {
    shownPrefix = JSON.stringify(prefix);
    find.value = prefix.length > 0 ? JSON.stringify(prefix) : "";
    await attempt(() => tree.show(prefix));
  }
  await shown;
}

async function show(key) {
  page.dataset.open = "";
  tree.mark(key);
  await attempt(() => view.show(key));
}

function rest() {
  delete page.dataset.open;
  tree.mark(null);
  view.clear();
}

function back() {
  go({});
  document.querySelector(".tree [tabindex='0']")?.focus();
}

function edit(entry) {
  view.stop();
  form.edit(entry);
}

/** Something was written: the tree is read anew, and the entry is shown. */
async function changed(key) {
  const read = attempt(() => tree.show());
  await go({ key });
  await read;
}

async function attempt(work) {
  try {
    await work();
  } catch (error) {
    say(error.message, "bad");
  }
}

function nothing(root) {
  if (root.length > 0) {
    return make(
      "div.kv-empty",
      {},
      make("p", {}, "No key begins with ", make("code", {}, keyText(root)), "."),
      make("button.small", { type: "button", onclick: () => go({ prefix: [] }) }, "Show all keys"),
    );
  }
  return make(
    "div.kv-empty",
    {},
    make("h2", {}, "No entries yet"),
    make("p", {}, "A function writes the first one:"),
    make("pre.code", { tabindex: "0", "aria-label": "Code" }, 'const kv = await Deno.openKv();\nawait kv.set(["users", 1], { name: "Ada" });'),
    writable && make("p", {}, "Or add one here, or import a file that was exported elsewhere."),
  );
}

document.getElementById("find").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = find.value.trim();
  const key = text === "" ? [] : keyOf(text);
  problem.hidden = key !== null;
  find.setAttribute("aria-invalid", String(key === null));
  if (key === null) {
    problem.textContent = 'That is no key. Write a JSON array of its parts, such as ["users", 1]; a bigint is {"$bigint":"1"}, bytes are {"$bytes":"base64"}.';
    return;
  }
  go({ prefix: key });
});

document.getElementById("add")?.addEventListener("click", () => {
  page.dataset.open = "";
  tree.mark(null);
  view.stop();
  form.add(here().prefix);
});

document.getElementById("export").addEventListener("click", (event) => exportAll(event.currentTarget, api, database));

document.getElementById("file")?.addEventListener("change", async ({ currentTarget: input }) => {
  const file = input.files[0];
  input.value = "";
  if (file && (await importFile(document.getElementById("import"), api, file))) await changed(null);
});

addEventListener("popstate", arrive);
document.addEventListener("echelon:back", () => {
  shownPrefix = undefined;
  arrive();
});
arrive();
