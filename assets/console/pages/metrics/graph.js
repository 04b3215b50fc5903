// The chart of a metric, as its kind wants it: rates, values, percentiles, or a heatmap.
// @ts-check

import { chart } from "../../lib/chart.js";
import { colours } from "../../lib/colour.js";
import { fill, h } from "../../lib/dom.js";
import { plural } from "../../lib/format.js";
import { heatmap } from "../../lib/heatmap.js";
import { attributes, text } from "./detail.js";
import { byStep, distributions, increases, isHistogram, merged, quantile, stepOf } from "./points.js";
import { unit } from "./unit.js";

/** @typedef {import("./points.js").Metric} Metric */
/** @typedef {import("./points.js").MetricSeries} MetricSeries */
/** @typedef {import("../../lib/chart/grid.js").Series} Series */
/** @typedef {{ view: string, by: string | null, only: string }} Look `by` none: each series for itself; empty: all together */
/** @typedef {{ name: string, colour: string, members: MetricSeries[] }} Group */

const LINES = 12;
const PERCENTILES = [0.5, 0.9, 0.95, 0.99];
const HUES = ["var(--name-8)", "var(--name-3)", "var(--name-1)", "var(--name-2)"];

/** @param {typeof import("../../lib/range.js").range} range */
export function graph(range) {
  const place = h("div", null);
  const note = h("p", { class: "quiet small metric-note" });
  const element = h("div", { class: "metric-graph" }, place, note);
  /** Made once for each way of looking. @type {Map<string, { element: HTMLElement, set: (data: any) => void }>} */
  const made = new Map();
  const onSelect = (/** @type {{ from: number, until: number }} */ { from, until }) => range.set(from, until);

  /** @param {Metric} metric @param {string} view */
  function drawing(metric, view) {
    const key = view;
    const known = made.get(key);
    if (known) return known;
    const write = unit(metric.unit, view, metric);
    const titles = /** @type {Record<string, string>} */ ({
      rate: "Per second",
      increase: "Increase",
      value: "Value",
      percentiles: "Percentiles",
      mean: "Mean",
      heatmap: "Heatmap",
    });
    const options = { title: titles[view] ?? view, unit: write, height: 18, onSelect };
    /** @type {{ element: HTMLElement, set: (data: any) => void }} */
    const one =
      view === "heatmap"
        ? heatmap(options)
        : chart({
            ...options,
            kind: view === "increase" || (view === "rate" && !isHistogram(metric)) ? "area" : "line",
            absent: "gap",
          });
    made.set(key, one);
    return one;
  }

  /** @param {Metric} metric @param {MetricSeries[]} all @param {Look} look */
  function set(metric, all, look) {
    const { from, until } = range.value;
    const step = stepOf(all, (until - from) / 1e6);
    const chosen = look.only ? all.filter((one) => is(one, look.only)) : all;
    const groups = grouped(chosen, look.by);
    const drawn = drawing(metric, look.view);
    if (place.firstChild !== drawn.element) fill(place, drawn.element);
    if (look.view === "heatmap") {
      const whole = steps(metric, chosen, step);
      drawn.set({ from, until, step, columns: whole });
    } else {
      const series = lines(metric, groups, look.view, step);
      // A stack's legend would add up what is already a rate.
      const write = unit(metric.unit, look.view, metric);
      if (look.view === "rate") for (const one of series) one.summary = `${write(mean(one.points))} on average`;
      drawn.set({ from, until, step, series });
    }
    const told = all.reduce((sum, one) => sum + one.points.length, 0);
    const left = groups.length - LINES;
    fill(
      note,
      [
        left > 0 && look.view !== "heatmap" && look.view !== "percentiles"
          ? `The ${LINES} largest of ${plural(groups.length, "line")}; choose “By” or “Only” to see the others.`
          : "",
        metric.series > 100 ? `The newest 100 of ${metric.series} series.` : "",
        told >= 1900 ? "The latest 2,000 points of this time: look at a shorter time for all of them." : "",
        look.view === "value" && metric.monotonic ? "Counted since the program began." : "",
      ]
        .filter(Boolean)
        .join(" "),
    );
  }

  return { element, set, forget: () => made.clear() };
}

/** @param {{ value: number | null }[]} points */
const mean = (points) => points.reduce((sum, point) => sum + (point.value ?? 0), 0) / Math.max(1, points.length);

/** @param {MetricSeries} one @param {string} only `key=value` */
const is = (one, only) =>
  Object.entries({ run: one.run, ...one.attributes }).some(([key, value]) => `${key}=${text(value)}` === only);

