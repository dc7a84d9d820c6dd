/** Request: https://fetch.spec.whatwg.org/#request-class */

const USUAL_METHOD = /^(?:delete|get|head|options|post|put)$/i;
const REFUSED_METHOD = /^(?:connect|trace|track)$/i;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const REDIRECTS = ["follow", "error", "manual"];

export function requests(core, headers, bodies) {
  const state = core.slots();

  function of(object) {
    const own = state.get(object);
    if (own === undefined) throw new TypeError("Illegal invocation: this is not a Request");
    return own;
  }

  function fresh(method, url, list, body) {
    return {
      __proto__: null,
      method,
      url,
      list,
      headers: null,
      guard: "none",
      body,
      signal: null,
      call: null,
      redirect: "follow",
      mode: "cors",
      credentials: "same-origin",
      cache: "default",
      referrer: "about:client",
      referrerPolicy: "",
      integrity: "",
      keepalive: false,
    };
  }

  function cleanMethod(method) {
    const text = `${method}`;
    if (!TOKEN.test(text)) throw new TypeError(`Invalid request method: ${JSON.stringify(text)}`);
    if (REFUSED_METHOD.test(text)) throw new TypeError(`The request method ${text} is not allowed`);
    return USUAL_METHOD.test(text) ? text.toUpperCase() : text;
  }

  function cleanUrl(input) {
    const url = new (core.use("url").URL)(input);
    if (url.username !== "" || url.password !== "") {
      throw new TypeError(`The request's URL must not hold a user name or password: ${url.href}`);
    }
    return url.href;
  }

  function choice(init, name, allowed, fallback) {
    const value = init[name];
    if (value === undefined) return fallback;
    const text = `${value}`;
    if (!allowed.includes(text)) throw new TypeError(`Request.${name} must be one of ${allowed.join(", ")}, not "${text}"`);
    return text;
  }

  /** The state of a new Request from the constructor's arguments. */
  function make(input, init) {
    const other = typeof input === "object" && input !== null ? state.get(input) : undefined;
    const own =
      other === undefined
        ? fresh("GET", cleanUrl(input), [], null)
        : { ...other, list: other.list.slice(), headers: null, guard: "none", body: null, signal: null, call: null };
    let signal = other === undefined ? null : other.signal !== null || other.call !== null ? input.signal : null;
    let body = null;
    if (init !== undefined && init !== null) {
      if (typeof init !== "object" && typeof init !== "function") throw new TypeError("Request: the options must be an object");
      if (init.method !== undefined) own.method = cleanMethod(init.method);
      if (init.headers !== undefined) {
        const list = [];
        headers.fill(list, init.headers);
        own.list = list;
      }
      own.redirect = choice(init, "redirect", REDIRECTS, own.redirect);
      own.mode = choice(init, "mode", ["cors", "no-cors", "same-origin"], own.mode);
      own.credentials = choice(init, "credentials", ["omit", "same-origin", "include"], own.credentials);
      own.cache = choice(
        init,
        "cache",
        ["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"],
        own.cache,
      );
      if (init.integrity !== undefined) own.integrity = `${init.integrity}`;
      if (init.keepalive !== undefined) own.keepalive = Boolean(init.keepalive);
      if (init.signal !== undefined) {
        signal = init.signal;
        if (signal !== null && !core.use("events").isSignal(signal)) {
          throw new TypeError("Request.signal must be an AbortSignal");
        }
      }
      if (init.body !== undefined && init.body !== null) body = bodies.extract(init.body);
    }
    if (signal !== null) own.signal = core.use("events").AbortSignal.any([signal]);
    const inherits = body === null && other !== undefined && other.body !== null;
    if ((body !== null || inherits) && (own.method === "GET" || own.method === "HEAD")) {
      throw new TypeError(`A request with method ${own.method} must not have a body`);
    }
    if (body !== null) {
      own.body = body;
      if (body.type !== null && !headers.has(own.list, "content-type")) own.list.push("content-type", body.type);
    } else if (inherits) {
      bodies.checkUsable(other.body);
      own.body = bodies.record(other.body.source, other.body.stream, other.body.type);
      other.body.used = true;
      other.body.stream = null;
      if (own.body.stream !== null) own.body = bodies.record(null, core.use("streams").proxy(own.body.stream), own.body.type);
    }
    return own;
  }

  const contentType = (own) => headers.get(own.list, "content-type");

  function Request(input, init = undefined) {
    if (new.target === undefined) throw new TypeError("Class constructor Request cannot be invoked without 'new'");
    if (arguments.length === 0) throw new TypeError("Request: an address or another Request is needed");
    state.set(this, make(input, init));
  }

  core.assemble(Request, {
    get method() {
      return of(this).method;
    },

    get url() {
      return of(this).url;
    },

    get headers() {
      const own = of(this);
      return (own.headers ??= headers.wrap(own.list, own.guard));
    },

    get destination() {
      of(this);
      return "";
    },

    get referrer() {
      return of(this).referrer;
    },

    get referrerPolicy() {
      return of(this).referrerPolicy;
    },

    get mode() {
      return of(this).mode;
    },

    get credentials() {
      return of(this).credentials;
    },

    get cache() {
      return of(this).cache;
    },

    get redirect() {
      return of(this).redirect;
    },

    get integrity() {
      return of(this).integrity;
    },

    get keepalive() {
      return of(this).keepalive;
    },

    get signal() {
      const own = of(this);
      if (own.signal === null) {
        const { AbortController } = core.use("events");
        const controller = own.call?.controller ?? new AbortController();
        if (own.call !== null) {
          own.call.controller = controller;
          if (own.call.aborted) controller.abort(own.call.reason());
        }
        own.signal = controller.signal;
      }
      return own.signal;
    },

    get duplex() {
      of(this);
      return "half";
    },

    clone() {
      const own = of(this);
      bodies.checkUsable(own.body);
      const copy = core.construct(Object, [], Request);
      const signal = own.signal === null && own.call === null ? null : core.use("events").AbortSignal.any([this.signal]);
      state.set(copy, { ...own, list: own.list.slice(), headers: null, body: bodies.clone(own.body), signal, call: null });
      return copy;
    },

    get body() {
      return bodies.shown(of(this).body);
    },

    get bodyUsed() {
      return bodies.isUsed(of(this).body);
    },

    async arrayBuffer() {
      return (await bodies.bytesOf(of(this).body)).buffer;
    },

    async blob() {
      const own = of(this);
      return await bodies.blobOf(own.body, contentType(own));
    },

    async bytes() {
      return await bodies.bytesOf(of(this).body);
    },

    async formData() {
      const own = of(this);
      return await bodies.formOf(own.body, contentType(own));
    },

    async json() {
      return JSON.parse(await bodies.textOf(of(this).body));
    },

    async text() {
      return await bodies.textOf(of(this).body);
    },
  });

  /** The Request of a call that came in. */
  function incoming(call, method, url, list, body) {
    const request = core.construct(Object, [], Request);
    const own = fresh(method, url, list, body);
    own.guard = "immutable";
    own.call = call;
    own.redirect = "manual";
    state.set(request, own);
    return request;
  }

  return { __proto__: null, Request, incoming, make };
}
