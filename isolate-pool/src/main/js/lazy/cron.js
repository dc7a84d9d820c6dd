/** `Deno.cron`: handlers that the module registers for schedules while it is evaluated. */

const NAME_MAX = 64;
const SCHEDULE_MAX = 128;
const BACKOFF_STEPS_MAX = 5;
const BACKOFF_MAX = 3_600_000;
const FIELDS = ["minute", "hour", "dayOfMonth", "month", "dayOfWeek"];

export default function cronScript(core) {
  const refuse = (why) => {
    throw new TypeError(`Deno.cron: ${why}`);
  };

  /** The text of one field of a schedule in the JSON form, as Deno writes it. */
  function fieldOf(name, value) {
    if (value === undefined) return "*";
    if (typeof value === "number") return `${value}`;
    const { exact, start, end, every } = value ?? {};
    if (exact !== undefined) return typeof exact === "number" ? `${exact}` : [...exact].join(",");
    if (start !== undefined) {
      const range = end === undefined ? `${start}` : `${start}-${end}`;
      if (every !== undefined) return `${range}/${every}`;
      return end === undefined ? `${start}/1` : range;
    }
    if (end === undefined && every !== undefined) return `*/${every}`;
    return refuse(`${name} of the schedule must be a number, { exact }, { every } or { start, end, every }`);
  }

  function scheduleOf(schedule) {
    if (typeof schedule === "string") return schedule;
    if (typeof schedule !== "object" || schedule === null) return refuse(`the schedule is ${typeof schedule}; it must be a text or an object`);
    for (const key of Object.keys(schedule)) {
      if (!FIELDS.includes(key)) refuse(`the schedule has a key ${JSON.stringify(key)}; it may have ${FIELDS.join(", ")}`);
    }
    return FIELDS.map((name) => fieldOf(name, schedule[name])).join(" ");
  }

  function checkName(name) {
    if (name === undefined) refuse("a name is needed: Deno.cron(name, schedule, handler)");
    if (typeof name !== "string" || name === "") refuse("the name must be a text that is not empty");
    if (name.length > NAME_MAX) refuse(`the name is ${name.length} characters; at most ${NAME_MAX} are allowed`);
    if (!/^[A-Za-z0-9 _-]+$/.test(name)) refuse(`the name ${JSON.stringify(name)} may have letters, digits, spaces, hyphens and underscores only`);
  }

  function checkBackoff(steps) {
    if (steps === undefined) return;
    if (!Array.isArray(steps)) refuse("backoffSchedule must be a list of milliseconds");
    if (steps.length > BACKOFF_STEPS_MAX) refuse(`backoffSchedule has ${steps.length} waits; at most ${BACKOFF_STEPS_MAX} are allowed`);
    for (const wait of steps) {
      if (!(wait >= 0 && wait <= BACKOFF_MAX)) refuse(`backoffSchedule has a wait of ${wait} ms; from 0 to ${BACKOFF_MAX} are allowed`);
    }
  }

  function cron(name, schedule, first, second = undefined) {
    checkName(name);
    if (schedule === undefined) refuse("a schedule is needed: Deno.cron(name, schedule, handler)");
    const text = scheduleOf(schedule);
    if (text.length > SCHEDULE_MAX) refuse(`the schedule is ${text.length} characters; at most ${SCHEDULE_MAX} are allowed`);
    if (typeof first === "function" && typeof second === "function") refuse("one handler is needed, but two were given");
    const [handler, options] = typeof first === "function" ? [first, second] : [second, first];
    if (typeof handler !== "function") refuse("a handler is needed: Deno.cron(name, schedule, handler)");
    const { backoffSchedule, signal, timezone, overlap, missed, jitterMs, deadlineMs } = options ?? {};
    checkBackoff(backoffSchedule);
    const waits = backoffSchedule?.map((wait) => Math.round(wait));
    const wishes = { schedule: text, timezone, overlap, missed, jitterMs, backoffSchedule: waits, deadlineMs };
    if (signal?.aborted) return Promise.resolve();
    core.use("triggers").add("Deno.cron", "cron", name, JSON.stringify(wishes), handler);
    return new Promise((resolve) => signal?.addEventListener("abort", () => resolve(), { once: true }));
  }

  return { __proto__: null, cron };
}
