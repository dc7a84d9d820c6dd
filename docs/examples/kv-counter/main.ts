// Counts the visits of every path. GET /any/path counts and answers the number, GET /?all lists them, DELETE /any/path forgets one.
const kv = await Deno.openKv();

export default {
  async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const key = ["visits", url.pathname];

    if (url.searchParams.has("all")) {
      const visits: Record<string, string> = {};
      for await (const { key, value } of kv.list<Deno.KvU64>({ prefix: ["visits"] })) {
        visits[String(key[1])] = String(value);
      }
      return Response.json(visits);
    }
    if (request.method === "DELETE") {
      await kv.delete(key);
      return new Response(null, { status: 204 });
    }
    await kv.atomic().sum(key, 1n).commit(); // adds in the store, so that no visit is lost to another at the same time
    const { value } = await kv.get<Deno.KvU64>(key);
    return new Response(`${url.pathname} was visited ${value} times\n`);
  },
};
