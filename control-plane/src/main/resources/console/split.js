/** The part of an app's requests that a revision gets beside production. */
import { call } from "./api.js";
import { busy, sayNext } from "./actions.js";
import { make } from "./dom.js";

const HEADER = "header:";

function field(label, input) {
  return make("div.field", {}, make("label", { for: input.id }, label), input);
}

/** The form in a dialog; leads to the percentage and what callers are known by, or to null. */
function asked(revision, percent, sticky) {
  return new Promise((resolve) => {
    const share = make("input", { id: "split-percent", type: "number", min: 0, max: 99, step: 1, required: true, value: percent || 10 });
    const kind = sticky.startsWith(HEADER) ? HEADER : sticky;
    const by = make(
      "select",
      { id: "split-sticky" },
      ...[
        ["none", "Nothing: each request by itself"],
        ["cookie", "A cookie"],
        [HEADER, "A header"],
      ].map(([value, text]) => make("option", { value, selected: value === kind }, text)),
    );
    const header = make("input", {
      id: "split-header",
      pattern: "[A-Za-z0-9\\-]{1,64}",
      autocomplete: "off",
      spellcheck: "false",
      placeholder: "x-user-id",
      value: sticky.slice(kind === HEADER ? HEADER.length : sticky.length),
    });
    const headerField = field("Its name", header);
    const show = () => {
      headerField.hidden = by.value !== HEADER;
      header.required = by.value === HEADER;
      header.disabled = by.value !== HEADER;
    };
    by.addEventListener("change", show);
    show();
    const dialog = make(
      "dialog",
      { "aria-labelledby": "split-title" },
      make(
        "form.stack",
        { method: "dialog" },
        make("h2", { id: "split-title" }, `Requests for ${revision}`),
        field("Of a hundred requests (0 takes it out)", share),
        field("Callers are known by", by),
        headerField,
        make(
          "div.row.end",
          {},
          make("button", { value: "no", formnovalidate: true }, "Cancel"),
          make("button.primary", { value: "yes" }, "Split requests"),
        ),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(
        dialog.returnValue === "yes"
          ? { percent: share.valueAsNumber, sticky: by.value === HEADER ? HEADER + header.value : by.value }
          : null,
      );
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button[data-split]");
  if (!button) return;
  const { split: revision, url, percent, sticky } = button.dataset;
  const chosen = await asked(revision, percent, sticky);
  if (!chosen) return;
  await busy(button, async () => {
    await call("POST", url, { revision, ...chosen });
    sayNext(chosen.percent === 0 ? `${revision} gets no requests` : `${revision} gets ${chosen.percent} % of the requests`);
    location.reload();
  });
});
