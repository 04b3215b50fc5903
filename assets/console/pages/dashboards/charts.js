// The charts of the dashboard.
// @ts-check

import { chart } from "../../lib/chart.js";
import { TOKENS, colours } from "../../lib/colour.js";
import { h } from "../../lib/dom.js";
import * as format from "../../lib/format.js";

/** @typedef {import("../dashboards.js").View} View */
/** @typedef {import("../../lib/types.js").Line} Line */
/** @typedef {import("../../lib/types.js").Bucket} Bucket */
/** @typedef {import("../../lib/chart/grid.js").Series} Series */

const WELL = "ok";
const NONE = "none";
const REST = "(rest)";
/** Kinds of errors that are told apart. */
const KINDS = 8;
const CALM = "color-mix(in oklab, var(--ok) 55%, var(--sheet))";
const QUANTILES = [
  { name: "p50", colour: "var(--name-8)" },
  { name: "p95", colour: "var(--name-1)" },
  { name: "p99", colour: "var(--name-2)" },
];

/**
 * @param {(query: Record<string, string | number>) => void} pick goes to the calls behind a point
 * @param {(stretch: { from: number, until: number }) => void} onSelect
 */
export function charts(pick, onSelect) {
  /** @param {(name: string | null) => Record<string, string>} query what a series means for a list of calls */
  const leads = (query) => ({
    onSelect,
    onPick: (/** @type {import("../../lib/chart.js").Pick} */ { from, until, name }) =>
      pick({ from, until, ...query(name) }),
  });
  const failed = leads((name) => outcome(name));
  const slow = leads(() => ({ sort: "duration" }));
  /** @param {string} dimension @returns {(name: string | null) => Record<string, string>} */
  const dear = (dimension) => (name) => ({ sort: "cost", ...valued(dimension, name) });

  const requests = chart({ title: "Requests", unit: format.count, kind: "bars", ...failed });
  const errors = chart({
    title: "Error rate",
    unit: format.share,
    kind: "bars",
    ...failed,
    onPick: ({ from, until, name }) => pick({ from, until, ...outcome(name ?? "") }),
  });
  const duration = chart({ title: "Duration", unit: format.duration, ...slow });
  const ttft = chart({ title: "Time to first token", unit: format.duration, ...leads(() => ({})) });
  const speed = chart({
    title: "Output",
    note: "tokens a second, all calls together",
    unit: speedOf,
    ...leads(() => ({})),
  });
  const models = chart({
    title: "Duration p95 by model",
    unit: format.duration,
    ...leads((name) => ({ sort: "duration", ...valued("model", name) })),
  });
  const tokens = chart({ title: "Tokens by kind", unit: format.tokens, kind: "bars", ...leads(() => ({})) });
  const cache = chart({ title: "Input from the cache", unit: format.share, ...leads(() => ({})) });
  const saved = chart({
    title: "Saved by caches",
    note: "by our prices",
    unit: format.dollars,
    kind: "bars",
    ...leads(() => ({})),
  });
  const costs = /** @type {const} */ (["model", "component", "team"]).map((by) => ({
    by,
    made: chart({ title: `Cost by ${by}`, unit: format.dollars, kind: "bars", ...leads(dear(by)) }),
  }));
  const all = [requests, errors, duration, ttft, models, speed, tokens, cache, ...costs.map(({ made }) => made), saved];
  const element = h(
    "div",
    { class: "board-charts" },
    all.map((one) => h("section", { class: "card" }, one.element)),
  );

  /** @param {View} view */
  function set({ span, all, simulated, model, component, team }) {
    if (!all) return;
    const { from, until, step } = span;
    const show = (/** @type {ReturnType<typeof chart>} */ one, /** @type {Series[]} */ series) =>
      one.set({ from, until, step, series });
    show(requests, outcomes(all));
    show(errors, rates(all));
    show(
      duration,
      quantiles(all, (bucket) => bucket.duration),
    );
    show(
      ttft,
      quantiles(all, (bucket) => bucket.ttft),
    );
    show(models, slow95(model));
    show(speed, [
      {
        name: "output",
        colour: "var(--output)",
        summary: speedOf(all.total.output / span.seconds),
        points: all.buckets.map((bucket) => ({ at: bucket.at, value: bucket.output / lasts(bucket.at, span) })),
      },
    ]);
    show(tokens, kinds(all));
    show(cache, [
      {
        name: "share of the input",
        colour: "var(--cache-read)",
        summary: format.share(all.total.input ? all.total.cache_read / all.total.input : null),
        points: all.buckets.map(({ at, input, cache_read }) => ({ at, value: input ? cache_read / input : null })),
      },
    ]);
    show(saved, savings(all));
    const lines = { model, component, team };
    for (const { by, made } of costs) {
      made.note(simulated ? "simulated" : "");
      show(made, spent(lines[by]));
    }
  }

  return { element, set };
}

/** A value to choose calls by, where a series stands for one. @param {string} dimension @param {string | null} name @returns {Record<string, string>} */
const valued = (dimension, name) => (name && name !== NONE && name !== REST ? { [dimension]: name } : {});

/** What a part of the requests is in a list of calls. @param {string | null} name none is all @returns {Record<string, string>} */
export function outcome(name) {
  if (name === null) return {};
  if (name === WELL) return { status: "ok" };
  return name && name !== REST ? { error: name } : { status: "error" };
}

/** Also where little happens in a long time. @param {number} value */
const speedOf = (value) => `${value > 0 && value < 0.095 ? Number(value.toPrecision(2)) : format.count(value)}/s`;

