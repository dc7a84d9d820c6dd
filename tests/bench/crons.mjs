// Fills a platform with crons, or measures one: node crons.mjs fill|measure UP.json PLATFORM.json APPS DUE-APPS CALLS-PER-SECOND MINUTES WARM-SECONDS
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Callers } from "./callers.mjs";

const up = JSON.parse(readFileSync(process.argv[3], "utf8"));
const running = JSON.parse(readFileSync(process.argv[4], "utf8"));
const [resting, dueApps, rate, minutes, warm] = process.argv.slice(5).map(Number);
const PER_APP = 100;
const SECOND = 40;
const tenant = `${up.control}/api/v1/tenants/default`;
const callers = new Callers(up.nodes[0].http);

const SOURCE = `export default {
  fetch: () => new Response("hi"),
  scheduled(event) { console.log(Date.now() - event.scheduledTime); },
};`;

async function api(method, path, type, body) {
  const response = await fetch(`${tenant}/${path}`, {
    method,
    body,
    headers: { authorization: `Bearer ${up.token}`, ...(type && { "content-type": type }) },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text;
}

async function deploy(app, schedule, isolation = "request") {
  const bytes = Buffer.from(SOURCE);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  await api("PUT", `blobs/${sha256}`, "application/octet-stream", bytes);
  const crons = schedule && Array.from({ length: PER_APP }, (_, i) => ({ name: `cron-${i}`, schedule }));
  const manifest = {
    main: "main.js", isolation, warm: 0,
    limits: { cpuMs: 200, memoryMb: 128, wallMs: 30000 },
    files: [{ path: "main.js", sha256, bytes: bytes.length }],
    ...(crons && { crons }),
  };
  const { revision } = JSON.parse(await api("POST", `apps/${app}/revisions`, "application/json", JSON.stringify(manifest)));
  const progress = await api("GET", `apps/${app}/revisions/${revision}/progress`);
  if (!/event: ?done/.test(progress)) throw new Error(`${app}: ${progress}`);
}

/** Seconds of processor time that the node has used. */
function processorSeconds() {
  const fields = readFileSync(`/proc/${running.nodes[0].process.pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function idle(what, seconds) {
  const before = processorSeconds();
  await sleep(seconds * 1000);
  console.log(`idle, ${what}: ${(((processorSeconds() - before) / seconds) * 100).toFixed(2)} % of one processor`);
}

function percentiles(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]?.toFixed(1);
  return `${sorted.length} of them, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`;
}

async function lateness(since) {
  const all = [];
  for (let i = 0; i < dueApps; i++) {
    const lines = await api("GET", `apps/due-${i}/logs?since=${new Date(since).toISOString()}&limit=10000`);
    for (const line of lines.split("\n").filter(Boolean)) all.push(Number(JSON.parse(line).message));
  }
  return all;
}

async function fill() {
  await deploy("hello", null);
  const begun = performance.now();
  for (let i = 0; i < resting; i++) await deploy(`rest-${i}`, "0 0 1 1 *");
  console.log(`${resting} apps with ${resting * PER_APP} crons were deployed in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  for (let i = 0; i < dueApps; i++) await deploy(`due-${i}`, `${SECOND} * * * * *`);
  await callers.steadily("hello", rate, warm);
}

async function measure() {
  const until = () => (SECOND + 60 - secondNow()) % 60;
  while (until() < 28 || until() > 56) await sleep(100); // none is due for so long
  await idle(`with ${resting * PER_APP} crons`, 25);
  await callers.steadily("hello", rate, until() + 5);
  const since = Date.now();
  const { calls, failed } = await callers.steadily("hello", rate, minutes * 60);
  await sleep(2_000);
  const secondOf = ([due]) => Math.floor(due / 1000) % 60;
  const beside = calls.filter((one) => secondOf(one) === SECOND).map(([, took]) => took);
  const apart = calls.filter((one) => ![0, 1, 2].includes(secondOf(one) - SECOND)).map(([, took]) => took);
  console.log(`requests, no cron due: ${percentiles(apart)}`);
  console.log(`requests in the second in which ${dueApps * PER_APP} crons are due: ${percentiles(beside)}`);
  console.log(`requests that failed: ${failed}`);
  console.log(`handlers begun after they were due: ${percentiles(await lateness(since))}`);
}

const secondNow = () => Math.floor(Date.now() / 1000) % 60;

await (process.argv[2] === "fill" ? fill() : measure());
callers.close();
