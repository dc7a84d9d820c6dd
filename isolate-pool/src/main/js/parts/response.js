/** Response: https://fetch.spec.whatwg.org/#response-class */

const NOT_IN_REASON = /[^\t\x20-\x7e\x80-\xff]/;

export function responses(core, headers, bodies) {
  const state = core.slots();

  function of(object) {
    const own = state.get(object);
    if (own === undefined) throw new TypeError("Illegal invocation: this is not a Response");
    return own;
  }

  function fresh(status, statusText, list, body) {
    return {
      __proto__: null,
      status,
      statusText,
      list,
      headers: null,
      guard: "none",
      body,
      type: "default",
      url: "",
      redirected: false,
    };
  }

  const hasNoBody = (status) => status === 204 || status === 205 || status === 304 || status === 101;

  function fill(own, init, body) {
    if (init !== undefined && init !== null) {
      if (typeof init !== "object" && typeof init !== "function") {
        throw new TypeError("Response: the options must be an object such as { status, headers }");
      }
      if (init.status !== undefined) {
        const status = Math.trunc(Number(init.status)) & 0xffff;
        if (!(status >= 200 && status <= 599)) {
          throw new RangeError(`Response: the status ${init.status} is outside the range 200 to 599`);
        }
        own.status = status;
      }
      if (init.statusText !== undefined) {
        const text = `${init.statusText}`;
        if (NOT_IN_REASON.test(text)) throw new TypeError(`Response: invalid statusText ${JSON.stringify(text)}`);
        own.statusText = text;
      }
      if (init.headers !== undefined) headers.fill(own.list, init.headers);
    }
    if (body !== null) {
      if (hasNoBody(own.status)) throw new TypeError(`A response with status ${own.status} must not have a body`);
      own.body = body;
      if (body.type !== null && !headers.has(own.list, "content-type")) {
        own.list[own.list.length] = "content-type";
        own.list[own.list.length] = body.type;
      }
    }
    return own;
  }

  function made(own) {
    const response = core.construct(Object, [], Response);
    state.set(response, own);
    return response;
  }

  const contentType = (own) => headers.get(own.list, "content-type");

  function Response(body = null, init = undefined) {
    if (new.target === undefined) throw new TypeError("Class constructor Response cannot be invoked without 'new'");
    const own = fresh(200, "", [], null);
    fill(own, init, body === null ? null : bodies.extract(body));
    state.set(this, own);
  }

  core.assemble(Response, {
    get type() {
      return of(this).type;
    },

    get url() {
      return of(this).url;
    },

    get redirected() {
      return of(this).redirected;
    },

    get status() {
      return of(this).status;
    },

    get ok() {
      const { status } = of(this);
      return status >= 200 && status <= 299;
    },

    get statusText() {
      return of(this).statusText;
    },

    get headers() {
      const own = of(this);
      return (own.headers ??= headers.wrap(own.list, own.guard));
    },

    clone() {
      const own = of(this);
      bodies.checkUsable(own.body);
      return made({ ...own, list: own.list.slice(), headers: null, body: bodies.clone(own.body) });
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

  const { error, redirect, json } = {
    error() {
      const own = fresh(0, "", [], null);
      own.type = "error";
      own.guard = "immutable";
      return made(own);
    },

    redirect(url, status = 302) {
      const { href } = new (core.use("url").URL)(url);
      const code = Math.trunc(Number(status));
      if (![301, 302, 303, 307, 308].includes(code)) {
        throw new RangeError(`Response.redirect: the status ${status} is not one of 301, 302, 303, 307, 308`);
      }
      const own = fresh(code, "", ["location", href], null);
      own.guard = "immutable";
      return made(own);
    },

    json(data, init = undefined) {
      const text = JSON.stringify(data);
      if (text === undefined) throw new TypeError("Response.json: the value cannot be written as JSON");
      return made(fill(fresh(200, "", [], null), init, bodies.record(text, null, "application/json")));
    },
  };
  Response.error = error;
  Response.redirect = redirect;
  Response.json = json;

  return { __proto__: null, Response, fresh, made, stateOf: (value) => state.get(value), hasNoBody };
}
