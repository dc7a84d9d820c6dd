/** The outgoing fetch: https://fetch.spec.whatwg.org/#fetch-method, over the binding `fetch` (see HOST.md). */
import { dataUrl } from "../parts/data-url.js";

const BINDING = "fetch";
const MOST_REDIRECTS = 20;
const REDIRECT_STATUSES = [301, 302, 303, 307, 308];
/** Headers about the connection or the framing are not the guest's to set. */
const FRAMING = ["connection", "content-length", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];
const ABOUT_CONTENT = ["content-encoding", "content-language", "content-location", "content-type", "content-length"];
const SECRETS = ["authorization", "cookie", "host", "proxy-authorization"];

export default function client(core) {
  const { headers, bodies, requests, responses } = core.use("fetch");
  const { URL } = core.use("url");

  function fetch(input, init = undefined) {
    if (arguments.length === 0) return Promise.reject(new TypeError("fetch: an address or a Request is needed"));
    try {
      return run(requests.make(input, init));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Settles like the promise, or rejects as soon as the signal is aborted. */
  function abortable(signal, promise) {
    if (signal === null) return promise;
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        promise.catch(() => {});
        reject(signal.reason);
        return;
      }
      const forget = core.use("events").onAbort(signal, () => reject(signal.reason));
      promise.then(
        (value) => {
          forget();
          resolve(value);
        },
        (error) => {
          forget();
          reject(error);
        },
      );
    });
  }

  function operation(url, name, ...values) {
    return core.start(`fetch ${url}`, BINDING, name, values);
  }

  function release(url, rid) {
    operation(url, "cancel", rid).catch(() => {});
  }

  async function run(request) {
    const { signal } = request;
    if (signal?.aborted) {
      bodies.cancel(request.body, signal.reason);
      throw signal.reason;
    }
    let { url, method, body, list } = request;
    let redirects = 0;
    for (;;) {
      const { protocol } = new URL(url);
      if (protocol === "data:") return local(dataUrl(url), url);
      if (protocol !== "http:" && protocol !== "https:") {
        throw new TypeError(`fetch: addresses of the form ${protocol} are not supported; use http:, https: or data:`);
      }
      const answer = await open(url, method, list, body, signal);
      const location = headers.get(answer.list, "location");
      if (!REDIRECT_STATUSES.includes(answer.status) || location === null || request.redirect === "manual") {
        return received(answer, url, method, signal, redirects > 0);
      }
      release(url, answer.rid);
      if (request.redirect === "error") {
        throw new TypeError(`fetch: ${url} redirects to ${location}, and redirect is "error"`);
      }
      if (++redirects > MOST_REDIRECTS) throw new TypeError(`fetch: more than ${MOST_REDIRECTS} redirects, the last from ${url}`);
      const next = redirectTarget(location, url);
      const { status } = answer;
      const becomesGet =
        ((status === 301 || status === 302) && method === "POST") || (status === 303 && method !== "GET" && method !== "HEAD");
      list = list.slice();
      if (becomesGet) {
        method = "GET";
        bodies.cancel(body);
        body = null;
        for (const name of ABOUT_CONTENT) headers.remove(list, name);
      } else if (body !== null && (body.stream !== null || bodies.isPull(body.source))) {
        throw new TypeError(`fetch: ${url} redirects with status ${status}, but the body is a stream and can't be sent again`);
      }
      if (next.origin !== new URL(url).origin) for (const name of SECRETS) headers.remove(list, name);
      url = next.href;
    }
  }

  function redirectTarget(location, url) {
    const next = URL.parse(location, url);
    if (next === null) throw new TypeError(`fetch: ${url} redirects to ${JSON.stringify(location)}, which is no address`);
    if (next.protocol !== "http:" && next.protocol !== "https:") {
      throw new TypeError(`fetch: ${url} redirects to ${next.protocol}, which is not http: or https:`);
    }
    if (next.hash === "") next.hash = new URL(url).hash;
    return next;
  }

  function outgoing(list) {
    const all = [];
    for (let i = 0; i < list.length; i += 2) if (!FRAMING.includes(list[i])) all.push(list[i], list[i + 1]);
    if (!headers.has(all, "accept")) all.push("accept", "*/*");
    if (!headers.has(all, "user-agent")) all.push("user-agent", "Echelon");
    return all;
  }

  function withoutFragment(url) {
    const at = url.indexOf("#");
    return at < 0 ? url : url.slice(0, at);
  }

  async function open(url, method, list, body, signal) {
    const address = withoutFragment(url);
    let opened;
    if (body === null) {
      opened = operation(url, "open", method, address, outgoing(list), null);
    } else if (body.stream === null && !bodies.isPull(body.source)) {
      const bytes = typeof body.source === "string" ? new TextEncoder().encode(body.source) : body.source;
      opened = operation(url, "open", method, address, outgoing(list), core.wholeBuffer(bytes));
    } else {
      opened = openWithStream(url, method, address, list, body, signal);
    }
    try {
      const [status, statusText, answerList, rid] = await abortable(signal, opened);
      return { status, statusText, list: answerList, rid };
    } catch (error) {
      opened.then(
        (answer) => release(url, answer[3]),
        () => {},
      );
      throw error;
    }
  }

  async function openWithStream(url, method, address, list, body, signal) {
    bodies.checkUsable(body);
    const rid = await operation(url, "begin");
    const opened = operation(url, "open", method, address, outgoing(list), "stream", rid);
    const reader = bodies.streamOf(body).getReader();
    if (signal !== null) {
      core.use("events").onAbort(signal, () => {
        reader.cancel(signal.reason).catch(() => {});
        release(url, rid);
      });
    }
    const sent = send(url, rid, reader);
    return new Promise((resolve, reject) => {
      opened.then(resolve, reject);
      sent.catch((error) => {
        release(url, rid);
        reject(error);
      });
    });
  }

  async function send(url, rid, reader) {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (!(value instanceof Uint8Array)) {
        const error = new TypeError(`fetch: the body's stream must give Uint8Array chunks, but gave a ${typeof value}`);
        reader.cancel(error).catch(() => {});
        throw error;
      }
      try {
        await operation(url, "write", rid, core.wholeBuffer(value));
      } catch (error) {
        reader.cancel(error).catch(() => {});
        return; // The other side takes no more; its answer, or its failure, is what counts.
      }
    }
    operation(url, "finish", rid).catch(() => {});
  }

  function received({ status, statusText, list, rid }, url, method, signal, redirected) {
    let body = null;
    if (method === "HEAD" || responses.hasNoBody(status)) release(url, rid);
    else body = bodies.record(bodySource(url, rid, signal), null, null);
    return finished(status, statusText, list, body, url, redirected);
  }

  function bodySource(url, rid, signal) {
    return {
      __proto__: null,
      async pull() {
        try {
          return await abortable(signal, operation(url, "read", rid));
        } catch (error) {
          release(url, rid);
          throw error;
        }
      },
      cancel() {
        release(url, rid);
      },
    };
  }

  function finished(status, statusText, list, body, url, redirected) {
    const own = responses.fresh(status, statusText, list, body);
    own.guard = "immutable";
    own.type = "basic";
    own.url = withoutFragment(url);
    own.redirected = redirected;
    return responses.made(own);
  }

  function local({ bytes, type }, url) {
    return finished(200, "OK", ["content-type", type], bodies.record(bytes, null, null), url, false);
  }

  return { __proto__: null, fetch };
}
