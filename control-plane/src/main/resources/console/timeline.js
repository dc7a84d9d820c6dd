/** Runs that were and fires to come, on a line of time. */
const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 1000;
const HEIGHT = 44;
const NOW_AT = 680;
const MARGIN = 14;

function shape(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/**
 * A picture of a cron's time; the past and what is to come have scales of their own.
 * runs: newest first, of the API; next: moments to come.
 */
export function timeline(runs, next, now, words) {
  const past = runs.map((run) => ({ run, at: Date.parse(run.startedAt) }));
  const first = Math.min(...past.map(({ at }) => at), now - 60_000);
  const last = Math.max(...next, now + 60_000);
  const left = (at) => MARGIN + ((at - first) / (now - first)) * (NOW_AT - 2 * MARGIN);
  const right = (at) => NOW_AT + MARGIN + ((at - now) / (last - now)) * (WIDTH - NOW_AT - 2 * MARGIN);
  const middle = HEIGHT / 2;
  const picture = shape("svg", { class: "timeline-picture", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": words });
  picture.append(
    shape("line", { class: "axis", x1: 0, x2: WIDTH, y1: middle, y2: middle }),
    shape("line", { class: "now", x1: NOW_AT, x2: NOW_AT, y1: 4, y2: HEIGHT - 4 }),
  );
  for (const { run, at } of past) {
    const x = left(Math.min(at, now));
    picture.append(mark(`run ${kind(run.outcome)}`, x, `${run.outcome} · ${new Date(at).toLocaleString()}`));
  }
  for (const at of next) picture.append(mark("fire", right(at), `next · ${new Date(at).toLocaleString()}`));
  return { picture, first, last };
}

/** A bar keeps its shape when the picture is stretched. */
function mark(classes, x, words) {
  const bar = shape("rect", { class: classes, x: x - 3, y: 11, width: 6, height: HEIGHT - 22, rx: 2 });
  const title = shape("title", {});
  title.textContent = words;
  bar.append(title);
  return bar;
}

/** good, bad, on or idle. */
export function kind(outcome) {
  if (outcome === "ok") return "good";
  if (outcome === "running") return "on";
  return outcome === "skipped" || outcome === "missed" ? "idle" : "bad";
}
