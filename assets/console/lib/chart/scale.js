// Where axes have their marks.
// @ts-check

import { clock, day, duration, minute } from "../format.js";

/**
 * Round values from 0 to at least `most`: `{ top: 60, marks: [0, 20, 40, 60] }`.
 * @param {number} most
 * @param {number} [count] about how many steps
 */
export function values(most, count = 3) {
  if (!(most > 0)) return { top: 1, marks: [0, 1] };
  const rough = most / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const steps = Math.ceil((most / step) * 0.9999);
  return { top: step * steps, marks: Array.from({ length: steps + 1 }, (_, index) => index * step) };
}

const STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
  1_209_600,
];

/**
 * Round times between two, by the local clock, with their labels.
 * @param {number} from @param {number} until microseconds
 * @param {number} count how many there is room for
 * @returns {{ at: number, label: string }[]}
 */
export function times(from, until, count) {
  const seconds = (until - from) / 1e6;
  const step =
    STEPS.find((step) => seconds / step <= count) ??
    /** @type {number} */ (STEPS.at(-1)) * Math.ceil(seconds / 1_209_600 / count);
  const offset = new Date(from / 1000).getTimezoneOffset() * 60;
  const marks = [];
  for (let at = Math.ceil((from / 1e6 - offset) / step) * step + offset; at * 1e6 < until; at += step) {
    const midnight = (at - offset) % 86_400 === 0;
    const label = step >= 86_400 || midnight ? day(at * 1e6) : step < 60 ? clock(at * 1e6) : minute(at * 1e6);
    marks.push({ at: at * 1e6, label });
  }
  return marks;
}

/**
 * Round lengths of time since a beginning, with their labels.
 * @param {number} from @param {number} until microseconds
 * @param {number} count how many there is room for
 * @returns {{ at: number, label: string }[]}
 */
export function lengths(from, until, count) {
  const step = STEPS.find((step) => (until - from) / 1e6 / step <= count) ?? /** @type {number} */ (STEPS.at(-1));
  const marks = [];
  for (let at = Math.ceil(from / 1e6 / step) * step; at * 1e6 < until; at += step)
    marks.push({ at: at * 1e6, label: duration(at) });
  return marks;
}
