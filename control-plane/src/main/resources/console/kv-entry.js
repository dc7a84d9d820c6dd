/** One entry: what it holds, as it changes if that is wanted. */
import { busy } from "./actions.js";
import { ApiError, call, events, send } from "./api.js";
import { ask, fill, make, say } from "./dom.js";
import { keyLabel, keyText } from "./keys.js";
import { inspect, kindOf } from "./values.js";

const AGAIN_MS = 1_500;

export function entryUrl(api, key, more = {}) {
  return `${api}/entry?${new URLSearchParams({ key: JSON.stringify(key), ...more })}`;
}

/** What a key holds; null when it holds nothing. */
export async function readEntry(api, key) {
  try {
    return await call("GET", entryUrl(api, key));
  } catch (error) {
    if (error instanceof ApiError && error.code === "NOT_FOUND") return null;
    throw error;
  }
}

export class EntryView {
  #place;
  #api;
  #does;
  #key;
  #entry;
  #watch;
  #changes = 0;

  /** @param does writable, edit(entry), back(), gone() */
  constructor(place, api, does) {
    this.#place = place;
    this.#api = api;
    this.#does = does;
  }

  clear() {
    this.stop();
    fill(this.#place, make("p.muted.kv-none", {}, "Choose a key to see what it holds."));
  }

  async show(key) {
    this.stop();
    this.#key = JSON.stringify(key);
    const entry = await readEntry(this.#api, key);
    if (this.#key !== JSON.stringify(key)) return;
    this.#render(key, entry);
  }

  /** Ends the watch, if there is one, and forgets an entry that is still being read: the place is somebody else's now. */
  stop() {
    this.#key = undefined;
    this.#watch?.abort();
    this.#watch = undefined;
    this.#changes = 0;
  }

  #render(key, entry) {
    this.#entry = entry;
    const isWatched = this.#watch !== undefined;
    const { writable, edit, back } = this.#does;
    fill(
      this.#place,
      make("button.quiet.small.kv-back", { type: "button", onclick: back }, "All keys"),
      make("div.head", {}, make("h2.kv-key", {}, keyLabel(key)), this.#buttons(key, entry, isWatched)),
      isWatched && this.#live(),
      entry === null
        ? make(
            "div.kv-empty",
            {},
            make("p", {}, isWatched ? "There is nothing under this key now." : "There is nothing under this key."),
            writable && make("button.small", { type: "button", onclick: () => edit({ key, versionstamp: "none" }) }, "Add it"),
          )
        : make(
            "div.stack",
            {},
            make(
              "dl.facts",
              {},
              fact("Type", kindOf(entry.value)),
              fact("Expires", entry.expiresAt ? make("time", { datetime: entry.expiresAt }, entry.expiresAt) : "never"),
              fact("Versionstamp", make("code", {}, entry.versionstamp)),
            ),
            make("pre.code.value", { tabindex: "0", "aria-label": "Value" }, inspect(entry.value)),
          ),
    );
  }

  #buttons(key, entry, isWatched) {
    const { writable, edit } = this.#does;
    return make(
      "div.row",
      {},
      make(
        "button.small",
        { type: "button", "aria-pressed": String(isWatched), onclick: () => (isWatched ? this.#unwatch(key) : this.#follow(key)) },
        isWatched ? "Stop watching" : "Watch",
      ),
      writable && entry && make("button.small", { type: "button", onclick: () => edit(entry) }, "Edit"),
      writable &&
        entry &&
        make("button.small.danger", { type: "button", onclick: (event) => this.#delete(event.currentTarget, key) }, "Delete"),
    );
  }

  #live() {
    const times = this.#changes === 1 ? "changed once" : `changed ${this.#changes} times`;
    return make(
      "p.kv-live",
      { role: "status" },
      make("span.state", { "data-state": "done" }, "live"),
      ` ${this.#changes === 0 ? "Waiting for changes" : `It ${times}`}`,
    );
  }

  #unwatch(key) {
    this.stop();
    this.#render(key, this.#entry);
    this.#place.querySelector("[aria-pressed]").focus();
  }

  async #follow(key) {
    const watch = new AbortController();
    this.#watch = watch;
    this.#render(key, this.#entry);
    this.#place.querySelector("[aria-pressed]").focus();
    const url = `${this.#api}/watch?${new URLSearchParams({ key: JSON.stringify(key) })}`;
    while (!watch.signal.aborted) {
      try {
        const response = await send("GET", url, { signal: watch.signal, headers: { accept: "text/event-stream" } });
        for await (const { event, data } of events(response)) {
          if (event === "entries" && !watch.signal.aborted) this.#changed(key, data.entries[0].entry);
        }
      } catch (error) {
        if (watch.signal.aborted) return;
        if (error instanceof ApiError && error.status >= 400 && error.status < 500) {
          say(error.message, "bad");
          return this.#unwatch(key);
        }
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  #changed(key, entry) {
    if (entry?.versionstamp === this.#entry?.versionstamp) return;
    this.#changes++;
    const focused = this.#place.contains(document.activeElement) ? document.activeElement.textContent : null;
    this.#render(key, entry);
    const value = this.#place.querySelector(".value");
    value?.classList.add("fresh");
    if (focused) [...this.#place.querySelectorAll("button")].find((button) => button.textContent === focused)?.focus();
  }

  async #delete(button, key) {
    if (!(await ask(`Delete the entry ${keyText(key)}?`, { yes: "Delete", danger: true }))) return;
    await busy(button, async () => {
      try {
        await call("DELETE", entryUrl(this.#api, key, { ifVersionstamp: this.#entry.versionstamp }));
      } catch (error) {
        if (error.code !== "CONFLICT") throw error;
        await this.show(key);
        say("It was not deleted: somebody changed it meanwhile. This is what it holds now.", "bad");
        return;
      }
      say("Deleted");
      this.#does.gone();
    });
  }
}

function fact(name, what) {
  return make("div", {}, make("dt", {}, name), make("dd", {}, what));
}
