// One metric: what it is, its chart, and how it is looked at.
// @ts-check

import { get } from "../../lib/api.js";
import { append, fill, h } from "../../lib/dom.js";
import { plural } from "../../lib/format.js";
import { copy } from "../../lib/marks.js";
import { empty, region } from "../../lib/states.js";
import { graph } from "./graph.js";
import { counts, isHistogram } from "./points.js";

/** @typedef {import("./points.js").Metric} Metric */
/** @typedef {import("./points.js").MetricSeries} MetricSeries */

const TEMPORALITY = ["", "delta", "cumulative"];

/** How a metric can be looked at; the first is the usual way. @param {Metric} metric @returns {[string, string][]} */
function views(metric) {
  if (isHistogram(metric))
    return [
      ["percentiles", "Percentiles"],
      ["heatmap", "Heatmap"],
      ["rate", "Per second"],
      ["mean", "Mean"],
    ];
  if (counts(metric))
    return [
      ["rate", "Per second"],
      ["increase", "Increase"],
      ...(metric.temporality === 2 ? /** @type {[string, string][]} */ ([["value", "Value"]]) : []),
    ];
  return [["value", "Value"]];
}

/** @param {import("../../lib/router.js").Context} context */
export function detail(context) {
  const { range, signal } = context;
  const head = h("div", { class: "metric-head" });
  const tools = h("div", { class: "metric-tools" });
  const part = region({ lines: 6 });
  const drawn = graph(range);
  const element = h("section", { class: "card metric" }, head, tools, part.element);
  /** @type {Metric | null} */
  let metric = null;
  let told = "";
  /** @type {MetricSeries[]} */
  let series = [];
  const chosen = {
    view: context.query.get("view") ?? "",
    by: context.query.get("by"),
    only: context.query.get("only") ?? "",
  };

  /** @param {Metric | null} next @param {string} name what the address asks for */
  function show(next, name) {
    if (!next) {
      metric = null;
      fill(head);
      fill(tools);
      element.classList.toggle("none", !name);
      fill(
        part.content,
        name
          ? empty("No such metric", `Nobody has told of ${name} yet.`)
          : empty("Choose a metric", "Each has its chart, by the attributes that it came with."),
      );
      return;
    }
    element.classList.remove("none");
    if (next.name !== metric?.name) {
      if (metric) Object.assign(chosen, { view: "", by: null, only: "" });
      drawn.forget();
      fill(tools);
      told = "";
    }
    metric = next;
    title(next);
    load(next);
  }

  /** @param {Metric} metric */
  function title(metric) {
    const kind = [metric.monotonic ? "counter" : metric.kind.replace("_", " "), TEMPORALITY[metric.temporality]]
      .filter(Boolean)
      .join(", ");
    const facts = [kind, metric.unit && `in ${metric.unit}`, plural(metric.series, "series", "series")]
      .filter(Boolean)
      .join(" · ");
    if (told === facts + metric.description) return;
    told = facts + metric.description;
    fill(
      head,
      h("div", { class: "metric-title" }, h("h2", { class: "mono" }, h("bdi", null, metric.name)), copy(metric.name)),
      metric.description && h("p", { dir: "auto" }, metric.description),
      h("p", { class: "quiet small" }, facts),
    );
  }

  /** @param {Metric} asked */
  function load(asked) {
    part.load(
      async (signal) => {
        const query = range.query;
        const [answer, runs] = await Promise.all([
          get("/api/metric", { name: asked.name, ...query }, { signal }),
          get("/api/runs", undefined, { signal }),
        ]);
        return begun(asked, answer.series, runs.runs, query.from);
      },
      (found) => {
        if (asked.name !== metric?.name) return undefined;
        series = found;
        controls();
        return draw();
      },
      signal,
    );
  }

  function draw() {
    if (!metric) return undefined;
    if (series.length === 0)
      return empty("No points in this time", "Look at a longer time, or wait until it is measured again.");
    drawn.set(metric, series, { view: chosen.view || views(metric)[0][0], by: chosen.by, only: chosen.only });
    return drawn.element.isConnected ? undefined : drawn.element;
  }

  function again() {
    const made = draw();
    if (made) fill(part.content, made);
  }

  function controls() {
    if (!metric) return;
    const keys = attributes(series);
    const ways = views(metric);
    const values = [...keys].flatMap(([key, values]) => [...values].map((value) => `${key}=${value}`));
    const signature = JSON.stringify([metric.name, ways, [...keys.keys()], values, chosen]);
    if (tools.dataset.shown === signature && tools.childElementCount) return;
    tools.dataset.shown = signature;
    const usual = ways[0][0];
    fill(
      tools,
      ways.length > 1 &&
        h(
          "div",
          { class: "segments", role: "group", "aria-label": "Shown as" },
          ways.map(([value, label]) =>
            h(
              "button",
              {
                type: "button",
                class: "segment",
                "aria-pressed": String((chosen.view || usual) === value),
                on: { click: () => choose({ view: value === usual ? "" : value }) },
              },
              label,
            ),
          ),
        ),
      keys.size > 0 &&
        field(
          "By",
          chosen.by ?? "*",
          [
            ["*", "each series"],
            ["", "all together"],
            ...[...keys.keys()].map((key) => /** @type {[string, string]} */ ([key, key])),
          ],
          (by) => choose({ by: by === "*" ? null : by }),
        ),
      values.length > 1 &&
        field(
          "Only",
          chosen.only,
          [["", "everything"], ...values.map((value) => /** @type {[string, string]} */ ([value, value]))],
          (only) => choose({ only }),
        ),
    );
  }

  /** @param {Partial<typeof chosen>} changes */
  function choose(changes) {
    Object.assign(chosen, changes);
    // An empty `by` means all together, and is not the same as none.
    context.setQuery({ view: chosen.view, only: chosen.only, by: chosen.by === "" ? "-" : chosen.by });
    controls();
    again();
  }
  if (chosen.by === "-") chosen.by = "";

  return { element, show };
}

