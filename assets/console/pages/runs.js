// Runs: each start of each program. They can be named, paused, deleted, and laid side by side.
// @ts-check

import { get, patch } from "../lib/api.js";
import { fill, h } from "../lib/dom.js";
import * as format from "../lib/format.js";
import { ago, tag } from "../lib/marks.js";
import { SPANS } from "../lib/range.js";
import { dialog } from "../lib/shell.js";
import { empty, link, notice, region } from "../lib/states.js";
import { table } from "../lib/table.js";
import { brief } from "../lib/text.js";
import { comparison } from "./runs/comparison.js";
import { askName, askDelete } from "./runs/dialogs.js";

export const title = "Runs";

/** @typedef {import("../lib/types.js").RunItem} RunItem */

const REFRESH = 5000;

/** @param {import("../lib/router.js").Context} context */
export function open(context) {
  const { view, signal } = context;
  const told = h("div", { role: "status" });
  const part = region({ lines: 6 });
  const compared = comparison(signal, () => pick([]));
  view.append(told, compared.element, part.element);

  /** @type {RunItem[]} */
  let runs = [];
  /** Those that are compared, in the order in which they were chosen. */
  let picked = (context.query.get("compare") ?? "")
    .split(",")
    .filter(Boolean)
    .map(Number)
    .filter(Number.isInteger)
    .slice(0, 2);

  const list = table({
    label: "Runs",
    columns: /** @type {import("../lib/table.js").Column<RunItem & { picked: boolean }>[]} */ ([
      { title: "Run", render: (run) => title(run) },
      { title: "Began", render: (run) => ago(run.first), end: true, desk: true },
      { title: "Last heard of", render: (run) => ago(run.last), end: true, desk: true },
      { title: "Spans", render: (run) => format.count(run.spans), end: true, desk: true },
      { title: "Calls", render: (run) => format.count(run.calls), end: true },
      { title: "Errors", render: (run) => errors(run), end: true },
      { title: "Logs", render: (run) => format.count(run.logs), end: true, desk: true },
      { title: "Compare", render: (run) => choice(run), desk: true },
      { title: "", render: (run) => buttons(run), end: true },
    ]),
    key: (run) => run.id,
    href: (run) => `/console/calls?${query(run)}`,
    mark: (run) => (run.paused ? "paused" : null),
  });
  const card = h("section", { class: "card run-list" }, list.element);

  /** @param {RunItem} run */
  const title = (run) =>
    h(
      "span",
      { class: "run-name" },
      run.label ? h("bdi", { class: "run-label" }, run.label) : tag(run.service || "nameless"),
      h("span", { class: "quiet small" }, [
        run.paused ? h("strong", { class: "warn-text" }, "paused · ") : null,
        `run ${run.id}`,
        run.label ? [" · ", h("bdi", null, run.service)] : null,
        run.instance ? [" · ", h("bdi", { title: run.instance }, brief(run.instance, 36))] : null,
      ]),
    );

  /** @param {RunItem} run */
  const errors = (run) =>
    run.errors
      ? h(
          "a",
          {
            class: "error-text",
            href: `/console/errors?${query(run)}`,
            title: run.calls ? format.share(run.errors / run.calls) : "",
          },
          format.count(run.errors),
        )
      : h("span", { class: "quiet" }, "0");

  /** @param {RunItem & { picked: boolean }} run */
  const choice = (run) =>
    h(
      "label",
      { class: "run-choice" },
      h("input", {
        type: "checkbox",
        checked: run.picked,
        "aria-label": `Compare run ${run.id}`,
        on: {
          change: () =>
            pick(picked.includes(run.id) ? picked.filter((id) => id !== run.id) : [...picked, run.id].slice(-2)),
        },
      }),
    );

  /** @param {RunItem} run */
  const buttons = (run) => {
    const actions = () => [
      button("Name", () => askName(run, (label) => change(run, { label }))),
      button(run.paused ? "Resume" : "Pause", () => change(run, { paused: !run.paused })),
      button("Delete", () => askDelete(run, () => after(`Run ${run.id} is deleted.`))),
    ];
    const button = (/** @type {string} */ label, /** @type {() => void} */ click) =>
      h(
        "button",
        { type: "button", class: "button plain small", "aria-label": `${label} run ${run.id}`, on: { click } },
        label,
      );
    const more = button("Change", () => {
      const sheet = dialog(`Run ${run.id}`, h("div", { class: "row", on: { click: () => sheet.close() } }, actions()));
    });
    more.classList.add("run-more");
    return h("span", { class: "run-buttons" }, more, h("span", { class: "run-actions" }, actions()));
  };

  /** @param {RunItem} run @param {{ label?: string | null, paused?: boolean }} changes */
  async function change(run, changes) {
    try {
      await patch(`/api/runs/${run.id}`, changes);
      after(changes.paused ? `Run ${run.id} is paused: what it sends is dropped until it is resumed.` : "");
    } catch (error) {
      fill(
        told,
        notice(error, () => change(run, changes)),
      );
    }
  }

  /** @param {string} words */
  function after(words) {
    fill(told);
    if (words) context.announce(words);
    read();
  }

  /** @param {number[]} ids */
  function pick(ids) {
    picked = ids;
    context.setQuery({ compare: ids.join(",") });
    look();
  }

  function look() {
    list.set(runs.map((run) => ({ ...run, picked: picked.includes(run.id) })));
    const found = picked.map((id) => runs.find((run) => run.id === id)).filter((run) => run !== undefined);
    compared.show(found);
    context.note(
      runs.length ? format.plural(runs.length, "run") : "",
      found.length === 1 ? " · choose another one to compare" : "",
    );
  }

  function read() {
    part.load(
      (signal) => get("/api/runs", undefined, { signal }),
      (answer) => {
        runs = answer.runs;
        look();
        if (runs.length === 0)
          return empty(
            "No runs yet",
            "Each program that sends telemetry is a run, from its start to its end.",
            link("/", "Play"),
            link("/console/connect", "Connect a program"),
          );
        return card.isConnected ? undefined : card;
      },
      signal,
    );
  }

  read();
  const timer = setInterval(() => document.hidden || read(), REFRESH);
  signal.addEventListener("abort", () => clearInterval(timer));
}

/** A window in which all of a run lies: until now where it goes on. @param {RunItem} run */
function query(run) {
  const now = Date.now() * 1000;
  const query = new URLSearchParams({ run: String(run.id) });
  const last = SPANS.find(([, seconds]) => now - run.first < seconds * 1e6)?.[0];
  if (now - run.last < 300e6 && last) query.set("last", last);
  else {
    query.set("from", String(Math.floor(run.first / 60e6) * 60e6));
    query.set("until", String(Math.ceil((run.last + 1e6) / 60e6) * 60e6));
  }
  return query;
}
