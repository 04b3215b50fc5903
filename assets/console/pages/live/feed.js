// The list of turns, the newest on top. While somebody reads further down, what is new waits behind a button.
// @ts-check

import { fill, h, say } from "../../lib/dom.js";
import { plural } from "../../lib/format.js";
import { values } from "../../lib/chart/scale.js";
import { Turn } from "./turn.js";

/** @typedef {import("../../lib/types.js").CallItem} CallItem */

/** More turns than these make way. */
const MOST = 200;
/** More calls than these do not wait: of what makes way at once, only the newest is kept. */
const HELD = 2000;

export class Feed {
  /** @type {Map<string, Turn>} */ #turns = new Map();
  /** What waits. @type {CallItem[]} */ #held = [];
  #scale = 1;
  #list = h("ol", { class: "live-list", "aria-label": "Turns, the newest first" });
  #end = h("span", { class: "live-scale-end" }, "1 s");
  #pill = h("button", {
    type: "button",
    class: "live-pill button main-button",
    hidden: true,
    on: { click: () => this.release() },
  });
  #head = h(
    "div",
    { class: "live-line live-columns", "aria-hidden": "true" },
    h("span", { class: "live-time" }, "Time"),
    h("span", { class: "live-who" }, "Component"),
    h("span", { class: "live-model" }, "Model"),
    h("span", { class: "live-tokens" }, "Tokens"),
    h("span", { class: "live-cost" }, "Cost"),
    h("span", { class: "live-ttft" }, "First token"),
    h("span", { class: "live-took" }, "Took"),
    h("span", { class: "live-bar live-scale" }, h("span", null, "0"), this.#end),
  );
  element = h("div", { class: "live-feed" }, this.#pill, this.#head, this.#list);

  get size() {
    return this.#turns.size;
  }

  /** @param {CallItem[]} calls in the order of their arrival */
  add(calls) {
    if (reading()) {
      this.#held = [...this.#held, ...calls].slice(-HELD);
      this.#look();
    } else this.#take(calls);
  }

  /** Shows what waits, and goes to it. */
  release() {
    const calls = this.#held;
    this.#held = [];
    this.#look();
    this.#take(calls);
    scrollTo({ top: 0 });
  }

  /** The reader came back to the top. */
  settle() {
    if (this.#held.length && !reading()) this.release();
  }

  /** @param {CallItem[]} calls */
  #take(calls) {
    /** @type {Set<Turn>} */
    const touched = new Set();
    for (const call of calls) {
      const key = call.trace || `call ${call.id}`;
      let turn = this.#turns.get(key);
      if (!turn) {
        turn = new Turn(key);
        this.#turns.set(key, turn);
        this.#list.prepend(turn.element);
      }
      if (turn.add(call)) touched.add(turn);
    }
    for (const [key, turn] of this.#turns) {
      if (this.#turns.size <= MOST) break;
      turn.element.remove();
      this.#turns.delete(key);
      touched.delete(turn);
    }
    const redraw = this.#rescale() ? this.#turns.values() : touched;
    for (const turn of redraw) turn.draw(this.#scale);
  }

  /** One scale for all bars, so that they can be compared. It grows when it must, and a few long turns do not make all others tiny. */
  #rescale() {
    const durations = [...this.#turns.values()].map((turn) => turn.duration).sort((one, other) => one - other);
    const most = durations[Math.floor((durations.length - 1) * 0.95)] ?? 1;
    if (most <= this.#scale && most > this.#scale * 0.3) return false;
    this.#scale = values(most, 2).top;
    fill(this.#end, `${Number(this.#scale.toPrecision(2))} s`);
    return true;
  }

  #look() {
    const turns = new Set(this.#held.map((call) => call.trace || call.id));
    this.#pill.hidden = turns.size === 0;
    say(this.#pill, `${plural(turns.size, "new turn")} ↑`);
  }
}

/** Whether somebody reads further down. */
const reading = () => scrollY > 160;
