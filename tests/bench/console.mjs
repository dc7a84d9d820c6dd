// Prepares or measures for tests/bench/console: node console.mjs fill|measure UP.json APPS VISITS
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { chromium } from "../console/node_modules/package/index.mjs";

const [, , what, upFile, apps, visits] = process.argv;
const up = JSON.parse(readFileSync(upFile, "utf8"));
const TENANT = "bench";
const SOURCE = 'export default { fetch: () => new Response("hi") };';
const WARM_VISITS = 3;
const CALLS = 3;

async function api(method, path, type, body) {
  const response = await fetch(`${up.control}/api/v1/tenants/${path}`, {
    method,
    body,
    headers: { authorization: `Bearer ${up.token}`, ...(type && { "content-type": type }) },
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response;
}

function call(app) {
  const { hostname, port } = new URL(up.nodes[0].http);
  return new Promise((resolve, reject) => {
    request({ hostname, port, headers: { host: `${app}--${TENANT}.localhost` } }, (response) => response.resume().on("end", resolve))
      .on("error", reject)
      .end();
  });
}

async function fill() {
  await api("PUT", TENANT);
  const bytes = Buffer.from(SOURCE);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  await api("PUT", `${TENANT}/blobs/${sha256}`, "application/octet-stream", bytes);
  const manifest = JSON.stringify({ main: "main.js", files: [{ path: "main.js", sha256, bytes: bytes.length }] });
  for (let i = 0; i < apps; i++) {
    const app = `app-${String(i).padStart(3, "0")}`;
    const { revision } = await (await api("POST", `${TENANT}/apps/${app}/revisions`, "application/json", manifest)).json();
    await (await api("GET", `${TENANT}/apps/${app}/revisions/${revision}/progress`)).text();
    for (let n = 0; n < CALLS; n++) await call(app);
  }
}

async function measure() {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({ baseURL: up.control, viewport: { width: 1280, height: 800 } });
    await page.goto("/sign-in");
    await page.fill("#token", up.token);
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
    const paints = [];
    for (let i = 0; i < WARM_VISITS + Number(visits); i++) {
      await page.goto("about:blank");
      await page.goto(`/tenants/${TENANT}`, { waitUntil: "load" });
      const { paint, answer, script } = await page.evaluate(async () => {
        const seen = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
        while (seen() === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
        const files = performance.getEntriesByType("resource").filter(({ initiatorType, name }) => initiatorType === "script" || name.endsWith(".js"));
        return {
          paint: seen(),
          answer: performance.getEntriesByType("navigation")[0].responseEnd,
          script: files.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
        };
      });
      if (i >= WARM_VISITS) paints.push({ paint, answer, script });
    }
    const middle = (key) => paints.map((one) => one[key]).toSorted((a, b) => a - b)[Math.floor(paints.length / 2)].toFixed(0);
    const most = Math.max(...paints.map(({ paint }) => paint)).toFixed(0);
    console.log(
      `the overview of ${apps} apps: first paint p50 ${middle("paint")} ms, most ${most} ms; its page has come after ${middle("answer")} ms (p50); ${middle("script")} bytes of script`,
    );
  } finally {
    await browser.close();
  }
}

await (what === "fill" ? fill() : measure());
