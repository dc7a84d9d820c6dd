/** Members and tokens: what is made is shown once, here and never again. */
import { call } from "./api.js";
import { busy, sayNext } from "./actions.js";
import { copy, fill, make } from "./dom.js";

function body(form) {
  const data = new FormData(form);
  const result = {};
  for (const name of new Set(data.keys())) {
    if (name === "rights") result.rights = data.getAll(name);
    else if (name === "expiresInDays") result[name] = Number(data.get(name));
    else if (data.get(name) !== "") result[name] = data.get(name);
  }
  return result;
}

function showOnce(made) {
  const box = document.getElementById("secret");
  box.hidden = false;
  fill(
    box,
    make(
      "div.secret",
      {},
      make("strong", {}, `The token of ${made.member ?? made.label}: copy it now, it is never shown again`),
      make("code", { id: "secret-text" }, made.token),
      make(
        "div.row",
        {},
        make("button", { type: "button", onclick: () => copy(document.getElementById("secret-text")) }, "Copy"),
        make("button.quiet", { type: "button", onclick: () => location.reload() }, "I have it"),
      ),
    ),
  );
  box.scrollIntoView({ block: "center" });
}

for (const form of document.querySelectorAll("form[data-new]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    busy(form.querySelector("button[type=submit]"), async () => {
      const made = await call("POST", form.dataset.new, body(form));
      if (made.token) {
        showOnce(made);
        form.reset();
      } else {
        sayNext(`${made.member} may sign in by ${made.mail} now`);
        location.reload();
      }
    });
  });
}

for (const select of document.querySelectorAll("select[data-role-of]")) {
  const before = select.value;
  select.addEventListener("change", () =>
    busy(select, async () => {
      try {
        await call("PUT", select.dataset.url, { role: select.value });
      } catch (error) {
        select.value = before;
        throw error;
      }
      sayNext(`${select.dataset.roleOf} is ${select.value} now`);
      location.reload();
    }),
  );
}
