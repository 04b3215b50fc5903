// Charts over time: lines, areas and stacked bars in SVG. Time runs from left to right, the window is the page's, and the scale
// only changes when it must, so that nothing jumps while it is live.
// @ts-check

import { Grid } from "./chart/grid.js";
import { Legend } from "./chart/legend.js";
import { Plot } from "./chart/plot.js";
import { lengths, values } from "./chart/scale.js";
import { fill, h, s, say } from "./dom.js";
import { clock, day, duration, minute } from "./format.js";

/** @typedef {import("./chart/grid.js").Data} Data */
/** @typedef {{ from: number, until: number, name: string | null }} Pick */

/**
 * @typedef {object} Options
 * @property {string} title
 * @property {(value: number) => string} unit how a value is written
 * @property {"line" | "area" | "bars"} [kind] areas and bars are stacked
 * @property {"gap" | "zero"} [absent] what a time without a point is; usually a gap in lines, zero in what is stacked
 * @property {number} [height] in rem
 * @property {(pick: Pick) => void} [onPick] a point was clicked: from when until when, and which series
 * @property {(span: { from: number, until: number }) => void} [onSelect] a stretch was drawn with the mouse
 * @property {import("./dom.js").Children} [note] beside the title
 * @property {boolean} [relative] times are since a beginning, not of the day
 */

/**
 *     const latency = chart({ title: "Latency", unit: format.duration, kind: "line", onPick: ({ from, until }) => … });
 *     view.append(latency.element);
 *     latency.set({ from, until, step: line.step, series: [{ name: "p95", points: [{ at, value }] }] });
 * @param {Options} options
 */
export const chart = (options) => new Chart(options);

/** The scale shrinks only when less than this share of it would be used. */
const ROOMY = 0.35;

class Chart {
  #options;
  #kind;
  #plot = new Plot();
  #legend;
  #most = 0;
  /** How long the window was. */ #span = 0;
  /** The step under the crosshair. @type {number | null} */ #here = null;
  /** The step at which a stretch begins that is being drawn. @type {number | null} */ #drawn = null;

  #note = h("span", { class: "quiet small", hidden: true });
  #readout = h("span", { class: "chart-time quiet" });
  #axes = s("g", { class: "chart-axes" });
  #rows = s("g");
  #cursor = s("g", { class: "chart-cursor" });
  #nothing = h("p", { class: "chart-nothing quiet", hidden: true }, "Nothing in this time");
  #svg;
  #frame;
  element;

