// What the client uses of Node; its own types are not installed.
declare module "node:assert" {
  export const strict: {
    equal(actual: unknown, expected: unknown): void;
    deepEqual(actual: unknown, expected: unknown): void;
    match(actual: string, expected: RegExp): void;
  };
}
declare module "node:crypto" {
  export function randomUUID(): string;
  export function createHash(name: string): { update(text: string): { digest(form: "hex"): string } };
}
declare const process: { argv: string[] };
