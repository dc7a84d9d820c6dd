/** Watches of Deno KV: streams of what keys hold. */
import * as keys from "./kv-keys.js";
import { BINDING } from "./kv-operations.js";
import * as wire from "./kv-wire.js";

const WATCHED_KEYS_MAX = 10;

export function watches(core, { read }, { entryOf, absent }) {
  /** A stream of what keys hold: first as they are, then after changes. */
  function watch(own, all, isRaw) {
    const watched = Array.from(all, (key) => [...key]);
    const encoded = watched.map((key) => keys.encode(key));
    if (watched.length > WATCHED_KEYS_MAX) throw new TypeError(`Too many keys (max ${WATCHED_KEYS_MAX}): ${watched.length}`);
    let last = [];
    let id;
    let isOver = watched.length === 0;
    let stream;

    function release() {
      isOver = true;
      own.watches.delete(end);
      if (id !== undefined) id.then((number) => core.start("Deno.Kv.watch", BINDING, "unwatch", [number])).catch(() => {});
    }

    function end() {
      if (isOver) return;
      release();
      stream.close();
    }

    async function pull(controller) {
      id ??= core.start("Deno.Kv.watch", BINDING, "watch", [own.database, wire.keys(encoded)]);
      const number = await id;
      while (!isOver) {
        const hasChanged = await core.start("Deno.Kv.watch", BINDING, "changed", [number]);
        if (!hasChanged) return end();
        const found = await read(own, encoded.map(keys.point), true, "Deno.Kv.watch");
        const stamps = found.map(({ entries }) => entries[0]?.versionstamp ?? null);
        if (isOver) return undefined;
        if (!isRaw && last.length > 0 && stamps.every((stamp, i) => stamp === last[i])) continue;
        last = stamps;
        return controller.enqueue(found.map(({ entries }, i) => (entries.length === 0 ? absent([...watched[i]]) : entryOf(entries[0]))));
      }
      return undefined;
    }

    if (!isOver) own.watches.add(end);
    return new (core.use("streams").ReadableStream)({
      start(controller) {
        stream = controller;
        if (isOver) controller.close();
      },
      async pull(controller) {
        try {
          await pull(controller);
        } catch (error) {
          if (isOver) return;
          release();
          throw error;
        }
      },
      cancel: release,
    });
  }

  return { __proto__: null, watch };
}
