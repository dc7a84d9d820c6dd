// Calls a function at a steady rate, whether answers come or not, and times each call from when it was due:
// node neighbour-http.mjs NODE-URL WARM-SECONDS CALLS-PER-SECOND SECONDS-EACH HOSTILE-APP...
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const [address, warm, rate, seconds] = [process.argv[2], ...process.argv.slice(3, 6).map(Number)];
const { hostname, port } = new URL(address);
const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });

/** Resolves to the status of one request; 0 when the connection broke. */
function call(app) {
  return new Promise((resolve) => {
    http.get({ hostname, port, path: "/", agent, headers: { host: `${app}.localhost` } }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode)).on("error", () => resolve(0));
    }).on("error", () => resolve(0));
  });
}

async function atFullSpeed(app, milliseconds) {
  const end = performance.now() + milliseconds;
  await Promise.all(Array.from({ length: 16 }, async () => {
    while (performance.now() < end) await call(app);
  }));
}

async function atSteadyRate(app) {
  const times = [];
  const pending = [];
  let failed = 0;
  const start = performance.now();
  for (let sent = 0; sent < rate * seconds; ) {
    const now = performance.now() - start;
    for (; sent < rate * seconds && (sent * 1000) / rate <= now; sent++) {
      const due = start + (sent * 1000) / rate;
      pending.push(call(app).then((status) => {
        times.push(performance.now() - due);
        if (status !== 200) failed++;
      }));
    }
    await sleep(1);
  }
  await Promise.all(pending);
  times.sort((a, b) => a - b);
  return { failed, times };
}

/** Calls an app again as soon as it has answered, and a little later when it is refused, until told to stop. */
function loud(app) {
  const statuses = new Map();
  let stopped = false;
  const done = (async () => {
    while (!stopped) {
      const status = await call(app);
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
for (const app of process.argv.slice(6)) {
  const callers = [loud(app), loud(app)];
  await sleep(1000);
  const measured = await atSteadyRate("bench-request");
  await Promise.all(callers.map((caller) => caller.stop()));
  print(`\`${app}\``, measured, callers[0].statuses);
  await sleep(1000);
}
print("alone again", await atSteadyRate("bench-request"));
process.exit(0);
