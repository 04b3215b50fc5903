// What happened in the last minute, counted while it happens.
// @ts-check

import { fill, h } from "../../lib/dom.js";
import * as format from "../../lib/format.js";
import { figure } from "../../lib/marks.js";
import { asks } from "./turn.js";

/** @typedef {import("../../lib/types.js").CallItem} CallItem */

const MINUTE = 60e6;

export class Minute {
  /** @type {Map<number, CallItem>} */ #calls = new Map();
  element = h("div", { class: "figures", role: "group", "aria-label": "The last minute" });

  /** @param {CallItem[]} calls */
  add(calls) {
    for (const call of calls) if (asks(call)) this.#calls.set(call.id, call);
  }

  /** A call belongs to the minute in which it ended. */
  draw() {
    const since = Date.now() * 1000 - MINUTE;
    for (const [id, call] of this.#calls) if (call.at + call.duration * 1e6 < since) this.#calls.delete(id);
    const calls = [...this.#calls.values()];
    const sum = (/** @type {(call: CallItem) => number | null} */ of) =>
      calls.reduce((sum, call) => sum + (of(call) ?? 0), 0);
    const failed = calls.filter((call) => call.error).length;
    const output = sum((call) => call.tokens.output);
    const simulated = calls.length > 0 && calls.every((call) => call.cost_source === "simulated" || call.cost === null);
    fill(
      this.element,
      figure("Calls", format.count(calls.length), { note: "in the last minute" }),
      figure("Errors", format.count(failed), {
        bad: failed > 0,
        note: failed ? format.share(failed / calls.length) : "none",
      }),
      figure("Tokens in", format.tokens(sum((call) => call.tokens.input))),
      figure("Tokens out", format.tokens(output), { note: `${format.count(Math.round(output / 6) / 10)} a second` }),
      figure("Cost", format.dollars(sum((call) => call.cost)), { note: simulated ? "simulated" : undefined }),
      figure("First token", format.duration(middle(calls.map((call) => call.ttft))), { note: "median" }),
      figure("Duration", format.duration(middle(calls.map((call) => call.duration))), { note: "median" }),
    );
  }
}

/** @param {(number | null)[]} values */
function middle(values) {
  const known = /** @type {number[]} */ (values.filter((value) => value !== null)).sort((one, other) => one - other);
  if (known.length === 0) return null;
  const half = known.length / 2;
  return known.length % 2 ? known[Math.floor(half)] : (known[half - 1] + known[half]) / 2;
}
