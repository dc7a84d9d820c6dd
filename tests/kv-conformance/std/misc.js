// What denokv's tests import from Deno's standard library besides assertions, as far as they use it.
export function chunk(items, size) {
  const chunks = [];
  for (let i = 0; i < items.length; i += size) chunks.push(items.slice(i, i + size));
  return chunks;
}

export const parseArgs = (args) =>
  Object.fromEntries(args.filter((arg) => arg.startsWith("--")).map((arg) => [arg.slice(2), true]));

export const parse = (version) => version.split(".").map((part) => parseInt(part, 10));

export function compare(a, b) {
  const i = a.findIndex((part, at) => part !== b[at]);
  return i < 0 ? 0 : a[i] < b[i] ? -1 : 1;
}
