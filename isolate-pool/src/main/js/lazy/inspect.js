/** How values read in the log: as node and Deno show them, bounded in depth, breadth and length. */
import { formatKey, quote } from "../parts/inspect-text.js";

const PAIRS = ["Headers", "URLSearchParams", "FormData"];
const LIMITS = { depth: 4, items: 100, text: 10_000, width: 76, total: 60_000 };

export default function inspectScript(core) {
  const { apply } = core;
  const { getOwnPropertyDescriptor, getPrototypeOf, keys: keysOf } = Object;
  const ownKeys = Reflect.ownKeys;
  const errorText = (value) => core.use("errors").trace(value, 0);
  const getterOf = (type, name) => getOwnPropertyDescriptor(type.prototype, name).get;
  const mapSize = getterOf(Map, "size");
  const setSize = getterOf(Set, "size");
  const viewName = getOwnPropertyDescriptor(getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;

  function is(getter, value) {
    try {
      apply(getter, value, []);
      return true;
    } catch {
      return false;
    }
  }

  function inspect(value, depth = LIMITS.depth) {
    const seen = { path: [], circular: new Map(), budget: LIMITS.total };
    let text = format(value, depth, seen, 0);
    if (seen.circular.has(value)) text = `<ref *1> ${text}`;
    return text;
  }

  function format(value, depth, seen, indent) {
    switch (typeof value) {
      case "string":
        return quote(value.length > LIMITS.text ? value.slice(0, LIMITS.text) : value) + more(value.length - LIMITS.text, "characters");
      case "number":
        return Object.is(value, -0) ? "-0" : `${value}`;
      case "bigint":
        return `${value}n`;
      case "symbol":
        return value.toString();
      case "undefined":
      case "boolean":
        return `${value}`;
      default:
        return value === null ? "null" : formatObject(value, depth, seen, indent);
    }
  }

  const more = (count, what) => (count > 0 ? `... ${count} more ${what}` : "");

  function constructorName(value) {
    for (let at = value, steps = 0; at !== null && steps < 50; at = getPrototypeOf(at), steps++) {
      const own = getOwnPropertyDescriptor(at, "constructor");
      if (own !== undefined && typeof own.value === "function" && typeof own.value.name === "string" && own.value.name !== "") {
        return own.value.name;
      }
    }
    return null;
  }

  function formatObject(value, depth, seen, indent) {
    if (seen.path.includes(value)) {
      if (!seen.circular.has(value)) seen.circular.set(value, seen.circular.size + 1);
      return `[Circular *${seen.circular.get(value)}]`;
    }
    if (seen.budget <= 0) return "...";
    try {
      const custom = customText(value, depth);
      if (custom !== undefined) return custom;
      seen.path.push(value);
      const text = formatKind(value, depth, seen, indent);
      seen.budget -= text.length;
      return text;
    } catch (error) {
      return `[an object that cannot be shown${typeof error === "object" ? "" : `: ${typeof error}`}]`;
    } finally {
      if (seen.path[seen.path.length - 1] === value) seen.path.pop();
    }
  }

  function customText(value, depth) {
    for (const key of [Symbol.for("Deno.customInspect"), Symbol.for("nodejs.util.inspect.custom")]) {
      if (typeof value[key] !== "function") continue;
      const text = value[key]((each) => inspect(each, depth), { depth });
      return typeof text === "string" ? text : inspect(text, depth);
    }
    return undefined;
  }

  function formatKind(value, depth, seen, indent) {
    const name = constructorName(value);
    if (typeof value === "function") return formatFunction(value, name, depth, seen, indent);
    if (Array.isArray(value)) return list(value, name === "Array" ? "" : `${name}(${value.length}) `, "[", "]", arrayItems, depth, seen, indent);
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
      const kind = apply(viewName, value, []);
      return list(value, `${kind}(${value.length}) `, "[", "]", arrayItems, depth, seen, indent);
    }
    if (value instanceof Error) return withProperties(value, errorText(value), depth, seen, indent);
    if (value instanceof Map && is(mapSize, value)) {
      return list(value, `${name ?? "Map"}(${apply(mapSize, value, [])}) `, "{", "}", mapItems, depth, seen, indent);
    }
    if (value instanceof Set && is(setSize, value)) {
      return list(value, `${name ?? "Set"}(${apply(setSize, value, [])}) `, "{", "}", setItems, depth, seen, indent);
    }
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
    if (value instanceof RegExp) return `${value}`;
    if (value instanceof Promise) return "Promise {}";
    if (value instanceof WeakMap || value instanceof WeakSet) return `${name} { <items unknown> }`;
    if (value instanceof ArrayBuffer) return `ArrayBuffer { byteLength: ${value.byteLength} }`;
    if (value instanceof Boolean || value instanceof Number || value instanceof String) {
      return `[${name}: ${format(value.valueOf(), depth, seen, indent)}]`;
    }
    const isPairs = PAIRS.includes(name) && typeof value[Symbol.iterator] === "function";
    const itemsOf = isPairs ? pairItems : () => members(value, name);
    return list(value, prefix(value, name), "{", "}", itemsOf, depth, seen, indent);
  }

  function prefix(value, name) {
    const tag = value[Symbol.toStringTag];
    const shown = name === null ? "[Object: null prototype] " : name === "Object" ? "" : `${name} `;
    return typeof tag === "string" && tag !== "" && tag !== name ? `${shown || "Object "}[${tag}] ` : shown;
  }

  function formatFunction(value, name, depth, seen, indent) {
    const own = getOwnPropertyDescriptor(value, "prototype");
    const isClass = own !== undefined && own.writable === false;
    const parent = isClass ? getPrototypeOf(value) : null;
    const kind = isClass ? "class" : (name ?? "Function");
    const text = value.name ? `${kind}${isClass ? " " : ": "}${value.name}` : `${kind} (anonymous)`;
    const extending = typeof parent === "function" && parent.name ? ` extends ${parent.name}` : "";
    return withProperties(value, `[${text}${extending}]`, depth, seen, indent);
  }

  function withProperties(value, text, depth, seen, indent) {
    const keys = keysOf(value).filter((key) => !(value instanceof Error && (key === "message" || key === "stack" || key === "cause")));
    if (keys.length === 0) return text;
    return `${text} ${list(value, "", "{", "}", () => keys, depth, seen, indent)}`;
  }

  /** Keys of an object; of the platform's own classes, their readable members. */
  function members(value, name) {
    const prototype = getPrototypeOf(value);
    const global = name === null || name === "Object" ? undefined : getOwnPropertyDescriptor(globalThis, name);
    if (prototype === null || global?.value?.prototype !== prototype) {
      return ownKeys(value).filter((key) => getOwnPropertyDescriptor(value, key)?.enumerable);
    }
    return keysOf(prototype).filter((key) => {
      const getter = getOwnPropertyDescriptor(prototype, key).get;
      return getter !== undefined && key !== "body" && key !== "signal" && key !== "searchParams";
    });
  }

  /** The pairs of Headers, URLSearchParams or FormData. */
  function* pairItems(value, each) {
    for (const [key, item] of value) yield `${quote(key)} => ${each(item)}`;
  }

  function* arrayItems(value, each) {
    let holes = 0;
    const { length } = value;
    let shown = 0;
    for (let i = 0; i < length && shown < LIMITS.items; i++) {
      if (!(i in value)) {
        holes++;
        if (holes > LIMITS.items * 10) break;
        continue;
      }
      if (holes > 0) yield `<${holes} empty item${holes === 1 ? "" : "s"}>`;
      holes = 0;
      shown++;
      yield each(value[i]);
    }
    if (holes > 0) yield `<${holes} empty item${holes === 1 ? "" : "s"}>`;
    if (length > LIMITS.items && shown >= LIMITS.items) yield more(length - LIMITS.items, "items");
  }

  function* mapItems(value, each) {
    let count = 0;
    for (const [key, item] of Map.prototype.entries.call(value)) {
      if (count++ === LIMITS.items) return yield more(apply(mapSize, value, []) - LIMITS.items, "items");
      yield `${each(key)} => ${each(item)}`;
    }
  }

  function* setItems(value, each) {
    let count = 0;
    for (const item of Set.prototype.values.call(value)) {
      if (count++ === LIMITS.items) return yield more(apply(setSize, value, []) - LIMITS.items, "items");
      yield each(item);
    }
  }

  function property(value, key, each) {
    const own = getOwnPropertyDescriptor(value, key);
    const shown = formatKey(key);
    if (own === undefined) return `${shown}: ${each(value[key])}`;
    if (own.get !== undefined) return `${shown}: [Getter${own.set === undefined ? "" : "/Setter"}]`;
    if (own.set !== undefined) return `${shown}: [Setter]`;
    return `${shown}: ${each(own.value)}`;
  }

  function list(value, before, open, close, itemsOf, depth, seen, indent) {
    if (depth < 0) return Array.isArray(value) ? "[Array]" : `[${before.trim() || "Object"}]`;
    const each = (item) => format(item, depth - 1, seen, indent + 2);
    const items = [];
    const given = itemsOf(value, each);
    if (Array.isArray(given)) {
      for (const key of given.slice(0, LIMITS.items)) items.push(property(value, key, each));
      if (given.length > LIMITS.items) items.push(more(given.length - LIMITS.items, "properties"));
    } else {
      for (const item of given) items.push(item);
      const extra = keysOf(value).filter((key) => !/^\d+$/.test(key));
      for (const key of extra.slice(0, LIMITS.items)) items.push(property(value, key, each));
    }
    if (items.length === 0) return `${before}${open}${close}`;
    const oneLine = items.join(", ");
    if (oneLine.length + before.length + indent <= LIMITS.width && !oneLine.includes("\n")) {
      return `${before}${open} ${oneLine} ${close}`;
    }
    const pad = " ".repeat(indent + 2);
    const numbers = open === "[" && items.length > 6 && items.every((item) => item.length <= 16);
    const rows = numbers ? grouped(items) : items;
    return `${before}${open}\n${pad}${rows.join(`,\n${pad}`)}\n${" ".repeat(indent)}${close}`;
  }

  /** Short items side by side. */
  function grouped(items) {
    const width = Math.max(...items.map((item) => item.length));
    const columns = Math.max(1, Math.floor(LIMITS.width / (width + 2)));
    const rows = [];
    for (let i = 0; i < items.length; i += columns) {
      rows.push(items.slice(i, i + columns).map((item) => item.padStart(width)).join(", "));
    }
    return rows;
  }

  return { __proto__: null, inspect };
}
