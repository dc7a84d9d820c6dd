/** FormData: https://xhr.spec.whatwg.org/#interface-formdata, and its two forms on the wire. */
import { forEachPair, pairIterator } from "../parts/iterable.js";
import { parseMultipart, serializeMultipart } from "../parts/multipart.js";
import { parse as parseUrlEncoded } from "../parts/search-params.js";

export default function form(core) {
  const state = core.slots();
  const { File, isBlob, isFile } = core.use("blob");
  let iterate;

  function of(object) {
    const own = state.get(object);
    if (own === undefined) throw new TypeError("Illegal invocation: this is not a FormData");
    return own;
  }

  const text = (value) => `${value}`.toWellFormed();

  function entryValue(value, filename) {
    if (!isBlob(value)) return text(value);
    if (isFile(value) && filename === undefined) return value;
    const name = filename === undefined ? (isFile(value) ? value.name : "blob") : text(filename);
    const lastModified = isFile(value) ? value.lastModified : undefined;
    return new File([value], name, lastModified === undefined ? { type: value.type } : { type: value.type, lastModified });
  }

  function checked(given, name, value, filename) {
    if (given < 2) throw new TypeError(`FormData.${name}: 2 arguments are needed, ${given} given`);
    if (given > 2 && filename !== undefined && !isBlob(value)) {
      throw new TypeError(`FormData.${name}: with a file name, the value must be a Blob`);
    }
    return entryValue(value, filename);
  }

  class FormData {
    constructor(element = undefined) {
      if (element !== undefined) throw new TypeError("FormData: there are no form elements here; call it without arguments");
      state.set(this, []);
    }

    append(name, value, filename = undefined) {
      const list = of(this);
      const entry = checked(arguments.length, "append", value, filename);
      list.push(text(name), entry);
    }

    delete(name) {
      const list = of(this);
      const key = text(name);
      for (let i = list.length - 2; i >= 0; i -= 2) if (list[i] === key) list.splice(i, 2);
    }

    get(name) {
      const list = of(this);
      const key = text(name);
      for (let i = 0; i < list.length; i += 2) if (list[i] === key) return list[i + 1];
      return null;
    }

    getAll(name) {
      const list = of(this);
      const key = text(name);
      const found = [];
      for (let i = 0; i < list.length; i += 2) if (list[i] === key) found.push(list[i + 1]);
      return found;
    }

    has(name) {
      const list = of(this);
      const key = text(name);
      for (let i = 0; i < list.length; i += 2) if (list[i] === key) return true;
      return false;
    }

    set(name, value, filename = undefined) {
      const list = of(this);
      const entry = checked(arguments.length, "set", value, filename);
      const key = text(name);
      let at = -1;
      for (let i = list.length - 2; i >= 0; i -= 2) {
        if (list[i] !== key) continue;
        if (at >= 0) list.splice(at, 2);
        at = i;
      }
      if (at < 0) list.push(key, entry);
      else list[at + 1] = entry;
    }

    forEach(callback, thisValue = undefined) {
      forEachPair(this, of, callback, thisValue);
    }

    entries() {
      return iterator(this, "both");
    }

    keys() {
      return iterator(this, "key");
    }

    values() {
      return iterator(this, "value");
    }
  }

  function iterator(object, kind) {
    of(object);
    iterate ??= pairIterator(core, "FormData", of);
    return iterate(object, kind);
  }

  core.idl(FormData, "FormData");
  core.defineProperty(FormData.prototype, Symbol.iterator, {
    __proto__: null,
    value: FormData.prototype.entries,
    writable: true,
    enumerable: false,
    configurable: true,
  });

  function serialize(formData) {
    let boundary = "----echelon-";
    for (const byte of core.randomBytes(16)) boundary += (byte + 256).toString(16).slice(1);
    const bytes = serializeMultipart(of(formData), boundary, core.use("blob"));
    return { bytes, type: `multipart/form-data; boundary=${boundary}` };
  }

  /** The form that a body of this content type holds. */
  function parse(bytes, contentType) {
    const formData = new FormData();
    const list = of(formData);
    const essence = (contentType ?? "").split(";", 1)[0].trim().toLowerCase();
    if (essence === "multipart/form-data") {
      const found = /;\s*boundary=(?:"([^"]{1,200})"|([^;\s]{1,200}))/i.exec(contentType);
      if (found === null) throw new TypeError(`The content type "${contentType}" names no boundary`);
      const decoder = new core.TextDecoder("utf-8", { ignoreBOM: true });
      for (const part of parseMultipart(bytes, found[1] ?? found[2], decoder)) {
        const value =
          part.filename === null
            ? decoder.decode(part.content)
            : new File([part.content], part.filename, { type: part.type });
        list.push(part.name, value);
      }
    } else if (essence === "application/x-www-form-urlencoded") {
      for (const value of parseUrlEncoded(new core.TextDecoder().decode(bytes))) list.push(value);
    } else {
      throw new TypeError(
        `The body is not a form: its content type is ${contentType === null ? "missing" : `"${contentType}"`}, not multipart/form-data or application/x-www-form-urlencoded`,
      );
    }
    return formData;
  }

  return {
    __proto__: null,
    FormData,
    isFormData: (value) => typeof value === "object" && value !== null && state.get(value) !== undefined,
    serialize,
    parse,
  };
}
