// The assertions that denokv's tests import from Deno's standard library, on Node's own.
import nodeAssert from "node:assert";

export const AssertionError = nodeAssert.AssertionError;
export const assert = nodeAssert.ok;
export const assertFalse = (value, message) => nodeAssert.ok(!value, message);
export const assertEquals = nodeAssert.deepStrictEqual;
export const assertNotEquals = nodeAssert.notDeepStrictEqual;
export const assertMatch = nodeAssert.match;
export const assertExists = (value, message) => nodeAssert.ok(value !== undefined && value !== null, message);
export const assertInstanceOf = (value, type, message) => nodeAssert.ok(value instanceof type, message);

export function assertThrows(task) {
  try {
    task();
  } catch {
    return;
  }
  throw new AssertionError({ message: "It was to throw" });
}

export async function assertRejects(task, message) {
  try {
    await task();
  } catch {
    return;
  }
  throw new AssertionError({ message: typeof message === "string" ? message : "It was to reject" });
}
