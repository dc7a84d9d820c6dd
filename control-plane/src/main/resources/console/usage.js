/** Usage of apps, as the API counts it, in the forms that pages show. */
import { call } from "./api.js";

/** How far back, and in which steps. */
export const RANGES = {
  "1h": { step: "minute", label: "Last hour" },
  "24h": { step: "hour", label: "Last day" },
  "7d": { step: "hour", label: "Last 7 days" },
  "30d": { step: "day", label: "Last 30 days" },
};

export async function usage(api, { range, ...more }) {
  const query = new URLSearchParams({ from: range, step: RANGES[range].step, ...more });
  return call("GET", `${api}/usage?${query}`);
}

/** The same by app, of all apps that were called. */
export async function usageByApp(api, range) {
  const series = [];
  let cursor = null;
  do {
    const answer = await usage(api, { range, groupBy: "app", limit: "500", ...(cursor ? { cursor } : {}) });
    series.push(...(answer.series ?? []));
    cursor = answer.cursor;
  } while (cursor);
  return series;
}

/** Requests that ended in any other way than ok. */
export function failed(point) {
  return point.requests - (point.outcomes.ok ?? 0);
}

/** A number in three digits or so: 1234567 is 1.23M. */
export function short(value) {
  return new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 }).format(value);
}

/** Milliseconds as people say them. */
export function span(ms) {
  if (ms >= 60_000) return `${short(ms / 60_000)} min`;
  if (ms >= 1_000) return `${short(ms / 1_000)} s`;
  return `${short(ms)} ms`;
}