  /** @param {Options} options */
  constructor(options) {
    const { title, unit, kind = "line", height = 10, onPick, note, relative } = options;
    this.#options = options;
    if (relative) this.#plot.times = lengths;
    this.#kind = kind;
    this.#legend = new Legend(unit, kind !== "line", () => this.#draw(true));
    const slider = {
      role: "slider",
      "aria-label": title,
      "aria-valuemin": 0,
      "aria-valuemax": 0,
      "aria-valuenow": 0,
      "aria-valuetext": "no data",
    };
    this.#svg = s(
      "svg",
      { class: onPick ? "chart-svg picks" : "chart-svg", tabindex: 0, ...slider },
      this.#axes,
      this.#rows,
      this.#cursor,
    );
    this.#frame = h("div", { class: "chart-frame", style: { height: `${height}rem` } }, this.#svg, this.#nothing);
    if (note) this.note(note);
    const heading = [h("h3", null, title), this.#note, this.#readout];
    this.element = h(
      "figure",
      { class: "chart" },
      h("figcaption", { class: "chart-head" }, heading),
      this.#frame,
      this.#legend.element,
    );
    new ResizeObserver(() => this.#resize()).observe(this.#frame);
    this.#listen();
  }

  /** Says something beside the title. @param {import("./dom.js").Children} told */
  note(told) {
    fill(this.#note, told);
    this.#note.hidden = !told;
  }

  /** Shows other data. @param {Data} data */
  set(data) {
    this.#plot.grid = new Grid(data, this.#options.absent ?? (this.#kind === "line" ? "gap" : "zero"));
    if (this.#here !== null && this.#here >= this.#plot.grid.at.length) this.#here = null;
    this.#legend.show(this.#plot.grid);
    this.#draw(false);
  }

  #resize() {
    this.#plot.rem = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    this.#plot.width = this.#frame.clientWidth;
    this.#plot.height = this.#frame.clientHeight;
    this.#draw(false);
  }

  /** @param {boolean} afresh whether the scale may shrink */
  #draw(afresh) {
    const plot = this.#plot;
    const { grid } = plot;
    if (!plot.width || grid.at.length === 0) return;
    const rows = this.#legend.shown;
    this.#rescale(grid.stack(rows, this.#kind !== "line"), afresh);
    this.#svg.setAttribute("viewBox", `0 0 ${plot.width} ${plot.height}`);
    this.#svg.setAttribute("aria-valuemax", String(grid.at.length - 1));
    fill(this.#axes, plot.axes(this.#options.unit, this.#most === 0));
    fill(
      this.#rows,
      rows.map((row) => (this.#kind === "bars" ? plot.bars(row) : plot.line(row, this.#kind === "area"))),
    );
    this.#nothing.hidden = grid.rows.some((row) =>
      row.values.some((value) => value !== null && (value !== 0 || this.#kind === "line")),
    );
    this.#point();
  }

  /** @param {number} most @param {boolean} afresh */
  #rescale(most, afresh) {
    const { from, until } = this.#plot.grid;
    const other = Math.abs(until - from - this.#span) > 1e6;
    this.#span = until - from;
    this.#most = most;
    if (afresh || other || most > this.#plot.top || most < this.#plot.top * ROOMY) this.#plot.top = values(most).top;
  }

  /** Shows what is under the crosshair. */
  #point() {
    const here = this.#here;
    const plot = this.#plot;
    this.#legend.point(here);
    say(this.#readout, here === null ? "" : this.#stretch(here));
    if (here === null) return fill(this.#cursor);
    const rows = this.#legend.shown;
    fill(
      this.#cursor,
      plot.cross(here),
      this.#kind === "bars" ? null : rows.map((row) => plot.dot(row, here, 3)),
      this.#drawn === null ? null : plot.stretch(this.#drawn, here),
    );
    this.#svg.setAttribute("aria-valuenow", String(here));
    this.#svg.setAttribute("aria-valuetext", `${this.#readout.textContent}: ${this.#legend.told(here)}`);
  }

  /** @param {number} index */
  #stretch(index) {
    const { at, step, from, until } = this.#plot.grid;
    if (this.#options.relative) return `${duration(at[index] / 1e6)} – ${duration((at[index] + step) / 1e6)}`;
    const write = step < 60e6 ? clock : minute;
    const date = until - from > 86_400e6 ? `${day(at[index])} ` : "";
    return `${date}${write(at[index])} – ${write(at[index] + step)}`;
  }

  // ---- mouse and keyboard

  #listen() {
    const svg = this.#svg;
    svg.addEventListener("pointermove", (event) => this.#move(this.#find(event)));
    svg.addEventListener("pointerleave", () => this.#drawn === null && this.#move(null));
    svg.addEventListener("blur", () => this.#move(null));
    svg.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.pointerType === "touch" || !this.#options.onSelect) return;
      this.#drawn = this.#find(event);
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointerup", (event) => this.#release(event));
    svg.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {number | null} index */
  #move(index) {
    if (index === this.#here) return;
    this.#here = index;
    this.#point();
  }

  /** @param {PointerEvent} event */
  #find(event) {
    return this.#plot.step(event.clientX - this.#svg.getBoundingClientRect().left);
  }

  /** @param {PointerEvent} event */
  #release(event) {
    const begun = this.#drawn;
    const ended = this.#find(event);
    this.#drawn = null;
    if (ended === null) return;
    const { at, step } = this.#plot.grid;
    if (begun !== null && begun !== ended) {
      this.#options.onSelect?.({ from: at[Math.min(begun, ended)], until: at[Math.max(begun, ended)] + step });
    } else this.#pick(ended, this.#under(event, ended));
    this.#here = ended;
    this.#point();
  }

  /** Which series is at this height. @param {PointerEvent} event @param {number} index */
  #under(event, index) {
    const value = this.#plot.value(event.clientY - this.#svg.getBoundingClientRect().top);
    const rows = this.#legend.shown.filter((row) => row.values[index] !== null);
    const far = (/** @type {import("./chart/grid.js").Row} */ row) => Math.abs((row.values[index] ?? 0) - value);
    if (this.#kind === "line") return rows.sort((one, other) => far(one) - far(other))[0]?.name ?? null;
    return (
      rows.find((row) => value >= row.base[index] && value <= row.base[index] + (row.values[index] ?? 0))?.name ?? null
    );
  }

  /** @param {number} index @param {string | null} name */
  #pick(index, name) {
    const { at, step } = this.#plot.grid;
    this.#options.onPick?.({ from: at[index], until: at[index] + step, name });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const here = this.#here;
    const last = this.#plot.grid.at.length - 1;
    /** @type {Record<string, number>} */
    const steps = { ArrowLeft: (here ?? last + 1) - 1, ArrowRight: (here ?? -1) + 1, Home: 0, End: last };
    if (event.key in steps && last >= 0) this.#move(Math.max(0, Math.min(last, steps[event.key])));
    else if (event.key === "Enter" && here !== null) this.#pick(here, null);
    else if (event.key === "Escape" && here !== null) this.#move(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
