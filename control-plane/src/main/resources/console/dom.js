/** Makes elements. Text only ever becomes text: nothing here takes markup. */

/** make("p.muted", {title: "x"}, "text", child …); listeners are given as onclick: function. */
export function make(what, attributes = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  const element = document.createElement(tag);
  element.classList.add(...classes);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Replaces what an element holds. */
export function fill(element, ...children) {
  element.replaceChildren(...children.filter((child) => child !== null && child !== undefined && child !== false));
}

/** Says something for some seconds; what went wrong stays until it is closed. */
export function say(text, kind = "good") {
  const close = make("button.quiet.small", { type: "button", onclick: () => toast.remove() }, "Close");
  const toast = make(`div.toast.${kind}`, {}, make("p.wrap", {}, text), close);
  document.getElementById("toasts").append(toast);
  if (kind === "good") setTimeout(() => toast.remove(), 6000);
}

/** Copies an element's text, or selects it where pages may not copy. */
export async function copy(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    say("Copied");
  } catch {
    getSelection().selectAllChildren(element);
    say("It is selected; copy it with the keyboard");
  }
}

/** Asks a question in a dialog; true when it is answered with yes. With `type`, that text has to be typed first. */
export function ask(question, { yes = "Yes, do it", type = null, danger = false } = {}) {
  return new Promise((resolve) => {
    const input = type && make("input", { id: "ask-type", autocomplete: "off", spellcheck: "false" });
    const confirm = make(danger ? "button.danger" : "button.primary", { value: "yes", disabled: type !== null }, yes);
    input?.addEventListener("input", () => (confirm.disabled = input.value !== type));
    const dialog = make(
      "dialog",
      { "aria-labelledby": "ask-title" },
      make(
        "form.stack",
        { method: "dialog" },
        make("h2", { id: "ask-title" }, question),
        input && make("div.field", {}, make("label", { for: "ask-type" }, "Type ", make("code", {}, type), " to go on"), input),
        make("div.row.end", {}, make("button", { value: "no", formnovalidate: true }, "Cancel"), confirm),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes" && (type === null || input.value === type));
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
