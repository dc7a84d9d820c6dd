/** Headers and bodies of calls, as people write and read them. */

/** The value of a header, by its name in lower case. */
export function headerOf(headers, wanted) {
  return headers.find(({ name }) => name.toLowerCase() === wanted)?.value;
}

/** The headers of a text that has one a line. */
export function headersOf(text) {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      const colon = line.indexOf(":");
      if (colon < 1) throw new Error(`"${line}" is no header; write name: value`);
      return { name: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() };
    });
}

/** A body, indented when it is JSON. */
export function pretty(text, headers) {
  const type = headerOf(headers, "content-type") ?? "";
  if (!type.includes("json")) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
