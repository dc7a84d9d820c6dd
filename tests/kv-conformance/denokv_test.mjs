// denokv's own end-to-end test, from the checkout that DENOKV names, with @deno/kv as npm has it.
import { openKv } from "@deno/kv";

const { endToEnd } = await import(`file://${Deno.env.get("DENOKV")}/npm/src/e2e.ts`);
const path = Deno.env.get("LOCAL_KV_URL");
const service = { openKv: (url) => openKv(url, { implementation: "remote", maxRetries: 0 }) };

async function clear() {
  const kv = await service.openKv(path);
  for await (const { key } of kv.list({ prefix: [] })) await kv.delete(key);
  kv.close();
}

Deno.test("e2e-npm-localkv", async () => {
  await clear();
  await endToEnd(service, { type: "userland", subtype: "remote", path });
  await clear();
});
