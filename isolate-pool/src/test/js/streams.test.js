import { equal, ok, rejects, same, test, throws } from "./testing.js";

test("reads, pulls and respects back-pressure", async () => {
  let pulled = 0;
  const stream = new ReadableStream({
    pull(controller) {
      if (pulled === 3) controller.close();
      else controller.enqueue(pulled++);
    },
  }, { highWaterMark: 0 });
  equal(pulled, 0);
  const all = [];
  for await (const value of stream) all.push(value);
  same(all, [0, 1, 2]);
});

test("pipes through transforms", async () => {
  const doubled = ReadableStream.from([1, 2, 3]).pipeThrough(new TransformStream({
    transform: (value, controller) => controller.enqueue(value * 2),
  }));
  const all = [];
  await doubled.pipeTo(new WritableStream({ write: (value) => void all.push(value) }));
  same(all, [2, 4, 6]);
});

test("reads into the reader's own buffers", async () => {
  const stream = new ReadableStream({
    type: "bytes",
    pull(controller) {
      const { view } = controller.byobRequest;
      view[0] = 7;
      controller.byobRequest.respond(1);
    },
  });
  const reader = stream.getReader({ mode: "byob" });
  const { value } = await reader.read(new Uint8Array(4));
  same([...value], [7]);
  await reader.cancel();
});

test("tees, cancels and reports errors", async () => {
  const [a, b] = ReadableStream.from(["x"]).tee();
  equal((await a.getReader().read()).value, "x");
  equal((await b.getReader().read()).value, "x");
  let reason;
  await new ReadableStream({ cancel: (why) => void (reason = why) }).cancel("enough");
  equal(reason, "enough");
  const broken = new ReadableStream({ start: (controller) => controller.error(new RangeError("broken")) });
  await rejects(broken.getReader().read(), RangeError, "broken");
  const locked = new ReadableStream();
  locked.getReader();
  throws(() => locked.getReader(), TypeError);
  await rejects(locked.cancel(), TypeError);
});

test("encodes and decodes across chunks", async () => {
  const encoded = ReadableStream.from(["\ud83d", "\ude00ä"]).pipeThrough(new TextEncoderStream());
  const bytes = [];
  for await (const chunk of encoded) bytes.push(...chunk);
  same(bytes, [240, 159, 152, 128, 195, 164]);
  const decoded = ReadableStream.from([new Uint8Array([240, 159]), new Uint8Array([152, 128])]).pipeThrough(new TextDecoderStream());
  let text = "";
  for await (const chunk of decoded) text += chunk;
  equal(text, "😀");
});

test("has queuing strategies", () => {
  equal(new CountQueuingStrategy({ highWaterMark: 3 }).size("x"), 1);
  equal(new ByteLengthQueuingStrategy({ highWaterMark: 3 }).size(new Uint8Array(5)), 5);
});

test("looks like the standard's classes", () => {
  equal(String(new ReadableStream()), "[object ReadableStream]");
  same(Object.keys(new ReadableStream()), []);
  same(Object.keys(new WritableStream()), []);
  same(Object.keys(new TransformStream()), []);
  ok(Object.getOwnPropertyDescriptor(ReadableStream.prototype, "getReader").enumerable);
  equal(ReadableStream.name, "ReadableStream");
});
