// A heatmap over time: how many values lay where. Time runs from left to right, values grow upwards.
// @ts-check

import { fill, h, s, say } from "./dom.js";
import { count, minute, clock, day } from "./format.js";
import { trim } from "./chart/plot.js";
import { times } from "./chart/scale.js";

/** @typedef {{ at: number, count: number, bins: { low: number, high: number, count: number }[] }} Column */
/** @typedef {{ from: number, until: number, step: number, columns: Column[] }} Data */

/** Strengths of the colour that can be told apart. */
const SHADES = 8;
/** Rows at most: finer bins are put together. */
const ROWS = 32;

/**
 * @param {object} options
 * @param {string} options.title
 * @param {(value: number) => string} options.unit
 * @param {number} [options.height] in rem
 * @param {(span: { from: number, until: number }) => void} [options.onSelect] a column was clicked
 */
export function heatmap({ title, unit, height = 16, onSelect }) {
  const readout = h("span", { class: "chart-time quiet" });
  const axes = s("g", { class: "chart-axes" });
  const plot = s("g", { class: "heatmap-plot" });
  const cursor = s("g", { class: "chart-cursor" });
  const svg = s("svg", { class: "chart-svg", role: "img", "aria-label": title }, axes, plot, cursor);
  const nothing = h("p", { class: "chart-nothing quiet", hidden: true }, "Nothing in this time");
  const frame = h("div", { class: "chart-frame", style: { height: `${height}rem` } }, svg, nothing);
  const scale = h("p", { class: "quiet small" });
  const element = h(
    "figure",
    { class: "chart" },
    h("figcaption", { class: "chart-head" }, h("h3", null, title), readout),
    frame,
    scale,
  );
  /** @type {Data} */
  let data = { from: 0, until: 1, step: 1, columns: [] };
  /** The edges of the rows. @type {number[]} */
  let edges = [];
  /** @type {Map<number, number[]>} */
  let cells = new Map();
  let width = 0;

  new ResizeObserver(() => {
    if (frame.clientWidth === width) return;
    width = frame.clientWidth;
    draw();
  }).observe(frame);

  const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  const box = () => ({
    left: 4.25 * rem(),
    right: 0.5 * rem(),
    top: 0.5 * rem(),
    bottom: 1.5 * rem(),
    height: height * rem(),
  });

  /** @param {Data} next */
  function set(next) {
    data = next;
    edges = rows(next.columns);
    cells = new Map(next.columns.map((column) => [column.at, sorted(column, edges)]));
    draw();
  }

  function draw() {
    if (!width) return;
    const { left, right, top, bottom, height } = box();
    const x = (/** @type {number} */ at) =>
      left + Math.max(0, Math.min(1, (at - data.from) / (data.until - data.from))) * (width - left - right);
    const row = (height - top - bottom) / Math.max(1, edges.length - 1);
    const y = (/** @type {number} */ index) => height - bottom - index * row;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const every = Math.max(1, Math.ceil((1.5 * rem()) / row));
    fill(
      axes,
      edges.map((edge, index) =>
        index % every
          ? null
          : [
              s("line", {
                x1: left,
                x2: width - right,
                y1: Math.round(y(index)) + 0.5,
                y2: Math.round(y(index)) + 0.5,
                class: index ? "" : "zero",
              }),
              s(
                "text",
                { x: left - 0.5 * rem(), y: y(index), "text-anchor": "end", "dominant-baseline": "central" },
                trim(unit(edge)),
              ),
            ],
      ),
      times(data.from, data.until, Math.max(2, Math.floor((width - left - right) / (5.5 * rem())))).map(
        ({ at, label }) =>
          s(
            "text",
            { x: x(at), y: height - bottom / 3, "text-anchor": x(at) > width - right - 2 * rem() ? "end" : "middle" },
            label,
          ),
      ),
    );
    const most = Math.max(1, ...[...cells.values()].flat());
    const paths = Array.from({ length: SHADES }, () => "");
    for (const [at, counts] of cells) {
      const [begin, end] = [x(at), x(at + data.step * 1e6)];
      if (end - begin < 0.5) continue;
      counts.forEach((count, index) => {
        if (!count) return;
        // By the root, so that what is seldom is still seen.
        const shade = Math.min(SHADES - 1, Math.floor(Math.sqrt(count / most) * SHADES));
        paths[shade] +=
          `M${begin.toFixed(1)} ${y(index + 1).toFixed(1)}H${(end - 0.5).toFixed(1)}V${(y(index) - 0.5).toFixed(1)}H${begin.toFixed(1)}Z`;
      });
    }
    fill(
      plot,
      paths.map((d, shade) =>
        d ? s("path", { d, fill: "var(--name-1)", "fill-opacity": 0.12 + (0.88 * (shade + 1)) / SHADES }) : null,
      ),
    );
    nothing.hidden = edges.length > 1;
    say(scale, edges.length > 1 ? `The strongest colour stands for ${count(most)}.` : "");
  }

  svg.addEventListener("pointermove", (event) => {
    const { left, right, top, bottom, height } = box();
    const bounds = svg.getBoundingClientRect();
    const share = (event.clientX - bounds.left - left) / (width - left - right);
    const up = (height - bottom - (event.clientY - bounds.top)) / (height - top - bottom);
    if (share < 0 || share > 1 || up < 0 || up > 1 || edges.length < 2) return leave();
    const wide = data.step * 1e6;
    const at = Math.floor((data.from + share * (data.until - data.from)) / wide) * wide;
    const index = Math.min(edges.length - 2, Math.floor(up * (edges.length - 1)));
    const write = data.step < 60 ? clock : minute;
    const date = data.until - data.from > 86_400e6 ? `${day(at)} ` : "";
    say(
      readout,
      `${date}${write(at)} · ${unit(edges[index])} – ${unit(edges[index + 1])} · ${count(cells.get(at)?.[index] ?? 0)}`,
    );
  });
  const leave = () => say(readout, "");
  svg.addEventListener("pointerleave", leave);
  svg.addEventListener("click", (event) => {
    const { left, right } = box();
    const share = (event.clientX - svg.getBoundingClientRect().left - left) / (width - left - right);
    const wide = data.step * 1e6;
    const at = Math.floor((data.from + share * (data.until - data.from)) / wide) * wide;
    if (share >= 0 && share <= 1) onSelect?.({ from: at, until: at + wide });
  });

  return { element, set };
}

