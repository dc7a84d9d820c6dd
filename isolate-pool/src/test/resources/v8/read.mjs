// Takes lines of name and bytes, reads each with real V8, and prints the values as JSON, errors as their parts.
import { readFileSync } from "node:fs";
import { Deserializer } from "node:v8";

const parts = (key, value) => (value instanceof Error ? [value.constructor.name, value.message, value.stack, value.cause] : value);
for (const line of readFileSync(0, "utf8").trim().split("\n")) {
  const [name, hex] = line.split(" ");
  const deserializer = new Deserializer(Buffer.from(hex, "hex"));
  deserializer.readHeader();
  console.log(`${name} ${JSON.stringify(deserializer.readValue(), parts)}`);
}
