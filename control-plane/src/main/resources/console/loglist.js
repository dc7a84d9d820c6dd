/**
 * A long list of log lines of which only those in sight are elements. It keeps the newest LINES_MAX, and follows
 * the end as long as the end is in sight.
 */
import { make } from "./dom.js";

export const LINES_MAX = 5_000;
const SPARE = 12;
const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
  hour12: false,
});

export class LogList {
  #box;
  #room;
  #height;
  #lines = [];
  #shown = [];
  #first = 0;
  #matches = () => true;
  #chosen = null;
  #isFollowing = true;
  #isPlanned = false;
  #onChoose;

  constructor(box, onChoose) {
    this.#box = box;
    this.#room = box.querySelector(".log-room");
    this.#height = parseFloat(getComputedStyle(document.documentElement).fontSize) * 1.625;
    this.#onChoose = onChoose;
    box.addEventListener("scroll", () => {
      this.#isFollowing = box.scrollHeight - box.scrollTop - box.clientHeight < 2 * this.#height;
      this.#plan();
    });
    box.addEventListener("click", (event) => {
      const row = event.target.closest(".log-line");
      if (row) this.#choose(Number(row.dataset.index));
    });
    box.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#plan()).observe(box);
  }

  get size() {
    return this.#lines.length;
  }

  get shown() {
    return this.#shown.length;
  }

  add(lines) {
    this.#lines.push(...lines);
    const over = this.#lines.length - LINES_MAX;
    if (over > 0) this.#lines.splice(0, over);
    for (const line of lines) if (this.#matches(line)) this.#shown.push(line);
    if (over > 0) {
      const oldest = this.#lines[0].number;
      const gone = this.#shown.findIndex((line) => line.number >= oldest);
      const drop = gone < 0 ? this.#shown.length : gone;
      this.#shown.splice(0, drop);
      if (!this.#isFollowing) this.#box.scrollTop -= drop * this.#height;
    }
    this.#plan();
  }

  clear() {
    this.#lines = [];
    this.#shown = [];
    this.#plan();
  }

  filter(matches) {
    this.#matches = matches;
    this.#shown = this.#lines.filter(matches);
    this.#isFollowing = true;
    this.#plan();
  }

  #key(event) {
    const last = this.#shown.length - 1;
    const at = this.#chosen === null ? last + 1 : this.#shown.indexOf(this.#chosen);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: last }[event.key];
    if (to === undefined || last < 0) return;
    event.preventDefault();
    const index = Math.max(0, Math.min(last, to));
    const top = index * this.#height;
    if (top < this.#box.scrollTop) this.#box.scrollTop = top;
    else if (top + this.#height > this.#box.scrollTop + this.#box.clientHeight) {
      this.#box.scrollTop = top + this.#height - this.#box.clientHeight;
    }
    this.#isFollowing = index === last;
    this.#choose(index);
  }

  #choose(index) {
    this.#chosen = this.#shown[index] ?? null;
    if (this.#chosen) this.#onChoose(this.#chosen);
    this.#plan();
  }

  #plan() {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    requestAnimationFrame(() => {
      this.#isPlanned = false;
      this.#draw();
    });
  }

  #draw() {
    this.#room.style.height = `${this.#shown.length * this.#height}px`;
    if (this.#isFollowing) this.#box.scrollTop = this.#box.scrollHeight;
    this.#first = Math.max(0, Math.floor(this.#box.scrollTop / this.#height) - SPARE);
    const count = Math.ceil(this.#box.clientHeight / this.#height) + 2 * SPARE;
    const rows = this.#shown.slice(this.#first, this.#first + count).map((line, i) => this.#row(line, this.#first + i));
    this.#room.replaceChildren(...rows);
    const chosen = this.#chosen && rows.find((row) => row.getAttribute("aria-selected") === "true");
    if (chosen) this.#box.setAttribute("aria-activedescendant", chosen.id);
    else this.#box.removeAttribute("aria-activedescendant");
  }

  #row(line, index) {
    const row = make(
      "div.log-line",
      {
        id: `line-${line.number}`,
        role: "option",
        "aria-selected": String(line === this.#chosen),
        "aria-setsize": this.#shown.length,
        "aria-posinset": index + 1,
        "data-index": index,
        "data-level": line.level,
      },
      make("span.when", {}, clock.format(new Date(line.time))),
      make("span.level", {}, line.level),
      make("span.message", {}, line.message.replace(/\s*\n\s*/g, " ⏎ ")),
    );
    row.style.top = `${index * this.#height}px`;
    return row;
  }
}
