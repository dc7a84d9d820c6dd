/** What a function finds in its global scope, for the editor to propose; nothing of it is ever called. */
const none = () => {};
const all = (...names) => Object.fromEntries(names.map((name) => [name, none]));

export const platform = {
  ...all("fetch", "setTimeout", "clearTimeout", "setInterval", "clearInterval", "queueMicrotask", "structuredClone", "atob", "btoa"),
  ...all("Request", "Headers", "URL", "URLSearchParams", "URLPattern", "FormData", "Blob", "File", "ReadableStream", "WritableStream", "TransformStream"),
  ...all("TextEncoder", "TextDecoder", "CompressionStream", "DecompressionStream", "AbortController", "EventTarget", "CustomEvent"),
  Response: all("json", "redirect", "error"),
  AbortSignal: all("timeout", "any", "abort"),
  console: all("log", "info", "warn", "error", "debug", "table", "time", "timeEnd"),
  crypto: { ...all("randomUUID", "getRandomValues"), subtle: all("digest", "sign", "verify", "encrypt", "decrypt", "importKey", "generateKey") },
  Deno: { ...all("serve", "openKv", "cron", "KvU64"), env: all("get", "has", "toObject") },
  kv: { ...all("get", "getMany", "set", "delete", "list", "atomic", "enqueue", "listenQueue", "watch", "close") },
};
