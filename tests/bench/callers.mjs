// Callers of apps on one node, over connections that are kept.
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export class Callers {
  #agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
  #address;

  /** Callers of the node with this URL. */
  constructor(address) {
    const { hostname, port } = new URL(address);
    this.#address = { hostname, port };
  }

  /** Resolves to the status of one request; 0 when the connection broke. */
  call(app) {
    return new Promise((resolve) => {
      http.get({ ...this.#address, path: "/", agent: this.#agent, headers: { host: `${app}.localhost` } }, (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode)).on("error", () => resolve(0));
      }).on("error", () => resolve(0));
    });
  }

  /**
   * Calls at a steady rate, whether answers come or not.
   * The result has of each call when it was due, in milliseconds since 1970, and how long it took from then.
   */
  async steadily(app, perSecond, seconds) {
    const calls = [];
    const pending = [];
    let failed = 0;
    const start = performance.now();
    for (let sent = 0; sent < perSecond * seconds; ) {
      const now = performance.now() - start;
      for (; sent < perSecond * seconds && (sent * 1000) / perSecond <= now; sent++) {
        const due = start + (sent * 1000) / perSecond;
        pending.push(this.call(app).then((status) => {
          calls.push([performance.timeOrigin + due, performance.now() - due]);
          if (status !== 200) failed++;
        }));
      }
      await sleep(1);
    }
    await Promise.all(pending);
    return { calls, failed };
  }

  close() {
    this.#agent.destroy();
  }
}
