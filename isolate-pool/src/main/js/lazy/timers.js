/** setTimeout and setInterval: https://html.spec.whatwg.org/#timers. One timer of Java's serves all, set to the next due. */

const LONGEST_MS = 2 ** 31 - 1;
const NESTED_LEAST_MS = 4;
const NESTED_AFTER = 5;

export default function timers(core) {
  const { apply } = core;
  const timersById = core.table();
  /** A binary heap by due time, then by the order of setting; entries of cleared timers are dropped when they come up. */
  let heap = [];
  let lastId = 0;
  let sequence = 0;
  let nesting = 0;
  let armedFor = Infinity;

  const earlier = (a, b) => a.due < b.due || (a.due === b.due && a.sequence < b.sequence);

  function add(timer) {
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!earlier(timer, heap[parent])) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = timer;
  }

  function removeFirst() {
    const first = heap[0];
    const last = heap[heap.length - 1];
    heap.length -= 1;
    const { length } = heap;
    if (length > 0) {
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= length) break;
        if (child + 1 < length && earlier(heap[child + 1], heap[child])) child++;
        if (!earlier(heap[child], last)) break;
        heap[at] = heap[child];
        at = child;
      }
      heap[at] = last;
    }
    return first;
  }

  function arm(now) {
    while (heap.length > 0 && heap[0].cleared) removeFirst();
    const due = heap.length === 0 ? Infinity : heap[0].due;
    if (due === armedFor) return;
    armedFor = due;
    core.timer(due === Infinity ? -1 : Math.max(0, due - now));
  }

  function set(name, repeats, callback, delay, values) {
    if (typeof callback !== "function") {
      throw new TypeError(`${name}: the callback must be a function; code in a string is not evaluated`);
    }
    let ms = Number(delay);
    ms = ms >= 0 && ms <= LONGEST_MS ? Math.trunc(ms) : 0;
    if (nesting >= NESTED_AFTER && ms < NESTED_LEAST_MS) ms = NESTED_LEAST_MS;
    if (repeats && ms < 1) ms = 1;
    const now = core.now();
    const timer = {
      __proto__: null,
      id: ++lastId,
      sequence: ++sequence,
      due: now + ms,
      name,
      ms,
      repeats,
      callback,
      values,
      nesting: nesting + 1,
      cleared: false,
    };
    timersById.set(timer.id, timer);
    add(timer);
    arm(now);
    return timer.id;
  }

  function clear(id) {
    const timer = timersById.get(Number(id));
    if (timer === undefined) return;
    timer.cleared = true;
    timersById.delete(timer.id);
    if (heap[0] === timer) arm(core.now());
    else if (heap.length > 64 && heap.length > 2 * core.sizeOf(timersById)) compact();
  }

  function compact() {
    const all = heap;
    heap = [];
    for (let i = 0; i < all.length; i++) if (!all[i].cleared) add(all[i]);
  }

  function run(timer) {
    nesting = timer.nesting;
    try {
      apply(timer.callback, globalThis, timer.values);
    } catch (error) {
      core.use("errors").reportError(error);
    }
    nesting = 0;
  }

  /**
   * Runs one due timer; when more are due, they come in turns of their own, since microtasks run in between only when
   * an entry returns.
   */
  core.tick = () => {
    armedFor = Infinity;
    const now = core.now();
    while (heap.length > 0 && heap[0].cleared) removeFirst();
    if (heap.length > 0 && heap[0].due <= now + 0.5) {
      const timer = removeFirst();
      if (timer.repeats) {
        timer.due = now + timer.ms;
        timer.sequence = ++sequence;
        timer.nesting++;
        add(timer);
      } else {
        timersById.delete(timer.id);
      }
      run(timer);
    }
    arm(core.now());
  };

  core.describeTimers = () => {
    const all = [];
    timersById.forEach((timer) => {
      if (all.length < 10) all[all.length] = `${timer.name} ${timer.ms} ms`;
    });
    return all;
  };

  function need(given, name) {
    if (given === 0) throw new TypeError(`${name}: 1 argument is needed, 0 given`);
  }

  return {
    __proto__: null,
    setTimeout(callback, delay = 0, ...values) {
      need(arguments.length, "setTimeout");
      return set("setTimeout", false, callback, delay, values);
    },
    setInterval(callback, delay = 0, ...values) {
      need(arguments.length, "setInterval");
      return set("setInterval", true, callback, delay, values);
    },
    clearTimeout(id = 0) {
      clear(id);
    },
    clearInterval(id = 0) {
      clear(id);
    },
  };
}
