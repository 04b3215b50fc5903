// The window of time as charts want it.
// @ts-check

/** @typedef {import("./range.js").Window} Window */

/**
 * `from` and `until` are what a chart shows, `query` asks the API for it, `link` names it for another page, all in
 * microseconds; `step` is how much a point stands for, `seconds` how long all of it is, both in seconds.
 * @typedef {{ from: number, until: number, step: number, seconds: number, query: { from: number, until?: number }, link: { from: number, until: number } }} Span
 */

/** @param {Window} window @returns {Span} */
export function span({ from, until, last, step }) {
  const unit = (step >= 3600 ? 3600 : 60) * 1e6;
  const whole = Math.ceil(until / unit) * unit;
  return {
    from,
    until,
    step,
    seconds: (until - from) / 1e6,
    query: last ? { from } : { from, until },
    link: { from, until: whole },
  };
}
