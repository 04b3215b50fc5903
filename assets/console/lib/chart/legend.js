// The names below a chart, with what they come to, or their values under the crosshair. A click hides one.
// @ts-check

import { fill, h, say } from "../dom.js";
import { Grid } from "./grid.js";

/** @typedef {import("./grid.js").Row} Row */

export class Legend {
  #unit;
  #sums;
  #changed;
  #grid = new Grid();
  /** @type {Set<string>} */ #hidden = new Set();
  element = h("ul", { class: "chart-legend" });

  /** @param {(value: number) => string} unit @param {boolean} sums whether rows come to their sum, or to their last value @param {() => void} changed */
  constructor(unit, sums, changed) {
    this.#unit = unit;
    this.#sums = sums;
    this.#changed = changed;
  }

  /** The rows that are not hidden. */
  get shown() {
    return this.#grid.rows.filter((row) => !this.#hidden.has(row.name));
  }

  /** @param {Grid} grid */
  show(grid) {
    this.#grid = grid;
    const known = [...this.element.children].map((item) => /** @type {HTMLElement} */ (item).dataset.name);
    if (grid.rows.map((row) => row.name).join("\n") !== known.join("\n"))
      fill(
        this.element,
        grid.rows.map((row) => this.#item(row)),
      );
    this.element.hidden = grid.rows.length === 0;
  }

  /** @param {number | null} index */
  point(index) {
    this.#grid.rows.forEach((row, place) => {
      const value = this.element.children[place]?.querySelector(".chart-value");
      if (value) say(value, index === null ? (row.summary ?? this.#summary(row)) : this.#value(row, index));
    });
  }

  /** The same in words. @param {number} index */
  told(index) {
    return this.shown.map((row) => `${row.name} ${this.#value(row, index)}`).join(", ");
  }

  /** @param {Row} row @param {number} index */
  #value(row, index) {
    const value = row.values[index];
    return value === null ? "–" : this.#unit(value);
  }

  /** @param {Row} row */
  #summary(row) {
    const known = /** @type {number[]} */ (row.values.filter((value) => value !== null));
    if (known.length === 0) return "–";
    return this.#unit(this.#sums ? known.reduce((sum, value) => sum + value, 0) : known[known.length - 1]);
  }

  /** @param {Row} row */
  #item({ name, colour }) {
    const button = h(
      "button",
      {
        type: "button",
        class: "chart-name",
        title: `${name}: show or hide`,
        "aria-pressed": String(!this.#hidden.has(name)),
        on: { click: () => this.#toggle(name, button) },
      },
      h("span", { class: "dot", style: { background: colour }, "aria-hidden": "true" }),
      h("bdi", null, name),
    );
    return h("li", { dataset: { name } }, button, h("span", { class: "chart-value" }));
  }

  /** @param {string} name @param {HTMLElement} button */
  #toggle(name, button) {
    if (!this.#hidden.delete(name)) this.#hidden.add(name);
    button.setAttribute("aria-pressed", String(!this.#hidden.has(name)));
    this.#changed();
  }
}
