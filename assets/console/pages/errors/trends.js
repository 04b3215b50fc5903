// How often each kind of error came over time: a small chart in its line, read when it is seen, and then seldom.
// @ts-check

import { get } from "../../lib/api.js";
import { fill, h } from "../../lib/dom.js";
import { plural } from "../../lib/format.js";
import { spark } from "../../lib/spark.js";

/** @typedef {import("../../lib/types.js").ErrorGroup} ErrorGroup */
/** @typedef {import("../../lib/types.js").Line} Line */
/** @typedef {import("../../lib/span.js").Span} Span */

/** Questions for one refresh, and at once. */
const MOST = 32;
const AT_ONCE = 3;
/** Bars of a trend. */
const BARS = 40;

/** @param {AbortSignal} signal */
export function trends(signal) {
  /** @type {Map<string, HTMLElement>} */
  const places = new Map();
  /** What was shown for which count: what did not change is not read again. @type {Map<string, string>} */
  const known = new Map();
  let turn = 0;

  /** Where a group's trend goes. @param {ErrorGroup} group */
  function place(group) {
    const made = places.get(key(group)) ?? h("span", { class: "spark" });
    places.set(key(group), made);
    return made;
  }

  /** @param {ErrorGroup[]} groups @param {Span} span @param {Record<string, string>} filter */
  async function load(groups, span, filter) {
    const mine = (turn += 1);
    const step = span.step * Math.max(1, Math.ceil(span.seconds / span.step / BARS));
    const window = JSON.stringify([span.query.until ?? Math.floor(span.until / (step * 1e6)), step, filter]);
    // Sums are asked by the model, so one answer serves all groups of an error in a component.
    /** @type {Map<string, ErrorGroup[]>} */
    const questions = new Map();
    for (const group of groups) {
      if (group.component === null || known.get(key(group)) === `${window} ${group.count}`) continue;
      const question = JSON.stringify([group.error, group.service, group.component]);
      questions.set(question, [...(questions.get(question) ?? []), group]);
    }
    const waiting = [...questions.values()].slice(0, MOST);
    const work = async () => {
      for (let next = waiting.shift(); next && mine === turn && !signal.aborted; next = waiting.shift()) {
        const { error, service, component } = next[0];
        const query = { ...span.query, ...filter, error, service, component, by: "model", step };
        const { lines } = await get("/api/series", query, { signal });
        for (const group of next) {
          const line = /** @type {Line[]} */ (lines).find((line) => line.name === group.model);
          if (line) show(group, line, span, step);
          known.set(key(group), `${window} ${group.count}`);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, () => work().catch(() => {})));
  }

  /** @param {ErrorGroup} group @param {Line} line @param {Span} span @param {number} step */
  function show(group, line, span, step) {
    const points = line.buckets.map((bucket) => ({ at: bucket.at, value: bucket.calls }));
    const peak = Math.max(...points.map((point) => point.value));
    fill(
      place(group),
      spark({ from: span.from, until: span.until, step, points, label: `at most ${plural(peak, "error")} at once` }),
    );
  }

  return { place, load };
}

/** @param {ErrorGroup} group */
const key = (group) => JSON.stringify([group.error, group.service, group.component, group.model]);
