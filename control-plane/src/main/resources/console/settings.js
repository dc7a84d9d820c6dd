/** Limits, variables and secrets of an app. */
import { call } from "./api.js";
import { busy, sayNext } from "./actions.js";
import { ask, say } from "./dom.js";

const api = document.getElementById("settings").dataset.api;

const limits = document.getElementById("limits-form");

limits?.addEventListener("submit", (event) => {
  event.preventDefault();
  const inputs = [...limits.querySelectorAll("input")].filter((input) => input.value !== input.defaultValue);
  if (inputs.length === 0) return say("These are its limits already");
  busy(event.submitter ?? limits.querySelector("button"), async () => {
    const changed = Object.fromEntries(inputs.map((input) => [input.name, input.valueAsNumber]));
    const { revision } = await call("PATCH", `${api}/limits`, changed);
    sayNext(`${revision} with these limits is being deployed`);
    location.reload();
  });
});

async function change(kind, changes, said) {
  const { revision } = await call("PATCH", `${api}/${kind}`, changes);
  sayNext(revision ? `${said}; ${revision} with it is being deployed` : `${said}; the next deployment will have it`);
  location.reload();
}

for (const form of document.querySelectorAll("form[data-set]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { name, value } = Object.fromEntries(new FormData(form));
    busy(event.submitter ?? form.querySelector("button"), () =>
      change(form.dataset.set, { set: { [name]: value } }, `${name} is set`),
    );
  });
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button[data-unset], button[data-edit]");
  if (!button) return;
  if (button.dataset.edit !== undefined) {
    document.getElementById("env-name").value = button.dataset.edit;
    const value = document.getElementById("env-value");
    value.value = button.dataset.value;
    value.focus();
    return;
  }
  const { name, unset } = button.dataset;
  if (await ask(`Remove ${name}?`, { danger: true, yes: "Remove" })) {
    await busy(button, () => change(unset, { unset: [name] }, `${name} is removed`));
  }
});
