// Errors: what failed, where, how often, since when, and an example of each.
// @ts-check

import { address, get } from "../lib/api.js";
import { chart } from "../lib/chart.js";
import { choices } from "../lib/choices.js";
import { colour } from "../lib/colour.js";
import { h } from "../lib/dom.js";
import * as format from "../lib/format.js";
import { ago, bar, tag } from "../lib/marks.js";
import { span } from "../lib/span.js";
import { empty, link, region } from "../lib/states.js";
import { table } from "../lib/table.js";
import { kindsOfErrors, outcome } from "./dashboards/charts.js";
import { trends } from "./errors/trends.js";

export const title = "Errors";

/** @typedef {import("../lib/types.js").ErrorGroup} ErrorGroup */
/** @typedef {import("../lib/types.js").Line} Line */
/** @typedef {import("../lib/types.js").Bucket} Bucket */
/** @typedef {{ now: import("../lib/span.js").Span, groups: ErrorGroup[], line: Line | null }} Answer */

/** There is much of it: paler than the word. */
const CALM = "color-mix(in oklab, var(--error) 55%, var(--sheet))";

/** @param {import("../lib/router.js").Context} context */
export function open(context) {
  const { view, range, signal } = context;
  const chosen = choices(context, ["error", "component", "model", "provider", "service", "team", "run"], read);
  const part = region({ lines: 8 });
  view.append(chosen.element, part.element);

  let shown = span(range.value);
  const calls = (/** @type {Record<string, string | number | null>} */ query) =>
    address("/console/calls", {
      ...chosen.values,
      status: chosen.values.error ? null : "error",
      ...shown.link,
      ...query,
    });
  const over = chart({
    title: "Errors over time",
    unit: format.count,
    kind: "bars",
    height: 8,
    onPick: ({ from, until, name }) => context.navigate(calls({ status: null, from, until, ...outcome(name ?? "") })),
    onSelect: ({ from, until }) => range.set(from, until),
  });
  const trend = trends(signal);
  const list = table({
    label: "Errors by kind and place",
    columns: /** @type {import("../lib/table.js").Column<ErrorGroup & { share: number }>[]} */ ([
      {
        title: "Error",
        render: (group) =>
          h(
            "span",
            { class: "error-kind" },
            h("span", { class: "error-text", "aria-hidden": "true" }, "✕\u00a0"),
            h("bdi", null, group.error),
          ),
      },
      { title: "Service", render: (group) => tag(group.service), desk: true },
      { title: "Component", render: (group) => tag(group.component), desk: true },
      { title: "Model", render: (group) => tag(group.model) },
      { title: "Trend", render: (group) => trend.place(group), desk: true, width: "8rem" },
      {
        title: "Count",
        render: (group) => [format.exact(group.count), h("span", { class: "error-share" }, bar(group.share, CALM))],
        end: true,
      },
      { title: "First", render: (group) => ago(group.first), end: true, desk: true },
      { title: "Last", render: (group) => ago(group.last), end: true },
      {
        title: "",
        render: (group) =>
          group.example
            ? h(
                "a",
                { class: "button plain small", href: `/console/trace/${group.example[0]}?span=${group.example[1]}` },
                "Example",
              )
            : null,
        end: true,
      },
    ]),
    key: (group) => JSON.stringify([group.error, group.service, group.component, group.model]),
    href: (group) =>
      calls({
        error: group.error,
        status: null,
        service: group.service,
        component: group.component,
        model: group.model,
      }),
  });
  const body = h(
    "div",
    { class: "errors" },
    h("section", { class: "card" }, over.element),
    h("section", { class: "card error-list" }, list.element),
  );

  /** The kinds that are shown: one where one is chosen. @param {Line} line */
  function kinds(line) {
    const { error } = chosen.values;
    if (!error) return kindsOfErrors(line);
    return [{ name: error, colour: colour(error), of: (/** @type {Bucket} */ bucket) => bucket.errors[error] ?? 0 }];
  }

  function read() {
    part.load(ask, show, signal);
  }

  /** @param {AbortSignal} signal @returns {Promise<Answer>} */
  async function ask(signal) {
    const now = span(range.value);
    const query = { ...now.query, ...chosen.values };
    const [{ groups }, { lines }] = await Promise.all([
      get("/api/errors", query, { signal }),
      get("/api/series", { ...query, error: null, step: now.step }, { signal }),
    ]);
    return { now, groups, line: lines[0] ?? null };
  }

  /** @param {Answer} answer */
  function show({ now, groups, line }) {
    shown = now;
    const failed = line ? kinds(line).reduce((sum, kind) => sum + kind.of(line.total), 0) : 0;
    const made = line?.total.calls ?? 0;
    context.note(
      made ? `${format.exact(failed)} of ${format.exact(made)} calls failed · ${format.share(failed / made)}` : "",
    );
    if (groups.length === 0) return nothing(made, Object.keys(chosen.values).length > 0);
    const most = Math.max(...groups.map((group) => group.count));
    over.set({
      from: now.from,
      until: now.until,
      step: now.step,
      series: (line ? kinds(line) : []).map(({ name, colour, of }) => ({
        name,
        colour,
        points: line?.buckets.map((bucket) => ({ at: bucket.at, value: of(bucket) })) ?? [],
      })),
    });
    list.set(groups.map((group) => ({ ...group, share: group.count / most })));
    trend.load(groups, now, chosen.values);
    return body.isConnected ? undefined : body;
  }

  range.watch(read, signal);
}

/** @param {number} made calls @param {boolean} narrowed */
function nothing(made, narrowed) {
  if (made)
    return empty(
      "No errors",
      `All ${format.plural(made, "call")} of this time ${made === 1 ? "was" : "were"} answered.`,
      link("/console/dashboards", "Look at the dashboards"),
    );
  if (narrowed)
    return empty("No errors like these", "Nothing in this time has all that is chosen. Choose less, or a longer time.");
  return empty(
    "No errors, and no calls",
    "Nothing was called in this time.",
    link("/", "Play"),
    link("/console/errors?last=7d", "Last 7 days"),
  );
}
