// What a chart shows, laid on a grid: a value or none for each series and each step of time.
// @ts-check

import { colour } from "../colour.js";

/** @typedef {{ name: string, colour?: string, dashed?: boolean, summary?: string, points: { at: number, value: number | null }[] }} Series `summary` stands in the legend */
/** @typedef {{ from: number, until: number, step: number, series: Series[] }} Data times in microseconds, the step in seconds */
/** @typedef {{ name: string, colour: string, dashed: boolean, summary: string | undefined, values: (number | null)[], base: number[] }} Row `base` is what it stands on */

export class Grid {
  /** From the beginning of the first step to the end of the last: what is drawn moves a step at a time, and does not creep. */
  from = 0;
  until = 1;
  /** The end of what is known. */
  #now = 1;
  /** Microseconds. */
  step = 60e6;
  /** When each step begins. @type {number[]} */
  at = [];
  /** @type {Row[]} */
  rows = [];

  /** @param {Data} [data] @param {"gap" | "zero"} [absent] */
  constructor(data, absent = "gap") {
    if (!data) return;
    this.#now = data.until;
    this.step = data.step * 1e6;
    for (let at = this.begin(data.from); at < data.until; at += this.step) this.at.push(at);
    this.from = this.begin(data.from);
    this.until = this.from + this.at.length * this.step;
    const none = absent === "zero" ? 0 : null;
    const taken = new Set();
    this.rows = data.series.map((series) => {
      const found = new Map(series.points.map((point) => [this.begin(point.at), point.value]));
      return {
        name: series.name,
        colour: series.colour ?? free(colour(series.name), taken),
        dashed: series.dashed ?? false,
        summary: series.summary,
        values: this.at.map((at) => found.get(at) ?? none),
        base: this.at.map(() => 0),
      };
    });
  }

  /** When the step of a time begins. @param {number} at */
  begin(at) {
    return Math.floor(at / this.step) * this.step;
  }

  /** The middle of a step. @param {number} index */
  middle(index) {
    return this.at[index] + this.step / 2;
  }

  /** Sets rows upon each other, or all on zero. @param {Row[]} rows @param {boolean} stacked @returns {number} the highest value */
  stack(rows, stacked) {
    const sum = this.at.map(() => 0);
    let most = 0;
    for (const row of rows) {
      row.base = stacked ? [...sum] : this.at.map(() => 0);
      row.values.forEach((value, index) => {
        sum[index] += value ?? 0;
        most = Math.max(most, row.base[index] + (value ?? 0));
      });
    }
    return most;
  }

  /** Whether a step is not over yet, so that what is counted in it is too little. @param {number} index */
  begun(index) {
    return this.at[index] + this.step > this.#now;
  }

  /** The stretches of steps in which a row has values. @param {Row} row */
  runs(row) {
    /** @type {number[][]} */
    const runs = [];
    row.values.forEach((value, index) => {
      if (value === null) return;
      if (index === 0 || row.values[index - 1] === null) runs.push([]);
      runs[runs.length - 1].push(index);
    });
    return runs;
  }
}

/** There are more names than colours: the second of a colour is a lighter or darker one. @param {string} colour @param {Set<string>} taken */
function free(colour, taken) {
  if (!taken.has(colour)) {
    taken.add(colour);
    return colour;
  }
  return `color-mix(in oklab, ${colour} 50%, var(--ink))`;
}
