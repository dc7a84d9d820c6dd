// Uses a platform by a client whose types are generated from its OpenAPI document: node client.js CONTROL TOKEN
import { strict as assert } from "node:assert";
import { createHash, randomUUID } from "node:crypto";
import createClient from "openapi-fetch";
import type { paths } from "./api.js";

const [control, token] = process.argv.slice(2);
const api = createClient<paths>({ baseUrl: control, headers: { authorization: `Bearer ${token}` } });
const path = { tenant: "generated" };

const made = await api.PUT("/api/v1/tenants/{tenant}", { params: { path } });
assert.equal(made.response.status, 201);

const key = randomUUID();
const adding = () =>
  api.POST("/api/v1/tenants/{tenant}/members", {
    params: { path, header: { "Idempotency-Key": key } },
    body: { name: "ada", role: "viewer" },
  });
assert.match((await adding()).data?.token ?? "", /./);
assert.equal((await adding()).error?.error.code, "CONFLICT"); // its token is told once

const members = await api.GET("/api/v1/tenants/{tenant}/members", { params: { path, query: { limit: "1" } } });
const ada = members.data?.members?.[0];
assert.equal(ada?.name, "ada");
assert.equal(members.data?.cursor, null);
const role = (header: { "If-Match": string }) =>
  api.PUT("/api/v1/tenants/{tenant}/members/{member}", {
    params: { path: { ...path, member: "ada" }, header },
    body: { role: "developer" },
  });
assert.equal((await role({ "If-Match": `"${ada?.etag}"` })).response.status, 204);
assert.equal((await role({ "If-Match": `"${ada?.etag}"` })).error?.error.code, "CONFLICT");

const source = 'export default { fetch: () => new Response("hi") };';
const sha256 = createHash("sha256").update(source).digest("hex");
const app = { ...path, app: "hello" };
const missing = await api.POST("/api/v1/tenants/{tenant}/blobs/missing", { params: { path }, body: { sha256: [sha256] } });
assert.deepEqual(missing.data?.missing, [sha256]);
await api.PUT("/api/v1/tenants/{tenant}/blobs/{sha256}", {
  params: { path: { ...path, sha256 } },
  headers: { "content-type": "application/octet-stream" },
  body: source as never,
  bodySerializer: (body) => body as unknown as string,
});
const revision = await api.POST("/api/v1/tenants/{tenant}/apps/{app}/revisions", {
  params: { path: app },
  body: { main: "main.js", files: [{ path: "main.js", sha256, bytes: source.length }] },
});
assert.equal(revision.data?.revision, "v1");
const progress = await api.GET("/api/v1/tenants/{tenant}/apps/{app}/revisions/{revision}/progress", {
  params: { path: { ...app, revision: "v1" } },
  parseAs: "text",
});
assert.match(String(progress.data), /event: ?done/);
const shown = await api.GET("/api/v1/tenants/{tenant}/apps/{app}", { params: { path: app } });
assert.equal(shown.data?.production, "v1");

const wrong = await api.POST("/api/v1/tenants/{tenant}/apps/{app}/promote", { params: { path: app }, body: { revision: "v9" } });
assert.equal(wrong.error?.error.code, "NOT_FOUND");
console.log("the generated client works");
