// How a grid is drawn: axes, lines, areas, bars. It knows where a time and a value are.
// @ts-check

import { s } from "../dom.js";
import { Grid } from "./grid.js";
import { times, values } from "./scale.js";

/** @typedef {import("./grid.js").Row} Row */

export class Plot {
  grid = new Grid();
  width = 0;
  height = 0;
  /** The value at the upper end. */
  top = 1;
  /** Pixels of a rem. */
  rem = 16;
  /** Where the axis of time has its marks. */
  times = times;

  get left() {
    return 3.75 * this.rem;
  }
  get right() {
    return this.width - 0.5 * this.rem;
  }
  get upper() {
    return 0.5 * this.rem;
  }
  get lower() {
    return this.height - 1.5 * this.rem;
  }

  /** @param {number} at */
  x(at) {
    const { from, until } = this.grid;
    return this.left + ((at - from) / (until - from)) * (this.right - this.left);
  }

  /** @param {number} value */
  y(value) {
    return this.lower - (value / this.top) * (this.lower - this.upper);
  }

  /** The step at a place, if there is one. @param {number} x */
  step(x) {
    const share = (x - this.left) / (this.right - this.left);
    if (share < -0.02 || share > 1.02 || this.grid.at.length === 0) return null;
    const { from, until, at, step } = this.grid;
    const time = from + Math.max(0, Math.min(0.9999, share)) * (until - from);
    return Math.max(0, Math.min(at.length - 1, Math.floor((time - at[0]) / step)));
  }

  /** The value at a height. @param {number} y */
  value(y) {
    return ((this.lower - y) / (this.lower - this.upper)) * this.top;
  }

  /** @param {(value: number) => string} unit @param {boolean} empty */
  axes(unit, empty) {
    const { left, right, lower, rem } = this;
    const marks = empty ? [0] : values(this.top).marks;
    const count = Math.max(2, Math.floor((right - left) / (5.5 * rem)));
    return [
      marks.map((value) => [
        s("line", {
          x1: left,
          x2: right,
          y1: sharp(this.y(value)),
          y2: sharp(this.y(value)),
          class: value ? null : "zero",
        }),
        s(
          "text",
          { x: left - rem / 2, y: this.y(value), "text-anchor": "end", "dominant-baseline": "central" },
          value ? trim(unit(value)) : "0",
        ),
      ]),
      this.times(this.grid.from, this.grid.until, count).map(({ at, label }) =>
        s(
          "text",
          { x: this.x(at), y: lower + rem, "text-anchor": this.x(at) > right - 2 * rem ? "end" : "middle" },
          label,
        ),
      ),
    ];
  }

  /** @param {Row} row */
  bars(row) {
    const { at, step } = this.grid;
    const gap = Math.min(2, (this.x(step) - this.x(0)) * 0.2);
    return s(
      "g",
      { fill: row.colour },
      row.values.map((value, index) => {
        if (!value) return null;
        const [begin, end] = [this.x(at[index]), this.x(at[index] + step)];
        const [high, low] = [this.y(row.base[index] + value), this.y(row.base[index])];
        return s("rect", {
          x: begin + gap / 2,
          width: Math.max(1, end - begin - gap),
          y: high,
          height: Math.max(0.5, low - high),
          "fill-opacity": this.grid.begun(index) ? 0.5 : null,
        });
      }),
    );
  }

  /** @param {Row} row @param {boolean} filled */
  line(row, filled) {
    const high = (/** @type {number} */ index) => this.#place(index, row.base[index] + (row.values[index] ?? 0));
    const low = (/** @type {number} */ index) => this.#place(index, row.base[index]);
    return s(
      "g",
      null,
      this.grid.runs(row).map((all) => {
        const run = filled ? all.filter((index) => !this.#unfinished(row, index)) : all;
        const line = run.map(high).join(" L");
        return [
          filled
            ? s("path", {
                d: `M${line} L${[...run].reverse().map(low).join(" L")} Z`,
                fill: row.colour,
                "fill-opacity": 0.35,
              })
            : null,
          s("path", {
            d: `M${line}`,
            class: "chart-line",
            stroke: row.colour,
            "stroke-dasharray": row.dashed ? "4 3" : null,
          }),
          // A line of one point would not be seen.
          run.length === 1 ? this.dot(row, run[0], 2) : null,
        ];
      }),
    );
  }

  /** @param {Row} row @param {number} index @param {number} radius */
  dot(row, index, radius) {
    const value = row.values[index];
    return value === null
      ? null
      : s("circle", {
          cx: this.x(this.grid.middle(index)),
          cy: this.y(value + row.base[index]),
          r: radius,
          fill: row.colour,
        });
  }

  /** Where the crosshair stands. @param {number} index */
  cross(index) {
    const x = sharp(this.x(this.grid.middle(index)));
    return s("line", { x1: x, x2: x, y1: this.upper, y2: this.lower });
  }

  /** A stretch that is being chosen. @param {number} one @param {number} other */
  stretch(one, other) {
    const { at, step } = this.grid;
    const [begin, end] = [this.x(at[Math.min(one, other)]), this.x(at[Math.max(one, other)] + step)];
    return s("rect", {
      class: "chart-drawn",
      x: begin,
      width: end - begin,
      y: this.upper,
      height: this.lower - this.upper,
    });
  }

  /** Whether a step looks like a fall only because it is not over. @param {Row} row @param {number} index */
  #unfinished(row, index) {
    return index > 0 && this.grid.begun(index) && (row.values[index] ?? 0) < (row.values[index - 1] ?? 0);
  }

  /** @param {number} index @param {number} value */
  #place(index, value) {
    return `${this.x(this.grid.middle(index)).toFixed(1)},${this.y(value).toFixed(1)}`;
  }
}

/** Lines of one pixel are sharp between pixels. @param {number} place */
const sharp = (place) => Math.round(place) + 0.5;

/** Without zeros that say nothing: `$0.2000` is `$0.2` on an axis. @param {string} text */
export const trim = (text) => text.replace(/(\.\d*?)0+(?=\D|$)/, "$1").replace(/\.(?=\D|$)/, "");