/** @param {MetricSeries[]} series @param {string | null} by @returns {Group[]} */
function grouped(series, by) {
  const keys = [...attributes(series).keys()];
  const nameOf = (/** @type {MetricSeries} */ one) => {
    const all = /** @type {Record<string, any>} */ ({ run: one.run, ...one.attributes });
    if (by === "") return "all";
    if (by !== null) return by in all ? text(all[by]) : "none";
    const shown = keys.filter((key) => key in all);
    if (shown.length === 1) return shown[0] === "run" ? `run ${all.run}` : text(all[shown[0]]);
    return shown.map((key) => (key === "run" ? `run ${all.run}` : text(all[key]))).join(" · ") || "all";
  };
  /** @type {Map<string, MetricSeries[]>} */
  const found = new Map();
  for (const one of series) found.set(nameOf(one), [...(found.get(nameOf(one)) ?? []), one]);
  const hues = colours([...found.keys()]);
  return [...found].map(([name, members]) => ({
    name,
    colour: found.size === 1 ? "var(--name-1)" : /** @type {string} */ (hues.get(name)),
    members,
  }));
}

/** @param {Metric} metric @param {Group[]} groups @param {string} view @param {number} step @returns {Series[]} */
function lines(metric, groups, view, step) {
  if (metric.kind === "summary") return summaries(groups);
  if (view === "percentiles") return percentiles(metric, groups, step);
  const series = groups.map((group) => ({ ...group, points: points(metric, group.members, view, step) }));
  const size = (/** @type {{ points: { value: number | null }[] }} */ one) =>
    one.points.reduce((sum, point) => sum + Math.abs(point.value ?? 0), 0);
  return series
    .sort((one, other) => size(other) - size(one))
    .slice(0, LINES)
    .sort((one, other) => one.name.localeCompare(other.name, "en", { numeric: true }))
    .map(({ name, colour, points }) => ({ name, colour, points }));
}

/** @param {Metric} metric @param {MetricSeries[]} members @param {string} view @param {number} step */
function points(metric, members, view, step) {
  const seconds = view === "rate" ? step : 1;
  if (isHistogram(metric)) {
    return steps(metric, members, step).map((whole) => ({
      at: whole.at,
      value: view === "mean" ? (whole.count ? whole.sum / whole.count : null) : whole.count / seconds,
    }));
  }
  if (view === "value") return latest(members, step);
  const rises = members.flatMap((one) => increases(metric, one));
  return [...byStep(rises, step)].map(([at, values]) => ({
    at,
    value: values.reduce((sum, one) => sum + one.value, 0) / seconds,
  }));
}

/** The last value of each member in a step, all together. @param {MetricSeries[]} members @param {number} step */
function latest(members, step) {
  /** @type {Map<number, number>} */
  const sums = new Map();
  for (const { points } of members)
    for (const [at, inside] of byStep(points, step)) sums.set(at, (sums.get(at) ?? 0) + (inside.at(-1)?.value ?? 0));
  return [...sums].sort(([one], [other]) => one - other).map(([at, value]) => ({ at, value }));
}

/** What was recorded in each step. @param {Metric} metric @param {MetricSeries[]} members @param {number} step */
const steps = (metric, members, step) =>
  [
    ...byStep(
      members.flatMap((one) => distributions(metric, one)),
      step,
    ),
  ]
    .sort(([one], [other]) => one - other)
    .map(([at, parts]) => merged(parts, at));

/** Of one group all percentiles; of several the 95th of each. @param {Metric} metric @param {Group[]} groups @param {number} step @returns {Series[]} */
function percentiles(metric, groups, step) {
  const of = (/** @type {Group} */ group, /** @type {number} */ share) =>
    steps(metric, group.members, step).map((whole) => ({ at: whole.at, value: quantile(whole, share) }));
  if (groups.length === 1)
    return PERCENTILES.map((share, index) => ({
      name: `p${share * 100}`,
      colour: HUES[index],
      points: of(groups[0], share),
    }));
  return groups
    .slice(0, LINES)
    .map((group) => ({ name: `p95 ${group.name}`, colour: group.colour, points: of(group, 0.95) }));
}

/** @param {Group[]} groups @returns {Series[]} */
function summaries(groups) {
  return groups.slice(0, 4).flatMap(({ name, members }) => {
    const all = members.flatMap((one) => one.points);
    const shares = [
      ...new Set(
        all.flatMap((point) =>
          (point.distribution?.quantiles ?? []).map((/** @type {[number, number]} */ [share]) => share),
        ),
      ),
    ].sort();
    return shares.map((share, index) => ({
      name: `p${Number((share * 100).toFixed(2))}${groups.length > 1 ? ` ${name}` : ""}`,
      colour: HUES[(index * 3) % HUES.length],
      points: all.map((point) => ({
        at: point.at,
        value:
          (point.distribution?.quantiles ?? []).find((/** @type {[number, number]} */ [one]) => one === share)?.[1] ??
          null,
      })),
    }));
  });
}
