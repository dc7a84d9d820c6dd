/** Adds a tenant, and goes to its members, among whom the first is still missing. */
import { call } from "./api.js";
import { busy, sayNext } from "./actions.js";

const form = document.getElementById("tenant-new");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const name = form.elements.name.value.trim();
  busy(form.querySelector("button"), async () => {
    await call("PUT", form.dataset.url + encodeURIComponent(name));
    sayNext(`${name} is there. Let its first member in.`);
    location.assign(`/tenants/${encodeURIComponent(name)}/members`);
  });
});
