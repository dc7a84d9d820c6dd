/** Files of a bundle on their way to the platform. */
import { call, send } from "./api.js";

const UPLOADS_AT_ONCE = 4;

/** A file {path, bytes()} with its hash: {path, sha256, bytes, content}. */
export async function hashed(file) {
  if (!crypto.subtle) throw new Error("Browsers hash files only over HTTPS or on localhost: open the console so, or use edge deploy");
  const bytes = await file.bytes();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { path: file.path, sha256, bytes: bytes.length, content: bytes };
}

/** Sends those of hashed files that the platform has not; said(text) after each. */
export async function upload(api, files, said) {
  const { missing } = await call("POST", `${api}/blobs/missing`, { sha256: [...new Set(files.map((file) => file.sha256))] });
  const left = missing.map((sha256) => files.find((file) => file.sha256 === sha256));
  let sent = 0;
  const next = async () => {
    for (let file = left.pop(); file; file = left.pop()) {
      await send("PUT", `${api}/blobs/${file.sha256}`, { body: file.content, type: "application/octet-stream" });
      said(`Uploaded ${++sent} of ${missing.length} files`);
    }
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, next));
}
