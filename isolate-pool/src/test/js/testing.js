// What the cases are written with, and the function that runs the one that a request names.
const cases = new Map();
let current;

export function test(name, body) {
  if (cases.has(name)) throw new Error(`two cases are called "${name}"`);
  cases.set(name, body);
}

/** The request, environment and context of the case that runs. */
export const call = () => current;

const show = (value) => {
  if (typeof value === "string") return JSON.stringify(value);
  try {
    return typeof value === "object" ? (JSON.stringify(value) ?? String(value)) : String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
};

export function equal(actual, expected, what = "") {
  if (!Object.is(actual, expected)) throw new Error(`${what} expected ${show(expected)}, was ${show(actual)}`);
}

export function same(actual, expected, what = "") {
  equal(JSON.stringify(actual), JSON.stringify(expected), what);
}

export function ok(value, what = "a true value") {
  if (!value) throw new Error(`expected ${what}`);
}

/** The error that the body throws; it must be of the type and have the text in its message. */
export function throws(body, type, text = "") {
  let error;
  try {
    body();
  } catch (thrown) {
    error = thrown;
  }
  check(error, type, text);
  return error;
}

export async function rejects(promise, type, text = "") {
  let error;
  try {
    await promise;
  } catch (thrown) {
    error = thrown;
  }
  check(error, type, text);
  return error;
}

function check(error, type, text) {
  if (error === undefined) throw new Error(`expected a ${typeof type === "string" ? type : type.name}, nothing was thrown`);
  const fits = typeof type === "string" ? error.name === type : error instanceof type;
  if (!fits) throw new Error(`expected a ${typeof type === "string" ? type : type.name}, was ${error?.stack ?? error}`);
  if (!String(error.message).includes(text)) throw new Error(`expected a message with "${text}", was "${error.message}"`);
}

export default {
  async fetch(request, env, ctx) {
    const name = request.headers.get("x-test");
    if (name === null) return new Response([...cases.keys()].join("\n"));
    current = { request, env, ctx };
    try {
      await cases.get(name)();
      return new Response("holds");
    } catch (error) {
      return new Response(String(error?.stack ?? error));
    }
  },
};
