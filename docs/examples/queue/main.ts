// Takes jobs and works on them later. POST /?job=NAME sends one (&delay=MS to have it wait), GET / shows what was done.
interface Job {
  name: string;
}

const kv = await Deno.openKv();

kv.listenQueue(async ({ name }: Job) => {
  // A message may come more than once, so its work is counted by the job's name.
  await kv.atomic().sum(["done", name], 1n).commit();
  console.log(`worked on ${name}`);
});

export default {
  async fetch(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url);
    if (request.method === "POST") {
      const name = searchParams.get("job") ?? "unnamed";
      await kv.enqueue({ name }, { delay: Number(searchParams.get("delay") ?? 0), keysIfUndelivered: [["failed", name]] });
      return new Response(`${name} is accepted\n`, { status: 202 });
    }
    const done: Record<string, number> = {};
    for await (const { key, value } of kv.list<Deno.KvU64>({ prefix: ["done"] })) {
      done[String(key[1])] = Number(value.value);
    }
    return Response.json(done);
  },
};
