/** Hosts of an app's own. */
import { call } from "./api.js";
import { busy, sayNext } from "./actions.js";
import { copy } from "./dom.js";

const AGAIN_MS = 2000;

const add = document.getElementById("add");
add?.addEventListener("submit", (event) => {
  event.preventDefault();
  busy(add.querySelector("button"), async () => {
    const { host, state } = await call("POST", add.dataset.api, { host: add.elements.host.value.trim() });
    sayNext(state === "PENDING" ? `${host} is added; now make its record` : `${host} is here already`);
    location.reload();
  });
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-copy]");
  if (button) copy(button.parentElement.querySelector("code"));
});

for (const domain of document.querySelectorAll(".domain")) {
  const { url, host, renewal } = domain.dataset;
  onSubmit(domain.querySelector(".domain-set"), `${host} is answered so now`, ({ redirect, hsts }) =>
    call("PATCH", url, { http: redirect.checked ? "REDIRECT" : "SERVE", hstsSeconds: Number(hsts.value) }),
  );
  onSubmit(domain.querySelector(".domain-certificate"), `${host} uses the certificate now`, async ({ certificate, key }) =>
    call("PUT", `${url}/certificate`, { certificate: await certificate.files[0].text(), key: await key.files[0].text() }),
  );
  if (renewal === "ordered" || renewal === "asking") setTimeout(follow, AGAIN_MS, url, renewal);
}

function onSubmit(form, said, work) {
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    busy(event.submitter, async () => {
      await work(form.elements);
      sayNext(said);
      location.reload();
    });
  });
}

/** Shows how far an order is, unless somebody is writing. */
async function follow(url, before) {
  const domain = await call("GET", url).catch(() => null);
  const now = domain?.renewal?.state.toLowerCase();
  if (domain && now !== before && !document.querySelector("details[open], :focus:is(input, select)")) location.reload();
  else setTimeout(follow, AGAIN_MS, url, before);
}
