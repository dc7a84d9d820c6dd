/** The API as the user who is signed in; the browser sends the session by itself. */

/** A refusal of the API: what it says is meant for the user. */
export class ApiError extends Error {
  constructor(status, code, message, requestId) {
    super(message);
    this.status = status;
    this.code = code;
    this.requestId = requestId;
  }
}

/**
 * Sends a request and returns the response once its head is there; throws ApiError for a refusal, and
 * tells the page when nothing answers ("echelon:away"). Who is no longer signed in is sent to sign in.
 */
export async function send(method, url, { body, type, signal, headers } = {}) {
  const isJson = body !== undefined && type === undefined;
  let response;
  try {
    response = await fetch(url, {
      method,
      signal,
      credentials: "same-origin",
      headers: {
        accept: "application/json",
        "x-echelon-console": "1",
        ...(body === undefined ? {} : { "content-type": type ?? "application/json" }),
        ...headers,
      },
      body: isJson ? JSON.stringify(body) : body,
    });
  } catch (error) {
    if (error.name !== "AbortError") document.dispatchEvent(new Event("echelon:away"));
    throw error.name === "AbortError"
      ? error
      : new ApiError(0, "UNREACHABLE", "The control plane does not answer", null);
  }
  if (response.ok) return response;
  const error = (await response.json().catch(() => ({})))?.error ?? {};
  if (response.status === 401) {
    location.assign(`/sign-in?why=expired&next=${encodeURIComponent(location.pathname + location.search)}`);
  }
  throw new ApiError(
    response.status,
    error.code ?? "INTERNAL",
    error.message ?? `The control plane answered ${response.status}`,
    error.requestId ?? null,
  );
}

/** The JSON that a request is answered with; null for none. */
export async function call(method, url, body) {
  const response = await send(method, url, { body });
  const text = await response.text();
  return text === "" ? null : JSON.parse(text);
}

/** The lines of a streamed answer, as they come. */
export async function* lines(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const parts = (rest + value).split("\n");
      rest = parts.pop();
      yield* parts;
    }
    if (rest !== "") yield rest;
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** The server-sent events of a streamed answer: {event, data}, data parsed as JSON. */
export async function* events(response) {
  let event = "message";
  let data = "";
  for await (const line of lines(response)) {
    if (line === "") {
      if (data !== "") yield { event, data: JSON.parse(data) };
      event = "message";
      data = "";
    } else if (line.startsWith("event:")) {
      event = line.slice(6).trim();
    } else if (line.startsWith("data:")) {
      data += line.slice(5).trim();
    }
  }
}
