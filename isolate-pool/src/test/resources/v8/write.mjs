// Prints what real V8 writes of each value: a line of name and bytes each.
import { readFileSync } from "node:fs";
import { Serializer } from "node:v8";

const values = (0, eval)(readFileSync(process.argv[2], "utf8"));
for (const [name, value] of Object.entries(values)) {
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  console.log(`${name} ${serializer.releaseBuffer().toString("hex")}`);
}
