// A trend in a line of a table: bars without axes.
// @ts-check

import { h, s } from "./dom.js";

/**
 * @param {object} trend
 * @param {number} trend.from microseconds
 * @param {number} trend.until
 * @param {number} trend.step seconds
 * @param {{ at: number, value: number }[]} trend.points
 * @param {string} trend.label what it says to those who cannot see it
 * @param {string} [trend.fill] a CSS colour
 */
export function spark({
  from,
  until,
  step,
  points,
  label,
  fill = "color-mix(in oklab, var(--error) 55%, var(--sheet))",
}) {
  const [width, height] = [120, 24];
  const most = Math.max(1, ...points.map((point) => point.value));
  const x = (/** @type {number} */ at) => Math.max(0, Math.min(width, ((at - from) / (until - from)) * width));
  return h(
    "span",
    { class: "spark", title: label },
    s(
      "svg",
      { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": label },
      s("path", { d: `M0 ${height - 0.5}H${width}`, class: "spark-ground" }),
      points
        .filter((point) => point.value > 0)
        .map(({ at, value }) => {
          const [left, right] = [x(at), x(at + step * 1e6)];
          const size = Math.max(2, (value / most) * (height - 2));
          return s("rect", { x: left, y: height - size, width: Math.max(1, right - left - 0.5), height: size, fill });
        }),
    ),
  );
}
