/*
 * What the cases of this folder look for. It stands before each of them, and saves the built-ins before a case breaks
 * them. A case adds to `findings`; an escape that finds nothing leaves them empty.
 */
const findings = [];
const { apply, defineProperty, deleteProperty, getPrototypeOf, has, isExtensible, ownKeys } = Reflect;
const { getOwnPropertyDescriptor, hasOwn } = Object;
const { stringify } = JSON;
const SafeMap = Map;
const SafeSet = Set;
const SafeString = String;
const SafeResponse = Response;
const toText = Object.prototype.toString;
const { test } = RegExp.prototype;
const { add, has: setHas } = Set.prototype;
const { push, join } = Array.prototype;
const JAVA = /java|org\.graalvm|com\.oracle|truffle|polyglot|io\.echelon|foreign|\.java:|\/home\/|\/tmp\/|\/usr\/|\/target\//i;

function found(what) {
  if (findings.length < 20) apply(push, findings, [what]);
}

/** Does what may throw; its value, if truthy, is a finding. */
function attempt(name, action) {
  try {
    const value = action();
    if (value) found(`${name} gave ${typeof value}`);
  } catch {
    // Nothing found.
  }
}

function isObject(value) {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** Whether a value was made by the host: such a one can't be given a property though it says that it can. */
function isHost(value) {
  if (!isObject(value)) return false;
  if (ArrayBuffer.isView(value)) return false;
  try {
    const key = Symbol("probe");
    if (!isExtensible(value)) return false;
    if (!defineProperty(value, key, { __proto__: null, value: 1, configurable: true })) return true;
    deleteProperty(value, key);
    return typeof value === "function" && !hasOwn(value, "length") && !hasOwn(value, "name") && value !== Function.prototype;
  } catch {
    return false;
  }
}

/** Looks at one value that a guest has got hold of. */
function inspect(path, value) {
  if (isHost(value)) found(`${path} is a host object`);
  for (const name of ["getClass", "class", "notify", "notifyAll", "hashCode", "wait", "newInstance"]) {
    try {
      if (isObject(value) && value !== Atomics && has(value, name)) {
        const member = value[name];
        if (member !== undefined) found(`${path}.${name} exists`);
      }
    } catch {
      // A proxy or a getter that objects.
    }
  }
  try {
    if (isObject(value) && apply(test, JAVA, [apply(toText, value, [])])) found(`${path} is ${apply(toText, value, [])}`);
  } catch {
    // A revoked proxy.
  }
}

/** Looks at everything that can be reached from a value. */
function walk(path, root) {
  const seen = new SafeSet();
  const todo = [[path, root]];
  let count = 0;
  while (todo.length > 0 && count++ < 20000) {
    const [at, value] = todo.pop();
    if (!isObject(value) || apply(setHas, seen, [value])) continue;
    apply(add, seen, [value]);
    inspect(at, value);
    todo.push([`${at}.[[Prototype]]`, getPrototypeOf(value)]);
    for (const key of ownKeys(value)) {
      const name = `${at}.${SafeString(key)}`;
      let descriptor;
      try {
        descriptor = getOwnPropertyDescriptor(value, key);
      } catch {
        continue;
      }
      if (descriptor === undefined) continue;
      if ("value" in descriptor) todo.push([name, descriptor.value]);
      else {
        todo.push([`${name}.get`, descriptor.get], [`${name}.set`, descriptor.set]);
        try {
          todo.push([name, value[key]]);
        } catch {
          // Not for this receiver.
        }
      }
    }
  }
  return count;
}

/** Looks at an error that the platform or the engine threw. */
function inspectError(path, error) {
  if (!isObject(error)) return;
  inspect(path, error);
  if (!(error instanceof Error)) found(`${path} is no error of this realm`);
  for (const name of ["name", "message", "stack", "cause", "fileName", "lineNumber"]) {
    const value = error[name];
    if (typeof value === "string" && apply(test, JAVA, [value])) found(`${path}.${name} is ${value}`);
    if (isObject(value)) inspectError(`${path}.${name}`, value);
  }
  for (const key of ownKeys(error)) inspect(`${path}.${SafeString(key)}`, error[key]);
}

function report() {
  return new SafeResponse(findings.length === 0 ? "nothing" : apply(join, findings, ["\n"]));
}
