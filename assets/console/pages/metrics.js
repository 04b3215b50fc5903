// Metrics: everything that was measured, whoever measured it, by its name.
// @ts-check

import { get } from "../lib/api.js";
import { fill, h, say } from "../lib/dom.js";
import { plural } from "../lib/format.js";
import { empty, link, region } from "../lib/states.js";
import { detail } from "./metrics/detail.js";

export const title = "Metrics";

/** @typedef {import("./metrics/points.js").Metric} Metric */

const KINDS = /** @type {Record<string, string>} */ ({ exponential_histogram: "histogram" });

/** @param {import("../lib/router.js").Context} context */
export function open(context) {
  const { view, range, signal } = context;
  const part = region({ lines: 12 });
  view.append(part.element);

  /** @type {Metric[]} */
  let metrics = [];
  let name = context.query.get("name") ?? "";
  const search = h("input", {
    type: "search",
    placeholder: "Search",
    "aria-label": "Search metrics",
    "data-search": true,
    value: context.query.get("search") ?? "",
    on: {
      input: () => {
        context.setQuery({ search: search.value });
        look();
      },
      keydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Enter") /** @type {HTMLElement | null} */ (list.querySelector("a"))?.click();
      },
    },
  });
  const list = h("ul", { class: "metric-names" });
  const found = h("p", { class: "quiet small metric-found", role: "status" });
  const shown = detail(context);
  const back = h("a", { class: "metric-back quiet small", href: "/console/metrics" }, "‹ All metrics");
  const main = h("div", { class: "metric-main" }, back, shown.element);
  const body = h(
    "div",
    { class: "metric-board" },
    h("nav", { class: "metric-side", "aria-label": "Metrics" }, search, found, list),
    main,
  );

  function look() {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = metrics.filter((metric) =>
      wanted.every((word) => `${metric.name} ${metric.description} ${metric.unit}`.toLowerCase().includes(word)),
    );
    say(
      found,
      wanted.length ? `${fits.length} of ${plural(metrics.length, "metric")}` : plural(metrics.length, "metric"),
    );
    const signature = JSON.stringify([fits, name]);
    if (list.dataset.shown === signature) return;
    list.dataset.shown = signature;
    fill(
      list,
      fits.map((metric) =>
        h(
          "li",
          null,
          h(
            "a",
            {
              href: `/console/metrics?name=${encodeURIComponent(metric.name)}`,
              "aria-current": metric.name === name ? "true" : null,
              "data-row": true,
              on: { click: (/** @type {MouseEvent} */ event) => choose(event, metric.name) },
            },
            h("bdi", null, metric.name),
            h("span", { class: "quiet small" }, `${KINDS[metric.kind] ?? metric.kind} · ${metric.series}`),
          ),
        ),
      ),
    );
  }

  /** The one that is shown is seen in the list, wherever it stands there. */
  function reveal() {
    const current = list.querySelector("[aria-current]");
    if (!current) return;
    const [place, frame] = [current.getBoundingClientRect(), list.getBoundingClientRect()];
    if (place.top < frame.top || place.bottom > frame.bottom) list.scrollTop += place.top - frame.top - frame.height / 3;
  }

  /** @param {MouseEvent} event @param {string} next */
  function choose(event, next) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    name = next;
    context.setQuery({ name, by: null, view: null, only: null }, { push: true });
    look();
    turn();
    reveal();
  }

  function turn() {
    body.classList.toggle("one", Boolean(name));
    const metric = metrics.find((metric) => metric.name === name);
    shown.show(metric ?? null, name);
  }

  range.watch(() => {
    part.load(
      (signal) => get("/api/metrics", undefined, { signal }),
      (answer) => {
        metrics = answer.metrics;
        if (metrics.length === 0) {
          return empty(
            "No metrics yet",
            "Point a program here that sends metrics: OTLP to /v1/metrics.",
            link("/console/connect", "Connect a program"),
          );
        }
        look();
        turn();
        if (body.isConnected) return undefined;
        requestAnimationFrame(reveal);
        return body;
      },
      signal,
    );
  }, signal);
}
