import { equal, ok, rejects, same, test, throws } from "./testing.js";

test("joins, slices and reads", async () => {
  const blob = new Blob(["ab", new Uint8Array([99]), new Blob(["d"]), new Uint8Array([0, 101, 0]).subarray(1, 2).buffer], { type: "Text/Plain" });
  equal(blob.size, 7);
  equal(blob.type, "text/plain");
  equal(await blob.slice(1, 3).text(), "bc");
  equal(await blob.slice(-3, -2, "a/b").text(), "\0");
  equal(blob.slice(0, 1, "a/b").type, "a/b");
  equal((await blob.arrayBuffer()).byteLength, 7);
  const reader = blob.slice(0, 2).stream().getReader();
  same([...(await reader.read()).value], [97, 98]);
  ok((await reader.read()).done);
  throws(() => new Blob("no sequence"), TypeError);
});

test("has files with names and times", () => {
  const file = new File(["x"], "n.txt", { type: "a/b", lastModified: 5 });
  equal(file.name, "n.txt");
  equal(file.lastModified, 5);
  ok(file instanceof Blob);
  equal(String(file), "[object File]");
  throws(() => new File(["x"]), TypeError);
});

test("keeps form entries in order", () => {
  const form = new FormData();
  form.append("a", "1");
  form.append("b", new Blob(["x"], { type: "t/x" }), "f.x");
  form.append("a", 2);
  same(form.getAll("a"), ["1", "2"]);
  equal(form.get("b").name, "f.x");
  form.set("a", "3");
  same([...form.keys()], ["a", "b"]);
  form.delete("b");
  same([...form], [["a", "3"]]);
  ok(!form.has("b"));
  equal(form.get("b"), null);
  throws(() => form.append("a"), TypeError);
  throws(() => form.append("a", "text", "name"), TypeError);
  equal(String(form), "[object FormData]");
});

const parse = (body, type = "multipart/form-data; boundary=X") => new Response(body, { headers: { "content-type": type } }).formData();

test("parses what browsers send", async () => {
  const form = await parse(
    'preamble\r\n--X\r\nContent-Disposition: form-data; name="a"\r\n\r\nline 1\r\n--Y\r\n--X\r\nContent-Disposition: form-data; name="f"; filename="x.bin"\r\nContent-Type: application/x\r\n\r\n\0\r\n\r\n--X\r\ncontent-disposition: form-data; name="e%22"; filename=""\r\n\r\n\r\n--X--\r\nepilogue',
  );
  equal(form.get("a"), "line 1\r\n--Y");
  equal(form.get("f").type, "application/x");
  equal(await form.get("f").text(), "\0\r\n");
  equal(form.get('e"').size, 0);
});

test("refuses forms that are broken", async () => {
  for (const body of ["", "--X", "--X\r\n", "--X\r\nA: b\r\n\r\nx\r\n--X--", '--X\r\nContent-Disposition: form-data; name="a"\r\n\r\nno end', "--Y--"]) {
    await rejects(parse(body), TypeError, "multipart");
  }
  await rejects(parse("x", "multipart/form-data"), TypeError, "boundary");
});

test("sends and reads binary files unharmed", async () => {
  const bytes = new Uint8Array(70_000).map((_, i) => (i * 7) % 256);
  const form = new FormData();
  form.set("file", new Blob([bytes]), "b");
  form.set("ü", "ö");
  const back = await new Response(form).formData();
  same(Array.from(await back.get("file").bytes()), Array.from(bytes));
  equal(back.get("file").type, "application/octet-stream");
  equal(back.get("ü"), "ö");
});
