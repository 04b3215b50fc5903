// The window of time as sums know it: whole minutes, or whole hours, in steps that fit a chart.
// @ts-check

/** @typedef {import("./range.js").Window} Window */

/**
 * `from` and `until` are what a chart shows, `query` asks the API for it, `link` names it for another page, all in
 * microseconds; `step` is how much a point stands for, `seconds` how long all of it is, both in seconds.
 * @typedef {{ from: number, until: number, step: number, seconds: number, query: { from: number, until?: number }, link: { from: number, until: number } }} Span
 */

const STEPS = [60, 120, 300, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400];
const MOST = 90;

/**
 * The window, widened to where sums begin and end: so that what is summed up and what is listed are the same calls.
 * @param {Window} window
 * @returns {Span}
 */
export function span({ from, until, last }) {
  const length = (until - from) / 1e6;
  const step = STEPS.find((step) => length / step <= MOST) ?? 86_400;
  const unit = (step >= 3600 ? 3600 : 60) * 1e6;
  const begin = Math.floor(from / unit) * unit;
  const whole = Math.ceil(until / unit) * unit;
  const end = last ? until : whole;
  return {
    from: begin,
    until: end,
    step,
    seconds: (end - begin) / 1e6,
    query: last ? { from: begin } : { from: begin, until: whole },
    link: { from: begin, until: whole },
  };
}