/** Well and each kind of error; together they are all calls. @param {Line} line @returns {Series[]} */
function outcomes(line) {
  const kinds = kindsOfErrors(line);
  const failed = (/** @type {Bucket} */ bucket) => Object.values(bucket.errors).reduce((sum, count) => sum + count, 0);
  return [
    {
      name: WELL,
      colour: CALM,
      points: line.buckets.map((bucket) => ({ at: bucket.at, value: bucket.calls - failed(bucket) })),
    },
    ...kinds.map(({ name, colour, of }) => ({
      name,
      colour,
      points: line.buckets.map((bucket) => ({ at: bucket.at, value: of(bucket) })),
    })),
  ];
}

/** Each kind of error as a share of all calls; together they are the error rate. @param {Line} line @returns {Series[]} */
const rates = (line) =>
  kindsOfErrors(line).map(({ name, colour, of }) => ({
    name,
    colour,
    summary: format.share(of(line.total) / line.total.calls),
    points: line.buckets.map((bucket) => ({
      at: bucket.at,
      value: bucket.calls ? of(bucket) / bucket.calls : 0,
    })),
  }));

/**
 * The kinds of errors that came, the most frequent first, and how many of each there are; those beyond the first few are one.
 * @param {Line} line
 * @returns {{ name: string, colour: string, of: (bucket: Bucket) => number }[]}
 */
export function kindsOfErrors({ total }) {
  const all = Object.keys(total.errors).sort((one, other) => total.errors[other] - total.errors[one]);
  const names = all.length > KINDS ? all.slice(0, KINDS - 1) : all;
  const rest = all.slice(names.length);
  const found = colours(rest.length ? [...names, REST] : names);
  const kinds = names.map((name) => ({
    name,
    colour: /** @type {string} */ (found.get(name)),
    of: (/** @type {Bucket} */ bucket) => bucket.errors[name] ?? 0,
  }));
  if (rest.length) {
    const of = (/** @type {Bucket} */ bucket) => rest.reduce((sum, name) => sum + (bucket.errors[name] ?? 0), 0);
    kinds.push({ name: REST, colour: "var(--name-8)", of });
  }
  return kinds;
}

/** @param {Line} line @param {(bucket: Bucket) => [number, number, number] | null} of @returns {Series[]} */
const quantiles = (line, of) =>
  QUANTILES.map(({ name, colour }, index) => ({
    name,
    colour,
    summary: format.duration(of(line.total)?.[index]),
    points: line.buckets.map((bucket) => ({ at: bucket.at, value: of(bucket)?.[index] ?? null })),
  }));

/** How slow each model is, those that are called most first. @param {Line[]} lines @returns {Series[]} */
function slow95(lines) {
  const shown = lines.slice(0, 5);
  const found = colours(shown.map((line) => line.name));
  return shown.map((line) => ({
    name: line.name ?? NONE,
    colour: found.get(line.name),
    summary: format.duration(line.total.duration?.[1]),
    points: line.buckets.map((bucket) => ({ at: bucket.at, value: bucket.duration?.[1] ?? null })),
  }));
}

/** Input and output without their parts, and the parts: together all tokens. @param {Line} line @returns {Series[]} */
function kinds(line) {
  const sizes = /** @type {Record<string, (bucket: Bucket) => number>} */ ({
    input: (bucket) => Math.max(0, bucket.input - bucket.cache_read - bucket.cache_write),
    cache_write: (bucket) => bucket.cache_write,
    cache_read: (bucket) => bucket.cache_read,
    output: (bucket) => Math.max(0, bucket.output - bucket.reasoning),
    reasoning: (bucket) => bucket.reasoning,
  });
  return TOKENS.filter(({ key }) => key === "input" || key === "output" || sizes[key](line.total) > 0).map(
    ({ key, name, colour }) => ({
      name: key === "input" && line.total.cache_read ? "input, new" : name,
      colour,
      points: line.buckets.map((bucket) => ({ at: bucket.at, value: sizes[key](bucket) })),
    }),
  );
}

/** What caches saved, and where writing to them cost more than that. @param {Line} line @returns {Series[]} */
function savings(line) {
  const part = (/** @type {string} */ name, /** @type {string} */ colour, /** @type {1 | -1} */ sign) => ({
    name,
    colour,
    points: line.buckets.map(({ at, saved }) => ({ at, value: Math.max(0, saved * sign) })),
  });
  const lost = line.buckets.some(({ saved }) => saved < 0);
  return [part("saved", "var(--cache-read)", 1), ...(lost ? [part("cost more", "var(--warn)", -1)] : [])];
}

/** Who cost what, the dearest first. What cost nothing is left out, unless all of it did. @param {Line[]} lines @returns {Series[]} */
function spent(lines) {
  const last = (/** @type {Line} */ line) => (line.name === REST ? 1 : 0);
  const dearest = [...lines].sort((one, other) => last(one) - last(other) || other.total.cost - one.total.cost);
  const paid = dearest.filter((line) => line.total.cost > 0);
  const shown = paid.length ? paid : dearest;
  const found = colours(shown.map((line) => line.name));
  return shown.map((line) => ({
    name: line.name ?? NONE,
    colour: found.get(line.name),
    summary: format.dollars(line.total.cost),
    points: line.buckets.map((bucket) => ({ at: bucket.at, value: bucket.cost })),
  }));
}

/** Seconds of a step that lie within the span: the last one is not over yet. @param {number} at @param {import("../../lib/span.js").Span} span */
const lasts = (at, { from, until, step }) => Math.max(1, (Math.min(at + step * 1e6, until) - Math.max(at, from)) / 1e6);
