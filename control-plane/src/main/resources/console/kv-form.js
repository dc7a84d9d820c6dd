/** The form by which an entry is added or changed; what was changed meanwhile is never written over unasked. */
import { busy } from "./actions.js";
import { send } from "./api.js";
import { fill, make, say } from "./dom.js";
import { base64Of, bytesOf, bytesOfHex, hexOf, keyLabel, typeOfPart } from "./keys.js";
import { entryUrl, readEntry } from "./kv-entry.js";
import { inspect } from "./values.js";

const PARTS = { string: "string", number: "number", bigint: "bigint", boolean: "boolean", bytes: "bytes (hex)" };
const VALUES = {
  json: "JSON",
  text: "string",
  number: "number",
  bigint: "bigint",
  bytes: "bytes (hex)",
  u64: "KvU64",
};
const UNITS = { 1000: "seconds", 60_000: "minutes", 3_600_000: "hours", 86_400_000: "days" };
const MORE_FORMS =
  'For what JSON lacks: {"$bigint":"1"} · {"$date":"2026-01-31T12:00:00Z"} · {"$map":[[1,2]]} · {"$set":[1]} · {"$bytes":"base64"} · {"$undefined":true}';

export class EntryForm {
  #place;
  #api;
  #does;

  /** @param does saved(key), left(key or null) */
  constructor(place, api, does) {
    this.#place = place;
    this.#api = api;
    this.#does = does;
  }

  add(prefix) {
    const parts = keyRows(prefix.length > 0 ? [...prefix, ""] : [""]);
    this.#show("Add entry", { key: () => parts.read(), head: parts.element, entry: null, stamp: "none" });
    parts.focus();
  }

