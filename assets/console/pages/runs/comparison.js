// Two runs side by side: their figures, and how their calls went since each began.
// @ts-check

import { get } from "../../lib/api.js";
import { chart } from "../../lib/chart.js";
import { fill, h } from "../../lib/dom.js";
import * as format from "../../lib/format.js";
import { region } from "../../lib/states.js";

/** @typedef {import("../../lib/types.js").RunItem} RunItem */
/** @typedef {import("../../lib/types.js").Line} Line */
/** @typedef {import("../../lib/types.js").Bucket} Bucket */

const STEPS = [60, 120, 300, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400];
const POINTS = 90;
const HUES = ["var(--name-1)", "var(--name-2)"];

/** @type {{ name: string, of: (bucket: Bucket) => number | null | undefined, write: (value: any) => string, points?: boolean }[]} */
const FIGURES = [
  { name: "Calls", of: (sum) => sum.calls, write: format.exact },
  {
    name: "Error rate",
    of: (sum) => Object.values(sum.errors).reduce((all, count) => all + count, 0) / sum.calls,
    write: format.share,
    points: true,
  },
  { name: "Duration p50", of: (sum) => sum.duration?.[0], write: format.duration },
  { name: "Duration p95", of: (sum) => sum.duration?.[1], write: format.duration },
  { name: "Duration p99", of: (sum) => sum.duration?.[2], write: format.duration },
  { name: "First token p50", of: (sum) => sum.ttft?.[0], write: format.duration },
  { name: "First token p95", of: (sum) => sum.ttft?.[1], write: format.duration },
  { name: "Input tokens a call", of: (sum) => sum.input / sum.calls, write: format.tokens },
  { name: "Output tokens a call", of: (sum) => sum.output / sum.calls, write: format.tokens },
  {
    name: "Input from the cache",
    of: (sum) => (sum.input ? sum.cache_read / sum.input : null),
    write: format.share,
    points: true,
  },
  { name: "Cost", of: (sum) => sum.cost, write: format.dollars },
  { name: "Cost a call", of: (sum) => sum.cost / sum.calls, write: format.dollars },
];

/** @param {AbortSignal} signal @param {() => void} close */
export function comparison(signal, close) {
  const part = region({ lines: 6 });
  const heading = h("h2", null, "Two runs");
  const element = h(
    "section",
    { class: "card run-comparison", hidden: true },
    h(
      "div",
      { class: "board-head" },
      heading,
      h("button", { type: "button", class: "button plain small", on: { click: close } }, "Close"),
    ),
    part.element,
  );
  const duration = chart({ title: "Duration p95", note: "since each began", unit: format.duration, relative: true });
  const calls = chart({ title: "Calls", note: "since each began", unit: format.count, absent: "zero", relative: true });
  const figures = h("div", { class: "table-frame" });
  const body = h("div", { class: "run-two" }, figures, h("div", { class: "stack" }, duration.element, calls.element));
  let shown = "";

  /** @param {RunItem[]} runs */
  function show(runs) {
    const [one, other] = runs;
    element.hidden = !other;
    // What goes on is read again when it went on.
    const what = JSON.stringify(runs.map((run) => [run.id, run.calls, run.label]));
    if (!other || what === shown) return;
    shown = what;
    const length = Math.max(...runs.map((run) => run.last - run.first)) / 1e6;
    const step = STEPS.find((step) => length / step <= POINTS) ?? 86_400;
    const begins = runs.map((run) => Math.floor(run.first / (step * 1e6)) * step * 1e6);
    part.load(
      (signal) => Promise.all([one, other].map((run, index) => ask(run, begins[index], step, signal))),
      (lines) => {
        fill(figures, rows([one, other], lines));
        const until =
          Math.max(...runs.map((run, index) => Math.ceil((run.last + 1 - begins[index]) / (step * 1e6)))) * step * 1e6;
        const series = (/** @type {(bucket: Bucket) => number | null} */ of) =>
          lines.map((line, index) => ({
            name: short(runs[index]),
            colour: HUES[index],
            dashed: index === 1,
            summary: "",
            points: (line?.buckets ?? []).map((bucket) => ({ at: bucket.at - begins[index], value: of(bucket) })),
          }));
        duration.set({ from: 0, until, step, series: series((bucket) => bucket.duration?.[1] ?? null) });
        calls.set({ from: 0, until, step, series: series((bucket) => bucket.calls) });
        return body.isConnected ? undefined : body;
      },
      signal,
    );
  }

  return { element, show };
}

/** @param {RunItem} run @param {number} from @param {number} step @param {AbortSignal} signal @returns {Promise<Line | null>} */
const ask = (run, from, step, signal) =>
  get("/api/series", { run: run.id, from, until: Math.ceil((run.last + 1) / 60e6) * 60e6, step }, { signal }).then(
    ({ lines }) => lines[0] ?? null,
  );

/** @param {RunItem[]} runs @param {(Line | null)[]} lines */
function rows(runs, lines) {
  const heads = runs.map((run, index) =>
    h(
      "th",
      { scope: "col", class: "end" },
      h(
        "span",
        { class: "tag" },
        h("span", { class: "dot", style: { background: HUES[index] } }),
        h("bdi", { class: "run-column" }, short(run)),
      ),
      h("span", { class: "run-column run-service" }, h("bdi", null, run.service)),
    ),
  );
  return h(
    "table",
    { class: "table", "aria-label": "Two runs side by side" },
    h(
      "thead",
      null,
      h("tr", null, h("th", { scope: "col" }, ""), heads, h("th", { scope: "col", class: "end" }, "Difference")),
    ),
    h(
      "tbody",
      null,
      FIGURES.map(({ name, of, write, points }) => {
        const [one, other] = lines.map((line) => (line ? of(line.total) : null));
        return h(
          "tr",
          null,
          h("th", { scope: "row" }, name),
          [one, other].map((value) => h("td", { class: "end" }, write(value))),
          h("td", { class: "end quiet" }, difference(one, other, points === true)),
        );
      }),
    ),
  );
}

/** @param {RunItem} run */
const short = (run) => (run.label ? `${run.label} (${run.id})` : `Run ${run.id}`);

/** How the second differs from the first: in percent of it, or in points where both are shares. @param {number | null | undefined} one @param {number | null | undefined} other @param {boolean} points */
function difference(one, other, points) {
  if (
    one === null ||
    one === undefined ||
    other === null ||
    other === undefined ||
    !Number.isFinite(one) ||
    !Number.isFinite(other)
  )
    return "–";
  const by = points ? (other - one) * 100 : one === 0 ? NaN : (other / one - 1) * 100;
  if (!Number.isFinite(by)) return "–";
  if (Math.abs(by) < 0.05) return "same";
  const size = Math.abs(by) >= 9.95 ? Math.abs(by).toFixed(0) : Math.abs(by).toFixed(1);
  return `${by > 0 ? "+" : "−"}${size} ${points ? "points" : "%"}`;
}
