// What a time came to, in eight figures.
// @ts-check

import * as format from "../../lib/format.js";
import { tiles } from "../../lib/tiles.js";

/** @typedef {import("../dashboards.js").View} View */

/** @param {(query: Record<string, string | number>) => string} calls the address of the calls behind a figure */
export function figures(calls) {
  const made = tiles("This time in figures", [
    "Requests",
    "Error rate",
    "Duration p95",
    "First token p95",
    "Output a call",
    "Tokens",
    "Cost",
    "From the cache",
  ]);

  /** @param {View} view */
  function set({ all, span, simulated }) {
    const total = all?.total;
    if (!total) return;
    const failed = Object.values(total.errors).reduce((sum, count) => sum + count, 0);
    const [middle, slow, slowest] = total.duration ?? [null, null, null];
    const [first, late, latest] = total.ttft ?? [null, null, null];
    made.set({
      Requests: {
        value: format.count(total.calls),
        note: rate(total.calls, span.seconds, 60),
        href: calls({}),
      },
      "Error rate": {
        value: format.share(failed / total.calls),
        note: `${format.exact(failed)} of ${format.exact(total.calls)} failed`,
        bad: failed > 0,
        href: calls({ status: "error" }),
      },
      "Duration p95": {
        value: format.duration(slow),
        note: `p50 ${format.duration(middle)}`,
        title: `p99 ${format.duration(slowest)}`,
        href: calls({ sort: "duration" }),
      },
      "First token p95": {
        value: format.duration(late),
        note: late === null ? "nobody told it" : `p50 ${format.duration(first)}`,
        title: `p99 ${format.duration(latest)}`,
      },
      "Output a call": {
        value: format.count(total.output / total.calls),
        note: rate(total.output, span.seconds, 1),
        title: `tokens a call; ${format.exact(total.output)} in ${format.duration(span.seconds)}`,
      },
      Tokens: {
        value: format.tokens(total.input + total.output),
        note: `${format.tokens(total.input)} → ${format.tokens(total.output)}`,
      },
      Cost: {
        value: format.dollars(total.cost),
        note: `${simulated ? "simulated · " : ""}${format.dollars(total.cost / total.calls)} a call`,
        href: calls({ sort: "cost" }),
      },
      "From the cache": {
        value: format.share(total.input ? total.cache_read / total.input : null),
        note: saved(total.saved),
        title: `${format.exact(total.cache_read)} of ${format.exact(total.input)} input tokens were read from the providers' caches`,
      },
    });
  }

  return { element: made.element, set };
}

const UNITS = /** @type {[number, string][]} */ ([
  [1, "second"],
  [60, "minute"],
  [3600, "hour"],
  [86_400, "day"],
]);

/** How often something happened, by a unit in which it is not less than a few: `21 a minute`. @param {number} count @param {number} seconds @param {number} least seconds of the unit */
function rate(count, seconds, least) {
  const units = UNITS.filter(([length]) => length >= least);
  const [length, name] = units.find(([length]) => (count / seconds) * length >= 0.5) ?? units[units.length - 1];
  return `${format.count((count / seconds) * length)} ${name === "hour" ? "an" : "a"} ${name}`;
}

/** @param {number} usd by our prices, less what writing to caches cost */
function saved(usd) {
  if (!usd) return "of the input";
  return usd > 0 ? `saved ${format.dollars(usd)}` : `cost ${format.dollars(-usd)} more`;
}
