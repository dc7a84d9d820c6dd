/** Says when the control plane is away, looks for it, and says when it is back ("echelon:back"). */
const LOOK_MS = 15_000;
const SEARCH_MS = 1_500;

let isAway = false;
let timer;

export function watchControlPlane() {
  document.addEventListener("echelon:away", () => away());
  addEventListener("online", () => look());
  plan();
}

function plan() {
  clearTimeout(timer);
  timer = setTimeout(look, isAway ? SEARCH_MS : LOOK_MS);
}

async function look() {
  if (document.hidden && !isAway) return plan();
  try {
    await fetch("/q/health/live", { cache: "no-store", signal: AbortSignal.timeout(5_000) });
    if (isAway) back();
  } catch {
    away();
  }
  plan();
}

function away() {
  const banner = document.getElementById("banner");
  if (isAway || !banner) return;
  isAway = true;
  banner.textContent =
    "The control plane does not answer. Functions go on serving; this page goes on by itself when it is back.";
  banner.hidden = false;
  plan();
}

function back() {
  isAway = false;
  document.getElementById("banner").hidden = true;
  document.dispatchEvent(new Event("echelon:back"));
}
