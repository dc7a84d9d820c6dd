/** Whole databases as files of lines of JSON, as `edge kv export` and `edge kv import` have them. */
import { busy } from "./actions.js";
import { lines, send } from "./api.js";
import { ask, make, say } from "./dom.js";

/** Below what one request may carry. */
const PART_BYTES = 4 * 1024 * 1024;

export function exportAll(button, api, database) {
  return busy(button, async () => {
    const response = await send("GET", `${api}/export`, { headers: { accept: "application/x-ndjson" } });
    const file = await response.blob();
    const end = lastLine(await file.slice(-1000).text());
    if (end?.exported === undefined) throw new Error("The export ended early and is not whole; try again");
    const url = URL.createObjectURL(file);
    const link = make("a", { href: url, download: `${database}.ndjson` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    say(end.exported === 1 ? "1 entry exported" : `${end.exported.toLocaleString("en")} entries exported`);
  });
}

/** Writes a file's entries over what is there; true when it was done. */
export async function importFile(button, api, file) {
  const end = lastLine(await file.slice(-1000).text());
  const warning = end?.exported === undefined ? " Its last line is not that of a whole export." : "";
  const question = `Import ${file.name}? Its entries are written over those of the same keys.${warning}`;
  if (!(await ask(question, { yes: "Import" }))) return false;
  let imported = 0;
  const done = await busy(button, async () => {
    for await (const part of parts(file)) {
      const response = await send("POST", `${api}/import`, { body: part, type: "application/x-ndjson" });
      imported += (await response.json()).imported;
    }
    say(imported === 1 ? "1 entry imported" : `${imported.toLocaleString("en")} entries imported`);
    return true;
  });
  if (!done && imported > 0) say(`${imported.toLocaleString("en")} entries were imported before that; importing the file again does no harm`, "bad");
  return done === true || imported > 0;
}

/** The lines of a file, as many at a time as a request may carry. */
async function* parts(file) {
  let part = "";
  for await (const line of lines(new Response(file))) {
    if (part.length > 0 && part.length + line.length > PART_BYTES) {
      yield part;
      part = "";
    }
    part += `${line}\n`;
  }
  if (part !== "") yield part;
}

function lastLine(text) {
  try {
    return JSON.parse(text.trimEnd().split("\n").at(-1));
  } catch {
    return null;
  }
}
