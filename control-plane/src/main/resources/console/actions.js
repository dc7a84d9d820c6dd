/**
 * Buttons and forms that call the API, described by their attributes:
 * <button data-act="POST" data-url data-body data-ask data-type data-said data-then>: asks, calls, says so, and
 * goes to data-then or loads the page anew.
 */
import { call } from "./api.js";
import { ask, say } from "./dom.js";

const SAID = "echelon-said";

export function installActions() {
  const said = sessionStorage.getItem(SAID);
  if (said) {
    sessionStorage.removeItem(SAID);
    say(said);
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-act]");
    if (button) act(button);
  });
}

/** Says something on the page that comes next. */
export function sayNext(text) {
  sessionStorage.setItem(SAID, text);
}

async function act(button) {
  const { act: method, url, body, ask: question, type, said, then } = button.dataset;
  const danger = button.classList.contains("danger");
  if (question && !(await ask(question, { type: type ?? null, danger, yes: button.textContent.trim() }))) return;
  await busy(button, async () => {
    await call(method, url, body === undefined ? undefined : JSON.parse(body));
    if (said) sayNext(said);
    if (then) location.assign(then);
    else location.reload();
  });
}

/** Runs something that a button began: it cannot be pressed meanwhile, and a refusal is said. */
export async function busy(button, work) {
  button.setAttribute("aria-busy", "true");
  button.disabled = true;
  try {
    return await work();
  } catch (error) {
    say(error.message, "bad");
    return undefined;
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}
