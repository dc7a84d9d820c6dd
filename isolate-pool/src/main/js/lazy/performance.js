/** performance: https://w3c.github.io/hr-time/ and the part of User Timing that programs use. */

const MOST_ENTRIES = 10_000;

export default function performanceScript(core) {
  const allowed = {};
  const state = core.slots();
  const entries = [];
  const timeOrigin = Date.now() - core.now();

  function of(object) {
    const own = state.get(object);
    if (own === undefined) throw new TypeError("Illegal invocation: this is not a PerformanceEntry");
    return own;
  }

  class PerformanceEntry {
    constructor(token, name, entryType, startTime, duration, detail) {
      if (token !== allowed) throw new TypeError("Illegal constructor");
      state.set(this, { name, entryType, startTime, duration, detail });
    }

    get name() {
      return of(this).name;
    }

    get entryType() {
      return of(this).entryType;
    }

    get startTime() {
      return of(this).startTime;
    }

    get duration() {
      return of(this).duration;
    }

    toJSON() {
      return { ...of(this) };
    }
  }

  class PerformanceMark extends PerformanceEntry {
    constructor(name, options = {}) {
      const startTime = options?.startTime ?? core.now();
      if (startTime < 0) throw new TypeError("PerformanceMark: startTime must not be negative");
      super(allowed, `${name}`, "mark", Number(startTime), 0, copyOf(options?.detail));
    }

    get detail() {
      return of(this).detail;
    }
  }

  class PerformanceMeasure extends PerformanceEntry {
    get detail() {
      return of(this).detail;
    }
  }

  function copyOf(detail) {
    return detail === undefined || detail === null ? null : core.use("clone").structuredClone(detail);
  }

  function keep(entry) {
    if (entries.length >= MOST_ENTRIES) entries.shift();
    entries.push(entry);
    return entry;
  }

  function timeOf(mark) {
    if (typeof mark === "number") return mark;
    for (let i = entries.length - 1; i >= 0; i--) {
      const own = of(entries[i]);
      if (own.entryType === "mark" && own.name === `${mark}`) return own.startTime;
    }
    throw new (core.use("exception").DOMException)(`There is no mark "${mark}"`, "SyntaxError");
  }

  function clear(type, name) {
    for (let i = entries.length - 1; i >= 0; i--) {
      const own = of(entries[i]);
      if (own.entryType === type && (name === undefined || own.name === `${name}`)) entries.splice(i, 1);
    }
  }

  const sorted = (wanted) => entries.filter((entry) => wanted(of(entry))).sort((a, b) => a.startTime - b.startTime);

  class Performance {
    constructor(token) {
      if (token !== allowed) throw new TypeError("Illegal constructor");
    }

    get timeOrigin() {
      return timeOrigin;
    }

    now() {
      return core.now();
    }

    mark(name, options = {}) {
      return keep(new PerformanceMark(name, options));
    }

    measure(name, startOrOptions = undefined, endMark = undefined) {
      const isDictionary = typeof startOrOptions === "object" && startOrOptions !== null;
      const { start, end, duration, detail } = isDictionary ? startOrOptions : { start: startOrOptions, end: endMark };
      const to = end !== undefined ? timeOf(end) : start !== undefined && duration !== undefined ? timeOf(start) + duration : core.now();
      const from = start !== undefined ? timeOf(start) : duration !== undefined ? to - duration : 0;
      return keep(new PerformanceMeasure(allowed, `${name}`, "measure", from, to - from, copyOf(detail)));
    }

    clearMarks(name = undefined) {
      clear("mark", name);
    }

    clearMeasures(name = undefined) {
      clear("measure", name);
    }

    getEntries() {
      return sorted(() => true);
    }

    getEntriesByName(name, type = undefined) {
      return sorted((own) => own.name === `${name}` && (type === undefined || own.entryType === `${type}`));
    }

    getEntriesByType(type) {
      return sorted((own) => own.entryType === `${type}`);
    }

    toJSON() {
      return { timeOrigin };
    }
  }

  core.idl(PerformanceEntry, "PerformanceEntry");
  core.idl(PerformanceMark, "PerformanceMark");
  core.idl(PerformanceMeasure, "PerformanceMeasure");
  core.idl(Performance, "Performance");
  return {
    __proto__: null,
    Performance,
    PerformanceEntry,
    PerformanceMark,
    PerformanceMeasure,
    performance: new Performance(allowed),
  };
}
