// Dashboards: what all calls of a time came to, from sums by the minute. Every figure and every point leads to its calls.
// @ts-check

import { address, get } from "../lib/api.js";
import { choices } from "../lib/choices.js";
import { h } from "../lib/dom.js";
import { simulated } from "../lib/priced.js";
import { span } from "../lib/span.js";
import { empty, link, region } from "../lib/states.js";
import { charts } from "./dashboards/charts.js";
import { figures } from "./dashboards/figures.js";
import { lists } from "./dashboards/lists.js";

export const title = "Dashboards";

/** @typedef {import("../lib/types.js").Line} Line */
/** @typedef {import("../lib/span.js").Span} Span */

/**
 * What the parts of the page are shown: the sums of all that is chosen, and of its models, components and teams.
 * @typedef {{ span: Span, filter: Record<string, string>, all: Line | null, simulated: boolean, model: Line[], component: Line[], team: Line[] }} View
 */

const LINES = /** @type {const} */ (["model", "component", "team"]);

/** @param {import("../lib/router.js").Context} context */
export function open(context) {
  const { view, range, signal } = context;
  const chosen = choices(context, ["component", "model", "provider", "service", "team", "run"], read);
  const part = region({ lines: 10 });
  view.append(chosen.element, part.element);

  /** The span that is shown: what is picked in it is picked by its edges. */
  let shown = span(range.value);
  const calls = (/** @type {Record<string, string | number>} */ query) =>
    address("/console/calls", { ...chosen.values, ...shown.link, ...query });
  const head = figures(calls);
  const body = charts(
    (query) => context.navigate(calls(query)),
    ({ from, until }) => range.set(from, until),
  );
  const tail = lists(calls, signal);
  const board = h("div", { class: "board" }, head.element, body.element, tail.element);

  function read() {
    part.load(ask, show, signal);
  }

  /** @param {AbortSignal} signal @returns {Promise<View>} */
  async function ask(signal) {
    const now = span(range.value);
    const filter = { ...chosen.values };
    const series = (/** @type {string} */ by) =>
      get("/api/series", { ...now.query, ...filter, step: now.step, by }, { signal }).then(
        ({ lines }) => /** @type {Line[]} */ (lines),
      );
    const [all, model, component, team] = await Promise.all([series(""), ...LINES.map(series)]);
    const paid = model.filter((line) => line.total.cost > 0).map((line) => line.name);
    return { span: now, filter, all: all[0] ?? null, simulated: await simulated(paid), model, component, team };
  }

  /** @param {View} answer */
  function show(answer) {
    shown = answer.span;
    const total = answer.all?.total;
    if (!total) return nothing(Object.keys(answer.filter).length > 0);
    head.set(answer);
    body.set(answer);
    tail.set(answer);
    return board.isConnected ? undefined : board;
  }

  range.watch(read, signal);
}

/** @param {boolean} narrowed */
const nothing = (narrowed) =>
  narrowed
    ? empty("No calls like these", "None in this time has all that is chosen. Choose less, or a longer time.")
    : empty(
        "No calls in this time",
        "Play a turn, point another program here, or look at a longer time.",
        link("/", "Play"),
        link("/console/connect", "Connect a program"),
        link("/console/dashboards?last=7d", "Last 7 days"),
      );
