// Prepares or measures for tests/bench/many-apps: node many-apps.mjs first|measure UP.json PLATFORM.json BEFORE.json TENANTS APPS
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";

const [, , what, upFile, platformFile, beforeFile, tenants, apps] = process.argv;
const up = JSON.parse(readFileSync(upFile, "utf8"));
const node = JSON.parse(readFileSync(platformFile, "utf8")).nodes[0].process.pid;
const SOURCE = 'export default { fetch: () => new Response("hi") };';

async function api(method, path, type, body) {
  const response = await fetch(`${up.control}/api/v1/tenants/${path}`, {
    method,
    body,
    headers: { authorization: `Bearer ${up.token}`, ...(type && { "content-type": type }) },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text;
}

/** Deploys, and returns how many milliseconds it took until every node was ready. */
async function deploy(tenant, app, source) {
  const begun = performance.now();
  const bytes = Buffer.from(source);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  await api("PUT", `${tenant}/blobs/${sha256}`, "application/octet-stream", bytes);
  const manifest = { main: "main.js", files: [{ path: "main.js", sha256, bytes: bytes.length }] };
  const { revision } = JSON.parse(
    await api("POST", `${tenant}/apps/${app}/revisions`, "application/json", JSON.stringify(manifest)),
  );
  const progress = await api("GET", `${tenant}/apps/${app}/revisions/${revision}/progress`);
  if (!/event: ?done/.test(progress)) throw new Error(`${app}: ${progress}`);
  return performance.now() - begun;
}

function call(tenant, app) {
  const begun = performance.now();
  const { hostname, port } = new URL(up.nodes[0].http);
  return new Promise((resolve, reject) => {
    request({ hostname, port, headers: { host: `${app}--${tenant}.localhost` } }, async (response) => {
      const text = (await response.toArray()).join("");
      if (text === "hi") resolve(performance.now() - begun);
      else reject(new Error(`${app} of ${tenant} answered ${response.statusCode} ${text}`));
    })
      .on("error", reject)
      .end();
  });
}

/** Bytes of live objects, and of the process. */
function memory() {
  const jcmd = (...command) =>
    execFileSync(join(process.env.JAVA_HOME, "bin", "jcmd"), [String(node), ...command], { maxBuffer: 1 << 28, encoding: "utf8" });
  jcmd("GC.run");
  const histogram = jcmd("GC.class_histogram");
  const total = Number(/^Total\s+\d+\s+(\d+)/m.exec(histogram)[1]);
  const fillers = [...histogram.matchAll(/^\s*\d+:\s+\d+\s+(\d+)\s+\S*jdk\.internal\.vm\.Filler/gm)];
  const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${node}/status`, "utf8"))[1]) * 1024;
  return { heap: total - fillers.reduce((sum, one) => sum + Number(one[1]), 0), resident };
}

const ms = (values) => {
  const sorted = values.toSorted((a, b) => a - b);
  return `p50 ${sorted[Math.floor(sorted.length / 2)].toFixed(0)} ms, most ${sorted.at(-1).toFixed(0)} ms`;
};
const name = (prefix, number, digits) => prefix + String(number).padStart(digits, "0");

if (what === "first") {
  await api("PUT", "bench-0000");
  await deploy("bench-0000", "app-00", SOURCE);
  await call("bench-0000", "app-00");
  writeFileSync(beforeFile, JSON.stringify(memory()));
} else {
  const before = JSON.parse(readFileSync(beforeFile, "utf8"));
  const after = memory();
  const count = tenants * apps - 1;
  console.log(
    `an app that nobody calls: ${((after.heap - before.heap) / count / 1024).toFixed(1)} KiB of heap, ${((after.resident - before.resident) / count / 1024).toFixed(1)} KiB of the process (${(after.heap / 1048576).toFixed(0)} and ${(after.resident / 1048576).toFixed(0)} MiB in all)`,
  );
  const first = [];
  const second = [];
  for (let i = 0; i < 50; i++) {
    const tenant = name("bench-", Math.floor((i * tenants) / 50), 4);
    const app = name("app-", i % apps, 2);
    first.push(await call(tenant, app));
    second.push(await call(tenant, app));
  }
  console.log(`the first call of an app: ${ms(first)}; the second: ${ms(second)}`);
  const fresh = [];
  const again = [];
  for (let i = 0; i < 10; i++) {
    fresh.push(await deploy("bench-0000", name("new-", i, 2), `${SOURCE} // ${i}`));
    again.push(await deploy(name("bench-", i, 4), "app-01", `${SOURCE} // ${i + 10}`));
  }
  console.log(`a deployment of a new app: ${ms(fresh)}; of one that was there: ${ms(again)}`);
}
