// Calls a function at a steady rate, whether answers come or not, and times each call from when it was due:
// node neighbour-http.mjs NODE-URL WARM-SECONDS CALLS-PER-SECOND SECONDS-MET SECONDS-EACH HOSTILE-APP...
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { Callers } from "./callers.mjs";

const [address, warm, rate, met, seconds] = [process.argv[2], ...process.argv.slice(3, 7).map(Number)];
const callers = new Callers(address);

async function atFullSpeed(app, milliseconds) {
  const end = performance.now() + milliseconds;
  await Promise.all(Array.from({ length: 16 }, async () => {
    while (performance.now() < end) await callers.call(app);
  }));
}

async function atSteadyRate(app, howLong = seconds) {
  const { calls, failed } = await callers.steadily(app, rate, howLong);
  const times = calls.map(([, took]) => took);
  times.sort((a, b) => a - b);
  return { failed, times };
}

/** Calls an app again as soon as it has answered, and a little later when it is refused, until told to stop. */
function loud(app) {
  const statuses = new Map();
  let stopped = false;
  const done = (async () => {
    while (!stopped) {
      const status = await callers.call(app);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status !== 200) await sleep(5);
    }
  })();
  return { stop: () => { stopped = true; return done; }, statuses };
}

function print(name, { failed, times }, statuses = new Map()) {
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(1);
  const hostile = [...statuses].map(([status, count]) => `${count} × ${status}`).join(", ");
  console.log(`| ${name} | ${at(0.5)} | ${at(0.9)} | ${at(0.99)} | ${at(1)} | ${failed} | ${hostile} |`);
}

await atFullSpeed("bench-request", warm * 1000);
console.log("| beside | p50 ms | p90 ms | p99 ms | most ms | not 200 | answers to the hostile callers |");
console.log("|---|---|---|---|---|---|---|");
await atSteadyRate("bench-request");
print("alone", await atSteadyRate("bench-request"));
for (const app of process.argv.slice(7)) {
  const hostile = [loud(app), loud(app)];
  const first = await atSteadyRate("bench-request", met);
  print(`\`${app}\`, when it is met`, first, new Map(hostile[0].statuses));
  hostile[0].statuses.clear();
  const later = await atSteadyRate("bench-request");
  await Promise.all(hostile.map((caller) => caller.stop()));
  print(`\`${app}\`, then`, later, hostile[0].statuses);
  await sleep(1000);
}
const flood = spawn("wrk", ["-t1", "-c64", `-d${seconds + 2}s`, "-H", "Host: bench-request--loud.localhost", address]);
const flooded = new Promise((resolve) => flood.on("error", () => resolve(false)).on("close", (code) => resolve(code === 0)));
await sleep(1000);
const measured = await atSteadyRate("bench-request");
if (await flooded) print("another tenant's flood", measured);
print("alone again", await atSteadyRate("bench-request"));
process.exit(0);