  /** @param entry with the versionstamp "none" when there is nothing under its key */
  edit(entry) {
    const isNew = entry.versionstamp === "none";
    this.#show(isNew ? "Add entry" : "Edit entry", {
      key: () => entry.key,
      head: make("p.kv-key", {}, keyLabel(entry.key)),
      entry: isNew ? null : entry,
      stamp: entry.versionstamp,
    });
    this.#place.querySelector("textarea, input")?.focus();
  }

  #show(title, { key, head, entry, stamp }) {
    const value = valueFields(entry?.value);
    const expiry = expiryFields(entry?.expiresAt);
    const problem = make("div.notice.bad", { role: "alert", hidden: true });
    const save = make("button.primary", { type: "submit" }, "Save");
    let expected = stamp;
    const refuse = (...what) => {
      fill(problem, ...what);
      problem.hidden = false;
      problem.scrollIntoView({ block: "nearest" });
    };
    const form = make(
      "form.stack",
      { novalidate: true },
      make("h2", {}, title),
      head,
      value.element,
      expiry.element,
      problem,
      make(
        "div.row.end",
        {},
        make("button", { type: "button", onclick: () => this.#does.left(entry?.key ?? null) }, "Cancel"),
        save,
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      problem.hidden = true;
      busy(save, async () => {
        let at;
        try {
          at = key();
          const body = value.read();
          const expireIn = expiry.read();
          await send("PUT", entryUrl(this.#api, at, { ifVersionstamp: expected, ...(expireIn ? { expireIn } : {}) }), {
            body,
            type: "application/json",
          });
        } catch (error) {
          if (error.code !== "CONFLICT") return refuse(make("p.wrap", {}, error.message));
          const theirs = await readEntry(this.#api, at);
          const isNew = expected === "none";
          return refuse(
            ...conflict(theirs, isNew, () => {
              expected = theirs?.versionstamp ?? "none";
              form.requestSubmit();
            }),
          );
        }
        say("Saved");
        await this.#does.saved(at);
      });
    });
    fill(this.#place, form);
  }
}

/** Says what somebody else wrote meanwhile; what was typed stays in the form. */
function conflict(theirs, isNew, overwrite) {
  return [
    make(
      "p",
      {},
      isNew
        ? "Not saved: this key has an entry already."
        : theirs
          ? "Not saved: somebody changed this entry meanwhile. What you wrote is still here."
          : "Not saved: somebody deleted this entry meanwhile. What you wrote is still here.",
    ),
    theirs && make("p", {}, "It holds now:"),
    theirs && make("pre.code.value", { tabindex: "0", "aria-label": "What it holds now" }, inspect(theirs.value)),
    make("button.small.danger", { type: "button", onclick: overwrite }, theirs ? "Write mine over it" : "Write mine again"),
  ];
}

/** The parts of a key, each with its type. */
function keyRows(key) {
  const rows = make("div.stack.kv-parts");
  const add = (part) => {
    const type = select(PARTS, typeOfPart(part), `Type of part ${rows.children.length + 1}`);
    const input = make("input.mono", { autocomplete: "off", spellcheck: "false", "aria-label": `Part ${rows.children.length + 1}` });
    input.value = partInput(part);
    const remove = make(
      "button.quiet.small",
      { type: "button", "aria-label": `Remove part ${rows.children.length + 1}`, onclick: () => rows.children.length > 1 && row.remove() },
      "Remove",
    );
    const row = make("div.kv-part", {}, type, input, remove);
    rows.append(row);
    return input;
  };
  key.forEach(add);
  return {
    element: make(
      "fieldset",
      {},
      make("legend", {}, "Key, part by part"),
      rows,
      make("p", {}, make("button.small", { type: "button", onclick: () => add("").focus() }, "Add part")),
    ),
    focus: () => rows.lastElementChild.querySelector("input").focus(),
    read: () =>
      [...rows.children].map((row, at) => readPart(row.querySelector("select").value, row.querySelector("input").value, at + 1)),
  };
}

function partInput(part) {
  switch (typeOfPart(part)) {
    case "bigint":
      return part.$bigint;
    case "bytes":
      return hexOf(bytesOf(part.$bytes));
    case "number":
      return typeof part === "number" ? String(part) : part.$number;
    default:
      return String(part);
  }
}

function readPart(type, text, number) {
  switch (type) {
    case "number":
      return readNumber(text, `Part ${number}`);
    case "bigint":
      return { $bigint: readBigint(text, `Part ${number}`) };
    case "boolean":
      if (text !== "true" && text !== "false") throw new Error(`Part ${number} must be true or false`);
      return text === "true";
    case "bytes":
      return { $bytes: base64Of(bytesOfHex(text)) };
    default:
      return text;
  }
}

function readNumber(text, what) {
  const number = text.trim() === "" ? NaN : Number(text);
  if (["NaN", "Infinity", "-Infinity", "-0"].includes(text.trim())) return { $number: text.trim() };
  if (!Number.isFinite(number)) throw new Error(`${what} is no number`);
  return number;
}

function readBigint(text, what) {
  const digits = text.trim().replace(/n$/, "");
  if (!/^-?[0-9]+$/.test(digits)) throw new Error(`${what} is no whole number`);
  return digits;
}

/** The value, by its type; read() is the JSON to send. */
function valueFields(value) {
  const [kind, text] = valueInput(value);
  const type = select(VALUES, kind, "Type of the value");
  const input = make("textarea", { id: "kv-value", rows: "8", spellcheck: "false", "aria-describedby": "kv-value-help" });
  input.value = text;
  const help = make("p.help", { id: "kv-value-help" });
  const explain = () => {
    help.textContent = type.value === "json" ? MORE_FORMS : "";
  };
  type.addEventListener("change", explain);
  explain();
  return {
    element: make("div.field", {}, make("div.between", {}, make("label", { for: "kv-value" }, "Value"), type), input, help),
    read: () => {
      switch (type.value) {
        case "text":
          return JSON.stringify(input.value);
        case "number":
          return JSON.stringify(readNumber(input.value, "The value"));
        case "bigint":
          return JSON.stringify({ $bigint: readBigint(input.value, "The value") });
        case "u64":
          return JSON.stringify({ $u64: readBigint(input.value, "The value") });
        case "bytes":
          return JSON.stringify({ $bytes: base64Of(bytesOfHex(input.value)) });
        default:
          try {
            JSON.parse(input.value);
          } catch (error) {
            throw new Error(`The value is no JSON: ${error.message}`);
          }
          return input.value;
      }
    },
  };
}

function valueInput(value) {
  if (value === undefined) return ["json", ""];
  if (typeof value === "string") return ["text", value];
  if (typeof value === "number") return ["number", String(value)];
  const names = value !== null && typeof value === "object" && !Array.isArray(value) ? Object.keys(value) : [];
  if (names.length === 1) {
    switch (names[0]) {
      case "$u64":
        return ["u64", value.$u64];
      case "$bigint":
        return ["bigint", value.$bigint];
      case "$number":
        return ["number", value.$number];
      case "$bytes":
        return ["bytes", hexOf(bytesOf(value.$bytes)).replace(/(..)(?=.)/g, "$1 ")];
    }
  }
  return ["json", JSON.stringify(value, null, 2)];
}

/** When the entry is to end; read() is in milliseconds from now, or null. */
function expiryFields(expiresAt) {
  const choices = { never: "never", in: "after", ...(expiresAt ? { keep: "as it is" } : {}) };
  const when = select(choices, expiresAt ? "keep" : "never", "Expires");
  when.id = "kv-expires";
  const amount = make("input", { type: "number", min: "1", value: "1", "aria-label": "How long" });
  const unit = select(UNITS, "3600000", "Unit");
  const span = make("span.row.kv-span", { hidden: true }, amount, unit);
  when.addEventListener("change", () => (span.hidden = when.value !== "in"));
  return {
    element: make("div.field", {}, make("label", { for: "kv-expires" }, "Expires"), make("div.row.kv-expires", {}, when, span)),
    read: () => {
      if (when.value === "never") return null;
      const ms = when.value === "in" ? Number(amount.value) * Number(unit.value) : Date.parse(expiresAt) - Date.now();
      if (!(ms >= 1 && ms < 2 ** 31)) {
        throw new Error(when.value === "in" ? "It can expire after at most 24 days, and at least a second" : "It has expired meanwhile; choose another time");
      }
      return String(Math.round(ms));
    },
  };
}

function select(choices, chosen, label) {
  const element = make(
    "select",
    { "aria-label": label },
    ...Object.entries(choices).map(([value, text]) => make("option", { value, selected: value === chosen }, text)),
  );
  return element;
}
