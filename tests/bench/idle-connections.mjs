// Opens idle connections and measures: node idle-connections.mjs UP.json PLATFORM.json COUNT PACE WARM SILENT
import { execFileSync, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Callers } from "./callers.mjs";

const RATE = 100; // requests a second, from the first warm-up to the end
const PHASE = 20; // seconds
const up = JSON.parse(readFileSync(process.argv[2], "utf8"));
const pid = JSON.parse(readFileSync(process.argv[3], "utf8")).nodes[0].process.pid;
const [count, pace, warm] = process.argv.slice(4, 7).map(Number);
const isSilent = process.argv[7] === "1";
const { port, hostname } = new URL(up.nodes[0].http);
const callers = new Callers(up.nodes[0].http);

async function api(method, path, type, body) {
  const response = await fetch(`${up.control}/api/v1/tenants/default/${path}`, {
    method, body, headers: { authorization: `Bearer ${up.token}`, "content-type": type },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text;
}

async function deploy() {
  const bytes = Buffer.from('export default { fetch: () => new Response("hi") };');
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  await api("PUT", `blobs/${sha256}`, "application/octet-stream", bytes);
  const manifest = { main: "main.js", files: [{ path: "main.js", sha256, bytes: bytes.length }] };
  const { revision } = JSON.parse(await api("POST", "apps/hello/revisions", "application/json", JSON.stringify(manifest)));
  await api("GET", `apps/hello/revisions/${revision}/progress`, "application/json");
}

/** What the node holds once its heap is collected, which stands still for that time: never within a phase. */
function memory() {
  const jcmd = (...command) =>
    execFileSync(join(process.env.JAVA_HOME, "bin", "jcmd"), [String(pid), ...command], { maxBuffer: 1 << 28, encoding: "utf8" });
  jcmd("GC.run");
  const heap = Number(/^Total\s+\d+\s+(\d+)/m.exec(jcmd("GC.class_histogram"))[1]);
  const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) * 1024;
  return { heap, resident, files: readdirSync(`/proc/${pid}/fd`).length };
}

async function calls(name, seconds) {
  const { calls, failed } = await callers.steadily("hello", RATE, seconds);
  const times = calls.map(([, took]) => took).sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(1);
  console.log(`${name}: ${times.length} requests, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms, ${failed} failed`);
}

await deploy();
await calls("warming", warm);
const before = memory();
await calls("settling", 5);
await calls("alone", PHASE);

const sockets = fork(new URL("idle-sockets.mjs", import.meta.url).pathname, [hostname, port, String(count), String(pace), isSilent ? "1" : "0"]);
const opened = once(sockets, "message");
await calls("while they are opened", Math.ceil(count / pace) + 2);
const [{ seconds, closed }] = await opened;
console.log(`${count} connections opened in ${seconds.toFixed(1)} s${isSilent ? ", all silent" : ""}, of which the node closed ${closed} meanwhile`);
await calls("beside them", PHASE);
const during = memory();
console.log(
  `a connection: ${((during.heap - before.heap) / count / 1024).toFixed(1)} KiB of heap, ${((during.resident - before.resident) / count / 1024).toFixed(1)} KiB of the process; ${during.files - before.files} more open files`,
);
const begun = performance.now();
let left = count;
const closing = (async () => {
  while (left > 0 && performance.now() - begun < 120_000) {
    sockets.send("how many?");
    left = count - (await once(sockets, "message"))[0].closed;
    await sleep(100);
  }
})();
await calls("while the node closes them", 60);
await closing;
console.log(`${count - left} of ${count} were closed by the node (60 s after they were opened without a request, 75 after one)`);
await calls("afterwards", PHASE);
console.log(`open files then: ${memory().files - before.files} more than before`);
sockets.kill();
callers.close();
