// How many messages a second Deno's own listenQueue takes, over a database in a file:
// deno run -A --unstable-kv deno-queue.js [MESSAGES]
const messages = Number(Deno.args[0] ?? 20_000);
const file = await Deno.makeTempFile();
const kv = await Deno.openKv(file);
for (let i = 0; i < messages; i += 500) {
  let commit = kv.atomic();
  for (let j = 0; j < 500; j++) commit = commit.enqueue(1);
  await commit.commit();
}
let taken = 0;
const first = performance.now();
await new Promise((done) => {
  kv.listenQueue(() => {
    if (++taken === messages) done();
  });
});
console.log(`Deno's listenQueue: ${Math.round((messages / (performance.now() - first)) * 1000)} messages/s`);
kv.close();
await Deno.remove(file);