/** The edges of rows that hold all bins: those of the bins, or fewer. @param {Column[]} columns */
function rows(columns) {
  const filled = columns.flatMap((column) => column.bins.filter((bin) => bin.count > 0));
  if (filled.length === 0) return [];
  const low = Math.min(...filled.map((bin) => bin.low));
  const high = Math.max(...filled.map((bin) => bin.high));
  const all = new Set([low, high]);
  for (const { bins } of columns)
    for (const bin of bins)
      for (const edge of [bin.low, bin.high]) if (edge >= low && edge <= high) all.add(Number(edge.toPrecision(9)));
  const sorted = [...all]
    .map((edge) => Number(edge.toPrecision(9)))
    .sort((one, other) => one - other)
    .filter((edge, index, edges) => index === 0 || edge !== edges[index - 1]);
  if (sorted.length === 1) return [sorted[0], sorted[0] + 1];
  const every = Math.ceil((sorted.length - 1) / ROWS);
  return sorted.filter((_, index) => index % every === 0 || index === sorted.length - 1);
}

/** How many of a column lie in each row; a bin that reaches over several is shared out. @param {Column} column @param {number[]} edges */
function sorted(column, edges) {
  const counts = edges.slice(1).map(() => 0);
  for (const bin of column.bins) {
    if (!bin.count) continue;
    const first = counts.findIndex((_, index) => edges[index + 1] > bin.low * 1.0000001 || index === counts.length - 1);
    const last = counts.findIndex(
      (_, index) => edges[index + 1] >= bin.high * 0.9999999 || index === counts.length - 1,
    );
    const reach = Math.max(1, last - first + 1);
    for (let index = first; index < first + reach; index += 1) counts[index] += bin.count / reach;
  }
  return counts;
}