/** The most points that an answer has, of all series together, and the most series. */
const POINTS = 2000;
const SERIES = 100;

/**
 * Marks what began within the window, which counts from nothing: series of runs that began there, with all of their points.
 * @param {Metric} metric @param {MetricSeries[]} series @param {import("../../lib/types.js").RunItem[]} runs @param {number} from
 */
function begun(metric, series, runs, from) {
  const young = new Set(runs.filter((run) => run.first >= from).map((run) => run.id));
  const most = Math.floor(POINTS / Math.min(SERIES, Math.max(1, metric.series)));
  return series.map((one) => ({ ...one, whole: young.has(one.run) && one.points.length < most }));
}

/** @param {string} label @param {string} value @param {[string, string][]} options @param {(value: string) => void} change */
function field(label, value, options, change) {
  const select = h(
    "select",
    { on: { change: () => change(select.value) } },
    options.map(([value, text]) => h("option", { value }, text)),
  );
  if (!options.some(([known]) => known === value)) append(select, h("option", { value }, value));
  select.value = value;
  return h("label", { class: "metric-field quiet" }, label, " ", select);
}

/** The attributes that tell series apart, and the values that they have. @param {MetricSeries[]} series */
export function attributes(series) {
  /** @type {Map<string, Set<string>>} */
  const found = new Map();
  for (const one of series) {
    for (const [key, value] of Object.entries({ run: one.run, ...one.attributes })) {
      const values = found.get(key) ?? new Set();
      values.add(text(value));
      found.set(key, values);
    }
  }
  // What all of them have tells nothing apart.
  for (const [key, values] of found) {
    const everywhere = series.every((one) => key === "run" || key in one.attributes);
    if (values.size < 2 && everywhere) found.delete(key);
  }
  return found;
}

/** @param {unknown} value */
export const text = (value) => (typeof value === "string" ? value : JSON.stringify(value));
