/**
 * URL: https://url.spec.whatwg.org/#url-class. Addresses of the usual form are taken apart by one regular expression; all
 * others, and every change, go through the standard's parser, a script of its own.
 */
import { searchParams, serialize } from "../parts/search-params.js";

const USUAL =
  /^(https?):\/\/((?:[a-z0-9-]+\.)*[a-z][a-z0-9-]*|127\.0\.0\.1)(?::([1-9]\d{0,4}))?(\/[\w\-.~!$&'()*+,;=:@%/]*)?(\?[\w\-.~!$&()*+,;=:@%/?]*)?(#[\w\-.~!$&'()*+,;=:@%/?]*)?$/;
const NEEDS_PARSER = /\/\.|%2e|xn--/i;

export default function url(core) {
  const state = core.slots();
  const params = searchParams(core);
  const parser = () => core.use("url-parser");

  function of(object) {
    const own = state.get(object);
    if (own === undefined) throw new TypeError("Illegal invocation: this is not a URL");
    return own;
  }

  /** A URL's parts: as strings when its form is usual, else the parser's record. */
  function usual(text) {
    const found = USUAL.exec(text);
    if (found === null || NEEDS_PARSER.test(text)) return null;
    const [, scheme, host, port = "", path = "/", query = "", fragment = ""] = found;
    if (port.length === 5 && Number(port) > 65_535) return null;
    const isDefault = (scheme === "http" && port === "80") || (scheme === "https" && port === "443");
    return { __proto__: null, record: null, params: null, scheme, host, port: isDefault ? "" : port, path, query, fragment };
  }

  function ofRecord(record) {
    return { __proto__: null, record, params: null, scheme: "", host: "", port: "", path: "", query: "", fragment: "" };
  }

  function parse(input, base) {
    const text = `${input}`.toWellFormed();
    if (base === undefined) {
      const simple = usual(text);
      if (simple !== null) return simple;
    }
    let baseURL = null;
    if (base !== undefined) {
      const baseParts = parse(base, undefined);
      if (baseParts === null) return null;
      baseURL = recordOf(baseParts);
    }
    const record = parser().basicURLParse(text, { baseURL });
    return record === null ? null : ofRecord(record);
  }

  function recordOf(own) {
    own.record ??= parser().basicURLParse(href(own));
    return own.record;
  }

  function href(own) {
    if (own.record !== null) return parser().serializeURL(own.record);
    return `${own.scheme}://${own.host}${own.port === "" ? "" : `:${own.port}`}${own.path}${own.query}${own.fragment}`;
  }

  function query(own) {
    if (own.record !== null) return own.record.query ?? "";
    return own.query === "" ? "" : own.query.slice(1);
  }

  function refreshParams(own) {
    if (own.params !== null) params.reset(own.params, query(own));
  }

  function change(own, text, stateOverride) {
    parser().basicURLParse(text, { url: recordOf(own), stateOverride });
  }

  function invalid(input, base) {
    const where = base === undefined ? "" : ` with the base ${JSON.stringify(`${base}`)}`;
    return new TypeError(`Invalid URL: ${JSON.stringify(`${input}`)}${where}`);
  }

  class URL {
    constructor(input, base = undefined) {
      if (arguments.length === 0) throw new TypeError("URL: an address is needed");
      const own = parse(input, base);
      if (own === null) throw invalid(input, base);
      state.set(this, own);
    }

    static parse(input, base = undefined) {
      const own = parse(input, base);
      if (own === null) return null;
      const made = core.construct(Object, [], URL);
      state.set(made, own);
      return made;
    }

    static canParse(input, base = undefined) {
      return parse(input, base) !== null;
    }

    get href() {
      return href(of(this));
    }

    set href(value) {
      const own = of(this);
      const parts = parse(value, undefined);
      if (parts === null) throw invalid(value, undefined);
      const kept = own.params;
      Object.assign(own, parts);
      own.params = kept;
      refreshParams(own);
    }

    get origin() {
      const own = of(this);
      if (own.record !== null) return parser().serializeURLOrigin(own.record);
      return `${own.scheme}://${own.host}${own.port === "" ? "" : `:${own.port}`}`;
    }

    get protocol() {
      const own = of(this);
      return `${own.record === null ? own.scheme : own.record.scheme}:`;
    }

    set protocol(value) {
      change(of(this), `${value}:`.toWellFormed(), "scheme start");
    }

    get username() {
      return of(this).record?.username ?? "";
    }

    set username(value) {
      const record = recordOf(of(this));
      if (!parser().cannotHaveAUsernamePasswordPort(record)) parser().setTheUsername(record, `${value}`.toWellFormed());
    }

    get password() {
      return of(this).record?.password ?? "";
    }

    set password(value) {
      const record = recordOf(of(this));
      if (!parser().cannotHaveAUsernamePasswordPort(record)) parser().setThePassword(record, `${value}`.toWellFormed());
    }

    get host() {
      const { record, host, port } = of(this);
      if (record === null) return port === "" ? host : `${host}:${port}`;
      if (record.host === null) return "";
      const name = parser().serializeHost(record.host);
      return record.port === null ? name : `${name}:${record.port}`;
    }

    set host(value) {
      const own = of(this);
      if (!parser().hasAnOpaquePath(recordOf(own))) change(own, `${value}`.toWellFormed(), "host");
    }

    get hostname() {
      const { record, host } = of(this);
      if (record === null) return host;
      return record.host === null ? "" : parser().serializeHost(record.host);
    }

    set hostname(value) {
      const own = of(this);
      if (!parser().hasAnOpaquePath(recordOf(own))) change(own, `${value}`.toWellFormed(), "hostname");
    }

    get port() {
      const { record, port } = of(this);
      if (record === null) return port;
      return record.port === null ? "" : `${record.port}`;
    }

    set port(value) {
      const own = of(this);
      const record = recordOf(own);
      if (parser().cannotHaveAUsernamePasswordPort(record)) return;
      const text = `${value}`.toWellFormed();
      if (text === "") record.port = null;
      else change(own, text, "port");
    }

    get pathname() {
      const { record, path } = of(this);
      return record === null ? path : parser().serializePath(record);
    }

    set pathname(value) {
      const own = of(this);
      const record = recordOf(own);
      if (parser().hasAnOpaquePath(record)) return;
      record.path = [];
      change(own, `${value}`.toWellFormed(), "path start");
    }

    get search() {
      const text = query(of(this));
      return text === "" ? "" : `?${text}`;
    }

    set search(value) {
      const own = of(this);
      const text = `${value}`.toWellFormed();
      const record = recordOf(own);
      if (text === "") record.query = null;
      else {
        record.query = "";
        change(own, text.startsWith("?") ? text.slice(1) : text, "query");
      }
      refreshParams(own);
    }

    get searchParams() {
      const own = of(this);
      own.params ??= params.linked(query(own), (list) => {
        const text = serialize(list);
        recordOf(own).query = text === "" ? null : text;
      });
      return own.params;
    }

    get hash() {
      const { record, fragment } = of(this);
      const text = record === null ? fragment.slice(1) : (record.fragment ?? "");
      return text === "" ? "" : `#${text}`;
    }

    set hash(value) {
      const own = of(this);
      const record = recordOf(own);
      const text = `${value}`.toWellFormed();
      if (text === "") record.fragment = null;
      else {
        record.fragment = "";
        change(own, text.startsWith("#") ? text.slice(1) : text, "fragment");
      }
    }

    toString() {
      return href(of(this));
    }

    toJSON() {
      return href(of(this));
    }
  }

  core.idl(URL, "URL");
  return { __proto__: null, URL, URLSearchParams: params.URLSearchParams, isSearchParams: params.isSearchParams };
}
