/** The keys of a database as a tree that is loaded where it is opened, a page at a time. */
import { call } from "./api.js";
import { fill, make, say } from "./dom.js";
import { keyText, partLabel } from "./keys.js";

const PAGE = 100;

/**
 * A tree in an element.
 * choose(key): a key with an entry was chosen; empty(): what to show when there is nothing at all.
 */
export class KeyTree {
  #place;
  #api;
  #choose;
  #empty;
  #root = [];
  #tree;
  #open = new Set();
  #chosen = "";
  #shows = 0;

  constructor(place, api, choose, empty) {
    this.#place = place;
    this.#api = api;
    this.#choose = choose;
    this.#empty = empty;
  }

  /** Shows what is below a prefix; what was open stays open. Of two at once the later one is shown. */
  async show(root = this.#root) {
    this.#root = root;
    const turn = ++this.#shows;
    const page = await this.#load(root);
    if (turn !== this.#shows) return;
    if (page.children.length === 0) {
      fill(this.#place, this.#empty(root));
      this.#tree = undefined;
      return;
    }
    const tree = make("ul.tree", { role: "tree", "aria-label": root.length === 0 ? "Keys" : `Keys below ${keyText(root)}` });
    tree.addEventListener("keydown", (event) => this.#press(event));
    await this.#add(tree, root, page);
    if (turn !== this.#shows) return;
    this.#tree = tree;
    fill(this.#place, tree);
    this.#markChosen();
    this.#rove();
  }

  /** Marks the key whose entry is shown. */
  mark(key) {
    this.#chosen = JSON.stringify(key ?? null);
    this.#markChosen();
  }

  #markChosen() {
    for (const item of this.#place.querySelectorAll("[role=treeitem]")) {
      item.setAttribute("aria-selected", String(item.dataset.key === this.#chosen && item.dataset.entry === "true"));
    }
  }

  #load(prefix, cursor) {
    const query = new URLSearchParams({ prefix: JSON.stringify(prefix), limit: PAGE });
    if (cursor) query.set("cursor", cursor);
    return call("GET", `${this.#api}/children?${query}`);
  }

  async #add(list, prefix, page) {
    for (const child of page.children) {
      const item = this.#item([...prefix, child.part], child);
      list.append(make("li", { role: "none" }, item));
      if (child.more && this.#open.has(item.dataset.key)) await this.#expand(item);
    }
    if (page.cursor) list.append(this.#rest(list, prefix, page.cursor, prefix.length - this.#root.length + 1));
  }

  /** A row is the tree's item; what is below it stands in the list beside it. */
  #item(key, child) {
    const json = JSON.stringify(key);
    const item = make(
      "div.tree-row",
      {
        role: "treeitem",
        tabindex: "-1",
        "aria-level": String(key.length - this.#root.length),
        "aria-selected": String(json === this.#chosen && child.entry),
        "aria-expanded": child.more ? "false" : null,
        "data-key": json,
        "data-entry": String(child.entry),
        onclick: (event) => {
          this.#focus(item);
          if (child.more && (!child.entry || event.target.closest(".twist"))) this.#toggle(item);
          else this.#choose(key);
        },
      },
      make("span.twist", { "aria-hidden": "true" }),
      partLabel(child.part),
      child.entry && child.more && make("span.help", {}, "and below"),
    );
    return item;
  }

  #rest(list, prefix, cursor, level) {
    const more = async () => {
      const page = await this.#load(prefix, cursor);
      const before = place.previousElementSibling;
      place.remove();
      await this.#add(list, prefix, page);
      this.#focus((before.nextElementSibling ?? before).firstElementChild);
    };
    const item = make(
      "div.tree-row",
      { role: "treeitem", tabindex: "-1", "aria-level": String(level), "aria-selected": "false", onclick: more },
      make("span.twist"),
      make("span.more", {}, "Load more"),
    );
    const place = make("li", { role: "none" }, item);
    return place;
  }

  async #toggle(item) {
    if (item.getAttribute("aria-expanded") === "true") {
      this.#open.delete(item.dataset.key);
      item.setAttribute("aria-expanded", "false");
      item.parentElement.querySelector(":scope > ul")?.remove();
    } else {
      await this.#expand(item);
    }
  }

  async #expand(item) {
    item.setAttribute("aria-busy", "true");
    try {
      const key = JSON.parse(item.dataset.key);
      const list = make("ul", { role: "group" });
      await this.#add(list, key, await this.#load(key));
      item.parentElement.querySelector(":scope > ul")?.remove();
      item.after(list);
      item.setAttribute("aria-expanded", "true");
      this.#open.add(item.dataset.key);
    } catch (error) {
      say(error.message, "bad");
    } finally {
      item.removeAttribute("aria-busy");
    }
  }

  #items() {
    return [...this.#tree.querySelectorAll("[role=treeitem]")];
  }

  /** One item of the tree takes part in the order of the Tab key. */
  #rove() {
    const items = this.#items();
    const one = items.find((item) => item.getAttribute("aria-selected") === "true") ?? items[0];
    one?.setAttribute("tabindex", "0");
  }

  #focus(item) {
    this.#tree.querySelector("[tabindex='0']")?.setAttribute("tabindex", "-1");
    item.setAttribute("tabindex", "0");
    item.focus();
  }

  #press(event) {
    const item = event.target.closest("[role=treeitem]");
    if (!item || event.altKey || event.ctrlKey || event.metaKey) return;
    const items = this.#items();
    const at = items.indexOf(item);
    const expanded = item.getAttribute("aria-expanded");
    let to;
    switch (event.key) {
      case "ArrowDown":
        to = items[at + 1];
        break;
      case "ArrowUp":
        to = items[at - 1];
        break;
      case "Home":
        to = items[0];
        break;
      case "End":
        to = items.at(-1);
        break;
      case "ArrowRight":
        if (expanded === "false") this.#toggle(item);
        else if (expanded === "true") to = items[at + 1];
        break;
      case "ArrowLeft":
        if (expanded === "true") this.#toggle(item);
        else to = item.parentElement.parentElement.closest("li")?.firstElementChild;
        break;
      case "Enter":
      case " ":
        item.click();
        break;
      default:
        return;
    }
    event.preventDefault();
    if (to) this.#focus(to);
  }
}
