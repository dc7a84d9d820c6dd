/** Times in the viewer's zone: how long ago, and the exact one on hover. */
const STEPS = [
  [60, "second"],
  [60, "minute"],
  [24, "hour"],
  [7, "day"],
];
const near = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const exactly = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });
const clock = new Intl.DateTimeFormat(undefined, { dateStyle: "short", timeStyle: "medium" });

/** A moment as people say it. */
export function ago(time, now = Date.now()) {
  let amount = (time.getTime() - now) / 1000;
  for (const [size, unit] of STEPS) {
    if (Math.abs(amount) < size) return near.format(Math.trunc(amount), unit);
    amount /= size;
  }
  return day.format(time);
}

/** A moment in full, in the viewer's zone. */
export function exact(time) {
  return exactly.format(time);
}

function show(element) {
  const time = new Date(element.dateTime);
  if (Number.isNaN(time.getTime())) return;
  element.textContent = element.dataset.as === "exact" ? clock.format(time) : ago(time);
  element.title = exact(time);
}

/** Shows all <time> elements so, those that are added later as well. */
export function showTimes() {
  const all = () => document.querySelectorAll("time[datetime]").forEach(show);
  all();
  setInterval(all, 20_000);
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) {
        if (node.nodeType !== Node.ELEMENT_NODE) continue;
        if (node.matches("time[datetime]")) show(node);
        node.querySelectorAll("time[datetime]").forEach(show);
      }
    }
  }).observe(document.body, { childList: true, subtree: true });
}
