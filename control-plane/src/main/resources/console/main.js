/** Loaded by every page: what all of them do. */
import { watchControlPlane } from "./banner.js";
import { installActions } from "./actions.js";
import { showTimes } from "./times.js";

showTimes();
installActions();
watchControlPlane();

const menu = document.querySelector(".menu");
menu?.addEventListener("click", () => {
  const isOpen = menu.getAttribute("aria-expanded") === "true";
  menu.setAttribute("aria-expanded", String(!isOpen));
  document.body.classList.toggle("menu-open", !isOpen);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && menu?.getAttribute("aria-expanded") === "true") {
    menu.click();
    menu.focus();
  }
});

for (const select of document.querySelectorAll("select[data-goto]")) {
  select.addEventListener("change", () => {
    location.assign(select.dataset.goto + encodeURIComponent(select.value));
  });
}

for (const input of document.querySelectorAll("input[data-filter]")) {
  const items = [...document.querySelectorAll(input.dataset.filter)];
  const none = document.getElementById(`${input.id}-none`);
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    let shown = 0;
    for (const item of items) {
      item.hidden = !item.dataset.name.toLowerCase().includes(wanted);
      shown += item.hidden ? 0 : 1;
    }
    if (none) none.hidden = shown > 0;
  });
}
