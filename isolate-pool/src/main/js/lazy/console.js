/** console: https://console.spec.whatwg.org/. Each call is one line of the log, of bounded size. */

const LONGEST = 8192;
const MOST_COLUMNS = 20;

export default function consoleScript(core) {
  const { inspect } = core.use("inspect");
  const DEBUG = 0;
  const INFO = 1;
  const WARN = 2;
  const ERROR = 3;
  const counts = new Map();
  const timers = new Map();
  let indent = "";

  function cut(text) {
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length - LONGEST} more characters)` : text;
  }

  function write(level, text) {
    const lines = indent === "" ? text : indent + text.replaceAll("\n", `\n${indent}`);
    core.log(level, cut(lines));
  }

  const plain = (value) => (typeof value === "string" ? value : inspect(value));

  function number(value, whole) {
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "symbol") return "NaN";
    return `${whole ? parseInt(value, 10) : parseFloat(value)}`;
  }

  function substitute(kind, value) {
    switch (kind) {
      case "s":
        return typeof value === "object" ? inspect(value, 1) : typeof value === "symbol" ? value.toString() : `${value}`;
      case "d":
      case "i":
        return number(value, kind === "i" || typeof value !== "number");
      case "f":
        return number(value, false);
      case "c":
        return "";
      default:
        return inspect(value);
    }
  }

  /** The text of a call's arguments, with the substitutions of a first string such as `%s`. */
  function format(values) {
    if (values.length === 0) return "";
    let at = 0;
    let text = "";
    if (typeof values[0] === "string") {
      at = 1;
      text = values[0];
      if (values.length > 1 && text.includes("%")) {
        text = text.replace(/%[sdifoOcj%]/g, (found) => {
          if (found === "%%") return "%";
          if (at >= values.length) return found;
          return substitute(found[1], values[at++]);
        });
      }
    } else {
      at = 1;
      text = inspect(values[0]);
    }
    for (; at < values.length; at++) text += ` ${plain(values[at])}`;
    return text;
  }

  function table(data, columns) {
    if (typeof data !== "object" || data === null) return write(INFO, format([data]));
    const rows = data instanceof Map ? [...data] : data instanceof Set ? [...data].map((value, i) => [i, value]) : Object.entries(data);
    const heads = ["(idx)"];
    const cells = rows.slice(0, 100).map(([key, value]) => {
      const row = new Map([["(idx)", plain(key)]]);
      if (typeof value === "object" && value !== null) {
        for (const name of columns ?? Object.keys(value).slice(0, MOST_COLUMNS)) {
          if (!heads.includes(name)) heads.push(name);
          if (name in value) row.set(name, inspect(value[name], 0));
        }
      } else row.set("Values", inspect(value));
      return row;
    });
    if (cells.some((row) => row.has("Values"))) heads.push("Values");
    const widths = heads.map((head) => Math.max(head.length, ...cells.map((row) => (row.get(head) ?? "").length)));
    const rule = (left, middle, right) => left + widths.map((width) => "─".repeat(width + 2)).join(middle) + right;
    const line = (values) => `│ ${values.map((value, i) => value.padEnd(widths[i])).join(" │ ")} │`;
    const lines = [rule("┌", "┬", "┐"), line(heads), rule("├", "┼", "┤")];
    for (const row of cells) lines.push(line(heads.map((head) => row.get(head) ?? "")));
    lines.push(rule("└", "┴", "┘"));
    return write(INFO, lines.join("\n"));
  }

  const elapsed = (from) => `${(core.now() - from).toFixed(3)}ms`;

  const methods = {
    log(...values) {
      write(INFO, format(values));
    },
    info(...values) {
      write(INFO, format(values));
    },
    debug(...values) {
      write(DEBUG, format(values));
    },
    warn(...values) {
      write(WARN, format(values));
    },
    error(...values) {
      write(ERROR, format(values));
    },
    trace(...values) {
      const { stack } = new Error();
      const frames = typeof stack === "string" ? stack.slice(Math.max(0, stack.indexOf("\n    at "))) : "";
      write(DEBUG, `Trace${values.length === 0 ? "" : `: ${format(values)}`}${frames}`);
    },
    assert(condition = false, ...values) {
      if (condition) return;
      write(ERROR, values.length === 0 ? "Assertion failed" : `Assertion failed: ${format(values)}`);
    },
    dir(value, options = undefined) {
      write(INFO, inspect(value, typeof options?.depth === "number" ? options.depth : undefined));
    },
    dirxml(...values) {
      write(INFO, format(values));
    },
    table(data, columns = undefined) {
      table(data, columns);
    },
    group(...values) {
      if (values.length > 0) write(INFO, format(values));
      if (indent.length < 100) indent += "  ";
    },
    groupCollapsed(...values) {
      methods.group(...values);
    },
    groupEnd() {
      indent = indent.slice(2);
    },
    count(label = "default") {
      const count = (counts.get(`${label}`) ?? 0) + 1;
      counts.set(`${label}`, count);
      write(INFO, `${label}: ${count}`);
    },
    countReset(label = "default") {
      if (counts.delete(`${label}`)) return;
      write(WARN, `Count for '${label}' does not exist`);
    },
    time(label = "default") {
      if (timers.has(`${label}`)) write(WARN, `Timer '${label}' already exists`);
      else timers.set(`${label}`, core.now());
    },
    timeLog(label = "default", ...values) {
      const from = timers.get(`${label}`);
      if (from === undefined) write(WARN, `Timer '${label}' does not exist`);
      else write(INFO, `${label}: ${elapsed(from)}${values.length === 0 ? "" : ` ${format(values)}`}`);
    },
    timeEnd(label = "default") {
      const from = timers.get(`${label}`);
      if (from === undefined) write(WARN, `Timer '${label}' does not exist`);
      else write(INFO, `${label}: ${elapsed(from)}`);
      timers.delete(`${label}`);
    },
    timeStamp() {},
    clear() {},
  };

  const console = Object.create({});
  for (const name of Object.keys(methods)) console[name] = methods[name];
  Object.defineProperty(console, Symbol.toStringTag, { value: "console", configurable: true });
  return { __proto__: null, console };
}
