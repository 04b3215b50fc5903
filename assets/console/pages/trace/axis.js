// The marks of time above the waterfall, and the lines below them.
// @ts-check

import { values } from "../../lib/chart/scale.js";
import { h } from "../../lib/dom.js";
import * as format from "../../lib/format.js";

/** A part of time, in microseconds since 1970. @typedef {{ from: number, until: number }} Stretch */

/** Pixels between marks at least. */
const ROOM = 72;
/** A mark beyond this share has no room for its words. */
const LAST = 0.94;

/**
 * @param {Stretch} seen
 * @param {number} whole when the trace began
 * @param {number} wide pixels
 */
export function axis({ from, until }, whole, wide) {
  const began = (from - whole) / 1e6;
  const length = (until - from) / 1e6;
  const step = stride(length, Math.max(2, Math.floor(wide / ROOM)));
  const places = [];
  for (let at = Math.ceil(began / step) * step; at <= began + length * 1.0001; at += step)
    places.push({ at: Math.abs(at) < step / 1e6 ? 0 : at, share: (at - began) / length });
  return {
    marks: places
      .filter(({ share }) => share <= LAST)
      .map(({ at, share }) => h("span", { class: "wf-mark", style: { left: percent(share) } }, format.duration(at))),
    // The same columns as a row has.
    lines: [
      h("span"),
      h(
        "span",
        { class: "wf-lines" },
        places.map(({ share }) => h("span", { style: { left: percent(share) } })),
      ),
      h("span"),
      h("span", { class: "wf-tokens" }),
      h("span", { class: "wf-cost" }),
    ],
  };
}

/** @param {number} share */
const percent = (share) => `${share * 100}%`;

/** Seconds above a minute are counted in sixties. */
const STRIDES = [10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/** A round distance between marks. @param {number} length seconds @param {number} count of marks */
function stride(length, count) {
  if (length <= 60) return values(length, count).marks[1];
  return STRIDES.find((step) => length / step <= count) ?? values(length, count).marks[1];
}
