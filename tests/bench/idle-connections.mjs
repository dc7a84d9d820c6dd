// Opens idle connections and measures: node idle-connections.mjs UP.json PLATFORM.json COUNT
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Callers } from "./callers.mjs";

const up = JSON.parse(readFileSync(process.argv[2], "utf8"));
const pid = JSON.parse(readFileSync(process.argv[3], "utf8")).nodes[0].process.pid;
const count = Number(process.argv[4]);
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

function memory() {
  const jcmd = (...command) =>
    execFileSync(join(process.env.JAVA_HOME, "bin", "jcmd"), [String(pid), ...command], { maxBuffer: 1 << 28, encoding: "utf8" });
  jcmd("GC.run");
  const heap = Number(/^Total\s+\d+\s+(\d+)/m.exec(jcmd("GC.class_histogram"))[1]);
  const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) * 1024;
  return { heap, resident, files: readdirSync(`/proc/${pid}/fd`).length };
}

async function calls(seconds) {
  const { calls, failed } = await callers.steadily("hello", 100, seconds);
  const times = calls.map(([, took]) => took).sort((a, b) => a - b);
  return `${times.length} requests, p50 ${times[times.length >> 1].toFixed(1)} ms, p99 ${times[Math.floor(times.length * 0.99)].toFixed(1)} ms, ${failed} failed`;
}

function open(first) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(port), host: hostname }, () => {
      if (first) socket.write(`GET / HTTP/1.1\r\nHost: hello.localhost\r\n\r\n`);
      resolve(socket);
    });
    socket.on("data", () => {});
    socket.on("close", () => closed++);
    socket.on("error", reject);
  });
}

let closed = 0;
await deploy();
await calls(5); // warms the node
console.log(`alone: ${await calls(5)}`);
const before = memory();
const sockets = [];
const begun = performance.now();
while (sockets.length < count) sockets.push(...(await Promise.all(Array.from({ length: 100 }, (_, i) => open(i % 2)))));
console.log(`${count} connections opened in ${((performance.now() - begun) / 1000).toFixed(1)} s, of which the node closed ${closed} meanwhile`);
const during = memory();
console.log(
  `a connection: ${((during.heap - before.heap) / count / 1024).toFixed(1)} KiB of heap, ${((during.resident - before.resident) / count / 1024).toFixed(1)} KiB of the process; ${during.files - before.files} more open files`,
);
console.log(`beside them: ${await calls(5)}`);
while (closed < count && performance.now() - begun < 120_000) await sleep(100);
console.log(`${closed} of ${count} were closed by the node within ${((performance.now() - begun) / 1000).toFixed(0)} s (20 without a request, 75 after one)`);
console.log(`open files then: ${memory().files - before.files} more than before`);
callers.close();
